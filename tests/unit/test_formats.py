"""What SQL and Python both say stands once in each, and is the same."""

from __future__ import annotations

from pipeline.formats import COMPTE_SOLIDE, EFFECTIF_MIN, EFFECTIF_SOLIDE, PERIODES
from pipeline.report import periods
from tests.support import macros, rows


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
