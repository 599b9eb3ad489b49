"""The lists of a month as files, readable by the analyst only, out of the editions; those with names are dated for
deletion."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipeline import formats, storage
from pipeline.follow_up import lists, summary
from pipeline.follow_up.fields import CAS_OUVERT, RESULTAT, ROMPU, SIGNE
from pipeline.follow_up.lists import ListedRow, MonthLists, MonthRequest, counts, to_csv
from pipeline.follow_up.partner_sheets import Cover, make_workbook
from pipeline.follow_up.partners import file_names
from pipeline.follow_up.summary import Scope
from pipeline.inputs import InputFolders
from pipeline.settings import Settings

JOURS_AVEC_NOMS = 30  # that a file with names may be kept
A_EFFACER = "a-effacer-le-"
# One contract of a list, and several.
NOMMES = {
    CAS_OUVERT: ("cas ouvert", "cas ouverts"), ROMPU: ("rompu", "rompus"), SIGNE: ("signé", "signés"),
    RESULTAT: ("résultat", "résultats"),
}  # fmt: skip
SANS_RIEN = "aucun contrat ce mois-ci, aucun fichier"


@dataclass(frozen=True)
class Places:
    """Where files go: `dossier`, out of `editions`; None: beside the database, one folder a month."""

    base: Path
    dossier: Path | None
    editions: Path


def write_lists(
    demande: MonthRequest, lieux: Places, donnees: InputFolders, reglages: Settings, aujourd_hui: date
) -> Iterator[str]:
    """A workbook and a CSV file for each partner, and the page that sums them up; what was written, in sentences, after
    the files with names that should have been deleted by now.

    Raises:
        UsageError: see `lists.read_lists`; a file that is there already, and is another.
        InputError: see `lists.read_lists`.
        MachineError: nothing can be written there.
    """
    for chemin in overdue(lieux, aujourd_hui):
        yield f"Attention : ce fichier a des noms et devait être effacé : {chemin}"
    listes = lists.read_lists(lieux.base, demande, donnees, reglages)
    dossier = lieux.dossier or lieux.base.parent / storage.LISTES / listes.mois.nom
    effacer = aujourd_hui + timedelta(days=JOURS_AVEC_NOMS) if demande.avec_noms else None
    lots = make_files(listes, demande, reglages, effacer)
    resume = f"resume_{stem(listes, demande)}.pdf"
    fichiers = {nom: octets for lot in lots.values() for nom, octets in lot.items()}
    fichiers[resume] = summary.make_page(listes, reglages, scope(listes, demande, reglages))
    neufs = {dossier / nom: octets for nom, octets in fichiers.items() if not is_there(dossier / nom, octets)}
    for chemin in neufs:
        storage.check_private(chemin, lieux.editions)
    storage.make_folder(dossier)
    for chemin, octets in neufs.items():
        storage.write_private(chemin, octets, lieux.editions)
    yield from (f"Attention : {phrase}" for phrase in listes.attention)
    for partenaire, lignes in listes.lignes.items():
        if partenaire not in lots:
            yield f"{partenaire} : {SANS_RIEN}."
            continue
        chemins = [dossier / nom for nom in lots[partenaire]]
        deja = "" if neufs.keys() & {*chemins} else " (les mêmes étaient déjà là)"
        yield f"→ {chemins[0]}, {chemins[1].suffix}{deja} : {told(listes, lignes)}."
    yield f"→ {dossier / resume}{'' if dossier / resume in neufs else ' (le même était déjà là)'}"
    if effacer is not None:
        quand = formats.date_longue(effacer)
        yield f"Ces classeurs et ces CSV nomment des personnes : effacez-les au plus tard le {quand}."


def make_files(
    listes: MonthLists, demande: MonthRequest, reglages: Settings, effacer: date | None
) -> dict[str, dict[str, bytes]]:
    """The files of each partner that has contracts, by name: a workbook, then a CSV."""
    fin = "" if effacer is None else f"_noms_{A_EFFACER}{effacer.isoformat()}"
    lots = dict[str, dict[str, bytes]]()
    mots = file_names(listes.lignes)
    for partenaire, lignes in listes.lignes.items():
        if not lignes:
            continue
        nom = f"liste_{stem(listes, demande, mots[partenaire])}{fin}"
        titre = f"Contrats {listes.mois.de} : {partenaire}"
        classeur = make_workbook(listes, lignes, Cover(titre, reglages.reseau.nom, effacer))
        lots[partenaire] = {f"{nom}.xlsx": classeur, f"{nom}.csv": to_csv(lignes, demande.avec_noms)}
    return lots


def stem(listes: MonthLists, demande: MonthRequest, partenaire: str | None = None) -> str:
    """What tells the files of a request apart: the month, the CFA, the partner, whether there are postal codes."""
    if partenaire is None and demande.partenaire is not None:
        (partenaire,) = file_names(listes.lignes).values()
    communes = "codes-postaux" if demande.avec_code_postal else None
    return "_".join(mot for mot in (listes.mois.nom, demande.cfa, partenaire, communes) if mot is not None)


def scope(listes: MonthLists, demande: MonthRequest, reglages: Settings) -> Scope:
    """Whose lists the page sums up."""
    titre = reglages.reseau.nom if demande.partenaire is None else next(iter(listes.lignes))
    return Scope(titre, "" if demande.cfa is None else f"Contrats de l'établissement {demande.cfa} seulement. ")


def told(listes: MonthLists, lignes: Sequence[ListedRow]) -> str:
    """How many contracts each list has, and how many were signed and broken in the month."""
    comptes = counts(lignes)
    dits = [formats.plural(comptes[liste], *NOMMES[liste]) for liste in listes.listes]
    tous = formats.plural(comptes["signe_dans_le_mois"], *NOMMES[SIGNE])
    rompus = formats.plural(comptes["rompu_dans_le_mois"], *NOMMES[ROMPU])
    return f"{', '.join(dits)} (en tout, {tous} et {rompus} dans le mois)"


def is_there(chemin: Path, octets: bytes) -> bool:
    """Whether a file is there already, as it would be written."""
    return chemin.is_file() and chemin.read_bytes() == octets


def overdue(lieux: Places, aujourd_hui: date) -> list[Path]:
    """The files with names whose day is over, beside the database and where the lists go."""
    dossiers = [lieux.base.parent / storage.LISTES, *([lieux.dossier] if lieux.dossier is not None else [])]
    trouves = sorted({chemin for dossier in dossiers for chemin in dossier.rglob(f"*{A_EFFACER}*")})
    return [chemin for chemin in trouves if deadline(chemin.name) < aujourd_hui]


def deadline(nom: str) -> date:
    """The day by which a file with names is to be deleted, as its name says."""
    dite = re.search(rf"{A_EFFACER}(\d{{4}}-\d\d-\d\d)", nom)
    try:
        return date.max if dite is None else date.fromisoformat(dite[1])
    except ValueError:
        return date.max
