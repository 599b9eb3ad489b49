"""Rows of a horizontal chart: names on the left, on as many lines as they need, and as many rows as a page holds. (On a
band scale of Vega, every row would be as high as a name of three lines.)"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import altair as alt

from pipeline.charts.drawing import Mark, label, labels, layer
from pipeline.charts.fonts import text_width, widest, wrap
from pipeline.charts.theme import GREY, HEIGHT_MAX, INK, LINE, ink
from pipeline.charts.view import ChartRow, ReferenceRate, View, part_of

NAMES_MAX = 0.44  # of the width, for the names
SPACE, SPACE_MIN = 4.0, 2.5  # px between two rows, at ease and squeezed
BAR = 12.0  # px
AXIS = 20.0  # px under the rows for the texts of an axis


@dataclass(frozen=True)
class RowLayout:
    """The rows drawn, the name of each by line, their `top`, `middle` and `bottom` in pixels, the pixels that names
    take, and what is said when some rows are left out."""

    rows: list[ChartRow]
    names: list[list[str]]
    places: list[dict[str, float]]
    left: float
    note: str

    @property
    def height(self) -> float:
        return self.places[-1]["bottom"] if self.places else LINE

    def y(self, edge: str = "middle") -> alt.Y:
        """An edge of the rows, for marks that `at` placed."""
        scale = alt.Scale(domain=[self.height, 0], nice=False, zero=False, padding=0)
        return alt.Y(f"{edge}:Q", scale=scale, axis=None)

    def at(self, marks: Iterable[Mark]) -> list[Mark]:
        """A mark a row, at its place."""
        return [{**place, **mark} for place, mark in zip(self.places, marks, strict=True)]

    def write_names(self) -> alt.Chart:
        """Names at the left of their rows."""
        return labels(self.at(label(name, -8) for name in self.names), "right", alt.XValue(0), self.y())

    def write_column(self, texts: Sequence[str], width: float) -> alt.Chart:
        """Values in a column at the right of a plot, the marks of fragile rates out of line."""
        mark = text_width("*") if any(text.endswith("*") for text in texts) else 0
        marks = (label(text, 0 if text.endswith("*") else -mark, ink=ink(text)) for text in texts)
        return labels(self.at(marks), "right", alt.XValue(width), self.y())


def network_line(rate: ReferenceRate, px: float, width: float, height: float) -> list[alt.Chart]:
    """The network's rate as a dashed line down a plot, named above it within its width."""
    words = f"réseau {rate.written}"
    half = text_width(words) / 2
    name = [label(words, dx=max(half, min(width - half, px)) - px, ink=GREY)]
    rule = layer(name).mark_rule(color=INK, strokeDash=[4, 3])
    return [
        rule.encode(alt.XDatum(rate.rate), alt.YValue(-3), alt.Y2Value(height)),
        labels(name, "center", alt.XDatum(rate.rate), alt.YValue(-4 - LINE / 2)),
    ]


def lay_rows(
    view: View[Any], rows: list[ChartRow], dimension: str, names_max: float = NAMES_MAX, space: float = SPACE
) -> RowLayout:
    """Place the rows from the top down, the first ones where a page does not hold them all; names take `names_max` of
    the width at most, `space` pixels part two rows."""
    names = [wrap(view.name(dimension, row), view.width * names_max) for row in rows]
    room = (HEIGHT_MAX - LINE * sum(map(len, names))) / max(1, len(names))
    heights = [LINE * len(name) + max(SPACE_MIN, min(space, room)) for name in names]
    places = [
        {"top": round(end - height, 1), "middle": round(end - height / 2, 1), "bottom": round(end, 1)}
        for height, end in zip(heights, accumulate(heights), strict=True)
        if end <= HEIGHT_MAX + 1
    ]
    shown = len(places)
    left = round(widest(line for name in names[:shown] for line in name) + 9.5, 1)
    return RowLayout(rows[:shown], names[:shown], places, left, part_of(shown, len(rows), "lignes"))
