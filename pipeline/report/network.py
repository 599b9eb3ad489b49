"""A checked database → context → Jinja → HTML → PDF."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipeline import branding, charts
from pipeline.models.built import BuiltDatabase
from pipeline.models.chart_header import PointsSpec
from pipeline.models.header import PrintedColumn
from pipeline.report import headline, pdf, periods, rates, templates
from pipeline.report.blocks import make_block, region_rate, signs
from pipeline.report.changes import read_changes, to_measure
from pipeline.report.figures import open_figures
from pipeline.report.rows import ResultRow, select
from pipeline.report.texts import open_texts
from pipeline.settings import Settings

FICTIF = "Données fictives de démonstration"
AU_BAS = ""  # the source is at the foot of each page, not under each chart
# The chart of page 2: the region's rate over the published years.
EVOLUTION = PointsSpec(
    type="points", titre="Taux de rupture nette du réseau et intervalle à 95 %", x="taux_rupture_nette", y="annee",
    tri="lignes",
)  # fmt: skip
COLONNES_DE_L_EVOLUTION = {
    "annee": PrintedColumn(libelle="Année"),
    "taux_rupture_nette": PrintedColumn(libelle="Taux de rupture nette", format="taux"),
}


def to_totals(ligne: ResultRow) -> rates.YearTotals:
    """A row of `core.ruptures_nettes_par_annee` as the findings read it."""
    return rates.YearTotals(**{champ.name: ligne[champ.name] for champ in fields(rates.YearTotals)})


def make_context(con: duckdb.DuckDBPyConnection, construction: BuiltDatabase) -> dict[str, Any]:
    """Everything the templates read."""
    reglages = construction.reglages
    annee = select(con, "select * from core.annees where est_rapport")[0]
    # Years after the report's are not published: the last row is the report's year.
    annuels = select(con, "select * from core.ruptures_nettes_par_annee order by annee")
    totaux, ensemble = [to_totals(ligne) for ligne in annuels], annuels[-1]
    fictif = FICTIF if construction.fictives else ""
    source = source_line(reglages, annee["annee"], fictives=False)
    courant, avant = totaux[-1], totaux[-2] if len(totaux) > 1 else None
    donnees = charts.ChartData(annuels, annuels, region_rate(ensemble), AU_BAS)
    evolution = charts.draw(EVOLUTION, COLONNES_DE_L_EVOLUTION, donnees)
    ventilations = construction.catalogue.ventilations(reglages.sections)
    changements = read_changes(con, ventilations, annee["annee"])
    blocs = [
        make_block(con, m, annee["annee"], ensemble, AU_BAS, changements)
        for m in ventilations
        if m.ventilation.place != "cfa"
    ]
    annexes = [bloc for bloc in blocs if bloc.entete.place == "annexe"]
    du_corps = {bloc.entete.section for bloc in blocs if bloc.entete.place == "corps"}
    evolution_du_reseau = changements.reseau.evolution
    periodes = periods.read_focus(con, ventilations, annee["annee"], ensemble)
    return {
        "reseau": reglages.reseau,
        "texte": open_texts(reglages, open_figures(con, reglages.reseau, ventilations)).texte,
        **presented(reglages),
        "fictif": fictif,
        "annee": annee,
        "annuels": annuels,
        "evolution": evolution,
        "premiere_annee": totaux[0].annee,
        "ensemble": ensemble,
        "precedent": avant,
        "ecart": evolution_du_reseau and evolution_du_reseau.ecart,
        "phrases": headline.headline(
            courant, avant, evolution_du_reseau, annee["date_arrete"], read_revision(annee, ensemble)
        ),
        "signes": signs({"taux", "borne"}, annuels),
        "sections": [
            (section, retenus)
            for section in reglages.sections
            if (retenus := [b for b in blocs if b.entete.section == section.cle and b.entete.place == "corps"])
        ],
        "annexes": annexes,
        # A chapter that is all in the annexes has its words there.
        "textes_en_annexe": {
            bloc.entete.section: bloc.nom for bloc in reversed(annexes) if bloc.entete.section not in du_corps
        },
        "focus": periodes,
        "plus_grande_periode": max(periodes, key=lambda un: un.ruptures_nettes, default=None),
        "aucune_evolution": changements.examinees if changements.none_is_established else 0,
        "periodes": reglages.periodes,
        "fichiers": select(con, "select * from brut.fichiers order by fichier"),
        "bornes": select(
            con, "select bornes.* from core.bornes inner join core.annees using (annee) where est_rapport"
        )[0],
        "anomalies": select(con, "select * from core.anomalies where nombre > 0 order by nature"),
        "avertissements": construction.avertissements,
        "source": source,
        "reperes": read_benchmarks(con),
        "cree": utc(annee["derniere_date"]),
    }


def presented(reglages: Settings) -> dict[str, str | None]:
    """What a page has of the network's own colours and signs."""
    presentation = reglages.presentation
    return {
        "couleur": presentation.couleur,
        "contact": presentation.contact,
        "logo": None if presentation.logo is None else branding.read_logo(reglages.beside(presentation.logo)),
    }


def read_revision(annee: ResultRow, ensemble: ResultRow) -> headline.Revision | None:
    """What a cut-off later than the end of the year changed; None where it is that end."""
    fin_annee, date_arrete = annee["fin_annee"], annee["date_arrete"]
    if date_arrete == fin_annee:
        return None
    provisoire = ensemble | {
        "ruptures_nettes": ensemble["ruptures_nettes_provisoires"],
        "taux_rupture_nette": ensemble["taux_provisoire"],
        "taux_bas": ensemble["taux_provisoire_bas"],
        "taux_haut": ensemble["taux_provisoire_haut"],
    }
    return headline.Revision(fin_annee, date_arrete, to_measure(provisoire), to_measure(ensemble))


def write_report(con: duckdb.DuckDBPyConnection, construction: BuiltDatabase, chemin: Path) -> None:
    """The regional report.

    Raises:
        MachineError: WeasyPrint's system libraries are missing.
        UsageError: a breakdown that cannot be printed as its header says, or a wrong template.
    """
    noms = [modele.nom for modele in construction.catalogue.ventilations(construction.reglages.sections)]
    pdf.write_pdf(templates.render("rapport.html.jinja", make_context(con, construction), noms), chemin)


def read_benchmarks(con: duckdb.DuckDBPyConnection) -> list[ResultRow]:
    """Published national figures, each with the indicator of the same definition."""
    ordre = "indicateur, cohorte, perimetre <> 'Ensemble', perimetre"
    return select(con, f"select * from ref.reperes_nationaux order by {ordre}")


def source_line(reglages: Settings, annee: str, fictives: bool) -> str:
    """Where the figures of a chart come from."""
    return f"Source : {reglages.reseau.source}, {annee}." + (f" {FICTIF}." if fictives else "")


def utc(jour: date) -> str:
    """A day as a W3C date-time: the only date the PDF carries, so that the same inputs give the same bytes."""
    return f"{jour.isoformat()}T00:00:00Z"
