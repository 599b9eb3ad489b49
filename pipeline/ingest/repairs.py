"""What spreadsheets do to codes: leading zeros lost, long numbers turned into 1,32E+13.

A zero is given back where a check digit or exactly one entry of a referential proves it; what nothing proves is kept
as it is, and said. Sources: check letter of the UAI, Ministry of Education (number modulo 23); Luhn key of the SIRET,
INSEE; a contract number, its shape and a department that exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from pipeline.schemas import NUMERO_APRES_LE_DEPARTEMENT, InputType

RETABLI = "zéro initial perdu, rétabli"
GARDE = "zéro initial perdu, gardé tel quel"
DETRUIT = "valeur détruite par un tableur (1,32E+13)"
LETTRES_UAI = "ABCDEFGHJKLMNPRSTUVWXYZ"
NOTATION_DE_TABLEUR = r"(?i)^\d+(?:[.,]\d+)?E\+\d+$"
DEPARTEMENT = r"0(?:0[1-9]|[1-8]\d|9[0-5]|2[AB])|97[1-8]"
NUMERO_DE_CONTRAT = re.compile(f"(?:{DEPARTEMENT}){NUMERO_APRES_LE_DEPARTEMENT}")
# Type → what a text that may have lost zeros looks like, and the length it had. Below 12 figures, a SIRET could be a
# SIREN or a telephone number as well.
TRONQUES: dict[InputType, tuple[str, int]] = {
    "uai": (r"^\d{5,6}[A-Z]$", 8),
    "siret": (r"^\d{12,13}$", 14),
    "cfd": (r"^\d{6}[0-9A-Z]$", 8),
    "code_postal": (r"^[1-9]\d{3}$", 5),
    "numero_contrat": (r"^[1-9][0-9AB]\d{6}(?:\d\d|NC)\d{4}$|^[1-9]\d{6}(?:\d\d|NC)\d{4}$", 15),
}
CODES = frozenset({"code", "identifiant", *TRONQUES})


def proves_uai(complet: str, _: frozenset[str]) -> bool:
    return LETTRES_UAI[int(complet[:7]) % 23] == complet[7]


def proves_siret(complet: str, _: frozenset[str]) -> bool:
    chiffres = [int(chiffre) * (2 - rang % 2) for rang, chiffre in enumerate(complet)]
    return sum(c - 9 if c > 9 else c for c in chiffres) % 10 == 0


def proves_cfd(complet: str, cfd: frozenset[str]) -> bool:
    return complet in cfd


def proves_code_postal(complet: str, _: frozenset[str]) -> bool:
    return complet[:2] != "00"


def proves_numero(complet: str, _: frozenset[str]) -> bool:
    return NUMERO_DE_CONTRAT.fullmatch(complet) is not None


PREUVES: dict[InputType, Callable[[str, frozenset[str]], bool]] = {
    "uai": proves_uai,
    "siret": proves_siret,
    "cfd": proves_cfd,
    "code_postal": proves_code_postal,
    "numero_contrat": proves_numero,
}


def repair(genre: InputType, codes: pl.Series, cfd: frozenset[str]) -> tuple[pl.Series, pl.Series | None]:
    """(codes with their zeros back and destroyed ones null, remark on each text or None).

    `codes` are clean upper-case texts of a column of type `genre`; `cfd` the diploma codes of the referential.
    """
    if genre not in CODES:
        return codes, None
    remarques: dict[int, str] = dict.fromkeys(
        codes.str.contains(NOTATION_DE_TABLEUR).fill_null(False).arg_true(), DETRUIT
    )
    repares: dict[int, str | None] = dict.fromkeys(remarques)
    if genre in TRONQUES:
        motif, longueur = TRONQUES[genre]
        for rang in codes.str.contains(motif).fill_null(False).arg_true():
            complet = codes[rang].zfill(longueur)
            if genre == "cfd" and codes[rang] in cfd:
                continue
            if PREUVES[genre](complet, cfd):
                repares[rang], remarques[rang] = complet, RETABLI
            else:
                remarques[rang] = GARDE
    if not remarques:
        return codes, None
    textes, notes = codes.to_list(), [remarques.get(rang) for rang in range(len(codes))]
    for rang, code in repares.items():
        textes[rang] = code
    return pl.Series(textes, dtype=pl.String), pl.Series(notes, dtype=pl.String)
