"""A table as the report prints it: every cell a text, every column its width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline import formats
from pipeline.charts import fonts
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
LETTRES_COUPEES = 10  # the page maker may cut the heads of as many letters (rapport.css)


@dataclass(frozen=True)
class TableColumn:
    """A column: its head, whether it holds numbers, its width in millimetres."""

    libelle: str
    nombre: bool
    largeur: float


@dataclass(frozen=True)
class AddedColumn:
    """A column that is printed beside those of the breakdown, as texts: one a row that is alone, the total's."""

    libelle: str
    nombre: bool
    textes: list[str]
    total: str = ""


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


def cell(colonnes: Mapping[str, PrintedColumn], nom: str, ligne: ResultRow) -> str:
    """A printed value; what several rows together do not have is left blank."""
    if nom not in ligne:
        return ""
    if colonnes[nom].format == "rapport" and ligne.get("fiabilite") != "non_significatif":
        return formats.rapport(*(ligne.get(borne) for borne in (nom, *LIMITES_DU_RAPPORT)))
    return formats.written(colonnes[nom].format, ligne[nom], ligne.get("fiabilite"))


def list_rows(
    legende: str,
    colonnes: Mapping[str, PrintedColumn],
    nom: str,
    lignes: list[ResultRow],
    total: ResultRow,
    ajouts: Sequence[AddedColumn] = (),
) -> PrintedTable:
    """A table of one printed row a row, with a last one where something adds up; the column `nom` says what each is."""
    textes = [
        [*(cell(colonnes, c, ligne) for c in colonnes), *("".join(ajout.textes[rang : rang + 1]) for ajout in ajouts)]
        for rang, ligne in enumerate(lignes)
    ]
    derniere = None
    if any(c in total for c in colonnes if c != nom):
        derniere = [*(cell(colonnes, c, total) for c in colonnes), *(ajout.total for ajout in ajouts)]
    tetes = [(colonne.libelle, colonne.format in formats.NUMERIQUES) for colonne in colonnes.values()]
    tetes += [(ajout.libelle, ajout.nombre) for ajout in ajouts]
    # The words of added columns ask for room.
    petit = bool(ajouts) or is_large(tetes)
    toutes = with_widths(tetes, [*textes, *filter(None, [derniere])], petit)
    return PrintedTable(legende, toutes, textes, derniere, rang_du_nom=list(colonnes).index(nom), est_large=petit)


def is_large(tetes: Sequence[tuple[str, bool]]) -> bool:
    """Whether as many columns are printed smaller."""
    return len(tetes) > COLONNES_NORMALES


def with_widths(tetes: Sequence[tuple[str, bool]], lignes: list[list[str]], petit: bool) -> list[TableColumn]:
    """Columns (head, whether of numbers) with widths of 174 mm in all, shared out need by need (see `needs`). (Told to
    the page maker, which would otherwise lay every cell out twice.)"""
    largeurs = [0.0] * len(tetes)
    besoins = [
        needs(tete, nombre, [ligne[rang] for ligne in lignes], petit) for rang, (tete, nombre) in enumerate(tetes)
    ]
    for voulues in zip(*besoins, strict=True):
        manques = [max(0.0, voulue - largeur) for voulue, largeur in zip(voulues, largeurs, strict=True)]
        part = min(1.0, (LARGEUR_MM - sum(largeurs)) / (sum(manques) or 1.0))
        largeurs = [largeur + part * manque for largeur, manque in zip(largeurs, manques, strict=True)]
    textes = [0.0 if nombre else largeur for (_, nombre), largeur in zip(tetes, largeurs, strict=True)]
    reste = (LARGEUR_MM - sum(largeurs)) / (sum(textes) or 1.0)
    return [
        TableColumn(tete, nombre, round(largeur + reste * texte, 1))
        for (tete, nombre), largeur, texte in zip(tetes, largeurs, textes, strict=True)
    ]


def needs(tete: str, nombre: bool, valeurs: list[str], petit: bool) -> tuple[float, ...]:
    """Millimetres that a column would take: for values and the pieces of cut heads; a text on few lines; whole words in
    heads; columns of numbers that look alike; a text on one line."""
    autour = (AUTOUR_D_UN_NOMBRE if nombre else AUTOUR_D_UN_TEXTE)[petit]

    def longest(textes: Iterable[str]) -> float:
        avances = fonts.advances(GRAISSE)
        ems = max((sum(avances.get(lettre, 0.6) for lettre in texte) for texte in textes), default=0.0)
        return ems * EM_MM[petit] + autour

    mots = words(tete)
    coupes = [mot if len(mot.rstrip("-")) < LETTRES_COUPEES else f"{mot[: len(mot) * 2 // 3]}-" for mot in mots]
    if nombre:
        # Their digits are printed as wide as one another (tabular-nums of rapport.css), a 1 as wide as a 0.
        egales = [re.sub(r"\d", "0", valeur) for valeur in valeurs]
        return longest([*egales, *coupes]), 0.0, longest(mots), NOMBRE_MM[petit], 0.0
    longueur = longest(valeurs)
    mot = longest([*coupes, *(mot for texte in valeurs for mot in words(texte))])
    return mot, min(TEXTE_MM[0], longueur), longest(mots), 0.0, min(TEXTE_MM[1], longueur)


def words(texte: str) -> list[str]:
    """What a text is cut into at the end of a line: at its plain spaces (no number has one) and after its hyphens, but
    before a digit (2020-2021)."""
    return re.sub(r"-(?!\d)", "- ", texte).split(" ")
