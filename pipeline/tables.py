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
from pipeline.errors import UsageError
from pipeline.sqlfile import SqlFile

ENTIERS_LONGS = frozenset({"hugeint", "uhugeint"})  # of every sum of integers; polars gets them as decimals
# Types (as DuckDB names them) that have the same meaning in a CSV file, a parquet file and a sheet.
TYPES_PUBLIES = ENTIERS_LONGS | {
    "tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint",
    "float", "double", "decimal", "varchar", "enum", "boolean", "date", "timestamp", "timestamp_s", "timestamp_ms",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A breakdown as it is published: every year, row and column, in the order of its file.

    Attributes:
        frame: integers, floats, decimals, texts, booleans, days and times; rates and shares as fractions of 1.
        descriptions: what each column is, for those that say it.
    """

    modele: SqlFile
    frame: pl.DataFrame
    descriptions: Mapping[str, str]


def read_tables(con: duckdb.DuckDBPyConnection, modeles: Sequence[SqlFile]) -> list[Table]:
    """Every breakdown, each read once.

    Raises:
        UsageError: a column that cannot be published as it is.
    """
    commentaires = con.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where schema_name = 'ventilations' and comment is not null"
    ).fetchall()
    return [
        Table(
            modele, read_frame(con, modele), {nom: texte for table, nom, texte in commentaires if table == modele.nom}
        )
        for modele in modeles
    ]


def read_frame(con: duckdb.DuckDBPyConnection, modele: SqlFile) -> pl.DataFrame:
    """The rows of a breakdown in their order.

    Raises:
        UsageError: a type that one of the files does not have, or a number that is none.
    """
    relation = con.sql(f"select * from {modele.table} order by rowid")
    types = {nom: genre.id for nom, genre in zip(relation.columns, relation.types, strict=True)}
    for nom, genre in types.items():
        if genre not in TYPES_PUBLIES:
            raise refuse(
                modele, nom, f"est de type {genre}, que les tableaux publiés n'ont pas",
                "Donnez-lui-en un autre dans le select : ::varchar, ::bigint, ::double ou ::date.",
            )  # fmt: skip
    frame = relation.pl().with_columns(
        *(pl.col(nom).cast(pl.Int64) for nom, genre in types.items() if genre in ENTIERS_LONGS),
        *(pl.col(nom).cast(pl.String) for nom, genre in types.items() if genre == "enum"),
    )
    for colonne in frame.select(pl.selectors.float()):
        if not colonne.is_finite().all():
            quoi = "a une valeur infinie ou qui n'est pas un nombre"
            raise refuse(modele, colonne.name, quoi, "Divisez avec part(a, b), vide quand b est 0.")
    return frame


def refuse(modele: SqlFile, colonne: str, quoi: str, faire: str) -> UsageError:
    """A column that cannot be published, with its line in the header if it is printed."""
    return modele.fault(f"la colonne « {colonne} » {quoi}", "colonnes", colonne, faire=faire)


def write_tables(tables: Sequence[Table], dossier: Path) -> None:
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
