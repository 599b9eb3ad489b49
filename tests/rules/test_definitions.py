"""Definitions §5: the indicators side by side. First a cohort counted on the fingers, then one rule a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.rules import cohort
from tests.rules.rows import LIVRAISON, Base, contrat
from tests.support import build_project, models

Lignes = dict[tuple[str, str], tuple[Any, Any, float]]


def measures(con: duckdb.DuckDBPyConnection, annee: str = "2021-2022") -> Lignes:
    """(cohort, indicator) → numerator, denominator, value, of one year."""
    sql = (
        "select annee_cohorte, indicateur, numerateur, denominateur, valeur from ventilations.definitions_comparees "
        "where annee = ?"
    )
    return {(cohort, nom): tuple(valeurs) for cohort, nom, *valeurs in con.execute(sql, [annee]).fetchall()}  # type: ignore[misc]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    dossier: Path = tmp_path_factory.mktemp("cohorte")
    con = build_project(
        dossier,
        cohort.LIVRAISONS,
        config=cohort.CONFIG,
        referentiels=cohort.REFERENTIELS,
        sql=models("definitions_comparees"),
    )
    yield con
    con.close()


@pytest.mark.parametrize(("cohorte_", "indicateur"), cohort.COMPTES)
def test_an_indicator_is_what_the_fingers_count(
    base: duckdb.DuckDBPyConnection, cohorte_: str, indicateur: str
) -> None:
    numerateur, denominateur = cohort.COMPTES[cohorte_, indicateur]
    pour = 1000 if indicateur == "pour_1000_mois" else 1
    attendue = (numerateur, pytest.approx(denominateur), pytest.approx(pour * numerateur / denominateur))
    assert measures(base)[cohorte_, indicateur] == attendue


def test_the_bibb_s_quotient_has_a_value_and_no_counts(base: duckdb.DuckDBPyConnection) -> None:
    assert measures(base)["2021-2022", "bibb_lq"] == (None, None, pytest.approx(cohort.BIBB_LQ))


def test_nothing_else_is_in_the_year(base: duckdb.DuckDBPyConnection) -> None:
    # The net one of 2021-2022 is not: nobody has had fifteen months.
    assert measures(base).keys() == {*cohort.COMPTES, ("2021-2022", "bibb_lq")}


def test_a_year_with_fewer_than_four_windows_has_no_bibb_quotient(base: duckdb.DuckDBPyConnection) -> None:
    assert ("2020-2021", "bibb_lq") not in measures(base, "2020-2021")


def test_no_cohort_is_older_than_the_first_complete_year(base: duckdb.DuckDBPyConnection) -> None:
    assert {c for c, _ in measures(base, "2018-2019")} == {"2018-2019"}
    assert {c for c, _ in measures(base, "2019-2020")} == {"2018-2019", "2019-2020"}


def test_the_same_rows_whatever_their_order(base: duckdb.DuckDBPyConnection, own_database: Base) -> None:
    livraison = {LIVRAISON: cohort.CONTRATS[::-1]}
    con = own_database(livraison, config=cohort.CONFIG, referentiels=cohort.REFERENTIELS)
    sql = "select * from ventilations.definitions_comparees order by rowid"
    assert con.execute(sql).fetchall() == base.execute(sql).fetchall()


def test_a_rupture_on_the_day_that_ends_the_months_does_not_come_before_it(database: Base) -> None:
    # From 31 October: 3, 6 and 9 months end on 31 January, 30 April and 31 July.
    ruptures = ["2021-01-30", "2021-01-31", "2021-04-29", "2021-04-30", "2021-07-30", "2021-07-31"]
    lignes = [
        contrat(str(n), "2020-10-31", idalternant=f"A{n}", dateeffetrupture=rupture)
        for n, rupture in enumerate(ruptures)
    ]
    lues = measures(database({LIVRAISON: lignes}, config='[annees]\npremiere = "2020-2021"\n'))
    assert [lues["2020-2021", f"dares_brut_{mois}m"][:2] for mois in (3, 6, 9)] == [(1, 6), (3, 6), (5, 6)]


def net(database: Base, *contrats: dict[str, str]) -> tuple[int, float]:
    """Numerator and denominator of the Dares's net rate for the contracts begun in 2020-2021."""
    con = database({LIVRAISON: list(contrats)}, config='[annees]\npremiere = "2020-2021"\n')
    return measures(con)["2020-2021", "dares_net_9m_6m"][:2]


ROMPU = contrat("1", "2020-10-01", dateeffetrupture="2021-05-31")


def test_a_contract_begun_before_the_rupture_follows_it_if_it_began_later(database: Base) -> None:
    assert net(database, ROMPU, contrat("2", "2020-10-02", fin="2022-08-31")) == (0, 2)


def test_a_contract_begun_the_same_day_does_not_follow(database: Base) -> None:
    assert net(database, ROMPU, contrat("2", "2020-10-01", fin="2022-08-31")) == (1, 2)


def test_six_months_after_the_rupture_are_cut_to_the_month_s_end(database: Base) -> None:
    assert net(database, ROMPU, contrat("2", "2021-11-30")) == (0, 1)


def test_one_day_more_is_too_late(database: Base) -> None:
    assert net(database, ROMPU, contrat("2", "2021-12-01")) == (1, 1)


def test_a_contract_that_never_started_does_not_follow(database: Base) -> None:
    assert net(database, ROMPU, contrat("2", "2021-07-01", statut="Annulé")) == (1, 1)


def test_another_broken_contract_follows(database: Base) -> None:
    suite = contrat("2", "2021-05-01", dateeffetrupture="2021-07-15")
    assert net(database, ROMPU, suite) == (1, 2)  # the second, which nothing follows


def test_the_second_of_three_contracts_does_not_hide_the_third(database: Base) -> None:
    meme_jour = contrat("2", "2020-10-01", dateeffetrupture="2021-03-01")
    assert net(database, ROMPU, meme_jour, contrat("3", "2021-09-02")) == (1, 2)  # too late for "2" only


def test_a_provisional_year_has_no_bibb_quotient(database: Base) -> None:
    livraison = {"contrats_2022-08-14.csv": cohort.CONTRATS}
    con = database(livraison, config=cohort.CONFIG, referentiels=cohort.REFERENTIELS, annee="2021-2022")
    assert ("2021-2022", "bibb_lq") not in measures(con)
    assert measures(con)["2021-2022", "taux_rupture_nette"][:2] == (4, 11)


def test_a_window_in_which_no_contract_began_leaves_the_bibb_quotient_out(database: Base) -> None:
    sans = [ligne for ligne in cohort.CONTRATS if ligne["nocontrat"] not in ("C1", "D1")]
    con = database({LIVRAISON: sans}, config=cohort.CONFIG, referentiels=cohort.REFERENTIELS)
    assert ("2021-2022", "bibb_lq") not in measures(con)


def test_a_year_without_contracts_has_no_row(database: Base) -> None:
    # Begun on 1 September, it would be in the year moved to that day.
    con = database({LIVRAISON: [contrat("1", "2021-09-02")]}, config='[annees]\npremiere = "2020-2021"\n')
    assert measures(con, "2020-2021") == {}


AUTRES_FINS = ("taux_nette_31_juillet", "taux_nette_1er_septembre")


def other_ends(con: duckdb.DuckDBPyConnection) -> list[tuple[int, float]]:
    """Numerator and denominator of the two other days of 2021-2022."""
    lues = measures(con)
    return [lues["2021-2022", nom][:2] for nom in AUTRES_FINS]


def test_the_other_days_are_cut_off_on_themselves_whatever_the_cut_off(database: Base) -> None:
    con = database(
        cohort.LIVRAISONS, config=cohort.CONFIG, referentiels=cohort.REFERENTIELS, annee="2021-2022",
        arrete_au="2022-10-31",
    )  # fmt: skip
    assert other_ends(con) == [cohort.COMPTES["2021-2022", nom] for nom in AUTRES_FINS]


@pytest.mark.parametrize("fin", ["12-31", "07-31", "01-15"])
def test_the_other_days_are_those_of_the_civil_year_of_the_end(database: Base, fin: str) -> None:
    con = database(cohort.LIVRAISONS, config=f'{cohort.CONFIG}fin = "{fin}"\n', annee="2021-2022")
    assert other_ends(con) == [cohort.COMPTES["2021-2022", nom] for nom in AUTRES_FINS]


def test_a_moved_year_has_the_rate_of_a_year_that_ends_that_day(database: Base) -> None:
    con = database(cohort.LIVRAISONS, config=f'{cohort.CONFIG}fin = "07-31"\n', annee="2021-2022")
    lues = measures(con)
    assert lues["2021-2022", "taux_nette_31_juillet"] == lues["2021-2022", "taux_rupture_nette"]
