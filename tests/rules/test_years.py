"""Definitions §2: the training year. One rule a test.

Years are those of the exports as a whole: where these decide, a test has a database of its own.
"""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from tests.rules.rows import TEMOIN, Base, anomaly, contrat, one_delivery, statuses


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
    config = '[annees]\npremiere = "2019-2020"\nfin = "07-31"\n[annees.fins]\n"2020-2021" = 2021-08-31\n'
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


DEDUITES = {"annee": None, "config": "[annees]\n"}  # neither the report's year nor the first one is said


def begun(**nombres: int) -> list[dict[str, str]]:
    """So many contracts begun in September of each year, of an apprentice each."""
    return [
        contrat(f"{annee[1:]}{rang}", f"{annee[1:]}-09-01", f"{int(annee[1:]) + 1}-08-31", idalternant=f"{annee}{rang}")
        for annee, nombre in nombres.items()
        for rang in range(nombre)
    ]


def test_the_first_year_is_the_one_after_the_first_of_the_exports(own_database: Base) -> None:
    con = own_database({"x_2022-12-31.csv": begun(a2019=1, a2020=2, a2021=2)}, **DEDUITES)
    assert [ligne[0] for ligne in years(con)] == ["2020-2021", "2021-2022"]


def test_the_first_year_is_the_report_s_where_it_is_the_first_of_the_exports(own_database: Base) -> None:
    con = own_database({"x_2022-12-31.csv": begun(a2021=3)}, **DEDUITES)
    assert [ligne[0] for ligne in years(con)] == ["2021-2022"]


@pytest.mark.parametrize(
    ("nombres", "premiere"),
    [
        ({"a2019": 1, "a2020": 20, "a2021": 19}, "2021-2022"),  # two at least where the most are ten or more
        ({"a2019": 2, "a2020": 20, "a2021": 19}, "2020-2021"),
        ({"a2019": 2, "a2020": 41, "a2021": 41}, "2021-2022"),  # a twentieth of 41, rounded up: 3
        ({"a2017": 9, "a2019": 9, "a2020": 9, "a2021": 1}, "2020-2021"),  # an unbroken run
    ],
)
def test_a_year_of_the_exports_has_a_twentieth_of_the_starts_of_the_fullest(
    own_database: Base, nombres: dict[str, int], premiere: str
) -> None:
    con = own_database({"x_2022-12-31.csv": begun(**nombres)}, **DEDUITES)
    assert years(con)[0][0] == premiere


def test_a_mistyped_start_makes_no_year(own_database: Base) -> None:
    erreur = contrat("erreur", debut="2002-09-01", fin="2023-08-31", idalternant="B")
    con = own_database({"x_2022-12-31.csv": [erreur, *begun(a2021=1)]}, **DEDUITES)
    assert [ligne[0] for ligne in years(con)] == ["2021-2022"]
    assert anomaly(con, "duree_superieure_a_cinq_ans") == 1


def test_of_years_with_as_many_starts_the_latest_is_the_fullest(own_database: Base) -> None:
    con = own_database({"x_2022-12-31.csv": begun(a2017=5, a2021=5)}, **DEDUITES)
    assert [ligne[0] for ligne in years(con)] == ["2021-2022"]


def test_premiere_says_from_which_year_exports_are_complete(database: Base) -> None:
    con = database(one_delivery(contrat()), config='[annees]\npremiere = "2021-2022"\n')
    assert [ligne[0] for ligne in years(con)] == ["2021-2022"]


def test_years_after_the_report_are_not_published(database: Base) -> None:
    con = database(one_delivery(contrat()), annee="2020-2021")
    assert [ligne[0] for ligne in years(con)] == ["2019-2020", "2020-2021"]


def test_the_report_is_on_the_latest_year_whose_window_had_ended(own_database: Base) -> None:
    con = own_database({"x_2022-08-14.csv": begun(a2020=1, a2021=1)}, **DEDUITES)
    assert years(con)[-1] == ("2020-2021", "2020-08-16", "2021-08-15", True, False)


def test_a_window_ending_on_the_extraction_day_has_ended(own_database: Base) -> None:
    con = own_database({"x_2022-08-15.csv": begun(a2020=1, a2021=1)}, **DEDUITES)
    assert years(con)[-1] == ("2021-2022", "2021-08-16", "2022-08-15", True, False)


def test_where_none_had_ended_the_report_is_on_the_first_and_provisional(own_database: Base) -> None:
    con = own_database({"x_2021-12-31.csv": begun(a2021=1)}, **DEDUITES)
    assert years(con) == [("2021-2022", "2021-08-16", "2022-08-15", True, True)]


def test_without_extraction_dates_events_tell_and_planned_ends_do_not(own_database: Base) -> None:
    rompu = contrat(fin="2025-08-31", dateeffetrupture="2022-08-16")
    con = own_database({"x.csv": [*begun(a2020=1), rompu]}, **DEDUITES)
    assert years(con)[-1] == ("2021-2022", "2021-08-16", "2022-08-15", True, False)


def test_an_event_far_after_the_exports_tells_nothing(own_database: Base) -> None:
    con = own_database({"x.csv": [*begun(a2020=1, a2021=1), contrat("9", dateconclusion="2052-06-01")]}, **DEDUITES)
    assert years(con)[-1][:1] == ("2020-2021",)
    assert anomaly(con, "date_hors_periode") == 1


def test_in_a_dated_delivery_an_event_after_the_extraction_is_not_observed(own_database: Base) -> None:
    suite = contrat("2", debut="2022-09-01", fin="2024-08-31")
    con = own_database({"x_2022-06-30.csv": [*begun(a2020=1, a2021=1), suite]}, **DEDUITES)
    assert years(con)[-1][0] == "2020-2021"


def test_a_year_asked_for_before_its_window_ended_is_provisional(own_database: Base) -> None:
    con = own_database({"x_2022-03-31.csv": [TEMOIN, contrat()]}, annee="2021-2022")
    assert years(con)[-1] == ("2021-2022", "2021-08-16", "2022-08-15", True, True)


def test_a_year_that_has_not_begun_or_is_not_complete_is_refused(database: Base) -> None:
    for annee in ("2018-2019", "2023-2024"):
        with pytest.raises(UsageError, match="avec --annee : 2019-2020, 2020-2021, 2021-2022, 2022-2023"):
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
