"""Texts are measured as the page maker draws them in an image."""

from __future__ import annotations

import base64
from pathlib import Path

import pypdfium2
import pytest

from pipeline.charts import fonts
from pipeline.charts.theme import FONT, SIZE
from pipeline.report import pdf

PAGE = """<!doctype html><html lang="fr"><head><title>Essai</title><style>
@font-face {{ font-family: {police}; src: url("police:Inter-Regular.otf") }}
</style></head><body><img alt="Essai" src="data:image/svg+xml;base64,{image}"></body></html>"""
IMAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="30">'
    '<text x="0" y="20" font-family="{police}" font-size="{taille}px">{texte}|</text></svg>'
)


@pytest.mark.parametrize("texte", ["7,7\u202f%", "AVATAR To Yves", "Brétigny-sur-Orge"])
def test_a_text_is_as_wide_as_the_page_maker_draws_it(tmp_path: Path, texte: str) -> None:
    image = IMAGE.format(police=FONT, taille=SIZE, texte=texte).encode()
    pdf.write_pdf(PAGE.format(police=FONT, image=base64.b64encode(image).decode()), tmp_path / "essai.pdf")
    with pypdfium2.PdfDocument(tmp_path / "essai.pdf") as document:
        lettres = document[0].get_textpage()
        debut, fin = (lettres.get_charbox(rang, loose=True)[0] for rang in (0, lettres.count_chars() - 1))
        assert "".join(lettres.get_text_range().split()) == "".join(f"{texte}|".split())
    assert fonts.text_width(texte) == pytest.approx((fin - debut) * 96 / 72, abs=0.05)


def test_a_letter_that_the_font_does_not_have_is_taken_for_a_wide_one() -> None:
    assert fonts.text_width("\u4e2d") == fonts.text_width("M")


def test_every_letter_of_french_numbers_and_names_is_in_the_font() -> None:
    for graisse in ("Regular", "SemiBold"):
        assert set("àâäçéèêëîïôöùûüÿœæÀÉŒ« »–…−\u202f\u00a0*%€") <= fonts.advances(graisse).keys()
