"""The plan of the report, and the tables that a breakdown may read, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.models.catalog import Catalog, list_drafts
from pipeline.models.file import SqlFile
from pipeline.paths import RACINE
from pipeline.settings import Section

PLACES = {"annexe": " (en annexe)", "cfa": " (rapports des CFA)"}


def report_outline(catalogue: Catalog, sections: tuple[Section, ...], sql: Path) -> Iterator[str]:
    """Each section of the report with its breakdowns, then the drafts that are kept out of it."""
    fichiers = catalogue.ventilations(sections)
    largeur = max((len(f.ventilation.titre) for f in fichiers), default=0)
    for section in sections:
        yield f"{section.titre} ({section.cle})"
        siens = [fichier for fichier in fichiers if fichier.ventilation.section == section.cle]
        for fichier in siens:
            entete = fichier.ventilation
            place = PLACES.get(entete.place, "")
            yield f"  {entete.ordre:>4}  {entete.titre:<{largeur}}  {shown(fichier.chemin)}{place}"
        if not siens:
            yield "        aucune ventilation : la section n'est pas imprimée"
    if brouillons := list_drafts(sql):
        yield "Brouillons, hors du rapport"
        yield from (f"        {shown(chemin)}" for chemin in brouillons)


def tables_outline(catalogue: Catalog) -> Iterator[str]:
    """Each table that a breakdown may read, with its grain; their columns are in docs/dictionnaire.md."""
    for schema in ("core", "staging"):
        yield f"Tables de {schema}"
        modeles: list[SqlFile] = sorted((m for m in catalogue.modeles if m.schema == schema), key=lambda m: m.nom)
        largeur = max(len(modele.table) for modele in modeles)
        yield from (f"  {modele.table:<{largeur}}  {modele.entete.description}" for modele in modeles)


def shown(chemin: Path) -> Path:
    """A path from the root of the project, where it is in it."""
    return chemin.relative_to(RACINE) if chemin.is_relative_to(RACINE) else chemin
