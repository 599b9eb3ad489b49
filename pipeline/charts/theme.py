"""How every chart looks: sizes, colours, and the configuration that Vega-Lite draws all of them with."""

from __future__ import annotations

from typing import Any

from pipeline.formats import FINE, NON_SIGNIFICATIF, VIDE

FONT = "Inter"
# Vega measures the texts of axes and legends, five times more slowly in a font that it was given: it is told another,
# which is replaced in the SVG.
VEGA_FONT = "sans-serif"
# Even so, half the time of a chart. The texts whose places we know have no size for Vega, which then measures nothing;
# each takes its own in the SVG, and its first line as many pixels lower as Vega puts it for this baseline.
MIDDLE_FONT, TOP_FONT = "middle", "top"
WIDTH = 656  # px: the column of 174 mm at 96 px an inch (rapport.css)
NARROW = 328  # px: what a telephone of 360 px leaves it (ecran/ecran.css)
HEIGHT_MAX = 760  # px: what a page leaves under a section's title, for the marks of one chart
SIZE = 11.3  # px: 8,5 pt, the size of the tables' text
LINE = 14.5  # px
LOWER = {VEGA_FONT: 0, MIDDLE_FONT: round(0.3 * SIZE), TOP_FONT: round(0.79 * SIZE)}
GAP = 6  # px between a mark and its text

INK, GREY, PALE, GRID, WHITE = "#1d2733", "#5c6b7a", "#c9d3dc", "#e6ebef", "#ffffff"
# Each stands out on paper, and from the others: in grey too, as steps of lightness, and for who sees no red, green or
# blue (measured in tests/unit/charts/test_colours.py).
BLUE, ORANGE, BROWN = "#2b6396", "#e47526", "#591d02"
SERIES = (BLUE, ORANGE, BROWN, "#6c804e", "#6600ba", "#0c122a")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
RAMP = ("#e9f1f8", "#b3cfe6", "#5f9bcb", "#2b6396", "#0f3557")  # one hue, so that only darkness is to be told

CONFIG: dict[str, Any] = {
    "aria": False,
    "font": VEGA_FONT,
    # As `formats` writes numbers.
    "locale": {
        "number": {
            "decimal": ",", "thousands": FINE, "grouping": [3], "currency": ["", f"{FINE}€"], "percent": f"{FINE}%",
            "minus": "-",
        }
    },
    "axis": {
        "domain": False, "ticks": False, "labelFontSize": SIZE, "labelColor": GREY, "labelPadding": 6,
        "labelFlush": False, "labelSeparation": 8,
        "gridColor": {"condition": {"test": "datum.value === 0", "value": PALE}, "value": GRID},
        "titleFont": TOP_FONT, "titleFontSize": 0, "titleFontWeight": "normal", "titleLineHeight": LINE,
        "titleColor": INK, "titleAlign": "left", "titleBaseline": "top", "titleAngle": 0,
    },
    "legend": {
        "orient": "none", "direction": "horizontal", "title": None, "labelFontSize": SIZE, "labelColor": INK,
        "labelLimit": 0, "rowPadding": 3, "padding": 0, "offset": 0,
    },
    "point": {"opacity": 1},
    "text": {"font": MIDDLE_FONT, "fontSize": 0, "baseline": "middle", "lineBreak": "\n", "lineHeight": LINE},
    "view": {"stroke": None},
}  # fmt: skip


def ink(text: str) -> str:
    """The colour of a written value, paler where it says that there is none."""
    return GREY if text in {NON_SIGNIFICATIF, VIDE} else INK
