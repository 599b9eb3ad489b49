"""What a change on the year before could have shown: the fall that is seen, two rates that are equivalent. Pure."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from pipeline.statistics.comparisons import wilson
from pipeline.statistics.counts import read_counts
from pipeline.statistics.intervals import Estimate, Z, newcombe

PUISSANCE = 0.8  # a fall that is seen four times in five
Z_EQUIVALENCE = 1.6448536269514722  # of a 90 % interval


@dataclass(frozen=True)
class SeenFall:
    """The smallest fall that the next year's report would establish four times in five.

    Attributes:
        k_max: the largest number of ruptures that is an established fall (k*).
        taux: the true rate that gives it as many ruptures or fewer with a probability of PUISSANCE, a fraction of 1.
        baisse: this year's rate less that one, a fraction of 1.
    """

    k_max: int
    taux: float
    baisse: float


def smallest_seen_fall(k: int, n: int) -> SeenFall | None:
    """The fall from k ruptures of n that could be seen on as many apprentices the next year (definitions §7); None
    where not even a year without ruptures would establish one.

    Established: Newcombe's 95 % interval under zero, the change being alone. Raises as `difference`.
    """
    from scipy.special import bdtri  # noqa: PLC0415 (slow to import, and only comparisons need it)

    read_counts([k], [n])
    # Its upper limit grows with the ruptures of the next year, since Wilson's does.
    k_max = bisect_left(range(k), 0.0, key=lambda suivantes: difference((suivantes, n), (k, n)).haut) - 1
    if k_max < 0:
        return None
    taux = float(bdtri(k_max, n, PUISSANCE))
    return SeenFall(k_max, taux, k / n - taux)


def equivalent(apres: tuple[int, int], avant: tuple[int, int], marge: float = 0.01) -> bool:
    """Whether two rates, each (ruptures, effectif), are the same but for `marge`, a fraction of 1: Newcombe's 90 %
    interval lies within it on both sides (two one-sided tests at 5 %: Schuirmann, J. Pharmacokinet. Biopharm. 1987).
    Raises as `difference`."""
    ecart = difference(apres, avant, Z_EQUIVALENCE)
    return -marge <= ecart.bas and ecart.haut <= marge


def difference(apres: tuple[int, int], avant: tuple[int, int], z: float = Z) -> Estimate:
    """Newcombe's interval of `apres` less `avant`, each (ruptures, effectif), at any z.

    Raises:
        ValueError: counts that are not whole numbers with 0 <= ruptures <= effectif, effectif > 0.
    """
    k, n = read_counts(*zip(apres, avant, strict=True))
    bas, haut = wilson(k, n, z)
    return newcombe(*(Estimate(*map(float, taux)) for taux in zip(k / n, bas, haut, strict=True)))
