"""Definitions §7, mix: ruptures expected of the apprentices of each structure. One rule a test."""

from __future__ import annotations

import itertools
from fractions import Fraction

import duckdb
import pytest

from pipeline.paths import RACINE
from tests.rules.rows import Base, contrat, one_delivery

LAC, MONT, VALLEE = "0010001A", "0010002B", "0010003C"
CAP, BP = "50022137", "45033404"


def apprentices(uai: str, suivis: int, rompus: int, diplome: str = CAP, **autres: str) -> list[dict[str, str]]:
    """As many apprentices of a structure, the first ones with a net rupture in 2021-2022."""
    ruptures = [*rompus * ["2022-03-01"], *(suivis - rompus) * [""]]
    return [contrat("", uaicfa=uai, codediplome=diplome, dateeffetrupture=jour, **autres) for jour in ruptures]


def network(*lignes: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """These contracts, each of an apprentice of its own."""
    personnes = ({"nocontrat": f"{n:06d}", "idalternant": f"A{n:06d}"} for n in range(len(lignes)))
    return one_delivery(*(ligne | personne for ligne, personne in zip(lignes, personnes, strict=True)))


def expected(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Expected ruptures of 2021-2022 by structure."""
    return dict(con.execute("select uai, attendues from core.ruptures_attendues where annee = '2021-2022'").fetchall())


def test_with_one_stratum_each_structure_is_expected_to_have_the_rate_of_the_network(database: Base) -> None:
    con = database(network(*apprentices(LAC, 6, 3), *apprentices(MONT, 2, 1)))
    assert expected(con) == {LAC: 3.0, MONT: 1.0}


def test_each_type_of_diploma_has_its_own_rate(database: Base) -> None:
    # CAP: 3 of 4 in all; BP: none of 4. The two structures differ by their diplomas only.
    con = database(
        network(
            *apprentices(LAC, 3, 2), *apprentices(MONT, 1, 1), *apprentices(LAC, 1, 0, BP), *apprentices(MONT, 3, 0, BP)
        )
    )
    assert expected(con) == {LAC: 3 * 0.75, MONT: 0.75}


def test_each_year_of_cycle_has_its_own_rate(database: Base) -> None:
    premiere, seconde = {"datedebutformation": "2021-09-01"}, {"datedebutformation": "2020-09-01"}
    con = database(
        network(
            *apprentices(LAC, 2, 1, **premiere),
            *apprentices(MONT, 2, 1, **premiere),
            *apprentices(MONT, 2, 0, **seconde),
        )
    )
    assert expected(con) == {LAC: 1.0, MONT: 1.0}


def test_apprentices_of_unknown_year_of_cycle_are_a_stratum(database: Base) -> None:
    con = database(
        network(
            *apprentices(LAC, 4, 2),
            *apprentices(MONT, 4, 0),
            *apprentices(MONT, 2, 2, datedebutformation="2021-09-01"),
        )
    )
    assert expected(con) == {LAC: 1.0, MONT: 1.0 + 2.0}


def test_structures_that_are_no_cfa_count_in_the_rates_and_have_theirs(database: Base) -> None:
    con = database(network(*apprentices(LAC, 2, 0), *apprentices(VALLEE, 2, 2)))
    assert expected(con) == {LAC: 1.0, VALLEE: 1.0}
    assert con.execute("select uai, attendues from ventilations.cfa_compares where annee = '2021-2022'").fetchall() == [
        (LAC, 1.0)
    ]


def test_apprentices_whose_contract_came_to_its_term_count_nowhere(database: Base) -> None:
    con = database(network(*apprentices(LAC, 2, 1), *apprentices(MONT, 2, 1), contrat(fin="2022-07-31")))
    assert expected(con) == {LAC: 1.0, MONT: 1.0}


def test_a_year_has_its_own_rates(database: Base) -> None:
    avant = apprentices(LAC, 2, 0) + apprentices(MONT, 2, 2)
    for ligne in avant:
        ligne |= {"datedebutcontrat": "2020-09-01", "datefincontrat": "2021-08-20"}
        if ligne.pop("dateeffetrupture", ""):
            ligne["dateeffetrupture"] = "2021-03-01"
    con = database(network(*avant, *apprentices(LAC, 3, 0)))
    assert expected(con) == {LAC: 0.0}
    assert con.execute(
        "select uai, attendues from core.ruptures_attendues where annee = '2020-2021' order by uai"
    ).fetchall() == [(LAC, 1.0), (MONT, 1.0)]


def test_over_all_structures_as_many_are_expected_as_observed_whatever_the_strata(database: Base) -> None:
    strates = itertools.product((LAC, MONT, VALLEE), (CAP, BP), ("2021-09-01", "2020-09-01", ""))
    lignes = []
    for rang, (uai, diplome, debut) in enumerate(strates):
        lignes += apprentices(uai, 1 + rang % 7, rang % 3 % (2 + rang % 7), diplome, datedebutformation=debut)
    con = database(network(*lignes))
    observees = {uai: Fraction(0) for uai in (LAC, MONT, VALLEE)}
    cellules = con.execute(
        "select uai, type_diplome, annee_cycle, count(*), count(*) filter (where statut = 'rupture_nette') "
        "from core.inscriptions where annee = '2021-2022' group by all"
    ).fetchall()
    for uai, genre, cycle, suivis, _ in cellules:
        strate = [(n, k) for _, g, c, n, k in cellules if (g, c) == (genre, cycle)]
        observees[uai] += Fraction(suivis * sum(k for _, k in strate), sum(n for n, _ in strate))
    assert expected(con) == pytest.approx({uai: float(attendues) for uai, attendues in observees.items()})
    assert sum(observees.values()) == sum(k for *_, k in cellules) > 10


def test_the_control_finds_expected_ruptures_that_do_not_add_up(database: Base) -> None:
    con = database(network(*apprentices(LAC, 6, 3), *apprentices(MONT, 2, 1)))
    controle = (RACINE / "sql/controles/ruptures_attendues_et_observees.sql").read_text(encoding="utf-8")
    assert con.execute(controle).fetchall() == []
    faussee = controle.replace(
        "core.ruptures_attendues\n", "(select * from core.ruptures_attendues where uai = '0010001A')\n"
    )
    assert [ligne[0] for ligne in con.execute(faussee).fetchall()] == ["2021-2022"]
