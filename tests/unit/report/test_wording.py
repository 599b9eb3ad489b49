"""Codes of types of diploma in the words of the referential, for people; as keys, for programs."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.report.wording import column_wordings, in_words

NOMS = {"LICENCE": "Licence", "LICENCE PRO": "Licence pro", "INGENIEUR": "Ingénieur", "BAC PRO": "Bac pro"}


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("INGENIEUR", "Ingénieur"),
        ("INGENIEUR 1re année", "Ingénieur 1re année"),
        ("Ingenieur 1re année", "Ingénieur 1re année"),
        ("LICENCE PRO en 1 an", "Licence pro en 1 an"),
        ("BTS|LICENCE|BAC PRO", "BTS|Licence|Bac pro"),
        # What is no such code, or all in capitals: as its author wrote it.
        ("INGENIEURS 1re année", "INGENIEURS 1re année"),
        ("BAC PRO MACON", "BAC PRO MACON"),
        ("CAP MACON", "CAP MACON"),
        ("Élève INGENIEUR", "Élève INGENIEUR"),
    ],
)
def test_a_code_alone_or_at_the_head_of_a_text_has_its_words(ecrit: str, lu: str) -> None:
    assert in_words(ecrit, NOMS) == lu


def test_two_values_are_never_made_one() -> None:
    situations = ["INGENIEUR 1re année", "Ingénieur 1re année", "INGENIEUR 2e année", None]
    assert column_wordings(pl.DataFrame({"situation": situations}), NOMS) == {
        "situation": {"INGENIEUR 2e année": "Ingénieur 2e année"}
    }


def test_names_that_are_no_diplomas_are_left() -> None:
    frame = pl.DataFrame({"structure": ["BAC PRO Formation"], "type_diplome": ["CAP"], "diplome": [None]})
    assert column_wordings(frame, NOMS) == {}
