"""Verbs of the console command: their options, and the rooms they call. No logic.

A verb imports its rooms when it is called: help, completion and faults of usage wait for no library that they do not
need.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import __version__
from pipeline.console import Command, FrenchGroup, explained
from pipeline.errors import UsageError, explain_bug
from pipeline.speech import answer, fault, note, prepare_streams

if TYPE_CHECKING:
    from pipeline.console import Progress
    from pipeline.freshness.plan import Plan
    from pipeline.models.built import BuiltDatabase
    from pipeline.request import BuildRequest, CfaSelection

app = typer.Typer(
    cls=FrenchGroup,
    help="Le rapport annuel des ruptures de contrats d'apprentissage.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_show_locals=False,
    pretty_exceptions_enable=False,
)


class OutputFormat(StrEnum):
    texte = "texte"
    json = "json"


class RowsFormat(StrEnum):
    texte = "texte"
    json = "json"
    csv = "csv"


class Profile(StrEnum):
    interne = "interne"
    externe = "externe"


class Status(StrEnum):
    actif = "actif"
    rupture_nette = "rupture_nette"
    sorti_a_terme = "sorti_a_terme"


def parse_day(texte: str) -> date:
    """A day of the command line. Raises ValueError, which says what is accepted."""
    for forme in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(texte, forme).date()
        except ValueError:
            continue
    raise ValueError("Écrivez un jour : 2022-10-31 ou 31/10/2022.")


Annee = Annotated[str | None, typer.Option(metavar="2021-2022", help="Année du rapport ; à défaut, la dernière finie.")]
ArreteAu = Annotated[
    date | None,
    typer.Option(parser=parse_day, metavar="JOUR", help="Jour jusqu'auquel un nouveau contrat annule une rupture."),
]
DossierDonnees = Annotated[
    Path | None, typer.Option(metavar="DOSSIER", help="Dossier de contrats/, suivi/ et referentiels/.")
]
Projet = Annotated[
    Path | None,
    typer.Option(
        metavar="DOSSIER",
        help="Dossier du réseau : config.toml, data/, textes/, sql/ventilations/, output/ ; à défaut, celui que dit la "
        "variable RUPTURES_PROJET, sinon le dossier courant.",
    ),
]
Base = Annotated[
    Path | None,
    typer.Option(metavar="FICHIER", help="Base DuckDB.", show_default="data/processed/ruptures.duckdb du projet"),
]
Sortie = Annotated[
    Path | None, typer.Option(metavar="DOSSIER", help="Dossier des éditions.", show_default="output du projet")
]
Config = Annotated[
    Path | None, typer.Option(metavar="FICHIER", help="Réglages du réseau.", show_default="config.toml du projet")
]
Sql = Annotated[
    Path | None,
    typer.Option(
        metavar="DOSSIER", help="Dossier de tous les fichiers .sql.", show_default="ceux de l'outil, et du projet"
    ),
]
Ecriture = Annotated[OutputFormat, typer.Option("--format", help="Pour être lu à l'écran, ou par un programme.")]
Rejets = Annotated[
    bool, typer.Option("--accepter-rejets", metavar="", help="Continuer malgré trop de lignes rejetées.")
]


def show_version(voulue: bool) -> None:
    if voulue:
        answer(f"ruptures {__version__}")
        raise typer.Exit


@app.callback()
def ruptures(
    version: Annotated[
        bool,
        typer.Option("--version", metavar="", callback=show_version, is_eager=True, help="Montrer la version."),
    ] = False,
) -> None:
    """Le rapport annuel des ruptures de contrats d'apprentissage."""


@app.command(cls=Command)
def rapport(
    annee: Annee = None,
    arrete_au: ArreteAu = None,
    profil: Annotated[Profile, typer.Option(help="Profil de publication.")] = Profile.interne,
    donnees: DossierDonnees = None,
    base: Base = None,
    sortie: Sortie = None,
    config: Config = None,
    sql: Sql = None,
    projet: Projet = None,
    accepter_rejets: Rejets = False,
    cfa: Annotated[
        list[str] | None,
        typer.Option(
            metavar="UAI",
            help="CFA qui a son rapport dans l'édition, à côté de ceux qui y sont ; se répète. À défaut, tous les CFA.",
        ),
    ] = None,
    sans_cfa: Annotated[bool, typer.Option("--sans-cfa", metavar="", help="Aucun rapport de CFA.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="NOMBRE", help="Rapports écrits en même temps ; à défaut, un par processeur."),
    ] = None,
    comparer_a: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ÉDITION",
            help="Édition, ou son dossier, depuis laquelle le rapport dit ce qui a changé ; se répète.",
        ),
    ] = None,
    refaire: Annotated[
        bool, typer.Option("--refaire", metavar="", help="Tout refaire, même ce qui est à jour.")
    ] = False,
) -> None:
    """Faire tout ce qui n'est pas à jour : lire les exports, construire la base, contrôler, écrire le rapport."""
    from pipeline import inputs, storage
    from pipeline.freshness.plan import Redo, make_plan
    from pipeline.request import BuildRequest, CfaSelection
    from pipeline.settings import load_settings

    with explained() as progress:
        if profil is Profile.externe and (cfa or comparer_a):
            quoi = "l'édition publique n'a ni rapport de CFA, ni comparaison d'éditions"
            raise UsageError(quoi, faire="Retirez --cfa et --comparer-a, ou utilisez le profil interne.")
        lot = CfaSelection(tuple(cfa or ()), sans_cfa, jobs)
        dossier = inputs.find_project(projet)
        base, sortie, (sql, propres) = base or dossier.base, sortie or dossier.sortie, dossier.models(sql)
        demande = BuildRequest(base, annee, arrete_au, donnees, config, accepter_rejets, sql, propres, dossier)
        reglages = load_settings(inputs.find_config(dossier, config, donnees))
        dossiers = inputs.find_data(dossier, donnees)
        # Nobody may replace the database before its reports are written.
        with storage.lock(base):
            if sortie.is_dir():
                with storage.lock_output(sortie):
                    storage.restore_editions(sortie)
            plan = make_plan(demande, dossiers, reglages, sortie, lot, comparer_a or (), refaire)
            if profil is Profile.externe:
                carry_out_external(plan, demande, sortie, progress)
                return
            if plan.phrase:
                note(plan.phrase)
            if plan.edition is not Redo.RIEN:
                carry_out(plan, demande, sortie, lot, comparer_a or (), progress)


def carry_out(
    plan: Plan, demande: BuildRequest, sortie: Path, lot: CfaSelection, comparees: Sequence[str], progress: Progress
) -> None:
    """Do what is to be done again."""
    import threading

    import duckdb

    from pipeline import build, charts
    from pipeline.edition import cfa_reports, publish, workers
    from pipeline.models import enclosure
    from pipeline.report import pdf

    pdf.check_machine()
    with workers.Crew(lot.jobs or workers.processors(), cfa_reports.get_ready) as equipe:
        # What takes long to start does so while the database is built.
        threading.Thread(target=charts.warm_up, daemon=True).start()
        if plan.writes_reports(lot):
            equipe.warm_up()
        construction = build.build_database(demande, progress, plan)
        enclosure.Process.end()
        with duckdb.connect(str(demande.base), read_only=True) as con:
            edition, muets = publish.publish_all(
                con, construction, sortie, lot, equipe, progress, progress.advance, comparees, plan
            )
    progress.close()
    if muets:
        note(f"Attention : les exports ne disent rien de l'année pour : {', '.join(muets)}.")
    show_result(construction, edition)


def carry_out_external(plan: Plan, demande: BuildRequest, sortie: Path, progress: Progress) -> None:
    """Make the public edition, always anew, from a database that is made again where it must be."""
    import duckdb

    from pipeline import build
    from pipeline.edition.external import publish_external
    from pipeline.report import pdf

    pdf.check_machine()
    construction = build.build_database(demande, progress, plan)
    with duckdb.connect(str(demande.base), read_only=True) as con:
        edition = publish_external(con, construction, sortie, progress)
    progress.close()
    for phrase in edition.phrases:
        note(phrase)
    show_result(construction, edition.dossier)


@app.command(cls=Command)
def examiner(
    fichiers: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FICHIER", help="Fichiers à examiner ; à défaut, tous ceux du dossier de données."),
    ] = None,
    donnees: DossierDonnees = None,
    config: Config = None,
    projet: Projet = None,
    ecriture: Ecriture = OutputFormat.texte,
) -> None:
    """Dire ce que sont les fichiers avant de les traiter : lecture, lignes, colonnes, rejets. N'écrit rien."""
    from pipeline import examination, inputs
    from pipeline.settings import load_settings

    with explained() as progress:
        dossier = inputs.find_project(projet)
        reglages = load_settings(inputs.find_config(dossier, config, donnees))
        dossiers = inputs.find_data(dossier, donnees)
        if ecriture is OutputFormat.json:
            code = examination.write_json(dossiers, fichiers or (), reglages, answer)
        else:
            code = examination.tell(dossiers, fichiers or (), reglages, answer, progress.wait)
    raise typer.Exit(code)


@app.command(cls=Command)
def construire(
    annee: Annee = None,
    arrete_au: ArreteAu = None,
    donnees: DossierDonnees = None,
    base: Base = None,
    config: Config = None,
    sql: Sql = None,
    projet: Projet = None,
    accepter_rejets: Rejets = False,
) -> None:
    """Lire les exports et construire la base seulement."""
    from pipeline import build, inputs
    from pipeline.request import BuildRequest

    with explained() as progress:
        dossier = inputs.find_project(projet)
        base, (sql, propres) = base or dossier.base, dossier.models(sql)
        demande = BuildRequest(base, annee, arrete_au, donnees, config, accepter_rejets, sql, propres, dossier)
        construction = build.build_database(demande, progress)
        progress.close()
        show_result(construction, base)


@app.command(cls=Command)
def verifier(
    base: Base = None,
    config: Config = None,
    sql: Sql = None,
    projet: Projet = None,
    ecriture: Ecriture = OutputFormat.texte,
) -> None:
    """Refaire tous les contrôles sur une base construite."""
    from pipeline import inputs
    from pipeline.models import catalog, checks, enclosure, locked
    from pipeline.settings import load_settings

    with explained():
        dossier = inputs.find_project(projet)
        base, (sql, propres) = base or dossier.base, dossier.models(sql)
        reglages = load_settings(inputs.find_config(dossier, config))
        catalogue = catalog.load_catalog(sql, reglages, propres)
        with locked.open_locked(base) as con:
            checks.check_tables(con, catalogue.tables, base)
        with enclosure.enclosed(base, catalogue.read_macros(), None, reglages.ventilations.duree_max) as enceinte:
            tenus, ratees = checks.failures(enceinte, checks.every_check(catalogue))
        if ecriture is OutputFormat.json:
            answer(checks.as_json(tenus, ratees, base))
        checks.refuse(ratees, base)
        if ecriture is OutputFormat.texte:
            note(f"{tenus} contrôles tenus.")


@app.command(cls=Command)
def lister(
    nom: Annotated[
        str | None, typer.Argument(metavar="NOM", help="Ventilation ou table dont on veut le graphe.")
    ] = None,
    config: Config = None,
    sql: Sql = None,
    projet: Projet = None,
    tables: Annotated[bool, typer.Option("--tables", metavar="", help="Montrer aussi les tables à lire.")] = False,
    graphe: Annotated[
        bool,
        typer.Option(
            "--graphe", metavar="", help="Montrer en Mermaid d'où vient chaque table, ou NOM, jusqu'aux fichiers."
        ),
    ] = False,
    ecriture: Ecriture = OutputFormat.texte,
) -> None:
    """Montrer le plan du rapport : sections, ventilations et leurs fichiers."""
    from pipeline import inputs
    from pipeline.models import outline
    from pipeline.settings import load_settings

    with explained():
        if nom is not None and not graphe:
            raise UsageError("NOM est de --graphe", faire=f"Écrivez : ruptures lister --graphe {nom}.")
        dossier = inputs.find_project(projet)
        sql, propres = dossier.models(sql)
        reglages = load_settings(inputs.find_config(dossier, config))
        if graphe:
            from pipeline.models import catalog, lineage

            for ligne in lineage.mermaid(lineage.lineage(catalog.load_catalog(sql, reglages, propres), nom)):
                answer(ligne)
        elif ecriture is OutputFormat.json:
            answer(outline.outline_json(sql, reglages, propres))
        else:
            for ligne in outline.report_outline(sql, reglages, propres):
                answer(ligne)
            for ligne in outline.tables_outline(sql) if tables else ():
                answer(ligne)


@app.command(cls=Command)
def nouvelle_ventilation(
    nom: Annotated[str, typer.Argument(metavar="NOM", help="Nom de la ventilation, par exemple par_internat.")],
    par: Annotated[
        list[str] | None,
        typer.Option(metavar="COLONNE", help="Colonne de core.inscriptions ; se répète. À défaut, NOM sans « par_ »."),
    ] = None,
    section: Annotated[
        str | None, typer.Option(metavar="CLÉ", help="Section de config.toml ; à défaut, la dernière.")
    ] = None,
    titre: Annotated[
        str | None, typer.Option(metavar="TITRE", help="Titre de la section du rapport ; à défaut, ses colonnes.")
    ] = None,
    config: Config = None,
    sql: Sql = None,
    projet: Projet = None,
) -> None:
    """Écrire le fichier d'une nouvelle ventilation, qui marche déjà et se lit."""
    from pipeline import inputs
    from pipeline.models import folder, header_file, scaffold
    from pipeline.settings import load_settings

    with explained():
        dossier = inputs.find_project(projet)
        sql, propres = dossier.models(sql)
        reglages = load_settings(inputs.find_config(dossier, config))
        chemin = scaffold.write_breakdown(nom, par or (), section, titre, sql, reglages, propres)
        reste = header_file.A_NOMMER in chemin.read_text(encoding="utf-8")
        remplacee = propres is not None and (sql / folder.VENTILATIONS / chemin.name).is_file()
    if remplacee:
        note("Attention : elle remplace celle de l'outil, qui a ce nom.")
    suite = f"Remplacez-y « {header_file.A_NOMMER} »" if reste else "Modifiez-le"
    note(f"→ {chemin}\n{suite}, puis regardez-le : ruptures apercu {nom}")


@app.command(cls=Command)
def apercu(
    nom: Annotated[str | None, typer.Argument(metavar="NOM", help="Nom de la ventilation, brouillons compris.")] = None,
    texte: Annotated[
        str | None, typer.Option(metavar="LIEU", help="Texte à montrer, par le nom de son fichier sans « .md ».")
    ] = None,
    page: Annotated[
        str | None, typer.Option(metavar="PAGE", help="Page du rapport à montrer : essentiel, ou la clé d'un chapitre.")
    ] = None,
    suivre: Annotated[
        bool, typer.Option("--suivre", metavar="", help="Recommencer à chaque changement des fichiers, jusqu'à Ctrl-C.")
    ] = False,
    base: Base = None,
    sortie: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Où écrire l'aperçu.", show_default="output/apercu du projet"),
    ] = None,
    config: Config = None,
    sql: Sql = None,
    projet: Projet = None,
) -> None:
    """Montrer une ventilation (table, graphique, contrôles), un texte ou une page, sur la base déjà construite."""
    from pipeline import following, inputs
    from pipeline.models import checks
    from pipeline.report import preview

    with explained():
        dossier = inputs.find_project(projet)
        sql, propres = dossier.models(sql)
        reglages = inputs.find_config(dossier, config)
        ou = (base or dossier.base, sortie or dossier.sortie / "apercu", sql, reglages, propres)
        demande = preview.PreviewRequest(nom, texte, page, *ou)

        def write() -> None:
            apercu = preview.write(demande)
            for chemin in apercu.fichiers:
                note(f"→ {chemin}")
            checks.refuse(apercu.ratees, None)
            if nom is not None:
                note(f"{apercu.tenus} contrôles tenus.")

        if suivre:
            following.follow(demande.watched, write)
        else:
            write()


@app.command(cls=Command)
def sql(
    requete: Annotated[
        str | None,
        typer.Argument(metavar="REQUÊTE", help="Un SELECT, ou plusieurs ; à défaut, ce qui est tapé, ou l'entrée."),
    ] = None,
    lignes: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="NOMBRE", help="Lignes montrées au plus ; à défaut 50 à l'écran, toutes en json et en csv."
        ),
    ] = None,
    ecriture: Annotated[
        RowsFormat, typer.Option("--format", help="Pour être lu à l'écran, par un programme ou par un tableur.")
    ] = RowsFormat.texte,
    base: Base = None,
    config: Config = None,
    projet: Projet = None,
) -> None:
    """Interroger la base en SQL, en lecture seule : ce que lit une ventilation, sans identifiant dans la réponse."""
    from pipeline import asking, inputs
    from pipeline.models import enclosure, folder
    from pipeline.settings import load_settings

    with explained():
        dossier = inputs.find_project(projet)
        duree = load_settings(inputs.find_config(dossier, config)).ventilations.duree_max
        macros = folder.read_macros(dossier.models(None)[0])
        with enclosure.enclosed(base or dossier.base, macros, None, duree) as enceinte:
            asking.answer_all(enceinte, requete, asking.AnswerShape.of(ecriture, lignes))


@app.command(cls=Command)
def dictionnaire(
    base: Base = None,
    sortie: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Fichier Markdown à écrire ; à défaut, l'écran.")
    ] = None,
    config: Config = None,
    sql: Sql = None,
    projet: Projet = None,
) -> None:
    """Dire ce que sont les tables de la base et chacune de leurs colonnes."""
    from pipeline import inputs
    from pipeline.models import catalog, dictionary
    from pipeline.settings import load_settings

    with explained():
        dossier = inputs.find_project(projet)
        base, (sql, propres) = base or dossier.base, dossier.models(sql)
        reglages = load_settings(inputs.find_config(dossier, config))
        texte = dictionary.make_document(base, catalog.load_catalog(sql, reglages, propres), reglages)
        if sortie is not None:
            dictionary.write_document(texte, sortie)
    if sortie is None:
        answer(texte.rstrip("\n"))
    else:
        note(f"→ {sortie}")


@app.command(cls=Command)
def contrats(
    annee: Annee = None,
    cfa: Annotated[str | None, typer.Option(metavar="UAI", help="Structure dont on veut les contrats.")] = None,
    statut: Annotated[
        Status | None, typer.Option(help="Statut de l'apprenti dans l'année ; à défaut, tout l'effectif.")
    ] = None,
    ventilation: Annotated[
        str | None, typer.Option(metavar="NOM", help="Ventilation dont une case dit quels contrats.")
    ] = None,
    cle: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLONNE=VALEUR",
            help="Ce que dit une colonne de la ligne voulue ; se répète. La valeur seule, s'il n'y a qu'une dimension.",
        ),
    ] = None,
    colonne: Annotated[
        str | None,
        typer.Option(metavar="COLONNE", help="Compte ou montant de la ligne ; à défaut, celui de --statut."),
    ] = None,
    fichier: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FICHIER", help="Fichier CSV à écrire, hors des éditions ; à défaut, l'écran."),
    ] = None,
    base: Base = None,
    sortie: Sortie = None,
    config: Config = None,
    sql: Sql = None,
    projet: Projet = None,
) -> None:
    """Lister les contrats que compte un chiffre : numéro, fichier et ligne, dates, statut et ce qui en décide."""
    from pipeline import inputs
    from pipeline.settings import load_settings
    from pipeline.tracing import contracts

    with explained():
        demande = contracts.make_request(annee, cfa, statut, ventilation, cle or (), colonne)
        dossier = inputs.find_project(projet)
        base, (sql, propres) = base or dossier.base, dossier.models(sql)
        reglages = load_settings(inputs.find_config(dossier, config))
        liste = contracts.list_contracts(base, sql, reglages, demande, propres)
        if fichier is not None:
            contracts.write_list(liste, fichier, sortie or dossier.sortie)
        for ligne in () if fichier else liste.lines():
            answer(ligne)
        answer(liste.phrase)
    if fichier is not None:
        note(f"→ {fichier}")


@app.command(cls=Command)
def a_valider(
    annee: Annee = None,
    cfa: Annotated[
        list[str] | None,
        typer.Option(metavar="UAI", help="CFA qui a son classeur ; se répète. À défaut, tous les CFA."),
    ] = None,
    base: Base = None,
    sortie: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Dossier des classeurs, hors des éditions ; à défaut, à côté de la base."),
    ] = None,
    editions: Sortie = None,
    projet: Projet = None,
) -> None:
    """Écrire pour chaque CFA le classeur des ruptures et des doutes à valider, que suivi/ relit tel quel."""
    from pipeline import inputs, storage
    from pipeline.tracing import to_validate

    with explained():
        demande = to_validate.ValidationRequest(annee, cfa or ())
        ici = inputs.find_project(projet)
        base = base or ici.base
        dossier = sortie or base.parent / storage.A_VALIDER
        for phrase in to_validate.write_workbooks(base, demande, dossier, editions or ici.sortie):
            note(phrase)


@app.command(cls=Command)
def liste(
    mois: Annotated[str, typer.Option(metavar="2026-10", help="Mois dont on veut les contrats.")],
    cfa: Annotated[
        str | None, typer.Option(metavar="UAI", help="CFA, ou UFA, dont on veut les contrats ; à défaut, tous.")
    ] = None,
    partenaire: Annotated[
        str | None, typer.Option(metavar="NOM", help="Partenaire de partenaires.csv ; à défaut, tous.")
    ] = None,
    avec_noms: Annotated[
        bool,
        typer.Option(
            "--avec-noms", metavar="", help="Ajouter les noms, lus dans les exports : des fichiers à effacer à temps."
        ),
    ] = False,
    avec_code_postal: Annotated[
        bool, typer.Option("--avec-code-postal", metavar="", help="Ajouter le code postal des apprentis.")
    ] = False,
    donnees: DossierDonnees = None,
    base: Base = None,
    sortie: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Dossier des listes, hors des éditions ; à défaut, à côté de la base."),
    ] = None,
    editions: Sortie = None,
    config: Config = None,
    projet: Projet = None,
) -> None:
    """Écrire pour chaque partenaire les contrats du mois : signés, rompus, cas ouverts ; et la page qui les résume."""
    from pipeline import inputs
    from pipeline.follow_up import files, lists
    from pipeline.settings import load_settings

    with explained():
        demande = lists.MonthRequest(mois, cfa, partenaire, avec_noms, avec_code_postal)
        ici = inputs.find_project(projet)
        reglages = load_settings(inputs.find_config(ici, config, donnees))
        lieux = files.Places(base or ici.base, sortie, editions or ici.sortie)
        for phrase in files.write_lists(demande, lieux, inputs.find_data(ici, donnees), reglages, date.today()):
            note(phrase)


@app.command(cls=Command)
def fiche_qualite(
    annee: Annee = None,
    cfa: Annotated[
        list[str] | None,
        typer.Option(metavar="UAI", help="CFA qui a sa fiche ; se répète. À défaut, tous les CFA."),
    ] = None,
    base: Base = None,
    sortie: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Dossier des fiches, hors des éditions ; à défaut, à côté de la base."),
    ] = None,
    editions: Sortie = None,
    config: Config = None,
    sql: Sql = None,
    projet: Projet = None,
) -> None:
    """Écrire pour chaque CFA la fiche qualité de deux pages, et la liste de ses ruptures sans trace au journal."""
    from pipeline import inputs, storage
    from pipeline.follow_up import quality_sheet
    from pipeline.settings import load_settings

    with explained():
        ici = inputs.find_project(projet)
        base, (sql, propres) = base or ici.base, ici.models(sql)
        reglages = load_settings(inputs.find_config(ici, config))
        demande = quality_sheet.SheetRequest(base, sql, propres, annee, cfa or ())
        dossier = sortie or base.parent / storage.FICHES
        for phrase in quality_sheet.write_sheets(demande, reglages, dossier, editions or ici.sortie):
            note(phrase)


@app.command(cls=Command)
def nouveau_projet(
    dossier: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Dossier à écrire, vide ou non.")],
) -> None:
    """Écrire le dossier d'un réseau : ses réglages, et la place de ses données, de ses textes, de ses ventilations."""
    from pipeline import new_project

    with explained():
        new_project.write_project(dossier)
    note(f"→ {dossier}\nLisez-y {new_project.LISEZ_MOI}, puis réglez config.toml.")


@app.command(cls=Command)
def mise_a_jour(config: Config = None, projet: Projet = None) -> None:
    """Dire ce qui a changé dans les clés et les colonnes depuis la version d'un config.toml. N'écrit rien."""
    from pipeline import inputs, upgrading

    with explained():
        for ligne in upgrading.all_that_changed(config or inputs.find_project(projet).config):
            answer(ligne)


@app.command(cls=Command)
def comparer(
    avant: Annotated[str, typer.Argument(metavar="AVANT", help="Édition, ou son dossier.")],
    apres: Annotated[str, typer.Argument(metavar="APRÈS", help="Édition, ou son dossier.")],
    annee: Annotated[
        str | None,
        typer.Option(metavar="2021-2022", help="Année à expliquer ; à défaut, la dernière que publient les deux."),
    ] = None,
    base: Base = None,
    sortie: Sortie = None,
    projet: Projet = None,
    ecriture: Ecriture = OutputFormat.texte,
) -> None:
    """Dire ce qui a changé d'une édition à l'autre, table par table, et pourquoi, à l'unité près."""
    from pipeline import inputs
    from pipeline.comparison import compare, published, words

    with explained():
        dossier = inputs.find_project(projet)
        editions = [published.find_edition(dite, sortie or dossier.sortie) for dite in (avant, apres)]
        une, autre = (published.read_edition(edition, base or dossier.base) for edition in editions)
        comparaison = compare.compare(une, autre, annee)
        for ligne in [words.to_json(comparaison)] if ecriture is OutputFormat.json else words.lines(comparaison):
            answer(ligne)


@app.command(cls=Command)
def exemple(
    sortie: Annotated[Path, typer.Option(metavar="DOSSIER", help="Dossier où écrire l'export et ce qui va avec.")],
    contrats: Annotated[
        int | None, typer.Option(min=1, metavar="NOMBRE", help="Nombre de contrats d'un export à la taille voulue.")
    ] = None,
    cfa: Annotated[int, typer.Option(min=1, metavar="NOMBRE", help="Nombre de CFA de cet export.")] = 20,
    annee: Annotated[
        str | None,
        typer.Option(metavar="ANNÉE", help="Dernière année finie d'un autre export que la démonstration : 2025-2026."),
    ] = None,
) -> None:
    """Écrire un export fictif : celui de la démonstration, ou un export de la taille ou de l'année voulue."""
    from pipeline import demo

    with explained() as progress:
        progress("Export fictif")
        if contrats is None and annee is None:
            demo.write_demonstration(sortie)
        else:
            demo.write_synthetic(sortie, contrats or 4_000, cfa, annee or "2021-2022")
    note(f"→ {sortie}")


@app.command(cls=Command)
def purger(base: Base = None, sortie: Sortie = None, projet: Projet = None) -> None:
    """Effacer la base, les rejets, les anomalies, les listes, les journaux et les restes ; les éditions restent."""
    from pipeline import inputs, storage

    with explained():
        dossier = inputs.find_project(projet)
        effaces = storage.purge(base or dossier.base, sortie or dossier.sortie)
    for chemin in effaces:
        note(f"Effacé : {chemin}")
    if not effaces:
        note("Rien à effacer.")


def show_result(construction: BuiltDatabase, produit: Path) -> None:
    """What was made, from what, and what the analyst must know."""
    for avertissement in construction.avertissements:
        note(f"Attention : {avertissement}")
    note(construction.resume)
    note(f"→ {produit}")


def main() -> None:
    """The console command."""
    prepare_streams()
    try:
        sys.exit(app(prog_name="ruptures", standalone_mode=False))
    except Exception as erreur:  # noqa: BLE001 (a bug of ours: where it is, never what it was working on)
        fault(explain_bug(erreur))
        sys.exit(1)
