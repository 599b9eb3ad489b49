"""Names of sheets that a person reads: a breakdown's title, within what a spreadsheet allows. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.typography import typeset

LONGUEUR_MAX = 31
INTERDITS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
RESERVE = "history"  # a spreadsheet keeps it for itself
SUITE = "…"
# What a name does not end with once it is cut.
MOTS_VIDES = frozenset({
    "à", "après", "au", "aux", "avant", "chez", "dans", "de", "depuis", "des", "du", "en", "entre", "et", "la", "le",
    "les", "leur", "leurs", "ou", "par", "pour", "qu", "que", "qui", "sans", "selon", "sous", "sur", "un", "une",
})  # fmt: skip


def name_sheet(titre: str, prises: Collection[str]) -> str:
    """A title as the name of a sheet: at most 31 characters, cut between two words, no forbidden sign, unlike those
    taken (case apart); `prises` are names of sheets, folded."""
    net = " ".join(INTERDITS.sub("-", typeset(titre)).split()).strip("’'") or "Feuille"
    numero, nom = 1, shorten(net, LONGUEUR_MAX)
    while nom.casefold() in prises or nom.casefold() == RESERVE:
        numero += 1
        rang = f" ({numero})"
        nom = f"{shorten(net, LONGUEUR_MAX - len(rang))}{rang}"
    return nom


def shorten(texte: str, longueur: int) -> str:
    """The words that fit, then that there are more."""
    if len(texte) <= longueur:
        return texte
    debut = texte[:longueur]  # one sign of it gives way to the mark
    coupe, _, _ = debut.rpartition(" ") if " " in debut else (debut[:-1], "", "")
    mots = coupe.split(" ")
    while len(mots) > 1 and mots[-1].strip(",;:.–-«»").casefold() in MOTS_VIDES | {""}:
        mots.pop()
    return f"{' '.join(mots).rstrip(' ,;:.–-')[: longueur - 1]}{SUITE}"


def place(nom: str, case: str = "A1") -> str:
    """A cell of a sheet, as a link names it."""
    return f"internal:'{nom.replace(chr(39), chr(39) * 2)}'!{case}"
