"""Groups compared at equal public: strata that mix them alike, changes in parts, homogeneity. Pure functions on counts.

An array has one value a stratum (or a group), and a stratum without anybody changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from pipeline.formats import EFFECTIF_MIN
from pipeline.statistics.comparisons import measure_dispersion
from pipeline.statistics.counts import read_cells
from pipeline.statistics.intervals import Estimate, Z

if TYPE_CHECKING:
    from pipeline.statistics.counts import Nombres


@dataclass(frozen=True)
class StratifiedOdds:
    """A group against the others within strata.

    Attributes:
        rapport: the odds ratio common to the strata and its 95 % limits, 1 where nothing parts them (so `exclut_zero`
            means nothing of it); None where it, or its variance, is not a finite number.
        chi2: the Cochran–Mantel–Haenszel chi-square, 1 degree of freedom; None where no stratum has both the group and
            others, ruptures and none.
        p: probability of as much or more where no stratum parts them; None with `chi2`.
    """

    rapport: Estimate | None
    chi2: float | None
    p: float | None


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


def mantel_haenszel(k1: Nombres, n1: Nombres, k2: Nombres, n2: Nombres) -> StratifiedOdds:
    """The group (k1 ruptures of n1) against the others (k2 of n2), stratum by stratum.

    Mantel & Haenszel's odds ratio and chi-square (JNCI 1959; no continuity correction), limits by the variance of
    Robins, Breslow & Greenland (Biometrics 1986, 42:311).

    Raises:
        ValueError: counts that are not whole numbers with 0 <= k <= n, or not as many of each.
    """
    from scipy.special import chdtrc  # noqa: PLC0415 (slow to import, and only comparisons need it)

    (a, suivis), (c, autres) = read_cells(k1, n1), read_cells(k2, n2)
    if a.shape != c.shape:
        raise ValueError("as many strata of the group as of the others")
    # A stratum without the group, or without others, compares nothing: all its terms below are 0.
    utiles = (suivis > 0) & (autres > 0)
    a, suivis, c, autres = (comptes[utiles].astype(float) for comptes in (a, suivis, c, autres))
    b, d, total, ruptures = suivis - a, autres - c, suivis + autres, a + c
    variance = float((suivis * autres * ruptures * (total - ruptures) / (total**2 * (total - 1))).sum())
    chi2 = float((a - suivis * ruptures / total).sum()) ** 2 / variance if variance else None
    p = None if chi2 is None else float(chdtrc(1, chi2))

    # The notation of Robins, Breslow & Greenland.
    pour, contre, accord, desaccord = a * d / total, b * c / total, (a + d) / total, (b + c) / total
    r, s = float(pour.sum()), float(contre.sum())
    if not r or not s:
        return StratifiedOdds(None, chi2, p)
    variance_log = (
        float((accord * pour).sum()) / (2 * r**2)
        + float((accord * contre + desaccord * pour).sum()) / (2 * r * s)
        + float((desaccord * contre).sum()) / (2 * s**2)
    )
    marge = Z * sqrt(variance_log)
    rapport = Estimate(r / s, exp(log(r / s) - marge), exp(log(r / s) + marge))
    return StratifiedOdds(rapport, chi2, p)


def kitagawa(apres: tuple[Nombres, Nombres], avant: tuple[Nombres, Nombres]) -> tuple[float, float]:
    """The change of a rate in two parts that add up to it, as fractions of 1: (composition, taux), what comes from the
    weights of the strata and what comes from their rates.

    Each year is (ruptures, effectifs) of the same strata; one that is empty in a year takes the other year's rate
    (Kitagawa, JASA 1955, 50:1168).

    Raises:
        ValueError: as `mantel_haenszel`, or nobody in one of the years.
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
        ValueError: as `mantel_haenszel`.
    """
    k, n = read_cells(ruptures, effectifs)
    grands = n >= max(minimum, 1)
    groupes = int(grands.sum())
    if groupes < 2:
        return Homogeneity(0.0, 0, None, groupes)
    dispersion = measure_dispersion(k[grands], n[grands])
    return Homogeneity(dispersion.chi2, groupes - 1, dispersion.p, groupes)
