"""How the pages of a report are filled: `python -m tests.pages.layout FICHIER.pdf …` prints it, `make pages` for the
editions of several networks."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

POINT_MM = 25.4 / 72
HAUT_MM, BAS_MM = 19.0, 17.0  # the margins of a page (rapport.css), which the running heads and feet are in
VIDE_MAX = 0.25  # of a page that does not end a chapter
LIGNES_MIN = 4  # rows of a table that is on two pages, on each
CORPS_MAX = 16  # pages before the annexes


@dataclass(frozen=True)
class Layout:
    """What was measured of a report.

    Attributes:
        corps: how many pages come before the annexes.
        vides: the part of each page under its last line, cover left out.
        fins: the pages that end a chapter.
        tables: the rows of each table that is on several pages, page by page.
    """

    pages: int
    corps: int
    vides: dict[int, float]
    fins: set[int]
    tables: list[dict[int, int]]

    def faults(self, corps_max: int = CORPS_MAX) -> Iterator[str]:
        """What is not as the edition promises, in French."""
        if self.corps > corps_max:
            yield f"{self.corps} pages avant les annexes, pour {corps_max} au plus"
        for page, vide in self.vides.items():
            if vide > VIDE_MAX and page not in self.fins:
                yield f"page {page} : vide à {vide:.0%}"
        for lignes in self.tables:
            if min(lignes.values()) < LIGNES_MIN:
                yield f"tableau coupé en {' + '.join(map(str, lignes.values()))} lignes, page {min(lignes)}"


def measure(chemin: Path) -> Layout:
    """The pages of a PDF."""
    with pypdfium2.PdfDocument(chemin) as document:
        plan = [item for item in document.get_toc() if item.level == 0]
        chapitres = [(item.get_dest().get_index() + 1, item.get_title()) for item in plan]
        vides = {rang: empty_part(page) for rang, page in enumerate(document, 1) if rang > 1}
        hauts = {rang for rang, titre in chapitres if starts_with(document[rang - 1], titre)}
        pages = len(document)
    annexes = [rang for rang, titre in chapitres if titre.startswith("Annexe")]
    fins = {rang - 1 for rang in hauts} | {pages}
    return Layout(pages, (min(annexes) - 1) if annexes else pages, vides, fins, [*split_tables(chemin)])


def empty_part(page: pypdfium2.PdfPage) -> float:
    """The part of the column of text that is under the last mark of a page."""
    haut, bas = page.get_height() - HAUT_MM / POINT_MM, BAS_MM / POINT_MM
    marques = [objet.get_bounds() for objet in page.get_objects()]
    bas_des_marques = [bottom for _, bottom, _, top in marques if top <= haut + 1 and bottom >= bas - 1]
    return (min(bas_des_marques, default=haut) - bas) / (haut - bas)


def starts_with(page: pypdfium2.PdfPage, titre: str) -> bool:
    """Whether the first words of the column of text of a page are those of a chapter."""
    haut = page.get_height() - HAUT_MM / POINT_MM + 2
    texte = page.get_textpage().get_text_bounded(top=haut, bottom=BAS_MM / POINT_MM)
    return "".join(texte.split()).startswith("".join(titre.split())[:20])


def split_tables(chemin: Path) -> Iterator[dict[int, int]]:
    """Page → rows of its body, of each table that is on several pages."""
    with pikepdf.open(chemin) as pdf:
        rangs = {page.objgen: rang for rang, page in enumerate(pdf.pages, 1)}
        for table in elements(pdf.Root.StructTreeRoot, "/Table"):
            corps = [ligne for bloc in elements(table, "/TBody") for ligne in elements(bloc, "/TR")]
            lignes = Counter(page for ligne in corps if (page := page_of(ligne, rangs)) is not None)
            if len(lignes) > 1:
                yield dict(sorted(lignes.items()))


def elements(noeud: Any, genre: str) -> Iterator[Any]:
    """The elements of a kind under one, those inside others of the kind left out."""
    enfants = noeud.get("/K", [])
    for enfant in enfants if isinstance(enfants, pikepdf.Array) else [enfants]:
        if not isinstance(enfant, pikepdf.Dictionary):
            continue
        if enfant.get("/S") == genre:
            yield enfant
        else:
            yield from elements(enfant, genre)


def page_of(noeud: Any, rangs: dict[Any, int]) -> int | None:
    """The page of an element, or of the first one under it that has one."""
    if not isinstance(noeud, pikepdf.Dictionary):
        return None
    if "/Pg" in noeud:
        return rangs.get(noeud.Pg.objgen)
    enfants = noeud.get("/K", [])
    for enfant in enfants if isinstance(enfants, pikepdf.Array) else [enfants]:
        if (rang := page_of(enfant, rangs)) is not None:
            return rang
    return None


def main(chemins: list[str]) -> int:
    """Print the measures; 1 where a report is not as promised."""
    mauvais = 0
    for chemin in map(Path, chemins):
        mesure = measure(chemin)
        fautes = [*mesure.faults()]
        mauvais += bool(fautes)
        print(f"{chemin.name} : {mesure.pages} pages, {mesure.corps} avant les annexes")
        for faute in fautes:
            print(f"  {faute}")
    return int(bool(mauvais))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
