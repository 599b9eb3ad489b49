"""A chart that is seen without its page, as a file: its title over it, its source under it."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.sax.saxutils import escape

from pipeline.charts.fonts import wrap
from pipeline.charts.image import Image
from pipeline.charts.theme import FONT, GREY, INK, LINE, SIZE
from pipeline.typography import typeset

MARGIN = 16.0  # px around it
TITLE = 1.25  # times the size of the other texts
# For who does not have the report's font: of about the same width.
FAMILY = f"{FONT}, Arial, Helvetica, sans-serif"
HEAD = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>')


def alone(image: Image, title: str, source: str) -> Image:
    """The chart in a frame of its own with its title and, in grey, what `source` says."""
    head = HEAD.match(image.svg)
    assert head is not None
    width, height = (float(size) for size in head.groups())
    above = wrap(title, width / TITLE)
    below = wrap(source, width, lines_max=4)
    top = MARGIN + len(above) * LINE * TITLE + 10
    whole = (width + 2 * MARGIN, top + height + 10 + len(below) * LINE + MARGIN)
    texts = [
        *lines(
            above, MARGIN + SIZE * TITLE, LINE * TITLE, f'font-size="{SIZE * TITLE:g}" font-weight="600" fill="{INK}"'
        ),
        *lines(below, top + height + 10 + SIZE, LINE, f'font-size="{SIZE:g}" fill="{GREY}"'),
    ]
    body = image.svg[head.end() :].replace(f'font-family="{FONT}"', f'font-family="{FAMILY}"')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{whole[0]:g}" '
        f'height="{whole[1]:g}" viewBox="0 0 {whole[0]:g} {whole[1]:g}" role="img" font-family="{FAMILY}">'
        f"<title>{escape(typeset(image.alternative))}</title>"
        f'<rect width="100%" height="100%" fill="white"/>{"".join(texts)}'
        f'<g transform="translate({MARGIN:g},{top:g})">{body.removesuffix("</svg>")}</g></svg>\n'
    )
    return replace(image, svg=svg)


def lines(texts: list[str], y: float, step: float, look: str) -> list[str]:
    """Lines of a text from the first one's foot down."""
    return [
        f'<text x="{MARGIN:g}" y="{y + rank * step:g}" {look}>{escape(text)}</text>' for rank, text in enumerate(texts)
    ]
