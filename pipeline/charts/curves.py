"""The lines of a funnel: its limits as curves, the rate they are around."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, takewhile

import altair as alt

from pipeline import formats
from pipeline.charts.labels import spread
from pipeline.charts.scale import Echelle
from pipeline.charts.sheet import Panneau, Rangs, table
from pipeline.charts.style import ENCRE, GRIS, INTERLIGNE
from pipeline.statistics import intervals
from pipeline.statistics.comparisons import NIVEAUX

COURBE = 80  # sizes at which the limits are computed
FIN = 8.0  # px between two points of a line that names avoid
MARGE = 6.0  # px between a line and its name
TIRETS = {0.95: [5, 3], 0.998: [1, 0], 0.0: [1, 0]}


@dataclass(frozen=True)
class Courbe:
    """A line on the plot: its name, the level of the limit (0 for the rate they are around), its (size, rate)."""

    nom: str
    niveau: float
    points: list[tuple[float, float]]


def trace(p0: float | None, en_x: Echelle, en_y: Echelle) -> list[Courbe]:
    """The low and high limits of each level, as long as they are on the plot, and the rate they are around; nothing
    without one, no limits where all or none break."""
    if p0 is None:
        return []
    # Closer together where they bend.
    tailles = [max(1.0, en_x.haut * (rang / COURBE) ** 2) for rang in range(1, COURBE + 1)]
    courbes = [
        Courbe(
            f"limite {formats.niveau(niveau)}",
            niveau,
            on_plot(list(zip(tailles, map(float, limite), strict=True)), en_y.haut),
        )
        for niveau in (NIVEAUX if 0 < p0 < 1 else ())
        for limite in intervals.funnel_curves(p0, tailles, niveau)
    ]
    return [*courbes, Courbe(name(p0), 0.0, [(0.0, p0), (en_x.haut, p0)])]


def name(p0: float) -> str:
    """The rate of all the points, as its line is called."""
    return f"ensemble {formats.pourcentage(p0)}"


def on_plot(points: list[tuple[float, float]], plafond: float) -> list[tuple[float, float]]:
    """The end of a limit, from where it comes under the top of the plot for good."""
    fin = takewhile(lambda point: point[1] <= plafond, reversed(points))
    return list(fin)[::-1]


def rows(courbes: list[Courbe], niveau: float) -> Rangs:
    """The rows of the lines of a level."""
    return [
        {"effectif": round(n, 2), "taux": taux, "courbe": rang}
        for rang, courbe in enumerate(courbes)
        if courbe.niveau == niveau
        for n, taux in courbe.points
    ]


def layer(nom: str, niveau: float, en_x: Echelle, en_y: Echelle) -> alt.Chart:
    """The lines of a level: dashed at 95 %, dark for the rate they are around."""
    traits = table(nom).mark_line(color=GRIS if niveau else ENCRE, strokeWidth=1.1, strokeDash=TIRETS[niveau])
    return traits.encode(*axes(en_x, en_y), alt.Detail("courbe", type="nominal"))


def axes(en_x: Echelle, en_y: Echelle) -> tuple[alt.X, alt.Y]:
    """Sizes and rates on their scales."""
    return (
        alt.X("effectif", type="quantitative", scale=en_x.scale(), axis=en_x.axis()),
        alt.Y("taux", type="quantitative", scale=en_y.scale(), axis=en_y.axis()),
    )


def dots(courbes: list[Courbe], en_x: Echelle, en_y: Echelle) -> list[tuple[float, float]]:
    """Points along the lines, evenly spaced, in pixels."""
    points = []
    for courbe in courbes:
        places = [(en_x.px(n), en_y.etendue - en_y.px(taux)) for n, taux in courbe.points]
        for (x0, y0), (x1, y1) in pairwise(places):
            nombre = max(1, round((x1 - x0) / FIN))
            points += [(x0 + (x1 - x0) * k / nombre, y0 + (y1 - y0) * k / nombre) for k in range(nombre)]
    return points


def write_ends(panneau: Panneau, courbes: list[Courbe], en_y: Echelle) -> None:
    """Each line named at its right end."""
    bouts = [courbe for courbe in courbes if courbe.points]
    hauteurs = [en_y.etendue - en_y.px(courbe.points[-1][1]) for courbe in bouts]
    marge = INTERLIGNE / 2
    milieux = spread(hauteurs, [INTERLIGNE] * len(bouts), -marge, en_y.etendue + marge)
    for courbe, milieu in zip(bouts, milieux, strict=True):
        panneau.write(panneau.largeur + MARGE, milieu, courbe.nom, couleur=GRIS if courbe.niveau else ENCRE)
