"""What the project is measured beside makes the same figures: one that fails would measure nothing."""

from __future__ import annotations

import csv
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from benchmarks import demarrage, ingestion, rapports
from benchmarks.comparaison import compare, open_other
from benchmarks.executions import Cout
from benchmarks.mesures import MESURES, PAIRS, SCRIPT_NU, Etape, Mesure, script_nu
from benchmarks.pairs import TABLES
from benchmarks.pairs.generate import write_export
from benchmarks.tableau import LIGNES, NON_MESURE, Resultats
from pipeline.build import BuildRequest, build_database
from pipeline.demo.bulk import write_synthetic
from tests.support import models

FAITES = re.findall(r"create table ventilations\.(\w+)", SCRIPT_NU.read_text(encoding="utf-8"))
EXPORT, LIGNES_D_EXPORT = "contrats/contrats_2022-08-31.csv", 3_001  # the last rows make no whole block


def silent(_: str) -> None:
    """Nothing is told of the steps."""


def opened(base: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(base, read_only=True)


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The databases of the script and of the project, of one synthetic export."""
    dossier = tmp_path_factory.mktemp("mesures")
    donnees, nue, notre = (dossier / nom for nom in ("donnees", "nue.duckdb", "notre.duckdb"))
    write_synthetic(donnees, 2_000, 5)
    script_nu(donnees, nue, silent)
    build_database(BuildRequest(donnees=donnees, base=notre, sql=models(*FAITES)), silent)
    return nue, notre


@pytest.fixture(scope="module")
def propre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean export in `donnees`, and the project's database of it."""
    dossier = tmp_path_factory.mktemp("pairs")
    write_export(LIGNES_D_EXPORT, dossier / "donnees")
    build_database(
        BuildRequest(donnees=dossier / "donnees", base=dossier / "notre.duckdb", sql=models(*TABLES)), silent
    )
    return dossier


def test_the_plain_script_and_the_project_make_the_same_figures(bases: tuple[Path, Path]) -> None:
    with opened(bases[0]) as nue, opened(bases[1]) as notre:
        dits = compare(nue, notre, "script_nu")
    assert dits[0] == f"{len(FAITES)} ventilations égales, script_nu et projet."


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
    with duckdb.connect(copie) as nue, opened(bases[1]) as notre:
        nue.execute(change)
        with pytest.raises(SystemExit, match=dit):
            compare(nue, notre, "script_nu")


@pytest.mark.parametrize("pair", PAIRS)
def test_a_peer_and_the_project_make_the_same_figures(propre: Path, tmp_path: Path, pair: str) -> None:
    if pair == "with_pandas" and find_spec("pandas") is None:
        pytest.skip("pandas is not in the lock")
    import_module(f"benchmarks.pairs.{pair}").make_tables(propre / "donnees", tmp_path)
    with open_other(tmp_path) as autre, opened(propre / "notre.duckdb") as notre:
        assert compare(autre, notre, pair)[0] == f"{len(TABLES)} ventilations égales, {pair} et projet."
        assert len(autre.execute("from ventilations.par_structure").fetchall()) > 2 * 12


def test_the_export_of_the_peers_has_no_fault(propre: Path, tmp_path: Path) -> None:
    with (propre / "donnees" / EXPORT).open(encoding="utf-8", newline="") as flux:
        entete, *lignes = csv.reader(flux, delimiter=";")
    assert (len(entete), len(lignes)) == (37, LIGNES_D_EXPORT)
    with opened(propre / "notre.duckdb") as con:
        fautes = con.execute("select (select count(*) from brut.rejets), (select count(*) from brut.anomalies)")
        assert fautes.fetchall() == [(0, 0)]
    write_export(LIGNES_D_EXPORT, tmp_path)
    assert (tmp_path / EXPORT).read_bytes() == (propre / "donnees" / EXPORT).read_bytes()


def measured(cpu: float) -> list[Mesure]:
    return [Mesure([Etape("Lecture", cpu * fois, 2 * cpu * fois)], 1024.0) for fois in (1, 3, 2)]


def test_every_line_of_the_table_is_measured(tmp_path: Path) -> None:
    resultats, taille = Resultats(), ingestion.A_LIMITER
    for noms in (ingestion.DES_PAIRS, ingestion.D_EXEMPLE):
        faites = {nom: measured(6 if nom == "construire" else 4) for nom in noms}
        resultats.add(ingestion.findings(taille, faites), ingestion.details(taille, faites))
    reseau = rapports.Mesure(900_000, 40, 20.0, 21.0, 4.8, 3_000, 100, 300, 30.0, 15.0, None, None)
    resultats.add(rapports.findings(3_000, reseau), *rapports.details(3_000, reseau, 2))
    resultats.add(demarrage.findings([Cout(40.0, 30.0)], [Cout(3.0, 2.0)], reseau))
    assert set(resultats.obtenus) == {ligne.cle for ligne in LIGNES}
    assert resultats.obtenus["cpu"] == ["10 000 000 lignes : 1,50"]
    assert resultats.obtenus["par_minute"] == ["3 000 CFA : 400"]
    resultats.write(tmp_path / "resultats.md", "0,1")
    texte = (tmp_path / "resultats.md").read_text(encoding="utf-8")
    assert all(f"| {ligne.travail} | {ligne.au_ticket} | {ligne.cible} |" in texte for ligne in LIGNES)
    assert all(ingestion.LIBELLES[nom] in texte for nom in MESURES)


def test_what_fails_at_a_size_is_said_and_what_is_not_measured_too(tmp_path: Path) -> None:
    resultats, faites = Resultats(), {"construire": [], "plain_sql": measured(4)}
    resultats.add(ingestion.findings(100, faites), ingestion.details(100, faites))
    assert resultats.obtenus["cpu"] == ["100 lignes : s'arrête"]
    resultats.write(tmp_path / "resultats.md", NON_MESURE)
    texte = (tmp_path / "resultats.md").read_text(encoding="utf-8")
    assert "| `ruptures construire` | s'arrête |" in texte
    assert re.search(r"\| `apercu`.* \| non mesuré \|", texte)
