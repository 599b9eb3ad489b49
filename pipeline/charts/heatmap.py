"""`carte_chaleur`: two dimensions, the value of each cell written in it, the darker the larger."""

from __future__ import annotations

from collections.abc import Hashable

import altair as alt

from pipeline import formats
from pipeline.charts.drawing import Drawing, label, labels, layer
from pipeline.charts.fonts import clean, widest, wrap
from pipeline.charts.moments import is_month
from pipeline.charts.rows import lay_rows
from pipeline.charts.theme import GREY, GRID, LINE, RAMP, WHITE
from pipeline.charts.view import ChartRow, View, check_unique, part_of
from pipeline.formats import plural
from pipeline.models.chart_header import HeatmapSpec

NAMES_MAX = (0.34, 0.24)  # of the width, for the names of the rows; where columns lack room
SPACE = 9.0  # px over and under a value
CELL_MAX = 112.0  # px
WORD_MAX = 84.0  # px: columns are not widened for a longer word
HEAD_LINES = 8
LARGEST = 5  # cells of the alternative text
BLACK = "#000000"
DARK = 0.65  # of the ramp: from there on, white stands out more than black (a contrast of 4,5 at least, WCAG 2.1)


def draw(view: View[HeatmapSpec]) -> Drawing:
    """One row a value of y, one column a value of x, in the order of the rows; a cell without a row stays empty."""
    x, y, measure = view.chart.x, view.chart.y, view.chart.valeur
    cells = read_cells(view)
    lines, columns = members(cells, y), members(cells, x)
    names = {key: column_name(view, row) for key, row in columns.items()}
    words = widest(word for name in names.values() for word in name.replace("-", "- ").split(" ")) + 8
    is_tight = len(names) * min(words, WORD_MAX) > view.width * (1 - NAMES_MAX[0])
    layout = lay_rows(view, list(lines.values()), y, NAMES_MAX[is_tight], SPACE)
    corner = wrap(view.label(y), max(layout.left - 8, 80))
    left = max(layout.left, widest(corner) + 9.5)
    cell, kept = choose_columns(view, cells, names, view.width - left - 1)
    heads = [wrap(names[key], cell - 6, HEAD_LINES) for key in kept]
    top = 6 + LINE * max(map(len, [*heads, corner]))
    placed = {(row[y], row[x]): row for row in cells}
    values = [value for row in cells if (value := view.measured(measure, row)) is not None]
    low, high = min(values, default=0.0), max(values, default=0.0)
    tiles = []
    for row, place in zip(layout.rows, layout.places, strict=True):
        for key in kept:
            found = placed.get((row[y], key))
            value = None if found is None else view.measured(measure, found)
            part = None if value is None else (value - low) / (high - low) if high > low else 0.3
            ink = GREY if part is None else WHITE if part > DARK else BLACK
            text = "" if found is None else view.written(measure, found)
            tiles.append({**place, "column": kept.index(key), "part": part, **label(text, ink=ink)})
    bands = alt.Scale(type="band", domain=list(range(len(kept))), padding=0)
    ramp = alt.Scale(domain=[n / (len(RAMP) - 1) for n in range(len(RAMP))], range=RAMP, interpolate="rgb")
    in_x, in_y = alt.X("column:N", scale=bands, axis=None), (layout.y("top"), alt.Y2("bottom"))
    fill = alt.Fill("part:Q", scale=ramp, legend=None)
    layers = [
        layer(tile for tile in tiles if tile["part"] is None).mark_rect(fill=WHITE, stroke=GRID).encode(in_x, *in_y),
        layer(tiles).mark_rect(stroke=WHITE, strokeWidth=1.5).encode(in_x, *in_y, fill),
        labels((tile for tile in tiles if tile["text"]), "center", in_x, layout.y()),
        labels(
            [{"column": rank, **label(head, dy=-LINE * len(head) / 2)} for rank, head in enumerate(heads)],
            "center", in_x, alt.YValue(-6),
        ),
        labels([label(corner, dy=-LINE * len(corner) / 2, ink=GREY)], "right", alt.XValue(-8), alt.YValue(-6)),
        labels(
            [label(wrap(view.label(x), view.width - 120, 1), dy=-9, ink=GREY)], "left", alt.XValue(0), alt.YValue(-top)
        ),
        layout.write_names(),
    ]  # fmt: skip
    notes = [layout.note, part_of(len(kept), len(columns), "colonnes")]
    width = round(cell * max(1, len(kept)), 1)
    return Drawing(view.width, [layers], width, layout.height, left, top + 4 + LINE, 0.0, notes=notes)


def read_cells(view: View[HeatmapSpec]) -> list[ChartRow]:
    """The rows, in their order.

    Raises:
        UsageError: two rows for one cell.
    """
    x, y = view.chart.x, view.chart.y
    cells = view.in_order(view.chart.valeur)
    check_unique("carte_chaleur", [(row[x], row[y]) for row in cells], [x, y], "case")
    return cells


def members(cells: list[ChartRow], dimension: str) -> dict[Hashable, ChartRow]:
    """The values of a dimension in the order in which they come (months, in their own), each with its first row."""
    first: dict[Hashable, ChartRow] = {}
    for row in cells:
        first.setdefault(row[dimension], row)
    months = {key: rank for rank, key in enumerate(sorted(filter(is_month, first), key=str))}
    return dict(sorted(first.items(), key=lambda member: months.get(member[0], len(months))))


def column_name(view: View[HeatmapSpec], row: ChartRow) -> str:
    """The name of a column, a month abridged."""
    value = row[view.chart.x]
    return clean(formats.mois_court(value)) if is_month(value) else view.name(view.chart.x, row)


def choose_columns(
    view: View[HeatmapSpec], cells: list[ChartRow], names: dict[Hashable, str], room: float
) -> tuple[float, list[Hashable]]:
    """The width of a cell and the columns that have room for their values: all, or those with the largest sums."""
    measure = view.chart.valeur
    count = max(1, int(room / (widest(view.written(measure, row) for row in cells) + 8)))
    if len(names) <= count:
        return min(CELL_MAX, room / max(1, len(names))), list(names)
    sums = dict.fromkeys(names, 0.0)
    for row in cells:
        sums[row[view.chart.x]] += view.measured(measure, row) or 0.0
    large = set(sorted(names, key=lambda key: -sums[key])[:count])
    return room / count, [key for key in names if key in large]


def words(view: View[HeatmapSpec]) -> str:
    """How many rows and columns, and the largest cells."""
    x, y, measure = view.chart.x, view.chart.y, view.chart.valeur
    cells = read_cells(view)
    lines, columns = (plural(len(members(cells, d)), s, s + "s") for d, s in ((y, "ligne"), (x, "colonne")))
    counts = f"{lines} ({view.label(y)}) × {columns} ({view.label(x)})."
    measured = [(value, row) for row in cells if (value := view.measured(measure, row)) is not None]
    largest = [row for _, row in sorted(measured, key=lambda pair: -pair[0])[:LARGEST]]
    if not largest:
        return counts
    values = ", ".join(f"{view.name(y, row)} et {view.name(x, row)} {view.written(measure, row)}" for row in largest)
    heading = "Plus forte valeur" if len(largest) == 1 else f"Les {len(largest)} plus fortes valeurs"
    return f"{counts} {heading}, {view.label(measure)} : {values}."
