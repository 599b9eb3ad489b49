"""What is said of targets and of actions: as many as there are, no more than the figures support."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipeline.models import file
from pipeline.models.header import BreakdownHeader
from pipeline.paths import RACINE
from pipeline.report import targets
from tests.support import glossary, plain


def header(nom: str) -> BreakdownHeader:
    return file.parse(RACINE / f"sql/ventilations/{nom}.sql", "ventilations", glossary()).ventilation


OBJECTIFS, ACTIONS = header("objectifs_du_reseau"), header("actions_du_reseau")


def aim(objectif: str = "CAP : rupture nette", verdict: str = "non atteint", **autres: Any) -> dict[str, Any]:
    return {
        "annee": "2021-2022", "portee": "type_diplome", "groupe": objectif, "indicateur": "taux_rupture_nette",
        "objectif": objectif, "cible": 0.12, "annee_cible": "2023-2024", "denominateur": 1678, "valeur": 0.152,
        "valeur_basse": 0.131, "valeur_haute": 0.175, "fiabilite": "solide", "verdict": verdict,
        "ruptures_evitees": 31.2, "euros_gardes": Decimal("62049.50"), **autres,
    }  # fmt: skip


def said(*lignes: dict[str, Any]) -> list[str]:
    return [plain(phrase) for phrase in targets.target_sentences(lignes, OBJECTIFS)]


def test_each_target_that_is_missed_says_what_it_would_have_spared() -> None:
    reussite, indecis = aim("BP : réussite", "atteint", ruptures_evitees=None), aim("MC", "non tranché")
    assert said(aim(), reussite, indecis) == [
        "Des 3 objectifs, en 2021-2022 : 1 atteint (« BP : réussite ») ; 1 non atteint ; 1 non tranché.",
        "« CAP : rupture nette » est à 15,2 % (13,1 à 17,5), pour une cible de 12 % en 2023-2024 : à la cible, environ "
        "31 ruptures nettes en moins dans l'année, soit environ 62 000 €.",
    ]  # fmt: skip


def test_a_missed_target_that_would_spare_nothing_is_named() -> None:
    reussite = aim("CAP : réussite", indicateur="reussite", ruptures_evitees=None, euros_gardes=None)
    assert said(reussite) == ["Le seul objectif, en 2021-2022 : 1 non atteint (« CAP : réussite »)."]


def test_what_several_would_spare_is_not_added() -> None:
    phrases = said(aim(euros_gardes=None), aim("Réseau : rupture nette", ruptures_evitees=0.4, euros_gardes=None))
    assert phrases[0] == "Des 2 objectifs, en 2021-2022 : 2 non atteints."
    assert phrases[1].endswith("à la cible, environ 31 ruptures nettes en moins dans l'année."), "no euros, none said"
    assert phrases[2].endswith("à la cible, moins d'une rupture nette en moins dans l'année.")
    assert phrases[3] == "Des groupes se recoupent : ce que chacun éviterait ne s'additionne pas."


def test_an_undecided_target_is_told_by_nothing_but_its_number() -> None:
    assert said(aim(verdict="non tranché"), aim("BP", "non tranché")) == [
        "Des 2 objectifs, en 2021-2022 : 2 non tranchés."
    ]
    assert said() == []


def test_one_rupture_is_one() -> None:
    assert "environ 1 rupture nette en moins" in said(aim(ruptures_evitees=1.2))[1]
    assert "environ 2 ruptures nettes en moins" in said(aim(ruptures_evitees=1.6))[1]


@pytest.mark.parametrize(
    ("valeur", "ecrite"),
    [(0.12, "12 %"), (0.125, "12,5 %"), (0.0, "0 %"), (1.0, "100 %"), (0.0905, "9,05 %"), (None, "–")],
)
def test_a_target_is_written_as_it_may_have_been(valeur: float | None, ecrite: str) -> None:
    assert plain(targets.target(valeur)) == ecrite


def test_a_trajectory_has_the_last_years_only() -> None:
    lignes = [aim(annee=f"{debut}-{debut + 1}") for debut in range(2015, 2022)]
    assert targets.years_of(lignes) == ["2018-2019", "2019-2020", "2020-2021", "2021-2022"]
    assert targets.trajectories(lignes)[targets.name_of(lignes[0])]["2015-2016"] is lignes[0]


def act(effet: str = "mesuré", **autres: Any) -> dict[str, Any]:
    return {
        "recommandation": "Agir", "objectif": "CAP : rupture nette", "annee_avant": "2019-2020",
        "annee_apres": "2021-2022", "denominateur_avant": 439, "valeur_avant": 0.159, "fiabilite_avant": "solide",
        "denominateur_apres": 482, "valeur_apres": 0.112, "fiabilite_apres": "solide", "ecart": -0.0474,
        "ecart_bas": -0.0921, "ecart_haut": -0.0031, "effet": effet,
        "sens_de_l_ecart": "baisse" if effet == "mesuré" else None, "pourquoi": None, **autres,
    }  # fmt: skip


DU_GROUPE = "mesuré pour tout le groupe seulement"
RIEN: dict[str, Any] = {
    "ecart": None,
    "ecart_bas": None,
    "ecart_haut": None,
    "valeur_avant": None,
    "valeur_apres": None,
}
EFFETS = {
    "measured": (act(), "2019-2020 : 15,9 %, 2021-2022 : 11,2 %", "−4,7 points (−9,2 à −0,3), mesuré : baisse"),
    "not established": (
        act("non établi", ecart_haut=0.0031, pourquoi="l'intervalle contient 0"),
        "2019-2020 : 15,9 %, 2021-2022 : 11,2 %",
        "−4,7 points (−9,2 à +0,3), non établi",
    ),
    "few": (
        act("non établi", **RIEN | {"valeur_avant": 0.1}, fiabilite_avant="non_significatif", denominateur_avant=19,
            pourquoi="effectif de moins de 20 en 2019-2020"),
        "2019-2020 : n.s., 2021-2022 : –",
        "non établi : effectif de moins de 20 en 2019-2020",
    ),
    "to come": (act("à venir", **RIEN), "2019-2020, puis 2021-2022", "à venir"),
    "not looked for": (act("non cherché", **RIEN), "aucun effet cherché", ""),
    "of the whole": (act("non cherché", **RIEN | {"pourquoi": DU_GROUPE}), DU_GROUPE, ""),
}  # fmt: skip


@pytest.mark.parametrize("cas", EFFETS)
def test_an_effect_is_told_with_its_years_and_its_interval(cas: str) -> None:
    ligne, valeurs, dit = EFFETS[cas]
    assert [plain(texte) for texte in targets.effect(ligne, ACTIONS)] == [valeurs, dit]


def test_how_many_effects_are_seen() -> None:
    (phrase,) = targets.action_sentences(
        [act(), act("non établi"), act("non établi"), act("à venir"), act("non cherché")]
    )
    assert plain(phrase).startswith(
        "Des 4 effets cherchés : 1 mesuré, 2 non établis, 1 à venir. « Non établi » n'est pas"
    )
    (phrase,) = targets.action_sentences([act("à venir")])
    assert phrase.startswith("Le seul effet cherché : 1 à venir.")
    assert targets.action_sentences([act("non cherché")]) == []


def test_the_signs_of_earlier_years_are_told() -> None:
    assert targets.signs([aim()], "fiabilite") == ""
    assert targets.signs([aim(), aim(fiabilite="fragile")], "fiabilite") == targets.FRAGILE
    assert (
        targets.signs([act(fiabilite_avant="non_significatif")], "fiabilite_avant", "fiabilite_apres")
        == targets.EFFECTIF_PETIT
    )


def test_the_example_of_actions_is_the_first_that_is_compared() -> None:
    dit = targets.action_example([act("non cherché", **RIEN), act()], ACTIONS)
    assert plain(dit) == (
        "pour « Agir », « CAP : rupture nette » est de 15,9 % en 2019-2020 et de 11,2 % en 2021-2022, un écart mesuré."
    )
    assert targets.action_example([act("non cherché", **RIEN)], ACTIONS) == ""
