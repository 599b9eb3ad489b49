"""`barres_empilees`: the measures end to end, sorted by their sum; the sum is written, and the last measure in it."""

from __future__ import annotations

from itertools import accumulate

import altair as alt

from pipeline import formats
from pipeline.charts.axes import write_ticks
from pipeline.charts.bands import lay_rows, write_names, zero_line
from pipeline.charts.reading import Lecture, LigneDeResultat, is_rest
from pipeline.charts.scale import Echelle, make_scale
from pipeline.charts.sheet import Panneau, Planche, as_is, legend, pixels_x, pixels_y, table
from pipeline.charts.style import AUTRES, BLEU, CLAIR, ECART, GRILLE, INTERLIGNE, LARGEUR, ORANGE, widest
from pipeline.models.chart_header import StackedBarsSpec

Vue = Lecture[StackedBarsSpec]
# The last measure is what the chart is about; those before it are its ground.
FONDS = (CLAIR, "#8fb0cc", BLEU, "#14324e")
CARRE = 9.0


def draw(vue: Vue) -> Planche:
    """One bar a row, in as many pieces as there are measures."""
    mesures = vue.graphique.x
    couleurs = [*(FONDS[rang % len(FONDS)] for rang in range(len(mesures) - 1)), ORANGE]
    couleurs_du_reste = [*([GRILLE] * (len(mesures) - 1)), AUTRES]
    rangees = lay_rows(vue, in_order(vue), vue.graphique.y)
    largeur = LARGEUR - rangees.gauche - 2
    textes = [value(vue, rangee.ligne) for rangee in rangees.toutes]
    totaux = [total(vue, rangee.ligne) for rangee in rangees.toutes]
    echelle = make_scale(totaux, largeur, "entier", 6, reserve=widest(textes) + ECART + 2)
    morceaux = []
    for rangee in rangees.toutes:
        fins = [0.0, *accumulate(vue.measured(mesure, rangee.ligne) or 0.0 for mesure in mesures)]
        morceaux += [
            {"debut": fins[rang], "fin": fins[rang + 1], "couleur": couleur, **rangee.bornes}
            for rang, couleur in enumerate(couleurs_du_reste if is_rest(rangee.ligne) else couleurs)
        ]
    panneau = Panneau(largeur)
    cles = list(legend(list(zip(couleurs, map(vue.libelle, mesures), strict=True)), largeur))
    haut = cles[-1][1] + INTERLIGNE + 10
    carres = [{"x": x, "y": y - haut + 2, "couleur": couleur} for x, y, couleur, _ in cles]
    panneau.couches = [bars(echelle), squares()]
    for x, y, _, mots in cles:
        panneau.write(x + CARRE + 5, y - haut + 2 + CARRE / 2, mots)
    for rangee, texte, somme in zip(rangees.toutes, textes, totaux, strict=True):
        panneau.write(echelle.px(somme) + ECART - 1, rangee.milieu, texte)
    write_names(panneau, rangees)
    zero_line(panneau, echelle, rangees.hauteur)
    write_ticks(panneau, echelle, rangees.hauteur)
    tables = {"morceaux": morceaux, "carres": carres}
    return Planche([panneau], rangees.hauteur, tables, rangees.gauche, haut, 20, notes=[rangees.note])


def bars(echelle: Echelle) -> alt.Chart:
    """The pieces of the bars."""
    return (
        table("morceaux")
        .mark_rect()
        .encode(
            alt.X("debut", type="quantitative", scale=echelle.scale(), axis=echelle.axis()),
            alt.X2("fin"),
            pixels_y("haut"),
            alt.Y2("bas"),
            as_is(alt.Color, "couleur"),
        )
    )


def squares() -> alt.Chart:
    """The keys of the legend."""
    carres = table("carres").mark_rect(width=CARRE, height=CARRE, align="left", baseline="top")
    return carres.encode(pixels_x("x"), pixels_y("y"), as_is(alt.Color, "couleur"))


def in_order(vue: Vue) -> list[LigneDeResultat]:
    """The rows by their total, what stands for many rows last."""
    return sorted(vue.donnees.lignes, key=lambda ligne: (is_rest(ligne), -total(vue, ligne)))


def total(vue: Vue, ligne: LigneDeResultat) -> float:
    return sum(vue.measured(mesure, ligne) or 0.0 for mesure in vue.graphique.x)


def value(vue: Vue, ligne: LigneDeResultat) -> str:
    """'438 dont 48'."""
    return f"{formats.entier(total(vue, ligne))} dont {vue.written(vue.graphique.x[-1], ligne)}"


def words(vue: Vue) -> str:
    """The total of each bar and the last measure in it."""
    derniere = vue.libelle(vue.graphique.x[-1])
    valeurs = ", ".join(f"{vue.name(vue.graphique.y, ligne)} {value(vue, ligne)}" for ligne in in_order(vue))
    sommes = " + ".join(vue.libelle(mesure) for mesure in vue.graphique.x)
    return f"{sommes}, dont {derniere} : {valeurs}."
