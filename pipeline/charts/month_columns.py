"""`colonnes_mois`: one column a month in order of time, what has no month last and grey."""

from __future__ import annotations

import altair as alt

from pipeline import formats
from pipeline.charts.drawing import Drawing, as_is, label, labels, layer
from pipeline.charts.fonts import widest, wrap
from pipeline.charts.moments import every_month, is_month, write_moments
from pipeline.charts.scale import make_scale
from pipeline.charts.theme import GREY, LINE, ORANGE
from pipeline.charts.view import ChartRow, View, check_unique
from pipeline.models.chart_header import MonthColumnsSpec

HEIGHT = 120.0
FULL = 0.76  # of the space of a month
RIGHT = (8.0, 24.0)  # px at the right of the columns; where the last one is no month


def draw(view: View[MonthColumnsSpec]) -> Drawing:
    """Columns with their values; a month without a row keeps its place, empty."""
    measure, rows = view.chart.y, in_order(view)
    check_unique("colonnes_mois", [month(view, row) for row in rows], [view.chart.x], "mois")
    of_month = {month(view, row): row for row in rows}
    moments = every_month(of_month)
    months = [moment for moment in moments if is_month(moment)]
    columns = [
        {
            "moment": moment, "value": value, "colour": ORANGE if is_month(moment) else GREY,
            **label(view.written(measure, row), dy=-8),
        }
        for moment, row in of_month.items()
        if (value := view.measured(measure, row)) is not None
    ]  # fmt: skip
    scale = make_scale([column["value"] for column in columns], HEIGHT, 16, view.columns[measure].format, 4)
    title = wrap(view.label(measure), view.width)
    left, top = scale.gutter, 10 + LINE * len(title)
    width = view.width - left - RIGHT[len(moments) > len(months)]
    step = width / max(1, len(moments))
    others = moments[len(months) :]
    names = [wrap(other, max(step * 1.35, 54) if len(others) == 1 else step - 4, 2) for other in others]
    # A month beside the name of what is none gives way to it.
    room = step * (len(months) + 0.5) - widest(line for name in names[:1] for line in name) / 2
    under = [mark for mark in write_moments(months, step) if step * (months.index(mark["moment"]) + 0.5) + 16 < room]
    under += [
        {"moment": m, **label(name, dy=13 + (len(name) - 1) * LINE / 2)} for m, name in zip(others, names, strict=True)
    ]
    band = alt.Scale(type="band", domain=moments, paddingInner=1 - FULL, paddingOuter=(1 - FULL) / 2)
    x = alt.X("moment:N", scale=band, axis=None)
    y = scale.of("value", title, titleX=-left, titleY=-top)
    layers = [
        layer(columns).mark_bar().encode(x, y, as_is(alt.Color, "colour")),
        labels(columns if widest(column["text"] for column in columns) <= step - 2 else [], "center", x, y),
        labels(under, "center", x, alt.YValue(HEIGHT)),
    ]
    return Drawing(view.width, [layers], width, HEIGHT, left, top, 7 + 2 * LINE)


def month(view: View[MonthColumnsSpec], row: ChartRow) -> str:
    """The month of a row, or what it has for one."""
    return str(row[view.chart.x]) if is_month(row.get(view.chart.x)) else view.name(view.chart.x, row)


def in_order(view: View[MonthColumnsSpec]) -> list[ChartRow]:
    """The rows in order of time, what has no month after."""
    x = view.chart.x
    return sorted(view.data.rows, key=lambda row: (not is_month(row.get(x)), str(row.get(x))))


def words(view: View[MonthColumnsSpec]) -> str:
    """Each month and its value."""
    values = ", ".join(f"{formats.mois(month(view, row))} {view.written(view.chart.y, row)}" for row in in_order(view))
    return formats.sentence(f"{view.label(view.chart.y)} : {values or 'aucune valeur'}")
