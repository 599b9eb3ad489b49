"""The manifest of an edition: what was read, with which settings, versions and SQL, and what was made."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from pipeline import __version__, storage
from pipeline.comparison.published import PublishedEdition
from pipeline.edition.swap import EditionFolder
from pipeline.freshness import records
from pipeline.freshness.fingerprint import hash_file, hash_files, hash_tool
from pipeline.models import rows
from pipeline.models.built import BuiltDatabase
from pipeline.report.material import EditionMaterial

# What the manifest says of each published year: its window, its cut-off, the network's figures.
DES_ANNEES = (
    "annee", "debut", "fin_annee", "date_arrete", "inscrits_actifs", "ruptures_nettes", "effectif", "sortis_a_terme",
    "ruptures_brutes", "taux_rupture_nette", "fiabilite",
)  # fmt: skip
LIBRAIRIES = ("duckdb", "polars", "xlsxwriter", "altair", "vl-convert-python", "weasyprint", "markdown-it-py")


def make_manifest(materiel: EditionMaterial, comparees: Sequence[PublishedEdition] = ()) -> dict[str, Any]:
    """What was read, with which settings and versions, and the network's figures; all that a manifest says but the
    journal of the edition and the hashes of its files."""
    construction = materiel.construction
    return {
        "annee": materiel.ensemble["annee"],
        "arrete_au": materiel.ensemble["date_arrete"].isoformat(),
        "profil": "interne",
        "donnees_fictives": construction.fictives,
        "annees": [{nom: rows.plain(ligne[nom]) for nom in DES_ANNEES} for ligne in materiel.annuels],
        "fichiers": files_read(materiel),
        "ventilations_ecartees": dict(construction.catalogue.ecartees.raisons),
        "anomalies": {anomalie["nature"]: anomalie["nombre"] for anomalie in materiel.anomalies},
        "versions": {
            "ruptures": __version__,
            "programme": hash_tool()["code"][:16],  # one state of the program from another, released or not
            "python": platform.python_version(),
            **{nom: version(nom) for nom in LIBRAIRIES},
        },
        "sql": fingerprint_sql(construction),
        "cles": {une.nom: ["annee", *une.entete.cle] for une in materiel.ventilations},
        "configuration": construction.reglages.model_dump(mode="json"),
        records.EMPREINTE: construction.empreinte,
        "comparees_a": [
            {"edition": une.nom, "manifeste_sha256": une.empreinte, "avec_journal": une.journal is not None}
            for une in comparees
        ],
    }


def fingerprint_sql(construction: BuiltDatabase) -> dict[str, str]:
    """Each .sql file that the edition was made with, the project's own included, and its hash."""
    catalogue = construction.catalogue
    fichiers = {f"{modele.schema}/{modele.chemin.name}": modele.chemin for modele in catalogue.modeles}
    fichiers |= {f"controles/{chemin.name}": chemin for chemin in catalogue.controles}
    fichiers[catalogue.macros.name] = catalogue.macros
    return {nom: hash_file(fichiers[nom]) for nom in sorted(fichiers)}


def write_manifest(
    contenu: dict[str, Any], muets: list[str], rapports: dict[str, str | None], edition: EditionFolder
) -> None:
    """`manifeste.json`, with what the report does without (`muets`: the exports say nothing of it), the report of each
    CFA (None: it has none), the hash of every other file, and what tells that nobody altered it."""
    sorties = hash_files(
        edition.chantier, (chemin for chemin in sorted(edition.chantier.rglob("*")) if chemin.is_file())
    )
    contenu = {**contenu, "sans_donnees": muets, records.CFA: rapports, records.SORTIES: sorties}
    contenu[records.SCEAU] = records.seal(contenu)
    (edition.chantier / storage.MANIFESTE).write_text(f"{rows.to_json(contenu)}\n", encoding="utf-8")


def files_read(materiel: EditionMaterial) -> list[dict[str, Any]]:
    """One entry per input file: the exports and follow-up files with their accounting, then the referentials."""
    fichiers = [{cle: rows.plain(valeur) for cle, valeur in fichier.items()} for fichier in materiel.fichiers]
    for fichier in fichiers:
        del fichier["fichier"]
    lus = materiel.construction.empreinte["entrees"]
    return fichiers + [
        {"nom": nom, "role": "referentiel", "sha256": lus[nom]}
        for nom in (f"referentiels/{chemin.name}" for chemin in materiel.construction.referentiels.values())
    ]
