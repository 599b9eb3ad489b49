"""The journal of support against its oracle: invented histories, the same shares, delays and returns."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.schemas import ACTIONS, RESULTATS
from tests.histories import TEMOIN
from tests.oracle.journal import Contract, Journal, Share, Trace, plus_mois
from tests.rules.rows import contrat
from tests.support import build_project, models_for, rows

DERNIERE = date(2022, 11, 5)
LIVRAISONS = {"0010001A": date(2022, 11, 5), "0010002B": date(2022, 8, 31)}
TABLES = ("core.accompagnement", "core.delais_de_trace", "core.retours")


def invent(hasard: random.Random) -> tuple[list[dict[str, str]], list[Trace]]:
    """Rows of contracts, some broken, some signed again; lines of the journals of two CFA, of two days."""
    lignes, traces = [TEMOIN], list[Trace]()
    for rang in range(90):
        uai, numero = hasard.choice([*LIVRAISONS]), f"N{rang:03d}"
        debut = date(2020, 9, 1) + timedelta(hasard.randrange(700))
        fin = debut + timedelta(hasard.choice((45, 300, 700)))
        une = {"uaicfa": uai, "idalternant": f"A{rang}"}
        rupture = debut + timedelta(hasard.randrange(-3, (fin - debut).days)) if hasard.random() < 0.7 else None
        rompu = rupture is not None and rupture <= DERNIERE
        sans_jour = rompu and hasard.random() < 0.1
        if rompu:
            jour = "datesignalementrupture" if sans_jour else "dateeffetrupture"
            une |= {"statut": "Rompu", jour: f"{rupture}"}
        lignes.append(contrat(numero, f"{debut}", f"{fin}", **une))
        if rupture is not None and rompu and hasard.random() < 0.4:
            suite = rupture + timedelta(hasard.choice((-2, 0, 12, 30, 31, 100, 170, 183, 200)))
            if debut < suite <= DERNIERE:
                autre = une | {"statut": "", "dateeffetrupture": "", "datesignalementrupture": ""}
                lignes.append(contrat(f"S{rang:03d}", f"{suite}", f"{suite + timedelta(400)}", **autre))
        reperes = [debut, fin, *([rupture] if rupture else [])]
        for _ in range(hasard.choice((0, 0, 2, 4))):
            ecart = hasard.choice((-30, -1, 0, 14, 15, 16, 30, 31, 45, 46, 58, 61, 180, 181, 184, hasard.randrange(90)))
            jour = hasard.choice(reperes) + timedelta(ecart)
            resultat = hasard.choice((*RESULTATS, ""))
            traces.append(Trace(numero, jour, hasard.choice((*ACTIONS, "Visite")), resultat, LIVRAISONS[uai]))
            if hasard.random() < 0.1:
                traces.append(Trace(numero, jour, traces[-1].action, hasard.choice(RESULTATS), LIVRAISONS[uai]))
    traces.append(Trace("INCONNU", date(2022, 1, 1), "Contact", "", LIVRAISONS["0010001A"]))
    return lignes, traces


def as_files(traces: list[Trace]) -> dict[str, list[dict[str, str]]]:
    """A journal of each day of extraction."""
    return {
        f"journal_{jour}.csv": [
            {"nocontrat": t.numero, "date": f"{t.jour}", "action": t.action, "resultat": t.resultat}
            for t in traces
            if t.livre == jour
        ]
        for jour in LIVRAISONS.values()
    }


def known(con: duckdb.DuckDBPyConnection) -> list[Contract]:
    """The contracts with what the main oracle holds the models to: who is broken, in which year, who is back."""
    lus = rows(
        con,
        """
        select
            contrats.nocontrat, contrats.uai, contrats.date_debut, contrats.date_fin_prevue, contrats.date_rupture,
            contrats.jour_inconnu, statuts.annee, suites.annee, suites.date_suite
        from core.contrats as contrats
        left join core.statuts as statuts
            on contrats.id_contrat = statuts.id_contrat and statuts.statut = 'rupture_nette'
        left join core.suites as suites on contrats.id_contrat = suites.id_contrat
        where not contrats.jamais_commence
        """,
    )
    return [Contract(*lu) for lu in lus]  # type: ignore[arg-type]


@settings(max_examples=4)
@given(st.integers(0, 2**31))
def test_shares_delays_and_returns_are_those_of_the_oracle(graine: int) -> None:
    lignes, traces = invent(random.Random(graine))
    with TemporaryDirectory() as dossier:
        exports = {f"contrats_{DERNIERE}.csv": lignes}
        con = build_project(Path(dossier), exports, journal=as_files(traces), sql=models_for(*TABLES))
        journal = Journal(known(con), traces)
        annees = con.execute("select annee, debut, fin_annee from core.annees").fetchall()
        assert len(annees) == 3
        comptees = 0
        for uai in LIVRAISONS:
            for annee, *fenetre in annees:
                mesures = of(con, "mesure_accompagnement, cas_suivis, cas_traces", "accompagnement", annee, uai)
                obtenues = {nom: Share(*comptes) for nom, *comptes in mesures}
                assert obtenues == journal.shares(annee, uai, (fenetre[0], fenetre[1]))
                delais = of(con, "ruptures_tracees, ruptures_sans_trace, delai_median", "delais_de_trace", annee, uai)
                assert (delais or [(0, 0, None)]) == [journal.delays(annee, uai)]
                retours = of(con, "accompagnement, ruptures_au_30e_jour, retours_avant_six_mois", "retours", annee, uai)
                groupes = {groupe.startswith("Avec"): Share(*comptes) for groupe, *comptes in retours}
                assert groupes == journal.returns(annee, uai, DERNIERE)
                comptees += sum(part.suivis for part in obtenues.values())
        assert comptees > 50
        con.close()


def of(con: duckdb.DuckDBPyConnection, colonnes: str, table: str, annee: str, uai: str) -> list[tuple[Any, ...]]:
    """The rows of a CFA in a year."""
    return con.execute(f"select {colonnes} from core.{table} where annee = ? and uai = ?", [annee, uai]).fetchall()


def test_months_are_added_as_calendars_do() -> None:
    assert plus_mois(date(2021, 8, 31), 6) == date(2022, 2, 28)
    assert plus_mois(date(2022, 1, 15), -2) == date(2021, 11, 15)
