"""Fixtures shared by the tests."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import build
from pipeline.settings import RACINE
from tests.support import build_project, run


@pytest.fixture(scope="session", autouse=True)
def models_read_once() -> None:
    """The models of the project do not change while the tests run: parse them once for given sections."""
    lire = build.load_catalog
    une_fois = functools.cache(lire)

    def load(dossier: Path, sections: Any) -> Any:
        return (une_fois if dossier == RACINE / "sql" or dossier.name == "sql_nommees" else lire)(dossier, sections)

    build.load_catalog = load


@pytest.fixture(scope="module")
def named_models(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The models, with the breakdowns that the module names only: all take longer than the rest on a few rows."""
    texte = Path(request.module.__file__).read_text(encoding="utf-8")
    dossier = tmp_path_factory.mktemp("modeles") / "sql_nommees"
    shutil.copytree(RACINE / "sql", dossier)
    for chemin in (dossier / "ventilations").glob("*.sql"):
        if chemin.stem not in texte:
            chemin.unlink()
    return dossier


@pytest.fixture
def database(tmp_path: Path, named_models: Path) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Build a small project: `database({"contrats_2022-09-30.csv": [rows]})`."""

    def make(*args: Any, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        return build_project(tmp_path, *args, sql=named_models, **kwargs)

    return make


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the edition made from the demonstration data, as `make report` makes it."""
    dossier = tmp_path_factory.mktemp("demonstration")
    resultat = run("rapport", "--donnees", RACINE / "data/raw/demo", cwd=dossier)
    assert resultat.exit_code == 0, resultat.output
    return dossier / "output" / "2021-2022"
