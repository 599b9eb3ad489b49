"""The report of the network: what an edition is made of → context → Jinja → HTML → PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.report import (
    action,
    definitions,
    dispersion,
    headline,
    pdf,
    periods,
    readings,
    standing,
    templates,
    window,
)
from pipeline.report.blocks import Block, show_breakdowns, signs, to_look_at
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.report.drawn import NamedChart
from pipeline.report.material import EditionMaterial
from pipeline.report.pages import COLONNES_DE_L_EVOLUTION, network_rate, years_example
from pipeline.report.rates import Rate, TestedChange, YearTotals
from pipeline.report.sums import open_macros
from pipeline.report.whole import in_full
from pipeline.settings import Section

CONTRASTES = 2  # groups that page 2 sends to
# The columns of the breakdowns that page 2 has a sentence of: first months, what follows a rupture, what the CFA say of
# it, what is lost.
PREMIERS_MOIS = {"mois_depuis_debut", "part_du_mois", "type_diplome"}
RUPTURES_SECHES = {"ruptures_seches", "part_seche", "jusqu_au"}
SUITES = {"suite_rupture", "ruptures_nettes"}
PERTES = {"uai", "perte_annee"}
TOUS_TYPES = "Ensemble"


def write_report(materiel: EditionMaterial, contexte: dict[str, Any], chemin: Path) -> None:
    """The network's report, of what `make_context` says.

    Raises:
        MachineError: WeasyPrint's system libraries are missing.
        UsageError: a breakdown that cannot be printed as its header says, or a wrong template.
    """
    pdf.write_pdf(templates.render("rapport.html.jinja", contexte, materiel.gabarits), chemin)


def make_context(materiel: EditionMaterial, comparaisons: Sequence[object] = ()) -> dict[str, Any]:
    """Everything the templates read; `comparaisons` are the pages of what changed since other editions."""
    reglages, ensemble, changements = materiel.construction.reglages, materiel.ensemble, materiel.changements
    taux_reseau = network_rate(ensemble)
    totaux = [YearTotals.of(ligne) for ligne in materiel.annuels]
    avant = totaux[-2] if len(totaux) > 1 else None
    detaillees = [] if materiel.page["est_courte"] else materiel.ventilations
    imprimees = [v.of_year(ensemble["annee"]) for v in detaillees if v.entete.place != "cfa"]
    origine, con = materiel.page["origine"], open_macros(materiel.macros)
    tous = show_breakdowns(con, imprimees, ensemble, taux_reseau, origine, changements)
    blocs = [bloc for bloc in tous if not bloc.est_muet]
    annexes = [bloc for bloc in blocs if bloc.entete.place == "annexe" or bloc.est_en_deux]
    du_corps = {bloc.entete.section for bloc in blocs if bloc.entete.place == "corps"}
    imprimes = {bloc.nom for bloc in blocs}
    evolution_du_reseau = changements.reseau.evolution
    periodes = periods.focus_on_periods(detaillees, ensemble["annee"], ensemble, materiel.juin_a_aout)
    return {
        **materiel.page,
        "texte": materiel.textes.texte,
        "annuels": materiel.annuels,
        "exemple_des_annees": years_example(materiel.annuels),
        "premiere_annee": totaux[0].annee,
        "precedent": avant,
        "ecart": evolution_du_reseau and evolution_du_reseau.ecart,
        "phrases": opening(materiel.annuels, evolution_du_reseau),
        "depuis": sees_further(ensemble),
        "chiffres_cles": [
            (phrase, nom if nom in imprimes else None) for phrase, nom in key_figures(materiel, imprimees) if phrase
        ],
        "agir": action.items(
            materiel.action.du_reseau, {bloc.nom: bloc.entete.cle for bloc in blocs if bloc.entete.place != "cfa"}
        ),
        "note_d_agir": materiel.action.network_note(),
        "signes": signs(COLONNES_DE_L_EVOLUTION.values(), materiel.annuels),
        "sections": [
            (section, retenus)
            for section in reglages.sections
            if (retenus := [b for b in blocs if b.entete.section == section.cle and b.entete.place == "corps"])
        ],
        "annexes": annexes,
        # Printed beside the recommendations.
        "suivies": [bloc for bloc in blocs if bloc.entete.place == "conclusion"],
        "muets": silent(tous, reglages.sections),
        "hors_edition": materiel.construction.catalogue.ecartees.sentence(),
        # A chapter that is all in the annexes has its words there.
        "textes_en_annexe": {
            bloc.entete.section: bloc.nom for bloc in reversed(annexes) if bloc.entete.section not in du_corps
        },
        "focus": periodes,
        "periodes": reglages.periodes,
        "comparaisons": comparaisons,
        "fichiers": materiel.fichiers,
        "bornes": materiel.bornes,
        "anomalies": [anomalie for anomalie in materiel.anomalies if anomalie["nombre"] > 0],
        "anomalies_en_clair": materiel.construction.catalogue.glossaire.anomalies,
        "officiels": materiel.officiels,
        "types_structure": {ligne["type_structure"] for ligne in materiel.structures},
        "dispersion": dispersion.dispersion_sentence(
            ensemble["annee"],
            [
                ligne
                for ligne in materiel.structures
                if ligne["annee"] == ensemble["annee"] and ligne["type_structure"] == "CFA"
            ],
        ),
        "autres_jours": definitions.other_days(ensemble, materiel.autres_fins),
    }


def on_a_screen(materiel: EditionMaterial, contexte: dict[str, Any]) -> dict[str, Any]:
    """What `make_context` says where there is room for every row."""
    tous = in_full(
        open_macros(materiel.macros),
        [ventilation.of_year(materiel.ensemble["annee"]) for ventilation in materiel.ventilations],
        every_block(contexte),
        materiel.ensemble,
        materiel.page["origine"],
        materiel.changements,
    )
    return {
        **contexte,
        "sections": [(section, [tous[bloc.nom] for bloc in blocs]) for section, blocs in contexte["sections"]],
        "annexes": [tous[bloc.nom] for bloc in contexte["annexes"] if not bloc.est_en_deux],
        "suivies": [tous[bloc.nom] for bloc in contexte["suivies"]],
    }


def silent(blocs: Sequence[Block], sections: Sequence[Section]) -> list[str]:
    """The breakdowns of which the exports say nothing in the year; a chapter where they say nothing at all is one."""
    dits = []
    for section in sections:
        siens = [bloc for bloc in blocs if bloc.entete.section == section.cle]
        muets = [bloc.entete.titre for bloc in siens if bloc.est_muet]
        dits += [f"le chapitre « {section.titre} »"] if muets and len(muets) == len(siens) > 1 else muets
    return dits


def every_block(contexte: Mapping[str, Any]) -> list[Block]:
    """The blocks of the report, each once: one in two is in the body and in the annexes."""
    siens = (bloc for _, blocs in contexte["sections"] for bloc in blocs)
    blocs = [*siens, *contexte["suivies"], *contexte["annexes"]]
    return [*{bloc.nom: bloc for bloc in blocs}.values()]


def every_chart(contexte: Mapping[str, Any]) -> list[NamedChart]:
    """The charts of the report."""
    return [bloc.dessin for bloc in every_block(contexte) if bloc.dessin is not None]


def opening(annuels: Sequence[ResultRow], evolution: TestedChange | None) -> list[str]:
    """The sentences that page 2 opens with; `annuels`: see `material.read_years`."""
    totaux, ensemble = [YearTotals.of(ligne) for ligne in annuels], annuels[-1]
    avant = totaux[-2] if len(totaux) > 1 else None
    date_arrete = ensemble["date_arrete"]
    phrases = headline.headline(totaux[-1], avant, evolution, date_arrete, find_revision(ensemble))
    if sees_further(ensemble):
        depuis = headline.Revision(
            date_arrete, ensemble["date_revision"], totaux[-1], seen_otherwise(ensemble, "revues", "taux_revu")
        )
        jadis = seen_otherwise(annuels[-2], "revues", "taux_revu") if avant is not None else None
        phrases.insert(2, headline.since_sentence(depuis, jadis))
    return phrases


def sees_further(ensemble: ResultRow) -> bool:
    """Whether the exports go far enough beyond a year that is cut off on its last day to say what became of it."""
    fin_annee = ensemble["fin_annee"]
    return ensemble["date_arrete"] == fin_annee and ensemble["date_revision"] >= fin_annee + window.DELAI_DE_SIGNALEMENT


def key_figures(materiel: EditionMaterial, imprimees: Sequence[BreakdownYear]) -> Iterator[tuple[str, str]]:
    """What page 2 says next, each sentence with the breakdown that it is of: the structures decided and the changes
    established, the largest contrasts, the first months, what follows a rupture, what the CFA validated, what the year
    loses."""
    du_corps = [annuelle for annuelle in imprimees if annuelle.entete.place == "corps"]
    total = materiel.ensemble["ruptures_nettes"]
    for annuelle in imprimees:
        nom, titre = annuelle.ventilation.nom, annuelle.entete.titre
        comparees = standing.compare(annuelle, total)
        if comparees is not None and comparees.compared:
            exces = standing.excess_sentence(comparees.of(standing.PLUS_HAUT), total)
            yield " ".join(filter(None, [comparees.kept(), exces])), nom
        if changes := to_look_at(annuelle, None, materiel.changements):
            yield f"{titre} : {changes}.", nom
    for annuelle, phrase in readings.strongest(du_corps, CONTRASTES):
        yield f"{annuelle.entete.titre}. {phrase}", annuelle.ventilation.nom
    nom, lignes = rows_with(imprimees, PREMIERS_MOIS)
    yield headline.first_months_sentence([ligne for ligne in lignes if ligne["type_diplome"] == TOUS_TYPES]), nom
    nom, lignes = rows_with(imprimees, RUPTURES_SECHES)
    yield "".join(headline.dry_sentence(ligne) for ligne in lignes[:1]), nom
    nom, lignes = rows_with(imprimees, SUITES)
    yield headline.validated_sentence(lignes), nom
    structures = [ligne for ligne in materiel.structures if ligne["annee"] == materiel.ensemble["annee"]]
    chiffrees, sans_npec, sans_date = (
        sum(ligne[c] or 0 for ligne in structures) for c in ("chiffrees", "sans_npec", "sans_date")
    )
    perte = sum((ligne["perte_annee"] or Decimal(0) for ligne in structures), Decimal(0))
    yield headline.loss_sentence(perte, chiffrees, sans_npec + sans_date), rows_with(imprimees, PERTES)[0]


def rows_with(imprimees: Iterable[BreakdownYear], colonnes: Set[str]) -> tuple[str, Sequence[ResultRow]]:
    """Name and rows of the first breakdown that has these columns; '' and none without one."""
    trouvees = (a for a in imprimees if colonnes <= {*a.colonnes})
    return next(((a.ventilation.nom, a.lignes) for a in trouvees), ("", ()))


def find_revision(ensemble: ResultRow) -> headline.Revision | None:
    """What a cut-off later than the end of the year changed; None where it is that end."""
    fin_annee, date_arrete = ensemble["fin_annee"], ensemble["date_arrete"]
    if date_arrete == fin_annee:
        return None
    provisoire = seen_otherwise(ensemble, "provisoires", "taux_provisoire")
    return headline.Revision(fin_annee, date_arrete, provisoire, Rate.of(ensemble))


def seen_otherwise(ligne: ResultRow, nombre: str, taux: str) -> Rate:
    """The rate of a year (a row of `material.read_years`) at another cut-off, from the columns that have it."""
    autre = {"ruptures_nettes": f"ruptures_nettes_{nombre}", "taux_rupture_nette": taux}
    autre |= {"taux_bas": f"{taux}_bas", "taux_haut": f"{taux}_haut"}
    return Rate.of(ligne | {nom: ligne[colonne] for nom, colonne in autre.items()})
