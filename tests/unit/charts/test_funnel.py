"""The limits of a funnel: counted by hand, narrowing with size, around the rate, and drawn as smooth curves."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.intervals import funnel_curves, funnel_limits

RATES = st.floats(0.001, 0.999)
SIZES = st.integers(1, 3000)
LEVELS = st.sampled_from([0.8, 0.95, 0.998])


def by_hand(p: float, n: int, p0: float) -> float:
    """The interpolated quantile, summed term by term."""
    avant = 0.0
    for r in range(n + 1):
        cumul = avant + comb(n, r) * p0**r * (1 - p0) ** (n - r)
        if cumul >= p:
            return (r - (cumul - p) / (cumul - avant)) / n
        avant = cumul
    return 1.0


def test_four_throws_of_a_coin() -> None:
    # F is 1/16, 5/16, 11/16, 15/16, 1: at 10 %, r = 1 and alpha = (5/16 - 1/10) / (1/4); at 90 %, r = 3.
    bas, haut = funnel_limits(0.5, [4], 0.8)
    assert bas[0] == pytest.approx((1 - 0.85) / 4)
    assert haut[0] == pytest.approx((3 - 0.15) / 4)


def test_the_smallest_count_of_exactly_that_probability_is_the_limit() -> None:
    # F is 1/4, 3/4, 1.
    bas, haut = funnel_limits(0.5, [2], 0.5)
    assert (bas[0], haut[0]) == (0.0, 0.5)


@pytest.mark.parametrize("p0", [0.02, 0.1092, 0.5, 0.9])
@pytest.mark.parametrize("niveau", [0.95, 0.998])
def test_it_is_the_sum_term_by_term(p0: float, niveau: float) -> None:
    tailles = [1, 2, 5, 12, 20, 49, 110]
    limites = np.array(funnel_limits(p0, tailles, niveau))
    sommes = [[by_hand(p, n, p0) for n in tailles] for p in ((1 - niveau) / 2, (1 + niveau) / 2)]
    assert limites[0] == pytest.approx(np.clip(sommes[0], 0, p0), abs=1e-9)
    assert limites[1] == pytest.approx(np.clip(sommes[1], p0, 1), abs=1e-9)


@given(RATES, SIZES, LEVELS)
def test_the_rate_is_within_its_limits_and_these_within_0_and_1(p0: float, n: int, niveau: float) -> None:
    bas, haut = (limite[0] for limite in funnel_limits(p0, [n], niveau))
    assert 0 <= bas <= p0 <= haut <= 1


@given(RATES, SIZES)
def test_wider_limits_are_around_narrower_ones(p0: float, n: int) -> None:
    (bas95,), (haut95,) = funnel_limits(p0, [n], 0.95)
    (bas998,), (haut998,) = funnel_limits(p0, [n], 0.998)
    assert bas998 <= bas95 and haut95 <= haut998


@pytest.mark.parametrize("p0", [0.03, 0.1092, 0.4])
def test_limits_narrow_as_the_size_grows(p0: float) -> None:
    bas, haut = funnel_limits(p0, [20, 50, 100, 200, 400, 800, 1600, 3200], 0.95)
    assert (np.diff(haut) < 0).all() and (np.diff(bas) >= 0).all()
    bas, haut = funnel_curves(p0, np.linspace(20, 3000, 2000), 0.95)
    assert (np.diff(haut) <= 1e-12).all() and (np.diff(bas) >= -1e-12).all()


@given(RATES, SIZES, LEVELS)
def test_a_count_is_on_the_same_side_of_the_limit_and_of_its_curve(p0: float, n: int, niveau: float) -> None:
    possibles = np.arange(n + 1) / n
    (bas,), (haut,) = funnel_limits(p0, [n], niveau)
    (courbe_basse,), (courbe_haute,) = funnel_curves(p0, [n], niveau)
    # A rate of one count is exactly at r / n at most once.
    assert ((possibles < bas - 1e-9) == (possibles < courbe_basse - 1e-9)).all()
    assert ((possibles > haut + 1e-9) == (possibles > courbe_haute + 1e-9)).all()


@pytest.mark.parametrize("p0", [0.0, 1.0])
def test_where_all_or_none_break_there_is_one_possible_rate(p0: float) -> None:
    for limites in (*funnel_limits(p0, [1, 20], 0.95), *funnel_curves(p0, [1, 20], 0.95)):
        assert (limites == p0).all()
