"""The text of the key pages, kept beside: what a change does to a page is seen when it is read again.

`python -m tests.pages.test_pages` writes them anew.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pypdfium2
import pytest

from pipeline.paths import RACINE
from tests.support import pdf_text, plain, run

ICI = Path(__file__).parent
RESEAU, CFA = "rapport_2021-2022.pdf", "cfa/rapport_2021-2022_0951625A.pdf"
# Name of the kept page → the report, a heading that is on it, by which it is found wherever it goes.
PAGES = {
    "reseau_essentiel": (RESEAU, "L'essentiel de 2021-2022"), "reseau_sommaire": (RESEAU, "Sommaire"),
    "reseau_definition": (RESEAU, "Ce qu'est une rupture et comment on la compte"),
    "reseau_cfa": (RESEAU, "Les structures"),
    "reseau_periode": (RESEAU, "L'entente qui s'est usée"),
    "reseau_recommandations": (RESEAU, "Synthèse et recommandations"),
    "cfa_essentiel": (CFA, "L'essentiel de 2021-2022"), "cfa_place": (CFA, "Le CFA parmi les autres"),
}  # fmt: skip


def read_page(edition: Path, nom: str) -> str:
    """Its lines as they are laid out, no-break spaces as plain ones."""
    fichier, titre = PAGES[nom]
    with pypdfium2.PdfDocument(edition / fichier) as document:
        textes = [plain(page.get_textpage().get_text_bounded().replace("\r\n", "\n")) for page in document]
    texte = next(texte for texte in textes if titre in texte.split("\n"))
    return texte.replace("\ufffe", "-").replace("\x02", "-").strip() + "\n"


@pytest.mark.parametrize("nom", PAGES)
def test_a_key_page_is_as_it_was_when_last_looked_at(demonstration: Path, nom: str) -> None:
    assert read_page(demonstration, nom) == (ICI / f"{nom}.txt").read_text(encoding="utf-8"), (
        "Look at the page; if it is right, write the pages anew: python -m tests.pages.test_pages"
    )


@pytest.mark.parametrize("fichier", [RESEAU, CFA])
def test_tables_and_figures_are_numbered_in_order_from_one_each_with_its_source(
    demonstration: Path, fichier: str
) -> None:
    texte = " ".join(pdf_text(demonstration / fichier).split())
    for quoi in ("Tableau", "Figure"):
        numeros = [int(numero) for numero in re.findall(rf"\b{quoi} (\d+)\. ", texte)]
        assert len(numeros) >= 2
        assert sorted(numeros) == list(range(1, len(numeros) + 1))
    assert texte.count("Champ :") > 5
    # National figures have each its own.
    sources = re.findall(r"Source : (?:BTP CFA Île-\s?de-\s?France, exports|celle de chaque ligne)", texte)
    assert texte.count("Champ :") == len(sources)


def test_every_page_of_the_internal_profile_says_so(demonstration: Path) -> None:
    for fichier in (RESEAU, CFA):
        with pypdfium2.PdfDocument(demonstration / fichier) as document:
            pages = [" ".join(plain(page.get_textpage().get_text_bounded()).split()) for page in document]
        assert all("Diffusion interne" in texte for texte in pages)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as dossier:
        resultat = run("rapport", "--donnees", RACINE / "data/raw/demo", cwd=Path(dossier), cfa=True)
        assert resultat.exit_code == 0, resultat.output
        for nom in PAGES:
            texte = read_page(Path(dossier) / "output/2021-2022", nom)
            (ICI / f"{nom}.txt").write_text(texte, encoding="utf-8")
