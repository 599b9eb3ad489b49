"""Which row of a referential each code is now: establishments and diplomas that succeed others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import InputError
from pipeline.ingest import cleaning
from pipeline.ingest.dates import DateWriting
from pipeline.schemas import InputColumn, InputType, header_key

SEPARATEURS = r"[\s,;/+]+"
# Type of code → what a whole one looks like.
FORMES: dict[InputType, str] = {"uai": r"\d{7}[A-Z]", "siret": r"\d{14}", "cfd": r"[0-9A-Z]{8}"}


@dataclass(frozen=True)
class Entry:
    """A row of a referential: its line, its own codes (the first names it) and those that it replaces."""

    ligne: int
    propres: tuple[str, ...]
    remplaces: tuple[str, ...]


def current_establishments(frame: pl.DataFrame, chemin: Path) -> pl.DataFrame:
    """`code`, `uai`: for each UAI and SIRET of the referential, the UAI of the establishment that it is now.

    Raises:
        InputError: `remplace` is unreadable, or says what cannot be.
    """
    entrees = read_entries(frame, ("uai", "siret"), chemin)
    successeurs = find_successors(entrees, chemin)
    codes = resolve(entrees, successeurs | find_former_codes(frame, entrees, successeurs), chemin)
    return pl.DataFrame(list(codes.items()), schema={"code": pl.String, "uai": pl.String}, orient="row")


def current_diplomas(frame: pl.DataFrame, chemin: Path) -> pl.DataFrame:
    """`code`, `code_diplome`: the same for the codes of diplomas.

    Raises:
        InputError: `remplace` is unreadable, or says what cannot be.
    """
    entrees = read_entries(frame, ("code_diplome",), chemin)
    codes = resolve(entrees, find_successors(entrees, chemin), chemin)
    return pl.DataFrame(list(codes.items()), schema={"code": pl.String, "code_diplome": pl.String}, orient="row")


def read_entries(frame: pl.DataFrame, colonnes: tuple[str, ...], chemin: Path) -> list[Entry]:
    """The rows of a referential whose own codes are in `colonnes`."""
    genres: tuple[InputType, ...] = ("uai", "siret") if "uai" in colonnes else ("cfd",)
    return [
        Entry(int(ligne), tuple(c for c in propres if c is not None), read_codes(remplace, genres, chemin, int(ligne)))
        for ligne, remplace, *propres in frame.select("ligne", "remplace", *colonnes).iter_rows()
    ]


def read_codes(texte: str | None, genres: tuple[InputType, ...], chemin: Path, ligne: int) -> tuple[str, ...]:
    """The codes of a cell, separated by spaces, which may also be inside a code.

    Raises:
        InputError: something else is there.
    """
    codes, debut = [], ""
    for morceau in re.split(SEPARATEURS, texte or ""):
        if debut and read_code(debut, genres):
            codes.append(read_code(debut, genres))
            debut = ""
        debut += morceau
    if debut:
        codes.append(read_code(debut, genres))
    if None in codes:
        attendus = "des UAI ou des SIRET" if "uai" in genres else "des codes de diplôme"
        raise InputError(
            f"« {texte} » n'est pas une valeur de la colonne remplace",
            ou=chemin,
            ligne=ligne,
            faire=f"Écrivez {attendus} en entier, séparés par des espaces, la colonne au format texte.",
        )
    return tuple(code for code in codes if code is not None)


def read_code(texte: str, genres: tuple[InputType, ...]) -> str | None:
    """A whole code of one of these types, cleaned as those of exports are; None for anything else."""
    for genre in genres:
        nette = cleaning.clean(
            InputColumn("remplace", genre), pl.Series([texte]), DateWriting(), frozenset(), discret=False
        )
        code = nette.types[0]
        if code is not None and re.fullmatch(FORMES[genre], code):
            return code
    return None


def find_successors(entrees: Sequence[Entry], chemin: Path) -> dict[int, int]:
    """Rank of a row → rank of the row that replaces it; a code that is of no row has a rank of its own, below 0.

    Raises:
        InputError: a row replaces itself, two rows replace one.
    """
    rangs = {code: rang for rang, entree in enumerate(entrees) for code in entree.propres}
    successeurs: dict[int, int] = {}
    for rang, entree in enumerate(entrees):
        for code in entree.remplaces:
            remplace = rangs.setdefault(code, -1 - len(rangs))
            if remplace == rang:
                raise refused(f"« {code} » se remplace lui-même", entree, chemin)
            if successeurs.setdefault(remplace, rang) != rang:
                premier = entrees[successeurs[remplace]].ligne
                raise refused(f"« {code} » est déjà remplacé par la ligne {premier}", entree, chemin)
    return successeurs


def find_former_codes(frame: pl.DataFrame, entrees: Sequence[Entry], successeurs: dict[int, int]) -> dict[int, int]:
    """The same for the rows that are another code of the CFA they are attached to: same name, same type, and no other
    town."""
    noms = [tuple(map(header_key, (n or "", t or ""))) for n, t in frame.select("nom", "type_structure").iter_rows()]
    communes = [header_key(commune or "") for commune in frame["commune"]]
    rangs = {entree.propres[0]: rang for rang, entree in enumerate(entrees)}
    trouves = {}
    for rang, uai_cfa in enumerate(frame["uai_cfa_rattachement"]):
        cfa = rangs.get(uai_cfa, rang)
        est_tete = frame["uai_cfa_rattachement"][cfa] in (None, uai_cfa)
        if cfa != rang and est_tete and noms[cfa] == noms[rang] and not {rang, cfa} & successeurs.keys():
            ailleurs = communes[cfa] and communes[rang] and communes[cfa] != communes[rang]
            if not ailleurs:
                trouves[rang] = cfa
    return trouves


def resolve(entrees: Sequence[Entry], successeurs: dict[int, int], chemin: Path) -> dict[str, str]:
    """Each code → the one that names the last row of its chain.

    Raises:
        InputError: a chain that goes round.
    """
    codes: dict[str, str] = {}
    for depart, entree in enumerate(entrees):
        rang, vus = depart, {depart}
        while rang in successeurs:
            rang = successeurs[rang]
            if rang in vus:
                raise refused(f"« {entree.propres[0]} » se remplace lui-même par d'autres", entree, chemin)
            vus.add(rang)
        codes |= dict.fromkeys((*entree.remplaces, *entree.propres), entrees[rang].propres[0])
    return codes


def refused(quoi: str, entree: Entry, chemin: Path) -> InputError:
    """What `remplace` may not say."""
    return InputError(f"{quoi} (colonne remplace)", ou=chemin, ligne=entree.ligne, faire="Corrigez cette succession.")
