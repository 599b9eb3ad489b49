"""Exports glued together: which line of the body is the header of the next one."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

import numpy as np
import polars as pl

from pipeline import privacy
from pipeline.errors import InputError
from pipeline.reading.headers import CONNUES_MIN, SEPARATEURS
from pipeline.reading.source import Source, SourceField

MOT = r"\pL{2}"
LIGNE_SEP = re.compile(r"\W*sep=.?\W*", re.IGNORECASE)  # what Excel reads above a header


class Found(NamedTuple):
    """A header in a block: the offsets where it begins (a line `sep=;` included) and ends, its last physical line."""

    debut: int
    fin: int
    ligne: int
    champs: list[str]


def is_header(champs: Sequence[str], ligne: int, source: Source) -> bool:
    """Whether a row is a header; in a row as wide as the current one, the required fields tell.

    Raises:
        InputError: a header with another delimiter, or in the middle of a line.
    """
    entete, cherche = source.entete, source.cherche
    attendue = len(entete.champs)
    if len(champs) == attendue:
        reperes = (champs[index] for index in entete.reperes)
        return any(t and not t[0].isdigit() and cherche.knows(t) for t in reperes) and cherche.is_header(champs)
    if cherche.is_header(champs):
        if not privacy.is_header(champs):
            refuse_on_one_line(ligne, source)
        return True
    if len(champs) < attendue:
        refuse_other_delimiter(champs, ligne, source)
    elif sum(map(cherche.knows, champs)) >= max(CONNUES_MIN, len(cherche.requises) - 1):
        refuse_on_one_line(ligne, source)
    return False


def refuse_on_one_line(ligne: int, source: Source) -> NoReturn:
    """Raises InputError: a header and values are on one line."""
    raise InputError(
        "deux exports sont collés sans saut de ligne : l'en-tête du second est au bout d'une ligne du premier",
        ou=source.chemin,
        ligne=ligne,
        faire="Allez à la ligne avant cet en-tête, ou faites un fichier de chacun.",
    )


def refuse_other_delimiter(champs: Sequence[str], ligne: int, source: Source) -> None:
    """Raises InputError when these fields would be a header, were they separated otherwise."""
    separateur = source.entete.separateur
    texte = separateur.join(champs)
    for autre in SEPARATEURS:
        if autre == separateur or autre not in texte:
            continue
        try:
            autrement = next(csv.reader([texte], delimiter=autre), [])
        except csv.Error:  # a line break outside quotes, a field too long: no header
            continue
        if source.cherche.is_whole(autrement):
            raise InputError(
                "un second export commence ici, collé au premier, avec un autre séparateur",
                ou=source.chemin,
                ligne=ligne,
                faire="Faites un fichier de chacun.",
            )


def suspects(champs: dict[int, SourceField], source: Source) -> np.ndarray:
    """Places of the rows that have, in a required field, the text of a header: looked for among the distinct texts."""
    reperes = [index for index in source.entete.reperes if index not in source.uniques] or source.entete.reperes
    trouves: list[np.ndarray] = []
    for index in reperes:
        champ = champs[index]
        mots = champ.textes.filter(champ.textes.str.contains(MOT))
        connus = [mot for mot in mots if source.cherche.knows(mot)]
        if connus:
            trouves.append(champ.spread(champ.textes.is_in(pl.Series(connus, dtype=pl.String))).arg_true().to_numpy())
    return np.unique(np.concatenate(trouves)) if trouves else np.array([], dtype=np.int64)


def is_sep(champs: Sequence[str] | None) -> bool:
    """Whether a row is the line `sep=;`."""
    return champs is not None and len(champs) <= 2 and LIGNE_SEP.fullmatch("".join(champs)) is not None
