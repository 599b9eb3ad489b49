"""A cell of a breakdown, as an analyst names it: the breakdown, the values of its row, the column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from pipeline.errors import UsageError, closest
from pipeline.models.catalog import Catalog
from pipeline.models.file import SqlFile
from pipeline.schemas import header_key

# Where the count of each status is, in a breakdown that has it.
COLONNE_DU_STATUT = {"actif": "inscrits_actifs", "rupture_nette": "ruptures_nettes", "sorti_a_terme": "sortis_a_terme"}
PAR_DEFAUT = ("effectif", "ruptures_nettes")
VALEURS_DITES = 12


@dataclass(frozen=True)
class CellRequest:
    """What the analyst asked for.

    Attributes:
        cles: `colonne=valeur`, or the value alone where the breakdown has one dimension.
        statut, colonne: which count of the row, by a status or by its name; neither: `effectif`, or the net ruptures
            where there is none.
    """

    ventilation: str
    cles: Sequence[str] = ()
    statut: str | None = None
    colonne: str | None = None


@dataclass(frozen=True)
class BreakdownCell:
    """One count, or amount, of one row of a year.

    Attributes:
        cles: the columns that tell the row from the others of the year, with their values, as text.
    """

    modele: SqlFile
    annee: str
    cles: dict[str, str]
    colonne: str
    valeur: int | Decimal

    def __str__(self) -> str:
        """The breakdown, the values of its row, the column, with commas."""
        return ", ".join((self.modele.nom, *self.cles.values(), self.colonne))


def find_cell(con: duckdb.DuckDBPyConnection, catalogue: Catalog, annee: str, demande: CellRequest) -> BreakdownCell:
    """The cell asked for, in a database that has the breakdowns.

    Raises:
        UsageError: no such breakdown, row or column; several rows; a column that counts nothing.
    """
    modele = find_breakdown(catalogue, demande.ventilation)
    resultat = con.execute(f"select * from {modele.table} where annee = ?", [annee])
    colonnes = [nom for nom, *_ in resultat.description or ()]
    lignes = [dict(zip(colonnes, ligne, strict=True)) for ligne in resultat.fetchall()]
    types = {nom: genre for nom, genre, *_ in con.execute(f"describe {modele.table}").fetchall()}
    cle = modele.ventilation.cle
    nommables = [*cle, *(nom for nom, genre in types.items() if genre == "VARCHAR" and nom not in ("annee", *cle))]
    ligne = find_row(lignes, read_keys(demande.cles, nommables, cle), modele, annee)
    comptes = [nom for nom, genre in types.items() if nom not in nommables and is_count(genre)]
    colonne = find_column(demande, colonnes, comptes)
    return BreakdownCell(modele, annee, {nom: str(ligne[nom]) for nom in cle}, colonne, ligne[colonne] or 0)


def find_breakdown(catalogue: Catalog, nom: str) -> SqlFile:
    """The model of a breakdown. Raises UsageError when there is none of that name, or the settings keep it out of the
    base."""
    ventilations = {modele.nom: modele for modele in catalogue.modeles if modele.schema == "ventilations"}
    if nom not in ventilations and (raison := catalogue.ecartees.raisons.get(nom)):
        quoi = f"la ventilation « {nom} » n'est pas calculée : config.toml l'écarte ({raison})"
        raise UsageError(quoi, faire="Rendez-la à l'édition dans config.toml, puis refaites la base.")
    if nom not in ventilations:
        quoi = f"ventilation inconnue « {nom} »{closest(nom, ventilations)}"
        raise UsageError(quoi, faire="ruptures lister les montre toutes.")
    return ventilations[nom]


def is_count(genre: str) -> bool:
    """Whether a column of this type of DuckDB counts or adds up, and is no ratio."""
    return genre.endswith("INT") or genre in ("INTEGER", "UINTEGER") or genre.startswith("DECIMAL")


def read_keys(cles: Iterable[str], nommables: Sequence[str], cle: Sequence[str]) -> dict[str, str]:
    """`colonne=valeur` → column and value. A value alone is of the only dimension.

    Raises:
        UsageError: an unknown column, one given twice, a value that names none where there are several.
    """
    lues: dict[str, str] = {}
    for dite in cles:
        nom, _, valeur = dite.partition("=")
        if nom not in nommables:
            if len(cle) != 1:
                quoi = f"« {dite} » ne nomme pas une colonne de la ventilation{closest(nom, nommables)}"
                raise UsageError(quoi, faire=f"Écrivez --cle colonne=valeur, parmi : {', '.join(nommables)}.")
            nom, valeur = cle[0], dite
        if nom in lues:
            raise UsageError(f"--cle donne deux fois « {nom} »", faire="Gardez-en une : une case est d'une ligne.")
        lues[nom] = valeur
    return lues


def find_row(lignes: Sequence[dict[str, Any]], cles: dict[str, str], modele: SqlFile, annee: str) -> dict[str, Any]:
    """The only row of the year that has these values, written as they are or, failing that, in another case or without
    accents.

    Raises:
        UsageError: none, or several.
    """
    trouvees = list(lignes)
    for nom, valeur in cles.items():
        exactes = [ligne for ligne in trouvees if str(ligne[nom]) == valeur]
        proches = [ligne for ligne in trouvees if header_key(str(ligne[nom])) == header_key(valeur)]
        connues = [str(ligne[nom]) for ligne in trouvees]
        trouvees = exactes or proches
        if not trouvees:
            quoi = f"« {valeur} » n'est pas une valeur de {nom} en {annee}{closest(valeur, connues)}"
            raise UsageError(quoi, faire=f"Ses valeurs : {told(connues)}.")
    if len(trouvees) == 1:
        return trouvees[0]
    if not trouvees:
        quoi = f"« {modele.nom} » n'a pas de ligne en {annee}"
        raise UsageError(quoi, faire="Choisissez une autre année avec --annee.")
    manquante = next((nom for nom in modele.ventilation.cle if nom not in cles), modele.ventilation.cle[0])
    quoi = f"« {modele.nom} » a {len(trouvees)} lignes de ces valeurs en {annee}"
    valeurs = told([str(ligne[manquante]) for ligne in trouvees])
    raise UsageError(quoi, faire=f"Précisez --cle {manquante}=… : {valeurs}.")


def told(valeurs: Iterable[str]) -> str:
    """Some of the different values, in their order."""
    distinctes = list(dict.fromkeys(valeurs))
    return ", ".join([*distinctes[:VALEURS_DITES], *(["…"] if len(distinctes) > VALEURS_DITES else [])])


def find_column(demande: CellRequest, colonnes: Sequence[str], comptes: Sequence[str]) -> str:
    """The column asked for.

    Raises:
        UsageError: the breakdown has not that column, or it is not a count nor an amount.
    """
    if demande.statut is not None and demande.colonne is not None:
        quoi = "--statut et --colonne disent tous deux quel compte"
        raise UsageError(quoi, faire="Gardez l'un des deux.")
    voulue = demande.colonne or (demande.statut and COLONNE_DU_STATUT[demande.statut])
    voulue = voulue or next((nom for nom in PAR_DEFAUT if nom in comptes), None)
    faire = f"Donnez --colonne, parmi : {', '.join(comptes)}."
    if voulue is None:
        raise UsageError("cette ventilation a d'autres comptes que l'effectif", faire=faire)
    if voulue not in colonnes:
        quoi = f"« {demande.ventilation} » n'a pas de colonne « {voulue} »{closest(voulue, comptes)}"
        raise UsageError(quoi, faire=faire)
    if voulue not in comptes:
        raise UsageError(f"« {voulue} » n'est pas un compte : rien ne s'y liste", faire=faire)
    return voulue
