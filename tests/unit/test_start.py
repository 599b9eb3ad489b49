"""Start-up: what a command imports before it works, its version, the completion of shells."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.paths import RACINE

LOURDES = {
    "altair", "babel", "duckdb", "filelock", "fontTools", "jinja2", "numpy", "openpyxl", "pebble", "polars", "pyarrow",
    "pyphen", "scipy", "sqlglot", "vl_convert", "weasyprint", "xlsxwriter", "yaml",
}  # fmt: skip
# What declares verbs, and explains a wrong command line.
COMMANDE = {"cli", "console", "errors", "speech", "usage"}


def start(*mots: str, **environnement: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, which says what it imports."""
    python = [sys.executable, "-X", "importtime", "-m", "pipeline", *mots]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environnement}
    return subprocess.run(python, cwd=RACINE, env=env, capture_output=True, encoding="utf-8", check=False)


def imported(resultat: subprocess.CompletedProcess[str]) -> tuple[set[str], set[str]]:
    """The libraries that take long and the rooms of ours that a command imported."""
    modules = re.findall(r"^import time:.*\| +(\S+)$", resultat.stderr, re.M)
    assert "typer" in modules
    rooms = {nom.split(".")[1] for nom in modules if nom.startswith("pipeline.")} - {"__main__"}
    return {nom.split(".")[0] for nom in modules} & LOURDES, rooms


@pytest.mark.parametrize(
    ("mots", "code"),
    [(["--help"], 0), (["rapport", "--help"], 0), (["examiner", "--help"], 0),
     (["--version"], 0), (["raport"], 2), (["rapport", "--anne"], 2),
     (["exemple"], 2), (["rapport", "--arrete-au", "demain"], 2)],
)  # fmt: skip
def test_help_the_version_and_faults_of_usage_import_no_room(mots: list[str], code: int) -> None:
    resultat = start(*mots)
    assert resultat.returncode == code
    assert imported(resultat) == (set(), COMMANDE)


@pytest.mark.parametrize(
    ("mots", "permises"),
    [
        (["lister"], {"yaml"}),
        (["lister", "--tables"], {"yaml"}),
        (["dictionnaire", "--base", "absente.duckdb"], {"duckdb", "sqlglot", "yaml"}),
        (["verifier", "--base", "absente.duckdb"], {"duckdb", "sqlglot", "yaml", "pebble"}),
        (["nouvelle-ventilation", "Par"], {"duckdb", "sqlglot", "yaml"}),
        (["purger", "--base", "{vide}/r.duckdb", "--sortie", "{vide}"], {"filelock"}),
    ],
)
def test_a_verb_imports_what_it_needs(mots: list[str], permises: set[str], tmp_path: Path) -> None:
    lourdes, rooms = imported(start(*(mot.replace("{vide}", str(tmp_path)) for mot in mots)))
    assert lourdes <= permises
    assert not rooms & {"build", "charts", "demo", "edition", "ingest", "reading", "report", "statistics"}


def test_the_version_is_that_of_the_package() -> None:
    assert start("--version").stdout == f"ruptures {__version__}\n"


def test_shells_complete_verbs_and_options() -> None:
    script = start("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert script.returncode == 0
    assert "complete -o default -F _ruptures_completion ruptures" in script.stdout
    for ecrits, rang, attendus in (
        ("ruptures nouvelle", 1, "nouvelle-ventilation"),
        ("ruptures rapport --arr", 2, "--arrete-au"),
    ):
        proposes = start(_RUPTURES_COMPLETE="complete_bash", COMP_WORDS=ecrits, COMP_CWORD=str(rang))
        assert proposes.stdout.split() == [attendus]
        assert imported(proposes) == (set(), COMMANDE)
