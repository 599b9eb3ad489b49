"""What SQL and Python both say stands once in each, and is the same."""

from __future__ import annotations

from pipeline.formats import EFFECTIF_MIN, EFFECTIF_SOLIDE
from tests.support import macros, rows


def test_the_thresholds_of_python_are_those_of_the_macro() -> None:
    tailles = [0, EFFECTIF_MIN - 1, EFFECTIF_MIN, EFFECTIF_SOLIDE - 1, EFFECTIF_SOLIDE]
    dites = [rows(macros(), f"select fiabilite({taille})")[0][0] for taille in tailles]
    assert dites == ["non_significatif", "non_significatif", "fragile", "fragile", "solide"]
