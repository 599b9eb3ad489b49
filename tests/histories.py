"""Histories told together: the tests of a module share a build, and each reads the database of its own history.

A build of two rows costs as much as one of two thousand. So a test that asks `database` for the database of a few rows
is first run up to there, to learn them; the rows of all the tests that ask for the same settings are written into one
set of exports, each history under numbers and persons of its own; and each test reads a database whose tables are made
when a query first names them: the rows of its history or, where a table adds rows up, what the models' own SQL computes
anew of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from pipeline.models.catalog import Catalog, load_catalog
from pipeline.models.file import SqlFile
from pipeline.reading import extraction_date
from pipeline.schemas import CONTRATS_PAR_LIGNE
from pipeline.settings import load_settings
from tests.support import build_project

Row = dict[str, str]
Files = Mapping[str, list[Row]]

# A contract over before the first published year, which it makes complete: of nobody's history, and in all of them.
TEMOIN: Row = {
    "nocontrat": "000TEMOIN", "datedebutcontrat": "2019-07-01", "datefincontrat": "2019-07-31",
    "codediplome": "50022137", "uaicfa": "0010001A", "idalternant": "TEMOIN",
}  # fmt: skip
SCHEMAS = ("ref", "brut", "core", "ventilations")
TABLE = re.compile(rf"\b(?:{'|'.join(SCHEMAS)})\.[a-z_]+")
# The rows of a table that are of a history, by the column that tells: the first of these that it has.
LEURS_LIGNES = {
    "id_ligne": "id_ligne in (select id_ligne from memory.lignes where histoire = {histoire})",
    "id_contrat": "id_contrat in (select id_contrat from memory.contrats where histoire = {histoire})",
    "ligne": "(fichier, ligne) in (select (fichier, ligne) from memory.lignes where histoire = {histoire})",
}
# Counted over a whole run as its rows are read: not known of a history. Who needs them has its `own_database`.
COMPTES_DE_LA_LECTURE = ("brut.doublons", "brut.comptes_identites")


@dataclass(frozen=True)
class History:
    """What a test asks of `database`: the rows of each file, and the settings of the run."""

    contrats: Files
    suivi: Files = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def setting(self) -> str:
        """What it has in common with those that are told in the same run: what decides of the published years, which
        are the same for all, and the options. Without the date of an extraction, its own rows decide: it is alone."""
        jours = [extraction_date(nom) for nom in self.contrats]
        dernier = max(filter(None, jours), default=None) or self.contrats
        temoin = any(TEMOIN in lignes for lignes in self.contrats.values())
        return repr((dernier, temoin, sorted(self.options.items())))


class AskedError(BaseException):
    """Stops a test where it asks for its database."""

    def __init__(self, history: History):
        self.history = history


def ask(contrats: Files, suivi: Files | None = None, **options: Any) -> duckdb.DuckDBPyConnection:
    """What `database` is while histories are gathered."""
    raise AskedError(History(contrats, suivi or {}, options))


def gather(items: Iterable[pytest.Item]) -> Iterator[tuple[str, History]]:
    """Identifier and history of each test that asks `database` for one before it uses another fixture."""
    for item in items:
        if not isinstance(item, pytest.Function) or "database" not in item.fixturenames:
            continue
        parametres = item.callspec.params if hasattr(item, "callspec") else {}
        arguments = dict.fromkeys(signature(item.obj).parameters) | parametres | {"database": ask}
        try:
            item.obj(**arguments)
        except AskedError as asked:
            yield item.nodeid, asked.history
        except Exception:  # noqa: BLE001 (the test is run again, and fails where it is seen)
            continue


def marked(row: Row, rang: int) -> Row:
    """A row with a number and a person that no other history has, in the same order among its own."""
    if row == TEMOIN:
        return row
    marque = f"Z{rang:03d}Z"
    lettres = "".join(chr(ord("a") + int(chiffre)) for chiffre in marque[1:-1])
    marques = {"nocontrat": marque, "idalternant": marque, "nom": lettres}
    return row | {colonne: m + row[colonne] for colonne, m in marques.items() if row.get(colonne)}


class Chapter:
    """The histories of a module: those of one setting are built when the first of them is read."""

    def __init__(self, items: Iterable[pytest.Item], new_folder: Callable[[str], Path], sql: Path):
        self.histories, self.new_folder, self.sql = dict(gather(items)), new_folder, sql
        self.built: dict[str, Together] = {}

    def read(self, test: str, asked: History) -> duckdb.DuckDBPyConnection | None:
        """The database of the history of a test; None if it is not the one that it was found to ask for."""
        if self.histories.get(test) != asked:
            return None
        if asked.setting not in self.built:
            pareilles = {nom: history for nom, history in self.histories.items() if history.setting == asked.setting}
            self.built[asked.setting] = Together(self.new_folder("histoires"), pareilles, self.sql)
        return self.built[asked.setting].read(test)


SANS_MARQUE = "regexp_replace(nocontrat, '^Z[0-9]{3}Z', '')"


class Together:
    """Histories of one setting in one database, each of which can be read alone."""

    def __init__(self, dossier: Path, histories: Mapping[str, History], sql: Path):
        self.rangs = {test: rang for rang, test in enumerate(histories)}
        exports: dict[str, dict[str, list[Row]]] = {"contrats": {}, "suivi": {}}
        dites = []
        for rang, history in enumerate(histories.values()):
            for role, fichiers in (("contrats", history.contrats), ("suivi", history.suivi)):
                for nom, rows in fichiers.items():
                    lignes = add(exports[role].setdefault(nom, []), [marked(row, rang) for row in rows])
                    dites += [(rang, f"{role}/{nom}", ligne) for ligne in lignes]
        options = next(iter(histories.values())).options
        build_project(dossier, **exports, sql=sql, **options).close()
        catalogue = load_catalog(sql, load_settings(dossier / "config.toml"))
        self.con = open_together(dossier, catalogue.read_macros(), dites)
        self.tables = told_tables(self.con, catalogue)
        self.told: dict[str, Told] = {}

    def read(self, test: str) -> duckdb.DuckDBPyConnection:
        """The database of the history of a test."""
        if test not in self.told:
            self.told[test] = Told(self.con.cursor(), self.rangs[test], self.tables)
        return cast(duckdb.DuckDBPyConnection, self.told[test])


@dataclass(frozen=True)
class ToldTable:
    """What a history has as a table: SQL in which `{histoire}` is its number, the tables that this reads of the same
    history, and whether it is made once or, being the same for all, looked at where it is."""

    sql: str
    parents: tuple[str, ...] = ()
    genre: str = "table"


class Told:
    """The database of a history, as a connection is used. Its tables are in a database of its own, in memory: views on
    one another would be planned anew, all of them, by each query."""

    def __init__(self, con: duckdb.DuckDBPyConnection, histoire: int, tables: Mapping[str, ToldTable]):
        self.con, self.histoire, self.tables = con, histoire, tables
        self.made = set[str]()
        con.execute(f"attach ':memory:' as histoire_{histoire}")
        con.execute(f"set search_path = 'histoire_{histoire},memory'")
        for schema in SCHEMAS:
            con.execute(f"create schema {schema}")

    def execute(self, sql: str, *parametres: Any) -> duckdb.DuckDBPyConnection:
        """As that of a connection, once the tables that the query names are made."""
        for table in TABLE.findall(sql):
            self.make(table)
        return self.con.execute(sql, *parametres)

    def make(self, table: str) -> None:
        """Make a table after those it reads, unless it is there."""
        if table in self.made or table not in self.tables:
            return
        self.made.add(table)
        dite = self.tables[table]
        for parent in dite.parents:
            self.make(parent)
        self.con.execute(f"create {dite.genre} {table} as {dite.sql.replace('{histoire}', str(self.histoire))}")


def add(export: list[Row], rows: Iterable[Row]) -> list[int]:
    """Add rows to an export, the witness once; returns their lines in the file."""
    lignes = []
    for row in rows:
        if row != TEMOIN or TEMOIN not in export:
            export.append(row)
        lignes.append(2 + (export.index(TEMOIN) if row == TEMOIN else len(export) - 1))
    return lignes


def open_together(dossier: Path, macros: str, dites: list[tuple[int, str, int]]) -> duckdb.DuckDBPyConnection:
    """The database of a project as `ensemble` and, beside it, which rows and contracts are of which history; `dites`
    has the history, the file and the line of each row."""
    con = duckdb.connect()
    con.execute(macros)
    con.execute(f"attach '{dossier / 'base/ruptures.duckdb'}' as ensemble (read_only)")
    con.execute("create table dites (histoire integer, nom varchar, ligne bigint)")
    con.executemany("insert into dites values (?, ?, ?)", dites)
    con.execute(
        "create table lignes as select histoire, fichier, ligne, "
        f"(fichier::bigint << 40) + ligne * {CONTRATS_PAR_LIGNE} as id_ligne "
        "from dites join ensemble.brut.fichiers using (nom)"
    )
    con.execute(
        "create table contrats as select distinct histoire, id_contrat "
        "from lignes join ensemble.core.lignes using (id_ligne)"
    )
    return con


def told_tables(con: duckdb.DuckDBPyConnection, catalogue: Catalog) -> dict[str, ToldTable]:
    """What a history has as each table of `ensemble`."""
    colonnes: dict[str, set[str]] = {}
    for table, colonne in con.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() where database_name = 'ensemble'"
    ).fetchall():
        colonnes.setdefault(table, set()).add(colonne)
    modeles = {modele.table: modele for modele in catalogue.modeles}
    return {table: told(table, noms, modeles.get(table)) for table, noms in colonnes.items()}


def told(table: str, colonnes: set[str], modele: SqlFile | None) -> ToldTable:
    """What a history has as a table: its rows, what the model makes of these, or what is the same for all."""
    toutes = (
        f"from ensemble.{table} select *{f' replace ({SANS_MARQUE} as nocontrat)' if 'nocontrat' in colonnes else ''}"
    )
    for colonne, leurs_lignes in LEURS_LIGNES.items():
        if colonne in colonnes:
            return ToldTable(f"{toutes} where {leurs_lignes}")
    if table in COMPTES_DE_LA_LECTURE:
        return ToldTable(f"select {', '.join(f'null::bigint as {colonne}' for colonne in sorted(colonnes))}")
    return ToldTable(toutes, genre="view") if modele is None else ToldTable(modele.corps, tuple(modele.parents))
