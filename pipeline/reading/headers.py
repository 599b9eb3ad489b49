"""The header of a file: which line it is, which delimiter it has, which column stands where."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import privacy
from pipeline.errors import InputError, closest, nearest
from pipeline.reading.encoding import undouble
from pipeline.schemas import InputColumn, Layout, header_key

SEPARATEURS = (";", ",", "\t", "|")
LIGNES_DE_TITRE_MAX = 20
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
    reperes: tuple[int, ...] = ()
    queue: int = 0
    redecodes: int = 0

    @property
    def lues(self) -> list[int]:
        """Indices of the fields that are read, those that a row must fill first."""
        return list(dict.fromkeys(index for groupe in self.positions for index in groupe.values()))


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
        cle = header_key(undouble(texte))
        return cle in self.connues or cle in self.autres

    def count(self, champs: Sequence[str]) -> int:
        """How many headers we know are among these texts."""
        cles = {header_key(undouble(c)) for c in champs}
        return max(len(cles & self.connues.keys()), len(cles & self.autres))

    def is_whole(self, champs: Sequence[str]) -> bool:
        """Whether these texts have every header without which a file is refused."""
        cles = [header_key(undouble(c)) for c in champs]
        if self.disposition is not None and self.disposition.fits(cles):
            return True
        return bool(self.requises) and self.requises <= {self.connues[cle] for cle in cles if cle in self.connues}

    def is_first_header(self, champs: Sequence[str]) -> bool:
        """Whether a line above all rows is their header, and no title: it has half of the required ones."""
        cles = {header_key(undouble(c)) for c in champs}
        trouvees = {self.connues[cle] for cle in cles & self.connues.keys()}
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
    lecteur = csv.reader(lignes, delimiter=separateur)
    try:
        champs = next(lecteur, [])
    except csv.Error:
        return 1, []
    return max(lecteur.line_num, 1), champs


def read_header(champs: list[str], ligne: int, separateur: str, cherche: Wanted, chemin: Path) -> Header:
    """The header made of these texts.

    Raises:
        InputError: a required column missing, a declared one twice.
    """
    lus = [undouble(champ) for champ in champs]
    redecodes = sum(1 for ecrit, lu in zip(champs, lus, strict=True) if ecrit != lu)
    largeur, champs = len(champs), lus
    while champs and not champs[-1].strip():
        champs.pop()
    cles = [header_key(c) for c in champs]
    disposition = cherche.disposition
    apprenants = disposition is not None and disposition.fits(cles)
    if disposition and apprenants:
        positions, connues = disposition.positions(cles, cherche.connues), disposition.entetes | cherche.connues.keys()
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
    ignorees = tuple(
        privacy.header_shown(champ.strip()) for champ, cle in zip(champs, cles, strict=True) if cle not in connues
    )
    if disposition and apprenants:
        check_contracts(disposition, cles, chemin, ligne)
    else:
        # The texts of a line that is no header are values: none may be proposed.
        proposables = ignorees if privacy.is_header(champs) else ()
        check_headers(cherche.colonnes, positions[0], proposables, chemin, ligne)
    reperes = tuple(index for nom, index in positions[0].items() if nom in cherche.requises)
    queue = largeur - len(champs)
    return Header(ligne, separateur, tuple(champs), positions, ignorees, apprenants, reperes, queue, redecodes)


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


def check_headers(
    colonnes: tuple[InputColumn, ...], positions: dict[str, int], ignorees: tuple[str, ...], chemin: Path, ligne: int
) -> None:
    """Raises InputError when a required header is missing."""
    manquantes = [c.nom for c in colonnes if c.entete and c.nom not in positions]
    if not manquantes:
        return
    liste = ", ".join(f"« {nom} »{closest(nom, ignorees)}" for nom in manquantes)
    bloc = "\n".join(f'{nom} = "{nearest(nom, ignorees) or "en-tête de votre fichier"}"' for nom in manquantes)
    plusieurs = len(manquantes) > 1
    remede = "Ajoutez-les à l'export" if plusieurs else "Ajoutez-la à l'export"
    trouver = "elles s'y trouvent" if plusieurs else "elle s'y trouve"
    pluriel = "s" if len(manquantes) > 1 else ""
    raise InputError(
        f"colonne{pluriel} requise{pluriel} introuvable{pluriel} : {liste}",
        ou=chemin,
        ligne=ligne,
        faire=f"{remede}, ou dites dans config.toml sous quel en-tête {trouver} :\n[colonnes]\n{bloc}",
    )
