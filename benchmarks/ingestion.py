"""CPU time and peak memory of `ruptures construire`, beside a plain SQL script and bare readings of the same files."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.mesures import MESURES, Etape, Mesure

RACINE = Path(__file__).resolve().parents[1]
LIBELLES = {
    "construire": "ruptures construire",
    "script_nu": "script SQL nu",
    "duckdb_texte": "duckdb, tout en texte",
    "polars_texte": "polars, tout en texte",
    "csv_python": "csv.reader de Python",
}
DESCRIPTION = "Temps et mémoire de « ruptures construire », à côté d'un script SQL nu et de simples lectures."
RATIO_VISE = 1.5
MEMOIRE_VISEE = 4_096  # MiB
OCTETS_PAR_LIGNE = 1_500  # export, two databases and what DuckDB spills


def run_module(*arguments: str | Path) -> str:
    """What a module of ours prints in a fresh process; its failure is ours."""
    commande = [sys.executable, "-m", *map(str, arguments)]
    environnement = {**os.environ, "PYTHONUTF8": "1"}
    resultat = subprocess.run(
        commande, cwd=RACINE, env=environnement, stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    if resultat.returncode:
        sys.exit(f"Arrêt : échec de {' '.join(map(str, arguments))}")
    return resultat.stdout


def measure(nom: str, dossier: Path) -> Mesure:
    """One run of a measure, in a fresh process, on the export of `dossier`, from no database."""
    base = dossier / nom / "base.duckdb"
    shutil.rmtree(base.parent, ignore_errors=True)
    base.parent.mkdir()
    lue = json.loads(run_module("benchmarks.mesures", nom, dossier / "donnees", base))
    return Mesure([Etape(**etape) for etape in lue["etapes"]], lue["memoire"])


def check_disk(dossier: Path, taille: int) -> None:
    """Stop before the disk is full."""
    libre = shutil.disk_usage(dossier).free
    if libre < taille * OCTETS_PAR_LIGNE:
        sys.exit(f"Arrêt : {taille} lignes demandent {taille * OCTETS_PAR_LIGNE / 2**30:.1f} Gio dans {dossier}.")


def measure_size(dossier: Path, taille: int, cfa: int, noms: list[str], repetitions: int) -> dict[str, list[Mesure]]:
    """Every measure, in turn and again, on one export; the tables of the script and the project are compared once."""
    dossier.mkdir(parents=True, exist_ok=True)
    check_disk(dossier, taille)
    run_module("pipeline", "exemple", "--contrats", str(taille), "--cfa", str(cfa), "--sortie", dossier / "donnees")
    mesures: dict[str, list[Mesure]] = {nom: [] for nom in noms}
    for rang in range(repetitions):
        for nom in noms:
            mesures[nom].append(measure(nom, dossier))
        if rang == 0 and {"script_nu", "construire"} <= set(noms):
            bases = (dossier / nom / "base.duckdb" for nom in ("script_nu", "construire"))
            sys.stdout.write(run_module("benchmarks.comparaison", *bases))
    return mesures


def step_medians(mesures: list[Mesure]) -> list[Etape]:
    """The steps of a measure, each with its medians over the repetitions."""
    return [
        Etape(etapes[0].nom, median(e.cpu for e in etapes), median(e.mur for e in etapes))
        for etapes in zip(*(m.etapes for m in mesures), strict=True)
    ]


def number(valeur: float | None, decimales: int) -> str:
    """A number as it is written in French."""
    return "non mesuré" if valeur is None else f"{valeur:,.{decimales}f}".replace(",", " ").replace(".", ",")


def median_cpu(mesures: list[Mesure]) -> float:
    """CPU seconds of a measure."""
    return median(m.cpu for m in mesures)


def median_memory(mesures: list[Mesure]) -> float | None:
    """Peak memory of a measure, where the system tells it."""
    memoires = [m.memoire for m in mesures if m.memoire is not None]
    return median(memoires) if memoires else None


def add_measure(tableau: Table, nom: str, mesures: list[Mesure], nue: float | None) -> None:
    """The lines of a measure: its total, then its steps where it has several; `nue` is the plain script's CPU time."""

    def times(cpu: float, memoire: str, mur: float) -> tuple[str, ...]:
        return number(cpu, 2), number(cpu / nue, 2) if nue else "", memoire, number(mur, 2)

    memoire, mur = number(median_memory(mesures), 0), median(m.mur for m in mesures)
    tableau.add_section()
    tableau.add_row(LIBELLES[nom], *times(median_cpu(mesures), memoire, mur), style="bold")
    etapes = step_medians(mesures)
    if len(etapes) > 2:
        for etape in etapes:
            tableau.add_row(f"  {etape.nom}", *times(etape.cpu, "", etape.mur))


def show(console: Console, taille: int, mesures: dict[str, list[Mesure]]) -> None:
    """The table of one size, medians over the repetitions, and how far the project is from its aims."""
    nue = median_cpu(mesures["script_nu"]) if "script_nu" in mesures else None
    titre = f"{number(taille, 0)} lignes, médianes de {len(next(iter(mesures.values())))} mesure(s)"
    tableau = Table(title=titre, title_justify="left", box=box.SIMPLE)
    tableau.add_column("Mesure", no_wrap=True)
    for colonne in ("CPU (s)", "/ script nu", "Mémoire (Mio)", "Durée (s)"):
        tableau.add_column(colonne, justify="right", no_wrap=True)
    for nom, prises in mesures.items():
        add_measure(tableau, nom, prises, nue)
    console.print(tableau)
    if "construire" in mesures:
        memoire = number(median_memory(mesures["construire"]), 0)
        if nue:
            rapport = number(median_cpu(mesures["construire"]) / nue, 2)
            console.print(f"construire / script nu : {rapport} (visé : {number(RATIO_VISE, 1)} au plus)")
        console.print(
            f"mémoire de construire : {memoire} Mio (visé : moins de {number(MEMOIRE_VISEE, 0)} à 5 000 000 lignes)\n"
        )


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    lecteur = argparse.ArgumentParser(prog="python -m benchmarks.ingestion", description=DESCRIPTION)
    lecteur.add_argument("--tailles", type=int, nargs="+", default=[100_000, 1_000_000], help="lignes des exports")
    lecteur.add_argument("--cfa", type=int, default=600, help="structures des exports")
    lecteur.add_argument("--repetitions", type=int, help="3 par défaut, 1 au-delà de 2 millions de lignes")
    lecteur.add_argument(
        "--mesures", nargs="+", choices=MESURES, default=list(MESURES), metavar="MESURE", help=", ".join(MESURES)
    )
    lecteur.add_argument("--dossier", type=Path, help="où écrire et laisser exports et bases ; sinon, rien ne reste")
    return lecteur.parse_args()


def main() -> None:
    """Measure each size and print its table."""
    demande = parse_arguments()
    console = Console(markup=False, highlight=False)
    lieu = nullcontext(demande.dossier) if demande.dossier else tempfile.TemporaryDirectory(prefix="ruptures-")
    with lieu as dossier:
        for taille in demande.tailles:
            repetitions = demande.repetitions or (3 if taille <= 2_000_000 else 1)
            place = Path(dossier).resolve() / str(taille)
            mesures = measure_size(place, taille, demande.cfa, demande.mesures, repetitions)
            show(console, taille, mesures)


if __name__ == "__main__":
    main()
