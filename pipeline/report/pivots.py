"""A breakdown of two dimensions as a crossed table: a row a value of the first, a column a value of the second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from itertools import product
from typing import Any, TypeAlias

from pipeline import formats
from pipeline.models.header import Pivot
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.report.printed import PrintedTable, fits, interval_cell, is_large, with_widths
from pipeline.report.sums import Grouping
from pipeline.report.worked_example import crossed_example

COLONNES_MAX = 9
LIGNES_MAX = 30  # rows that have their own line; the workbook has all
PARTS_ABSENTES = f"Pas de part dans une ligne de moins de {formats.EFFECTIF_MIN}."
PivotCell: TypeAlias = tuple[Any, Any]  # a value of each dimension, or a Grouping


def groups(annuelle: BreakdownYear, pivot: Pivot) -> dict[PivotCell, list[ResultRow]]:
    """The rows of each cell and of each margin, those of the further lines and columns in one.

    Raises:
        UsageError: two rows for one cell.
    """
    if len({cell(pivot, ligne) for ligne in annuelle.lignes}) < len(annuelle.lignes):
        raise annuelle.ventilation.modele.fault(
            f"deux lignes de {annuelle.annee} vont dans la même case du tableau croisé",
            "pivot",
            faire=f"Réunissez-les dans la requête (group by annee, {pivot.lignes}, {pivot.colonnes}), ou donnez à "
            "lignes et colonnes ce qui les distingue ; deux établissements du même nom sont à distinguer dans le "
            "référentiel.",
        )
    groupes: dict[PivotCell, list[ResultRow]] = defaultdict(list)
    (rangees, _), (gardees, _) = sides(annuelle, pivot)
    for ligne in annuelle.lignes:
        ici, la = cell(pivot, ligne)
        rangee, gardee = ici if ici in rangees else Grouping.AUTRES, la if la in gardees else Grouping.AUTRES
        for case in product((rangee, Grouping.ENSEMBLE), (gardee, Grouping.ENSEMBLE)):
            groupes[case].append(ligne)
    return groupes


def cell(pivot: Pivot, ligne: ResultRow) -> PivotCell:
    return ligne[pivot.lignes], ligne[pivot.colonnes]


def sides(annuelle: BreakdownYear, pivot: Pivot) -> list[tuple[list[Any], int]]:
    """The values that have a line of their own, then those that have a column, as the file first names them (all of
    them where there is room, `entiere`); how many have none."""
    cotes = []
    for nom, combien in ((pivot.lignes, LIGNES_MAX), (pivot.colonnes, COLONNES_MAX)):
        valeurs = list(dict.fromkeys(ligne[nom] for ligne in annuelle.lignes))
        propres = valeurs if annuelle.entiere else kept(valeurs, combien)
        cotes.append((propres, len(valeurs) - len(propres)))
    return cotes


def cross(
    annuelle: BreakdownYear, pivot: Pivot, sommes: Mapping[Hashable, ResultRow]
) -> tuple[PrintedTable, list[ResultRow], str]:
    """The crossed table, the rows that its cells were written from, and what it leaves to the workbook, in sentences
    or ''; `sommes` are those of its `groups`.

    What has no row is a dash. What adds up (see `sums.add_up`) has margins, and its further columns are one; with
    `part`, a cell has its share of a row of `formats.EFFECTIF_MIN` or more.
    """
    entete = annuelle.entete
    (rangees, dernieres), (gardees, restantes) = sides(annuelle, pivot)
    est_cumulee = pivot.valeur in sommes[Grouping.ENSEMBLE, Grouping.ENSEMBLE]
    if est_cumulee:
        rangees += [Grouping.AUTRES, Grouping.ENSEMBLE] if dernieres else [Grouping.ENSEMBLE]
        gardees += [Grouping.AUTRES, Grouping.ENSEMBLE] if restantes else [Grouping.ENSEMBLE]
    lues: dict[Hashable, ResultRow] = {**sommes, **{cell(pivot, ligne): ligne for ligne in annuelle.lignes}}
    entieres = whole_rows(pivot, rangees, lues)

    def label(nom: str, cle: Any) -> str:
        return cle.value if isinstance(cle, Grouping) else formats.written(entete.colonnes[nom].format, cle)

    def written(case: PivotCell) -> str:
        if case not in lues:
            return formats.VIDE
        ligne, colonne = lues[case], entete.colonnes[pivot.valeur]
        texte = colonne.written(pivot.valeur, ligne)
        if colonne.format == "taux" and (entre := interval_cell(ligne)) and texte != entre:
            texte = f"{texte}\n{entre}"
        if case[0] not in entieres or case[1] is Grouping.ENSEMBLE or not ligne[pivot.valeur]:
            return texte
        return f"{texte} ({formats.pourcentage(ligne[pivot.valeur] / entieres[case[0]], 0)})"

    textes = [[label(pivot.lignes, ici), *(written((ici, la)) for la in gardees)] for ici in rangees]
    tetes = [(entete.colonnes[pivot.lignes].libelle, False), *((label(pivot.colonnes, la), True) for la in gardees)]
    if not fits(tetes, textes, is_large(tetes)):
        # An interval is then on two lines.
        textes = [[nom, *(texte.replace(" à ", "\nà ") for texte in suite)] for nom, *suite in textes]
    mesure = formats.minuscule(entete.colonnes[pivot.valeur].libelle)
    tableau = PrintedTable(
        f"{entete.titre}, {annuelle.annee} : {mesure}{' et part de la ligne' if pivot.part else ''}",
        with_widths(tetes, textes, is_large(tetes)),
        textes[:-1] if est_cumulee else textes,
        textes[-1] if est_cumulee else None,
        chapeau=entete.colonnes[pivot.colonnes].libelle,
        marge=est_cumulee,
        est_large=is_large(tetes),
    )
    imprimees = [lues[case] for case in product(rangees, gardees) if case in lues]
    phrases = [
        note(dernieres, "ligne", entete.colonnes[pivot.lignes].libelle, est_cumulee),
        note(restantes, "colonne", entete.colonnes[pivot.colonnes].libelle, est_cumulee),
        PARTS_ABSENTES if pivot.part and len(entieres) < len(rangees) else "",
    ]
    return tableau, imprimees, " ".join(filter(None, phrases))


def example(annuelle: BreakdownYear, pivot: Pivot, sommes: Mapping[Hashable, ResultRow]) -> str:
    """Its first cell in a sentence: that of the first row of the file, which is always printed."""
    ligne = annuelle.lignes[0]
    entieres = whole_rows(pivot, [ligne[pivot.lignes]], sommes)
    return crossed_example(annuelle, pivot.valeur, ligne, entieres.get(ligne[pivot.lignes]))


def kept(valeurs: list[Any], combien: int) -> list[Any]:
    """The values that have a line, or a column, of their own: the first ones and what is not filled in; one left over
    has its own too."""
    if len(valeurs) <= combien + 1:
        return list(valeurs)
    gardees = valeurs[:combien]
    if formats.NON_RENSEIGNE in valeurs[combien:]:
        gardees[-1] = formats.NON_RENSEIGNE
    return gardees


def whole_rows(pivot: Pivot, rangees: list[Any], lues: Mapping[Hashable, ResultRow]) -> dict[Any, int]:
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
