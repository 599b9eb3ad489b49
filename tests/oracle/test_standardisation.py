"""Ruptures expected given the mix of apprentices (definitions §7)."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.ratios import standardised_ratio
from tests.oracle.standardisation import standardise


def test_byar_limits_over_ten_and_exact_ones_under() -> None:
    """100: the value that the tests of the PHE indicator methods have; under 10: any table of exact Poisson limits."""
    _, bas, haut = standardised_ratio([100, 0, 1, 5, 9], [1, 1, 1, 1, 1])
    assert bas[0] == pytest.approx(81.36210549052788)
    assert np.round(bas[1:], 3).tolist() == [0, 0.025, 1.623, 4.115]
    assert np.round(haut[1:], 3).tolist() == [3.689, 5.572, 11.668, 17.085]
    _, dix_bas, dix_haut = standardised_ratio([10], [1])
    assert (dix_bas[0], dix_haut[0]) == pytest.approx((4.7874, 18.3915), abs=1e-4), "exact ones are 4.7954 and 18.3904"


def test_a_ratio_is_observed_over_expected() -> None:
    rapport, bas, haut = standardised_ratio([71, 3], [58.25, 6])
    assert rapport.tolist() == pytest.approx([71 / 58.25, 0.5])
    assert np.round([bas[0], haut[0]], 3).tolist() == [0.952, 1.537]
    assert (bas[1], haut[1]) == pytest.approx((0.6187 / 6, 8.7673 / 6), abs=1e-4)


def test_a_ratio_to_nothing_expected_is_no_number_and_some_observed_there_is_refused() -> None:
    assert np.isnan(standardised_ratio([0], [0.0])).all()
    with pytest.raises(ValueError, match="expected"):
        standardised_ratio([1], [0.0])
    with pytest.raises(ValueError, match="negative"):
        standardised_ratio([-1], [2.0])


CELLULES = pl.DataFrame(
    [
        ("Lac", "CAP", 1, 100, 20), ("Lac", "BP", None, 50, 2),
        ("Mont", "CAP", 1, 60, 6), ("Mont", "CAP", 1, 40, 4), ("Mont", "BP", None, 150, 18),
        ("Mont", "MASTER", 2, 5, 1), ("Vide", "CAP", 1, 0, 0),
    ],
    schema=["cfa", "type_diplome", "annee_cycle", "effectif", "ruptures_nettes"], orient="row",
)  # fmt: skip


def test_expected_ruptures_by_hand() -> None:
    """CAP 30/200, BP of unknown year 20/200, Master 1/5 which Mont is alone to have; nobody in Vide."""
    table = standardise(CELLULES, ["cfa"], ["type_diplome", "annee_cycle"])
    assert table.columns == [
        "cfa", "effectif", "ruptures_nettes", "effectif_comparable", "ruptures_attendues",
        "rapport", "rapport_bas", "rapport_haut",
    ]  # fmt: skip
    assert table.drop("rapport_bas", "rapport_haut").rows() == [
        ("Lac", 150, 22, 150, pytest.approx(20), pytest.approx(22 / 20)),
        ("Mont", 255, 29, 250, pytest.approx(31), pytest.approx(29 / 31)),
    ]


def test_years_are_standardised_apart_when_a_stratum_has_one() -> None:
    sans = CELLULES.with_columns(annee=pl.lit("2020-2021"), ruptures_nettes=pl.lit(0, pl.Int64))
    deux = pl.concat([sans, CELLULES.with_columns(annee=pl.lit("2021-2022"))])
    table = standardise(deux, ["annee", "cfa"], ["annee", "type_diplome", "annee_cycle"])
    assert table.select("annee", "cfa", "ruptures_attendues", "rapport").rows() == [
        ("2020-2021", "Lac", 0, None),
        ("2020-2021", "Mont", 0, None),
        ("2021-2022", "Lac", pytest.approx(20), pytest.approx(22 / 20)),
        ("2021-2022", "Mont", pytest.approx(31), pytest.approx(29 / 31)),
    ]


def test_nothing_to_standardise() -> None:
    assert standardise(CELLULES.head(0), ["cfa"], ["type_diplome"]).is_empty()


cellules = st.lists(
    st.tuples(
        st.sampled_from("ABCD"), st.sampled_from(["CAP", "BP", None]), st.sampled_from([1, 2, None]), st.integers(0, 60)
    ).flatmap(lambda c: st.tuples(*map(st.just, c), st.integers(0, c[3]))),
    min_size=1, max_size=30,
)  # fmt: skip


@given(cellules, st.randoms(use_true_random=False))
def test_expected_totals_equal_observed_totals_in_any_order_of_the_cells(lignes: list[tuple], hasard) -> None:
    schema = {"cfa": pl.String, "type": pl.String, "annee": pl.Int64, "effectif": pl.Int64, "ruptures_nettes": pl.Int64}
    une, autre = (
        standardise(pl.DataFrame(ordre, schema, orient="row"), ["cfa"], ["type", "annee"])
        for ordre in (lignes, hasard.sample(lignes, len(lignes)))
    )
    assert une["ruptures_attendues"].sum() == pytest.approx(une["ruptures_nettes"].sum())
    assert une["ruptures_nettes"].sum() == sum(ligne[4] for ligne in lignes)
    assert une.rows() == autre.rows()
    assert (une["ruptures_attendues"] <= une["effectif"] + 1e-9).all()


def test_structures_of_one_stratum_have_the_rate_of_the_whole_as_their_expected() -> None:
    une = pl.DataFrame({"cfa": [1, 2, 3], "type": "CAP", "effectif": [100, 60, 40], "ruptures_nettes": [5, 10, 15]})
    assert standardise(une, ["cfa"], ["type"])["ruptures_attendues"].to_list() == pytest.approx([15, 9, 6])
