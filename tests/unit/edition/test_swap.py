"""An edition takes the place of the earlier one whole, or the earlier one is as it was and the new one is kept."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import storage
from pipeline.edition.swap import open_edition, publish
from pipeline.errors import MachineError


def put(sortie: Path, texte: str) -> Path:
    """Publish an edition with one report."""
    with open_edition(sortie, "2021-2022") as edition:
        (edition.chantier / "cfa").mkdir()
        (edition.chantier / "cfa/rapport.pdf").write_text(texte, encoding="utf-8")
        return publish(edition)


def editions(sortie: Path) -> dict[str, str]:
    """Each report in the folder of editions, working folders included."""
    return {chemin.relative_to(sortie).parts[0]: chemin.read_text(encoding="utf-8") for chemin in sortie.rglob("*.pdf")}


def hold(monkeypatch: pytest.MonkeyPatch, ouvert: Path) -> None:
    """Windows, while a program has this file open: neither it nor a folder above it can be renamed."""
    renommer = Path.rename

    def rename(self: Path, but: Path) -> Path:
        if ouvert.is_relative_to(self):
            raise PermissionError(32, "used by another process")
        return renommer(self, but)

    monkeypatch.setattr(Path, "rename", rename)


def test_the_one_replaced_is_kept_one_generation(tmp_path: Path) -> None:
    for texte in ("un", "deux", "trois"):
        assert put(tmp_path, texte) == tmp_path / "2021-2022"
    assert editions(tmp_path) == {"2021-2022": "trois", "2021-2022.precedente": "deux"}
    assert sorted(chemin.name for chemin in tmp_path.iterdir()) == ["2021-2022", "2021-2022.precedente"]


@pytest.mark.parametrize("ou", ["2021-2022", "2021-2022.precedente"])
def test_a_file_open_elsewhere_is_named_and_the_new_edition_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ou: str
) -> None:
    put(tmp_path, "un")
    put(tmp_path, "deux")
    avant, ouvert = editions(tmp_path), tmp_path / ou / "cfa/rapport.pdf"
    with monkeypatch.context() as windows:
        hold(windows, ouvert)
        with pytest.raises(MachineError) as refus:
            put(tmp_path, "trois")
    assert refus.value.message == (
        f"{ouvert} : ce fichier est ouvert, l'édition précédente ne peut pas être remplacée. Fermez-le. "
        f"La nouvelle édition est dans {tmp_path / '2021-2022.en_attente'} : renommez-la en 2021-2022, ou relancez."
    )
    assert editions(tmp_path) == {**avant, "2021-2022.en_attente": "trois"}
    put(tmp_path, "quatre")
    assert editions(tmp_path) == {"2021-2022": "quatre", "2021-2022.precedente": "deux"}


def test_what_holds_it_is_not_always_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "un")
    hold(monkeypatch, tmp_path / "2021-2022/dossier ouvert")
    with pytest.raises(MachineError) as refus:
        put(tmp_path, "deux")
    assert refus.value.message.startswith(
        f"{tmp_path / '2021-2022'} : l'édition précédente ne peut pas être remplacée. Fermez le rapport ou le classeur"
    )
    assert editions(tmp_path) == {"2021-2022": "un", "2021-2022.en_attente": "deux"}


def test_an_edition_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    put(tmp_path, "un")
    with pytest.raises(KeyboardInterrupt), open_edition(tmp_path, "2021-2022") as edition:
        (edition.chantier / "rapport.pdf").write_text("la moitié", encoding="utf-8")
        raise KeyboardInterrupt
    assert editions(tmp_path) == {"2021-2022": "un"}
    assert [chemin.name for chemin in tmp_path.iterdir()] == ["2021-2022"]


def test_two_runs_do_not_write_in_one_folder(tmp_path: Path) -> None:
    with open_edition(tmp_path, "2021-2022") as edition:
        with pytest.raises(MachineError, match="un autre traitement écrit dans ce dossier"):
            put(tmp_path, "deux")
        with pytest.raises(MachineError, match="un autre traitement écrit dans ce dossier"):
            storage.purge(tmp_path / "ruptures.duckdb", tmp_path)
        assert edition.chantier.is_dir()
    put(tmp_path, "trois")
    assert editions(tmp_path) == {"2021-2022": "trois"}


def end_at(n: int, avant: bool) -> None:
    """From now on, the nth thing done to the disk is this process's last, done or not."""
    faits = itertools.count(1)

    def wrap(faire: Callable[..., Any]) -> Callable[..., Any]:
        def do(*mots: Any, **options: Any) -> Any:
            rang = next(faits)
            if rang == n and avant:
                os._exit(9)
            resultat = faire(*mots, **options)
            if rang == n:
                os._exit(9)
            return resultat

        return do

    Path.rename, shutil.rmtree, os.sync = wrap(Path.rename), wrap(shutil.rmtree), wrap(os.sync)  # type: ignore[method-assign]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is ended from inside")
@pytest.mark.parametrize("avant", [True, False], ids=["before", "after"])
def test_ended_at_any_moment_an_edition_is_at_its_name(tmp_path: Path, avant: bool) -> None:
    """At each rename, removal and flush: the next start finds a whole edition, the earlier one or the new one, and
    leaves nothing else."""
    vues, n = set(), 0
    for n in itertools.count(1):
        sortie = tmp_path / str(n)
        put(sortie, "un")
        put(sortie, "deux")
        if (enfant := os.fork()) == 0:
            end_at(n, avant)
            put(sortie, "trois")
            os._exit(0)
        fini = os.waitstatus_to_exitcode(os.waitpid(enfant, 0)[1])
        storage.purge(sortie / "base.duckdb", sortie)
        restees = editions(sortie)
        assert restees["2021-2022"] in {"deux", "trois"} and restees["2021-2022.precedente"] in {"un", "deux"}
        assert restees.keys() == {"2021-2022", "2021-2022.precedente"}
        vues.add(restees["2021-2022"])
        assert put(sortie, "quatre").is_dir()
        if fini == 0:
            break
    assert n > 8 and vues == {"deux", "trois"}
