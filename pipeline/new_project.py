"""The folder of a network: what it owns, written once; afterwards the tool only reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pipeline import __version__, paths
from pipeline.errors import MachineError, UsageError
from pipeline.glossary import Glossary, read_glossary
from pipeline.inputs import ROLES
from pipeline.schemas import COLONNES_DES_COMPLEMENTS, CONTRATS, REFERENTIELS, REFERENTIELS_FACULTATIFS, InputColumn

LISEZ_MOI, VERSION = "LISEZ-MOI.md", 'version = "0.0.0"'
# True of every network, and filled in.
NATIONAUX = ("diplomes_entree", "naf", "regles_financement", "situations")
# What the glossary does not say: these columns never enter the database.
PERSONNELLES = {
    "idalternant": "Identifiant de l'apprenti, à défaut ses nom, prénom et date de naissance",
    "nom": "Nom de l'apprenti",
    "prenom": "Prénom de l'apprenti",
    "datenaissance": "Date de naissance de l'apprenti",
    "denomination": "Nom de l'employeur",
    "employeurcodepostal": "Code postal de l'employeur, dont il ne reste que le département",
    "adressecodepostal": "Code postal de l'apprenti, dont il ne reste que le département",
}
GARDES = (*(f"data/raw/{role}" for role in ROLES), "textes", "sql/ventilations")


def write_project(dossier: Path) -> list[Path]:
    """Write a project into a folder, which may have other files; returns what was written.

    Raises:
        UsageError: a file of a project is there already; nothing is written.
        MachineError: the folder cannot be written.
    """
    fichiers = {dossier / nom: contenu for nom, contenu in project_files().items()}
    if presents := [chemin for chemin in fichiers if chemin.exists()]:
        raise UsageError(
            "ce dossier a déjà un fichier de projet : rien n'y est écrit",
            ou=presents[0],
            faire="Choisissez un autre dossier. Après une mise à jour de l'outil : ruptures mise-a-jour.",
        )
    try:
        for chemin, contenu in fichiers.items():
            chemin.parent.mkdir(parents=True, exist_ok=True)
            chemin.write_bytes(contenu.encode())
    except OSError:
        faire = "Choisissez un dossier où vous pouvez écrire."
        raise MachineError("le projet ne peut pas être écrit", ou=dossier, faire=faire) from None
    return [*fichiers]


def project_files() -> dict[str, str]:
    """What a project is made of: path in it → content."""
    glossaire = read_glossary(paths.SQL / "glossaire.toml")
    config = (paths.NOUVEAU_PROJET / "config.toml").read_text(encoding="utf-8")
    return {
        "config.toml": config.replace(VERSION, f'version = "{__version__}"'),
        LISEZ_MOI: (paths.NOUVEAU_PROJET / LISEZ_MOI).read_text(encoding="utf-8"),
        ".gitignore": (paths.NOUVEAU_PROJET / "gitignore").read_text(encoding="utf-8"),
        **{f"{garde}/.gitkeep": "" for garde in GARDES},
        **{f"data/raw/referentiels/{nom}.csv": referential(nom) for nom in REFERENTIELS},
        "data/modeles/contrats.csv": as_csv([[c.nom for c in CONTRATS]]),
        **{
            f"data/modeles/{role}.csv": as_csv([[c.nom for c in colonnes]])
            for role, colonnes in COLONNES_DES_COMPLEMENTS.items()
        },
        "data/modeles/colonnes.csv": as_csv([["fichier", "colonne", "obligatoire", "contenu"], *described(glossaire)]),
    }


def referential(nom: str) -> str:
    """A referential that every network has, else the headers of one."""
    dossier = paths.EXEMPLE / "referentiels" if nom in NATIONAUX else paths.MODELES_DE_REFERENTIELS
    return (dossier / f"{nom}.csv").read_text(encoding="utf-8")


def described(glossaire: Glossary) -> Iterator[list[str]]:
    """Each column that is read: file, name, whether it must be there, what it is."""
    for fichier, colonnes in (("contrats", CONTRATS), *COLONNES_DES_COMPLEMENTS.items()):
        for c in colonnes:
            yield [fichier, c.nom, "oui" if c.entete else "", described_column(c, glossaire)]
    for nom, colonnes in REFERENTIELS.items():
        fichier = f"referentiels/{nom}.csv" + (" (facultatif)" if nom in REFERENTIELS_FACULTATIFS else "")
        for c in colonnes:
            yield [fichier, c.nom, "oui" if c.entete else "", described_column(c, glossaire)]


def described_column(colonne: InputColumn, glossaire: Glossary) -> str:
    if colonne.nom in PERSONNELLES and colonne.personnelle:
        return f"{PERSONNELLES[colonne.nom]} ; n'entre pas dans la base."
    return glossaire.brut.get(colonne.nom) or glossaire.colonnes[colonne.nom].description


def as_csv(lignes: list[list[str]]) -> str:
    """As a spreadsheet in French opens it."""
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=";", lineterminator="\n").writerows(lignes)
    return f"\ufeff{tampon.getvalue()}"
