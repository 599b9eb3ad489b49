"""The protected tables → one workbook: what it is, a sheet a table, what the columns are. « s » is written where a
value is hidden, and nothing else of it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline import formats
from pipeline.disclosure.protect import NON_SIGNIFICATIF
from pipeline.disclosure.protected import ProtectedEdition, ProtectedTable
from pipeline.edition.external_blocks import SECRET, Words
from pipeline.edition.french_workbook import FrenchWorkbook
from pipeline.edition.sheet_names import name_sheet
from pipeline.edition.sheet_tables import BOUTON, ENCRE, NOMBRES, TITRE_DE_COLONNE
from pipeline.sheets import LIGNE, lines, set_page
from pipeline.typography import typeset

PREMIERE, DERNIERE = "À lire", "Colonnes"
LARGEURS = {"texte": 34, "nombre": 13}
LARGEUR_DES_PHRASES = 110


def write_workbook(
    edition: ProtectedEdition, mots: Words, titre: str, phrases: Sequence[str], cree: date, fictif: str, chemin: Path
) -> None:
    """The workbook, the same bytes for the same edition."""
    octets = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with FrenchWorkbook(octets, options) as classeur:
        classeur.set_properties({"title": titre, "created": datetime.combine(cree, time())})
        noms = name_tables(edition)
        write_first(classeur, titre, phrases, noms, edition)
        for table in edition.tables:
            write_table(classeur, noms[table.nom], table, mots, fictif)
        write_columns(classeur, edition, mots)
    chemin.write_bytes(octets.getvalue())


def name_tables(edition: ProtectedEdition) -> dict[str, str]:
    """The sheet of each table."""
    noms, prises = dict[str, str](), {PREMIERE.casefold(), DERNIERE.casefold()}
    for table in edition.tables:
        noms[table.nom] = name_sheet(table.titre, prises)
        prises.add(noms[table.nom].casefold())
    return noms


def write_first(
    classeur: Workbook, titre: str, phrases: Sequence[str], noms: Mapping[str, str], edition: ProtectedEdition
) -> None:
    """What the workbook is, how it is read, where each table is."""
    feuille = classeur.add_worksheet(PREMIERE)
    feuille.set_column(0, 0, LARGEUR_DES_PHRASES)
    long = classeur.add_format({"text_wrap": True, "valign": "top", "font_color": ENCRE})
    feuille.write_string(0, 0, titre, classeur.add_format({"bold": True, "font_size": 14, "font_color": ENCRE}))
    for rang, phrase in enumerate(phrases, start=2):
        feuille.write_string(rang, 0, phrase, long)
        feuille.set_row(rang, LIGNE * lines(phrase, LARGEUR_DES_PHRASES))
    for rang, table in enumerate(edition.tables, start=len(phrases) + 3):
        feuille.write_url(rang, 0, f"internal:'{noms[table.nom].replace(chr(39), chr(39) * 2)}'!A1", string=table.titre)
    set_page(feuille)


def write_table(classeur: Workbook, nom: str, table: ProtectedTable, mots: Words, fictif: str) -> None:
    """A sheet: its title, the heads of its columns, every published year."""
    feuille = classeur.add_worksheet(nom)
    colonnes = ["annee", *table.dimensions, *table.mesures]
    feuille.write_string(0, 0, table.titre, classeur.add_format({"bold": True, "font_size": 14, "font_color": ENCRE}))
    feuille.write_string(1, 0, fictif, classeur.add_format({"bold": True, "font_color": "#b3400f"}))
    tete = classeur.add_format(TITRE_DE_COLONNE)
    formes = [classeur.add_format({"num_format": number_format(nom, table, mots)}) for nom in colonnes]
    tu = classeur.add_format({"align": "right", "font_color": "#6b7683"})
    haut = 1
    for rang, colonne in enumerate(colonnes):
        largeur = LARGEURS["nombre" if colonne in table.mesures or colonne == "annee" else "texte"]
        libelle = typeset(mots.column(colonne).libelle)
        feuille.set_column(rang, rang, largeur)
        feuille.write_string(2, rang, libelle, tete)
        haut = max(haut, lines(libelle, largeur - BOUTON))
    feuille.set_row(2, LIGNE * haut)
    for ligne, valeurs in enumerate(table.frame.iter_rows(named=True), start=3):
        for rang, colonne in enumerate(colonnes):
            write_cell(
                feuille,
                ligne,
                rang,
                mots.read(colonne, valeurs[colonne]),
                valeurs.get(f"{colonne}_statut"),
                formes[rang],
                tu,
            )
    feuille.freeze_panes(3, 1 + len(table.dimensions[:2]))
    feuille.autofilter(2, 0, 2 + max(1, table.frame.height), len(colonnes) - 1)
    set_page(feuille)
    feuille.set_header(f"&L&A&C{fictif}&RÉdition publique")


def number_format(nom: str, table: ProtectedTable, mots: Words) -> str:
    """How the values of a column are shown."""
    return NOMBRES.get(mots.column(nom).format, ("General", ""))[0] if nom in table.mesures else "@"


def write_cell(feuille: Worksheet, ligne: int, rang: int, valeur: Any, signe: str | None, forme: Any, tu: Any) -> None:
    """A value, or what stands in its place."""
    if signe is not None:
        feuille.write_string(ligne, rang, formats.NON_SIGNIFICATIF if signe == NON_SIGNIFICATIF else SECRET, tu)
    elif isinstance(valeur, int | float):
        feuille.write_number(ligne, rang, valeur, forme)
    else:
        feuille.write_string(ligne, rang, "" if valeur is None else str(valeur), forme)


def write_columns(classeur: Workbook, edition: ProtectedEdition, mots: Words) -> None:
    """What each column is."""
    feuille = classeur.add_worksheet(DERNIERE)
    tete, long = classeur.add_format(TITRE_DE_COLONNE), classeur.add_format({"text_wrap": True, "valign": "top"})
    largeurs = (26, 30, 100)
    for rang, (nom, largeur) in enumerate(zip(("Colonne", "Intitulé", "Ce que c'est"), largeurs, strict=True)):
        feuille.set_column(rang, rang, largeur)
        feuille.write_string(0, rang, nom, tete)
    noms = dict.fromkeys(nom for table in edition.tables for nom in ("annee", *table.dimensions, *table.mesures))
    for ligne, nom in enumerate(noms, start=1):
        textes = (nom, mots.column(nom).libelle, mots.describe(nom))
        for rang, texte in enumerate(textes):
            feuille.write_string(ligne, rang, texte, long)
        feuille.set_row(ligne, LIGNE * max(map(lines, textes, largeurs)))
    set_page(feuille)
