"""The tables of the plain script and those of the project are the same: `python -m benchmarks.comparaison NUE BASE`."""

from __future__ import annotations

import sys
from typing import Any

import duckdb

TOLERANCE = 1e-12


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the breakdowns of a database."""
    lignes = con.execute("select table_name from duckdb_tables() where schema_name = 'ventilations' order by all")
    return [nom for (nom,) in lignes.fetchall()]


def rows(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    """The header of a breakdown and its rows in a total order."""
    lignes = con.execute(f"select * from ventilations.{table} order by all")
    entete = tuple(colonne[0] for colonne in lignes.description or ())
    return [entete, *lignes.fetchall()]


def same(une: Any, autre: Any) -> bool:
    """Equal, or two floats as close as two ways of computing one formula."""
    if isinstance(une, float) and isinstance(autre, float):
        return abs(une - autre) <= TOLERANCE
    return une == autre


def difference(nues: list[tuple[Any, ...]], notres: list[tuple[Any, ...]]) -> str | None:
    """The first row that differs, or None."""
    if len(nues) != len(notres):
        return f"{len(nues) - 1} lignes contre {len(notres) - 1}"
    for nue, notre in zip(nues, notres, strict=True):
        if len(nue) != len(notre) or not all(map(same, nue, notre)):
            return f"{nue}\n  contre {notre}"
    return None


def main() -> None:
    """Exit 1 at the first table that differs, its first row shown."""
    nue, notre = (duckdb.connect(chemin, read_only=True) for chemin in sys.argv[1:])
    faites, publiees = tables(nue), tables(notre)
    if absentes := set(faites) - set(publiees):
        sys.exit(f"Absentes de la base du projet : {', '.join(sorted(absentes))}")
    for table in faites:
        if ecart := difference(rows(nue, table), rows(notre, table)):
            sys.exit(f"{table} diffère, script nu contre projet : {ecart}")
    sys.stdout.write(f"{len(faites)} ventilations égales dans le script nu et dans le projet.\n")
    if autres := set(publiees) - set(faites):
        sys.stdout.write(f"Le script nu ne fait pas : {', '.join(sorted(autres))}\n")


if __name__ == "__main__":
    main()
