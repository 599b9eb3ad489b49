"""Groups at equal public (definitions §7): golden values, a published example, closed forms, coverage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.statistics.strata import Homogeneity, StratifiedOdds, homogeneity, kitagawa, mantel_haenszel
from tests.unit.statistics.demonstration import DEUX_ANNEES, FILIERES, PREMIERE_ANNEE, RESEAU, SANS_DIPLOME, STRATES

# Admissions to the six largest departments of Berkeley in 1973 (Bickel, Hammel & O'Connell, Science 1975, 187:398):
# admitted and applicants, men then women.
BERKELEY = [
    (512, 825, 89, 108), (353, 560, 17, 25), (120, 325, 202, 593), (138, 417, 131, 375), (53, 191, 94, 393),
    (22, 373, 24, 341),
]  # fmt: skip


def compare(strates: Sequence[tuple[int, int, int, int]]) -> StratifiedOdds:
    return mantel_haenszel(*np.transpose(strates))


def limits(comparaison: StratifiedOdds) -> tuple[float, ...]:
    assert comparaison.rapport is not None
    return tuple(round(v, 4) for v in (comparaison.rapport.valeur, comparaison.rapport.bas, comparaison.rapport.haut))


# Mantel–Haenszel


@pytest.mark.parametrize(
    ("strates", "attendu"),
    [
        (STRATES["Ermont"], (1.6046, 1.1984, 2.1485)),
        (STRATES["Nangis"], (1.4233, 1.0382, 1.9512)),
        (STRATES["Rueil-Malmaison"], (0.6009, 0.3983, 0.9064)),
        (SANS_DIPLOME, (1.4487, 1.1030, 1.9027)),
        (PREMIERE_ANNEE, (1.8803, 1.4591, 2.4229)),
    ],
    ids=["Ermont", "Nangis", "Rueil-Malmaison", "no entry diploma", "first year of cycle"],
)
def test_golden_odds_ratios_of_the_definitions(
    strates: list[tuple[int, int, int, int]], attendu: tuple[float, ...]
) -> None:
    assert limits(compare(strates)) == attendu


def test_golden_chi_square_and_the_cfa_that_nothing_sets_apart() -> None:
    ermont, ocquerre = compare(STRATES["Ermont"]), compare(STRATES["Ocquerre"])
    assert (round(ermont.chi2 or 0, 4), ermont.p) == (10.2145, pytest.approx(stats.chi2.sf(ermont.chi2, 1)))
    assert limits(ocquerre)[0] == 0.9974
    assert np.sum(PREMIERE_ANNEE, axis=0).tolist() == [214, 1564, 112, 1420], "the crude counts of the definitions"


def test_the_published_example_of_berkeley() -> None:
    """Common odds ratio and limits as R documents them for these admissions (mantelhaen.test, UCBAdmissions)."""
    berkeley = compare(BERKELEY)
    assert limits(berkeley) == (0.9047, 0.7719, 1.0603)
    assert round(berkeley.chi2 or 0, 4) == 1.5246


def test_one_stratum_has_the_closed_forms_of_a_two_way_table() -> None:
    k1, n1, k2, n2 = 71, 436, 247, 2332
    une = compare([(k1, n1, k2, n2)])
    table = [[k1, n1 - k1], [k2, n2 - k2]]
    (pearson, *_) = stats.chi2_contingency(table, correction=False)
    assert une.chi2 is not None
    assert une.chi2 * (n1 + n2) / (n1 + n2 - 1) == pytest.approx(pearson)
    log_rapport, marge = (
        np.log(k1 * (n2 - k2) / (k2 * (n1 - k1))),
        1.959963984540054 * np.sqrt((1 / np.array(table)).sum()),
    )
    assert limits(une) == tuple(np.round(np.exp([log_rapport, log_rapport - marge, log_rapport + marge]), 4))


def test_what_cannot_be_compared_is_missing_and_never_nan() -> None:
    assert compare([(0, 0, 3, 30), (2, 20, 0, 0)]) == StratifiedOdds(None, None, None), "no stratum has both"
    assert compare([(0, 20, 0, 30)]) == StratifiedOdds(None, None, None), "no rupture"
    assert compare([(1, 1, 0, 0), (0, 1, 1, 1)]).rapport is None
    assert mantel_haenszel([], [], [], []) == StratifiedOdds(None, None, None)
    aucune = compare([(0, 20, 6, 30)])
    assert aucune.rapport is None, "an odds ratio of 0 has no limits"
    assert aucune.p == pytest.approx(stats.chi2.sf(aucune.chi2, 1))


cellules = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
strates_ = st.lists(st.tuples(cellules, cellules).map(lambda s: (*s[0], *s[1])), min_size=1, max_size=6)


@given(strates_)
def test_the_others_against_the_group_is_the_inverse_and_empty_strata_change_nothing(
    strates: list[tuple[int, int, int, int]],
) -> None:
    droit, envers = compare(strates), compare([s[2:] + s[:2] for s in strates])
    assert droit.chi2 == pytest.approx(envers.chi2)
    assert (droit.rapport is None) == (envers.rapport is None)
    if droit.rapport is not None and envers.rapport is not None:
        inverses = (1 / envers.rapport.valeur, 1 / envers.rapport.haut, 1 / envers.rapport.bas)
        assert (droit.rapport.valeur, droit.rapport.bas, droit.rapport.haut) == pytest.approx(inverses)
    assert compare([*strates, (0, 0, 4, 9), (0, 0, 0, 0)]) == droit


def test_its_limits_hold_the_true_odds_ratio_nineteen_times_in_twenty() -> None:
    """Strata of the sizes of Ermont's and a true odds ratio of 1.5; the count of misses within what chance allows once
    in a thousand on either side."""
    _, n1, _, n2 = np.transpose(STRATES["Ermont"])
    hasard, taux, rapport, editions = np.random.default_rng(4), np.linspace(0.06, 0.16, len(n1)), 1.5, 1000
    cotes = rapport * taux / (1 - taux)
    manques = 0
    for _ in range(editions):
        ici = mantel_haenszel(hasard.binomial(n1, cotes / (1 + cotes)), n1, hasard.binomial(n2, taux), n2).rapport
        manques += ici is None or not ici.bas <= rapport <= ici.haut
    assert stats.binom.ppf(0.001, editions, 0.05) <= manques <= stats.binom.ppf(0.999, editions, 0.05)


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
        mantel_haenszel(*faux)
    with pytest.raises(ValueError, match=r"ruptures|strata"):
        kitagawa((faux[0], faux[1]), (faux[2], faux[3]))
