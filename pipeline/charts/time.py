"""Months and training years along a horizontal axis, none skipped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import ceil

from pipeline import formats
from pipeline.charts.sheet import Panneau, centred
from pipeline.charts.style import ENCRE, GRIS, INTERLIGNE, text_width, widest, wrap

MOIS = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])")
ANNEE = re.compile(r"\d{4}-\d{4}")
MOIS_MAX = 60  # further apart than that, months without a row are not given a place


def months(valeurs: Iterable[object]) -> list[str]:
    """Each month from the first to the last, then, as they come, the values that are no month."""
    textes = list(dict.fromkeys(map(str, valeurs)))
    rangs = sorted(int(texte[:4]) * 12 + int(texte[5:]) - 1 for texte in textes if is_month(texte))
    autres = [texte for texte in textes if not is_month(texte)]
    if rangs and rangs[-1] - rangs[0] < MOIS_MAX:
        rangs = list(range(rangs[0], rangs[-1] + 1))
    return [f"{rang // 12:04d}-{rang % 12 + 1:02d}" for rang in rangs] + autres


def is_month(valeur: object) -> bool:
    return MOIS.fullmatch(str(valeur)) is not None


def is_year(valeur: object) -> bool:
    return ANNEE.fullmatch(str(valeur)) is not None


def write_moments(panneau: Panneau, moments: Sequence[str], places: Sequence[float], pas: float, y: float) -> float:
    """Moments under their places, `pas` pixels apart: months, each year under its first one, or years, those that have
    room; then what is neither, always. Returns the pixels that they take."""
    temps = [m for m in moments if is_month(m) or is_year(m)]
    autres = moments[len(temps) :]
    largeur = max(pas * 1.35, 54) if len(autres) == 1 else pas - 4
    fin, lignes_max = panneau.largeur + 30, 1
    for texte, x in zip(autres, places[len(temps) :], strict=True):
        lignes = wrap(texte, largeur, 2)
        milieu = centred(x, max(lignes, key=text_width), 0, panneau.largeur + 8)
        write_down(panneau, milieu, y, lignes, ENCRE)
        fin = min(fin, milieu - widest(lignes) / 2 - 4)
        lignes_max = max(lignes_max, len(lignes))
    noms = [formats.mois_court(m).split("\n") if is_month(m) else [m] for m in temps]
    un_sur = max(1, ceil((widest([nom[0] for nom in noms]) + 5) / max(pas, 1)))
    annee = ""
    for rang, (nom, x) in enumerate(zip(noms, places, strict=False)):
        # Of months, the first is written; of years, the last.
        saute = rang % un_sur if len(nom) > 1 else (len(noms) - 1 - rang) % un_sur
        if saute or x + text_width(nom[0]) / 2 > fin:
            continue
        lignes = nom if nom[-1] != annee else nom[:1]
        write_down(panneau, x, y, lignes, GRIS)
        annee, lignes_max = nom[-1], max(lignes_max, len(lignes))
    return 7 + INTERLIGNE * lignes_max


def write_down(panneau: Panneau, x: float, y: float, lignes: Sequence[str], suite: str) -> None:
    """Lines from `y` down, those after the first in the colour `suite`."""
    for rang, ligne in enumerate(lignes):
        panneau.write(x, y + 13 + rang * INTERLIGNE, ligne, "center", suite if rang else ENCRE)
