"""Amounts of few ruptures (definitions §8): printed with others, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models.header import BreakdownHeader
from pipeline.report import amounts
from pipeline.report.amounts import RUPTURES_MIN, costed, note, put_together, without_few

ENTETE = BreakdownHeader.model_validate(
    {
        "titre": "Essai", "description": "Un essai.", "section": "cout", "ordre": 1, "cle": ["nom"],
        "total": "reseau", "colonnes": {
            "nom": {"libelle": "Nom"},
            "ruptures_nettes": {"libelle": "Ruptures", "format": "entier"},
            "perte_annee": {"libelle": "Perte", "format": "euros"},
        },
    }
)  # fmt: skip


def row(nettes: int, sans: int = 0) -> dict[str, Any]:
    chiffrees = nettes - sans
    return {
        "nom": "a", "ruptures_nettes": nettes, "sans_npec": sans, "sans_date": 0,
        "perte_annee": 1000 * chiffrees if chiffrees else None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("comptes", "ensemble"),
    [
        ([9, 8, 3], []),  # none is of few
        ([9, 8, 1, 2], [2, 3]),  # three together
        ([9, 8, 3, 1], [2, 3]),  # alone it would be told by the total: with the one that has the fewest
        ([9, 1], [0, 1]),
        ([9, 8, 0, 1], [1, 2, 3]),  # nothing costed hides nobody
        ([2, 1], []),  # all of few: no amount is named, see below
        ([2], []),
    ],
)
def test_rows_of_few_ruptures_are_put_together_until_they_are_not_few(comptes: list[int], ensemble: list[int]) -> None:
    assert put_together(ENTETE, [row(n) for n in comptes], []) == ensemble


def test_what_is_not_costed_is_not_counted() -> None:
    assert costed(row(9, 8)) == 1
    assert put_together(ENTETE, [row(9), row(9, 8), row(4)], []) == [1, 2]


def test_rows_already_together_take_others_if_their_amount_is_of_few() -> None:
    assert put_together(ENTETE, [row(9), row(4), row(1), row(1)], [2, 3]) == [1, 2, 3]
    assert put_together(ENTETE, [row(2), row(1), row(2)], [1, 2]) == [0, 1, 2]


def test_a_table_without_amounts_is_left_as_it_is() -> None:
    sans = ENTETE.model_copy(
        update={"colonnes": {nom: c for nom, c in ENTETE.colonnes.items() if c.format != "euros"}}
    )  # fmt: skip
    assert put_together(sans, [row(9), row(1)], []) == []
    assert put_together(sans, [row(9), row(1), row(1)], [1, 2]) == [1, 2]
    assert without_few(sans, [row(1)]) == [row(1)]


def test_an_amount_of_few_that_is_with_no_other_is_left_empty() -> None:
    assert [ligne["perte_annee"] for ligne in without_few(ENTETE, [row(2), row(3), row(0)])] == [None, 3000, None]


def test_the_note_says_which() -> None:
    assert note(ENTETE, [row(9), row(3)], [row(9), row(3)]) == ""
    assert note(ENTETE, [row(9), row(1)], [row(10)]) == amounts.REUNIS
    assert note(ENTETE, [row(2)], [row(2)]) == amounts.TUS


@given(st.lists(st.integers(0, 6), min_size=1, max_size=8), st.integers(1, 8))
def test_no_amount_of_one_or_two_is_printed_nor_left_by_the_total(comptes: list[int], seules: int) -> None:
    lignes = [row(n) for n in comptes]
    reunies = [*range(seules, len(lignes))] if len(lignes) - seules > 1 else []
    ensemble = put_together(ENTETE, lignes, reunies)
    imprimees = [ligne for rang, ligne in enumerate(lignes) if rang not in ensemble]
    groupe = sum(comptes[rang] for rang in ensemble)
    vues = [*without_few(ENTETE, imprimees), *(without_few(ENTETE, [row(groupe)]) if ensemble else [])]
    total = sum(comptes)
    for ligne in vues:
        assert ligne["perte_annee"] is None or ligne["ruptures_nettes"] >= RUPTURES_MIN
    if total >= RUPTURES_MIN:
        caches = sum(ligne["ruptures_nettes"] for ligne in vues if ligne["perte_annee"] is None)
        assert caches == 0 or caches >= RUPTURES_MIN
