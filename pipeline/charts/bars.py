"""`barres`: one panel a measure, side by side, each bar with its value; the region's rate as a line on rates."""

from __future__ import annotations

import altair as alt

from pipeline.charts.axes import write_ticks
from pipeline.charts.bands import lay_rows, show_region, write_column, write_names, zero_line
from pipeline.charts.reading import Lecture, LigneDeResultat, is_rest
from pipeline.charts.scale import Echelle, make_scale
from pipeline.charts.sheet import Panneau, Planche, as_is, pixels_y, table
from pipeline.charts.style import AUTRES, BLEU, ECART, INTERLIGNE, LARGEUR, ORANGE, ink, widest, wrap
from pipeline.models.chart_header import BarsSpec

Vue = Lecture[BarsSpec]
ENTRE_PANNEAUX = 22.0


def draw(vue: Vue) -> Planche:
    """Bars sorted by the first measure, or in the order of the rows."""
    mesures = vue.graphique.x
    rangees = lay_rows(vue, in_order(vue), vue.graphique.y)
    largeur = (LARGEUR - rangees.gauche - ENTRE_PANNEAUX * (len(mesures) - 1) - 2) / len(mesures)
    titres = [wrap(vue.libelle(mesure), largeur) for mesure in mesures]
    reperes = [has_reference(vue, mesure) for mesure in mesures]
    haut = INTERLIGNE * max(map(len, titres)) + (INTERLIGNE if any(reperes) else 0) + 6
    planche = Planche(
        [], rangees.hauteur, gauche=rangees.gauche, haut=haut, bas=20, ecart=ENTRE_PANNEAUX, notes=[rangees.note]
    )
    for rang, mesure in enumerate(mesures):
        couleur = BLEU if vue.colonnes[mesure].format == "taux" else ORANGE
        barres = [
            {
                "valeur": valeur,
                "couleur": AUTRES if is_rest(rangee.ligne) else couleur,
                "texte": vue.written(mesure, rangee.ligne),
                **rangee.bornes,
            }
            for rangee in rangees.toutes
            for valeur in [vue.measured(mesure, rangee.ligne)]
        ]
        visibles = [barre["valeur"] for barre in barres if barre["valeur"] is not None]
        valeurs = visibles + ([vue.donnees.taux_region or 0.0] if reperes[rang] else [])
        # Values in a column of their own where a line or bars to the left would cross them.
        en_colonne = any(reperes) or min(valeurs, default=0) < 0
        colonne = widest([barre["texte"] for barre in barres]) + ECART + 4
        ticks = max(2, min(5, int(largeur / 48)))
        echelle = make_scale(valeurs, largeur, vue.colonnes[mesure].format, ticks, reserve=colonne)
        nom = f"barres{rang}"
        planche.tables[nom] = [barre for barre in barres if barre["valeur"] is not None]
        panneau = Panneau(largeur, [bars(nom, echelle)])
        panneau.write(0, -haut + INTERLIGNE * len(titres[rang]) / 2, titres[rang])
        if en_colonne:
            write_column(panneau, rangees, [barre["texte"] for barre in barres])
        else:
            for barre, rangee in zip(barres, rangees.toutes, strict=True):
                x = echelle.px(barre["valeur"] or 0.0) + ECART - 1
                panneau.write(x, rangee.milieu, barre["texte"], couleur=ink(barre["texte"]))
        if reperes[rang]:
            show_region(panneau, vue, echelle, rangees.hauteur)
        zero_line(panneau, echelle, rangees.hauteur)
        write_ticks(panneau, echelle, rangees.hauteur)
        planche.panneaux.append(panneau)
    write_names(planche.panneaux[0], rangees)
    return planche


def bars(nom: str, echelle: Echelle) -> alt.Chart:
    """Horizontal bars from 0."""
    return (
        table(nom)
        .mark_rect()
        .encode(
            alt.X("valeur", type="quantitative", scale=echelle.scale(), axis=echelle.axis()),
            alt.X2Datum(0),
            pixels_y("haut"),
            alt.Y2("bas"),
            as_is(alt.Color, "couleur"),
        )
    )


def in_order(vue: Vue) -> list[LigneDeResultat]:
    """The rows as the chart shows them."""
    return vue.as_given() if vue.graphique.tri == "lignes" else vue.by_measure(vue.graphique.x[0])


def has_reference(vue: Vue, mesure: str) -> bool:
    """Whether the panel of a measure shows the region's rate."""
    return vue.wants_region() and vue.colonnes[mesure].format == "taux"


def words(vue: Vue) -> str:
    """The figures of the first measure, in the order of the chart."""
    region = f" Réseau : {vue.region}." if any(has_reference(vue, mesure) for mesure in vue.graphique.x) else ""
    return f"{vue.listed(vue.graphique.x[0], vue.graphique.y, in_order(vue))}{region}"
