"""What is told of a header that lacks something: all that is missing, a block to paste, the headers left unread."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from pipeline import privacy
from pipeline.errors import InputError
from pipeline.schemas import IDENTITE, Layout, header_key

RESSEMBLANCE_MIN = 0.6  # below, two names are likened by chance
A_REMPLIR = "en-tête de votre fichier"
PERSONNES = "alternant|apprenti|apprenant|eleve|jeune|stagiaire|etudiant"
DE = "s|d|de|du|l|la|le|les|'"
DE_QUI = rf"(?:{DE}|usage|famille|naissance|marital|patronymique|{PERSONNES})*"
# What the headers of those who say who the apprentice is look like, as keys; resemblance would take one for another.
ENTETES_D_IDENTITE = {
    "idalternant": rf"(?:(?:id|identifiant|numero|n[o°])(?:{DE}|erp|unique|interne)*(?:{PERSONNES})s?|ine|matricule)",
    "nom": rf"nom{DE_QUI}",
    "prenom": rf"prenom{DE_QUI}",
    "datenaissance": rf"(?:date|jour).*naiss.*|naissance|ddn{DE_QUI}|nee?(?:\(e\))?le",
}

# The words without which a header is not that of a column, whatever letters they share (« Nature du contrat »).
MOTS_D_EN_TETE = {
    "nocontrat": r"^(?:n°|no|num|ref|code).*(?:contrat|deca|dossier)|deca",
    "datedebutcontrat": r"debut|entree|commence",
    "datefincontrat": r"fin|terme|echeance",
    "dateeffetrupture": r"rupt|romp|resili",
    "codediplome": r"dipl|exam|cfd|codeformation",
    "uaicfa": r"uai|rne",
}
PAR_LE_MOT = 0.65  # what such a word alone is worth


class HeaderError(InputError):
    """A header that lacks something.

    Attributes:
        champs: its texts; none where the line is perhaps no header.
    """

    def __init__(self, quoi: str, *, faire: str, ou: Path, ligne: int, champs: Sequence[str]):
        super().__init__(quoi, faire=faire, ou=ou, ligne=ligne)
        self.champs = tuple(champs) if privacy.is_header(champs) else ()


def incomplete(
    manquantes: Sequence[str], connues: Collection[str] | None, nonlus: Sequence[str], champs: Sequence[str],
    chemin: Path, ligne: int,
) -> HeaderError:  # fmt: skip
    """The refusal of a header that lacks these columns; where it says nobody, `connues` are the columns it has, else
    None. `nonlus` are its headers that no column claims."""
    quoi, personnes = [], ()
    if manquantes:
        quoi.append(f"{required(manquantes)} : {quoted(manquantes)}")
    if connues is not None:
        quoi.append(f"rien n'y dit qui est l'apprenti (« idalternant », ou {quoted(IDENTITE)})")
        personnes = ("idalternant", *(nom for nom in IDENTITE if nom not in connues))
    # The texts of a line that is no header are values: none may be proposed.
    nonlus = nonlus if privacy.is_header(champs) else ()
    paires = pair([*manquantes, *personnes], nonlus)
    lignes = [setting(nom, paires) for nom in manquantes]
    if personnes:
        lignes.append(f"# L'apprenti : idalternant, ou {', '.join(IDENTITE[:-1])} et {IDENTITE[-1]}.")
        lignes += [setting(nom, paires) for nom in to_say(personnes, paires)]
    une = len(manquantes) + len(personnes) == 1
    ajouter, trouver = ("Ajoutez-la", "elle s'y trouve") if une else ("Ajoutez-les", "elles s'y trouvent")
    return HeaderError(
        " ; ".join(quoi),
        faire=f"{ajouter} à l'export, ou dites dans config.toml sous quel en-tête {trouver} :\n"
        + block(lignes, paires, nonlus),
        ou=chemin,
        ligne=ligne,
        champs=champs,
    )


def incomplete_layout(
    manquantes: Sequence[str], disposition: Layout, nonlus: Sequence[str], champs: Sequence[str],
    chemin: Path, ligne: int,
) -> HeaderError:  # fmt: skip
    """The refusal of a header of the exchange layout that lacks these of its headers."""
    nonlus = nonlus if privacy.is_header(champs) else ()
    une = len(manquantes) == 1
    faire = f"{'Ajoutez-la' if une else 'Ajoutez-les'} à l'export, sous {'ce nom' if une else 'ces noms'}"
    # Said once for the learner, a column may have another header; said for each contract, it may not.
    propres = [disposition.apprenant[nom] for nom in manquantes if nom in disposition.apprenant]
    paires = pair(propres, nonlus)
    if propres:
        faire += ", ou dites dans config.toml sous quel en-tête l'apprenti y est décrit :\n"
        faire += block([setting(nom, paires) for nom in propres], paires, nonlus)
    elif nonlus:
        faire += f". En-têtes non lus : {quoted(nonlus)}"
    return HeaderError(
        f"{required(manquantes)} dans ce fichier au format d'échange : {quoted(manquantes)}",
        faire=faire,
        ou=chemin,
        ligne=ligne,
        champs=champs,
    )


def to_say(personnes: Sequence[str], paires: dict[str, str]) -> list[str]:
    """The columns of identity to say: those that are perhaps there, and what is needed beside them."""
    trouvees = [nom for nom in personnes if nom in paires]
    if "idalternant" in trouvees:
        return trouvees
    # A part of the triple is there: the rest of it; nothing at all: the shorter way.
    en_partie = trouvees or len(personnes) <= len(IDENTITE)
    return [nom for nom in personnes if nom != "idalternant"] if en_partie else ["idalternant"]


def pair(colonnes: Sequence[str], entetes: Sequence[str]) -> dict[str, str]:
    """Columns → the headers that are perhaps theirs, each once, those most alike first."""
    notes = sorted(
        (
            (note, -rang, -place)
            for rang, nom in enumerate(colonnes)
            for place, entete in enumerate(entetes)
            if (note := likeness(nom, entete)) >= RESSEMBLANCE_MIN
        ),
        reverse=True,
    )
    paires: dict[str, str] = {}
    for _, rang, place in notes:
        nom, entete = colonnes[-rang], entetes[-place]
        if nom not in paires and entete not in paires.values():
            paires[nom] = entete
    return paires


def likeness(nom: str, entete: str) -> float:
    """How much a header is like the name of a column, from 0 to 1; 0 for one about persons that is not of its kind."""
    cle = header_key(entete)
    if nom in ENTETES_D_IDENTITE:
        return 1.0 if re.fullmatch(ENTETES_D_IDENTITE[nom], cle) else 0.0
    mots = MOTS_D_EN_TETE.get(nom)
    if privacy.names_person(entete) or (mots is not None and not re.search(mots, cle)):
        return 0.0
    # An unread header of a nested file is a path: its last word is the field.
    notes = [difflib.SequenceMatcher(None, header_key(nom), mot).ratio() for mot in (cle, cle.rsplit(".", 1)[-1])]
    return max(*notes, 0.0 if mots is None else PAR_LE_MOT)


def setting(nom: str, paires: dict[str, str]) -> str:
    """A line of `[colonnes]`; what JSON writes is a text of TOML."""
    return f"{nom} = {json.dumps(paires.get(nom, A_REMPLIR), ensure_ascii=False)}"


def block(lignes: Sequence[str], paires: dict[str, str], nonlus: Sequence[str]) -> str:
    """The table `[colonnes]` made of these lines, with the headers left unread."""
    restants = [" ".join(entete.split()) for entete in dict.fromkeys(nonlus) if entete not in paires.values()]
    reste = [f"# En-têtes non lus : {quoted([*filter(None, restants)])}"] if any(restants) else []
    return "\n".join(["[colonnes]", *lignes, *reste])


def required(manquantes: Sequence[str]) -> str:
    s = "s" if len(manquantes) > 1 else ""
    return f"colonne{s} requise{s} introuvable{s}"


def quoted(noms: Sequence[str]) -> str:
    """Names between quotation marks, the last of several identity columns after « et »."""
    textes = [f"« {nom} »" for nom in noms]
    return f"{', '.join(textes[:-1])} et {textes[-1]}" if tuple(noms) == IDENTITE else ", ".join(textes)
