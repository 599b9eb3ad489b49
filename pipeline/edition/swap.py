"""The folder of an edition: made beside the earlier one, which it replaces whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MachineError
from pipeline.storage import ANCIENNE, PRETE, flush_disk, lock_output, restore_editions


@dataclass(frozen=True)
class EditionFolder:
    """Where an edition goes: `<sortie>/<nom>`, made in `chantier` first."""

    sortie: Path
    nom: str

    @property
    def dossier(self) -> Path:
        return self.sortie / self.nom

    @property
    def chantier(self) -> Path:
        return self.sortie / f".{self.nom}.nouvelle"

    @property
    def prete(self) -> Path:
        """Whole and on the disk, until it has the place of the earlier one."""
        return self.sortie / f".{self.nom}{PRETE}"

    @property
    def precedente(self) -> Path:
        return self.sortie / f"{self.nom}.precedente"

    @property
    def ancienne(self) -> Path:
        """The one before `precedente`, until it is removed."""
        return self.sortie / f".{self.nom}{ANCIENNE}"

    @property
    def en_attente(self) -> Path:
        """One that is whole and could not take the place of the earlier one."""
        return self.sortie / f"{self.nom}.en_attente"


@contextmanager
def open_edition(sortie: Path, nom: str) -> Iterator[EditionFolder]:
    """An empty working folder for an edition, in a folder that no other run writes in; removed if it is not published.

    Raises:
        MachineError: it cannot be written, or another run writes there.
    """
    edition = EditionFolder(sortie, nom)
    with lock_output(sortie):
        try:
            restore_editions(sortie)
            shutil.rmtree(edition.chantier, ignore_errors=True)
            edition.chantier.mkdir()
            yield edition
        except OSError:
            raise MachineError(
                "l'édition ne peut pas être écrite", ou=sortie, faire="Vérifiez la place et les droits du disque."
            ) from None
        finally:
            shutil.rmtree(edition.chantier, ignore_errors=True)


def publish(edition: EditionFolder) -> Path:
    """Swap the working folder in; the edition it replaces is kept one generation. Returns the published folder.

    Ended at any moment, it leaves a whole edition at its name, or one that the next run puts there
    (`storage.restore_editions`).

    Raises:
        MachineError: a file of the earlier editions is open elsewhere; they are left as they were, and the new one is
            kept beside them.
    """
    shutil.rmtree(edition.ancienne, ignore_errors=True)
    flush_disk()
    edition.chantier.rename(edition.prete)
    suite = [(edition.prete, edition.dossier)]
    if edition.dossier.exists():
        suite = [(edition.precedente, edition.ancienne), (edition.dossier, edition.precedente), *suite]
    faits = []
    try:
        for source, but in suite:
            if source.exists():
                source.rename(but)
                faits.append((source, but))
    except OSError:
        for source, but in reversed(faits):
            but.rename(source)
        raise refusal(edition) from None
    for reste in (edition.ancienne, edition.en_attente):
        shutil.rmtree(reste, ignore_errors=True)
    flush_disk()
    return edition.dossier


def refusal(edition: EditionFolder) -> MachineError:
    """Set aside an edition that cannot be swapped in. Returns the error that says why, and where it is."""
    ouvert = find_open_file(edition.dossier) or find_open_file(edition.precedente)
    faire = "Fermez-le" if ouvert else "Fermez le rapport ou le classeur ouverts"
    try:
        shutil.rmtree(edition.en_attente, ignore_errors=True)
        edition.prete.rename(edition.en_attente)
        suite = f"La nouvelle édition est dans {edition.en_attente} : renommez-la en {edition.nom}, ou relancez."
    except OSError:
        suite = "La nouvelle édition est effacée : relancez."
    return MachineError(
        "ce fichier est ouvert, l'édition précédente ne peut pas être remplacée"
        if ouvert
        else "l'édition précédente ne peut pas être remplacée",
        ou=ouvert or edition.dossier,
        faire=f"{faire}. {suite}",
    )


def find_open_file(dossier: Path) -> Path | None:
    """The first file of a folder that another program keeps for itself, as those of Windows do."""
    for chemin in sorted(dossier.rglob("*")):
        # One that nobody may write to is not open for that.
        if chemin.is_file() and os.access(chemin, os.W_OK):
            try:
                with chemin.open("ab"):
                    pass
                chemin.rename(chemin)
            except OSError:
                return chemin
    return None
