"""What the command says: how much of it, and on screens that are closed, full, or short of letters."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline import cli, speech
from pipeline.errors import MachineError
from pipeline.paths import RACINE

PLEIN = Path("/dev/full")
LISTER = [sys.executable, "-m", "pipeline", "lister"]


def start(mots: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, from the root."""
    return subprocess.run(mots, cwd=RACINE, stderr=subprocess.PIPE, encoding="utf-8", check=False, **options)  # type: ignore[call-overload]


@pytest.mark.skipif(not PLEIN.exists(), reason="no device that is always full")
@pytest.mark.parametrize("mots", [["lister"], ["--help"], ["--version"]])
def test_a_full_device_is_told_in_a_sentence(mots: list[str]) -> None:
    with PLEIN.open("w") as plein:
        resultat = start([sys.executable, "-m", "pipeline", *mots], stdout=plein)
    assert (resultat.returncode, len(resultat.stderr.splitlines())) == (5, 1)
    assert resultat.stderr.startswith("Erreur : ") and "la place manque" in resultat.stderr


@pytest.mark.parametrize("mots", [["lister"], ["--help"], ["--version"]])
def test_where_nobody_reads_any_more_the_command_ends_without_a_word(mots: list[str]) -> None:
    lecture, ecriture = os.pipe()
    os.close(lecture)
    resultat = start([sys.executable, "-m", "pipeline", *mots], stdout=ecriture)
    os.close(ecriture)
    assert (resultat.returncode, resultat.stderr) == (5, "")


@pytest.mark.skipif(os.name == "nt", reason="no shell that closes a stream")
def test_an_answer_needs_an_output_and_a_note_does_not(tmp_path: Path) -> None:
    resultat = start(["sh", "-c", f'exec "{sys.executable}" -m pipeline lister >&-'])
    assert (resultat.returncode, resultat.stderr.split(" : ")[:2]) == (5, ["Erreur", "la sortie est fermée"])
    purger = f"purger --base '{tmp_path}/r.duckdb' --sortie '{tmp_path}'"
    resultat = start(["sh", "-c", f'exec "{sys.executable}" -m pipeline {purger} >&-'])
    assert (resultat.returncode, resultat.stderr) == (0, "")


@pytest.mark.parametrize("lettres", ["ascii:strict", "cp437:strict"])
def test_a_screen_without_our_letters_shows_others(lettres: str) -> None:
    environnement = {**os.environ, "PYTHONIOENCODING": lettres, "PYTHONUTF8": "0"}
    resultat = subprocess.run(LISTER, cwd=RACINE, env=environnement, capture_output=True, check=False)
    assert (resultat.returncode, resultat.stderr) == (0, b"")
    assert b"Les structures (structures)" in resultat.stdout


def test_an_error_of_writing_is_told_or_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech.os, "dup2", lambda *_: None)  # the stream here is that of pytest

    def refuse(numero: int) -> None:
        def echo(*_: object, **__: object) -> None:
            raise OSError(numero, "")

        monkeypatch.setattr(speech.typer, "echo", echo)

    refuse(errno.ENOSPC)
    with pytest.raises(MachineError, match="la place manque"):
        speech.note("x")
    refuse(errno.EPIPE)
    with pytest.raises(typer.Exit) as fin:
        speech.answer("x")
    assert fin.value.exit_code == MachineError.code_sortie
    speech.fault("dit à personne")


@pytest.mark.parametrize("mots", [["--quiet", "purger"], ["purger", "-q"]])
def test_quiet_says_errors_only_before_the_verb_or_after(mots: list[str], tmp_path: Path) -> None:
    options = ["--base", str(tmp_path / "r.duckdb"), "--sortie", str(tmp_path)]
    muet, dit = (CliRunner().invoke(cli.app, [*verbe, *options]) for verbe in (mots, ["purger"]))
    assert (muet.exit_code, muet.output, dit.output) == (0, "", "Rien à effacer.\n")


def test_quiet_says_the_answer_and_what_is_refused() -> None:
    muet, dit = (CliRunner().invoke(cli.app, ["lister", *option]) for option in (["--quiet"], []))
    assert muet.output == dit.output != ""
    refus = CliRunner().invoke(cli.app, ["lister", "--quiet", "--config", "absente.toml"])
    assert (refus.exit_code, refus.output[:24]) == (2, "Erreur : absente.toml : ")


def test_an_interruption_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.models.outline.report_outline", interrupt)
    resultat = CliRunner().invoke(cli.app, ["lister"])
    assert (resultat.exit_code, resultat.stderr) == (130, "Arrêté. Rien n'a été publié.\n")


@pytest.mark.parametrize("numero", [errno.ENOSPC, errno.EACCES])
def test_what_a_machine_lacks_is_no_bug(monkeypatch: pytest.MonkeyPatch, numero: int) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(numero, "words of the system", "ici.csv")

    monkeypatch.setattr("pipeline.models.outline.report_outline", fail)
    resultat = CliRunner().invoke(cli.app, ["lister"])
    assert (resultat.exit_code, resultat.stderr) == (
        5, f"Erreur : ici.csv : {speech.MANQUES[numero]}. Vérifiez la place et les droits du disque, puis relancez.\n"
    )  # fmt: skip
