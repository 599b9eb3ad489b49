"""Persons: what of their names tells that two cannot be near."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.identities import LETTRES_DIFFERENTES_MAX
from pipeline.ingest.persons import letters

NOMS = st.one_of(st.none(), st.text(alphabet="abcxyzé-'", max_size=8))


def masks(noms: list[str | None]) -> list[int]:
    """What `letters` gives, one bit a letter, computed another way."""
    return [sum(1 << (ord(x) - ord("a")) for x in {*(nom or "")} if "a" <= x <= "z") for nom in noms]


@given(st.lists(NOMS, min_size=1))
def test_the_letters_of_names_however_they_are_stored(noms: list[str | None]) -> None:
    texte = pa.array(noms, pa.string())
    for stocke in (texte, texte.cast(pa.large_string()), texte.dictionary_encode(), texte.slice(1)):
        assert letters(stocke).tolist() == masks(stocke.to_pylist())


@pytest.mark.parametrize(("un", "autre"), [("martin", "mratin"), ("durand", "duran"), ("dupont", "dumond"), ("", "ab")])
def test_two_letters_changed_change_four_bits_at_most(un: str, autre: str) -> None:
    """Names nearer than that are never put aside before they are compared letter by letter."""
    (a,), (b,) = masks([un]), masks([autre])
    assert (a ^ b).bit_count() <= 2 * LETTRES_DIFFERENTES_MAX
