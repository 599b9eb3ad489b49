"""Rows of the database as dictionaries, and the one way to add up those of a breakdown."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import duckdb

from pipeline.models.file import SqlFile

ResultRow = dict[str, Any]
GroupKey = TypeVar("GroupKey", bound=Hashable)
CUMULABLES = frozenset({"entier", "pourcentage", "euros"})  # what adds up: counts, shares of one total, amounts
# Rate, bounds and fiabilite of a sum, and its mean cost, each with what it needs: the macros that breakdowns compute
# their own with.
TAUX = {
    "taux_rupture_nette": ("part(ruptures_nettes, effectif)", {"ruptures_nettes", "effectif"}),
    "taux_bas": ("wilson_bas(ruptures_nettes, effectif)", {"ruptures_nettes", "effectif"}),
    "taux_haut": ("wilson_haut(ruptures_nettes, effectif)", {"ruptures_nettes", "effectif"}),
    "fiabilite": ("fiabilite(effectif)", {"effectif"}),
    "perte_annee_par_rupture": (
        "par_rupture(perte_annee, ruptures_nettes - sans_npec - sans_date)",
        {"perte_annee", "ruptures_nettes", "sans_npec", "sans_date"},
    ),
}
COMPTES = ("ruptures_nettes", "effectif")  # added up even where they are not printed
SOMMES_SQL = """
    with
    membres as (
        select unnest(?::bigint[]) as _groupe, unnest(?::bigint[]) as _rang
    ),
    lignes as (
        select *, row_number() over (order by rowid) - 1 as _rang from {table} where {condition}
    ),
    sommes as (
        select {sommes}
        from lignes inner join membres on lignes._rang = membres._rang
        group by membres._groupe
    )
    select {resultats} from sommes order by _groupe
"""


@dataclass(frozen=True)
class YearRows:
    """The rows that a breakdown has for one year, in the order of its file.

    Attributes:
        noms: all its columns, also without rows.
        uai: the CFA whose rows they are; None for those of the network.
    """

    con: duckdb.DuckDBPyConnection
    modele: SqlFile
    annee: str
    noms: tuple[str, ...]
    lignes: list[ResultRow]
    uai: str | None = None

    def every_year(self) -> list[ResultRow]:
        """The rows of all published years, those of the same CFA where there is one."""
        condition, parametres = ("true", []) if self.uai is None else ("uai = ?", [self.uai])
        sql = f"select * from {self.modele.table} where {condition} order by annee, rowid"
        return select(self.con, sql, parametres)

    def aggregate(self, groupes: Mapping[GroupKey, Sequence[int]]) -> dict[GroupKey, ResultRow]:
        """Each group of rows (by their ranks in `lignes`; a row may be in several) as one row.

        It has the columns that mean something of several rows: printed counts and shares, which are sums (nothing
        where a row has nothing), `ruptures_nettes` and `effectif`, what is compared, and the rate, bounds, fiabilite
        and mean cost of these sums. A group without rows has no row.
        """
        membres = [(numero, rang) for numero, rangs in enumerate(groupes.values()) for rang in rangs]
        if not membres:
            return {}
        entete = self.modele.ventilation
        imprimees, comptes = entete.colonnes, {*COMPTES}
        if entete.comparaison is not None:
            comptes |= {entete.comparaison.observees, entete.comparaison.attendues}
        cumulees = [
            nom
            for nom in self.noms
            if nom in comptes or (nom in imprimees and nom not in TAUX and imprimees[nom].format in CUMULABLES)
        ]
        montants = {nom for nom, colonne in imprimees.items() if colonne.format == "euros"}
        sommes = ["membres._groupe", *(whole_sum(nom, nom in montants) for nom in cumulees)]
        taux = [f"{calcul} as {nom}" for nom, (calcul, besoins) in TAUX.items() if besoins <= set(cumulees)]
        condition, parametres = of_year(self.annee, self.uai)
        sql = SOMMES_SQL.format(
            table=self.modele.table,
            condition=condition,
            sommes=", ".join(sommes),
            resultats=", ".join(["_groupe", *cumulees, *taux]),
        )
        numeros, rangs = zip(*membres, strict=True)
        cles = list(groupes)
        agregees = select(self.con, sql, [list(numeros), list(rangs), *parametres])
        return {cles[ligne.pop("_groupe")]: ligne for ligne in agregees}


def whole_sum(nom: str, montant: bool) -> str:
    """The sum of a column, in the order of the rows (so that it never changes), or nothing where one value is; a row
    where nothing has a cost adds nothing to an amount."""
    somme = f"sum({nom} order by lignes._rang)"
    return f"{somme if montant else f'case when count({nom}) = count(*) then {somme} end'} as {nom}"


def of_year(annee: str, uai: str | None) -> tuple[str, list[str]]:
    """The condition that rows of a year, of a CFA or of the whole network, meet; its parameters."""
    return ("annee = ?", [annee]) if uai is None else ("annee = ? and uai = ?", [annee, uai])


def read_rows(con: duckdb.DuckDBPyConnection, modele: SqlFile, annee: str, uai: str | None = None) -> YearRows:
    """The rows of a breakdown for one year, those of one CFA where `uai` says which."""
    noms = tuple(colonne[0] for colonne in con.execute(f"select * from {modele.table} limit 0").description or ())
    condition, parametres = of_year(annee, uai)
    lignes = select(con, f"select * from {modele.table} where {condition} order by rowid", parametres)
    return YearRows(con, modele, annee, noms, lignes, uai)


def select(con: duckdb.DuckDBPyConnection, sql: str, parametres: list[Any] | None = None) -> list[ResultRow]:
    """Rows of a query as dictionaries."""
    resultat = con.execute(sql, parametres or [])
    noms = [colonne[0] for colonne in resultat.description or ()]
    return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]
