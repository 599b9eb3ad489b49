"""The least costly cells whose hiding makes a deviation possible: a linear programme in which what is shown may move
too, for a price. What moves in its solution is what is to be hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack

from pipeline.disclosure.audit import GRAND, PRECISION, BoundFailure, Knowledge
from pipeline.disclosure.cells import Cells
from pipeline.disclosure.primary import PETIT
from pipeline.disclosure.programme import Constraints, matrix, minimise
from pipeline.disclosure.relations import CellSum

COUT_DE_ZERO = PETIT + 1  # what is lost with a 0 that is hidden: as much as with the least count that may be shown


class Year:
    """The cells of a year, which no sum ties to those of another."""

    def __init__(self, cells: Cells, rangs: list[int], relations: Sequence[CellSum]) -> None:
        self.rangs, self.place = rangs, {rang: numero for numero, rang in enumerate(rangs)}
        self.valeurs = np.array([cells.valeurs[rang] for rang in rangs], dtype=float)
        self.publiees = np.array([cells.publiees[rang] for rang in rangs], dtype=bool)
        self.couts = np.where(self.valeurs > 0, self.valeurs, COUT_DE_ZERO)
        sommes = [somme for somme in relations if somme.total in self.place]
        self.egales = matrix(
            [[(self.place[s.total], 1.0), *((self.place[part], -1.0) for part in s.parts)] for s in sommes], len(rangs)
        )
        self.zeros = np.zeros(len(sommes))
        self.ecarts = [rang for rang, une in enumerate(cells.differences) if une.plus in self.place]
        siens = [cells.differences[rang] for rang in self.ecarts]
        self.inegales = matrix([[(self.place[u.plus], -1.0), (self.place[u.moins], 1.0)] for u in siens], len(rangs))
        self.limites = np.array([float(cells.valeurs[une.plus] - cells.valeurs[une.moins]) for une in siens])

    def differences(self, petits: frozenset[int]) -> tuple[csr_matrix, np.ndarray]:
        """What ties the two cells of each difference: none is under 0, these are from 1 to 4."""
        dits = np.array([rang in petits for rang in self.ecarts], dtype=bool)
        hautes = np.flatnonzero(dits)
        return (
            csr_matrix(vstack([self.inegales, -self.inegales[hautes]])),
            np.concatenate([self.limites - dits, PETIT - self.limites[hautes]]),
        )


class Paths:
    """Every year of an edition."""

    def __init__(self, cells: Cells, relations: Sequence[CellSum]) -> None:
        par_annee = dict[str, list[int]]()
        for rang, nom in enumerate(cells.noms):
            par_annee.setdefault(nom.annee, []).append(rang)
        self.annee_de = [nom.annee for nom in cells.noms]
        self.annees = {annee: Year(cells, rangs, relations) for annee, rangs in par_annee.items()}

    def find(self, echec: BoundFailure, cachees: set[int], connues: set[int], sait: Knowledge) -> set[int] | None:
        """The cells to hide so that a count may deviate as it should; None where no hiding does. To a reader of the
        signs, what is hidden for the sake of others is none of the small counts."""
        une = self.annees[self.annee_de[echec.cible.forme[0][0]]]
        libres = np.array([rang in cachees for rang in une.rangs])
        fixes = np.array([rang in connues for rang in une.rangs])
        petites = np.array([rang in sait.petites for rang in une.rangs])
        lu = bool(sait.petites or sait.autres or sait.petits_ecarts)
        moindres = np.zeros(len(une.rangs))
        if lu:
            autres = np.array([rang in sait.autres for rang in une.rangs]) | (~libres & une.publiees)
            moindres = np.where(petites, 1.0, np.where(autres & (une.valeurs > PETIT), PETIT + 1.0, 0.0))
        baisse = np.where(fixes, 0.0, np.maximum(une.valeurs - moindres, 0.0))
        hausse = np.where(fixes, 0.0, np.where(petites, PETIT - une.valeurs, GRAND))
        forme = np.zeros(len(une.rangs))
        for rang, signe in echec.cible.forme:
            forme[une.place[rang]] += signe
        trouves = [
            chemin
            for ecart in echec.ecarts
            if (chemin := cheapest(une, forme, ecart, libres, hausse, baisse, sait.petits_ecarts)) is not None
        ]
        if not trouves:
            return None
        return {une.rangs[numero] for numero in min(trouves, key=lambda chemin: chemin.cout).numeros}


class Path(NamedTuple):
    """What to hide, by its place in the year, and what is lost."""

    cout: float
    numeros: list[int]


def cheapest(
    une: Year, forme: np.ndarray, ecart: float, libres: np.ndarray, hausse: np.ndarray, baisse: np.ndarray,
    petits: frozenset[int],
) -> Path | None:  # fmt: skip
    """What moves when a form must, at the least price: what is hidden (`libres`) moves for nothing."""
    nombre, sens = len(une.rangs), 1.0 if ecart > 0 else -1.0
    montent = np.where(libres, 0.0, une.couts)
    ecarts, limites = une.differences(petits)
    inegales = vstack([ecarts, csr_matrix(-sens * forme)])
    tenues = Constraints(
        hstack([une.egales, -une.egales], format="csr"),
        une.zeros,
        hstack([inegales, -inegales], format="csr"),
        np.concatenate([limites, [-abs(ecart)]]),
    )
    trouve = minimise(
        np.concatenate([montent, montent]), tenues, np.zeros(2 * nombre), np.concatenate([hausse, baisse])
    )
    if trouve is None:
        return None
    bouge = np.abs(trouve.x[:nombre] - trouve.x[nombre:]) > PRECISION
    return Path(trouve.moindre, np.flatnonzero(bouge & ~libres).tolist())
