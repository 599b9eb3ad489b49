"""Rows of a horizontal chart: names on the left, on as many lines as they need, and as many rows as a page holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.charts.reading import Lecture, LigneDeResultat, part_of
from pipeline.charts.scale import Echelle
from pipeline.charts.sheet import Panneau, centred
from pipeline.charts.style import CLAIR, ENCRE, GRIS, HAUTEUR_MAX, INTERLIGNE, LARGEUR, ink, widest, wrap

NOMS_MAX = 0.44  # of the width, for the names
BLANC, BLANC_MIN = 4.0, 2.5  # px between two rows, at ease and squeezed
BARRE = 12.0  # px


@dataclass(frozen=True)
class Rangee:
    """A row: its name by line, the pixels of its middle from the top, and of its height."""

    ligne: LigneDeResultat
    nom: list[str]
    milieu: float
    epaisseur: float

    @property
    def bornes(self) -> dict[str, float]:
        """Top and bottom of its bar."""
        return {"haut": round(self.milieu - BARRE / 2, 2), "bas": round(self.milieu + BARRE / 2, 2)}


@dataclass(frozen=True)
class Rangees:
    """The rows drawn, their height, the pixels that names take, and what is said when some rows are left out."""

    toutes: list[Rangee]
    hauteur: float
    gauche: float
    note: str


def lay_rows(
    vue: Lecture[Any], lignes: list[LigneDeResultat], dimension: str, noms_max: float = NOMS_MAX, blanc: float = BLANC
) -> Rangees:
    """Place the rows from the top down, the first ones where a page does not hold them all; names take `noms_max` of
    the width at most, `blanc` pixels part two rows."""
    noms = [wrap(vue.name(dimension, ligne), LARGEUR * noms_max) for ligne in lignes]
    textes = INTERLIGNE * sum(map(len, noms))
    blanc = max(BLANC_MIN, min(blanc, (HAUTEUR_MAX - textes) / max(1, len(noms))))
    rangees, y = [], 0.0
    for ligne, nom in zip(lignes, noms, strict=True):
        epaisseur = INTERLIGNE * len(nom) + blanc
        if y + epaisseur > HAUTEUR_MAX + 1:
            break
        rangees.append(Rangee(ligne, nom, round(y + epaisseur / 2, 1), epaisseur))
        y += epaisseur
    gauche = widest([morceau for rangee in rangees for morceau in rangee.nom]) + 9.5
    return Rangees(rangees, round(y, 1), round(gauche, 1), part_of(len(rangees), len(lignes), "lignes"))


def write_names(panneau: Panneau, rangees: Rangees) -> None:
    """Names at the left of their rows."""
    for rangee in rangees.toutes:
        panneau.write(-8, rangee.milieu, rangee.nom, "right")


def write_column(panneau: Panneau, rangees: Rangees, textes: list[str]) -> None:
    """Values in a column at the right of a plot, the marks of fragile rates out of line."""
    marque = widest(["*"]) if any(texte.endswith("*") for texte in textes) else 0
    for rangee, texte in zip(rangees.toutes, textes, strict=True):
        x = panneau.largeur - (0 if texte.endswith("*") else marque)
        panneau.write(x, rangee.milieu, texte, "right", ink(texte))


def zero_line(panneau: Panneau, echelle: Echelle, hauteur: float) -> None:
    """The line that bars start from."""
    x = echelle.px(0)
    panneau.rule((x, 0), (x, hauteur), CLAIR)


def show_region(panneau: Panneau, vue: Lecture[Any], echelle: Echelle, hauteur: float) -> None:
    """The region's rate as a dashed line, named above the rows."""
    x, texte = echelle.px(vue.donnees.taux_region or 0.0), f"réseau {vue.region}"
    panneau.rule((x, -3), (x, hauteur), ENCRE, tirets="tirets")
    panneau.write(centred(x, texte, 0, panneau.largeur), -4 - INTERLIGNE / 2, texte, "center", GRIS)
