"""A chart as published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.charts.theme import NARROW


@dataclass(frozen=True)
class Image:
    """SVG text and the words that replace it; `draw_again` draws the same chart in so many pixels of width."""

    svg: str
    alternative: str
    draw_again: Callable[[float], str] = field(compare=False, repr=False)

    def narrow(self) -> str:
        """The chart in the width of a telephone: another drawing, that takes as long as the first."""
        return self.draw_again(NARROW)
