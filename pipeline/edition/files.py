"""A breakdown of the database → one frame, which makes its CSV file, its parquet file and its sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipeline import formats
from pipeline.models.file import SqlFile


@dataclass(frozen=True)
class PublishedTable:
    """A breakdown as it is published: every year, row and column, in the order of its file.

    Attributes:
        frame: integers, floats, decimals, texts, booleans, days and times; rates and shares as fractions of 1.
        descriptions: what each column is, for those that say it.
    """

    modele: SqlFile
    frame: pl.DataFrame
    descriptions: Mapping[str, str]


def read_tables(con: duckdb.DuckDBPyConnection, modeles: Sequence[SqlFile]) -> list[PublishedTable]:
    """Every breakdown, each read once, in the order of its file."""
    commentaires = con.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where schema_name = 'ventilations' and comment is not null"
    ).fetchall()
    return [
        PublishedTable(
            modele,
            con.sql(f"select * from {modele.table} order by rowid").pl(),
            {nom: texte for table, nom, texte in commentaires if table == modele.nom},
        )
        for modele in modeles
    ]


def write_tables(tables: Sequence[PublishedTable], dossier: Path) -> None:
    """`tables/<ventilation>.csv` and `donnees/<ventilation>.parquet` under `dossier`."""
    for nom in ("tables", "donnees"):
        (dossier / nom).mkdir()
    for table in tables:
        write_csv(table.frame, dossier / "tables" / f"{table.modele.nom}.csv")
        write_parquet(table.frame, dossier / "donnees" / f"{table.modele.nom}.parquet")


def write_csv(frame: pl.DataFrame, chemin: Path) -> None:
    """UTF-8, comma, point decimals, unrounded fractions."""
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        sortie = csv.writer(flux, lineterminator="\n")
        sortie.writerow(frame.columns)
        sortie.writerows([formats.cell(valeur) for valeur in ligne] for ligne in frame.iter_rows())


def write_parquet(frame: pl.DataFrame, chemin: Path) -> None:
    """The same rows in the same order, typed."""
    # By way of memory: what polars says of a full disk is not an OSError.
    octets = io.BytesIO()
    frame.write_parquet(octets)
    chemin.write_bytes(octets.getvalue())
