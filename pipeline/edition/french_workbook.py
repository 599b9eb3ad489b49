"""A workbook whose words are printed as those of the pages are: all that is written there has French typography.

What XlsxWriter keeps beside its cells (names of sheets, heads of tables, titles of charts) is typeset where it is made.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.typography import typeset

# A large network's workbook has millions of cells, of few words.
typeset_word = lru_cache(maxsize=65_536)(typeset)


class FrenchSheet(Worksheet):
    """A sheet: its cells, the words of its links, the head of its pages."""

    def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> Any:
        # All texts pass by here, those of links and of tables too; XlsxWriter has no public place that they do.
        return super()._write_string(row, col, typeset_word(string), cell_format)

    def set_header(self, header: str = "", *suite: Any, **options: Any) -> Any:
        """What each page has at its head."""
        return super().set_header(typeset(header), *suite, **options)


class FrenchWorkbook(Workbook):
    """A workbook of such sheets."""

    def add_worksheet(self, name: str | None = None, worksheet_class: Any = None) -> Worksheet:
        """A sheet whose texts are typeset."""
        return super().add_worksheet(name, worksheet_class or FrenchSheet)

    def set_properties(self, properties: dict[str, Any]) -> Any:
        """What the file says of itself."""
        return super().set_properties(
            {nom: typeset(valeur) if isinstance(valeur, str) else valeur for nom, valeur in properties.items()}
        )
