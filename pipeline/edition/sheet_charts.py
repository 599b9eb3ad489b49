"""The declared charts as charts of the spreadsheet itself, each with its own figures: a director's to copy and change.

What is drawn is what the report may draw: no rate that means nothing, no amount of few ruptures. A funnel and a heat
map have no counterpart in a spreadsheet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline import formats
from pipeline.charts import line, month_columns
from pipeline.charts.theme import SERIES
from pipeline.charts.view import ChartData, ReferenceRate, View
from pipeline.edition.sheet_tables import BLEU, ENCRE, FILET, NOMBRES
from pipeline.models.chart_header import BarsSpec, LineSpec, MonthColumnsSpec, PointsSpec, StackedBarsSpec
from pipeline.report import amounts
from pipeline.report.breakdowns import Breakdown
from pipeline.typography import typeset

DONNEES = "Données des graphiques"
DESSINEES_MIN, DESSINEES_MAX = 2, 40  # rows: one compares with nothing, more are no longer read
LARGEUR, HAUTEUR_MIN, PAR_BARRE = 680, 340, 26  # px
BORNES = ("Écart à la borne basse", "Écart à la borne haute")


@dataclass(frozen=True)
class NativeChart:
    """A chart with its figures.

    Attributes:
        genre, sous_genre: XlsxWriter's name of its type.
        titre, dimension, mesure: its title, the titles of its axes.
        forme: the format of its values.
        series: the names of its series.
        lignes: its figures, the name of each row, then a value a series; None is drawn as nothing.
        bornes: how far under and over its value the interval of each row goes; empty without intervals.
    """

    genre: str
    sous_genre: str
    titre: str
    dimension: str
    mesure: str
    forme: str
    series: list[str]
    lignes: list[tuple[str, list[float | None]]]
    bornes: Sequence[tuple[float, float]] = ()


def native_charts(table: Breakdown, annee: str, taux_reseau: ReferenceRate | None) -> list[NativeChart]:
    """The charts of the year, one a measure; none where the rows are those of each CFA, too few or too many."""
    entete = table.entete
    if entete.graphique is None or entete.place == "cfa":
        return []
    lignes = amounts.without_few(entete, table.of_year(annee).lignes)
    donnees = ChartData(lignes, amounts.without_few(entete, table.by_year()), taux_reseau, "")
    vue, dessiner = View(entete.graphique, entete.colonnes, donnees), DESSINS.get(type(entete.graphique))
    faits = [] if dessiner is None else list(dessiner(vue, annee))
    if len(faits) > 1:
        # Each says its own measure: the title is of all of them.
        faits = [
            replace(fait, titre=f"{entete.titre} : {formats.minuscule(fait.series[0])}, {annee}") for fait in faits
        ]
    return [fait for fait in faits if DESSINEES_MIN <= len(fait.lignes) <= DESSINEES_MAX]


def bars(vue: View[Any], annee: str) -> Iterator[NativeChart]:
    """A chart of bars a measure."""
    for mesure in vue.chart.mesures:
        yield rows_chart(vue, mesure, f"{vue.chart.titre}, {annee}")


def points(vue: View[PointsSpec], annee: str) -> Iterator[NativeChart]:
    """Bars with the interval of each rate."""
    yield rows_chart(vue, vue.chart.x, f"{vue.chart.titre}, {annee}", intervalles=True)


def rows_chart(vue: View[Any], mesure: str, titre: str, intervalles: bool = False) -> NativeChart:
    """A bar a row that has a value, in the order of the report's chart."""
    dimension = vue.chart.y
    dessinees = [(ligne, v) for ligne in vue.in_order(mesure) if (v := vue.measured(mesure, ligne)) is not None]
    reseau = vue.reference(mesure)
    return NativeChart(
        "bar", "", titre, vue.label(dimension),
        f"{vue.label(mesure)}{'' if reseau is None else f' (réseau : {reseau.written})'}",
        NOMBRES[vue.columns[mesure].format][0], [vue.label(mesure)],
        [(vue.name(dimension, ligne), [valeur]) for ligne, valeur in dessinees],
        [(v - ligne["taux_bas"], ligne["taux_haut"] - v) for ligne, v in dessinees] if intervalles else (),
    )  # fmt: skip


def stacked_bars(vue: View[StackedBarsSpec], annee: str) -> Iterator[NativeChart]:
    """Counts end to end, in the order of the rows."""
    mesures, dimension = vue.chart.x, vue.chart.y
    lignes: list[tuple[str, list[float | None]]] = [
        (vue.name(dimension, ligne), [vue.measured(mesure, ligne) for mesure in mesures]) for ligne in vue.data.rows
    ]
    series = [vue.label(mesure) for mesure in mesures]
    forme, titre = NOMBRES[vue.columns[mesures[0]].format][0], f"{vue.chart.titre}, {annee}"
    yield NativeChart("bar", "stacked", titre, vue.label(dimension), "Nombre", forme, series, lignes)


def columns(vue: View[MonthColumnsSpec], annee: str) -> Iterator[NativeChart]:
    """A column a month, what has no month after."""
    mesure = vue.chart.y
    lignes: list[tuple[str, list[float | None]]] = [
        (formats.mois(month_columns.month(vue, ligne)), [vue.measured(mesure, ligne)])
        for ligne in month_columns.in_order(vue)
    ]
    forme, nom = NOMBRES[vue.columns[mesure].format][0], vue.label(mesure)
    titre = f"{vue.chart.titre}, {annee}"
    yield NativeChart("column", "", titre, vue.label(vue.chart.x), nom, forme, [nom], lignes)


def lines(vue: View[LineSpec], annee: str) -> Iterator[NativeChart]:
    """A line a series, the largest ones; over the years or the months of one."""
    des_annees = vue.chart.x == line.YEARS
    series = [serie for serie in line.read_series(vue) if serie.values][: len(SERIES)]
    lignes: list[tuple[str, list[float | None]]] = [
        (line.moment_name(vue, moment), [serie.values.get(moment) for serie in series])
        for moment in line.read_moments(vue)
    ]
    yield NativeChart(
        "line", "", vue.chart.titre if des_annees else f"{vue.chart.titre}, {annee}",
        "Année" if des_annees else vue.label(vue.chart.x), vue.label(vue.chart.y),
        NOMBRES[vue.columns[vue.chart.y].format][0],
        [serie.name or vue.label(vue.chart.y) for serie in series], lignes,
    )  # fmt: skip


DESSINS: dict[type, Callable[[View[Any], str], Iterator[NativeChart]]] = {
    BarsSpec: bars, PointsSpec: points, StackedBarsSpec: stacked_bars, MonthColumnsSpec: columns, LineSpec: lines,
}  # fmt: skip


def height(graphique: NativeChart) -> int:
    """Pixels of a chart: bars are one under the other."""
    return max(HAUTEUR_MIN, 130 + PAR_BARRE * len(graphique.lignes)) if graphique.genre == "bar" else HAUTEUR_MIN


def axis_end(valeur: float) -> float:
    """Where an axis of shares ends: at the next twentieth, or the next tenth of more than a half."""
    pas = 20 if valeur <= 0.5 else 10
    return math.ceil(valeur * pas - 1e-9) / pas


def insert_chart(
    classeur: Workbook, feuille: Worksheet, graphique: NativeChart, case: tuple[int, int], source: int
) -> None:
    """The chart in a sheet, at a cell; its figures are in the sheet of the figures, their head in the row `source`."""
    genre = {"type": graphique.genre, **({"subtype": graphique.sous_genre} if graphique.sous_genre else {})}
    dessin: Any = classeur.add_chart(genre)
    premiere, derniere = source + 1, source + len(graphique.lignes)
    for rang, _ in enumerate(graphique.series):
        couleur = SERIES[rang % len(SERIES)]
        serie: dict[str, Any] = {
            "name": [DONNEES, source, 1 + rang],
            "categories": [DONNEES, premiere, 0, derniere, 0],
            "values": [DONNEES, premiere, 1 + rang, derniere, 1 + rang],
            "gap": 60,
        }
        if graphique.genre == "line":
            serie |= {"line": {"color": couleur, "width": 2.25}, "marker": {"type": "automatic"}}
        else:
            serie |= {"fill": {"color": couleur}, "border": {"none": True}}
        if len(graphique.series) == 1 and not graphique.bornes:
            serie["data_labels"] = {"value": True, "num_format": graphique.forme, "font": {"color": ENCRE, "size": 9}}
        if graphique.bornes:
            sens = "x_error_bars" if graphique.genre == "bar" else "y_error_bars"
            serie[sens] = {
                "type": "custom", "line": {"color": ENCRE, "width": 1.25},
                "minus_values": f"='{DONNEES}'!$C${premiere + 1}:$C${derniere + 1}",
                "plus_values": f"='{DONNEES}'!$D${premiere + 1}:$D${derniere + 1}",
            }  # fmt: skip
        dessin.add_series(serie)
    petit = {"size": 9, "color": ENCRE}
    nom = {"name_font": {"size": 9, "bold": False, "color": ENCRE}, "num_font": petit}
    categories = {"name": typeset(graphique.dimension), **nom, "major_tick_mark": "none"}
    forme = graphique.forme.replace("0.0%", "0%").replace("0.00", "0")
    valeurs = {"name": typeset(graphique.mesure), **nom, "num_format": forme, "min": 0}
    valeurs |= {"major_gridlines": {"visible": True, "line": {"color": FILET, "width": 0.5}}, "line": {"none": True}}
    if graphique.bornes:
        # An axis left to itself ends at the bars.
        valeurs["max"] = axis_end(
            max(
                v + haut
                for (_, (v, *_)), (_, haut) in zip(graphique.lignes, graphique.bornes, strict=True)
                if v is not None
            )
        )
    if graphique.genre == "bar":
        # The first row at the top, the values at the bottom all the same.
        dessin.set_y_axis(categories | {"reverse": True})
        dessin.set_x_axis(valeurs | {"label_position": "high"})
    else:
        dessin.set_x_axis(categories)
        dessin.set_y_axis(valeurs)
    titre = typeset(graphique.titre)
    dessin.set_title({"name": titre, "name_font": {"size": 10, "color": ENCRE}, "overlay": False})
    dessin.set_legend({"none": True} if len(graphique.series) == 1 else {"position": "bottom", "font": petit})
    dessin.set_size({"width": LARGEUR, "height": height(graphique)})
    dessin.show_na_as_empty_cell()
    # It stays where it is when the rows of the table are filtered.
    options = {"object_position": 3, "description": titre}
    feuille.insert_chart(*case, dessin, options)


def write_figures(classeur: Workbook, feuille: Worksheet, graphiques: Sequence[tuple[int, NativeChart]]) -> None:
    """The figures of the charts, one under the other, each from the row of its head."""
    gras = classeur.add_format({"bold": True, "font_color": ENCRE, "bottom": 2, "bottom_color": BLEU})
    titre = classeur.add_format({"bold": True, "font_color": BLEU})
    feuille.set_column(0, 0, 60)
    feuille.set_column(1, len(SERIES), 24)
    for source, graphique in graphiques:
        feuille.write_string(source - 1, 0, graphique.titre, titre)
        tetes = [graphique.dimension, *graphique.series, *(BORNES if graphique.bornes else ())]
        for rang, tete in enumerate(tetes):
            feuille.write_string(source, rang, tete, gras)
        nombre = classeur.add_format({"num_format": graphique.forme, "font_color": ENCRE})
        for decalage, (nom, valeurs) in enumerate(graphique.lignes, start=1):
            feuille.write_string(source + decalage, 0, nom)
            bornes = graphique.bornes[decalage - 1] if graphique.bornes else ()
            for rang, valeur in enumerate([*valeurs, *bornes], start=1):
                if valeur is not None:
                    feuille.write_number(source + decalage, rang, valeur, nombre)
