"""The report of one CFA: its figures against the network and its own last year → context → Jinja → PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline import charts
from pipeline.errors import UsageError
from pipeline.models.chart_header import FunnelSpec
from pipeline.models.header import ComparisonSpec, PrintedColumn
from pipeline.report import action, headline, pdf, standing, templates
from pipeline.report.blocks import show_breakdowns, signs
from pipeline.report.breakdowns import Breakdown, BreakdownYear, ResultRow
from pipeline.report.changes import RowChange
from pipeline.report.drawn import NamedChart
from pipeline.report.material import EditionMaterial
from pipeline.report.pages import AU_BAS, COLONNES_DE_L_EVOLUTION, draw_evolution, is_short, network_rate, years_example
from pipeline.report.rates import YearTotals
from pipeline.report.standing import Standing
from pipeline.report.sums import open_macros
from pipeline.report.whole import in_full

PLACE = FunnelSpec(
    type="entonnoir", titre="Taux de rupture nette de chaque CFA selon son effectif", x="effectif",
    y="taux_rupture_nette", etiquette="structure",
)  # fmt: skip
COLONNES_DE_LA_PLACE = {
    "effectif": PrintedColumn(libelle="Apprentis suivis", format="entier"),
    "taux_rupture_nette": PrintedColumn(libelle="Taux de rupture nette", format="taux"),
    "structure": PrintedColumn(libelle="CFA"),
}


COMPARAISON = ComparisonSpec(
    observees="ruptures_nettes", attendues="attendues", unites="CFA",
    compte_tenu="des types de diplôme et des années de cycle",
)  # fmt: skip


@dataclass(frozen=True)
class CfaFigures:
    """What is known of a CFA.

    Attributes:
        annuels: its rows (see `material.read_structures`), the report's year last.
        changement: that of its rate on its own last year; None where no breakdown tells it.
        officiels: its own official figures (see `material.read_official`).
    """

    annuels: list[ResultRow]
    place: Standing
    changement: RowChange | None
    officiels: list[ResultRow]

    @property
    def ligne(self) -> ResultRow:
        """Its row of the report's year."""
        return self.annuels[-1]


@dataclass(frozen=True)
class CfaMaterial:
    """What the reports of all CFA are made of; it goes once to each process that writes some.

    Attributes:
        page: what their pages have of the network and of the year.
        ventilations: the breakdowns printed in them, in order, with the rows of every CFA (see `needed`).
        cfa: those that have apprentices in the year, by UAI, in the order of their names.
        action: what is decided of the groups of all of them.
        texte: the analysts' own words, the same for all.
    """

    page: dict[str, Any]
    ventilations: tuple[Breakdown, ...]
    gabarits: tuple[str, ...]
    macros: str
    cfa: dict[str, CfaFigures]
    action: action.Action
    texte: Markup

    @classmethod
    def of(cls, materiel: EditionMaterial) -> CfaMaterial:
        """The part of an edition's material that they need. Raises UsageError, as `common_words`."""
        return cls(
            materiel.page,
            tuple(needed(v, materiel.ensemble["annee"]) for v in materiel.ventilations if v.entete.place == "cfa"),
            tuple(materiel.gabarits),
            materiel.macros,
            dict(gather_figures(materiel)),
            materiel.action,
            common_words(materiel),
        )

    @property
    def annee(self) -> str:
        """The report's year."""
        return self.page["annee"]["annee"]


def common_words(materiel: EditionMaterial) -> Markup:
    """The analysts' own words for the reports of all CFA.

    Raises:
        UsageError: they name one of the CFA, which the others would read of.
    """
    texte = materiel.textes.texte("cfa")
    for ligne in materiel.structures:
        for nom in (ligne["structure"], ligne["uai"]) if ligne["type_structure"] == "CFA" else ():
            if re.search(rf"(?<!\w){re.escape(nom)}(?!\w)", texte.striptags(), re.IGNORECASE):
                raise UsageError(
                    f"ce texte nomme un CFA, « {nom} », et il est imprimé dans le rapport de tous les autres",
                    ou=materiel.textes.fichiers["cfa"],
                    faire="Retirez ce nom, ou mettez la phrase dans un texte du rapport du réseau.",
                )
    return texte


def needed(ventilation: Breakdown, annee: str) -> Breakdown:
    """The rows that are read of a breakdown: the report's year, and the others for a chart over the years only."""
    graphique = ventilation.entete.graphique
    return ventilation if graphique is not None and "annee" in graphique.dimensions else ventilation.only(annee)


def gather_figures(materiel: EditionMaterial) -> Iterator[tuple[str, CfaFigures]]:
    """(UAI, what is known of it) of each CFA: compared with each other, and with their own last year by the same tests
    as in the network's report."""
    annee = materiel.ensemble["annee"]
    cfa = [ligne for ligne in materiel.structures if ligne["annee"] == annee and ligne["type_structure"] == "CFA"]
    annuels: dict[str, list[ResultRow]] = {ligne["uai"]: [] for ligne in cfa}
    for ligne in materiel.structures:
        if ligne["uai"] in annuels:
            annuels[ligne["uai"]].append(ligne)
    toutes = [ligne for ligne in materiel.structures if ligne["type_structure"] == "CFA"]
    places = standing.hold(toutes, COMPARAISON, ("uai",), "structure", annee)
    changements = own_changes(materiel)
    for ligne, place in zip(cfa, places, strict=True):
        uai = ligne["uai"]
        officiels = [officiel for officiel in materiel.officiels if officiel["uai"] == uai]
        yield uai, CfaFigures(annuels[uai], place, changements.get(uai), officiels)


def own_changes(materiel: EditionMaterial) -> dict[str, RowChange]:
    """The change of each structure on its own last year, by UAI, as the breakdown of one row a structure has it: tested
    among all those of the network's report, so that both say the same. Nothing without such a breakdown."""
    trouves: dict[str, RowChange] = {}
    for ventilation in materiel.ventilations:
        siens = materiel.changements.par_ventilation.get(ventilation.nom)
        if siens is not None and ventilation.entete.cle == ("uai",):
            lignes = ventilation.of_year(materiel.ensemble["annee"]).lignes
            trouves |= {ligne["uai"]: changement for ligne, changement in zip(lignes, siens.lignes, strict=True)}
    return trouves


def write_cfa_report(materiel: CfaMaterial, contexte: dict[str, Any], chemin: Path) -> None:
    """The report of one CFA, of what `make_context` says of it.

    Raises:
        MachineError: WeasyPrint's system libraries are missing.
        UsageError: a breakdown that cannot be printed as its header says, or a wrong template.
    """
    pdf.write_pdf(templates.render("cfa.html.jinja", contexte, materiel.gabarits), chemin)


def make_context(materiel: CfaMaterial, uai: str) -> dict[str, Any]:
    """Everything the templates read."""
    ensemble, cfa = materiel.page["ensemble"], materiel.cfa[uai]
    taux_reseau = network_rate(ensemble)
    est_courte = is_short(ensemble, cfa.ligne)
    annuelles = [] if est_courte else rows_of(materiel, uai)
    blocs = show_breakdowns(open_macros(materiel.macros), annuelles, cfa.ligne, taux_reseau, materiel.page["origine"])
    return {
        **materiel.page,
        "est_courte": est_courte,
        "texte_commun": materiel.texte,
        "cfa": cfa.ligne,
        "annuels": cfa.annuels,
        "officiels": cfa.officiels,
        "changement": cfa.changement,
        "phrases": cfa_headline(cfa, ensemble["date_arrete"]),
        "lecture": standing.cfa_sentences(cfa.place, cfa.ligne["effectif_comparable"], COMPARAISON.compte_tenu),
        "agir": action.items(materiel.action.of_cfa(uai), {bloc.nom: bloc.entete.cle for bloc in blocs}),
        "note_d_agir": materiel.action.cfa_note(uai),
        "evolution": draw_evolution(cfa.annuels, taux_reseau, "du CFA"),
        "exemple_des_annees": years_example(cfa.annuels),
        "place": draw_place(materiel, cfa),
        "signes": signs(COLONNES_DE_L_EVOLUTION.values(), cfa.annuels),
        "blocs": blocs,
    }


def rows_of(materiel: CfaMaterial, uai: str) -> list[BreakdownYear]:
    """The rows of a CFA in the breakdowns printed in its report."""
    return [ventilation.of_cfa(uai).of_year(materiel.annee) for ventilation in materiel.ventilations]


def on_a_screen(materiel: CfaMaterial, uai: str, contexte: dict[str, Any]) -> dict[str, Any]:
    """What `make_context` says of a CFA where there is room for every row."""
    macros, source = open_macros(materiel.macros), materiel.page["origine"]
    tous = in_full(macros, rows_of(materiel, uai), contexte["blocs"], materiel.cfa[uai].ligne, source)
    return {**contexte, "blocs": [tous[bloc.nom] for bloc in contexte["blocs"]]}


def every_chart(contexte: Mapping[str, Any]) -> list[NamedChart]:
    """The charts of the report, each said to be of the CFA."""
    place = contexte["place"] and NamedChart("place", PLACE.titre, contexte["place"])
    evolution = contexte["evolution"] and NamedChart(
        "evolution", "Taux de rupture nette et intervalle à 95 %, par année", contexte["evolution"]
    )
    tous = [evolution, place, *(bloc.dessin for bloc in contexte["blocs"])]
    return [replace(un, titre=f"{un.titre}, {contexte['cfa']['structure']}") for un in tous if un is not None]


def cfa_headline(cfa: CfaFigures, date_arrete: date) -> list[str]:
    """The sentences of page 2, by the same rules as those of the network."""
    avant, evolution = (cfa.changement.avant, cfa.changement.evolution) if cfa.changement else (None, None)
    return headline.headline(YearTotals.of(cfa.ligne), avant, evolution, date_arrete)


def draw_place(materiel: CfaMaterial, cfa: CfaFigures) -> charts.Image | None:
    """The funnel of the CFA, that of the report named; nothing where it has no rate or nothing to be compared with."""
    if cfa.place.decision.p is None:
        return None
    lignes = [
        {**autre.ligne, "sens": autre.place.decision.sens, **({"designe": True} if autre is cfa else {})}
        for autre in materiel.cfa.values()
    ]
    taux = standing.common_rate(autre.place for autre in materiel.cfa.values())
    donnees = charts.ChartData(lignes, [], None, AU_BAS, taux)
    return charts.draw(PLACE, COLONNES_DE_LA_PLACE, donnees)
