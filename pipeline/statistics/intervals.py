"""What SQL says badly: pure functions on estimates. No database, no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Z = 1.959963984540054  # of every 95 % interval (definitions §7)


@dataclass(frozen=True)
class Estimate:
    """A value and its 95 % limits, as fractions of 1 (for a rate, Wilson's, computed in `sql/macros.sql`)."""

    valeur: float
    bas: float
    haut: float

    @property
    def exclut_zero(self) -> bool:
        return self.bas > 0 or self.haut < 0


def newcombe(apres: Estimate, avant: Estimate) -> Estimate:
    """Difference of two independent rates with Newcombe's hybrid score interval (Stat. Med. 1998, method 10)."""
    ecart = apres.valeur - avant.valeur
    return Estimate(
        ecart,
        ecart - hypot(apres.valeur - apres.bas, avant.haut - avant.valeur),
        ecart + hypot(apres.haut - apres.valeur, avant.valeur - avant.bas),
    )


def funnel_limits(p0: float, n: Sequence[int] | np.ndarray, niveau: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits within which a share `niveau` (0.95, 0.998) of units of `n` members lie when each has the rate `p0`: two
    arrays of fractions of 1, as long as `n`, with `p0` between them.

    Exact binomial quantiles, interpolated (Spiegelhalter, Stat. Med. 2005, 24:1185, appendix): r is the smallest count
    with F(r) >= p, alpha = (F(r) - p) / (F(r) - F(r - 1)), the limit is (r - alpha) / n. Where n * p0 is far under 1
    that would leave out p0, or 0..1: it is then brought back, which puts no count on another side of it.
    """
    import numpy as np  # noqa: PLC0415 (slow to import, and only funnels need it)

    tailles = np.asarray(n, dtype=np.int64)
    bas, haut = (binomial_quantile(p, tailles, p0) / tailles for p in ((1 - niveau) / 2, (1 + niveau) / 2))
    return np.clip(bas, 0.0, p0), np.clip(haut, p0, 1.0)


def funnel_curves(p0: float, n: Sequence[float] | np.ndarray, niveau: float) -> tuple[np.ndarray, np.ndarray]:
    """The same limits as curves to draw, for sizes that need not be whole: r - 1 and r are joined by the incomplete
    beta function instead of by a straight line, whose pieces show as ripples. A count is outside both or neither."""
    import numpy as np  # noqa: PLC0415
    from scipy.special import bdtrik  # noqa: PLC0415

    tailles = np.asarray(n, dtype=float)
    if not 0 < p0 < 1:
        return np.full_like(tailles, p0), np.full_like(tailles, p0)
    bas, haut = (bdtrik(p, tailles, p0) / tailles for p in ((1 - niveau) / 2, (1 + niveau) / 2))
    return np.clip(bas, 0.0, p0), np.clip(haut, p0, 1.0)


def binomial_quantile(p: float, n: np.ndarray, p0: float) -> np.ndarray:
    """r - alpha, as `funnel_limits` says, for each n."""
    import numpy as np  # noqa: PLC0415
    from scipy.special import bdtr, bdtrik  # noqa: PLC0415

    if not 0 < p0 < 1:
        return n * p0
    # bdtrik inverts a continuous extension of F: its ceiling is r, but for rounding.
    r = np.clip(np.ceil(bdtrik(p, n, p0)), 0, n)
    r = np.where((r > 0) & (bdtr(r - 1, n, p0) >= p), r - 1, r)
    r = np.where(bdtr(r, n, p0) < p, r + 1, r)
    avant = np.where(r > 0, bdtr(np.maximum(r - 1, 0), n, p0), 0.0)
    return r - (bdtr(r, n, p0) - p) / (bdtr(r, n, p0) - avant)
