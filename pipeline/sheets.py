"""What sheets of workbooks have in common: rows as high as their texts, pages that paper takes."""

from __future__ import annotations

import textwrap

from xlsxwriter.worksheet import Worksheet

from pipeline.typography import typeset

LIGNE = 15.0  # points of a line of text, in the size of a sheet
LETTRES = 1.15  # letters in the width of a digit, in which columns are counted


def lines(texte: str, largeur: float) -> int:
    """Lines that a text takes in so many characters, its no-break spaces being such."""
    return sum(max(1, len(textwrap.wrap(morceau, max(1, int(largeur))))) for morceau in typeset(texte).split("\n"))


def set_page(feuille: Worksheet) -> None:
    """A4, landscape, every column in the width of a page, as many pages as the rows ask for."""
    feuille.set_landscape()
    feuille.set_paper(9)
    feuille.fit_to_pages(1, 0)
    feuille.set_footer("&R&P / &N")
