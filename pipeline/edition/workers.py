"""One task for each of many keys, in worker processes: reports by the thousand.

Each worker is a pool of one process with one task at a time, so that a process that dies names the task that killed it
and disturbs no other; in a pool of several, a task whose process dies as it takes it may be waited for for ever.
"""

from __future__ import annotations

import atexit
import functools
import gc
import multiprocessing
import os
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
from pebble import ProcessExpired, ProcessPool

from pipeline.errors import MachineError, PipelineError, explain_bug

# Tasks of one process, and between two sweeps: WeasyPrint grows by some 2 MB a document, 0.4 once swept.
PAR_PROCESSUS, PAR_BALAYAGE = 100, 10
MORTS_DE_SUITE = 10  # processes that die with nothing done in between: the machine is at fault, not their tasks
REVEIL = 1.0  # seconds; on Windows, waiting without end is deaf to Ctrl-C
LIBERER = "Fermez d'autres programmes, ou baissez --jobs : la mémoire manque peut-être."
FAITES = count(1)  # the tasks of this process
# A function of a module, or a partial of one: it goes to other processes. Called again, it makes the same file.
Task = Callable[[str, Path], None]


@dataclass(frozen=True)
class TaskFailure:
    """Why a task failed, in sentences that cite no data, and the exit code of such a failure."""

    code: int
    message: str

    @classmethod
    def of(cls, erreur: PipelineError) -> TaskFailure:
        return cls(erreur.code_sortie, erreur.message)


def begin(tache: Task, provisoire: str) -> None:
    """Prepare the process of a worker, which does not hear Ctrl-C: the command answers for all. A worker is ended, not
    asked to end: what it leaves in its temporary folder goes with that folder."""
    global TACHE
    TACHE, tempfile.tempdir = tache, provisoire
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # at once, not after what a library is doing
    threading.Thread(target=follow_parent, daemon=True).start()
    # At once: libraries taken apart while that thread waits would say so on the screen.
    atexit.register(os._exit, 0)


def follow_parent() -> None:
    """End with the command, even killed: orphans would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def work(cle: str, chemin: Path) -> TaskFailure | None:
    """Run the task in the process of a worker. Returns why it failed: errors themselves do not travel well."""
    try:
        TACHE(cle, chemin)
    except PipelineError as erreur:
        return TaskFailure.of(erreur)
    except (MemoryError, duckdb.OutOfMemoryException):
        return TaskFailure.of(MachineError("la mémoire ne suffit pas", faire=LIBERER))
    except (OSError, duckdb.IOException):
        faire = "Vérifiez la place et les droits du disque."
        return TaskFailure.of(MachineError("le rapport ne peut pas être écrit", faire=faire))
    except BaseException as erreur:  # noqa: BLE001 (a bug of ours, told without what it worked on)
        return TaskFailure(PipelineError.code_sortie, explain_bug(erreur))
    finally:
        # A document is full of cycles, and the collector waits for far more of them.
        if next(FAITES) % PAR_BALAYAGE == 0:
            gc.collect()
    return None


def run_tasks(
    tache: Task, demandes: Mapping[str, Path], jobs: int, avance: Callable[[int], None],
    par_processus: int = PAR_PROCESSUS,
) -> dict[str, TaskFailure]:  # fmt: skip
    """Run the task for each key, `jobs` at a time; `avance` is told how many are done. Returns the failures, in the
    order of `demandes`. A task whose process died is run again at the end, alone, and failed if that one dies too.

    Raises:
        MachineError: processes die whatever they are given, or none can be started.
    """
    faits: dict[str, TaskFailure | None] = {}

    def note(cle: str, echec: TaskFailure | None) -> None:
        faits[cle] = echec
        avance(len(faits))

    contexte: Any = multiprocessing.get_context("spawn")
    mort = MachineError("le processus qui l'écrivait s'est arrêté, deux fois", faire=LIBERER)
    with tempfile.TemporaryDirectory(prefix="ruptures-", ignore_cleanup_errors=True) as provisoire:
        debut = {"initializer": begin, "initargs": [tache, provisoire]}
        hire = functools.partial(ProcessPool, 1, par_processus, context=contexte, **debut)
        mortes = run_round(hire, demandes, jobs, note)
        for cle in run_round(hire, {cle: demandes[cle] for cle in mortes}, 1, note):
            note(cle, TaskFailure.of(mort))
    return {cle: echec for cle in demandes if (echec := faits[cle]) is not None}


def run_round(
    hire: Callable[[], ProcessPool], demandes: Mapping[str, Path], jobs: int,
    note: Callable[[str, TaskFailure | None], None],
) -> list[str]:  # fmt: skip
    """Run the task for each key, telling `note` what came of it. Returns the keys of those whose process died.

    Raises:
        MachineError: processes die whatever they are given.
    """
    try:
        pools = [hire() for _ in range(min(jobs, len(demandes)))]
    except OSError as erreur:  # what processes share is refused: no /dev/shm, or not ours
        quoi = f"aucun processus ne peut être lancé pour les rapports des CFA ({os.strerror(erreur.errno or 0)})"
        faire = "Vérifiez les droits et la place de /dev/shm, ou passez-vous de ces rapports avec --sans-cfa."
        raise MachineError(quoi, faire=faire) from erreur
    attente, libres, mortes, de_suite = deque(demandes), list(pools), [], 0
    en_cours: dict[Future[TaskFailure | None], tuple[str, ProcessPool]] = {}
    try:
        while attente or en_cours:
            while attente and libres:
                pool = libres.pop()
                if not pool.active:  # its process died before a task was known to be its own
                    pools.append(pool := hire())
                cle = attente.popleft()
                en_cours[pool.schedule(work, (cle, demandes[cle]))] = cle, pool
            for futur in wait(en_cours, REVEIL, FIRST_COMPLETED).done:
                cle, pool = en_cours.pop(futur)
                libres.append(pool)
                try:
                    note(cle, futur.result())
                    de_suite = 0
                except (ProcessExpired, BrokenExecutor):
                    mortes.append(cle)
                    de_suite += 1
                if de_suite == MORTS_DE_SUITE:
                    derniers = ", ".join(demandes[cle].name for cle in mortes[-MORTS_DE_SUITE:])
                    quoi = f"{de_suite} processus de suite se sont arrêtés sans rien écrire ({derniers})"
                    raise MachineError(quoi, faire=LIBERER)
    finally:
        for pool in pools:
            pool.stop()
        for pool in pools:
            pool.join()
    return mortes
