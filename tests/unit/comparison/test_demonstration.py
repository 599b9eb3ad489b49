"""Editions of the demonstration: of July and of October, of files that were edited, of two versions of the tool."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from pipeline import build
from pipeline.build import BuildRequest, build_database
from pipeline.comparison.compare import compare
from pipeline.comparison.published import PublishedEdition
from pipeline.paths import EXEMPLE, RACINE
from tests.unit.comparison.editions import SQL, of_database
from tests.unit.comparison.test_causes import check_sum, modified, told

DEMONSTRATION = RACINE / "data/raw/demo"
EXPORT = "contrats/export_2022-11-05.csv"

pytestmark = pytest.mark.long


def make(
    dossier: Path, donnees: Path = DEMONSTRATION, arrete_au: date | None = None, sql: Path = SQL
) -> PublishedEdition:
    """An edition of the demonstration, or of what it became, without its pages."""
    base = dossier / "base/ruptures.duckdb"
    demande = BuildRequest(base, None, arrete_au, donnees, EXEMPLE / "config.toml", accepter_rejets=True, sql=sql)
    with mock.patch.object(build, "comment_tables"):
        build_database(demande, lambda _: None)
    with duckdb.connect(str(base), read_only=True) as con:
        return of_database(con, base, dossier.name, sql, {"configuration": {}})


@pytest.fixture(scope="module")
def juillet(tmp_path_factory: pytest.TempPathFactory) -> PublishedEdition:
    return make(tmp_path_factory.mktemp("editions") / "juillet")


def test_october_undoes_ruptures_and_nothing_else(juillet: PublishedEdition, tmp_path: Path) -> None:
    octobre = make(tmp_path / "octobre", arrete_au=date(2022, 10, 31))
    for annee in (None, "2020-2021", "2019-2020"):
        comparaison = compare(juillet, octobre, annee)
        check_sum(comparaison)
        assert set(told(comparaison)) == {"date_arrete"}
    assert told(compare(juillet, octobre)) == {"date_arrete": {"ruptures_nettes": -25, "inscrits_actifs": 25}}


def edited(dossier: Path) -> Path:
    """The demonstration with rows withdrawn, repeated under new numbers, and ruptures moved or withdrawn."""
    shutil.copytree(DEMONSTRATION, dossier)
    # Its referentials are elsewhere, and this folder is no longer that of the demonstration.
    shutil.copytree(EXEMPLE / "referentiels", dossier / "referentiels", dirs_exist_ok=True)
    with (dossier / EXPORT).open(encoding="utf-8-sig", newline="") as flux:
        tete, *lignes = csv.reader(flux)
    numero, rupture, nom = (tete.index(colonne) for colonne in ("No_Contrat", "Date_Effet_Rupture", "NOM"))
    gardees = []
    for rang, ligne in enumerate(lignes):
        if rang % 97 == 5 or len(ligne) != len(tete):  # among these, the line that says how many there are
            continue
        if rang % 89 == 3:
            ligne[rupture] = "" if ligne[rupture] else "2022-03-21"
        if rang % 83 == 7:
            neuve = [*ligne]
            neuve[numero], neuve[nom] = f"075202108{rang:06}", f"{ligne[nom]}BIS"
            gardees.append(neuve)
        gardees.append(ligne)
    with (dossier / EXPORT).open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux).writerows([tete, *gardees])
    return dossier


def test_files_that_were_edited_are_explained_to_the_unit(juillet: PublishedEdition, tmp_path: Path) -> None:
    octobre = make(tmp_path / "octobre", edited(tmp_path / "donnees"), date(2022, 10, 31))
    # Most contracts are in the older export too, where nothing was edited.
    attendues = {
        "2021-2022": {"contrats_ajoutes", "contrats_retires", "lignes_ajoutees", "lignes_changees", "date_arrete"},
        "2020-2021": {"contrats_ajoutes", "date_arrete"},
    }
    for annee, causes in attendues.items():
        comparaison = compare(juillet, octobre, annee)
        check_sum(comparaison)
        assert set(told(comparaison)) == causes


def test_two_versions_of_the_tool_are_told_by_their_sql(juillet: PublishedEdition, tmp_path: Path) -> None:
    sql = modified(tmp_path / "sql", "where not jamais_commence", "where not jamais_commence and not jour_inconnu")
    comparaison = compare(juillet, make(tmp_path / "octobre", sql=sql))
    check_sum(comparaison)
    assert set(told(comparaison)) == {"version"}
    assert [une.nom for une in comparaison.entrees.sql] == ["core/statuts_a_la_fin.sql"]
