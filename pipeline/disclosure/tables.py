"""Which breakdowns the public edition has, and which of their columns: nothing that this page does not know.

A breakdown is in it when its rows add up to a total, so that what two of its figures say together is known; a column
when it is a count of `COMPTES`, or comes from such counts (`DERIVEES`). What a contributed file has besides is left
out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from sqlglot import exp

from pipeline import formats
from pipeline.disclosure.protected import TableShape
from pipeline.models import checks
from pipeline.models.file import SqlFile
from pipeline.models.header import BreakdownHeader
from pipeline.models.sensitive import HANDICAP, MOTIFS

ENSEMBLE = "ensemble"
TITRE_DE_L_ENSEMBLE = "L'ensemble du réseau"
# Counts of persons or contracts, then those that are differences of two of them.
COMPTES = ("ruptures_nettes", "effectif", "sortis_a_terme", "ruptures_brutes")
DIFFERENCES = {"inscrits_actifs": ("effectif", "ruptures_nettes"), "resignees": ("ruptures_brutes", "ruptures_nettes")}
# A rate and what goes with it; a share, with the count that it is a share of all of.
DE_TAUX = ("taux_rupture_nette", "taux_bas", "taux_haut", "fiabilite")
PARTS = {**checks.PARTS, "part_ruptures_brutes": "ruptures_brutes"}
# Computed from more than the table shows: with so many decimals that nothing else can be read in them.
DECIMALES = {"attendues": 1, "rapport_public_egal": 2, "rapport_bas": 2, "rapport_haut": 2}
DERIVEES = (*DE_TAUX, *PARTS, *DECIMALES)
# Who breaks a contract where, and how old: of the whole network only (definitions §8), under the names that breakdowns
# give them and those of what they are made from.
DU_RESEAU_SEUL = MOTIFS | HANDICAP | {
    "motifexprime", "motifvalide", "codemotifrupture", "age_debut", "tranche_age", "datenaissance",
    "nombredesalaries", "taille_employeur", "naf", "secteur", "codeidcc", "convention", "typeemployeur",
    "siretemployeur", "premier_apprenti", "rang_apprenti", "ruptures_par_employeur",
    "departement_employeur", "employeurcodepostal",
}  # fmt: skip
HORS_TOTAL = "ses lignes ne s'additionnent pas à un total"
DE_CFA = "elle n'est que dans les rapports de CFA, qui sont internes"
CROISE = "elle croise un motif, un handicap, un âge ou un employeur avec autre chose"
SANS_COMPTE = "elle n'a aucun compte d'apprentis ni de contrats"
MONTANTS = "ses montants sont ceux de quelques ruptures"


@dataclass(frozen=True)
class PublicTable(TableShape):
    """What there is to protect of a breakdown, true figures included: nothing that writes an edition sees it.

    Attributes:
        attributs: dimension → what it says of a row beside the key, published or known to anybody.
    """

    attributs: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.frame.to_dicts()


def whole_network(annuels: Sequence[Mapping[str, Any]]) -> PublicTable:
    """The network's totals of each published year (`material.read_years`), the first table of the edition."""
    comptes = ("inscrits_actifs", "ruptures_nettes", "effectif", "sortis_a_terme", "ruptures_brutes", "resignees")
    colonnes = ("annee", *comptes)
    frame = pl.DataFrame([{nom: ligne[nom] for nom in colonnes} for ligne in annuels])
    return PublicTable(ENSEMBLE, TITRE_DE_L_ENSEMBLE, (), (), comptes, DE_TAUX, frame)


def choose(
    lues: Iterable[tuple[SqlFile, pl.DataFrame]], dependances: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> tuple[list[PublicTable], dict[str, str]]:
    """The tables of the edition, and why each other breakdown is not in it, by its title.

    Args:
        lues: the breakdowns and their rows.
        dependances: dimension → dimension that it decides → value → value, as anybody may know them.
    """
    gardees, ecartees = list[PublicTable](), dict[str, str]()
    for modele, frame in lues:
        if raison := why_not(modele, frame):
            ecartees[modele.ventilation.titre] = raison
        else:
            gardees.append(make_table(modele, frame, dependances))
    return gardees, ecartees


def why_not(modele: SqlFile, frame: pl.DataFrame) -> str:
    """Why a breakdown is not in the public edition; '' where it is."""
    entete = modele.ventilation
    if entete.place == "cfa":
        return DE_CFA
    if entete.total is None:
        return HORS_TOTAL
    if len(entete.cle) > 1 and not names_of(modele, entete).isdisjoint(DU_RESEAU_SEUL):
        return CROISE
    if any(entete.colonnes[nom].format == "euros" for nom in entete.totals()):
        return MONTANTS
    return "" if {*frame.columns} & {*COMPTES} else SANS_COMPTE


def names_of(modele: SqlFile, entete: BreakdownHeader) -> set[str]:
    """Every column that a query names, and those of its key."""
    return {nom.name.lower() for nom in modele.arbre.find_all(exp.Identifier)} | {*entete.cle}


def make_table(
    modele: SqlFile, frame: pl.DataFrame, dependances: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> PublicTable:
    """A breakdown with the columns that are known; a text beside the key stays where the row's key decides it."""
    entete = modele.ventilation
    textes = [nom for nom, genre in frame.schema.items() if genre == pl.String and nom in {*entete.cle, *CONNUES}]
    dimensions = tuple(nom for nom in frame.columns if nom in {*entete.cle, *textes} and nom != "annee")
    comptes = tuple(nom for nom in frame.columns if nom in {*COMPTES, *DIFFERENCES})
    derivees = tuple(nom for nom in frame.columns if nom in DERIVEES and of_counts(nom, comptes))
    nette = frame.select("annee", *dimensions, *comptes, *derivees).with_columns(
        pl.col(nom).cast(pl.String) for nom in dimensions
    )
    if tells_counts(modele, dimensions):
        nette = nette.sort("annee", *(pl.col(nom).replace_strict(ranks(nette[nom])) for nom in dimensions))
    attributs = {nom: nette[nom].to_list() for nom in dimensions if nom not in entete.cle}
    for nom in entete.cle:
        for decidee, valeurs in dependances.get(nom, {}).items():
            if decidee not in {*dimensions, *attributs}:
                attributs[decidee] = [valeurs.get(valeur, valeur) for valeur in nette[nom].to_list()]
    return PublicTable(modele.nom, entete.titre, tuple(entete.cle), dimensions, comptes, derivees, nette, attributs)


def tells_counts(modele: SqlFile, dimensions: Sequence[str]) -> bool:
    """Whether the order of the rows may say which of two counts is the greater, hidden or not: rows are ordered by
    something else than what they are of."""
    ordre = modele.arbre.args.get("order")
    return ordre is None or any(
        colonne.name.lower() not in {"annee", *dimensions} for colonne in ordre.find_all(exp.Column)
    )


# How bands of a quantity are named: De 2 à 5 mois, 12 mois et plus.
BANDE = re.compile(r"(moins de|jusqu'à|plus de|de|entre)?\s*(\d+)", re.IGNORECASE)


def ranks(noms: pl.Series) -> dict[str | None, int]:
    """The place of each name: bands from the smallest, what is not filled in after them; all others in letter order."""
    distincts: list[str] = sorted(noms.drop_nulls().unique(), key=formats.alphabetical)
    lues = {nom: BANDE.match(nom) for nom in distincts if nom != formats.NON_RENSEIGNE}
    if all(lues.values()):
        bornes = {nom: (int(lu[2]), (lu[1] or "").lower() != "moins de") for nom, lu in lues.items() if lu}
        distincts.sort(key=lambda nom: (nom not in bornes, bornes.get(nom)))
    return {nom: rang for rang, nom in enumerate([*distincts, None])}


# Texts that name what the key is: any other could say a figure in words.
CONNUES = ("structure", "type_structure", "cfa_rattachement", "diplome", "type_diplome", "filiere")


def of_counts(derivee: str, comptes: Sequence[str]) -> bool:
    """Whether a table has the counts that a column comes from."""
    besoin = {"ruptures_nettes", "effectif"} if derivee not in PARTS else {PARTS[derivee]}
    return besoin <= {*comptes}
