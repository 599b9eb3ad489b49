"""Marks in the rows of a table: which charts have some, what scale they are on, which rows have none."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from pipeline.charts import ReferenceRate
from pipeline.charts.in_table import HEIGHT, WIDTH, DrawnColumn, bounds, draw_in_table
from pipeline.charts.theme import BLUE, GREY, ORANGE, WHITE
from pipeline.models.chart_header import BarsSpec, ChartSpec, FunnelSpec, PointsSpec, StackedBarsSpec
from pipeline.models.header import PrintedColumn
from tests.support import plain

TAUX = "taux_rupture_nette"
COLONNES = {
    nom: PrintedColumn(libelle=libelle, format=genre)  # type: ignore[arg-type]
    for nom, libelle, genre in (
        ("structure", "CFA", "texte"),
        ("effectif", "Apprentis suivis", "entier"),
        ("inscrits_actifs", "Inscrits", "entier"),
        ("ruptures_nettes", "Ruptures nettes", "entier"),
        (TAUX, "Taux de rupture nette", "taux"),
    )
}
POINTS = PointsSpec(type="points", titre="Essai", x=TAUX, y="structure", reference="reseau")
BARRES = BarsSpec(type="barres", titre="Essai", x=("ruptures_nettes",), y="structure")
EMPILEES = StackedBarsSpec(
    type="barres_empilees", titre="Essai", x=("inscrits_actifs", "ruptures_nettes"), y="structure"
)


def row(nom: str, effectif: int, ruptures: int, bas: float, haut: float, **autres: Any) -> dict[str, Any]:
    """A row of a rate breakdown, its limits as given."""
    return {
        "structure": nom, "effectif": effectif, "ruptures_nettes": ruptures, "inscrits_actifs": effectif - ruptures,
        TAUX: ruptures / effectif, "taux_bas": bas, "taux_haut": haut,
        "fiabilite": "non_significatif" if effectif < 20 else "solide", **autres,
    }  # fmt: skip


NORD, SUD, EST = row("Nord", 500, 60, 0.09, 0.15), row("Sud", 400, 40, 0.08, 0.13), row("Est", 9, 4, 0.19, 0.73)
RESEAU = ReferenceRate(0.1, 900)


def drawn(chart: ChartSpec, lignes: list[dict[str, Any]], reseau: float | None = None) -> DrawnColumn:
    colonne = draw_in_table(chart, COLONNES, lignes, None if reseau is None else ReferenceRate(reseau, 900))
    assert colonne is not None
    return colonne


def marks(image: str) -> list[tuple[str, dict[str, str]]]:
    """The marks of a row, (kind, attributes)."""
    debut = "data:image/svg+xml;base64,"
    assert image.startswith(debut)
    svg = ET.fromstring(base64.b64decode(image.removeprefix(debut)))
    assert svg.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    return [(noeud.tag.rpartition("}")[2], dict(noeud.attrib)) for noeud in svg]


def places(image: str) -> tuple[float, float, float]:
    """Where the dot of a row and the ends of its interval are, from left to right."""
    ((_, trait), (_, point)) = [mark for mark in marks(image) if mark[1].get("stroke") != GREY]
    return float(trait["x1"]), float(point["cx"]), float(trait["x2"])


def test_a_rate_is_a_dot_on_its_interval_on_a_scale_of_the_data() -> None:
    """From 8 to 15 %, over 94 % of the width: no zero."""
    colonne = drawn(POINTS, [NORD, SUD])
    assert (colonne.mesure, plain(colonne.libelle)) == (TAUX, "De 8 à 15 %")
    attendues = [
        [WIDTH * (0.03 + 0.94 * (v - 0.08) / 0.07) for v in rate] for rate in ((0.09, 0.12, 0.15), (0.08, 0.1, 0.13))
    ]
    assert [places(image) for image in colonne.images] == [pytest.approx(x, abs=0.06) for x in attendues]
    assert {mark[1].get("stroke", mark[1].get("fill")) for image in colonne.images for mark in marks(image)} == {BLUE}


def test_the_network_is_a_line_at_one_place_in_every_row_and_the_scale_has_it() -> None:
    colonne = drawn(POINTS, [NORD, SUD], 0.05)
    assert plain(colonne.libelle) == "De 4 à 16 %, trait : réseau"
    traits = [mark[1] for image in colonne.images for mark in marks(image) if mark[1].get("stroke") == GREY]
    assert [(t["x1"], t["x2"], t["y1"], t["y2"]) for t in traits] == [("26.0", "26.0", "0", str(HEIGHT))] * 2


def test_bars_of_a_rate_are_dots_too_and_have_no_line_unless_asked_for() -> None:
    barres = BarsSpec(type="barres", titre="Essai", x=(TAUX,), y="structure")
    assert drawn(barres, [NORD, SUD], 0.05) == drawn(POINTS, [NORD, SUD])


def test_a_rate_that_means_nothing_has_no_mark_and_stretches_no_scale() -> None:
    colonne = drawn(POINTS, [NORD, EST, SUD])
    assert [bool(image) for image in colonne.images] == [True, False, True]
    assert [colonne.images[0], colonne.images[2]] == drawn(POINTS, [NORD, SUD]).images


def test_counts_are_bars_from_zero_the_largest_as_wide_as_the_column() -> None:
    colonne = drawn(BARRES, [NORD, EST, SUD])
    assert (colonne.mesure, colonne.libelle) == ("ruptures_nettes", "Ruptures nettes, en barre")
    barres = [marks(image) for image in colonne.images]
    assert [[(m["x"], m["width"], m["fill"]) for _, m in barre] for barre in barres] == [
        [("0.0", f"{WIDTH * part:.1f}", ORANGE)] for part in (1, 4 / 60, 40 / 60)
    ]


def test_bars_of_nothing_have_no_width() -> None:
    images = drawn(BARRES, [NORD | {"ruptures_nettes": 0}, SUD | {"ruptures_nettes": 0}]).images
    assert [float(marks(image)[0][1]["width"]) for image in images] == [0, 0]


def test_stacked_counts_are_end_to_end_the_last_in_colour() -> None:
    vide = row("Vide", 1, 0, 0, 1) | {"effectif": 0, "inscrits_actifs": 0}
    colonne = drawn(EMPILEES, [NORD, SUD, vide])
    assert (colonne.mesure, colonne.libelle) == ("ruptures_nettes", "En barre : inscrits, puis ruptures nettes")
    barres = [[m for genre, m in marks(image) if genre == "rect"] for image in colonne.images[:2]]
    assert [[(m["x"], m["width"], m["fill"]) for m in barre] for barre in barres] == [
        [("0.0", f"{WIDTH * 440 / 500:.1f}", BLUE), (f"{WIDTH * 440 / 500:.1f}", f"{WIDTH * 60 / 500:.1f}", ORANGE)],
        [("0.0", f"{WIDTH * 360 / 500:.1f}", BLUE), (f"{WIDTH * 360 / 500:.1f}", f"{WIDTH * 40 / 500:.1f}", ORANGE)],
    ]
    assert [m["stroke"] for genre, m in marks(colonne.images[0]) if genre == "line"] == [WHITE]
    assert colonne.images[2:] == [""]


@pytest.mark.parametrize("chart", [POINTS, BARRES, EMPILEES])
def test_fewer_than_two_marks_are_no_column(chart: ChartSpec) -> None:
    assert draw_in_table(chart, COLONNES, [NORD], RESEAU) is None
    assert draw_in_table(chart, COLONNES, [], RESEAU) is None


def test_a_rate_alone_among_those_that_mean_nothing_is_no_column() -> None:
    assert draw_in_table(POINTS, COLONNES, [NORD, EST], RESEAU) is None


def test_other_charts_and_measures_that_the_table_does_not_print_have_no_marks() -> None:
    entonnoir = FunnelSpec(type="entonnoir", titre="Essai", x="effectif", y=TAUX, etiquette="structure")
    assert draw_in_table(entonnoir, COLONNES, [NORD, SUD], RESEAU) is None
    assert draw_in_table(None, COLONNES, [NORD, SUD], RESEAU) is None
    sans = {nom: colonne for nom, colonne in COLONNES.items() if nom != TAUX}
    assert draw_in_table(POINTS, sans, [NORD, SUD], RESEAU) is None


@pytest.mark.parametrize(
    ("valeurs", "bornes"),
    [
        ([0.083, 0.147], (0.08, 0.15)), ([0.031, 0.151], (0.02, 0.16)), ([0.02, 0.31], (0.0, 0.35)),
        ([0.12, 0.12], (0.12, 0.13)), ([0.0, 1.0], (0.0, 1.0)), ([0.0, 0.0], (0.0, 0.01)),
    ],
)  # fmt: skip
def test_the_ends_of_a_scale_are_round_and_have_all_values_between_them(
    valeurs: list[float], bornes: tuple[float, float]
) -> None:
    assert bounds(valeurs) == pytest.approx(bornes)
