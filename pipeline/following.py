"""Files that somebody is changing: what is made of them is made again each time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.speech import fault, lacking, note

PAS = 0.5  # seconds between two looks: nobody waits, and nothing is heard of a look


def follow(fichiers: Callable[[], Iterable[Path]], refaire: Callable[[], None]) -> None:
    """Call `refaire` at once, then whenever one of the files changes, appears or goes, until Ctrl-C; what is wrong with
    them is told, and waits for the next change."""
    try:
        while True:
            vus = look(fichiers())
            try_once(refaire)
            note("Le fichier est suivi : Ctrl-C pour finir.")
            while look(fichiers()) == vus:
                time.sleep(PAS)
    except KeyboardInterrupt:
        note("\nFin du suivi.")


def try_once(refaire: Callable[[], None]) -> None:
    """Call it; an error of ours, or of the machine, is told."""
    try:
        refaire()
    except PipelineError as erreur:
        fault(f"Erreur : {erreur.message}")
    except Exception as erreur:
        if (manque := lacking(erreur)) is None:
            raise
        fault(f"Erreur : {manque.message}")


def look(fichiers: Iterable[Path]) -> dict[Path, tuple[int, int] | None]:
    """When each file was changed, and its size; None for one that is not there: an editor may be replacing it."""
    vus: dict[Path, tuple[int, int] | None] = {}
    for fichier in fichiers:
        try:
            etat = fichier.stat()
            vus[fichier] = (etat.st_mtime_ns, etat.st_size)
        except OSError:
            vus[fichier] = None
    return vus
