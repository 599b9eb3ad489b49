"""Rows of a result, as a screen, a program or a spreadsheet reads them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipeline import formats
from pipeline.schemas import INVISIBLE

LARGEUR_MAX = 60  # letters of a cell on a screen


def aligned(cases: Sequence[Sequence[str]], droite: Sequence[bool] | None = None) -> list[str]:
    """Cells in columns, two spaces apart, those of some to the right."""
    largeurs = [max(map(len, colonne)) for colonne in zip(*cases, strict=True)]
    cotes = ["rjust" if a_droite else "ljust" for a_droite in droite or [False] * len(largeurs)]
    return [
        "  ".join(getattr(case, cote)(n) for case, cote, n in zip(ligne, cotes, largeurs, strict=True)).rstrip()
        for ligne in cases
    ]


def as_table(colonnes: Sequence[str], lignes: Sequence[Sequence[Any]]) -> list[str]:
    """Lines of a screen: the names of the columns, then the rows, numbers to the right."""
    cases = [[shown(valeur) for valeur in ligne] for ligne in (colonnes, *lignes)]
    nombres = [
        any(is_number(ligne[rang]) for ligne in lignes) and all(is_number(x) for x in column(lignes, rang))
        for rang in range(len(colonnes))
    ]
    return aligned(cases, nombres)


def column(lignes: Iterable[Sequence[Any]], rang: int) -> list[Any]:
    """The values of a column, empty ones apart."""
    return [ligne[rang] for ligne in lignes if ligne[rang] is not None]


def is_number(valeur: object) -> bool:
    return isinstance(valeur, int | float | Decimal) and not isinstance(valeur, bool)


def shown(valeur: object) -> str:
    """A value in a cell of a screen: on one line, nothing that a terminal would obey, cut where it is long."""
    texte = re.sub(INVISIBLE, "", " ".join(formats.texte(valeur).split()))
    return texte if len(texte) <= LARGEUR_MAX else f"{texte[: LARGEUR_MAX - 1]}…"


def as_json(colonnes: Sequence[str], lignes: Iterable[Sequence[Any]]) -> str:
    """A list of objects, one a row."""
    return to_json([named(colonnes, ligne) for ligne in lignes])


def named(colonnes: Sequence[str], ligne: Sequence[Any]) -> dict[str, Any]:
    """A row by the names of its columns, in values that JSON has."""
    return {nom: plain(valeur) for nom, valeur in zip(colonnes, ligne, strict=True)}


def plain(valeur: Any) -> Any:
    """A value that JSON has: a decimal as a number, a day as 2022-08-31, anything else as its text."""
    if isinstance(valeur, Decimal):
        return float(valeur)
    if isinstance(valeur, date | datetime):
        return valeur.isoformat()
    if isinstance(valeur, list | tuple):
        return [plain(v) for v in valeur]
    if isinstance(valeur, dict):
        return {str(cle): plain(v) for cle, v in valeur.items()}
    if isinstance(valeur, float) and not (abs(valeur) < float("inf")):
        return None
    return valeur if valeur is None or isinstance(valeur, bool | int | float | str) else str(valeur)


def to_json(valeur: Any) -> str:
    """JSON that a person can read too."""
    return json.dumps(valeur, ensure_ascii=False, indent=2)


def as_csv(colonnes: Sequence[str], lignes: Iterable[Sequence[Any]]) -> str:
    """CSV, comma, without the last end of line."""
    flux = io.StringIO(newline="")
    sortie = csv.writer(flux, lineterminator="\n")
    sortie.writerow(colonnes)
    sortie.writerows([formats.cell(valeur) for valeur in ligne] for ligne in lignes)
    return flux.getvalue().removesuffix("\n")
