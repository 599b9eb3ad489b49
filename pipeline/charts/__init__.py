"""A declared chart → Altair → SVG and the words that replace it. One module a chart type; here, the way in.

A type lays its rows out (`rows`, `moments`, `labels`: texts are measured in the report's font, and placed so that none
covers another), then draws them with plain Altair, on scales whose ends are known (`scale`); `drawing` makes the SVG.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import ModuleType

import vl_convert as vlc
from altair.utils.schemapi import debug_mode

from pipeline.charts import bars, distribution, funnel, heatmap, line, month_columns, points, stacked_bars
from pipeline.charts.alone import alone
from pipeline.charts.drawing import to_svg
from pipeline.charts.fonts import FOLDER
from pipeline.charts.image import Image
from pipeline.charts.theme import WIDTH
from pipeline.charts.view import ChartData, ChartRow, ReferenceRate, View
from pipeline.models.chart_header import ChartSpec
from pipeline.models.header import PrintedColumn

__all__ = [
    "TYPES",
    "ChartData",
    "Image",
    "ReferenceRate",
    "alone",
    "count_marks",
    "describe",
    "draw",
    "has_marks",
    "to_png",
    "warm_up",
]


TYPES: dict[str, ModuleType] = {
    "barres": bars,
    "barres_empilees": stacked_bars,
    "points": points,
    "colonnes_mois": month_columns,
    "ligne": line,
    "entonnoir": funnel,
    "carte_chaleur": heatmap,
    "distribution": distribution,
}


def draw(chart: ChartSpec, columns: Mapping[str, PrintedColumn], data: ChartData) -> Image:
    """The chart that a breakdown declares; `columns` says how the columns it names are called and written.

    Raises:
        UsageError: two rows for what the chart shows once; the file of the breakdown is the caller's to name.
    """

    def to_width(width: float) -> str:
        # Altair's checks of what it is given take longer than the drawing.
        with debug_mode(False):
            return to_svg(type_of(chart).draw(View(chart, columns, data, width)), data.source)

    return Image(to_width(WIDTH), describe(chart, columns, data), to_width)


def describe(chart: ChartSpec, columns: Mapping[str, PrintedColumn], data: ChartData) -> str:
    """Alternative text: the title, then the figures that the chart shows."""
    return f"{chart.titre.rstrip('.')}. {type_of(chart).words(View(chart, columns, data))}"


def has_marks(chart: ChartSpec, columns: Mapping[str, PrintedColumn], rows: list[ChartRow]) -> bool:
    """Whether a chart of these rows would show anything: some measure is there and not 0."""
    view = View(chart, columns, ChartData(rows, rows, None, ""))
    return any(view.measured(measure, row) for measure in chart.mesures for row in rows)


def count_marks(chart: ChartSpec, columns: Mapping[str, PrintedColumn], rows: list[ChartRow]) -> int:
    """How many of these rows have a value of the first measure of a chart."""
    view = View(chart, columns, ChartData(rows, rows, None, ""))
    return sum(view.measured(chart.mesures[0], row) is not None for row in rows)


def type_of(chart: ChartSpec) -> ModuleType:
    """The module of the type of a declared chart: `draw` lays it out, `words` says it."""
    return TYPES[chart.type]  # type: ignore[attr-defined]


def warm_up() -> None:
    """Start vl-convert's engine, which takes as long as several charts."""
    vlc.vegalite_to_svg({"mark": "text", "data": {"values": [{}]}}, allowed_base_urls=[])


@cache
def register_fonts() -> None:
    """Make vl-convert paint texts with the report's own font."""
    vlc.register_font_directory(str(FOLDER))


def to_png(image: Image) -> bytes:
    """A chart as a PNG of two pixels for one, for slides; nothing is read from the network."""
    register_fonts()
    return vlc.svg_to_png(image.svg, scale=2)
