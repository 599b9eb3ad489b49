"""The forecast of 2025-2026 made from the fictitious exports as they stood in November 2025, and its end of year."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.support import models, page_text, run

ANNEE, AVANT = "2025-2026", "2024-2025"
NOVEMBRE = date(2025, 11, 5)
VENTILATIONS = (
    "prevision_ruptures", "prevision_par_mois", "prevision_par_structure", "prevision_par_type_diplome",
    "prevision_cfa_mois", "prevision_cfa_type_diplome", "financement_ruptures",
)  # fmt: skip
CLE = "decoupage, uai, type_diplome, mois"
Rows = dict[tuple[Any, ...], tuple[Any, ...]]


def as_they_stood(source: Path, cible: Path) -> None:
    """The exports of a folder with the rows and the ruptures that were known in November."""
    shutil.copytree(source / "referentiels", cible / "referentiels")
    shutil.copy(source / "DEMONSTRATION.md", cible / "DEMONSTRATION.md")
    (cible / "contrats").mkdir()
    for chemin in (source / "contrats").iterdir():
        lignes = pl.read_csv(chemin, infer_schema=False)
        jour = NOVEMBRE.isoformat()
        connue = (pl.col("datesignalementrupture") <= jour).fill_null(True)
        connues = lignes.filter(
            (pl.col("datedebutcontrat") <= jour)
            & (pl.col("dateconclusion") <= jour)
            & (pl.col("dateeffetavenant") <= jour).fill_null(True)
        ).with_columns(
            *(
                pl.when(connue).then(pl.col(colonne)).alias(colonne)
                for colonne in ("dateeffetrupture", "motifexprime", "motifvalide")
            ),
            pl.when(connue | (pl.col("statut") != "Rompu")).then(pl.col("statut")).alias("statut"),
            pl.when(connue).then(pl.col("datesignalementrupture")).alias("datesignalementrupture"),
        )
        connues.write_csv(cible / "contrats" / chemin.name.replace("2026-11-05", jour))


def build(dossier: Path, donnees: Path, annee: str) -> duckdb.DuckDBPyConnection:
    """An edition of these exports, with the forecasts only; its database."""
    base = dossier / f"{annee}.duckdb"
    resultat = run(
        "rapport",
        "--donnees",
        donnees,
        "--annee",
        annee,
        "--base",
        base,
        "--sql",
        models(*VENTILATIONS),
        cwd=dossier,
        laid_out=False,
    )
    assert resultat.exit_code == 0, resultat.output
    return duckdb.connect(str(base), read_only=True)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exports extracted in November 2026, and as they stood a year before."""
    dossier = tmp_path_factory.mktemp("prevision")
    ecrit = run("exemple", "--annee", ANNEE, "--sortie", dossier / "finies", cwd=dossier)
    assert ecrit.exit_code == 0, ecrit.output
    (dossier / "novembre").mkdir()
    as_they_stood(dossier / "finies", dossier / "novembre")
    return dossier


@pytest.fixture(scope="module")
def novembre(dossier: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with build(dossier, dossier / "novembre", AVANT) as con:
        yield con


@pytest.fixture(scope="module")
def finies(dossier: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with build(dossier, dossier / "finies", ANNEE) as con:
        yield con


def forecast(con: duckdb.DuckDBPyConnection, colonnes: str) -> Rows:
    """These columns of the forecast of 2025-2026, by group."""
    lignes = con.execute(f"select {CLE}, {colonnes} from core.previsions where annee_prevue = ?", [ANNEE]).fetchall()
    return {tuple(ligne[:4]): tuple(ligne[4:]) for ligne in lignes}


def test_the_forecast_of_november_holds_what_the_end_of_year_has(
    novembre: duckdb.DuckDBPyConnection, finies: duckdb.DuckDBPyConnection
) -> None:
    prevues = forecast(novembre, "prevues_bas, prevues_haut")
    venues = forecast(finies, "ruptures_observees")
    assert len(prevues) > 100 and prevues.keys() <= venues.keys() | {c for c in prevues if "Autres types" in c}
    tenues = {cle: bas <= venues[cle][0] <= haut for cle, (bas, haut) in prevues.items() if cle in venues}
    assert tenues["Ensemble", "", "", ""]
    assert 0.7 <= sum(tenues.values()) / len(tenues) <= 0.95


def test_made_again_a_year_later_it_is_the_same_but_for_what_was_not_reported_yet(
    novembre: duckdb.DuckDBPyConnection, finies: duckdb.DuckDBPyConnection
) -> None:
    alors, ensuite = (forecast(con, "contrats_ouverts, ruptures_prevues") for con in (novembre, finies))
    (ouverts, prevues), (ouverts_ensuite, prevues_ensuite) = (un["Ensemble", "", "", ""] for un in (alors, ensuite))
    assert ouverts_ensuite <= ouverts <= 1.02 * ouverts_ensuite
    assert prevues == pytest.approx(prevues_ensuite, rel=0.03)


@pytest.mark.usefixtures("finies", "novembre")
def test_each_output_has_it_and_says_that_it_is_fictitious(dossier: Path) -> None:
    for annee in (AVANT, ANNEE):
        edition = dossier / f"output/{annee}"
        for nom in VENTILATIONS[:-1]:
            assert (edition / f"tables/{nom}.csv").is_file(), nom
        texte = " ".join(page_text(edition / f"rapport_{annee}.pdf").split())
        assert "contrats sont ouverts" in texte and "Données fictives de démonstration" in texte
    assert "à rendre" in " ".join(page_text(dossier / f"output/{ANNEE}/rapport_{ANNEE}.pdf").split())
    # Nobody broke by 15 August 2025 a contract concluded since July.
    assert not (dossier / f"output/{AVANT}/tables/financement_ruptures.csv").exists()


def test_a_report_on_a_year_long_over_forecasts_nothing(dossier: Path) -> None:
    with build(dossier, dossier / "finies", "2023-2024") as con:
        assert con.execute("select count(*) from core.previsions").fetchall() == [(0,)]
    assert not [*(dossier / "output/2023-2024/tables").glob("prevision*.csv")]
