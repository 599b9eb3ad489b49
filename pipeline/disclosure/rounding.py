"""The other way, for a network too large to be audited: every count is rounded."""

from __future__ import annotations

from collections import Counter

from pipeline.disclosure.cells import Cells
from pipeline.disclosure.primary import small_cells

# What an audit takes grows as the small counts of a year times its cells: above this, more than a minute
# (docs/adr/0014-the-public-edition.md). A number, not a clock: the same data make the same edition on any machine.
TRAVAIL_MAX = 7_000_000


def audit_work(cells: Cells) -> int:
    """How much there is to audit."""
    des_annees, petites = Counter(nom.annee for nom in cells.noms), small_cells(cells)
    return sum(des_annees[cells.noms[rang].annee] for rang in petites if cells.publiees[rang])


def rounded(valeur: int, base: int) -> int:
    """The nearest multiple of `base`, half upwards."""
    return (2 * valeur + base) // (2 * base) * base
