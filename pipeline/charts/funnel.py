"""`entonnoir`: rates by size, and the limits between which chance alone keeps them around the rate of all."""

from __future__ import annotations

import altair as alt

from pipeline import formats
from pipeline.charts import curves
from pipeline.charts.axes import side_width, write_side, write_ticks
from pipeline.charts.labels import Etiquette, place
from pipeline.charts.limits import Point, read_points
from pipeline.charts.reading import Lecture, is_rest
from pipeline.charts.scale import Echelle, make_scale
from pipeline.charts.sheet import Panneau, Planche, Rangs, as_is, legend, pixels_x, pixels_y, table
from pipeline.charts.style import AUTRES, BLEU, BRUN, GRIS, INTERLIGNE, LARGEUR, ORANGE, balance, widest, wrap
from pipeline.formats import plural
from pipeline.models.chart_header import FunnelSpec
from pipeline.statistics.comparisons import NIVEAUX

Vue = Lecture[FunnelSpec]
HAUTEUR = 355.0
NOM_MAX, LIGNES_MAX = 130.0, 3  # px and lines for the name of a point
NOMMES_MAX = 60  # beyond, only the points outside the limits are named
PLAFOND = 2.2  # times the rate of all: how far up the limits of small sizes are followed
BLANC = "#ffffff"
AIRES = {False: 58, True: 110}  # square px of a point, of that which the chart is about
# Told apart by shape as well as by colour; what is held against no limit is hollow: shape, fill, line, words.
SIGNES = {
    "dans": ("circle", BLEU, BLEU, "dans les limites"),
    "hors95": ("diamond", ORANGE, ORANGE, f"hors des limites à {formats.niveau(0.95)}"),
    "hors998": ("square", BRUN, BRUN, f"hors des limites à {formats.niveau(0.998)}"),
    "ns": ("circle", BLANC, GRIS, "non significatif (n.s.)"),
    "au_dela": ("triangle-up", BLANC, GRIS, "n.s., au-dessus de l'échelle"),
    "reste": ("circle", BLANC, AUTRES, "lignes regroupées"),
}


def draw(vue: Vue) -> Planche:
    """Named points, the limits as curves, the rate of all as a line."""
    points, p0 = read_points(vue)
    en_y = make_scale([top(points, p0)], HAUTEUR, "taux", 6)
    gauche = side_width(en_y)
    bouts = [f"limite {formats.niveau(n)}" for n in NIVEAUX] + [curves.name(p0)] if p0 is not None else []
    panneau = Panneau(round(LARGEUR - gauche - (widest(bouts) + curves.MARGE if bouts else 8), 1))
    en_x = make_scale([float(p.effectif) for p in points], panneau.largeur, "entier", 6, reserve=20)
    lignes = curves.trace(p0, en_x, en_y)
    curves.write_ends(panneau, lignes, en_y)
    signes = [sign(point, en_y) for point in points]
    haut = write_side(panneau, en_y, HAUTEUR, wrap(vue.libelle(vue.graphique.y), LARGEUR), gauche)
    # Without limits, no point is within them.
    haut, cles = write_keys(panneau, [s for s in signes if lignes or s != "dans"], haut, gauche)
    write_ticks(panneau, en_x, HAUTEUR)
    panneau.write(panneau.largeur, HAUTEUR + 13 + INTERLIGNE, wrap(vue.libelle(vue.graphique.x), 400, 1), "right")
    anonymes = write_names(panneau, points, en_x, en_y, curves.dots(lignes, en_x, en_y))
    tables: dict[str, Rangs] = {}
    for niveau in (*NIVEAUX, 0.0):
        tables[f"courbes{niveau}"] = curves.rows(lignes, niveau)
        panneau.couches.append(curves.layer(f"courbes{niveau}", niveau, en_x, en_y))
    panneau.couches += [marks("points", *curves.axes(en_x, en_y)), marks("cles", pixels_x("x"), pixels_y("y"))]
    tables["cles"] = cles
    tables["points"] = [
        {
            "effectif": point.effectif,
            "taux": min(point.taux, en_y.haut),
            **look(signe),
            "aire": AIRES[point.est_designe],
        }
        for point, signe in zip(points, signes, strict=True)
    ]
    notes = [f"{plural(anonymes, 'point sans son nom', 'points sans leur nom')}."] if anonymes else []
    return Planche([panneau], HAUTEUR, tables, gauche, haut, 20 + INTERLIGNE, notes=notes)


def top(points: list[Point], p0: float | None) -> float:
    """The highest rate of the plot: that of every point that means something, and room for the limits."""
    lus = [point.taux * 1.06 for point in points if point.significatif or is_rest(point.ligne)]
    return min(1.0, max([*lus, (p0 or 0.0) * PLAFOND]) or 1.0)


def sign(point: Point, en_y: Echelle) -> str:
    """Which of SIGNES a point has."""
    if is_rest(point.ligne):
        return "reste"
    if not point.significatif:
        return "ns" if point.taux <= en_y.haut else "au_dela"
    return {0.0: "dans", 0.95: "hors95", 0.998: "hors998"}[point.niveau]


def look(signe: str) -> dict[str, str]:
    """How a sign is drawn."""
    forme, fond, trait, _ = SIGNES[signe]
    return {"forme": forme, "fond": fond, "trait": trait}


def write_keys(panneau: Panneau, signes: list[str], haut: float, gauche: float) -> tuple[float, Rangs]:
    """The legend of the signs in use, above the title of the axis: pixels above the plot, rows of the signs."""
    cles = list(legend([(cle, SIGNES[cle][3]) for cle in SIGNES if cle in signes], LARGEUR))
    haut += (cles[-1][1] + INTERLIGNE + 8) if cles else 0
    for x, y, _, mots in cles:
        panneau.write(x - gauche + 14, y - haut + INTERLIGNE / 2, mots)
    return haut, [
        {"x": x - gauche + 5, "y": y - haut + INTERLIGNE / 2, **look(cle), "aire": AIRES[False]}
        for x, y, cle, _ in cles
    ]


def write_names(
    panneau: Panneau, points: list[Point], en_x: Echelle, en_y: Echelle, traits: list[tuple[float, float]]
) -> int:
    """Names around their points, those outside the limits served first, with a line from the far ones; returns how
    many had no room."""
    places = [(en_x.px(p.effectif), HAUTEUR - en_y.px(min(p.taux, en_y.haut))) for p in points]
    # Then the most crowded: the others have room elsewhere.
    voisins = [sum(abs(x - a) < NOM_MAX and abs(y - b) < 2 * INTERLIGNE for a, b in places) for x, y in places]
    ordre = sorted(range(len(points)), key=lambda i: (-points[i].niveau, not points[i].significatif, -voisins[i]))
    designes = {i for i in ordre if points[i].est_designe}
    nommes = designes or {i for i in ordre if len(points) <= NOMMES_MAX or points[i].niveau}
    debut = shared_words([point.nom for point in points if not is_rest(point.ligne)])
    noms = [balance(points[i].nom.removeprefix(debut), NOM_MAX, LIGNES_MAX) if i in nommes else None for i in ordre]
    tailles = [None if nom is None else (widest(nom), INTERLIGNE * len(nom)) for nom in noms]
    boites = place([places[i] for i in ordre], tailles, (panneau.largeur, HAUTEUR), traits)
    for i, nom, boite in zip(ordre, noms, boites, strict=True):
        if nom is not None and boite is not None:
            write_name(panneau, nom, places[i], boite)
    return 0 if designes else boites.count(None)


def shared_words(noms: list[str]) -> str:
    """The words that all names begin with ('BTP CFA '), which tell nothing where room is short; '' for fewer than three
    names, or where one has no other word."""
    if len(noms) < 3:
        return ""
    decoupes = [nom.split(" ") for nom in noms]
    communs = 0
    while all(len(mots) > communs + 1 and mots[communs] == decoupes[0][communs] for mots in decoupes):
        communs += 1
    return "".join(f"{mot} " for mot in decoupes[0][:communs])


def write_name(panneau: Panneau, nom: list[str], point: tuple[float, float], boite: Etiquette) -> None:
    """A name in its box, on the side of its point."""
    x, y = point
    cote = "left" if boite.x0 > x else "right" if boite.x1 < x else "center"
    bord = {"left": boite.x0, "right": boite.x1, "center": (boite.x0 + boite.x1) / 2}[cote]
    panneau.write(bord, (boite.y0 + boite.y1) / 2, nom, cote)
    if boite.eloignee:
        vers = (max(boite.x0, min(boite.x1, x)), max(boite.y0 + 2, min(boite.y1 - 2, y)))
        panneau.rule(point, vers, GRIS, 0.7)


def marks(nom: str, x: alt.X, y: alt.Y) -> alt.Chart:
    """Points with their signs."""
    signes = table(nom).mark_point(opacity=1, strokeWidth=1.3)
    return signes.encode(
        x, y, as_is(alt.Shape, "forme"), as_is(alt.Fill, "fond"), as_is(alt.Stroke, "trait"), as_is(alt.Size, "aire")
    )


def words(vue: Vue) -> str:
    """The points outside each limit, and how many the others are."""
    points, p0 = read_points(vue)
    mesure = vue.graphique.y
    if p0 is None:
        return vue.listed(mesure, vue.graphique.etiquette, [point.ligne for point in points])
    phrases = [f"Ensemble : {formats.pourcentage(p0)}."]
    for niveau in reversed(NIVEAUX):
        for cote, au_dessus in (("Au-dessus", True), ("Au-dessous", False)):
            dehors = [p for p in points if p.niveau == niveau and (p.taux > p0) == au_dessus]
            if dehors:
                noms = ", ".join(f"{p.nom} {vue.written(mesure, p.ligne)}" for p in dehors)
                phrases.append(f"{cote} de la limite à {formats.niveau(niveau)} : {noms}.")
    if not any(p.niveau for p in points):
        phrases.append("Aucun point hors des limites.")
    dedans = sum(p.significatif and not p.niveau for p in points)
    muets = sum(not p.significatif and not is_rest(p.ligne) for p in points)
    phrases.append(f"Dans les limites : {plural(dedans, 'point', 'points')}.")
    phrases += [f"Non significatifs : {plural(muets, 'point', 'points')}."] if muets else []
    return " ".join(phrases)
