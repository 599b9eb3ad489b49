"""Files → one DuckDB database, built beside the old one and swapped in when every check holds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

import duckdb

from pipeline import details, inputs, paths, storage
from pipeline.errors import InputError, UsageError, together
from pipeline.freshness import fingerprint, records
from pipeline.freshness.fingerprint import Fingerprint
from pipeline.freshness.plan import DE_RIEN, Plan, Redo
from pipeline.freshness.records import DatabaseRecord
from pipeline.ingest import coverage, doubts, referentials, rejects
from pipeline.ingest.loading import ingest, open_inputs
from pipeline.inputs import InputFolders
from pipeline.models import checks, running, years
from pipeline.models.built import BuiltDatabase
from pipeline.models.catalog import SCHEMAS, Catalog, load_catalog
from pipeline.models.dictionary import comment_tables
from pipeline.models.enclosure import enclosed
from pipeline.models.file import SqlFile
from pipeline.models.folder import VENTILATIONS
from pipeline.models.locked import explain
from pipeline.reading import Source
from pipeline.request import BuildRequest
from pipeline.settings import Settings, load_settings
from pipeline.speech import lacking

# While persons are compared, nothing may go to a temporary file; the models, which know none, may write there: those of
# ten million rows stop with 2 GB all the same.
MEMOIRE_DE_LECTURE, MEMOIRE_DES_MODELES = "40%", "3GB"  # of the machine's; of whatever machine
# DuckDB keeps what two branches of a query both read, though most of it goes straight through: all the columns of the
# exports at once, a fourth of the memory of core.contrats.
OPTIMISATION_ECARTEE = "common_subplan"
PREMIERE_ANNEE, DERNIERE_ANNEE = 1999, 2060
# DuckDB calls a database by the name of its file: one that a schema of its own has could mean either.
NOMS_PRIS = frozenset({"ref", "brut", *SCHEMAS})
Log = Callable[[str], None]


def build_database(demande: BuildRequest, journal: Log, plan: Plan = DE_RIEN) -> BuiltDatabase:
    """Ingest, run the models, check them, then replace `demande.base`; or of all that, what is to be done again.

    Raises:
        PipelineError: whatever stopped the run; the earlier database is untouched.
    """
    if demande.base.name.split(".")[0].lower() in NOMS_PRIS:
        raise UsageError(
            "une base ne peut pas porter ce nom, celui d'un de ses schémas",
            ou=demande.base,
            faire="Choisissez-en un autre avec --base.",
        )
    if demande.base.is_dir():
        raise UsageError("c'est un dossier, et non une base", ou=demande.base, faire="Nommez un fichier avec --base.")
    reglages = load_settings(inputs.find_config(demande.projet, demande.config, demande.donnees))
    if demande.annee is not None:
        years.check_year_name(demande.annee)
    catalogue = load_catalog(demande.sql, reglages, demande.propres)
    donnees = inputs.find_data(demande.projet, demande.donnees)
    with storage.private(demande.base), storage.lock(demande.base):
        # Before anything is read: what changes meanwhile is then known to have changed.
        empreinte = plan.empreinte or fingerprint.take(demande, donnees, reglages)
        if plan.registre is not None and plan.base is Redo.RIEN:
            return replace(
                reopen(demande.base, demande, donnees, reglages, catalogue, plan.registre), empreinte=empreinte
            )
        neuve = demande.base.with_suffix(".nouveau")
        storage.clear_leftovers(demande.base)
        try:
            if plan.registre is not None and plan.base is Redo.PARTIE:
                construction = refresh(neuve, demande, donnees, reglages, catalogue, plan.registre, empreinte, journal)
            else:
                construction = fill(neuve, demande, donnees, reglages, catalogue, empreinte, journal)
            storage.flush_disk()
            neuve.replace(demande.base)
            construction = replace(construction, empreinte=empreinte)
            records.write_record(construction)
        except duckdb.Error as erreur:
            if (manque := lacking(erreur, demande.base)) is None:
                raise
            raise manque from erreur
        finally:
            storage.remove_database(neuve)
    return construction


def fill(
    neuve: Path, demande: BuildRequest, donnees: InputFolders, reglages: Settings, catalogue: Catalog,
    empreinte: Fingerprint, journal: Log,
) -> BuiltDatabase:  # fmt: skip
    """Everything between an empty database and a checked one."""
    with tempfile.TemporaryDirectory(dir=neuve.parent, prefix=storage.temporary_prefix(demande.base)) as dossier:
        temporaire = Path(dossier)
        construction = fill_core(neuve, temporaire, demande, donnees, reglages, catalogue, empreinte, journal)
        ventilations = [modele for modele in catalogue.modeles if modele.schema == "ventilations"]
        finish(neuve, temporaire, demande, reglages, catalogue, ventilations, journal)
    return construction


def refresh(
    neuve: Path, demande: BuildRequest, donnees: InputFolders, reglages: Settings, catalogue: Catalog,
    registre: DatabaseRecord, empreinte: Fingerprint, journal: Log,
) -> BuiltDatabase:  # fmt: skip
    """A copy of the database, in which the breakdowns that changed, and those that read them, are run again; checked
    whole."""
    with tempfile.TemporaryDirectory(dir=neuve.parent, prefix=storage.temporary_prefix(demande.base)) as dossier:
        shutil.copyfile(demande.base, neuve)
        with duckdb.connect(str(neuve)) as con:
            a_refaire = drop_outdated(con, catalogue, fingerprint.changed(registre.empreinte, empreinte, VENTILATIONS))
        finish(neuve, Path(dossier), demande, reglages, catalogue, a_refaire, journal)
        return reopen(neuve, demande, donnees, reglages, catalogue, registre)


def drop_outdated(con: duckdb.DuckDBPyConnection, catalogue: Catalog, changees: Collection[str]) -> list[SqlFile]:
    """Drop the breakdowns that are not those of the catalogue as they stand there. Returns those that must be run,
    parents first."""
    la = {
        table
        for (table,) in con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name = 'ventilations'"
        ).fetchall()
    }
    a_refaire = dict[str, SqlFile]()
    for modele in catalogue.modeles:
        if modele.schema != VENTILATIONS:
            continue
        if modele.nom in changees or modele.table not in la or a_refaire.keys() & modele.parents.keys():
            a_refaire[modele.table] = modele
    gardees = {modele.table for modele in catalogue.modeles} - a_refaire.keys()
    for table in sorted(la - gardees):
        con.execute(f"drop table {table}")
    return [*a_refaire.values()]


def finish(
    neuve: Path, temporaire: Path, demande: BuildRequest, reglages: Settings, catalogue: Catalog,
    ventilations: list[SqlFile], journal: Log,
) -> None:  # fmt: skip
    """Run these breakdowns of a database that has all the rest, describe its tables, check it whole."""
    journal("Ventilations")
    macros = catalogue.read_macros()
    running.run_breakdowns(neuve, ventilations, macros, reglages.ventilations.duree_max, temporaire)
    with duckdb.connect(str(neuve)) as con:
        comment_tables(con, catalogue, reglages)
    journal("Contrôles")
    check_database(neuve, temporaire, demande, reglages, catalogue)


def reopen(
    base: Path, demande: BuildRequest, donnees: InputFolders, reglages: Settings, catalogue: Catalog,
    registre: DatabaseRecord,
) -> BuiltDatabase:  # fmt: skip
    """What a build hands over, of a database that is there already at `base`."""
    with duckdb.connect(str(base), read_only=True) as con:
        avertissements, resume = tell(con, demande, donnees, reglages, catalogue, registre.douteux)
    lus = {nom: donnees.referentiels / fichier for nom, fichier in registre.referentiels.items()}
    return BuiltDatabase(
        demande.base, reglages, catalogue, donnees.fictives, lus, avertissements, resume, registre.edition,
        registre.douteux,
    )  # fmt: skip


def fill_core(
    neuve: Path, temporaire: Path, demande: BuildRequest, donnees: InputFolders, reglages: Settings,
    catalogue: Catalog, empreinte: Fingerprint, journal: Log,
) -> BuiltDatabase:  # fmt: skip
    """The exports and the project's own models: all that breakdowns read."""
    with duckdb.connect(str(neuve), config={"temp_directory": "", "memory_limit": MEMOIRE_DE_LECTURE}) as con:
        con.execute("set enable_progress_bar = false")
        journal("Lecture des exports")
        lus, douteux = read_files(con, demande, donnees, reglages, empreinte, neuve.parent)
        con.execute(f"set memory_limit = '{MEMOIRE_DES_MODELES}'")
        con.execute("set temp_directory = ?", [str(temporaire)])
        con.execute(f"set disabled_optimizers = '{OPTIMISATION_ECARTEE}'")
        journal("Calcul des modèles")
        make_core(con, demande, donnees, reglages, catalogue, neuve.parent)
        coverage.refuse_unknown(con, donnees.referentiels)
        comment_tables(con, catalogue, reglages)
        avertissements, resume = tell(con, demande, donnees, reglages, catalogue, douteux)
        edition = years.edition_name(con)
        con.execute("checkpoint")
    return BuiltDatabase(
        demande.base, reglages, catalogue, donnees.fictives, lus, avertissements, resume, edition, douteux
    )


def read_files(
    con: duckdb.DuckDBPyConnection, demande: BuildRequest, donnees: InputFolders, reglages: Settings,
    empreinte: Fingerprint, listes: Path,
) -> tuple[dict[str, Path], list[str]]:  # fmt: skip
    """The referentials into `ref`, the exports into `brut`, what is wrong with them into `listes`, unless it is too
    much. Returns the referentials read, and what is doubtful in them. Raises InputError when one of them has changed
    meanwhile."""
    ouverts, sources = open_all(donnees, reglages)
    con.execute("create schema ref")
    douteux = referentials.load_referentials(con, ouverts)
    ingest(con, sources, reglages, referentials.read_wordings(con), empreinte["entrees"])
    fingerprint.refuse_changed_inputs(donnees, empreinte)
    list_losses(con, demande, donnees, reglages, listes)
    return ouverts.chemins, douteux


def open_all(donnees: InputFolders, reglages: Settings) -> tuple[referentials.OpenReferentials, list[Source]]:
    """The referentials and the files, opened.

    Raises:
        UsageError, InputError: all that is missing to read them, in one error.
    """
    refus = list[UsageError | InputError]()
    ouverts, sources = None, list[Source]()
    try:
        ouverts = referentials.open_referentials(donnees.referentiels)
    except (UsageError, InputError) as erreur:
        refus.append(erreur)
    try:
        sources = open_inputs(donnees, reglages)
    except (UsageError, InputError) as erreur:
        refus.append(erreur)
    if ouverts is None or refus:
        raise together(refus)
    return ouverts, sources


def list_losses(
    con: duckdb.DuckDBPyConnection, demande: BuildRequest, donnees: InputFolders, reglages: Settings, listes: Path
) -> None:
    """What cannot be used of the files into `listes`. Raises InputError when it is too much of them."""
    rejects.write_rejects(con, listes)
    rejects.refuse_too_many(
        con, donnees.dossier, demande.base.parent / "rejets.csv", reglages.ingestion.part_rejets_max,
        demande.accepter_rejets,
    )  # fmt: skip


def make_core(
    con: duckdb.DuckDBPyConnection, demande: BuildRequest, donnees: InputFolders, reglages: Settings,
    catalogue: Catalog, listes: Path,
) -> None:  # fmt: skip
    """What the SQL needs to know of the settings, the macros, then the project's own models; what they found that
    cannot be used joins the lists."""
    con.begin()
    write_parameters(con, demande, reglages, donnees.fictives)
    con.execute(catalogue.read_macros())
    for schema in SCHEMAS:
        con.execute(f"create schema {schema}")
    run_models(con, catalogue)
    if rejects.list_computed(con):
        list_losses(con, demande, donnees, reglages, listes)
    con.commit()


def tell(
    con: duckdb.DuckDBPyConnection, demande: BuildRequest, donnees: InputFolders, reglages: Settings,
    catalogue: Catalog, douteux: list[str],
) -> tuple[list[str], str]:  # fmt: skip
    """What readers of the report must know too, then what the analyst must know of the files and of the referentials
    (`douteux` in these), and what was read, in sentences."""
    avertissements = [
        *years.check_report_year(con, demande.annee, demande.arrete_au),
        *rejects.bounds(con, reglages.ingestion.part_rejets_max),
        *coverage.tell_gaps(con),
    ]
    listes = demande.base.parent
    resume = [
        *(f"Attention : {doute}" for doute in (*douteux, *doubts.all_doubts(con))),
        years.describe_report_year(con, demande.annee),
        rejects.summary(con, listes),
        *coverage.outside_referentials(con),
        *coverage.codes_to_add(con),
        *coverage.unknown_motifs(con, listes),
        *doubts.unread_columns(con),
        *coverage.whose(donnees),
        *whose_settings(reglages),
        *coverage.unpublished_figures(con),
        *unshown(con, reglages, catalogue),
        *filter(None, [catalogue.ecartees.sentence(), reglages.outdated()]),
    ]
    return avertissements, "\n".join(resume)


def unshown(con: duckdb.DuckDBPyConnection, reglages: Settings, catalogue: Catalog) -> list[str]:
    """A sentence for each optional referential that is filled in and whose chapter the settings lack."""
    voulus = {nom: catalogue.ecartees.raisons[une] for une, nom in sorted(catalogue.ecartees.demandes.items())}
    return [
        f"Attention : {nom}.csv est rempli, et rien n'en est imprimé : {reglages.chemin} n'a pas le chapitre "
        f'« {chapitre} ». Ajoutez-y [[sections]], cle = "{chapitre}" et un titre.'
        for nom, chapitre in voulus.items()
        if con.execute(f"select count(*) > 0 from ref.{nom}").fetchone() == (True,)
    ]


def whose_settings(reglages: Settings) -> list[str]:
    """That the settings and the texts are those of the demonstration; or nothing."""
    if reglages.chemin != paths.EXEMPLE / inputs.CONFIG:
        return []
    return [f"Réglages et textes : ceux de {paths.EXEMPLE}, le réseau de la démonstration."]


def check_database(
    neuve: Path, temporaire: Path, demande: BuildRequest, reglages: Settings, catalogue: Catalog
) -> None:
    """Raises CheckError when a check returns rows; the database is then kept beside, so that they can be looked at, and
    the earlier one stays in use."""
    refusee = storage.refused_path(demande.base)
    macros = catalogue.read_macros()
    with enclosed(neuve, macros, temporaire, reglages.ventilations.duree_max) as enceinte:
        _, ratees = checks.failures(enceinte, checks.every_check(catalogue))
    if ratees:
        neuve.replace(refusee)
        checks.refuse(ratees, refusee, ", rien n'est publié")
    refusee.unlink(missing_ok=True)


def write_parameters(con: duckdb.DuckDBPyConnection, demande: BuildRequest, reglages: Settings, fictives: bool) -> None:
    """`ref.annees` (every window) and `ref.parametres` (one row): what the SQL needs to know of the settings."""
    con.execute("create table ref.annees (annee varchar, debut date, fin_annee date)")
    noms = [f"{a}-{a + 1}" for a in range(PREMIERE_ANNEE, DERNIERE_ANNEE)]
    con.execute(
        "insert into ref.annees select unnest(?), unnest(?), unnest(?)",
        [noms, [reglages.annees.debut(nom) for nom in noms], [reglages.annees.fin_annee(nom) for nom in noms]],
    )
    con.execute(
        "create table ref.parametres (annee_demandee varchar, arrete_au date, premiere varchar, essai_mois integer, "
        "donnees_fictives boolean)"
    )
    valeurs = [
        demande.annee, demande.arrete_au, reglages.annees.premiere, reglages.periodes.essai_mois, fictives,
    ]  # fmt: skip
    con.execute("insert into ref.parametres values (?, ?, ?, ?, ?)", valeurs)


def run_models(con: duckdb.DuckDBPyConnection, catalogue: Catalog) -> None:
    """Each model of the project, in order.

    Raises:
        UsageError: a model that DuckDB refuses.
    """
    # A table is in the order that its model says; where it says none, all processors may write it.
    con.execute("set preserve_insertion_order = false")
    for modele in catalogue.modeles:
        if modele.schema == "ventilations":
            continue
        try:
            with details.timed(modele.table):
                con.execute(f"create table {modele.table} as {modele.corps}")
        except duckdb.Error as erreur:
            if lacking(erreur) is not None:
                raise
            raise explain(erreur, modele.chemin, decalage=modele.decalage) from None
    con.execute("reset preserve_insertion_order")
