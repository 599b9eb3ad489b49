"""How the pages are filled: those of the demonstration, and that what measures them (`layout`) sees what is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.report import pdf
from tests.pages.layout import CORPS_MAX, measure

STYLE = """
@page { size: A4; margin: 19mm 18mm 17mm; @bottom-right { content: counter(page) " / " counter(pages); } }
body { margin: 0; line-height: 1; } h1 { margin: 0; font-size: 10mm; bookmark-level: 1; }
.page { break-before: page; } .plein { background: #eee; } td, th { padding: 0; height: 10mm; }
"""


def lay_out(dossier: Path, corps: str) -> Path:
    """A report of these pages, after its cover."""
    tete = f'<!doctype html><html lang="fr"><head><title>Essai</title><style>{STYLE}</style></head>'
    chemin = dossier / "essai.pdf"
    pdf.write_pdf(f"{tete}<body><p>Couverture</p>{corps}</body></html>", chemin)
    return chemin


def filled(millimetres: int, titre: str = "") -> str:
    """A page that is filled so far, its column being 261 mm high."""
    tete = f"<h1>{titre}</h1>" if titre else ""
    return f'<div class="page">{tete}<div class="plein" style="height: {millimetres - 10 * bool(titre)}mm"></div></div>'


def table(au_dessus: int, lignes: int) -> str:
    """A table of rows of 10 mm each and its head, under as many millimetres of a page."""
    corps = "".join(f"<tr><th scope='row'>{rang}</th><td>{rang}</td></tr>" for rang in range(lignes))
    tete = "<thead><tr><th scope='col'>A</th><th scope='col'>B</th></tr></thead>"
    style = "border-collapse: collapse"
    return f'{filled(au_dessus, "Un")}<table style="{style}">{tete}<tbody>{corps}</tbody></table>'


def test_the_body_of_the_demonstration_has_no_page_left_empty_nor_table_cut_short(demonstration: Path) -> None:
    mesure = measure(demonstration / "rapport_2021-2022.pdf")
    assert 10 < mesure.corps <= CORPS_MAX
    assert mesure.corps + 10 < mesure.pages
    du_corps = replace(
        mesure,
        vides={page: vide for page, vide in mesure.vides.items() if page <= mesure.corps},
        tables=[lignes for lignes in mesure.tables if min(lignes) <= mesure.corps],
    )
    assert [*du_corps.faults()] == []


@pytest.mark.parametrize(("millimetres", "fautes"), [(200, []), (180, ["page 2 : vide à 31%"])])
def test_a_page_is_filled_to_three_quarters_where_its_chapter_goes_on(
    tmp_path: Path, millimetres: int, fautes: list[str]
) -> None:
    mesure = measure(lay_out(tmp_path, filled(millimetres, "Un") + filled(250)))
    assert [faute.replace("\u202f", "").replace("\u00a0", "") for faute in mesure.faults()] == fautes


def test_a_page_that_ends_a_chapter_may_be_nearly_empty(tmp_path: Path) -> None:
    mesure = measure(lay_out(tmp_path, filled(250, "Un") + filled(30) + filled(30, "Deux")))
    assert (mesure.fins, mesure.vides[3] > 0.8) == ({1, 3, 4}, True)
    assert [*mesure.faults()] == []


@pytest.mark.parametrize(
    ("au_dessus", "lignes", "coupes", "fautes"),
    [
        (100, 20, {2: 15, 3: 5}, []),
        (100, 17, {2: 15, 3: 2}, ["tableau coupé en 15 + 2 lignes, page 2"]),
        (230, 17, {2: 2, 3: 15}, ["tableau coupé en 2 + 15 lignes, page 2"]),
        (100, 12, {}, []),
    ],
)
def test_a_table_on_two_pages_has_four_rows_on_each(
    tmp_path: Path, au_dessus: int, lignes: int, coupes: dict[int, int], fautes: list[str]
) -> None:
    mesure = measure(lay_out(tmp_path, table(au_dessus, lignes)))
    assert mesure.tables == ([coupes] if coupes else [])
    assert [*mesure.faults()] == fautes


def test_the_body_ends_where_the_annexes_begin(tmp_path: Path) -> None:
    mesure = measure(lay_out(tmp_path, filled(250, "Un") + filled(250, "Annexe : tableaux") + filled(250)))
    assert (mesure.corps, mesure.pages) == (2, 4)
    assert [*mesure.faults(corps_max=1)] == ["2 pages avant les annexes, pour 1 au plus"]
