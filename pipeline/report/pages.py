"""What the pages of every report have in common: whose they are and of when, their source, the chart of the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline import branding, charts, formats
from pipeline.models.chart_header import PointsSpec
from pipeline.models.header import PrintedColumn
from pipeline.report import window
from pipeline.report.breakdowns import ResultRow
from pipeline.settings import Settings

FICTIF = "Données fictives de démonstration"
AU_BAS = ""  # the source is at the foot of each page, not under each chart
COLONNES_DE_L_EVOLUTION = {
    "annee": PrintedColumn(libelle="Année"),
    "taux_rupture_nette": PrintedColumn(libelle="Taux de rupture nette", format="taux"),
}


def page_context(
    reglages: Settings, ensemble: ResultRow, fictives: bool, avertissements: Sequence[str] = ()
) -> dict[str, Any]:
    """What every page has of the network and of the report's year, `ensemble` (see `material.read_years`)."""
    presentation = reglages.presentation
    return {
        "reseau": reglages.reseau,
        "couleur": presentation.couleur,
        "contact": presentation.contact,
        "logo": None if presentation.logo is None else branding.read_logo(reglages.beside(presentation.logo)),
        "annee": ensemble,
        "ensemble": ensemble,
        "avertissements": avertissements,
        "fictif": FICTIF if fictives else "",
        "source": f"Source : {reglages.reseau.source}, {ensemble['annee']}.",
        "revision": window.revision_sentence(ensemble["fin_annee"], ensemble["date_arrete"], ensemble["derniere_date"]),
        "mois_coupes": window.cut_months(ensemble["debut"], ensemble["fin_annee"]),
        "extraites": formats.extraites(ensemble["derniere_date"]),
        # The only date of the PDF, as a W3C date-time: the same inputs give the same bytes.
        "cree": f"{(ensemble['derniere_date'] or ensemble['date_arrete']).isoformat()}T00:00:00Z",
    }


def network_rate(ensemble: ResultRow) -> float | None:
    """The network's rate as charts may show it; None where it means nothing (definitions §8)."""
    return None if ensemble["fiabilite"] == "non_significatif" else ensemble["taux_rupture_nette"]


def draw_evolution(annuels: list[ResultRow], taux_reseau: float | None, de_qui: str) -> charts.Image:
    """The chart of page 2: the rates of the published years, the earliest first, of whom its words say (`de_qui`: 'du
    réseau')."""
    graphique = PointsSpec(
        type="points", titre=f"Taux de rupture nette {de_qui} et intervalle à 95{formats.FINE}%",
        x="taux_rupture_nette", y="annee", tri="lignes",
    )  # fmt: skip
    return charts.draw(graphique, COLONNES_DE_L_EVOLUTION, charts.ChartData(annuels, annuels, taux_reseau, AU_BAS))
