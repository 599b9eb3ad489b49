"""The limits of a funnel: counted by hand, narrowing with size, around the rate, and drawn as smooth curves on a
range of the data."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import charts
from pipeline.charts.funnel import AREAS, CEILING, CELL, HEIGHT, NAMED_MAX, seen, top_limit, trace
from pipeline.charts.scale import LOW, on_range
from pipeline.models.chart_header import FunnelSpec
from pipeline.models.header import PrintedColumn
from pipeline.statistics.intervals import funnel_curves, funnel_limits
from tests.support import plain

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


# The range of what is drawn

COLONNES = {
    "structure": PrintedColumn(libelle="CFA", format="texte"),
    "effectif": PrintedColumn(libelle="Apprentis suivis", format="entier"),
    "taux_rupture_nette": PrintedColumn(libelle="Taux de rupture nette", format="taux"),
}
ENTONNOIR = FunnelSpec(type="entonnoir", titre="Essai", x="effectif", y="taux_rupture_nette", etiquette="structure")


def drawn(*lignes: tuple[int, int], taux: float | None = None) -> tuple[ET.Element, list[float], list[float]]:
    """The funnel of rows (net ruptures, apprentices): its SVG, its ticks of size, its ticks of rate in hundredths."""
    rangees = [
        {
            "structure": f"S{rang}", "effectif": n, "taux_rupture_nette": k / n,
            "fiabilite": "non_significatif" if n < 20 else "solide",
        }
        for rang, (k, n) in enumerate(lignes)
    ]  # fmt: skip
    compare = None if taux is None else charts.ReferenceRate(taux, 1000)
    image = charts.draw(ENTONNOIR, COLONNES, charts.ChartData(rangees, rangees, None, "Essai.", compare))
    racine = ET.fromstring(image.svg)
    textes = [plain(noeud.text or "") for noeud in racine.iter() if noeud.tag.endswith("}text")]
    tailles = [float(texte.replace(" ", "")) for texte in textes if re.fullmatch(r"[\d ]+", texte)]
    taux_dits = [float(t[:-2].replace(",", ".")) for t in textes if re.fullmatch(r"[\d,]+ %", t)]
    return racine, tailles, taux_dits


def test_a_scale_starts_at_zero_where_that_is_near_else_under_the_smallest_value() -> None:
    pres, loin = (on_range(*un, 0, 500, "entier", 6) for un in (([10, 400], 416), ([311, 438], 455.5)))
    assert (pres.low, pres.high) == (0, 416)
    assert (loin.low, loin.high) == (LOW * 311, 455.5)
    assert loin.px(311) > 0 and loin.px(438) < 500
    # Exactly as far as what is near: 0.15 of the top.
    assert on_range([20], 100, 0, 1, "entier", 6).low == 0
    assert on_range([20.1], 100, 0, 1, "entier", 6).low == pytest.approx(15.075)
    rien, negatif = on_range([], 1.0, 0, 1, "taux", 6), on_range([-2.0, 3.0], 3.0, 0, 1, "decimal", 6)
    assert (rien.low, rien.high, negatif.low, negatif.high) == (0, 1, -2, 3)


def test_sizes_that_are_all_large_leave_no_half_of_the_plot_empty() -> None:
    _, tailles, taux = drawn((48, 438), (71, 436), (56, 375), (32, 311), (46, 405), (31, 425), (34, 378))
    assert (min(tailles), max(tailles)) == (250, 450)
    assert min(taux) >= 5
    _, tailles, taux = drawn((48, 438), (3, 30), (0, 60))
    assert (min(tailles), min(taux)) == (0, 0)


def test_the_top_is_where_the_widest_limits_of_the_smallest_size_are_but_not_further_than_a_few_times_the_rate() -> (
    None
):
    grandes = top_limit(0.1, [300, 900])
    (_, (haut,)) = funnel_curves(0.1, [LOW * 300], 0.998)
    assert grandes == pytest.approx(1.03 * haut)
    assert top_limit(0.1, [10, 900]) == pytest.approx(CEILING * 0.1)
    assert top_limit(None, [10]) == top_limit(0.0, [10]) == top_limit(1.0, [10]) == 0


def test_limits_are_followed_as_long_as_they_are_in_the_plot_on_both_sides() -> None:
    lignes = trace(charts.ReferenceRate(0.1, 1000), (50, 500), (0.05, 0.15))
    assert len(lignes) == 5
    for ligne in lignes:
        assert ligne[0]["size"] == 500
        assert all(point["size"] >= 50 and 0.05 <= point["rate"] <= 0.15 for point in ligne)
    # A limit that leaves at the top or at the bottom stops before the smallest size, the rate does not.
    assert [round(ligne[-1]["size"]) > 55 for ligne in lignes] == [True] * 4 + [False]
    # A limit that is never in the plot is not drawn.
    assert len(trace(charts.ReferenceRate(0.1, 1000), (50, 500), (0.095, 0.105))) == 1


def test_a_rate_that_means_nothing_is_kept_at_the_edge_of_the_plot_and_said_to_be_beyond() -> None:
    racine, _, taux = drawn((60, 400), (62, 410), (0, 12), (12, 12))
    textes = {plain(noeud.text or "") for noeud in racine.iter() if noeud.tag.endswith("}text")}
    assert min(taux) > 0 and max(taux) < 100
    assert {"n.s., au-dessous de l'échelle", "n.s., au-dessus de l'échelle"} <= textes
    assert "non significatif (n.s.)" not in textes
    hauteurs = [
        float(re.split(r"[(,)]", noeud.get("transform", ""))[2])
        for noeud in racine.iter()
        if noeud.get("stroke-width") == "1.3" and noeud.get("transform")
    ]
    assert len(hauteurs) == 4
    assert (min(hauteurs), max(hauteurs)) == (0, HEIGHT)


def test_the_rate_of_all_is_in_the_plot_even_where_one_row_is_far_from_it() -> None:
    _, _, taux = drawn((120, 300), taux=0.1)
    assert min(taux) <= 10 and max(taux) >= 40


def test_a_funnel_of_nothing_is_drawn() -> None:
    racine, _, _ = drawn()
    assert racine.tag.endswith("svg")


@pytest.mark.parametrize("combien", [NAMED_MAX, 2_000])
def test_of_thousands_of_points_those_that_others_hide_are_not_drawn(combien: int) -> None:
    """A national network has three thousand centres, and a report for each: all would be drawn three thousand times."""
    hasard = np.random.RandomState(7)
    tailles = hasard.randint(20, 600, combien)
    places = [
        (float(x), float(y)) for x, y in zip(tailles, hasard.binomial(tailles, 0.12) / tailles * 900, strict=True)
    ]
    marques = [{"sign": f"s{rang % 3}", "area": AREAS[rang == 9], "rang": rang} for rang in range(combien)]
    gardees = seen(marques, places)
    assert (len(gardees) == combien) == (combien == NAMED_MAX)
    assert any(m["area"] == AREAS[True] for m in gardees)
    for marque, (x, y) in zip(marques, places, strict=True):
        assert any(
            (autre["sign"], autre["area"]) == (marque["sign"], marque["area"])
            and max(abs(x - places[autre["rang"]][0]), abs(y - places[autre["rang"]][1])) < CELL
            for autre in gardees
        )
