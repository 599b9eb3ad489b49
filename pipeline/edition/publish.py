"""Everything published for a year."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from pipeline import __version__
from pipeline.edition import cfa_reports, files, spreadsheet
from pipeline.edition.cfa_reports import CfaSelection
from pipeline.edition.swap import EditionFolder, open_edition, publish
from pipeline.errors import UsageError
from pipeline.models.built import BuiltDatabase
from pipeline.report import cfa, network

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
    annee, fin_annee, date_arrete, derniere_date, effectif = con.execute(
        "select annee, fin_annee, date_arrete, derniere_date, effectif from core.annees "
        "inner join core.ruptures_nettes_par_annee using (annee) where est_rapport"
    ).fetchall()[0]
    if effectif == 0:
        raise UsageError(
            f"aucun apprenti n'est suivi en {annee} dans les exports",
            faire="Demandez une autre année avec --annee, ou complétez les exports.",
        )
    atelier = None if demande.aucun else cfa.CfaMaterial.of(con, construction)
    uais = cfa_reports.choose(atelier, demande) if atelier else []
    suffixe = "" if date_arrete == fin_annee else f"_arrete-{date_arrete.isoformat()}"
    with open_edition(sortie, f"{annee}{suffixe}") as edition:
        journal("Rapport")
        lues = files.read_tables(con, construction.catalogue.ventilations(construction.reglages.sections))
        files.write_tables(lues, edition.chantier)
        presentation = spreadsheet.WorkbookCover(
            reseau=construction.reglages.reseau.nom,
            annee=annee,
            date_arrete=date_arrete,
            derniere_date=derniere_date,
            fictif=network.FICTIF if construction.fictives else "",
            avertissements=construction.avertissements,
        )
        spreadsheet.write_workbook(lues, presentation, edition.chantier / f"classeur_{annee}.xlsx")
        network.write_report(con, construction, edition.chantier / f"rapport_{annee}.pdf")
        if atelier and uais:
            journal("Rapports des CFA")
            cfa_reports.write_cfa_reports(
                construction.base, atelier, uais, demande.jobs, edition.chantier / "cfa", avance
            )
        write_manifest(con, construction, edition)
        return publish(edition)


def write_manifest(con: duckdb.DuckDBPyConnection, construction: BuiltDatabase, edition: EditionFolder) -> None:
    """`manifeste.json`: what was read, with which settings and versions, and the hash of every other file."""
    annee, date_arrete = con.execute("select annee, date_arrete from core.annees where est_rapport").fetchall()[0]
    contenu = {
        "annee": annee,
        "arrete_au": date_arrete.isoformat(),
        "profil": "interne",
        "donnees_fictives": construction.fictives,
        "fichiers": files_read(con, construction),
        "anomalies": dict(con.execute("select nature, nombre from core.anomalies order by nature").fetchall()),
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
    (edition.chantier / "manifeste.json").write_text(f"{texte}\n", encoding="utf-8")


def files_read(con: duckdb.DuckDBPyConnection, construction: BuiltDatabase) -> list[dict[str, Any]]:
    """One entry per input file: the exports and follow-up files with their accounting, then the referentials."""
    resultat = con.execute("select * exclude (fichier) from brut.fichiers order by fichier")
    noms = [colonne[0] for colonne in resultat.description or ()]
    fichiers = [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]
    for fichier in fichiers:
        extraction = fichier["date_extraction"]
        fichier["date_extraction"] = extraction.isoformat() if extraction else None
    fichiers += [
        {"nom": f"referentiels/{chemin.name}", "role": "referentiel", "sha256": sha256(chemin)}
        for chemin in construction.referentiels.values()
    ]
    return fichiers


def sha256(chemin: Path) -> str:
    return hashlib.sha256(chemin.read_bytes()).hexdigest()
