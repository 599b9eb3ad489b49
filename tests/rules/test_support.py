"""What the journal of support is counted for (docs/accompagnement.md): delays, what is not followed yet, outcomes,
visits, returns. One rule a test, the cases of all of them in two databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.schemas import ACTIONS, ISSUES, RESULTATS
from tests.histories import TEMOIN
from tests.rules.rows import contrat
from tests.support import build_project, macros, models_for, rows

TABLES = ("core.accompagnement", "core.delais_de_trace", "core.retours", "core.visites", "core.anomalies")
JOURNAL = "journal_2022-11-05.csv"
RUPTURE = "2022-01-10"  # six months after: from 2022-01-10 to 2022-07-09


def number(nom: str) -> str:
    """The number of the contract of a case: one without figures might be somebody's name."""
    return f"{nom.replace('-', '')}9".upper()


def trace(nom: str, date: str, action: str = "Contact", resultat: str = "Réalisé") -> dict[str, str]:
    return {"nocontrat": number(nom), "date": date, "action": action, "resultat": resultat}


# Contract → (its row, its lines of the journal); one apprentice each, the CFA of the first unless said otherwise.
ROMPU = {"dateeffetrupture": RUPTURE}
CAS: dict[str, tuple[dict[str, str], list[dict[str, str]]]] = {
    "same-day": (ROMPU, [trace("same-day", RUPTURE)]),
    "15": (ROMPU, [trace("15", "2022-01-25")]),
    "16": (ROMPU, [trace("16", "2022-01-26")]),
    "30": (ROMPU, [trace("30", "2022-02-09", resultat="Sans réponse")]),
    "31": (ROMPU, [trace("31", "2022-02-10")]),
    "last-day": (ROMPU, [trace("last-day", "2022-07-09", resultat="Emploi")]),
    "too-late": (ROMPU, [trace("too-late", "2022-07-10", resultat="Emploi")]),
    "silent": (ROMPU, []),
    "before": (ROMPU, [trace("before", "2022-01-09", "Médiation")]),
    "other-before": (ROMPU, [trace("other-before", "2022-01-09", "Entretien de sortie")]),
    "sent": (ROMPU, [trace("sent", "2022-02-24", "Mission locale", "")]),
    "sent-late": (ROMPU, [trace("sent-late", "2022-02-25", "Mission locale")]),
    "sent-refused": (ROMPU, [trace("sent-refused", "2022-01-20", "Mission locale", "Refusé")]),
    "no-day": ({"statut": "Rompu", "datesignalementrupture": RUPTURE}, [trace("no-day", "2022-01-20")]),
    # Of the other CFA, whose journal is of the end of January.
    "recent": (ROMPU | {"uaicfa": "0010002B"}, [trace("recent", "2022-01-12")]),
    "planned": (ROMPU | {"uaicfa": "0010002B"}, [trace("planned", "2022-02-04", "Visite", "")]),
    # Before the first trace of all.
    "old": ({"debut": "2020-09-01", "dateeffetrupture": "2020-10-01"}, []),
    "first": ({"debut": "2020-12-01"}, [trace("first", "2021-01-15", "Visite")]),
}  # fmt: skip
DE_JANVIER = {"recent", "planned"}


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    lignes = [
        contrat(number(nom), **({"idalternant": f"A{number(nom)}"} | dict(cellules)))
        for nom, (cellules, _) in CAS.items()
    ]
    par_jour = {"journal_2022-11-05.csv": set(CAS) - DE_JANVIER, "journal_2022-01-31.csv": DE_JANVIER}
    journal = {jour: [t for nom in sorted(noms) for t in CAS[nom][1]] for jour, noms in par_jour.items()}
    # The same action twice, then of a contract that nobody knows.
    journal[JOURNAL] += [trace("15", "2022-01-25"), trace("inconnu", "2022-01-25")]
    con = build_project(
        tmp_path_factory.mktemp("journal"), {"contrats_2022-11-05.csv": [TEMOIN, *lignes]}, journal=journal,
        sql=models_for(*TABLES),
    )  # fmt: skip
    yield con
    con.close()


def measure(
    con: duckdb.DuckDBPyConnection, nom: str, uai: str = "0010001A", annee: str = "2021-2022"
) -> tuple[object, ...]:
    """(cases followed, with a trace, without)."""
    lues = con.execute(
        "select cas_suivis, cas_traces, cas_sans_trace from core.accompagnement "
        "where mesure_accompagnement = ? and uai = ? and annee = ?",
        [nom, uai, annee],
    ).fetchall()
    return lues[0] if lues else ()


def case(con: duckdb.DuckDBPyConnection, nom: str, colonnes: str) -> tuple[object, ...]:
    """Columns of the case of a contract, days as text."""
    choisies = ", ".join(f"dossiers.{colonne.strip()}::varchar" for colonne in colonnes.split(","))
    (ligne,) = con.execute(
        f"select {choisies} from core.dossiers as dossiers inner join core.contrats using (id_contrat) "
        "where contrats.nocontrat = ?",
        [number(nom)],
    ).fetchall()
    return ligne


def test_a_case_is_six_months_from_the_rupture_to_the_eve(con: duckdb.DuckDBPyConnection) -> None:
    assert case(con, "same-day", "date_rupture, fin_six_mois, delai_trace") == ("2022-01-10", "2022-07-09", "0")
    assert case(con, "last-day", "premiere_trace, issue") == ("2022-07-09", "Emploi")
    assert case(con, "too-late", "premiere_trace, issue") == (None, None)


def test_fifteen_and_thirty_days_both_included(con: duckdb.DuckDBPyConnection) -> None:
    # 13 cases of the first CFA have a known day; same-day, 15, sent-refused; then 16, 30.
    assert measure(con, "Trace dans les 15 jours") == (13, 3, 10)
    assert measure(con, "Trace dans les 30 jours") == (13, 5, 8)


def test_an_attempt_without_answer_is_a_trace(con: duckdb.DuckDBPyConnection) -> None:
    assert case(con, "30", "delai_trace") == ("30",)


def test_what_was_done_before_a_rupture_is_no_trace_after_it(con: duckdb.DuckDBPyConnection) -> None:
    assert case(con, "before", "premiere_trace, est_precedee") == (None, "true")
    assert case(con, "other-before", "premiere_trace, est_precedee") == (None, "false")
    assert measure(con, "Contact, visite ou médiation avant la rupture") == (13, 1, 12)


def test_sent_to_a_mission_locale_within_45_days_unless_it_was_refused(con: duckdb.DuckDBPyConnection) -> None:
    assert measure(con, "Mission locale dans les 45 jours") == (13, 1, 12)
    assert case(con, "sent-late", "date_mission_locale") == ("2022-02-25",)
    assert case(con, "sent-refused", "date_mission_locale") == (None,)


def test_an_outcome_closes_a_case_within_its_six_months(con: duckdb.DuckDBPyConnection) -> None:
    assert measure(con, "Six mois clos avec une issue") == (13, 1, 12)


def test_a_rupture_of_unknown_day_is_in_no_delay_and_is_counted(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        con,
        "select ruptures_nettes, nettes_de_jour_inconnu, ruptures_de_30_jours, ruptures_tracees, ruptures_sans_trace, "
        "delai_median from core.delais_de_trace where annee = '2021-2022' and uai = '0010001A'",
    ) == [(14, 1, 13, 9, 4, 30.0)]


def test_a_delay_that_is_not_over_is_in_no_share(con: duckdb.DuckDBPyConnection) -> None:
    assert measure(con, "Trace dans les 15 jours", "0010002B") == (2, 1, 1)
    assert measure(con, "Trace dans les 30 jours", "0010002B") == ()
    assert rows(
        con,
        "select ruptures_de_30_jours, ruptures_de_moins_de_30_jours, delai_median from core.delais_de_trace "
        "where uai = '0010002B'",
    ) == [(0, 2, None)]


def test_what_is_planned_after_the_extraction_is_no_trace_and_is_counted(con: duckdb.DuckDBPyConnection) -> None:
    assert case(con, "planned", "premiere_trace") == (None,)
    comptes = dict(rows(con, "select nature, nombre from core.anomalies where starts_with(nature, 'trace_')"))  # type: ignore[arg-type]
    assert comptes == {"trace_a_venir": 1, "trace_sans_contrat": 1}


def test_what_came_before_the_journal_is_not_untraced(con: duckdb.DuckDBPyConnection) -> None:
    assert measure(con, "Trace dans les 15 jours", annee="2020-2021") == ()
    assert rows(con, "select ruptures_d_avant from core.delais_de_trace where annee = '2020-2021'") == [(1,)]


def test_visits_of_the_first_two_months_and_of_the_last_two(tmp_path: Path) -> None:
    annee = {"debut": "2021-10-01", "fin": "2022-08-01"}
    cas = {
        "first": (annee, [trace("first", "2021-11-30", "Visite")]),
        "third-month": (annee, [trace("third-month", "2021-12-01", "Visite")]),
        "last": (annee, [trace("last", "2022-06-02", "Visite", "")]),
        "refused": (annee, [trace("refused", "2021-10-15", "Visite", "Refusé")]),
        "call": (annee, [trace("call", "2021-10-15", "Contact")]),
        # Broken before the end of its second month: it has not had them, nor its last two.
        "broken": (annee | {"dateeffetrupture": "2021-11-29"}, [trace("broken", "2021-10-15", "Visite")]),
        "broken-later": (annee | {"dateeffetrupture": "2021-11-30"}, []),
        "never": (annee | {"statut": "Annulé"}, []),
        "going-on": (annee | {"fin": "2023-08-01"}, []),
        "keeper": ({"debut": "2021-09-01", "fin": "2023-08-31"}, [trace("keeper", "2021-09-01")]),
    }  # fmt: skip
    lignes = [
        contrat(number(nom), **({"idalternant": f"A{number(nom)}"} | dict(cellules)))
        for nom, (cellules, _) in cas.items()
    ]
    journal = {JOURNAL: [t for _, siennes in cas.values() for t in siennes]}
    con = build_project(
        tmp_path, {"contrats_2022-11-05.csv": [TEMOIN, *lignes]}, journal=journal, sql=models_for(*TABLES)
    )
    assert measure(con, "Visite dans les deux premiers mois") == (8, 1, 7)
    assert measure(con, "Visite dans les deux derniers mois") == (5, 1, 4)
    con.close()


def test_returns_are_held_against_each_other_from_the_thirtieth_day(tmp_path: Path) -> None:
    def back(nom: str, suite: str) -> list[dict[str, str]]:
        une = {"idalternant": f"A{number(nom)}"}
        return [
            contrat(number(nom), dateeffetrupture=RUPTURE, **une),
            contrat(number(f"{nom}-s"), suite, "2023-08-31", **une),
        ]

    lignes = [
        *back("at-once", "2022-02-09"), *back("traced-back", "2022-02-10"), *back("late", "2022-07-10"),
        *back("just", "2022-07-09"), contrat(number("gone"), dateeffetrupture=RUPTURE, idalternant="A1GONE"),
    ]  # fmt: skip
    journal = {
        JOURNAL: [
            trace("at-once", "2022-01-12"), trace("traced-back", "2022-02-09"), trace("just", "2022-02-10"),
            trace("gone", RUPTURE), trace("late", "2022-01-09"),
        ]
    }  # fmt: skip
    con = build_project(
        tmp_path, {"contrats_2022-11-05.csv": [TEMOIN, *lignes]}, journal=journal, sql=models_for(*TABLES)
    )
    lus = rows(con, "select accompagnement, ruptures_au_30e_jour, retours_avant_six_mois from core.retours order by 1")
    assert lus == [("Avec une trace dans les 30 jours", 2, 1), ("Sans trace dans les 30 jours", 2, 1)]
    con.close()


def test_a_journal_without_a_date_is_known_to_its_last_trace(tmp_path: Path) -> None:
    lignes = [contrat(number(nom), dateeffetrupture=RUPTURE, idalternant=f"A{nom}1") for nom in ("a", "b")]
    journal = {"journal.csv": [trace("a", "2021-10-01", "Visite"), trace("a", "2022-01-12"), trace("b", "2022-01-26")]}
    con = build_project(
        tmp_path, {"contrats_2022-11-05.csv": [TEMOIN, *lignes]}, journal=journal, sql=models_for(*TABLES)
    )
    assert rows(con, "select distinct journal_jusqu_au::varchar from core.journaux") == [("2022-01-26",)]
    assert measure(con, "Trace dans les 15 jours") == (2, 1, 1)
    assert measure(con, "Trace dans les 30 jours") == ()
    con.close()


def test_the_outcomes_of_the_macro_are_those_of_the_list() -> None:
    dits = ", ".join(f"('{resultat}')" for resultat in RESULTATS)
    assert [nom for (nom,) in rows(macros(), f"select r from (values {dits}) as t (r) where est_issue(r)")] == [*ISSUES]
    assert len({*ACTIONS}) == 6
