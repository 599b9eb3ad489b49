"""What each CFA is asked to validate: its net ruptures of a year, and the contracts of that year about which the
exports leave a doubt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipeline import formats, storage
from pipeline.errors import UsageError, closest
from pipeline.models import years
from pipeline.models.locked import of_this_version, open_locked
from pipeline.tracing.contracts import places
from pipeline.tracing.validation_sheet import Answers, ValidationRow, make_workbook

RUPTURE_NETTE = "rupture nette de l'année"
JOUR_INCONNU = "jour de la rupture inconnu"
# The doubts of core.doutes, as a CFA reads them.
DOUTES = {
    "rupture_au_terme": "rupture datée du terme ou après : ce n'en est pas une",
    "rupture_sans_date": "dit rompu sans aucune date : compté comme non rompu",
    "rupture_avant_le_debut": "rupture datée d'avant le début : compté comme jamais commencé",
    "rupture_apres_la_fin": "rupture datée d'après le terme",
    "contrats_chevauchants": "un jour en commun avec un autre contrat du même apprenti",
    "age_inhabituel": "apprenti de moins de 15 ans ou de plus de 35 ans au début",
    "duree_superieure_a_quatre_ans": "prévu pour plus de quatre ans",
    "duree_superieure_a_cinq_ans": "prévu pour plus de cinq ans",
    "fin_reelle_sans_rupture": "fini avant son terme selon le financeur, sans rupture",
    "reprise_possible": "peut-être suivi d'un contrat sous un autre nom, proche, de même naissance",
}
# What is wrong with a value of one of its lines, of those that a CFA can tell (`brut.anomalies`).
DE_LIGNES = (
    "valeurs_illisibles", "valeurs_detruites", "formules_non_calculees", "valeurs_ecartees", "libelles_inconnus",
)  # fmt: skip


@dataclass(frozen=True)
class ValidationRequest:
    """What the analyst asked for: the report's year unless one is said, all the CFA unless some are."""

    annee: str | None = None
    cfa: Sequence[str] = ()


def write_workbooks(base: Path, demande: ValidationRequest, dossier: Path, editions: Path) -> list[str]:
    """A workbook for each CFA that has something to validate, new files of `dossier`, out of `editions`; what was
    written, in sentences.

    Raises:
        UsageError: no such year or CFA; a workbook that is there already, perhaps filled in.
        MachineError: nothing can be written there.
    """
    with open_locked(base) as con, of_this_version(base):
        annee = years.published_year(con, demande.annee)
        noms = cfa_names(con)
        for uai in demande.cfa:
            if uai not in noms:
                quoi = f"aucun CFA de la base n'a l'UAI « {uai} »{closest(uai, noms)}"
                raise UsageError(quoi, faire="Donnez celle d'un CFA, comme dans les tableaux de structures.")
        lignes = read_rows(con, annee)
        reponses, jour = Answers(read_motifs(con)), reply_day(con, annee)
    retenus = [uai for uai in noms if lignes.get(uai) and (not demande.cfa or uai in demande.cfa)]
    fichiers = {
        uai: dossier / f"a_valider_{storage.file_stem(uai)}{f'_{jour}' if jour else ''}.xlsx" for uai in retenus
    }
    for fichier in fichiers.values():
        storage.check_private(fichier, editions)
    storage.make_folder(dossier)
    for uai, fichier in fichiers.items():
        classeur = make_workbook(noms[uai], uai, annee, lignes[uai], reponses)
        storage.write_private(fichier, classeur, editions)
    return [told(fichier, lignes[uai]) for uai, fichier in fichiers.items()] or [f"{annee} : rien à valider."]


def told(fichier: Path, lignes: Iterable[ValidationRow]) -> str:
    """What a workbook has."""
    nettes = sum(ligne.est_nette for ligne in lignes)
    autres = sum(not ligne.est_nette for ligne in lignes)
    muettes = sum(not ligne.revient for ligne in lignes)
    sans = f", dont {formats.entier(muettes)} que leur numéro ne désigne pas" if muettes else ""
    return (
        f"→ {fichier} : {formats.plural(nettes, 'rupture nette', 'ruptures nettes')}, "
        f"{formats.plural(autres, 'cas douteux', 'cas douteux')}{sans}."
    )


def cfa_names(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The CFA that contracts are of, by UAI, with their names, in the order of these: an UFA is of the CFA that it is
    attached to; an establishment that no referential knows is its own."""
    lus = con.execute(
        f"""
        select distinct {CFA} as uai, coalesce(cfa.structure, contrats.structure) as nom
        from core.contrats as contrats
        left join core.structures as structures on contrats.uai = structures.uai
        left join core.structures as cfa on structures.uai_cfa_rattachement = cfa.uai
        """
    ).fetchall()
    return dict(sorted(lus, key=lambda lu: (formats.alphabetical(lu[1]), lu[0])))


CFA = "coalesce(structures.uai_cfa_rattachement, contrats.uai)"


def read_rows(con: duckdb.DuckDBPyConnection, annee: str) -> dict[str, list[ValidationRow]]:
    """The rows of each CFA: its net ruptures, then the contracts that the year meets and are doubtful."""
    doutes = read_doubts(con)
    resultat = con.execute(
        f"""
        select
            contrats.id_contrat, {CFA} as cfa, contrats.nocontrat, contrats.part_du_numero, contrats.structure,
            diplomes.diplome, contrats.date_debut, contrats.date_fin_prevue, contrats.date_rupture,
            contrats.jour_inconnu, coalesce(exprimes.motif_groupe, contrats.motifexprime) as motif_exprime,
            coalesce(valides.motif_groupe, contrats.motifvalide) as motif_valide,
            statuts.id_contrat is not null as est_nette
        from core.contrats as contrats
        inner join core.annees as annees on annees.annee = ?
        inner join core.diplomes as diplomes on contrats.code_diplome = diplomes.code_diplome
        left join core.structures as structures on contrats.uai = structures.uai
        left join core.statuts as statuts
            on
                contrats.id_contrat = statuts.id_contrat and annees.annee = statuts.annee
                and statuts.statut = 'rupture_nette'
        left join core.motifs as exprimes on exprimes.liste = 'exprime' and contrats.motifexprime = exprimes.motif
        left join core.motifs as valides on valides.liste = 'valide' and contrats.motifvalide = valides.motif
        where
            statuts.id_contrat is not null
            or (
                list_contains(?, contrats.id_contrat) and contrats.date_debut <= annees.fin_annee
                and greatest(contrats.date_fin, contrats.date_fin_prevue) >= annees.debut
            )
        order by est_nette desc, alphabetique(contrats.structure), contrats.id_contrat
        """,
        [annee, list(doutes)],
    )
    noms = [nom for nom, *_ in resultat.description or ()]
    lus = [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]
    lieux = places(con, [lu["id_contrat"] for lu in lus])["etats"]
    lignes: dict[str, list[ValidationRow]] = {}
    for lu in lus:
        contrat = lu["id_contrat"]
        lignes.setdefault(lu["cfa"], []).append(make_row(lu, doutes.get(contrat, []), lieux.get(contrat, [])))
    return lignes


def make_row(lu: dict[str, Any], doutes: list[str], lieux: list[str]) -> ValidationRow:
    """A contract to validate, from what the database says of it. A number that is missing, or that two apprentices
    share, would not tell a follow-up whose it is."""
    pourquoi = [*([RUPTURE_NETTE] if lu["est_nette"] else []), *([JOUR_INCONNU] if lu["jour_inconnu"] else []), *doutes]
    return ValidationRow(
        nocontrat=lu["nocontrat"],
        revient=lu["nocontrat"] is not None and lu["part_du_numero"] == 0,
        est_nette=lu["est_nette"],
        pourquoi=pourquoi,
        structure=lu["structure"],
        diplome=lu["diplome"],
        date_debut=lu["date_debut"],
        date_fin_prevue=lu["date_fin_prevue"],
        date_rupture=None if lu["jour_inconnu"] else lu["date_rupture"],
        motif_exprime=lu["motif_exprime"],
        motif_valide=lu["motif_valide"],
        lignes=lieux,
    )


def read_doubts(con: duckdb.DuckDBPyConnection) -> dict[int, list[str]]:
    """`id_contrat` → what is doubtful of it, in words: of the contract, then of the values of its states and of its
    follow-up, with file and line."""
    doutes: dict[int, list[str]] = {}
    for contrat, nature in con.execute("select id_contrat, nature from core.doutes order by all").fetchall():
        doutes.setdefault(contrat, []).append(DOUTES[nature])
    de_lignes = con.execute(
        """
        with lignes as (
            select id_contrat, id_ligne from core.etats where rang_etat is not null
            union all
            select contrats.id_contrat, suivi.id_ligne
            from brut.suivi as suivi
            inner join core.contrats as contrats
                on suivi.nocontrat = contrats.nocontrat and suivi.part_du_numero = contrats.part_du_numero
        )
        select lignes.id_contrat, anomalies.colonne, anomalies.raison, anomalies.nom, anomalies.ligne
        from brut.anomalies as anomalies
        inner join lignes on anomalies.id_ligne = lignes.id_ligne
        where list_contains(?, anomalies.nature)
        order by all
        """,
        [list(DE_LIGNES)],
    ).fetchall()
    for contrat, colonne, raison, nom, ligne in de_lignes:
        doutes.setdefault(contrat, []).append(f"{colonne} : {raison} ({nom}:{ligne})")
    return doutes


def read_motifs(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The motifs that a CFA may validate."""
    return [
        motif
        for (motif,) in con.execute("select motif from ref.motifs where liste = 'valide' order by motif").fetchall()
    ]


def reply_day(con: duckdb.DuckDBPyConnection, annee: str) -> date | None:
    """The day that the name of a workbook says: the one after all that is read, so that what a CFA answers wins over
    it; none where follow-ups have no day, beside which none may have one."""
    dates, sans_date = con.execute(
        "select max(date_extraction), coalesce(bool_or(role = 'suivi' and date_extraction is null), false) "
        "from brut.fichiers"
    ).fetchall()[0]
    if sans_date:
        return None
    fin = con.execute("select fin_annee from core.annees where annee = ?", [annee]).fetchall()[0][0]
    return max(filter(None, [dates, fin])) + timedelta(days=1)
