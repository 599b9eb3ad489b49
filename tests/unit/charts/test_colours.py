"""Two colours that tell two things apart are told apart: on paper, in grey, by readers who do not see all colours."""

from __future__ import annotations

import base64
import re
from itertools import combinations, pairwise
from math import dist

import pytest

from pipeline import charts
from pipeline.branding import channels, contrast
from pipeline.charts import ReferenceRate, funnel, stacked_bars, theme
from pipeline.charts.in_table import draw_in_table
from pipeline.models.chart_header import BarsSpec, ChartSpec, PointsSpec, StackedBarsSpec
from tests.unit.charts.test_charts import CHARTS, COLONNES, TAUX, data, row, rows, unique

# WCAG 2.1, success criterion 1.4.11: a graphical object that a reader needs, on what is around it.
ON_PAPER = 3.0
# Stone, Szafir and Setlur, « An Engineering Model for Color Difference as a Function of Size » (Color and Imaging
# Conference, 2014): half of 624 readers tell apart two squares of a third of a degree (3 mm at 50 cm) from a step of
# 5.079 + 0.751 / (1 / 3) = 7.3 in L*. Our smallest marks are of 2 mm: one of 10.
IN_GREY = 10.0
# CIE 1976, where lightness and what is left of hue both tell: twice that step.
WITHOUT_A_COLOUR = 20.0
# Machado, Oliveira and Fernandes, « A Physiologically-based Model for Simulation of Color Vision Deficiency » (IEEE
# Transactions on Visualization and Computer Graphics 15(6), 2009), severity 1, on linear RGB.
SEEN_BY = {
    "everyone": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopes": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopes": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopes": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
# sRGB, to XYZ of its white (D65).
XYZ = (
    (0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505), (0.2126, 0.7152, 0.0722),
    (0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089),
)  # fmt: skip
# The colours that tell things apart, together in one chart.
TOLD_APART: dict[str, tuple[str, ...]] = {
    "lines, and bars and lines of the workbook": theme.SERIES,
    "measures end to end": (*stacked_bars.GROUNDS, theme.ORANGE),
    "points of a funnel": tuple({fill for _, fill, _ in funnel.SIGNS.values()} - {theme.WHITE}),
    "rates and counts side by side": (theme.BLUE, theme.ORANGE),
    "months, and what has none": (theme.ORANGE, theme.GREY),
}
# What carries no figure: the paper, the grid.
GROUND = {theme.WHITE, theme.GRID, theme.PALE}


def product(matrix: tuple[tuple[float, ...], ...], values: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(line, values, strict=True)) for line in matrix]


def lab(couleur: str, qui: str = "everyone") -> tuple[float, float, float]:
    """L*, a* and b* of a colour as these readers see it."""
    parts = [octet / 255 for octet in channels(couleur)]
    lineaire = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    vu = [min(1.0, max(0.0, c)) for c in product(SEEN_BY[qui], lineaire)]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in product(XYZ, vu))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def lightness(couleur: str) -> float:
    return lab(couleur)[0]


def test_the_measures_are_those_that_are_published() -> None:
    assert lab("#ffffff") == pytest.approx((100, 0, 0), abs=0.05)
    assert lab("#ff0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.1)
    assert lab("#0000ff") == pytest.approx((32.30, 79.19, -107.86), abs=0.1)
    # A grey is a grey for all.
    for qui in SEEN_BY:
        assert lab("#777777", qui)[1:] == pytest.approx((0, 0), abs=0.05)


@pytest.mark.parametrize("quoi", TOLD_APART)
def test_colours_that_tell_things_apart_do_so_in_grey_and_for_every_reader(quoi: str) -> None:
    paires = [*combinations(TOLD_APART[quoi], 2)]
    assert paires
    assert [deux for deux in paires if abs(lightness(deux[0]) - lightness(deux[1])) < IN_GREY] == []
    for qui in SEEN_BY:
        assert [(d, qui) for d in paires if dist(lab(d[0], qui), lab(d[1], qui)) < WITHOUT_A_COLOUR] == []
    assert [couleur for couleur in TOLD_APART[quoi] if contrast(couleur, theme.WHITE) < ON_PAPER] == []


def test_the_steps_of_a_map_are_told_apart_and_go_one_way() -> None:
    pas = [lightness(avant) - lightness(apres) for avant, apres in pairwise(theme.RAMP)]
    assert min(pas) >= IN_GREY


def test_lines_that_are_told_by_their_dashes_and_names_stand_out_on_paper_too() -> None:
    assert min(contrast(couleur, theme.WHITE) for couleur in (theme.INK, theme.GREY)) >= ON_PAPER


@pytest.mark.parametrize("genre", [genre for genre in CHARTS if genre != "carte_chaleur"])
@pytest.mark.parametrize("largeur", [theme.WIDTH, theme.NARROW])
def test_a_chart_paints_with_no_other_colour(genre: str, largeur: float) -> None:
    """A new colour is measured here, or it is refused. (A map's go from one step of the ramp to the next.)"""
    lignes = [*unique(genre, rows(14)), row("Sans mois", 90, 9, mois="Non renseigné")]
    svg = charts.draw(CHARTS[genre], COLONNES, data(lignes)).draw_again(largeur)
    mesurees = {couleur for couleurs in TOLD_APART.values() for couleur in couleurs} | {theme.INK, theme.GREY}
    peintes = {peinte.lower() for peinte in re.findall(r'(?:fill|stroke)="([^"]+)"', svg)} - {"none", "transparent"}
    assert peintes & mesurees
    assert peintes <= mesurees | GROUND | {"white"}


@pytest.mark.parametrize(
    ("graphique", "attendues"),
    [
        (PointsSpec(type="points", titre="T", x=TAUX, y="structure", reference="reseau"), {theme.BLUE, theme.GREY}),
        (BarsSpec(type="barres", titre="T", x=("ruptures_nettes",), y="structure"), {theme.ORANGE}),
        (
            StackedBarsSpec(type="barres_empilees", titre="T", x=("inscrits_actifs", "ruptures_nettes"), y="structure"),
            {theme.BLUE, theme.ORANGE, theme.WHITE},
        ),
    ],
)
def test_the_marks_of_a_table_are_of_the_same_colours(graphique: ChartSpec, attendues: set[str]) -> None:
    colonne = draw_in_table(graphique, COLONNES, [row("A", 100, 10), row("B", 300, 20)], ReferenceRate(0.1, 900))
    assert colonne is not None
    dessins = [base64.b64decode(image.rpartition(",")[2]).decode() for image in colonne.images]
    assert {peinte for dessin in dessins for peinte in re.findall(r'(?:fill|stroke)="([^"]+)"', dessin)} == attendues
