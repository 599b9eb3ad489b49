"""The file of the database and the folder of the editions: locked while a run writes them; what a run leaves beside
them, what `purger` removes; where what is told of contracts one by one may be written."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.errors import MachineError, UsageError

MANIFESTE = "manifeste.json"  # an edition has one
PRETE, ANCIENNE = ".prete", ".ancienne"  # ends of the names of editions that change places
A_VALIDER = "a_valider"  # beside the database, where workbooks to validate go unless it is said
LISTES = "listes"  # beside the database, where the lists of a month go unless it is said
FICHES = "fiches_qualite"  # likewise, the quality sheets of CFA and their lists of untraced cases
JOURNAUX = "journaux"  # beside the database, the journal of each edition made from it
UAI_SUR = re.compile(r"[0-9A-Z]{1,20}")  # a file name on any system, and no other one in other letters
# What runs leave beside a database.
SECRETS = (
    "*.duckdb", "*.nouveau", "*.wal", "*.verrou", "*.empreinte.json", "rejets.csv", "anomalies.csv", "secret_*.csv",
    ".tmp-*", ".git*", A_VALIDER, LISTES, FICHES, JOURNAUX,
)  # fmt: skip


@contextmanager
def lock(base: Path) -> Iterator[None]:
    """One run at a time on a database.

    Raises:
        MachineError: another run holds it.
    """
    # One object for one file: who holds the lock may call what takes it.
    verrou = FileLock(base.with_suffix(".verrou"), is_singleton=True)
    try:
        with verrou.acquire(timeout=0):
            yield
    except Timeout:
        raise MachineError(
            "un autre traitement est en cours sur cette base", ou=base, faire="Attendez sa fin, puis relancez."
        ) from None


@contextmanager
def lock_output(sortie: Path) -> Iterator[None]:
    """One run at a time in a folder of editions, which is made if there is none.

    Raises:
        MachineError: another run holds it, or nothing can be written there.
    """
    fichier = sortie / ".verrou"
    verrou = FileLock(fichier)
    try:
        sortie.mkdir(parents=True, exist_ok=True)
        verrou.acquire(timeout=0)
    except Timeout:
        raise MachineError(
            "un autre traitement écrit dans ce dossier", ou=sortie, faire="Attendez sa fin, puis relancez."
        ) from None
    except OSError:
        raise MachineError(
            "le dossier de sortie ne peut pas être écrit", ou=sortie, faire="Choisissez-en un autre avec --sortie."
        ) from None
    try:
        yield
    finally:
        # Before it is released: who then takes a file without a name begins again. Windows removes it afterwards.
        with suppress(OSError):
            fichier.unlink()
        verrou.release()


def restore_editions(sortie: Path) -> None:
    """Put at its name each edition that a run was giving its place to when it was ended; what had already given its own
    up goes back or away. Nobody else writes there."""
    for prete in sortie.glob(f".*{PRETE}"):
        dossier = sortie / prete.name[1 : -len(PRETE)]
        if dossier.exists():
            shutil.rmtree(prete)
        else:
            prete.rename(dossier)
    for ancienne in sortie.glob(f".*{ANCIENNE}"):
        precedente = sortie / f"{ancienne.name[1 : -len(ANCIENNE)]}.precedente"
        if precedente.exists():
            shutil.rmtree(ancienne)
        else:
            ancienne.rename(precedente)


def flush_disk() -> None:
    """What was written is on the disk (where the system can be asked)."""
    if hasattr(os, "sync"):
        os.sync()


def purge(base: Path, sortie: Path) -> list[Path]:
    """Remove what runs left: the database, its lists of rejects and anomalies, those of months, the journals of the
    editions made from it, what their public ones hide, what an interrupted run did not clean, in `sortie` too. Editions
    stay. Returns what was removed.

    Raises:
        MachineError: a run is under way.
    """
    with lock(base), lock_output(sortie) if sortie.is_dir() else nullcontext():
        restore_editions(sortie)
        restes = [
            base,
            base.with_name(f"{base.name}.wal"),
            refused_path(base),
            record_path(base),
            base.with_suffix(".nouveau"),
            base.with_name(f"{base.stem}.nouveau.wal"),
            *list_paths(base),
            *base.parent.glob("secret_*.csv"),
            *base.parent.glob(".tmp-*"),
            *(base.parent / A_VALIDER).glob("a_valider_*.xlsx"),
            *month_lists(base),
            *(base.parent / FICHES).glob("fiche_qualite_*.pdf"),
            *(base.parent / FICHES).glob("sans_trace_*.csv"),
            *(base.parent / JOURNAUX).glob("*.parquet"),
            *sortie.glob(".*.nouvelle"),
        ]
        presents = [reste for reste in restes if reste.exists()]
        for reste in presents:
            if reste.is_dir():
                shutil.rmtree(reste)
            else:
                reste.unlink()
    base.with_suffix(".verrou").unlink(missing_ok=True)
    mois = (dossier.relative_to(base.parent) for dossier in (base.parent / LISTES).glob("*"))
    for dossier in (A_VALIDER, FICHES, JOURNAUX, *mois, LISTES):
        with suppress(OSError):  # not there, or with what is not ours in it
            (base.parent / dossier).rmdir()
    return presents


@contextmanager
def private(base: Path) -> Iterator[None]:
    """What is written inside has the content of rows: from its first byte, its owner alone reads it; the folder of
    `base` too, where nothing else is in it. (On Windows, the rights of the folder decide.)"""
    avant = os.umask(0o077)
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        if all(any(fnmatch(f.name, motif) for motif in SECRETS) for f in base.parent.iterdir()):
            with suppress(OSError):  # the folder is somebody else's
                base.parent.chmod(0o700)
        yield
    finally:
        os.umask(avant)


def clear_leftovers(base: Path) -> None:
    """Remove what a run that was ended left of itself beside a database, which nobody else writes: its temporary
    folders, the database that it was making, a log of changes of the one that is there (another program's: a database
    takes the place of another whole)."""
    for reste in base.parent.glob(f"{temporary_prefix(base)}*"):
        shutil.rmtree(reste, ignore_errors=True)
    remove_database(base.with_suffix(".nouveau"))
    base.with_name(f"{base.name}.wal").unlink(missing_ok=True)


def temporary_prefix(base: Path) -> str:
    """How the names of temporary folders of the runs on a database begin."""
    return f".tmp-{base.stem}-"


def remove_database(chemin: Path) -> None:
    """Delete a database file and its write-ahead log, if they are there."""
    for fichier in (chemin, chemin.with_name(f"{chemin.name}.wal")):
        fichier.unlink(missing_ok=True)


def record_path(base: Path) -> Path:
    """Where it is written what a database was made from (`freshness`)."""
    return base.with_name(f"{base.stem}.empreinte.json")


def edition_named(designation: str, sortie: Path) -> Path | None:
    """The folder of an edition: a path, or its name in `sortie`; None where there is none."""
    return next((d for d in (Path(designation), sortie / designation) if (d / MANIFESTE).is_file()), None)


def read_manifest(edition: Path) -> dict[str, Any]:
    """The manifest of an edition; nothing where there is none that can be read."""
    try:
        lu = json.loads((edition / MANIFESTE).read_bytes())
    except (OSError, ValueError):
        return {}
    return lu if isinstance(lu, dict) else {}


def journal_named(edition: Path) -> str | None:
    """The journal that the manifest of an edition names; None where there is no manifest that can be read, or it names
    none."""
    try:
        return read_manifest(edition)["journal"]["nom"]
    except (KeyError, TypeError):
        return None


def journal_path(base: Path, nom: str) -> Path:
    """Where the journal that a manifest names is: in its folder, whatever the manifest says."""
    return base.parent / JOURNAUX / Path(nom).name


def list_paths(base: Path) -> list[Path]:
    """The lists of the rows that cannot be used, and of what is doubtful, beside a database."""
    return [base.with_name(f"{nom}.csv") for nom in ("rejets", "anomalies")]


def month_lists(base: Path) -> list[Path]:
    """The lists of months beside a database, with names or not."""
    motifs = ("liste_*.xlsx", "liste_*.csv", "resume_*.pdf")
    return sorted(chemin for motif in motifs for chemin in (base.parent / LISTES).glob(f"*/{motif}"))


def secret_path(base: Path, annee: str) -> Path:
    """Where it is written what the public edition of a year hides."""
    return base.with_name(f"secret_{annee}.csv")


def replace_private(chemin: Path, octets: bytes) -> None:
    """A file beside a database, of which it tells as much, in place of the one of an earlier run."""
    with private(chemin):
        neuf = chemin.with_name(f".tmp-{chemin.name}")
        neuf.write_bytes(octets)
        neuf.replace(chemin)


def refused_path(base: Path) -> Path:
    """Where a database whose checks fail is kept until the next one that holds."""
    return base.with_name(f"{base.stem}.refusee{base.suffix}")


def write_private(chemin: Path, octets: bytes, editions: Path) -> None:
    """A file that tells of contracts one by one, new, readable by its owner only, out of all that is published.

    Raises:
        UsageError: see `check_private`.
        MachineError: it cannot be written there.
    """
    check_private(chemin, editions)
    try:
        descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descripteur, "wb") as flux:
            flux.write(octets)
    except OSError:
        raise MachineError(
            "ce fichier ne peut pas être écrit", ou=chemin, faire="Vérifiez son dossier, la place et les droits."
        ) from None


def check_private(chemin: Path, editions: Path) -> None:
    """Raises UsageError when a file is in `editions`, the folder of the editions, or in an edition elsewhere; or when
    it is there already: perhaps somebody has filled it in."""
    lieux = [chemin.resolve(), *chemin.resolve().parents]
    if editions.resolve() in lieux or any((lieu / MANIFESTE).is_file() for lieu in lieux):
        quoi = "une liste de contrats ne s'écrit pas dans les éditions, que l'on diffuse"
        raise UsageError(quoi, ou=chemin, faire="Choisissez un autre dossier, d'accès personnel.")
    if chemin.exists():
        quoi, faire = "ce fichier existe déjà", "Donnez un autre nom, ou déplacez-le : rien n'est écrasé."
        raise UsageError(quoi, ou=chemin, faire=faire)


def make_folder(dossier: Path) -> None:
    """A folder for such files, if there is none. Raises MachineError when it cannot be made."""
    try:
        dossier.mkdir(0o700, parents=True, exist_ok=True)
    except OSError:
        quoi, faire = "ce dossier ne peut pas être créé", "Choisissez-en un autre, ou vérifiez les droits."
        raise MachineError(quoi, ou=dossier, faire=faire) from None


def file_stem(uai: str) -> str:
    """An UAI, as a part of a file's name."""
    if UAI_SUR.fullmatch(uai):
        return uai
    marque = hashlib.sha256(uai.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{re.sub('[^0-9A-Z]+', '_', uai.upper())[:20]}-{marque}"
