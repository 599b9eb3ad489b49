"""Where a run reads: the project, its data, whose referentials and settings go with them; the demonstration while there
are none."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline import paths
from pipeline.errors import UsageError
from pipeline.paths import Project

MARQUE_FICTIVE = "DEMONSTRATION.md"  # its presence marks a data folder as fictitious
CONFIG, REFERENTIELS, DEMONSTRATION = "config.toml", "referentiels", "demo"
# The folders whose files are read row by row: the exports, then what completes them.
Role = Literal["contrats", "suivi", "accompagnement"]
ROLES: tuple[Role, ...] = ("contrats", "suivi", "accompagnement")


@dataclass(frozen=True)
class InputFolders:
    """Where the inputs are: the folders of `ROLES` under `dossier`; `fictives` marks demonstration data."""

    dossier: Path
    referentiels: Path
    fictives: bool


def find_project(dossier: Path | None = None) -> Project:
    """The project asked for; else that of `RUPTURES_PROJET`; else the folder one stands in, where it has a
    `config.toml`; else the clone, or without one the folder one stands in.

    Raises:
        UsageError: there is no such folder.
    """
    dit = dossier or os.environ.get(paths.PROJET)
    if dit:
        dit = Path(dit)
        if not dit.is_dir():
            d_ou = "--projet" if dossier else paths.PROJET
            faire = f"Indiquez un dossier existant avec {d_ou}, ou écrivez-le : ruptures nouveau-projet {dit}."
            raise UsageError("dossier du projet introuvable", ou=dit, faire=faire)
        return Project(dit.absolute())
    ici = Project(Path.cwd())
    return ici if ici.config.is_file() or paths.RACINE == paths.LIVRE else Project(paths.RACINE)


def find_data(projet: Project, dossier: Path | None) -> InputFolders:
    """The folder asked for; else the project's `data/raw/`, or its demonstration while `contrats/` is empty. The
    referentials are its own; without any, those of the network that the demonstration is of, or those of the project.

    Raises:
        UsageError: there is no such folder.
    """
    choisi = find_folder(projet, dossier)
    if not choisi.is_dir():
        raise UsageError("dossier introuvable", ou=choisi, faire="Indiquez un dossier existant avec --donnees.")
    propres = choisi / REFERENTIELS
    communs = (paths.EXEMPLE if is_demonstration(choisi) else projet.donnees) / REFERENTIELS
    # Where nobody has put any, those that are missing are its own.
    retenus = communs if list_data(communs) and not list_data(propres) else propres
    return InputFolders(choisi, retenus, (choisi / MARQUE_FICTIVE).is_file())


def find_config(projet: Project, config: Path | None, dossier: Path | None = None) -> Path:
    """The settings asked for; else, of data in `dossier` (see `find_data`), those of the network that the demonstration
    is of, or those of the project.

    Raises:
        UsageError: the project has none.
    """
    if config is not None:
        return config
    if is_demonstration(find_folder(projet, dossier)):
        return paths.EXEMPLE / CONFIG
    if not projet.config.is_file():
        raise UsageError(
            "configuration introuvable",
            ou=projet.config,
            faire="Placez-vous dans le dossier d'un projet, ou indiquez-le avec --projet ; ruptures nouveau-projet "
            "DOSSIER en écrit un.",
        )
    return projet.config


def find_folder(projet: Project, dossier: Path | None) -> Path:
    """The folder asked for; else that of the project, or its demonstration while nobody has put contracts there."""
    if dossier is not None:
        return dossier
    demonstration = projet.donnees / DEMONSTRATION
    vide = not list_data(projet.donnees / "contrats")
    return demonstration if vide and demonstration.is_dir() else projet.donnees


def is_demonstration(dossier: Path) -> bool:
    """Whether data are those of the demonstration: fictitious, and of a network whose referentials are elsewhere."""
    return (dossier / MARQUE_FICTIVE).is_file() and not list_data(dossier / REFERENTIELS)


def list_data(dossier: Path) -> list[Path]:
    """What somebody has put in a folder: dot files are the project's own."""
    return [f for f in sorted(dossier.glob("*")) if not is_leftover(f.name)] if dossier.is_dir() else []


def is_leftover(nom: str) -> bool:
    """Whether a file is what a system or a spreadsheet leaves behind, and nobody's data."""
    return nom.startswith((".", "~$")) or nom.lower() in ("thumbs.db", "desktop.ini")
