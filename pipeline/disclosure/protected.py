"""What an edition for outside the network is made of. Whatever writes it sees this and nothing else: what is hidden is
not there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True)
class TableShape:
    """A table, whoever may see it.

    Attributes:
        cle: what tells its rows within a year; none for the network's totals.
        dimensions: its texts, the key included, in the order of the file.
        comptes: its counts, in the order of the file, differences included.
        derivees: its columns that come from counts.
        frame: `annee`, the dimensions, the measures.
    """

    nom: str
    titre: str
    cle: tuple[str, ...]
    dimensions: tuple[str, ...]
    comptes: tuple[str, ...]
    derivees: tuple[str, ...]
    frame: pl.DataFrame


class ProtectedTable(TableShape):
    """A table as anybody may see it: each measure has a column `<measure>_statut` beside it, why it is not there."""

    @property
    def mesures(self) -> tuple[str, ...]:
        return (*self.comptes, *self.derivees)

    def of_year(self, annee: str) -> list[dict[str, Any]]:
        return self.frame.filter(pl.col("annee") == annee).to_dicts()


@dataclass(frozen=True)
class Method:
    """How an edition is protected: some counts are hidden or, with `base`, all of them are rounded to it."""

    base: int | None

    @property
    def arrondi(self) -> bool:
        return self.base is not None


@dataclass(frozen=True)
class Share:
    """How much of an edition is hidden: cells, and what they count."""

    cellules: int
    cachees: int
    comptes: int
    tus: int

    @classmethod
    def of(cls, valeurs: Sequence[int], publiees: Sequence[bool], cachees: Collection[int]) -> Share:
        publies = [rang for rang, publiee in enumerate(publiees) if publiee]
        tues = [rang for rang in publies if rang in cachees]
        return cls(len(publies), len(tues), sum(valeurs[r] for r in publies), sum(valeurs[r] for r in tues))


@dataclass(frozen=True)
class ProtectedEdition:
    """Every table, the network's totals first; why others are left out, by title; how it was done.

    Attributes:
        part: how much is hidden, for the command's output and the log only.
    """

    tables: tuple[ProtectedTable, ...]
    ecartees: Mapping[str, str]
    methode: Method
    part: Share

    @property
    def ensemble(self) -> ProtectedTable:
        return self.tables[0]
