"""Fixtures shared by the tests."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from xdist import is_xdist_controller

if TYPE_CHECKING:
    import duckdb

    from tests.histories import Chapter, Files

    Build = Callable[..., duckdb.DuckDBPyConnection]

# What takes long to import is imported in the processes that run tests, not in the one that shares them out.


def pytest_sessionstart(session: pytest.Session) -> None:
    """No clock decides: a property that a busy machine is slow to check is checked."""
    if not is_xdist_controller(session):
        from hypothesis import HealthCheck, settings

        lent = [HealthCheck.too_slow]
        settings.register_profile("sans horloge", deadline=None, max_examples=50, suppress_health_check=lent)
        settings.load_profile("sans horloge")


@pytest.fixture(scope="session", autouse=True)
def files_parsed_once() -> None:
    from tests.support import parse_files_once

    parse_files_once()


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Small databases gain nothing from several threads, and the processes that run the tests share the machine."""
    import duckdb

    ouvrir = duckdb.connect

    def connect(*args: Any, config: dict[str, Any] | None = None, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        return ouvrir(*args, config={"threads": 1, **(config or {})}, **kwargs)

    duckdb.connect = connect


@pytest.fixture
def own_database(tmp_path: Path, request: pytest.FixtureRequest) -> Build:
    """Build a small project, `own_database({"contrats_2022-09-30.csv": [rows]})`, with the breakdowns and
    the tables the module names."""
    from tests.support import build_project, models_queried_in

    return functools.partial(build_project, tmp_path, sql=models_queried_in(request.path))


@pytest.fixture(scope="module")
def chapter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    """The histories that the tests of the module tell."""
    from tests.histories import Chapter
    from tests.support import models_queried_in

    items = (item for item in request.session.items if item.path == request.path)
    return Chapter(items, tmp_path_factory.mktemp, models_queried_in(request.path))


@pytest.fixture
def database(request: pytest.FixtureRequest, chapter: Chapter, own_database: Build) -> Build:
    """The database of the rows that are told, as `own_database` builds it, but with those of the other tests of the
    module, at the price of one (`tests.histories`)."""
    from tests.histories import History

    def read(contrats: Files, suivi: Files | None = None, **options: Any) -> duckdb.DuckDBPyConnection:
        con = chapter.read(request.node.nodeid, History(contrats, suivi or {}, options))
        return own_database(contrats, suivi, **options) if con is None else con

    return read


@pytest.fixture(scope="module")
def core_once() -> Iterator[None]:
    """In this module, exports are read and the project's own models run once for the same inputs (`CoreMemo`)."""
    from pipeline import build
    from tests.support import core_memo

    with pytest.MonkeyPatch.context() as remplacement:
        remplacement.setattr(build, "fill_core", core_memo())
        yield


# Of the seven CFA of the demonstration: those of the highest and of the lowest rate, that of the fewest apprentices.
CFA = ("0951625A", "0921379Z", "0931815T")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the edition made from the demonstration data, as `make report` makes it of the breakdowns that are
    shipped, with the reports of some CFA; one for all the processes that run the tests."""
    from pipeline.paths import RACINE
    from tests.support import run, shipped

    racine = tmp_path_factory.getbasetemp()
    dossier = (racine.parent if "PYTEST_XDIST_WORKER" in os.environ else racine) / "demonstration"
    with FileLock(f"{dossier}.verrou"):
        if not dossier.exists():
            chantier = dossier.with_name("demonstration.chantier")
            # One worker process is as quick as two, which the other tests need.
            options = ("--sql", shipped(), "--jobs", "1", *(mot for uai in CFA for mot in ("--cfa", uai)))
            resultat = run("rapport", "--donnees", RACINE / "data/raw/demo", *options, cwd=chantier, cfa=True)
            assert resultat.exit_code == 0, resultat.output
            chantier.rename(dossier)
    return dossier / "output" / "2021-2022"
