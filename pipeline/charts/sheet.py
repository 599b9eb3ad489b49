"""Panels, texts and the line under the chart → one Altair chart of a known size → SVG."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import altair as alt
import vl_convert as vlc

from pipeline.charts.style import (
    ENCRE,
    GRIS,
    INTERLIGNE,
    LARGEUR,
    POLICE,
    POLICE_DE_VEGA,
    STYLE,
    text_width,
    wrap,
)

Rangs = list[dict[str, Any]]
Cote = Literal["left", "center", "right"]
PARTS = {"left": 0.0, "center": 0.5, "right": 1.0}  # of the width of a text, at the left of its place
BAS = 4.0  # px under the last line
DASHES: dict[str, list[int]] = {"": [1, 0], "tirets": [4, 3]}
POLICE_DES_TEXTES = re.compile(rf'(<text [^<>]*font-family="){POLICE_DE_VEGA}"')


@dataclass
class Panneau:
    """A plot of `largeur` pixels: its marks, layer by layer; lines, over the first layer; texts, over everything. Lines
    and texts are placed in pixels from its top left."""

    largeur: float
    couches: list[alt.Chart] = field(default_factory=list)
    traits: Rangs = field(default_factory=list)
    textes: Rangs = field(default_factory=list)

    def rule(
        self, debut: tuple[float, float], fin: tuple[float, float], couleur: str, largeur: float = 1, tirets: str = ""
    ) -> None:
        """Add a line from one point to another."""
        bouts = dict(zip(("x", "y", "x2", "y2"), (round(v, 1) for v in (*debut, *fin)), strict=True))
        self.traits.append(bouts | {"couleur": couleur, "largeur": largeur, "tirets": DASHES[tirets]})

    def write(self, x: float, y: float, lignes: str | Sequence[str], cote: Cote = "left", couleur: str = ENCRE) -> None:
        """Add a text, on several lines where it is a list, centred on `y` as a whole; `x` is its left, its right or its
        middle. (Placed by their left in the SVG: WeasyPrint draws the others apart, and readers cut their edges.)"""
        lignes = [lignes] if isinstance(lignes, str) else lignes
        haut = y - (len(lignes) - 1) * INTERLIGNE / 2
        for rang, ligne in enumerate(lignes):
            gauche = x - PARTS[cote] * text_width(ligne)
            place = {"x": round(gauche, 2), "y": round(haut + rang * INTERLIGNE, 1)}
            self.textes.append(place | {"texte": ligne, "couleur": couleur})


@dataclass
class Planche:
    """A chart to paint.

    Attributes:
        panneaux: plots of the same height, side by side.
        tables: rows of the marks' data, by the name under which the layers read them.
        gauche, haut, bas: pixels around the plots for their texts.
        ecart: pixels between two plots.
        notes: what the line under the chart says before it names the source.
    """

    panneaux: list[Panneau]
    hauteur: float
    tables: dict[str, Rangs] = field(default_factory=dict)
    gauche: float = 0.0
    haut: float = 0.0
    bas: float = 0.0
    ecart: float = 20.0
    notes: list[str] = field(default_factory=list)


def paint(planche: Planche, source: str) -> str:
    """The SVG of a chart, exactly as wide as the column; nothing is written under it where there is nothing to say."""
    dit = " ".join(filter(None, [*planche.notes, source]))
    lignes = wrap(dit, LARGEUR, lignes_max=4) if dit else []
    pied = planche.bas
    if lignes:
        pied += 8 + INTERLIGNE / 2
        milieu = planche.hauteur + pied + (len(lignes) - 1) * INTERLIGNE / 2
        planche.panneaux[0].write(-planche.gauche, milieu, lignes, couleur=GRIS)
        pied += (len(lignes) - 0.5) * INTERLIGNE
    tables = dict(planche.tables)
    vues = []
    for rang, panneau in enumerate(planche.panneaux):
        # Altair would copy rows at each of its steps: they are named, and given at the end.
        tables |= {f"traits{rang}": panneau.traits, f"textes{rang}": panneau.textes}
        fond, *autres = panneau.couches
        couches = [fond, *[rules(f"traits{rang}")] * bool(panneau.traits), *autres, texts(f"textes{rang}")]
        vues.append(alt.LayerChart(layer=couches, width=panneau.largeur, height=planche.hauteur))
    seule = len(vues) == 1
    chart = vues[0] if seule else alt.HConcatChart(hconcat=vues, spacing=planche.ecart, bounds="flush")
    spec = chart.to_dict(validate=False)
    pied += BAS
    spec |= {
        "config": STYLE,
        "datasets": tables,
        "autosize": "none",
        # A chart of several plots has no width of its own.
        "padding": {
            "left": planche.gauche,
            "top": planche.haut,
            "right": LARGEUR - planche.gauche - (planche.panneaux[0].largeur if seule else 0),
            "bottom": pied,
        },
    }
    svg = vlc.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    return POLICE_DES_TEXTES.sub(rf'\g<1>{POLICE}"', svg)


def table(nom: str) -> alt.Chart:
    """A layer on the rows of that name."""
    return alt.Chart(alt.NamedData(nom))


def rules(nom: str) -> alt.Chart:
    """The layer of the lines of a panel."""
    traits = table(nom).mark_rule(strokeWidth=alt.ExprRef("datum.largeur"), strokeDash=alt.ExprRef("datum.tirets"))
    return traits.encode(pixels_x("x"), pixels_y("y"), alt.X2("x2"), alt.Y2("y2"), as_is(alt.Color, "couleur"))


def texts(nom: str) -> alt.Chart:
    """The layer of the texts of a panel."""
    return (
        table(nom)
        .mark_text(align="left")
        .encode(pixels_x("x"), pixels_y("y"), alt.Text("texte", type="nominal"), as_is(alt.Color, "couleur"))
    )


def pixels_x(colonne: str) -> alt.X:
    return alt.X(colonne, type="quantitative", scale=None, axis=None)


def pixels_y(colonne: str) -> alt.Y:
    return alt.Y(colonne, type="quantitative", scale=None, axis=None)


def as_is(canal: type[Any], colonne: str) -> Any:
    """A channel whose values are colours or shapes themselves."""
    return canal(colonne, type="nominal", scale=None, legend=None)


def legend(cles: list[tuple[str, str]], largeur: float) -> Iterator[tuple[float, float, str, str]]:
    """(x, y, key, words) of each key of a legend, on as many lines of `largeur` pixels as they need; y from 0 down."""
    x = y = 0.0
    for cle, mots in cles:
        if x and x + 18 + text_width(mots) > largeur:
            x, y = 0.0, y + INTERLIGNE + 3
        yield x, y, cle, mots
        x += 18 + text_width(mots) + 18


def centred(x: float, texte: str, bas: float, haut: float) -> float:
    """Where to centre a text so that it stays between `bas` and `haut`."""
    demi = text_width(texte) / 2
    return max(bas + demi, min(haut - demi, x))
