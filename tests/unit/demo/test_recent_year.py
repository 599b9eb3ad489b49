"""A fictitious export of 2025-2026: its columns, and what its ruptures cost under both rules (definitions §6)."""

from __future__ import annotations

import csv
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from pathlib import Path

import duckdb
import pytest

from pipeline.demo import write_synthetic
from pipeline.errors import UsageError
from tests.support import models, page_text, run

ANNEE, FIN_ANNEE = "2025-2026", date(2026, 8, 15)
REFORME = date(2025, 7, 1)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition of the export, as somebody makes it from the console; few breakdowns, its report not laid out."""
    dossier = tmp_path_factory.mktemp("recente")
    ecrit = run("exemple", "--annee", ANNEE, "--sortie", dossier / "donnees", cwd=dossier)
    assert ecrit.exit_code == 0, ecrit.output
    options = ("--donnees", dossier / "donnees", "--sql", models("par_cout", "par_handicap"))
    resultat = run("rapport", *options, cwd=dossier, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    return dossier


@pytest.fixture(scope="module")
def initiales(dossier: Path) -> dict[str, dict[str, str]]:
    """Number → initial row of the export."""
    (chemin,) = (dossier / "donnees/contrats").iterdir()
    with chemin.open(encoding="utf-8", newline="") as flux:
        return {n["nocontrat"]: n for n in csv.DictReader(flux) if n["nocontrat"] and n["noavenant"] == ""}


@pytest.fixture(scope="module")
def base(dossier: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(dossier / "base/ruptures.duckdb"), read_only=True) as con:
        yield con


def test_its_report_is_of_that_year_and_says_that_it_is_fictitious(dossier: Path) -> None:
    texte = page_text(dossier / f"output/{ANNEE}/rapport_{ANNEE}.pdf")
    assert ANNEE in texte and "Données fictives de démonstration" in texte


def test_three_years_are_published_and_compared(base: duckdb.DuckDBPyConnection) -> None:
    effectifs = base.sql(
        "select annee, count(*) from core.inscriptions where statut != 'sorti_a_terme' group by annee order by annee"
    ).fetchall()
    assert [annee for annee, _ in effectifs] == ["2023-2024", "2024-2025", ANNEE]
    assert all(1_000 < nombre < 1_500 for _, nombre in effectifs)


def test_the_columns_of_2026_are_filled_and_agree_with_the_others(initiales: dict[str, dict[str, str]]) -> None:
    lignes = list(initiales.values())
    assert {ligne["handicap"] for ligne in lignes} == {"", "true", "false"}
    assert {ligne["dispositif"] for ligne in lignes} == {"APPR"}
    assert {ligne["statut"] for ligne in lignes if ligne["datesuppression"]} == {"Annulé"}
    payes = [ligne for ligne in lignes if ligne["drfc"]]
    assert len(payes) > len(lignes) / 2
    for ligne in payes:
        rupture = ligne["dateeffetrupture"]
        fin = (
            date.fromisoformat(rupture) - timedelta(days=1) if rupture else date.fromisoformat(ligne["datefincontrat"])
        )
        assert ligne["drfc"] == fin.isoformat() < "2026-11-05"


def due_by_month(debut: date, jour: date) -> Fraction:
    """Part of a year's amount: a twelfth for each month begun by `jour`, from day to day."""
    premier = min(debut.day, monthrange(jour.year, jour.month)[1])
    return Fraction(12 * (jour.year - debut.year) + jour.month - debut.month + (jour.day >= premier), 12)


def due_by_day(debut: date, jour: date) -> Fraction:
    """Part of a year's amount: each day, both ends included, is one of the days of its year of execution."""
    annees = [debut.replace(year=debut.year + rang) for rang in range(jour.year - debut.year + 2)]
    veille = timedelta(days=1)
    return sum(
        (
            Fraction((min(jour, fin - veille) - premier).days + 1, (fin - premier).days)
            for premier, fin in pairwise(annees)
            if premier <= jour
        ),
        Fraction(0),
    )


def lost(ligne: dict[str, str], fin: date, par_mois: bool) -> Decimal:
    """What is due by the end and was not by the eve of the rupture, to the cent, half up."""
    due = due_by_month if par_mois else due_by_day
    debut, rupture = date.fromisoformat(ligne["datedebutcontrat"]), date.fromisoformat(ligne["dateeffetrupture"])
    part = due(debut, fin) - due(debut, rupture - timedelta(days=1))
    return Decimal(floor(100 * Fraction(ligne["npecannuel"]) * part + Fraction(1, 2))) / 100


def test_each_rupture_costs_what_the_rule_of_its_conclusion_says(
    base: duckdb.DuckDBPyConnection, initiales: dict[str, dict[str, str]]
) -> None:
    pertes = base.sql(
        "select contrats.nocontrat, couts.perte_annee, couts.perte_totale from core.couts as couts "
        f"inner join core.contrats as contrats using (id_contrat) where couts.annee = '{ANNEE}' "
        "and couts.chiffrage = 'chiffre'"
    ).fetchall()
    autrement = {True: 0, False: 0}
    for numero, perte_annee, perte_totale in pertes:
        ligne = initiales[numero]
        par_mois = date.fromisoformat(ligne["dateconclusion"]) < REFORME
        terme = date.fromisoformat(ligne["datefincontrat"])
        attendues = [lost(ligne, fin, par_mois) for fin in (min(terme, FIN_ANNEE), terme)]
        assert [perte_annee, perte_totale] == attendues, numero
        autrement[par_mois] += attendues[0] != lost(ligne, min(terme, FIN_ANNEE), not par_mois)
    # Enough of both rules, of which the other would have said otherwise.
    assert autrement[True] >= 10 and autrement[False] >= 50


@pytest.mark.parametrize("annee", ["2026", "2025-2027", "1999-2000", "2059-2060"])
def test_a_year_that_no_export_has_is_refused(tmp_path: Path, annee: str) -> None:
    with pytest.raises(UsageError, match="année"):
        write_synthetic(tmp_path, 10, 1, annee)
