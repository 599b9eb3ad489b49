"""The sentences of page 2, whole, for constructed situations."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from pipeline.findings import Totaux, headline
from pipeline.inference import newcombe
from pipeline.settings import RACINE

ARRETE = date(2022, 8, 15)


def totals(annee: str, nettes: int, effectif: int, brutes: int | None = None) -> Totaux:
    """A year with its rate as the SQL computes it."""
    con = duckdb.connect()
    con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
    taux = con.execute(
        "select part(k, n), wilson_bas(k, n), wilson_haut(k, n), fiabilite(n) from (select ? as k, ? as n)",
        [nettes, effectif],
    ).fetchall()[0]
    brutes = nettes if brutes is None else brutes
    return Totaux(annee, nettes, effectif, *taux, ruptures_brutes=brutes, resignees=brutes - nettes)


def sentences(courant: Totaux, avant: Totaux | None = None) -> list[str]:
    """The three sentences, narrow no-break spaces written as plain ones."""
    return [phrase.replace("\u202f", " ") for phrase in headline(courant, avant, ARRETE)]


def test_no_rupture_and_no_earlier_year() -> None:
    assert sentences(totals("2021-2022", 0, 120)) == [
        "En 2021-2022, sur 120 apprentis suivis, aucun n'a rompu son contrat sans avoir d'autre contrat au "
        "15 août 2022.",
        "Aucune année antérieure complète ne permet de comparaison.",
        "Aucun contrat n'a été rompu dans l'année.",
    ]


def test_one_rupture() -> None:
    assert sentences(totals("2021-2022", 1, 120)) == [
        "En 2021-2022, sur 120 apprentis suivis, 1 a rompu son contrat sans avoir d'autre contrat au 15 août 2022 : "
        "le taux de rupture nette est de 0,83 %.",
        "Aucune année antérieure complète ne permet de comparaison.",
        "1 contrat a été rompu dans l'année, et il n'a pas été suivi d'un autre contrat dans le réseau.",
    ]


def test_two_ruptures_one_more_followed_by_a_contract() -> None:
    assert sentences(totals("2021-2022", 2, 1200, brutes=3)) == [
        "En 2021-2022, sur 1 200 apprentis suivis, 2 ont rompu leur contrat sans avoir d'autre contrat au "
        "15 août 2022 : le taux de rupture nette est de 0,17 %.",
        "Aucune année antérieure complète ne permet de comparaison.",
        "3 contrats ont été rompus dans l'année, et 1 a été suivi d'un autre contrat dans le réseau.",
    ]


def test_ruptures_of_which_none_is_net() -> None:
    assert sentences(totals("2021-2022", 0, 50, brutes=1))[2] == (
        "1 contrat a été rompu dans l'année, et il a été suivi d'un autre contrat dans le réseau."
    )


def test_several_ruptures_none_followed() -> None:
    assert sentences(totals("2021-2022", 2, 50))[2] == (
        "2 contrats ont été rompus dans l'année, et aucun n'a été suivi d'un autre contrat dans le réseau."
    )


def test_too_few_apprentices_for_a_rate() -> None:
    assert sentences(totals("2021-2022", 3, 19), totals("2020-2021", 10, 100))[:2] == [
        "En 2021-2022, sur 19 apprentis suivis, 3 ont rompu leur contrat sans avoir d'autre contrat au "
        "15 août 2022 : l'effectif est trop faible pour en tirer un taux.",
        "Les effectifs sont trop faibles pour comparer 2021-2022 à 2020-2021.",
    ]


def test_one_apprentice_followed() -> None:
    assert sentences(totals("2021-2022", 1, 1))[0] == (
        "En 2021-2022, sur 1 apprenti suivi, 1 a rompu son contrat sans avoir d'autre contrat au 15 août 2022 : "
        "l'effectif est trop faible pour en tirer un taux."
    )


def test_a_change_that_noise_explains_is_stable() -> None:
    assert sentences(totals("2021-2022", 326, 2984, brutes=409), totals("2020-2021", 316, 2877)) == [
        "En 2021-2022, sur 2 984 apprentis suivis, 326 ont rompu leur contrat sans avoir d'autre contrat au "
        "15 août 2022 : le taux de rupture nette est de 10,92 %.",
        "Le taux était de 10,98 % en 2020-2021 : il est stable au regard des effectifs "
        "(−0,06 point, intervalle à 95 % de −1,66 à +1,54).",
        "409 contrats ont été rompus dans l'année, et 83 ont été suivis d'un autre contrat dans le réseau.",
    ]


def test_a_rise() -> None:
    assert sentences(totals("2021-2022", 180, 1000), totals("2020-2021", 100, 1000))[1] == (
        "Le taux était de 10,00 % en 2020-2021 : il est en hausse (+8,00 points, intervalle à 95 % de +4,97 à +11,03)."
    )


def test_a_fall() -> None:
    assert sentences(totals("2021-2022", 100, 1000), totals("2020-2021", 180, 1000))[1] == (
        "Le taux était de 18,00 % en 2020-2021 : il est en baisse (−8,00 points, intervalle à 95 % de −11,03 à −4,97)."
    )


@pytest.mark.parametrize(
    ("k", "n", "bas", "haut"),
    [(71, 436, 13.12, 20.04), (31, 425, 5.19, 10.17), (56, 375, 11.68, 18.90)],
)
def test_wilson_golden_values_of_the_definitions(k: int, n: int, bas: float, haut: float) -> None:
    t = totals("2021-2022", k, n)
    assert t.taux is not None
    assert (round(100 * t.taux.bas, 2), round(100 * t.taux.haut, 2)) == (bas, haut)


def test_wilson_limits_at_the_ends_and_without_anybody() -> None:
    assert totals("a", 0, 30).taux_bas == 0
    assert totals("a", 30, 30).taux_haut == 1
    con = duckdb.connect()
    con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
    assert con.execute("select part(0, 0), wilson_bas(0, 0), wilson_haut(0, 0)").fetchall() == [(None, None, None)]


def test_newcombe_golden_value_of_the_definitions() -> None:
    ermont, rueil = totals("a", 71, 436).taux, totals("a", 31, 425).taux
    assert ermont is not None and rueil is not None
    ecart = newcombe(ermont, rueil)
    assert [round(100 * v, 2) for v in (ecart.valeur, ecart.bas, ecart.haut)] == [8.99, 4.71, 13.30]
