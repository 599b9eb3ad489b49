"""A declared chart → Altair → SVG and the words that replace it. One module a chart type; here, the way in.

Places and texts are settled before Altair is called: `style` measures texts in the report's font, `echelle` makes
scales, `planche` paints panels on a canvas as wide as the column. Texts are written by `formats`, never by Vega.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import vl_convert as vlc
from altair.utils.schemapi import debug_mode

from pipeline.charts import bars, funnel, heatmap, line, month_columns, points, stacked_bars
from pipeline.charts.fonts import POLICES
from pipeline.charts.reading import Donnees, Lecture, LigneDeResultat
from pipeline.charts.sheet import Planche, paint
from pipeline.models.chart_header import ChartSpec
from pipeline.models.header import PrintedColumn

__all__ = ["TYPES", "Donnees", "Image", "describe", "draw", "has_marks", "to_png", "warm_up"]


@dataclass(frozen=True)
class Image:
    """A chart as published: SVG text and the words that replace it."""

    svg: str
    alternative: str


class ChartType(NamedTuple):
    """How a type is drawn, and what is said of it after its title."""

    draw: Callable[[Lecture[Any]], Planche]
    words: Callable[[Lecture[Any]], str]


TYPES: dict[str, ChartType] = {
    "barres": ChartType(bars.draw, bars.words),
    "barres_empilees": ChartType(stacked_bars.draw, stacked_bars.words),
    "points": ChartType(points.draw, points.words),
    "colonnes_mois": ChartType(month_columns.draw, month_columns.words),
    "ligne": ChartType(line.draw, line.words),
    "entonnoir": ChartType(funnel.draw, funnel.words),
    "carte_chaleur": ChartType(heatmap.draw, heatmap.words),
}


def draw(graphique: ChartSpec, colonnes: Mapping[str, PrintedColumn], donnees: Donnees) -> Image:
    """The chart that a breakdown declares; `colonnes` says how the columns it names are called and written.

    Raises:
        UsageError: two rows for what the chart shows once; the file of the breakdown is the caller's to name.
    """
    # Altair's checks of what it is given take longer than the drawing.
    with debug_mode(False):
        svg = paint(chart_type(graphique).draw(Lecture(graphique, colonnes, donnees)), donnees.source)
    return Image(svg, describe(graphique, colonnes, donnees))


def describe(graphique: ChartSpec, colonnes: Mapping[str, PrintedColumn], donnees: Donnees) -> str:
    """Alternative text: the title, then the figures that the chart shows."""
    mots = chart_type(graphique).words(Lecture(graphique, colonnes, donnees))
    return f"{graphique.titre.rstrip('.')}. {mots}"


def has_marks(graphique: ChartSpec, colonnes: Mapping[str, PrintedColumn], lignes: list[LigneDeResultat]) -> bool:
    """Whether a chart of these rows would show anything: some measure is there and not 0."""
    vue = Lecture(graphique, colonnes, Donnees(lignes, lignes, None, ""))
    return any(vue.measured(mesure, ligne) for mesure in graphique.mesures for ligne in lignes)


def chart_type(graphique: ChartSpec) -> ChartType:
    """How the type of a declared chart is drawn."""
    return TYPES[graphique.type]  # type: ignore[attr-defined]


def warm_up() -> None:
    """Start vl-convert's engine, which takes as long as several charts."""
    vlc.vegalite_to_svg({"mark": "text", "data": {"values": [{}]}}, allowed_base_urls=[])


@cache
def register_fonts() -> None:
    """Make vl-convert paint texts with the report's own font."""
    vlc.register_font_directory(str(POLICES))


def to_png(image: Image) -> bytes:
    """A chart as a PNG of two pixels for one, for a workbook; nothing is read from the network."""
    register_fonts()
    return vlc.svg_to_png(image.svg, scale=2)
