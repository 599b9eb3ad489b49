"""A sheet of an .xlsx workbook → its rows as text, with the promise made to text files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.errors import InputError
from pipeline.reading.headers import LIGNES_DE_TITRE_MAX, Entete, Wanted, read_header
from pipeline.reading.records import Row, read_total, rows_part
from pipeline.reading.source import Part, Source

LIGNES_PAR_PART = 50_000


def find_sheet(chemin: Path, cherche: Wanted, feuille: str | None) -> tuple[str, Entete]:
    """(name, header) of the one sheet that has a header we know, or of the one that `feuille` names.

    Raises:
        InputError: no workbook, no such sheet, no header, or several sheets that have one.
    """
    classeur = open_workbook(chemin)
    if feuille is not None and feuille not in classeur.sheet_names:
        raise InputError(
            f"le classeur n'a pas de feuille « {feuille} »",
            ou=chemin,
            faire=f"Ses feuilles : {', '.join(classeur.sheet_names)} ; corrigez config.toml, [fichiers].",
        )
    trouvees: list[tuple[int, str, int, list[str]]] = []
    for nom in [feuille] if feuille else classeur.sheet_names:
        lignes = classeur.get_sheet_by_name(nom).to_python(skip_empty_area=False)[:LIGNES_DE_TITRE_MAX]
        textes = [[cell_text(valeur) for valeur in ligne] for ligne in lignes]
        scores = [(cherche.count(champs), -numero, champs) for numero, champs in enumerate(textes, start=1)]
        score, rang, champs = max(scores, key=lambda s: s[:2], default=(0, -1, []))
        trouvees.append((score, nom, -rang, champs))
    utiles = [t for t in trouvees if t[0] >= 2] or sorted(trouvees, key=lambda t: t[0], reverse=True)[:1]
    if not utiles or not any(champ for t in trouvees for champ in t[3]):
        raise InputError("classeur vide", ou=chemin, faire="Refaites l'export, ou retirez ce fichier.")
    if len(utiles) > 1:
        raise InputError(
            f"plusieurs feuilles ont un en-tête d'export : {', '.join(nom for _, nom, _, _ in utiles)}",
            ou=chemin,
            faire=f'Dites laquelle lire dans config.toml :\n[fichiers]\n"{chemin.name}" = '
            f'{{feuille = "{utiles[0][1]}"}}\nou faites un fichier de chacune.',
        )
    _, nom, ligne, champs = utiles[0]
    return nom, read_header(champs, ligne, "", cherche, chemin)


def open_workbook(chemin: Path) -> CalamineWorkbook:
    """Raises InputError when the file is no workbook that can be read."""
    try:
        return CalamineWorkbook.from_path(str(chemin))
    except (CalamineError, OSError):
        raise InputError(
            "ce classeur ne peut pas être lu (abîmé, ou protégé par un mot de passe)",
            ou=chemin,
            faire="Ouvrez-le dans un tableur et enregistrez-le de nouveau, sans mot de passe.",
        ) from None


def sheet_parts(source: Source) -> Iterator[Part]:
    """The rows of the sheet below its header; the line of a row is its number in the sheet."""
    assert source.feuille is not None
    lignes = open_workbook(source.chemin).get_sheet_by_name(source.feuille).to_python(skip_empty_area=False)
    rows = [
        Row(numero, [cell_text(valeur) for valeur in ligne])
        for numero, ligne in enumerate(lignes[source.entete.ligne :], start=source.entete.ligne + 1)
    ]
    while rows and not any(champ.strip() for champ in rows[-1].champs or ()):
        rows.pop()
    total = read_total(rows[-1].champs or (), rows[-1].ligne, source.entete) if rows else None
    if total is not None:
        rows.pop()
    for debut in range(0, max(len(rows), 1), LIGNES_PAR_PART):
        part = rows_part(rows[debut : debut + LIGNES_PAR_PART], source.entete)
        dernier = debut + LIGNES_PAR_PART >= len(rows)
        yield Part(part.lignes, part.champs, part.fautes, total if dernier else None)


def cell_text(valeur: Any) -> str:
    """A cell as an export would write it: whole numbers without a point, dates as 2022-03-31."""
    match valeur:
        case bool():
            return "true" if valeur else "false"
        case float() if valeur.is_integer():
            return str(int(valeur))
        case datetime():
            return valeur.isoformat(sep=" ", timespec="seconds")
        case date():
            return valeur.isoformat()
        case _:
            return str(valeur)
