"""What a value may tell of a person, whatever column it was typed into, and what may be shown of a value.

Names cannot be told from words, but a code has a digit in it and a name has none; the rest has shapes of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

ECARTEE = "valeur qui peut désigner une personne, écartée"
DATE = r"\b\d{1,2}/\d{1,2}/(?:19|20)?\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b"
COURRIEL = "@"
TELEPHONE = r"(?:\+33|\b0033|\b0)[ .-]?[1-9](?:[ .-]?\d{2}){4}\b"
NIR = r"\b[12478] ?\d{2} ?(?:0[1-9]|[1-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b"
NIR_SANS_CLE = r"^[12478]\d{2}(?:0[1-9]|[1-9]\d)(?:\d{2}|2[AB])\d{6}$"
INE = r"\b(?:\d{9}[A-Z]{2}|\d{10}[A-Z])\b"
PERSONNEL = rf"(?i){COURRIEL}|{TELEPHONE}|{NIR}|{INE}"
# Years of birth of people: a date of these in a column of another kind is one's.
NAISSANCE = r"\b19[4-9]\d\b|/[4-9]\d$"
LONGUEUR_MONTREE = 20


def tells_of_person(nets: pl.Series, codes: bool) -> pl.Series:
    """Which texts may tell of a person; in a column of `codes`, words without a digit too."""
    texte = nets.str.contains(rf"{PERSONNEL}|{DATE}")
    if codes:
        texte = texte | ~nets.str.contains(r"\d")
    return texte.fill_null(False)


def shown(valeurs: pl.Series) -> pl.Series:
    """The values that may be listed beside their fault: short, more figures than letters, of no shape above, or an
    error of a spreadsheet; null for the others."""
    montrable = (valeurs.str.len_chars() <= LONGUEUR_MONTREE) & valeurs.str.contains(r"\d|^#")
    tue = valeurs.str.contains(rf"{PERSONNEL}|{NIR_SANS_CLE}|{NAISSANCE}|^[^#]*\pL{{3}}")
    rien = pl.repeat(None, len(valeurs), dtype=pl.String, eager=True)
    return valeurs.zip_with((montrable & ~tue).fill_null(False), rien)


def header_shown(entete: str) -> str:
    """A header that may be listed, '(intitulé non montré)' for one that tells of a person."""
    return "(intitulé non montré)" if re.search(rf"{PERSONNEL}|{DATE}|\d{{6}}", entete) else entete


def is_header(champs: Sequence[str]) -> bool:
    """Whether a line looks like a header, so that its texts may be proposed: several words, none a date or a number."""
    remplis = [champ for champ in champs if champ.strip()]
    return len(remplis) > 1 and not any(re.search(rf"{PERSONNEL}|{DATE}|^\s*\d+\s*$|\d{{6}}", c) for c in remplis)
