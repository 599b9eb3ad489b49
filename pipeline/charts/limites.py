"""Rows → points of a funnel, each told from the limits of its size."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline import formats, inference
from pipeline.charts.lecture import Lecture, LigneDeResultat, is_rest
from pipeline.chartspec import Entonnoir

Vue = Lecture[Entonnoir]
NIVEAUX = (0.95, 0.998)


@dataclass(frozen=True)
class Point:
    """A row with its size and its rate.

    Attributes:
        significatif: whether its rate is held against the limits.
        niveau: the widest limits that it is outside of, 0 where it is in all of them.
    """

    ligne: LigneDeResultat
    nom: str
    effectif: int
    taux: float
    significatif: bool
    niveau: float = 0.0


def read_points(vue: Vue) -> list[Point]:
    """The rows that have a size and a rate, in their order. Rates that mean nothing, and rows that stand for many, are
    held against no limit."""
    graphique, p0 = vue.graphique, vue.donnees.taux_region
    points = [
        Point(
            ligne,
            vue.name(graphique.etiquette, ligne),
            int(ligne[graphique.x]),
            float(ligne[graphique.y]),
            vue.measured(graphique.y, ligne) is not None and not is_rest(ligne),
        )
        for ligne in vue.as_given()
        if ligne.get(graphique.x) and ligne.get(graphique.y) is not None
    ]
    if p0 is None or not points:
        return points
    for niveau in NIVEAUX:
        limites = zip(*inference.funnel_limits(p0, [p.effectif for p in points], niveau), strict=True)
        points = [
            replace(p, niveau=niveau) if p.significatif and not bas <= p.taux <= haut else p
            for p, (bas, haut) in zip(points, limites, strict=True)
        ]
    return points


def level(niveau: float) -> str:
    """0.998 → '99,8 %'."""
    return formats.pourcentage(niveau, 0 if niveau == 0.95 else 1)
