"""The published breakdowns → one workbook: a sheet each, what they are before them, what their columns are after."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import takewhile
from pathlib import Path

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from pipeline import formats
from pipeline.errors import UsageError
from pipeline.models.folder import BROUILLON
from pipeline.models.header import BreakdownHeader
from pipeline.report.breakdowns import Breakdown

# No breakdown can be named so: a file's name has neither capitals nor these signs, and capitals alone would not do.
PREMIERE, DERNIERE = "Lisez-moi", "Dictionnaire des colonnes"
DIFFUSION = "Diffusion interne"
LIGNES_MAX, TEXTE_MAX = 1_048_575, 32_767  # of a sheet, under its head; of a cell
LARGEUR_MIN, LARGEUR_MAX = 8, 60  # in characters
LARGEUR_FIGEE = 90  # of the columns that stay when the others scroll: half of a small screen
BOUTON = 3  # of the filter, beside the last word of a head
# A value's kind, as the dictionary says it → its format in a cell, and the same for Python.
GENRES = {
    "entier": ("#,##0", ",.0f"),
    "nombre décimal": ("0.0000", ".4f"),
    "texte": ("@", ""),
    "vrai ou faux": ("General", ""),
    "date": ("dd/mm/yyyy", "%d/%m/%Y"),
}
# Those of the printed numbers, by the format that their header declares.
NOMBRES = {
    "entier": GENRES["entier"],
    **dict.fromkeys(("decimal", "rapport"), ("#,##0.00##", ",.4f")),
    "euros": ('#,##0.00\u00a0"€"', ",.4f"),  # two more figures, as wide as the sign
    **dict.fromkeys(("pourcentage", "taux", "borne", "repere"), ("0.00%", ".2%")),
}
assert set(NOMBRES) == formats.NUMERIQUES
ENCRE, BLEU, ROUGE, FILET, FOND = "#1d2733", "#2b6396", "#b3400f", "#c9d3dc", "#e8eef4"
LECTURE = (
    "Un taux est un risque : les ruptures nettes d'un groupe, rapportées à ses apprentis suivis. Il se compare d'un "
    "groupe à l'autre.",
    "Une part est une répartition : les ruptures nettes (ou les apprentis suivis) d'un groupe, rapportées à toutes "
    "celles du réseau dans l'année. Une grande part n'est pas un grand risque.",
    "Taux et parts sont des fractions de 1, non arrondies. Un taux dont la colonne fiabilite dit non_significatif "
    f"(moins de {formats.EFFECTIF_MIN} apprentis suivis) ne s'interprète pas : le rapport l'écrit n.s. ; fragile "
    f"({formats.FRAGILE}), il l'écrit avec un astérisque.",
    "Chaque feuille a toutes les années publiées, toutes les lignes et toutes les colonnes de son tableau ; le rapport "
    "n'en imprime qu'une partie.",
)


@dataclass(frozen=True)
class WorkbookCover:
    """What the first sheet says of the whole; `fictif`, on every sheet, is empty when the data are real."""

    reseau: str
    annee: str
    date_arrete: date
    derniere_date: date | None
    fictif: str
    avertissements: Sequence[str]

    @property
    def titre(self) -> str:
        return f"Ruptures de contrats d'apprentissage {self.annee}"


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its head, the format of its cells, its width in characters."""

    tete: str
    format: str
    largeur: int
    renvoi: bool = False  # its longest texts go to the next line


def write_workbook(tables: Sequence[Breakdown], presentation: WorkbookCover, chemin: Path) -> None:
    """The workbook, the same bytes for the same inputs; every text stays a text, whatever it looks like.

    Raises:
        UsageError: a breakdown that a sheet cannot hold.
    """
    for table in tables:
        check_fits(table)
    octets = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with Workbook(octets, options) as classeur:
        # The only date of the file: the library would write the time.
        cree = datetime.combine(presentation.derniere_date or presentation.date_arrete, time())
        classeur.set_properties({"title": f"{presentation.titre}, {presentation.reseau}", "created": cree})
        write_introduction(classeur, tables, presentation)
        for table in tables:
            write_table(classeur, table, presentation.fictif)
        write_dictionary(classeur, tables, presentation.fictif)
    chemin.write_bytes(octets.getvalue())


def check_fits(table: Breakdown) -> None:
    """Raises UsageError when a breakdown has more than a sheet holds."""
    remede = f"Retirez-en une dimension, ou mettez le fichier de côté en le nommant {BROUILLON}{table.nom}.sql."
    if table.frame.height > LIGNES_MAX:
        lignes, place = formats.entier(table.frame.height), formats.entier(LIGNES_MAX)
        quoi = f"la ventilation a {lignes} lignes, une feuille de classeur n'en a que {place}"
        raise UsageError(quoi, ou=table.modele.chemin, faire=remede)
    for textes in table.frame.select(pl.selectors.string()):
        if (textes.str.len_bytes().max() or 0) > TEXTE_MAX:  # type: ignore[operator]
            quoi = f"la colonne « {textes.name} » a un texte trop long pour une case de classeur"
            raise UsageError(quoi, ou=table.modele.chemin, faire="Raccourcissez-le dans le select, avec left().")


def write_table(classeur: Workbook, table: Breakdown, fictif: str) -> None:
    """The sheet of a breakdown: unrounded values, the leading dimensions kept in sight."""
    colonnes = table_columns(table)
    feuille = classeur.add_worksheet(table.nom)
    put(classeur, feuille, table.frame, colonnes, nom=f"t_{table.nom}")
    dimensions = list(takewhile(lambda colonne: colonne.format == GENRES["texte"][0], colonnes))
    while sum(colonne.largeur for colonne in dimensions) > LARGEUR_FIGEE:
        dimensions.pop()
    finish(classeur, feuille, len(dimensions), len(colonnes), fictif)


def table_columns(table: Breakdown) -> list[SheetColumn]:
    """The columns of a breakdown's sheet."""
    entete, frame = table.entete, table.frame
    colonnes = []
    for nom, tete in heads(entete, frame.columns).items():
        genre, imprimee = kind(frame.schema[nom]), entete.colonnes.get(nom)
        forme, ecriture = GENRES[genre]
        if imprimee is not None and frame.schema[nom].is_numeric():
            forme, ecriture = NOMBRES.get(imprimee.format, ("General", ""))
        colonnes.append(make_column(tete, forme, longest(frame[nom], ecriture)))
    return colonnes


def heads(entete: BreakdownHeader, noms: Sequence[str]) -> dict[str, str]:
    """The head of each column: its printed label, or its name. Labels have their name too where two heads would be
    alike, case apart, which a table of a sheet cannot have."""
    tetes = {nom: entete.colonnes[nom].libelle if nom in entete.colonnes else nom for nom in noms}
    if len({tete.casefold() for tete in tetes.values()}) == len(tetes):
        return tetes
    return {nom: f"{tete} ({nom})" if nom in entete.colonnes else nom for nom, tete in tetes.items()}


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
    largeur = max(LARGEUR_MIN, longueur + 1, mot)
    return SheetColumn(tete, forme, min(largeur, LARGEUR_MAX), renvoi=longueur > LARGEUR_MAX)


def put(
    classeur: Workbook, feuille: Worksheet, frame: pl.DataFrame, colonnes: list[SheetColumn], nom: str,
    ligne: int = 0, filtre: bool = True,
) -> None:  # fmt: skip
    """A frame as a table of a sheet, its head at `ligne`."""
    nommee = frame.rename({ancien: colonne.tete for ancien, colonne in zip(frame.columns, colonnes, strict=True)})
    nommee.write_excel(
        classeur,
        feuille,
        position=(ligne, 0),
        table_name=nom,
        table_style={"style": "Table Style Light 1", "banded_rows": False},
        column_formats={
            c.tete: {"num_format": c.format, "text_wrap": c.renvoi, "valign": "top", "font_color": ENCRE}
            | {"bottom": 4, "bottom_color": FILET}
            for c in colonnes
        },
        header_format={"bold": True, "text_wrap": True, "valign": "top", "bg_color": FOND, "font_color": ENCRE}
        | {"bottom": 2, "bottom_color": BLEU},
        column_widths={c.tete: 7 * c.largeur + 5 for c in colonnes},  # in pixels
        autofilter=filtre,
    )
    # Codes are texts on purpose: no green corner.
    feuille.ignore_errors({"number_stored_as_text": xl_range(ligne, 0, ligne + max(1, frame.height), frame.width - 1)})


def finish(classeur: Workbook, feuille: Worksheet, figees: int, largeur: int, fictif: str) -> None:
    """What stays in sight, what is printed on each page, and that the data are fictitious, right of the head."""
    feuille.freeze_panes(1, figees)
    feuille.repeat_rows(0)
    set_page(feuille, fictif)
    if fictif:
        feuille.set_column_pixels(largeur, largeur, 15)
        feuille.write_string(
            0, largeur + 1, fictif, classeur.add_format({"bold": True, "valign": "top", "font_color": ROUGE})
        )


def set_page(feuille: Worksheet, fictif: str) -> None:
    """A4, landscape, as many pages as the rows ask for."""
    feuille.set_landscape()
    feuille.set_paper(9)
    feuille.fit_to_pages(1, 0)
    feuille.set_header(f"&L&A&C{fictif}&R{DIFFUSION}")
    feuille.set_footer("&R&P / &N")


def write_introduction(classeur: Workbook, tables: Sequence[Breakdown], presentation: WorkbookCover) -> None:
    """The first sheet: whose figures, of when, how to read them, where each is."""
    liste = pl.DataFrame(
        [
            (
                t.nom,
                t.entete.titre,
                t.entete.description,
                t.entete.hors_total,
            )
            for t in tables
        ]
        + [(DERNIERE, "Les colonnes des feuilles", "Libellé, type et description de chacune.", None)],
        schema=["feuille", "titre", "contenu", "hors_total"],
        orient="row",
    )
    texte = GENRES["texte"][0]
    largeurs = {"Feuille": 30, "Titre": 44, "Contenu": LARGEUR_MAX, "Hors du total": 36}
    feuille = classeur.add_worksheet(PREMIERE)
    propos = [
        (presentation.titre, {"bold": True, "font_size": 16, "font_color": BLEU}),
        (presentation.reseau, {"bold": True, "font_size": 12, "font_color": ENCRE}),
        (presentation.fictif, {"bold": True, "font_color": ROUGE}),
        (
            f"Situation arrêtée au {formats.date_longue(presentation.date_arrete)}. "
            f"{formats.extraites(presentation.derniere_date)} {DIFFUSION}.",
            {"font_color": ENCRE},
        ),
        *((avertissement, {"font_color": ROUGE}) for avertissement in presentation.avertissements),
        *((phrase, {"font_color": ENCRE}) for phrase in LECTURE),
    ]
    propos = [(phrase, forme) for phrase, forme in propos if phrase]
    for ligne, (phrase, forme) in enumerate(propos):
        # Merged cells do not grow by themselves; letters are narrower than the digits that widths are counted in.
        hauteur = 24 if "font_size" in forme else 16 * len(textwrap.wrap(phrase, int(1.1 * sum(largeurs.values()))))
        feuille.set_row(ligne, hauteur)
        forme_longue = classeur.add_format({"text_wrap": True, "valign": "vcenter", **forme})
        feuille.merge_range(ligne, 0, ligne, len(largeurs) - 1, phrase, forme_longue)
    colonnes = [SheetColumn(tete, texte, largeur, renvoi=True) for tete, largeur in largeurs.items()]
    put(classeur, feuille, liste, colonnes, "lisez_moi", ligne=len(propos) + 1, filtre=False)
    set_page(feuille, presentation.fictif)


def write_dictionary(classeur: Workbook, tables: Sequence[Breakdown], fictif: str) -> None:
    """The last sheet: every column of every breakdown."""
    lignes = [
        (table.nom, nom, tete, kind(table.frame.schema[nom]), table.descriptions.get(nom))
        for table in tables
        for nom, tete in heads(table.entete, table.frame.columns).items()
    ]
    noms = ["Feuille", "Colonne", "Libellé", "Type", "Description"]
    frame = pl.DataFrame(lignes, schema=dict.fromkeys(noms, pl.String), orient="row")
    colonnes = [make_column(nom, GENRES["texte"][0], longest(frame[nom], "")) for nom in noms]
    feuille = classeur.add_worksheet(DERNIERE)
    put(classeur, feuille, frame, colonnes, "dictionnaire")
    finish(classeur, feuille, 2, len(colonnes), fictif)
