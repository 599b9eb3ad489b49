"""The charts of a report as files, for slides: `graphiques/<ventilation>.svg` and `.png`; those of a CFA in a folder of
its own, as vectors only (docs/adr/0010-pages-for-a-screen.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline import charts, formats
from pipeline.report.drawn import NamedChart

DOSSIER = "graphiques"
SUFFIXES = ("svg", "png")
DES_CFA = SUFFIXES[:1]


def write_charts(
    graphiques: Iterable[NamedChart], contexte: Mapping[str, Any], dossier: Path, suffixes: Iterable[str] = SUFFIXES
) -> None:
    """The files of each chart in `dossier`, which is made, with its title and whose data they are: the year, the source
    and whether they are fictitious are those of the page (`contexte`)."""
    source = " ".join(filter(None, [f"Source : {contexte['origine']}", formats.sentence(contexte["fictif"])]))
    dossier.mkdir(exist_ok=True)
    for graphique in graphiques:
        seul = charts.alone(graphique.image, f"{graphique.titre}, {contexte['ensemble']['annee']}", source)
        for suffixe in suffixes:
            contenu = seul.svg.encode() if suffixe == "svg" else charts.to_png(seul)
            (dossier / f"{graphique.nom}.{suffixe}").write_bytes(contenu)
