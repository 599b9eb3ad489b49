"""What is read of the database: each breakdown once, as one frame, for all that an edition makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import polars as pl

from pipeline.models.file import SqlFile
from pipeline.models.header import BreakdownHeader
from pipeline.report.wording import column_wordings

ResultRow = dict[str, Any]


@dataclass(frozen=True)
class Breakdown:
    """A breakdown of the database: every published year, row and column, in the order of its file.

    Attributes:
        frame: integers, floats, decimals, texts, booleans, days; rates and shares as fractions of 1; codes as keys.
        descriptions: what each column is, for those that say it.
        uai: the CFA whose rows they are; None for those of the whole network.
        mots: column → code → the words that a person reads in its place.
    """

    modele: SqlFile
    frame: pl.DataFrame
    descriptions: Mapping[str, str] = field(default_factory=dict)
    uai: str | None = None
    mots: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def nom(self) -> str:
        return self.modele.nom

    @property
    def entete(self) -> BreakdownHeader:
        return self.modele.ventilation

    @property
    def lue(self) -> pl.DataFrame:
        """The same rows, their codes in words."""
        return self.frame.with_columns(pl.col(colonne).replace(mots) for colonne, mots in self.mots.items())

    def of_cfa(self, uai: str) -> Breakdown:
        """The rows of one CFA."""
        return replace(self, frame=self.frame.filter(pl.col("uai") == uai), uai=uai)

    def only(self, annee: str) -> Breakdown:
        """Without the other years."""
        return replace(self, frame=self.frame.filter(pl.col("annee") == annee))

    def of_year(self, annee: str) -> BreakdownYear:
        """The rows of one year."""
        return BreakdownYear(self, annee, self.only(annee).lue.to_dicts())

    def by_year(self) -> list[ResultRow]:
        """All the rows, the earliest year first."""
        return self.lue.sort("annee", maintain_order=True).to_dicts()


@dataclass(frozen=True)
class BreakdownYear:
    """The rows of a breakdown for one year, in the order of its file, their codes in words.

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


def read_breakdowns(
    con: duckdb.DuckDBPyConnection, modeles: Iterable[SqlFile], noms: Mapping[str, str] | None = None
) -> list[Breakdown]:
    """These breakdowns, each read once, without the optional ones (`facultative`) whose inputs are not there; `noms`
    are the words of types of diploma (`read_type_names`)."""
    commentaires = con.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where schema_name = 'ventilations' and comment is not null"
    ).fetchall()

    def read(modele: SqlFile) -> Breakdown:
        frame = con.sql(f"select * from {modele.table} order by rowid").pl()
        descriptions = {nom: texte for table, nom, texte in commentaires if table == modele.nom}
        return Breakdown(modele, frame, descriptions, mots=column_wordings(frame, noms or {}))

    lues = (read(modele) for modele in modeles)
    return [une for une in lues if not (une.entete.facultative and une.frame.is_empty())]


def select(con: duckdb.DuckDBPyConnection, sql: str, parametres: object = None) -> list[ResultRow]:
    """Rows of a query as dictionaries."""
    resultat = con.execute(sql, parametres)
    noms = [colonne[0] for colonne in resultat.description or ()]
    return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]
