"""Where to write labels so that none covers another: along a margin, or around the points of a plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

PAS = (1.0, 0.75, 0.5, 0.25, 0.0, -0.25, -0.5, -0.75, -1.0)
# Where a label may be around its point: (1, 0) at its right, (0, 1) over it.
COTES = [(h, v) for h, v in product(PAS, PAS) if 1.0 in (abs(h), abs(v))]
DISTANCES = (8.0, 17.0, 30.0, 46.0, 66.0)  # px from the point
PROCHES = 2  # distances at which a label needs no line to its point
RAYON = 5.0  # px around a point
BLANC = 2.0  # px between two labels
# Costs, beside a pixel of distance. What covers a point or a label is never chosen.
RECOUVRE, CROISE, SUR_UN_TRAIT = 10_000.0, 2_500.0, 6.0
RAPPEL = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)  # parts of a line at which it is looked whether it crosses something
PASSES = 2


def spread(milieux: Sequence[float], hauteurs: Sequence[float], bas: float, haut: float) -> list[float]:
    """Middles moved as little as possible (least squares) so that blocks of these heights keep their order and do not
    overlap between `bas` and `haut`, as long as these have room for all."""
    ordre = sorted(range(len(milieux)), key=lambda i: milieux[i])
    # Blocks that touch move as one: [sum of their wished tops, how many, height, members].
    groupes: list[tuple[float, int, float, list[int]]] = []
    for i in ordre:
        somme, nombre, hauteur, membres = milieux[i] - hauteurs[i] / 2, 1, hauteurs[i], [i]
        while groupes and groupes[-1][0] / groupes[-1][1] + groupes[-1][2] > somme / nombre:
            avant = groupes.pop()
            somme += avant[0] - nombre * avant[2]
            nombre, hauteur, membres = nombre + avant[1], hauteur + avant[2], [*avant[3], *membres]
        somme = max(bas, min(haut - hauteur, somme / nombre)) * nombre
        groupes.append((somme, nombre, hauteur, membres))
    places = [0.0] * len(milieux)
    plancher = haut
    for somme, nombre, hauteur, membres in reversed(groupes):
        y = max(bas, min(somme / nombre, plancher - hauteur))
        plancher = y
        for i in membres:
            places[i] = y + hauteurs[i] / 2
            y += hauteurs[i]
    return places


@dataclass(frozen=True)
class Etiquette:
    """A label's box: left, top, right and bottom, and whether it is far enough to need a line to its point."""

    x0: float
    y0: float
    x1: float
    y1: float
    eloignee: bool


def place(
    points: Sequence[tuple[float, float]],
    tailles: Sequence[tuple[float, float] | None],
    cadre: tuple[float, float],
    traits: Sequence[tuple[float, float]],
) -> list[Etiquette | None]:
    """A box for the label of each point, the first ones served first, in a frame of `cadre` pixels.

    Args:
        points: middles, in pixels.
        tailles: width and height of each label; None for a point that is not to be named.
        traits: points of the lines that labels should rather not cover.

    Returns:
        Boxes that cover no point nor other box; None where there is no room for one.
    """
    import numpy as np  # noqa: PLC0415 (slow to import, and few charts need it)

    ronds = np.array([(x - RAYON, y - RAYON, x + RAYON, y + RAYON) for x, y in points]).reshape(-1, 4)
    lignes = np.array(traits, dtype=float).reshape(-1, 2)
    essais = {
        i: Essais(point, taille, np.delete(ronds, i, axis=0), lignes, cadre)
        for i, (point, taille) in enumerate(zip(points, tailles, strict=True))
        if taille is not None
    }
    choix: dict[int, int] = {}
    proches = PROCHES * len(COTES)
    for _ in range(PASSES):
        for i, essai in essais.items():
            if choix.get(i, proches) < proches:
                continue
            autres = [j for j in choix if j != i]
            boites = np.array([essais[j].boites[choix[j]] for j in autres]).reshape(-1, 4)
            rappels = np.array([essais[j].rappels[choix[j]] for j in autres]).reshape(-1, 2)
            couts = essai.couts + RECOUVRE * overlaps(essai.boites, boites, BLANC)
            couts += CROISE * (holds(essai.boites, rappels) + essai.crossings(boites))
            meilleur = int(np.argmin(couts))
            choix.pop(i, None)
            if couts[meilleur] < RECOUVRE:
                choix[i] = meilleur
    return [
        Etiquette(*map(float, essais[i].boites[choix[i]]), eloignee=choix[i] >= proches) if i in choix else None
        for i in range(len(points))
    ]


class Essais:
    """The places tried for a label, the nearest first: boxes (n × 4), points of the lines that lead to them
    (n × len(RAPPEL) × 2), costs when no other label is there."""

    def __init__(
        self, point: tuple[float, float], taille: tuple[float, float], ronds: Any, lignes: Any, cadre: Any
    ) -> None:
        import numpy as np  # noqa: PLC0415

        (x, y), (largeur, hauteur) = point, taille
        # In a corner of its point, a label may come nearer.
        centres = np.array(
            [
                (x + h * (largeur / 2 + d * (1 - 0.5 * abs(v))), y - v * (hauteur / 2 + d * (1 - 0.5 * abs(h))))
                for d in DISTANCES
                for h, v in COTES
            ]
        )
        demi = np.array([largeur / 2, hauteur / 2])
        self.boites = np.hstack([centres - demi, centres + demi])
        pointes = np.clip([point], self.boites[:, :2], self.boites[:, 2:])
        parts = np.array(RAPPEL).reshape(1, -1, 1)
        self.rappels = np.array(point) + parts * (pointes[:, None, :] - np.array(point))
        # Near labels have no line.
        self.rappels[: PROCHES * len(COTES)] = np.inf
        loin = np.repeat(DISTANCES, len(COTES)) - DISTANCES[0]
        cote = np.tile([3.0 * abs(v) + (1.0 if h <= 0 else 0.0) for h, v in COTES], len(DISTANCES))
        # No place of this label goes further.
        portee = np.array(taille) + DISTANCES[-1]
        lignes = lignes[(abs(lignes - np.array(point)) < portee).all(axis=1)]
        ronds = ronds[(abs(ronds[:, :2] + RAYON - np.array(point)) < portee + RAYON).all(axis=1)]
        dehors = (self.boites[:, :2] < 0).any(axis=1) | (self.boites[:, 2:] > np.array(cadre)).any(axis=1)
        self.couts = loin + cote + SUR_UN_TRAIT * holds(self.boites, lignes) + CROISE * self.crossings(ronds)
        self.couts += RECOUVRE * (overlaps(self.boites, ronds, 0.0) + dehors)

    def crossings(self, boites: Any) -> Any:
        """How many of the points of each leading line are in these boxes."""
        plats = self.rappels.reshape(-1, 2)
        dans = holds(boites, plats, par_boite=False)
        return dans.reshape(len(self.boites), -1).sum(axis=1)


def overlaps(boites: Any, autres: Any, marge: float) -> Any:
    """How many of the others each box overlaps, or nears by less than `marge`."""
    return (
        (boites[:, :1] < autres[:, 2] + marge)
        & (boites[:, 2:3] > autres[:, 0] - marge)
        & (boites[:, 1:2] < autres[:, 3] + marge)
        & (boites[:, 3:4] > autres[:, 1] - marge)
    ).sum(axis=1)


def holds(boites: Any, points: Any, par_boite: bool = True) -> Any:
    """How many of the points each box holds, or how many boxes hold each point."""
    x, y = points[:, 0], points[:, 1]
    dans = (x > boites[:, :1]) & (x < boites[:, 2:3]) & (y > boites[:, 1:2]) & (y < boites[:, 3:4])
    return dans.sum(axis=1 if par_boite else 0)
