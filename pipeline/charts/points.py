"""`points`: a rate with its interval on each row, and the region's rate as a line."""

from __future__ import annotations

import altair as alt

from pipeline.charts.axes import write_ticks
from pipeline.charts.bands import lay_rows, show_region, write_column, write_names, zero_line
from pipeline.charts.reading import Lecture, LigneDeResultat, is_rest
from pipeline.charts.scale import Echelle, make_scale
from pipeline.charts.sheet import Panneau, Planche, as_is, pixels_y, table
from pipeline.charts.style import AUTRES, BLEU, ECART, INTERLIGNE, LARGEUR, widest, wrap
from pipeline.models.chart_header import PointsSpec

Vue = Lecture[PointsSpec]


def draw(vue: Vue) -> Planche:
    """Points sorted by the rate, or in the order of the rows; a rate that means nothing has no point."""
    mesure = vue.graphique.x
    rangees = lay_rows(vue, in_order(vue), vue.graphique.y)
    largeur = LARGEUR - rangees.gauche - 2
    textes = [vue.written(mesure, rangee.ligne) for rangee in rangees.toutes]
    points = []
    for rangee in rangees.toutes:
        taux = vue.measured(mesure, rangee.ligne)
        if taux is not None:
            bornes = [rangee.ligne.get("taux_bas"), rangee.ligne.get("taux_haut")]
            bas, haut = (taux if borne is None else float(borne) for borne in bornes)
            couleur = AUTRES if is_rest(rangee.ligne) else BLEU
            points.append({"taux": taux, "bas": bas, "haut": haut, "y": rangee.milieu, "couleur": couleur})
    valeurs = [point["haut"] for point in points] + [vue.donnees.taux_region or 0.0] * vue.wants_region()
    echelle = make_scale(valeurs, largeur, "taux", 6, reserve=widest(textes) + ECART + 6)
    titre = wrap(f"{vue.libelle(mesure)} (trait : intervalle à 95 %)", largeur)
    region = INTERLIGNE if vue.wants_region() else 0
    tete = INTERLIGNE * len(titre) + region + 6
    panneau = Panneau(largeur, [intervals(echelle), marks(echelle)])
    panneau.write(0, -tete + INTERLIGNE * len(titre) / 2, titre)
    if region:
        show_region(panneau, vue, echelle, rangees.hauteur)
    write_column(panneau, rangees, textes)
    write_names(panneau, rangees)
    zero_line(panneau, echelle, rangees.hauteur)
    write_ticks(panneau, echelle, rangees.hauteur)
    return Planche([panneau], rangees.hauteur, {"points": points}, rangees.gauche, tete, 20, notes=[rangees.note])


def intervals(echelle: Echelle) -> alt.Chart:
    """The interval of each rate."""
    x = alt.X("bas", type="quantitative", scale=echelle.scale(), axis=echelle.axis())
    traits = table("points").mark_rule(strokeWidth=2)
    return traits.encode(x, alt.X2("haut"), pixels_y("y"), as_is(alt.Color, "couleur"))


def marks(echelle: Echelle) -> alt.Chart:
    """The rates."""
    x = alt.X("taux", type="quantitative", scale=echelle.scale(), axis=echelle.axis())
    ronds = table("points").mark_point(filled=True, size=55, opacity=1)
    return ronds.encode(x, pixels_y("y"), as_is(alt.Color, "couleur"))


def in_order(vue: Vue) -> list[LigneDeResultat]:
    """The rows as the chart shows them."""
    return vue.as_given() if vue.graphique.tri == "lignes" else vue.by_measure(vue.graphique.x)


def words(vue: Vue) -> str:
    """The rates, in the order of the chart, and the region's."""
    region = f" Réseau : {vue.region}." if vue.wants_region() else ""
    return f"{vue.listed(vue.graphique.x, vue.graphique.y, in_order(vue))}{region}"
