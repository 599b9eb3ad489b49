"""Definitions §4 and ADR 0001: months since the start, periods by structure, diploma and year of the cycle."""

from __future__ import annotations

import duckdb
import pytest

from tests.rules.rows import Base, contrat, one_delivery
from tests.support import rows

INCONNU = {"statut": "Rompu", "datesignalementrupture": "2022-03-05"}


def broken(numero: int, rupture: str, **autres: str) -> dict[str, str]:
    """The contract of one more apprentice, begun on 1 September 2021 unless said otherwise."""
    return contrat(str(numero), idalternant=f"A{numero}", **{"dateeffetrupture": rupture, **autres})


def months(con: duckdb.DuckDBPyConnection) -> dict[object, object]:
    """Ruptures by month since the start, those of 2021-2022."""
    lignes = rows(
        con,
        "select mois_depuis_debut, ruptures_nettes from ventilations.par_mois_depuis_debut where annee = '2021-2022'",
    )
    return dict(lignes)  # type: ignore[arg-type]


def test_every_month_of_two_years_is_there_in_order_then_those_after(database: Base) -> None:
    mois = months(database(one_delivery(broken(1, "2021-09-15"))))
    assert list(mois) == [*(str(n) for n in range(24)), "24 et plus"]
    assert [nom for nom, ruptures in mois.items() if ruptures] == ["0"]


@pytest.mark.parametrize(
    ("debut", "rupture", "mois"),
    [
        ("2021-09-01", "2021-09-02", "0"), ("2021-09-01", "2021-09-30", "0"), ("2021-09-01", "2021-10-01", "1"),
        ("2021-12-31", "2022-02-27", "1"), ("2021-12-31", "2022-02-28", "2"), ("2020-03-10", "2022-03-09", "23"),
        ("2020-03-10", "2022-03-10", "24 et plus"), ("2019-08-20", "2022-08-15", "24 et plus"),
    ],
)  # fmt: skip
def test_months_since_the_start_are_full(database: Base, debut: str, rupture: str, mois: str) -> None:
    con = database(one_delivery(broken(1, rupture, debut=debut)))
    assert [nom for nom, ruptures in months(con).items() if ruptures] == [mois]


def test_a_rupture_of_unknown_day_is_at_no_month_since_the_start(database: Base) -> None:
    mois = months(database(one_delivery(broken(1, "", **INCONNU), broken(2, "2021-12-01"))))
    assert {nom: ruptures for nom, ruptures in mois.items() if ruptures} == {"3": 1, "Non renseigné": 1}


def test_only_net_ruptures_have_a_month_since_the_start(database: Base) -> None:
    con = database(
        one_delivery(contrat("1"), broken(2, "2021-12-01"), contrat("3", idalternant="A2", debut="2022-01-03"))
    )
    assert not any(months(con).values())
    assert rows(con, "select count(mois_depuis_debut) from core.inscriptions") == [(0,)]


def test_periods_of_each_cfa_and_of_the_cfa_only(database: Base) -> None:
    con = database(
        one_delivery(
            broken(1, "2021-10-10"), broken(2, "2022-03-10"), broken(3, "2022-04-10"),
            broken(4, "2022-04-10", uaicfa="0010002B"), broken(5, "2021-10-10", siret="11111111100003"),
            broken(6, "", **INCONNU, uaicfa="0010002B"),
        )
    )  # fmt: skip
    assert rows(
        con,
        "select structure, periode, ruptures_nettes, ruptures_du_groupe, round(part_du_groupe, 2), "
        "round(part_ruptures, 2) from ventilations.par_periode_cfa",
    ) == [
        ("CFA du Lac", "essai", 1, 3, 0.33, 0.17), ("CFA du Lac", "intermediaire", 2, 3, 0.67, 0.33),
        ("CFA du Lac", "Non renseigné", 0, 3, 0.0, 0.0),
        ("CFA du Mont", "essai", 0, 2, 0.0, 0.0), ("CFA du Mont", "intermediaire", 1, 2, 0.5, 0.17),
        ("CFA du Mont", "Non renseigné", 1, 2, 0.5, 0.17),
    ]  # fmt: skip


def test_periods_of_each_type_of_diploma_most_ruptures_first(database: Base) -> None:
    con = database(
        one_delivery(
            broken(1, "2021-10-10", codediplome="45033404"), broken(2, "2022-03-10"), broken(3, "2022-07-10"),
            broken(4, "2022-03-10", codediplome="99999999"),
        )
    )  # fmt: skip
    assert rows(
        con,
        "select type_diplome, periode, ruptures_nettes from ventilations.par_periode_type_diplome "
        "where ruptures_nettes > 0",
    ) == [
        ("CAP", "intermediaire", 1), ("CAP", "post_examen", 1), ("BP", "essai", 1),
        ("Non renseigné", "intermediaire", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("debut", "fin", "place"),
    [
        ("2021-09-01", "2023-07-07", "Année antérieure"), ("2020-09-01", "2022-07-07", "Dernière année"),
        ("2019-09-01", "2021-07-07", "Dernière année"), ("2021-09-01", "2022-07-07", "Dernière année"),
        ("2020-09-01", "2023-07-07", "Année antérieure"), ("2020-09-01", "", "Non renseigné"),
        ("", "2022-07-07", "Non renseigné"),
    ],
)  # fmt: skip
def test_the_final_year_of_the_cycle_and_any_year_after_it(database: Base, debut: str, fin: str, place: str) -> None:
    con = database(one_delivery(broken(1, "2022-06-20", datedebutformation=debut, datefinformation=fin)))
    assert rows(
        con,
        "select periode, place_dans_cycle, ruptures_nettes, part_du_groupe from ventilations.par_periode_annee_cycle",
    ) == [("post_examen", place, 1, 1.0)]


def test_the_place_in_the_cycle_is_that_of_the_day_of_the_rupture(database: Base) -> None:
    cycle = {"datedebutformation": "2020-09-01", "datefinformation": "2022-07-07", "debut": "2020-09-01"}
    con = database(one_delivery(broken(1, "2021-08-31", **cycle), broken(2, "2021-09-01", **cycle)))
    assert rows(
        con,
        "select periode, place_dans_cycle from core.inscriptions where statut = 'rupture_nette' order by date_rupture",
    ) == [("post_examen", "Année antérieure"), ("intermediaire", "Dernière année")]
