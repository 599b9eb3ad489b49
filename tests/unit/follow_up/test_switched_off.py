"""The breakdowns of the journal are in an edition that has one, and nowhere in one that has none."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import duckdb
import pytest

from pipeline.models.built import BuiltDatabase
from pipeline.models.catalog import load_catalog
from pipeline.report.cfa import CfaMaterial
from pipeline.report.material import read_material
from pipeline.settings import load_settings
from tests.pages import second_network
from tests.support import models, run, write_csv

NOMS = ("accompagnement_cfa", "delai_de_trace_cfa", "retour_selon_trace_cfa")


@pytest.fixture(scope="module", params=[True, False], ids=["with a journal", "without"])
def edition(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bool]:
    dossier = tmp_path_factory.mktemp("edition")
    lignes = second_network.rows(second_network.ENTIERE)
    second_network.write(dossier, lignes)
    if request.param:
        rompus = [ligne["nocontrat"] for ligne in lignes if ligne["dateeffetrupture"] in ("2024-01-10", "2023-10-15")]
        tenu = [{"nocontrat": numero, "date": "2024-01-15", "action": "Contact"} for numero in rompus[::2]]
        tenu.append({"nocontrat": lignes[0]["nocontrat"], "date": "2022-10-01", "action": "Visite"})
        write_csv(dossier / "donnees/accompagnement/journal_2024-09-15.csv", tenu)
    options = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml", "--sql", models("par_cfa", *NOMS))
    resultat = run("rapport", *options, cwd=dossier, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    return dossier, request.param


def test_files_and_sheets_are_there_with_a_journal_only(edition: tuple[Path, bool]) -> None:
    dossier, avec = edition
    publiee = dossier / "output/2023-2024"
    attendus = {"par_cfa", *NOMS} if avec else {"par_cfa"}
    assert (
        {f.stem for f in (publiee / "tables").iterdir()}
        == {f.stem for f in (publiee / "donnees").iterdir()}
        == attendus
    )
    with zipfile.ZipFile(publiee / "classeur_2023-2024.xlsx") as classeur:
        feuilles = re.findall(r'<sheet name="([^"]+)"', classeur.read("xl/workbook.xml").decode())
        textes = classeur.read("xl/sharedStrings.xml").decode()
    titres = ("Accompagnement des ruptures", "Délai de la première trace", "Retours à un contrat")
    assert [sum(nom.startswith(titre) for nom in feuilles) for titre in titres] == [int(avec)] * 3
    assert ("journal" in textes) is avec
    pages = (publiee / "rapport_2023-2024.pdf", publiee / "index.html")
    assert avec or [nom for nom in NOMS for page in pages if nom in page.read_text("utf-8")] == []
    manifeste = json.loads((publiee / "manifeste.json").read_text("utf-8"))
    assert {fichier["role"] for fichier in manifeste["fichiers"]} - {"contrats", "referentiel"} == (
        {"accompagnement"} if avec else set()
    )


def test_the_reports_of_cfa_have_their_sections_with_a_journal_only(edition: tuple[Path, bool]) -> None:
    dossier, avec = edition
    reglages = load_settings(dossier / "config.toml")
    catalogue = load_catalog(models("par_cfa", *NOMS), reglages)
    base = dossier / "base/ruptures.duckdb"
    with duckdb.connect(str(base), read_only=True) as con:
        materiel = read_material(con, BuiltDatabase(base, reglages, catalogue, False, {}, [], "", "", []))
    assert {une.nom for une in CfaMaterial.of(materiel).ventilations} == ({*NOMS} if avec else set())


def test_without_a_journal_its_tables_are_there_and_empty(edition: tuple[Path, bool]) -> None:
    dossier, avec = edition
    with duckdb.connect(str(dossier / "base/ruptures.duckdb"), read_only=True) as con:
        for table in ("traces", "journaux", "dossiers", "accompagnement", "delais_de_trace", "retours", "visites"):
            nombre = con.execute(f"select count(*) from core.{table}").fetchall()[0][0]
            assert (nombre > 0) is avec, table
