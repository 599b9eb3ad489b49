"""The editions that a report says what changed since: read before it is made, and only then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.comparison.compare import compare
from pipeline.comparison.journal import find_journal
from pipeline.comparison.page import ComparisonPage, make_page
from pipeline.comparison.published import PublishedEdition, find_edition, read_edition
from pipeline.edition.swap import EditionFolder
from pipeline.errors import UsageError
from pipeline.report.blocks import signs
from pipeline.report.material import EditionMaterial
from pipeline.report.pages import COLONNES_DE_L_EVOLUTION


def read_compared(designations: Sequence[str], base: Path, edition: EditionFolder) -> list[PublishedEdition]:
    """The editions that one is compared to.

    Raises:
        UsageError: one that is not there, or that this run replaces: the next run would say something else.
        InputError: one that is not as it was published.
    """
    dossiers = [find_edition(designation, edition.sortie) for designation in designations]
    for dossier in dossiers:
        if dossier.resolve() in (edition.dossier.resolve(), edition.precedente.resolve()):
            quoi = "une édition ne se compare pas à celle qu'elle remplace : le traitement suivant dirait autre chose"
            faire = "Copiez d'abord ce dossier sous un autre nom, ou comparez-les ensuite : ruptures comparer."
            raise UsageError(quoi, ou=dossier, faire=faire)
    return [read_edition(dossier, base) for dossier in dossiers]


def compare_all(
    d_avant: Sequence[PublishedEdition], materiel: EditionMaterial, manifeste: Mapping[str, Any], edition: EditionFolder
) -> list[ComparisonPage]:
    """What changed since each of these editions. Raises UsageError when one has no year in common with this one."""
    base = materiel.construction.base
    tables_lues = {ventilation.nom: ventilation.frame for ventilation in materiel.ventilations}
    celle_ci = PublishedEdition(edition.nom, manifeste, tables_lues, "", *find_journal(base, manifeste))
    pages = [make_page(compare(une, celle_ci), rang) for rang, une in enumerate(d_avant, start=1)]
    return [replace(page, signes=signs(COLONNES_DE_L_EVOLUTION.values(), page.taux)) for page in pages]
