"""Fixtures shared by the tests."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import build
from tests.support import build_project


@pytest.fixture(scope="session", autouse=True)
def models_read_once() -> None:
    """The models of the project do not change while the tests run: parse them once per folder and sections."""
    build.load_catalog = functools.cache(build.load_catalog)


@pytest.fixture
def database(tmp_path: Path) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Build a small project: `database({"contrats_2022-09-30.csv": [rows]})`."""

    def make(*args: Any, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        return build_project(tmp_path, *args, **kwargs)

    return make
