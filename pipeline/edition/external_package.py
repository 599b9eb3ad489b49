"""The files of a public edition → `datapackage.json` (Data Package 2) and a French README: a folder that a data portal
takes as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.disclosure.protect import NON_SIGNIFICATIF, PRIMAIRE, SECONDAIRE
from pipeline.disclosure.protected import ProtectedEdition, ProtectedTable
from pipeline.edition.external_blocks import Words
from pipeline.models import rows

PROFIL = "https://datapackage.org/profiles/2.0/datapackage.json"
PERIODICITE = "annuelle"
LISEZ_MOI, PAQUET = "LISEZMOI.md", "datapackage.json"
TYPES = {pl.Int64: "integer", pl.Float64: "number", pl.String: "string"}
STATUT = "Pourquoi {} est vide : secret_primaire, secret_secondaire ou non_significatif ; vide si la valeur est donnée."


@dataclass(frozen=True)
class Sheet:
    """What a public edition says of itself, beside its tables."""

    nom: str
    titre: str
    description: str
    debut: date
    fin: date
    cree: str
    territoire: str
    source: str
    licence: str | None
    contact: str | None


def write_package(edition: ProtectedEdition, fiche: Sheet, mots: Words, dossier: Path) -> None:
    """`datapackage.json`: the tables as CSV, each with its schema; licence and contact where there are some."""
    contenu: dict[str, Any] = {
        "$schema": PROFIL,
        "name": fiche.nom,
        "title": fiche.titre,
        "description": fiche.description,
        "created": fiche.cree,
        "keywords": ["apprentissage", "rupture de contrat", "CFA"],
        "temporal": {"start": fiche.debut.isoformat(), "end": fiche.fin.isoformat()},
        "spatial": fiche.territoire,
        "accrualPeriodicity": PERIODICITE,
        "sources": [{"title": fiche.source}],
    }
    if fiche.licence is not None:
        contenu["licenses"] = [{"name": fiche.licence}]
    if fiche.contact is not None:
        contenu["contributors"] = [{"title": fiche.contact, "roles": ["contact"]}]
    contenu["resources"] = [resource(table, mots, dossier) for table in edition.tables]
    (dossier / PAQUET).write_text(f"{rows.to_json(contenu)}\n", encoding="utf-8")


def resource(table: ProtectedTable, mots: Words, dossier: Path) -> dict[str, Any]:
    """A table as a resource: where it is, its bytes, what its columns are."""
    chemin = f"tables/{table.nom}.csv"
    octets = (dossier / chemin).read_bytes()
    return {
        "name": table.nom.replace("_", "-"),
        "type": "table",
        "title": table.titre,
        "path": chemin,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(octets),
        "hash": f"sha256:{hashlib.sha256(octets).hexdigest()}",
        "dialect": {"delimiter": ","},
        "schema": {
            "fields": [*fields(table, mots)],
            "primaryKey": ["annee", *table.cle],
            "missingValues": [""],
        },
    }


def fields(table: ProtectedTable, mots: Words) -> Iterator[dict[str, Any]]:
    """What each column of a table is."""
    for nom, genre in table.frame.schema.items():
        mesure = nom.removesuffix("_statut")
        if mesure != nom and mesure in table.mesures:
            possibles = [PRIMAIRE, SECONDAIRE, NON_SIGNIFICATIF]
            yield {
                "name": nom,
                "type": "string",
                "description": STATUT.format(mesure),
                "constraints": {"enum": possibles},
            }
        else:
            dite = {"name": nom, "type": TYPES[type(genre)] if type(genre) in TYPES else TYPES[genre.base_type()]}  # type: ignore[index]
            yield dite | {"title": mots.column(nom).libelle, "description": mots.describe(nom)}


def write_readme(edition: ProtectedEdition, fiche: Sheet, methode: str, absents: list[str], dossier: Path) -> None:
    """What the files are, in French."""
    lignes = [
        f"# {fiche.titre}",
        "",
        fiche.description,
        "",
        f"- Période : du {fiche.debut:%d/%m/%Y} au {fiche.fin:%d/%m/%Y}.",
        f"- Territoire : {fiche.territoire}.",
        f"- Périodicité : {PERIODICITE}.",
        f"- Source : {fiche.source}",
        f"- Licence : {fiche.licence or 'aucune n’est donnée ; demandez-la avant de réutiliser ces données'}.",
        f"- Contact : {fiche.contact or 'aucun n’est donné'}.",
        "",
        "## Le secret statistique",
        "",
        methode,
        "",
        "## Les fichiers",
        "",
        "| fichier | contenu |",
        "|---|---|",
        *(f"| `tables/{t.nom}.csv`, `donnees/{t.nom}.parquet` | {t.titre} |" for t in edition.tables),
        "| le classeur `.xlsx` | les mêmes tableaux, une feuille chacun |",
        "| `index.html`, le rapport `.pdf` | les tableaux et les graphiques de l'année |",
        "| `datapackage.json` | la description des tableaux (Data Package 2) |",
        "| `manifeste.json` | l'empreinte de chaque fichier |",
        "",
        "CSV : UTF-8, virgule, point décimal ; taux et parts en fractions de 1. Une case vide dont `<colonne>_statut`",
        "est rempli est cachée : `secret_primaire` (un compte de 1 à 4), `secret_secondaire` (un compte qui en",
        "donnerait un autre), `non_significatif` (un taux de moins de 20 apprentis).",
        "",
        "## Ce qui n'y est pas",
        "",
        *(f"- {absent}" for absent in absents),
    ]
    (dossier / LISEZ_MOI).write_text("\n".join(lignes) + "\n", encoding="utf-8")
