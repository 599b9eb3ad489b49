"""A change in two parts, groups that differ or not (definitions §7): golden values, closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.statistics.strata import Homogeneity, excess_p_values, homogeneity, kitagawa
from tests.unit.statistics.demonstration import DEUX_ANNEES, FILIERES, RESEAU

cellules = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

# Change in two parts


def test_golden_parts_of_the_change_of_the_network() -> None:
    k1, n1, k0, n0 = np.transpose(DEUX_ANNEES)
    assert (k0.sum(), n0.sum(), k1.sum(), n1.sum()) == (*RESEAU["2020-2021"], *RESEAU["2021-2022"])
    composition, taux = kitagawa((k1, n1), (k0, n0))
    assert (round(100 * composition, 4), round(100 * taux, 4)) == (-0.1853, 0.1266)
    assert round(100 * (composition + taux), 4) == -0.0587


def test_parts_by_hand() -> None:
    """Half and half at 10 and 30 %, then one and three quarters: 5 points more of the mix and none of the rates."""
    assert kitagawa(([2, 18], [20, 60]), ([4, 12], [40, 40])) == pytest.approx((0.05, 0))
    assert kitagawa(([8, 16], [40, 40]), ([4, 12], [40, 40])) == pytest.approx((0, 0.1))


def test_a_stratum_empty_in_one_year_changes_the_mix_only() -> None:
    composition, taux = kitagawa(([4, 0], [40, 0]), ([4, 12], [40, 40]))
    assert (composition, taux) == pytest.approx((0.1 - 0.2, 0))


annees = st.lists(st.tuples(cellules, cellules), min_size=1, max_size=6).filter(
    lambda s: all(sum(annee[1] for annee in cote) for cote in zip(*s, strict=True))
)


@given(annees)
def test_the_two_parts_add_up_to_the_change(couples: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    apres, avant = (np.transpose(cote) for cote in zip(*couples, strict=True))
    ecart = apres[0].sum() / apres[1].sum() - avant[0].sum() / avant[1].sum()
    parts = kitagawa((apres[0], apres[1]), (avant[0], avant[1]))
    assert sum(parts) == pytest.approx(ecart, abs=1e-12)
    assert kitagawa((avant[0], avant[1]), (apres[0], apres[1])) == pytest.approx(tuple(-part for part in parts))


def test_a_year_without_anybody_has_no_change() -> None:
    with pytest.raises(ValueError, match="anybody"):
        kitagawa(([0], [0]), ([4], [40]))


# Homogeneity


def test_golden_homogeneity_of_the_filieres() -> None:
    filieres = homogeneity(*np.transpose(FILIERES))
    assert (round(filieres.chi2, 2), filieres.ddl, filieres.groupes) == (1.98, 6, 7)
    assert filieres.p is not None
    assert round(filieres.p, 2) == 0.92
    assert homogeneity(*np.transpose(FILIERES), minimum=10).groupes == 8


def test_under_two_groups_large_enough_nothing_is_tested() -> None:
    assert homogeneity([3, 9], [30, 19]) == Homogeneity(0.0, 0, None, 1)
    assert homogeneity([], []) == Homogeneity(0.0, 0, None, 0)
    assert homogeneity([0, 0], [30, 40]) == Homogeneity(0.0, 1, 1.0, 2), "all of one rate, 0"


# Counts


@pytest.mark.parametrize("faux", [([3], [2], [1], [5]), ([-1], [2], [1], [5]), ([1], [2], [1, 2], [5, 5])])
def test_counts_that_are_none_are_refused(faux: tuple[list[int], list[int], list[int], list[int]]) -> None:
    with pytest.raises(ValueError, match=r"ruptures|strata"):
        kitagawa((faux[0], faux[1]), (faux[2], faux[3]))


def exact_tail(k1: list[int], n1: list[int], k: list[int], n: list[int]) -> float:
    """Probability of as many ruptures or more in the group, margins given: the convolution of the strata."""
    loi, debut = np.ones(1), 0
    for suivis, ruptures, total in zip(n1, k, n, strict=True):
        bas, haut = max(0, ruptures - (total - suivis)), min(suivis, ruptures)
        loi = np.convolve(loi, stats.hypergeom.pmf(np.arange(bas, haut + 1), total, ruptures, suivis))
        debut += bas
    return float(loi[sum(k1) - debut :].sum())


@pytest.mark.parametrize("graine", range(20))
@pytest.mark.parametrize("petit", [True, False])
def test_the_tail_of_an_excess_is_that_of_the_exact_conditional_test(graine: int, petit: bool) -> None:
    """Never 3 % under it; within 15 % to one in ten thousand where the group is the smaller part of its strata, and the
    tail that is tested the longer one."""
    hasard = np.random.default_rng(graine)
    tailles = hasard.integers(5, 40, 8), hasard.integers(40, 300, 8)
    n1, n2 = tailles if petit else tailles[::-1]
    k1, k2 = hasard.binomial(n1, 0.2), hasard.binomial(n2, 0.11)
    n, k = n1 + n2, k1 + k2
    variances = n1 * n2 * k * (n - k) / (n**2 * (n - 1))
    moments = variances * (n - 2 * k) * (n - 2 * n1) / (n * (n - 2))
    exacte = exact_tail(*(x.tolist() for x in (k1, n1, k, n)))
    (p,) = excess_p_values([(k1 - n1 * k / n).sum()], [variances.sum()], [moments.sum()])
    assert p >= 0.97 * exacte
    if petit and exacte > 1e-4:
        assert p <= 1.15 * exacte


def test_an_excess_without_variance_is_refused() -> None:
    with pytest.raises(ValueError, match="variance"):
        excess_p_values([1.0], [0.0], [0.0])
