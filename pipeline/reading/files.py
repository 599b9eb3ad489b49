"""Which files of a folder are data, and the extraction date that a name carries."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from pathlib import Path

from pipeline.errors import InputError
from pipeline.inputs import is_leftover
from pipeline.reading import signatures
from pipeline.schemas import ANNEE_MAX, ANNEE_MIN

CLASSEUR = ".xlsx"
EN_LIGNES = frozenset({".jsonl", ".ndjson"})  # one contract a line
JSON = frozenset({".json"}) | EN_LIGNES
EXTENSIONS = frozenset({".csv", ".txt", ".tsv", CLASSEUR}) | JSON
# Figures of a day, a time after it or not: 2022-08-31, 20220831, 202208311045, 31-08-2022, 31082022.
SUITE = r"(?=(?:[-_ T]?\d{2}[-_:hH]?\d{2}(?:[-_:]?\d{2}(?:\d{3})?)?Z?)?(?!\d))"
DATES_DANS_NOM = tuple(
    re.compile(rf"(?<!\d){motif}{SUITE}")
    for motif in (
        r"(?P<a>20\d\d)(?P<s>[-_.]?)(?P<m>\d\d)(?P=s)(?P<j>\d\d)",
        r"(?P<j>\d\d)(?P<s>[-_.]?)(?P<m>\d\d)(?P=s)(?P<a>20\d\d)",
    )
)


def list_files(dossier: Path) -> list[Path]:
    """Data files of a folder, by name.

    Raises:
        InputError: a file that is neither a table nor a known leftover of the system.
    """
    fichiers = list_inputs(dossier)
    for chemin in fichiers:
        check_kind(chemin)
    return fichiers


def list_inputs(dossier: Path) -> list[Path]:
    """What is in a folder, by name, but for the known leftovers of the system."""
    if not dossier.is_dir():
        return []
    return [f for f in sorted(dossier.iterdir()) if not is_leftover(f.name)]


def check_kind(chemin: Path) -> None:
    """Raises InputError when this is no table."""
    if not chemin.is_file() or chemin.suffix.lower() not in EXTENSIONS:
        raise InputError(
            f"ce n'est pas un export lisible{what_it_is(chemin)}",
            ou=chemin,
            faire="Retirez-le du dossier ou enregistrez-le en CSV (.csv, .txt ou .tsv), en classeur .xlsx ou en "
            "JSON (.json ou .jsonl) : un fichier laissé de côté serait des contrats perdus.",
        )


def what_it_is(chemin: Path) -> str:
    """' : c'est une page HTML', or nothing where its first bytes do not tell."""
    with suppress(OSError):
        if trouve := signatures.disguise(chemin, classeur=True):
            return f" : {trouve[0].partition(',')[0]}"
    return ""


def extraction_date(nom: str) -> date | None:
    """Extraction date written in a file name, a time after it or not: the last one that is a day of 2000 to 2060; None
    where there is none."""
    trouvees = sorted((trouve for motif in DATES_DANS_NOM for trouve in motif.finditer(nom)), key=lambda t: t.start())
    jours = []
    for trouve in trouvees:
        with suppress(ValueError):
            jours.append(date(int(trouve["a"]), int(trouve["m"]), int(trouve["j"])))
    return next((jour for jour in reversed(jours) if ANNEE_MIN <= jour.year <= ANNEE_MAX), None)
