"""The file of the database: locked while a run writes it, what a run leaves beside it, what `purger` removes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import MachineError


@contextmanager
def lock(base: Path) -> Iterator[None]:
    """One run at a time on a database.

    Raises:
        MachineError: another run holds it.
    """
    verrou = FileLock(base.with_suffix(".verrou"))
    try:
        with verrou.acquire(timeout=0):
            yield
    except Timeout:
        raise MachineError(
            "un autre traitement est en cours sur cette base", ou=base, faire="Attendez sa fin, puis relancez."
        ) from None


def purge(base: Path, sortie: Path) -> list[Path]:
    """Remove what runs left: the database, its lists of rejects and anomalies, what an interrupted run did not clean,
    in `sortie` too. Editions stay. Returns what was removed.

    Raises:
        MachineError: a run is under way.
    """
    with lock(base):
        restes = [
            base,
            base.with_name(f"{base.name}.wal"),
            refused_path(base),
            base.with_suffix(".nouveau"),
            base.with_name(f"{base.stem}.nouveau.wal"),
            *(base.parent / f"{nom}.csv" for nom in ("rejets", "anomalies")),
            *base.parent.glob(".tmp-*"),
            *sortie.glob(".*.nouvelle"),
        ]
        presents = [reste for reste in restes if reste.exists()]
        for reste in presents:
            if reste.is_dir():
                shutil.rmtree(reste)
            else:
                reste.unlink()
    base.with_suffix(".verrou").unlink(missing_ok=True)
    return presents


def remove_database(chemin: Path) -> None:
    """Delete a database file and its write-ahead log, if they are there."""
    for fichier in (chemin, chemin.with_name(f"{chemin.name}.wal")):
        fichier.unlink(missing_ok=True)


def refused_path(base: Path) -> Path:
    """Where a database whose checks fail is kept until the next one that holds."""
    return base.with_name(f"{base.stem}.refusee{base.suffix}")
