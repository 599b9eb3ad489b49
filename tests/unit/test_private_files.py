"""What has the content of rows is read by its owner alone, while it is written too."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pipeline import build, storage
from tests.pages import second_network
from tests.support import construct, models

pytestmark = [
    pytest.mark.usefixtures("core_once"),
    pytest.mark.skipif(os.name == "nt", reason="rights are those of the folder"),
]


def modes(dossier: Path) -> dict[str, int]:
    return {str(f.relative_to(dossier)): f.stat().st_mode & 0o777 for f in (dossier, *dossier.rglob("*"))}


def test_the_database_and_what_is_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second_network.write(tmp_path, second_network.rows())
    (tmp_path / "base").mkdir(0o755)
    for nom in ("rejets.csv", "anomalies.csv"):
        (tmp_path / "base" / nom).touch(0o644)
    pendant: dict[str, int] = {}
    controler = build.check_database

    def look(*mots: object) -> None:
        pendant.update(modes(tmp_path / "base"))
        controler(*mots)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "check_database", look)
    avant = os.umask(0o022)
    try:
        assert construct(tmp_path).exit_code == 0
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(avant)
    apres = modes(tmp_path / "base")
    assert {"ruptures.nouveau"} <= pendant.keys() and {"ruptures.duckdb", "rejets.csv", "anomalies.csv"} <= apres.keys()
    for vus in (pendant, apres):
        assert {nom: mode for nom, mode in vus.items() if mode & 0o077} == {}


def test_a_folder_that_has_something_else_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "notes.txt").touch()
    with storage.private(tmp_path / "r.duckdb"):
        (tmp_path / "r.duckdb").touch()
    assert (modes(tmp_path)["."], modes(tmp_path)["r.duckdb"]) == (0o755, 0o600)


def test_a_folder_that_is_made_is_private(tmp_path: Path) -> None:
    storage.make_folder(tmp_path / "a_valider")
    assert modes(tmp_path)["a_valider"] == 0o700


def test_code_that_anybody_may_write_is_not_trusted(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    shutil.copytree(models("par_cfa"), tmp_path / "sql")
    for chemin in (
        tmp_path / "sql",
        tmp_path / "sql/macros.sql",
        tmp_path / "sql/core",
        tmp_path / "sql/core/contrats.sql",
    ):
        droits = chemin.stat().st_mode
        chemin.chmod(droits | 0o002)
        resultat = construct(tmp_path, "--sql", str(tmp_path / "sql"))
        assert resultat.exit_code == 2
        assert f"{chemin} : n'importe quel utilisateur de la machine peut y écrire" in resultat.stderr
        chemin.chmod(droits)
    assert construct(tmp_path, "--sql", str(tmp_path / "sql")).exit_code == 0
