"""What the method annex says of how far the CFA lie from one another."""

from __future__ import annotations

import pytest

from pipeline.formats import FINE
from pipeline.report.dispersion import dispersion_sentence
from tests.unit.statistics.demonstration import CFA


def sentence(*comptes: tuple[int, int]) -> str:
    lignes = [{"ruptures_nettes": k, "effectif": n} for k, n in comptes]
    return dispersion_sentence("2021-2022", lignes).replace(FINE, " ")


def test_the_seven_cfa_of_the_published_table() -> None:
    """318/2768, χ² 24.47 on 6 df, φ 3.50 (definitions §7); √3.50 is 1.87."""
    assert sentence(*((ruptures[-1], effectifs[-1]) for ruptures, effectifs in CFA.values())) == (
        "En 2021-2022, 7 CFA : χ² = 24,47 à 6 degrés de liberté, φ = 3,50 ; hors des limites à 95 %, 3 CFA ; hors de "
        "ces limites élargies 1,87 fois, aucun."
    )


def test_alike_cfa_widen_nothing() -> None:
    assert sentence((10, 100), (10, 100)) == (
        "En 2021-2022, 2 CFA : χ² = 0,00 à 1 degré de liberté, φ = 0,00 ; hors des limites à 95 %, aucun ; hors de ces "
        "limites élargies 1,00 fois, aucun."
    )


@pytest.mark.parametrize("comptes", [[], [(10, 100)], [(10, 100), (3, 19)], [(0, 100), (0, 100)]])
def test_nothing_to_set_apart_is_not_told(comptes: list[tuple[int, int]]) -> None:
    assert sentence(*comptes) == ""
