"""What a reader who does not see the page is given: language, title, plan, order, figures in words, heads of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest


class Structure:
    """The tags of a PDF, in reading order: (role, element, page of its content or None)."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self.pages = {page.obj.objgen: rang for rang, page in enumerate(document.pages)}
        self.elements = list(self.walk(document.Root.StructTreeRoot.K))

    def walk(self, noeud: Any) -> Iterator[tuple[str, Any, int | None]]:
        for enfant in noeud if isinstance(noeud, pikepdf.Array) else [noeud]:
            if isinstance(enfant, pikepdf.Dictionary):
                if "/S" in enfant:
                    yield str(enfant.S), enfant, self.pages[enfant.Pg.objgen] if "/Pg" in enfant else None
                if "/K" in enfant:
                    yield from self.walk(enfant.K)

    def of(self, role: str) -> list[Any]:
        return [element for nom, element, _ in self.elements if nom == role]


def reports(edition: Path) -> list[Path]:
    """The report of the network and that of one CFA."""
    return [edition / "rapport_2021-2022.pdf", edition / "cfa/rapport_2021-2022_0951625A.pdf"]


@pytest.fixture(scope="module", params=[0, 1], ids=["réseau", "CFA"])
def document(demonstration: Path, request: pytest.FixtureRequest) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(reports(demonstration)[request.param]) as pdf:
        yield pdf


@pytest.fixture(scope="module")
def structure(document: pikepdf.Pdf) -> Structure:
    return Structure(document)


def test_it_says_that_it_is_accessible_in_which_language_and_under_which_title(document: pikepdf.Pdf) -> None:
    assert document.Root.Lang == "fr"
    assert document.Root.MarkInfo.Marked
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as donnees:
        assert donnees["pdfuaid:part"] == "1"
        assert "2021-2022" in donnees["dc:title"]


def test_everything_is_under_one_document_and_read_in_the_order_of_the_pages(
    document: pikepdf.Pdf, structure: Structure
) -> None:
    assert [role for role, *_ in structure.elements].count("/Document") == 1
    pages = [page for *_, page in structure.elements if page is not None]
    assert pages == sorted(pages)
    assert set(pages) == set(range(len(document.pages)))


def test_headings_skip_no_level_and_are_the_bookmarks(document: pikepdf.Pdf, structure: Structure) -> None:
    niveaux = [int(role[2:]) for role, *_ in structure.elements if re.fullmatch(r"/H\d", role)]
    assert niveaux[0] == 1
    assert all(suivant <= niveau + 1 for niveau, suivant in pairwise(niveaux))
    with document.open_outline() as plan:
        assert len(plan.root) == niveaux.count(1) - 1  # the title of the cover is that of the document
        # Those of a text in two columns are headings of the page, and too small for the plan.
        assert 0 < sum(len(entree.children) for entree in plan.root) <= niveaux.count(2)


def test_every_figure_is_told_in_words_with_figures(structure: Structure) -> None:
    textes = [str(figure.Alt) for figure in structure.of("/Figure")]
    assert textes
    assert all(re.search(r"\d", texte) and len(texte) > 40 for texte in textes)
    assert len(set(textes)) == len(textes)


def test_every_cell_of_a_table_knows_its_heads(structure: Structure) -> None:
    for table in structure.of("/Table"):
        dedans = list(structure.walk(table.K))
        tetes = {str(element.ID) for role, element, _ in dedans if role == "/TH" and "/ID" in element}
        cellules = [element for role, element, _ in dedans if role == "/TD"]
        assert tetes
        for cellule in cellules:
            (noms,) = [list(map(str, a.Headers)) for a in attributes(cellule) if "/Headers" in a] or [[]]
            assert set(noms) <= tetes
        assert sum(bool([a for a in attributes(c) if "/Headers" in a]) for c in cellules) >= 0.9 * len(cellules)


def attributes(element: Any) -> list[Any]:
    """The attributes of an element, one dictionary an owner."""
    if "/A" not in element:
        return []
    return list(element.A) if isinstance(element.A, pikepdf.Array) else [element.A]


def test_links_say_where_they_go(document: pikepdf.Pdf) -> None:
    """Inside the document only: nothing is fetched, nothing is sent."""
    for page in document.pages:
        for annotation in page.get("/Annots", []):
            assert "/URI" not in annotation.get("/A", {})
            assert "/Contents" in annotation or "/Dest" in annotation or "/D" in annotation.get("/A", {})
