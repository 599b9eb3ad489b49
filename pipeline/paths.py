"""Where the project's files are, and what a run reads and writes unless the command says otherwise."""

from __future__ import annotations

from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]
CONFIG = RACINE / "config.toml"
SQL = RACINE / "sql"
DONNEES = RACINE / "data/raw"
EXEMPLE = RACINE / "exemples/btp-cfa-ile-de-france"  # the network that the demonstration is of
BASE = RACINE / "data/processed/ruptures.duckdb"
SORTIE = RACINE / "output"
