"""What a verb costs before it works: CPU time of short commands, beside that of importing the libraries they need."""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.ingestion import RACINE, number

DESCRIPTION = "Temps CPU de commandes courtes, rapporté à celui de « import typer, rich, pydantic »."
REFERENCE = ("-c", "import typer, rich, pydantic")
COMMANDES: dict[str, tuple[str, ...]] = {
    "ruptures --version": ("--version",),
    "ruptures --help": ("--help",),
    "ruptures raport (faute)": ("raport",),
    "ruptures lister": ("lister",),
}


def cpu(*arguments: str) -> float:
    """User and system seconds of one run of Python with these arguments; its output is thrown away."""
    avant = resource.getrusage(resource.RUSAGE_CHILDREN)
    sortie = subprocess.DEVNULL
    subprocess.run([sys.executable, *arguments], cwd=RACINE, stdout=sortie, stderr=sortie, check=False)
    apres = resource.getrusage(resource.RUSAGE_CHILDREN)
    return apres.ru_utime - avant.ru_utime + apres.ru_stime - avant.ru_stime


def measure(commandes: dict[str, tuple[str, ...]], fois: int) -> dict[str, tuple[float, float]]:
    """For each command, the median of its seconds and of its ratios to the reference, run just before it."""
    secondes: dict[str, list[float]] = {nom: [] for nom in commandes}
    rapports: dict[str, list[float]] = {nom: [] for nom in commandes}
    for _ in range(fois):
        for nom, arguments in commandes.items():
            reference, mesure = cpu(*REFERENCE), cpu("-m", "pipeline", *arguments)
            secondes[nom].append(mesure)
            rapports[nom].append(mesure / reference)
    return {nom: (statistics.median(secondes[nom]), statistics.median(rapports[nom])) for nom in commandes}


def show(console: Console, mesures: dict[str, tuple[float, float]], fois: int) -> None:
    """A row a command."""
    titre = f"Démarrage, médiane de {fois} exécutions"
    table = Table(title=titre, title_justify="left", box=box.SIMPLE)
    table.add_column("Commande")
    for colonne in ("CPU (s)", "/ imports"):
        table.add_column(colonne, justify="right")
    for nom, (secondes, rapport) in mesures.items():
        table.add_row(nom, number(secondes, 3), number(rapport, 2))
    console.print(table)


def main() -> None:
    """Measure each command, then print the table."""
    lecteur = argparse.ArgumentParser(prog="python -m benchmarks.demarrage", description=DESCRIPTION)
    lecteur.add_argument("--fois", type=int, default=15, help="exécutions de chaque commande")
    lecteur.add_argument(
        "--apercu", type=Path, metavar="BASE", help="mesure aussi « apercu par_filiere » sur cette base"
    )
    demande = lecteur.parse_args()
    commandes = dict(COMMANDES)
    if demande.apercu is not None:
        commandes["ruptures apercu par_filiere"] = ("apercu", "par_filiere", "--base", str(demande.apercu.resolve()))
    show(Console(markup=False, highlight=False), measure(commandes, demande.fois), demande.fois)


if __name__ == "__main__":
    main()
