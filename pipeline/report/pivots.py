"""A breakdown of two dimensions as a crossed table: a row a value of the first, a column a value of the second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

from pipeline import formats
from pipeline.models.header import Pivot
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.report.printed import PrintedTable, is_large, with_widths
from pipeline.report.sums import Grouping

COLONNES_MAX = 9
LIGNES_MAX = 40  # rows that have their own line; the workbook has all
PARTS_ABSENTES = f"Pas de part dans une ligne de moins de {formats.EFFECTIF_MIN}."


PivotCell: TypeAlias = tuple[Any, Any]  # a value of each dimension, or a Grouping


@dataclass(frozen=True)
class PivotLayout:
    """Where the rows of a breakdown stand in its crossed table.

    Attributes:
        cases: the row of each cell.
        rangees, gardees: the values that have a line, a column, of their own, in the order of the file.
        dernieres, restantes: those that have none.
    """

    pivot: Pivot
    cases: dict[PivotCell, ResultRow]
    rangees: list[Any]
    gardees: list[Any]
    dernieres: list[Any]
    restantes: list[Any]


def lay_out(annuelle: BreakdownYear) -> PivotLayout:
    """The crossed table that the header declares.

    Raises:
        UsageError: two rows for one cell.
    """
    pivot = annuelle.entete.pivot
    assert pivot is not None
    cases = cells(annuelle, pivot)
    lignes, colonnes = (list(dict.fromkeys(case[cote] for case in cases)) for cote in (0, 1))
    rangees, gardees = kept(lignes, LIGNES_MAX), kept(colonnes, COLONNES_MAX)
    return PivotLayout(
        pivot,
        cases,
        rangees,
        gardees,
        [valeur for valeur in lignes if valeur not in rangees],
        [valeur for valeur in colonnes if valeur not in gardees],
    )


def groups(annuelle: BreakdownYear) -> dict[PivotCell, list[ResultRow]]:
    """The rows of each margin and of each cell of the further lines and columns.

    Raises:
        UsageError: two rows for one cell.
    """
    plan = lay_out(annuelle)
    groupes: dict[PivotCell, list[ResultRow]] = defaultdict(list)
    loin, plus_loin = set(plan.dernieres), set(plan.restantes)
    for (ligne, colonne), rangee in plan.cases.items():
        ici = [Grouping.ENSEMBLE, Grouping.AUTRES] if ligne in loin else [Grouping.ENSEMBLE]
        la = [Grouping.ENSEMBLE, Grouping.AUTRES] if colonne in plus_loin else [Grouping.ENSEMBLE]
        for case in product([ligne, *ici], [colonne, *la]):
            if case != (ligne, colonne):
                groupes[case].append(rangee)
    return groupes


def cross(annuelle: BreakdownYear, sommes: Mapping[Hashable, ResultRow]) -> tuple[PrintedTable, list[ResultRow], str]:
    """The crossed table, the rows that its cells were written from, and what it leaves to the workbook, in sentences
    or ''; `sommes` are those of its `groups`.

    Rows and columns come in the order in which the file first names them; what has no row is a dash. What adds up
    (see `sums.add_up`) has margins, and its further columns are one; with `part`, a cell has its share of a row of
    `formats.EFFECTIF_MIN` or more.
    """
    entete, plan = annuelle.entete, lay_out(annuelle)
    pivot, rangees, gardees = plan.pivot, plan.rangees, plan.gardees
    est_cumulee = pivot.valeur in sommes[Grouping.ENSEMBLE, Grouping.ENSEMBLE]
    if est_cumulee:
        rangees = [*rangees, *([Grouping.AUTRES] if plan.dernieres else []), Grouping.ENSEMBLE]
        gardees = [*gardees, *([Grouping.AUTRES] if plan.restantes else []), Grouping.ENSEMBLE]
    lues: dict[Hashable, ResultRow] = {**sommes, **plan.cases}
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
        note(len(plan.dernieres), "ligne", entete.colonnes[pivot.lignes].libelle, est_cumulee),
        note(len(plan.restantes), "colonne", entete.colonnes[pivot.colonnes].libelle, est_cumulee),
        PARTS_ABSENTES if pivot.part and len(entieres) < len(rangees) else "",
    ]
    return tableau, imprimees, " ".join(filter(None, phrases))


def cells(annuelle: BreakdownYear, pivot: Pivot) -> dict[PivotCell, ResultRow]:
    """The row of each cell.

    Raises:
        UsageError: two rows for one cell.
    """
    cases: dict[PivotCell, ResultRow] = {}
    for ligne in annuelle.lignes:
        if cases.setdefault((ligne[pivot.lignes], ligne[pivot.colonnes]), ligne) is not ligne:
            raise annuelle.ventilation.modele.fault(
                f"deux lignes de {annuelle.annee} vont dans la même case du tableau croisé",
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
