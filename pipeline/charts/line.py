"""`ligne`: a measure over the published years or the months of the year, one line a series, named at its right end."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import altair as alt

from pipeline import formats
from pipeline.charts.drawing import Drawing, Mark, label, labels, layer
from pipeline.charts.fonts import text_width, widest, wrap
from pipeline.charts.labels import spread
from pipeline.charts.moments import every_month, is_month, write_moments
from pipeline.charts.scale import on_range
from pipeline.charts.theme import LINE, SERIES, SHAPES
from pipeline.charts.view import ChartRow, View, check_unique, part_of
from pipeline.formats import plural
from pipeline.models.chart_header import LineSpec

YEARS = "annee"
HEIGHT = 230.0
NAME_MAX = 195.0  # px for the name of a line
EDGE = 16.0  # px between the sides of the plot and the first and last points
ALONE = 18.0  # px at the right of a line alone, for half of the last text under it
MARGIN = 19.0  # px between the plot and the names


class Series(NamedTuple):
    """A line: its name ('' for the only one), its rows, and the values that are drawn, by moment."""

    name: str
    rows: dict[str, ChartRow]
    values: dict[str, float]


def rows_in_time(view: View[LineSpec]) -> list[ChartRow]:
    """The rows that have a moment, in its order."""
    x = view.chart.x
    rows = view.data.every_year if x == YEARS else [row for row in view.data.rows if is_month(row.get(x))]
    return sorted(rows, key=lambda row: str(row[x]))


def read_moments(view: View[LineSpec]) -> list[str]:
    """Every moment of the axis, in order: a published year or a month is there even where it has no row."""
    moments = list(dict.fromkeys(str(row[view.chart.x]) for row in rows_in_time(view)))
    return moments if view.chart.x == YEARS else every_month(moments)


def read_series(view: View[LineSpec]) -> list[Series]:
    """The series, that of the largest sum first.

    Raises:
        UsageError: two rows for one moment of a series.
    """
    x, measure, serie = view.chart.x, view.chart.y, view.chart.serie
    groups: dict[Hashable, list[ChartRow]] = {}
    for row in rows_in_time(view):
        groups.setdefault(None if serie is None else row[serie], []).append(row)
    places = [(row[x], key) for key, rows in groups.items() for row in rows]
    check_unique("ligne", places, [x, serie] if serie else [x], "point")
    series = [
        Series(
            view.name(serie, rows[-1]) if serie else "",
            {str(row[x]): row for row in rows},
            {str(row[x]): value for row in rows if (value := view.measured(measure, row)) is not None},
        )
        for rows in groups.values()
    ]
    return sorted(series, key=lambda one: -sum(one.values.values()))


def draw(view: View[LineSpec]) -> Drawing:
    """Lines with their points; a value that is not there, or means nothing, is a gap."""
    every, moments = read_series(view), read_moments(view)
    series = [one for one in every if one.values][: len(SERIES)]
    names = [end_label(view, one, moments) for one in series] if view.chart.serie else []
    height = max(HEIGHT, LINE * sum(map(len, names)))
    values = [value for one in series for value in one.values.values()]
    scale = on_range(values, max(values, default=1.0), height, 16, view.columns[view.chart.y].format, 4)
    title = wrap(view.label(view.chart.y), view.width)
    left, top = scale.gutter, 10 + LINE * len(title)
    width = view.width - left - (widest(line for name in names for line in name) + MARGIN + 1 if names else ALONE)
    step = (width - 2 * EDGE) / max(1, len(moments) - 1)
    # A moment alone is at the right, beside the names.
    align = 0.5 if len(moments) > 1 else 1 - EDGE / width
    places = alt.Scale(type="point", domain=moments, padding=EDGE / step, align=align)
    x = alt.X("moment:N", scale=places, axis=None)
    y = scale.of("value", title, titleX=-left, titleY=-top)
    ranks = list(range(len(series)))
    colours = alt.Scale(domain=ranks, range=SERIES[: len(ranks)])
    colour = alt.Color("series:N", scale=colours, legend=None)
    shapes = alt.Scale(domain=ranks, range=SHAPES[: len(ranks)])
    points = layer(
        {"series": rank, "moment": moment, "value": series[rank].values.get(moment)}
        for rank in ranks
        for moment in moments
    )
    layers = [
        points.mark_line(strokeWidth=2).encode(x, y, colour),
        points.mark_point(filled=True, size=50).encode(x, y, colour, alt.Shape("series:N", scale=shapes, legend=None)),
        labels(write_moments(moments, step), "center", x, alt.YValue(height)),
    ]
    if names:
        last = [[*one.values.items()][-1] for one in series]
        heights = [scale.px(value) for _, value in last]
        middles = spread(heights, [LINE * len(name) for name in names], -8, height + 8)
        ends = [
            {"series": rank, "moment": moment, "value": value, "end": scale.at(middle), **label(name, dy=middle - px)}
            for rank, (moment, value), middle, px, name in zip(ranks, last, middles, heights, names, strict=True)
        ]
        rule = layer(ends).mark_rule(strokeWidth=0.8)
        layers += [
            rule.encode(x, y, alt.X2Value(width + MARGIN - 4), alt.Y2("end"), colour),
            labels(ends, "left", alt.XValue(width + MARGIN), y),
        ]
    elif series:
        beside = value_labels(view, series[0], scale.at(height - 22))
        layers.append(labels(beside if widest(mark["text"] for mark in beside) <= step - 3 else [], "center", x, y))
    notes = [part_of(len(series), len(every), "séries"), timeless(view)]
    bottom = 7 + LINE * (1 if view.chart.x == YEARS else 2)
    return Drawing(view.width, [layers], width, height, left, top, bottom, notes=notes)


def at_moment(view: View[LineSpec], one: Series, moment: str, *known: str) -> str:
    """A value of a line, with its moment unless that is known."""
    written = view.written(view.chart.y, one.rows[moment])
    return written if moment in known else f"{written} ({moment_name(view, moment)})"


def end_label(view: View[LineSpec], one: Series, moments: list[str]) -> list[str]:
    """The name of a line and its last value, with its moment where others go on after it."""
    value = at_moment(view, one, [*one.values][-1], moments[-1])
    *above, last = wrap(one.name, NAME_MAX, 2)
    return [*above, f"{last} {value}"] if text_width(f"{last} {value}") <= NAME_MAX else [*above, last, value]


def value_labels(view: View[LineSpec], one: Series, low: float) -> list[Mark]:
    """Values beside the points of a line alone, away from the line; under `low`, there is no room below."""
    marks, values = [], [*one.values.values()]
    for rank, (moment, value) in enumerate(one.values.items()):
        before, after = values[max(0, rank - 1)], values[min(rank + 1, len(values) - 1)]
        # Under a trough; over anything else, on the side where the line is lower.
        is_trough = before >= value <= after and low < value < max(before, after)
        side = 0 if is_trough or before <= value >= after else 9 if before > value else -9
        text = view.written(view.chart.y, one.rows[moment])
        marks.append({"moment": moment, "value": value, **label(text, side, 14 if is_trough else -13)})
    return marks


def moment_name(view: View[LineSpec], moment: str) -> str:
    """A moment as a sentence says it."""
    return moment if view.chart.x == YEARS else formats.mois(moment)


def timeless(view: View[LineSpec]) -> str:
    """What is said of the rows that have no month, '' without any."""
    count = 0 if view.chart.x == YEARS else len(view.data.rows) - len(rows_in_time(view))
    return f"{plural(count, 'ligne sans mois, non montrée', 'lignes sans mois, non montrées')}." if count else ""


def words(view: View[LineSpec]) -> str:
    """The first and last values of each line; every value of a line alone."""
    series, moments = read_series(view), read_moments(view)
    name = view.label(view.chart.y)
    if not moments:
        return f"{name} : aucune valeur."
    if view.chart.serie is None:
        rows = series[0].rows
        values = ", ".join(f"{moment_name(view, m)} {view.written(view.chart.y, row)}" for m, row in rows.items())
        return formats.sentence(f"{name} : {values}")
    first, last = moment_name(view, moments[0]), moment_name(view, moments[-1])
    when = f"en {first}" if first == last else f"entre {first} et {last}"
    courses = []
    for one in series:
        drawn = [at_moment(view, one, m, moments[0], moments[-1]) for m in one.values]
        course = f"de {drawn[0]} à {drawn[-1]}" if len(drawn) > 1 else drawn[0] if drawn else "sans valeur"
        courses.append(f"{one.name} {course}")
    return f"{name} {when} : {' ; '.join(courses)}."
