"""The PDF as a document: fonts, language, alternative texts, table of contents, typography."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from pipeline import formats
from tests.support import pdf_text


@pytest.fixture(scope="module")
def pdf(demonstration: Path) -> Path:
    return demonstration / "rapport_2021-2022.pdf"


def test_it_embeds_no_other_font_than_its_own(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        polices = {
            str(objet["/BaseFont"])
            for objet in document.objects
            if isinstance(objet, pikepdf.Dictionary) and objet.get("/Type") == "/Font"
        }
    assert polices
    assert all(re.fullmatch(r"/[A-Z]{6}\+Inter(-.+)?", police) for police in polices)


def test_it_is_tagged_in_french_with_a_title_and_bookmarks(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        assert document.Root.Lang == "fr"
        assert document.Root.MarkInfo.Marked
        assert "Ruptures de contrats d'apprentissage 2021-2022" in str(document.docinfo["/Title"])
        with document.open_outline() as plan:
            titres = [entree.title for entree in plan.root]
    assert titres[:3] == ["L'essentiel de 2021-2022", "Sommaire", "Ce qu'est une rupture et comment on la compte"]


def test_every_chart_has_an_alternative_text_with_its_figures(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        textes = [
            str(objet.Alt)
            for objet in document.objects
            if isinstance(objet, pikepdf.Dictionary) and objet.get("/S") == "/Figure"
        ]
    assert len(textes) == 9
    assert all(re.search(r"\d", texte) for texte in textes)
    assert any("BTP CFA Ermont 16,28\u202f%" in texte for texte in textes)


def test_every_entry_of_the_table_of_contents_has_its_page(pdf: Path) -> None:
    texte = pdf_text(pdf)
    sommaire = texte[texte.index("Sommaire") :].split("Un contrat d'apprentissage est rompu")[0]
    pages = [int(page) for page in re.findall(r"[. ]{4,}\s*(\d+)$", sommaire, flags=re.MULTILINE)]
    assert len(pages) == 23
    assert pages == sorted(pages)


def test_numbers_are_written_in_french() -> None:
    assert formats.entier(2984) == "2\u202f984"
    assert formats.pourcentage(0.109249) == "10,92\u202f%"
    assert formats.points(-0.0006) == "−0,06\u202fpoint"
    assert formats.points(0.08) == "+8,00\u202fpoints"
    assert formats.mois("2021-08") == "août 2021"
    assert formats.mois("Non renseigné") == "Non renseigné"


def test_booleans_and_days_are_written_for_people() -> None:
    assert [formats.written("texte", v) for v in (True, False, None, 0)] == ["oui", "non", "–", "0"]
    assert [formats.written("date", v) for v in (date(2022, 8, 5), None, "3 autres lignes")] == [
        "05/08/2022", "–", "3 autres lignes",
    ]  # fmt: skip
    assert [formats.written(genre, None) for genre in ("mois", "periode")] == ["–", "–"]


def test_a_rate_is_not_printed_under_20_apprentices_and_is_marked_under_50() -> None:
    assert formats.written("taux", 0.25, "non_significatif") == "n.s."
    assert formats.written("borne", 0.25, "non_significatif") == "n.s."
    assert formats.written("taux", 0.25, "fragile") == "25,00\u202f%*"
    assert formats.written("taux", 0.25, "solide") == "25,00\u202f%"
    assert formats.written("pourcentage", 0.25, "non_significatif") == "25,00\u202f%"


def test_a_text_that_a_spreadsheet_would_run_is_neutralised_in_csv() -> None:
    assert [formats.cell(v) for v in ("=1+1", "+33", "-x", "@a", "\tb", "a=b", -1.5, None)] == [
        "'=1+1", "'+33", "'-x", "'@a", "'\tb", "a=b", "-1.5", "",
    ]  # fmt: skip
