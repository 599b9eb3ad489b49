"""Rows → points of a funnel, each told from the limits of its size around the rate of them all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.charts.reading import Lecture, LigneDeResultat, is_rest
from pipeline.models.chart_header import FunnelSpec
from pipeline.statistics import comparisons

Vue = Lecture[FunnelSpec]


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

    @property
    def est_designe(self) -> bool:
        """Whether the chart is about this point."""
        return "designe" in self.ligne


def read_points(vue: Vue) -> tuple[list[Point], float | None]:
    """The rows that have a size and a rate, in their order, and the rate of those held against the limits taken
    together, which the limits are around; None where fewer than two are, and none was given. Rates that mean nothing,
    and rows that stand for many, are held against no limit. A row with the key `designe` is what the chart is about."""
    graphique = vue.graphique
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
    compares = [point for point in points if point.significatif]
    ensemble = vue.donnees.taux_compares
    if not compares or (ensemble is None and len(compares) < 2):
        return points, None
    import numpy as np  # noqa: PLC0415 (slow to import, and few charts need it)

    effectifs, taux = np.array([p.effectif for p in compares]), np.array([p.taux for p in compares])
    if ensemble is None:
        ensemble = float((effectifs * taux).sum() / effectifs.sum())
    niveaux = iter(comparisons.outside_limits(taux, comparisons.every_limit(ensemble, effectifs)))
    return [replace(p, niveau=float(next(niveaux))) if p.significatif else p for p in points], ensemble
