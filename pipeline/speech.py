"""What the command says and how much of it, on screens that may be closed, full, or short of letters.

Answers are what a verb was asked for; notes, what it tells besides; details, what only `--verbose` asks for; faults are
always told. Answers and notes go to the standard output, the rest to that of errors.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

import typer

from pipeline.errors import MachineError, UsageError

# What the system answers when it has no room or no way left; a pipe that nobody reads is « invalid » on Windows.
SANS_LECTEUR = (errno.EPIPE, errno.EINVAL)
MANQUES = {
    errno.ENOSPC: "la place manque", errno.EFBIG: "le fichier serait trop grand", errno.EIO: "le disque ne répond pas",
    errno.EROFS: "le disque ne s'écrit pas", errno.EACCES: "les droits manquent", errno.EPERM: "les droits manquent",
    errno.EBADF: "ce qui devait recevoir l'écriture est fermé", errno.EMFILE: "trop de fichiers sont ouverts",
    errno.ENOMEM: "la mémoire manque",
} | ({errno.EDQUOT: "la place manque"} if hasattr(errno, "EDQUOT") else {})  # fmt: skip
DU_DISQUE = "Vérifiez la place et les droits du disque, puis relancez."
AUTRES_REMEDES = {
    errno.EMFILE: "Relevez leur nombre (ulimit -n), puis relancez.",
    errno.ENOMEM: "Fermez d'autres programmes, puis relancez.",
}
# How DuckDB says that the disk refuses: at once, as a transaction ends, and from then on.
FINS_DE_LA_BASE = frozenset({"IOException", "TransactionException", "FatalException"})


class Volume(IntEnum):
    """How much is said: answers and faults only; what is usual; all."""

    BAS, NORMAL, HAUT = range(3)


class Voice:
    """How loud this command is."""

    volume = Volume.NORMAL

    @classmethod
    def reset(cls) -> None:
        """As loud as usual: a process may run several commands."""
        cls.volume = Volume.NORMAL

    @classmethod
    def choose(cls, volume: Volume) -> None:
        """Raises UsageError when the command was already told the contrary."""
        if cls.volume not in (Volume.NORMAL, volume):
            raise UsageError("--quiet et --verbose se contredisent", faire="Gardez l'un des deux.")
        cls.volume = volume
        if volume is Volume.HAUT:
            tell_details()


def answer(texte: str) -> None:
    """Say what the verb was asked for, whatever the volume.

    Raises:
        MachineError: it cannot be written.
    """
    if sys.stdout is None:
        raise MachineError("la sortie est fermée : la réponse n'est pas écrite", faire="Ouvrez-la, puis relancez.")
    write(texte)


def note(texte: str) -> None:
    """Say what the verb tells besides its answer, unless it must be quiet. Raises MachineError as `answer` does."""
    if Voice.volume > Volume.BAS:
        write(texte)


def fault(texte: str) -> None:
    """Say what is wrong, where errors are read; there may be nobody."""
    with suppress(OSError):
        typer.echo(texte, err=True)


def write(texte: str) -> None:
    """Write on the standard output, at once. Raises MachineError when it cannot be; ends where nobody reads."""
    try:
        typer.echo(texte)
    except OSError as erreur:
        raise lost_screen(erreur) from None


def lost_screen(erreur: OSError) -> MachineError | typer.Exit:
    """What to raise when the standard output cannot be written: without a word where its reader has gone, as `head`
    does once it has its lines."""
    # What is left to write would fail again when the process ends, and change its exit code.
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if erreur.errno in SANS_LECTEUR:
        return typer.Exit(MachineError.code_sortie)
    return MachineError(
        f"la sortie ne peut pas être écrite : {MANQUES.get(erreur.errno or 0, 'le système refuse')}",
        faire="Faites de la place, ou envoyez-la ailleurs, puis relancez.",
    )


def lacking(erreur: BaseException, ou: Path | None = None) -> MachineError | None:
    """What the machine lacks, where a room did not say it better; `ou` where nothing else says it. None for what is a
    bug of ours."""
    # Of the class that has this name: this room imports no database.
    fin = type(erreur).__name__
    if isinstance(erreur, MemoryError) or fin == "OutOfMemoryException":
        return MachineError("la mémoire ne suffit pas", ou=ou, faire="Fermez d'autres programmes, puis relancez.")
    if fin in FINS_DE_LA_BASE:
        return MachineError("la base ne peut pas être écrite", ou=ou, faire=DU_DISQUE)
    if not isinstance(erreur, OSError) or (quoi := MANQUES.get(erreur.errno or 0)) is None:
        return None
    nomme = erreur.filename if isinstance(erreur.filename, str) else ou
    return MachineError(quoi, ou=nomme, faire=AUTRES_REMEDES.get(erreur.errno or 0, DU_DISQUE))


def tell_details() -> None:
    """From now on, the details that rooms tell are said where errors are read."""
    import logging  # noqa: PLC0415 (for --verbose only)

    from pipeline import details  # noqa: PLC0415

    class Details(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if Voice.volume is Volume.HAUT:
                fault(record.getMessage())

    details.JOURNAL.setLevel(logging.INFO)
    details.JOURNAL.propagate = False
    details.JOURNAL.handlers = [Details()]


def prepare_streams() -> None:
    """Screens that lack letters show others; no file takes the number of a stream that is closed, into which a library
    would write."""
    for flux in (sys.stdout, sys.stderr):
        if isinstance(flux, io.TextIOWrapper):
            flux.reconfigure(errors="replace")
    while (numero := os.open(os.devnull, os.O_RDWR)) <= 2:
        continue
    os.close(numero)
