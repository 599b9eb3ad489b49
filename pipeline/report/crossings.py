"""What a breakdown of two dimensions says, by rule: which cell stands apart from its row and its column; of a square of
the same classes twice, how far the two agree. Pure.

A cell is held against the rest of its column: its share of the row where ruptures are counted, its rate where
apprentices are (Fisher's exact test; the cells examined are one Benjamini–Hochberg family). Only rows, or cells, of
EFFECTIF_MIN are examined.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from pipeline import formats
from pipeline.formats import EFFECTIF_MIN, FINE, NON_RENSEIGNE, entier, pourcentage, ratio, taux_en_mots
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.statistics.agreement import kappa
from pipeline.statistics.comparisons import benjamini_hochberg
from pipeline.statistics.decision import fisher

# Of ruptures only, in a breakdown that has the apprentices too.
DES_APPRENTIS = " La part d'une case dépend d'abord du nombre de ses apprentis."
Counts = tuple[int, int]  # ruptures (or those of the column), of how many


@dataclass(frozen=True)
class Crossing:
    """A breakdown of a year by two dimensions, those of its crossed table or of its key.

    Attributes:
        cases: what is known on both sides: the values of a cell → its row.
        est_de_taux: whether the cells have apprentices, or ruptures only.
    """

    annuelle: BreakdownYear
    lignes: str
    colonnes: str
    cases: dict[tuple[Any, Any], ResultRow]
    est_de_taux: bool

    def name(self, dimension: str, valeur: object) -> str:
        """'« Bois »', as the table prints it."""
        return f"« {formats.written(self.annuelle.entete.colonnes[dimension].format, valeur)} »"

    def values(self, rang: int) -> list[Any]:
        """Of one side, in the order of the file."""
        return list(dict.fromkeys(case[rang] for case in self.cases))

    def count(self, ligne: object = None, colonne: object = None) -> int:
        """Ruptures of a row, of a column, of a cell, of all."""
        return self.sums[ligne, colonne]

    @cached_property
    def sums(self) -> Counter[tuple[object, object]]:
        """Those of each, None for all of a side: added up once, a network of 300 CFA has thousands of cells."""
        sommes: Counter[tuple[object, object]] = Counter()
        for (ligne, colonne), case in self.cases.items():
            for cle in product({ligne, None}, {colonne, None}):
                sommes[cle] += case["ruptures_nettes"]
        return sommes


@dataclass(frozen=True)
class Cell:
    """A cell examined, and the rest of its column."""

    ligne: Any
    colonne: Any
    ici: Counts
    ailleurs: Counts

    @property
    def parts(self) -> tuple[float, float]:
        return self.ici[0] / self.ici[1], self.ailleurs[0] / self.ailleurs[1]

    @property
    def ruptures(self) -> float:
        """How many ruptures the difference is of."""
        return abs(self.parts[0] - self.parts[1]) * self.ici[1]


def read_crossing(annuelle: BreakdownYear) -> list[str]:
    """Its reading, in sentences; none where it is not of two dimensions or too small."""
    if (croisement := crossing(annuelle)) is None:
        return []
    if is_square(croisement):
        return agreement(croisement)
    return [*largest_row(croisement), *apart(croisement)]


def crossing(annuelle: BreakdownYear) -> Crossing | None:
    """A breakdown as one, where it has two dimensions and ruptures, and its rows are of the whole network."""
    entete, pivot = annuelle.entete, annuelle.entete.pivot
    dimensions = entete.dimensions if pivot is None else (pivot.lignes, pivot.colonnes)
    if annuelle.ventilation.uai is not None or len(entete.cle) != 2 or len(dimensions) != 2:
        return None
    if not {"ruptures_nettes"} <= {*annuelle.colonnes} or (pivot is None and "uai" in entete.cle):
        return None
    ligne, colonne = dimensions
    cases = {
        (une[ligne], une[colonne]): une
        for une in annuelle.lignes
        if NON_RENSEIGNE not in (une[ligne], une[colonne]) and une["ruptures_nettes"] is not None
    }
    est_de_taux = {"effectif", "taux_rupture_nette"} <= {*annuelle.colonnes}
    return Crossing(annuelle, ligne, colonne, cases, est_de_taux)


def is_square(croisement: Crossing) -> bool:
    """Whether both sides are the same classes, all of them on each."""
    ici, la = croisement.values(0), croisement.values(1)
    return not croisement.est_de_taux and len(ici) > 1 and {*ici} == {*la}


def agreement(croisement: Crossing) -> list[str]:
    """How often the two classifications say the same, and beyond chance (Cohen's kappa)."""
    classes, total = croisement.values(0), croisement.count()
    nombres = [[croisement.count(ici, la) for la in classes] for ici in classes]
    if total < EFFECTIF_MIN or (accord := kappa(nombres)) is None:
        return []
    memes = sum(nombres[rang][rang] for rang in range(len(classes)))
    doute = ", ce qui n'établit pas d'accord au-delà du hasard" if accord.bas <= 0 <= accord.haut else ""
    return [
        f"Les deux classements disent la même chose de {entier(memes)} des {entier(total)} ruptures nettes renseignées "
        f"dans les deux ({pourcentage(memes / total, 0)}) ; kappa de Cohen, 0 si le hasard seul les accordait, 1 s'ils "
        f"s'accordaient toujours : {ratio(accord.valeur)} (intervalle à 95{FINE}% de {ratio(accord.bas)} à "
        f"{ratio(accord.haut)}){doute}."
    ]


def largest_row(croisement: Crossing) -> list[str]:
    """The share of the first column in the row of most ruptures, with its bounds, where the table prints shares of a
    row and no structure is in one."""
    pivot, cases = croisement.annuelle.entete.pivot, croisement.cases
    if pivot is None or pivot.part is None or "uai" in croisement.annuelle.entete.cle or not cases:
        return []
    ligne = max(croisement.values(0), key=croisement.count)
    toutes = sum(une["ruptures_nettes"] or 0 for une in croisement.annuelle.lignes if une[croisement.lignes] == ligne)
    if toutes < EFFECTIF_MIN:
        return []
    colonne = croisement.values(1)[0]
    nombre, inconnues = croisement.count(ligne, colonne), toutes - croisement.count(ligne)
    return [
        f"{croisement.name(croisement.lignes, ligne)}, {entier(toutes)} ruptures nettes : "
        f"{pourcentage(nombre / toutes, 0)} en {croisement.name(croisement.colonnes, colonne)}"
        f"{at_most(nombre, inconnues, toutes)}."
    ]


def at_most(nombre: int, inconnues: int, toutes: int, est_titre: bool = False) -> str:
    """The upper bound of a share beside what is not told (definitions §7); in a title, without what is not told."""
    if not inconnues:
        return ""
    pourquoi = f", {entier(inconnues)} étant non {'renseignées' if inconnues > 1 else 'renseignée'}"
    return f" ({pourcentage((nombre + inconnues) / toutes, 0)} au plus{'' if est_titre else pourquoi})"


def apart(croisement: Crossing) -> list[str]:
    """The cell that is established to stand apart and whose difference is of most ruptures; that none is."""
    cases = rate_cells(croisement) if croisement.est_de_taux else share_cells(croisement)
    if not cases:
        return []
    p = fisher(*zip(*((*case.ici, *case.ailleurs) for case in cases), strict=True))
    retenues = [case for case, retenue in zip(cases, benjamini_hochberg(p).tolist(), strict=True) if retenue]
    examinees = f"{entier(len(cases))} cases examinées" if len(cases) > 1 else "seule case examinée"
    if not retenues:
        sujet = f"Aucune des {examinees}" if len(cases) > 1 else f"La {examinees}"
        return [f"{sujet} ne se distingue du reste de sa colonne de façon établie."]
    une = max(retenues, key=lambda case: case.ruptures)
    autres = len(retenues) - 1
    suite = f" {entier(autres)} autres se distinguent aussi." if autres > 1 else " Une autre se distingue aussi."
    parmi = f"des {examinees}, l'écart établi qui porte sur le plus de ruptures" if len(cases) > 1 else "écart établi"
    fin = "" if croisement.est_de_taux or "effectif" not in croisement.annuelle.colonnes else DES_APPRENTIS
    return [f"{cell_sentence(croisement, une)} : {parmi}.{suite if autres else ''}{fin}"]


def cell_sentence(croisement: Crossing, case: Cell) -> str:
    """'« Métal » : 41 % des ruptures nettes en « Période d'essai », contre 25 % dans les autres lignes', or rates."""
    ligne, colonne = croisement.name(croisement.lignes, case.ligne), croisement.name(croisement.colonnes, case.colonne)
    if croisement.est_de_taux:
        return (
            f"{ligne}, {colonne} : {taux_en_mots(*case.ici)} de rupture nette, contre "
            f"{taux_en_mots(*case.ailleurs)} dans le reste de la colonne"
        )
    # What is not told on a side is in no row held against another.
    lues = " renseignées" if len(croisement.cases) < len(croisement.annuelle.lignes) else ""
    ici, ailleurs = (pourcentage(part, 0) for part in case.parts)
    return f"{ligne} : {ici} des ruptures nettes{lues} en {colonne}, contre {ailleurs} dans les autres lignes"


def share_cells(croisement: Crossing) -> list[Cell]:
    """The share of each column in the rows that are large enough, and in all the other rows."""
    toutes, (lignes, colonnes) = croisement.count(), (croisement.values(rang) for rang in (0, 1))
    cases = []
    # Of two rows, or of two columns, the second says what the first does.
    for ligne in lignes[:1] if len(lignes) == 2 else lignes:
        siennes = croisement.count(ligne)
        if siennes < EFFECTIF_MIN or toutes - siennes < EFFECTIF_MIN:
            continue
        for colonne in colonnes[:1] if len(colonnes) == 2 else colonnes:
            nombre = croisement.count(ligne, colonne)
            if tout := croisement.count(colonne=colonne):
                cases.append(Cell(ligne, colonne, (nombre, siennes), (tout - nombre, toutes - siennes)))
    return cases


def rate_cells(croisement: Crossing) -> list[Cell]:
    """The rate of each cell that is large enough, and of the rest of its column, if that is too."""
    colonnes: dict[Any, Counts] = {}
    for (_, colonne), une in croisement.cases.items():
        if une["effectif"]:
            k, n = colonnes.get(colonne, (0, 0))
            colonnes[colonne] = k + une["ruptures_nettes"], n + une["effectif"]
    cases = []
    for (ligne, colonne), une in croisement.cases.items():
        k, n = colonnes.get(colonne, (0, 0))
        ici = une["ruptures_nettes"], une["effectif"] or 0
        if ici[1] >= EFFECTIF_MIN and n - ici[1] >= EFFECTIF_MIN:
            cases.append(Cell(ligne, colonne, ici, (k - ici[0], n - ici[1])))
    return cases
