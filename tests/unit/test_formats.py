"""What SQL and Python both say stands once in each, and is the same."""

from __future__ import annotations

from pipeline.formats import EFFECTIF_MIN, EFFECTIF_SOLIDE, PERIODES
from pipeline.report import periods
from tests.support import macros, rows


def test_the_thresholds_of_python_are_those_of_the_macro() -> None:
    tailles = [0, EFFECTIF_MIN - 1, EFFECTIF_MIN, EFFECTIF_SOLIDE - 1, EFFECTIF_SOLIDE]
    dites = [rows(macros(), f"select fiabilite({taille})")[0][0] for taille in tailles]
    assert dites == ["non_significatif", "non_significatif", "fragile", "fragile", "solide"]


def test_periods_have_one_order() -> None:
    assert list(periods.PERIODES) == list(PERIODES)
    rangs = [rows(macros(), f"select rang_de_periode('{periode}')")[0][0] for periode in PERIODES]
    assert rangs == list(range(1, len(PERIODES) + 1))
