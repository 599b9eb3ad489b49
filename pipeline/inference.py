"""What SQL says badly: pure functions on estimates. No database, no text."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot


@dataclass(frozen=True)
class Estimation:
    """A value and its 95 % limits, as fractions of 1 (for a rate, Wilson's, computed in `sql/macros.sql`)."""

    valeur: float
    bas: float
    haut: float

    @property
    def exclut_zero(self) -> bool:
        return self.bas > 0 or self.haut < 0


def newcombe(apres: Estimation, avant: Estimation) -> Estimation:
    """Difference of two independent rates with Newcombe's hybrid score interval (Stat. Med. 1998, method 10)."""
    ecart = apres.valeur - avant.valeur
    return Estimation(
        ecart,
        ecart - hypot(apres.valeur - apres.bas, avant.haut - avant.valeur),
        ecart + hypot(apres.haut - apres.valeur, avant.valeur - avant.bas),
    )
