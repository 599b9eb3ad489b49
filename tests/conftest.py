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


@pytest.fixture(scope="session")
def core_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models without the breakdowns, which take longer than all the rest on a few rows."""
    dossier = tmp_path_factory.mktemp("modeles") / "sql"
    shutil.copytree(RACINE / "sql", dossier, ignore=shutil.ignore_patterns("ventilations"))
    (dossier / "ventilations").mkdir()
    return dossier


@pytest.fixture(scope="session", autouse=True)
def models_read_once(core_models: Path) -> None:
    """The models of the project do not change while the tests run: parse them once for given sections."""
    lire = build.load_catalog
    une_fois = functools.cache(lire)
    fixes = {RACINE / "sql", core_models}
    build.load_catalog = lambda dossier, sections: (une_fois if dossier in fixes else lire)(dossier, sections)


@pytest.fixture
def database(
    tmp_path: Path, core_models: Path, request: pytest.FixtureRequest
) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Build a small project: `database({"contrats_2022-09-30.csv": [rows]})`; with its breakdowns for the modules that
    read them."""
    lit_ventilations = "ventilations" in Path(request.module.__file__).read_text(encoding="utf-8")
    sql = RACINE / "sql" if lit_ventilations else core_models

    def make(*args: Any, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        return build_project(tmp_path, *args, sql=sql, **kwargs)

    return make


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the edition made from the demonstration data, as `make report` makes it."""
    dossier = tmp_path_factory.mktemp("demonstration")
    resultat = run("rapport", "--donnees", RACINE / "data/raw/demo", cwd=dossier)
    assert resultat.exit_code == 0, resultat.output
    return dossier / "output" / "2021-2022"
