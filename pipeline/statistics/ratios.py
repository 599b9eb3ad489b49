"""Ruptures observed on ruptures expected given the mix of apprentices: pure functions on counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.statistics.intervals import Z

if TYPE_CHECKING:
    import numpy as np

    Nombres = Sequence[float] | np.ndarray

EXACT_SOUS = 10  # below, the exact Poisson limits (PHE/OHID technical guide)


def standardised_ratio(observees: Nombres, attendues: Nombres) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratio observed / expected and its 95 % limits, arrays as long as the arguments; NaN where none is expected.

    Byar's approximation (Breslow & Day, IARC 1987, vol. II, p. 69), exact Poisson limits under 10 observed (PHE/OHID
    technical guide). What is expected is taken as known.

    Raises:
        ValueError: a negative number, or some observed where none is expected.
    """
    import numpy as np  # noqa: PLC0415
    from scipy.special import gammaincinv, ndtr  # noqa: PLC0415

    o, e = np.asarray(observees, dtype=float), np.asarray(attendues, dtype=float)
    if np.any(o < 0) or np.any(e < 0) or np.any((e == 0) & (o > 0)):
        raise ValueError("some ruptures are observed where none is expected, or a count is negative")
    suivantes, queue = o + 1, float(ndtr(-Z))
    exact_bas = np.where(o > 0, gammaincinv(np.maximum(o, 1), queue), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        byar_bas = o * (1 - 1 / (9 * o) - Z / (3 * np.sqrt(o))) ** 3
        bas = np.where(o < EXACT_SOUS, exact_bas, byar_bas)
        byar_haut = suivantes * (1 - 1 / (9 * suivantes) + Z / (3 * np.sqrt(suivantes))) ** 3
        haut = np.where(o < EXACT_SOUS, gammaincinv(suivantes, 1 - queue), byar_haut)
        rapport, rapport_bas, rapport_haut = (np.where(e > 0, valeur / e, np.nan) for valeur in (o, bas, haut))
    return rapport, rapport_bas, rapport_haut
