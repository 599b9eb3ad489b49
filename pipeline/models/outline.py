"""The plan of the report, and the tables that a breakdown may read, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.glossary import read_glossary
from pipeline.models import rows
from pipeline.models.folder import GLOSSAIRE, check_section, list_breakdowns, list_drafts, list_models, report_order
from pipeline.models.header_file import HeadedFile, read_header
from pipeline.models.set_aside import Outside, set_aside
from pipeline.paths import RACINE
from pipeline.settings import Settings

PLACES = {"annexe": " (en annexe)", "conclusion": " (avec les recommandations)", "cfa": " (rapports des CFA)"}


def report_outline(sql: Path, reglages: Settings, propres: Path | None = None) -> Iterator[str]:
    """Each section of the report with its breakdowns, then what is kept out of it, drafts and by the settings; their
    queries are not read.

    Raises:
        UsageError: a wrong header, or one that names an unknown section.
    """
    fichiers, ecartees = read_plan(sql, reglages, propres)
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


def read_plan(sql: Path, reglages: Settings, propres: Path | None) -> tuple[list[HeadedFile], Outside]:
    """The headers of the breakdowns, in the order of the report, and what the settings keep out of it. Raises
    UsageError as `report_outline` does."""
    glossaire = read_glossary(sql / GLOSSAIRE)
    fichiers = [read_header(chemin, "ventilations", glossaire) for chemin in list_breakdowns(sql, propres)]
    for fichier in fichiers:
        check_section(fichier, reglages.sections)
    ecartees = set_aside(fichiers, reglages)
    return report_order([f for f in fichiers if f.nom not in ecartees.raisons], reglages.sections), ecartees


def outline_json(sql: Path, reglages: Settings, propres: Path | None = None) -> str:
    """The same plan, what is kept out of it and the tables, for a program (docs/ajouter-une-ventilation.md). Raises
    UsageError as `report_outline` does."""
    plan, ecartees = read_plan(sql, reglages, propres)
    contenu = {
        "sections": [
            {
                "cle": section.cle,
                "titre": section.titre,
                "ventilations": [
                    {
                        "nom": fichier.nom,
                        "titre": fichier.ventilation.titre,
                        "description": fichier.ventilation.description,
                        "ordre": fichier.ventilation.ordre,
                        "place": fichier.ventilation.place,
                        "cle": list(fichier.ventilation.cle),
                        "fichier": str(shown(fichier.chemin)),
                    }
                    for fichier in plan
                    if fichier.ventilation.section == section.cle
                ],
            }
            for section in reglages.sections
        ],
        "ecartees": sorted(ecartees.raisons),
        "brouillons": [str(shown(chemin)) for chemin in list_drafts(sql, propres)],
        "tables": [{"nom": nom, "description": phrase} for nom, phrase in sorted(readable_tables(sql).items())],
    }
    return rows.to_json(contenu)


def tables_outline(sql: Path) -> Iterator[str]:
    """Each table that a breakdown may read, with its grain; their columns are in docs/dictionnaire.md.

    Raises:
        UsageError: a wrong header.
    """
    phrases = readable_tables(sql)
    for schema in ("core", "ref"):
        yield f"Tables de {schema}"
        siennes = sorted(nom for nom in phrases if nom.startswith(f"{schema}."))
        largeur = max(map(len, siennes))
        yield from (f"  {nom:<{largeur}}  {phrases[nom]}" for nom in siennes)


def readable_tables(sql: Path) -> dict[str, str]:
    """What each table that a breakdown may read has a row of. Raises UsageError: a wrong header."""
    modeles = [read_header(chemin, "core") for chemin in list_models(sql / "core")]
    de_ref = {nom: phrase for nom, phrase in read_glossary(sql / GLOSSAIRE).tables.items() if nom.startswith("ref.")}
    return {modele.table: modele.entete.description for modele in modeles} | de_ref


def shown(chemin: Path) -> Path:
    """A path from where the tool is or from where one stands, where it is in one of them."""
    depart = next((dossier for dossier in (RACINE, Path.cwd()) if chemin.is_relative_to(dossier)), None)
    return chemin.relative_to(depart) if depart is not None else chemin
