"""What runs in the process of the enclosure (`enclosure.py`): the queries that others wrote, within limits.

Imported by that process: nothing heavy here.
"""

from __future__ import annotations

from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import duckdb

from pipeline.models.connections import open_as_it_is
from pipeline.models.renumbered import open_renumbered
from pipeline.schemas import IDENTIFIANTS

if TYPE_CHECKING:
    import pyarrow as pa

ESPACE = 6 << 30  # bytes of addresses: those of DuckDB's own limit of memory, of its code and of its threads
FICHIER = 10 << 30  # bytes of a file that spills
Rows = tuple[tuple[str, ...], list[tuple[Any, ...]]]  # names of the columns, rows


class KeysToldError(Exception):
    """A result that two numberings of the keys make different.

    Attributes:
        colonne: the first column that differs; '' where the rows are not as many.
    """

    def __init__(self, colonne: str) -> None:
        super().__init__(colonne)
        self.colonne = colonne


class Opening(NamedTuple):
    """A database to be read in the process: asked with each query, as a process may be another's heir."""

    numero: int
    base: Path
    macros: str
    temporaire: Path | None


class Keys(Enum):
    """The keys of the tables that a connection shows: drawn, drawn otherwise, or the true ones."""

    UNE, AUTRE, VRAIE = range(3)


class Inside:
    """The connections of the process, each opened when it is asked for."""

    ouverte: Opening | None = None
    connexions: ClassVar[dict[Keys, duckdb.DuckDBPyConnection]] = {}


def limit_process() -> None:
    """Limits of the system on this process, where it has such."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 (not on Windows)

        limites = {resource.RLIMIT_AS: ESPACE, resource.RLIMIT_FSIZE: FICHIER, resource.RLIMIT_CORE: 0}
        for quoi, combien in limites.items():
            resource.setrlimit(quoi, (combien, combien))


def connection(ouverture: Opening, cles: Keys = Keys.UNE) -> duckdb.DuckDBPyConnection:
    """A connection to a database; those to another one are closed."""
    if Inside.ouverte is None or Inside.ouverte.numero != ouverture.numero:
        close_inside()
        Inside.ouverte = ouverture
    if cles not in Inside.connexions:
        _, base, macros, temporaire = ouverture
        ouverte = open_as_it_is(base, temporaire) if cles is Keys.VRAIE else open_renumbered(base, macros, temporaire)
        Inside.connexions[cles] = ouverte
    return Inside.connexions[cles]


def open_inside(ouverture: Opening) -> None:
    """Open a database, before anything is asked of it."""
    connection(ouverture)


def close_inside() -> None:
    """Leave the database to others."""
    for con in Inside.connexions.values():
        con.close()
    Inside.connexions.clear()
    Inside.ouverte = None


def describe_inside(ouverture: Opening, sql: str) -> list[tuple[str, str]]:
    """Names and types of the columns of a query."""
    return [(nom, genre) for nom, genre, *_ in connection(ouverture).execute(f"describe {sql}").fetchall()]


def compute_inside(ouverture: Opening, sql: str) -> pa.Table:
    """The result of a query; the same under two numberings, where it reads keys.

    Raises:
        KeysToldError: it is not.
    """
    con = connection(ouverture)
    resultat = con.sql(sql).to_arrow_table()
    if reads_keys(con, sql):
        autre = connection(ouverture, Keys.AUTRE).sql(sql).to_arrow_table()
        if resultat.num_rows != autre.num_rows:
            raise KeysToldError("")
        for nom in resultat.column_names:
            if not resultat[nom].equals(autre[nom]):
                raise KeysToldError(nom)
    return resultat


def reads_keys(con: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Whether anything is left of a key in the plan of a query, from which the columns that it does not need are
    gone: the others cannot depend on them."""
    plan = con.execute(f"explain (format json) {sql}").fetchall()[0][1].lower()
    return any(nom in plan for nom in IDENTIFIANTS)


def fetch_inside(ouverture: Opening, sql: str, combien: int | None, vraies: bool) -> Rows:
    """Names of the columns of a query, and its rows."""
    resultat = connection(ouverture, Keys.VRAIE if vraies else Keys.UNE).execute(sql)
    noms = tuple(colonne[0] for colonne in resultat.description or ())
    return noms, resultat.fetchall() if combien is None else resultat.fetchmany(combien)


def keep_inside(ouverture: Opening, nom: str, contenu: pa.Table) -> None:
    """A table of the moment, in the schema temp."""
    con = connection(ouverture)
    con.register("contenu", contenu)
    con.execute(f"create or replace temp table {nom} as select * from contenu")
    con.unregister("contenu")
