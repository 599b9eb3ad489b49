"""Layers of Altair in a frame as wide as the column → SVG; the texts that layers write beside their marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import unescape
from math import ceil
from typing import Any, Literal

import altair as alt
import vl_convert as vlc

from pipeline.charts.fonts import text_width, wrap
from pipeline.charts.theme import CONFIG, FONT, GREY, INK, LINE, LOWER, SIZE

Mark = dict[str, Any]
Side = Literal["left", "center", "right"]
FOOT = 4.0  # px under the last line
KEY, BETWEEN_KEYS = 14.0, 18.0  # px of a key of a legend, between two
TEXT = re.compile(
    r'<text text-anchor="(\w+)" transform="translate\(([^,]+),([^)]+)\)"'
    rf' font-family="({"|".join(LOWER)})" font-size="[^"]*"([^>]*>)(.*?)</text>'
)
SPAN = re.compile(r"<tspan[^>]*>(.*?)</tspan>")
PARTS = {"start": 0.0, "middle": 0.5, "end": 1.0}  # of the width of a text, at the left of its place


@dataclass
class Drawing:
    """A chart to write.

    Attributes:
        whole: its width in pixels, texts included.
        panels: the layers of each plot; plots of `width` × `height` pixels side by side, `gap` pixels apart.
        left, top, bottom: pixels around the plots for their texts.
        notes: what the line under the chart says before it names the source.
    """

    whole: float
    panels: list[list[alt.Chart]]
    width: float
    height: float
    left: float
    top: float
    bottom: float
    gap: float = 0.0
    notes: list[str] = field(default_factory=list)


def layer(marks: Iterable[Mark]) -> alt.Chart:
    """A layer on rows of data, one a mark."""
    return alt.Chart(alt.InlineData(values=list(marks)))


def as_is(channel: type[Any], column: str) -> Any:
    """A channel whose values are colours or pixels themselves."""
    return channel(f"{column}:N", scale=None, legend=None)


def label(lines: str | Sequence[str], dx: float = 0.0, dy: float = 0.0, ink: str = INK) -> Mark:
    """What `labels` writes of a mark: lines centred as a whole on its place, moved by pixels."""
    lines = [lines] if isinstance(lines, str) else lines
    return {"text": "\n".join(lines), "dx": dx, "dy": round(dy - (len(lines) - 1) * LINE / 2, 1), "ink": ink}


def labels(marks: Iterable[Mark], side: Side | alt.ExprRef, *place: Any) -> alt.Chart:
    """The layer of the labels of some marks, `place` being their x and y."""
    texts = layer(marks).mark_text(align=side, dx=alt.ExprRef("datum.dx"), dy=alt.ExprRef("datum.dy"))
    return texts.encode(*place, alt.Text("text:N"), as_is(alt.Color, "ink"))


def legend(names: Sequence[str], width: float, **place: Any) -> tuple[dict[str, Any], float]:
    """A legend of these names on as many lines of `width` pixels as they need, and the pixels that it takes."""
    # Vega measures names in a font of its own.
    widths = [1.1 * text_width(name) + KEY + BETWEEN_KEYS for name in names]
    fits = (n for n in range(len(names), 1, -1) if sum(max(widths[k::n]) for k in range(n)) <= width + BETWEEN_KEYS)
    columns = next(fits, 1)
    key = {"values": list(names), "columns": columns, "columnPadding": BETWEEN_KEYS, **place}
    return key, ceil(len(names) / columns) * (LINE + 3)


def to_svg(drawing: Drawing, source: str) -> str:
    """The SVG of a chart, as wide as it is said to be; nothing is written under it where there is nothing to say."""
    said = " ".join(filter(None, [*drawing.notes, source]))
    first, *others = drawing.panels
    bottom = drawing.bottom + FOOT
    if said:
        lines = wrap(said, drawing.whole, lines_max=4)
        y = drawing.height + drawing.bottom + 8 + len(lines) * LINE / 2
        first = [*first, labels([label(lines, ink=GREY)], "left", alt.XValue(-drawing.left), alt.YValue(y))]
        bottom += 8 + len(lines) * LINE
    # Assembled here: alt.layer and alt.hconcat copy all that they are given four times.
    context: dict[str, Any] = {"top_level": False, "datasets": {}}
    plots = [
        {
            "layer": [each.to_dict(validate=False, context=context) for each in layers],
            "width": drawing.width,
            "height": drawing.height,
        }
        for layers in (first, *others)
    ]
    spec = {
        "hconcat": plots,
        "spacing": drawing.gap,
        "bounds": "flush",
        "datasets": context["datasets"],
        "config": CONFIG,
        "autosize": "none",
        "padding": {"left": drawing.left, "top": drawing.top, "right": drawing.whole - drawing.left, "bottom": bottom},
    }
    return TEXT.sub(by_the_left, vlc.vegalite_to_svg(spec, allowed_base_urls=[]))


def by_the_left(found: re.Match[str]) -> str:
    """A text of the SVG in the report's font, each of its lines placed by its left: WeasyPrint draws the others apart,
    and readers cut their edges."""
    anchor, x, y, font, look, content = found.groups()
    return "".join(
        f'<text text-anchor="start" transform="translate({float(x) - PARTS[anchor] * text_width(unescape(line)):.2f},'
        f'{float(y) + LOWER[font] + rank * LINE:.2f})" font-family="{FONT}" font-size="{SIZE}px"{look}{line}</text>'
        for rank, line in enumerate(SPAN.findall(content) or [content])
    )
