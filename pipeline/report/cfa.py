"""The report of one CFA: its figures against the network and its own last year → context → Jinja → PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

import duckdb
from markupsafe import Markup

from pipeline import charts
from pipeline.models.built import BuiltDatabase
from pipeline.models.chart_header import FunnelSpec
from pipeline.models.file import SqlFile
from pipeline.models.header import PrintedColumn
from pipeline.report import groups, headline, network, pdf, rates, standing, templates
from pipeline.report.blocks import Block, make_block, region_rate, signs
from pipeline.report.changes import RowChange, read_changes, to_measure
from pipeline.report.figures import open_figures
from pipeline.report.rows import ResultRow, select
from pipeline.report.texts import open_texts
from pipeline.settings import Settings
from pipeline.statistics.comparisons import Position
from pipeline.statistics.ratios import standardised_ratio

DESSINES_MAX = 100  # beyond, the funnel shows the CFA alone: thousands of points say less, and take as long as a page
PLACE = FunnelSpec(
    type="entonnoir", titre="Taux de rupture nette de chaque CFA selon son effectif", x="effectif",
    y="taux_rupture_nette", etiquette="structure",
)  # fmt: skip
COLONNES_DE_LA_PLACE = {
    "effectif": PrintedColumn(libelle="Apprentis suivis", format="entier"),
    "taux_rupture_nette": PrintedColumn(libelle="Taux de rupture nette", format="taux"),
    "structure": PrintedColumn(libelle="CFA"),
}


@dataclass(frozen=True)
class CfaStanding:
    """Where a CFA stands: None for what cannot be said of it."""

    position: Position | None
    attendu: standing.ExpectedRuptures
    changement: RowChange | None


@dataclass(frozen=True)
class CfaMaterial:
    """What the reports of all CFA are made of, read once; it can be sent to another process.

    Attributes:
        modeles: the breakdowns printed in them, in order.
        annee: the row of `core.annees` of the report's year.
        ensemble: the network's row of `core.ruptures_nettes_par_annee` for it.
        cfa: the rows of `core.structures_par_annee` of the CFA that have apprentices in it, by name.
        places: where each of them stands, by UAI.
        source: the sentence that says where the figures are from.
        texte: the analysts' own words, the same for all.
    """

    reglages: Settings
    modeles: tuple[SqlFile, ...]
    gabarits: tuple[str, ...]
    annee: ResultRow
    ensemble: ResultRow
    cfa: tuple[ResultRow, ...]
    places: dict[str, CfaStanding]
    source: str
    fictif: str
    texte: Markup
    avertissements: tuple[str, ...]

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, construction: BuiltDatabase) -> CfaMaterial:
        """Read from a checked database."""
        reglages, fictives = construction.reglages, construction.fictives
        annee = select(con, "select * from core.annees where est_rapport")[0]
        cfa = select(
            con,
            "select * from core.structures_par_annee where annee = ? and type_structure = 'CFA' and effectif > 0 "
            "order by structure, uai",
            [annee["annee"]],
        )
        ventilations = construction.catalogue.ventilations(reglages.sections)
        return cls(
            reglages,
            tuple(modele for modele in ventilations if modele.ventilation.place == "cfa"),
            tuple(modele.nom for modele in ventilations),
            annee,
            select(con, "select * from core.ruptures_nettes_par_annee where annee = ?", [annee["annee"]])[0],
            tuple(cfa),
            dict(read_places(con, ventilations, annee["annee"], cfa)),
            network.source_line(reglages, annee["annee"], fictives=False),
            network.FICTIF if fictives else "",
            open_texts(reglages, open_figures(con, reglages.reseau, ventilations)).texte("cfa"),
            tuple(construction.avertissements),
        )


def read_places(
    con: duckdb.DuckDBPyConnection, ventilations: list[SqlFile], annee: str, cfa: list[ResultRow]
) -> Iterator[tuple[str, CfaStanding]]:
    """(UAI, where it stands) of these CFA: compared with each other, and with their own last year by the same tests as
    in the regional report."""
    positions = standing.place([to_measure(ligne) for ligne in cfa])
    rapports = standardised_ratio([c["ruptures_nettes"] for c in cfa], [c["attendues"] for c in cfa])
    changements = own_changes(con, ventilations, annee)
    for ligne, position, *rapport in zip(cfa, positions, *rapports, strict=True):
        bornes = [None if isnan(valeur) else float(valeur) for valeur in rapport]
        attendu = standing.ExpectedRuptures(
            ligne["effectif"], ligne["ruptures_nettes"], ligne["effectif_comparable"], ligne["attendues"], *bornes
        )
        yield ligne["uai"], CfaStanding(position, attendu, changements.get(ligne["uai"]))


def own_changes(con: duckdb.DuckDBPyConnection, ventilations: list[SqlFile], annee: str) -> dict[str, RowChange]:
    """The change of each structure on its own last year, by UAI, as the breakdown of one row a structure has it: tested
    among all those of the regional report, so that both say the same. Nothing without such a breakdown."""
    changements = read_changes(con, ventilations, annee)
    trouves: dict[str, RowChange] = {}
    for modele in ventilations:
        if modele.ventilation.cle == ("uai",) and modele.nom in changements.par_ventilation:
            uais = select(con, f"select uai from {modele.table} where annee = ? order by rowid", [annee])
            siens = changements.par_ventilation[modele.nom].lignes
            trouves |= {ligne["uai"]: changement for ligne, changement in zip(uais, siens, strict=True)}
    return trouves


def list_cfa(atelier: CfaMaterial) -> list[tuple[str, str]]:
    """(UAI, name) of the CFA that have apprentices followed in the year, by name then UAI."""
    return [(ligne["uai"], ligne["structure"]) for ligne in atelier.cfa]


def write_cfa_report(con: duckdb.DuckDBPyConnection, atelier: CfaMaterial, uai: str, chemin: Path) -> None:
    """The report of one CFA.

    Raises:
        MachineError: WeasyPrint's system libraries are missing.
        UsageError: a breakdown that cannot be printed as its header says, or a wrong template.
    """
    pdf.write_pdf(templates.render("cfa.html.jinja", make_context(con, atelier, uai), atelier.gabarits), chemin)


def make_context(con: duckdb.DuckDBPyConnection, atelier: CfaMaterial, uai: str) -> dict[str, Any]:
    """Everything the templates read."""
    annee = atelier.annee["annee"]
    cfa = next(ligne for ligne in atelier.cfa if ligne["uai"] == uai)
    place = atelier.places[uai]
    annuels = select(
        con, "select * from core.structures_par_annee where uai = ? and effectif > 0 order by annee", [uai]
    )
    blocs = [make_block(con, modele, annee, atelier.ensemble, network.AU_BAS, cfa=cfa) for modele in atelier.modeles]
    donnees = charts.ChartData(annuels, annuels, region_rate(atelier.ensemble), network.AU_BAS)
    return {
        **network.presented(atelier.reglages),
        "reseau": atelier.reglages.reseau,
        "fictif": atelier.fictif,
        "texte_commun": atelier.texte,
        "annee": atelier.annee,
        "cfa": cfa,
        "ensemble": atelier.ensemble,
        "annuels": annuels,
        "changement": place.changement,
        "phrases": cfa_headline(cfa, place, atelier.annee["date_arrete"]),
        "lecture": standing.cfa_sentences(cfa["structure"], to_measure(cfa), place.position, place.attendu),
        "pistes": groups.lead_sentences(list(cfa_groups(blocs))),
        "evolution": charts.draw(network.EVOLUTION, network.COLONNES_DE_L_EVOLUTION, donnees),
        "place": draw_place(atelier, cfa, place),
        "cout": read_cost(con, annee, uai),
        "signes": signs({"taux", "borne"}, annuels),
        "blocs": blocs,
        "avertissements": atelier.avertissements,
        "source": atelier.source,
        "cree": network.utc(atelier.annee["derniere_date"]),
    }


def cfa_headline(cfa: ResultRow, place: CfaStanding, date_arrete: date) -> list[str]:
    """The sentences of page 2, by the same rules as those of the network."""
    totaux = rates.YearTotals(**{champ.name: cfa[champ.name] for champ in fields(rates.YearTotals)})
    changement = place.changement
    avant, evolution = (changement.avant, changement.evolution) if changement else (None, None)
    return headline.headline(totaux, avant, evolution, date_arrete)


def cfa_groups(blocs: list[Block]) -> Iterator[groups.CfaGroup]:
    """The groups of the CFA that its tables print beside the same group in the network."""
    for bloc in blocs:
        dimension, colonnes = bloc.entete.dimensions[0], bloc.entete.colonnes
        if "taux_rupture_nette" in colonnes and "repere_reseau" in colonnes:
            for ligne in bloc.lignes:
                if "regroupees" not in ligne:
                    yield groups.CfaGroup(
                        colonnes[dimension].libelle, str(ligne[dimension]), ligne["ruptures_nettes"], ligne["effectif"],
                        ligne["repere_reseau"],
                    )  # fmt: skip


def draw_place(atelier: CfaMaterial, cfa: ResultRow, place: CfaStanding) -> charts.Image | None:
    """The funnel of the CFA, the one of the report named; it alone where they are too many, nothing where it has no
    rate or nothing to be compared with."""
    if place.position is None:
        return None
    autres = atelier.cfa if len(atelier.cfa) <= DESSINES_MAX else (cfa,)
    lignes = [ligne | {"designe": True} if ligne["uai"] == cfa["uai"] else ligne for ligne in autres]
    donnees = charts.ChartData(lignes, [], None, network.AU_BAS, place.position.dispersion.taux)
    return charts.draw(PLACE, COLONNES_DE_LA_PLACE, donnees)


def read_cost(con: duckdb.DuckDBPyConnection, annee: str, uai: str) -> ResultRow:
    """What the net ruptures of the CFA cost it (definitions §6), in euros; what lacks an amount or a day is apart."""
    return select(
        con,
        "select count(*) filter (where chiffrage = 'chiffre') as chiffrees, "
        "count(*) filter (where chiffrage = 'sans_npec') as sans_npec, "
        "count(*) filter (where chiffrage = 'sans_date') as sans_date, "
        "sum(perte_annee) as perte_annee, sum(perte_totale) as perte_totale "
        "from core.couts where annee = ? and uai = ?",
        [annee, uai],
    )[0]
