"""Where a run reads: whose referentials and settings go with which data."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import paths
from pipeline.errors import UsageError
from pipeline.inputs import MARQUE_FICTIVE, InputFolders, find_config, find_data, find_project
from pipeline.settings import load_settings
from tests.support import run

REFERENTIELS = paths.EXEMPLE / "referentiels"


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    """The `data/raw/` of a project that nobody has used, the demonstration beside."""
    tmp_path = tmp_path / "data/raw"
    put(tmp_path.parents[1] / "config.toml")
    for nom in ("contrats", "suivi", "referentiels"):
        put(tmp_path / nom / ".gitkeep")
    put(tmp_path / "demo/contrats/export.csv")
    put(tmp_path / "demo" / MARQUE_FICTIVE)
    return tmp_path


def found(projet: Path, dossier: Path | None = None) -> InputFolders:
    """What is found in the project that has this `data/raw/`."""
    return find_data(find_project(projet.parents[1]), dossier)


def settings_of(projet: Path, dossier: Path | None = None) -> Path:
    return find_config(find_project(projet.parents[1]), None, dossier)


def put(chemin: Path) -> None:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.touch()


def test_while_nobody_has_put_contracts_all_is_the_demonstration_s(projet: Path) -> None:
    assert found(projet) == InputFolders(projet / "demo", REFERENTIELS, fictives=True)
    assert settings_of(projet) == paths.EXEMPLE / "config.toml"


def test_the_demonstration_is_the_same_when_it_is_named_and_wherever_it_is_copied(projet: Path) -> None:
    put(projet / "contrats/a_nous.csv")
    put(projet / "referentiels/motifs.csv")
    put(projet / "ailleurs/contrats/export.csv")
    put(projet / "ailleurs" / MARQUE_FICTIVE)
    for dossier in (projet / "demo", projet / "ailleurs"):
        assert found(projet, dossier) == InputFolders(dossier, REFERENTIELS, fictives=True)
        assert settings_of(projet, dossier) == paths.EXEMPLE / "config.toml"


def test_with_contracts_of_one_s_own_nothing_is_the_demonstration_s(projet: Path) -> None:
    put(projet / "contrats/a_nous.csv")
    # Those that are missing are looked for, and asked for, there: never those of another network.
    assert found(projet) == InputFolders(projet, projet / "referentiels", fictives=False)
    assert settings_of(projet) == projet.parents[1] / "config.toml"


def test_a_data_folder_has_its_own_referentials_else_those_of_the_project(projet: Path) -> None:
    dossier = projet / "autre"
    put(dossier / "contrats/a_nous.csv")
    assert found(projet, dossier).referentiels == dossier / "referentiels"
    put(projet / "referentiels/motifs.csv")
    assert found(projet, dossier).referentiels == projet / "referentiels"
    put(dossier / "referentiels/motifs.csv")
    assert found(projet, dossier).referentiels == dossier / "referentiels"
    assert settings_of(projet, dossier) == projet.parents[1] / "config.toml"


def test_fictitious_data_that_have_referentials_are_not_the_demonstration(projet: Path) -> None:
    """As `ruptures exemple --contrats` writes them."""
    dossier = projet / "masse"
    put(dossier / MARQUE_FICTIVE)
    put(dossier / "referentiels/motifs.csv")
    assert found(projet, dossier) == InputFolders(dossier, dossier / "referentiels", fictives=True)
    assert settings_of(projet, dossier) == projet.parents[1] / "config.toml"


def test_settings_that_are_asked_for_are_used_whatever_the_data(projet: Path) -> None:
    assert find_config(find_project(projet.parents[1]), Path("notres.toml"), projet / "demo") == Path("notres.toml")


def test_a_folder_that_does_not_exist_is_refused(projet: Path) -> None:
    with pytest.raises(UsageError, match="dossier introuvable"):
        found(projet, projet / "absent")


def test_the_settings_of_the_project_are_nobody_s_and_those_of_the_demonstration_have_its_chapters() -> None:
    neutres, siens = load_settings(paths.RACINE / "config.toml"), load_settings(paths.EXEMPLE / "config.toml")
    assert neutres.sections == siens.sections
    assert neutres.presentation.textes is None
    assert "BTP" not in (paths.RACINE / "config.toml").read_text(encoding="utf-8")
    assert siens.reseau.nom == "BTP CFA Île-de-France"


def test_contracts_of_one_s_own_without_referentials_are_told_what_is_missing(projet: Path) -> None:
    (projet / "contrats/export.csv").write_text("nocontrat\n1\n", encoding="utf-8")
    resultat = run("construire", "--projet", projet.parents[1], "--config", paths.RACINE / "config.toml", cwd=projet)
    assert resultat.exit_code in (2, 3)
    assert f"{projet / 'referentiels'} : référentiels incomplets." in resultat.output


@pytest.fixture
def ici(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one stands in, outside of any project."""
    monkeypatch.delenv(paths.PROJET, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_project_is_the_one_that_is_said_else_that_of_the_variable_else_where_one_stands(
    ici: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ici / "dit").mkdir()
    (ici / "nomme").mkdir()
    assert find_project().dossier == paths.RACINE
    put(ici / "config.toml")
    assert find_project().dossier == ici
    monkeypatch.setenv(paths.PROJET, str(ici / "nomme"))
    assert find_project().dossier == ici / "nomme"
    assert find_project(Path("dit")).dossier == ici / "dit"
    monkeypatch.setenv(paths.PROJET, "")
    assert find_project().dossier == ici


def test_the_folder_one_stands_in_is_a_project_where_it_is_said(ici: Path) -> None:
    assert find_project(Path()).dossier == ici


def test_an_installed_package_has_no_project_of_its_own(ici: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "LIVRE", paths.RACINE)
    assert find_project().dossier == ici
    with pytest.raises(UsageError, match="configuration introuvable") as refus:
        find_config(find_project(), None)
    assert "ruptures nouveau-projet DOSSIER" in refus.value.faire


def test_a_project_that_does_not_exist_is_refused(ici: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"dossier du projet introuvable.*--projet"):
        find_project(Path("absent"))
    monkeypatch.setenv(paths.PROJET, "absent")
    with pytest.raises(UsageError, match=f"dossier du projet introuvable.*{paths.PROJET}"):
        find_project()


def test_the_clone_s_own_breakdowns_are_those_of_the_tool() -> None:
    assert find_project(paths.RACINE).models(None) == (paths.SQL, None)
    assert paths.Project(Path("p")).models(None) == (paths.SQL, Path("p/sql/ventilations"))
    assert paths.Project(Path("p")).models(Path("s")) == (Path("s"), None)
