"""Tasks for worker processes: another process finds them by their name, so a test cannot hold them."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError

SECRET = " ".join(("Zyx", "Martin"))


def write(commun: Any, cle: str, chemin: Path) -> None:
    """What the task was given, and its process."""
    chemin.write_text(f"{commun} {cle} {os.getpid()}", encoding="utf-8")


def stumble(commun: Any, cle: str, chemin: Path) -> None:
    """A key named after a failure fails so; the others are written."""
    match cle.split("-", maxsplit=1)[0]:
        case "gabarit":
            raise UsageError("gabarit illisible", ou="cfa.html.jinja", ligne=3, faire="Corrigez-le.")
        case "defaut":
            raise KeyError(SECRET)
        case "memoire":
            raise MemoryError(SECRET)
        case "disque":
            raise OSError(SECRET)
        case "sortie":
            raise SystemExit(SECRET)
        case "mort":
            os._exit(9)
    write(commun, cle, chemin)


def die_once(commun: Any, cle: str, chemin: Path) -> None:
    """The process of the first key dies the first time."""
    if cle == "1" and not chemin.exists():
        chemin.touch()
        os._exit(9)
    write(commun, cle, chemin)


def leave_something_behind(commun: Any, cle: str, chemin: Path) -> None:
    """A temporary folder that nobody takes away; the process of the last key dies too."""
    Path(tempfile.mkdtemp(), "reste").write_text(SECRET, encoding="utf-8")
    stumble(commun, cle, chemin)


def sleep_after_the_first(commun: Any, cle: str, chemin: Path) -> None:
    """All but the first key take far too long."""
    if cle != "1":
        time.sleep(600)


def fail_in_vannes(commun: Any, cle: str, chemin: Path) -> None:
    """One CFA of the second network has no report."""
    if cle == "0560001B":
        raise KeyError(SECRET)
    chemin.write_bytes(b"%PDF")
