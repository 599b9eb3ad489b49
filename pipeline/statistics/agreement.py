"""How far two classifications of the same things agree beyond chance. Pure functions on counts."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import TYPE_CHECKING

from pipeline.statistics.intervals import Estimate, Z

if TYPE_CHECKING:
    import numpy as np


def kappa(table: Sequence[Sequence[int]] | np.ndarray) -> Estimate | None:
    """Cohen's kappa (Educ. Psychol. Meas. 1960) of a square table of counts, one classification in rows and the other
    in columns, classes in one order, with 95 % limits, at most 1; None where chance alone would agree on everything
    (all in one class), or nothing is counted.

    Large-sample variance of Fleiss, Cohen & Everitt (Psychol. Bull. 1969, 72:323, formula 13): it is 0 where all agree.

    Raises:
        ValueError: a table that is not square, or a number that is negative or not whole.
    """
    import numpy as np  # noqa: PLC0415 (slow to import, and only comparisons need it)

    comptes = np.asarray(table)
    if comptes.ndim != 2 or comptes.shape[0] != comptes.shape[1]:
        raise ValueError("a square table, one row and one column a class")
    if np.any(comptes < 0) or np.any(comptes != np.floor(comptes)):
        raise ValueError("counts are whole numbers, none negative")
    total = int(comptes.sum())
    lignes, colonnes = comptes.sum(axis=1), comptes.sum(axis=0)
    # In whole numbers, so that chance that agrees on everything is told from chance that nearly does.
    if not total or int((lignes * colonnes).sum()) == total**2:
        return None
    parts, en_ligne, en_colonne = comptes / total, lignes / total, colonnes / total
    accord, hasard = float(np.trace(parts)), float(en_ligne @ en_colonne)
    valeur = (accord - hasard) / (1 - hasard)
    # A cell adds (1 where it agrees) - (1 - kappa)(share of its column's class in rows + of its row's in columns).
    influences = np.eye(len(parts)) - (1 - valeur) * (en_ligne[np.newaxis, :] + en_colonne[:, np.newaxis])
    dispersion = float((parts * influences**2).sum()) - (valeur - hasard * (1 - valeur)) ** 2
    marge = Z * sqrt(max(dispersion, 0.0) / total) / (1 - hasard)
    return Estimate(valeur, max(valeur - marge, -1.0), min(valeur + marge, 1.0))
