"""A chart as published."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    """SVG text and the words that replace it; the same chart in the width of a telephone."""

    svg: str
    alternative: str
    narrow: str
