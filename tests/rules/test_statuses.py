"""Definitions §3: status of an apprentice in a year. One rule a test."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.errors import UsageError
from tests.rules.rows import Base, contrat, one_delivery, statuses


def test_under_contract_on_the_last_day_is_actif(database: Base) -> None:
    assert statuses(database(one_delivery(contrat(fin="2022-08-15")))) == [("1", "actif")]


def test_a_contract_that_ends_the_day_before_the_last_is_a_sortie_a_terme(database: Base) -> None:
    assert statuses(database(one_delivery(contrat(fin="2022-08-14")))) == [("1", "sorti_a_terme")]


def test_a_rupture_on_the_last_day_of_the_window_is_net(database: Base) -> None:
    assert statuses(database(one_delivery(contrat(dateeffetrupture="2022-08-15")))) == [("1", "rupture_nette")]


def test_a_rupture_after_the_window_leaves_the_apprentice_actif(database: Base) -> None:
    assert statuses(database(one_delivery(contrat(dateeffetrupture="2022-08-16")))) == [("1", "actif")]


def test_a_rupture_followed_by_a_contract_still_running_is_not_net(database: Base) -> None:
    con = database(one_delivery(contrat("1", dateeffetrupture="2022-01-10"), contrat("2", debut="2022-02-01")))
    assert statuses(con) == [("2", "actif")]


def test_a_rupture_followed_by_a_contract_come_to_its_term_is_a_sortie_a_terme(database: Base) -> None:
    con = database(
        one_delivery(contrat("1", dateeffetrupture="2022-01-10"), contrat("2", debut="2022-02-01", fin="2022-07-31"))
    )
    assert statuses(con) == [("2", "sorti_a_terme")]


def test_a_rupture_followed_by_another_is_one_net_rupture_the_last(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", dateeffetrupture="2022-01-10"), contrat("2", debut="2022-02-01", dateeffetrupture="2022-05-01")
        )
    )
    assert statuses(con) == [("2", "rupture_nette")]
    totaux = con.execute(
        "select ruptures_brutes, ruptures_nettes, resignees from core.ruptures_nettes_par_annee order by annee desc"
    )
    assert totaux.fetchone() == (2, 1, 1)


def test_a_new_contract_that_began_before_the_rupture_counts_if_it_runs_on(database: Base) -> None:
    con = database(one_delivery(contrat("1", dateeffetrupture="2022-03-01"), contrat("2", debut="2022-02-01")))
    assert statuses(con) == [("2", "actif")]


def test_overlapping_contracts_the_latest_start_is_the_reference(database: Base) -> None:
    con = database(one_delivery(contrat("1", debut="2021-10-01"), contrat("2", debut="2021-09-01", fin="2024-08-31")))
    assert statuses(con) == [("1", "actif")]


def test_overlapping_contracts_of_the_same_start_the_greatest_key_is_the_reference(database: Base) -> None:
    con = database(one_delivery(contrat("1"), contrat("2"), contrat("10")))
    assert statuses(con) == [("2", "actif")]


def test_ended_contracts_the_latest_end_decides(database: Base) -> None:
    con = database(
        one_delivery(contrat("1", dateeffetrupture="2022-05-01"), contrat("2", debut="2021-10-01", fin="2022-04-30"))
    )
    assert statuses(con) == [("1", "rupture_nette")]


def test_same_end_a_contract_come_to_its_term_is_preferred_to_a_broken_one(database: Base) -> None:
    con = database(
        one_delivery(contrat("1", debut="2021-08-20", fin="2022-05-01"), contrat("2", dateeffetrupture="2022-05-01"))
    )
    assert statuses(con) == [("1", "sorti_a_terme")]


def test_same_end_both_broken_the_latest_start_then_the_greatest_key_is_the_reference(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", debut="2021-10-01", dateeffetrupture="2022-05-01"),
            contrat("2", debut="2021-10-01", dateeffetrupture="2022-05-01"),
            contrat("3", debut="2021-09-01", dateeffetrupture="2022-05-01"),
        )
    )
    assert statuses(con) == [("2", "rupture_nette")]


def test_two_consecutive_years_each_give_their_own_status(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", debut="2020-09-01", dateeffetrupture="2021-06-01"),
            contrat("2", debut="2021-10-01", fin="2022-07-31"),
        )
    )
    assert statuses(con, "2020-2021") == [("1", "rupture_nette")]
    assert statuses(con, "2021-2022") == [("2", "sorti_a_terme")]


def test_a_rupture_of_unknown_day_belongs_to_the_year_it_was_reported_in(database: Base) -> None:
    con = database(one_delivery(contrat(debut="2020-09-01", statut="Rompu", datesignalementrupture="2021-08-16")))
    assert statuses(con, "2020-2021") == [("1", "actif")]
    assert statuses(con, "2021-2022") == [("1", "rupture_nette")]


# Cut-off

ROMPU = contrat("1", dateeffetrupture="2022-06-01")


def test_at_the_end_of_the_window_an_autumn_contract_is_not_seen(database: Base) -> None:
    assert statuses(database(one_delivery(ROMPU, contrat("2", debut="2022-09-01")))) == [("1", "rupture_nette")]


def test_a_re_signing_by_the_cut_off_undoes_the_rupture_and_is_the_reference(database: Base) -> None:
    con = database(one_delivery(ROMPU, contrat("2", debut="2022-10-31")), arrete_au="2022-10-31")
    assert statuses(con) == [("2", "actif")]


def test_a_re_signing_after_the_cut_off_does_not(database: Base) -> None:
    con = database(one_delivery(ROMPU, contrat("2", debut="2022-11-01")), arrete_au="2022-10-31")
    assert statuses(con) == [("1", "rupture_nette")]


def test_a_re_signing_broken_on_the_cut_off_does_not(database: Base) -> None:
    nouveau = contrat("2", debut="2022-09-01", dateeffetrupture="2022-10-31")
    assert statuses(database(one_delivery(ROMPU, nouveau), arrete_au="2022-10-31")) == [("1", "rupture_nette")]


def test_a_re_signing_broken_after_the_cut_off_does(database: Base) -> None:
    nouveau = contrat("2", debut="2022-09-01", dateeffetrupture="2022-11-01")
    assert statuses(database(one_delivery(ROMPU, nouveau), arrete_au="2022-10-31")) == [("2", "actif")]


def test_a_re_signing_already_come_to_its_term_by_the_cut_off_does(database: Base) -> None:
    nouveau = contrat("2", debut="2022-09-01", fin="2022-09-30")
    assert statuses(database(one_delivery(ROMPU, nouveau), arrete_au="2022-10-31")) == [("2", "actif")]


def test_the_earliest_re_signing_is_the_reference_then_the_greatest_key(database: Base) -> None:
    suite = [contrat("2", debut="2022-09-15"), contrat("3", debut="2022-09-01"), contrat("4", debut="2022-09-01")]
    assert statuses(database(one_delivery(ROMPU, *suite), arrete_au="2022-10-31")) == [("4", "actif")]


def test_a_never_started_re_signing_does_not_count(database: Base) -> None:
    nouveau = contrat("2", debut="2022-09-01", statut="Annulé")
    assert statuses(database(one_delivery(ROMPU, nouveau), arrete_au="2022-10-31")) == [("1", "rupture_nette")]


def test_nobody_else_changes_status_with_a_later_cut_off(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", dateeffetrupture="2022-08-20"),
            contrat("2", fin="2022-07-31", idalternant="A2"),
            contrat("3", debut="2022-09-01", idalternant="A2"),
        ),
        arrete_au="2022-10-31",
    )
    assert statuses(con) == [("1", "actif"), ("2", "sorti_a_terme")]


def test_earlier_years_are_cut_off_by_the_same_number_of_days(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", debut="2020-09-01", dateeffetrupture="2021-06-01"),
            contrat("2", debut="2021-10-31"),
            contrat("3", debut="2020-09-01", dateeffetrupture="2021-06-01", idalternant="A2"),
            contrat("4", debut="2021-11-01", idalternant="A2"),
        ),
        arrete_au="2022-10-31",
    )
    assert con.execute("select date_arrete::varchar from core.annees where annee = '2020-2021'").fetchall() == [
        ("2021-10-31",)
    ]
    assert statuses(con, "2020-2021") == [("2", "actif"), ("3", "rupture_nette")]


def test_a_cut_off_before_the_end_of_the_year_is_refused(database: Base) -> None:
    with pytest.raises(UsageError, match="la date d'arrêté 14/08/2022 précède la fin de l'année 2021-2022"):
        database(one_delivery(ROMPU), arrete_au="2022-08-14")


def test_the_status_seen_from_the_end_of_the_year_is_kept_beside_the_revised_one(database: Base) -> None:
    con = database(
        one_delivery(
            ROMPU, contrat("2", debut="2022-09-01"), contrat("3", dateeffetrupture="2022-06-01", idalternant="A2"),
            contrat("4", idalternant="A3"), contrat("5", fin="2022-07-31", idalternant="A4"),
        ),
        arrete_au="2022-10-31",
    )  # fmt: skip
    statuts = con.execute(
        "select nocontrat, statut_provisoire, s.statut from core.statuts as s join core.contrats using (id_contrat) "
        "where annee = '2021-2022' order by nocontrat"
    )
    assert statuts.fetchall() == [
        ("2", "rupture_nette", "actif"), ("3", "rupture_nette", "rupture_nette"), ("4", "actif", "actif"),
        ("5", "sorti_a_terme", "sorti_a_terme"),
    ]  # fmt: skip


def provisional(con: duckdb.DuckDBPyConnection, annee: str = "2021-2022") -> tuple[object, ...]:
    """(provisional net ruptures, revised ones, apprentices followed), the two rates."""
    colonnes = "ruptures_nettes_provisoires, ruptures_nettes, effectif, taux_provisoire, taux_rupture_nette"
    (ligne,) = con.execute(f"select {colonnes} from core.ruptures_nettes_par_annee where annee = ?", [annee]).fetchall()
    return ligne


def test_the_provisional_rate_is_that_of_the_window_s_end_among_the_same_apprentices(database: Base) -> None:
    autre = contrat("3", dateeffetrupture="2022-06-01", idalternant="A2")
    lignes = one_delivery(ROMPU, contrat("2", debut="2022-09-01"), autre, contrat("4", idalternant="A3"))
    assert provisional(database(lignes, arrete_au="2022-10-31")) == (2, 1, 3, 2 / 3, 1 / 3)


def test_without_a_later_cut_off_nothing_is_provisional(database: Base) -> None:
    assert provisional(database(one_delivery(ROMPU, contrat("2", debut="2022-09-01")))) == (1, 1, 1, 1.0, 1.0)


def test_earlier_years_have_a_provisional_figure_too(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", debut="2020-09-01", dateeffetrupture="2021-06-01"),
            contrat("2", debut="2021-09-15"),
            ROMPU | {"nocontrat": "3", "idalternant": "A2"},
        ),
        arrete_au="2022-10-31",
    )
    assert provisional(con, "2020-2021")[:3] == (1, 0, 1)


def test_a_year_without_anybody_has_no_provisional_rate(database: Base) -> None:
    con = database(one_delivery(ROMPU), arrete_au="2022-10-31")
    assert provisional(con, "2020-2021") == (0, 0, 0, None, None)


def since(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """(year, net ruptures at the cut-off, those that the exports still see) of each year, and to which day."""
    return con.execute(
        "select annee, ruptures_nettes, ruptures_nettes_revues, date_revision::varchar "
        "from core.annees join core.ruptures_nettes_par_annee using (annee) order by annee"
    ).fetchall()


def test_what_the_exports_still_see_of_each_year_at_one_delay(database: Base) -> None:
    """The report stays cut off at the end of its window: the same rule says what a later cut-off would."""
    lignes = one_delivery(
        contrat("1", debut="2020-09-01", dateeffetrupture="2021-06-01"),
        contrat("2", debut="2021-10-31"),
        contrat("3", debut="2020-09-01", dateeffetrupture="2021-06-01", idalternant="A2"),
        contrat("4", debut="2022-01-01", dateeffetrupture="2022-03-01", idalternant="A2"),
        contrat("5", debut="2022-09-01", idalternant="A2"),
    )
    vues = [("2020-2021", 2, 1, "2021-12-31"), ("2021-2022", 1, 0, "2022-12-31")]
    assert since(database(lignes))[1:] == vues
    assert since(database(lignes, arrete_au="2022-08-31"))[1:] == vues, "a cut-off before it moves nothing"
    assert since(database(lignes, arrete_au="2022-12-31"))[1:] == [
        (vues[0][0], 1, *vues[0][2:]),
        ("2021-2022", 0, 0, "2022-12-31"),
    ]
