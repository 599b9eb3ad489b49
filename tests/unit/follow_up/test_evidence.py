"""What a sheet says of a journal: what the counts support, and never that something was not done."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.follow_up import evidence
from pipeline.follow_up.evidence import Evidence
from tests.support import macros, plain, rows

JOURNAL = {"nombre_de_traces": 12}
LIBELLES = dict(enumerate(
    ("Trace dans les 15 jours", "Trace dans les 30 jours", "Mission locale dans les 45 jours",
     "Six mois clos avec une issue", "Six mois clos avec une issue, ou un contrat vu dans les exports",
     "Contact, visite ou médiation avant la rupture", "Visite dans les deux premiers mois",
     "Visite dans les deux derniers mois"), start=1,
))  # fmt: skip


def measure(rang: int, suivis: int, traces: int) -> dict[str, Any]:
    compte = f"{traces}, {suivis}"
    lue = rows(macros(), f"select part({compte}), wilson_bas({compte}), wilson_haut({compte}), "
                         f"fiabilite_de_l_effectif({suivis})")[0]  # fmt: skip
    noms = ("part_tracee", "part_tracee_basse", "part_tracee_haute", "fiabilite")
    return {
        "rang_de_mesure": rang, "mesure_accompagnement": LIBELLES[rang], "cas_suivis": suivis, "cas_traces": traces,
        "cas_sans_trace": suivis - traces, **dict(zip(noms, lue, strict=True)),
    }  # fmt: skip


def delays(tracees: int, muettes: int, median: float | None) -> dict[str, Any]:
    return {
        "ruptures_de_30_jours": tracees + muettes, "ruptures_tracees": tracees, "ruptures_sans_trace": muettes,
        "delai_median": median,
    }  # fmt: skip


def proved(preuves: Evidence) -> dict[str, str]:
    """Subject → what is said to be proved."""
    return {sujet.titre: plain(" ".join(sujet.prouve)) for sujet in evidence.subjects(preuves, 6_000, 7)}


def test_the_ranks_are_those_of_the_macro() -> None:
    for rang, libelle in LIBELLES.items():
        assert rows(macros(), f"select rang_de_mesure('{libelle}')") == [(rang,)]


@pytest.mark.parametrize(
    ("tracees", "muettes", "median", "dit"),
    [
        (38, 2, 9.0, "Que, sur 40 ruptures nettes suivies 30 jours, 38 ont une trace dans les six mois, la moitié des "
         "premières en 9 jours au plus. 2 ruptures sont sans trace : ce que le CFA a fait n'y est pas établi, ni qu'il "
         "n'a rien fait."),
        (40, 0, 9.5, "Que, sur 40 ruptures nettes suivies 30 jours, 40 ont une trace dans les six mois, la moitié des "
         "premières en 9,5 jours au plus."),
        (1, 0, 1.0, "Que, sur 1 rupture nette suivie 30 jours, 1 a une trace dans les six mois, au bout de 1 jour."),
        (1, 3, 0.0, "Que, sur 4 ruptures nettes suivies 30 jours, 1 a une trace dans les six mois, au bout de 0 jour. "
         "3 ruptures sont sans trace : ce que le CFA a fait n'y est pas établi, ni qu'il n'a rien fait. Le journal est "
         "muet sur plus de la moitié des ruptures : il ne décrit pas ce que fait le CFA, seulement les cas qu'il a."),
        (0, 1, None, "1 rupture est sans trace : ce que le CFA a fait n'y est pas établi, ni qu'il n'a rien fait. Le "
         "journal est muet sur plus de la moitié des ruptures : il ne décrit pas ce que fait le CFA, seulement les cas "
         "qu'il a."),
        (0, 0, None, "Rien : le journal ne suit aucune rupture nette de l'année 30 jours."),
    ],
)  # fmt: skip
def test_what_few_and_many_traces_prove(tracees: int, muettes: int, median: float | None, dit: str) -> None:
    preuves = Evidence(JOURNAL, [], delays(tracees, muettes, median), [])
    assert proved(preuves)["Accompagnement après une rupture"] == dit


@pytest.mark.parametrize(
    ("issues", "connues", "dit"),
    [
        (18, 21, "Sur 24 dossiers de six mois passés, 18 ont une issue écrite au journal, 3 sans issue écrite ont un "
         "contrat dans les exports, 3 sont sans issue connue."),
        (24, 24, "Sur 24 dossiers de six mois passés, 24 ont une issue écrite au journal."),
        (0, 1, "Sur 24 dossiers de six mois passés, aucun n'a une issue écrite au journal"),
    ],
)  # fmt: skip
def test_how_six_months_ended(issues: int, connues: int, dit: str) -> None:
    preuves = Evidence(JOURNAL, [measure(4, 24, issues), measure(5, 24, connues)], None, [])
    dits = proved(preuves)["Les six mois qui suivent"]
    assert dits.startswith(dit)


def test_without_a_journal_nothing_is_proved_but_the_figures() -> None:
    dits = proved(Evidence(None, [], None, []))
    assert dits.pop("Résultats rendus publics").startswith(
        "Les chiffres de la page 1 se recalculent : 6 000 lignes lues"
    )
    assert set(dits.values()) == {evidence.SANS_JOURNAL}


def test_too_few_cases_have_no_share() -> None:
    (ligne,) = evidence.table([measure(1, 19, 10)])
    assert ligne[1:] == ["19", "10", "9", "n.s.", "n.s."]
    (ligne,) = evidence.table([measure(1, 40, 30)])
    assert (ligne[4], plain(ligne[5])) == ("75\u202f%*", "60 à 86")


@given(
    st.lists(st.tuples(st.integers(1, 200), st.integers(0, 200)), min_size=8, max_size=8),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_no_sentence_says_that_something_was_not_done(
    comptes: list[tuple[int, int]], tracees: int, muettes: int
) -> None:
    mesures = [measure(rang, suivis, min(traces, suivis)) for rang, (suivis, traces) in enumerate(comptes, start=1)]
    mesures[4] = measure(5, comptes[3][0], mesures[3]["cas_traces"])
    preuves = Evidence(JOURNAL, mesures, delays(tracees, muettes, 4.0 if tracees else None), [])
    dits = [phrase for sujet in evidence.subjects(preuves, 10, 0) for phrase in (*sujet.prouve, *sujet.ne_prouve)]
    for phrase in dits:
        assert phrase.endswith(".") and not phrase.startswith(" ")
        assert not re.search(r"non faite?s?\b|n'a pas été|n'ont pas été|n'a pas fait|manque|défaut", phrase), phrase
        assert re.search(r"\b[01] (?:ont|sont)\b", plain(phrase)) is None, phrase
