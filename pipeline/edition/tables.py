"""A breakdown → its CSV file and its parquet file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipeline import formats
from pipeline.report.breakdowns import Breakdown


def write_tables(ventilations: Sequence[Breakdown], dossier: Path) -> None:
    """`tables/<ventilation>.csv` and `donnees/<ventilation>.parquet` under `dossier`."""
    for nom in ("tables", "donnees"):
        (dossier / nom).mkdir()
    for ventilation in ventilations:
        write_csv(ventilation.frame, dossier / "tables" / f"{ventilation.nom}.csv")
        write_parquet(ventilation.frame, dossier / "donnees" / f"{ventilation.nom}.parquet")


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
