"""`colonnes_mois`: one column a month in order of time, what has no month last and grey."""

from __future__ import annotations

import altair as alt

from pipeline import formats
from pipeline.charts.axes import side_width, write_side
from pipeline.charts.reading import Lecture, LigneDeResultat, check_unique, is_rest
from pipeline.charts.scale import Echelle, make_scale
from pipeline.charts.sheet import Panneau, Planche, as_is, pixels_x, table
from pipeline.charts.style import AUTRES, CLAIR, LARGEUR, ORANGE, widest, wrap
from pipeline.charts.time import is_month, months, write_moments
from pipeline.models.chart_header import MonthColumnsSpec

Vue = Lecture[MonthColumnsSpec]
HAUTEUR = 150.0
PLEIN = 0.76  # of the space of a month


def draw(vue: Vue) -> Planche:
    """Columns with their values; a month without a row keeps its place, empty."""
    mesure, lignes = vue.graphique.y, in_order(vue)
    check_unique("colonnes_mois", [month(vue, ligne) for ligne in lignes], [vue.graphique.x], "mois")
    du_mois = {month(vue, ligne): ligne for ligne in lignes}
    mois = months(du_mois)
    visibles = {m: v for m, ligne in du_mois.items() if (v := vue.measured(mesure, ligne)) is not None}
    echelle = make_scale(list(visibles.values()), HAUTEUR, vue.colonnes[mesure].format, 5, reserve=16)
    gauche = side_width(echelle)
    largeur = LARGEUR - gauche - 8
    pas = largeur / max(1, len(mois))
    places = {m: round((rang + 0.5) * pas, 2) for rang, m in enumerate(mois)}
    colonnes = [
        {
            "gauche": round(places[m] - pas * PLEIN / 2, 2),
            "droite": round(places[m] + pas * PLEIN / 2, 2),
            "valeur": valeur,
            "couleur": ORANGE if is_month(m) else AUTRES,
        }
        for m, valeur in visibles.items()
    ]
    panneau = Panneau(largeur, [columns(echelle)])
    base = HAUTEUR - echelle.px(0)
    panneau.rule((0, base), (largeur, base), CLAIR)
    haut = write_side(panneau, echelle, HAUTEUR, wrap(vue.libelle(mesure), LARGEUR), gauche)
    ecrites = {m: vue.written(mesure, du_mois[m]) for m in visibles}
    if widest(list(ecrites.values())) <= pas - 2:
        for m, texte in ecrites.items():
            panneau.write(places[m], HAUTEUR - echelle.px(max(0.0, visibles[m])) - 8, texte, "center")
    bas = write_moments(panneau, mois, list(places.values()), pas, HAUTEUR)
    return Planche([panneau], HAUTEUR, {"colonnes": colonnes}, gauche, haut, bas)


def columns(echelle: Echelle) -> alt.Chart:
    """Vertical bars from 0."""
    return (
        table("colonnes")
        .mark_rect()
        .encode(
            pixels_x("gauche"),
            alt.X2("droite"),
            alt.Y("valeur", type="quantitative", scale=echelle.scale(), axis=echelle.axis()),
            alt.Y2Datum(0),
            as_is(alt.Color, "couleur"),
        )
    )


def month(vue: Vue, ligne: LigneDeResultat) -> str:
    """The month of a row, or what it has for one."""
    if is_month(ligne.get(vue.graphique.x)):
        return str(ligne[vue.graphique.x])
    return vue.name(vue.graphique.x, ligne)


def in_order(vue: Vue) -> list[LigneDeResultat]:
    """The rows in order of time, what has no month after, what stands for many rows last."""
    return sorted(
        vue.donnees.lignes,
        key=lambda ligne: (is_rest(ligne), not is_month(ligne.get(vue.graphique.x)), str(ligne.get(vue.graphique.x))),
    )


def words(vue: Vue) -> str:
    """Each month and its value."""
    valeurs = ", ".join(
        f"{formats.mois(month(vue, ligne))} {vue.written(vue.graphique.y, ligne)}" for ligne in in_order(vue)
    )
    return formats.sentence(f"{vue.libelle(vue.graphique.y)} : {valeurs or 'aucune valeur'}")
