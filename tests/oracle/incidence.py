"""Time to rupture where a contract may also come to its term: pure functions on counts by month. No text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.statistics.intervals import Z


@dataclass(frozen=True)
class Incidence:
    """Probability of a rupture by the end of each month, arrays of the shape of the counts.

    Attributes:
        valeur: fractions of 1; NaN from the first month that nobody is followed in, unless all had ended.
        variance: of `valeur`.
        bas, haut: 95 % limits; NaN where `valeur` is 0 or 1, where the data give no width.
    """

    valeur: np.ndarray
    variance: np.ndarray
    bas: np.ndarray
    haut: np.ndarray


def at_risk(ruptures: Any, termes: Any, censures: Any) -> np.ndarray:
    """How many contracts are followed at the start of each month, where all are followed from the first one and each
    leaves once: counts of any shape, the months last."""
    sorties = np.asarray(ruptures) + np.asarray(termes) + np.asarray(censures)
    return np.flip(np.cumsum(np.flip(sorties, -1), -1), -1)


def cumulative_incidence(ruptures: Any, termes: Any, a_risque: Any) -> Incidence:
    """Aalen–Johansen estimator in discrete time, a contract that comes to its term being out of reach of a rupture.

    F(t) = Σ_{j<=t} S(j-1) d_j / n_j with S(j) = Π (1 - (d + c) / n): Putter et al., Stat. Med. 2007, §3; without
    competing ends, 1 - Kaplan–Meier. Contracts censored in a month are followed to its end. The variance is the delta
    method's with binomial hazards (Marubini & Valsecchi 1995, §10.2): Greenwood's without competing ends, F(1 - F)/N
    without censoring. The limits are symmetric on the complementary log-log scale log(-log(1 - F)), as those of
    Kaplan–Meier usually are (Kalbfleisch & Prentice 2002, §1.4). They stay within 0..1; and where F was 0.11, the plain
    upper limit was passed in 14, 6 and 4 % of samples of 30, 100 and 400 contracts, for 2.5 % wanted, this one in 2 %.

    Args:
        ruptures, termes, a_risque: counts by month since the start, of the same shape, the months last (any number of
            structures before them). `a_risque` is counted at the start of the month, see `at_risk`.

    Raises:
        ValueError: a negative count, or more ends than contracts followed.
    """
    d, c, n = (np.asarray(nombres, dtype=float) for nombres in (ruptures, termes, a_risque))
    if np.any(d < 0) or np.any(c < 0) or np.any(d + c > n):
        raise ValueError("a count is negative, or more contracts end in a month than are followed")
    suivis = np.maximum(n, 1.0)
    restants = np.cumprod(1 - (d + c) / suivis, axis=-1)
    avant = np.concatenate([np.ones_like(restants[..., :1]), restants[..., :-1]], axis=-1)
    # A sum of fractions may miss 1 by a rounding; it is 1 where all broke.
    toutes = (restants == 0) & (np.cumsum(c, axis=-1) == 0)
    valeur = np.where(toutes, 1.0, np.minimum(np.cumsum(avant * d / suivis, axis=-1), 1.0))
    variance = delta_variance(valeur, avant, d, c, suivis)
    inconnue = np.maximum.accumulate((n == 0) & (avant > 0), axis=-1)
    valeur, variance = np.where(inconnue, np.nan, valeur), np.where(inconnue, np.nan, variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        ecart = Z * np.sqrt(variance) / -((1 - valeur) * np.log1p(-valeur))
        bas, haut = (
            np.where((valeur > 0) & (valeur < 1), 1 - (1 - valeur) ** np.exp(signe * ecart), np.nan)
            for signe in (-1, 1)
        )
    return Incidence(valeur, variance, bas, haut)


def delta_variance(valeur: np.ndarray, avant: np.ndarray, d: np.ndarray, c: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Var F(t) = Σ_{j<=t} (F(t) - F(j))² (d + c) / (n (n - d - c)) + S(j-1)² d (n - d) / n³
    - 2 (F(t) - F(j)) S(j-1) d / n², each square developed so that the sums are cumulative."""
    restent = n - d - c
    # Where none is left F moves no more: the term is 0.
    greenwood = np.where(restent > 0, (d + c) / (n * np.where(restent > 0, restent, 1.0)), 0.0)
    croise = avant * d / n**2
    somme = [
        np.cumsum(terme, axis=-1)
        for terme in (
            greenwood, greenwood * valeur, greenwood * valeur**2,
            avant**2 * d * (n - d) / n**3, croise, croise * valeur,
        )
    ]  # fmt: skip
    variance = valeur**2 * somme[0] - 2 * valeur * somme[1] + somme[2] + somme[3] - 2 * (valeur * somme[4] - somme[5])
    return np.maximum(variance, 0.0)
