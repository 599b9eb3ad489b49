"""The sentences on the network and its parts, whole, for constructed situations."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date
from decimal import Decimal

import pytest

from pipeline.formats import entier
from pipeline.report.headline import (
    SUITES_DITES,
    Revision,
    headline,
    loss_sentence,
    revision_sentence,
    since_sentence,
    validated_sentence,
)
from pipeline.report.rates import Rate, YearTotals, examine_changes
from pipeline.schemas import SUITES
from tests.support import measure, plain

ARRETE = date(2022, 8, 15)


def totals(annee: str, nettes: int, effectif: int, brutes: int | None = None) -> YearTotals:
    """A year with its rate as the SQL computes it."""
    brutes = nettes if brutes is None else brutes
    return YearTotals(*astuple(measure(nettes, effectif, annee)), ruptures_brutes=brutes, resignees=brutes - nettes)


def sentences(courant: YearTotals, avant: YearTotals | None = None) -> list[str]:
    """The three sentences, narrow no-break spaces written as plain ones."""
    [evolution] = examine_changes([(courant, avant)])
    return [plain(phrase) for phrase in headline(courant, avant, evolution, ARRETE)]


def test_no_rupture_and_no_earlier_year() -> None:
    assert sentences(totals("2021-2022", 0, 120)) == [
        "En 2021-2022, sur 120 apprentis suivis, aucun n'a rompu son contrat sans avoir d'autre contrat au "
        "15 août 2022.",
        "Aucune année antérieure complète ne permet de comparaison.",
        "Aucun contrat n'a été rompu dans l'année.",
    ]


def test_one_rupture() -> None:
    assert sentences(totals("2021-2022", 1, 120)) == [
        "En 2021-2022, un apprenti suivi sur 120 (0,8 %, entre 0,1 et 4,6 ; taux fragile) a rompu son contrat sans "
        "avoir d'autre contrat au 15 août 2022 : 1 sur 120.",
        "Aucune année antérieure complète ne permet de comparaison.",
        "1 contrat a été rompu dans l'année, et il n'a pas été suivi d'un autre contrat dans le réseau.",
    ]


def test_two_ruptures_one_more_followed_by_a_contract() -> None:
    assert sentences(totals("2021-2022", 2, 1200, brutes=3)) == [
        "En 2021-2022, un apprenti suivi sur 600 (0,2 %, entre 0,0 et 0,6 ; taux fragile) a rompu son contrat sans "
        "avoir d'autre contrat au 15 août 2022 : 2 sur 1 200.",
        "Aucune année antérieure complète ne permet de comparaison.",
        "3 contrats ont été rompus dans l'année, et 1 a été suivi d'un autre contrat dans le réseau.",
    ]


def test_ruptures_of_which_none_is_net() -> None:
    assert sentences(totals("2021-2022", 0, 50, brutes=1))[2] == (
        "1 contrat a été rompu dans l'année, et il a été suivi d'un autre contrat dans le réseau."
    )


@pytest.mark.parametrize(
    ("provisoire", "revisee", "effectif", "phrase"),
    [
        (326, 301, 2984, "Au 15 août 2022, 326 ruptures nettes (10,9 %) ; revu au 31 octobre 2022 : 301 (10,1 %)."),
        (
            326,
            326,
            2984,
            "Au 15 août 2022, 326 ruptures nettes (10,9 %) ; revu au 31 octobre 2022 : aucun changement.",
        ),
        (1, 0, 30, "Au 15 août 2022, 1 rupture nette (3 %*) ; revu au 31 octobre 2022 : aucune (0 %*)."),
        (2, 1, 19, "Au 15 août 2022, 2 ruptures nettes (n.s.) ; revu au 31 octobre 2022 : 1 (n.s.)."),
        (0, 0, 30, "Au 15 août 2022, aucune rupture nette ; revu au 31 octobre 2022 : aucun changement."),
    ],
)
def test_the_provisional_figure_and_the_revised_one(provisoire: int, revisee: int, effectif: int, phrase: str) -> None:
    revision = Revision(ARRETE, date(2022, 10, 31), measure(provisoire, effectif), measure(revisee, effectif))
    assert plain(revision_sentence(revision)) == phrase


def test_the_revision_comes_after_the_rate_and_only_with_a_later_cut_off() -> None:
    totaux, arrete = totals("2021-2022", 301, 2984), date(2022, 10, 31)
    revision = Revision(ARRETE, arrete, measure(326, 2984), totaux)
    phrases = headline(totaux, None, None, arrete, revision)
    assert phrases[1] == revision_sentence(revision)
    assert headline(totaux, None, None, arrete) == [phrases[0], *phrases[2:]]


def test_a_fragile_rate_is_marked_in_a_sentence_as_in_a_table() -> None:
    phrases = sentences(totals("2021-2022", 5, 30), totals("2020-2021", 5, 49))
    assert "(17 %, entre 7 et 34 ; taux fragile)" in phrases[0]
    assert phrases[1].startswith("Le taux était de 10 %* en 2020-2021")


@pytest.mark.parametrize(
    ("nettes", "effectif", "debut"),
    [
        (326, 2984, "En 2021-2022, un apprenti suivi sur neuf (10,9 %, entre 9,9 et 12,1) a rompu son contrat"),
        (30, 300, "En 2021-2022, un apprenti suivi sur 10 (10,0 %, entre 7,1 et 13,9) a rompu son contrat"),
        (120, 300, "En 2021-2022, un apprenti suivi sur trois (40,0 %,"),
        (121, 300, "En 2021-2022, un apprenti suivi sur deux (40,3 %,"),
        (180, 300, "En 2021-2022, un apprenti suivi sur deux (60,0 %,"),
        (210, 300, "En 2021-2022, sur 300 apprentis suivis, 210 ont rompu leur contrat"),
    ],
)
def test_one_apprentice_in_how_many_never_one_in_one(nettes: int, effectif: int, debut: str) -> None:
    phrase = sentences(totals("2021-2022", nettes, effectif))[0]
    assert phrase.startswith(debut)
    if nettes == 210:
        assert phrase.endswith("sans avoir d'autre contrat au 15 août 2022 (70,0 %, entre 64,6 et 74,9).")
    else:
        assert phrase.endswith(f"sans avoir d'autre contrat au 15 août 2022 : {nettes} sur {plain(entier(effectif))}.")


# What the exports show since the end of the year


def since(effacees: tuple[int, int], effectif: int, avant: tuple[int, int] | None) -> str:
    """What is said of (net ruptures at the end of the year, those left since), beside the year before since then."""
    revision = Revision(ARRETE, date(2022, 11, 5), *(measure(nettes, effectif) for nettes in effacees))
    return plain(since_sentence(revision, avant and measure(*avant, annee="2020-2021")))


AVEC = "Avec les contrats signés jusqu'au 5 novembre 2022, "


@pytest.mark.parametrize(
    ("effacees", "effectif", "avant", "phrase"),
    [
        (
            (326, 301), 2984, (291, 2877),
            f"{AVEC}25 ruptures ne sont plus nettes : il en reste 301, soit 10,1 %, comme un an plus tôt au même délai "
            "(10,1 %).",
        ),
        (
            (326, 301), 2984, (200, 2877),
            f"{AVEC}25 ruptures ne sont plus nettes : il en reste 301, soit 10,1 %, en hausse sur un an plus tôt au "
            "même délai (7,0 %).",
        ),
        (
            (326, 301), 2984, (320, 2877),
            f"{AVEC}25 ruptures ne sont plus nettes : il en reste 301, soit 10,1 %, sans évolution établie sur un an "
            "plus tôt au même délai (11,1 %).",
        ),
        (
            (10200, 10100), 100_000, (10000, 100_000),
            f"{AVEC}100 ruptures ne sont plus nettes : il en reste 10 100, soit 10,1 %, comme un an plus tôt au même "
            "délai à un point près (10,0 %).",
        ),
        (
            (326, 301), 2984, None,
            f"{AVEC}25 ruptures ne sont plus nettes : il en reste 301, soit 10,1 %.",
        ),
        ((326, 301), 2984, (1, 10), f"{AVEC}25 ruptures ne sont plus nettes : il en reste 301, soit 10,1 %."),
        ((3, 2), 19, (4, 100), f"{AVEC}1 rupture n'est plus nette : il en reste 2."),
        ((3, 0), 100, (4, 100), f"{AVEC}3 ruptures ne sont plus nettes : il n'en reste aucune."),
        (
            (3, 3), 100, (4, 100),
            "Les contrats signés jusqu'au 5 novembre 2022 n'effacent aucune de ces ruptures.",
        ),
    ],
)  # fmt: skip
def test_what_became_of_the_ruptures_since(
    effacees: tuple[int, int], effectif: int, avant: tuple[int, int] | None, phrase: str
) -> None:
    assert since(effacees, effectif, avant) == phrase


@pytest.mark.parametrize(
    ("chiffrees", "non_chiffrees", "phrase"),
    [
        (
            298,
            28,
            "Ces ruptures font perdre aux CFA au moins 1 153 000 € dans l'année, 28 ruptures n'étant pas chiffrées.",
        ),
        (298, 1, "Ces ruptures font perdre aux CFA au moins 1 153 000 € dans l'année, 1 rupture n'étant pas chiffrée."),
        (298, 0, "Ces ruptures font perdre aux CFA 1 153 000 € dans l'année."),
        (2, 28, ""),
        (0, 28, ""),
    ],
)
def test_what_is_lost_is_at_least_that_where_one_is_not_costed(chiffrees: int, non_chiffrees: int, phrase: str) -> None:
    assert plain(loss_sentence(Decimal(1_153_000), chiffrees, non_chiffrees)) == phrase


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


def test_a_change_that_is_not_established_is_not_said_to_be_stable() -> None:
    assert sentences(totals("2021-2022", 326, 2984, brutes=409), totals("2020-2021", 316, 2877))[1] == (
        "Le taux était de 11,0 % en 2020-2021 : aucune évolution n'est établie (−0,1 point, intervalle à 95 % de "
        "−1,7 à +1,5) ; sur de tels effectifs, une baisse de moins de 2,0 points passerait plus d'une fois sur cinq "
        "inaperçue."
    )


def test_where_no_fall_could_be_seen_it_is_said() -> None:
    phrase = sentences(totals("2021-2022", 1, 60), totals("2020-2021", 1, 60))[1]
    assert phrase.endswith(" ; sur de tels effectifs, aucune baisse ne le serait.")


def test_two_rates_that_are_the_same_but_for_a_point() -> None:
    assert sentences(totals("2021-2022", 10010, 100000), totals("2020-2021", 10000, 100000))[1] == (
        "Le taux était de 10,0 % en 2020-2021 : les deux sont équivalents à un point près (0,0 point, intervalle à "
        "95 % de −0,3 à +0,3)."
    )


def test_a_rise() -> None:
    assert sentences(totals("2021-2022", 180, 1000), totals("2020-2021", 100, 1000))[1] == (
        "Le taux était de 10,0 % en 2020-2021 : il est en hausse (+8,0 points, intervalle à 95 % de +5,0 à +11,0)."
    )


def test_a_fall() -> None:
    assert sentences(totals("2021-2022", 100, 1000), totals("2020-2021", 180, 1000))[1] == (
        "Le taux était de 18,0 % en 2020-2021 : il est en baisse (−8,0 points, intervalle à 95 % de −11,0 à −5,0)."
    )


# Parts of the network, whose changes are tested together


def verdicts(**groupes: tuple[tuple[int, int], tuple[int, int] | None]) -> list[str | None]:
    """What is said of each group, given as (ruptures nettes, effectif) of the year and of the year before; None where
    nothing is tested."""
    paires: list[tuple[Rate, Rate | None]] = [
        (measure(*courant), measure(*avant, annee="2020-2021") if avant else None)
        for courant, avant in groupes.values()
    ]
    return [evolution and evolution.sens for evolution in examine_changes(paires)]


def test_a_rise_a_fall_and_noise_among_groups() -> None:
    assert verdicts(CAP=((180, 1000), (100, 1000)), BP=((40, 500), (75, 500)), BTS=((12, 150), (10, 148))) == [
        "hausse", "baisse", "non établie",
    ]  # fmt: skip


def test_a_change_that_stands_alone_may_not_stand_among_many() -> None:
    """The interval of the fluids excludes zero; among five changes where four are noise, such a one is expected."""
    fluides = ((75, 500), (52, 500))
    assert verdicts(Fluides=fluides) == ["hausse"]
    bruit = {nom: ((50, 500), (50, 500)) for nom in ("Bois", "Métaux", "Finitions", "Électricité")}
    assert verdicts(Fluides=fluides, **bruit)[:2] == ["non établie", "non établie"]


def test_groups_with_nobody_before_or_too_few_are_not_tested() -> None:
    groupes = {"Titre pro": ((3, 19), (9, 60)), "MC": ((4, 40), (1, 12)), "BUT": ((4, 40), None)}
    assert verdicts(**groupes, Fluides=((75, 500), (52, 500))) == [None, None, None, "hausse"]
    assert examine_changes([]) == []


def test_what_the_cfa_validated_is_said_with_what_followed_and_not_where_they_say_nothing() -> None:
    def said(**suites: int) -> str:
        lignes = [{"suite_rupture": nom.replace("_", " "), "ruptures_nettes": nombre} for nom, nombre in suites.items()]
        return validated_sentence(lignes)

    assert said(Non_renseigné=326) == said() == ""
    assert said(Abandon=1) == "Les CFA ont validé la seule rupture nette de l'année et dit ce qui a suivi : 1 abandon."
    assert said(Hors_réseau=20, Scolaire=1, Inconnu=3, Non_renseigné=302) == (
        "Les CFA ont validé 24 des 326 ruptures nettes de l'année et dit ce qui a suivi : 20 contrats hors du réseau, "
        "1 retour scolaire, 3 suites inconnues."
    )
    assert set(SUITES_DITES) == set(SUITES)
