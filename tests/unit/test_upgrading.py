"""What changed between two versions of the tool is told, with the edit to make."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import __version__, upgrading
from pipeline.errors import UsageError
from pipeline.settings import Settings, load_settings
from pipeline.upgrading import CLE, SQL, Change
from tests.support import RESEAU, SECTIONS


def write(tmp_path: Path, config: str) -> Path:
    chemin = tmp_path / "config.toml"
    chemin.write_text(f"{config}\n{RESEAU}{SECTIONS}", encoding="utf-8")
    return chemin


def test_every_change_is_of_a_version_that_there_is_and_every_new_key_is_one() -> None:
    for un in upgrading.CHANGEMENTS:
        assert upgrading.rank(un.version) <= upgrading.rank(__version__)
        if un.ou == CLE and un.nouveau:
            modele = Settings
            for cle in un.nouveau.split("."):
                champ = modele.model_fields[cle]
                modele = champ.annotation if isinstance(champ.annotation, type) else modele  # type: ignore[assignment]


@pytest.mark.parametrize("version", ["", 'version = "0.0.1"', f'version = "{__version__}"'])
def test_an_old_key_is_refused_with_the_edit(tmp_path: Path, version: str) -> None:
    chemin = write(tmp_path, f"{version}\n[periodes]\npost_examen_mois = [6, 7, 8]\n")
    with pytest.raises(UsageError) as refus:
        load_settings(chemin)
    assert refus.value.message == (
        f"{chemin}:3 : [periodes] post_examen_mois : cette clé a changé en version 0.1.0. Le jour de fin de formation "
        "donne cette période. Retirez cette ligne."
    )


def test_a_renamed_key_says_its_new_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changements = (Change("0.1.0", CLE, "source", "reseau.source", "Elle est au réseau."),)
    monkeypatch.setattr(upgrading, "CHANGEMENTS", changements)
    with pytest.raises(UsageError, match="Remplacez « source » par « source » à cette ligne"):
        load_settings(write(tmp_path, 'source = "x"'))
    assert load_settings(write(tmp_path, "")).reseau.source, "the key of that name in its table is none of these"


def test_the_changes_since_a_version_are_told_and_the_line_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changements = (
        Change("0.0.9", CLE, "a", "b", "Avant."), Change("0.0.10", SQL, "core.x", "core.y", "Après."),
        Change("0.1.0", CLE, "periodes.vieille", "", "Retirée."),
    )  # fmt: skip
    monkeypatch.setattr(upgrading, "CHANGEMENTS", changements)
    chemin = write(tmp_path, 'version = "0.0.9"\n[periodes]\nvieille = 1\n')
    assert list(upgrading.all_that_changed(chemin)) == [
        f"{chemin} est écrit pour la version 0.0.9 ; l'outil est en version {__version__}.",
        "À modifier :",
        f"  {chemin}:3 : [periodes] vieille : cette clé a changé en version 0.1.0. Retirée. Retirez cette ligne.",
        "Ce qui a changé depuis :",
        "  0.0.10  vos fichiers .sql : « core.x » s'appelle « core.y ». Après.",
        "  0.1.0  config.toml : « periodes.vieille » n'est plus lu. Retirée.",
        f'Une fois lu, remplacez : version = "{__version__}"',
    ]


def test_settings_of_an_earlier_version_are_read_and_a_run_says_so(tmp_path: Path) -> None:
    ancienne = load_settings(write(tmp_path, 'version = "0.0.9"'))
    assert ancienne.outdated() == (
        f"{tmp_path / 'config.toml'} est écrit pour la version 0.0.9 de l'outil, en {__version__} : ruptures "
        "mise-a-jour dit ce qui a changé."
    )
    assert load_settings(write(tmp_path, f'version = "{__version__}"')).outdated() == ""
    assert load_settings(write(tmp_path, "")).outdated() == ""


def test_up_to_date_settings_have_nothing_to_do(tmp_path: Path) -> None:
    *_, dit = upgrading.all_that_changed(write(tmp_path, f'version = "{__version__}"'))
    assert dit == "Rien n'a changé."


def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="configuration illisible"):
        list(upgrading.all_that_changed(tmp_path / "absent.toml"))
