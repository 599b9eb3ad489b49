"""Codes of types of diploma → the words that the network gives them (`types_diplome.csv`), where a person reads them.

The database, the CSV and the parquet files keep the codes: they are keys.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import duckdb
import polars as pl

# The columns that are such a code, have several (between bars), or begin with one.
COLONNES = ("type_diplome", "types_diplome", "diplome", "situation")
SEPARATEUR = "|"


def read_type_names(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Code of a type of diploma → its words; none for a code that the network gives none."""
    return dict(con.execute("select type_diplome, libelle from ref.types_diplome").fetchall())


def column_wordings(frame: pl.DataFrame, noms: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Column → value → its words, for the values that have some. Two values are never made one: those that would be
    keep what is written."""
    return {
        colonne: changes
        for colonne in COLONNES
        if noms and frame.schema.get(colonne) == pl.String
        if (changes := value_wordings(frame[colonne].drop_nulls().unique(), noms))
    }


def value_wordings(valeurs: pl.Series, noms: Mapping[str, str]) -> dict[str, str]:
    """Value → its words, where they are others."""
    dits = {valeur: in_words(valeur, noms) for valeur in valeurs}
    combien = Counter(dits.values())
    return {valeur: dit for valeur, dit in dits.items() if dit != valeur and combien[dit] == 1}


def in_words(valeur: str, noms: Mapping[str, str]) -> str:
    """'INGENIEUR 1re année' → 'Ingénieur 1re année'; a title wholly in capitals is as its author wrote it."""
    return SEPARATEUR.join(one_in_words(morceau, noms) for morceau in valeur.split(SEPARATEUR))


def one_in_words(valeur: str, noms: Mapping[str, str]) -> str:
    """The same of one code, or of what begins with it: the longest (LICENCE PRO before LICENCE)."""
    for code in sorted(noms, key=len, reverse=True):
        tete = re.match(rf"{re.escape(code)}(?!\w)", valeur, re.IGNORECASE)
        if tete is not None:
            suite = valeur[tete.end() :]
            return valeur if suite and valeur.isupper() else f"{noms[code]}{suite}"
    return valeur
