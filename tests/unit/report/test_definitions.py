"""What the measures beside the rate say: whole sentences, for situations made for each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.formats import FINE
from pipeline.report.definitions import expected_nationally, left_at_once, like_maturity, other_days

JUILLET, SEPTEMBRE, NOVEMBRE = date(2022, 7, 31), date(2022, 9, 1), date(2022, 11, 5)


def plain(phrases: list[str]) -> list[str]:
    """The same with plain spaces only."""
    return [phrase.replace(FINE, " ") for phrase in phrases]


def year(**autres: Any) -> dict[str, Any]:
    return {
        "debut": date(2021, 8, 16), "fin_annee": date(2022, 8, 15), "derniere_date": NOVEMBRE,
        "inscrits_actifs": 2658, "termes_sous_31_jours": 1365, "sortis_a_terme": 1104, "sortis_sous_31_jours": 984,
        **autres,
    }  # fmt: skip


def end(jour: date, nettes: int, effectif: int) -> dict[str, Any]:
    return {"fin_annee": jour, "ruptures_nettes": nettes, "effectif": effectif}


FINS = [end(JUILLET, 326, 2997), end(SEPTEMBRE, 321, 2012)]
TERMES = (
    "Sur 2 658 inscrits, 1 365 (51 %) vont au terme de leur contrat dans les 31 jours qui suivent la fin de "
    "l'année, jusqu'au 15 septembre 2022."
)
LE_31_JUILLET = "10,9 % (326 sur 2 997) pour une année finie le 31 juillet 2022"
LE_1ER_SEPTEMBRE = "16,0 % (321 sur 2 012) pour une année finie le 1er septembre 2022"
DONNERAIT = "Toute l'année déplacée, et arrêtée à sa fin, la même règle donnerait un taux de"


def test_the_rate_on_both_other_days() -> None:
    assert plain(other_days(year(), FINS)) == [TERMES, f"{DONNERAIT} {LE_31_JUILLET} et {LE_1ER_SEPTEMBRE}."]


def test_a_year_that_ends_on_one_of_these_days_has_only_the_other_to_tell() -> None:
    phrases = plain(other_days(year(fin_annee=JUILLET), FINS))
    assert phrases[0].endswith("jusqu'au 31 août 2022.")
    assert phrases[1] == f"{DONNERAIT} {LE_1ER_SEPTEMBRE}."


def test_exports_that_end_before_a_day_do_not_reach_it() -> None:
    phrases = plain(other_days(year(derniere_date=date(2022, 8, 31)), FINS))
    assert phrases[1] == f"{DONNERAIT} {LE_31_JUILLET} et {LE_1ER_SEPTEMBRE}, que les exports n'atteignent pas."


def test_too_few_apprentices_have_no_rate_on_another_day() -> None:
    assert plain(other_days(year(), [end(JUILLET, 3, 19), end(SEPTEMBRE, 0, 0)])) == [TERMES]


def test_a_fragile_rate_is_told_by_its_counts() -> None:
    [_, phrase] = plain(other_days(year(), [end(JUILLET, 5, 30)]))
    assert phrase == f"{DONNERAIT} 5 sur 30 pour une année finie le 31 juillet 2022."


@pytest.mark.parametrize(
    ("inscrits", "termes", "phrase"),
    [
        (12, 3, "Sur 12 inscrits, 3 vont au terme de leur contrat dans"),
        (40, 1, "Sur 40 inscrits, un seul va au terme de son contrat dans"),
        (1, 0, "Sur 1 inscrit, aucun ne va au terme de son contrat dans"),
    ],
)
def test_few_apprentices_reach_their_term(inscrits: int, termes: int, phrase: str) -> None:
    [dite] = plain(other_days(year(inscrits_actifs=inscrits, termes_sous_31_jours=termes), []))
    assert dite.startswith(phrase)


def test_a_year_without_apprentices_says_nothing() -> None:
    assert plain(other_days(year(inscrits_actifs=0, termes_sous_31_jours=0), [])) == []


def left(annee: dict[str, Any]) -> str:
    return plain([left_at_once(annee)])[0]


def test_leavers_of_the_first_days() -> None:
    assert left(year()) == (
        "Des 1 104 sortis à terme, 984 ont fini leur contrat dans les 31 premiers jours de l'année, jusqu'au 15 "
        "septembre 2021 : ils étaient déjà dans l'année précédente."
    )
    assert left(year(sortis_a_terme=1, sortis_sous_31_jours=1)) == (
        "Du seul sorti à terme, 1 a fini son contrat dans les 31 premiers jours de l'année, jusqu'au 15 septembre 2021 "
        ": il était déjà dans l'année précédente."
    )
    assert left(year(sortis_sous_31_jours=0)).startswith("Des 1 104 sortis à terme, aucun ne l'est dans")
    assert left(year(sortis_a_terme=0, sortis_sous_31_jours=0)) == ""


def cohort(annee: str, rompus: int, suivis: int, horizon: int = 9) -> dict[str, Any]:
    return {"annee_cohorte": annee, "numerateur": rompus, "denominateur": suivis, "horizon_mois": horizon}


def test_two_cohorts_at_one_maturity() -> None:
    lignes = [cohort("2020-2021", 115, 1860, 3), cohort("2020-2021", 209, 1802), cohort("2021-2022", 222, 1711)]
    assert plain(like_maturity(lignes)) == [
        "Avant 9 mois, 11,6 % (209 sur 1 802) des contrats commencés en 2020-2021, puis 13,0 % (222 sur 1 711) "
        "de ceux de 2021-2022 : écart de +1,4 point (intervalle à 95 % de −0,8 à +3,6), ce qui n'établit pas "
        "d'évolution."
    ]


@pytest.mark.parametrize(("rompus", "dit"), [(300, "une hausse établie"), (100, "une baisse établie")])
def test_an_established_change(rompus: int, dit: str) -> None:
    [phrase] = plain(like_maturity([cohort("2020-2021", 209, 1802), cohort("2021-2022", rompus, 1711)]))
    assert phrase.endswith(f", {dit}.")


def test_one_cohort_or_a_fragile_one_is_compared_with_nothing() -> None:
    assert plain(like_maturity([cohort("2021-2022", 222, 1711)])) == []
    assert plain(like_maturity([cohort("2020-2021", 9, 49), cohort("2021-2022", 222, 1711)])) == []


def figure(perimetre: str, types: str | None, rompus: int, contrats: int, france: float) -> dict[str, Any]:
    return {
        "indicateur": "dares_brut_9m", "mesure": "Rompus avant 9 mois", "cohorte": "2022", "perimetre": perimetre,
        "types_diplome": types, "numerateur": rompus, "denominateur": contrats, "valeur_nationale": france,
    }  # fmt: skip


CAP, BAC = figure("CAP", "CAP", 145, 999, 0.293), figure("Baccalauréat", "BAC PRO", 25, 221, 0.225)


def test_what_the_national_figures_of_each_level_would_give() -> None:
    # 999 × 29.3 % + 221 × 22.5 % = 342.4; 170 / 342.4 = 0.4964, Byar 0.4246–0.5769.
    assert plain(expected_nationally([figure("Ensemble", None, 222, 1711, 0.21), CAP, BAC])) == [
        "Rompus avant 9 mois (CAP, Baccalauréat, débuts de 2022) : à la part nationale de leur niveau, les 1 220 "
        "contrats du réseau auraient eu 342 ruptures ; ils en ont eu 170, soit 0,50 fois ce nombre (intervalle à "
        "95 % : 0,42 à 0,58)."
    ]


def test_one_level_or_levels_within_one_another_are_not_added_up() -> None:
    assert plain(expected_nationally([CAP])) == []
    assert plain(expected_nationally([CAP, figure("Secondaire", "cap | BAC PRO", 170, 1220, 0.17)])) == []
    assert plain(expected_nationally([CAP, BAC | {"cohorte": "2021"}])) == []
