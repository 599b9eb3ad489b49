"""Every text that an edition shows a person: the report, a CFA's, the pages for a screen, the workbook, the charts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest

from pipeline.typography import BALISES, MOTS_DES_BALISES
from tests.conftest import CFA
from tests.support import printed_text, type_names

# What a keyboard writes and French typography does not: an apostrophe, an ordinal, a dash, a plain space in quotation
# marks; then those before other signs, which the page maker makes plain too in what it draws of a chart.
SIGNES = re.compile(r"'|« | »|(?<![\w,.])(?:1er|1re|[2-9]e)\b| - ")
ESPACES = re.compile(r" [:;?!%€](?!\S)")
BRUTS = re.compile(rf"\b(?:{'|'.join(type_names())})\b")


def of_html(page: Path) -> Iterator[str]:
    """The words of a page, and those that its elements have for who does not see them."""
    morceaux = BALISES.split(page.read_text(encoding="utf-8"))
    yield from morceaux[::2]
    for balise in morceaux[1::2]:
        yield from (trouve[0] for trouve in MOTS_DES_BALISES.finditer(balise))


def of_pdf(rapport: Path) -> Iterator[str]:
    """What a report prints, what its images say, its title and its bookmarks."""
    yield from printed_text(rapport).split("\n")
    with pikepdf.open(rapport) as document:
        yield str(document.docinfo["/Title"])
        yield from (str(o.Alt) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o)
        with document.open_outline() as plan:
            entrees = [*plan.root]
            while entrees:
                entree = entrees.pop()
                entrees += entree.children
                yield entree.title


def of_workbook(classeur: Path) -> Iterator[str]:
    """The cells, the names of sheets, the heads of pages, the title of the file; the words of the charts."""
    lu = openpyxl.load_workbook(classeur)
    yield str(lu.properties.title)
    for feuille in lu:
        tete: Any = feuille.oddHeader
        yield from (feuille.title, str(tete.center.text), str(tete.right.text))
        for table in feuille.tables.values():
            yield from (colonne.name for colonne in table.tableColumns)
        yield from (case for ligne in feuille.iter_rows(values_only=True) for case in ligne if isinstance(case, str))
    with zipfile.ZipFile(classeur) as archive:
        for nom in archive.namelist():
            if re.match(r"xl/(charts/chart|drawings/drawing)", nom):
                xml = archive.read(nom).decode()
                mots = re.findall(r'<a:t>(.*?)</a:t>|<c:v>([^<]*)</c:v>| descr="([^"]*)"', xml)
                yield from (unescape("".join(un)) for un in mots)


def of_charts(dossier: Path) -> Iterator[str]:
    """What the drawings say."""
    for dessin in sorted(dossier.rglob("*.svg")):
        yield from (unescape(mots) for mots in re.findall(r">([^<]+)<", dessin.read_text(encoding="utf-8")))


@pytest.mark.parametrize("canal", ["reseau", "cfa", "accueil", "page", "classeur", "graphiques"])
def test_it_has_the_signs_of_french_and_no_code_that_has_words(demonstration: Path, canal: str) -> None:
    textes = {
        "reseau": lambda: of_pdf(demonstration / "rapport_2021-2022.pdf"),
        "cfa": lambda: of_pdf(demonstration / f"cfa/rapport_2021-2022_{CFA[0]}.pdf"),
        "accueil": lambda: of_html(demonstration / "index.html"),
        "page": lambda: of_html(demonstration / f"cfa/{CFA[0]}.html"),
        "classeur": lambda: of_workbook(demonstration / "classeur_2021-2022.xlsx"),
        "graphiques": lambda: of_charts(demonstration / "graphiques"),
    }[canal]
    lus, fautes = [*textes()], [SIGNES, BRUTS] if canal in {"reseau", "cfa"} else [SIGNES, BRUTS, ESPACES]
    assert len(lus) > 50
    assert [texte for texte in lus if any(faute.search(texte) for faute in fautes)] == []
