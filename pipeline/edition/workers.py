"""One task for each of many keys, in worker processes: reports by the thousand.

Each worker is a pool of one process with one task at a time, so that a process that dies names the task that killed it
and disturbs no other. (`max_tasks_per_child` of a larger pool may stop for ever, python/cpython#115634.)
"""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import MachineError, PipelineError, explain_bug

# Tasks of one process, and between two sweeps: WeasyPrint grows by some 2 MB a document, 0.4 once swept.
PAR_PROCESSUS, PAR_BALAYAGE = 100, 10
MORTS_DE_SUITE = 10  # processes that die with nothing done in between: the machine is at fault, not their tasks
REVEIL = 1.0  # seconds; on Windows, waiting without end is deaf to Ctrl-C
LIBERER = "Fermez d'autres programmes, ou baissez --jobs : la mémoire manque peut-être."
Tache = Callable[[Any, str, Path], None]


@dataclass(frozen=True)
class Poste:
    """What a worker is given once; it goes from one process to another.

    Attributes:
        tache: a function of a module; called again with the same key, it makes the same file.
        commun: its first argument, the same for all keys.
    """

    tache: Tache
    commun: Any


@dataclass(frozen=True)
class Echec:
    """Why a task failed, in sentences that cite no data, and the exit code of such a failure."""

    code: int
    message: str

    @classmethod
    def of(cls, erreur: PipelineError) -> Echec:
        return cls(erreur.code_sortie, erreur.message)


class Etabli:
    """What a worker process holds for its life."""

    poste: Poste

    def __init__(self) -> None:
        self.faites = 0

    def sweep(self) -> None:
        """Free what ended tasks left: a document is full of cycles, and the collector waits for far more of them."""
        self.faites += 1
        if self.faites % PAR_BALAYAGE == 0:
            gc.collect()


ETABLI = Etabli()


def take_post(poste: Poste) -> None:
    """Prepare the process of a worker."""
    # Ctrl-C reaches every process of a terminal; the command answers for all.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=follow_parent, daemon=True).start()
    # At once: libraries taken apart while that thread waits would say so on the screen.
    atexit.register(os._exit, 0)
    ETABLI.poste = poste


def follow_parent() -> None:
    """End with the command, even killed: orphans would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def work(cle: str, chemin: Path) -> Echec | None:
    """Run the task in the process of a worker. Returns why it failed: errors themselves do not travel well."""
    try:
        ETABLI.poste.tache(ETABLI.poste.commun, cle, chemin)
    except PipelineError as erreur:
        return Echec.of(erreur)
    except (MemoryError, duckdb.OutOfMemoryException):
        return Echec.of(MachineError("la mémoire ne suffit pas", faire=LIBERER))
    except (OSError, duckdb.IOException):
        faire = "Vérifiez la place et les droits du disque."
        return Echec.of(MachineError("le rapport ne peut pas être écrit", faire=faire))
    except BaseException as erreur:  # noqa: BLE001 (a bug of ours, told without what it worked on)
        return Echec(PipelineError.code_sortie, explain_bug(erreur))
    finally:
        ETABLI.sweep()
    return None


class Ouvrier:
    """A worker: one process at a time, replaced after `par_processus` tasks or its death."""

    def __init__(self, poste: Poste, par_processus: int) -> None:
        self.poste, self.par_processus = poste, par_processus
        self.reste, self.processus = 0, None

    def submit(self, cle: str, chemin: Path) -> Future[Echec | None]:
        """Start the task."""
        if self.reste == 0:
            self.close()
        if self.processus is None:
            self.processus, self.reste = self.hire(), self.par_processus
        self.reste -= 1
        try:
            return self.processus.submit(work, cle, chemin)
        except BrokenProcessPool:  # died while it had nothing to do
            self.reste = 0
            return self.submit(cle, chemin)

    def hire(self) -> ProcessPoolExecutor:
        contexte = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, mp_context=contexte, initializer=take_post, initargs=(self.poste,))

    def close(self) -> None:
        """End the process, once it has done its task."""
        if self.processus is not None:
            self.processus.shutdown(cancel_futures=True)
        self.processus = None


def run_tasks(
    poste: Poste, demandes: Mapping[str, Path], jobs: int, avance: Callable[[int], None],
    par_processus: int = PAR_PROCESSUS,
) -> dict[str, Echec]:  # fmt: skip
    """Run the task for each key, `jobs` at a time; `avance` is told how many are done. Returns the failures, in the
    order of `demandes`. A task whose process died is run again at the end, alone, and failed if that one dies too.

    Raises:
        MachineError: processes die whatever they are given.
    """
    avant = set(multiprocessing.active_children())
    ouvriers = [Ouvrier(poste, par_processus) for _ in range(min(jobs, len(demandes)))]
    faits: dict[str, Echec | None] = {}

    def note(cle: str, echec: Echec | None) -> None:
        faits[cle] = echec
        avance(len(faits))

    try:
        tuees = run_round(ouvriers, demandes.items(), note)
        mort = MachineError("le processus qui l'écrivait s'est arrêté, deux fois", faire=LIBERER)
        for cle, _ in run_round(ouvriers[:1], tuees, note):
            note(cle, Echec.of(mort))
    except BaseException:
        for processus in set(multiprocessing.active_children()) - avant:
            processus.terminate()
        raise
    finally:
        for ouvrier in ouvriers:
            ouvrier.close()
    return {cle: echec for cle in demandes if (echec := faits[cle]) is not None}


def run_round(
    ouvriers: list[Ouvrier], demandes: Iterable[tuple[str, Path]], note: Callable[[str, Echec | None], None]
) -> list[tuple[str, Path]]:
    """Run the task for each key, telling `note` what came of it. Returns those whose process died.

    Raises:
        MachineError: processes die whatever they are given.
    """
    attente, libres = deque(demandes), list(ouvriers)
    en_cours: dict[Future[Echec | None], tuple[Ouvrier, tuple[str, Path]]] = {}
    tuees, de_suite = [], 0
    while attente or en_cours:
        while attente and libres:
            demande, ouvrier = attente.popleft(), libres.pop()
            en_cours[ouvrier.submit(*demande)] = ouvrier, demande
        for futur in wait(en_cours, timeout=REVEIL, return_when=FIRST_COMPLETED).done:
            ouvrier, demande = en_cours.pop(futur)
            libres.append(ouvrier)
            try:
                note(demande[0], futur.result())
                de_suite = 0
            except BrokenProcessPool:
                ouvrier.close()
                tuees.append(demande)
                de_suite += 1
                if de_suite == MORTS_DE_SUITE:
                    derniers = ", ".join(chemin.name for _, chemin in tuees[-MORTS_DE_SUITE:])
                    raise MachineError(
                        f"{de_suite} processus de suite se sont arrêtés sans rien écrire ({derniers})",
                        faire=LIBERER,
                    ) from None
    return tuees
