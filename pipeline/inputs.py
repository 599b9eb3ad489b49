"""Where a run reads: the data, whose referentials and settings go with them; the demonstration while there are none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline import paths
from pipeline.errors import UsageError

MARQUE_FICTIVE = "DEMONSTRATION.md"  # its presence marks a data folder as fictitious
CONFIG, REFERENTIELS = "config.toml", "referentiels"


@dataclass(frozen=True)
class InputFolders:
    """Where the inputs are: `contrats/` and `suivi/` under `dossier`; `fictives` marks demonstration data."""

    dossier: Path
    referentiels: Path
    fictives: bool


def find_data(dossier: Path | None) -> InputFolders:
    """The folder asked for; else `data/raw/`, or its demonstration while `contrats/` is empty. The referentials are its
    own; without any, those of the network that the demonstration is of, or those of the project.

    Raises:
        UsageError: there is no such folder.
    """
    choisi = find_folder(dossier)
    if not choisi.is_dir():
        raise UsageError("dossier introuvable", ou=choisi, faire="Indiquez un dossier existant avec --donnees.")
    propres = choisi / REFERENTIELS
    communs = (paths.EXEMPLE if is_demonstration(choisi) else paths.DONNEES) / REFERENTIELS
    # Where nobody has put any, those that are missing are its own.
    retenus = communs if list_data(communs) and not list_data(propres) else propres
    return InputFolders(choisi, retenus, (choisi / MARQUE_FICTIVE).is_file())


def find_config(config: Path | None, dossier: Path | None = None) -> Path:
    """The settings asked for; else, of data in `dossier` (see `find_data`), those of the network that the demonstration
    is of, or those of the project."""
    if config is not None:
        return config
    return paths.EXEMPLE / CONFIG if is_demonstration(find_folder(dossier)) else paths.CONFIG


def find_folder(dossier: Path | None) -> Path:
    """The folder asked for; else that of the project, or the demonstration while nobody has put contracts there."""
    if dossier is not None:
        return dossier
    return paths.DONNEES if list_data(paths.DONNEES / "contrats") else paths.DONNEES / "demo"


def is_demonstration(dossier: Path) -> bool:
    """Whether data are those of the demonstration: fictitious, and of a network whose referentials are elsewhere."""
    return (dossier / MARQUE_FICTIVE).is_file() and not list_data(dossier / REFERENTIELS)


def list_data(dossier: Path) -> list[Path]:
    """What somebody has put in a folder: dot files are the project's own."""
    return [f for f in sorted(dossier.glob("*")) if not is_leftover(f.name)] if dossier.is_dir() else []


def is_leftover(nom: str) -> bool:
    """Whether a file is what a system or a spreadsheet leaves behind, and nobody's data."""
    return nom.startswith((".", "~$")) or nom.lower() in ("thumbs.db", "desktop.ini")
