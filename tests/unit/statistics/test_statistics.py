"""The statistics of definitions §7: golden values, textbook values, closed forms, properties, speed."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.paths import RACINE
from pipeline.statistics.comparisons import (
    NIVEAUX,
    benjamini_hochberg,
    change_p_values,
    every_limit,
    measure_dispersion,
    outside_limits,
    p_values,
    wilson,
)
from pipeline.statistics.intervals import Estimate, Z, funnel_curves, funnel_limits, newcombe
from tests.support import macros, measure, rows

with (RACINE / "data/reference/btp-cfa-idf-2021-2022/structures.csv").open(encoding="utf-8", newline="") as publie:
    SEPT = [ligne for ligne in csv.DictReader(publie) if ligne["type"] == "CFA"]
RUPTURES = [int(ligne["ruptures_nettes"]) for ligne in SEPT]
EFFECTIFS = [int(ligne["base"]) for ligne in SEPT]
NOMS = [ligne["structure"].removeprefix("BTP CFA ") for ligne in SEPT]
NANGIS, ERMONT, RUEIL = (NOMS.index(nom) for nom in ("Nangis", "Ermont", "Rueil-Malmaison"))

structures = st.lists(
    st.integers(1, 600).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12
)


def rate(nettes: int, effectif: int) -> Estimate:
    """A rate with Wilson's interval, from the macros of the project."""
    taux = measure(nettes, effectif).taux
    assert taux is not None
    return taux


def percent(*fractions: float) -> tuple[float, ...]:
    return tuple(round(100 * float(fraction), 2) for fraction in fractions)


# Intervals of a rate and of a change


@pytest.mark.parametrize(
    ("k", "n", "bas", "haut"),
    [(71, 436, 13.12, 20.04), (31, 425, 5.19, 10.17), (56, 375, 11.68, 18.90)],
)
def test_wilson_golden_values_of_the_definitions(k: int, n: int, bas: float, haut: float) -> None:
    taux = rate(k, n)
    assert percent(taux.bas, taux.haut) == (bas, haut)


def test_wilson_limits_at_the_ends_and_without_anybody() -> None:
    assert rate(0, 30).bas == 0
    assert rate(30, 30).haut == 1
    assert rows(macros(), "select part(0, 0), wilson_bas(0, 0), wilson_haut(0, 0)") == [(None, None, None)]


@given(structures)
def test_wilson_at_any_z_is_that_of_the_macros_at_theirs(couples: list[tuple[int, int]]) -> None:
    k, n = np.array(couples).T
    valeurs = ", ".join(f"({a}, {b})" for a, b in couples)
    attendus = rows(macros(), f"select wilson_bas(k, n), wilson_haut(k, n) from (values {valeurs}) as t (k, n)")
    assert np.allclose(np.transpose(wilson(k, n, Z)), np.array(attendus, dtype=float), rtol=0, atol=1e-12)


def test_newcombe_golden_value_of_the_definitions() -> None:
    ecart = newcombe(rate(71, 436), rate(31, 425))
    assert percent(ecart.valeur, ecart.bas, ecart.haut) == (8.99, 4.71, 13.30)


@pytest.mark.parametrize(
    ("apres", "avant", "bas", "haut"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_newcombe_limits_of_its_own_paper(
    apres: tuple[int, int], avant: tuple[int, int], bas: float, haut: float
) -> None:
    """Newcombe, Stat. Med. 1998, table II, method 10."""
    mesures = [
        Estimate(k / n, *rows(macros(), f"select wilson_bas({k}, {n}), wilson_haut({k}, {n})")[0])  # type: ignore[arg-type]
        for k, n in (apres, avant)
    ]
    ecart = newcombe(*mesures)
    assert (round(ecart.bas, 4), round(ecart.haut, 4)) == (bas, haut)


@given(structures, st.randoms(use_true_random=False))
def test_a_change_has_p_under_5_percent_exactly_where_its_interval_excludes_zero(
    couples: list[tuple[int, int]], hasard
) -> None:
    autres = hasard.sample(couples, len(couples))
    p = change_p_values(tuple(np.transpose(couples)), tuple(np.transpose(autres)))
    for (k1, n1), (k0, n0), valeur in zip(couples, autres, p, strict=True):
        apres, avant = (
            Estimate(k / n, *map(float, wilson(np.array(k), np.array(n), Z))) for k, n in ((k1, n1), (k0, n0))
        )
        assert newcombe(apres, avant).exclut_zero == (valeur < 0.05)


def test_the_p_value_of_a_change_is_that_of_the_interval_with_zero_at_its_end() -> None:
    [p] = change_p_values(([71], [436]), ([31], [425]))
    z = stats.norm.isf(p / 2)
    (bas, _), (_, haut) = wilson(np.array(71), np.array(436), z), wilson(np.array(31), np.array(425), z)
    assert np.hypot(71 / 436 - bas, haut - 31 / 425) == pytest.approx(71 / 436 - 31 / 425, abs=1e-12)
    # Near that of the score test, which has another interval.
    assert p == pytest.approx(5.66e-5, abs=1e-7)
    (_, p_du_chi2, *_) = stats.chi2_contingency([[71, 365], [31, 394]], correction=False)
    assert p_du_chi2 == pytest.approx(4.48e-5, abs=1e-7)


def test_no_change_at_all_and_a_change_beyond_doubt() -> None:
    k1, n1, k0, n0 = [5, 0, 900_000, 7], [50, 20, 1_000_000, 7], [10, 0, 100_000, 0], [100, 30, 1_000_000, 7]
    p = change_p_values((k1, n1), (k0, n0))
    assert p[:3].tolist() == [1, 1, 0]
    assert 0 < p[3] < 0.001
    assert change_p_values((k0, n0), (k1, n1)).tolist() == p.tolist(), "the same both ways"


# Structures held against their whole


def test_dispersion_golden_values_of_the_definitions() -> None:
    ensemble = measure_dispersion(RUPTURES, EFFECTIFS)
    assert percent(ensemble.taux) == (11.49,)
    assert round(100 * ensemble.taux, 3) == 11.488
    assert (round(ensemble.chi2, 2), ensemble.structures - 1, round(ensemble.phi, 2)) == (24.47, 6, 3.50)
    assert ensemble.p < 0.001


def test_the_chi_square_is_the_one_of_the_two_way_table() -> None:
    ensemble = measure_dispersion(RUPTURES, EFFECTIFS)
    restent = np.subtract(EFFECTIFS, RUPTURES)
    statistique, p, ddl, _ = stats.chi2_contingency([RUPTURES, restent], correction=False)
    assert (ensemble.chi2, ensemble.p, ensemble.structures - 1) == pytest.approx((statistique, p, ddl))


@pytest.mark.parametrize(
    ("ruptures", "effectifs"), [([7], [60]), ([0, 0], [30, 40]), ([30, 40], [30, 40]), ([3, 6], [30, 60])]
)
def test_nothing_parts_structures_of_one_rate(ruptures: list[int], effectifs: list[int]) -> None:
    ensemble = measure_dispersion(ruptures, effectifs)
    assert (ensemble.chi2, ensemble.phi, ensemble.p) == (0, 0, 1)


@pytest.mark.parametrize("test", ["exact", "mid_p", "score", "arcsinus"])
def test_the_golden_verdicts_hang_on_no_choice_of_test(test: str) -> None:
    k, n = np.array(RUPTURES), np.array(EFFECTIFS)
    taux = k.sum() / n.sum()
    atteint = stats.binom.pmf(k, n, taux)
    p = {
        "exact": p_values(k, n, taux),
        "mid_p": 2 * np.minimum(stats.binom.cdf(k, n, taux), stats.binom.sf(k - 1, n, taux)) - atteint,
        "score": 2 * stats.norm.sf(abs(k - n * taux) / np.sqrt(n * taux * (1 - taux))),
        "arcsinus": 2 * stats.norm.sf(abs(np.arcsin(np.sqrt(k / n)) - np.arcsin(np.sqrt(taux))) * 2 * np.sqrt(n)),
    }[test]
    assert np.flatnonzero(benjamini_hochberg(p)).tolist() == [ERMONT, RUEIL]


def test_p_values_are_twice_the_smaller_exact_tail() -> None:
    k, n = [0, 3, 12, 40, 1], [30, 30, 60, 60, 1]
    attendues = [
        min(1, 2 * min(stats.binomtest(a, b, 0.2, cote).pvalue for cote in ("less", "greater")))
        for a, b in zip(k, n, strict=True)
    ]
    assert p_values(k, n, 0.2) == pytest.approx(attendues, rel=1e-12)


@given(structures, st.floats(0.02, 0.6))
def test_what_false_discoveries_keep_is_outside_the_95_percent_limits(
    couples: list[tuple[int, int]], taux: float
) -> None:
    k, n = np.transpose(couples)
    dehors = outside_limits(k / n, every_limit(taux, n))
    assert not np.any(benjamini_hochberg(p_values(k, n, taux)) & (dehors == 0))


def test_benjamini_hochberg_on_the_example_of_their_paper() -> None:
    """Benjamini & Hochberg, JRSS B 1995, §4.1: fifteen comparisons, the four smallest kept at 5 %."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1,
    ]
    assert benjamini_hochberg(p).tolist() == [True] * 4 + [False] * 11


def test_a_missing_p_value_is_no_test() -> None:
    assert benjamini_hochberg([0.04, np.nan, np.nan]).tolist() == [True, False, False]
    assert benjamini_hochberg([np.nan]).tolist() == [False]
    assert benjamini_hochberg([]).tolist() == []
    with pytest.raises(ValueError, match="p"):
        benjamini_hochberg([1.2])


chances = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(chances, st.randoms(use_true_random=False))
def test_benjamini_hochberg_does_not_depend_on_the_order_and_keeps_the_smallest(p: list[float], hasard) -> None:
    retenues = benjamini_hochberg(p)
    ordre = hasard.sample(range(len(p)), len(p))
    assert benjamini_hochberg([p[rang] for rang in ordre]).tolist() == retenues[ordre].tolist()
    assert max(np.array(p)[retenues], default=-1) < min(np.array(p)[~retenues], default=2)


@given(chances, st.sampled_from([0.01, 0.05, 0.2]))
def test_benjamini_hochberg_keeps_those_that_scipy_does(p: list[float], alpha: float) -> None:
    assert benjamini_hochberg(p, alpha).tolist() == (stats.false_discovery_control(p) <= alpha).tolist()


@given(chances, st.integers(0, 39), st.floats(0, 1))
def test_a_smaller_p_value_never_makes_fewer_kept(p: list[float], rang: int, facteur: float) -> None:
    moindre = [*p]
    moindre[rang % len(p)] *= facteur
    assert np.all(benjamini_hochberg(p) <= benjamini_hochberg(moindre))


# Funnel


@pytest.mark.parametrize("niveau", NIVEAUX)
@pytest.mark.parametrize("taux", [0.02, 0.115, 0.5])
def test_funnel_limits_are_the_interpolated_binomial_quantiles(taux: float, niveau: float) -> None:
    """Spiegelhalter, Stat. Med. 2005, appendix, one size after the other."""
    tailles = [1, 2, 7, 20, 49, 50, 333, 436, 5000]
    for n, bas, haut in zip(tailles, *funnel_limits(taux, tailles, niveau), strict=True):
        for p, limite in (((1 - niveau) / 2, bas), ((1 + niveau) / 2, haut)):
            r = int(stats.binom.ppf(p, n, taux))
            f, avant = stats.binom.cdf(r, n, taux), stats.binom.cdf(r - 1, n, taux)
            attendue = (r - (f - p) / (f - avant)) / n
            borne = min(max(attendue, 0), taux) if p < 0.5 else max(attendue, taux)
            assert limite == pytest.approx(borne, abs=1e-12)


@given(st.floats(0.001, 0.999), st.integers(1, 3000), st.sampled_from(NIVEAUX))
def test_limits_contain_the_rate_and_shrink_as_sizes_double(taux: float, n: int, niveau: float) -> None:
    bas, haut = funnel_limits(taux, [n, 2 * n], niveau)
    assert np.all((bas >= 0) & (bas <= taux) & (taux <= haut) & (haut <= 1))
    # Where less than one rupture (or survivor) is expected, a limit is but a piece of one count.
    if n * min(taux, 1 - taux) >= 1:
        assert haut[1] - bas[1] <= haut[0] - bas[0]


@given(st.floats(0.001, 0.999), st.integers(1, 3000))
def test_the_99_8_percent_limits_are_outside_the_95_percent_ones(taux: float, n: int) -> None:
    (bas, haut), (large_bas, large_haut) = (funnel_limits(taux, [n], niveau) for niveau in NIVEAUX)
    assert large_bas <= bas
    assert haut <= large_haut


@given(structures, st.floats(0.01, 0.9), st.sampled_from(NIVEAUX))
def test_a_count_is_outside_the_drawn_curves_where_it_is_outside_the_limits(
    couples: list[tuple[int, int]], taux: float, niveau: float
) -> None:
    k, n = np.transpose(couples)
    limites, courbes = ({niveau: trace(taux, n, niveau)} for trace in (funnel_limits, funnel_curves))
    assert outside_limits(k / n, limites).tolist() == outside_limits(k / n, courbes).tolist()


@pytest.mark.parametrize("taux", [0.0, 1.0])
def test_where_nobody_or_everybody_breaks_the_limits_are_the_rate(taux: float) -> None:
    assert [limite.tolist() for limite in funnel_limits(taux, [5, 500], 0.95)] == [[taux, taux]] * 2
    p = p_values([0, 0] if taux == 0 else [5, 500], [5, 500], taux)
    assert p.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("ruptures", "effectifs"),
    [([1], [0]), ([-1], [5]), ([6], [5]), ([1, 2], [5]), ([0.5], [5]), ([1], [np.nan]), ([], [])],
)
def test_counts_that_are_none_are_refused(ruptures: list[float], effectifs: list[float]) -> None:
    with pytest.raises(ValueError, match=r"ruptures|structure"):
        measure_dispersion(ruptures, effectifs)
