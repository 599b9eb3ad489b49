"""`ligne`: a measure over the published years or the months of the year, one line a series, named at its right end."""

from __future__ import annotations

import altair as alt

from pipeline.charts.axes import side_width, write_side
from pipeline.charts.labels import spread
from pipeline.charts.reading import Lecture, part_of
from pipeline.charts.scale import Echelle, make_scale
from pipeline.charts.series import Serie, moment_name, read_moments, read_series, timeless
from pipeline.charts.sheet import Panneau, Planche, as_is, pixels_x, table
from pipeline.charts.style import AUTRES, CLAIR, FORMES, INTERLIGNE, LARGEUR, SERIES, widest, wrap
from pipeline.charts.time import write_moments
from pipeline.formats import sentence
from pipeline.models.chart_header import LineSpec

Vue = Lecture[LineSpec]
HAUTEUR = 230.0
SERIES_MAX = 6
NOM_MAX = 195.0  # px for the name of a line
BORD = 16.0  # px between the sides of the plot and the first and last points
SEULE = 18.0  # px at the right of a line alone, for half of the last text under it
MARGE = 19.0  # px between the plot and the names


def draw(vue: Vue) -> Planche:
    """Lines with their points; a value that is not there, or means nothing, is a gap."""
    toutes, moments = read_series(vue), read_moments(vue)
    series = [serie for serie in toutes if serie.valeurs][:SERIES_MAX]
    noms = [end_label(vue, serie, moments) for serie in series]
    valeurs = [valeur for serie in series for valeur in serie.valeurs.values()]
    hauteur = max(HAUTEUR, INTERLIGNE * sum(map(len, noms)))
    echelle = make_scale(valeurs, hauteur, vue.colonnes[vue.graphique.y].format, 5, reserve=16, arrondie=True)
    gauche = side_width(echelle)
    droite = widest([morceau for nom in noms for morceau in nom])
    largeur = LARGEUR - gauche - (droite + MARGE + 1 if droite else SEULE)
    pas = (largeur - 2 * BORD) / max(1, len(moments) - 1)
    # The last moment is beside the names, whatever comes before it.
    x = {m: round(largeur - BORD - rang * pas, 2) for rang, m in enumerate(reversed(moments))}
    couleurs = [AUTRES if serie.regroupee else SERIES[rang] for rang, serie in enumerate(series)]
    points = [
        {"x": x[m], "valeur": serie.valeurs[m], "couleur": couleur, "forme": forme, "trait": f"{forme}{morceau}"}
        for serie, couleur, forme in zip(series, couleurs, FORMES, strict=False)
        for m, morceau in serie.pieces(moments)
    ]
    panneau = Panneau(largeur)
    panneau.rule((0, hauteur - echelle.px(0)), (largeur, hauteur - echelle.px(0)), CLAIR)
    haut = write_side(panneau, echelle, hauteur, wrap(vue.libelle(vue.graphique.y), LARGEUR), gauche)
    fins = [(x[serie.bouts[-1]], hauteur - echelle.px(serie.valeurs[serie.bouts[-1]])) for serie in series]
    if droite:
        milieux = spread([y for _, y in fins], [INTERLIGNE * len(nom) for nom in noms], -8, hauteur + 8)
        for nom, milieu, couleur, (fin, y) in zip(noms, milieux, couleurs, fins, strict=True):
            panneau.write(largeur + MARGE, milieu, nom)
            panneau.rule((fin + 6, y), (largeur + MARGE - 4, milieu), couleur, 0.8)
    elif series:
        write_values(
            vue, panneau, series[0], {m: (x[m], hauteur - echelle.px(v)) for m, v in series[0].valeurs.items()}
        )
    panneau.couches += [lines(echelle), marks(echelle)]
    bas = write_moments(panneau, moments, [x[m] for m in moments], pas, hauteur)
    notes = [part_of(len(series), len(toutes), "séries"), timeless(vue)]
    return Planche([panneau], hauteur, {"points": points}, gauche, haut, bas, notes=notes)


def end_label(vue: Vue, serie: Serie, moments: list[str]) -> list[str]:
    """The name of a line and its last value, with its moment where others go on after it; nothing for a line alone."""
    if vue.graphique.serie is None:
        return []
    fin = serie.bouts[-1]
    valeur = vue.written(vue.graphique.y, serie.lignes[fin])
    quand = "" if fin == moments[-1] else f" ({moment_name(vue, fin)})"
    nom = wrap(serie.nom, NOM_MAX, 2)
    if widest([f"{nom[-1]} {valeur}{quand}"]) <= NOM_MAX:
        return [*nom[:-1], f"{nom[-1]} {valeur}{quand}"]
    return [*nom, f"{valeur}{quand}"]


def write_values(vue: Vue, panneau: Panneau, serie: Serie, places: dict[str, tuple[float, float]]) -> None:
    """Values beside the points of a line alone, away from the line, those that have room."""
    hauteurs = [y for _, y in places.values()]
    fin = -1e9
    for rang, (moment, (x, y)) in enumerate(places.items()):
        avant, apres = hauteurs[max(0, rang - 1)], hauteurs[min(rang + 1, len(hauteurs) - 1)]
        texte = vue.written(vue.graphique.y, serie.lignes[moment])
        # Under a trough; over anything else, on the side where the line is lower.
        creux = y >= avant and y >= apres and y > min(avant, apres)
        cote = 0 if creux or avant >= y <= apres else 9 if avant < y else -9
        if x + cote - widest([texte]) / 2 > fin + 3:
            panneau.write(x + cote, y + (14 if creux else -13), texte, "center")
            fin = x + cote + widest([texte]) / 2


def lines(echelle: Echelle) -> alt.Chart:
    """The lines, one piece between two gaps."""
    y = alt.Y("valeur", type="quantitative", scale=echelle.scale(), axis=echelle.axis())
    traits = table("points").mark_line(strokeWidth=2)
    return traits.encode(pixels_x("x"), y, as_is(alt.Color, "couleur"), alt.Detail("trait", type="nominal"))


def marks(echelle: Echelle) -> alt.Chart:
    """The points."""
    y = alt.Y("valeur", type="quantitative", scale=echelle.scale(), axis=echelle.axis())
    signes = table("points").mark_point(filled=True, size=50, opacity=1)
    return signes.encode(pixels_x("x"), y, as_is(alt.Color, "couleur"), as_is(alt.Shape, "forme"))


def words(vue: Vue) -> str:
    """The first and last values of each line; every value of a line alone."""
    series, moments = read_series(vue), read_moments(vue)
    libelle = vue.libelle(vue.graphique.y)
    if not moments:
        return f"{libelle} : aucune valeur."
    premier, dernier = moment_name(vue, moments[0]), moment_name(vue, moments[-1])
    quand = f"en {premier}" if premier == dernier else f"entre {premier} et {dernier}"
    if vue.graphique.serie is None:
        lignes = series[0].lignes
        valeurs = ", ".join(f"{moment_name(vue, m)} {vue.written(vue.graphique.y, lignes[m])}" for m in lignes)
        return sentence(f"{libelle} : {valeurs}")
    phrases = " ; ".join(f"{serie.nom} {course(vue, serie, moments)}" for serie in series)
    return f"{libelle} {quand} : {phrases}."


def course(vue: Vue, serie: Serie, moments: list[str]) -> str:
    """'de 10,00 % à 12,00 %', with the moments that are not the first and last of the chart."""
    bouts = [
        vue.written(vue.graphique.y, serie.lignes[m])
        + ("" if m in (moments[0], moments[-1]) else f" ({moment_name(vue, m)})")
        for m in serie.bouts
    ]
    return f"de {bouts[0]} à {bouts[1]}" if len(bouts) == 2 else bouts[0] if bouts else "sans valeur"
