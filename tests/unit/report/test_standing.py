"""The reading of one CFA, whole, for constructed situations: never a rank, never a verdict on the CFA."""

from __future__ import annotations

import re

import polars as pl
import pytest

from pipeline.report.standing import Standing, cfa_sentences, hold, mix_sentences, place_sentences
from pipeline.statistics.intervals import Estimate
from tests.oracle.standardisation import standardise
from tests.support import measure, plain

# The published table.
SEPT = {
    "Brétigny": (48, 438), "Nangis": (56, 375), "Ermont": (71, 436), "Noisy": (32, 311), "Ocquerre": (46, 405),
    "Rueil": (31, 425), "Denis": (34, 378),
}  # fmt: skip
# Twenty CFA of one rate and one far from it.
UN_LOIN = {f"CFA {rang}": (40, 400) for rang in range(20)} | {"Lac": (200, 400)}
TAUX_D_ERMONT = (
    "Ermont : 71 ruptures nettes sur 436 apprentis suivis, soit un taux de 16,28 % "
    "(intervalle à 95 % de 13,12 à 20,04 %)."
)
ERMONT_A_EXAMINER = (
    "À examiner : ce taux est au-dessus de celui de l'ensemble des 7 CFA comparés (11,49 %). Les deux règles "
    "s'accordent : il est hors des limites à 95 % pour un tel effectif, et l'écart reste établi une fois compté le "
    "nombre de CFA comparés."
)
SEPT_DISPERSES = (
    "Mais les CFA diffèrent entre eux plus que le hasard ne l'explique (φ = 3,50 au lieu de 1) : avec des limites "
    "élargies d'autant, l'écart n'est plus établi, ce qu'il ne pourrait guère être avec 7 CFA."
)


def stand(cfa: dict[str, tuple[int, int]], **attendues: float) -> dict[str, Standing]:
    """Where each CFA stands, given as (ruptures nettes, effectif); as many ruptures are expected as it has, unless
    said."""
    mesures = [measure(*comptes) for comptes in cfa.values()]
    places = hold(list(cfa), mesures, [attendues.get(nom, float(nettes)) for nom, (nettes, _) in cfa.items()])
    return {place.nom: place for place in places}


def readings(cfa: dict[str, tuple[int, int]]) -> dict[str, list[str]]:
    """The sentences of each CFA, what its mix of apprentices makes of it apart."""
    return {nom: [plain(phrase) for phrase in place_sentences(place)] for nom, place in stand(cfa).items()}


def whole(cfa: dict[str, tuple[int, int]], nom: str, attendues: float, comparable: int | None = None) -> list[str]:
    """All the sentences of a CFA that was to have so many ruptures, among `comparable` apprentices that others have the
    like of; all of them unless said."""
    place = stand(cfa, **{nom: attendues})[nom]
    return [plain(phrase) for phrase in cfa_sentences(place, cfa[nom][1] if comparable is None else comparable)]


# Where a CFA stands


def test_a_rate_that_chance_explains() -> None:
    assert readings(SEPT)["Denis"] == [
        "Denis : 34 ruptures nettes sur 378 apprentis suivis, soit un taux de 8,99 % "
        "(intervalle à 95 % de 6,51 à 12,31 %).",
        "Pour un tel effectif, ce taux ne se distingue pas de celui de l'ensemble des 7 CFA comparés (11,49 %).",
    ]


def test_the_two_rules_agree_until_the_limits_are_widened() -> None:
    lues = readings(SEPT)
    assert lues["Ermont"] == [TAUX_D_ERMONT, ERMONT_A_EXAMINER, SEPT_DISPERSES]
    assert lues["Rueil"] == [
        "Rueil : 31 ruptures nettes sur 425 apprentis suivis, soit un taux de 7,29 % "
        "(intervalle à 95 % de 5,19 à 10,17 %).",
        ERMONT_A_EXAMINER.replace("au-dessus", "au-dessous"),
        SEPT_DISPERSES,
    ]


def test_the_two_rules_disagree() -> None:
    assert readings(SEPT)["Nangis"] == [
        "Nangis : 56 ruptures nettes sur 375 apprentis suivis, soit un taux de 14,93 % "
        "(intervalle à 95 % de 11,68 à 18,90 %).",
        "Ce taux est au-dessus de celui de l'ensemble des 7 CFA comparés (11,49 %), mais les deux règles ne "
        "s'accordent pas : il est hors des limites à 95 % pour un tel effectif, et l'écart n'est plus établi une fois "
        "compté le nombre de CFA comparés. Le hasard peut suffire à l'expliquer.",
    ]


def test_a_difference_that_outlasts_the_widened_limits() -> None:
    assert readings(UN_LOIN)["Lac"] == [
        "Lac : 200 ruptures nettes sur 400 apprentis suivis, soit un taux de 50,00 % "
        "(intervalle à 95 % de 45,12 à 54,88 %).",
        "À examiner : ce taux est au-dessus de celui de l'ensemble des 21 CFA comparés (11,90 %). Les deux règles "
        "s'accordent : il est hors des limites à 99,8 % pour un tel effectif, et l'écart reste établi une fois compté "
        "le nombre de CFA comparés.",
        "Les CFA diffèrent entre eux plus que le hasard ne l'explique (φ = 27,68 au lieu de 1) : même avec des limites "
        "élargies d'autant, l'écart reste établi.",
    ]


def test_enough_cfa_to_conclude_but_no_difference_that_outlasts_the_widened_limits() -> None:
    disperses = {f"CFA {rang}": (nettes, 400) for rang, nettes in enumerate((20, 25, 30, 40, 40, 50, 60, 70))}
    assert readings(disperses)["CFA 7"][2] == (
        "Mais les CFA diffèrent entre eux plus que le hasard ne l'explique (φ = 6,99 au lieu de 1) : avec des limites "
        "élargies d'autant, l'écart n'est plus établi."
    )


def test_a_difference_among_cfa_that_do_not_differ_as_a_whole_is_told_without_dispersion() -> None:
    lues = readings({f"CFA {rang}": (40, 400) for rang in range(12)} | {"Lac": (63, 400)})["Lac"]
    assert len(lues) == 2
    assert lues[1].startswith("À examiner : ce taux est au-dessus")


def test_a_tiny_cfa_is_not_compared_and_the_others_are_without_it() -> None:
    lues = readings({**SEPT, "Lac": (3, 12)})
    assert lues["Lac"] == [
        "Lac : 3 ruptures nettes sur 12 apprentis suivis (n.s.). L'effectif est trop faible pour en tirer un taux et "
        "le comparer à celui d'autres CFA."
    ]
    assert {nom: phrases for nom, phrases in lues.items() if nom != "Lac"} == readings(SEPT)


def test_nothing_to_compare_with() -> None:
    seuls = {"Mont": (0, 30), "Lac": (0, 1)}
    assert {nom: whole(seuls, nom, 1.0) for nom in seuls} == {
        "Mont": [
            "Mont : aucune rupture nette sur 30 apprentis suivis, soit un taux fragile de 0,00 % "
            "(intervalle à 95 % de 0,00 à 11,35 %).",
            "Aucun autre CFA n'a assez d'apprentis suivis pour lui être comparé.",
        ],
        "Lac": [
            "Lac : aucune rupture nette sur 1 apprenti suivi (n.s.). L'effectif est trop faible pour en tirer un taux "
            "et le comparer à celui d'autres CFA."
        ],
    }


# What its mix of apprentices makes of it


def test_a_difference_that_the_mix_makes_doubtful() -> None:
    assert whole(SEPT, "Ermont", 58.34) == [
        TAUX_D_ERMONT,
        ERMONT_A_EXAMINER,
        SEPT_DISPERSES,
        "Compte tenu de ses diplômes et années de cycle, 58,3 ruptures nettes étaient attendues et 71 ont été "
        "observées (rapport de 1,22, intervalle à 95 % de 0,95 à 1,54) : l'écart n'est plus établi.",
    ]


@pytest.mark.parametrize(
    ("nettes", "attendues", "phrase"),
    [
        (
            56, 40.2,
            "40,2 ruptures nettes étaient attendues et 56 ont été observées (rapport de 1,39, intervalle à 95 % de "
            "1,05 à 1,81) : c'est plus qu'attendu.",
        ),
        (
            56, 80.0,
            "80,0 ruptures nettes étaient attendues et 56 ont été observées (rapport de 0,70, intervalle à 95 % de "
            "0,53 à 0,91) : c'est moins qu'attendu.",
        ),
        (
            56, 50.0,
            "50,0 ruptures nettes étaient attendues et 56 ont été observées (rapport de 1,12, intervalle à 95 % de "
            "0,85 à 1,45) : l'écart n'est pas établi.",
        ),
        (
            1, 1.94,
            "1,9 rupture nette était attendue et 1 a été observée (rapport de 0,52, intervalle à 95 % de 0,01 à 2,87) "
            ": l'écart n'est pas établi.",
        ),
        (
            0, 1.96,
            "2,0 ruptures nettes étaient attendues et aucune n'a été observée (rapport de 0,00, intervalle à 95 % de "
            "0,00 à 1,88) : l'écart n'est pas établi.",
        ),
        (0, 0.0, "0,0 rupture nette était attendue et aucune n'a été observée."),
    ],
)  # fmt: skip
def test_what_was_expected_of_such_apprentices(nettes: int, attendues: float, phrase: str) -> None:
    nangis, position = stand({"Nangis": (nettes, 375)}, Nangis=attendues)["Nangis"], stand(SEPT)["Nangis"].position
    assert position is not None
    lues = [plain(lue) for lue in mix_sentences(nangis, position, 375)]
    assert lues == [f"Compte tenu de ses diplômes et années de cycle, {phrase}"]


def test_apprentices_that_no_other_cfa_has_the_like_of() -> None:
    assert whole(SEPT, "Nangis", 52.0, comparable=375 - 40)[3] == (
        "Pour 40 de ses 375 apprentis suivis, aucun autre CFA n'en a du même diplôme et de la même année de cycle : "
        "l'attendu y est l'observé."
    )
    assert whole(SEPT, "Nangis", 56.0, comparable=0)[2:] == [
        "Aucun autre CFA n'a d'apprentis des mêmes diplômes et années de cycle : rien ne permet de dire combien de "
        "ruptures étaient attendues."
    ]


def test_the_ratio_is_that_of_the_standardised_table() -> None:
    cellules = pl.DataFrame({"cfa": ["Lac", "Mont"], "strate": 1, "effectif": [60, 40], "ruptures_nettes": [9, 1]})
    [lac, mont] = standardise(cellules, ["cfa"], ["strate"]).rows(named=True)
    places = stand({"Lac": (9, 60), "Mont": (1, 40)}, Lac=lac["ruptures_attendues"], Mont=mont["ruptures_attendues"])
    assert (lac["ruptures_attendues"], lac["rapport"]) == pytest.approx((6, 1.5))
    for ligne, place in zip((lac, mont), places.values(), strict=True):
        assert place.rapport == Estimate(ligne["rapport"], ligne["rapport_bas"], ligne["rapport_haut"])


def test_no_cfa_is_ranked_or_judged() -> None:
    situations = (SEPT, UN_LOIN, {"Lac": (3, 12), "Mont": (0, 30)})
    texte = " ".join(phrase for cfa in situations for phrases in readings(cfa).values() for phrase in phrases)
    assert not re.search(
        r"pire|meilleur|mauvais|rang|class|premier|dernier|performan|anormal|alarm", texte, re.IGNORECASE
    )
