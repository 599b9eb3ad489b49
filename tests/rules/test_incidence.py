"""Definitions §7 and ADR 0001: cumulative incidence of the rupture, histories counted on the fingers."""

from __future__ import annotations

from itertools import count
from math import exp, log

import duckdb
import pytest

from tests.oracle.incidence import cumulative_incidence
from tests.rules.rows import TEMOIN, Base, contrat
from tests.support import rows

LE_31 = "contrats_2022-12-31.csv"


class Cohorte:
    """Contracts of as many apprentices: `begin(20, rupture="2022-01-10")`, all on one day unless said otherwise."""

    def __init__(self) -> None:
        self.lignes = [TEMOIN]
        self.numeros = count(1)

    def begin(self, combien: int, debut: str = "2021-09-01", fin: str = "2023-08-31", rupture: str = "") -> Cohorte:
        for _, numero in zip(range(combien), self.numeros, strict=False):
            self.lignes.append(contrat(str(numero), debut, fin, dateeffetrupture=rupture, idalternant=f"A{numero}"))
        return self

    def known_to(self, fichier: str = LE_31) -> dict[str, list[dict[str, str]]]:
        return {fichier: self.lignes}


def months(con: duckdb.DuckDBPyConnection, annee: str = "2021-2022") -> list[tuple[object, ...]]:
    """(month, at risk, ruptures, terms, incidence) of the cohort of a year, of the one type of diploma."""
    return rows(
        con,
        "select mois_depuis_debut, a_risque, ruptures, sortis_a_terme, round(incidence, 6) "
        f"from ventilations.incidence_cumulee where annee = '{annee}' and type_diplome = 'CAP'",
    )


def test_without_censoring_it_is_the_share_already_broken(database: Base) -> None:
    cohorte = Cohorte().begin(4, rupture="2021-09-20").begin(6, rupture="2021-11-15").begin(30)
    assert months(database(cohorte.known_to()))[:4] == [
        (0, 40, 4, 0, 0.1), (1, 36, 0, 0, 0.1), (2, 36, 6, 0, 0.25), (3, 30, 0, 0, 0.25),
    ]  # fmt: skip


def test_a_contract_come_to_its_term_can_no_longer_be_broken(database: Base) -> None:
    cohorte = Cohorte().begin(10, rupture="2021-09-20").begin(10, fin="2022-02-28").begin(5, rupture="2022-03-10")
    # 5 of the 20 left, which are half of the 40: 1/4 + 1/2 × 5/20, where 1 - Kaplan–Meier would say 1 - 3/4 × 3/4.
    assert months(database(cohorte.begin(15).known_to()))[4:7] == [
        (4, 30, 0, 0, 0.25), (5, 30, 0, 10, 0.25), (6, 20, 5, 0, 0.375),
    ]  # fmt: skip


def test_contracts_that_are_still_running_are_followed_as_long_as_the_exports_go(database: Base) -> None:
    cohorte = Cohorte().begin(5, rupture="2022-03-10").begin(20)
    cohorte.begin(5, "2022-08-01", rupture="2022-09-10").begin(20, "2022-08-01")
    # Those of August are followed for five months: 5/50, then 9/10 × 5/25.
    assert months(database(cohorte.known_to()))[:8] == [
        (0, 50, 0, 0, 0.0), (1, 50, 5, 0, 0.1), (2, 45, 0, 0, 0.1), (3, 45, 0, 0, 0.1), (4, 45, 0, 0, 0.1),
        (5, 25, 0, 0, 0.1), (6, 25, 5, 0, 0.28), (7, 20, 0, 0, 0.28),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fichier", "attendu"),
    [(LE_31, (4, 20, 1, 0, 0.05)), ("contrats_2022-12-30.csv", (3, 20, 0, 0, 0.0))],
)
def test_a_month_that_the_exports_do_not_know_whole_counts_for_nothing(
    database: Base, fichier: str, attendu: tuple[object, ...]
) -> None:
    cohorte = Cohorte().begin(19, "2022-08-01").begin(1, "2022-08-01", rupture="2022-12-10")
    assert months(database(cohorte.known_to(fichier)))[-1] == attendu


def test_months_with_fewer_than_twenty_contracts_are_not_given(database: Base) -> None:
    cohorte = Cohorte().begin(1, rupture="2021-10-05").begin(19)
    assert [ligne[:2] for ligne in months(database(cohorte.known_to()))] == [(0, 20), (1, 20)]


def test_a_cohort_of_fewer_than_twenty_contracts_is_not_given(database: Base) -> None:
    assert months(database(Cohorte().begin(1, rupture="2021-10-05").begin(18).known_to())) == []


def test_a_rupture_counts_though_another_contract_follows_and_on_the_stand_in_day(database: Base) -> None:
    cohorte = Cohorte().begin(18)
    cohorte.lignes += [
        contrat("91", dateeffetrupture="2021-10-10", idalternant="R"),
        contrat("92", debut="2021-11-02", idalternant="R"),
        contrat("93", statut="Rompu", datesignalementrupture="2021-10-10", idalternant="S"),
    ]
    assert months(database(cohorte.known_to()))[:2] == [(0, 21, 0, 0, 0.0), (1, 21, 2, 0, round(2 / 21, 6))]


def test_a_cohort_is_of_the_window_its_contracts_begin_in_and_never_started_ones_are_of_none(database: Base) -> None:
    cohorte = Cohorte().begin(20, "2021-08-15").begin(21, "2021-08-16").begin(3, rupture="2021-09-01")
    con = database(cohorte.known_to())
    assert months(con, "2020-2021")[0] == (0, 20, 0, 0, 0.0)
    assert months(con)[0] == (0, 21, 0, 0, 0.0)


def test_each_type_of_diploma_has_its_own(database: Base) -> None:
    cohorte = Cohorte().begin(20).begin(5, rupture="2021-09-20").begin(20)
    for ligne in cohorte.lignes[21:]:
        ligne["codediplome"] = "45033404"
    con = database(cohorte.known_to())
    assert rows(
        con,
        "select type_diplome, a_risque, ruptures, incidence, fiabilite from ventilations.incidence_cumulee "
        "where annee = '2021-2022' and mois_depuis_debut = 0",
    ) == [("Ensemble", 45, 5, 5 / 45, "fragile"), ("BP", 25, 5, 0.2, "fragile"), ("CAP", 20, 0, 0.0, "fragile")]


def test_all_the_contracts_are_enough_where_no_type_is(database: Base) -> None:
    cohorte = Cohorte().begin(15).begin(2, rupture="2021-09-20").begin(13)
    for ligne in cohorte.lignes[16:]:
        ligne["codediplome"] = "45033404"
    con = database(cohorte.known_to())
    assert rows(
        con, "select distinct type_diplome, max(a_risque) from ventilations.incidence_cumulee group by all"
    ) == [("Ensemble", 30)]


def test_the_part_of_a_month_is_of_those_followed_in_it(database: Base) -> None:
    con = database(Cohorte().begin(10, rupture="2021-09-20").begin(6, rupture="2021-10-15").begin(24).known_to())
    assert rows(
        con,
        "select part_du_mois from ventilations.incidence_cumulee where type_diplome = 'Ensemble' "
        "and mois_depuis_debut < 3 order by mois_depuis_debut",
    ) == [(10 / 40,), (6 / 30,), (0.0,)]


def test_the_interval_is_that_of_another_implementation_with_terms_and_contracts_still_running(database: Base) -> None:
    """Against arrays of numpy (tests/oracle), and where nothing ended before, against the binomial."""
    cohorte = Cohorte().begin(8, rupture="2021-09-20").begin(5, rupture="2021-11-15").begin(9, fin="2022-02-28")
    cohorte.begin(6, rupture="2022-03-10").begin(40).begin(3, "2022-08-01", rupture="2022-09-20").begin(
        25, "2022-08-01"
    )
    lignes = rows(
        database(cohorte.known_to()),
        "select a_risque, ruptures, sortis_a_terme, incidence, incidence_basse, incidence_haute "
        "from ventilations.incidence_cumulee where annee = '2021-2022' and type_diplome = 'Ensemble' "
        "order by mois_depuis_debut",
    )
    suivis, ruptures, termes, incidences, basses, hautes = (list(colonne) for colonne in zip(*lignes, strict=True))
    attendue = cumulative_incidence(ruptures, termes, suivis)
    assert incidences == pytest.approx(attendue.valeur.tolist())
    assert basses == pytest.approx(attendue.bas.tolist())
    assert hautes == pytest.approx(attendue.haut.tolist())
    part = 8 / 96
    demi = 1.959963984540054 * (part * (1 - part) / 96) ** 0.5 / -((1 - part) * log(1 - part))
    assert (basses[0], hautes[0]) == pytest.approx((1 - (1 - part) ** exp(-demi), 1 - (1 - part) ** exp(demi)))


def test_there_is_no_interval_where_none_or_all_are_broken(database: Base) -> None:
    cohorte = Cohorte().begin(20, rupture="2021-10-20")
    assert rows(
        database(cohorte.known_to()),
        "select incidence, incidence_basse, incidence_haute from ventilations.incidence_cumulee "
        "where type_diplome = 'Ensemble' order by mois_depuis_debut",
    ) == [(0.0, None, None), (1.0, None, None)]


def test_an_incidence_reaches_one_where_all_are_broken_and_no_further(database: Base) -> None:
    cohorte = Cohorte()
    for mois, combien in (("10", 7), ("11", 13)):
        cohorte.begin(combien, rupture=f"2021-{mois}-20")
    cohorte.begin(20, rupture="2021-12-20")
    assert months(database(cohorte.known_to()))[-1] == (3, 20, 20, 0, 1.0)
