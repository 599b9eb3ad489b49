"""Definitions §7: what a rate is worth, said again in plain Python for every count of apprentices and of ruptures."""

from __future__ import annotations

import pytest

from pipeline.formats import fiabilite
from tests.support import macros, rows


def worth(ruptures: int, effectif: int) -> str:
    """The sentence of the definitions."""
    if effectif < 20:
        return "non_significatif"
    sans_rupture = effectif - ruptures
    return "fragile" if effectif in range(20, 50) or ruptures < 5 or sans_rupture < 5 else "solide"


def test_a_rate_is_worth_what_its_apprentices_its_ruptures_and_those_without_one_are() -> None:
    dites = rows(
        macros(),
        "select k, n, fiabilite(k, n), (taux(k, n)).fiabilite "
        "from range(121) as tailles (n), lateral (select unnest(range(n + 1)) as k)",
    )
    assert len(dites) == 121 * 122 / 2
    assert [ligne for ligne in dites if ligne[2] != fiabilite(*ligne[:2])] == []  # type: ignore[arg-type]
    assert [ligne for ligne in dites if {*ligne[2:]} != {worth(*ligne[:2])}] == []  # type: ignore[arg-type]


@pytest.mark.parametrize(("effectif", "dite"), [(19, "non_significatif"), (49, "fragile"), (50, "solide")])
def test_a_part_that_is_no_rate_of_net_ruptures_is_worth_its_count(effectif: int, dite: str) -> None:
    assert rows(macros(), f"select fiabilite_de_l_effectif({effectif})") == [(dite,)]


def test_one_rupture_of_69_engineers_makes_a_fragile_rate() -> None:
    """The demonstration's 1.45 % of INGENIEUR, in 2021-2022."""
    assert rows(macros(), "select fiabilite(1, 69)") == [("fragile",)]
