"""Which files of a folder are data, and the extraction date that a name carries."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from pipeline.errors import InputError

CLASSEUR = ".xlsx"
EXTENSIONS = frozenset({".csv", ".txt", ".tsv", CLASSEUR})
MARQUE_FICTIVE = "DEMONSTRATION.md"  # its presence marks a data folder as fictitious
DATE_DANS_NOM = re.compile(
    r"(?<!\d)(?:(?P<a>20\d\d)-(?P<m>\d\d)-(?P<j>\d\d)|(?P<a2>20\d\d)(?P<m2>\d\d)(?P<j2>\d\d)"
    r"|(?P<j3>\d\d)-(?P<m3>\d\d)-(?P<a3>20\d\d))(?!\d)"
)


def list_data(dossier: Path) -> list[Path]:
    """What somebody has put in a folder: dot files are the project's own."""
    return [f for f in sorted(dossier.glob("*")) if not f.name.startswith(".")] if dossier.is_dir() else []


def list_files(dossier: Path) -> list[Path]:
    """Data files of a folder, by name.

    Raises:
        InputError: a file that is neither a table nor a known leftover of the system.
    """
    if not dossier.is_dir():
        return []
    fichiers = []
    for chemin in sorted(dossier.iterdir()):
        if chemin.name.startswith((".", "~$")) or chemin.name == "Thumbs.db":
            continue
        if not chemin.is_file() or chemin.suffix.lower() not in EXTENSIONS:
            raise InputError(
                "ce n'est pas un export lisible",
                ou=chemin,
                faire="Retirez-le du dossier ou enregistrez-le en CSV (.csv, .txt ou .tsv) ou en classeur .xlsx : "
                "un fichier laissé de côté serait des contrats perdus.",
            )
        fichiers.append(chemin)
    return fichiers


def extraction_date(nom: str, chemin: Path) -> date | None:
    """Extraction date written in a file name (2022-08-31, 20220831 or 31-08-2022), or None.

    Raises:
        InputError: the name has two different dates, or one that does not exist.
    """
    dates = set()
    for trouve in DATE_DANS_NOM.finditer(nom):
        morceaux = trouve.groupdict()
        annee = morceaux["a"] or morceaux["a2"] or morceaux["a3"]
        mois = morceaux["m"] or morceaux["m2"] or morceaux["m3"]
        jour = morceaux["j"] or morceaux["j2"] or morceaux["j3"]
        try:
            dates.add(date(int(annee), int(mois), int(jour)))
        except ValueError:
            raise InputError(
                "la date d'extraction écrite dans le nom du fichier n'existe pas",
                ou=chemin,
                faire="Renommez le fichier ou donnez sa date dans config.toml, [fichiers].",
            ) from None
    if len(dates) > 1:
        raise InputError(
            "le nom du fichier porte deux dates",
            ou=chemin,
            faire="Donnez sa date d'extraction dans config.toml, [fichiers].",
        )
    return dates.pop() if dates else None
