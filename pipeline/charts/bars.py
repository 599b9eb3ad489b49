"""`barres`: one panel a measure, side by side, each bar with its value; the network's rate as a line on rates."""

from __future__ import annotations

from pipeline.charts import rows
from pipeline.charts.drawing import Drawing, label, labels, layer
from pipeline.charts.fonts import widest, wrap
from pipeline.charts.rows import AXIS, BAR, lay_rows, network_line
from pipeline.charts.scale import make_scale
from pipeline.charts.theme import BLUE, GAP, LINE, ORANGE, WIDTH, ink
from pipeline.charts.view import View, listing
from pipeline.models.chart_header import BarsSpec

NAMES_MAX = (rows.NAMES_MAX, 0.33)  # of the width, for the names; beside several panels in little room
BETWEEN = 22.0  # px between two panels

words = listing


def draw(view: View[BarsSpec]) -> Drawing:
    """Bars sorted by the first measure, or in the order of the rows."""
    measures, rate = view.chart.x, view.reference(*view.chart.x)
    layout = lay_rows(
        view, view.in_order(measures[0]), view.chart.y, NAMES_MAX[len(measures) > 1 and view.width < WIDTH]
    )
    width = (view.width - layout.left - BETWEEN * (len(measures) - 1) - 2) / len(measures)
    titles = [wrap(view.label(measure), width) for measure in measures]
    top = LINE * max(map(len, titles)) + (0 if rate is None else LINE) + 6
    panels = []
    for measure, title in zip(measures, titles, strict=True):
        kind, has_line = view.columns[measure].format, view.reference(measure) is not None
        values = [view.measured(measure, row) or 0.0 for row in layout.rows]
        texts = [view.written(measure, row) for row in layout.rows]
        text = widest(texts or ["100 %"])
        end = width - text - GAP - 4
        ticks = max(2, min(4, int(end / text / 1.5)))
        scale = make_scale([*values, 0.0 if rate is None else rate.rate] if has_line else values, 0, end, kind, ticks)
        bars = layout.at(
            {"value": value, **label(text, GAP - 1, ink=ink(text))} for value, text in zip(values, texts, strict=True)
        )
        # Beside that of 0, no other has room.
        only = {"values": [0]} if end < 2 * text else {}
        x = scale.of("value", title, titleX=0, titleY=-layout.height - top, **only)
        mark = layer(bars).mark_bar(orient="horizontal", height=BAR, color=BLUE if kind == "taux" else ORANGE)
        panels.append([mark.encode(x, layout.y())])
        # Values in a column of their own where a line or bars to the left would cross them.
        is_crossed = rate is not None or min(values, default=0) < 0
        panels[-1].append(layout.write_column(texts, width) if is_crossed else labels(bars, "left", x, layout.y()))
        panels[-1] += (
            network_line(rate, scale.px(rate.rate), width, layout.height) if has_line and rate is not None else []
        )
    panels[0].append(layout.write_names())
    return Drawing(view.width, panels, width, layout.height, layout.left, top, AXIS, BETWEEN, [layout.note])
