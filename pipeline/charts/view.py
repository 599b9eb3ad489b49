"""What a chart reads: its declaration, the printed columns, the rows; values as drawn and as written."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pipeline import formats
from pipeline.charts.fonts import clean
from pipeline.charts.theme import WIDTH
from pipeline.errors import UsageError
from pipeline.models.chart_header import ChartSpec
from pipeline.models.header import PrintedColumn

ChartRow = dict[str, Any]
C = TypeVar("C", bound=ChartSpec)


@dataclass(frozen=True)
class ReferenceRate:
    """A rate that others are read against, a fraction of 1, and of how many apprentices it is."""

    rate: float
    size: float

    @property
    def written(self) -> str:
        return formats.taux(self.rate, self.size)


@dataclass(frozen=True)
class ChartData:
    """What a chart is drawn from.

    Attributes:
        rows: the report's year, each row alone: none stands for many.
        every_year: every published year, the same columns and `annee`.
        network_rate: the network's; None where it has none.
        source: the sentence that names the source, printed under the chart.
        compared_rate: the rate of the rows compared, where those given are only some of them.
    """

    rows: list[ChartRow]
    every_year: list[ChartRow]
    network_rate: ReferenceRate | None
    source: str
    compared_rate: ReferenceRate | None = None


@dataclass(frozen=True)
class View(Generic[C]):
    """A declared chart, the printed columns it names, its rows, and the pixels that it may be wide."""

    chart: C
    columns: Mapping[str, PrintedColumn]
    data: ChartData
    width: float = WIDTH

    def label(self, column: str) -> str:
        return clean(self.columns[column].libelle)

    def written(self, column: str, row: ChartRow) -> str:
        """A value as the tables write it."""
        kind, value = self.columns[column].format, row.get(column)
        if value is None and kind not in formats.NUMERIQUES:
            return formats.VIDE
        return clean(self.columns[column].written(column, row))

    def name(self, column: str, row: ChartRow) -> str:
        """What a row is of."""
        return self.written(column, row) or formats.VIDE

    def measured(self, column: str, row: ChartRow) -> float | None:
        """The value as drawn; None where there is none (a share of nothing) or where it means nothing."""
        value = row.get(column)
        return None if value is None or self.columns[column].is_meaningless(row) else float(value)

    def in_order(self, measure: str) -> list[ChartRow]:
        """The rows of the year as the chart shows them: in their order, or the largest first and what is not drawn
        after."""
        if getattr(self.chart, "tri", "lignes") == "lignes":
            return [*self.data.rows]

        def rank(row: ChartRow) -> tuple[bool, float]:
            value = self.measured(measure, row)
            return value is None, -(value or 0.0)

        return sorted(self.data.rows, key=rank)

    def listed(self, measure: str, dimension: str, rows: Iterable[ChartRow]) -> str:
        """The values of a measure as a sentence: 'Ruptures nettes : CAP 12, BP 3.'."""
        values = ", ".join(f"{self.name(dimension, row)} {self.written(measure, row)}" for row in rows)
        return formats.sentence(f"{self.label(measure)} : {values or 'aucune valeur'}")

    def reference(self, *measures: str) -> ReferenceRate | None:
        """The network's rate, where it is asked for, there is one and one of the measures is a rate."""
        asked = getattr(self.chart, "reference", None) is not None
        return self.data.network_rate if asked and any(self.columns[m].format == "taux" for m in measures) else None


def listing(view: View[Any]) -> str:
    """The values of the first measure, in the order of the chart, and the network's rate where it shows it."""
    measures, rate = view.chart.mesures, view.reference(*view.chart.mesures)
    network = "" if rate is None else f" Réseau : {rate.written}."
    return f"{view.listed(measures[0], view.chart.dimensions[0], view.in_order(measures[0]))}{network}"


def part_of(shown: int, every: int, names: str) -> str:
    """'6 des 9 séries.', where a chart does not show everything; '' where it does."""
    return f"{formats.entier(shown)} des {formats.entier(every)} {names}." if shown < every else ""


def check_unique(kind: str, places: Sequence[Hashable], columns: Sequence[str], place: str) -> None:
    """Raises UsageError when two rows would be drawn at one place, which these columns settle."""
    if len(set(places)) < len(places):
        same = f"le même {columns[0]}" if len(columns) == 1 else f"les mêmes {' et '.join(columns)}"
        raise UsageError(
            f"deux lignes ont {same} : un graphique {kind} n'en montre qu'une par {place}",
            faire="Regroupez ces lignes dans le SELECT, ou choisissez un autre graphique.",
        )
