"""A sheet of an .xlsx workbook → its rows as text, with the promise made to text files."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pipeline.errors import InputError
from pipeline.reading import formulas
from pipeline.reading.glued import is_header
from pipeline.reading.headers import LIGNES_DE_TITRE_MAX, Header, Wanted, read_header
from pipeline.reading.records import Row, read_total, rows_part
from pipeline.reading.source import Part, Source
from pipeline.reading.widths import filled
from pipeline.schemas import FORMULE

LIGNES_PAR_PART = 50_000
PART_MAX, RAPPORT_MAX = 32 << 20, 50  # bytes of a part of a workbook, and how many for one of its file
COLONNES_MIN = 2  # a sheet with one known word in it is no export


def find_sheet(chemin: Path, cherche: Wanted, feuille: str | None) -> tuple[str, Header, bool]:
    """(name, header) of the one sheet that has a header we know, or of the one that `feuille` names; whether the days
    of the workbook are counted from 1904.

    Raises:
        InputError: no workbook, no such sheet, no header, or several sheets that have one.
    """
    with closing(open_workbook(chemin)) as classeur:
        noms = [onglet.title for onglet in classeur.worksheets]
        if feuille is not None and feuille not in noms:
            raise InputError(
                f"le classeur n'a pas de feuille « {feuille} »",
                ou=chemin,
                faire=f"Ses feuilles : {', '.join(noms)} ; corrigez config.toml, [fichiers].",
            )
        depuis_1904 = classeur.epoch == CALENDAR_MAC_1904
        trouvees = [best_line(classeur, nom, cherche, chemin) for nom in ([feuille] if feuille else noms)]
    if not any(champ for _, _, _, champs in trouvees for champ in champs):
        raise InputError("fichier vide", ou=chemin, faire="Refaites l'export, ou retirez ce fichier.")
    utiles = [t for t in trouvees if t[0] >= COLONNES_MIN] or [max(trouvees, key=lambda t: t[0])]
    if len(utiles) > 1:
        raise InputError(
            f"plusieurs feuilles ont un en-tête d'export : {', '.join(nom for _, nom, _, _ in utiles)}",
            ou=chemin,
            faire=f'Dites laquelle lire dans config.toml :\n[fichiers]\n"{chemin.name}" = '
            f'{{feuille = "{utiles[0][1]}"}}\nou faites un fichier de chacune.',
        )
    _, nom, ligne, champs = utiles[0]
    return nom, read_header(champs, ligne, "", cherche, chemin), depuis_1904


def best_line(classeur: Any, nom: str, cherche: Wanted, chemin: Path) -> tuple[int, str, int, list[str]]:
    """(known columns, sheet, line, texts) of the first line of a sheet that is a header, else of the first that has the
    most known columns."""
    candidates = []
    for numero, champs in enumerate(islice(sheet_rows(classeur, nom, chemin), LIGNES_DE_TITRE_MAX), start=1):
        candidates.append((cherche.count(champs), nom, numero, champs))
        if cherche.is_first_header(champs):
            return candidates[-1]
    return max(candidates, key=lambda t: (t[0], -t[2]), default=(0, nom, 1, []))


def unreadable(chemin: Path) -> InputError:
    return InputError(
        "ce classeur ne peut pas être lu (abîmé, ou protégé par un mot de passe)",
        ou=chemin,
        faire="Ouvrez-le dans un tableur et enregistrez-le de nouveau, sans mot de passe.",
    )


def open_workbook(chemin: Path) -> Any:
    """Raises InputError when the file is no workbook that can be read, or is made to fill the memory."""
    refuse_bomb(chemin)
    try:
        with warnings.catch_warnings(action="ignore"):
            return openpyxl.load_workbook(chemin, read_only=True, data_only=True, keep_links=False)
    except Exception:  # noqa: BLE001 (the library lets through whatever its zip and XML readers raise)
        raise unreadable(chemin) from None


def refuse_bomb(chemin: Path) -> None:
    """Raises InputError when a part of a workbook is far larger than what cells take once compressed: each has an
    address of its own."""
    try:
        with zipfile.ZipFile(chemin) as archive:
            parts = archive.infolist()
    except (OSError, zipfile.BadZipFile):
        return  # it is said by those who read it
    if any(part.file_size > max(PART_MAX, RAPPORT_MAX * part.compress_size) for part in parts):
        raise InputError(
            f"une feuille prend plus de {RAPPORT_MAX} fois la place de son fichier : ce n'est pas un export",
            ou=chemin,
            faire="Refaites l'export, ou retirez ce fichier.",
        )


def sheet_rows(classeur: Any, nom: str, chemin: Path) -> Iterator[list[str]]:
    """Every row of a sheet from the first, as text; hidden ones too. A formula that no spreadsheet has computed is
    FORMULE.

    Raises:
        InputError: the sheet is damaged.
    """
    onglet = classeur[nom]
    # Some writers declare a smaller sheet than they write.
    onglet.reset_dimensions()
    lignes = onglet.iter_rows(values_only=True)
    formules = formulas.uncomputed(chemin, onglet)
    try:
        suivante = next(formules, None)
        for numero, ligne in enumerate(lignes, start=1):
            textes = [cell_text(valeur) for valeur in ligne]
            while suivante is not None and suivante[0] == numero:
                textes[suivante[1] - 1] = FORMULE
                suivante = next(formules, None)
            yield textes
    except Exception:  # noqa: BLE001 (as above)
        raise unreadable(chemin) from None


def sheet_parts(source: Source) -> Iterator[Part]:
    """The rows of the sheet below its headers; the line of a row is its number in the sheet."""
    assert source.feuille is not None
    with closing(open_workbook(source.chemin)) as classeur:
        toutes = enumerate(sheet_rows(classeur, source.feuille, source.chemin), start=1)
        attente: list[Row] = []
        for numero, champs in islice(toutes, source.entete.ligne, None):
            if not any(champ.strip() for champ in champs):
                continue
            attendue = len(source.entete.champs)
            # Empty cells at the end of a row may be absent: no field is missing.
            larges = champs + [""] * (attendue - len(champs))
            if is_header(larges[: max(attendue, filled(larges))], numero, source):
                yield last_part(attente, source.entete)
                source, attente = source.below(champs, numero), []
                continue
            if len(attente) == LIGNES_PAR_PART:
                yield rows_part(attente, source.entete)
                attente = []
            attente.append(Row(numero, larges))
    yield last_part(attente, source.entete)


def last_part(rows: list[Row], entete: Header) -> Part:
    """The last rows below a header, of which the last may be a line of totals."""
    total = read_total(rows[-1].champs or (), rows[-1].ligne, entete) if rows else None
    return replace(rows_part(rows[:-1] if total else rows, entete), total=total)


def cell_text(valeur: Any) -> str:
    """A cell as an export would write it: whole numbers without a point, dates as 2022-03-31."""
    match valeur:
        case bool():
            return "true" if valeur else "false"
        case float() if valeur.is_integer():
            return str(int(valeur))
        case datetime() if valeur.time() == time():
            return valeur.date().isoformat()
        case datetime():
            return valeur.isoformat(sep=" ", timespec="seconds")
        case date():
            return valeur.isoformat()
    return "" if valeur is None else str(valeur)
