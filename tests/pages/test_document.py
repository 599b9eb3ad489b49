"""The PDF as a document: fonts, language, alternative texts, table of contents, typography."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import polars as pl
import pytest

from pipeline import formats
from pipeline.paths import RACINE
from tests.support import pdf_text, plain


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
        assert "Ruptures de contrats d'apprentissage 2021-2022" in plain(str(document.docinfo["/Title"]))
        with document.open_outline() as plan:
            titres = [entree.title for entree in plan.root]
    assert [plain(titre) for titre in titres[:4]] == [
        "L'essentiel de 2021-2022", "Sommaire", "Introduction", "Ce qu'est une rupture et comment on la compte",
    ]  # fmt: skip
    assert [plain(titre) for titre in titres[-5:]] == [
        "Synthèse et recommandations", "Annexe : tableaux détaillés", "Annexe : glossaire", "Annexe : méthode",
        "Annexe : qualité des données",
    ]  # fmt: skip


def test_every_chart_has_an_alternative_text_with_its_figures(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        textes = [
            str(objet.Alt)
            for objet in document.objects
            if isinstance(objet, pikepdf.Dictionary) and objet.get("/S") == "/Figure"
        ]
    # What the others would show is marked in the rows of their tables, beside the same figures.
    assert len(textes) == len(re.findall(r"^Figure \d+\.", pdf_text(pdf), re.MULTILINE)) == 3
    assert all(re.search(r"\d", texte) for texte in textes)
    assert any("BTP CFA Ermont 16,3\u202f%" in texte for texte in textes)
    assert any("octobre 2021 41" in texte for texte in textes)


def test_every_entry_of_the_table_of_contents_has_its_page(pdf: Path) -> None:
    texte = pdf_text(pdf)
    sommaire = texte[texte.index("Sommaire") :].split("Un contrat d'apprentissage est rompu")[0]
    pages = [int(page) for page in re.findall(r"[. ]{4,}\s*(\d+)$", sommaire, flags=re.MULTILINE)]
    du_reseau = [
        f
        for f in (RACINE / "sql/ventilations").glob("*.sql")
        if not re.search("^place: cfa", f.read_text("utf-8"), re.M)
    ]
    assert len(pages) > len(du_reseau) > 50
    assert pages == sorted(pages)


def test_the_cost_of_the_network_is_the_sum_of_what_is_costed(pdf: Path) -> None:
    lignes = pl.read_csv(pdf.parent / "tables/par_cout.csv", schema_overrides={"perte_totale": pl.Decimal(18, 2)})
    de_l_annee = lignes.filter(pl.col("annee") == "2021-2022")
    assert de_l_annee["perte_totale"].null_count()  # one structure has nothing costed
    total = formats.euros(de_l_annee["perte_totale"].sum()).replace("\u202f", " ")
    texte = pdf_text(pdf)
    *ensembles, regle = sorted(ligne for ligne in texte.split("\n") if re.match(rf"[RE].* {total}", ligne))
    assert regle.startswith("Règle du rapport 298 18 10 ")
    assert [ligne[:24] for ligne in ensembles] == 3 * ["Ensemble du tableau 326 "]  # structures, filières, periods
    # The hypotheses do not add up: no total under the last.
    assert re.search(r"\nSix mois de formation maintenus 298 18 10 [^\n]*€\s*\nLecture :", texte)


def test_the_other_definitions_are_named_and_do_not_add_up(pdf: Path) -> None:
    texte = " ".join(pdf_text(pdf).split())
    assert "Taux de rupture nette, celui de ce rapport 2021-2022 326 2 984 10,9 % Le même, hors départs" in texte
    assert re.search(r"Ruptures brutes pour 1 000 mois de contrat 2021-2022 \d+ [\d ]+ \d+,\d Lecture :", texte)
    assert "avec sa propre population : les lignes ne s'additionnent pas." in texte


def test_numbers_are_written_in_french() -> None:
    assert formats.entier(2984) == "2\u202f984"
    assert formats.pourcentage(0.109249) == "10,9\u202f%"
    assert formats.points(-0.0006) == "−0,1\u202fpoint"
    assert formats.euros(Decimal("1266052.50")) == "1\u202f266\u202f053\u202f€"
    assert formats.euros(Decimal("1266052.5"), 2) == "1\u202f266\u202f052,50\u202f€"
    assert formats.euros(None) == "–"
    assert formats.points(0.08) == "+8,0\u202fpoints"
    assert [formats.signe(v) for v in (0.0123, -0.0123, 0.00004, -0.00004, 0.0)] == ["+1,2", "−1,2", *3 * ["0,0"]]
    assert [formats.quotient(v) for v in (0.9964, 1.0004, 1.378, 0.994, 1.0)] == [
        "0,996", "1,0004", "1,38", "0,99", "1,00",
    ]  # fmt: skip
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
    assert formats.written("taux", 0.25, "fragile") == "25,0\u202f%*"
    assert formats.written("taux", 0.25, "solide") == "25,0\u202f%"
    assert formats.written("pourcentage", 0.25, "non_significatif") == "25,0\u202f%"


def test_a_text_that_a_spreadsheet_would_run_is_neutralised_in_csv() -> None:
    assert [formats.cell(v) for v in ("=1+1", "+33", "-x", "@a", "\tb", "a=b", -1.5, None)] == [
        "'=1+1", "'+33", "'-x", "'@a", "'\tb", "a=b", "-1.5", "",
    ]  # fmt: skip


def test_small_diplomas_are_printed_too_without_a_rate(pdf: Path) -> None:
    texte = " ".join(pdf_text(pdf).split())
    tableau = texte[texte.rindex("Diplômes, 2021-2022") : texte.rindex("Situation dans le cycle, 2021-2022")]
    assert "autres lignes" not in tableau
    assert "n.s." in tableau
    assert "Ensemble du tableau 2 984 326 10,9 %" in tableau


def test_the_rates_of_each_cfa_are_crossed_with_the_types_of_diploma(pdf: Path) -> None:
    texte = " ".join(pdf_text(pdf).split())
    assert "CFA CAP BP Bac pro BTS MC TP Ensemble" in texte
    # Each with its interval under it.
    ocquerre = "11,3 % 7,6 à 16,6 10 %* 4 à 22 11 % 6 à 20 9 %* 4 à 21 – 16 %* 7 à 30 11,4 % 8,6 à 14,8"
    assert f"BTP CFA Ocquerre {ocquerre}" in texte
    ensemble = "12,2 % 10,7 à 13,9 10,8 % 8,2 à 14,1 10,3 % 7,9 à 13,5 7,6 % 4,4 à 12,9 n.s. 16 %* 7 à 30 11,5 %"
    assert f"Ensemble {ensemble} 10,4 à 12,7 Lecture :" in texte


def test_periods_are_crossed_with_structures_as_counts_and_shares(pdf: Path) -> None:
    texte = " ".join(pdf_text(pdf).split())
    assert "BTP CFA Ermont 18 (25 %) 36 (51 %) 15 (21 %) 2 (3 %) 71" in texte
    assert "Master 0 2 0 0 2 " in texte


def test_months_since_the_start_are_printed_year_by_year_of_the_contract(pdf: Path) -> None:
    texte = " ".join(pdf_text(pdf).split())
    tableau = texte[texte.rindex("Année du contrat") :]
    assert "Première année 54 27 23 19 15 14 12 14 13 14 15 9 229 Deuxième année" in tableau
    assert "Au-delà 1 Non renseigné 10 Ensemble du tableau 326" in tableau


def test_the_shares_broken_in_time_are_those_of_the_months_that_the_exports_know(pdf: Path) -> None:
    texte = " ".join(pdf_text(pdf).split())
    tableau = texte[texte.rindex("Contrats rompus au fil des mois, 2021-2022") :]
    assert "Avant 9 mois Avant 12 mois Ensemble 1 801 3,1 % 2,4 à 4,0 5,9 % 4,9 à 7,1" in tableau
    assert "CAP 1 046 3,1 % 2,2 à 4,3 7,2 % 5,8 à 8,9 11,1 %" in tableau
    assert "Master 20 0 %* 0 %* – – –" in tableau
    assert "Suivi jusqu'au 5 novembre 2022, dernier jour des données." in tableau


def test_the_motifs_that_are_not_filled_in_stay_out_of_the_other_rows(pdf: Path) -> None:
    texte = " ".join(pdf_text(pdf).split())
    tableau = texte[
        texte.rindex("Motif exprimé et motif validé") : texte.rindex("Motif exprimé et période de la rupture")
    ]
    assert "Non renseigné" in tableau
    assert "26 autres lignes 42 12,9 %" in tableau
