"""The workbook of a partner: what it is, then one sheet a list, then what its columns mean."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from pipeline import formats
from pipeline.follow_up.fields import CAS_OUVERT, LISTES, RESULTAT, ROMPU, SIGNE, ListField, fields
from pipeline.follow_up.lists import ListedRow, MonthLists, counts
from pipeline.report.pages import FICTIF
from pipeline.sheets import LETTRES, LIGNE, lines, set_page
from pipeline.typography import typeset

# Few texts come back in thousands of rows.
height = lru_cache(maxsize=4096)(lines)
CREE = datetime(2000, 1, 1)  # the same bytes for the same contracts
CHAMPS = "Champs"
DITES = {
    CAS_OUVERT: "rompus depuis 180 jours au plus, le dernier contrat de l'apprenti, sans autre contrat à ce jour",
    ROMPU: "rompus dans le mois, et qui ne sont pas des cas ouverts",
    SIGNE: "signés dans le mois, et ni rompus dans le mois ni cas ouverts",
    RESULTAT: "venus à terme dans le mois, le diplôme obtenu ou non",
}


@dataclass(frozen=True)
class Cover:
    """What the first sheet says.

    Attributes:
        titre: of whom the lists are.
        effacer: the day by which a file with names is to be deleted; None for one without.
    """

    titre: str
    reseau: str
    effacer: date | None = None


def make_workbook(listes: MonthLists, lignes: Sequence[ListedRow], page: Cover) -> bytes:
    """The workbook of these contracts. Every text stays a text, whatever it looks like."""
    octets = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    avec_noms = page.effacer is not None
    with Workbook(octets, options) as classeur:
        classeur.set_properties({"title": typeset(page.titre), "created": CREE})
        write_cover(classeur, listes, lignes, page)
        for liste in listes.listes:
            siennes = [ligne for ligne in lignes if ligne["liste"] == liste]
            montres = [un for un in fields(avec_noms) if liste in un.feuilles and not is_unasked(un, siennes)]
            write_list(classeur, LISTES[liste], montres, siennes)
        write_fields(classeur, avec_noms)
    return octets.getvalue()


def is_unasked(un: ListField, lignes: Sequence[ListedRow]) -> bool:
    """Whether a field was not asked for: nobody has it."""
    return un.nom == "code_postal" and all(ligne[un.nom] is None for ligne in lignes)


def write_cover(classeur: Workbook, listes: MonthLists, lignes: Sequence[ListedRow], page: Cover) -> None:
    """What these contracts are, as they stand on which day, how many there are."""
    mois, comptes, feuille = listes.mois, counts(lignes), classeur.add_worksheet("Lisez-moi")
    grand = classeur.add_format({"bold": True, "font_size": 14})
    alerte = classeur.add_format({"bold": True, "font_color": "#b3400f", "text_wrap": True, "valign": "top"})
    gras = classeur.add_format({"bold": True, "valign": "top"})
    texte = classeur.add_format({"text_wrap": True, "valign": "top"})
    nombre = classeur.add_format({"num_format": "#,##0", "valign": "top", "align": "left"})
    feuille.set_column(0, 0, 18)
    feuille.set_column(1, 1, 10)
    feuille.set_column(2, 2, 84)
    place = 0

    def say(phrase: str, forme: CellFormat) -> None:
        nonlocal place
        feuille.merge_range(place, 0, place, 2, typeset(phrase), forme)
        feuille.set_row(place, LIGNE * lines(phrase, LETTRES * 105))
        place += 1

    feuille.write_string(place, 0, typeset(page.titre), grand)
    place += 1
    if listes.fictives:
        say(FICTIF, alerte)
    if page.effacer is not None:
        say(
            f"Ce fichier nomme des personnes. Effacez-le au plus tard le {formats.date_longue(page.effacer)}, et ses "
            "copies.",
            alerte,
        )
    say(
        f"{page.reseau}. Contrats {mois.de}, tels qu'ils sont au {formats.date_longue(mois.jour)}. "
        f"{formats.extraites(mois.connu)}",
        texte,
    )
    for phrase in listes.attention:
        say(phrase, alerte)
    say("« Non établi » : rien de ce qui a été lu ne le dit. Un contrat signé hors du réseau n'est pas vu.", texte)
    place += 1
    for rang, tete in enumerate(("Liste", "Contrats", "Ce que c'est")):
        feuille.write_string(place, rang, typeset(tete), gras)
    for liste in listes.listes:
        place += 1
        feuille.write_string(place, 0, LISTES[liste], gras)
        feuille.write_number(place, 1, comptes[liste], nombre)
        feuille.write_string(place, 2, typeset(DITES[liste]), texte)
    for nom, titre, dit in (
        ("signe_dans_le_mois", "En tout, signés", "signés dans le mois, quelle que soit leur liste"),
        ("rompu_dans_le_mois", "En tout, rompus", "rompus dans le mois, de jour connu : ce que compte le rapport"),
    ):
        place += 1
        feuille.write_string(place, 0, titre, gras)
        feuille.write_number(place, 1, comptes[nom], nombre)
        feuille.write_string(place, 2, typeset(dit), texte)
    set_page(feuille)


def write_list(classeur: Workbook, nom: str, champs: Sequence[ListField], lignes: Sequence[ListedRow]) -> None:
    """A list, one row a contract."""
    feuille = classeur.add_worksheet(nom)
    tete = classeur.add_format(
        {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bg_color": "#e8eef3"}
    )
    texte = classeur.add_format({"text_wrap": True, "valign": "top"})
    jour = classeur.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
    entier = classeur.add_format({"num_format": "0", "valign": "top"})
    for rang, un in enumerate(champs):
        feuille.set_column(rang, rang, un.largeur)
        feuille.write_string(0, rang, typeset(un.libelle), tete)
    feuille.set_row(0, LIGNE * max(lines(un.libelle, un.largeur) for un in champs))
    for place, ligne in enumerate(lignes, start=1):
        for rang, un in enumerate(champs):
            write_cell(feuille, place, rang, ligne[un.nom], (texte, jour, entier))
        dits = [(ligne[un.nom], un.largeur) for un in champs if isinstance(ligne[un.nom], str)]
        feuille.set_row(place, LIGNE * max((height(dit, LETTRES * largeur) for dit, largeur in dits), default=1))
    if not lignes:
        feuille.write_string(1, 0, "Aucun contrat.", classeur.add_format({"italic": True}))
    set_page(feuille)
    feuille.repeat_rows(0)
    feuille.freeze_panes(1, 1)
    feuille.autofilter(0, 0, max(1, len(lignes)), len(champs) - 1)


def write_cell(
    feuille: Worksheet, place: int, rang: int, valeur: object, formes: tuple[CellFormat, CellFormat, CellFormat]
) -> None:
    """A value: a day, a number, a text; nothing for an empty one."""
    texte, jour, entier = formes
    if isinstance(valeur, date):
        feuille.write_datetime(place, rang, datetime.combine(valeur, time()), jour)
    elif isinstance(valeur, int):
        feuille.write_number(place, rang, valeur, entier)
    elif valeur:
        feuille.write_string(place, rang, str(valeur), texte)


def write_fields(classeur: Workbook, avec_noms: bool) -> None:
    """What each field means, those that only the CSV has included."""
    feuille, gras = classeur.add_worksheet(CHAMPS), classeur.add_format({"bold": True, "bottom": 1})
    texte = classeur.add_format({"text_wrap": True, "valign": "top"})
    largeurs = (22, 22, 10, 90)
    for rang, (tete, largeur) in enumerate(
        zip(("Colonne", "Dans le CSV", "Type", "Ce qu'elle dit"), largeurs, strict=True)
    ):
        feuille.set_column(rang, rang, largeur)
        feuille.write_string(0, rang, typeset(tete), gras)
    for place, un in enumerate(fields(avec_noms), start=1):
        for rang, dit in enumerate((un.libelle, un.nom, un.type, typeset(un.dit))):
            feuille.write_string(place, rang, dit, texte)
        feuille.set_row(place, LIGNE * lines(un.dit, LETTRES * largeurs[-1]))
    set_page(feuille)
    feuille.freeze_panes(1, 0)
