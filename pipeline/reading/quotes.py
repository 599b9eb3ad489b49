"""Quotes that surround no field: those that are text, and those that would swallow what is below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.schemas import ESPACES

ENTOURE = re.compile(r'"(?:[^"]|"")*"')
# Quotes that go by two around words: "Le Toit" SARL.
MOTS = re.compile(r'(?:(?<!\w)"[^"]+"(?!\w)|[^"])+')


def swallows(lignes: Sequence[str], separateur: str, attendue: int) -> bool:
    """Whether a quote, not a field with line breaks, makes one record of these physical lines: the first and the last
    are both as wide as the header."""
    delimiteurs = max(attendue - 1, 1)
    return len(lignes) > 1 and min(lignes[0].count(separateur), lignes[-1].count(separateur)) >= delimiteurs


def as_written(ligne: str, separateur: str, attendue: int) -> list[str] | None:
    """The fields of a physical line whose quotes make no sense, where one reading only is possible: as many fields as
    the header, in each of which quotes surround the whole, or go by two around words and are text; else None."""
    champs = ligne.rstrip("\n").split(separateur)
    if len(champs) < attendue or any(champ.strip(ESPACES) for champ in champs[attendue:]):
        return None
    entoures = [ENTOURE.fullmatch(champ) is not None for champ in champs]
    for champ, entoure in zip(champs, entoures, strict=True):
        if entoure or not champ.startswith('"'):
            continue
        # Where others are surrounded, so may be this one, by a program that did not double those inside.
        if MOTS.fullmatch(champ) is None or (champ.endswith('"') and any(entoures)):
            return None
    return [
        champ[1:-1].replace('""', '"') if entoure else champ for champ, entoure in zip(champs, entoures, strict=True)
    ]
