"""Where a run reads: whose referentials and settings go with which data."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import paths
from pipeline.errors import UsageError
from pipeline.inputs import MARQUE_FICTIVE, InputFolders, find_config, find_data
from pipeline.settings import load_settings
from tests.support import run

REFERENTIELS = paths.EXEMPLE / "referentiels"


@pytest.fixture
def projet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The `data/raw/` of a project that nobody has used, the demonstration beside."""
    for nom in ("contrats", "suivi", "referentiels"):
        put(tmp_path / nom / ".gitkeep")
    put(tmp_path / "demo/contrats/export.csv")
    put(tmp_path / "demo" / MARQUE_FICTIVE)
    monkeypatch.setattr(paths, "DONNEES", tmp_path)
    return tmp_path


def put(chemin: Path) -> None:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.touch()


def test_while_nobody_has_put_contracts_all_is_the_demonstration_s(projet: Path) -> None:
    assert find_data(None) == InputFolders(projet / "demo", REFERENTIELS, fictives=True)
    assert find_config(None) == paths.EXEMPLE / "config.toml"


def test_the_demonstration_is_the_same_when_it_is_named_and_wherever_it_is_copied(projet: Path) -> None:
    put(projet / "contrats/a_nous.csv")
    put(projet / "referentiels/motifs.csv")
    put(projet / "ailleurs/contrats/export.csv")
    put(projet / "ailleurs" / MARQUE_FICTIVE)
    for dossier in (projet / "demo", projet / "ailleurs"):
        assert find_data(dossier) == InputFolders(dossier, REFERENTIELS, fictives=True)
        assert find_config(None, dossier) == paths.EXEMPLE / "config.toml"


def test_with_contracts_of_one_s_own_nothing_is_the_demonstration_s(projet: Path) -> None:
    put(projet / "contrats/a_nous.csv")
    # Those that are missing are looked for, and asked for, there: never those of another network.
    assert find_data(None) == InputFolders(projet, projet / "referentiels", fictives=False)
    assert find_config(None) == paths.CONFIG


def test_a_data_folder_has_its_own_referentials_else_those_of_the_project(projet: Path) -> None:
    dossier = projet / "autre"
    put(dossier / "contrats/a_nous.csv")
    assert find_data(dossier).referentiels == dossier / "referentiels"
    put(projet / "referentiels/motifs.csv")
    assert find_data(dossier).referentiels == projet / "referentiels"
    put(dossier / "referentiels/motifs.csv")
    assert find_data(dossier).referentiels == dossier / "referentiels"
    assert find_config(None, dossier) == paths.CONFIG


def test_fictitious_data_that_have_referentials_are_not_the_demonstration(projet: Path) -> None:
    """As `ruptures exemple --contrats` writes them."""
    dossier = projet / "masse"
    put(dossier / MARQUE_FICTIVE)
    put(dossier / "referentiels/motifs.csv")
    assert find_data(dossier) == InputFolders(dossier, dossier / "referentiels", fictives=True)
    assert find_config(None, dossier) == paths.CONFIG


def test_settings_that_are_asked_for_are_used_whatever_the_data(projet: Path) -> None:
    assert find_config(Path("notres.toml"), projet / "demo") == Path("notres.toml")


def test_a_folder_that_does_not_exist_is_refused(projet: Path) -> None:
    with pytest.raises(UsageError, match="dossier introuvable"):
        find_data(projet / "absent")


def test_the_settings_of_the_project_are_nobody_s_and_those_of_the_demonstration_have_its_chapters() -> None:
    neutres, siens = load_settings(paths.CONFIG), load_settings(paths.EXEMPLE / "config.toml")
    assert neutres.sections == siens.sections
    assert neutres.presentation.textes is None
    assert "BTP" not in paths.CONFIG.read_text(encoding="utf-8")
    assert siens.reseau.nom == "BTP CFA Île-de-France"


def test_contracts_of_one_s_own_without_referentials_are_told_what_is_missing(projet: Path) -> None:
    (projet / "contrats/export.csv").write_text("nocontrat\n1\n", encoding="utf-8")
    resultat = run("construire", cwd=projet)
    assert resultat.exit_code in (2, 3)
    assert f"{projet / 'referentiels'} : référentiels incomplets." in resultat.output
