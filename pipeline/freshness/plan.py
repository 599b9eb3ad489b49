"""What there is to do again, and why, in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath

from pipeline.formats import plural
from pipeline.freshness import fingerprint
from pipeline.freshness.fingerprint import Fingerprint
from pipeline.freshness.records import DatabaseRecord, EditionRecord, read_edition_record, read_record
from pipeline.inputs import InputFolders
from pipeline.request import BuildRequest, CfaSelection
from pipeline.settings import Settings

NOMMES = 3  # changes named in the sentence
RETIRES = "les rapports de CFA en sont retirés"
TEXTE_DES_CFA = "cfa"  # the place of the only text that reports of CFA print, and that nothing else does
# What a change of each kind is called; where it depends on what changed, see `called`.
NOMS = {
    "entrees": ("fichier de données", "fichiers de données"),
    "reglages": ("réglage", "réglages"),
    "modeles": ("modèle", "modèles"),
    "ventilations": ("ventilation", "ventilations"),
    "controles": ("contrôle", "contrôles"),
    "textes": ("texte", "textes"),
    "gabarits": ("gabarit", "gabarits"),
    "comparees": ("édition comparée", "éditions comparées"),
    "version": ("élément de l'outil", "éléments de l'outil"),
}


class Redo(Enum):
    """How much is to be done again."""

    TOUT = "tout"
    PARTIE = "partie"  # of a database: its breakdowns that changed, and all checks; of an edition: all but `gardes`
    RIEN = "rien"


class EditionPart(Enum):
    """A part of an edition; its page for the screen, which names all the others, and its manifest are in neither."""

    RESEAU = "reseau"
    CFA = "cfa"


TOUTES = frozenset(EditionPart)


@dataclass(frozen=True)
class Plan:
    """What a run does.

    Attributes:
        base, edition: how much of them.
        empreinte: what is there to be read, as it was when this was decided: what changes meanwhile is not taken for
            done. None: not looked at yet.
        phrase: what changed, and what is done again therefore; '' where nothing was there.
        registre: what the database that is kept, whole or in part, was made from.
        publiee: the edition that is there, if it stands, in whole or in part.
        gardes: the parts of it that stand: the files of the network, the reports of CFA that it has.
    """

    base: Redo
    edition: Redo
    empreinte: Fingerprint | None = None
    phrase: str = ""
    registre: DatabaseRecord | None = None
    publiee: EditionRecord | None = None
    gardes: frozenset[EditionPart] = frozenset()

    def writes_reports(self, lot: CfaSelection) -> bool:
        """Whether reports of CFA are to be written."""
        stands = self.publiee is not None and EditionPart.CFA in self.gardes and has_reports(self.publiee, lot)
        return not lot.aucun and not stands


DE_RIEN = Plan(Redo.TOUT, Redo.TOUT)  # where nothing is kept


def make_plan(
    demande: BuildRequest, donnees: InputFolders, reglages: Settings, sortie: Path, lot: CfaSelection,
    comparees: Sequence[str] = (), refaire: bool = False,
) -> Plan:  # fmt: skip
    """What is to be done so that the database and the edition are those of what is there now; all of it with `refaire`.
    `comparees`: see `publish.publish_all`.

    Raises:
        UsageError: see `fingerprint.take`.
    """
    comparees = comparees or reglages.presentation.comparees_a
    maintenant = {
        **fingerprint.take(demande, donnees, reglages),
        "comparees": fingerprint.hash_compared(comparees, sortie, demande.base),
    }
    if refaire:
        return Plan(Redo.TOUT, Redo.TOUT, maintenant, "Tout est refait, comme demandé.")
    registre = read_record(demande.base)
    if registre is None:
        ancienne = (
            "La base n'est pas telle qu'un traitement abouti l'a laissée, ou ses listes ne le sont pas : "
            "tout est refait."
        )
        return Plan(Redo.TOUT, Redo.TOUT, maintenant, ancienne if demande.base.exists() else "")
    en_place = sortie / registre.edition
    avec = ", et les rapports de CFA que l'édition a déjà" if lot.seuls and (en_place / "cfa").is_dir() else ""
    if dits := told(registre.empreinte, maintenant, "entrees", "reglages", "modeles", "version"):
        return Plan(Redo.TOUT, Redo.TOUT, maintenant, f"{dits} : tout est refait{avec}.")
    if dits := told(registre.empreinte, maintenant, "ventilations", "controles"):
        phrase = f"{dits} : tables concernées, contrôles et pages refaits{avec}."
        return Plan(Redo.PARTIE, Redo.TOUT, maintenant, phrase, registre)
    return plan_edition(demande.base, registre, maintenant, en_place, lot, avec)


def plan_edition(
    base: Path, registre: DatabaseRecord, maintenant: Fingerprint, en_place: Path, lot: CfaSelection, avec: str
) -> Plan:
    """What is to be done of an edition, whose database is up to date."""
    publiee = read_edition_record(en_place)
    abimes = publiee.damaged(base) if publiee is not None else []
    dits = told_of_edition(publiee, abimes, en_place, maintenant)
    gardes = frozenset() if publiee is None or abimes else untouched(publiee, maintenant)
    if publiee is None or not gardes:
        return Plan(Redo.RIEN, Redo.TOUT, maintenant, f"{dits} : pages refaites{avec}.", registre)
    if dits:
        phrase = f"{dits} : {told_of_pages(publiee, gardes, lot, avec)}."
        return Plan(Redo.RIEN, Redo.PARTIE, maintenant, phrase, registre, publiee, gardes)
    if not has_reports(publiee, lot):
        return Plan(Redo.RIEN, Redo.PARTIE, maintenant, told_of_reports(lot), registre, publiee, gardes)
    phrase = f"Rien n'a changé : l'édition est à jour (→ {en_place})"
    return Plan(Redo.RIEN, Redo.RIEN, maintenant, phrase, registre, publiee, gardes)


def untouched(publiee: EditionRecord, maintenant: Fingerprint) -> frozenset[EditionPart]:
    """The parts of an edition that would be made as they are."""
    gardes = TOUTES if any(publiee.des_cfa.values()) else frozenset({EditionPart.RESEAU})
    for genre in maintenant:
        for nom in fingerprint.changed(publiee.empreinte, maintenant, genre):
            gardes -= acts_on(genre, nom)
    return gardes


def acts_on(genre: str, nom: str) -> frozenset[EditionPart]:
    """The parts of an edition that a change acts on, as pages that read it: all, unless it is sure."""
    if genre == "comparees":
        return frozenset({EditionPart.RESEAU})
    if genre == "textes" and nom.endswith(".md"):
        return frozenset({EditionPart.CFA if PurePosixPath(nom).stem == TEXTE_DES_CFA else EditionPart.RESEAU})
    return TOUTES


def told_of_pages(publiee: EditionRecord, gardes: frozenset[EditionPart], lot: CfaSelection, avec: str) -> str:
    """Which pages are made again, where some of an edition stand."""
    if EditionPart.RESEAU in gardes and lot.aucun:
        return RETIRES if any(publiee.des_cfa.values()) else "l'édition n'a pas de rapport de CFA, rien n'en change"
    if EditionPart.RESEAU in gardes:
        return f"pages des CFA refaites{avec}"
    des_cfa = "" if lot.aucun or has_reports(publiee, lot) else ", et celles des CFA qui n'en avaient pas"
    return f"pages du réseau refaites{des_cfa}"


def told_of_edition(
    publiee: EditionRecord | None, abimes: list[str], en_place: Path, maintenant: Fingerprint
) -> str:  # fmt: skip
    """Why the pages of an edition, some files of which may not be as they were, are made again; '' where they stand."""
    if publiee is None:
        la = "n'est pas telle qu'un traitement de cet outil l'a laissée" if en_place.exists() else "manque"
        return f"La base est à jour, l'édition {la}"
    if dits := told(publiee.empreinte, maintenant, *maintenant):
        return dits
    if abimes:
        combien = plural(len(abimes), "fichier de l'édition manque", "fichiers de l'édition manquent")
        return f"{combien} ou {'a' if len(abimes) == 1 else 'ont'} changé ({first_of(abimes)})"
    return ""


def has_reports(publiee: EditionRecord, lot: CfaSelection) -> bool:
    """Whether an edition has the reports of CFA that are asked for."""
    if lot.seuls:
        return publiee.with_reports(lot.seuls)
    return not any(publiee.des_cfa.values()) if lot.aucun else all(publiee.des_cfa.values())


def told_of_reports(lot: CfaSelection) -> str:
    """What is done to an edition that lacks nothing but reports of CFA, or has some too many."""
    if lot.aucun:
        return f"L'édition est à jour : {RETIRES}."
    return "L'édition est à jour : les rapports de CFA qui lui manquent y sont ajoutés, les autres restent."


def told(avant: Fingerprint, apres: Fingerprint, *genres: str) -> str:
    """What changed of some kinds: « 1 texte a changé (textes/synthese.md) »; '' where nothing did."""
    changes = [(called(genre, nom), nom) for genre in genres for nom in fingerprint.changed(avant, apres, genre)]
    if not changes:
        return ""
    nombres, noms = Counter(appele for appele, _ in changes), [nom for _, nom in changes]
    combien = " et ".join(plural(n, *appele) for appele, n in nombres.items())
    return f"{combien} {'a' if len(noms) == 1 else 'ont'} changé ({first_of(noms)})"


def called(genre: str, nom: str) -> tuple[str, str]:
    """What a change is called, alone and with others."""
    if nom.startswith(("[", "--")) and genre != "comparees":
        return NOMS["reglages"]
    return NOMS["gabarits" if genre == "textes" and not nom.endswith(".md") else genre]


def first_of(noms: list[str]) -> str:
    """The first of some names."""
    return ", ".join(noms[:NOMMES]) + (", …" if len(noms) > NOMMES else "")
