"""Definitions §2: the training year. One rule a test.

Years are those of the exports as a whole: where these decide, a test has a database of its own.
"""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from tests.rules.rows import LIVRAISON, TEMOIN, Base, contrat, one_delivery, statuses


def years(con) -> list[tuple[str, str, str, bool, bool]]:
    return con.execute(
        "select annee, debut::varchar, fin_annee::varchar, est_rapport, provisoire from core.annees"
    ).fetchall()


def test_a_window_ends_on_15_august_and_the_next_begins_on_the_16th(database: Base) -> None:
    assert years(database(one_delivery(contrat()))) == [
        ("2019-2020", "2019-08-16", "2020-08-15", False, False),
        ("2020-2021", "2020-08-16", "2021-08-15", False, False),
        ("2021-2022", "2021-08-16", "2022-08-15", True, False),
    ]


def test_the_configuration_moves_the_end_of_every_year_or_of_one(database: Base) -> None:
    config = '[annees]\nfin = "07-31"\n[annees.fins]\n"2020-2021" = 2021-08-31\n'
    assert [ligne[:3] for ligne in years(database(one_delivery(contrat()), config=config))] == [
        ("2019-2020", "2019-08-01", "2020-07-31"),
        ("2020-2021", "2020-08-01", "2021-08-31"),
        ("2021-2022", "2021-09-01", "2022-07-31"),
    ]


def test_a_rupture_on_the_last_day_of_a_window_belongs_to_it_and_the_next_day_to_the_next(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", debut="2020-09-01", dateeffetrupture="2021-08-15"),
            contrat("2", debut="2020-09-01", dateeffetrupture="2021-08-16", idalternant="A2"),
        )
    )
    brutes = con.execute(
        "select annee, c.nocontrat from core.ruptures_brutes join core.contrats as c using (id_contrat) order by all"
    )
    assert brutes.fetchall() == [("2020-2021", "1"), ("2021-2022", "2")]


def test_the_first_year_is_the_first_whole_one_after_the_earliest_start(database: Base) -> None:
    con = database(one_delivery(contrat(debut="2019-08-16", idalternant="A2", nocontrat="2"), contrat()))
    assert years(con)[0][0] == "2019-2020"
    con.close()


def test_a_start_on_the_first_day_of_a_window_leaves_that_window_incomplete(own_database: Base) -> None:
    con = own_database({LIVRAISON: [contrat(debut="2020-08-16")]})
    assert years(con)[0][0] == "2021-2022"


def test_premiere_says_from_which_year_exports_are_complete(database: Base) -> None:
    con = database(one_delivery(contrat()), config='[annees]\npremiere = "2021-2022"\n')
    assert [ligne[0] for ligne in years(con)] == ["2021-2022"]


def test_years_after_the_report_are_not_published(database: Base) -> None:
    con = database(one_delivery(contrat()), annee="2020-2021")
    assert [ligne[0] for ligne in years(con)] == ["2019-2020", "2020-2021"]


def test_the_report_is_on_the_latest_year_whose_window_had_ended(own_database: Base) -> None:
    con = own_database({"x_2022-08-14.csv": [TEMOIN, contrat()]})
    assert years(con)[-1][0] == "2020-2021"


def test_a_window_ending_on_the_extraction_day_has_ended(own_database: Base) -> None:
    con = own_database({"x_2022-08-15.csv": [TEMOIN, contrat()]})
    assert years(con)[-1][0] == "2021-2022"


def test_without_extraction_dates_events_tell_and_planned_ends_do_not(own_database: Base) -> None:
    con = own_database({"x.csv": [TEMOIN, contrat(fin="2025-08-31", dateeffetrupture="2022-08-16")]})
    assert years(con)[-1][0] == "2021-2022"


def test_in_a_dated_delivery_an_event_after_the_extraction_is_not_observed(own_database: Base) -> None:
    con = own_database({"x_2022-06-30.csv": [TEMOIN, contrat(), contrat("2", debut="2022-09-01", fin="2024-08-31")]})
    assert years(con)[-1][0] == "2020-2021"


def test_a_year_asked_for_before_its_window_ended_is_provisional(own_database: Base) -> None:
    con = own_database({"x_2022-03-31.csv": [TEMOIN, contrat()]}, annee="2021-2022")
    assert years(con)[-1] == ("2021-2022", "2021-08-16", "2022-08-15", True, True)


def test_a_year_that_has_not_begun_or_is_not_complete_is_refused(database: Base) -> None:
    for annee in ("2018-2019", "2023-2024"):
        with pytest.raises(UsageError, match="Années possibles avec --annee : 2019-2020, 2020-2021, 2021-2022"):
            database(one_delivery(contrat()), annee=annee)


def test_the_population_is_who_has_a_started_contract_that_meets_the_window(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1 avant", debut="2020-09-01", fin="2021-08-15", idalternant="B1"),
            contrat("2 fin au premier jour", debut="2020-09-01", fin="2021-08-16", idalternant="B2"),
            contrat("3 rompu avant", debut="2020-09-01", dateeffetrupture="2021-08-15", idalternant="B3"),
            contrat("4 debut au dernier jour", debut="2022-08-15", fin="2023-08-31", idalternant="B4"),
            contrat("5 debut apres", debut="2022-08-16", fin="2023-08-31", idalternant="B5"),
            contrat("6 annule", statut="Annulé", idalternant="B6"),
        )
    )
    assert statuses(con) == [("2FINAUPREMIERJOUR", "sorti_a_terme"), ("4DEBUTAUDERNIERJOUR", "actif")]


def test_a_delivery_whose_rows_are_all_rejected_still_has_its_date(own_database: Base) -> None:
    con = own_database({"a_2022-06-30.csv": [TEMOIN, contrat()], "b_2022-09-30.csv": [contrat("2", fin="2020-01-01")]})
    assert years(con)[-1][0] == "2021-2022"
