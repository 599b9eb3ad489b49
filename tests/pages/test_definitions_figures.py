"""Golden values of the definitions side by side, in the CSV of the demonstration's edition."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

ANNEE = "2021-2022"


def table(demonstration: Path, nom: str) -> list[dict[str, str]]:
    with (demonstration / "tables" / f"{nom}.csv").open(encoding="utf-8", newline="") as flux:
        return [ligne for ligne in csv.DictReader(flux) if ligne["annee"] == ANNEE]


@pytest.mark.parametrize(
    ("indicateur", "comptes", "valeur"),
    [
        ("taux_rupture_nette", ("326", "2984.0"), 10.92),
        ("taux_nette_31_juillet", ("326", "2997.0"), 10.88),
        ("taux_nette_1er_septembre", ("321", "2012.0"), 15.95),
        ("taux_nette_tous_sortants", ("326", "4088.0"), 7.97),
        ("taux_brut_annee", ("404", "4088.0"), 9.88),
    ],
)
def test_the_rate_and_its_other_measures(
    demonstration: Path, indicateur: str, comptes: tuple[str, str], valeur: float
) -> None:
    [ligne] = [ligne for ligne in table(demonstration, "definitions_comparees") if ligne["indicateur"] == indicateur]
    assert (ligne["numerateur"], ligne["denominateur"]) == comptes
    assert round(100 * float(ligne["valeur"]), 2) == valeur


def test_contracts_that_end_around_the_end_of_the_year(demonstration: Path) -> None:
    lignes = table(demonstration, "autour_des_fins")
    assert [(ligne["numerateur"], ligne["denominateur"]) for ligne in lignes] == [("984", "1104"), ("1365", "2658")]


def test_two_cohorts_at_one_maturity(demonstration: Path) -> None:
    lignes = [ligne for ligne in table(demonstration, "dares_meme_recul") if ligne["horizon_mois"] == "9"]
    assert [(ligne["annee_cohorte"], ligne["numerateur"], ligne["denominateur"]) for ligne in lignes] == [
        ("2020-2021", "209", "1802"),
        ("2021-2022", "222", "1711"),
    ]


def test_each_national_figure_is_beside_the_network_s_own_at_the_same_level(demonstration: Path) -> None:
    lignes = {
        ligne["perimetre"]: ligne
        for ligne in table(demonstration, "chiffres_nationaux")
        if (ligne["indicateur"], ligne["cohorte"]) == ("dares_brut_9m", "2022")
    }
    bornes = [round(100 * float(lignes["Construction"][nom]), 1) for nom in ("valeur_basse", "valeur_haute")]
    assert (lignes["Construction"]["valeur_nationale"], lignes["Construction"]["numerateur"], bornes) == (
        "0.2", "222", [11.5, 14.7],
    )  # fmt: skip
    cap = lignes["CAP"]
    assert (cap["valeur_nationale"], cap["numerateur"], cap["denominateur"]) == ("0.293", "145", "999")
