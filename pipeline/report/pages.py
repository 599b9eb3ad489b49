"""What the pages of every report have in common: whose they are and of when, their source, the chart of the years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pipeline import branding, charts, formats
from pipeline.models.chart_header import PointsSpec
from pipeline.models.header import PrintedColumn
from pipeline.report import window
from pipeline.report.breakdowns import ResultRow
from pipeline.report.worked_example import of_apprentices
from pipeline.settings import NetworkSettings, Settings

FICTIF = "Données fictives de démonstration"
AU_BAS = ""  # the source is at the foot of each page and under each table, not in each chart
COLONNES_DE_L_EVOLUTION = {
    "annee": PrintedColumn(libelle="Année"),
    "taux_rupture_nette": PrintedColumn(libelle="Taux de rupture nette", format="taux"),
}


def page_context(
    reglages: Settings,
    ensemble: ResultRow,
    fictives: bool,
    avertissements: Sequence[str] = (),
    extractions: Sequence[date | None] = (),
) -> dict[str, Any]:
    """What every page has of the network and of the report's year, `ensemble` (see `material.read_years`);
    `extractions` are the days of the exports, None for one without."""
    presentation = reglages.presentation
    return {
        "reseau": reglages.reseau,
        "couleur": presentation.couleur,
        "contact": presentation.contact,
        "logo": None if presentation.logo is None else branding.read_logo(reglages.beside(presentation.logo)),
        "annee": ensemble,
        "ensemble": ensemble,
        "avertissements": avertissements,
        "est_courte": is_short(ensemble),
        "etat": window.status(ensemble["provisoire"], ensemble["fin_annee"], ensemble["date_arrete"]),
        "fictif": FICTIF if fictives else "",
        "source": f"Source : {reglages.reseau.source}, {ensemble['annee']}.",
        # Under each table and chart.
        "origine": origin(reglages.reseau, extractions),
        "revision": window.revision_sentence(ensemble["fin_annee"], ensemble["date_arrete"], ensemble["derniere_date"]),
        "mois_coupes": window.cut_months(ensemble["debut"], ensemble["fin_annee"]),
        "lecteurs": readers(presentation.destinataires),
        "lecteurs_cfa": readers(presentation.destinataires_cfa),
        "extraites": formats.extraites(ensemble["derniere_date"]),
        # The only date of the PDF, as a W3C date-time: the same inputs give the same bytes.
        "cree": f"{(ensemble['derniere_date'] or ensemble['date_arrete']).isoformat()}T00:00:00Z",
    }


def readers(destinataires: str) -> str:
    """Who may read an internal edition, and why nobody else."""
    return (
        f"Diffusion interne. Destinataires : {destinataires.rstrip('.')}. De petits effectifs y sont montrés : ne la "
        "transmettez à personne d'autre."
    )


def is_short(*ensembles: ResultRow) -> bool:
    """Whether what is made of these totals, of a network or of one of its CFA too, has no table nor chart by group: of
    so few ruptures, groups would be persons."""
    return any(ensemble["ruptures_nettes"] < formats.RUPTURES_DETAILLEES for ensemble in ensembles)


def origin(reseau: NetworkSettings, extractions: Sequence[date | None]) -> str:
    """Whose data they are, what and of when: 'BTP CFA, exports de contrats, extractions du 15 août 2022 au
    5 novembre 2022.'"""
    jours = sorted({jour for jour in extractions if jour is not None})
    if not jours or len(jours) < len({*extractions}):
        # Files without a day come together with no dated one (definitions §1).
        quand = "sans date d'extraction"
    elif len(jours) == 1:
        quand = f"extraction du {formats.date_longue(jours[0])}"
    else:
        quand = f"extractions du {formats.date_longue(jours[0])} au {formats.date_longue(jours[-1])}"
    return f"{reseau.nom}, {formats.minuscule(reseau.source).rstrip('.')}, {quand}."


def years_example(annuels: Sequence[ResultRow]) -> str:
    """The first row of the table of the years, the earliest of the published years, in a sentence."""
    return formats.sentence(of_apprentices(annuels[0], f"de {annuels[0]['annee']}"))


def network_rate(ensemble: ResultRow) -> charts.ReferenceRate | None:
    """The network's rate as charts may show it; None where it means nothing (definitions §8)."""
    if ensemble["fiabilite"] == "non_significatif":
        return None
    return charts.ReferenceRate(ensemble["taux_rupture_nette"], ensemble["effectif"])


def draw_evolution(
    annuels: list[ResultRow], taux_reseau: charts.ReferenceRate | None, de_qui: str
) -> charts.Image | None:
    """The chart of page 2 of a CFA: the rates of the published years, the earliest first, of whom its words say
    (`de_qui`: 'du CFA'); None where no year has one."""
    graphique = PointsSpec(
        type="points", titre=f"Taux de rupture nette {de_qui} et intervalle à 95{formats.FINE}%",
        x="taux_rupture_nette", y="annee", tri="lignes",
    )  # fmt: skip
    if not charts.has_marks(graphique, COLONNES_DE_L_EVOLUTION, annuels):
        return None
    return charts.draw(graphique, COLONNES_DE_L_EVOLUTION, charts.ChartData(annuels, annuels, taux_reseau, AU_BAS))
