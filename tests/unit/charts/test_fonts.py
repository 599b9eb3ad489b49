"""Texts are measured as the page maker lays them out."""

from __future__ import annotations

import pytest

from pipeline.charts import fonts


def test_a_text_is_as_wide_as_the_page_maker_lays_it_out() -> None:
    # Measured with Pango, at 11,3 px: 7 and the comma after it come together.
    largeur = fonts.read_font("Regular").width
    assert largeur("7,74\u202f%") * 11.3 == pytest.approx(32.33, abs=0.01)
    assert largeur("AVATAR To Yves") * 11.3 == pytest.approx(87.16, abs=0.01)


def test_a_letter_that_the_font_does_not_have_is_taken_for_a_wide_one() -> None:
    assert fonts.read_font("Regular").width("\u4e2d") == fonts.read_font("Regular").width("M")


def test_every_letter_of_french_numbers_and_names_is_in_the_font() -> None:
    for graisse in ("Regular", "SemiBold"):
        assert set("àâäçéèêëîïôöùûüÿœæÀÉŒ« »–…−\u202f\u00a0*%€") <= fonts.read_font(graisse).avances.keys()
