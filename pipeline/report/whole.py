"""The blocks of a report where there is room for every row: on a screen, not on a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import duckdb

from pipeline.report import pivots
from pipeline.report.blocks import Block, grouped_ranks, show_breakdowns
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.report.changes import ReportChanges


def in_full(
    con: duckdb.DuckDBPyConnection,
    annuelles: Iterable[BreakdownYear],
    blocs: Collection[Block],
    ensemble: ResultRow,
    source: str,
    changements: ReportChanges | None = None,
) -> dict[str, Block]:
    """The blocks by name, those whose table a page cuts with every row instead, and the chart that they have. Amounts
    of few ruptures stay together, by the same rule (`amounts`).

    Args: see `blocks.show_breakdowns`, which made the blocks.
    """
    dessins = {bloc.nom: bloc.graphique for bloc in blocs}
    coupees = [annuelle for annuelle in annuelles if annuelle.ventilation.nom in dessins and is_cut(annuelle)]
    entieres = [replace(annuelle, entiere=True) for annuelle in coupees]
    refaits = show_breakdowns(con, entieres, ensemble, None, source, changements)
    tous = {bloc.nom: bloc for bloc in blocs} | {
        bloc.nom: replace(bloc, graphique=dessins[bloc.nom]) for bloc in refaits
    }
    # The chart is there: its marks are not in the rows too.
    return {nom: replace(bloc, tableau=bloc.tableau and bloc.tableau.without_marks()) for nom, bloc in tous.items()}


def is_cut(annuelle: BreakdownYear) -> bool:
    """Whether a page shows fewer rows, or columns, than there are."""
    entiere = replace(annuelle, entiere=True)
    if (pivot := annuelle.entete.pivot) is not None:
        return pivots.sides(annuelle, pivot) != pivots.sides(entiere, pivot)
    return grouped_ranks(annuelle, None) != grouped_ranks(entiere, None)
