"""What is read of the database: each breakdown once, as one frame, for all that an edition makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import polars as pl

from pipeline.models.file import SqlFile
from pipeline.models.header import BreakdownHeader

ResultRow = dict[str, Any]


@dataclass(frozen=True)
class Breakdown:
    """A breakdown of the database: every published year, row and column, in the order of its file.

    Attributes:
        frame: integers, floats, decimals, texts, booleans, days; rates and shares as fractions of 1.
        descriptions: what each column is, for those that say it.
        uai: the CFA whose rows they are; None for those of the whole network.
    """

    modele: SqlFile
    frame: pl.DataFrame
    descriptions: Mapping[str, str] = field(default_factory=dict)
    uai: str | None = None

    @property
    def nom(self) -> str:
        return self.modele.nom

    @property
    def entete(self) -> BreakdownHeader:
        return self.modele.ventilation

    def of_cfa(self, uai: str) -> Breakdown:
        """The rows of one CFA."""
        return replace(self, frame=self.frame.filter(pl.col("uai") == uai), uai=uai)

    def only(self, annee: str) -> Breakdown:
        """Without the other years."""
        return replace(self, frame=self.frame.filter(pl.col("annee") == annee))

    def of_year(self, annee: str) -> BreakdownYear:
        """The rows of one year."""
        return BreakdownYear(self, annee, self.only(annee).frame.to_dicts())

    def by_year(self) -> list[ResultRow]:
        """All the rows, the earliest year first."""
        return self.frame.sort("annee", maintain_order=True).to_dicts()


@dataclass(frozen=True)
class BreakdownYear:
    """The rows of a breakdown for one year, in the order of its file.

    Attributes:
        entiere: whether what shows them has room for all: only those that other rules put together are then together.
    """

    ventilation: Breakdown
    annee: str
    lignes: list[ResultRow]
    entiere: bool = False

    @property
    def entete(self) -> BreakdownHeader:
        return self.ventilation.entete

    @property
    def colonnes(self) -> list[str]:
        """The columns of the breakdown, also without rows; the header says which are printed."""
        return self.ventilation.frame.columns


def read_breakdowns(con: duckdb.DuckDBPyConnection, modeles: Iterable[SqlFile]) -> list[Breakdown]:
    """These breakdowns, each read once."""
    commentaires = con.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where schema_name = 'ventilations' and comment is not null"
    ).fetchall()
    return [
        Breakdown(
            modele,
            con.sql(f"select * from {modele.table} order by rowid").pl(),
            {nom: texte for table, nom, texte in commentaires if table == modele.nom},
        )
        for modele in modeles
    ]


def select(con: duckdb.DuckDBPyConnection, sql: str, parametres: object = None) -> list[ResultRow]:
    """Rows of a query as dictionaries."""
    resultat = con.execute(sql, parametres)
    noms = [colonne[0] for colonne in resultat.description or ()]
    return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]
