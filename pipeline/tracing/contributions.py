"""The contracts that a cell of a breakdown counts, found by the breakdown's own SQL.

Each contract is given a year of its own ("2021-2022/57"): a breakdown, which gives every year at once, then says of
each contract what it says of a year, and the rows of a cell are the contracts that it counts. Nothing is known of what
the SQL does with them; so what is found is held against the cell twice, as a sum and by what is left without it, and
refused where it does not hold: a count may depend on the others (a rank, a threshold, a table of durations), and then
no contract has a part of its own in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import duckdb

from pipeline.errors import UsageError
from pipeline.models.catalog import Catalog
from pipeline.models.file import SqlFile
from pipeline.models.locked import TimeLimit, limited, open_beside
from pipeline.models.quoting import identifier, literal
from pipeline.tracing.cells import BreakdownCell

ANNEES = "core.annees"
# In the tables of the contracts of a year: each is of a year of its own; or those listed are left out.
A_PART = "select * replace (annee || '/' || id_contrat as annee) from base.{table} where annee = {annee}"
SANS = "select * from base.{table} where annee != {annee} or id_contrat not in (select id_contrat from listes)"
# Their years, then, are those of the contracts.
ANNEES_A_PART = (
    "select annees.* replace (propres.annee as annee) from base.core.annees as annees "
    "inner join ({tables}) as propres on annees.annee = split_part(propres.annee, '/', 1)"
)


def contracts_of(base: Path, catalogue: Catalog, cellule: BreakdownCell, duree: int) -> dict[int, int | Decimal]:
    """`id_contrat` of each contract that the cell counts, with what it brings to it: 1, or an amount of euros.

    Raises:
        UsageError: the cell is not a sum over contracts, or takes more than `duree` seconds.
    """
    nom, annee = identifier(cellule.colonne), literal(cellule.annee)
    with replay(base, catalogue, cellule, A_PART, duree) as con:
        # A key that is a year (annee_cohorte) is that of the contract.
        lignes = " and ".join(f"replace({identifier(c)}::varchar, annee, {annee}) = ?" for c in cellule.cles)
        apports = dict(
            con.execute(
                f"select split_part(annee, '/', 2)::bigint as id_contrat, sum({nom}) as apport "
                f"from {cellule.modele.table} where starts_with(annee, {annee} || '/') and {lignes} "
                "group by all having apport != 0 order by id_contrat",
                list(cellule.cles.values()),
            ).fetchall()
        )
    if sum(apports.values()) != cellule.valeur or left_without(base, catalogue, cellule, apports, duree) != 0:
        raise UsageError(
            f"« {cellule.colonne} » de {cellule.modele.nom} ne se liste pas contrat par contrat : ce compte dépend "
            "aussi des autres contrats (un seuil, un rang, une durée suivie, une autre année), ou la base est d'avant "
            "une modification du fichier",
            ou=cellule.modele.chemin,
            faire="Demandez une autre colonne (--colonne), une autre ventilation, ou reconstruisez la base.",
        )
    return apports


def left_without(
    base: Path, catalogue: Catalog, cellule: BreakdownCell, ids: Iterable[int], duree: int
) -> int | Decimal:
    """What the cell still has when these contracts are left out."""
    with replay(base, catalogue, cellule, SANS, duree, ids) as con:
        lignes = " and ".join(f"{identifier(c)}::varchar = ?" for c in cellule.cles)
        return con.execute(
            f"select coalesce(sum({identifier(cellule.colonne)}), 0) from {cellule.modele.table} "
            f"where annee = {literal(cellule.annee)} and {lignes}",
            list(cellule.cles.values()),
        ).fetchall()[0][0]


@contextmanager
def replay(
    base: Path, catalogue: Catalog, cellule: BreakdownCell, tri: str, duree: int, ids: Iterable[int] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The breakdown of a cell run again, in memory: on the tables of the contracts of a year as `tri` makes them, and
    on what the project's models make of these; all the rest is as it is in the database. `ids` are those of `listes`.
    """
    with open_beside(base) as con, TimeLimit(con, duree) as limite:
        con.execute(catalogue.read_macros())
        con.execute("create table listes as select unnest(?::bigint[]) as id_contrat", [list(ids)])
        for schema in ("brut", "ref", "core", "ventilations"):
            con.execute(f"create schema {schema}")
        annuelles, triees = tables_with(con, "annee"), tables_with(con, "annee", "id_contrat")
        lues = read_by(cellule.modele, catalogue, triees | {ANNEES})
        triees &= lues
        faites = dict.fromkeys(lues, "select * from base.{table}") | dict.fromkeys(triees, tri)
        refaites = set(triees)
        if tri == A_PART and ANNEES in lues:
            faites[ANNEES] = own_years(triees)
            refaites.add(ANNEES)
        modeles = [modele for modele in catalogue.modeles if modele.table in lues - triees]
        # What no model makes, and what is sorted out, is read by the others.
        for table in sorted(lues - {modele.table for modele in modeles}):
            con.execute(view(table, faites[table], cellule.annee))
        for modele in modeles:
            if modele.table not in refaites and modele.table in annuelles and refaites & modele.parents.keys():
                refaites.add(modele.table)
                with limited(limite, modele.chemin, decalage=modele.decalage):
                    con.execute(f"create table {modele.table} as {modele.corps}")
            else:
                con.execute(view(modele.table, faites[modele.table], cellule.annee))
        yield con


def view(table: str, selection: str, annee: str) -> str:
    """The SQL of a table that is another's rows, or some of them."""
    return f"create view {table} as {selection.format(table=table, annee=literal(annee))}"


def own_years(triees: Iterable[str]) -> str:
    """The SQL of the years that these tables have once each contract has its own."""
    tables = " union ".join(f"select annee from {table}" for table in sorted(triees)) or "select null as annee"
    return ANNEES_A_PART.replace("{tables}", tables)


def tables_with(con: duckdb.DuckDBPyConnection, *colonnes: str) -> set[str]:
    """Names of the tables of the database beside that have all these columns."""
    return {
        table
        for (table,) in con.execute(
            "select schema_name || '.' || table_name from duckdb_columns() where database_name = 'base' "
            "group by all having list_has_all(list(column_name), ?)",
            [list(colonnes)],
        ).fetchall()
    }


def read_by(modele: SqlFile, catalogue: Catalog, arrets: set[str]) -> set[str]:
    """The model's table, those it reads, and those that these read, but for what is behind `arrets`."""
    modeles = {connu.table: connu for connu in catalogue.modeles}
    lues, restantes = set[str](), [modele.table]
    while restantes:
        table = restantes.pop()
        if table not in lues:
            lues.add(table)
            restantes += modeles[table].parents if table in modeles and table not in arrets else ()
    return lues
