"""Marks in the rows of a table, in place of a chart that would say its numbers once more: a dot and its interval on a
scale of the data, or a bar from 0. They repeat what is written beside them, so they need no words."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from pipeline import formats
from pipeline.charts.theme import BLUE, GREY, ORANGE, WHITE
from pipeline.charts.view import ChartData, ChartRow, ReferenceRate, View
from pipeline.models.chart_header import ROW_CHARTS, ChartSpec, StackedBarsSpec
from pipeline.models.header import PrintedColumn

WIDTH, HEIGHT = 240, 32  # of the drawing, which the page stretches to its column
PAS = (1, 2, 5, 10, 20)  # points of percentage that the ends of a scale are multiples of
PAS_MAX = 8  # steps of a scale


@dataclass(frozen=True)
class DrawnColumn:
    """A column of marks: the column that it draws, its head, a mark a row as the URI of an image, '' for none."""

    mesure: str
    libelle: str
    images: list[str]


def draw_in_table(
    chart: ChartSpec | None,
    columns: Mapping[str, PrintedColumn],
    rows: Sequence[ChartRow],
    network_rate: ReferenceRate | None,
) -> DrawnColumn | None:
    """The marks of a chart of bars or points whose first measure the table prints, row by row; None for any other
    chart, and where fewer than two rows have a mark."""
    if not isinstance(chart, ROW_CHARTS) or (measure := chart.mesures[0]) not in columns:
        return None
    view = View(chart, columns, ChartData([*rows], [*rows], network_rate, ""))
    values = [view.measured(measure, row) for row in rows]
    if sum(value is not None for value in values) < 2:
        return None
    if isinstance(chart, StackedBarsSpec):
        return stacked(chart, columns, rows)
    if columns[measure].format != "taux":
        high = max(value or 0.0 for value in values) or 1.0
        images = ["" if value is None else to_uri(bar(value / high)) for value in values]
        return DrawnColumn(measure, f"{columns[measure].libelle}, en barre", images)
    known = view.reference(measure)
    reference = None if known is None else known.rate
    ends = [(row.get("taux_bas", value), row.get("taux_haut", value)) for row, value in zip(rows, values, strict=True)]
    told = [end for end, value in zip(ends, values, strict=True) if value is not None]
    low, high = bounds([*(low for low, _ in told), *(high for _, high in told), *filter(None, [reference])])

    def at(value: Any) -> float:
        return round(WIDTH * (0.03 + 0.94 * (value - low) / (high - low)), 1)

    dash = None if reference is None else at(reference)
    images = [
        "" if value is None else to_uri(interval(at(value), at(end[0]), at(end[1]), dash))
        for value, end in zip(values, ends, strict=True)
    ]
    ends_told = " à ".join(formats.decimal(formats.hundredfold(end), 0) for end in (low, high))
    return DrawnColumn(measure, f"De {ends_told}{formats.FINE}%{'' if dash is None else ', trait : réseau'}", images)


def stacked(chart: StackedBarsSpec, columns: Mapping[str, PrintedColumn], rows: Sequence[ChartRow]) -> DrawnColumn:
    """The measures end to end, the last one in colour: what the chart is about."""
    totals = [sum(row.get(measure) or 0.0 for measure in chart.x) for row in rows]
    lasts = [row.get(chart.x[-1]) or 0.0 for row in rows]
    high = max(totals, default=0.0) or 1.0
    images = [
        "" if not total else to_uri(end_to_end((total - last) / high, last / high))
        for total, last in zip(totals, lasts, strict=True)
    ]
    libelles = [formats.minuscule(columns[measure].libelle) for measure in chart.x]
    return DrawnColumn(chart.x[-1], f"En barre : {', '.join(libelles[:-1])}, puis {libelles[-1]}", images)


def bounds(values: Sequence[float]) -> tuple[float, float]:
    """The ends of a scale, multiples of the smallest step that makes few of them; no forced zero."""
    low, high = 100 * min(values), 100 * max(values)
    ends = [(pas * floor(low / pas), max(pas * ceil(high / pas), pas * floor(low / pas) + pas), pas) for pas in PAS]
    start, end, _ = next((end for end in ends if end[1] - end[0] <= PAS_MAX * end[2]), ends[-1])
    return start / 100, end / 100


def interval(value: float, low: float, high: float, reference: float | None) -> str:
    """A dot on its interval, and the network's rate as a line from row to row."""
    y = HEIGHT / 2
    line = "" if reference is None else stroke(reference, 0, reference, HEIGHT, GREY, 2, ' stroke-dasharray="6 5"')
    return f'{line}{stroke(low, y, high, y, BLUE, 4)}<circle cx="{value}" cy="{y}" r="8" fill="{BLUE}"/>'


def bar(part: float, colour: str = ORANGE, start: float = 0.0) -> str:
    """A bar of this part of the width, from that part of it."""
    return f'<rect x="{WIDTH * start:.1f}" y="6" width="{WIDTH * part:.1f}" height="{HEIGHT - 12}" fill="{colour}"/>'


def end_to_end(first: float, last: float) -> str:
    """Two bars of these parts of the width, parted by a white line where both are there."""
    at = round(WIDTH * first, 1)
    parted = stroke(at, 0, at, HEIGHT, WHITE, 2) if first and last else ""
    return f"{bar(first, BLUE)}{bar(last, ORANGE, first)}{parted}"


def stroke(x1: float, y1: float, x2: float, y2: float, colour: str, width: int, more: str = "") -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"{more}/>'


def to_uri(marks: str) -> str:
    """An image that a style sheet can name."""
    view = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
    svg = f"<svg {view}>{marks}</svg>"
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
