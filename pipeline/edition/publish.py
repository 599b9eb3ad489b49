"""Everything published for a year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipeline import details
from pipeline.comparison.journal import JournalEntry, remove_journal, write_journal
from pipeline.edition import cfa_reports, compared, graphics, manifest, screen, spreadsheet, tables
from pipeline.edition.cfa_reports import CfaSelection
from pipeline.edition.swap import EditionFolder, open_edition, publish
from pipeline.errors import UsageError
from pipeline.models.built import BuiltDatabase
from pipeline.report import network
from pipeline.report.cfa import CfaMaterial
from pipeline.report.material import EditionMaterial, read_material
from pipeline.report.pages import network_rate


def publish_all(
    con: duckdb.DuckDBPyConnection,
    construction: BuiltDatabase,
    sortie: Path,
    demande: CfaSelection,
    journal: Callable[[str], None],
    avance: Callable[[int, int], None],
    comparees: Sequence[str] = (),
) -> Path:
    """Write the whole edition of the report's year and swap it in. Returns its folder.

    Args:
        comparees: the editions that the report says what changed since, named or by their folders; those of the
            settings where there are none.

    Raises:
        UsageError: nobody to report on, a CFA or an edition that is not there, or a breakdown that cannot be published
            as it is.
        MachineError: the output folder cannot be written or replaced; the earlier edition is as it was.
        PipelineError: reports of CFA that failed.
    """
    materiel = read_material(con, construction)
    ensemble = materiel.ensemble
    annee, date_arrete = ensemble["annee"], ensemble["date_arrete"]
    if ensemble["effectif"] == 0:
        raise UsageError(
            f"aucun apprenti n'est suivi en {annee} dans les exports",
            faire="Demandez une autre année avec --annee, ou complétez les exports.",
        )
    des_cfa = None if demande.aucun else CfaMaterial.of(materiel)
    uais = cfa_reports.choose(des_cfa, demande) if des_cfa else []
    suffixe = "" if date_arrete == ensemble["fin_annee"] else f"_arrete-{date_arrete.isoformat()}"
    with (
        open_edition(sortie, f"{annee}{suffixe}") as edition,
        with_journal(con, edition, construction.base) as entree,
    ):
        d_avant = compared.read_compared(
            comparees or construction.reglages.presentation.comparees_a, construction.base, edition
        )
        manifeste = manifest.make_manifest(materiel, d_avant)
        manifeste["journal"] = vars(entree)
        journal("Rapport")
        with details.timed("tables/, donnees/"):
            tables.write_tables(materiel.ventilations, edition.chantier)
        presentation = spreadsheet.WorkbookCover(
            reseau=construction.reglages.reseau.nom,
            annee=annee,
            date_arrete=date_arrete,
            derniere_date=ensemble["derniere_date"],
            fictif=materiel.page["fictif"],
            avertissements=construction.avertissements,
            origine=materiel.page["origine"],
            ensemble=ensemble,
            taux_reseau=network_rate(ensemble),
            sections={section.cle: section.titre for section in construction.reglages.sections},
            cfa=[
                (ligne["uai"], ligne["structure"])
                for ligne in materiel.structures
                if ligne["annee"] == annee and ligne["type_structure"] == "CFA"
            ],
            glossaire=construction.catalogue.glossaire.colonnes,
        )
        classeur, rapport = f"classeur_{annee}.xlsx", f"rapport_{annee}.pdf"
        with details.timed(classeur):
            spreadsheet.write_workbook(materiel.ventilations, presentation, edition.chantier / classeur)
        with details.timed(rapport):
            contexte = network.make_context(materiel, compared.compare_all(d_avant, materiel, manifeste, edition))
            network.write_report(materiel, contexte, edition.chantier / rapport)
        with details.timed("index.html, graphiques/"):
            write_screen(materiel, contexte, cfa_reports.links(des_cfa, uais) if des_cfa else [], edition.chantier)
        if des_cfa and uais:
            journal("Rapports des CFA")
            cfa_reports.write_cfa_reports(des_cfa, uais, demande.jobs, edition.chantier / cfa_reports.DOSSIER, avance)
        manifest.write_manifest(manifeste, contexte["muets"], edition)
        return publish(edition)


@contextmanager
def with_journal(con: duckdb.DuckDBPyConnection, edition: EditionFolder, base: Path) -> Iterator[JournalEntry]:
    """The journal of an edition, written; those that no edition in its place names any more are then removed: that of
    the one which is kept no more or, where it was not published, its own."""
    lieux = (edition.dossier, edition.precedente, edition.en_attente)
    d_avant = {nom for lieu in lieux if (nom := manifest.journal_named(lieu))}
    entree = write_journal(con, base, edition.nom)
    try:
        yield entree
    finally:
        gardes = {manifest.journal_named(lieu) for lieu in lieux}
        for nom in sorted({*d_avant, entree.nom} - gardes):
            remove_journal(base, nom)


def write_screen(
    materiel: EditionMaterial, contexte: dict[str, Any], des_cfa: list[screen.CfaLink], dossier: Path
) -> None:
    """The network's page for the screen, and the files of the charts that it shows."""
    dessines = network.every_chart(contexte)
    graphics.write_charts(dessines, contexte, dossier / graphics.DOSSIER)
    screen.write_network_page(materiel, contexte, des_cfa, [dessin.nom for dessin in dessines], dossier)
