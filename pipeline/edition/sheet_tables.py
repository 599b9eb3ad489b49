"""A frame → a table of a sheet: heads, formats, widths, heights, what stays in sight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from pipeline import formats
from pipeline.glossary import GlossaryColumn
from pipeline.models.header import PrintedColumn
from pipeline.report.breakdowns import Breakdown
from pipeline.sheets import LIGNE, lines, set_page
from pipeline.typography import typeset

DIFFUSION = "Diffusion interne"
LARGEUR_MIN, LARGEUR_MAX = 10, 60  # in characters
BOUTON = 3  # of the filter, beside the last word of a head
# A value's kind, as the dictionary says it → its format in a cell, and the same for Python.
GENRES = {
    "entier": ("#,##0", ",.0f"),
    "nombre décimal": ("0.0000", ".4f"),
    "texte": ("@", ""),
    "vrai ou faux": ("General", ""),
    "date": ("dd/mm/yyyy", "%d/%m/%Y"),
}
TEXTE = GENRES["texte"][0]
# Those of the numbers that a header or the glossary names, by the format that it declares.
NOMBRES = {
    "entier": GENRES["entier"],
    "decimal": ("#,##0.0", ",.1f"),
    "rapport": ("#,##0.00", ",.2f"),
    "euros": ('#,##0.00\u00a0"€"', ",.4f"),  # two more figures, as wide as the sign
    **dict.fromkeys(("pourcentage", "taux", "borne", "repere"), ("0.0%", ".2%")),
}
assert set(NOMBRES) == formats.NUMERIQUES
TU = f'"{formats.NON_SIGNIFICATIF}"'
SANS_SENS = frozenset({"taux", "borne", "rapport"})  # written n.s. where they mean nothing (`formats.written`)
ENCRE, BLEU, ROUGE, GRIS, FILET, FOND = "#1d2733", "#2b6396", "#b3400f", "#6b7683", "#c9d3dc", "#e8eef4"


TITRE_DE_COLONNE = {
    "bold": True, "text_wrap": True, "valign": "top", "bg_color": FOND, "font_color": ENCRE, "bottom": 2,
    "bottom_color": BLEU,
}  # fmt: skip


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its head, the format of its cells, its width in characters."""

    tete: str
    format: str
    largeur: int
    renvoi: bool = False  # its longest texts go to the next line

    @property
    def nombre(self) -> bool:
        """Whether its values are at the right of their cells."""
        return self.format not in {TEXTE, GENRES["vrai ou faux"][0]}


@dataclass(frozen=True)
class SheetTable:
    """The table of a breakdown's sheet.

    Attributes:
        frame: its rows: those of the breakdown, codes in words, a column of two units as two (`unite_a_part`).
        dites: its columns that have a label.
        origines: the columns that the breakdown has under another name.
    """

    frame: pl.DataFrame
    dites: Mapping[str, PrintedColumn]
    origines: Mapping[str, str]

    @property
    def tetes(self) -> dict[str, str]:
        """The head of each column, by its name."""
        return heads(self.dites, self.frame.columns)


def sheet_table(table: Breakdown, glossaire: Mapping[str, GlossaryColumn]) -> SheetTable:
    """A breakdown as its sheet has it."""
    frame, dites, origines = table.lue, known_columns(table, glossaire), {}
    if (unite := table.entete.unite_a_part) is not None:
        est_a_part = pl.col(unite.selon) == unite.vaut
        for nom, colonne in unite.colonnes.items():
            a_part = f"{nom}_{unite.vaut}"
            apres = frame.get_column_index(nom) + 1
            separee = frame.select(pl.when(est_a_part).then(pl.col(nom)).alias(a_part)).to_series()
            frame = frame.with_columns(pl.when(~est_a_part).then(pl.col(nom)).alias(nom)).insert_column(apres, separee)
            dites[nom] = dites[nom].model_copy(update={"format": colonne.autres})
            dites[a_part] = PrintedColumn(libelle=colonne.libelle, format=colonne.format)
            origines[a_part] = nom
    return SheetTable(frame, dites, origines)


def table_columns(table: SheetTable) -> list[SheetColumn]:
    """The columns of a sheet."""
    frame, dites = table.frame, table.dites
    colonnes = []
    for nom, tete in table.tetes.items():
        forme, ecriture = GENRES[kind(frame.schema[nom])]
        if nom in dites and frame.schema[nom].is_numeric():
            forme, ecriture = NOMBRES.get(dites[nom].format, ("General", ""))
        colonnes.append(make_column(tete, forme, longest(frame[nom], ecriture)))
    return colonnes


def known_columns(table: Breakdown, glossaire: Mapping[str, GlossaryColumn]) -> dict[str, PrintedColumn]:
    """The columns that have a label: their header's, or the glossary's where the report does not print them."""
    connues = {
        nom: PrintedColumn.model_validate(colonne.printed)
        for nom in table.frame.columns
        if (colonne := glossaire.get(nom)) is not None and colonne.libelle is not None
    }
    return connues | {nom: colonne for nom, colonne in table.entete.colonnes.items() if nom in table.frame.columns}


def heads(dites: Mapping[str, PrintedColumn], noms: Sequence[str]) -> dict[str, str]:
    """The head of each column: its label, or its name. Labels have their name too where two heads would be alike, case
    apart, which a table of a sheet cannot have."""
    tetes = {nom: typeset(dites[nom].libelle) if nom in dites else nom for nom in noms}
    if len({tete.casefold() for tete in tetes.values()}) == len(tetes):
        return tetes
    return {nom: f"{tete} ({nom})" if nom in dites else nom for nom, tete in tetes.items()}


def kind(genre: pl.DataType) -> str:
    """What the values of a type are, one of `GENRES`."""
    if genre.is_numeric():
        return "entier" if genre.is_integer() else "nombre décimal"
    return {pl.Boolean: "vrai ou faux", pl.Date: "date"}.get(genre.base_type(), "texte")


def longest(valeurs: pl.Series, ecriture: str) -> int:
    """Characters of the longest value as it is shown."""
    if valeurs.dtype == pl.String:
        return int(valeurs.str.len_chars().max() or 0)  # type: ignore[arg-type]
    bornes = [borne for borne in (valeurs.min(), valeurs.max()) if borne is not None]
    return max((len(format(borne, ecriture)) for borne in bornes), default=0)


def make_column(tete: str, forme: str, longueur: int) -> SheetColumn:
    """A column as wide as its longest value or word of its head, within bounds."""
    mot = max(len(mot) for mot in tete.split()) + BOUTON
    largeur = max(LARGEUR_MIN, longueur + 2, mot)
    return SheetColumn(tete, forme, min(largeur, LARGEUR_MAX), renvoi=longueur > LARGEUR_MAX)


def put(
    classeur: Workbook, feuille: Worksheet, frame: pl.DataFrame, colonnes: list[SheetColumn], nom: str, ligne: int = 0
) -> None:
    """A frame as a table of a sheet, its head at `ligne`; nothing is written under it."""
    nommee = frame.rename({ancien: colonne.tete for ancien, colonne in zip(frame.columns, colonnes, strict=True)})
    nommee.write_excel(
        classeur,
        feuille,
        position=(ligne, 0),
        table_name=nom,
        table_style={"style": "Table Style Light 1", "banded_rows": False},
        column_formats={
            c.tete: {"num_format": c.format, "text_wrap": c.renvoi, "valign": "top", "font_color": ENCRE}
            | {"bottom": 4, "bottom_color": FILET, **({} if c.nombre else {"align": "left", "indent": 1})}
            for c in colonnes
        },
        header_format=TITRE_DE_COLONNE,
        column_widths={c.tete: 7 * c.largeur + 5 for c in colonnes},  # in pixels
        autofilter=True,
    )
    # Heads as their column; those of numbers leave the place of the filter's button.
    titres = {
        nombre: classeur.add_format(
            TITRE_DE_COLONNE | ({"align": "right", "indent": 2} if nombre else {"align": "left", "indent": 1})
        )
        for nombre in (False, True)
    }
    for rang, colonne in enumerate(colonnes):
        feuille.write_string(ligne, rang, colonne.tete, titres[colonne.nombre])
    # Codes are texts on purpose: no green corner.
    feuille.ignore_errors({"number_stored_as_text": xl_range(ligne, 0, ligne + max(1, frame.height), frame.width - 1)})
    set_heights(feuille, frame, colonnes, ligne)


def set_heights(feuille: Worksheet, frame: pl.DataFrame, colonnes: list[SheetColumn], ligne: int) -> None:
    """Rows as high as their wrapped texts: not every spreadsheet makes them so by itself."""
    feuille.set_row(ligne, LIGNE * max(lines(c.tete, c.largeur - BOUTON) for c in colonnes))
    longues = [(nom, c.largeur) for nom, c in zip(frame.columns, colonnes, strict=True) if c.renvoi]
    for nom, largeur in longues:
        for rang, texte in enumerate(frame[nom]):
            if texte is not None and len(texte) > largeur:
                # The highest of its texts: a sheet has few columns of long ones, the last that is set would win.
                hauteur = max(lines(str(frame[autre][rang] or ""), large) for autre, large in longues)
                feuille.set_row(ligne + 1 + rang, LIGNE * hauteur)


def mark_reliability(
    classeur: Workbook, feuille: Worksheet, frame: pl.DataFrame, dites: Mapping[str, PrintedColumn], ligne: int
) -> None:
    """Rates shown as the report prints them, n.s. or with a star, without a decimal of few (`formats.written`); their
    cells keep the values."""
    if frame.is_empty():
        return
    formes = {
        forme: classeur.add_format({"num_format": forme, **({"font_color": GRIS} if forme == TU else {})})
        for forme in (TU, '0%"*"', '0.0%"*"', "0%")
    }
    for rang, nom in enumerate(frame.columns):
        for condition, forme in shown_as(dites[nom], frame.columns, ligne + 2) if nom in dites else ():
            # The first that is true wins.
            regle = {"type": "formula", "criteria": f"={condition}", "format": formes[forme], "stop_if_true": True}
            feuille.conditional_format(ligne + 1, rang, ligne + frame.height, rang, regle)


def shown_as(colonne: PrintedColumn, noms: Sequence[str], ligne: int) -> Iterator[tuple[str, str]]:
    """(condition on the cells of a row of a sheet, number format where it is true) of a column, the first one first."""
    fiabilite, effectif = (
        f"${xl_col_to_name(noms.index(nom))}{ligne}" if nom in noms else "" for nom in colonne.temoins
    )
    petit = f"AND(ISNUMBER({effectif}),{effectif}<{formats.EFFECTIF_DECIMALE})" if effectif else ""
    if fiabilite and colonne.format in SANS_SENS:
        yield f'{fiabilite}="non_significatif"', TU
    if colonne.format not in formats.DE_TAUX:
        return
    if fiabilite and colonne.format != "borne":
        if petit:
            yield f'AND({fiabilite}="fragile",{petit})', '0%"*"'
        yield f'{fiabilite}="fragile"', '0.0%"*"'
    if petit:
        yield petit, "0%"


def set_headed_page(feuille: Worksheet, fictif: str) -> None:
    """Pages that say at their head which sheet this is, and who may read it."""
    set_page(feuille)
    feuille.set_header(f"&L&A&C{fictif}&R{DIFFUSION}")
