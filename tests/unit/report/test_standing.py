"""The reading of one CFA, whole, for constructed situations: one decision, never a rank, never a judgement."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.models.header import ComparisonSpec
from pipeline.report.standing import Standing, cfa_sentences, excess_sentence, hold, listed
from tests.support import measure, plain

# Net ruptures and apprentices of the seven CFA of the demonstration, 2019-2020 to 2021-2022 (its par_cfa).
SEPT = {
    "Brétigny": [(49, 400), (56, 421), (48, 438)], "Ermont": [(60, 398), (67, 419), (71, 436)],
    "Nangis": [(55, 344), (51, 361), (56, 375)], "Noisy": [(22, 286), (34, 300), (32, 311)],
    "Ocquerre": [(38, 373), (35, 392), (46, 405)], "Rueil": [(35, 392), (30, 410), (31, 425)],
    "Denis": [(36, 347), (36, 363), (34, 378)],
}  # fmt: skip
ANNEES = ("2019-2020", "2020-2021", "2021-2022")
DEMANDE = ComparisonSpec(
    observees="ruptures_nettes", attendues="attendues", unites="CFA", compte_tenu="des types de diplôme"
)


def row(nom: str, annee: str, nettes: int, effectif: int, **autres: Any) -> dict[str, Any]:
    """A row of a breakdown that is compared; as many ruptures are expected as it has, unless said."""
    mesure = measure(nettes, effectif, annee) if effectif else None
    taux = {} if mesure is None else vars(mesure)
    return {"effectif": 0, **taux, "structure": nom, "annee": annee, "attendues": float(nettes), **autres}


def stand(cfa: dict[str, list[tuple[int, int]]], **autres: dict[str, Any]) -> dict[str, Standing]:
    """Where each CFA stands in the last year, given as (ruptures nettes, effectif) of each year."""
    lignes = [
        row(nom, annee, *comptes, **autres.get(nom, {}))
        for nom, suite in cfa.items()
        for annee, comptes in zip(ANNEES[-len(suite) :], suite, strict=True)
    ]
    return {place.nom: place for place in hold(lignes, DEMANDE, ("structure",), "structure", ANNEES[-1])}


def reading(place: Standing, comparable: int | None = None) -> list[str]:
    """The sentences of a CFA; all its apprentices are comparable unless said."""
    compte = place.mesure.effectif if comparable is None else comparable
    return [plain(phrase) for phrase in cfa_sentences(place, compte, "des types de diplôme")]


def test_the_decision_pools_the_years_that_are_published() -> None:
    assert {nom: place.verdict for nom, place in stand(SEPT).items()} == {
        "Brétigny": "ne se distingue pas", "Ermont": "à examiner", "Nangis": "à examiner",
        "Noisy": "ne se distingue pas", "Ocquerre": "ne se distingue pas",
        "Rueil": "plus bas que les autres, à comprendre", "Denis": "ne se distingue pas",
    }  # fmt: skip
    seule = {nom: suite[-1:] for nom, suite in SEPT.items()}
    retenus = [nom for nom, place in stand(seule).items() if place.decision.sens]
    assert retenus == ["Ermont", "Rueil"]


def test_a_cfa_that_is_higher_and_what_was_expected_of_it() -> None:
    place = stand(SEPT, Nangis={"attendues": 43.4, "rapport_public_egal": 1.42, "rapport_bas": 1.04, "rapport_haut": 2})
    assert reading(place["Nangis"]) == [
        "Nangis : 56 ruptures nettes sur 375 apprentis suivis, soit un taux de 14,9 % "
        "(intervalle à 95 % de 11,7 à 18,9).",
        "Sur trois ans, son taux est de 15,0 %, et celui des autres CFA ensemble de 11,0 % : au-dessus des autres, "
        "à examiner. C'est une question ouverte, ni un jugement, ni un rang.",
        "En 2021-2022, compte tenu des types de diplôme, 43,4 ruptures nettes étaient attendues et 56 ont été "
        "observées, soit 12,6 de plus (rapport de 1,29, intervalle à 95 % de 0,97 à 1,68).",
        "À public égal, le rapport de cotes avec les autres CFA est de 1,42 (1,04 à 2,00).",
    ]


def test_a_cfa_that_is_lower() -> None:
    assert reading(stand(SEPT)["Rueil"])[1] == (
        "Sur trois ans, son taux est de 7,8 %, et celui des autres CFA ensemble de 12,2 % : au-dessous, à "
        "comprendre. C'est une question ouverte, ni un jugement, ni un rang."
    )


def test_a_cfa_that_does_not_differ_is_not_said_to_be_like_the_others() -> None:
    lue = reading(stand(SEPT, Denis={"attendues": 40.0})["Denis"])
    assert lue[1].endswith(" : il ne se distingue pas, ce qui n'établit pas que les deux sont égaux.")
    assert lue[2].endswith(
        "40,0 ruptures nettes étaient attendues et 34 ont été observées (rapport de 0,85, intervalle à 95 % de 0,59 à "
        "1,19)."
    )


def test_a_ratio_whose_interval_has_one_establishes_nothing() -> None:
    place = stand(SEPT, Denis={"rapport_public_egal": 0.9, "rapport_bas": 0.7, "rapport_haut": 1.2})["Denis"]
    assert reading(place)[3].endswith(" est de 0,90 (0,70 à 1,20, écart non établi).")


def test_one_year_is_called_by_its_name() -> None:
    seule = {nom: suite[-1:] for nom, suite in SEPT.items()}
    assert reading(stand(seule)["Ermont"])[1].startswith("En 2021-2022, son taux est de 16,3 %")


def test_a_tiny_cfa_has_no_rate_and_is_among_the_others_all_the_same() -> None:
    place = stand({**SEPT, "Lac": [(3, 12)]})
    assert reading(place["Lac"]) == [
        "Lac : 3 ruptures nettes sur 12 apprentis suivis (n.s.). L'effectif est trop faible pour en tirer un taux et "
        "le comparer à celui d'autres CFA."
    ]
    assert place["Lac"].verdict == "n.s."


def test_nothing_to_compare_with() -> None:
    assert reading(stand({"Mont": [(0, 30)]})["Mont"])[1:] == [
        "Aucun autre CFA n'a assez d'apprentis suivis, ou lui-même, pour l'y comparer."
    ]


def test_a_cfa_that_closed_is_among_the_others_of_its_years() -> None:
    deux = stand({"Lac": [(30, 100)] * 3, "Mont": [(10, 100), (10, 100), (0, 0)]})
    assert list(deux) == ["Lac"]
    assert deux["Lac"].decision.taux_autres == 0.1


def test_apprentices_that_no_other_cfa_has_the_like_of() -> None:
    place = stand(SEPT)["Denis"]
    assert reading(place, 378 - 40)[-1] == (
        "Pour 40 de ses 378 apprentis suivis, aucun autre CFA n'en a du même diplôme et de la même année de cycle : "
        "l'attendu y est l'observé."
    )
    assert reading(place, 0)[2:] == [
        "Aucun autre CFA n'a d'apprentis des mêmes diplômes et années de cycle : rien ne permet de dire combien de "
        "ruptures étaient attendues."
    ]


@pytest.mark.parametrize(
    ("attendues", "total", "phrase"),
    [
        (
            {"Ermont": 51.5, "Nangis": 43.4}, 326,
            "À public égal, Ermont et Nangis ont eu en 2021-2022 32 ruptures nettes de plus qu'attendu, une sur 10 de "
            "celles du réseau.",
        ),
        (
            {"Ermont": 51.5, "Nangis": 60.0}, 326,
            "À public égal, Ermont a eu en 2021-2022 20 ruptures nettes de plus qu'attendu, une sur 17 de celles du "
            "réseau.",
        ),
        ({"Ermont": 70.0, "Nangis": 55.9}, 326,
         "À public égal, Ermont et Nangis ont eu en 2021-2022 1 rupture nette de plus qu'attendu, une sur 296 de "
         "celles du réseau."),
        ({"Ermont": 71.0, "Nangis": 60.0}, 326, ""),
        ({"Ermont": 51.5, "Nangis": 43.4}, 40,
         "À public égal, Ermont et Nangis ont eu en 2021-2022 32 ruptures nettes de plus qu'attendu."),
    ],
)  # fmt: skip
def test_the_excess_of_those_that_are_higher(attendues: dict[str, float], total: int, phrase: str) -> None:
    places = stand(SEPT, **{nom: {"attendues": valeur} for nom, valeur in attendues.items()})
    hautes = [place for place in places.values() if place.decision.sens == "plus haut"]
    assert plain(excess_sentence(hautes, total)) == phrase


def test_a_cfa_that_is_not_decided_higher_has_no_excess() -> None:
    assert stand(SEPT, Brétigny={"attendues": 20.0})["Brétigny"].excess == 0


def test_no_cfa_is_ranked_or_judged() -> None:
    texte = " ".join(phrase for place in stand(SEPT).values() for phrase in reading(place))
    texte = texte.replace("ni un jugement, ni un rang", "")
    assert not re.search(
        r"pire|meilleur|mauvais|rang|class|premier|dernier|performan|anormal|alarm|hasard|φ|stable",
        texte,
        re.IGNORECASE,
    )


def test_of_many_names_the_first_are_written_and_the_others_counted() -> None:
    noms = [f"CFA {rang}" for rang in range(1, 15)]
    assert listed(noms[:2]) == "CFA 1 et CFA 2"
    assert listed(noms[:12]).endswith("CFA 11 et CFA 12")
    assert listed(noms) == f"{', '.join(noms[:12])} et 2 autres"
