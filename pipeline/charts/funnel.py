"""`entonnoir`: rates by size, and the limits between which chance alone keeps them around the rate of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

import altair as alt

from pipeline import formats
from pipeline.charts.drawing import Drawing, Mark, as_is, label, labels, layer, legend
from pipeline.charts.fonts import widest, wrap
from pipeline.charts.labels import Point, along, place, spread
from pipeline.charts.scale import LOW, on_range
from pipeline.charts.theme import BLUE, BROWN, GREY, INK, LINE, ORANGE, WHITE
from pipeline.charts.view import ChartRow, ReferenceRate, View
from pipeline.formats import plural
from pipeline.models.chart_header import FunnelSpec
from pipeline.statistics import comparisons, intervals
from pipeline.statistics.decision import PLUS_BAS, PLUS_HAUT

HEIGHT = 250.0
NAME_MAX = 130.0  # px for the name of a point
NAMED_MAX = 60  # beyond, only the points outside the limits are named
CEILING = 2.2  # times the rate of all: how far up the limits of small sizes are followed
TICKS = 6
CURVE = 80  # sizes at which the limits are computed
MARGIN = 6.0  # px between a line and its name
CELL = 3.0  # px of the side of a square where points of one sign hide one another
AREAS = {False: 58, True: 110}  # square px of a point, of that which the chart is about
# What a point is, told apart by shape as well as by colour, hollow where held against no limit: shape, fill, line.
WITHIN, OVER_95, OVER_998 = (
    "dans les limites", *(f"hors des limites à {formats.niveau(level)}" for level in comparisons.NIVEAUX),
)  # fmt: skip
HIGHER, LOWER, SAME = "plus haut que les autres", "plus bas que les autres", "ne se distingue pas"
MEANINGLESS = "non significatif (n.s.)"
BEYOND, UNDER = "n.s., au-dessus de l'échelle", "n.s., au-dessous de l'échelle"
SIGNS = {
    WITHIN: ("circle", BLUE, BLUE), OVER_95: ("diamond", ORANGE, ORANGE), OVER_998: ("square", BROWN, BROWN),
    SAME: ("circle", BLUE, BLUE), HIGHER: ("diamond", ORANGE, ORANGE), LOWER: ("square", BROWN, BROWN),
    MEANINGLESS: ("circle", WHITE, GREY), BEYOND: ("triangle-up", WHITE, GREY),
    UNDER: ("triangle-down", WHITE, GREY),
}  # fmt: skip
OUTSIDE = dict(zip((0.0, *comparisons.NIVEAUX), SIGNS, strict=False))  # the widest limits that a rate is outside of
# What is decided of a row (`statistics.decision`), where it is.
DECIDED = {PLUS_HAUT: HIGHER, PLUS_BAS: LOWER, None: SAME}
IN_WORDS = {HIGHER: "Plus hauts que les autres", LOWER: "Plus bas que les autres"}  # of those that stand out, several
STANDING_OUT = (OVER_998, OVER_95, HIGHER, LOWER)
NAMED_FIRST = (*STANDING_OUT, WITHIN, SAME, MEANINGLESS, BEYOND, UNDER)


class SizedRate(NamedTuple):
    """A row with its name, its size, its rate, and what it is, of SIGNS."""

    row: ChartRow
    name: str
    size: int
    rate: float
    sign: str


def read_points(view: View[FunnelSpec]) -> tuple[list[SizedRate], ReferenceRate | None]:
    """The rows that have a size and a rate, in their order, and the rate of those held against the limits taken
    together, which the limits are around; None where fewer than two are, and none was given. Rates that mean nothing
    are held against no limit. A row with the key `designe` is what the chart is about; where rows have the key `sens`,
    it is what was decided of each, and the limits decide nothing."""
    x, y = view.chart.x, view.chart.y
    points = [
        SizedRate(
            row, view.name(view.chart.etiquette, row), int(row[x]), float(row[y]),
            MEANINGLESS if view.measured(y, row) is None else WITHIN,
        )
        for row in view.data.rows
        if row.get(x) and row.get(y) is not None
    ]  # fmt: skip
    compared = [point for point in points if point.sign == WITHIN]
    whole = view.data.compared_rate
    if not compared or (whole is None and len(compared) < 2):
        return points, None
    import numpy as np  # noqa: PLC0415 (slow to import, and few charts need it)

    sizes, rates = np.array([p.size for p in compared]), np.array([p.rate for p in compared])
    if whole is None:
        whole = ReferenceRate(float((sizes * rates).sum() / sizes.sum()), int(sizes.sum()))
    levels = iter(comparisons.outside_limits(rates, comparisons.every_limit(whole.rate, sizes)))
    outside = [p._replace(sign=OUTSIDE[float(next(levels))]) if p.sign == WITHIN else p for p in points]
    held = OUTSIDE.values()
    signed = [p._replace(sign=DECIDED[p.row["sens"]]) if p.sign in held and "sens" in p.row else p for p in outside]
    return signed, whole


def draw(view: View[FunnelSpec]) -> Drawing:
    """Named points, the limits as curves, the rate of all as a line."""
    points, whole = read_points(view)
    p0 = None if whole is None else whole.rate
    sizes = [p.size for p in points]
    meant = [*(p.rate * 1.06 for p in points if p.sign != MEANINGLESS), *filter(None, [p0])]
    in_y = on_range(meant, min(1.0, max([*meant, top_limit(p0, sizes)]) or 1.0), HEIGHT, 0, "taux", TICKS)
    left = in_y.gutter
    width = view.width - left - (8 if whole is None else widest([whole_name(whole), limit_name(0.998)]) + MARGIN)
    in_x = on_range(sizes, max(sizes, default=1) * 1.04, 0, width, "entier", TICKS)
    curves = [] if whole is None else trace(whole, (in_x.low, in_x.high), (in_y.low, in_y.high))
    marks = [
        {
            "size": p.size, "rate": min(max(p.rate, in_y.low), in_y.high), "area": AREAS["designe" in p.row],
            "sign": p.sign if in_y.low <= p.rate <= in_y.high else BEYOND if p.rate > in_y.high else UNDER,
        }
        for p in points
    ]  # fmt: skip
    # Without limits, no point is within them.
    used = [sign for sign in SIGNS if sign in {m["sign"] for m in marks} and (curves or sign != WITHIN)]
    key, keys_height = legend(used, view.width, symbolSize=AREAS[False], legendX=-left)
    title = wrap(view.label(view.chart.y), view.width)
    title_y = -10 - LINE * len(title)
    top = (keys_height + 4 if used else 0) - title_y
    x_title = wrap(view.label(view.chart.x), 400, 1)
    x = in_x.of("size", x_title, titleX=width, titleY=22, titleAlign="right")
    y = in_y.of("rate", title, titleX=-left, titleY=title_y)
    spots, *lines = ([(in_x.px(m["size"]), in_y.px(m["rate"])) for m in line] for line in (marks, *curves))
    ends = spread([line[0][1] for line in lines], [LINE] * len(lines), -LINE / 2, HEIGHT + LINE / 2)
    end_names = [
        {**curve[0], **label(curve[0]["name"], dy=end - line[0][1], ink=curve[0]["colour"])}
        for curve, line, end in zip(curves, lines, ends, strict=True)
    ]
    order, names = choose_names(points, spots)
    placed = place([spots[i] for i in order], names, (width, HEIGHT), [dot for line in lines for dot in along(line)])
    named = [(marks[i], name) for i, name in zip(order, placed, strict=True) if name]
    leads = [
        {**mark, "to_size": in_x.at(name.leader[0]), "to_rate": in_y.at(name.leader[1])}
        for mark, name in named
        if name.leader
    ]
    shown = seen(marks, spots)
    dashes = alt.Scale(domain=[0.95, 0.998, 0], range=[[5, 3], [1, 0], [1, 0]])
    keys = key | {"legendY": -top} if used else None
    layers = [
        layer(mark for curve in curves for mark in curve)
        .mark_line(strokeWidth=1.1)
        .encode(
            x,
            y,
            alt.Detail("curve:N"),
            as_is(alt.Color, "colour"),
            alt.StrokeDash("level:N", scale=dashes, legend=None),
        ),
        layer(leads).mark_rule(color=GREY, strokeWidth=0.7).encode(x, y, alt.X2("to_size"), alt.Y2("to_rate")),
        layer(shown).mark_point(strokeWidth=1.3).encode(x, y, as_is(alt.Size, "area"), *sign_channels(keys)),
        labels(end_names, "left", alt.XValue(width + MARGIN), y),
        labels(({**mark, **name.mark} for mark, name in named), alt.ExprRef("datum.side"), x, y),
    ]
    nameless = 0 if any("designe" in p.row for p in points) else placed.count(None)
    notes = [f"{plural(nameless, 'point sans son nom', 'points sans leur nom')}."] if nameless else []
    return Drawing(view.width, [layers], width, HEIGHT, left, top, 20 + LINE, notes=notes)


def seen(marks: list[Mark], spots: list[Point]) -> list[Mark]:
    """The marks but those that another of the same sign and size hides, in thousands of which none would be seen; the
    last drawn stays."""
    tops = {(m["sign"], m["area"], x // CELL, y // CELL): m for m, (x, y) in zip(marks, spots, strict=True)}
    return [*tops.values()] if len(marks) > NAMED_MAX else marks


def sign_channels(keys: dict[str, Any] | None) -> list[Any]:
    """What tells the sign of a point: shape, fill, line; `keys` is the legend of all three."""
    looks = zip(*SIGNS.values(), strict=True)
    return [
        channel("sign:N", scale=alt.Scale(domain=[*SIGNS], range=[*look]), legend=keys)
        for channel, look in zip((alt.Shape, alt.Fill, alt.Stroke), looks, strict=True)
    ]


def top_limit(p0: float | None, sizes: Sequence[int]) -> float:
    """How far up the widest limits of these sizes are followed."""
    if p0 is None or not 0 < p0 < 1:
        return 0.0
    _, high = intervals.funnel_curves(p0, [min(sizes, default=1) * LOW], comparisons.NIVEAUX[-1])
    return min(CEILING * p0, 1.03 * float(high[0]))


def whole_name(whole: ReferenceRate) -> str:
    return f"ensemble {whole.written}"


def limit_name(level: float) -> str:
    return f"limite {formats.niveau(level)}"


def trace(whole: ReferenceRate, sizes_drawn: Point, rates_drawn: Point) -> list[list[Mark]]:
    """The marks of each line, from the right: the limits of each level, as long as they stay in the plot (none where
    all or none break), and the rate that they are around. The plot is of these sizes and rates, (least, largest)."""
    (size_min, size_max), (rate_min, rate_max), p0 = sizes_drawn, rates_drawn, whole.rate
    # Closer together where they bend.
    sizes = [max(1.0, round(size_max * (rank / CURVE) ** 2, 2)) for rank in range(CURVE, 0, -1)]
    sizes = [size for size in sizes if size >= size_min]
    lines: list[tuple[float, str, str, Iterable[Point]]] = []
    for level in comparisons.NIVEAUX if 0 < p0 < 1 else ():
        for limit in intervals.funnel_curves(p0, sizes, level):
            points = takewhile(lambda point: rate_min <= point[1] <= rate_max, zip(sizes, limit.tolist(), strict=True))
            lines.append((level, limit_name(level), GREY, points))
    lines.append((0.0, whole_name(whole), INK, [(size_max, p0), (size_min, p0)]))
    curves = [
        [{"curve": n, "level": level, "name": name, "colour": colour, "size": x, "rate": y} for x, y in points]
        for n, (level, name, colour, points) in enumerate(lines)
    ]
    return [curve for curve in curves if curve]


def choose_names(points: list[SizedRate], spots: list[Point]) -> tuple[list[int], list[list[str]]]:
    """The ranks of the points and the lines of their names, none for some: those outside the limits first, then the
    most crowded, as the others have room elsewhere."""
    has_subject = any("designe" in p.row for p in points)
    wanted = ["designe" in p.row if has_subject else len(points) <= NAMED_MAX or p.sign in STANDING_OUT for p in points]
    crowd = [
        sum(abs(x - a) < NAME_MAX and abs(y - b) < 2 * LINE for a, b in spots) if is_wanted else 0
        for (x, y), is_wanted in zip(spots, wanted, strict=True)
    ]
    order = sorted(range(len(points)), key=lambda i: (NAMED_FIRST.index(points[i].sign), -crowd[i]))
    shared = shared_words([p.name for p in points])
    return order, [wrap(points[i].name.removeprefix(shared), NAME_MAX) if wanted[i] else [] for i in order]


def shared_words(names: list[str]) -> str:
    """The words that all names begin with ('BTP CFA '), which tell nothing where room is short, leaving one to each; ''
    for fewer than three names."""
    if len(names) < 3:
        return ""
    words = zip(*(name.split(" ")[:-1] for name in names), strict=False)
    return "".join(f"{same[0]} " for same in takewhile(lambda same: len(set(same)) == 1, words))


def words(view: View[FunnelSpec]) -> str:
    """The points outside each limit, and how many the others are; where the chart is about some rows, these only."""
    points, whole = read_points(view)
    measure = view.chart.y
    if subjects := [point for point in points if "designe" in point.row]:
        return about(view, subjects, len(points) - len(subjects), whole)
    if whole is None:
        return view.listed(measure, view.chart.etiquette, [point.row for point in points])
    sentences = [f"Ensemble : {whole.written}."]
    if any(point.sign in DECIDED.values() for point in points):
        return " ".join([*sentences, *decided(view, points)])
    for level in reversed(comparisons.NIVEAUX):
        for side, is_above in (("Au-dessus", True), ("Au-dessous", False)):
            outside = [p for p in points if p.sign == OUTSIDE[level] and (p.rate > whole.rate) == is_above]
            names = ", ".join(f"{p.name} {view.written(measure, p.row)}" for p in outside)
            sentences += [f"{side} de la limite à {formats.niveau(level)} : {names}."] if outside else []
    within, mute = (sum(p.sign == sign for p in points) for sign in (WITHIN, MEANINGLESS))
    sentences += ["Aucun point hors des limites."] if len(sentences) == 1 else []
    sentences.append(f"Dans les limites : {plural(within, 'point', 'points')}.")
    sentences += [f"Non significatifs : {plural(mute, 'point', 'points')}."] if mute else []
    return " ".join(sentences)


def decided(view: View[FunnelSpec], points: list[SizedRate]) -> Iterator[str]:
    """The points that were decided to stand out, named, and how many the others are."""
    for sign, which in IN_WORDS.items():
        names = [f"{p.name} {view.written(view.chart.y, p.row)}" for p in points if p.sign == sign]
        if names:
            yield f"{which} : {', '.join(names)}."
    for sign, which in ((SAME, "Ne se distinguent pas"), (MEANINGLESS, "Non significatifs")):
        if many := sum(p.sign == sign for p in points):
            yield f"{which} : {plural(many, 'point', 'points')}."


def about(view: View[FunnelSpec], subjects: list[SizedRate], others: int, whole: ReferenceRate | None) -> str:
    """Where the rows that the chart is about lie, the others counted and not named: who reads of these may not be who
    reads of those."""
    sentences = [] if whole is None else [f"Ensemble : {whole.written}."]
    for point in subjects:
        place = f", {point.sign}" if whole is not None else ""
        sentences.append(f"{point.name} : {view.written(view.chart.y, point.row)}{place}.")
    sentences += [f"{plural(others, 'autre point, sans son nom', 'autres points, sans leur nom')}."] if others else []
    return " ".join(sentences)
