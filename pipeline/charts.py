"""A declared chart → Altair → SVG: one function per chart type. Texts are written by `formats`, never by Vega."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import polars as pl
import vl_convert as vlc

from pipeline import formats
from pipeline.settings import RACINE
from pipeline.sqlheader import EnteteVentilation

POLICES = RACINE / "report_templates/polices"
POLICE = "Inter"
LARGEUR = 656  # px: the column of 174 mm at 96 px an inch (rapport.css)
CORPS = 11.3  # px: 8,5 pt, the size of the tables' text
LIGNE = 21  # px for one horizontal bar
LETTRES_PAR_LIGNE = 66  # of the name of a mark
SUR_PLUSIEURS_LIGNES = "split(datum.label, '\\n')"
ENCRE, GRIS, CLAIR = "#1d2733", "#5c6b7a", "#c9d3dc"
BLEU, ORANGE = "#2b6396", "#c8551b"
COULEURS = {"ruptures_nettes": ORANGE, "inscrits_actifs": CLAIR}
LOCALE_NOMBRES = {
    "decimal": ",", "thousands": formats.FINE, "grouping": [3], "currency": ["", f"{formats.FINE}€"],
    "percent": f"{formats.FINE}%",
}  # fmt: skip

STYLE = {
    "font": POLICE,
    "axis": {
        "labelFontSize": CORPS, "titleFontSize": CORPS, "titleFontWeight": "normal", "labelColor": ENCRE,
        "titleColor": GRIS, "gridColor": "#e6ebef", "domainColor": CLAIR, "tickColor": CLAIR, "labelLimit": 420,
    },
    "legend": {"labelFontSize": CORPS, "titleFontSize": CORPS, "orient": "top", "symbolType": "square"},
    "text": {"font": POLICE, "fontSize": CORPS, "color": ENCRE},
    "view": {"stroke": None},
    "concat": {"spacing": 18},
}  # fmt: skip
STYLE_SOURCE = {"fontSize": CORPS - 2, "fontWeight": "normal", "color": GRIS}

Ligne = dict[str, Any]


@dataclass(frozen=True)
class Donnees:
    """What a chart is drawn from: the year's rows, the region's rate, the line that names the source."""

    lignes: list[Ligne]
    taux_region: float
    source: str


@dataclass(frozen=True)
class Image:
    """A chart as published: SVG text and the words that replace it."""

    svg: str
    alternative: str


@cache
def register_fonts() -> None:
    """Make vl-convert measure text with the report's own font."""
    vlc.register_font_directory(str(POLICES))


def warm_up() -> None:
    """Start vl-convert's engine, which takes as long as several charts."""
    register_fonts()
    vlc.vegalite_to_svg({"mark": "text", "data": {"values": [{}]}, "config": {"font": POLICE}}, allowed_base_urls=[])


def draw(entete: EnteteVentilation, donnees: Donnees) -> Image:
    """The chart that a breakdown declares (its `graphique` must be there)."""
    assert entete.graphique is not None
    chart = TYPES[entete.graphique.type](entete, donnees)
    titre = {"text": donnees.source, "orient": "bottom", "anchor": "start", "offset": 8, **STYLE_SOURCE}
    register_fonts()
    # Set in the specification itself: Altair would copy and validate the whole chart for each of them.
    spec = chart.to_dict(validate=False) | {"config": STYLE, "title": titre}
    svg = vlc.vegalite_to_svg(spec, format_locale=LOCALE_NOMBRES, allowed_base_urls=[])
    return Image(svg, describe(entete, donnees))


def describe(entete: EnteteVentilation, donnees: Donnees) -> str:
    """Alternative text: the title, then the figures of the first measure, in the order of the chart."""
    graphique = entete.graphique
    assert graphique is not None
    mesure = graphique.mesures[-1] if graphique.type == "barres_empilees" else graphique.mesures[0]
    valeurs = ", ".join(
        f"{written(entete, graphique.dimensions[0], ligne)} {written(entete, mesure, ligne)}"
        for ligne in donnees.lignes
    )
    region = f" Réseau : {formats.pourcentage(donnees.taux_region)}." if getattr(graphique, "reference", None) else ""
    return f"{graphique.titre}. {entete.colonnes[mesure].libelle} : {valeurs}.{region}"


def written(entete: EnteteVentilation, colonne: str, ligne: Ligne) -> str:
    """A value as the tables write it."""
    return formats.written(entete.colonnes[colonne].format, ligne[colonne], ligne.get("fiabilite"))


def frame(entete: EnteteVentilation, donnees: Donnees, colonne: str) -> pl.DataFrame:
    """Rows of a chart: `y` (printed), `x` (null where nothing is drawn), `etiquette`, `rang` (order of the rows)."""
    graphique = entete.graphique
    assert graphique is not None
    return pl.DataFrame(
        [
            {
                "y": category(entete, ligne),
                "x": measured(entete, colonne, ligne),
                "etiquette": written(entete, colonne, ligne),
                "rang": rang,
            }
            for rang, ligne in enumerate(donnees.lignes)
        ],
        schema_overrides={"x": pl.Float64},
    )


def measured(entete: EnteteVentilation, colonne: str, ligne: Ligne) -> float | None:
    """The value as drawn; None where there is none (a share of nothing) or where it means nothing."""
    if ligne[colonne] is None or written(entete, colonne, ligne) == formats.NON_SIGNIFICATIF:
        return None
    return float(ligne[colonne])


def has_marks(entete: EnteteVentilation, lignes: list[Ligne]) -> bool:
    """Whether a chart of these rows would show anything: some measure is there and not 0."""
    assert entete.graphique is not None
    return any(measured(entete, mesure, ligne) for mesure in entete.graphique.mesures for ligne in lignes)


def is_share(entete: EnteteVentilation, colonne: str) -> bool:
    return entete.colonnes[colonne].format in {"taux", "pourcentage"}


def axis_y(**options: Any) -> alt.Y:
    return alt.Y("y:N", title=None, **options)


def bars(entete: EnteteVentilation, donnees: Donnees) -> Any:
    """`barres`: one panel a measure, side by side, sorted by the first; the region's rate as a line on rates."""
    graphique = entete.graphique
    assert graphique is not None
    donnees = Donnees(in_order(entete, donnees), donnees.taux_region, donnees.source)
    ordre = [category(entete, ligne) for ligne in donnees.lignes]
    marge = 14 + round(max(len(morceau) for nom in ordre for morceau in nom.split("\n")) * CORPS * 0.53)
    largeur = (LARGEUR - marge - 18 * (len(graphique.mesures) - 1) - 8) // len(graphique.mesures)
    panneaux = []
    for rang, mesure in enumerate(graphique.mesures):
        lignes = frame(entete, donnees, mesure)
        taux = entete.colonnes[mesure].format == "taux"
        haut = max([v for v in lignes["x"].to_list() if v is not None] + [donnees.taux_region if taux else 0.0])
        domaine = (haut or 1.0) * (1.45 if graphique.reference else 1.25)
        x = alt.X(
            "x:Q",
            title=entete.colonnes[mesure].libelle,
            scale=alt.Scale(domain=[0, domaine]),
            axis=alt.Axis(format="%" if is_share(entete, mesure) else ",d", tickCount=4),
        )
        y = axis_y(sort=ordre, axis=None if rang else category_axis())
        base = alt.Chart(lignes)
        couches = [
            base.mark_bar(color=BLEU if taux else ORANGE, height=12).encode(x=x, y=y),
        ]
        if taux and graphique.reference:
            couches.append(reference(donnees.taux_region))
        zero = base.transform_calculate(x0="datum.x === null ? 0 : datum.x")
        bord = domaine if graphique.reference else None
        couches.append(labels(zero, bord, x=alt.X("x0:Q", title=entete.colonnes[mesure].libelle), y=y))
        panneaux.append(alt.layer(*couches, width=largeur, height=height(ordre)))
    return panneaux[0] if len(panneaux) == 1 else alt.HConcatChart(hconcat=panneaux)


def in_order(entete: EnteteVentilation, donnees: Donnees) -> list[Ligne]:
    """The rows as the chart shows them."""
    graphique = entete.graphique
    assert graphique is not None
    if graphique.tri == "lignes":
        return donnees.lignes
    return sorted(donnees.lignes, key=lambda ligne: sort_key(entete, graphique.mesures[0], ligne))


def sort_key(entete: EnteteVentilation, colonne: str, ligne: Ligne) -> tuple[bool, float]:
    """Largest first, what is not drawn last."""
    valeur = measured(entete, colonne, ligne)
    return valeur is None, -(valeur or 0.0)


def labels(base: alt.Chart, bord: float | None = None, **places: Any) -> alt.Chart:
    """The column `etiquette` beside each mark or, where a reference line would cross it, in a column at `bord`."""
    if bord is None:
        return base.mark_text(align="left", dx=5).encode(text="etiquette:N", **places)
    return base.mark_text(align="right").encode(text="etiquette:N", **(places | {"x": alt.datum(bord)}))


def category(entete: EnteteVentilation, ligne: Ligne) -> str:
    """The name of a mark, on several lines where it is long."""
    assert entete.graphique is not None
    return "\n".join(textwrap.wrap(written(entete, entete.graphique.dimensions[0], ligne), LETTRES_PAR_LIGNE))


def category_axis() -> alt.Axis:
    return alt.Axis(domain=False, ticks=False, labelPadding=6, labelExpr=SUR_PLUSIEURS_LIGNES)


def height(ordre: list[str]) -> int:
    """Pixels for one horizontal mark a category."""
    return (LIGNE if not any("\n" in nom for nom in ordre) else LIGNE + 5) * len(ordre)


def reference(taux: float) -> alt.Chart:
    """The region's rate as a dashed line."""
    return alt.Chart(pl.DataFrame({"x": [taux]})).mark_rule(color=ENCRE, strokeDash=[4, 3]).encode(x="x:Q")


def stacked_bars(entete: EnteteVentilation, donnees: Donnees) -> Any:
    """`barres_empilees`: the measures end to end, sorted by their sum, the last one labelled."""
    graphique = entete.graphique
    assert graphique is not None
    mesures = graphique.mesures
    lignes = sorted(donnees.lignes, key=lambda ligne: -sum(ligne[m] for m in mesures))
    ordre = [category(entete, ligne) for ligne in lignes]
    noms = [entete.colonnes[m].libelle for m in mesures]
    empilees = pl.DataFrame(
        [
            {"y": category(entete, ligne), "x": ligne[m], "mesure": noms[rang], "rang": rang}
            for ligne in lignes
            for rang, m in enumerate(mesures)
        ]
    )
    totaux = pl.DataFrame(
        [
            {
                "y": category(entete, ligne),
                "x": sum(ligne[m] for m in mesures),
                "etiquette": formats.entier(sum(ligne[m] for m in mesures))
                + f" dont {written(entete, mesures[-1], ligne)}",
            }
            for ligne in lignes
        ]
    )
    echelle = alt.Scale(domain=[0, max(totaux["x"].to_list()) * 1.18])
    y = axis_y(sort=ordre, axis=category_axis())
    barres = alt.Chart(empilees).mark_bar(height=13).encode(
        x=alt.X("x:Q", title="Apprentis", scale=echelle, axis=alt.Axis(format="d", tickCount=6)),
        y=y,
        color=alt.Color(
            "mesure:N", title=None,
            scale=alt.Scale(domain=noms, range=[COULEURS.get(m, BLEU) for m in mesures]),
        ),
        order="rang:O",
    )  # fmt: skip
    return alt.layer(barres, labels(alt.Chart(totaux), x="x:Q", y=y), **at_full_width(height(ordre) + 82))


def points(entete: EnteteVentilation, donnees: Donnees) -> Any:
    """`points`: a rate with its interval, sorted, and the region's rate as a line."""
    graphique = entete.graphique
    assert graphique is not None
    mesure = graphique.mesures[0]
    lignes = [
        {
            "y": category(entete, ligne),
            "taux": ligne[mesure], "bas": ligne["taux_bas"], "haut": ligne["taux_haut"],
            "etiquette": written(entete, mesure, ligne),
            "visible": ligne["fiabilite"] != "non_significatif",
        }
        for ligne in in_order(entete, donnees)
    ]  # fmt: skip
    ordre = [ligne["y"] for ligne in lignes]
    visibles = pl.DataFrame([ligne for ligne in lignes if ligne["visible"]], infer_schema_length=None)
    haut = max([ligne["haut"] for ligne in lignes if ligne["visible"]] + [donnees.taux_region])
    domaine = haut * 1.16
    x = alt.X(
        "taux:Q",
        title=f"{entete.colonnes[mesure].libelle} (trait : intervalle à 95 %)",
        scale=alt.Scale(domain=[0, domaine]),
        axis=alt.Axis(format="%", tickCount=6),
    )
    y = axis_y(sort=ordre, scale=alt.Scale(domain=ordre), axis=category_axis())
    couches: list[alt.Chart] = []
    if graphique.reference:
        region = pl.DataFrame({"x": [donnees.taux_region], "t": [f"réseau {formats.pourcentage(donnees.taux_region)}"]})
        couches.append(reference(donnees.taux_region))
        couches.append(
            alt.Chart(region)
            .mark_text(baseline="bottom", dy=-3, color=GRIS)
            .encode(x="x:Q", y=alt.value(0), text="t:N")
        )
    if visibles.height:
        base = alt.Chart(visibles)
        couches.append(base.mark_rule(color=BLEU, strokeWidth=2).encode(x=alt.X("bas:Q"), x2="haut:Q", y=y))
        couches.append(base.mark_point(color=BLEU, filled=True, size=55, opacity=1).encode(x=x, y=y))
        couches.append(labels(base, domaine if graphique.reference else None, x="haut:Q", y=y))
    cachees = pl.DataFrame({"y": [ligne["y"] for ligne in lignes if not ligne["visible"]]}, schema={"y": pl.String})
    if cachees.height:
        couches.append(
            alt.Chart(cachees)
            .mark_text(align="left", dx=4, color=GRIS, text=formats.NON_SIGNIFICATIF)
            .encode(x=alt.datum(0), y=y)
        )
    return alt.layer(*couches, **at_full_width(height(ordre) + 75))


def month_columns(entete: EnteteVentilation, donnees: Donnees) -> Any:
    """`colonnes_mois`: one column a month in order of time, what has no month last and grey."""
    graphique = entete.graphique
    assert graphique is not None
    lignes = frame(entete, donnees, graphique.mesures[0]).with_columns(
        sans_mois=pl.Series([not str(ligne[graphique.dimensions[0]])[:4].isdigit() for ligne in donnees.lignes]),
        y=pl.Series([formats.mois_court(str(ligne[graphique.dimensions[0]])) for ligne in donnees.lignes]),
    )
    ordre = lignes["y"].to_list()
    base = alt.Chart(lignes)
    x = alt.X(
        "y:N", sort=ordre, title=None,
        axis=alt.Axis(
            labelAngle=0, domain=True, ticks=False, labelExpr=SUR_PLUSIEURS_LIGNES, labelFontSize=CORPS - 2.3
        ),
        scale=alt.Scale(paddingInner=0.25),
    )  # fmt: skip
    haut = max(lignes["x"].to_list()) or 1
    y = alt.Y(
        "x:Q",
        title=entete.colonnes[graphique.mesures[0]].libelle,
        scale=alt.Scale(domain=[0, haut * 1.1]),
        axis=alt.Axis(format="d", tickCount=5),
    )
    colonnes = base.mark_bar().encode(
        x=x, y=y, color=alt.condition("datum.sans_mois", alt.value(CLAIR), alt.value(ORANGE))
    )
    textes = base.mark_text(dy=-7).encode(x=x, y=y, text="etiquette:N")
    return alt.layer(colonnes, textes, **at_full_width(200))


def at_full_width(hauteur: int) -> dict[str, Any]:
    """The size of a chart as wide as the column, labels included."""
    return {"width": LARGEUR, "height": hauteur, "autosize": {"type": "fit", "contains": "padding"}}


TYPES: dict[str, Callable[[EnteteVentilation, Donnees], Any]] = {
    "barres": bars,
    "barres_empilees": stacked_bars,
    "points": points,
    "colonnes_mois": month_columns,
}
