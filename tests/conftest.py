"""Fixtures shared by the tests."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from pipeline.glossary import Glossary
from pipeline.models import file
from pipeline.settings import RACINE
from tests.histories import Chapter, Files, History
from tests.support import build_project, models_named_in, run, shipped

Build = Callable[..., duckdb.DuckDBPyConnection]

# No clock decides: a property that a busy machine is slow to check is checked.
settings.register_profile("sans horloge", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sans horloge")


@pytest.fixture(scope="session", autouse=True)
def files_parsed_once() -> None:
    """The same file of SQL is parsed once, wherever its copies are: that takes longer than most tests."""
    lire, connus = file.parse, {}

    @functools.wraps(lire)
    def parse(chemin: Path, schema: str, glossaire: Glossary = file.SANS_GLOSSAIRE) -> file.SqlFile:
        cle = (schema, chemin.name, chemin.read_bytes(), repr(glossaire) if schema == "ventilations" else "")
        if cle not in connus:
            connus[cle] = lire(chemin, schema, glossaire)
        return replace(connus[cle], chemin=chemin)

    file.parse = parse


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Small databases gain nothing from several threads, and the processes that run the tests share the machine."""
    ouvrir = duckdb.connect

    def connect(*args: Any, config: dict[str, Any] | None = None, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        return ouvrir(*args, config={"threads": 1, **(config or {})}, **kwargs)

    duckdb.connect = connect


@pytest.fixture
def own_database(tmp_path: Path, request: pytest.FixtureRequest) -> Build:
    """Build a small project, `own_database({"contrats_2022-09-30.csv": [rows]})`, with the breakdowns the module
    names."""
    return functools.partial(build_project, tmp_path, sql=models_named_in(request.module.__file__))


@pytest.fixture(scope="module")
def chapter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    """The histories that the tests of the module tell."""
    items = (item for item in request.session.items if item.path == request.path)
    return Chapter(items, tmp_path_factory.mktemp, models_named_in(request.path))


@pytest.fixture
def database(request: pytest.FixtureRequest, chapter: Chapter, own_database: Build) -> Build:
    """The database of the rows that are told, as `own_database` builds it, but with those of the other tests of the
    module, at the price of one (`tests.histories`)."""

    def read(contrats: Files, suivi: Files | None = None, **options: Any) -> duckdb.DuckDBPyConnection:
        con = chapter.read(request.node.nodeid, History(contrats, suivi or {}, options))
        return own_database(contrats, suivi, **options) if con is None else con

    return read


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the edition made from the demonstration data, as `make report` makes it of the breakdowns that are
    shipped, CFA included; one for all the processes that run the tests."""
    racine = tmp_path_factory.getbasetemp()
    dossier = (racine.parent if "PYTEST_XDIST_WORKER" in os.environ else racine) / "demonstration"
    with FileLock(f"{dossier}.verrou"):
        if not dossier.exists():
            chantier = dossier.with_name("demonstration.chantier")
            options = ("--donnees", RACINE / "data/raw/demo", "--sql", shipped())
            resultat = run("rapport", *options, cwd=chantier, cfa=True)
            assert resultat.exit_code == 0, resultat.output
            chantier.rename(dossier)
    return dossier / "output" / "2021-2022"
