"""When a contract was signed, broken, an open case, and what followed (`core.cas`, docs/listes.md). One rule a test."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from tests.rules.rows import Base, contrat, one_delivery
from tests.support import rows

ROMPU = {"dateeffetrupture": "2022-01-10"}


def cases(con: duckdb.DuckDBPyConnection) -> dict[Any, tuple[Any, ...]]:
    """Number of each broken contract → the first and the last day on which it is an open case."""
    lus = rows(
        con,
        "select contrats.nocontrat, cas.ouvert_du, cas.ouvert_au from core.cas as cas "
        "inner join core.contrats as contrats using (id_contrat) where cas.date_rupture is not null order by all",
    )
    return {numero: (du and du.isoformat(), au and au.isoformat()) for numero, du, au in lus}  # type: ignore[attr-defined]


def of(con: duckdb.DuckDBPyConnection, colonne: str, nocontrat: str = "1") -> object:
    """A column of core.cas for a contract."""
    requete = "inner join core.contrats as contrats using (id_contrat) where contrats.nocontrat"
    return rows(con, f"select cas.{colonne} from core.cas as cas {requete} = '{nocontrat}'")[0][0]


def test_a_contract_is_signed_on_the_day_of_its_conclusion(database: Base) -> None:
    assert of(database(one_delivery(contrat(dateconclusion="2021-07-01"))), "date_signature") == date(2021, 7, 1)


def test_without_a_conclusion_it_is_signed_on_its_first_day(database: Base) -> None:
    assert of(database(one_delivery(contrat())), "date_signature") == date(2021, 9, 1)


@pytest.mark.parametrize("autre", [{"statut": "Annulé"}, {"dateeffetrupture": "2021-09-01"}])
def test_a_contract_that_never_began_is_in_no_list(database: Base, autre: dict[str, str]) -> None:
    con = database(one_delivery(contrat("1", **autre), contrat("2", idalternant="A2")))
    assert rows(con, "select count(*) from core.cas inner join core.contrats using (id_contrat)") == [(2,)]


def test_a_broken_contract_is_an_open_case_for_180_days(database: Base) -> None:
    assert cases(database(one_delivery(contrat(**ROMPU)))) == {"1": ("2022-01-10", "2022-07-09")}
    assert (date(2022, 7, 9) - date(2022, 1, 10)).days == 180


@pytest.mark.parametrize(
    ("rupture", "fin"),
    [("2022-01-10", "2022-07-09"), ("2021-12-31", "2022-06-29"), ("2022-02-28", "2022-08-27")],
)
def test_the_six_months_end_on_the_eve_of_the_same_day(database: Base, rupture: str, fin: str) -> None:
    con = database(one_delivery(contrat(dateeffetrupture=rupture)))
    assert of(con, "fin_six_mois") == date.fromisoformat(fin)


@pytest.mark.parametrize(
    ("suite", "ouvert"),
    [
        ("2022-01-10", (None, None)), ("2022-01-11", ("2022-01-10", "2022-01-10")),
        ("2022-03-01", ("2022-01-10", "2022-02-28")), ("2022-07-10", ("2022-01-10", "2022-07-09")),
        ("2022-10-01", ("2022-01-10", "2022-07-09")),
    ],
)  # fmt: skip
def test_it_is_one_until_the_eve_of_another_contract(
    database: Base, suite: str, ouvert: tuple[str | None, str | None]
) -> None:
    con = database(one_delivery(contrat("1", **ROMPU), contrat("2", debut=suite)))
    assert cases(con) == {"1": ouvert}
    assert of(con, "date_suite") == date.fromisoformat(suite)


def test_it_is_none_under_another_contract_nor_when_that_one_has_come_to_its_term(database: Base) -> None:
    con = database(one_delivery(contrat("1", **ROMPU), contrat("2", debut="2021-10-01", fin="2022-02-15")))
    assert cases(con) == {"1": (None, None)}
    assert of(con, "delai_suite") == "Déjà sous un autre contrat"


def test_the_last_contract_broken_is_the_case(database: Base) -> None:
    con = database(one_delivery(contrat("1", **ROMPU), contrat("2", debut="2022-02-01", dateeffetrupture="2022-03-15")))
    assert cases(con) == {"1": ("2022-01-10", "2022-01-31"), "2": ("2022-03-15", "2022-09-11")}


def test_of_two_broken_on_one_day_the_last_begun_is_the_case(database: Base) -> None:
    con = database(one_delivery(contrat("1", **ROMPU), contrat("2", debut="2021-10-01", **ROMPU)))
    assert cases(con) == {"1": (None, None), "2": ("2022-01-10", "2022-07-09")}


def test_one_come_to_its_term_on_that_day_decides(database: Base) -> None:
    con = database(one_delivery(contrat("1", **ROMPU), contrat("2", debut="2021-08-20", fin="2022-01-10")))
    assert cases(con) == {"1": (None, None)}


def test_another_contract_that_was_cancelled_follows_nothing(database: Base) -> None:
    con = database(one_delivery(contrat("1", **ROMPU), contrat("2", debut="2022-02-01", statut="Annulé")))
    assert cases(con) == {"1": ("2022-01-10", "2022-07-09")}


def test_a_case_of_unknown_day_is_followed_from_its_report_and_has_no_six_months(database: Base) -> None:
    con = database(one_delivery(contrat(statut="Rompu", datesignalementrupture="2022-02-01")))
    assert cases(con) == {"1": ("2022-02-01", "2022-07-31")}
    assert (of(con, "fin_six_mois"), of(con, "jour_inconnu")) == (None, True)


def test_a_rupture_after_the_published_years_is_a_case_too(database: Base) -> None:
    con = database(one_delivery(contrat(dateeffetrupture="2022-11-15")))
    assert cases(con) == {"1": ("2022-11-15", "2023-05-14")}


def test_what_the_cfa_says_of_the_diploma_wins_over_the_exports(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", obtention_diplome_formation="non"), contrat("2", obtention_diplome_formation="oui"),
            contrat("3"),
        ),
        {"resultats_2022-12-31.csv": [
            {"nocontrat": "1", "obtention_diplome_formation": "oui"},
            {"nocontrat": "2", "obtention_diplome_formation": ""},
            {"nocontrat": "3", "obtention_diplome_formation": "non"},
        ]},
    )  # fmt: skip
    lus = rows(con, "select nocontrat, obtention_diplome_formation from core.contrats where nocontrat != '000TEMOIN'")
    assert sorted(lus) == [("1", True), ("2", True), ("3", False)]


def test_two_results_of_a_contract_are_a_contradiction(database: Base) -> None:
    lignes = [{"nocontrat": "1", "obtention_diplome_formation": dit} for dit in ("oui", "non")]
    con = database(one_delivery(contrat("1")), {"resultats_2022-12-31.csv": lignes})
    assert rows(con, "select n_contradictions from core.suivi") == [(1,)]
