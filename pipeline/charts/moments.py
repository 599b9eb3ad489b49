"""Months and training years along a horizontal axis, none skipped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import ceil

from pipeline import formats
from pipeline.charts.drawing import Mark, label
from pipeline.charts.fonts import widest
from pipeline.charts.theme import GREY, INK, LINE

MONTH = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])")
MONTHS_MAX = 60  # further apart than that, months without a row are not given a place


def is_month(value: object) -> bool:
    return MONTH.fullmatch(str(value)) is not None


def every_month(values: Iterable[object]) -> list[str]:
    """Each month from the first to the last, then, as they come, the values that are no month."""
    texts = list(dict.fromkeys(map(str, values)))
    ranks = sorted(int(text[:4]) * 12 + int(text[5:]) - 1 for text in texts if is_month(text))
    if ranks and ranks[-1] - ranks[0] < MONTHS_MAX:
        ranks = list(range(ranks[0], ranks[-1] + 1))
    return [f"{rank // 12:04d}-{rank % 12 + 1:02d}" for rank in ranks] + [t for t in texts if not is_month(t)]


def write_moments(moments: Sequence[str], step: float) -> list[Mark]:
    """The labels of months, each year under its first one, or of training years, those that have room at `step` pixels
    from one another."""
    names = [formats.mois_court(m).split("\n") if is_month(m) else [m] for m in moments]
    one_in = max(1, ceil((widest(name[0] for name in names) + 5) / max(step, 1)))
    marks, year = [], ""
    for rank, (moment, name) in enumerate(zip(moments, names, strict=True)):
        # Of months, the first is written; of years, the last.
        if (rank if is_month(moment) else len(moments) - 1 - rank) % one_in == 0:
            marks += [
                {"moment": moment, **label(line, dy=13 + n * LINE, ink=GREY if n else INK)}
                for n, line in enumerate(name)
                if not n or line != year
            ]
            year = name[-1]
    return marks
