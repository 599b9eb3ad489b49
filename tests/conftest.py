"""Fixtures shared by the tests."""

from __future__ import annotations

import functools
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
    build.load_catalog = lambda dossier, sections: (une_fois if dossier == RACINE / "sql" else lire)(dossier, sections)


@pytest.fixture
def database(tmp_path: Path) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Build a small project: `database({"contrats_2022-09-30.csv": [rows]})`."""

    def make(*args: Any, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        return build_project(tmp_path, *args, **kwargs)

    return make


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the edition made from the demonstration data, as `make report` makes it."""
    dossier = tmp_path_factory.mktemp("demonstration")
    resultat = run("rapport", "--donnees", RACINE / "data/raw/demo", cwd=dossier)
    assert resultat.exit_code == 0, resultat.output
    return dossier / "output" / "2021-2022"
