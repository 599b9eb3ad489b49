"""Ruptures by month of the calendar and of the year before, and bounds of parts (definitions §7). One rule a test."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from tests.rules.rows import Base, contrat
from tests.support import macros, rows

PREMIERE = '[annees]\npremiere = "{}"\n'
MOIS: tuple[str, ...] = (
    "Janvier", "Février", "Mars", "Avril", "Mai", "Juin", "Juillet", "Août", "Septembre", "Octobre", "Novembre",
    "Décembre",
)  # fmt: skip
LIGNES = [
    contrat("1", debut="2019-09-01", fin="2021-08-31", idalternant="A1"),
    contrat("2", debut="2020-09-01", fin="2022-08-31", idalternant="A2", dateeffetrupture="2020-10-12"),
    contrat("3", debut="2021-09-15", idalternant="A3", dateeffetrupture="2022-01-01"),
    contrat("4", debut="2021-09-01", idalternant="A4", dateeffetrupture="2022-08-10"),
    contrat("5", debut="2021-09-01", idalternant="A5", statut="Rompu", datesignalementrupture="2021-11-02"),
    contrat("6", debut="2021-10-01", idalternant="A6", statut="Annulé"),
]


def by_month(con: duckdb.DuckDBPyConnection, annee: str = "2021-2022") -> dict[object, tuple[object, ...]]:
    """(gross ruptures, contract-months, ruptures for 1,000) of each month of the calendar."""
    lignes = rows(con, f"select * exclude (annee) from ventilations.saisonnalite where annee = '{annee}'")
    return {ligne[0]: ligne[1:] for ligne in lignes}


def contract_days(con: duckdb.DuckDBPyConnection, premier: date, fin: date) -> dict[str, int]:
    """Days under contract of each month, counted one by one."""
    jours = dict.fromkeys(MOIS, 0)
    contrats = rows(
        con,
        "select date_debut, coalesce(date_rupture - 1, date_fin_prevue) from core.contrats where not jamais_commence",
    )
    for debut, dernier in contrats:
        assert isinstance(debut, date)
        assert isinstance(dernier, date)
        jour = max(debut, premier)
        while jour <= min(dernier, fin):
            jours[MOIS[jour.month - 1]] += 1
            jour += timedelta(1)
    return jours


def test_each_month_has_its_ruptures_for_1_000_contract_months_over_whole_months(own_database: Base) -> None:
    con = own_database({"contrats_2022-12-31.csv": LIGNES})
    vues = by_month(con)
    # August 2019 and August 2022 are cut: 12 months of 2020 and 2021 and those between.
    jours = contract_days(con, date(2019, 9, 1), date(2022, 7, 31))
    assert {mois: vues[mois][1] for mois in MOIS} == {mois: pytest.approx(jours[mois] / 30.4375) for mois in MOIS}
    assert {mois: ligne[0] for mois, ligne in vues.items() if ligne[0]} == {
        "Octobre": 1, "Janvier": 1, "Non renseigné": 1,
    }  # fmt: skip
    assert vues["Octobre"][2] == pytest.approx(1000 * 30.4375 / jours["Octobre"])
    assert vues["Non renseigné"][1:] == (None, None)


def test_a_month_that_the_exports_do_not_know_whole_is_left_out(own_database: Base) -> None:
    con = own_database({"contrats_2022-03-15.csv": LIGNES[:3]}, config=PREMIERE.format("2021-2022"))
    assert list(by_month(con)) == ["Janvier", "Février", "Septembre", "Octobre", "Novembre", "Décembre"]
    assert by_month(con)["Septembre"] == (0, pytest.approx(16 / 30.4375), 0.0)
    # Broken on the first of January: the last day under contract is in December.
    assert by_month(con)["Janvier"] == (1, 0.0, None)


def test_a_month_has_that_of_the_year_before_beside_it(own_database: Base) -> None:
    lignes = [
        contrat("1", debut="2019-09-01", idalternant="A1"),
        contrat("2", debut="2020-09-01", idalternant="A2", dateeffetrupture="2021-08-05"),
        contrat("3", debut="2021-09-01", idalternant="A3", dateeffetrupture="2022-08-05"),
        contrat("4", debut="2020-09-01", idalternant="A4", dateeffetrupture="2021-01-05"),
        contrat("5", debut="2021-01-10", idalternant="A4"),
        contrat("6", debut="2020-09-01", idalternant="A6", statut="Rompu", datesignalementrupture="2021-01-05"),
        contrat("7", debut="2020-09-01", idalternant="A7", dateeffetrupture="2021-08-20"),
    ]
    con = own_database({"contrats_2022-12-31.csv": lignes}, config=PREMIERE.format("2020-2021"))
    assert rows(
        con,
        "select mois, ruptures_nettes, ruptures_nettes_avant, ruptures_brutes, ruptures_brutes_avant "
        "from ventilations.par_mois where annee = '2021-2022' "
        "and ruptures_nettes + ruptures_nettes_avant + ruptures_brutes + ruptures_brutes_avant > 0",
    ) == [("2021-08", 1, 0, 1, 0), ("2022-01", 0, 0, 0, 1), ("2022-08", 1, 1, 1, 1)]
    assert rows(
        con,
        "select distinct ruptures_nettes_avant, ruptures_brutes_avant from ventilations.par_mois "
        "where annee = '2020-2021'",
    ) == [(None, None)]


def test_a_part_has_bounds_where_something_is_not_told() -> None:
    lignes = "('a', 'essai', 81), ('a', 'suite', 235), ('a', 'Non renseigné', 10), ('b', 'essai', 3), ('b', 'suite', 1)"
    bornes = rows(
        macros(),
        "select annee, groupe, unnest(bornes_de_part(annee, groupe, nombre)) "
        f"from (values {lignes}) as l(annee, groupe, nombre) order by annee, nombre desc",
    )
    assert bornes == [
        ("a", "suite", pytest.approx(235 / 326), pytest.approx(245 / 326)),
        ("a", "essai", pytest.approx(81 / 326), pytest.approx(91 / 326)),
        ("a", "Non renseigné", None, None), ("b", "essai", None, None), ("b", "suite", None, None),
    ]  # fmt: skip
