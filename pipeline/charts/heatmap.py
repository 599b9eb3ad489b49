"""`carte_chaleur`: two dimensions, the value of each cell written in it, the darker the larger."""

from __future__ import annotations

from collections.abc import Hashable

import altair as alt

from pipeline import formats
from pipeline.charts.bands import lay_rows, write_names
from pipeline.charts.reading import Lecture, LigneDeResultat, check_unique, is_rest, part_of
from pipeline.charts.sheet import Panneau, Planche, Rangs, as_is, pixels_x, pixels_y, table
from pipeline.charts.style import GRILLE, GRIS, INTERLIGNE, LARGEUR, clean, contrast_ink, ramp, widest, wrap
from pipeline.charts.time import is_month
from pipeline.formats import plural
from pipeline.models.chart_header import HeatmapSpec

Vue = Lecture[HeatmapSpec]
NOMS_MAX = (0.34, 0.24)  # of the width, for the names of the rows; where columns lack room
BLANC = 9.0  # px over and under a value
VIDE = "#ffffff"
CASE_MAX = 112.0  # px
MOT_MAX = 84.0  # px: columns are not widened for a longer word
LIGNES_DE_TETE = 8
PLUS_FORTES = 5  # cells of the alternative text


def draw(vue: Vue) -> Planche:
    """One row a value of y, one column a value of x, in the order of the rows; a cell without a row stays empty."""
    x, y, valeur = vue.graphique.x, vue.graphique.y, vue.graphique.valeur
    cases = read_cells(vue)
    lignes, colonnes = members(cases, y), members(cases, x)
    noms = {cle: column_name(vue, ligne) for cle, ligne in colonnes.items()}
    mots = widest([mot for nom in noms.values() for mot in nom.replace("-", "- ").split(" ")]) + 8
    serrees = len(noms) * min(mots, MOT_MAX) > LARGEUR * (1 - NOMS_MAX[0])
    rangees = lay_rows(vue, list(lignes.values()), y, NOMS_MAX[serrees], BLANC)
    titre = wrap(vue.libelle(y), max(rangees.gauche - 8, 80), 3)
    gauche = max(rangees.gauche, widest(titre) + 9.5)
    largeur, retenues = choose_columns(vue, cases, noms, LARGEUR - gauche - 1)
    en_tete = [wrap(noms[cle], largeur - 6, LIGNES_DE_TETE) for cle in retenues]
    panneau = Panneau(round(largeur * max(1, len(retenues)), 1))
    haut = write_head(vue, panneau, en_tete, largeur, titre)
    par_place = {(ligne[y], ligne[x]): ligne for ligne in cases}
    valeurs = [v for ligne in cases if (v := vue.measured(valeur, ligne)) is not None]
    bas, etendue = min(valeurs, default=0.0), max(valeurs, default=0.0) - min(valeurs, default=0.0)
    carreaux: Rangs = []
    for rangee in rangees.toutes:
        for rang, cle in enumerate(retenues):
            ligne = par_place.get((rangee.ligne[y], cle))
            mesure = None if ligne is None else vue.measured(valeur, ligne)
            fond = VIDE if mesure is None else ramp((mesure - bas) / etendue if etendue else 0.3)
            carreaux.append(tile(rang * largeur, rangee.milieu, largeur, rangee.epaisseur, fond))
            if ligne is not None:
                encre = GRIS if mesure is None else contrast_ink(fond)
                panneau.write((rang + 0.5) * largeur, rangee.milieu, vue.written(valeur, ligne), "center", encre)
    write_names(panneau, rangees)
    panneau.couches = [tiles()]
    notes = [
        part_of(len(rangees.toutes), len(lignes), "lignes"), part_of(len(retenues), len(colonnes), "colonnes"),
        unplaced(vue),
    ]  # fmt: skip
    return Planche([panneau], rangees.hauteur, {"cases": carreaux}, gauche, haut, notes=notes)


def read_cells(vue: Vue) -> list[LigneDeResultat]:
    """The rows that have a place, in their order.

    Raises:
        UsageError: two rows for one cell.
    """
    x, y = vue.graphique.x, vue.graphique.y
    cases = [ligne for ligne in vue.as_given() if has_place(vue, ligne)]
    check_unique("carte_chaleur", [(ligne[x], ligne[y]) for ligne in cases], [x, y], "case")
    return cases


def has_place(vue: Vue, ligne: LigneDeResultat) -> bool:
    """Whether a row is of one row and one column: one that stands for many may be of several."""
    ici, la = ligne.get(vue.graphique.x), ligne.get(vue.graphique.y)
    return not is_rest(ligne) or (ici != la and None not in (ici, la))


def unplaced(vue: Vue) -> str:
    """What is said of the rows without a place, '' without any."""
    hors = [ligne for ligne in vue.donnees.lignes if not has_place(vue, ligne)]
    libelle = vue.libelle(vue.graphique.valeur)
    valeurs = (
        f"{plural(ligne['regroupees'], 'autre case', 'autres cases')} ({libelle} : "
        f"{vue.written(vue.graphique.valeur, ligne)})."
        for ligne in hors
    )
    return f"Non montré : {' '.join(valeurs)}" if hors else ""


def members(cases: list[LigneDeResultat], dimension: str) -> dict[Hashable, LigneDeResultat]:
    """The values of a dimension in the order in which they come (months, in their own), each with its first row."""
    premieres: dict[Hashable, LigneDeResultat] = {}
    for ligne in cases:
        premieres.setdefault(ligne[dimension], ligne)
    mois = {cle: rang for rang, cle in enumerate(sorted(filter(is_month, premieres), key=str))}
    return dict(sorted(premieres.items(), key=lambda membre: mois.get(membre[0], len(mois))))


def column_name(vue: Vue, ligne: LigneDeResultat) -> str:
    """The name of a column, a month abridged."""
    mois = ligne[vue.graphique.x]
    return clean(formats.mois_court(mois)) if is_month(mois) else vue.name(vue.graphique.x, ligne)


def choose_columns(
    vue: Vue, cases: list[LigneDeResultat], noms: dict[Hashable, str], espace: float
) -> tuple[float, list[Hashable]]:
    """The width of a cell and the columns that have room for their values: all, or those with the largest sums."""
    valeur = vue.graphique.valeur
    place = max(1, int(espace / (widest([vue.written(valeur, ligne) for ligne in cases]) + 8)))
    if len(noms) <= place:
        return min(CASE_MAX, espace / max(1, len(noms))), list(noms)
    sommes = dict.fromkeys(noms, 0.0)
    for ligne in cases:
        sommes[ligne[vue.graphique.x]] += vue.measured(valeur, ligne) or 0.0
    grandes = set(sorted(noms, key=lambda cle: -sommes[cle])[:place])
    return espace / place, [cle for cle in noms if cle in grandes]


def write_head(vue: Vue, panneau: Panneau, en_tete: list[list[str]], largeur: float, titre: list[str]) -> float:
    """Names of the columns over them, what they are and what the rows are; returns the pixels that they take."""
    for rang, nom in enumerate(en_tete):
        panneau.write((rang + 0.5) * largeur, -6 - len(nom) * INTERLIGNE / 2, nom, "center")
    haut = 6 + INTERLIGNE * max(map(len, [*en_tete, titre]))
    panneau.write(-8, -6 - len(titre) * INTERLIGNE / 2, titre, "right", GRIS)
    panneau.write(0, -haut - 2 - INTERLIGNE / 2, wrap(vue.libelle(vue.graphique.x), LARGEUR - 120, 1), couleur=GRIS)
    return haut + 4 + INTERLIGNE


def tile(x: float, milieu: float, largeur: float, hauteur: float, fond: str) -> dict[str, float | str]:
    """A cell in pixels, a white line around it; only outlined where there is nothing to compare."""
    retrait = 0.0 if fond == VIDE else 0.75
    return {
        "x": round(x + retrait, 2), "x2": round(x + largeur - retrait, 2),
        "y": round(milieu - hauteur / 2 + retrait, 2), "y2": round(milieu + hauteur / 2 - retrait, 2),
        "fond": fond, "trait": GRILLE if fond == VIDE else fond,
    }  # fmt: skip


def tiles() -> alt.Chart:
    """The cells."""
    carreaux = table("cases").mark_rect(strokeWidth=1)
    return carreaux.encode(
        pixels_x("x"), alt.X2("x2"), pixels_y("y"), alt.Y2("y2"), as_is(alt.Fill, "fond"), as_is(alt.Stroke, "trait")
    )


def words(vue: Vue) -> str:
    """How many rows and columns, and the largest cells."""
    x, y, valeur = vue.graphique.x, vue.graphique.y, vue.graphique.valeur
    cases = read_cells(vue)
    lignes, colonnes = (plural(len(members(cases, d)), s, s + "s") for d, s in ((y, "ligne"), (x, "colonne")))
    ordre = sorted(
        (ligne for ligne in cases if vue.measured(valeur, ligne) is not None),
        key=lambda ligne: -(vue.measured(valeur, ligne) or 0.0),
    )[:PLUS_FORTES]
    fortes = ", ".join(f"{vue.name(y, n)} et {vue.name(x, n)} {vue.written(valeur, n)}" for n in ordre)
    titre = "Plus forte valeur" if len(ordre) == 1 else f"Les {len(ordre)} plus fortes valeurs"
    return (
        f"{lignes} ({vue.libelle(y)}) × {colonnes} ({vue.libelle(x)}). {titre}, {vue.libelle(valeur)} : {fortes}."
        if ordre else f"{lignes} ({vue.libelle(y)}) × {colonnes} ({vue.libelle(x)})."
    )  # fmt: skip
