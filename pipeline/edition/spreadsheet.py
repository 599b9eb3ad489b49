"""The published breakdowns → one workbook: where each is and each CFA's rows, a sheet each, what the columns are."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import takewhile
from pathlib import Path

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pipeline import formats
from pipeline.charts.view import ReferenceRate
from pipeline.edition import sheet_charts, sheet_notes
from pipeline.edition.french_workbook import FrenchWorkbook
from pipeline.edition.sheet_charts import NativeChart
from pipeline.edition.sheet_names import name_sheet, place
from pipeline.edition.sheet_tables import (
    BLEU,
    BOUTON,
    DIFFUSION,
    ENCRE,
    FILET,
    GRIS,
    LARGEUR_MAX,
    ROUGE,
    TEXTE,
    TITRE_DE_COLONNE,
    kind,
    longest,
    make_column,
    mark_reliability,
    put,
    set_headed_page,
    sheet_table,
    table_columns,
)
from pipeline.errors import UsageError
from pipeline.glossary import GlossaryColumn
from pipeline.models.folder import BROUILLON
from pipeline.report.breakdowns import Breakdown, ResultRow
from pipeline.report.pages import is_short
from pipeline.report.scope import counted
from pipeline.sheets import LETTRES, LIGNE, lines

PREMIERE, DES_CFA, DERNIERE = "Sommaire", "CFA", "Dictionnaire des colonnes"
RETOUR = "← Sommaire"
TETE = 10  # rows above the head of each table (title, links, notes, chart, a thin one): the same in every sheet
LIGNES_MAX, TEXTE_MAX = 1_048_576 - TETE - 1, 32_767  # of a table of a sheet; of a cell
LIENS_MAX = 65_000  # of a sheet
LARGEUR_FIGEE = 90  # of the columns that stay when the others scroll: half of a small screen
LARGEUR_DES_NOTES = 120  # in characters
ORDINAIRE = 8  # of a column that nobody has made wider
PLACES = {
    "corps": "Corps du rapport", "annexe": "Annexe", "conclusion": "Recommandations", "cfa": "Rapports des CFA",
}  # fmt: skip
SOMMAIRE = {"Feuille": 44, "Ce qui est compté": 20, "Lignes": 9, "Contenu": LARGEUR_MAX, "Hors du total": 40,
            "Place": 18, "Fichier": 30}  # fmt: skip
LECTURE = (
    "Un taux est un risque : les ruptures nettes d'un groupe, rapportées à ses apprentis suivis. Il se compare d'un "
    "groupe à l'autre.",
    "Une part est une répartition : les ruptures nettes (ou les apprentis suivis) d'un groupe, rapportées à toutes "
    "celles du réseau dans l'année. Une grande part n'est pas un grand risque.",
    "Taux, bornes et parts sont des fractions de 1, non arrondies, montrées en pour cent à une décimale. Un taux dont "
    f"la colonne Fiabilité dit non_significatif (moins de {formats.EFFECTIF_MIN} apprentis suivis) ne s'interprète "
    f"pas : il est montré n.s., la case garde sa valeur ; fragile ({formats.FRAGILE}), il a un astérisque.",
    "Chaque feuille a toutes les années publiées, toutes les lignes et toutes les colonnes de son tableau ; le rapport "
    "n'en imprime qu'une partie. Ses titres de colonnes sont à la ligne "
    f"{TETE + 1} ; rien ne suit le tableau : il se filtre, se trie et se croise tel quel.",
)


@dataclass(frozen=True)
class WorkbookCover:
    """What the workbook says around its tables.

    Attributes:
        fictif: on every sheet; empty when the data are real.
        origine: where the data come from.
        lecteurs: who may read it.
        ensemble: the network's totals of the report's year.
        taux_reseau: its rate; None where it means nothing.
        sections: key → title of the chapters of the report.
        cfa: (UAI, name) of the CFA that have apprentices in the year, by name.
        glossaire: what the columns are, for those that the report does not print.
    """

    reseau: str
    annee: str
    date_arrete: date
    derniere_date: date | None
    fictif: str
    avertissements: Sequence[str]
    origine: str = ""
    lecteurs: str = f"{DIFFUSION}."
    ensemble: ResultRow = field(default_factory=lambda: {"ruptures_nettes": 0, "effectif": 0})
    taux_reseau: ReferenceRate | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    cfa: Sequence[tuple[str, str]] = ()
    glossaire: Mapping[str, GlossaryColumn] = field(default_factory=dict)

    @property
    def titre(self) -> str:
        return f"Ruptures de contrats d'apprentissage {self.annee}"


@dataclass
class Sheets:
    """A workbook being written: the sheet of each breakdown by its name, the charts with the row of their figures."""

    classeur: Workbook
    noms: dict[str, str]
    graphiques: list[tuple[int, NativeChart]] = field(default_factory=list)

    def row_of_figures(self) -> int:
        """Where the head of the next chart's figures is, under its title."""
        if not self.graphiques:
            return TETE + 1
        source, dernier = self.graphiques[-1]
        return source + len(dernier.lignes) + 3


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
        "max_url_length": 255,
    }  # fmt: skip
    with FrenchWorkbook(octets, options) as classeur:
        # The only date of the file: the library would write the time.
        cree = datetime.combine(presentation.derniere_date or presentation.date_arrete, time())
        classeur.set_properties({"title": f"{presentation.titre}, {presentation.reseau}", "created": cree})
        feuilles = Sheets(classeur, name_sheets(tables))
        write_contents(feuilles, tables, presentation)
        write_cfa(feuilles, tables, presentation)
        for table in tables:
            write_table(feuilles, table, presentation)
        write_dictionary(feuilles, tables, presentation)
        write_figures(feuilles, presentation)
    chemin.write_bytes(octets.getvalue())


def name_sheets(tables: Sequence[Breakdown]) -> dict[str, str]:
    """The sheet of each breakdown, by its name: its title, as a sheet may have it."""
    noms: dict[str, str] = {}
    prises = {nom.casefold() for nom in (PREMIERE, DES_CFA, DERNIERE, sheet_charts.DONNEES)}
    for table in tables:
        noms[table.nom] = name_sheet(table.entete.titre, prises)
        prises.add(noms[table.nom].casefold())
    return noms


def check_fits(table: Breakdown) -> None:
    """Raises UsageError when a breakdown has more than a sheet holds."""
    remede = f"Retirez-en une dimension, ou mettez le fichier de côté en le nommant {BROUILLON}{table.nom}.sql."
    if table.frame.height > LIGNES_MAX:
        lignes, place_ = formats.entier(table.frame.height), formats.entier(LIGNES_MAX)
        quoi = f"la ventilation a {lignes} lignes, une feuille de classeur n'en a que {place_}"
        raise UsageError(quoi, ou=table.modele.chemin, faire=remede)
    for textes in table.frame.select(pl.selectors.string()):
        if (textes.str.len_bytes().max() or 0) > TEXTE_MAX:  # type: ignore[operator]
            quoi = f"la colonne « {textes.name} » a un texte trop long pour une case de classeur"
            raise UsageError(quoi, ou=table.modele.chemin, faire="Raccourcissez-le dans le select, avec left().")


def write_table(feuilles: Sheets, table: Breakdown, presentation: WorkbookCover) -> None:
    """The sheet of a breakdown: what it is, then its unrounded values, the leading dimensions kept in sight; its charts
    at the right."""
    classeur, tableau = feuilles.classeur, sheet_table(table, presentation.glossaire)
    colonnes = table_columns(tableau)
    feuille = classeur.add_worksheet(feuilles.noms[table.nom])
    put(classeur, feuille, tableau.frame, colonnes, nom=f"t_{table.nom}", ligne=TETE)
    mark_reliability(classeur, feuille, tableau.frame, tableau.dites, TETE)
    dimensions = list(takewhile(lambda colonne: colonne.format == TEXTE, colonnes))
    while sum(colonne.largeur for colonne in dimensions) > LARGEUR_FIGEE:
        dimensions.pop()
    dites_ici = sheet_notes.notes(table, tableau.dites, presentation.annee, presentation.ensemble, presentation.origine)
    derniere = write_top(
        classeur, feuille, table.entete.titre, [*dites_ici], [c.largeur for c in colonnes], presentation.fictif
    )
    finish(feuille, len(dimensions), presentation.fictif)
    feuille.print_area(0, 0, TETE + max(1, table.frame.height), derniere)
    write_charts(feuilles, feuille, table, presentation, len(colonnes) + 1)


def write_top(
    classeur: Workbook, feuille: Worksheet, titre: str, dites: list[tuple[str, str]], largeurs: list[int], fictif: str
) -> int:
    """Title, way back and notes, above a table whose columns have these widths. Returns the last column they take."""
    encre = {"font_color": ENCRE, "valign": "top"}
    feuille.set_row(0, 24)
    feuille.write_string(0, 0, titre, classeur.add_format({**encre, "bold": True, "font_size": 14, "font_color": BLEU}))
    write_way_back(classeur, feuille, fictif)
    derniere, largeur = 1, 0.0
    for derniere in range(1, TETE * 4):
        largeur += largeurs[derniere] if derniere < len(largeurs) else ORDINAIRE
        if largeur >= LARGEUR_DES_NOTES:
            break
    nom = classeur.add_format({**encre, "bold": True})
    long = classeur.add_format({**encre, "text_wrap": True})
    for ligne, (dit, texte) in enumerate(dites, start=2):
        if texte:
            feuille.write_string(ligne, 0, dit, nom)
            feuille.merge_range(ligne, 1, ligne, derniere, "", long)
            feuille.write_string(ligne, 1, texte, long)
            # Folded with one button, for who wants the rows only.
            feuille.set_row(ligne, LIGNE * lines(texte, LETTRES * largeur), None, {"level": 1})
    ecrites = {ligne for ligne, (_, texte) in enumerate(dites, start=2) if texte}
    for ligne in {*range(2, TETE - 1)} - ecrites:
        feuille.set_row(ligne, None, None, {"hidden": True})
    feuille.outline_settings(symbols_below=False)
    feuille.set_row(TETE - 1, 6)
    return max(derniere, len(largeurs) - 1)


def write_way_back(classeur: Workbook, feuille: Worksheet, fictif: str, ligne: int = 1) -> None:
    """To the contents; beside it, that the data are fictitious."""
    lien = classeur.add_format({"font_color": BLEU, "underline": 1, "valign": "top"})
    feuille.write_url(ligne, 0, place(PREMIERE), lien, RETOUR)
    if fictif:
        feuille.write_string(
            ligne, 1, fictif, classeur.add_format({"bold": True, "valign": "top", "font_color": ROUGE})
        )


def write_charts(
    feuilles: Sheets, feuille: Worksheet, table: Breakdown, presentation: WorkbookCover, colonne: int
) -> None:
    """The charts of a breakdown, from a column on, one under the other; none of a year that has too few ruptures."""
    if is_short(presentation.ensemble):
        return
    ligne = TETE + 1
    for graphique in sheet_charts.native_charts(table, presentation.annee, presentation.taux_reseau):
        source = feuilles.row_of_figures()
        sheet_charts.insert_chart(feuilles.classeur, feuille, graphique, (ligne, colonne), source)
        feuilles.graphiques.append((source, graphique))
        ligne += sheet_charts.height(graphique) // 20 + 2
    if ligne > TETE + 1:
        lien = feuilles.classeur.add_format({"font_color": BLEU, "underline": 1, "valign": "top"})
        cible = place(feuilles.noms[table.nom], xl_rowcol_to_cell(TETE, colonne))
        feuille.set_row(TETE - 2, LIGNE, None, {"level": 1})
        feuille.write_string(
            TETE - 2, 0, "Graphique", feuilles.classeur.add_format({"bold": True, "font_color": ENCRE})
        )
        feuille.write_url(TETE - 2, 1, cible, lien, "À droite du tableau →")


def finish(feuille: Worksheet, figees: int, fictif: str) -> None:
    """What stays in sight, and what is printed on each page."""
    feuille.freeze_panes(TETE + 1, figees)
    feuille.repeat_rows(TETE)
    set_headed_page(feuille, fictif)


def write_contents(feuilles: Sheets, tables: Sequence[Breakdown], presentation: WorkbookCover) -> None:
    """The first sheet: whose figures, of when, how to read them, where each is, by chapter of the report."""
    classeur = feuilles.classeur
    feuille = classeur.add_worksheet(PREMIERE)
    for rang, largeur in enumerate(SOMMAIRE.values()):
        feuille.set_column(rang, rang, largeur)
    ligne = write_cover(classeur, feuille, presentation) + 1
    tete = classeur.add_format(TITRE_DE_COLONNE | {"align": "left", "indent": 1})
    chapitre = classeur.add_format({"bold": True, "font_size": 12, "font_color": BLEU, "valign": "vcenter"})
    long, lien, nombre = (
        classeur.add_format({"valign": "top", "font_color": ENCRE, "bottom": 4, "bottom_color": FILET, **autre})
        for autre in (
            {"text_wrap": True, "align": "left", "indent": 1},
            {"font_color": BLEU, "underline": 1, "text_wrap": True},
            {"num_format": 3},
        )
    )
    for rang, nom in enumerate(SOMMAIRE):
        feuille.write_string(ligne, rang, nom, tete)
    feuille.freeze_panes(0, 1)
    section = None
    for entree in contents(feuilles, tables, presentation):
        ligne += 1
        if entree.section != section:
            section = entree.section
            feuille.set_row(ligne, 24)
            feuille.write_string(ligne, 0, section, chapitre)
            ligne += 1
        feuille.set_row(ligne, LIGNE * entree.height)
        feuille.write_url(ligne, 0, place(entree.feuille), lien, entree.titre)
        for rang, valeur in enumerate(entree.cases, start=1):
            if isinstance(valeur, int):
                feuille.write_number(ligne, rang, valeur, nombre)
            else:
                feuille.write(ligne, rang, valeur or None, long)
    set_headed_page(feuille, presentation.fictif)


@dataclass(frozen=True)
class ContentsLine:
    """A line of the contents: the chapter, the sheet, its title, then the other columns of `SOMMAIRE`."""

    section: str
    feuille: str
    titre: str
    cases: tuple[str | int, ...]

    @property
    def height(self) -> int:
        """Lines of its highest text."""
        textes = zip((self.titre, *self.cases), SOMMAIRE.values(), strict=True)
        return max(lines(str(texte), LETTRES * largeur - 2) for texte, largeur in textes)


def contents(feuilles: Sheets, tables: Sequence[Breakdown], presentation: WorkbookCover) -> Iterator[ContentsLine]:
    """The lines of the contents, in the order of the sheets but for what is around the tables, first."""
    autour = "Pour s'y retrouver"
    if presentation.cfa:
        dit = f"Un CFA par ligne, et un lien vers ses lignes de {presentation.annee} dans chaque feuille qui en a."
        yield ContentsLine(autour, DES_CFA, "Les lignes de chaque CFA", ("CFA", len(presentation.cfa), dit, "", "", ""))
    nombre = sum(table.frame.width for table in tables)
    dit = "Libellé, type et description de chacune ; son nom dans les fichiers."
    yield ContentsLine(autour, DERNIERE, "Les colonnes des feuilles", ("Colonnes", nombre, dit, "", "", ""))
    for table in tables:
        entete = table.entete
        qui = counted(table.of_year(presentation.annee))[0]
        yield ContentsLine(
            presentation.sections.get(entete.section, entete.section), feuilles.noms[table.nom], entete.titre,
            (qui[:1].upper() + qui[1:], table.frame.height, entete.description, entete.hors_total or "",
             PLACES[entete.place], table.nom),
        )  # fmt: skip


def write_cover(classeur: Workbook, feuille: Worksheet, presentation: WorkbookCover) -> int:
    """What is said before the contents. Returns the row after."""
    propos = [
        (presentation.titre, {"bold": True, "font_size": 16, "font_color": BLEU}),
        (presentation.reseau, {"bold": True, "font_size": 12, "font_color": ENCRE}),
        (presentation.fictif, {"bold": True, "font_color": ROUGE}),
        (
            f"Situation arrêtée au {formats.date_longue(presentation.date_arrete)}. "
            f"{formats.extraites(presentation.derniere_date)}",
            {"font_color": ENCRE},
        ),
        (presentation.lecteurs, {"font_color": ENCRE}),
        *((avertissement, {"font_color": ROUGE}) for avertissement in presentation.avertissements),
        *((phrase, {"font_color": ENCRE}) for phrase in LECTURE),
    ]
    propos = [(phrase, forme) for phrase, forme in propos if phrase]
    premieres = 4  # columns that a screen shows
    largeur = sum([*SOMMAIRE.values()][:premieres])
    for ligne, (phrase, forme) in enumerate(propos):
        # Merged cells do not grow by themselves.
        feuille.set_row(ligne, 24 if "font_size" in forme else LIGNE * lines(phrase, LETTRES * largeur))
        longue = classeur.add_format({"text_wrap": True, "valign": "vcenter", **forme})
        feuille.merge_range(ligne, 0, ligne, premieres - 1, "", longue)
        feuille.write_string(ligne, 0, phrase, longue)
    return len(propos)


def write_cfa(feuilles: Sheets, tables: Sequence[Breakdown], presentation: WorkbookCover) -> None:
    """The sheet of a CFA's person: a row a CFA, and in each column a link to its rows of the year in a sheet."""
    if not presentation.cfa:
        return
    classeur = feuilles.classeur
    feuille = classeur.add_worksheet(DES_CFA)
    ou = {table.nom: rows_of_cfa(table, presentation.annee) for table in tables if "uai" in table.frame.columns}
    tete = classeur.add_format(TITRE_DE_COLONNE)
    titre = classeur.add_format({"bold": True, "font_size": 14, "font_color": BLEU})
    texte, lien, rien = (
        classeur.add_format({"bottom": 4, "bottom_color": FILET, "font_color": ENCRE, **autre})
        for autre in ({}, {"font_color": BLEU, "underline": 1}, {"font_color": GRIS})
    )
    feuille.write_string(0, 0, "Les lignes de chaque CFA", titre)
    feuille.set_row(0, 24)
    write_way_back(classeur, feuille, presentation.fictif)
    feuille.write_string(2, 0, f"Chaque lien va à la première ligne du CFA pour {presentation.annee}, dans la feuille "
                         "que nomme la colonne.", classeur.add_format({"font_color": ENCRE}))  # fmt: skip
    tetes, largeur = 4, 18
    feuille.set_column(0, 0, 12)
    feuille.set_column(1, 1, min(LARGEUR_MAX, max(len(nom) for _, nom in presentation.cfa) + 2))
    feuille.set_column(2, 1 + max(1, len(ou)), largeur)
    titres = {table.nom: table.entete.titre for table in tables}
    feuille.set_row(tetes, LIGNE * max((lines(titres[nom], largeur - BOUTON) for nom in ou), default=1))
    for rang, nom in enumerate(["UAI", "CFA", *(titres[nom] for nom in ou)]):
        feuille.write_string(tetes, rang, nom, tete)
    reliees = len(presentation.cfa) * len(ou) <= LIENS_MAX
    for ligne, (uai, cfa) in enumerate(presentation.cfa, start=tetes + 1):
        feuille.write_string(ligne, 0, uai, texte)
        feuille.write_string(ligne, 1, cfa, texte)
        for rang, (nom, siennes) in enumerate(ou.items(), start=2):
            if uai not in siennes:
                feuille.write_string(ligne, rang, formats.VIDE, rien)
                continue
            premiere, combien = siennes[uai]
            dit = formats.plural(combien, "ligne", "lignes")
            if reliees:
                feuille.write_url(ligne, rang, place(feuilles.noms[nom], f"A{premiere}"), lien, dit)
            else:
                feuille.write_string(ligne, rang, f"{dit}, dès la ligne {premiere}", texte)
    feuille.autofilter(tetes, 0, tetes + len(presentation.cfa), 1 + len(ou))
    feuille.freeze_panes(tetes + 1, 2)
    feuille.repeat_rows(tetes)
    set_headed_page(feuille, presentation.fictif)


def rows_of_cfa(table: Breakdown, annee: str) -> dict[str, tuple[int, int]]:
    """UAI → the number of its first row of the year in the sheet, how many it has."""
    siennes = (
        table.frame.select("annee", "uai").with_row_index("rang").filter(pl.col("annee") == annee).group_by("uai")
    ).agg(pl.col("rang").min(), pl.len().alias("combien"))
    return {uai: (rang + TETE + 2, combien) for uai, rang, combien in siennes.iter_rows() if uai is not None}


def write_dictionary(feuilles: Sheets, tables: Sequence[Breakdown], presentation: WorkbookCover) -> None:
    """Every column of every breakdown."""
    lignes = [
        (
            feuilles.noms[table.nom], tete, kind(tableau.frame.schema[nom]), table.descriptions.get(origine), table.nom,
            origine,
        )
        for table in tables
        for tableau in [sheet_table(table, presentation.glossaire)]
        for nom, tete in tableau.tetes.items()
        for origine in [tableau.origines.get(nom, nom)]
    ]  # fmt: skip
    noms = ["Feuille", "Libellé", "Type", "Description", "Fichier", "Colonne"]
    frame = pl.DataFrame(lignes, schema=dict.fromkeys(noms, pl.String), orient="row")
    colonnes = [make_column(nom, TEXTE, longest(frame[nom], "")) for nom in noms]
    feuille = feuilles.classeur.add_worksheet(DERNIERE)
    put(feuilles.classeur, feuille, frame, colonnes, "dictionnaire", TETE)
    dites = [("Contenu", "Chaque colonne de chaque feuille, et le nom qu'elle a dans les fichiers CSV et parquet.")]
    titre = "Les colonnes des feuilles"
    write_top(feuilles.classeur, feuille, titre, dites, [c.largeur for c in colonnes], presentation.fictif)
    finish(feuille, 2, presentation.fictif)


def write_figures(feuilles: Sheets, presentation: WorkbookCover) -> None:
    """The last sheet: what the charts are drawn from, if there are any."""
    if not feuilles.graphiques:
        return
    feuille = feuilles.classeur.add_worksheet(sheet_charts.DONNEES)
    dites: list[tuple[str, str]] = [
        ("Contenu", f"Ce que dessinent les graphiques : {presentation.annee}, sans les taux qui ne s'interprètent pas.")
    ]
    sheet_charts.write_figures(feuilles.classeur, feuille, feuilles.graphiques)
    write_top(feuilles.classeur, feuille, sheet_charts.DONNEES, dites, [60, 24, 24, 24], presentation.fictif)
    set_headed_page(feuille, presentation.fictif)
