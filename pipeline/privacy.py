"""What a value may tell of a person, whatever column it was typed into, and what may be shown of a value.

Names cannot be told from words, but a code has a digit in it and a name has none; the rest has shapes of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import polars as pl

from pipeline.schemas import ESPACE, FORMULE, header_key

ECARTEE = "valeur qui peut désigner une personne, écartée"
MOIS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"


def dates(annee: str) -> str:
    """Pattern of the dates of these years, in figures or words."""
    return (
        rf"\b\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:{annee}|\d{{2}})\b|\b(?:{annee})[/.-]\d{{2}}[/.-]\d{{2}}(?:T|\b)"
        rf"|\b\d{{1,2}} (?:{MOIS}) (?:{annee})\b"
    )


DATE = dates(r"19\d{2}|20\d{2}")
# In a wording, a date may be that of a decree; one of these years may be a birth.
DATE_DE_NAISSANCE = dates(r"19[4-9]\d|200\d|201[0-5]")
COURRIEL = "@"
TELEPHONE = r"(?:^|\D)(?:\+33|0033|0) ?(?:\(0\))?[ .-]?[1-9](?:[ .-]?\d{2}){4}(?:\D|$)"
NIR = r"(?:^|\D)[12478][ .]?\d{2}[ .]?(?:0[1-9]|[1-9]\d)[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}[ .]?\d{2}(?:\D|$)"
NIR_SANS_CLE = r"(?:^|\D)[12478]\d{2}(?:0[1-9]|[1-9]\d)(?:\d{2}|2[AB])\d{6}(?:\D|$)"
NIR_SEUL = r"^[12478]\d{2}(?:0[1-9]|[1-9]\d)(?:\d{2}|2[AB])\d{8}$"  # its key at the end, without blanks nor dots
INE = r"(?:^|[^0-9A-Z])(?:\d{9}[A-Z]{2}|\d{10}[A-Z])(?:[^0-9A-Z]|$)"
# What no key looks like by chance, however many there are.
SANS_DOUTE = rf"{COURRIEL}|{NIR}|{NIR_SANS_CLE}"
PERSONNEL = rf"(?i){COURRIEL}|{TELEPHONE}|{NIR}|{INE}"
# Years of birth of people: a date of these in a column of another kind is one's.
NAISSANCE = r"\b19[4-9]\d\b|/[4-9]\d$"
# What headers of columns about persons are made of: whole words; or anywhere, in those whose words are glued.
MOTS_DE_PERSONNE = frozenset({
    "nom", "noms", "nir", "ine", "nss", "tel", "mobile", "portable", "fixe", "mail", "mel", "ne", "nee", "ddn", "age",
    "voie", "rue", "ville", "commune", "pays", "tuteur", "maitre",
})  # fmt: skip
PARTIES_DE_PERSONNE = (
    "^nom(?!bre|encl)|prenom|naiss|courriel|e-?mail|telephone|adresse|postal|securitesociale|numsecu|nationalite"
    "|denomination|raisonsociale|representant|(?:id|numero|n[o°]|code|matricule).*(?:alternant|apprenti(?!ssage)|apprenant)"
)
BLANCS = f"{ESPACE}+"
ERREUR_DE_TABLEUR = r"^#[A-Z0-9/]+[!?]?$"
LONGUEUR_MONTREE = 20


def tells_of_person(nets: pl.Series, codes: bool, sans_cle: bool = False) -> pl.Series:
    """Which texts may tell of a person; in a column of `codes`, words without a digit too and, with `sans_cle`, a NIR
    without its key. Blanks do not hide a shape."""
    net = pl.col("net")
    dates_dites = DATE if codes else DATE_DE_NAISSANCE
    personnel = net.str.replace_all(BLANCS, " ").str.contains(rf"{PERSONNEL}|{dates_dites}")
    if codes:
        serre = net.str.replace_all(BLANCS, "")
        personnel = personnel | serre.str.contains(f"{PERSONNEL}|{NIR_SANS_CLE}" if sans_cle else PERSONNEL)
        personnel = personnel | ~net.str.contains(r"\d")
    return nets.to_frame("net").select(personnel.fill_null(False)).to_series()


def read_nir(nets: pl.Series) -> pl.DataFrame:
    """For each text: `sosie`, whether it has the shape of a NIR and its key, and nothing else; then `sans_cle`, whether
    the key is not that of the figures before it; `sans_mois`, whether it has no month of birth."""
    serre = pl.col("net").str.replace_all(rf"{BLANCS}|[.]", "")
    # Corsica counts as the departments 19 and 18.
    chiffres = serre.str.replace("2A", "19", literal=True).str.replace("2B", "18", literal=True)
    cle = 97 - chiffres.str.slice(0, 13).cast(pl.Int64, strict=False) % 97
    sosie = serre.str.contains(NIR_SEUL)
    vus = {
        "sosie": sosie,
        "sans_cle": sosie & (cle != chiffres.str.slice(13).cast(pl.Int64, strict=False)),
        "sans_mois": sosie & (serre.str.slice(3, 2).cast(pl.Int64, strict=False) > 12),
    }
    return nets.to_frame("net").select(**{nom: vu.fill_null(False) for nom, vu in vus.items()})


def shown(valeurs: pl.Series) -> pl.Series:
    """The values that may be listed beside their fault: short, with a figure, without three letters in a row, of no
    shape above, or an error of a spreadsheet; null for the others."""
    net = pl.col("net")
    serre = net.str.replace_all(BLANCS, "")
    courte = (net.str.len_chars() <= LONGUEUR_MONTREE) & net.str.contains(r"\d")
    tue = net.str.contains(rf"{NAISSANCE}|\pL{{3}}") | serre.str.contains(rf"{PERSONNEL}|{NIR_SANS_CLE}")
    montrable = (courte & ~tue) | net.str.contains(ERREUR_DE_TABLEUR)
    return valeurs.to_frame("net").select(pl.when(montrable).then(net)).to_series()


def shape(valeurs: pl.Series) -> pl.Series:
    """What values look like, and nothing of what they say: 9 for a figure, a for a letter, =… for a formula."""
    net = pl.col("net").str.replace_all(FORMULE, "=…", literal=True)
    forme = net.str.replace_all(r"\p{N}", "9").str.replace_all(r"\p{L}", "a").str.replace_all(BLANCS, " ")
    return valeurs.to_frame("net").select(forme.str.slice(0, LONGUEUR_MONTREE)).to_series()


def header_shown(entete: str) -> str:
    """A header that may be listed, '(intitulé non montré)' for one that tells of a person."""
    serre = re.sub(BLANCS, " ", entete)
    return "(intitulé non montré)" if re.search(rf"{PERSONNEL}|{DATE}|\d{{6}}", serre) else entete


def names_person(entete: str) -> bool:
    """Whether a header is that of a column about persons or where they live, ours or not: it may be proposed for no
    other column."""
    mots = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFC", entete))
    cles = {header_key(mot) for mot in re.findall(r"[^\W\d_]+", mots)}
    return not cles.isdisjoint(MOTS_DE_PERSONNE) or re.search(PARTIES_DE_PERSONNE, header_key(entete)) is not None


def is_header(champs: Sequence[str]) -> bool:
    """Whether a line looks like a header, so that its texts may be proposed: several words, none a date or a number."""
    remplis = [champ for champ in champs if champ.strip()]
    return len(remplis) > 1 and not any(re.search(rf"{PERSONNEL}|{DATE}|^\s*\d+\s*$|\d{{6}}", c) for c in remplis)
