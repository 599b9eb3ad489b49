"""The folder of a network: what is written there, what is not touched, and a whole year in it."""

from __future__ import annotations

import csv
import shutil
import subprocess
import tomllib
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from pipeline import __version__, paths
from pipeline.cli import app
from pipeline.new_project import LISEZ_MOI, PERSONNELLES, project_files
from pipeline.schemas import COLONNES_DES_COMPLEMENTS, CONTRATS, REFERENTIELS
from pipeline.settings import load_settings
from tests.pages import second_network


def ask(*mots: str | Path) -> Result:
    return CliRunner().invoke(app, [str(mot) for mot in mots])


@pytest.fixture
def projet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, in which one stands."""
    monkeypatch.delenv(paths.PROJET, raising=False)
    dossier = tmp_path / "réseau à nous"
    assert ask("nouveau-projet", dossier).exit_code == 0
    monkeypatch.chdir(dossier)
    return dossier


def test_its_settings_are_those_of_the_root_for_this_version(projet: Path) -> None:
    siens, neutres = load_settings(projet / "config.toml"), load_settings(paths.RACINE / "config.toml")
    assert siens.version == __version__
    assert siens.presentation.textes == "textes"
    gardes = {"version", "presentation"}
    assert siens.model_dump(exclude=gardes) == neutres.model_dump(exclude=gardes)


def test_templates_have_every_column_and_say_what_it_is(projet: Path) -> None:
    modeles = projet / "data/modeles"
    fichiers = {"contrats": CONTRATS, **COLONNES_DES_COMPLEMENTS}
    for nom, colonnes in fichiers.items():
        (entete,) = csv.reader((modeles / f"{nom}.csv").open(encoding="utf-8-sig", newline=""), delimiter=";")
        assert entete == [c.nom for c in colonnes]
    with (modeles / "colonnes.csv").open(encoding="utf-8-sig", newline="") as flux:
        dites = list(csv.DictReader(flux, delimiter=";"))
    assert len(dites) == sum(map(len, (*fichiers.values(), *REFERENTIELS.values())))
    assert all(len(dite["contenu"]) > 10 for dite in dites)
    personnelles = {dite["colonne"] for dite in dites if "n'entre pas dans la base" in dite["contenu"]}
    assert personnelles == set(PERSONNELLES) == {c.nom for c in CONTRATS if c.personnelle}


def test_nothing_of_a_folder_is_overwritten(projet: Path) -> None:
    (projet / "config.toml").write_text("à nous", encoding="utf-8")
    (projet / "data/raw/suivi/.gitkeep").unlink()
    resultat = ask("nouveau-projet", projet)
    assert resultat.exit_code == 2
    assert resultat.stderr.startswith(f"Erreur : {projet / 'config.toml'} : ce dossier a déjà un fichier de projet")
    assert (projet / "config.toml").read_text(encoding="utf-8") == "à nous"
    assert not (projet / "data/raw/suivi/.gitkeep").exists()


def test_a_folder_that_has_something_else_becomes_a_project(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("à garder", encoding="utf-8")
    assert ask("nouveau-projet", tmp_path).exit_code == 0
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "à garder"
    assert {str(c.relative_to(tmp_path).as_posix()) for c in tmp_path.rglob("*") if c.is_file()} == {
        "notes.txt", *project_files()
    }  # fmt: skip


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    resultat = ask("nouveau-projet", tmp_path / "fichier")
    assert resultat.exit_code == 5
    assert "le projet ne peut pas être écrit" in resultat.stderr


def test_git_keeps_the_folders_and_none_of_the_data(projet: Path) -> None:
    deposes = ("data/raw/contrats/export.csv", "data/raw/suivi/suivi.csv", "data/raw/accompagnement/journal.csv")
    for nom in (*deposes, "data/processed/r.duckdb", "output/r.pdf"):
        (projet / nom).parent.mkdir(parents=True, exist_ok=True)
        (projet / nom).touch()
    git = ["git", "-C", str(projet), "-c", "core.quotePath=false"]
    subprocess.run([*git, "init", "-q"], check=True)
    vus = subprocess.run([*git, "status", "--short", "-uall"], capture_output=True, text=True, check=True).stdout
    assert {ligne.removeprefix("?? ") for ligne in vus.splitlines()} == set(project_files())


def test_its_guide_names_what_there_is(projet: Path) -> None:
    guide = (projet / LISEZ_MOI).read_text(encoding="utf-8")
    for chemin in projet.rglob("*"):
        if chemin.is_dir() and not any(c.is_dir() for c in chemin.iterdir()):
            assert f"`{chemin.relative_to(projet).as_posix()}/`" in guide
    verbes = {commande.name or commande.callback.__name__.replace("_", "-") for commande in app.registered_commands}  # type: ignore[union-attr]
    for mot in guide.split("`"):
        if mot.startswith("ruptures "):
            assert mot.split()[1] in verbes


def test_without_exports_a_run_says_where_they_go(projet: Path) -> None:
    resultat = ask("construire")
    assert resultat.exit_code == 2
    assert resultat.stderr.startswith(f"Erreur : {projet / 'data/raw/contrats'} : aucun export de contrats.")


@pytest.fixture
def rempli(projet: Path, tmp_path: Path) -> Path:
    """The project of the second network: its settings, its referentials and its export; two breakdowns of its own, one
    of which has the name of one that is shipped."""
    second_network.write(tmp_path, second_network.rows(second_network.ENTIERE))
    for role in ("contrats", "referentiels"):
        for fichier in (tmp_path / "donnees" / role).iterdir():
            shutil.copy(fichier, projet / "data/raw" / role)
    gardees = ("par_filiere", "par_cfa", "par_sexe", "definitions_comparees")
    autres = sorted({c.stem for c in (paths.SQL / "ventilations").glob("*.sql")} - set(gardees))
    # Few breakdowns, to be quick.
    exclues = f"[ventilations]\nexclues = {autres}\n".replace("'", '"')
    (projet / "config.toml").write_text(f"{exclues}{second_network.CONFIG}", encoding="utf-8")
    for nom in ("par_sexe", "par_typediplome"):
        colonne = "type_diplome" if nom == "par_typediplome" else "sexe"
        options = ("--par", colonne, "--section", "parcours", "--titre", f"À nous, {nom}")
        resultat = ask("nouvelle-ventilation", nom, *options)
        assert resultat.exit_code == 0, resultat.output
        assert ("Attention : elle remplace celle de l'outil" in resultat.output) is (nom == "par_sexe")
    return projet


def test_a_run_in_it_reads_and_writes_there_only(rempli: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ici = rempli / "data"
    for options, dossier in (((), rempli), (("--projet", rempli), ici)):
        monkeypatch.chdir(dossier)
        plan = ask("lister", *options).output
        assert plan.count("(du projet)") == 2
        assert "À nous, par_sexe" in plan
        resultat = ask("construire", *options)
        assert resultat.exit_code == 0, resultat.output
        assert f"→ {rempli / 'data/processed/ruptures.duckdb'}" in resultat.output
    monkeypatch.setenv(paths.PROJET, str(rempli))
    assert ask("verifier").exit_code == 0
    with duckdb.connect(str(rempli / "data/processed/ruptures.duckdb"), read_only=True) as con:
        tables = {nom for (nom,) in con.execute("select table_name from duckdb_tables() where schema_name = "
                                                "'ventilations'").fetchall()}  # fmt: skip
    assert tables == {"par_filiere", "par_cfa", "par_sexe", "par_typediplome", "definitions_comparees"}
    assert ask("purger").exit_code == 0
    assert not (rempli / "data/processed/ruptures.duckdb").exists()


def test_its_own_breakdown_is_vetted_as_any_other(rempli: Path) -> None:
    chemin = rempli / "sql/ventilations/par_typediplome.sql"
    texte = chemin.read_text(encoding="utf-8")
    entete, _ = texte.split("*/\n")
    chemin.write_text(f"{entete}*/\nselect annee, id_apprenti from core.inscriptions", encoding="utf-8")
    resultat = ask("construire")
    assert resultat.exit_code == 2
    assert str(chemin) in resultat.stderr
    chemin.write_text(f"{entete}*/\nselect * from read_csv('/etc/passwd')", encoding="utf-8")
    assert ask("construire").exit_code == 2


def test_the_manifest_and_the_tables_are_those_of_the_project(rempli: Path) -> None:
    resultat = ask("rapport", "--sans-cfa")
    assert resultat.exit_code == 0, resultat.output
    assert "Hors de l'édition, par réglage : ventilations exclues : accompagnement_cfa, " in resultat.output
    edition = rempli / "output/2023-2024"
    assert {c.stem for c in (edition / "tables").iterdir()} == {
        "par_filiere", "par_cfa", "par_sexe", "par_typediplome", "definitions_comparees"
    }  # fmt: skip
    assert "autour_des_fins" in (edition / "manifeste.json").read_text(encoding="utf-8")


def test_the_root_of_the_repository_is_a_project_too() -> None:
    contenu = tomllib.loads((paths.RACINE / "config.toml").read_text(encoding="utf-8"))
    assert set(contenu) <= set(tomllib.loads(project_files()["config.toml"]))
