"""A table as the report prints it: every cell a text, every column its width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline import formats
from pipeline.charts import fonts
from pipeline.charts.in_table import DrawnColumn
from pipeline.models.header import LIMITES_DU_RAPPORT, PrintedColumn
from pipeline.report.breakdowns import ResultRow

GRAISSE = "SemiBold"  # of the heads, the widest of a table
LARGEUR_MM = 174.0  # of the column of text (rapport.css)
COLONNES_NORMALES = 8  # more are printed smaller (class `large` of rapport.css)
# Millimetres for a size of 1, in normal size then smaller; around a number; around a text, which may follow a number.
EM_MM, AUTOUR_D_UN_NOMBRE, AUTOUR_D_UN_TEXTE = (3.0, 2.69), (2.5, 1.8), (3.9, 3.4)
# What a column of numbers has, where it may, so that those of a table look alike.
NOMBRE_MM = (17.0, 12.0)
# What a text has before the heads of the numbers have whole words, then at most: a longer one is on several lines.
TEXTE_MM = (34.0, 90.0)
COLONNES_DESSINEES = 10  # more leave no room for marks
DESSIN_MM = (30.0, 18.0)  # a column of marks, in normal size then smaller
INTERVALLE = f"Intervalle à 95{formats.FINE}%"
BESOINS = 6  # stages of `needs`
BORNES = ("taux_bas", "taux_haut")  # of a rate of net ruptures
BORNE = PrintedColumn(libelle=INTERVALLE, format="borne")
LETTRES_COUPEES = 10  # the page maker may cut the heads of as many letters (rapport.css)


@dataclass(frozen=True)
class TableColumn:
    """A column: its head, whether it holds numbers, its width in millimetres, whether its cells are images."""

    libelle: str
    nombre: bool
    largeur: float
    dessin: bool = False


@dataclass(frozen=True)
class AddedColumn:
    """A column as printed, be it beside those of the breakdown: its texts, one a row that is alone, the total's;
    those of a column of marks are images. `lecture` is the first one in a sentence, where its text is not enough."""

    libelle: str
    nombre: bool
    textes: list[str]
    total: str = ""
    dessin: bool = False
    lecture: str = ""


@dataclass(frozen=True)
class PrintedTable:
    """A printed table.

    Attributes:
        lignes: the cells of each row, one a column.
        total: the cells of the last row, None where nothing adds up.
        rang_du_nom: which column says what a row is.
        chapeau: what all the columns between the first and the margin are, in a crossed table.
        marge: whether the last column is the total of each row.
        est_large: whether it is printed smaller.
    """

    legende: str
    colonnes: list[TableColumn]
    lignes: list[list[str]]
    total: list[str] | None
    rang_du_nom: int = 0
    chapeau: str = ""
    marge: bool = False
    est_large: bool = False

    def without_marks(self) -> PrintedTable:
        """The same without its column of marks."""
        marques = [rang for rang, colonne in enumerate(self.colonnes) if colonne.dessin]

        def others(cellules: list[Any]) -> list[Any]:
            return [cellule for rang, cellule in enumerate(cellules) if rang not in marques]

        return replace(
            self,
            colonnes=others(self.colonnes),
            lignes=[others(ligne) for ligne in self.lignes],
            total=self.total and others(self.total),
        )


def cell(colonnes: Mapping[str, PrintedColumn], nom: str, ligne: ResultRow) -> str:
    """A printed value; what several rows together do not have is left blank."""
    if nom not in ligne:
        return ""
    if colonnes[nom].format == "rapport" and ligne.get("fiabilite") != "non_significatif":
        return formats.rapport(*(ligne.get(borne) for borne in (nom, *LIMITES_DU_RAPPORT)))
    return colonnes[nom].written(nom, ligne)


def list_rows(
    legende: str,
    colonnes: Mapping[str, PrintedColumn],
    nom: str,
    lignes: list[ResultRow],
    total: ResultRow,
    ajouts: Sequence[AddedColumn] = (),
    dessin: DrawnColumn | None = None,
) -> PrintedTable:
    """A table of one printed row a row, with a last one where something adds up; the column `nom` says what each is.
    A rate has its interval beside it, both limits in one column, then its marks where there are some."""
    imprimees = [*columns_of_rows(colonnes, lignes, total, dessin), *ajouts]
    if len(imprimees) > COLONNES_DESSINEES:
        imprimees = [colonne for colonne in imprimees if not colonne.dessin]
    # Those of a breakdown put together may be fewer than its rows.
    textes = [["".join(colonne.textes[rang : rang + 1]) for colonne in imprimees] for rang in range(len(lignes))]
    derniere = [colonne.total for colonne in imprimees] if any(c in total for c in colonnes if c != nom) else None
    tetes = [(colonne.libelle, colonne.nombre) for colonne in imprimees]
    rang_du_dessin = next((rang for rang, colonne in enumerate(imprimees) if colonne.dessin), None)
    # The words of added columns ask for room.
    petit = bool(ajouts) or is_large(tetes)
    toutes = with_widths(tetes, [*textes, *filter(None, [derniere])], petit, rang_du_dessin)
    rang_du_nom = [colonne.libelle for colonne in imprimees].index(colonnes[nom].libelle)
    return PrintedTable(legende, toutes, textes, derniere, rang_du_nom=rang_du_nom, est_large=petit)


def columns_of_rows(
    colonnes: Mapping[str, PrintedColumn], lignes: list[ResultRow], total: ResultRow, dessin: DrawnColumn | None
) -> Iterator[AddedColumn]:
    """The columns of a table, those of its breakdown and what stands beside them."""
    bornes = [nom for nom, colonne in colonnes.items() if colonne.format == "borne"]
    for nom, colonne in colonnes.items():
        if len(bornes) == 2 and nom in bornes:
            if nom == bornes[0]:
                yield of_interval(bornes, lignes, total, colonne)
            continue
        textes = [cell(colonnes, nom, ligne) for ligne in lignes]
        yield AddedColumn(colonne.libelle, colonne.format in formats.NUMERIQUES, textes, cell(colonnes, nom, total))
        if nom == "taux_rupture_nette" and not bornes and any("taux_bas" in ligne for ligne in lignes):
            yield of_interval(BORNES, lignes, total)
        if dessin is not None and nom == dessin.mesure:
            yield AddedColumn(dessin.libelle, False, dessin.images, dessin=True)


def of_interval(
    bornes: Sequence[str], lignes: list[ResultRow], total: ResultRow, colonne: PrintedColumn = BORNE
) -> AddedColumn:
    """Both limits, `colonne` being that of one, as one column."""
    textes = [interval_cell(ligne, bornes, colonne) for ligne in lignes]
    return AddedColumn(INTERVALLE, True, textes, interval_cell(total, bornes, colonne))


def interval_cell(ligne: ResultRow, bornes: Sequence[str] = BORNES, colonne: PrintedColumn = BORNE) -> str:
    """'9,9 à 12,1'; nothing of several rows together that have none. `colonne`: that of a limit."""
    if any(borne not in ligne for borne in bornes):
        return ""
    fiabilite, effectif = map(ligne.get, colonne.temoins)
    if fiabilite == "non_significatif":
        return formats.NON_SIGNIFICATIF
    bas, haut = (ligne[borne] for borne in bornes)
    return formats.intervalle(bas, haut, effectif)


def is_large(tetes: Sequence[tuple[str, bool]]) -> bool:
    """Whether as many columns are printed smaller."""
    return len(tetes) > COLONNES_NORMALES


def fits(tetes: Sequence[tuple[str, bool]], lignes: list[list[str]], petit: bool) -> bool:
    """Whether the values of columns (head, whether of numbers) take no more than the page."""
    minimales = [needs(tete, nombre, [x[rang] for x in lignes], petit)[0] for rang, (tete, nombre) in enumerate(tetes)]
    return sum(minimales) <= LARGEUR_MM


def with_widths(
    tetes: Sequence[tuple[str, bool]], lignes: list[list[str]], petit: bool, dessin: int | None = None
) -> list[TableColumn]:
    """Columns (head, whether of numbers) with widths of 174 mm in all, shared out need by need (see `needs`), but for
    that of the marks. (Told to the page maker, which would otherwise lay every cell out twice.)"""
    largeurs = [0.0] * len(tetes)
    besoins = [
        (DESSIN_MM[petit],) * BESOINS
        if rang == dessin
        else needs(tete, nombre, [ligne[rang] for ligne in lignes], petit)
        for rang, (tete, nombre) in enumerate(tetes)
    ]
    for voulues in zip(*besoins, strict=True):
        manques = [max(0.0, voulue - largeur) for voulue, largeur in zip(voulues, largeurs, strict=True)]
        part = min(1.0, (LARGEUR_MM - sum(largeurs)) / (sum(manques) or 1.0))
        largeurs = [largeur + part * manque for largeur, manque in zip(largeurs, manques, strict=True)]
    textes = [
        0.0 if nombre or rang == dessin else largeur
        for rang, ((_, nombre), largeur) in enumerate(zip(tetes, largeurs, strict=True))
    ]
    reste = (LARGEUR_MM - sum(largeurs)) / (sum(textes) or 1.0)
    return [
        TableColumn(tete, nombre, round(largeur + reste * texte, 1), rang == dessin)
        for rang, ((tete, nombre), largeur, texte) in enumerate(zip(tetes, largeurs, textes, strict=True))
    ]


def needs(tete: str, nombre: bool, valeurs: list[str], petit: bool) -> tuple[float, ...]:
    """Millimetres that a column would take: for values and the pieces of cut heads; a text on few lines; whole words in
    heads; columns of numbers that look alike; a text on one line; a head on two lines."""
    autour = (AUTOUR_D_UN_NOMBRE if nombre else AUTOUR_D_UN_TEXTE)[petit]

    def longest(textes: Iterable[str]) -> float:
        avances = fonts.advances(GRAISSE)
        ems = max((sum(avances.get(lettre, 0.6) for lettre in texte) for texte in textes), default=0.0)
        return ems * EM_MM[petit] + autour

    mots = words(tete)
    deux_lignes = min(longest([" ".join(mots[:rang]), " ".join(mots[rang:])]) for rang in range(1, len(mots) + 1))
    coupes = [mot if len(mot.rstrip("-")) < LETTRES_COUPEES else f"{mot[: len(mot) * 2 // 3]}-" for mot in mots]
    if nombre:
        # Their digits are printed as wide as one another (tabular-nums of rapport.css), a 1 as wide as a 0.
        egales = [re.sub(r"\d", "0", bout) for valeur in valeurs for bout in valeur.split("\n")]
        return longest([*egales, *coupes]), 0.0, longest(mots), NOMBRE_MM[petit], 0.0, deux_lignes
    longueur = longest(valeurs)
    mot = longest([*coupes, *(mot for texte in valeurs for mot in words(texte))])
    return mot, min(TEXTE_MM[0], longueur), longest(mots), 0.0, min(TEXTE_MM[1], longueur), deux_lignes


def words(texte: str) -> list[str]:
    """What a text is cut into at the end of a line: at its plain spaces (no number has one) and after its hyphens, but
    before a digit (2020-2021)."""
    return re.sub(r"-(?!\d)", "- ", texte).split(" ")
