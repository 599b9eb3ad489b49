"""The files of sql/: clean, plain SQL that runs as it stands; breakdowns that may do no more than a new one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.formats import alphabetical
from pipeline.models import running
from pipeline.models.catalog import Catalog, load_catalog
from pipeline.models.enclosure import enclosed
from pipeline.models.folder import read_macros
from pipeline.models.locked import open_locked
from pipeline.models.vetting import order_keys, vet
from pipeline.paths import RACINE
from pipeline.settings import load_settings
from tests.support import run, shipped

# Columns of a few words of the project's own, which are in the order that they have.
MOTS_RANGES = {"mouvement", "sexe", "handicap", "mobilite", "place_dans_cycle", "suivi", "accompagnement"}
FICHIERS = sorted((RACINE / "sql").rglob("*.sql"))


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return load_catalog(RACINE / "sql", load_settings(RACINE / "config.toml"))


@pytest.fixture(scope="module")
def base(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the demonstration with every breakdown that is there, which may be written to."""
    dossier = tmp_path_factory.mktemp("base")
    if shipped() == RACINE / "sql":
        (dossier / "base").mkdir()
        shutil.copy(demonstration.parents[1] / "base/ruptures.duckdb", dossier / "base/ruptures.duckdb")
    else:
        resultat = run("construire", "--donnees", RACINE / "data/raw/demo", cwd=dossier)
        assert resultat.exit_code == 0, resultat.output
    return dossier / "base/ruptures.duckdb"


@pytest.mark.long  # and `make lint`
def test_every_file_passes_the_linter() -> None:
    commande = [sys.executable, "-m", "sqlfluff", "lint", "sql"]
    resultat = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, check=False)
    assert resultat.returncode == 0, resultat.stdout


@pytest.mark.parametrize("chemin", FICHIERS, ids=lambda chemin: chemin.relative_to(RACINE).as_posix())
def test_every_file_runs_as_it_stands_on_the_built_database(base: Path, chemin: Path) -> None:
    with duckdb.connect(str(base)) as con:
        lignes = con.execute(chemin.read_text(encoding="utf-8")).fetchall()
        if chemin.parent.name == "controles":
            assert lignes == []
        elif chemin.parent.name == "ventilations":
            assert lignes == con.execute(f"select * from ventilations.{chemin.stem} order by rowid").fetchall()
        elif chemin.parent.name == "core":
            assert len(lignes) == con.execute(f"select count(*) from core.{chemin.stem}").fetchall()[0][0]


def test_published_breakdowns_do_no_more_than_a_new_file_may(base: Path, catalogue: Catalog) -> None:
    publiees = [modele for modele in catalogue.modeles if modele.schema == "ventilations"]
    assert len(publiees) == len(list((RACINE / "sql/ventilations").glob("*.sql"))) >= 13
    with enclosed(base, read_macros(RACINE / "sql"), None, 60) as enceinte:
        for modele in publiees:
            vet(modele)
            # An optional one has no row without what it needs.
            assert running.run(enceinte, modele).num_rows > 0 or modele.ventilation.facultative


def test_no_python_and_no_page_names_a_breakdown(catalogue: Catalog) -> None:
    noms = "|".join(modele.nom for modele in catalogue.modeles if modele.schema == "ventilations")
    fichiers = [*(RACINE / "pipeline").rglob("*.py"), *(RACINE / "report_templates").rglob("*.*")]
    textes = {f: f.read_text(encoding="utf-8") for f in fichiers if f.suffix in {".py", ".jinja", ".css"}}
    assert len(textes) > 30
    assert [str(f) for f, texte in textes.items() if re.search(rf"\b({noms})\b", texte)] == []


@pytest.mark.parametrize(
    "requete",
    [
        "select * from read_csv('/etc/passwd')", "select * from '/etc/passwd'", "copy core.annees to 'fuite.csv'",
        "attach 'autre.duckdb'", "set threads = 1", "install httpfs", "load httpfs", "create table core.x as select 1",
        "select * from read_text('/etc/hostname')", "select * from read_parquet('https://x.test/a.parquet')",
        "export database 'fuite'", "pragma enable_profiling", "set enable_external_access = true",
        "select * from glob('/*')", "update core.annees set annee = ''", "drop table core.annees",
    ],
)  # fmt: skip
def test_the_locked_connection_itself_refuses(base: Path, requete: str) -> None:
    with open_locked(base) as con, pytest.raises(duckdb.Error):
        con.execute(requete).fetchall()


def test_the_locked_connection_sees_no_variable_of_the_program(base: Path) -> None:
    secret = [1, 2, 3]  # noqa: F841 (DuckDB would find it by its name)
    with open_locked(base) as con, pytest.raises(duckdb.CatalogException):
        con.execute("select * from secret").fetchall()


def test_names_are_in_the_order_of_a_french_reader(catalogue: Catalog, base: Path) -> None:
    codes = {
        "annee",
        "annee_cohorte",
        "annee_prevue",
        "cohorte",
        "mois",
        "uai",
        "uai_ufa",
        "code_diplome",
        "indicateur",
        "jusqu_au",
    }
    codes |= {"departement_employeur", *MOTS_RANGES}
    livrees = (RACINE / "tests/breakdowns/shipped.txt").read_text(encoding="utf-8").split()
    fichiers = [modele for modele in catalogue.modeles if modele.schema == "ventilations" and modele.nom in livrees]
    assert len(fichiers) == len(livrees)
    with duckdb.connect(str(base), read_only=True) as con:
        for fichier in fichiers:
            textes = con.execute(
                "select column_name from duckdb_columns() where schema_name = 'ventilations' and table_name = ? "
                "and data_type = 'VARCHAR'",
                [fichier.nom],
            ).fetchall()
            cles = order_keys(fichier.arbre)
            assert {*cles} & {nom for (nom,) in textes} <= codes, fichier.nom
            # In an expression a name is a column of the tables that are read before one of the result.
            if len(cles) > 1 and (cle := re.fullmatch(r"ALPHABETIQUE\((\w+)\)", cles[1], re.IGNORECASE)):
                requete = f"select annee, {cle[1]} from ventilations.{fichier.nom} order by rowid"
                lus = con.execute(requete).fetchall()
                assert lus == sorted(lus, key=lambda lu: (lu[0], alphabetical(lu[1]))), fichier.nom
