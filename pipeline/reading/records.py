"""A text file → its records, as columns of text with the physical line of each; nothing skipped, nothing merged.

Two readers of one grammar. The fast one (pyarrow) reads a block whose structure was counted beforehand, independently
of it: well-formed quotes, as many records as line breaks outside quotes. The exact one (`csv`) reads, record by record,
those that have not the usual number of fields, and whole blocks where the counts disagree or quotes are not regular.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as pacsv

from pipeline.errors import InputError
from pipeline.reading import encoding
from pipeline.reading.headers import Header
from pipeline.reading.source import Part, Source, SourceField, Total
from pipeline.schemas import ESPACES, header_key

SAUT, GUILLEMET = 10, 34
ENREGISTREMENTS_VUS = 100  # among which the usual number of fields is found
RESTE_MAX = 1 << 21  # a record longer than that is a quote never closed
TOTAUX = ("total", "nombredelignes", "nombredecontrats")
# What query tools and spreadsheets write alone on the last line: (65 rows), 65 contrats.
PIED = re.compile(r"\(?\d[\d\s]*(?:rows?|records?|lignes?|contrats?|enregistrements?)\b[\w ]*\)?\.?", re.IGNORECASE)
FIN_DE_TEXTE = b"\x1a"  # ^Z, of another age


class Row(NamedTuple):
    """A record read exactly: None instead of fields where its quotes make no sense."""

    ligne: int
    champs: list[str] | None


class Ends(NamedTuple):
    """Structure of a block: offset after each whole record, and the rank of its line break in the block."""

    bornes: np.ndarray
    sauts: np.ndarray
    reste: int


def text_parts(source: Source) -> Iterator[Part]:
    """The rows of a text file below its header, in order.

    Raises:
        InputError: the last line is cut short.
    """
    reste, ligne = b"", source.entete.ligne + 1
    for bloc, fin in blocks_below_header(source):
        octets, total = reste + bloc, None
        if fin:
            octets, total = cut_last_line(octets, ligne, source)
        parts, consommes, lignes = read_block(octets, ligne, fin, source)
        ligne += lignes
        reste = octets[consommes:]
        yield from parts
        if total is not None:
            yield Part.empty(source.entete, total)


def exact_rows(source: Source) -> Iterator[Row]:
    """The records of a small text file, one by one; records whose fields are all empty are no rows."""
    octets = b"".join(bloc for bloc, _ in blocks_below_header(source))
    for row, _ in split_exactly(octets, source.entete.ligne + 1, True, source.entete.separateur):
        if row.champs is None or any(champ.strip(ESPACES) for champ in row.champs):
            yield row


def blocks_below_header(source: Source) -> Iterator[tuple[bytes, bool]]:
    """UTF-8 blocks after the header line, and whether the block is the last one."""
    a_passer, precedent = source.entete.ligne, b""
    for bloc in encoding.utf8_blocks(source.chemin, source.encodage):
        debut = 0
        while a_passer and (saut := bloc.find(b"\n", debut)) >= 0:
            debut, a_passer = saut + 1, a_passer - 1
        if a_passer:
            continue
        if precedent:
            yield precedent, False
        precedent = bloc[debut:] if debut else bloc
    yield precedent, True


def cut_last_line(octets: bytes, ligne: int, source: Source) -> tuple[bytes, Total | None]:
    """The last block without its line of totals, ended by a line break.

    Raises:
        InputError: the last line has no line break and too few fields: the file is cut short.
    """
    # Tabs may be the last row's own, empty fields.
    texte = octets.rstrip(b" \n" + FIN_DE_TEXTE)
    if FIN_DE_TEXTE in octets[len(texte) :]:
        octets = texte + b"\n"
    contenu = octets.rstrip(b" \t\n;,|")
    debut = contenu.rfind(b"\n") + 1
    derniere = octets[debut:].split(b"\n", 1)[0].decode()
    champs = parse_line(derniere, source.entete.separateur)
    numero = ligne + octets.count(b"\n", 0, debut)
    dehors = octets.count(b'"', 0, debut) % 2 == 0
    if dehors and champs and (total := read_total(champs, numero, source.entete)):
        return octets[:debut], total
    if octets and not octets.endswith(b"\n"):
        debut_reel = octets.rfind(b"\n") + 1
        fin = parse_line(octets[debut_reel:].decode(), source.entete.separateur)
        if fin is None or (any(f.strip() for f in fin) and len(fin) < len(source.entete.champs)):
            rang = ligne + octets.count(b"\n", 0, debut_reel)
            if fin is not None or dehors:
                raise InputError(
                    "la dernière ligne est coupée : l'export est incomplet",
                    ou=source.chemin,
                    ligne=rang,
                    faire="Refaites l'export et remplacez ce fichier.",
                )
        octets += b"\n"
    return octets, None


def parse_line(texte: str, separateur: str) -> list[str] | None:
    """Fields of one physical line, None where its quotes make no sense."""
    try:
        return next(csv.reader([texte], delimiter=separateur, strict=True), [])
    except csv.Error:
        return None


def read_total(champs: Sequence[str], ligne: int, entete: Header) -> Total | None:
    """A line of totals: its first filled field says so, or is a number of rows that stands alone, and it has not the
    two dates of a contract."""
    remplis = [champ.strip(ESPACES) for champ in champs if champ.strip(ESPACES)]
    seul = len(remplis) == 1 and PIED.fullmatch(remplis[0]) is not None
    if not remplis or not (seul or header_key(remplis[0]).startswith(TOTAUX)):
        return None
    positions = entete.positions[0]
    dates = {positions[c] for c in ("datedebutcontrat", "datefincontrat") if c in positions}
    # Its number may stand under one of them.
    if dates and all(index < len(champs) and champs[index].strip(ESPACES) for index in dates):
        return None
    return Total(ligne, tuple(champs))


def read_block(octets: bytes, ligne: int, fin: bool, source: Source) -> tuple[list[Part], int, int]:
    """(rows of the whole records of a block; bytes and physical lines they take)."""
    structure = find_ends(octets, source.entete.separateur)
    if structure is None or len(octets) - structure.reste > (0 if fin else RESTE_MAX):
        part, consommes, lignes = read_exactly(octets, ligne, fin, source)
        return [part] if part else [], consommes, lignes
    if not len(structure.bornes):
        return [], 0, 0
    parts = read_regular(octets[: structure.reste], structure, ligne, source)
    return parts, structure.reste, int(structure.sauts[-1]) + 1


def find_ends(octets: bytes, separateur: str) -> Ends | None:
    """Where the records of a block end, or None when a quote stands where the grammar has none.

    A quote opens a field after a delimiter or a line break, closes it before one, and is doubled inside: the state at
    any place is the parity of the quotes before it.
    """
    vue = np.frombuffer(octets, dtype=np.uint8)
    sauts = np.flatnonzero(vue == SAUT)
    rangs = np.arange(len(sauts))
    if GUILLEMET in octets:
        places = np.flatnonzero(vue == GUILLEMET)
        ouvrants, fermants = places[::2], places[1::2]
        avant = vue[ouvrants[ouvrants > 0] - 1]
        apres = vue[fermants[fermants < len(vue) - 1] + 1]
        if not all(np.isin(bords, (SAUT, GUILLEMET, ord(separateur))).all() for bords in (avant, apres)):
            return None
        dehors = np.searchsorted(places, sauts) % 2 == 0
        rangs = rangs[dehors]
    bornes = sauts[rangs] + 1
    return Ends(bornes, rangs, int(bornes[-1]) if len(bornes) else 0)


def read_regular(octets: bytes, structure: Ends, ligne: int, source: Source) -> list[Part]:
    """The records of a block of regular structure: by columns, and one by one those of another width."""
    if (lus := read_columns(octets, structure, ligne, source)) is None:
        part, _, _ = read_exactly(octets, ligne, True, source)
        return [part] if part else []
    part, ailleurs = lus
    if not ailleurs.any():
        return [part]
    avant, separateur = first_breaks(structure), source.entete.separateur
    rows = [
        Row(ligne + int(avant[rang]), parse_record(octets, structure, int(rang), separateur))
        for rang in np.flatnonzero(ailleurs)
    ]
    return [part, rows_part(rows, source.entete)]


def first_breaks(structure: Ends) -> np.ndarray:
    """For each record, the number of line breaks before it in the block."""
    return np.concatenate(([0], structure.sauts[:-1] + 1))


def parse_record(octets: bytes, structure: Ends, rang: int, separateur: str) -> list[str]:
    """Fields of one record of a regular block."""
    debut = int(structure.bornes[rang - 1]) if rang else 0
    texte = octets[debut : int(structure.bornes[rang])].decode()
    return next(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), [])


def usual_width(octets: bytes, structure: Ends, entete: Header) -> int:
    """Number of fields of most of the first records, at least that of the header."""
    premiers = range(min(len(structure.bornes), ENREGISTREMENTS_VUS))
    largeurs = Counter(len(parse_record(octets, structure, rang, entete.separateur)) for rang in premiers)
    return max(largeurs.most_common(1)[0][0], len(entete.champs))


def read_columns(octets: bytes, structure: Ends, ligne: int, source: Source) -> tuple[Part, np.ndarray] | None:
    """(records of the usual width, which others are not among them), or None when the two counts disagree."""
    entete, total = source.entete, len(structure.bornes)
    attendue, largeur = len(entete.champs), usual_width(octets, structure, source.entete)
    lus = [*entete.lues, *range(attendue, largeur)]
    ecartes: list[int] = []

    def put_aside(record: pacsv.InvalidRow) -> str:
        ecartes.append(record.number - 1)
        return "skip"

    try:
        table = pacsv.read_csv(
            pa.BufferReader(octets),
            read_options=pacsv.ReadOptions(
                column_names=[str(index) for index in range(largeur)], block_size=len(octets) + 1, use_threads=False
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=entete.separateur,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=put_aside,
            ),
            convert_options=pacsv.ConvertOptions(
                include_columns=[str(index) for index in lus],
                column_types={str(index): source.arrow_type(index) for index in lus},
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows + len(ecartes) != total:
        return None
    ailleurs = np.zeros(total, dtype=bool)
    ailleurs[ecartes] = True
    places = np.flatnonzero(~ailleurs)
    champs = {index: SourceField.of(table.column(str(index))) for index in lus}
    # Fields beyond the header do not count when they are empty; the others are read one by one.
    deborde = pl.repeat(False, table.num_rows, eager=True)
    for index in range(attendue, largeur):
        if not champs[index].is_blank():
            deborde = deborde | ~champs[index].blanks()
    ailleurs[places[deborde.to_numpy()]] = True
    lignes = pl.Series("ligne", first_breaks(structure)[places] + ligne, dtype=pl.Int64)
    part = Part(lignes, {index: champs[index] for index in entete.lues}, None, None)
    vides = empty_records(part, places, octets, structure, entete)
    return part.without(deborde | vides), ailleurs


def empty_records(part: Part, places: np.ndarray, octets: bytes, structure: Ends, entete: Header) -> pl.Series:
    """Which rows have nothing in any field, unread ones included; `places` are their ranks in the block."""
    vides = part.blank_rows()
    for rang in vides.arg_true():
        champs = parse_record(octets, structure, int(places[rang]), entete.separateur)
        vides[rang] = not any(champ.strip(ESPACES) for champ in champs)
    return vides


def read_exactly(octets: bytes, ligne: int, fin: bool, source: Source) -> tuple[Part | None, int, int]:
    """The records of a block one by one; an unfinished last record waits for the next block."""
    rows, consommes = [], 0
    for row, apres in split_exactly(octets, ligne, fin, source.entete.separateur):
        consommes = apres
        rows.append(row)
    return (rows_part(rows, source.entete) if rows else None), consommes, octets.count(b"\n", 0, consommes)


def split_exactly(octets: bytes, ligne: int, fin: bool, separateur: str) -> Iterator[tuple[Row, int]]:
    """(record, offset after it) of a block. A quote never closed, or closed in the middle of a field, costs its
    physical line only: the next one is read for itself."""
    lignes = octets.decode().split("\n")
    # What follows the last line break is no line; at the end of a file it is one if there is something in it.
    dernier = lignes.pop()
    lignes = [texte + "\n" for texte in lignes] + ([dernier] if fin and dernier else [])
    debut = place = 0
    while debut < len(lignes):
        depart = debut
        lecteur = csv.reader(map(lignes.__getitem__, range(depart, len(lignes))), delimiter=separateur, strict=True)
        while debut < len(lignes):
            try:
                champs = next(lecteur)
                apres = depart + lecteur.line_num
            except csv.Error:
                # Perhaps unfinished: the rest of the record may be in the next block.
                if not fin and depart + lecteur.line_num >= len(lignes):
                    return
                champs, apres = None, debut + 1
            place += sum(len(texte.encode()) for texte in lignes[debut:apres])
            yield Row(ligne + debut, champs), place
            debut = apres
            if champs is None:
                break


def rows_part(rows: list[Row], entete: Header) -> Part:
    """Rows read exactly as columns; those whose fields are all empty left out, those of another width marked."""
    attendue = len(entete.champs)
    gardees, fautes = [], []
    for ligne, champs in rows:
        if champs is None:
            gardees.append((ligne, []))
            fautes.append("guillemets")
            continue
        largeur = max((i for i, champ in enumerate(champs, start=1) if champ.strip(ESPACES)), default=0)
        if largeur:
            gardees.append((ligne, champs))
            fautes.append("n_champs" if largeur > attendue or len(champs) < attendue else None)
    return Part(
        pl.Series("ligne", [ligne for ligne, _ in gardees], dtype=pl.Int64),
        {
            index: SourceField(
                pl.Series([c[index] if index < len(c) else "" for _, c in gardees], dtype=pl.String), None
            )
            for index in entete.lues
        },
        pl.Series("faute", fautes, dtype=pl.String) if any(fautes) else None,
        None,
    )
