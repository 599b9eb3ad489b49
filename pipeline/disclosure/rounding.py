"""The other way, for a network too large to be audited: every count is rounded."""

from __future__ import annotations

from pipeline.disclosure.cells import Cells
from pipeline.disclosure.primary import small_cells

# Small counts of an edition above which its audit takes more than a minute (docs/adr/0014-the-public-edition.md). A
# number, not a clock: the same data make the same edition on any machine.
PETITS_MAX = 2_500


def is_too_large(cells: Cells) -> bool:
    """Whether an edition is rounded and not audited."""
    return sum(cells.publiees[rang] for rang in small_cells(cells)) > PETITS_MAX


def rounded(valeur: int, base: int) -> int:
    """The nearest multiple of `base`, half upwards."""
    return (2 * valeur + base) // (2 * base) * base
