"""`barres_empilees`: the measures end to end, sorted by their sum; the sum is written, and the last measure in it."""

from __future__ import annotations

from itertools import accumulate, pairwise

import altair as alt

from pipeline import formats
from pipeline.charts.drawing import Drawing, label, labels, layer, legend
from pipeline.charts.fonts import widest
from pipeline.charts.rows import AXIS, BAR, lay_rows
from pipeline.charts.scale import make_scale
from pipeline.charts.theme import GAP, ORANGE, SERIES, WHITE
from pipeline.charts.view import ChartRow, View
from pipeline.models.chart_header import StackedBarsSpec

# The last measure is what the chart is about; those before it are its ground.
GROUNDS = tuple(colour for colour in SERIES if colour != ORANGE)


def draw(view: View[StackedBarsSpec]) -> Drawing:
    """One bar a row, in as many pieces as there are measures."""
    measures = view.chart.x
    names = list(map(view.label, measures))
    layout = lay_rows(view, in_order(view), view.chart.y)
    width = view.width - layout.left - 2
    texts = [value(view, row) for row in layout.rows]
    totals = [total(view, row) for row in layout.rows]
    scale = make_scale(totals, 0, width - widest(texts) - GAP - 2, "entier", 5)
    pieces = []
    for row, place in zip(layout.rows, layout.places, strict=True):
        ends = [0.0, *accumulate(view.measured(measure, row) or 0.0 for measure in measures)]
        pieces += [
            {"piece": kind, "start": start, "end": end, **place}
            for kind, (start, end) in zip(names, pairwise(ends), strict=True)
        ]
    key, keys_height = legend(names, width, symbolType="square", legendX=0)
    top = keys_height + 6
    before = len(names) - 1
    colours = alt.Scale(
        domain=names,
        range=[*(GROUNDS[rank % len(GROUNDS)] for rank in range(before)), ORANGE],
    )
    x, y = scale.of("start"), layout.y()
    layers = [
        layer(pieces)
        .mark_bar(orient="horizontal", height=BAR, stroke=WHITE, strokeWidth=1)
        .encode(x, alt.X2("end"), y, alt.Color("piece:N", scale=colours, legend=key | {"legendY": -top})),
        labels(
            layout.at({"total": end, **label(text, GAP - 1)} for end, text in zip(totals, texts, strict=True)),
            "left", scale.of("total"), y,
        ),
        layout.write_names(),
    ]  # fmt: skip
    return Drawing(view.width, [layers], width, layout.height, layout.left, top, AXIS, notes=[layout.note])


def in_order(view: View[StackedBarsSpec]) -> list[ChartRow]:
    """The rows, the largest total first."""
    return sorted(view.data.rows, key=lambda row: -total(view, row))


def total(view: View[StackedBarsSpec], row: ChartRow) -> float:
    return sum(view.measured(measure, row) or 0.0 for measure in view.chart.x)


def value(view: View[StackedBarsSpec], row: ChartRow) -> str:
    """'438 dont 48'."""
    return f"{formats.entier(total(view, row))} dont {view.written(view.chart.x[-1], row)}"


def words(view: View[StackedBarsSpec]) -> str:
    """The total of each bar and the last measure in it."""
    last = view.label(view.chart.x[-1])
    values = ", ".join(f"{view.name(view.chart.y, row)} {value(view, row)}" for row in in_order(view))
    sums = " + ".join(map(view.label, view.chart.x))
    return f"{sums}, dont {last} : {values}."
