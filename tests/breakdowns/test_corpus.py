"""Every wrong breakdown file is refused with its own sentence, file, line and exit code, and nothing is published."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from typer.testing import Result

from pipeline.paths import RACINE
from tests.breakdowns.corpus import CORPUS, MODELE, NOM, Fault
from tests.pages import second_network
from tests.support import run

PRESSEE = "pressee.toml"


pytestmark = pytest.mark.usefixtures("core_once")


@pytest.fixture(scope="module")
def projet(core_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one breakdown, the guide's, and its edition."""
    dossier = tmp_path_factory.mktemp("projet")
    lignes = second_network.rows()
    for rang, ligne in enumerate(lignes):
        ligne["nombredesalaries"] = ("4", "30", "120", "300", "")[rang % 5]
    second_network.write(dossier, lignes)
    # Little time for the query that never ends, the usual one for the others: a busy machine may need it.
    config = (dossier / "config.toml").read_text(encoding="utf-8")
    (dossier / PRESSEE).write_text(f"{config}\n[ventilations]\nduree_max = 1\n", encoding="utf-8")
    shutil.copytree(RACINE / "sql", dossier / "sql", ignore=shutil.ignore_patterns("ventilations"))
    (dossier / "sql/ventilations").mkdir()
    resultat = publish(dossier, MODELE)
    assert resultat.exit_code == 0, resultat.output
    return dossier


def publish(projet: Path, texte: str, config: str = "config.toml") -> Result:
    """Write the breakdown and ask for the report."""
    (projet / "sql/ventilations" / f"{NOM}.sql").write_text(texte, encoding="utf-8")
    options = ("--donnees", projet / "donnees", "--config", projet / config, "--sql", projet / "sql")
    return run("rapport", *options, cwd=projet, laid_out=False)


def snapshot(projet: Path) -> dict[str, str]:
    """Hash of everything published, and of the database."""
    produits = [*(projet / "output").rglob("*"), projet / "base/ruptures.duckdb"]
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in produits if p.is_file()}


@pytest.fixture(scope="module")
def publie(projet: Path) -> dict[str, str]:
    """What a wrong file must leave as it is."""
    return snapshot(projet)


@pytest.mark.parametrize("faute", CORPUS, ids=lambda faute: faute.nom)
def test_a_wrong_file_is_refused_with_its_line(projet: Path, publie: dict[str, str], faute: Fault) -> None:
    resultat = publish(projet, faute.texte, PRESSEE if "seconde" in faute.phrase else "config.toml")
    lieu = f"{projet / 'sql/ventilations' / NOM}.sql{f':{faute.ligne}' if faute.ligne else ''} : "
    assert f"{lieu}{faute.phrase}" in resultat.stderr
    assert resultat.stderr.startswith("Erreur : ")
    assert resultat.exit_code == faute.code
    assert "Traceback" not in resultat.output
    assert snapshot(projet) == publie
    assert not list((projet / "base").glob("*.nouveau*"))


def test_no_two_faults_have_the_same_name() -> None:
    noms = [faute.nom for faute in CORPUS]
    assert len(noms) == len(set(noms)) >= 80
