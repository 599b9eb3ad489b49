"""Everything published for a year."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from pipeline import __version__, storage
from pipeline.edition import cfa_reports, graphics, screen, spreadsheet, tables
from pipeline.edition.cfa_reports import CfaSelection
from pipeline.edition.swap import EditionFolder, open_edition, publish
from pipeline.errors import UsageError
from pipeline.models.built import BuiltDatabase
from pipeline.report import network
from pipeline.report.cfa import CfaMaterial
from pipeline.report.material import EditionMaterial, read_material
from pipeline.report.pages import network_rate

LIBRAIRIES = ("duckdb", "polars", "xlsxwriter", "altair", "vl-convert-python", "weasyprint", "markdown-it-py")


def publish_all(
    con: duckdb.DuckDBPyConnection,
    construction: BuiltDatabase,
    sortie: Path,
    demande: CfaSelection,
    journal: Callable[[str], None],
    avance: Callable[[int, int], None],
) -> Path:
    """Write the whole edition of the report's year and swap it in. Returns its folder.

    Raises:
        UsageError: nobody to report on, a CFA that is not there, or a breakdown that cannot be published as it is.
        MachineError: the output folder cannot be written or replaced; the earlier edition is as it was.
        PipelineError: reports of CFA that failed.
    """
    materiel = read_material(con, construction)
    ensemble = materiel.ensemble
    annee, date_arrete = ensemble["annee"], ensemble["date_arrete"]
    if ensemble["effectif"] == 0:
        raise UsageError(
            f"aucun apprenti n'est suivi en {annee} dans les exports",
            faire="Demandez une autre année avec --annee, ou complétez les exports.",
        )
    des_cfa = None if demande.aucun else CfaMaterial.of(materiel)
    uais = cfa_reports.choose(des_cfa, demande) if des_cfa else []
    suffixe = "" if date_arrete == ensemble["fin_annee"] else f"_arrete-{date_arrete.isoformat()}"
    with open_edition(sortie, f"{annee}{suffixe}") as edition:
        journal("Rapport")
        tables.write_tables(materiel.ventilations, edition.chantier)
        presentation = spreadsheet.WorkbookCover(
            reseau=construction.reglages.reseau.nom,
            annee=annee,
            date_arrete=date_arrete,
            derniere_date=ensemble["derniere_date"],
            fictif=materiel.page["fictif"],
            avertissements=construction.avertissements,
            origine=materiel.page["origine"],
            ensemble=ensemble,
            taux_reseau=network_rate(ensemble),
            sections={section.cle: section.titre for section in construction.reglages.sections},
            cfa=[
                (ligne["uai"], ligne["structure"])
                for ligne in materiel.structures
                if ligne["annee"] == annee and ligne["type_structure"] == "CFA"
            ],
            glossaire=construction.catalogue.glossaire.colonnes,
        )
        spreadsheet.write_workbook(materiel.ventilations, presentation, edition.chantier / f"classeur_{annee}.xlsx")
        contexte = network.make_context(materiel)
        network.write_report(materiel, contexte, edition.chantier / f"rapport_{annee}.pdf")
        write_screen(materiel, contexte, cfa_reports.links(des_cfa, uais) if des_cfa else [], edition.chantier)
        if des_cfa and uais:
            journal("Rapports des CFA")
            cfa_reports.write_cfa_reports(des_cfa, uais, demande.jobs, edition.chantier / cfa_reports.DOSSIER, avance)
        write_manifest(materiel, contexte["muets"], edition)
        return publish(edition)


def write_screen(
    materiel: EditionMaterial, contexte: dict[str, Any], des_cfa: list[screen.CfaLink], dossier: Path
) -> None:
    """The network's page for the screen, and the files of the charts that it shows."""
    dessines = network.every_chart(contexte)
    graphics.write_charts(dessines, contexte, dossier / graphics.DOSSIER)
    screen.write_network_page(materiel, contexte, des_cfa, [dessin.nom for dessin in dessines], dossier)


def write_manifest(materiel: EditionMaterial, muets: list[str], edition: EditionFolder) -> None:
    """`manifeste.json`: what was read, with which settings and versions, what the report does without (`muets`: the
    exports say nothing of it), and the hash of every other file."""
    construction = materiel.construction
    contenu = {
        "annee": materiel.ensemble["annee"],
        "arrete_au": materiel.ensemble["date_arrete"].isoformat(),
        "profil": "interne",
        "donnees_fictives": construction.fictives,
        "fichiers": files_read(materiel),
        "ventilations_ecartees": dict(construction.catalogue.ecartees.raisons),
        "sans_donnees": muets,
        "anomalies": {anomalie["nature"]: anomalie["nombre"] for anomalie in materiel.anomalies},
        "versions": {
            "ruptures": __version__,
            "python": platform.python_version(),
            **{nom: version(nom) for nom in LIBRAIRIES},
        },
        "configuration": construction.reglages.model_dump(mode="json"),
        "sorties": {
            chemin.relative_to(edition.chantier).as_posix(): sha256(chemin)
            for chemin in sorted(edition.chantier.rglob("*"))
            if chemin.is_file()
        },
    }
    texte = json.dumps(contenu, ensure_ascii=False, indent=2)
    (edition.chantier / storage.MANIFESTE).write_text(f"{texte}\n", encoding="utf-8")


def files_read(materiel: EditionMaterial) -> list[dict[str, Any]]:
    """One entry per input file: the exports and follow-up files with their accounting, then the referentials."""
    fichiers = [
        {cle: valeur.isoformat() if isinstance(valeur, date) else valeur for cle, valeur in fichier.items()}
        for fichier in materiel.fichiers
    ]
    for fichier in fichiers:
        del fichier["fichier"]
    return fichiers + [
        {"nom": f"referentiels/{chemin.name}", "role": "referentiel", "sha256": sha256(chemin)}
        for chemin in materiel.construction.referentiels.values()
    ]


def sha256(chemin: Path) -> str:
    return hashlib.sha256(chemin.read_bytes()).hexdigest()
