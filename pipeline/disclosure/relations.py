"""What ties cells together: the sums that a reader can make. One that holds is always added: it only makes the reader
stronger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from pipeline.disclosure.cells import CellName, Cells, groups
from pipeline.disclosure.tables import COMPTES, PublicTable


class CellSum(NamedTuple):
    """A cell is the sum of others; of none, where a table has no row of its group: it is 0, and anybody sees it."""

    total: int
    parts: tuple[int, ...]


def find_relations(cells: Cells, tables: Sequence[PublicTable]) -> list[CellSum]:
    """Every sum that the true figures satisfy: of a table's rows over each set of dimensions that some cells are told
    by, and of rows that follow one another (months into durations)."""
    connues = dict.fromkeys(frozenset(dimension for dimension, _ in nom.groupe) for nom in cells.noms)
    trouvees = dict[CellSum, None]()
    for table in tables:
        dites = {*table.cle, *table.attributs}
        for dimensions in connues:
            if dimensions <= dites and dimensions != {*table.cle}:
                trouvees.update(dict.fromkeys(sums_over(cells, table, dimensions)))
    trouvees.update(dict.fromkeys(blocks(cells, tables)))
    return [*trouvees]


def sums_over(cells: Cells, table: PublicTable, dimensions: frozenset[str]) -> Iterator[CellSum]:
    """The cells told by these dimensions that are the sums of a table's rows."""
    annees, groupes = table.frame["annee"].to_list(), groups(table, dimensions)
    dites = {nom: rang for nom, rang in cells.par_nom.items() if {dit for dit, _ in nom.groupe} == dimensions}
    for colonne, rangs in cells.rangs[table.nom].items():
        parts = dict[CellName, list[int]]()
        for annee, groupe, rang in zip(annees, groupes, rangs, strict=True):
            parts.setdefault(CellName(annee, colonne, groupe), []).append(rang)
        for nom, total in dites.items():
            siennes = parts.get(nom, [])
            if nom.colonne == colonne and holds(cells, total, siennes):
                yield CellSum(total, tuple(sorted(siennes)))


def holds(cells: Cells, total: int, parts: Sequence[int]) -> bool:
    """Whether the sum is true, and says something."""
    return [total] != [*parts] and cells.valeurs[total] == sum(cells.valeurs[part] for part in parts)


def blocks(cells: Cells, tables: Sequence[PublicTable]) -> Iterator[CellSum]:
    """Groups of one dimension that are runs of rows of a longer table, in every year at once: durations made of
    months, periods made of days."""
    suites = {
        (table.nom, colonne): by_year(table, rangs)
        for table in tables
        if len(table.cle) == 1
        for colonne, rangs in cells.rangs[table.nom].items()
        if colonne in COMPTES
    }
    for (nom, colonne), fine in suites.items():
        for (autre, meme), grosse in every_axis(cells, tables, suites):
            if nom != autre and colonne == meme and {*fine} == {*grosse}:
                yield from match(cells, fine, grosse)


def every_axis(
    cells: Cells, tables: Sequence[PublicTable], suites: dict[tuple[str, str], dict[str, list[int]]]
) -> Iterator[tuple[tuple[str, str], dict[str, list[int]]]]:
    """The groups of one dimension, in the order of their table: those of the tables that have no other, and the sums of
    the tables that have two."""
    yield from suites.items()
    for table in tables:
        if len(table.cle) == 1:
            continue
        for dimension in table.cle:
            for colonne in cells.rangs[table.nom]:
                rangs = dict[str, dict[int, None]]()
                for annee, groupe in zip(table.frame["annee"], groups(table, [dimension]), strict=True):
                    rang = cells.par_nom.get(CellName(annee, colonne, groupe))
                    if rang is not None:
                        rangs.setdefault(annee, {})[rang] = None
                yield (f"{table.nom}.{dimension}", colonne), {annee: [*siens] for annee, siens in rangs.items()}


def by_year(table: PublicTable, rangs: Sequence[int]) -> dict[str, list[int]]:
    """The cells of each year."""
    trouves = dict[str, list[int]]()
    for annee, rang in zip(table.frame["annee"], rangs, strict=True):
        trouves.setdefault(annee, []).append(rang)
    return trouves


def match(cells: Cells, fine: dict[str, list[int]], grosse: dict[str, list[int]]) -> Iterator[CellSum]:
    """Runs of the cells of `fine` that make those of `grosse`; none unless the same runs do in every year."""
    annees = [*fine]
    if len({len(fine[annee]) for annee in annees}) > 1 or len({len(grosse[annee]) for annee in annees}) > 1:
        return
    longueur, voulue = len(fine[annees[0]]), len(grosse[annees[0]])
    if not 2 < voulue < longueur:
        return
    fins = [[*zip(*cumulated(cells, un, annees), strict=True)] for un in (fine, grosse)]
    debut, coupes = 0, list[int]()
    for but in fins[1]:
        # The first that is enough: rows of 0 that follow change nothing.
        fin = next((rang for rang in range(debut, longueur) if fins[0][rang] == but), None)
        if fin is None:
            return
        coupes.append(fin + 1)
        debut = fin + 1
    for annee in annees:
        for rang, (bas, haut) in enumerate(zip([0, *coupes], coupes, strict=False)):
            total, parts = grosse[annee][rang], fine[annee][bas : longueur if rang == voulue - 1 else haut]
            if holds(cells, total, parts):
                yield CellSum(total, tuple(sorted(parts)))


def cumulated(cells: Cells, suite: dict[str, list[int]], annees: Sequence[str]) -> list[list[int]]:
    """The sums of the first rows, of each year."""
    return [[*accumulate(cells.valeurs[rang] for rang in suite[annee])] for annee in annees]
