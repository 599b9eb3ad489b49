"""The quality sheet of a CFA (`ruptures fiche-qualite`): two pages for an auditor, and the list of its untraced cases
beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline import formats, storage
from pipeline.disclosure.primary import PETIT
from pipeline.errors import UsageError, closest
from pipeline.follow_up import evidence
from pipeline.follow_up.evidence import Evidence
from pipeline.models import folder, rows, years
from pipeline.models.locked import of_this_version, open_locked
from pipeline.report import headline, pdf, templates
from pipeline.report.blocks import signs
from pipeline.report.breakdowns import ResultRow, select
from pipeline.report.material import extractions, read_official, read_structures, read_years
from pipeline.report.pages import COLONNES_DE_L_EVOLUTION, page_context
from pipeline.report.rates import YearTotals
from pipeline.settings import Settings

DIFFUSION = "Pour un audit, diffusion limitée"
SANS_TRACE = ("nocontrat", "structure", "date_debut", "date_rupture", "fin_six_mois", "pourquoi", "lignes")


@dataclass(frozen=True)
class SheetRequest:
    """What the analyst asked for: the report's year unless one is said, all the CFA unless some are.

    Attributes:
        sql, propres: the folders of breakdowns, whose names templates may have.
    """

    base: Path
    sql: Path
    propres: Path | None
    annee: str | None = None
    cfa: Sequence[str] = ()


@dataclass(frozen=True)
class SheetMaterial:
    """What the sheets of a year are made of; `cfa` are the rows of the CFA of that year (`read_structures`), all years
    of each, by UAI."""

    page: dict[str, Any]
    cfa: dict[str, list[ResultRow]]
    officiels: dict[str, list[ResultRow]]
    preuves: dict[str, Evidence]
    sans_trace: dict[str, list[ResultRow]]
    lues: int
    rejetees: int

    @property
    def annee(self) -> str:
        return self.page["annee"]["annee"]


def write_sheets(demande: SheetRequest, reglages: Settings, dossier: Path, editions: Path) -> list[str]:
    """The sheet of each CFA and its list of untraced cases, new files of `dossier`, out of `editions`; what was
    written, in sentences.

    Raises:
        UsageError: no such year or CFA; a database of another version; a file that is there already.
        MachineError: nothing can be written there, or WeasyPrint's system libraries are missing.
    """
    pdf.check_machine()
    with open_locked(demande.base) as con, of_this_version(demande.base):
        materiel = read_material(con, years.published_year(con, demande.annee), reglages)
    for uai in demande.cfa:
        if uai not in materiel.cfa:
            quoi = f"« {uai} » n'est pas l'UAI d'un CFA qui a des apprentis suivis en {materiel.annee}"
            faire = "Corrigez-le ; sans --cfa, chaque CFA a sa fiche."
            raise UsageError(f"{quoi}{closest(uai, materiel.cfa)}", faire=faire)
    retenus = [uai for uai in materiel.cfa if not demande.cfa or uai in demande.cfa]
    fiches = {uai: dossier / f"fiche_qualite_{materiel.annee}_{storage.file_stem(uai)}.pdf" for uai in retenus}
    listes = {
        uai: dossier / f"sans_trace_{materiel.annee}_{storage.file_stem(uai)}.csv"
        for uai in retenus
        if materiel.preuves[uai].journal is not None
    }
    for fichier in (*fiches.values(), *listes.values()):
        storage.check_private(fichier, editions)
    storage.make_folder(dossier)
    noms = [chemin.stem for chemin in folder.list_breakdowns(demande.sql, demande.propres)]
    for uai, fichier in fiches.items():
        storage.write_private(fichier, make_sheet(materiel, uai, noms), editions)
        if uai in listes:
            lignes = [[ligne[nom] for nom in SANS_TRACE] for ligne in materiel.sans_trace[uai]]
            storage.write_private(listes[uai], f"{rows.as_csv(SANS_TRACE, lignes)}\n".encode(), editions)
    return [told(materiel, uai, fiches[uai], listes.get(uai)) for uai in retenus] or [
        f"{materiel.annee} : aucun CFA n'a d'apprentis suivis."
    ]


def told(materiel: SheetMaterial, uai: str, fiche: Path, liste: Path | None) -> str:
    """What was written for a CFA."""
    if liste is None:
        return f"→ {fiche} : sans journal d'accompagnement, rien n'y est dit de l'accompagnement."
    nombre = plural_cases(len(materiel.sans_trace[uai]))
    return f"→ {fiche}, et {nombre} sans trace : {liste}."


def plural_cases(nombre: int) -> str:
    return formats.plural(nombre, "rupture nette", "ruptures nettes")


def read_material(con: duckdb.DuckDBPyConnection, annee: str, reglages: Settings) -> SheetMaterial:
    """What the database has for the sheets of a year."""
    annuels = [ligne for ligne in read_years(con) if ligne["annee"] <= annee]
    structures = [ligne for ligne in read_structures(con) if ligne["annee"] <= annee]
    fichiers = select(con, "select role, date_extraction, lignes_lues, lignes_rejetees from brut.fichiers")
    ((fictives,),) = con.execute("select donnees_fictives from ref.parametres").fetchall()
    exports = [fichier for fichier in fichiers if fichier["role"] == "contrats"]
    annees_de = by_cfa(structures)
    cfa = {
        ligne["uai"]: annees_de[ligne["uai"]]
        for ligne in structures
        if ligne["annee"] == annee and ligne["type_structure"] == "CFA"
    }
    preuves, muettes = read_evidence(con, annee), read_untraced(con, annee)
    return SheetMaterial(
        page_context(reglages, annuels[-1], fictives, extractions=extractions(fichiers)) | {"diffusion": DIFFUSION},
        cfa,
        by_cfa(read_official(con, structures, annee)),
        {uai: preuves(uai) for uai in cfa},
        {uai: muettes.get(uai, []) for uai in cfa},
        sum(fichier["lignes_lues"] for fichier in exports),
        sum(fichier["lignes_rejetees"] for fichier in exports),
    )


def read_evidence(con: duckdb.DuckDBPyConnection, annee: str) -> Callable[[str], Evidence]:
    """What the journal has of each CFA in a year, by UAI."""
    journaux = by_cfa(select(con, "select * from core.journaux"))
    mesures, delais, retours = (
        by_cfa(select(con, f"select * from core.{table} where annee = ? order by {ordre}", [annee]))
        for table, ordre in (
            ("accompagnement", "uai, rang_de_mesure"),
            ("delais_de_trace", "uai"),
            ("retours", "uai, accompagnement"),
        )
    )

    def of(uai: str) -> Evidence:
        (journal,), (delai,) = journaux.get(uai, [None]), delais.get(uai, [None])
        return Evidence(journal, mesures.get(uai, []), delai, retours.get(uai, []))

    return of


def by_cfa(lignes: Iterable[ResultRow]) -> dict[str, list[ResultRow]]:
    """Rows by their UAI, in the order that they have."""
    groupes: dict[str, list[ResultRow]] = {}
    for ligne in lignes:
        groupes.setdefault(ligne["uai"], []).append(ligne)
    return groupes


def read_untraced(con: duckdb.DuckDBPyConnection, annee: str) -> dict[str, list[ResultRow]]:
    """The net ruptures that the journal has no trace of, by UAI, the oldest first, with the lines of the exports that
    say their contracts."""
    lues = select(
        con,
        """
        with muets as (
            select * from core.dossiers
            where annee = ? and premiere_trace is null and est_du_journal
        ),
        lieux as (
            select
                etats.id_contrat,
                string_agg(fichiers.nom || ':' || contrats.ligne, ', ' order by etats.rang_etat, etats.id_ligne)
                    as lignes
            from core.etats as etats
            semi join muets on etats.id_contrat = muets.id_contrat
            inner join brut.contrats as contrats on etats.id_ligne = contrats.id_ligne
            inner join brut.fichiers as fichiers on contrats.fichier = fichiers.fichier
            where etats.rang_etat is not null
            group by etats.id_contrat
        )
        select
            muets.uai, contrats.nocontrat, muets.structure, muets.date_debut,
            if(muets.jour_inconnu, null, muets.date_rupture) as date_rupture,
            if(muets.jour_inconnu, null, muets.fin_six_mois) as fin_six_mois,
            case
                when muets.jour_inconnu then 'jour de la rupture inconnu'
                when muets.date_rupture + 30 <= muets.journal_jusqu_au then 'suivie 30 jours et plus'
                else 'suivie moins de 30 jours'
            end
            || if(contrats.nocontrat is null, ' ; contrat sans numéro, que le journal ne peut pas désigner', '')
                as pourquoi,
            lieux.lignes
        from muets
        inner join core.contrats as contrats on muets.id_contrat = contrats.id_contrat
        left join lieux on muets.id_contrat = lieux.id_contrat
        order by muets.date_rupture, muets.id_contrat
        """,
        [annee],
    )
    return by_cfa(lues)


def make_sheet(materiel: SheetMaterial, uai: str, ventilations: Sequence[str]) -> bytes:
    """The two pages, as a PDF."""
    return pdf.lay_out(templates.render("fiche_qualite.html.jinja", make_context(materiel, uai), ventilations))


def make_context(materiel: SheetMaterial, uai: str) -> dict[str, Any]:
    """Everything the template reads; nothing of another CFA."""
    annuels, preuves = materiel.cfa[uai], materiel.preuves[uai]
    return {
        **materiel.page,
        "cfa": annuels[-1],
        "annuels": annuels,
        "officiels": materiel.officiels.get(uai, []),
        "a_publier": publishable(annuels[-1]),
        "signes": signs(COLONNES_DE_L_EVOLUTION.values(), annuels),
        "journal": preuves.journal,
        "sujets": evidence.subjects(preuves, materiel.lues, materiel.rejetees),
        "delais": preuves.delais,
        "retours": evidence.returns(preuves),
        "declaration": evidence.DECLARATION,
        "sans_trace": len(materiel.sans_trace[uai]),
        "liste_des_cas": f"sans_trace_{materiel.annee}_{storage.file_stem(uai)}.csv",
    }


def publishable(ligne: ResultRow) -> str:
    """What may be made public of the figures of a CFA, as sentences that stand alone: what a public edition would hide
    of them is not said."""
    annee, effectif, nettes = (ligne[nom] for nom in ("annee", "effectif", "ruptures_nettes"))
    if ligne["fiabilite"] == "non_significatif" or is_small(nettes) or is_small(effectif - nettes):
        return f"En {annee}, trop peu d'apprentis, ou de ruptures, pour que leur nombre ou leur taux soit rendu public."
    taux = formats.taux(ligne["taux_rupture_nette"], effectif)
    bornes = formats.intervalle(ligne["taux_bas"], ligne["taux_haut"], effectif)
    fragile = " ; taux fragile" if ligne["fiabilite"] == "fragile" else ""
    dite = (
        f"En {annee}, {formats.plural(nettes, 'rupture nette', 'ruptures nettes')} pour "
        f"{formats.plural(effectif, 'apprenti suivi', 'apprentis suivis')}, soit {taux} (intervalle à "
        f"95{formats.FINE}% : {bornes}{fragile})."
    )
    if is_small(ligne["ruptures_brutes"]) or is_small(ligne["resignees"]):
        return dite
    return f"{dite} {headline.gross_sentence(YearTotals.of(ligne))}"


def is_small(nombre: int) -> bool:
    """Whether a count is of so few that a public edition hides it."""
    return 0 < nombre <= PETIT
