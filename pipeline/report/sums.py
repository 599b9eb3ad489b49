"""Rows of breakdowns added up: their counts here, what depends on these by the macros of `sql/macros.sql`.

The macros stay the one place of these formulas, be they those of a folder of one's own (`--sql`). They are asked on
numbers, once for all the sums of a report: no table is read again.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache, reduce
from typing import Any, TypeVar

import duckdb

from pipeline.report.breakdowns import BreakdownYear, ResultRow, select

GroupKey = TypeVar("GroupKey", bound=Hashable)
CUMULABLES = frozenset({"entier", "pourcentage", "euros"})  # what adds up: counts, shares of one total, amounts
COMPTES = ("ruptures_nettes", "effectif")  # added up even where they are not printed
# What the macros say of a sum, each with the sums that it asks for.
CALCULS = {
    "taux_rupture_nette": {"ruptures_nettes", "effectif"},
    "taux_bas": {"ruptures_nettes", "effectif"},
    "taux_haut": {"ruptures_nettes", "effectif"},
    "fiabilite": {"ruptures_nettes", "effectif"},
    "perte_annee_par_rupture": {"ruptures_nettes", "sans_npec", "sans_date", "perte_annee"},
}
LUES = frozenset[str]().union(*CALCULS.values())
CALCULS_SQL = """
    select
        part(ruptures_nettes, effectif) as taux_rupture_nette,
        wilson_bas(ruptures_nettes, effectif) as taux_bas,
        wilson_haut(ruptures_nettes, effectif) as taux_haut,
        fiabilite(ruptures_nettes, effectif) as fiabilite,
        par_rupture(perte_annee, (ruptures_nettes - sans_npec - sans_date)::hugeint) as perte_annee_par_rupture
    from (
        select
            unnest($ruptures_nettes::double[]) as ruptures_nettes,
            unnest($effectif::double[]) as effectif,
            unnest($sans_npec::double[]) as sans_npec,
            unnest($sans_date::double[]) as sans_date,
            unnest($perte_annee::decimal(38, 2)[]) as perte_annee
    )
"""


class Grouping(Enum):
    """What stands for several rows: for all of them, or for those that are not printed alone."""

    ENSEMBLE = "Ensemble"
    AUTRES = "Autres"


@cache
def open_macros(texte: str) -> duckdb.DuckDBPyConnection:
    """A connection that has these macros and no database, for the life of the process."""
    con = duckdb.connect(config={"threads": 1})
    con.execute(texte)
    return con


def add_up(
    con: duckdb.DuckDBPyConnection, demandes: Sequence[tuple[BreakdownYear, Mapping[GroupKey, Sequence[ResultRow]]]]
) -> list[dict[GroupKey, ResultRow]]:
    """Groups of rows of each breakdown (a row may be in several), each as one row; `con` has the macros.

    It has the columns that mean something of several rows: printed counts and shares, which are sums (nothing where a
    row has nothing), `ruptures_nettes` and `effectif`, what is compared, and the rate, bounds, fiabilite and mean cost
    of these sums. A group without rows has no row.
    """
    sommes = []
    for annuelle, groupes in demandes:
        colonnes = summed_columns(annuelle)
        sommes.append({cle: sum_rows(colonnes, lignes) for cle, lignes in groupes.items() if lignes})
    toutes = [somme for siennes in sommes for somme in siennes.values()]
    calculees = select(con, CALCULS_SQL, {nom: [somme.get(nom) for somme in toutes] for nom in LUES})
    for somme, calculee in zip(toutes, calculees, strict=True):
        somme |= {nom: calculee[nom] for nom, besoins in CALCULS.items() if besoins <= somme.keys()}
    return sommes


def summed_columns(annuelle: BreakdownYear) -> dict[str, bool]:
    """The columns that add up, each with whether it holds amounts."""
    imprimees, comptes = annuelle.entete.colonnes, {*COMPTES}
    if (comparaison := annuelle.entete.comparaison) is not None:
        comptes |= {comparaison.observees, comparaison.attendues}
    genres = {nom: imprimees[nom].format if nom in imprimees else "" for nom in annuelle.colonnes}
    return {
        nom: genre == "euros"
        for nom, genre in genres.items()
        if nom in comptes or (nom not in CALCULS and genre in CUMULABLES)
    }


def sum_rows(colonnes: Mapping[str, bool], lignes: Iterable[ResultRow]) -> ResultRow:
    """The sums of these columns, or nothing where one value is; a row where nothing has a cost adds nothing to an
    amount."""
    sommes: dict[str, Any] = {}
    for nom, montant in colonnes.items():
        valeurs = [ligne[nom] for ligne in lignes if not montant or ligne[nom] is not None]
        # One after the other, as SQL does: `sum` of a later Python, or of a frame, gives floats other last bits.
        sommes[nom] = None if not valeurs or None in valeurs else reduce(operator.add, valeurs)
    return sommes
