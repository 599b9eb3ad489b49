"""What the sections on time and on what follows a rupture say by rule: whole sentences, for constructed rows."""

from __future__ import annotations

from datetime import date
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.models import file
from pipeline.paths import RACINE
from pipeline.report.printed import PrintedTable
from pipeline.report.templates import GABARITS, environment
from tests.support import glossary, measure, plain

MOIS = [(1801, 55), (1744, 28), (1712, 24), (1675, 26), (1644, 20), (1617, 22), (1587, 14), (1566, 21), (1535, 17)]
MOIS += [(1507, 18), (1468, 17), (1340, 18)]


def say(nom: str, lignes: list[dict[str, Any]]) -> list[str]:
    """The sentences of the section of a breakdown that has these rows."""
    entete = file.parse(RACINE / f"sql/ventilations/{nom}.sql", "ventilations", glossary()).ventilation
    tableau = PrintedTable("", [], [], None)
    contenu: dict[str, Any] = {
        "message": "",
        "lecture": [],
        "graphique": None,
        "est_en_deux": False,
        "entete": entete,
        "lignes": lignes,
        "notes": [],
        "sans_ligne": "",
        "exemple": "",
        "champ": "",
        "source": "",
        "tableau": tableau,
    }
    html = (
        environment(GABARITS)
        .get_template(f"sections/{nom}.html.jinja")
        .render(
            bloc=SimpleNamespace(**contenu),
            annee=SimpleNamespace(annee="2021-2022", derniere_date=date(2022, 11, 5), date_arrete=date(2022, 8, 15)),
        )
    )
    return [plain(" ".join(unescape(li.partition("</li>")[0]).split())) for li in html.split("<li>")[1:]]


def months(comptes: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Months of contracts of all types: those followed, those broken in each; no interval."""
    return [
        {"type_diplome": "Ensemble", "mois_depuis_debut": rang, "a_risque": suivis, "ruptures": ruptures,
         "part_du_mois": ruptures / suivis, "incidence": 0.1, "incidence_basse": None, "incidence_haute": None,
         "fiabilite": "solide"}
        for rang, (suivis, ruptures) in enumerate(comptes)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("comptes", "phrase"),
    [
        (MOIS, "Un contrat sur 33 est rompu dans son premier mois, un sur 62 le deuxième, puis un sur 80 chaque mois, "
         "en moyenne du 3e au 12e."),
        (MOIS[:5], "Un contrat sur 33 est rompu dans son premier mois, un sur 62 le deuxième, puis un sur 72 chaque "
         "mois, en moyenne du 3e au 5e."),
        (MOIS[:2], "Un contrat sur 33 est rompu dans son premier mois, un sur 62 le deuxième."),
        ([(40, 0), (40, 16)], "Aucun contrat n'est rompu dans son premier mois, un sur trois le deuxième."),
        ([(40, 1), (39, 0)], "Un contrat sur 40 est rompu dans son premier mois, aucun le deuxième."),
        ([(40, 0)], "Aucun contrat n'est rompu dans son premier mois."),
    ],
)  # fmt: skip
def test_the_first_months_are_said_as_one_contract_in_so_many(comptes: list[tuple[int, int]], phrase: str) -> None:
    assert say("incidence_cumulee", months(comptes)) == [phrase]


@pytest.mark.parametrize(
    ("suivies", "seches", "phrases"),
    [
        (235, 193, ["Des 235 contrats de l'année rompus depuis six mois au 15 août 2022, 193 n'ont pas été suivis d'un "
                    "autre contrat dans les six mois, soit 82,1 % (intervalle à 95 % : de 76,7 % à 86,5 %)."]),
        (20, 1, ["Des 20 contrats de l'année rompus depuis six mois au 15 août 2022, 1 n'a pas été suivi d'un autre "
                 "contrat dans les six mois, soit 5 % (intervalle à 95 % : de 1 % à 24 % ; part fragile)."]),
        (20, 0, ["Des 20 contrats de l'année rompus depuis six mois au 15 août 2022, aucun n'est resté sans suite dans "
                 "les six mois, soit 0 % (intervalle à 95 % : de 0 % à 16 % ; part fragile)."]),
        (19, 15, []),
    ],
)  # fmt: skip
def test_dry_ruptures_are_said_of_those_followed(suivies: int, seches: int, phrases: list[str]) -> None:
    mesure = measure(seches, suivies)
    ligne = {
        "suivi": "À la date d'arrêté", "jusqu_au": date(2022, 8, 15), "ruptures_suivies": suivies,
        "ruptures_seches": seches, "ruptures_sans_jour": 0, "part_seche": mesure.taux_rupture_nette,
        "part_seche_basse": mesure.taux_bas, "part_seche_haute": mesure.taux_haut,
        "fiabilite": "solide" if suivies >= 50 else "fragile",
    }  # fmt: skip
    assert say("rupture_seche", [ligne]) == phrases


@pytest.mark.parametrize(
    ("suivants", "tot", "phrase"),
    [
        (83, 78, "78 des 83 nouveaux contrats ont commencé moins de deux mois après la rupture."),
        (83, 1, "1 des 83 nouveaux contrats a commencé moins de deux mois après la rupture."),
        (83, 83, "Les 83 nouveaux contrats ont tous commencé moins de deux mois après la rupture."),
        (83, 0, "Aucun des 83 nouveaux contrats n'a commencé moins de deux mois après la rupture."),
        (1, 1, "Le seul nouveau contrat a commencé moins de deux mois après la rupture."),
        (1, 0, "Le seul nouveau contrat a commencé deux mois ou plus après la rupture."),
    ],
)
def test_new_contracts_are_said_by_their_delay(suivants: int, tot: int, phrase: str) -> None:
    lignes = [
        {"objet": objet, "contrats_suivants": suivants, "suivis_avant_2_mois": tot} for objet in ("Employeur", "CFA")
    ]
    assert say("contrat_suivant", lignes) == [phrase]


MOIS_DITS = (
    "Janvier",
    "Février",
    "Mars",
    "Avril",
    "Mai",
    "Juin",
    "Juillet",
    "Août",
    "Septembre",
    "Octobre",
    "Novembre",
)


@pytest.mark.parametrize(
    ("combien", "phrases"),
    [
        (
            11,
            [
                "En moyenne, 12,0 contrats sont rompus pour 1 000 mois de contrat : "
                "de 2,0 en janvier à 22,0 en novembre."
            ],
        ),
        (10, []),
    ],
)
def test_the_seasons_are_said_by_their_range(combien: int, phrases: list[str]) -> None:
    lignes: list[dict[str, Any]] = [
        {"mois_du_calendrier": mois, "ruptures_brutes": 2 * rang, "mois_de_contrat": 1000.0,
         "ruptures_pour_1000_mois": 2.0 * rang}
        for rang, mois in enumerate(MOIS_DITS[:combien], 1)
    ]  # fmt: skip
    inconnu = {"mois_du_calendrier": "Non renseigné", "ruptures_brutes": 40, "mois_de_contrat": None,
               "ruptures_pour_1000_mois": None}  # fmt: skip
    assert say("saisonnalite", [*lignes, inconnu]) == phrases
