"""The folder of the .sql files: which of them are models, which are drafts; the order of the report."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import UsageError, closest
from pipeline.settings import CHAPITRES_LIVRES, Section

if TYPE_CHECKING:
    from pipeline.models.header_file import HeadedFile

BROUILLON = "brouillon_"
GLOSSAIRE, MACROS, VENTILATIONS = "glossaire.toml", "macros.sql", "ventilations"
AnyFile = TypeVar("AnyFile", bound="HeadedFile")


def refuse_shared(*chemins: Path) -> None:
    """Raises UsageError when what the program trusts may be written by any user of the machine (POSIX)."""
    for chemin in chemins:
        if os.name == "posix" and chemin.exists() and chemin.stat().st_mode & stat.S_IWOTH:
            raise UsageError(
                "n'importe quel utilisateur de la machine peut y écrire, et ce code voit tout",
                ou=chemin,
                faire=f"Retirez ce droit : chmod o-w {chemin}.",
            )


def list_models(dossier: Path) -> list[Path]:
    """The .sql files of a folder, drafts apart.

    Raises:
        UsageError: something that nobody would read.
    """
    chemins = sorted(chemin for chemin in dossier.iterdir() if not chemin.name.startswith("."))
    for chemin in chemins:
        if chemin.suffix != ".sql" or not chemin.is_file():
            raise UsageError(
                "ce n'est pas un fichier .sql", ou=chemin, faire="Retirez-le de ce dossier, ou donnez-lui ce suffixe."
            )
    return [chemin for chemin in chemins if not chemin.name.startswith(BROUILLON)]


def list_breakdowns(sql: Path, propres: Path | None) -> list[Path]:
    """The breakdowns that are shipped and those of the project (`propres`), by name; of two of one name, the project's.

    Raises:
        UsageError: something that nobody would read.
    """
    chemins = {chemin.name: chemin for dossier in breakdown_folders(sql, propres) for chemin in list_models(dossier)}
    return [chemins[nom] for nom in sorted(chemins)]


def breakdown_folders(sql: Path, propres: Path | None) -> list[Path]:
    """Where breakdowns are, those that win last."""
    return [sql / VENTILATIONS, *([propres] if propres is not None and propres.is_dir() else [])]


def list_drafts(sql: Path, propres: Path | None) -> list[Path]:
    """The breakdowns kept out of the report."""
    return [
        chemin for dossier in breakdown_folders(sql, propres) for chemin in sorted(dossier.glob(f"{BROUILLON}*.sql"))
    ]


def read_macros(sql: Path) -> str:
    """SQL of the macros that every query may use."""
    return (sql / MACROS).read_text(encoding="utf-8")


def list_checks(sql: Path) -> list[Path]:
    """The singular checks, by name."""
    return sorted((sql / "controles").glob("*.sql"))


def check_section(modele: HeadedFile, sections: tuple[Section, ...]) -> None:
    """Raises UsageError when a breakdown names a section that is neither in `config.toml` nor one of those that are
    shipped: a network does without these where it does not list them."""
    cle, cles = modele.ventilation.section, [section.cle for section in sections]
    if cle not in cles and cle not in CHAPITRES_LIVRES:
        faire = f"Sections de config.toml : {', '.join(cles)}."
        raise modele.fault(f"section inconnue « {cle} »{closest(cle, cles)}", "section", faire=faire)


def report_order(ventilations: Iterable[AnyFile], sections: tuple[Section, ...]) -> list[AnyFile]:
    """Breakdowns in the order of the report: section of `config.toml`, then `ordre`, then name."""
    rangs = {section.cle: rang for rang, section in enumerate(sections)}
    return sorted(ventilations, key=lambda f: (rangs[f.ventilation.section], f.ventilation.ordre, f.nom))
