"""Linear scales whose ends and ticks are known before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

import altair as alt

from pipeline import formats

PARTS = frozenset({"taux", "pourcentage", "borne", "repere"})


@dataclass(frozen=True)
class Echelle:
    """A scale from `bas` to `haut` on `etendue` pixels, with a tick every `pas` up to `dernier`; `genre` is a
    column's format."""

    bas: float
    haut: float
    dernier: float
    etendue: float
    pas: float
    genre: str

    def px(self, valeur: float) -> float:
        """Pixels from the low end."""
        return (valeur - self.bas) / (self.haut - self.bas) * self.etendue

    @property
    def ticks(self) -> list[float]:
        premier, dernier = ceil(self.bas / self.pas - 1e-9), floor(self.dernier / self.pas + 1e-9)
        return [rang * self.pas for rang in range(premier, dernier + 1)]

    def written(self, valeur: float) -> str:
        """A tick, with the decimals that its step needs."""
        pas = self.pas * 100 if self.genre in PARTS else self.pas
        decimales = max(0, -floor(log10(pas) + 1e-9))
        if self.genre in PARTS:
            return formats.pourcentage(valeur, decimales)
        return formats.decimal(valeur, decimales)

    def axis(self) -> alt.Axis:
        """The grid; its texts are placed with the others."""
        return alt.Axis(values=self.ticks)

    def scale(self) -> alt.Scale:
        return alt.Scale(domain=[self.bas, self.haut], nice=False, zero=False)


def make_scale(
    valeurs: list[float], etendue: float, genre: str, ticks: int, *, reserve: float = 0.0, arrondie: bool = False
) -> Echelle:
    """The scale of some values and of 0, about `ticks` ticks on it; `reserve` pixels without ticks are kept at its
    high end, or it ends on a tick where it is `arrondie`."""
    bas, haut = min([0.0, *valeurs]), max([0.0, *valeurs])
    if haut == bas:
        haut = bas + (0.01 if genre in PARTS else 1.0)
    dernier = haut
    haut = bas + (haut - bas) * etendue / max(etendue - reserve, etendue / 4)
    pas = step((haut - bas) / ticks)
    if genre == "entier":
        pas = max(pas, 1.0)
    if arrondie:
        haut = dernier = ceil(haut / pas - 1e-9) * pas
    if bas < 0:
        bas = floor(bas / pas + 1e-9) * pas
    return Echelle(bas, haut, dernier, etendue, pas, genre)


def step(environ: float) -> float:
    """1, 2 or 5 times a power of ten, the nearest above."""
    puissance = 10.0 ** floor(log10(environ))
    return next(k * puissance for k in (1, 2, 5, 10) if k * puissance >= environ * 0.999)
