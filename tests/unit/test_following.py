"""Files that are followed: made again at each change, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline import following
from pipeline.errors import UsageError


def follow(monkeypatch: pytest.MonkeyPatch, fichiers: list[Path], changements: list[Callable[[], object]]) -> list[str]:
    """Follow files while somebody makes these changes, one a look, then Ctrl-C. Returns what they said each time."""
    lus, a_faire = [], iter(changements)

    def sleep(_: float) -> None:
        changement = next(a_faire, None)
        if changement is None:
            raise KeyboardInterrupt
        changement()

    def write() -> None:
        if not fichiers[0].exists():
            raise UsageError("introuvable", ou=fichiers[0], faire="Remettez-le.")
        lus.append(fichiers[0].read_text(encoding="utf-8"))

    monkeypatch.setattr(following, "time", SimpleNamespace(sleep=sleep))
    following.follow(lambda: fichiers, write)
    return lus


def test_what_changes_is_made_again_and_what_does_not_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fichier, autre = tmp_path / "a.sql", tmp_path / "b.toml"
    fichier.write_text("un", encoding="utf-8")
    changements: list[Callable[[], object]] = [
        lambda: None,
        lambda: fichier.write_text("deux!", encoding="utf-8"),
        fichier.unlink,
        lambda: fichier.write_text("trois", encoding="utf-8"),
        lambda: autre.write_text("paru", encoding="utf-8"),
    ]
    assert follow(monkeypatch, [fichier, autre], changements) == ["un", "deux!", "trois", "trois"]
    ecran = capsys.readouterr()
    assert ecran.err == f"Erreur : {fichier} : introuvable. Remettez-le.\n"
    assert ecran.out.endswith("\nFin du suivi.\n")
