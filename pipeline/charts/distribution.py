"""`distribution`: a point a row at its value, those of one place one over the other; what stands out is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import altair as alt

from pipeline import formats
from pipeline.charts.drawing import Drawing, as_is, labels, layer, legend
from pipeline.charts.fonts import widest, wrap
from pipeline.charts.funnel import DECIDED, IN_WORDS, NAME_MAX, SAME, STANDING_OUT, shared_words, sign_channels
from pipeline.charts.labels import place
from pipeline.charts.rows import AXIS, network_line
from pipeline.charts.scale import Scale, make_scale, on_range
from pipeline.charts.theme import GREY, LINE
from pipeline.charts.view import ChartRow, View
from pipeline.formats import plural
from pipeline.models.chart_header import DistributionSpec

SIZES = (8.0, 7.0, 6.0, 5.0, 4.0)  # px of a point: the largest with which the highest pile fits
PILE_MAX = 120.0  # px for the points
ROOM, ROOM_MAX = 2, 7  # lines for names over them, one more a name, at most
LISTED_MAX = 3  # rows that are too few to be a distribution


def draw(view: View[DistributionSpec]) -> Drawing:
    """Points on the range of their values, over an axis; the network's rate as a line."""
    measure, rows = view.chart.x, in_order(view)
    values, network = [value for value, _ in rows], view.reference(view.chart.x)
    rate = None if network is None else network.rate
    scale = lay_scale(view, values, rate)
    edge = round(scale.gutter / 2, 1)
    width = view.width - 2 * edge
    scale = scale._replace(start=SIZES[0], end=width - SIZES[0])
    spots = [scale.px(value) for value in values]
    size, levels = pile(spots)
    step = min(size, PILE_MAX / (max(levels, default=0) + 1))
    signs = [DECIDED[row.get("sens")] for _, row in rows]
    outside = sum(sign in STANDING_OUT for sign in signs)
    room = LINE * min(ROOM + outside, ROOM_MAX) if outside else 0.0
    height = room + step * (max(levels, default=0) + 1)
    heights = [round(height - (level + 0.5) * step, 1) for level in levels]
    used = [sign for sign in DECIDED.values() if sign in signs] if is_decided(view) else []
    key, keys_height = legend(used, view.width, symbolSize=60, legendX=-edge)
    title = wrap(f"{view.label(measure)} (un point par ligne : {view.label(view.chart.y)})", view.width)
    over = LINE * len(title) + (0 if rate is None else LINE) + 6
    top = over + (keys_height + 4 if used else 0)
    x = scale.of("value", title, titleX=-edge, titleY=-height - over)
    y = alt.Y("at:Q", scale=alt.Scale(domain=[height, 0], nice=False, zero=False, padding=0), axis=None)
    area = 0.72 * size * size  # of a circle inside its square
    marks = [
        {"value": value, "at": at, "sign": sign, "area": area * (1.5 if sign in STANDING_OUT else 1)}
        for value, at, sign in zip(values, heights, signs, strict=True)
    ]
    order = sorted(range(len(rows)), key=lambda rank: signs[rank] not in STANDING_OUT)
    names = choose_names(view, [rows[rank][1] for rank in order], [signs[rank] for rank in order])
    crossed = [] if rate is None else [(scale.px(rate), y) for y in range(0, round(height), round(LINE / 2))]
    placed = place([(spots[rank], heights[rank]) for rank in order], names, (width, height), crossed)
    named = [(marks[rank], name) for rank, name in zip(order, placed, strict=True) if name]
    leads = [
        {**mark, "to_value": scale.at(name.leader[0]), "to_at": name.leader[1]} for mark, name in named if name.leader
    ]
    layers = [
        layer(leads).mark_rule(color=GREY, strokeWidth=0.7).encode(x, y, alt.X2("to_value"), alt.Y2("to_at")),
        layer(marks)
        .mark_point(strokeWidth=0.8)
        .encode(x, y, as_is(alt.Size, "area"), *sign_channels(key | {"legendY": -top} if used else None)),
        *([] if network is None else network_line(network, scale.px(network.rate), width, height)),
        labels(({**mark, **name.mark} for mark, name in named), alt.ExprRef("datum.side"), x, y),
    ]
    nameless = sum(bool(name) for name in names) - len(named)
    notes = [f"{plural(nameless, 'point sans son nom', 'points sans leur nom')}."] if nameless else []
    return Drawing(view.width, [layers], width, height, edge, top, AXIS, notes=[*notes, undrawn(view)])


def in_order(view: View[DistributionSpec]) -> list[tuple[float, ChartRow]]:
    """The rows that have a value, with it, the smallest first."""
    measured = [(value, row) for row in view.data.rows if (value := view.measured(view.chart.x, row)) is not None]
    return sorted(measured, key=lambda pair: pair[0])


def is_decided(view: View[DistributionSpec]) -> bool:
    """Whether it was decided which rows stand out (see `funnel.read_points`)."""
    return any("sens" in row for row in view.data.rows)


def lay_scale(view: View[DistributionSpec], values: Sequence[float], rate: float | None) -> Scale:
    """The scale of the values, from end to end of the whole."""
    kind, every = view.columns[view.chart.x].format, [*values, *([] if rate is None else [rate])]
    ticks = max(2, min(8, int(view.width / (1.6 * widest(formats.written(kind, value) for value in every[-1:]) + 20))))
    if not every:
        return make_scale([], 0, view.width, kind, ticks)
    return on_range(every, max(every), 0, view.width, kind, ticks)


def pile(spots: Sequence[float]) -> tuple[float, list[int]]:
    """The size of points at these pixels from the left, in order, and how high each is in its pile: as low as it may
    without covering another."""
    size, levels = SIZES[0], list[int]()
    for size in SIZES:
        levels, lasts = [], list[float]()
        for spot in spots:
            level = next((rank for rank, last in enumerate(lasts) if spot - last >= size), len(lasts))
            lasts[level : level + 1] = [spot]
            levels.append(level)
        if size * len(lasts) <= PILE_MAX:
            break
    return size, levels


def choose_names(view: View[DistributionSpec], rows: Sequence[ChartRow], signs: Sequence[str]) -> list[list[str]]:
    """The lines of the name of each row that stands out, none for the others."""
    names = [view.name(view.chart.y, row) for row in rows]
    shared = shared_words(names)
    return [
        wrap(name.removeprefix(shared), NAME_MAX) if sign in STANDING_OUT else []
        for name, sign in zip(names, signs, strict=True)
    ]


def undrawn(view: View[DistributionSpec]) -> str:
    """What is said of the rows that have no value to be drawn, '' without any."""
    count = len(view.data.rows) - len(in_order(view))
    return f"{plural(count, 'ligne n.s. ou vide, non montrée', 'lignes n.s. ou vides, non montrées')}." if count else ""


def words(view: View[DistributionSpec]) -> str:
    """From where to where the values go, where half of them are, and the rows that stand out."""
    rows = [row for _, row in in_order(view)]
    measure, rate = view.chart.x, view.reference(view.chart.x)
    network = "" if rate is None else f"Réseau : {rate.written}."
    if len(rows) <= LISTED_MAX:
        return " ".join(filter(None, [view.listed(measure, view.chart.y, rows), network, undrawn(view)]))
    least, low, high, most = (view.written(measure, rows[n]) for n in (0, len(rows) // 4, -1 - len(rows) // 4, -1))
    spread = f"{view.label(measure)} de {formats.entier(len(rows))} lignes : de {least} à {most}, la moitié entre {low}"
    said = [f"{spread} et {high}.", network, *(decided(view, rows) if is_decided(view) else ()), undrawn(view)]
    return " ".join(filter(None, said))


def decided(view: View[DistributionSpec], rows: Sequence[ChartRow]) -> Iterator[str]:
    """The rows that stand out, named in the order of their values; that none does."""
    for sign, which in IN_WORDS.items():
        kept = [row for row in rows if DECIDED[row.get("sens")] == sign]
        if kept:
            names = ", ".join(f"{view.name(view.chart.y, row)} {view.written(view.chart.x, row)}" for row in kept)
            yield f"{which} : {names}."
    if all(DECIDED[row.get("sens")] == SAME for row in rows):
        yield "Aucun point ne se distingue des autres."
