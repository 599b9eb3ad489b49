"""One count of every group that the edition tells of, once for all the tables that have it.

A cell is a count (`ruptures_nettes`, …) of a group (dimension → value) in a year. Tables of the same groups have the
same cells, so that what one hides no other shows. The sums of a table over some of its dimensions are cells too,
published or not: a reader can always add.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import polars as pl

from pipeline.disclosure.tables import COMPTES, DIFFERENCES, PublicTable

Group = tuple[tuple[str, str], ...]  # (dimension, value), in the order of the names


@dataclass(frozen=True, order=True)
class CellName:
    """What a cell counts; `table` tells two tables that differ on one group, which a right database has none of."""

    annee: str
    colonne: str
    groupe: Group
    table: str = ""


@dataclass(frozen=True)
class CountDifference:
    """A count that is the difference of two cells: never under 0, and published where `nom` says so."""

    nom: CellName
    plus: int
    moins: int
    publiee: bool


@dataclass
class Cells:
    """Every cell, by its rank.

    Attributes:
        noms, valeurs: what each counts, and how many.
        publiees: those that some table prints: the others are sums that a reader makes.
        differences: the counts that are differences of two cells.
        rangs: table → count → the cell of each row, in the order of the table.
    """

    noms: list[CellName] = field(default_factory=list)
    valeurs: list[int] = field(default_factory=list)
    publiees: list[bool] = field(default_factory=list)
    differences: list[CountDifference] = field(default_factory=list)
    rangs: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    par_nom: dict[CellName, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.noms)

    def add(self, nom: CellName, valeur: int, publiee: bool) -> int:
        """The rank of a cell, which is made if there is none."""
        rang = self.par_nom.get(nom)
        if rang is not None and self.valeurs[rang] != valeur:
            raise ValueError("two tables count one group differently")
        if rang is None:
            rang = self.par_nom[nom] = len(self.noms)
            self.noms.append(nom)
            self.valeurs.append(valeur)
            self.publiees.append(publiee)
        self.publiees[rang] |= publiee
        return rang


def find_cells(tables: Sequence[PublicTable]) -> Cells:
    """The cells of an edition that would publish these tables."""
    cells = Cells()
    for table in tables:
        cells.rangs[table.nom] = {
            colonne: [cells_of(cells, table, nom, valeur) for nom, valeur in column_cells(table, colonne)]
            for colonne in table.comptes
            if colonne in COMPTES
        }
    for table in tables:
        for dimensions in margins(table):
            for colonne in cells.rangs[table.nom]:
                for nom, valeur in sums(table, dimensions, colonne).items():
                    if CellName(nom.annee, nom.colonne, nom.groupe) not in cells.par_nom:
                        cells.add(nom, valeur, False)
    cells.differences = [*find_differences(cells, tables)]
    return cells


def cells_of(cells: Cells, table: PublicTable, nom: CellName, valeur: int) -> int:
    """The cell of a group, that of the tables before if they count it alike."""
    rang = cells.par_nom.get(nom)
    if rang is not None and cells.valeurs[rang] != valeur:
        nom = CellName(nom.annee, nom.colonne, nom.groupe, table.nom)
    return cells.add(nom, valeur, True)


def column_cells(table: PublicTable, colonne: str) -> Iterator[tuple[CellName, int]]:
    """The group of each row and its count."""
    for annee, groupe, valeur in zip(
        table.frame["annee"], groups(table, table.cle), table.frame[colonne].to_list(), strict=True
    ):
        yield CellName(annee, colonne, groupe), int(valeur or 0)


def groups(table: PublicTable, dimensions: Iterable[str]) -> list[Group]:
    """What each row is of, told by these dimensions."""
    noms = sorted(dimensions)
    colonnes = [table.attributs[n] if n in table.attributs else table.frame[n].to_list() for n in noms]
    if not colonnes:
        return [()] * table.frame.height
    return [tuple(zip(noms, map(str, valeurs), strict=True)) for valeurs in zip(*colonnes, strict=True)]


def margins(table: PublicTable) -> Iterator[tuple[str, ...]]:
    """The parts of a key that has several dimensions: the groups that a reader finds by adding its rows."""
    for taille in range(1, len(table.cle)):
        yield from combinations(sorted(table.cle), taille)


def sums(table: PublicTable, dimensions: Iterable[str], colonne: str) -> dict[CellName, int]:
    """The sums of a count over the rows of each group."""
    totaux: dict[CellName, int] = defaultdict(int)
    for annee, groupe, valeur in zip(
        table.frame["annee"], groups(table, dimensions), table.frame[colonne].to_list(), strict=True
    ):
        totaux[CellName(annee, colonne, groupe)] += int(valeur or 0)
    return totaux


def find_differences(cells: Cells, tables: Sequence[PublicTable]) -> Iterator[CountDifference]:
    """For each group with both counts, their difference, whether a table prints it or not; where it is under 0, it
    counts nobody."""
    imprimees = {
        (colonne, rang)
        for table in tables
        for colonne in table.comptes
        if colonne in DIFFERENCES
        for rang in cells.rangs[table.nom].get(DIFFERENCES[colonne][0], ())
    }
    for nom, rang in [*cells.par_nom.items()]:
        for colonne, (plus, moins) in DIFFERENCES.items():
            if nom.colonne == plus:
                autre = cells.par_nom.get(CellName(nom.annee, moins, nom.groupe, nom.table))
                if autre is not None and cells.valeurs[rang] >= cells.valeurs[autre]:
                    nomme = CellName(nom.annee, colonne, nom.groupe, nom.table)
                    yield CountDifference(nomme, rang, autre, (colonne, rang) in imprimees)


def dependencies(frame: pl.DataFrame, dimensions: Iterable[str]) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Among these columns, which decide which others, in the rows of `frame`: what a motif, a diploma or a structure is
    of, anybody may know."""
    noms = [nom for nom in dimensions if nom in frame.columns]
    trouvees: dict[str, dict[str, dict[str, str]]] = {}
    for une in noms:
        for autre in noms:
            if une == autre:
                continue
            paires = frame.select(une, autre).unique()
            if paires[une].n_unique() == paires.height and 1 < paires[autre].n_unique() < paires.height:
                trouvees.setdefault(une, {})[autre] = dict(paires.iter_rows())
    return trouvees
