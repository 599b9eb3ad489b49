"""The charts of the network's report as files, for slides: `graphiques/<ventilation>.svg` and `.png`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline import charts
from pipeline.report.blocks import Block

DOSSIER = "graphiques"
SUFFIXES = ("svg", "png")


def path(nom: str, suffixe: str) -> str:
    """The file of a breakdown's chart, in the folder of the edition."""
    return f"{DOSSIER}/{nom}.{suffixe}"


def write_charts(blocs: Iterable[Block], annee: str, source: str, dossier: Path) -> list[str]:
    """Both files of each chart under `dossier`, with the title and the source that its page gives it. Returns the names
    of the breakdowns that have one."""
    dessines = []
    (dossier / DOSSIER).mkdir()
    for bloc in blocs:
        if bloc.graphique is None or bloc.entete.graphique is None:
            continue
        seul = charts.alone(bloc.graphique, f"{bloc.entete.graphique.titre}, {annee}", source)
        (dossier / path(bloc.nom, "svg")).write_text(seul.svg, encoding="utf-8")
        (dossier / path(bloc.nom, "png")).write_bytes(charts.to_png(seul))
        dessines.append(bloc.nom)
    return dessines
