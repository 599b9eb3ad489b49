"""What an analyst waits for: the report of the demonstration from its files, a preview, a verb before it works."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.executions import RACINE, Cout, cost
from benchmarks.rapports import Mesure, measure_data
from benchmarks.tableau import Detail, Resultats, number

DEMONSTRATION = RACINE / "data/raw/demo"
REFERENCE = ("-c", "import typer, rich, pydantic")
# Verbs: the exit code of each, and how many times the reference it may take.
VERBES = {"--version": (0, ""), "--help": (0, "≤ 2,2"), "raport": (2, "≤ 2,2"), "lister": (0, "≤ 6")}
VENTILATION = "par_filiere"


def measure_demonstration(dossier: Path, repetitions: int, resultats: Resultats) -> None:
    """`make report` on the demonstration, from no database; a page once warm; a preview on what was built."""
    dossier.mkdir(parents=True, exist_ok=True)
    rapports, apercus = [], []
    for rang in range(repetitions):
        place = dossier / f"rapport-{rang}"
        base = place / "base.duckdb"
        rapport = ("rapport", "--donnees", DEMONSTRATION, "--base", base, "--sortie", place / "editions")
        rapports.append(cost("-m", "pipeline", *rapport))
        apercu = ("apercu", VENTILATION, "--base", base, "--sortie", place / "apercu")
        apercus.append(cost("-m", "pipeline", *apercu))
    mesure = measure_data(DEMONSTRATION, dossier / "pages", 0, 1)
    resultats.add(findings(rapports, apercus, mesure))


def findings(rapports: list[Cout], apercus: list[Cout], mesure: Mesure) -> dict[str, str]:
    """What the issue's table says of the demonstration."""
    return {
        "rapport_cpu": f"{number(median(c.cpu for c in rapports), 1)} s",
        "rapport_mur": f"{number(median(c.mur for c in rapports), 1)} s",
        "page": f"démonstration, {mesure.pages} pages : {number(mesure.a_chaud / mesure.pages, 3)} s",
        "apercu": f"{number(median(c.cpu for c in apercus), 2)} s",
    }


def measure_verbs(fois: int, resultats: Resultats) -> None:
    """The CPU time of verbs that work little, and the median of its ratios to that of a Python that imports what they
    need, run just before.
    """
    detail = Detail(
        f"Démarrage, médianes de {fois} exécutions", ("Commande", "CPU (s)", "CPU / imports", "Cible", "Mur (s)")
    )
    for verbe, (code, cible) in VERBES.items():
        paires = [(cost(*REFERENCE), cost("-m", "pipeline", verbe, attendu=code)) for _ in range(fois)]
        detail.rangs.append((
            f"`ruptures {verbe}`",
            number(median(mesure.cpu for _, mesure in paires), 3),
            number(median(mesure.cpu / reference.cpu for reference, mesure in paires), 2),
            cible,
            number(median(mesure.mur for _, mesure in paires), 3),
        ))  # fmt: skip
    resultats.add({}, detail)
