"""How numbers are rounded; what SQL and Python both say stands once in each, and is the same."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import formats
from pipeline.formats import COMPTE_SOLIDE, EFFECTIF_MIN, EFFECTIF_SOLIDE, PERIODES
from pipeline.report import periods
from tests.support import macros, plain, rows


@pytest.mark.parametrize(
    ("ecrit", "attendu"),
    [
        (formats.pourcentage(18 / 80, 0), "23 %"),  # what Babel alone writes 22 %
        (formats.pourcentage(0.125, 0), "13 %"),
        (formats.pourcentage(0.10005), "10,01 %"),
        (formats.decimal(0.125), "0,13"),
        (formats.decimal(-0.125), "-0,13"),
        (formats.decimal(2.5, 0), "3"),
        (formats.entier(4.5), "5"),
        (formats.euros(Decimal("1266052.5")), "1 266 053 €"),
        (formats.euros(Decimal("8109.585"), 2), "8 109,59 €"),
        (formats.signe(0.00285), "+0,29"),
        (formats.signe(-0.00285), "−0,29"),
        (formats.signe(0.00004), "0,00"),
        (formats.points(-0.00285), "−0,29 point"),
        (formats.niveau(0.998), "99,8 %"),
        (formats.quotient(1.125), "1,13"),
        (formats.quotient(0.9964), "0,996"),
        (formats.quotient(1.0), "1,00"),
    ],
)
def test_halves_are_rounded_away_from_zero(ecrit: str, attendu: str) -> None:
    assert plain(ecrit) == attendu


@given(st.integers(-(10**9), 10**9), st.integers(0, 3))
def test_every_number_is_rounded_as_the_decimal_that_it_is_written_as(millemes: int, decimales: int) -> None:
    valeur = Decimal(millemes) / 1000
    attendu = valeur.quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)
    for nombre in (valeur, float(valeur)):
        assert Decimal(plain(formats.decimal(nombre, decimales)).replace(" ", "").replace(",", ".")) == attendu


def test_the_rounding_of_other_code_is_left_alone() -> None:
    avant = getcontext().rounding
    formats.decimal(0.125)
    assert getcontext().rounding == avant


def test_the_thresholds_of_python_are_those_of_the_macro() -> None:
    tailles = [0, EFFECTIF_MIN - 1, EFFECTIF_MIN, EFFECTIF_SOLIDE - 1, EFFECTIF_SOLIDE]
    dites = [rows(macros(), f"select fiabilite_de_l_effectif({taille})")[0][0] for taille in tailles]
    assert dites == ["non_significatif", "non_significatif", "fragile", "fragile", "solide"]
    comptes = [COMPTE_SOLIDE - 1, COMPTE_SOLIDE, 100 - COMPTE_SOLIDE, 101 - COMPTE_SOLIDE]
    dites = [rows(macros(), f"select fiabilite({compte}, 100)")[0][0] for compte in comptes]
    assert dites == ["fragile", "solide", "solide", "fragile"]


def test_periods_have_one_order() -> None:
    assert list(periods.PERIODES) == list(PERIODES)
    rangs = [rows(macros(), f"select rang_de_periode('{periode}')")[0][0] for periode in PERIODES]
    assert rangs == list(range(1, len(PERIODES) + 1))
