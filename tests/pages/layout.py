"""How the pages of a report are filled: `python -m tests.pages.layout FICHIER.pdf …` prints it; without a file (`make
pages`), of the reports of five networks: the demonstration, a small one of another region, one of 23 apprentices, with
those of their CFA; one of 60 CFA, one of 300."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from pipeline.paths import RACINE
from tests.pages import second_network
from tests.support import run, shipped

POINT_MM = 25.4 / 72
TITRE_MM = 16.0  # what a title of two lines takes at the top of a page
HAUT_MM, BAS_MM = 19.0, 17.0  # the margins of a page (rapport.css), which the running heads and feet are in
VIDE_MAX = 0.25  # of a page that does not end a chapter
LIGNES_MIN = 4  # rows of a table that is on two pages, on each
CORPS_MAX = 18  # pages before the annexes, of which a sheet of targets and one of actions


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
        chapitres = [
            ((dest.get_index() or 0) + 1, item.get_title()) for item in plan if (dest := item.get_dest()) is not None
        ]
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
    """Whether a chapter is at the top of the column of text of a page."""
    haut = page.get_height() - HAUT_MM / POINT_MM + 2
    texte = page.get_textpage().get_text_bounded(top=haut, bottom=haut - TITRE_MM / POINT_MM)
    return "".join(texte.split()).startswith("".join(titre.split())[:20])


def split_tables(chemin: Path) -> Iterator[dict[int, int]]:
    """Page → rows of its body, of each table that is on several pages. Each part is tagged as a table of its own, right
    after the other and without its caption."""
    with pikepdf.open(chemin) as pdf:
        rangs = {page.objgen: rang for rang, page in enumerate(pdf.pages, 1)}
        tables: list[dict[int, int]] = []
        suit_une_table = False
        for bloc in blocks(pdf.Root.StructTreeRoot):
            if bloc.S == "/Table":
                page = page_of(bloc, rangs) or 0
                lignes = sum(1 for corps in elements(bloc, "/TBody") for _ in elements(corps, "/TR"))
                if suit_une_table and page not in tables[-1] and not any(elements(bloc, "/Caption")):
                    tables[-1][page] = lignes
                else:
                    tables.append({page: lignes})
            suit_une_table = bloc.S == "/Table"
    return (table for table in tables if len(table) > 1)


def blocks(noeud: Any) -> Iterator[Any]:
    """The tables of a document, and what else has words of its own, in reading order."""
    for enfant in children(noeud):
        if enfant.get("/S") == "/Table" or any(not has_role(contenu) for contenu in children(enfant)):
            yield enfant
        else:
            yield from blocks(enfant)


def elements(noeud: Any, genre: str) -> Iterator[Any]:
    """The elements of a kind under one, those inside others of the kind left out."""
    for enfant in filter(has_role, children(noeud)):
        if enfant.get("/S") == genre:
            yield enfant
        else:
            yield from elements(enfant, genre)


def children(noeud: Any) -> list[Any]:
    """What is right under an element: elements, and marks of the contents of a page."""
    enfants = noeud.get("/K", [])
    return [*enfants] if isinstance(enfants, pikepdf.Array) else [enfants]


def has_role(noeud: Any) -> bool:
    """Whether it is an element, and no mark of contents."""
    return isinstance(noeud, pikepdf.Dictionary) and "/S" in noeud


def page_of(noeud: Any, rangs: dict[Any, int]) -> int | None:
    """The page of an element, or of the first one under it that has one."""
    if not isinstance(noeud, pikepdf.Dictionary):
        return None
    if "/Pg" in noeud:
        return rangs.get(noeud.Pg.objgen)
    return next((rang for enfant in children(noeud) if (rang := page_of(enfant, rangs)) is not None), None)


def make_reports(dossier: Path) -> Iterator[Path]:
    """The report of each network, written under a folder."""
    demonstration = ["--donnees", RACINE / "data/raw/demo"]
    grands = {"60_cfa": (12_000, 60), "300_cfa": (60_000, 300)}
    for nom, (contrats, cfa) in grands.items():
        write("exemple", dossier / nom, "--contrats", contrats, "--cfa", cfa, "--sortie", dossier / nom / "donnees")
    second_network.write(dossier / "autre_region", second_network.rows(second_network.ENTIERE))
    rompus = [ligne for ligne in second_network.rows() if ligne["dateeffetrupture"]][:3]
    suivis = [ligne for ligne in second_network.rows() if not ligne["dateeffetrupture"]]
    anciens = [ligne for ligne in suivis if ligne["datedebutcontrat"] < "2022-09-01"][:5]
    en_cours = [ligne for ligne in suivis if ligne["datedebutcontrat"] >= "2023-09-01"][:20]
    second_network.write(dossier / "23_apprentis", [*anciens, *en_cours, *rompus])
    propres = {
        nom: ["--donnees", dossier / nom / "donnees", "--config", dossier / nom / "config.toml", "--sql", shipped()]
        for nom in ("autre_region", "23_apprentis")
    }
    grands_aussi = {nom: ["--donnees", dossier / nom / "donnees"] for nom in grands}
    for nom, options in ({"demonstration": demonstration} | propres | grands_aussi).items():
        (dossier / nom).mkdir(parents=True, exist_ok=True)
        write("rapport", dossier / nom, *options, cfa=nom not in grands)
        yield from sorted((dossier / nom / "output").rglob("rapport_*.pdf"))


def write(verbe: str, dossier: Path, *options: str | int | Path, cfa: bool = False) -> None:
    """Run a verb that has to do what it is asked."""
    resultat = run(verbe, *map(str, options), cwd=dossier, cfa=cfa)
    assert resultat.exit_code == 0, resultat.output


def network_of(chemin: Path) -> str:
    """The folder that the editions of a report are in, by name."""
    edition = chemin.parents[1] if chemin.parent.name == "cfa" else chemin.parent
    return edition.parents[1].name if edition.parent.name == "output" else edition.parent.name


def main(chemins: list[str]) -> int:
    """Print the measures; 1 where a report is not as promised."""
    if not chemins:
        with tempfile.TemporaryDirectory() as dossier:
            return main([str(chemin) for chemin in make_reports(Path(dossier))])
    mauvais = 0
    for chemin in map(Path, chemins):
        mesure = measure(chemin)
        fautes = [*mesure.faults()]
        mauvais += bool(fautes)
        print(f"{network_of(chemin)} {chemin.name} : {mesure.pages} pages, {mesure.corps} avant les annexes")
        for faute in fautes:
            print(f"  {faute}")
    return int(bool(mauvais))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
