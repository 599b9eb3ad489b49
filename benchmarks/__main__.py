"""`python -m benchmarks` measures what the project costs and writes `benchmarks/resultats.md` (`make bench`)."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from benchmarks import demarrage, ingestion, rapports
from benchmarks.tableau import Resultats, load

RESULTATS = Path(__file__).with_name("resultats.md")
QUOI = ("ingestion", "demonstration", "reseaux", "demarrage")
UNE_FOIS = 2_000_000  # rows beyond which a size is measured once, unless asked otherwise


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    lecteur = argparse.ArgumentParser(prog="python -m benchmarks", description="Mesure ce que coûte le projet.")
    lecteur.add_argument(
        "--quoi", nargs="+", choices=QUOI, default=list(QUOI), help="ce qui est mesuré ; à défaut, tout"
    )
    lecteur.add_argument(
        "--tailles", type=int, nargs="+", default=[100_000, 1_000_000], help="lignes des exports (ingestion)"
    )
    lecteur.add_argument("--cfa", type=int, nargs="+", default=[10, 100], help="CFA des réseaux (reseaux)")
    lecteur.add_argument("--rapports", type=int, default=100, help="rapports de CFA écrits par réseau, au plus")
    lecteur.add_argument("--jobs", type=int, default=2, help="rapports de CFA écrits en même temps")
    lecteur.add_argument(
        "--repetitions", type=int, help=f"de chaque mesure ; 3 à défaut, 1 au-delà de {UNE_FOIS} lignes"
    )
    lecteur.add_argument("--sortie", type=Path, default=RESULTATS, help="où écrire les résultats")
    lecteur.add_argument("--dossier", type=Path, help="où écrire et laisser exports et bases ; sinon, rien ne reste")
    return lecteur.parse_args()


def measures(demande: argparse.Namespace, place: Path, resultats: Resultats) -> Iterator[None]:
    """Measure what is asked, a step at a time."""
    fois = demande.repetitions or 3
    if "demarrage" in demande.quoi:
        yield demarrage.measure_verbs(5 * fois, resultats)
    if "demonstration" in demande.quoi:
        yield demarrage.measure_demonstration(place / "demonstration", fois, resultats)
    for taille in demande.tailles if "ingestion" in demande.quoi else ():
        repetitions = demande.repetitions or (3 if taille <= UNE_FOIS else 1)
        yield ingestion.measure_size(place / f"lignes-{taille}", taille, repetitions, resultats)
    for cfa in demande.cfa if "reseaux" in demande.quoi else ():
        yield rapports.measure_network(place / f"cfa-{cfa}", cfa, demande.rapports, demande.jobs, resultats)


def main() -> None:
    """Measure what is asked, the results written again after each step."""
    demande, resultats, charge = parse_arguments(), Resultats(), load()
    lieu = nullcontext(demande.dossier) if demande.dossier else tempfile.TemporaryDirectory(prefix="ruptures-")
    with lieu as dossier:
        for _ in measures(demande, Path(dossier).resolve(), resultats):
            resultats.write(demande.sortie, charge)
    Console().print(Markdown(demande.sortie.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
