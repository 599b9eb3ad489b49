"""What next year's report could see, and what it may call equivalent (definitions §7)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.statistics.comparisons import change_p_values
from pipeline.statistics.foresight import Z_EQUIVALENCE, difference, equivalent, smallest_seen_fall
from tests.unit.statistics.demonstration import CFA, RESEAU

CAP = (205, 1678)  # ventilations.par_type_diplome of the demonstration, 2021-2022
ERMONT = tuple(annees[-1] for annees in CFA["Ermont"])
comptes = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("k", "n", "k_max", "baisse"),
    [(*RESEAU["2021-2022"], 280, 1.963), (*CAP, 169, 2.716), (*ERMONT, 50, 5.921)],
    ids=["network", "CAP", "Ermont"],
)
def test_golden_falls_of_the_definitions(k: int, n: int, k_max: int, baisse: float) -> None:
    vue = smallest_seen_fall(k, n)
    assert vue is not None
    assert (vue.k_max, round(100 * vue.baisse, 3)) == (k_max, baisse)


def test_golden_rate_that_the_network_would_have_to_reach() -> None:
    vue = smallest_seen_fall(*RESEAU["2021-2022"])
    assert vue is not None
    assert round(100 * vue.taux, 3) == 8.961


@given(comptes)
def test_the_fall_is_established_at_its_count_and_at_no_larger_one(couple: tuple[int, int]) -> None:
    k, n = couple
    vue = smallest_seen_fall(k, n)
    p = change_p_values((np.arange(k + 1), np.full(k + 1, n)), (np.full(k + 1, k), np.full(k + 1, n)))
    assert np.flatnonzero(p < 0.05).tolist() == list(range(0 if vue is None else vue.k_max + 1))


@given(comptes)
def test_it_is_seen_four_times_in_five(couple: tuple[int, int]) -> None:
    k, n = couple
    vue = smallest_seen_fall(k, n)
    if vue is not None:
        assert stats.binom.cdf(vue.k_max, n, vue.taux) == pytest.approx(0.8)
        assert vue.baisse == pytest.approx(k / n - vue.taux)
        assert vue.baisse > 0


def test_too_few_ruptures_let_no_fall_be_seen() -> None:
    assert smallest_seen_fall(0, 50) is None
    assert smallest_seen_fall(3, 50) is None
    assert smallest_seen_fall(30, 60) is not None


def test_the_network_is_not_shown_to_be_equivalent_from_one_year_to_the_next() -> None:
    apres, avant = RESEAU["2021-2022"], RESEAU["2020-2021"]
    ecart = difference(apres, avant, Z_EQUIVALENCE)
    assert (round(100 * ecart.bas, 2), round(100 * ecart.haut, 2)) == (-1.40, 1.28)
    assert not equivalent(apres, avant)
    assert equivalent(apres, avant, marge=0.015)


def test_equal_rates_are_equivalent_on_enough_apprentices_only() -> None:
    assert not equivalent((11, 100), (11, 100))
    assert equivalent((1100, 10_000), (1100, 10_000))
    assert not equivalent((1300, 10_000), (1100, 10_000))


def test_rates_one_point_apart_are_seldom_called_equivalent() -> None:
    """Two one-sided tests at 5 %: at the margin itself, at most that often but for chance, once in a thousand."""
    hasard, n, editions = np.random.default_rng(5), 20_000, 1000
    dites = sum(
        equivalent((int(apres), n), (int(avant), n))
        for apres, avant in zip(hasard.binomial(n, 0.12, editions), hasard.binomial(n, 0.11, editions), strict=True)
    )
    assert 0 < dites <= stats.binom.ppf(0.999, editions, 0.05)


@pytest.mark.parametrize(("k", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_counts_that_are_none_are_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="ruptures"):
        smallest_seen_fall(k, n)
    with pytest.raises(ValueError, match="ruptures"):
        equivalent((k, n), (1, 5))
