"""The tables of others have the same figures in the project: `python -m benchmarks.comparaison AUTRE BASE`, where AUTRE
is a database (the plain script's) or a folder of CSV (a peer's).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import duckdb

TOLERANCE = 1e-12


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the breakdowns of a database."""
    lignes = con.execute("select table_name from duckdb_tables() where schema_name = 'ventilations' order by all")
    return [nom for (nom,) in lignes.fetchall()]


def columns(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The columns of a breakdown, each with its type."""
    return {nom: genre for nom, genre, *_ in con.execute(f"describe ventilations.{table}").fetchall()}


def rows(con: duckdb.DuckDBPyConnection, table: str, colonnes: dict[str, str]) -> list[tuple[Any, ...]]:
    """These columns of a breakdown, its rows in a total order."""
    choisies = ", ".join(f"{nom}::{genre} as {nom}" for nom, genre in colonnes.items())
    return con.execute(f"select {choisies} from ventilations.{table} order by all").fetchall()


def same(une: Any, autre: Any) -> bool:
    """Equal, or two floats as close as two ways of computing one formula."""
    if isinstance(une, float) and isinstance(autre, float):
        return abs(une - autre) <= TOLERANCE
    return une == autre


def difference(autres: list[tuple[Any, ...]], notres: list[tuple[Any, ...]]) -> str | None:
    """The first row that differs, or None."""
    if len(autres) != len(notres):
        return f"{len(autres)} lignes contre {len(notres)}"
    for autre, notre in zip(autres, notres, strict=True):
        if not all(map(same, autre, notre)):
            return f"{autre}\n  contre {notre}"
    return None


def compare(autre: duckdb.DuckDBPyConnection, notre: duckdb.DuckDBPyConnection, qui: str) -> list[str]:
    """What the two have alike, in sentences. The project's tables say more than the others': those that they have not,
    and their other columns, are named.

    Raises:
        SystemExit: a table differs, is not in the project, or there is none.
    """
    faites, publiees = tables(autre), tables(notre)
    if not faites:
        sys.exit(f"{qui} n'a fait aucune ventilation : il n'y a rien à comparer.")
    if absentes := set(faites) - set(publiees):
        sys.exit(f"Absentes de la base du projet : {', '.join(sorted(absentes))}")
    en_plus = set[str]()
    for table in faites:
        toutes = columns(notre, table)
        colonnes = {nom: toutes.get(nom, "") for nom in columns(autre, table)}
        if inconnues := set(colonnes) - set(toutes):
            sys.exit(f"{table} n'a pas dans le projet : {', '.join(sorted(inconnues))}")
        en_plus |= set(toutes) - set(colonnes)
        if ecart := difference(rows(autre, table, colonnes), rows(notre, table, colonnes)):
            sys.exit(f"{table} diffère, {qui} contre projet : {ecart}")
    dits = [f"{len(faites)} ventilations égales, {qui} et projet."]
    for reste, quoi in ((en_plus, "leurs colonnes "), (set(publiees) - set(faites), "")):
        dits += [f"{qui} ne fait pas : {quoi}{', '.join(sorted(reste))}"] if reste else []
    return dits


def open_other(chemin: Path) -> duckdb.DuckDBPyConnection:
    """A database as it is, or tables of text from a folder of CSV: they are compared as the project types them."""
    if chemin.is_file():
        return duckdb.connect(chemin, read_only=True)
    con = duckdb.connect()
    con.execute("create schema ventilations")
    for fichier in sorted(chemin.glob("*.csv")):
        lue = con.read_csv(str(fichier), all_varchar=True)
        lue.create(f"ventilations.{fichier.stem}")
    return con


def main() -> None:
    """Exit 1 at the first table that differs, its first row shown."""
    chemin, base = map(Path, sys.argv[1:])
    with open_other(chemin) as autre, duckdb.connect(base, read_only=True) as notre:
        sys.stdout.write("".join(f"{dit}\n" for dit in compare(autre, notre, chemin.parent.name)))


if __name__ == "__main__":
    main()
