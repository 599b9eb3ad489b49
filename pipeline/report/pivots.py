"""A breakdown of two dimensions as a crossed table: a row a value of the first, a column a value of the second."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from itertools import product
from typing import Any, TypeAlias

from pipeline import formats
from pipeline.models.header import Pivot
from pipeline.report.printed import PrintedTable, is_large, with_widths
from pipeline.report.rows import ResultRow, YearRows

COLONNES_MAX = 9
LIGNES_MAX = 40  # rows that have their own line; the workbook has all
PARTS_ABSENTES = f"Pas de part dans une ligne de moins de {formats.EFFECTIF_MIN}."


class Grouping(Enum):
    """What stands for several values of a dimension: all of them, or those that have no column of their own."""

    ENSEMBLE = "Ensemble"
    AUTRES = "Autres"


PivotCell: TypeAlias = tuple[Any, Any]  # a value of each dimension, or a Reunion


def cross(resultat: YearRows) -> tuple[PrintedTable, list[ResultRow], str]:
    """The crossed table that the header declares, the rows that its cells were written from, and what it leaves to
    the workbook, in sentences or ''.

    Rows and columns come in the order in which the file first names them; what has no row is a dash. What adds up
    (see `YearRows.aggregate`) has margins, and its further columns are one; with `part`, a cell has its share of a row
    of `formats.EFFECTIF_MIN` or more.

    Raises:
        UsageError: two rows for one cell.
    """
    entete = resultat.modele.ventilation
    pivot = entete.pivot
    assert pivot is not None
    cases = cells(resultat, pivot)
    lignes, colonnes = (list(dict.fromkeys(case[cote] for case in cases)) for cote in (0, 1))
    rangees, gardees = kept(lignes, LIGNES_MAX), kept(colonnes, COLONNES_MAX)
    dernieres, restantes = (
        [cle for cle in toutes if cle not in siennes] for toutes, siennes in ((lignes, rangees), (colonnes, gardees))
    )
    sommes = resultat.aggregate(groups(cases, dernieres, restantes))
    est_cumulee = pivot.valeur in sommes[Grouping.ENSEMBLE, Grouping.ENSEMBLE]
    if est_cumulee:
        rangees += [Grouping.AUTRES, Grouping.ENSEMBLE] if dernieres else [Grouping.ENSEMBLE]
        gardees += [Grouping.AUTRES, Grouping.ENSEMBLE] if restantes else [Grouping.ENSEMBLE]
    lues = sommes | {case: resultat.lignes[rang] for case, rang in cases.items()}
    entieres = whole_rows(pivot, rangees, lues)

    def label(nom: str, cle: Any) -> str:
        return cle.value if isinstance(cle, Grouping) else formats.written(entete.colonnes[nom].format, cle)

    def written(case: PivotCell) -> str:
        if case not in lues:
            return formats.VIDE
        ligne, genre = lues[case], entete.colonnes[pivot.valeur].format
        texte = formats.written(genre, ligne[pivot.valeur], ligne.get("fiabilite"))
        if case[0] not in entieres or case[1] is Grouping.ENSEMBLE or not ligne[pivot.valeur]:
            return texte
        return f"{texte} ({formats.pourcentage(ligne[pivot.valeur] / entieres[case[0]], 0)})"

    textes = [[label(pivot.lignes, ici), *(written((ici, la)) for la in gardees)] for ici in rangees]
    tetes = [(entete.colonnes[pivot.lignes].libelle, False), *((label(pivot.colonnes, la), True) for la in gardees)]
    mesure = formats.minuscule(entete.colonnes[pivot.valeur].libelle)
    tableau = PrintedTable(
        f"{entete.titre}, {resultat.annee} : {mesure}{' et part de la ligne' if pivot.part else ''}",
        with_widths(tetes, textes, is_large(tetes)),
        textes[:-1] if est_cumulee else textes,
        textes[-1] if est_cumulee else None,
        chapeau=entete.colonnes[pivot.colonnes].libelle,
        marge=est_cumulee,
        est_large=is_large(tetes),
    )
    imprimees = [ligne for (ici, la), ligne in lues.items() if ici in rangees and la in gardees]
    phrases = [
        note(len(dernieres), "ligne", entete.colonnes[pivot.lignes].libelle, est_cumulee),
        note(len(restantes), "colonne", entete.colonnes[pivot.colonnes].libelle, est_cumulee),
        PARTS_ABSENTES if pivot.part and len(entieres) < len(rangees) else "",
    ]
    return tableau, imprimees, " ".join(filter(None, phrases))


def cells(resultat: YearRows, pivot: Pivot) -> dict[PivotCell, int]:
    """The rank of the row of each cell.

    Raises:
        UsageError: two rows for one cell.
    """
    cases: dict[PivotCell, int] = {}
    for rang, ligne in enumerate(resultat.lignes):
        if cases.setdefault((ligne[pivot.lignes], ligne[pivot.colonnes]), rang) != rang:
            raise resultat.modele.fault(
                f"deux lignes de {resultat.annee} vont dans la même case du tableau croisé",
                "pivot",
                faire=f"Réunissez-les dans la requête (group by annee, {pivot.lignes}, {pivot.colonnes}), ou donnez à "
                "lignes et colonnes ce qui les distingue ; deux établissements du même nom sont à distinguer dans le "
                "référentiel.",
            )
    return cases


def kept(valeurs: list[Any], combien: int) -> list[Any]:
    """The values that have a line, or a column, of their own: the first ones and what is not filled in; one left over
    has its own too."""
    if len(valeurs) <= combien + 1:
        return list(valeurs)
    gardees = valeurs[:combien]
    if formats.NON_RENSEIGNE in valeurs[combien:]:
        gardees[-1] = formats.NON_RENSEIGNE
    return gardees


def groups(cases: dict[PivotCell, int], dernieres: list[Any], restantes: list[Any]) -> dict[PivotCell, list[int]]:
    """The rows of each margin and of each cell of the further lines and columns, by their ranks."""
    groupes: dict[PivotCell, list[int]] = defaultdict(list)
    loin, plus_loin = set(dernieres), set(restantes)
    for (ligne, colonne), rang in cases.items():
        ici = [Grouping.ENSEMBLE, Grouping.AUTRES] if ligne in loin else [Grouping.ENSEMBLE]
        la = [Grouping.ENSEMBLE, Grouping.AUTRES] if colonne in plus_loin else [Grouping.ENSEMBLE]
        for case in product([ligne, *ici], [colonne, *la]):
            if case != (ligne, colonne):
                groupes[case].append(rang)
    return groupes


def whole_rows(pivot: Pivot, rangees: list[Any], lues: dict[PivotCell, ResultRow]) -> dict[Any, int]:
    """What the cells of each row are shares of, where shares are asked for and the row is large enough."""
    if pivot.part is None:
        return {}
    entieres = {ici: lues[ici, Grouping.ENSEMBLE][pivot.valeur] or 0 for ici in rangees}
    return {ici: entiere for ici, entiere in entieres.items() if entiere >= formats.EFFECTIF_MIN}


def note(restantes: int, quoi: str, libelle: str, est_cumulee: bool) -> str:
    """What became of the values of a dimension that have no line, or no column, of their own (`quoi`)."""
    if not restantes:
        return ""
    valeurs = f"{formats.entier(restantes)} valeurs de « {libelle} »"
    if est_cumulee:
        return f"La {quoi} « {Grouping.AUTRES.value} » réunit {valeurs} ; le classeur les donne toutes."
    return f"{valeurs} n'ont pas de {quoi} ; le classeur les donne toutes."
