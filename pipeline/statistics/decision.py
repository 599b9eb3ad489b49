"""The one verdict on structures (definitions §7, decision 1): each against all the others, years pooled. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.formats import EFFECTIF_MIN
from pipeline.statistics.comparisons import benjamini_hochberg, wilson
from pipeline.statistics.counts import read_cells, read_counts
from pipeline.statistics.intervals import Z

if TYPE_CHECKING:
    import numpy as np

    from pipeline.statistics.counts import Nombres

PLUS_HAUT, PLUS_BAS = "plus haut", "plus bas"
ANNEES_REUNIES = 5  # at most that many years are pooled
# Probabilities that are equal but for rounding count as equal (the tolerance of R's fisher.test).
TOLERANCE = 1e-7


@dataclass(frozen=True)
class Decision:
    """What is decided of one structure.

    Attributes:
        p: Fisher's exact two-sided p-value against all the others together; None where it is not compared.
        retenue: whether Benjamini–Hochberg keeps it among those compared.
        ruptures, effectif: its own over the years pooled; those of all the others together (`_autres`).
    """

    p: float | None
    retenue: bool
    ruptures: int
    effectif: int
    ruptures_autres: int
    effectif_autres: int

    @property
    def taux(self) -> float:
        """Its rate over the years pooled, a fraction of 1."""
        return self.ruptures / self.effectif

    @property
    def taux_autres(self) -> float | None:
        """That of all the others together; None where they have nobody."""
        return self.ruptures_autres / self.effectif_autres if self.effectif_autres else None

    @property
    def intervalle(self) -> tuple[float, float]:
        """Wilson's 95 % limits of its rate, fractions of 1."""
        import numpy as np  # noqa: PLC0415

        bas, haut = wilson(np.array([self.ruptures]), np.array([self.effectif]), Z)
        return max(0.0, float(bas[0])), min(1.0, float(haut[0]))

    @property
    def sens(self) -> Literal["plus haut", "plus bas"] | None:
        """On which side of the others it stands; None unless that is decided."""
        if not self.retenue or self.taux_autres is None:
            return None
        return PLUS_HAUT if self.taux > self.taux_autres else PLUS_BAS


def decide(ruptures: Sequence[Sequence[int]], effectifs: Sequence[Sequence[int]]) -> list[Decision]:
    """The verdict on each structure, in the order given: one row a structure, one column a year pooled, 0 where nobody.

    A structure is compared where it has EFFECTIF_MIN apprentices a year on average over the columns, against all the
    other rows together, those too small to be compared included; two structures at least, else nobody is.

    Raises:
        ValueError: more than ANNEES_REUNIES columns, a structure without anybody in any year, or counts that are not
            whole numbers with 0 <= ruptures <= effectifs, as many of each.
    """
    import numpy as np  # noqa: PLC0415 (slow to import, and only comparisons need it)

    if not len(ruptures) and not len(effectifs):
        return []
    par_annee, suivis = read_cells(ruptures, effectifs)
    if suivis.ndim != 2 or suivis.shape[1] > ANNEES_REUNIES:
        raise ValueError(f"one row a structure, one column a year, {ANNEES_REUNIES} at most")
    k, n = read_counts(par_annee.sum(axis=1), suivis.sum(axis=1))
    k_autres, n_autres = k.sum() - k, n.sum() - n
    comparees = (n >= EFFECTIF_MIN * suivis.shape[1]) & (n_autres > 0)
    p = np.where(comparees, fisher(k, n, k_autres, n_autres), np.nan)
    retenues = benjamini_hochberg(p)
    return [
        Decision(
            float(p[rang]) if comparees[rang] else None,
            bool(retenues[rang]),
            *(int(comptes[rang]) for comptes in (k, n, k_autres, n_autres)),
        )
        for rang in range(k.size)
    ]


def fisher(k1: Nombres, n1: Nombres, k2: Nombres, n2: Nombres) -> np.ndarray:
    """Two-sided p-value of Fisher's exact test of k1 of n1 against k2 of n2, an array as long as the counts; 1 where a
    margin is 0.

    The hypergeometric probabilities that are not above the observed one, added up (Agresti, Categorical Data Analysis,
    §3.5.3). (scipy.stats has it, and takes as long to import as half a report of CFA.) Raises as `decide`.
    """
    import numpy as np  # noqa: PLC0415
    from scipy.special import gammaln  # noqa: PLC0415

    (k1, n1), (k2, n2) = read_cells(k1, n1), read_cells(k2, n2)
    k = k1 + k2
    bas = np.maximum(0, k - n2)
    tailles = np.minimum(n1, k) - bas + 1
    # The tables with these margins, of all structures end to end: each with the structure that it is of, and its k1.
    rangs = np.repeat(np.arange(k.size), tailles)
    possibles = np.arange(tailles.sum()) - np.repeat(np.cumsum(tailles) - tailles - bas, tailles)

    def log_binomial(n: np.ndarray, k: np.ndarray) -> np.ndarray:
        return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)

    total = log_binomial(n1 + n2, k)
    observees = log_binomial(n1, k1) + log_binomial(n2, k2) - total
    toutes = log_binomial(n1[rangs], possibles) + log_binomial(n2[rangs], (k[rangs] - possibles)) - total[rangs]
    aussi_rares = toutes <= observees[rangs] + np.log1p(TOLERANCE)
    return np.minimum(1.0, np.bincount(rangs, np.exp(toutes) * aussi_rares, minlength=k.size))
