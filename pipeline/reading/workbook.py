"""A sheet of an .xlsx workbook → its rows as text, with the promise made to text files."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from pipeline.errors import InputError
from pipeline.reading.headers import LIGNES_DE_TITRE_MAX, Header, Wanted, read_header
from pipeline.reading.records import Row, read_total, rows_part
from pipeline.reading.source import Part, Source

LIGNES_PAR_PART = 50_000
COLONNES_MIN = 2  # a sheet with one known word in it is no export


def find_sheet(chemin: Path, cherche: Wanted, feuille: str | None) -> tuple[str, Header]:
    """(name, header) of the one sheet that has a header we know, or of the one that `feuille` names.

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
    return nom, read_header(champs, ligne, "", cherche, chemin)


def best_line(classeur: Any, nom: str, cherche: Wanted, chemin: Path) -> tuple[int, str, int, list[str]]:
    """(known columns, sheet, line, texts) of the first line of a sheet that has the most known columns."""
    lignes = islice(sheet_rows(classeur, nom, chemin), LIGNES_DE_TITRE_MAX)
    candidates = [(cherche.count(champs), nom, numero, champs) for numero, champs in enumerate(lignes, start=1)]
    return max(candidates, key=lambda t: (t[0], -t[2]), default=(0, nom, 1, []))


def unreadable(chemin: Path) -> InputError:
    return InputError(
        "ce classeur ne peut pas être lu (abîmé, ou protégé par un mot de passe)",
        ou=chemin,
        faire="Ouvrez-le dans un tableur et enregistrez-le de nouveau, sans mot de passe.",
    )


def open_workbook(chemin: Path) -> Any:
    """Raises InputError when the file is no workbook that can be read."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return openpyxl.load_workbook(chemin, read_only=True, data_only=True, keep_links=False)
    except Exception:  # noqa: BLE001 (the library lets through whatever its zip and XML readers raise)
        raise unreadable(chemin) from None


def sheet_rows(classeur: Any, nom: str, chemin: Path) -> Iterator[list[str]]:
    """Every row of a sheet from the first, as text; hidden ones too.

    Raises:
        InputError: the sheet is damaged.
    """
    onglet = classeur[nom]
    # Some writers declare a smaller sheet than they write.
    onglet.reset_dimensions()
    lignes = onglet.iter_rows(values_only=True)
    while True:
        try:
            ligne = next(lignes, None)
        except Exception:  # noqa: BLE001 (as above)
            raise unreadable(chemin) from None
        if ligne is None:
            return
        yield [cell_text(valeur) for valeur in ligne]


def sheet_parts(source: Source) -> Iterator[Part]:
    """The rows of the sheet below its header; the line of a row is its number in the sheet."""
    assert source.feuille is not None
    entete = source.entete
    with closing(open_workbook(source.chemin)) as classeur:
        toutes = enumerate(sheet_rows(classeur, source.feuille, source.chemin), start=1)
        # Empty cells at the end of a row may be absent: no field is missing.
        lignes = (
            Row(numero, champs + [""] * (len(entete.champs) - len(champs)))
            for numero, champs in islice(toutes, entete.ligne, None)
            if any(champ.strip() for champ in champs)
        )
        attente: list[Row] = []
        for row in lignes:
            if len(attente) == LIGNES_PAR_PART:
                yield rows_part(attente, entete)
                attente = []
            attente.append(row)
    total = read_total(attente[-1].champs or (), attente[-1].ligne, entete) if attente else None
    part = rows_part(attente[:-1] if total else attente, entete)
    yield Part(part.lignes, part.champs, part.fautes, total)


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
