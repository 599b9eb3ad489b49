"""The header of a file: which line it is, which delimiter it has, which column stands where."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import privacy
from pipeline.errors import InputError
from pipeline.reading import refusal
from pipeline.reading.encoding import undouble
from pipeline.schemas import ABSENCES, CLES_DES_RAPPELS, IDENTITE, InputColumn, Layout, field_key, header_key

SEPARATEURS = (";", ",", "\t", "|")
LIGNES_DE_TITRE_MAX = 20
COLONNES_MAX = 2_000  # of no export; what is larger would fill the memory
TEXTES_RETENUS = 1 << 16
CHIFFRE = re.compile(r"\d")
CONNUES_MIN = 3  # a line with fewer headers in it is no header, unless it is a whole one


@dataclass(frozen=True)
class Header:
    """A header that was found.

    Attributes:
        ligne: its last physical line, from 1.
        separateur: one character; empty for a sheet.
        champs: its texts, empty ones at the end left out.
        positions: one mapping (column of ours → index of its field) for each contract that a row may hold.
        ignorees: headers that no declared column claims.
        apprenants: one learner a row, in the exchange layout.
        replis: column → index of the field that is read where its own is empty.
        reperes: indices of the required fields.
        queue: number of empty fields at its end.
        redecodes: how many of its texts were UTF-8 read as Windows-1252.
    """

    ligne: int
    separateur: str
    champs: tuple[str, ...]
    positions: tuple[dict[str, int], ...]
    ignorees: tuple[str, ...]
    apprenants: bool = False
    replis: Mapping[str, int] = field(default_factory=dict)
    reperes: tuple[int, ...] = ()
    queue: int = 0
    redecodes: int = 0

    @property
    def lues(self) -> list[int]:
        """Indices of the fields that are read, those that a row must fill first."""
        groupes = (*self.positions, self.replis)
        return list(dict.fromkeys(index for groupe in groupes for index in groupe.values()))

    def label(self, colonne: str, index: int) -> str:
        """The name of a column in a message: ours, or the file's own in the exchange layout."""
        return self.champs[index].strip() if self.apprenants else colonne


class Wanted:
    """What may stand in a header: our columns, under their names or those of `renommees`, and the exchange layout."""

    def __init__(self, colonnes: tuple[InputColumn, ...], renommees: Mapping[str, str], disposition: Layout | None):
        self.colonnes = colonnes
        self.connues = {header_key(c.nom): c.nom for c in colonnes}
        self.connues |= {header_key(renommees[c.nom]): c.nom for c in colonnes if c.nom in renommees}
        self.disposition = disposition
        self.autres: frozenset[str] = disposition.entetes if disposition else frozenset()
        self.requises = {c.nom for c in colonnes if c.entete}
        # Asked of the same texts, row after row.
        self.knows = functools.lru_cache(TEXTES_RETENUS)(self.is_known)

    def is_known(self, texte: str) -> bool:
        """Whether a text is a header we know."""
        cle = self.key(texte)
        return cle in self.connues or cle in self.autres

    def count(self, champs: Sequence[str]) -> int:
        """How many headers we know are among these texts."""
        cles = set(map(self.key, champs))
        return max(len(cles & self.connues.keys()), len(cles & self.autres))

    def key(self, entete: str) -> str:
        """The key by which a header is recognised: for a field of the DECA interface, that of its column."""
        cle = header_key(undouble(entete))
        return cle if cle in self.connues else field_key(cle)

    def is_rather_layout(self, cles: Sequence[str]) -> bool:
        """Whether more of these keys are headers of the exchange layout than of our columns."""
        return len(self.autres.intersection(cles)) > len(self.connues.keys() & set(cles))

    def is_whole(self, champs: Sequence[str]) -> bool:
        """Whether these texts have every header without which a file is refused."""
        cles = list(map(self.key, champs))
        if self.disposition is not None and not self.disposition.lacking(cles, self.connues):
            return True
        return bool(self.requises) and self.requises <= {self.connues[cle] for cle in cles if cle in self.connues}

    def is_first_header(self, champs: Sequence[str]) -> bool:
        """Whether a line above all rows is their header, and no title: it has half of the required ones."""
        trouvees = {self.connues[cle] for cle in self.connues.keys() & set(map(self.key, champs))}
        return self.is_header(champs) and (
            self.is_whole(champs) or len(self.requises & trouvees) * 2 >= len(self.requises)
        )

    def is_header(self, champs: Sequence[str]) -> bool:
        """Whether a line is a header, even one that lacks something: most of its texts are headers."""
        connues = sum(1 for champ in champs if champ and not CHIFFRE.search(champ) and self.knows(champ))
        if connues < min(CONNUES_MIN, len(self.requises)):
            return False
        remplis = sum(1 for champ in champs if champ.strip())
        connues = self.count(champs)
        return self.is_whole(champs) or (connues >= CONNUES_MIN and connues * 2 >= remplis)


def text_header(lignes: Iterable[str], cherche: Wanted, chemin: Path, separateur: str | None = None) -> Header:
    """The header among the first lines of a text: the first line that is one, with the delimiter that makes the most
    known columns appear; failing that, the line that has the most.

    It is read, never guessed from the data.

    Raises:
        InputError: header absent, incomplete or duplicated, or two delimiters that read it equally well.
    """
    lignes = list(lignes)
    meilleurs: list[tuple[int, str, list[str]]] = []
    record = 0
    for rang in range(len(lignes)):
        ici: list[tuple[int, str, list[str]]] = []
        for candidat in [separateur] if separateur else SEPARATEURS:
            dernier, champs = split(lignes[rang:], candidat)
            reconnus = cherche.count(champs)
            if reconnus > record:
                record, ici = reconnus, []
            if reconnus == record:
                ici.append((rang + dernier, candidat, champs))
        if ici and (not meilleurs or cherche.count(meilleurs[0][2]) < record):
            meilleurs = ici
        # A longer one below is that of another export.
        if any(cherche.is_first_header(champs) for _, _, champs in meilleurs):
            break
    if record and len({tuple(champs) for _, _, champs in meilleurs}) > 1:
        raise InputError(
            "deux séparateurs lisent cet en-tête aussi bien l'un que l'autre",
            ou=chemin,
            ligne=meilleurs[0][0],
            faire=f'Dites lequel dans config.toml :\n[fichiers]\n"{chemin.name}" = {{separateur = ";"}}',
        )
    numero, trouve, champs = meilleurs[0] if meilleurs else (1, SEPARATEURS[0], [])
    return read_header(champs, numero, trouve, cherche, chemin)


def split(lignes: list[str], separateur: str) -> tuple[int, list[str]]:
    """(number of lines, fields) of the record that starts these lines: a cell may hold a line break."""
    lecteur = csv.reader((f"{ligne}\n" for ligne in lignes), delimiter=separateur)
    try:
        champs = next(lecteur, [])
    except csv.Error:
        return 1, []
    return max(lecteur.line_num, 1), champs


def read_header(
    champs: list[str], ligne: int, separateur: str, cherche: Wanted, chemin: Path, imbrique: bool = False
) -> Header:
    """The header made of these texts; `imbrique`: paths of a file that leaves out what a contract has not.

    Raises:
        InputError: a required column missing, a declared one twice.
    """
    if len(champs) > COLONNES_MAX:
        raise InputError(
            f"l'en-tête a {len(champs)} colonnes",
            ou=chemin,
            ligne=ligne,
            faire=f"Refaites l'export avec {COLONNES_MAX} colonnes au plus.",
        )
    lus = [undouble(champ) for champ in champs]
    redecodes = sum(1 for ecrit, lu in zip(champs, lus, strict=True) if ecrit != lu)
    largeur, champs = len(champs), lus
    while champs and not champs[-1].strip():
        champs.pop()
    cles = list(map(cherche.key, champs))
    disposition = cherche.disposition
    absents = disposition.lacking(cles, cherche.connues) if disposition else []
    apprenants = disposition is not None and not absents
    replis: dict[str, int] = {}
    if disposition and apprenants:
        positions, connues = disposition.positions(cles, cherche.connues), disposition.entetes | cherche.connues.keys()
        replis = disposition.stand_ins(cles)
    else:
        positions, connues = (positions_of(cles, cherche.connues),), cherche.connues.keys()
    reconnues = [cle for cle in cles if cle in connues]
    double = next((cle for cle in reconnues if reconnues.count(cle) > 1), None)
    noms = [cherche.connues[cle] for cle in reconnues if cle in cherche.connues]
    repete = next((nom for nom in noms if noms.count(nom) > 1), double)
    if repete is not None:
        raise InputError(
            f"la colonne « {repete} » apparaît deux fois",
            ou=chemin,
            ligne=ligne,
            faire="Gardez-en une : deux valeurs pour un contrat ne peuvent pas être vraies toutes les deux.",
        )
    inconnus = [(privacy.header_shown(champ.strip()), cle) for champ, cle in zip(champs, cles, strict=True)]
    inconnus = [(champ, cle) for champ, cle in inconnus if cle not in connues and cle not in CLES_DES_RAPPELS]
    ignorees = tuple(champ for champ, _ in inconnus)
    if disposition and apprenants:
        check_contracts(disposition, cles, chemin, ligne)
    elif disposition and cherche.is_rather_layout(cles) and len(absents) * 2 < len(disposition.requis):
        nonlus = [champ for champ, cle in inconnus if cle not in disposition.entetes]
        raise refusal.incomplete_layout(absents, disposition, nonlus, champs, chemin, ligne)
    else:
        absentes = left_out(champs, positions[0], ignorees) if imbrique else frozenset()
        check_columns(cherche, positions[0], absentes, ignorees, champs, chemin, ligne)
    reperes = tuple(index for nom, index in positions[0].items() if nom in cherche.requises)
    queue = largeur - len(champs)
    return Header(ligne, separateur, tuple(champs), positions, ignorees, apprenants, replis, reperes, queue, redecodes)


def check_contracts(disposition: Layout, cles: list[str], chemin: Path, ligne: int) -> None:
    """Raises InputError when an nth contract of the exchange layout has columns but not its start and its end."""
    manquantes = disposition.missing(cles)
    if manquantes:
        raise InputError(
            f"colonnes requises introuvables : {', '.join(f'« {nom} »' for nom in manquantes)}",
            ou=chemin,
            ligne=ligne,
            faire="Ajoutez-les à l'export, ou retirez-en les autres colonnes de ces contrats.",
        )


def positions_of(cles: list[str], connues: Mapping[str, str]) -> dict[str, int]:
    """Index of each known column."""
    return {connues[cle]: index for index, cle in enumerate(cles) if cle in connues}


def left_out(champs: Sequence[str], positions: Mapping[str, int], ignorees: Sequence[str]) -> frozenset[str]:
    """The required columns that a file of the DECA interface may leave out, because none of its contracts has them; a
    field that is not read and speaks of one is perhaps it, under another name."""
    debut = positions.get("datedebutcontrat")
    if debut is None or "." not in champs[debut]:
        return frozenset()
    return frozenset(nom for nom, mot in ABSENCES.items() if not any(mot in header_key(i) for i in ignorees))


def check_columns(
    cherche: Wanted, positions: Mapping[str, int], absentes: Collection[str], ignorees: Sequence[str],
    champs: Sequence[str], chemin: Path, ligne: int,
) -> None:  # fmt: skip
    """Raises HeaderError when a required column is missing that is not among `absentes`, or the columns that say who
    the apprentice is."""
    manquantes = [c.nom for c in cherche.colonnes if c.entete and c.nom not in (*positions, *absentes)]
    # A follow-up may say who: its contracts do.
    voulues = {"datedebutcontrat", "idalternant", *IDENTITE} <= {c.nom for c in cherche.colonnes}
    anonyme = voulues and "idalternant" not in positions and not positions.keys() >= set(IDENTITE)
    if manquantes or anonyme:
        connues = positions.keys() if anonyme else None
        raise refusal.incomplete(manquantes, connues, ignorees, champs, chemin, ligne)
