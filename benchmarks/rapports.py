"""What reports cost as contracts grow: CPU time of a page of the du_reseau one, reports of CFA a minute, memory."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.editions import Mesure
from benchmarks.ingestion import check_disk, number, run_module

DESCRIPTION = "Temps et mémoire du rapport du réseau et des rapports de CFA."


def measure_size(dossier: Path, taille: int, cfa: int, rapports: int, jobs: int) -> Mesure:
    """One run, in a fresh process, on a synthetic export of this size."""
    shutil.rmtree(dossier / "rapports", ignore_errors=True)
    (dossier / "rapports").mkdir(parents=True)
    check_disk(dossier, taille)
    donnees = dossier / "donnees"
    run_module("pipeline", "exemple", "--contrats", str(taille), "--cfa", str(cfa), "--sortie", donnees)
    lue = run_module("benchmarks.editions", donnees, dossier / "rapports", str(rapports), str(jobs))
    return Mesure(**json.loads(lue))


def show(console: Console, mesures: dict[int, Mesure], jobs: int) -> None:
    """A row a size."""
    du_reseau = Table(title="Rapport du réseau", title_justify="left", box=box.SIMPLE)
    for colonne in ("Contrats", "CFA", "Pages", "CPU (s)", "CPU (s), à chaud", "CPU (s) par page, à chaud"):
        du_reseau.add_column(colonne, justify="right")
    des_cfa = Table(title=f"Rapports de CFA, {jobs} à la fois", title_justify="left", box=box.SIMPLE)
    for colonne in (
        "Contrats", "Rapports", "Pages", "Par minute", "CPU (s) par rapport", "Mémoire (Mio), premier quart",
        "dernier quart",
    ):  # fmt: skip
        des_cfa.add_column(colonne, justify="right")
    for taille, m in mesures.items():
        du_reseau.add_row(
            *(number(n, 0) for n in (taille, m.cfa, m.pages)),
            *(number(n, 2) for n in (m.a_froid, m.a_chaud)),
            number(m.a_chaud / m.pages, 3),
        )
        des_cfa.add_row(
            *(number(n, 0) for n in (taille, m.rapports, m.pages_de_cfa)),
            number(60 * m.rapports / m.mur, 1),
            number(m.cpu / m.rapports if m.rapports else None, 2),
            *(number(n, 0) for n in (m.memoire_au_debut, m.memoire_a_la_fin)),
        )
    console.print(du_reseau)
    console.print(des_cfa)


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    lecteur = argparse.ArgumentParser(prog="python -m benchmarks.rapports", description=DESCRIPTION)
    tailles = [10_000, 100_000, 900_000]
    lecteur.add_argument("--tailles", type=int, nargs="+", default=tailles, help="lignes des exports")
    lecteur.add_argument("--cfa", type=int, default=3_000, help="structures des exports, une sur dix une UFA")
    lecteur.add_argument("--rapports", type=int, default=1_000, help="rapports de CFA écrits, au plus")
    lecteur.add_argument("--jobs", type=int, default=2, help="rapports de CFA écrits en même temps")
    lecteur.add_argument("--dossier", type=Path, help="où écrire et laisser exports et rapports ; sinon, rien ne reste")
    return lecteur.parse_args()


def main() -> None:
    """Measure each size, then print the tables."""
    demande = parse_arguments()
    lieu = nullcontext(demande.dossier) if demande.dossier else tempfile.TemporaryDirectory(prefix="ruptures-")
    with lieu as dossier:
        place = Path(dossier).resolve()
        mesures = {
            taille: measure_size(place / str(taille), taille, demande.cfa, demande.rapports, demande.jobs)
            for taille in demande.tailles
        }
    show(Console(markup=False, highlight=False), mesures, demande.jobs)


if __name__ == "__main__":
    main()
