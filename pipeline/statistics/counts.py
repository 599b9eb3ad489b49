"""Counts of apprentices and of net ruptures among them, as the functions of this package take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Nombres = Sequence[float] | Sequence[Sequence[int]] | np.ndarray


def read_counts(ruptures: Nombres, effectifs: Nombres) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays of whole numbers of the same shape, 0 <= ruptures <= effectifs and effectifs > 0.

    Raises:
        ValueError: they are not.
    """
    import numpy as np  # noqa: PLC0415 (slow to import, and only comparisons need it)

    k, n = read_cells(ruptures, effectifs)
    if np.any(n == 0):
        raise ValueError("0 <= ruptures <= effectifs and effectifs > 0 do not hold")
    return k, n


def read_cells(ruptures: Nombres, effectifs: Nombres) -> tuple[np.ndarray, np.ndarray]:
    """The same where cells of a table may be empty: 0 <= ruptures <= effectifs. Raises likewise."""
    import numpy as np  # noqa: PLC0415

    k, n = np.asarray(ruptures), np.asarray(effectifs)
    if k.shape != n.shape or np.any(k != np.floor(k)) or np.any(n != np.floor(n)):
        raise ValueError("ruptures and effectifs are whole numbers, as many of each")
    if np.any(k < 0) or np.any(k > n):
        raise ValueError("0 <= ruptures <= effectifs does not hold")
    return k.astype(np.int64), n.astype(np.int64)
