"""How every chart looks: sizes, colours, and texts measured in the report's own font."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import pyphen

from pipeline.branding import channels, contrast
from pipeline.charts import fonts
from pipeline.formats import NON_SIGNIFICATIF, VIDE

POLICE = "Inter"
LARGEUR = 656  # px: the column of 174 mm at 96 px an inch (rapport.css)
HAUTEUR_MAX = 760  # px: what a page leaves under a section's title, for the marks of one chart
CORPS = 11.3  # px: 8,5 pt, the size of the tables' text
INTERLIGNE = 14.5  # px
ECART = 6  # px between a mark and its text

ENCRE, GRIS, CLAIR, GRILLE = "#1d2733", "#5c6b7a", "#c9d3dc", "#e6ebef"
BLEU, ORANGE, BRUN = "#2b6396", "#c8551b", "#7a2a05"
AUTRES = "#97a4b0"  # what stands for many rows
# Told apart without colour vision too: 13 in OKLab (× 100) between any two, as protanopes and deuteranopes see them.
SERIES = (BLEU, ORANGE, "#2a9db0", "#5a2a10", "#4a3fd0", "#2a0f4a")
DEGRADE = ("#e9f1f8", "#b3cfe6", "#5f9bcb", "#2b6396", "#0f3557")
FORMES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

# Vega measures every text, for nothing here, and five times more slowly in a font that it was given: it is told
# another, which is replaced in the SVG.
POLICE_DE_VEGA = "sans-serif"
STYLE = {
    "aria": False,
    "font": POLICE_DE_VEGA,
    "axis": {
        "labels": False, "ticks": False, "domain": False, "title": None, "grid": True, "gridColor": GRILLE,
    },
    "text": {"fontSize": CORPS, "color": ENCRE, "baseline": "middle"},
    "view": {"stroke": None},
}  # fmt: skip

# What breaks a line, and what XML does not carry; no-break spaces stay.
BLANCS = re.compile(r"(?:[^\S\u00a0\u202f]|[\x00-\x1f\x7f-\x9f\ufffe\uffff])+")
SUITE = "…"
LETTRES_MAX = 600  # more than the lines of any label hold


@lru_cache(maxsize=4096)
def text_width(texte: str) -> float:
    """Pixels that a text takes on one line."""
    return CORPS * fonts.read_font("Regular").width(texte)


def widest(textes: list[str]) -> float:
    """Pixels of the longest of some texts, 0 without any."""
    return max(map(text_width, textes), default=0.0)


def clean(texte: str) -> str:
    """A text on one line, without what an image cannot hold."""
    return BLANCS.sub(" ", texte[:LETTRES_MAX]).strip()


def wrap(texte: str, largeur: float, lignes_max: int = 3) -> list[str]:
    """A text on lines of at most `largeur` pixels, cut at spaces, then between syllables; past `lignes_max`, '…'."""
    lignes = [""]
    for mot in clean(texte).split(" "):
        if text_width(f"{lignes[-1]} {mot}".lstrip()) <= largeur:
            lignes[-1] = f"{lignes[-1]} {mot}".lstrip()
        else:
            lignes += break_word(mot, largeur)
        if len(lignes) > lignes_max + 1:
            break
    lignes = [ligne for ligne in lignes if ligne] or [""]
    if len(lignes) <= lignes_max:
        return lignes
    derniere = lignes[lignes_max - 1]
    while derniere and text_width(derniere + SUITE) > largeur:
        derniere = derniere[:-1]
    return [*lignes[: lignes_max - 1], derniere.rstrip() + SUITE]


def break_word(mot: str, largeur: float) -> list[str]:
    """A word on lines of at most `largeur` pixels: cut after its hyphens, else between syllables, else anywhere."""
    lignes, debut = [], 0
    coupes = [n for n in syllables().positions(mot) if 2 <= n <= len(mot) - 3]
    while text_width(mot[debut:]) > largeur and len(mot) - debut > 1:
        tient = debut + 1
        while text_width(mot[debut : tient + 1] + "-") <= largeur:
            tient += 1
        # No letter or two alone at the end.
        tient = max(debut + 1, min(tient, len(mot) - 3))
        traits = [n for n in range(debut + 2, tient + 1) if mot[n - 1] in "-/"]
        fin = max(traits or [n for n in coupes if debut < n <= tient], default=tient)
        lignes.append(mot[debut:fin] + ("" if mot[fin - 1] in "-/" else "-"))
        debut = fin
    return [*lignes, mot[debut:]]


def balance(texte: str, largeur: float, lignes_max: int) -> list[str]:
    """A text on as few lines as `wrap` makes, as even as may be."""
    lignes = wrap(texte, largeur, lignes_max)
    while len(lignes) > 1 and not lignes[-1].endswith(SUITE):
        essai = wrap(texte, widest(lignes) - 1, lignes_max)
        if len(essai) > len(lignes) or any(ligne.endswith(("-", SUITE)) for ligne in essai):
            break
        lignes = essai
    return lignes


def ink(texte: str) -> str:
    """The colour of a written value, paler where it says that there is none."""
    return GRIS if texte in {NON_SIGNIFICATIF, VIDE} else ENCRE


def ramp(part: float) -> str:
    """The colour of a cell, from the palest (0) to the darkest (1): one hue, so that only darkness is to be told."""
    rang = min(int(part * (len(DEGRADE) - 1)), len(DEGRADE) - 2)
    reste = part * (len(DEGRADE) - 1) - rang
    bouts = zip(channels(DEGRADE[rang]), channels(DEGRADE[rang + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * reste):02x}" for a, b in bouts)


def contrast_ink(fond: str) -> str:
    """Black or white, whichever stands out on a colour: a contrast of 4,5 at least (WCAG 2.1, relative luminance)."""
    return max("#000000", "#ffffff", key=lambda encre: contrast(encre, fond))


@cache
def syllables() -> pyphen.Pyphen:
    """Where French words may be cut."""
    return pyphen.Pyphen(lang="fr")
