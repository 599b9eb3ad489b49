"""The plain script that the project is measured beside makes the same figures: one that fails would measure nothing."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from benchmarks.comparaison import compare
from benchmarks.mesures import SCRIPT_NU, script_nu
from pipeline.build import BuildRequest, build_database
from pipeline.demo.bulk import write_synthetic
from tests.support import models

FAITES = re.findall(r"create table ventilations\.(\w+)", SCRIPT_NU.read_text(encoding="utf-8"))


def silent(_: str) -> None:
    """Nothing is told of the steps."""


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The databases of the script and of the project, of one synthetic export."""
    dossier = tmp_path_factory.mktemp("mesures")
    donnees, nue, notre = (dossier / nom for nom in ("donnees", "nue.duckdb", "notre.duckdb"))
    write_synthetic(donnees, 2_000, 5)
    script_nu(donnees, nue, silent)
    build_database(BuildRequest(donnees=donnees, base=notre, sql=models(*FAITES)), silent)
    return nue, notre


def test_the_plain_script_and_the_project_make_the_same_figures(bases: tuple[Path, Path]) -> None:
    with duckdb.connect(bases[0], read_only=True) as nue, duckdb.connect(bases[1], read_only=True) as notre:
        assert compare(nue, notre)[0] == f"{len(FAITES)} ventilations égales dans le script nu et dans le projet."


@pytest.mark.parametrize(
    ("change", "dit"),
    [
        ("update ventilations.par_filiere set ruptures_nettes = ruptures_nettes + 1", "par_filiere diffère"),
        ("drop schema ventilations cascade", "n'a fait aucune ventilation"),
        ("alter table ventilations.par_mois rename mois to moment", "par_mois n'a pas dans le projet : moment"),
    ],
)
def test_a_difference_stops_the_comparison(bases: tuple[Path, Path], tmp_path: Path, change: str, dit: str) -> None:
    copie = tmp_path / "nue.duckdb"
    copie.write_bytes(bases[0].read_bytes())
    with duckdb.connect(copie) as nue, duckdb.connect(bases[1], read_only=True) as notre:
        nue.execute(change)
        with pytest.raises(SystemExit, match=dit):
            compare(nue, notre)
