"""Texts measured in the report's font before any engine lays them out, and cut to the room that they have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import takewhile
from typing import Any

import pyphen
from fontTools.ttLib import TTFont

from pipeline.charts.theme import SIZE
from pipeline.paths import GABARITS
from pipeline.typography import typeset

FOLDER = GABARITS / "polices"
# What breaks a line, and what XML does not carry; no-break spaces stay.
BLANKS = re.compile(r"(?:[^\S\u00a0\u202f]|[\x00-\x1f\x7f-\x9f\ufffe\uffff])+")
GOES_ON = "…"
LETTERS_MAX = 600  # more than the lines of any label hold


@cache
def advances(weight: str) -> dict[str, float]:
    """The width of each letter of Inter in a weight ('Regular', 'SemiBold'), for a size of 1."""
    font: Any = TTFont(FOLDER / f"Inter-{weight}.otf", lazy=True)
    widths, unit = font["hmtx"], font["head"].unitsPerEm
    return {chr(code): widths[name][0] / unit for code, name in font.getBestCmap().items()}


@lru_cache(maxsize=4096)
def text_width(text: str) -> float:
    """Pixels that a text takes on one line as WeasyPrint draws it in an image: letter by letter, without kerning. A
    letter that the font does not have is taken for M."""
    letters = advances("Regular")
    return SIZE * sum(letters.get(letter, letters["M"]) for letter in text)


def widest(texts: Iterable[str]) -> float:
    """Pixels of the longest of some texts, 0 without any."""
    return max(map(text_width, texts), default=0.0)


def clean(text: str) -> str:
    """A text on one line, without what an image cannot hold."""
    return typeset(BLANKS.sub(" ", text[:LETTERS_MAX]).strip())


def wrap(text: str, width: float, lines_max: int = 3) -> list[str]:
    """A text on lines of at most `width` pixels, cut at spaces, then between syllables; past `lines_max`, '…'."""
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if text_width(longer) <= width:
            lines[-1] = longer
        else:
            lines += break_word(word, width)
    lines = [line for line in lines if line] or [""]
    if len(lines) <= lines_max:
        return lines
    last = lines[lines_max - 1]
    while last and text_width(last + GOES_ON) > width:
        last = last[:-1]
    return [*lines[: lines_max - 1], last.rstrip() + GOES_ON]


def break_word(word: str, width: float) -> list[str]:
    """A word on lines of at most `width` pixels: cut after its hyphens, else between syllables, else anywhere, with no
    letter or two alone at an end."""
    if text_width(word) <= width or len(word) < 2:
        return [word]
    fits = [*takewhile(lambda n: text_width(word[:n] + "-") <= width, range(1, len(word) - 2))] or [1]
    hyphens = [n for n in fits if n > 1 and word[n - 1] in "-/"]
    cut = max(hyphens or [n for n in syllables().positions(word) if n > 1 and n in fits] or fits)
    return [word[:cut] + ("" if word[cut - 1] in "-/" else "-"), *break_word(word[cut:], width)]


@cache
def syllables() -> pyphen.Pyphen:
    """Where French words may be cut."""
    return pyphen.Pyphen(lang="fr")
