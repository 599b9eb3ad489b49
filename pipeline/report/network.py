"""The report of the network: what an edition is made of → context → Jinja → HTML → PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.report import definitions, dispersion, headline, pdf, periods, readings, templates
from pipeline.report.blocks import show_breakdowns, signs
from pipeline.report.breakdowns import ResultRow
from pipeline.report.material import EditionMaterial
from pipeline.report.pages import draw_evolution, network_rate, years_example
from pipeline.report.rates import Rate, YearTotals
from pipeline.report.sums import open_macros

CONTRASTES = 2  # groups that page 2 sends to


def write_report(materiel: EditionMaterial, chemin: Path) -> None:
    """The network's report.

    Raises:
        MachineError: WeasyPrint's system libraries are missing.
        UsageError: a breakdown that cannot be printed as its header says, or a wrong template.
    """
    pdf.write_pdf(templates.render("rapport.html.jinja", make_context(materiel), materiel.gabarits), chemin)


def make_context(materiel: EditionMaterial) -> dict[str, Any]:
    """Everything the templates read."""
    reglages, ensemble, changements = materiel.construction.reglages, materiel.ensemble, materiel.changements
    taux_reseau = network_rate(ensemble)
    totaux = [YearTotals.of(ligne) for ligne in materiel.annuels]
    courant, avant = totaux[-1], totaux[-2] if len(totaux) > 1 else None
    imprimees = [v.of_year(ensemble["annee"]) for v in materiel.ventilations if v.entete.place != "cfa"]
    origine, con = materiel.page["origine"], open_macros(materiel.macros)
    tous = show_breakdowns(con, imprimees, ensemble, taux_reseau, origine, changements)
    blocs = [bloc for bloc in tous if not bloc.est_muet]
    annexes = [bloc for bloc in blocs if bloc.entete.place == "annexe"]
    du_corps = {bloc.entete.section for bloc in blocs if bloc.entete.place == "corps"}
    du_detail = [annuelle for annuelle in imprimees if annuelle.entete.place == "corps"]
    evolution_du_reseau = changements.reseau.evolution
    periodes = periods.focus_on_periods(materiel.ventilations, ensemble["annee"], ensemble, materiel.juin_a_aout)
    return {
        **materiel.page,
        "texte": materiel.textes.texte,
        "annuels": materiel.annuels,
        "evolution": draw_evolution(materiel.annuels, taux_reseau, "du réseau"),
        "exemple_des_annees": years_example(materiel.annuels),
        "premiere_annee": totaux[0].annee,
        "precedent": avant,
        "ecart": evolution_du_reseau and evolution_du_reseau.ecart,
        "phrases": headline.headline(
            courant, avant, evolution_du_reseau, ensemble["date_arrete"], find_revision(ensemble)
        ),
        "signes": signs({"taux", "borne"}, materiel.annuels),
        "sections": [
            (section, retenus)
            for section in reglages.sections
            if (retenus := [b for b in blocs if b.entete.section == section.cle and b.entete.place == "corps"])
        ],
        "annexes": annexes,
        "muets": [bloc.entete.titre for bloc in tous if bloc.est_muet],
        # A chapter that is all in the annexes has its words there.
        "textes_en_annexe": {
            bloc.entete.section: bloc.nom for bloc in reversed(annexes) if bloc.entete.section not in du_corps
        },
        "focus": periodes,
        "plus_grande_periode": max(periodes, key=lambda un: un.ruptures_nettes, default=None),
        "contrastes": [
            (annuelle.ventilation.nom, annuelle.entete.titre, phrase)
            for annuelle, phrase in readings.strongest(du_detail, CONTRASTES)
        ],
        "periodes": reglages.periodes,
        "fichiers": materiel.fichiers,
        "bornes": materiel.bornes,
        "anomalies": [anomalie for anomalie in materiel.anomalies if anomalie["nombre"] > 0],
        "anomalies_en_clair": materiel.construction.catalogue.glossaire.anomalies,
        "officiels": materiel.officiels,
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


def find_revision(ensemble: ResultRow) -> headline.Revision | None:
    """What a cut-off later than the end of the year changed; None where it is that end."""
    fin_annee, date_arrete = ensemble["fin_annee"], ensemble["date_arrete"]
    if date_arrete == fin_annee:
        return None
    provisoire = ensemble | {
        "ruptures_nettes": ensemble["ruptures_nettes_provisoires"],
        "taux_rupture_nette": ensemble["taux_provisoire"],
        "taux_bas": ensemble["taux_provisoire_bas"],
        "taux_haut": ensemble["taux_provisoire_haut"],
    }
    return headline.Revision(fin_annee, date_arrete, Rate.of(provisoire), Rate.of(ensemble))
