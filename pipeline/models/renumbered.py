"""The database as contributed SQL sees it: tables in which no identifier exists. What their rows are joined and counted
with are numbers drawn for the occasion: nothing that depends on who somebody is comes out twice the same.

Imported by the process that runs such SQL: nothing heavy here.
"""

from __future__ import annotations

import re
import secrets
from itertools import groupby
from pathlib import Path

import duckdb

from pipeline.models.connections import lock, settings
from pipeline.models.quoting import identifier, literal
from pipeline.schemas import IDENTIFIANTS

CACHEE = re.compile(r"base_[0-9a-f]{32}\.")
# Tables with such a column are of the lines of exports, not of contracts: only the program reads them.
DES_LIGNES = frozenset({"id_ligne", "id_version"})
SCHEMAS_VUS = ("core", "ref", "ventilations")


def open_renumbered(base: Path, macros: str, temporaire: Path | None) -> duckdb.DuckDBPyConnection:
    """An empty database in memory whose views are the tables of the one at `base`, with keys drawn anew; locked. Large
    sorts may spill into `temporaire`.

    The name that the database is attached by is drawn too: no query can name the tables behind the views.

    Raises:
        duckdb.Error: it cannot be opened.
    """
    con = duckdb.connect(config=settings(temporaire))  # type: ignore[arg-type]
    cachee = f"base_{secrets.token_hex(16)}"
    con.execute(f"attach {literal(str(base))} as {cachee} (read_only)")
    con.execute(macros)
    con.execute(views(con, cachee))
    return lock(con)


def views(con: duckdb.DuckDBPyConnection, cachee: str) -> str:
    """SQL of the views of every table that contributed SQL may read of an attached database."""
    colonnes = con.execute(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where database_name = ? and list_contains(?, schema_name) order by schema_name, table_name, column_index",
        [cachee, SCHEMAS_VUS],
    ).fetchall()
    sel, instructions = secrets.token_hex(16), [f"create schema {schema};" for schema in SCHEMAS_VUS]
    for (schema, table), siennes in groupby(colonnes, key=lambda colonne: colonne[:2]):
        noms = [nom for *_, nom in siennes]
        if DES_LIGNES & {*noms}:
            continue
        vues = ", ".join(renumbered(nom, sel) for nom in noms)
        nom = f"{identifier(schema)}.{identifier(table)}"
        instructions.append(f"create view {nom} as select {vues} from {cachee}.{nom};")
    return "\n".join(instructions)


def renumbered(nom: str, sel: str) -> str:
    """A column of a view: an identifier as a number drawn with `sel`, the same for the same identifier of any table,
    not for another; the others as they are. Of 127 bits, which an integer of SQL has beside its sign: no two of all the
    contracts of a country have the same."""
    cle = identifier(nom)
    tire = f"(md5_number({cle}::varchar || '{sel}') >> 1)::hugeint as {cle}"
    return tire if nom.lower() in IDENTIFIANTS else cle
