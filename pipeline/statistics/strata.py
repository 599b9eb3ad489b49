"""Changes in parts, and whether groups differ at all. Pure functions on counts.

An array has one value a stratum (or a group), and a stratum without anybody changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.formats import EFFECTIF_MIN
from pipeline.statistics.comparisons import measure_dispersion
from pipeline.statistics.counts import read_cells

if TYPE_CHECKING:
    import numpy as np

    from pipeline.statistics.counts import Nombres


@dataclass(frozen=True)
class Homogeneity:
    """Whether the groups of a breakdown differ at all, those large enough.

    Attributes:
        chi2: Pearson's chi-square of homogeneity.
        ddl: its degrees of freedom.
        p: probability of as much or more where all have one rate; None with fewer than two groups.
        groupes: how many groups are large enough.
    """

    chi2: float
    ddl: int
    p: float | None
    groupes: int


def excess_p_values(ecarts: Nombres, variances: Nombres, moments_3: Nombres) -> np.ndarray:
    """Probability of as many ruptures or more, in each group, where no stratum parts it from the others: an array as
    long as the arguments, which are sums over its strata: its ruptures less those of one rate for all, the variance and
    the third central moment of that (hypergeometric, margins given).

    The exact conditional test is a convolution for each group; its upper tail is that of the Pearson type III (gamma)
    distribution with the same three moments, with a continuity correction (Mielke & Berry, Permutation Methods, 2001).
    Where it leans to the other side, the normal tail, which is larger, is kept.

    Raises:
        ValueError: a variance that is not above 0.
    """
    import numpy as np  # noqa: PLC0415 (slow to import, and only comparisons need it)
    from scipy.special import gammaincc, ndtr  # noqa: PLC0415

    sommes, dispersions, cubes = (np.asarray(x, dtype=float) for x in (ecarts, variances, moments_3))
    if np.any(~(dispersions > 0)):
        raise ValueError("a variance that is not above 0")
    z, asymetries = (sommes - 0.5) / np.sqrt(dispersions), cubes / dispersions**1.5
    # Nearly symmetric, the gamma distribution is the normal one, and its shape too large a number.
    penchees = asymetries > 1e-3
    formes = 4 / np.where(penchees, asymetries, 1.0) ** 2
    queues = gammaincc(formes, np.maximum(0.0, formes + np.sqrt(formes) * z))
    return np.where(penchees, queues, ndtr(-z))


def kitagawa(apres: tuple[Nombres, Nombres], avant: tuple[Nombres, Nombres]) -> tuple[float, float]:
    """The change of a rate in two parts that add up to it, as fractions of 1: (composition, taux), what comes from the
    weights of the strata and what comes from their rates.

    Each year is (ruptures, effectifs) of the same strata; one that is empty in a year takes the other year's rate
    (Kitagawa, JASA 1955, 50:1168).

    Raises:
        ValueError: counts that are not whole numbers with 0 <= k <= n, or not as many of each, or nobody in a year.
    """
    import numpy as np  # noqa: PLC0415 (slow to import, and only comparisons need it)

    (k1, n1), (k0, n0) = read_cells(*apres), read_cells(*avant)
    if k1.shape != k0.shape:
        raise ValueError("as many strata in one year as in the other")
    if not n1.sum() or not n0.sum():
        raise ValueError("a year without anybody")
    taux_apres, taux_avant = (
        np.where(n > 0, k / np.maximum(n, 1), k_autre / np.maximum(n_autre, 1))
        for k, n, k_autre, n_autre in ((k1, n1, k0, n0), (k0, n0, k1, n1))
    )
    poids_apres, poids_avant = n1 / n1.sum(), n0 / n0.sum()
    composition = (poids_apres - poids_avant) * (taux_apres + taux_avant) / 2
    taux = (taux_apres - taux_avant) * (poids_apres + poids_avant) / 2
    return float(composition.sum()), float(taux.sum())


def homogeneity(ruptures: Nombres, effectifs: Nombres, minimum: int = EFFECTIF_MIN) -> Homogeneity:
    """Whether groups of at least `minimum` apprentices differ: Pearson's chi-square around the rate of their sum.

    Raises:
        ValueError: counts that are not whole numbers with 0 <= k <= n, or not as many of each.
    """
    k, n = read_cells(ruptures, effectifs)
    grands = n >= max(minimum, 1)
    groupes = int(grands.sum())
    if groupes < 2:
        return Homogeneity(0.0, 0, None, groupes)
    dispersion = measure_dispersion(k[grands], n[grands])
    return Homogeneity(dispersion.chi2, groupes - 1, dispersion.p, groupes)
