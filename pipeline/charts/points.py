"""`points`: a rate with its interval on each row, and the network's rate as a line."""

from __future__ import annotations

import altair as alt

from pipeline.charts.drawing import Drawing, layer
from pipeline.charts.fonts import widest, wrap
from pipeline.charts.rows import AXIS, lay_rows, network_line
from pipeline.charts.scale import on_range
from pipeline.charts.theme import BLUE, GAP, LINE
from pipeline.charts.view import ChartRow, View, listing
from pipeline.models.chart_header import PointsSpec

words = listing


def draw(view: View[PointsSpec]) -> Drawing:
    """Points sorted by the rate, or in the order of the rows; a rate that means nothing has no point."""
    measure = view.chart.x
    layout = lay_rows(view, view.in_order(measure), view.chart.y)
    width, rate = view.width - layout.left - 2, view.reference(measure)
    texts = [view.written(measure, row) for row in layout.rows]
    points = [
        {
            "value": value,
            "low": bound(row, "taux_bas", value),
            "high": bound(row, "taux_haut", value),
            **place,
        }
        for row, place in zip(layout.rows, layout.places, strict=True)
        if (value := view.measured(measure, row)) is not None
    ]
    end = width - widest(texts) - GAP - 6
    ends = [*(point[edge] for point in points for edge in ("low", "high")), *([] if rate is None else [rate.rate])]
    scale = on_range(ends, max(ends, default=1.0), 0, end, "taux", 5)
    title = wrap(f"{view.label(measure)} (trait : intervalle à 95 %)", width)
    top = LINE * len(title) + (0 if rate is None else LINE) + 6
    at = {"titleX": 0, "titleY": -layout.height - top}
    y, marks = layout.y(), layer(points)
    layers = [
        marks.mark_rule(strokeWidth=2, color=BLUE).encode(scale.of("low", title, **at), alt.X2("high"), y),
        marks.mark_point(filled=True, size=55, color=BLUE).encode(scale.of("value", title, **at), y),
        layout.write_column(texts, width),
        layout.write_names(),
        *([] if rate is None else network_line(rate, scale.px(rate.rate), width, layout.height)),
    ]
    return Drawing(view.width, [layers], width, layout.height, layout.left, top, AXIS, notes=[layout.note])


def bound(row: ChartRow, column: str, rate: float) -> float:
    """An end of the interval of a rate, the rate itself where there is none."""
    return rate if row.get(column) is None else float(row[column])
