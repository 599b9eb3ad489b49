"""One size of edition: `python -m benchmarks.editions DONNEES DOSSIER RAPPORTS JOBS` builds the database, writes the
network's report twice in one process, then reports of CFA in worker processes, and prints one line of JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pypdfium2

from benchmarks.mesures import cpu_seconds
from pipeline import build
from pipeline.edition import cfa_reports
from pipeline.edition.workers import Crew
from pipeline.report import network
from pipeline.report.cfa import CfaMaterial
from pipeline.report.material import EditionMaterial, read_material
from pipeline.request import CfaSelection


@dataclass
class Mesure:
    """What one size costs: CPU and wall seconds, memory in MiB where the system tells it.

    Attributes:
        a_froid, a_chaud: CPU time of the first and of the second network's report of one process.
        memoire_au_debut, memoire_a_la_fin: largest memory of a worker in the first and in the last quarter of the run.
    """

    pages: int
    a_froid: float
    a_chaud: float
    cfa: int
    rapports: int
    pages_de_cfa: int
    cpu: float
    mur: float
    memoire_au_debut: float | None
    memoire_a_la_fin: float | None


def measure(donnees: Path, dossier: Path, rapports: int, jobs: int) -> Mesure:
    """Build the database of `donnees` in `dossier` and write its reports there, at most `rapports` of CFA."""
    construction = build.build_database(
        build.BuildRequest(donnees=donnees, base=dossier / "base.duckdb"), lambda _: None
    )
    with duckdb.connect(str(construction.base), read_only=True) as con:
        materiel = read_material(con, construction)
    a_froid, a_chaud = (time_report(materiel, dossier / "rapport.pdf") for _ in range(2))
    des_cfa = CfaMaterial.of(materiel)
    uais = cfa_reports.choose(des_cfa, CfaSelection(), dossier)
    choisis = spread(uais, rapports)
    memoires: list[float | None] = []
    cpu, mur = cpu_seconds(), time.perf_counter()
    with Crew(jobs) as equipe:
        lot = cfa_reports.hand_out(equipe, des_cfa, choisis, dossier / "cfa")
        cfa_reports.wait_for(equipe, lot, choisis, lambda *_: memoires.append(worker_memory()))
    cpu, mur = cpu_seconds() - cpu, time.perf_counter() - mur
    quart = max(1, len(memoires) // 4)
    return Mesure(
        pages=count_pages(dossier / "rapport.pdf"),
        a_froid=a_froid,
        a_chaud=a_chaud,
        cfa=len(uais),
        rapports=len(choisis),
        pages_de_cfa=sum(map(count_pages, (dossier / "cfa").glob("*.pdf"))),
        cpu=cpu,
        mur=mur,
        memoire_au_debut=largest(memoires[:quart]),
        memoire_a_la_fin=largest(memoires[-quart:]),
    )


def time_report(materiel: EditionMaterial, chemin: Path) -> float:
    """CPU seconds of the network's report, what it is made of being read."""
    debut = time.process_time()
    network.write_report(materiel, network.make_context(materiel), chemin)
    return time.process_time() - debut


def spread(uais: list[str], combien: int) -> list[str]:
    """So many of them, from the first to the last."""
    return [uais[rang * len(uais) // combien] for rang in range(combien)] if combien < len(uais) else uais


def count_pages(chemin: Path) -> int:
    with pypdfium2.PdfDocument(chemin) as document:
        return len(document)


def worker_memory() -> float | None:
    """Resident memory of the largest worker at this moment, in MiB; None elsewhere than on Linux."""
    tailles = []
    for processus in multiprocessing.active_children():
        try:
            pages = int(Path(f"/proc/{processus.pid}/statm").read_text(encoding="ascii").split()[1])
        except OSError:
            continue
        tailles.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
    return max(tailles, default=None)


def largest(memoires: list[float | None]) -> float | None:
    return max((memoire for memoire in memoires if memoire is not None), default=None)


def main() -> None:
    """Measure one size in this process and print it."""
    donnees, dossier, rapports, jobs = sys.argv[1:]
    sys.stdout.write(json.dumps(asdict(measure(Path(donnees), Path(dossier), int(rapports), int(jobs)))))


if __name__ == "__main__":
    main()
