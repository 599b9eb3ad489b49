"""What a run that was ended left is gone at the next one, and what the machine refuses is told as such."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import pytest

from pipeline import build
from pipeline.errors import MachineError
from pipeline.speech import lacking
from tests.pages import second_network
from tests.support import construct


def test_what_a_run_left_beside_a_database_is_cured_by_the_next(tmp_path: Path, core_once: None) -> None:
    second_network.write(tmp_path, second_network.rows())
    base = tmp_path / "base"
    (base / ".tmp-ruptures-abc").mkdir(parents=True)
    (base / ".tmp-ruptures-abc/duckdb_temp.tmp").write_text("x", encoding="utf-8")
    (base / ".tmp-autre-abc").mkdir()
    for nom in ("ruptures.nouveau", "ruptures.nouveau.wal", "ruptures.duckdb.wal"):
        (base / nom).write_bytes(b"rien qui vaille" * 99)
    assert construct(tmp_path).exit_code == 0
    siens = {"ruptures.duckdb", "ruptures.empreinte.json", "ruptures.verrou", "anomalies.csv", "rejets.csv"}
    assert {f.name for f in base.iterdir()} == {*siens, ".tmp-autre-abc"}
    with duckdb.connect(str(base / "ruptures.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) > 0 from core.contrats").fetchall() == [(True,)]


def test_a_folder_is_no_database(tmp_path: Path, core_once: None) -> None:
    second_network.write(tmp_path, second_network.rows())
    (tmp_path / "dossier.duckdb").mkdir()
    resultat = construct(tmp_path, "--base", tmp_path / "dossier.duckdb")
    assert resultat.exit_code == 2
    assert f"{tmp_path / 'dossier.duckdb'} : c'est un dossier, et non une base. " in resultat.stderr


@pytest.mark.parametrize(
    "fin",
    [
        duckdb.IOException("IO Error: No space left on device"),
        duckdb.TransactionException("TransactionContext Error: Failed to commit: No space left"),
        duckdb.FatalException("FATAL Error: database has been invalidated"),
        duckdb.OutOfMemoryException("Out of Memory Error"), MemoryError(), OSError(errno.ENOSPC, "No space"),
        OSError(errno.EMFILE, "Too many open files"), OSError(errno.EROFS, "Read-only"),
    ],
    ids=lambda fin: f"{type(fin).__name__} {getattr(fin, 'errno', '')}",
)  # fmt: skip
def test_an_end_of_the_machine_is_told_as_such(tmp_path: Path, fin: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it comes, with its sentence and its code, and what was there stays."""
    second_network.write(tmp_path, second_network.rows())
    assert construct(tmp_path).exit_code == 0
    base = (tmp_path / "base/ruptures.duckdb").read_bytes()

    def end(*_: object, **__: object) -> None:
        raise fin

    for endroit in ("fill_core", "finish", "check_database"):
        with monkeypatch.context() as ici:
            ici.setattr(build, endroit, end)
            resultat = construct(tmp_path)
        assert resultat.exit_code == MachineError.code_sortie
        assert resultat.stderr.startswith("Erreur : ") and "No space" not in resultat.stderr
        assert (tmp_path / "base/ruptures.duckdb").read_bytes() == base
        assert not list((tmp_path / "base").glob("*.nouveau*"))


@pytest.mark.parametrize("defaut", [ValueError("x"), duckdb.BinderException("x"), OSError(errno.EEXIST, "x")])
def test_a_bug_is_no_end_of_the_machine(defaut: Exception) -> None:
    assert lacking(defaut) is None
