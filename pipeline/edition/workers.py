"""One task for each of many keys, in worker processes: reports by the thousand.

Each worker is a pool of one process with one task at a time, so that a process that dies names the task that killed it
and disturbs no other; in a pool of several, a task whose process dies as it takes it may be waited for for ever. The
process that hires them does something else meanwhile: it is one of those that work at once.
"""

from __future__ import annotations

import atexit
import functools
import gc
import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from pebble import ProcessExpired, ProcessPool

from pipeline.errors import MachineError, PipelineError, explain_bug
from pipeline.speech import MANQUES, lacking

# Tasks of one process, and between two sweeps: WeasyPrint grows by some 2 MB a document, 0.4 once swept.
PAR_PROCESSUS, PAR_BALAYAGE = 100, 10
PAR_DEMARRAGE = 2  # a process takes as long to start as so many reports: fewer wait for those that are there
MORTS_DE_SUITE = 10  # processes that die with nothing done in between: the machine is at fault, not their tasks
REVEIL = 0.1  # seconds to a look at what is new: tasks, an interruption
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


def begin(prepare: Callable[[], None] | None, provisoire: str) -> None:
    """Prepare the process of a worker, which does not hear Ctrl-C: the command answers for all. A worker is ended, not
    asked to end: what it leaves in its temporary folder goes with that folder."""
    tempfile.tempdir = provisoire
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # at once, not after what a library is doing
    threading.Thread(target=follow_parent, daemon=True).start()
    # At once: libraries taken apart while that thread waits would say so on the screen.
    atexit.register(os._exit, 0)
    if prepare is not None:
        prepare()


def follow_parent() -> None:
    """End with the command, even killed: orphans would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@functools.lru_cache(maxsize=1)
def open_task(tache: Path) -> Task:
    """A task that was handed to the processes of a crew; what it is made of is read once."""
    return pickle.loads(tache.read_bytes())


def work(tache: Path, cle: str, chemin: Path) -> TaskFailure | None:
    """Run a task in the process of a worker. Returns why it failed: errors themselves do not travel well."""
    try:
        open_task(tache)(cle, chemin)
    except PipelineError as erreur:
        return TaskFailure.of(erreur)
    except (MemoryError, duckdb.OutOfMemoryException):
        return TaskFailure.of(MachineError("la mémoire ne suffit pas", faire=LIBERER))
    except BaseException as erreur:  # noqa: BLE001 (what it worked on is not told)
        if isinstance(erreur, OSError) or lacking(erreur) is not None:
            faire = "Vérifiez la place et les droits du disque."
            return TaskFailure.of(MachineError("le rapport ne peut pas être écrit", faire=faire))
        return TaskFailure(PipelineError.code_sortie, explain_bug(erreur))
    finally:
        # A document is full of cycles, and the collector waits for far more of them.
        if next(FAITES) % PAR_BALAYAGE == 0:
            gc.collect()
    return None


@dataclass(eq=False)
class Batch:
    """A task that is run for each of some keys.

    Attributes:
        tache: the file that has it, for other processes.
        demandes: what each key makes.
        avance: is told how many are done.
        faits: the keys that are done; why, for those that failed.
    """

    tache: Path
    demandes: Mapping[str, Path]
    avance: Callable[[int], None] = lambda _: None
    faits: dict[str, TaskFailure | None] = field(default_factory=dict)

    def note(self, cle: str, echec: TaskFailure | None) -> None:
        self.faits[cle] = echec
        self.avance(len(self.faits))


class Errand(NamedTuple):
    """A key of a batch, and what it makes."""

    lot: Batch
    cle: str
    chemin: Path


class Crew:
    """At most `jobs` processes that work at once, the one that hires them included until it waits for them: it hands
    tasks out, which they share. They end when the crew is closed, whatever they are doing. Each calls `prepare` first.
    """

    def __init__(
        self, jobs: int, prepare: Callable[[], None] | None = None, par_processus: int = PAR_PROCESSUS
    ) -> None:
        self.jobs, self.prepare, self.par_processus = jobs, prepare, par_processus
        self.provisoire = tempfile.TemporaryDirectory(prefix="ruptures-", ignore_cleanup_errors=True)
        self.pools, self.libres = list[ProcessPool](), list[ProcessPool]()
        self.lots, self.attente = list[Batch](), deque[Errand]()
        self.partage: Future[None] | None = None  # the thread that gives them tasks
        self.attendue, self.fermee = threading.Event(), threading.Event()  # waited for; closed

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm_up(self) -> None:
        """Start a process before there is anything to do, where several may work at once.

        Raises:
            MachineError: none can be started.
        """
        if self.jobs > 1:
            self.libres.append(self.hire())

    def hand_out(self, tache: Task, demandes: Mapping[str, Path]) -> Batch:
        """Have the task run for each key, in this order, after what was handed out before."""
        lot = Batch(Path(self.provisoire.name, f"tache_{len(self.lots)}"), demandes)
        lot.tache.write_bytes(pickle.dumps(tache))
        self.lots.append(lot)
        self.attente.extend(Errand(lot, cle, chemin) for cle, chemin in demandes.items())
        if self.partage is None:
            fil = ThreadPoolExecutor(1)
            self.partage = fil.submit(self.share)
            fil.shutdown(wait=False)
        return lot

    def take_back(self, lot: Batch) -> list[str]:
        """The keys of a batch that no process has begun: whoever handed them out does them."""
        reprises = list[str]()
        for course in [course for course in self.attente.copy() if course.lot is lot]:
            with suppress(ValueError):  # begun meanwhile
                self.attente.remove(course)
                reprises.append(course.cle)
        return reprises

    def wait_for(self, lot: Batch) -> dict[str, TaskFailure]:
        """Wait until all that was handed out is done: nothing more can be. Returns the failures of a batch, in the
        order of its keys. A task whose process died is run again at the end, alone, and failed if that one dies too.

        Raises:
            MachineError: processes die whatever they are given, or none can be started.
        """
        assert self.partage is not None
        self.attendue.set()
        while not wait([self.partage], REVEIL).done:  # without end, it would be deaf to Ctrl-C on Windows
            continue
        self.partage.result()
        return {cle: echec for cle in lot.demandes if (echec := lot.faits[cle]) is not None}

    def close(self) -> None:
        """End the processes, and what they left in the temporary folder."""
        self.fermee.set()
        if self.partage is not None:
            wait([self.partage])
        self.dismiss()
        self.provisoire.cleanup()

    def dismiss(self) -> None:
        """End the processes."""
        for pool in self.pools:
            pool.stop()
        for pool in self.pools:
            pool.join()
        self.pools.clear()
        self.libres.clear()

    def share(self) -> None:
        """Give the tasks to those who are free.

        Raises:
            MachineError: see `wait_for`.
        """
        mort = MachineError("le processus qui l'écrivait s'est arrêté, deux fois", faire=LIBERER)
        mortes = self.run_round(self.attente, self.jobs)
        if mortes:
            self.dismiss()  # those that do nothing take room too, or may be as dead
        for course in self.run_round(deque(mortes), 1):
            course.lot.note(course.cle, TaskFailure.of(mort))

    def run_round(self, attente: deque[Errand], jobs: int) -> list[Errand]:
        """Run what waits, `jobs` at a time, and what is handed out meanwhile. Returns what killed its process.

        Raises:
            MachineError: processes die whatever they are given.
        """
        mortes, de_suite = list[Errand](), 0
        en_cours: dict[Future[TaskFailure | None], tuple[Errand, ProcessPool]] = {}
        while (attente or en_cours or not self.attendue.is_set()) and not self.fermee.is_set():
            while len(en_cours) < jobs and (pool := self.find_free(len(attente))) is not None:
                try:
                    course = attente.popleft()
                except IndexError:  # taken back meanwhile
                    self.libres.append(pool)
                    break
                en_cours[pool.schedule(work, (course.lot.tache, course.cle, course.chemin))] = course, pool
            if not en_cours:
                self.attendue.wait(REVEIL)
                continue
            for futur in wait(en_cours, REVEIL, FIRST_COMPLETED).done:
                course, pool = en_cours.pop(futur)
                self.libres.append(pool)
                try:
                    course.lot.note(course.cle, futur.result())
                    de_suite = 0
                except (ProcessExpired, BrokenExecutor):
                    mortes.append(course)
                    de_suite += 1
                if de_suite == MORTS_DE_SUITE:
                    derniers = ", ".join(course.chemin.name for course in mortes[-MORTS_DE_SUITE:])
                    quoi = f"{de_suite} processus de suite se sont arrêtés sans rien écrire ({derniers})"
                    raise MachineError(quoi, faire=LIBERER)
        return mortes

    def find_free(self, en_attente: int) -> ProcessPool | None:
        """Who may take one of the tasks that wait, hired for it if there are enough of them."""
        if not en_attente:
            return None
        if self.libres:
            pool = self.libres.pop()
            if pool.active:
                return pool
            self.pools.remove(pool)  # its process died before a task was known to be its own
            pool.stop()
            pool.join()
            return self.hire()
        occupes = len(self.pools) + (not self.attendue.is_set())
        return self.hire() if occupes < self.jobs and en_attente > PAR_DEMARRAGE * occupes else None

    def hire(self) -> ProcessPool:
        """A process, started. Raises MachineError where it cannot be."""
        debut = {"initializer": begin, "initargs": [self.prepare, self.provisoire.name]}
        contexte: Any = multiprocessing.get_context("spawn")
        try:
            pool = ProcessPool(1, self.par_processus, context=contexte, **debut)
            if pool.active:  # it starts when it is asked
                self.pools.append(pool)
        except (OSError, BrokenExecutor) as erreur:  # what processes share is refused: no /dev/shm, or not ours
            refus = erreur if isinstance(erreur, OSError) else erreur.__cause__
            pourquoi = MANQUES.get(getattr(refus, "errno", None) or 0, "le système refuse")
            quoi = f"aucun processus ne peut être lancé pour les rapports des CFA ({pourquoi})"
            faire = "Vérifiez les droits et la place de /dev/shm, ou passez-vous de ces rapports avec --sans-cfa."
            raise MachineError(quoi, faire=faire) from erreur
        return pool


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
