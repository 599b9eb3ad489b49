"""What the sections on time and on what follows a rupture say by rule: whole sentences, for constructed rows."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.models import file
from pipeline.report.templates import GABARITS, environment
from pipeline.settings import RACINE
from tests.support import glossary, plain

MOIS = [(1801, 55), (1744, 28), (1712, 24), (1675, 26), (1644, 20), (1617, 22), (1587, 14), (1566, 21), (1535, 17)]
MOIS += [(1507, 18), (1468, 17), (1340, 18)]


def say(nom: str, lignes: list[dict[str, Any]], **bloc: Any) -> list[str]:
    """The sentences of the section of a breakdown that has these rows."""
    entete = file.parse(RACINE / f"sql/ventilations/{nom}.sql", "ventilations", glossary()).ventilation
    contenu = {"entete": entete, "lignes": lignes, "notes": [], "sans_ligne": "", "tableau": None, **bloc}
    html = (
        environment(GABARITS)
        .get_template(f"sections/{nom}.html.jinja")
        .render(
            bloc=SimpleNamespace(**contenu),
            annee=SimpleNamespace(annee="2021-2022", derniere_date=date(2022, 11, 5), date_arrete=date(2022, 8, 15)),
        )
    )
    return [plain(" ".join(li.partition("</li>")[0].split())) for li in html.split("<li>")[1:]]


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
        ([(40, 0), (40, 16)], "Aucun contrat n'est rompu dans son premier mois, un sur 3 le deuxième."),
        ([(40, 1), (39, 0)], "Un contrat sur 40 est rompu dans son premier mois, aucun le deuxième."),
        ([(40, 0)], "Aucun contrat n'est rompu dans son premier mois."),
    ],
)  # fmt: skip
def test_the_first_months_are_said_as_one_contract_in_so_many(comptes: list[tuple[int, int]], phrase: str) -> None:
    assert say("incidence_cumulee", months(comptes)) == [phrase]


def test_incidences_are_said_with_their_interval() -> None:
    lignes = months(MOIS[:4])
    lignes[2] |= {"incidence": 0.0594, "incidence_basse": 0.0494, "incidence_haute": 0.0714}
    assert say("incidence_cumulee", lignes)[1:] == [
        "Avant 3 mois, 5,9 % sont rompus (intervalle à 95 % : de 4,9 % à 7,1 %)."
    ]
