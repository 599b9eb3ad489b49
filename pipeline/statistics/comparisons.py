"""Which structures differ from their whole, which rates changed: pure functions on counts. No database, no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.formats import ALPHA
from pipeline.statistics.counts import read_counts
from pipeline.statistics.intervals import funnel_limits

if TYPE_CHECKING:
    import numpy as np

    Nombres = Sequence[float] | np.ndarray
    Limites = dict[float, tuple[np.ndarray, np.ndarray]]

NIVEAUX = (0.95, 0.998)


@dataclass(frozen=True)
class Dispersion:
    """How far the rates of structures lie from the rate of their whole.

    Attributes:
        taux: the rate of the whole, a fraction of 1.
        structures: how many they are (I).
        chi2: Pearson's chi-square of homogeneity, Σz² with z = (k - n·taux) / √(n·taux·(1 - taux)).
        p: probability of as much or more where chance alone parts them, on I - 1 degrees of freedom.
        phi: Σz²/I, near 1 where chance alone parts them (Spiegelhalter, Stat. Med. 2005, §5).
    """

    taux: float
    structures: int
    chi2: float
    p: float
    phi: float


def measure_dispersion(ruptures: Nombres, effectifs: Nombres) -> Dispersion:
    """Homogeneity of structures (two arrays of I counts) around the rate of their sum.

    z is Pearson's, so that Σz² is the chi-square; the arcsine z of some funnel plots would give another φ.

    Raises:
        ValueError: no structure, or counts that are not whole numbers with 0 <= ruptures <= effectifs, effectifs > 0.
    """
    from scipy.special import chdtrc  # noqa: PLC0415 (slow to import, and only comparisons need it)

    k, n = read_counts(ruptures, effectifs)
    if not k.size:
        raise ValueError("no structure to compare")
    taux = float(k.sum() / n.sum())
    variance = n * taux * (1 - taux)
    chi2 = float(((k - n * taux) ** 2 / variance).sum()) if 0 < taux < 1 else 0.0
    p = float(chdtrc(k.size - 1, chi2)) if k.size > 1 else 1.0
    return Dispersion(taux, k.size, chi2, p, chi2 / k.size)


def every_limit(taux: float, effectifs: np.ndarray) -> Limites:
    """The limits of the funnel at each of NIVEAUX for these sizes."""
    import numpy as np  # noqa: PLC0415

    # Sizes often come back, and each of their limits is a root to find.
    tailles, rangs = np.unique(effectifs, return_inverse=True)
    return {
        niveau: (bas[rangs], haut[rangs]) for niveau in NIVEAUX for bas, haut in [funnel_limits(taux, tailles, niveau)]
    }


def outside_limits(taux: np.ndarray, limites: Limites) -> np.ndarray:
    """The widest of the limits that each rate is outside of, 0.0 where it is inside all: an array as long as the rates
    and as each limit."""
    import numpy as np  # noqa: PLC0415

    niveaux = np.zeros(taux.shape)
    for niveau, (bas, haut) in sorted(limites.items()):
        niveaux = np.where((taux < bas) | (taux > haut), niveau, niveaux)
    return niveaux


def p_values(ruptures: Nombres, effectifs: Nombres, taux: float) -> np.ndarray:
    """Two-sided p-value of each structure against the rate `taux`, an array as long as the counts.

    Twice the smaller exact binomial tail, at most 1 (Clopper & Pearson, Biometrika 1934): never too small, as
    Benjamini–Hochberg asks (a mid-p can be), and made of the tails of the funnel's limits. Raises as
    `measure_dispersion`.
    """
    import numpy as np  # noqa: PLC0415
    from scipy.special import bdtr, bdtrc  # noqa: PLC0415

    k, n = read_counts(ruptures, effectifs)
    # bdtrc(-1) is 1.
    return np.minimum(1.0, 2 * np.minimum(bdtr(k, n, taux), bdtrc(k - 1, n, taux)))


def benjamini_hochberg(p: Nombres, alpha: float = ALPHA) -> np.ndarray:
    """Which of the p-values are kept, as booleans in their order, so that at most a share `alpha` of those kept is
    expected to be false: the smallest ones up to the last p(i) with p(i)·m/i <= alpha, of m (Benjamini & Hochberg,
    JRSS B 1995, §3.1); a NaN is no test. (scipy.stats has it, and takes as long to import as half a report of CFA.)

    Raises:
        ValueError: a p-value outside 0..1.
    """
    import numpy as np  # noqa: PLC0415

    valeurs = np.asarray(p, dtype=float)
    if np.any((valeurs < 0) | (valeurs > 1)):
        raise ValueError("a p-value outside 0..1")
    ordre = np.argsort(valeurs)[: np.count_nonzero(~np.isnan(valeurs))]  # NaN last
    passent = np.flatnonzero(valeurs[ordre] * (ordre.size / np.arange(1, ordre.size + 1)) <= alpha)
    retenues = np.zeros(valeurs.shape, dtype=bool)
    retenues[ordre[: passent[-1] + 1 if passent.size else 0]] = True
    return retenues


def change_p_values(apres: tuple[Nombres, Nombres], avant: tuple[Nombres, Nombres]) -> np.ndarray:
    """Two-sided p-values of the changes from `avant` to `apres`, each (ruptures, effectifs) of the same length.

    Newcombe's interval inverted: p = 2Φ(-z) for the z whose interval has zero at one end, so that p < 0.05 exactly
    where the 95 % interval of `intervals.newcombe` excludes zero. Raises as `measure_dispersion`.
    """
    import numpy as np  # noqa: PLC0415
    from scipy.special import ndtr  # noqa: PLC0415

    (k1, n1), (k0, n0) = read_counts(*apres), read_counts(*avant)
    monte = k1 * n0 >= k0 * n1
    k_haut, n_haut, k_bas, n_bas = np.where(monte, (k1, n1, k0, n0), (k0, n0, k1, n1)).astype(float)
    haut, bas = k_haut / n_haut, k_bas / n_bas
    # At ten times √n Wilson's limits are within 0.01 of 0 and 1, so that no difference is left; halved 60 times.
    moindre, plus = np.zeros(monte.shape), 10 * np.sqrt(np.maximum(n_haut, n_bas))
    for _ in range(60):
        z = (moindre + plus) / 2
        reste = haut - bas > np.hypot(haut - wilson(k_haut, n_haut, z)[0], wilson(k_bas, n_bas, z)[1] - bas)
        moindre, plus = np.where(reste, z, moindre), np.where(reste, plus, z)
    return 2 * ndtr(-moindre)


def wilson(k: np.ndarray, n: np.ndarray, z: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's limits (JASA 1927) at any z, to be inverted or of counts that no table has; those of tables come from
    `sql/macros.sql`."""
    import numpy as np  # noqa: PLC0415

    demi = z * np.sqrt(k * (n - k) / n + z**2 / 4)
    return (k + z**2 / 2 - demi) / (n + z**2), (k + z**2 / 2 + demi) / (n + z**2)
