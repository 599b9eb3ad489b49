"""Cohen's kappa: published examples, a second form of its variance, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.statistics.agreement import kappa
from pipeline.statistics.intervals import Estimate, Z

# Two raters, 100 patients: psychosis, neurosis, organic (Fleiss, Statistical Methods for Rates and Proportions, 1981,
# table 13.1).
PATIENTS = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
# Two pathologists, 118 slides, four stages (Agresti, Categorical Data Analysis, 2002, table 10.8).
LAMES = [[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]]


@pytest.mark.parametrize(("table", "valeur", "ecart_type"), [(PATIENTS, 0.676, 0.088), (LAMES, 0.493, 0.057)])
def test_published_examples(table: list[list[int]], valeur: float, ecart_type: float) -> None:
    accord = kappa(table)
    assert accord is not None
    assert round(accord.valeur, 3) == valeur
    assert round((accord.haut - accord.valeur) / Z, 3) == round((accord.valeur - accord.bas) / Z, 3) == ecart_type


tables = st.integers(2, 5).flatmap(
    lambda c: st.lists(st.lists(st.integers(0, 20), min_size=c, max_size=c), min_size=c, max_size=c)
)


@given(tables)
def test_its_variance_is_that_of_the_delta_method(table: list[list[int]]) -> None:
    """The derivatives of kappa to each share, taken by finite differences, instead of the published formula."""
    accord = kappa(table)
    if accord is None or -1 in (accord.bas, accord.valeur) or 1 in (accord.haut, accord.valeur):
        return
    parts = np.array(table) / np.sum(table)

    def value(p: np.ndarray) -> float:
        hasard = p.sum(axis=1) @ p.sum(axis=0) / p.sum() ** 2
        return (np.trace(p) / p.sum() - hasard) / (1 - hasard)

    pas, pentes = 1e-6, np.zeros(parts.shape)
    for rang in np.ndindex(parts.shape):
        plus, moins = parts.copy(), parts.copy()
        plus[rang] += pas
        moins[rang] -= pas
        pentes[rang] = (value(plus) - value(moins)) / (2 * pas)
    variance = ((parts * pentes**2).sum() - (parts * pentes).sum() ** 2) / np.sum(table)
    assert accord.haut - accord.valeur == pytest.approx(Z * np.sqrt(variance), rel=1e-3, abs=1e-5)


def test_full_agreement_none_and_nothing_to_agree_on() -> None:
    assert kappa([[5, 0], [0, 7]]) == Estimate(1.0, 1.0, 1.0)
    independantes = kappa(np.outer([3, 7], [4, 6]))
    assert independantes is not None
    assert independantes.valeur == pytest.approx(0)
    assert independantes.bas < 0 < independantes.haut
    assert kappa([[0, 0], [0, 0]]) is None
    assert kappa([[9, 0], [0, 0]]) is None, "all in one class: chance agrees on everything"
    assert kappa([[0, 9], [0, 0]]) == Estimate(0.0, 0.0, 0.0)


def test_its_limits_hold_the_true_value_about_nineteen_times_in_twenty() -> None:
    """Tables of 326 with the shares of the patients': the misses of a large-sample interval are between 3 and 7 %."""
    vraie = kappa(PATIENTS)
    assert vraie is not None
    parts, editions = np.array(PATIENTS) / 100, 2000
    tirees = np.random.default_rng(6).multinomial(326, parts.ravel(), size=editions).reshape(editions, 3, 3)
    dits = [accord for accord in map(kappa, tirees) if accord is not None]
    manques = sum(not accord.bas <= vraie.valeur <= accord.haut for accord in dits)
    assert len(dits) == editions
    assert stats.binom.ppf(0.001, editions, 0.03) <= manques <= stats.binom.ppf(0.999, editions, 0.07)


@pytest.mark.parametrize("table", [[[1, 2]], [[1, -1], [0, 2]], [[0.5, 1], [1, 2]]])
def test_what_is_no_square_table_of_counts_is_refused(table: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"square|whole"):
        kappa(table)
