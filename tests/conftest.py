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
from tests.support import build_project, models_named_in, run, unchanged


@pytest.fixture(scope="session", autouse=True)
def models_read_once() -> None:
    """The models that no test changes: parse them once for given sections."""
    lire = build.load_catalog
    une_fois = functools.cache(lire)

    def load(dossier: Path, sections: Any) -> Any:
        return (une_fois if dossier == RACINE / "sql" or unchanged(dossier) else lire)(dossier, sections)

    build.load_catalog = load


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Build a small project, `database({"contrats_2022-09-30.csv": [rows]})`, with the breakdowns the module names."""
    return functools.partial(build_project, tmp_path, sql=models_named_in(request.module.__file__))


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the edition made from the demonstration data, as `make report` makes it, CFA included."""
    dossier = tmp_path_factory.mktemp("demonstration")
    resultat = run("rapport", "--donnees", RACINE / "data/raw/demo", cwd=dossier, cfa=True)
    assert resultat.exit_code == 0, resultat.output
    return dossier / "output" / "2021-2022"
