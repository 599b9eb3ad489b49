"""The process of contributed SQL is limited by the system and ended from outside; the next query runs."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import MachineError, UsageError
from pipeline.models import inside
from pipeline.models.enclosure import Process, enclosed
from pipeline.models.folder import read_macros
from pipeline.models.inside import KeysToldError
from tests.support import RACINE

MACROS = read_macros(RACINE / "sql")
UN = "select count(*) as n from core.personnes"
POSIX = pytest.mark.skipif(os.name == "nt", reason="the system has no such limits")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    chemin = tmp_path / "ruptures.duckdb"
    with duckdb.connect(str(chemin)) as con:
        con.execute("create schema core")
        con.execute("create schema brut")
        con.execute(
            "create table core.personnes as select range as id_apprenti, range // 2 as id_contrat, "
            "'n°' || range as nocontrat from range(1000)"
        )
        con.execute("create table brut.contrats as select 1 as id_ligne")
        con.execute("create table core.lignes as select 1 as id_ligne, 'x' as rang")
    return chemin


@pytest.mark.parametrize(
    "sans_fin",
    [
        "select count(*) from range(1000000) a, range(1000000) b, range(1000000) c",
        "select levenshtein(repeat('abcdef', 60000), repeat('fedcba', 60000))",
    ],
    ids=["rows without end", "one value without end"],
)
def test_a_query_that_never_ends_is_ended_and_the_next_one_runs(base: Path, sans_fin: str) -> None:
    with enclosed(base, MACROS, None, 1) as enceinte, pytest.raises(TimeoutError):
        enceinte.fetch(sans_fin)
    with enclosed(base, MACROS, None, 60) as enceinte:
        assert enceinte.fetch(UN) == (("n",), [(1000,)])


@pytest.mark.parametrize(
    "gros",
    [
        "select list(range) from range(1000000000)",
        "select string_agg(repeat('x', 1000000000), '') from range(9)",
        "select max(repeat('x', 4000000000)) from range(3)",
    ],
)
def test_memory_is_limited(base: Path, gros: str) -> None:
    with enclosed(base, MACROS, None, 60) as enceinte:
        with pytest.raises((MemoryError, duckdb.OutOfMemoryException, duckdb.OutOfRangeException)):
            enceinte.fetch(gros)
        assert enceinte.fetch(UN) == (("n",), [(1000,)])


@POSIX
def test_the_system_limits_the_process() -> None:
    import resource

    for quoi, combien in (
        (resource.RLIMIT_AS, inside.ESPACE),
        (resource.RLIMIT_FSIZE, inside.FICHIER),
        (resource.RLIMIT_CORE, 0),
    ):
        assert Process.started().schedule(resource.getrlimit, (quoi,)).result() == (combien, combien)


def test_keys_join_and_count_as_the_true_ones_do(base: Path) -> None:
    with enclosed(base, MACROS, None, 60) as enceinte:
        requete = (
            "select count(*) as n, count(distinct a.id_contrat) as contrats, count(distinct a.nocontrat) as numeros "
            "from core.personnes as a inner join core.personnes as b using (id_apprenti)"
        )
        assert enceinte.compute(requete).to_pylist() == [{"n": 1000, "contrats": 500, "numeros": 1000}]
        with pytest.raises(KeysToldError) as erreur:
            enceinte.compute("select 1 as un, min(id_apprenti) as premier from core.personnes")
        assert erreur.value.colonne == "premier"


def test_rows_that_are_not_as_many_are_refused(base: Path) -> None:
    """Half of the rows, whichever: by chance, as many twice in fifty."""
    refus = []
    for _ in range(6):
        with enclosed(base, MACROS, None, 60) as enceinte:
            try:
                enceinte.compute("select 1 as un from core.personnes where id_apprenti % 2 = 0")
            except KeysToldError as erreur:
                refus.append(erreur.colonne)
    assert set(refus) == {""}


def test_the_true_tables_are_for_the_program_alone(base: Path) -> None:
    with enclosed(base, MACROS, None, 60) as enceinte:
        assert enceinte.fetch("select max(id_apprenti) as n from core.personnes", vraies=True)[1] == [(999,)]
        assert enceinte.fetch("select max(id_apprenti) as n from core.personnes")[1] != [(999,)]
        for table in ("brut.contrats", "core.lignes"):
            with pytest.raises(duckdb.CatalogException):
                enceinte.fetch(f"select * from {table}")


def test_the_database_is_nobody_s_afterwards(base: Path) -> None:
    with enclosed(base, MACROS, None, 60) as enceinte:
        enceinte.fetch(UN)
    with duckdb.connect(str(base)) as con:
        con.execute("create table core.autre as select 1 as un")
    with enclosed(base, MACROS, None, 60) as enceinte:
        assert enceinte.fetch("select * from core.autre")[1] == [(1,)]


def test_a_base_that_is_not_there_or_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="base introuvable"), enclosed(tmp_path / "absente.duckdb", MACROS, None, 60):
        pass
    (tmp_path / "texte.duckdb").write_text("pas une base", encoding="utf-8")
    with (
        pytest.raises(MachineError, match="la base ne s'ouvre pas"),
        enclosed(tmp_path / "texte.duckdb", MACROS, None, 60),
    ):
        pass
