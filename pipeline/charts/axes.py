"""Texts of the axes, beside the plot and under it."""

from __future__ import annotations

from pipeline.charts.scale import Echelle
from pipeline.charts.sheet import Panneau
from pipeline.charts.style import GRIS, INTERLIGNE, text_width, widest


def write_ticks(panneau: Panneau, echelle: Echelle, hauteur: float) -> None:
    """Texts of a horizontal axis, under it, those that have room."""
    fin = -1e9
    for tick in echelle.ticks:
        texte = echelle.written(tick)
        x, demi = echelle.px(tick), text_width(texte) / 2
        if x - demi > fin + 6 and x + demi <= panneau.largeur + 2:
            panneau.write(x, hauteur + 12, texte, "center", GRIS)
            fin = x + demi


def write_side(panneau: Panneau, echelle: Echelle, hauteur: float, titre: list[str], gauche: float) -> float:
    """Texts of a vertical axis at the left of a plot, its title over them; returns the pixels above the plot."""
    for tick in echelle.ticks:
        panneau.write(-6, hauteur - echelle.px(tick), echelle.written(tick), "right", GRIS)
    haut = 10 + INTERLIGNE * len(titre)
    panneau.write(-gauche, -haut + INTERLIGNE * len(titre) / 2, titre)
    return haut


def side_width(echelle: Echelle) -> float:
    """Pixels that the texts of a vertical axis take."""
    return round(widest([echelle.written(tick) for tick in echelle.ticks]) + 7, 1)
