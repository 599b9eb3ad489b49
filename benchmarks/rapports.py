"""What reports cost: a page of the network's, reports of CFA a minute, the memory of those who write them.

`python -m benchmarks.rapports DONNEES DOSSIER RAPPORTS JOBS` measures one network in this process: it builds the
database, writes the network's report four times, then reports of CFA in worker processes, and prints one line of JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import duckdb
import pypdfium2

from benchmarks.executions import check_disk, need_module, resident
from benchmarks.mesures import cpu_seconds
from benchmarks.tableau import Detail, Resultats, number
from pipeline import build
from pipeline.edition import cfa_reports
from pipeline.edition.workers import Crew
from pipeline.models import enclosure
from pipeline.report import network
from pipeline.report.cfa import CfaMaterial
from pipeline.report.material import EditionMaterial, read_material
from pipeline.request import CfaSelection

CONTRATS_PAR_CFA = 300  # as in the national year: 900,000 contracts, 3,000 CFA
NATIONAL = 3_000  # CFA
OCTETS_PAR_CONTRAT = 1_500
A_CHAUD = 3  # reports of the network after the first


@dataclass
class Mesure:
    """What one network costs: CPU and wall seconds, memory in MiB where the system tells it.

    Attributes:
        a_froid, mur_a_froid: CPU and wall time of the first network's report of the process.
        a_chaud: median CPU time of the next ones.
        memoire_au_debut, memoire_a_la_fin: largest memory of a worker in the first and in the last quarter of the run.
    """

    contrats: int
    pages: int
    a_froid: float
    mur_a_froid: float
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
    enclosure.Process.end()
    with duckdb.connect(str(construction.base), read_only=True) as con:
        materiel = read_material(con, construction)
        (contrats,) = con.execute("select count(*) from core.contrats").fetchall()[0]
    mur_a_froid = time.perf_counter()
    a_froid = time_report(materiel, dossier / "rapport.pdf")
    mur_a_froid = time.perf_counter() - mur_a_froid
    a_chaud = median(time_report(materiel, dossier / "rapport.pdf") for _ in range(A_CHAUD))
    des_cfa = CfaMaterial.of(materiel)
    uais = cfa_reports.choose(des_cfa, CfaSelection(), dossier)
    choisis = spread(uais, rapports)
    memoires: list[float | None] = []
    cpu, mur = cpu_seconds(), time.perf_counter()
    if choisis:
        with Crew(jobs) as equipe:
            lot = cfa_reports.hand_out(equipe, des_cfa, choisis, dossier / "cfa")
            cfa_reports.wait_for(equipe, lot, choisis, lambda *_: memoires.append(worker_memory()))
    cpu, mur = cpu_seconds() - cpu, time.perf_counter() - mur
    quart = max(1, len(memoires) // 4)
    return Mesure(
        contrats=contrats,
        pages=count_pages(dossier / "rapport.pdf"),
        a_froid=a_froid,
        mur_a_froid=mur_a_froid,
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
    tailles = [resident(processus.pid) for processus in multiprocessing.active_children() if processus.pid]
    return max(tailles, default=0) / 2**20 or None


def largest(memoires: list[float | None]) -> float | None:
    return max((memoire for memoire in memoires if memoire is not None), default=None)


def measure_data(donnees: Path, dossier: Path, rapports: int, jobs: int) -> Mesure:
    """One run, in a fresh process, from no report."""
    shutil.rmtree(dossier, ignore_errors=True)
    dossier.mkdir(parents=True)
    return Mesure(**json.loads(need_module("benchmarks.rapports", donnees, dossier, str(rapports), str(jobs))))


def measure_network(dossier: Path, cfa: int, rapports: int, jobs: int, resultats: Resultats) -> None:
    """A synthetic network of so many CFA, one structure in ten a UFA."""
    dossier.mkdir(parents=True, exist_ok=True)
    contrats, donnees = cfa * CONTRATS_PAR_CFA, dossier / "donnees"
    check_disk(dossier, contrats * OCTETS_PAR_CONTRAT)
    need_module("pipeline", "exemple", "--contrats", str(contrats), "--cfa", str(cfa), "--sortie", donnees)
    mesure = measure_data(donnees, dossier / "rapports", rapports, jobs)
    resultats.add(findings(cfa, mesure), *details(cfa, mesure, jobs))


def findings(cfa: int, m: Mesure) -> dict[str, str]:
    """What the issue's table says of one network."""
    dits = {"page": f"{cfa} CFA : {number(m.a_chaud / m.pages, 3)} s"}
    if m.rapports:
        dits["par_minute"] = f"{number(cfa, 0)} CFA : {number(60 * m.rapports / m.mur, 0)}"
    if cfa >= NATIONAL:
        dits["national"] = f"{m.pages} pages, {number(m.mur_a_froid, 1)} s de mur, {number(m.a_froid, 1)} s de CPU"
    return dits


def details(cfa: int, m: Mesure, jobs: int) -> list[Detail]:
    """A row of the network's report, and one of those of its CFA."""
    du_reseau = Detail(
        "Rapport du réseau",
        ("CFA", "Contrats", "Pages", "Mur à froid (s)", "CPU à froid (s)", "CPU à chaud (s)", "CPU par page (s)"),
    )
    du_reseau.rangs.append((
        *(number(n, 0) for n in (cfa, m.contrats, m.pages)),
        *(number(n, 2) for n in (m.mur_a_froid, m.a_froid, m.a_chaud)),
        number(m.a_chaud / m.pages, 3),
    ))  # fmt: skip
    des_cfa = Detail(
        f"Rapports de CFA, {jobs} à la fois",
        ("CFA", "Rapports", "Pages", "Par minute", "CPU par rapport (s)", "Mémoire au premier quart (Mio)",
         "au dernier quart (Mio)"),
    )  # fmt: skip
    if m.rapports:
        des_cfa.rangs.append((
            *(number(n, 0) for n in (cfa, m.rapports, m.pages_de_cfa)),
            number(60 * m.rapports / m.mur, 1),
            number(m.cpu / m.rapports, 2),
            *(number(n, 0) for n in (m.memoire_au_debut, m.memoire_a_la_fin)),
        ))  # fmt: skip
    return [du_reseau, des_cfa]


def main() -> None:
    """Measure one network in this process and print it."""
    donnees, dossier, rapports, jobs = sys.argv[1:]
    sys.stdout.write(json.dumps(asdict(measure(Path(donnees), Path(dossier), int(rapports), int(jobs)))))


if __name__ == "__main__":
    main()
