"""Golden values on time and on what follows a rupture (definitions §7), read in the demonstration's edition."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.report.wording import in_words
from pipeline.typography import typeset
from tests.support import pdf_text, plain, type_names


def table(demonstration: Path, nom: str, **valeurs: str) -> list[dict[str, str]]:
    """The rows of 2021-2022 of a breakdown that have these values."""
    voulues = {"annee": "2021-2022", **valeurs}.items()
    with (demonstration / "tables" / f"{nom}.csv").open(encoding="utf-8", newline="") as flux:
        return [ligne for ligne in csv.DictReader(flux) if voulues <= ligne.items()]


def percent(fraction: str) -> float:
    return round(100 * float(fraction), 2)


@pytest.mark.parametrize(("mois", "incidence"), [(1, 3.05), (3, 5.94), (9, 12.67), (12, 15.71)])
def test_incidence_of_all_the_contracts(demonstration: Path, mois: int, incidence: float) -> None:
    [ligne] = table(demonstration, "incidence_cumulee", type_diplome="Ensemble", mois_depuis_debut=str(mois - 1))
    assert percent(ligne["incidence"]) == incidence


def test_the_interval_of_an_incidence_is_on_the_complementary_log_log_scale(demonstration: Path) -> None:
    """Definitions §7; the plain one would be 4.8-7.0 and 11.1-14.2."""
    lignes = table(demonstration, "incidence_cumulee", type_diplome="Ensemble")
    bornes = [(percent(ligne["incidence_basse"]), percent(ligne["incidence_haute"])) for ligne in lignes]
    assert (bornes[2], bornes[8]) == ((4.94, 7.14), (11.21, 14.30))


@pytest.mark.parametrize(
    ("suivi", "suivies", "seches", "bornes"),
    [("À la date d'arrêté", "235", "193", (76.72, 86.5)), ("À l'extraction", "296", "231", (72.98, 82.38))],
)
def test_dry_ruptures(demonstration: Path, suivi: str, suivies: str, seches: str, bornes: tuple[float, float]) -> None:
    [ligne] = table(demonstration, "rupture_seche", suivi=suivi)
    assert (ligne["ruptures_suivies"], ligne["ruptures_seches"]) == (suivies, seches)
    assert (percent(ligne["part_seche_basse"]), percent(ligne["part_seche_haute"])) == bornes


def test_new_contracts_by_delay_add_up_to_what_became_of_the_broken_ones(demonstration: Path) -> None:
    lignes = table(demonstration, "contrat_suivant", objet="Employeur")
    assert sum(int(ligne["contrats_suivants"]) for ligne in lignes) == 83
    assert sum(int(ligne["suivis_avant_2_mois"]) for ligne in lignes) == 78
    [devenir] = table(demonstration, "devenir_apres_rupture", devenir="Autre contrat en moins de 2 mois")
    assert devenir["ruptures_brutes"] == "78"


def test_three_sources_say_which_contracts_follow_a_rupture(demonstration: Path) -> None:
    lignes = table(demonstration, "entrants_apres_rupture")
    assert [int(ligne["contrats_commences"]) for ligne in lignes] == [277, 87, 130]
    assert lignes[0]["apres_rupture_connue"] == "127"


@pytest.mark.parametrize(("mois", "valeur"), [("Octobre", 19.5), ("Juin", 17.0), ("Avril", 6.7)])
def test_seasons(demonstration: Path, mois: str, valeur: float) -> None:
    [ligne] = table(demonstration, "saisonnalite", mois_du_calendrier=mois)
    assert round(float(ligne["ruptures_pour_1000_mois"]), 1) == valeur


def test_the_mean_of_the_seasons(demonstration: Path) -> None:
    connus = [ligne for ligne in table(demonstration, "saisonnalite") if ligne["mois_de_contrat"]]
    ruptures = sum(int(ligne["ruptures_brutes"]) for ligne in connus)
    assert round(1000 * ruptures / sum(float(ligne["mois_de_contrat"]) for ligne in connus), 1) == 11.9


def test_the_part_of_the_trial_period_has_its_bounds(demonstration: Path) -> None:
    [ligne] = table(demonstration, "par_periode", periode="essai")
    assert (percent(ligne["part_basse"]), percent(ligne["part_haute"])) == (24.85, 27.91)


@pytest.mark.parametrize(
    ("ventilation", "colonne", "combien"),
    [
        ("par_diplome", "diplome", 42),
        ("par_situation", "situation", 20),
        ("par_diplome_entree", "diplome_entree", 13),
        ("par_motif_exprime", "motif_exprime", 18),
        ("par_motif_valide", "motif_valide", 9),
    ],
)
def test_the_report_prints_every_row(demonstration: Path, ventilation: str, colonne: str, combien: int) -> None:
    lignes = table(demonstration, ventilation)
    assert len(lignes) >= combien
    texte = "".join(pdf_text(demonstration / "rapport_2021-2022.pdf").split())
    mots = type_names()
    noms = [plain(typeset(in_words(ligne[colonne], mots))) for ligne in lignes]
    assert [nom for nom in noms if "".join(nom.split()) not in texte] == []
