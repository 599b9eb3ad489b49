"""Time to rupture, a term being the other end of a contract (definitions §7)."""

from __future__ import annotations

import warnings
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.oracle.incidence import at_risk, cumulative_incidence

# Twenty contracts: by month, ruptures, terms, censored; nobody is left in the sixth.
MOIS = ([2, 4, 1, 0, 1, 0], [0, 0, 5, 2, 1, 0], [2, 2, 0, 0, 0, 0])


def test_cumulative_incidence_by_hand() -> None:
    ruptures, termes, censures = MOIS
    suivis = at_risk(ruptures, termes, censures)
    assert suivis.tolist() == [20, 16, 10, 4, 2, 0]
    # S before each month: 1, 9/10, 9/10 × 12/16 = 0.675, × 4/10 = 0.27, × 2/4 = 0.135, 0.
    attendues = [2 / 20, 0.1 + 0.9 * 4 / 16, 0.325 + 0.675 * 1 / 10, 0.3925, 0.3925 + 0.135 * 1 / 2, 0.46]
    incidence = cumulative_incidence(ruptures, termes, suivis)
    assert incidence.valeur.tolist() == pytest.approx(attendues)
    kaplan_meier = 1 - np.prod([18 / 20, 12 / 16, 9 / 10, 1, 1 / 2])
    assert kaplan_meier == pytest.approx(0.696, abs=1e-3), "what taking a term for a censored contract would give"


def test_incidence_is_unknown_once_nobody_is_followed_but_not_once_all_have_ended() -> None:
    assert cumulative_incidence([1, 0], [0, 0], [4, 0]).valeur.tolist() == pytest.approx([0.25, np.nan], nan_ok=True)
    assert cumulative_incidence([1, 0], [3, 0], [4, 0]).valeur.tolist() == [0.25, 0.25]
    assert np.isnan(cumulative_incidence([0, 0], [0, 0], [0, 0]).valeur).all()


mois = st.lists(st.tuples(*[st.integers(0, 12)] * 3), min_size=1, max_size=10).filter(lambda m: sum(map(sum, m)))


@given(mois)
def test_incidence_never_falls_nor_passes_one_and_the_fates_add_up(comptes: list[tuple[int, int, int]]) -> None:
    ruptures, termes, censures = np.transpose(comptes)
    suivis = at_risk(ruptures, termes, censures)
    une, autre = cumulative_incidence(ruptures, termes, suivis), cumulative_incidence(termes, ruptures, suivis)
    connus = ~np.isnan(une.valeur)
    valeurs = une.valeur[connus]
    assert np.all(np.diff(valeurs, prepend=0) >= 0)
    assert np.all(valeurs <= 1)
    restent = np.cumprod(1 - (ruptures + termes) / np.maximum(suivis, 1))
    assert (valeurs + autre.valeur[connus] + restent[connus]) == pytest.approx(np.ones(valeurs.size))
    bornes = ~np.isnan(une.bas)
    assert np.all((une.bas[bornes] <= une.valeur[bornes]) & (une.valeur[bornes] <= une.haut[bornes]))
    assert np.all((une.bas[bornes] >= 0) & (une.haut[bornes] <= 1))


@given(mois)
def test_without_competing_end_incidence_is_one_minus_kaplan_meier_with_greenwoods_variance(
    comptes: list[tuple[int, int, int]],
) -> None:
    ruptures, _, censures = np.transpose(comptes)
    rangs = np.arange(1, len(comptes) + 1)
    # A contract censored in a month is followed to its end, after the ruptures of that month.
    durees = stats.CensoredData(uncensored=np.repeat(rangs, ruptures), right=np.repeat(rangs, censures))
    if not ruptures.sum():
        return
    km = stats.ecdf(durees).sf
    incidence = cumulative_incidence(ruptures, 0 * ruptures, at_risk(ruptures, 0 * ruptures, censures))
    connus = ~np.isnan(incidence.valeur)
    assert incidence.valeur[connus] == pytest.approx(1 - km.evaluate(rangs[connus]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no limits at 0 and 1, as ours
        limites = km.confidence_interval(method="log-log")
    bornes = ~np.isnan(incidence.bas)
    assert incidence.haut[bornes] == pytest.approx(1 - limites.low.evaluate(rangs[bornes]))
    assert incidence.bas[bornes] == pytest.approx(1 - limites.high.evaluate(rangs[bornes]))


@given(mois)
def test_without_censoring_incidence_is_a_share_of_all_with_the_variance_of_one(
    comptes: list[tuple[int, int, int]],
) -> None:
    ruptures, termes, _ = np.transpose(comptes)
    total = ruptures.sum() + termes.sum()
    if not total:
        return
    incidence = cumulative_incidence(ruptures, termes, at_risk(ruptures, termes, 0 * termes))
    part = np.cumsum(ruptures) / total
    assert incidence.valeur == pytest.approx(part)
    assert incidence.variance == pytest.approx(part * (1 - part) / total, abs=1e-12)


def test_the_variance_is_that_of_the_delta_method_worked_with_numbers() -> None:
    """Gradient of F in each month's two hazards, whose estimates vary as a multinomial's."""
    ruptures, termes = (np.array(comptes[:4], dtype=float) for comptes in MOIS[:2])
    suivis = at_risk(*MOIS)[:4].astype(float)

    def last(hasards: np.ndarray) -> float:
        rupture, terme = hasards.reshape(2, -1)
        avant = np.concatenate([[1], np.cumprod(1 - rupture - terme)[:-1]])
        return float(np.sum(avant * rupture))

    hasards = np.concatenate([ruptures / suivis, termes / suivis])
    pas = 1e-6 * np.eye(hasards.size)
    pentes = np.array([(last(hasards + p) - last(hasards - p)) / 2e-6 for p in pas]).reshape(2, -1)
    a, b = hasards.reshape(2, -1)
    par_mois = pentes[0] ** 2 * a * (1 - a) + pentes[1] ** 2 * b * (1 - b) - 2 * pentes[0] * pentes[1] * a * b
    assert cumulative_incidence(ruptures, termes, suivis).variance[-1] == pytest.approx(np.sum(par_mois / suivis))


def test_many_structures_at_once_are_each_as_alone() -> None:
    ruptures, termes, censures = (np.array([comptes, comptes[::-1]]) for comptes in MOIS)
    ensemble = cumulative_incidence(ruptures, termes, at_risk(ruptures, termes, censures))
    for rang in range(2):
        seule = cumulative_incidence(
            ruptures[rang], termes[rang], at_risk(ruptures[rang], termes[rang], censures[rang])
        )
        for champ, attendu in zip(astuple(ensemble), astuple(seule), strict=True):
            np.testing.assert_array_equal(champ[rang], attendu)


@pytest.mark.parametrize(("ruptures", "termes", "suivis"), [([3], [2], [4]), ([-1], [0], [4]), ([0], [-1], [4])])
def test_months_that_end_more_than_they_follow_are_refused(
    ruptures: list[int], termes: list[int], suivis: list[int]
) -> None:
    with pytest.raises(ValueError, match=r"count|end"):
        cumulative_incidence(ruptures, termes, suivis)
