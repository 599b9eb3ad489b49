"""What a reader can compute of what is hidden: the least and greatest value of each cell, by linear programming.

The reader knows every cell shown, every relation, and that nothing counts less than nobody. Everything is told in
deviations from the truth, 0 being always possible: a sum of deviations is 0, and a cell shown has none. A deviation
that some solution has is possible, so one programme answers for many cells, and few are asked about one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import bmat, csr_matrix, identity

from pipeline.disclosure.cells import Cells
from pipeline.disclosure.primary import PETIT, Need
from pipeline.disclosure.programme import Constraints, matrix, minimise
from pipeline.disclosure.relations import CellSum

PRECISION = 1e-6
GRAND = 1e6  # a deviation that is asked for is under it
ENSEMBLE_MIN = 3  # counts that are worth a programme together


@dataclass(frozen=True)
class Target:
    """A hidden count: the cells that it is made of, with their signs."""

    forme: tuple[tuple[int, int], ...]

    @classmethod
    def of_cell(cls, rang: int) -> Target:
        return cls(((rang, 1),))

    @classmethod
    def of_difference(cls, cells: Cells, rang: int) -> Target:
        une = cells.differences[rang]
        return cls(((une.plus, 1), (une.moins, -1)))

    def value(self, cells: Cells) -> int:
        return sum(signe * cells.valeurs[rang] for rang, signe in self.forme)


@dataclass(frozen=True)
class BoundFailure:
    """A hidden count that a reader can bound more tightly than the rule: one of these deviations should be possible,
    and none is."""

    cible: Target
    ecarts: tuple[float, ...]


@dataclass
class System:
    """Hidden cells that relations tie together, and what ties them.

    Attributes:
        rangs: the hidden cells, in order.
        sommes: the relations that have one of them.
        ecarts: the differences that have one of them.
        bas, haut: what the reader knows of each deviation.
        bas_des_ecarts, haut_des_ecarts: the same of each difference's.
    """

    rangs: list[int]
    sommes: list[CellSum]
    ecarts: list[int]
    bas: np.ndarray
    haut: np.ndarray
    bas_des_ecarts: np.ndarray
    haut_des_ecarts: np.ndarray
    place: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = {rang: numero for numero, rang in enumerate(self.rangs)}


@dataclass(frozen=True)
class Knowledge:
    """What the signs say to a reader, beside the figures: the cells and differences said to be from 1 to 4, and those
    said to be none of these."""

    petites: frozenset[int] = frozenset()
    autres: frozenset[int] = frozenset()
    petits_ecarts: frozenset[int] = frozenset()


RIEN = Knowledge()


def systems(cells: Cells, relations: Sequence[CellSum], cachees: set[int], sait: Knowledge = RIEN) -> list[System]:
    """The hidden cells, those that nothing ties together apart."""
    parent = {rang: rang for rang in cachees}

    def root(rang: int) -> int:
        while parent[rang] != rang:
            parent[rang] = parent[parent[rang]]
            rang = parent[rang]
        return rang

    def join(rangs: Iterable[int]) -> int | None:
        premiers = [root(rang) for rang in rangs if rang in parent]
        for un in premiers[1:]:
            a, b = root(premiers[0]), root(un)
            parent[max(a, b)] = min(a, b)
        return premiers[0] if premiers else None

    # The cells hidden in a relation, in a difference.
    liees = [(somme, une) for somme in relations if (une := join((somme.total, *somme.parts))) is not None]
    tenues = [
        (rang, une)
        for rang, ecart in enumerate(cells.differences)
        if (une := join((ecart.plus, ecart.moins))) is not None
    ]
    dans: dict[int, tuple[list[int], list[CellSum], list[int]]] = {}
    for rang in sorted(cachees):
        dans.setdefault(root(rang), ([], [], []))[0].append(rang)
    for somme, une in liees:
        dans[root(une)][1].append(somme)
    for rang, une in tenues:
        dans[root(une)][2].append(rang)
    return [make_system(cells, *siens, sait) for siens in dans.values()]


def make_system(cells: Cells, rangs: list[int], sommes: list[CellSum], ecarts: list[int], sait: Knowledge) -> System:
    """One of them, with its bounds."""
    vraies = np.array([cells.valeurs[rang] for rang in rangs], dtype=float)
    moindres = np.array(
        [1.0 if r in sait.petites else PETIT + 1.0 if r in sait.autres and cells.valeurs[r] else 0.0 for r in rangs]
    )
    plus = np.array([float(PETIT) if rang in sait.petites else np.inf for rang in rangs])
    vrais = np.array(
        [cells.valeurs[cells.differences[r].plus] - cells.valeurs[cells.differences[r].moins] for r in ecarts],
        dtype=float,
    )
    petits = np.array([rang in sait.petits_ecarts for rang in ecarts], dtype=bool)
    return System(
        rangs, sommes, ecarts, moindres - vraies, plus - vraies,
        np.where(petits, 1.0, 0.0) - vrais, np.where(petits, PETIT, np.inf) - vrais,
    )  # fmt: skip


class Programme:
    """The linear programme of a system: what deviations are possible."""

    def __init__(self, cells: Cells, systeme: System) -> None:
        self.systeme, self.nombre, place = systeme, len(systeme.rangs), systeme.place
        sommes = [
            [(place[r], signe) for r, signe in [(s.total, 1.0), *((p, -1.0) for p in s.parts)] if r in place]
            for s in systeme.sommes
        ]
        ecarts, limites = list[list[tuple[int, float]]](), list[float]()
        for numero, rang in enumerate(systeme.ecarts):
            une = cells.differences[rang]
            for sens, borne in ((-1.0, -systeme.bas_des_ecarts[numero]), (1.0, systeme.haut_des_ecarts[numero])):
                if not np.isinf(borne):
                    ecarts.append([(place[r], s) for r, s in ((une.plus, sens), (une.moins, -sens)) if r in place])
                    limites.append(borne)
        self.tenues = Constraints(
            matrix(sommes, self.nombre), np.zeros(len(sommes)), matrix(ecarts, self.nombre), np.array(limites)
        )
        self.bas, self.haut = np.maximum(systeme.bas, -GRAND), np.minimum(systeme.haut, GRAND)

    def row(self, cible: Target) -> np.ndarray:
        """A count as a form of the deviations."""
        forme = np.zeros(self.nombre)
        for rang, signe in cible.forme:
            if rang in self.systeme.place:
                forme[self.systeme.place[rang]] += signe
        return forme

    def extreme(self, forme: np.ndarray, sens: float) -> tuple[float, np.ndarray]:
        """The greatest (`sens` 1) or least (-1) deviation of a form, no further than `GRAND`."""
        trouve = minimise(-sens * forme, self.tenues, self.bas, self.haut)
        if trouve is None:
            raise ArithmeticError("the truth is possible, and the programme says that nothing is")
        return -sens * trouve.moindre, trouve.x

    def reach(self, formes: np.ndarray, voulus: np.ndarray, sens: float) -> np.ndarray | None:
        """Deviations such that forms go as far as is wanted of each, as many as may together."""
        combien = len(voulus)
        # s, no more than what is wanted of each, no more than what it has.
        inegales = bmat(
            [[csr_matrix(-sens * formes), identity(combien)], [self.tenues.inegales, None]]
            if self.tenues.limites.size
            else [[csr_matrix(-sens * formes), identity(combien)]],
            format="csr",
        )
        egales = bmat([[self.tenues.egales, csr_matrix((self.tenues.zeros.size, combien))]], format="csr")
        tenues = Constraints(
            egales, self.tenues.zeros, inegales, np.concatenate([np.zeros(combien), self.tenues.limites])
        )
        trouve = minimise(
            np.concatenate([np.zeros(self.nombre), -1.0 / voulus]),
            tenues,
            np.concatenate([self.bas, np.full(combien, -np.inf)]),
            np.concatenate([self.haut, voulus]),
        )
        return None if trouve is None else trouve.x[: self.nombre]


def audit(
    cells: Cells, relations: Sequence[CellSum], cachees: set[int], cibles: Mapping[Target, Need],
    sait: Knowledge = RIEN, seulement: set[int] | None = None,
) -> list[BoundFailure]:  # fmt: skip
    """The hidden counts that a reader bounds more tightly than what they need; with `seulement`, those of the systems
    that have one of these cells."""
    par_cellule = dict[int, list[Target]]()
    for cible in cibles:
        for rang, _ in cible.forme[:1] if cible.forme[0][0] in cachees else cible.forme[1:]:
            par_cellule.setdefault(rang, []).append(cible)
    echecs = list[BoundFailure]()
    for systeme in systems(cells, relations, cachees, sait):
        if seulement is not None and seulement.isdisjoint(systeme.rangs):
            continue
        siennes = [cible for rang in systeme.rangs for cible in par_cellule.get(rang, ())]
        if siennes:
            echecs += audit_system(cells, systeme, {cible: cibles[cible] for cible in siennes})
    return echecs


@dataclass
class WantedDeviation:
    """Deviations that are still to be seen: how far up, how far down (None: seen, or not needed); `un` of the two."""

    haut: float | None
    bas: float | None
    un: bool

    def see(self, ecart: float) -> None:
        """A deviation that is possible."""
        vu = False
        if self.haut is not None and ecart >= self.haut - PRECISION:
            self.haut, vu = None, True
        if self.bas is not None and ecart <= self.bas + PRECISION:
            self.bas, vu = None, True
        if vu and self.un:
            self.haut = self.bas = None

    @property
    def done(self) -> bool:
        return self.haut is None and self.bas is None

    @property
    def missing(self) -> list[tuple[float, ...]]:
        """What was not seen: of each, one will do."""
        manquent = tuple(ecart for ecart in (self.haut, self.bas) if ecart is not None)
        return [manquent] if self.un and manquent else [(ecart,) for ecart in manquent]


def wanted(besoin: Need, valeur: int) -> WantedDeviation:
    """What must be possible of a count, as deviations from its value."""
    if besoin.bas is None or besoin.haut is None:
        return WantedDeviation(1.0, -1.0, True)
    haut, bas = float(besoin.haut - valeur), float(besoin.bas - valeur)
    return WantedDeviation(haut if haut > 0 else None, bas if bas < 0 else None, False)


def audit_system(cells: Cells, systeme: System, cibles: Mapping[Target, Need]) -> list[BoundFailure]:
    """Those of one system."""
    programme = Programme(cells, systeme)
    formes = np.array([programme.row(cible) for cible in cibles])
    attendus = [wanted(besoin, cible.value(cells)) for cible, besoin in cibles.items()]

    def look(solution: np.ndarray) -> bool:
        restaient = sum(not un.done for un in attendus)
        for un, ecart in zip(attendus, formes @ solution, strict=True):
            un.see(ecart)
        return sum(not un.done for un in attendus) < restaient

    for sens in (1.0, -1.0):
        while look_together(programme, formes, attendus, sens, look):
            pass
    echecs = list[BoundFailure]()
    for numero, cible in enumerate(cibles):
        un = attendus[numero]
        for sens in (1.0, -1.0):
            if (un.haut if sens > 0 else un.bas) is not None:
                look(programme.extreme(formes[numero], sens)[1])
        echecs += [BoundFailure(cible, ecarts) for ecarts in un.missing]
    return echecs


def look_together(
    programme: Programme,
    formes: np.ndarray,
    attendus: list[WantedDeviation],
    sens: float,
    look: Callable[[np.ndarray], bool],
) -> bool:
    """Ask for as many of the deviations still wanted as one solution can have; whether it had some."""
    voulus = {n: abs(ecart) for n, un in enumerate(attendus) if (ecart := un.haut if sens > 0 else un.bas) is not None}
    if len(voulus) < ENSEMBLE_MIN:
        return False
    solution = programme.reach(formes[[*voulus]], np.array([*voulus.values()]), sens)
    return solution is not None and look(solution)


def intervals(
    cells: Cells, relations: Sequence[CellSum], cachees: set[int], rangs: Iterable[int]
) -> dict[int, tuple[float, float]]:
    """The least and greatest possible value of hidden cells; infinite where nothing bounds it."""
    voulus, trouves = {*rangs}, dict[int, tuple[float, float]]()
    for systeme in systems(cells, relations, cachees):
        siens = [rang for rang in systeme.rangs if rang in voulus]
        if not siens:
            continue
        programme = Programme(cells, systeme)
        vus = np.zeros(programme.nombre)  # the least deviations seen
        for rang in siens:
            forme, place = programme.row(Target.of_cell(rang)), systeme.place[rang]
            bornes = list[float]()
            for sens in (-1.0, 1.0):
                if sens < 0 and vus[place] <= systeme.bas[place] + PRECISION:
                    bornes.append(systeme.bas[place])
                    continue
                ecart, solution = programme.extreme(forme, sens)
                vus = np.minimum(vus, solution)
                bornes.append(np.inf if ecart > GRAND / 2 else ecart)
            trouves[rang] = (cells.valeurs[rang] + bornes[0], cells.valeurs[rang] + bornes[1])
    return trouves
