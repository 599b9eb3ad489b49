"""A linear programme, solved by HiGHS."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix


class Solution(NamedTuple):
    """The values that make the form least, and the form's."""

    x: np.ndarray
    moindre: float


class Constraints(NamedTuple):
    """What ties the unknowns: `egales` x = 0, `inegales` x <= `limites`."""

    egales: Any  # a sparse matrix, as scipy's stacks are
    zeros: np.ndarray  # one a row of `egales`
    inegales: Any
    limites: np.ndarray


def minimise(objectif: np.ndarray, tenues: Constraints, bas: np.ndarray, haut: np.ndarray) -> Solution | None:
    """The least value of a form between bounds; None where nothing is possible."""
    trouve = linprog(
        objectif,
        A_ub=tenues.inegales if tenues.limites.size else None,
        b_ub=tenues.limites if tenues.limites.size else None,
        A_eq=tenues.egales if tenues.zeros.size else None,
        b_eq=tenues.zeros if tenues.zeros.size else None,
        bounds=np.column_stack([bas, haut]),
        method="highs",
    )
    return None if trouve.x is None else Solution(trouve.x, float(trouve.fun))


def matrix(lignes: list[list[tuple[int, float]]], largeur: int) -> csr_matrix:
    """A sparse matrix of its rows, each (column, value)."""
    cases = [(ligne, colonne, signe) for ligne, siennes in enumerate(lignes) for colonne, signe in siennes]
    ou, colonnes, signes = zip(*cases, strict=True) if cases else ((), (), ())
    return csr_matrix((np.array(signes, dtype=float), (ou, colonnes)), shape=(len(lignes), largeur))
