"""Linear scales whose ends are known before anything is drawn, so that labels can be placed on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil, log10
from typing import Any, NamedTuple

import altair as alt

from pipeline import formats
from pipeline.charts.fonts import text_width

LOW, NEAR_ZERO = 0.75, 0.15  # where a scale starts: this part of its smallest value, or 0 where that is near
PARTS = frozenset({"taux", "pourcentage", "borne", "repere"})


class Scale(NamedTuple):
    """From `low`, `start` pixels from the left or from the top, to `high`, `end` pixels from there; the `kind` is a
    column's format, `ticks` about how many there are."""

    low: float
    high: float
    start: float
    end: float
    kind: str
    ticks: int

    def px(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def at(self, px: float) -> float:
        """The value at that many pixels."""
        return self.low + (px - self.start) / (self.end - self.start) * (self.high - self.low)

    def of(self, field: str, title: Sequence[str] = (), **place: Any) -> Any:
        """The x or y channel of a field on this scale, its axis having the title `title`, where `place` says."""
        # No fraction of a person.
        ticks = min(self.ticks, max(1, int(self.high - self.low))) if self.kind == "entier" else self.ticks
        number = "%" if self.kind in PARTS else ",f"
        return (alt.X if self.start < self.end else alt.Y)(
            f"{field}:Q",
            axis=alt.Axis(format=number, tickCount=ticks, title=list(title), **place),
            scale=alt.Scale(domain=[self.low, self.high], range=[self.start, self.end], nice=False, zero=False),
        )

    @property
    def gutter(self) -> float:
        """Pixels that ticks take at most at the left of a plot."""
        unit, write = (100, formats.pourcentage) if self.kind in PARTS else (1, formats.decimal)
        decimals = max(0, ceil(-log10((self.high - self.low) * unit / self.ticks)))
        return round(text_width(re.sub(r"\d", "0", write(self.high, decimals))) + 7, 1)


def make_scale(values: Sequence[float], start: float, end: float, kind: str, ticks: int) -> Scale:
    """The scale of some values and of 0."""
    low, high = min([0.0, *values]), max([0.0, *values])
    return Scale(low, high if high > low else low + (0.01 if kind in PARTS else 1.0), start, end, kind, ticks)


def on_range(values: Sequence[float], high: float, start: float, end: float, kind: str, ticks: int) -> Scale:
    """A scale up to `high` that starts under the smallest of some values: at 0 where that is not far from it, or among
    them."""
    low = min(values, default=0.0) * LOW
    if low < 0 or high <= 0:
        return make_scale([*values, high], start, end, kind, ticks)
    return Scale(low if low > high * NEAR_ZERO else 0.0, high, start, end, kind, ticks)
