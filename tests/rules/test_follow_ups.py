"""What became of gross ruptures (ADR 0001), and contracts begun after one. One rule a test."""

from __future__ import annotations

import duckdb
import pytest

from tests.rules.rows import Base, contrat, one_delivery
from tests.support import rows

MOINS_DE_2, DE_2_A_6, APRES_6 = (
    "Autre contrat en moins de 2 mois", "Autre contrat entre 2 et 6 mois", "Autre contrat après 6 mois",
)  # fmt: skip
DEJA = "Déjà sous un autre contrat"
RECENTE, SECHE = "Sans autre contrat, depuis moins de 6 mois", "Sans autre contrat, depuis 6 mois et plus"


def fates(con: duckdb.DuckDBPyConnection, annee: str = "2021-2022") -> dict[object, object]:
    """How many gross ruptures of a year had each fate, in the order of the table."""
    lignes = rows(
        con, f"select devenir, ruptures_brutes from ventilations.devenir_apres_rupture where annee = '{annee}'"
    )
    return dict(lignes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rupture", "suite", "devenir"),
    [
        ("2021-11-10", "2021-11-10", MOINS_DE_2), ("2021-11-10", "2022-01-09", MOINS_DE_2),
        ("2021-11-10", "2022-01-10", DE_2_A_6), ("2021-11-10", "2022-05-09", DE_2_A_6),
        ("2021-11-10", "2022-05-10", APRES_6), ("2021-11-10", "2022-08-15", APRES_6),
        ("2021-12-31", "2022-02-27", MOINS_DE_2), ("2021-12-31", "2022-02-28", DE_2_A_6),
    ],
)  # fmt: skip
def test_a_rupture_followed_by_a_contract_and_its_delay(database: Base, rupture: str, suite: str, devenir: str) -> None:
    con = database(one_delivery(contrat("1", dateeffetrupture=rupture), contrat("2", debut=suite)))
    assert fates(con) == {devenir: 1}


@pytest.mark.parametrize(("rupture", "devenir"), [("2022-02-15", SECHE), ("2022-02-16", RECENTE)])
def test_six_months_without_a_contract_are_counted_to_the_cut_off(database: Base, rupture: str, devenir: str) -> None:
    assert fates(database(one_delivery(contrat(dateeffetrupture=rupture)))) == {devenir: 1}


def test_a_contract_begun_after_the_cut_off_is_not_seen(database: Base) -> None:
    lignes = one_delivery(contrat("1", dateeffetrupture="2022-07-10"), contrat("2", debut="2022-09-05"))
    assert fates(database(lignes)) == {RECENTE: 1}


def test_a_later_cut_off_sees_it_and_judges_the_others_on_its_day(database: Base) -> None:
    lignes = one_delivery(
        contrat("1", dateeffetrupture="2022-07-10"), contrat("2", debut="2022-09-05"),
        contrat("3", dateeffetrupture="2022-04-30", idalternant="A2"),
    )  # fmt: skip
    assert fates(database(lignes, arrete_au="2022-10-31")) == {MOINS_DE_2: 1, SECHE: 1}


def test_the_first_of_the_contracts_that_follow_gives_the_delay(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2022-06-01"),
            contrat("3", debut="2021-12-01", dateeffetrupture="2022-03-01"),
        )
    )  # fmt: skip
    assert fates(con) == {MOINS_DE_2: 1, DE_2_A_6: 1}


def test_a_contract_that_never_started_follows_nothing(database: Base) -> None:
    con = database(
        one_delivery(contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2021-12-01", statut="Annulé"))
    )
    assert fates(con) == {SECHE: 1}


def test_an_apprentice_already_under_another_contract_is_told_apart(database: Base) -> None:
    con = database(one_delivery(contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2021-10-20")))
    assert fates(con) == {DEJA: 1}


@pytest.mark.parametrize("fin", [{"fin": "2021-11-10"}, {"dateeffetrupture": "2021-11-10"}])
def test_a_contract_that_ends_on_the_day_of_the_rupture_is_not_another_one(database: Base, fin: dict[str, str]) -> None:
    con = database(one_delivery(contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2021-10-20", **fin)))
    assert set(fates(con)) == {SECHE}


def test_a_rupture_of_unknown_day_has_no_delay_followed_or_not(database: Base) -> None:
    inconnu = {"statut": "Rompu", "datesignalementrupture": "2021-11-10"}
    con = database(
        one_delivery(
            contrat("1", **inconnu), contrat("2", debut="2021-12-01"), contrat("3", idalternant="A2", **inconnu)
        )
    )
    assert fates(con) == {"Non renseigné": 2}


def test_contracts_of_other_apprentices_follow_nothing(database: Base) -> None:
    con = database(
        one_delivery(contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2021-12-01", idalternant="A2"))
    )
    assert fates(con) == {SECHE: 1}


def test_contracts_begun_in_the_year_after_a_rupture(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", idalternant="A1", situationavantcontrat="8"),
            contrat("2", idalternant="A2", situationavantcontrat="08"),
            contrat("3", idalternant="A3", situationavantcontrat="11"),
            contrat("4", idalternant="A4"),
            contrat("5", idalternant="A5", situationavantcontrat="8", statut="Supprimé"),
            contrat("6", idalternant="A6", situationavantcontrat="8", debut="2020-09-01"),
        )
    )
    assert rows(
        con,
        "select avant_contrat, contrats_commences, part_contrats from ventilations.entrants_apres_rupture "
        "where annee = '2021-2022'",
    ) == [
        ("En formation sans contrat après une rupture", 2, 0.5), ("Autre situation", 1, 0.25),
        ("Non renseigné", 1, 0.25),
    ]  # fmt: skip
