"""Everything published for a year."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pipeline import details, storage
from pipeline.comparison.journal import JournalEntry, remove_journal, write_journal
from pipeline.edition import cfa_reports, compared, graphics, manifest, screen, spreadsheet, tables
from pipeline.edition.swap import EditionFolder, open_edition, publish
from pipeline.edition.workers import Crew
from pipeline.freshness import records
from pipeline.freshness.plan import DE_RIEN, EditionPart, Plan
from pipeline.freshness.records import EditionRecord
from pipeline.models.built import BuiltDatabase
from pipeline.report import network
from pipeline.report.breakdowns import Breakdown
from pipeline.report.cfa import CfaMaterial
from pipeline.report.material import EditionMaterial, read_material, refuse_nobody
from pipeline.report.pages import network_rate
from pipeline.request import CfaSelection


class Publication(NamedTuple):
    """An edition that was published: its folder, and what it does without as the exports say nothing of it."""

    dossier: Path
    muets: list[str]


def publish_all(
    con: duckdb.DuckDBPyConnection,
    construction: BuiltDatabase,
    sortie: Path,
    demande: CfaSelection,
    equipe: Crew,
    journal: Callable[[str], None],
    avance: Callable[[int, int], None],
    comparees: Sequence[str] = (),
    plan: Plan = DE_RIEN,
) -> Publication:
    """Write the whole edition of the report's year and swap it in; of the one that is there, what stands is kept (see
    `Plan`).

    Args:
        equipe: who writes the reports of CFA meanwhile; its work ends with the edition.
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
    refuse_nobody(ensemble)
    annee, en_place = ensemble["annee"], sortie / construction.edition
    des_cfa = None if demande.aucun else CfaMaterial.of(materiel)
    uais = cfa_reports.choose(des_cfa, demande, en_place) if des_cfa else []
    publiee, parties, du_reseau = plan.publiee, plan.gardes, EditionPart.RESEAU not in plan.gardes
    gardes = [uai for uai in uais if publiee is not None and EditionPart.CFA in parties and publiee.des_cfa.get(uai)]
    manquants = [uai for uai in uais if uai not in gardes]
    with (
        open_edition(sortie, construction.edition) as edition,
        with_journal(con, edition, construction.base) as entree,
        closing(equipe),
    ):
        d_avant = compared.read_compared(
            comparees or construction.reglages.presentation.comparees_a, construction.base, edition
        )
        manifeste = manifest.make_manifest(materiel, d_avant)
        manifeste["journal"] = vars(entree)
        journal("Rapport")
        des_autres = None
        if des_cfa and manquants:
            des_autres = cfa_reports.hand_out(equipe, des_cfa, manquants, edition.chantier / cfa_reports.DOSSIER)
        classeur = edition.chantier / f"classeur_{annee}.xlsx"
        ecrire = functools.partial(write_workbook, materiel.ventilations, cover(materiel))
        # Whoever is free first writes it: a process that has no report of a CFA left to write, or this one.
        du_classeur = equipe.hand_out(ecrire, {classeur.name: classeur}) if des_autres and du_reseau else None
        contexte = network.make_context(materiel, compared.compare_all(d_avant, materiel, manifeste, edition))
        if publiee is not None:
            keep(publiee, parties, annee, gardes, edition.chantier)
        if du_reseau:
            write_network_files(materiel, contexte, edition.chantier)
        with details.timed("index.html"):
            write_page(materiel, contexte, cfa_reports.links(des_cfa, uais) if des_cfa else [], edition.chantier)
        if du_reseau and (du_classeur is None or equipe.take_back(du_classeur)):
            ecrire(classeur.name, classeur)
        if des_autres is not None:
            journal("Rapports des CFA")
            cfa_reports.wait_for(equipe, des_autres, manquants, avance)
        if du_classeur is not None and any(du_classeur.faits.values()):
            ecrire(classeur.name, classeur)  # to say why it cannot be, as errors of other processes do not
        rapports = {uai: cfa_reports.report_path(annee, uai) if uai in uais else None for uai, _ in every_cfa(materiel)}
        manifest.write_manifest(manifeste, contexte["muets"], rapports, edition)
        return Publication(publish(edition), contexte["muets"])


def write_network_files(materiel: EditionMaterial, contexte: dict[str, Any], dossier: Path) -> None:
    """The tables, the report of the network and the files of its charts."""
    rapport = f"rapport_{materiel.ensemble['annee']}.pdf"
    with details.timed("tables/, donnees/"):
        tables.write_tables(materiel.ventilations, dossier)
    with details.timed(rapport):
        network.write_report(materiel, contexte, dossier / rapport)
    with details.timed("graphiques/"):
        graphics.write_charts(network.every_chart(contexte), contexte, dossier / graphics.DOSSIER)


def write_workbook(
    ventilations: Sequence[Breakdown], couverture: spreadsheet.WorkbookCover, nom: str, chemin: Path
) -> None:
    """The workbook, a task of one key."""
    with details.timed(nom):
        spreadsheet.write_workbook(ventilations, couverture, chemin)


@contextmanager
def with_journal(con: duckdb.DuckDBPyConnection, edition: EditionFolder, base: Path) -> Iterator[JournalEntry]:
    """The journal of an edition, written; those that no edition in its place names any more are then removed: that of
    the one which is kept no more or, where it was not published, its own."""
    lieux = (edition.dossier, edition.precedente, edition.en_attente)
    d_avant = {nom for lieu in lieux if (nom := storage.journal_named(lieu))}
    entree = write_journal(con, base, edition.nom)
    try:
        yield entree
    finally:
        gardes = {storage.journal_named(lieu) for lieu in lieux}
        for nom in sorted({*d_avant, entree.nom} - gardes):
            remove_journal(base, nom)


def every_cfa(materiel: EditionMaterial) -> list[tuple[str, str]]:
    """UAI and name of each CFA that has apprentices in the year, in the order of their names."""
    return [
        (ligne["uai"], ligne["structure"])
        for ligne in materiel.structures
        if ligne["annee"] == materiel.ensemble["annee"] and ligne["type_structure"] == "CFA"
    ]


def cover(materiel: EditionMaterial) -> spreadsheet.WorkbookCover:
    """What the workbook says of the edition."""
    construction, ensemble = materiel.construction, materiel.ensemble
    return spreadsheet.WorkbookCover(
        reseau=construction.reglages.reseau.nom,
        annee=ensemble["annee"],
        date_arrete=ensemble["date_arrete"],
        derniere_date=ensemble["derniere_date"],
        fictif=materiel.page["fictif"],
        avertissements=construction.avertissements,
        origine=materiel.page["origine"],
        lecteurs=materiel.page["lecteurs"],
        ensemble=ensemble,
        taux_reseau=network_rate(ensemble),
        sections={section.cle: section.titre for section in construction.reglages.sections},
        cfa=every_cfa(materiel),
        glossaire=construction.catalogue.glossaire.colonnes,
    )


def keep(
    publiee: EditionRecord, parties: Collection[EditionPart], annee: str, gardes: Collection[str], dossier: Path
) -> None:
    """Copy these parts of an edition to a folder, of the reports of CFA those of `gardes`; its page, which names them,
    is not copied."""
    for nom in publiee.manifeste[records.SORTIES]:
        if nom.startswith(f"{cfa_reports.DOSSIER}/"):
            garde = EditionPart.CFA in parties and cfa_reports.is_of(nom, annee, gardes)
        else:
            garde = EditionPart.RESEAU in parties and nom != screen.ACCUEIL
        if garde:
            (dossier / nom).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(publiee.dossier / nom, dossier / nom)


def write_page(
    materiel: EditionMaterial, contexte: dict[str, Any], des_cfa: list[screen.CfaLink], dossier: Path
) -> None:
    """The network's page for the screen."""
    dessins = [dessin.nom for dessin in network.every_chart(contexte)]
    screen.write_network_page(materiel, contexte, des_cfa, dessins, dossier)
