"""What is measured runs in a process of its own: how it is started, and what it costs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]
INTERVALLE = 0.05  # seconds between two looks at the memory of a process


@dataclass(frozen=True)
class Cout:
    """CPU seconds (user and system, children included) and wall seconds of one process."""

    cpu: float
    mur: float


@dataclass(frozen=True)
class Execution:
    """What a process has printed, and the largest memory that it and its children have held at one moment, in MiB,
    where the system tells it.
    """

    reussie: bool
    sortie: str
    memoire: float | None


def run_module(*arguments: str | Path) -> Execution:
    """A module of ours in a fresh process. Its memory is looked at from here: what the system keeps of the largest one
    (`ru_maxrss`) counts for a child what its parent held when it started it.
    """
    commande = [sys.executable, "-m", *map(str, arguments)]
    environnement = {**os.environ, "PYTHONUTF8": "1"}
    memoires = [0]
    with subprocess.Popen(
        commande, cwd=RACINE, env=environnement, stdout=subprocess.PIPE, encoding="utf-8"
    ) as processus:
        while True:
            try:
                sortie, _ = processus.communicate(timeout=INTERVALLE)
                break
            except subprocess.TimeoutExpired:
                memoires.append(sum(map(resident, family(processus.pid))))
    return Execution(processus.returncode == 0, sortie, max(memoires) / 2**20 or None)


def need_module(*arguments: str | Path) -> str:
    """What a module of ours prints; its failure is ours."""
    execution = run_module(*arguments)
    if not execution.reussie:
        sys.exit(f"Arrêt : échec de {' '.join(map(str, arguments))}")
    return execution.sortie


def family(pid: int) -> list[int]:
    """A process and all that it started; alone elsewhere than on Linux."""
    enfants = [
        int(enfant) for liste in Path(f"/proc/{pid}/task").glob("*/children") for enfant in read_process(liste).split()
    ]
    return [pid, *(membre for enfant in enfants for membre in family(enfant))]


def resident(pid: int) -> int:
    """Resident memory of a process, in bytes; 0 for one that has ended, and elsewhere than on Linux."""
    pages = read_process(Path(f"/proc/{pid}/statm")).split()[1:2]
    return sum(map(int, pages)) * os.sysconf("SC_PAGE_SIZE") if pages else 0


def read_process(chemin: Path) -> str:
    try:
        return chemin.read_text(encoding="ascii")
    except OSError:
        return ""


def cost(*arguments: str | Path, attendu: int = 0) -> Cout:
    """What one run of Python with these arguments costs, its output thrown away; another exit code than `attendu` is a
    failure of ours. Not on Windows, which does not tell the CPU time of a child.
    """
    import resource  # noqa: PLC0415

    debut, avant = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    commande = [sys.executable, *map(str, arguments)]
    code = subprocess.run(commande, cwd=RACINE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if code.returncode != attendu:
        sys.exit(f"Arrêt : échec de {' '.join(map(str, arguments))}")
    apres = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = apres.ru_utime - avant.ru_utime + apres.ru_stime - avant.ru_stime
    return Cout(cpu, time.perf_counter() - debut)


def check_disk(dossier: Path, octets: int) -> None:
    """Stop before the disk is full."""
    if shutil.disk_usage(dossier).free < octets:
        sys.exit(f"Arrêt : il faut {octets / 2**30:.1f} Gio libres dans {dossier}.")
