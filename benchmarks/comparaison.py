"""The tables of the plain script have the same figures in the project: `python -m benchmarks.comparaison NUE BASE`."""

from __future__ import annotations

import sys
from typing import Any

import duckdb

TOLERANCE = 1e-12


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the breakdowns of a database."""
    lignes = con.execute("select table_name from duckdb_tables() where schema_name = 'ventilations' order by all")
    return [nom for (nom,) in lignes.fetchall()]


def columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a breakdown."""
    return [colonne for colonne, *_ in con.execute(f"describe ventilations.{table}").fetchall()]


def rows(con: duckdb.DuckDBPyConnection, table: str, colonnes: list[str]) -> list[tuple[Any, ...]]:
    """These columns of a breakdown, its rows in a total order."""
    return con.execute(f"select {', '.join(colonnes)} from ventilations.{table} order by all").fetchall()


def same(une: Any, autre: Any) -> bool:
    """Equal, or two floats as close as two ways of computing one formula."""
    if isinstance(une, float) and isinstance(autre, float):
        return abs(une - autre) <= TOLERANCE
    return une == autre


def difference(nues: list[tuple[Any, ...]], notres: list[tuple[Any, ...]]) -> str | None:
    """The first row that differs, or None."""
    if len(nues) != len(notres):
        return f"{len(nues)} lignes contre {len(notres)}"
    for nue, notre in zip(nues, notres, strict=True):
        if not all(map(same, nue, notre)):
            return f"{nue}\n  contre {notre}"
    return None


def compare(nue: duckdb.DuckDBPyConnection, notre: duckdb.DuckDBPyConnection) -> list[str]:
    """What the two have alike, in sentences. The project's tables say more than the script's: those that it has not,
    and their other columns, are named.

    Raises:
        SystemExit: a table differs, is not in the project, or there is none.
    """
    faites, publiees = tables(nue), tables(notre)
    if not faites:
        sys.exit("Le script nu n'a fait aucune ventilation : il n'y a rien à comparer.")
    if absentes := set(faites) - set(publiees):
        sys.exit(f"Absentes de la base du projet : {', '.join(sorted(absentes))}")
    autres = set[str]()
    for table in faites:
        colonnes, toutes = columns(nue, table), columns(notre, table)
        if inconnues := set(colonnes) - set(toutes):
            sys.exit(f"{table} n'a pas dans le projet : {', '.join(sorted(inconnues))}")
        autres |= set(toutes) - set(colonnes)
        if ecart := difference(rows(nue, table, colonnes), rows(notre, table, colonnes)):
            sys.exit(f"{table} diffère, script nu contre projet : {ecart}")
    dits = [f"{len(faites)} ventilations égales dans le script nu et dans le projet."]
    for reste, quoi in ((autres, "leurs colonnes "), (set(publiees) - set(faites), "")):
        dits += [f"Le script nu ne fait pas : {quoi}{', '.join(sorted(reste))}"] if reste else []
    return dits


def main() -> None:
    """Exit 1 at the first table that differs, its first row shown."""
    with duckdb.connect(sys.argv[1], read_only=True) as nue, duckdb.connect(sys.argv[2], read_only=True) as notre:
        sys.stdout.write("".join(f"{dit}\n" for dit in compare(nue, notre)))


if __name__ == "__main__":
    main()
