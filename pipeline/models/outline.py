"""The plan of the report, and the tables that a breakdown may read, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.glossary import read_glossary
from pipeline.models.folder import GLOSSAIRE, check_section, list_breakdowns, list_drafts, list_models, report_order
from pipeline.models.header_file import read_header
from pipeline.models.set_aside import set_aside
from pipeline.paths import RACINE
from pipeline.settings import Settings

PLACES = {"annexe": " (en annexe)", "cfa": " (rapports des CFA)"}


def report_outline(sql: Path, reglages: Settings, propres: Path | None = None) -> Iterator[str]:
    """Each section of the report with its breakdowns, then what is kept out of it, drafts and by the settings; their
    queries are not read.

    Raises:
        UsageError: a wrong header, or one that names an unknown section.
    """
    glossaire = read_glossary(sql / GLOSSAIRE)
    fichiers = [read_header(chemin, "ventilations", glossaire) for chemin in list_breakdowns(sql, propres)]
    for fichier in fichiers:
        check_section(fichier, reglages.sections)
    ecartees = set_aside(fichiers, reglages)
    fichiers = report_order([f for f in fichiers if f.nom not in ecartees.raisons], reglages.sections)
    largeur = max((len(f.ventilation.titre) for f in fichiers), default=0)
    for section in reglages.sections:
        yield f"{section.titre} ({section.cle})"
        siens = [fichier for fichier in fichiers if fichier.ventilation.section == section.cle]
        for fichier in siens:
            entete = fichier.ventilation
            place = PLACES.get(entete.place, "") + (" (du projet)" if fichier.chemin.parent == propres else "")
            yield f"  {entete.ordre:>4}  {entete.titre:<{largeur}}  {shown(fichier.chemin)}{place}"
        if not siens:
            yield "        aucune ventilation : la section n'est pas imprimée"
    if dit := ecartees.sentence():
        yield dit
    if brouillons := list_drafts(sql, propres):
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
    """A path from where the tool is or from where one stands, where it is in one of them."""
    depart = next((dossier for dossier in (RACINE, Path.cwd()) if chemin.is_relative_to(dossier)), None)
    return chemin.relative_to(depart) if depart is not None else chemin
