"""The plan of the report, and the tables that a breakdown may read, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.glossary import read_glossary
from pipeline.models.folder import GLOSSAIRE, check_section, list_drafts, list_models, report_order
from pipeline.models.header_file import read_header
from pipeline.paths import RACINE
from pipeline.settings import Section

PLACES = {"annexe": " (en annexe)", "cfa": " (rapports des CFA)"}


def report_outline(sql: Path, sections: tuple[Section, ...]) -> Iterator[str]:
    """Each section of the report with its breakdowns, then the drafts that are kept out of it; their queries are not
    read.

    Raises:
        UsageError: a wrong header, or one that names an unknown section.
    """
    glossaire = read_glossary(sql / GLOSSAIRE)
    fichiers = [read_header(chemin, "ventilations", glossaire) for chemin in list_models(sql / "ventilations")]
    for fichier in fichiers:
        check_section(fichier, sections)
    fichiers = report_order(fichiers, sections)
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


def tables_outline(sql: Path) -> Iterator[str]:
    """Each table that a breakdown may read, with its grain; their columns are in docs/dictionnaire.md.

    Raises:
        UsageError: a wrong header.
    """
    modeles = [read_header(chemin, "core") for chemin in list_models(sql / "core")]
    de_core = {modele.table: modele.entete.description for modele in modeles}
    for schema, phrases in (("core", de_core), ("ref", read_glossary(sql / GLOSSAIRE).tables)):
        yield f"Tables de {schema}"
        siennes = sorted(nom for nom in phrases if nom.startswith(f"{schema}."))
        largeur = max(map(len, siennes))
        yield from (f"  {nom:<{largeur}}  {phrases[nom]}" for nom in siennes)


def shown(chemin: Path) -> Path:
    """A path from the root of the project, where it is in it."""
    return chemin.relative_to(RACINE) if chemin.is_relative_to(RACINE) else chemin
