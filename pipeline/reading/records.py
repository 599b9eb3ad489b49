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
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as pacsv

from pipeline.errors import InputError
from pipeline.reading import encoding, quotes
from pipeline.reading.glued import Found, is_header, is_sep, suspects
from pipeline.reading.headers import Header
from pipeline.reading.source import Part, Source, SourceField, Total
from pipeline.reading.widths import Tail, filled, usual_tail
from pipeline.schemas import ESPACES, header_key

SAUT, GUILLEMET = 10, 34
ENREGISTREMENTS_VUS = 100  # among which the usual number of fields is found
RESTE_MAX = 1 << 21  # a record longer than that is a quote never closed
OCTETS_EN_COLONNES = 1 << 20  # each column is a pass over them: while they are in the processor's cache
csv.field_size_limit(RESTE_MAX)  # the library's own limit is that of no export
# As headers are compared. A person may be called Totalini.
TOTAUX = re.compile(
    r"(?:total|totaux)(?:general|generaux|(?:des?)?(?:lignes?|contrats?|enregistrements?))?(?:[^a-z].*)?"
    r"|nombrede(?:lignes|contrats).*"
)
# What query tools and spreadsheets write alone on the last line: (65 rows), 65 contrats.
PIED = re.compile(r"\(?\d[\d\s]*(?:rows?|records?|lignes?|contrats?|enregistrements?)\b[\w ]*\)?\.?", re.IGNORECASE)
FIN_DE_TEXTE = b"\x1a"  # ^Z, of another age
REMPLI = re.compile(rb"[^ \t\n;,|\x1a]")


class Row(NamedTuple):
    """A record read exactly: None instead of fields where its quotes make no sense; `litterale` where they surround no
    field and stand for themselves."""

    ligne: int
    champs: list[str] | None
    litterale: bool = False


class Ends(NamedTuple):
    """Structure of a block: offset after each whole record, and the rank of its line break in the block."""

    bornes: np.ndarray
    sauts: np.ndarray
    reste: int

    def first(self, nombre: int) -> Ends:
        """That of the first records only."""
        bornes = self.bornes[:nombre]
        return Ends(bornes, self.sauts[:nombre], int(bornes[-1]) if nombre else 0)


def text_parts(source: Source) -> Iterator[Part]:
    """The rows of a text file below its headers, in order.

    Raises:
        InputError: the last line is cut short, or another export glued below cannot be read.
    """
    queues: list[Tail] = []

    def tail(rang: int, longues: bool) -> Tail | None:
        # Known from the whole file, which is read once more only where a row is too long.
        if longues and not queues:
            queues.extend(count_tails(source))
        return queues[rang] if queues else None

    yield from Reader(source, tail).parts()


def count_tails(source: Source) -> list[Tail]:
    """What rows have beyond each header of a file."""
    lecteur = Reader(source, lambda *_: None)
    for _ in lecteur.parts():
        pass
    return [usual_tail(largeurs, entete) for entete, largeurs in lecteur.sections]


class BlockRows(NamedTuple):
    """The whole records of a block: their rows, the bytes and the physical lines they take, how many have how many
    fields; or nothing but the headers that are among them."""

    parts: list[Part]
    consommes: int
    lignes: int
    largeurs: Counter[int]
    entetes: list[Found]


class Reader:
    """A text file, block after block, header after header.

    Attributes:
        source: the file below the header reached.
        ligne: the next physical line.
        sections: each header, and how many of the rows below it have how many fields.
    """

    def __init__(self, source: Source, tail: Callable[[int, bool], Tail | None]):
        self.source, self.ligne, self.tail = source, source.entete.ligne + 1, tail
        self.sections = [(source.entete, Counter[int]())]

    def parts(self) -> Iterator[Part]:
        """All the rows."""
        reste = b""
        for bloc, fin in blocks_below_header(self.source):
            reste = yield from self.read(reste + bloc, fin)

    def read(self, octets: bytes, fin: bool) -> Generator[Part, None, bytes]:
        """The rows of a block; `fin`, it is the end of what is below a header. Returns what is left of it, a record
        that the next block continues."""
        lus, total, coupe = octets, None, None
        if fin:
            try:
                lus, total = cut_last_line(octets, self.ligne, self.source)
            except InputError as erreur:
                # Perhaps it is not the header reached that the last line is below.
                lus, coupe = octets + b"\n", erreur
        bloc = read_block(lus, self.ligne, fin, self.source, partial(self.tail, len(self.sections) - 1))
        if bloc.entetes:
            debut = 0
            for trouve in bloc.entetes:
                yield from self.read(octets[debut : trouve.debut], True)
                self.source = self.source.below(trouve.champs, trouve.ligne)
                self.ligne, debut = trouve.ligne + 1, trouve.fin
                self.sections.append((self.source.entete, Counter()))
            return (yield from self.read(octets[debut:], fin))
        if coupe is not None:
            raise coupe
        yield from bloc.parts
        self.ligne += bloc.lignes
        self.sections[-1][1].update(bloc.largeurs)
        if total is not None:
            yield Part.empty(self.source.entete, total)
        return octets[bloc.consommes :]


def exact_rows(source: Source) -> Iterator[Row]:
    """The records of a small text file, one by one; records whose fields are all empty are no rows."""
    octets = b"".join(bloc for bloc, _ in blocks_below_header(source))
    for row, _ in split_exactly(octets, source.entete.ligne + 1, True, source):
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
        suite = bloc[debut:] if debut else bloc
        # Blanks below the last line are part of the last block.
        if precedent and REMPLI.search(suite):
            yield precedent, False
            precedent = b""
        precedent += suite
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
    if not remplis or not (seul or TOTAUX.fullmatch(header_key(remplis[0]))):
        return None
    positions = entete.positions[0]
    dates = {positions[c] for c in ("datedebutcontrat", "datefincontrat") if c in positions}
    # Its number may stand under one of them.
    if dates and all(index < len(champs) and champs[index].strip(ESPACES) for index in dates):
        return None
    return Total(ligne, tuple(champs))


def read_block(octets: bytes, ligne: int, fin: bool, source: Source, tail: Callable[[bool], Tail | None]) -> BlockRows:
    """The whole records of a block; `tail` says what they may have beyond their header (None: anything empty), given
    whether some have more."""
    structure = find_ends(octets, source.entete)
    if structure is None or len(octets) - structure.reste > (0 if fin else RESTE_MAX):
        return read_exactly(octets, ligne, fin, source, tail)
    if not fin and len(structure.bornes):
        # A footer and the header below it are read together: the last record waits, and the one above a header.
        derniere = parse_record(octets, structure, len(structure.bornes) - 1, source.entete.separateur)
        gardes = len(structure.bornes) - (2 if source.cherche.is_header(derniere) else 1)
        structure = structure.first(max(gardes, 0))
    if not len(structure.bornes):
        return BlockRows([], 0, 0, Counter(), [])
    return read_regular(octets[: structure.reste], structure, ligne, source, tail)


def find_ends(octets: bytes, entete: Header) -> Ends | None:
    """Where the records of a block end, or None when a quote stands where the grammar has none, or a record is longer
    than any should be.

    A quote opens a field after a delimiter or a line break, closes it before one, and is doubled inside: the state at
    any place is the parity of the quotes before it.
    """
    separateur = ord(entete.separateur)
    vue = np.frombuffer(octets, dtype=np.uint8)
    sauts = np.flatnonzero(vue == SAUT)
    rangs = np.arange(len(sauts))
    if GUILLEMET in octets:
        places = np.flatnonzero(vue == GUILLEMET)
        ouvrants, fermants = places[::2], places[1::2]
        avant = vue[ouvrants[ouvrants > 0] - 1]
        apres = vue[fermants[fermants < len(vue) - 1] + 1]
        if not all(np.isin(bords, (SAUT, GUILLEMET, separateur)).all() for bords in (avant, apres)):
            return None
        dehors = np.searchsorted(places, sauts) % 2 == 0
        if not dehors.all():
            rangs = rangs[dehors]
            # The first and the last line of a field with line breaks are not both as wide as the header.
            delimiteurs = np.diff(np.searchsorted(np.flatnonzero(vue == separateur), sauts), prepend=0)
            larges = delimiteurs >= max(len(entete.champs) - 1, 1)
            premieres = np.concatenate(([0], rangs[:-1] + 1))
            if (larges[premieres] & larges[rangs] & (premieres < rangs)).any():
                return None
    bornes = sauts[rangs] + 1
    if len(bornes) and np.diff(bornes, prepend=0).max() > RESTE_MAX:
        return None
    return Ends(bornes, rangs, int(bornes[-1]) if len(bornes) else 0)


def read_regular(
    octets: bytes, structure: Ends, ligne: int, source: Source, tail: Callable[[bool], Tail | None]
) -> BlockRows:
    """The records of a block of regular structure: by columns, and one by one those of another width."""
    lus, entete = read_columns(octets, structure, source), source.entete
    if lus is None:
        return read_exactly(octets, ligne, True, source, tail)
    avant, attendue = first_breaks(structure) + ligne, len(entete.champs)
    # A line break alone is no row.
    ailleurs = np.flatnonzero(lus.ailleurs & (np.diff(structure.bornes, prepend=0) > 1))
    autres = {int(rang): parse_record(octets, structure, int(rang), entete.separateur) for rang in ailleurs}
    if entetes := headers_of_block(octets, structure, ligne, lus, autres, source):
        return BlockRows([], 0, 0, Counter(), entetes)
    rows = [Row(int(avant[rang]), champs) for rang, champs in autres.items()]
    queue = tail(lus.largeur > attendue or any(is_too_long(row, attendue) for row in rows))
    if queue is not None and queue.partout and lus.largeur == attendue:
        return read_exactly(octets, ligne, True, source, tail)
    largeurs: Counter[int] = Counter()
    lignes = pl.Series("ligne", avant[lus.places], dtype=pl.Int64)
    part = Part(lignes, {i: lus.champs[i] for i in entete.lues}, None, None, entete)
    part = part.without(lus.deborde | empty_records(part, lus.places, octets, structure, entete))
    largeurs[lus.largeur] = len(part.lignes)
    if queue is not None and lus.largeur not in (attendue, queue.largeur):
        part = replace(part, fautes=pl.repeat("n_champs", len(part.lignes), dtype=pl.String, eager=True))
    parts = [part, rows_part(rows, entete, queue, largeurs)] if rows else [part]
    return BlockRows(parts, len(octets), int(structure.sauts[-1]) + 1, largeurs, [])


def headers_of_block(
    octets: bytes, structure: Ends, ligne: int, lus: Columns, autres: dict[int, list[str]], source: Source
) -> list[Found]:
    """The headers among the records of a block; `autres` are those that are not in columns, by rank."""

    def fields(rang: int) -> list[str]:
        return autres[rang] if rang in autres else parse_record(octets, structure, rang, source.entete.separateur)

    trouves = []
    for rang in sorted({*autres, *map(int, lus.places[suspects(lus.champs, source)])}):
        champs, derniere = fields(rang), ligne + int(structure.sauts[rang])
        if is_header(champs, derniere, source):
            depart = rang - 1 if rang and is_sep(fields(rang - 1)) else rang
            debut = int(structure.bornes[depart - 1]) if depart else 0
            trouves.append(Found(debut, int(structure.bornes[rang]), derniere, champs))
    return trouves


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


class Columns(NamedTuple):
    """The records of a block that have its usual width, by columns.

    Attributes:
        champs: index of a field → its column, those that are read.
        places: rank in the block of each of them.
        ailleurs: for each record of the block, whether it is to be read by itself.
        deborde: which of them have something beyond the header; they are among `ailleurs` too.
        largeur: their number of fields.
    """

    champs: dict[int, SourceField]
    places: np.ndarray
    ailleurs: np.ndarray
    deborde: pl.Series
    largeur: int


def read_columns(octets: bytes, structure: Ends, source: Source) -> Columns | None:
    """The records of the usual width, or None when the two counts disagree."""
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
                column_names=[str(index) for index in range(largeur)], block_size=OCTETS_EN_COLONNES, use_threads=False
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
    # What is beyond the header is read one by one, unless it is empty.
    deborde = pl.repeat(False, table.num_rows, eager=True)
    for index in range(attendue, largeur):
        if not champs[index].is_blank():
            deborde = deborde | ~champs[index].blanks()
    ailleurs[places[deborde.to_numpy()]] = True
    return Columns(champs, places, ailleurs, deborde, largeur)


def empty_records(part: Part, places: np.ndarray, octets: bytes, structure: Ends, entete: Header) -> pl.Series:
    """Which rows have nothing in any field, unread ones included; `places` are their ranks in the block."""
    vides = part.blank_rows()
    # A line break alone needs no reading.
    longues = np.diff(structure.bornes, prepend=0)[places] > 1
    remplies = [
        int(rang)
        for rang in np.flatnonzero(vides.to_numpy() & longues)
        if any(c.strip(ESPACES) for c in parse_record(octets, structure, int(places[rang]), entete.separateur))
    ]
    return vides.scatter(remplies, False) if remplies else vides


def read_exactly(
    octets: bytes, ligne: int, fin: bool, source: Source, tail: Callable[[bool], Tail | None]
) -> BlockRows:
    """The records of a block one by one; the last one, unfinished or perhaps a footer, waits for the next block."""
    rows, entetes, debuts, consommes = [], [], [0, 0], 0
    for row, apres in split_exactly(octets, ligne, fin, source):
        if row.champs is not None and is_header(row.champs, row.ligne, source):
            lignes = octets.count(b"\n", 0, apres)
            debut = debuts[0] if rows and is_sep(rows[-1].champs) else consommes
            entetes.append(Found(debut, apres, ligne + lignes - 1, row.champs))
        debuts, consommes = [consommes, apres], apres
        rows.append(row)
    if entetes:
        return BlockRows([], 0, 0, Counter(), entetes)
    if not fin and rows:
        rows.pop()
        consommes = debuts[0]
    largeurs: Counter[int] = Counter()
    attendue = len(source.entete.champs)
    queue = tail(any(is_too_long(row, attendue) for row in rows))
    parts = [rows_part(rows, source.entete, queue, largeurs)] if rows else []
    return BlockRows(parts, consommes, octets.count(b"\n", 0, consommes), largeurs, [])


def split_exactly(octets: bytes, ligne: int, fin: bool, source: Source) -> Iterator[tuple[Row, int]]:
    """(record, offset after it) of a block. Where quotes make no sense, the physical line alone is read as it is
    written, or costs no other: the next one is read for itself.

    Raises:
        InputError: a line too long to be one.
    """
    separateur, attendue = source.entete.separateur, len(source.entete.champs)
    # A block may end in a character.
    entieres = octets if fin else octets[: octets.rfind(b"\n") + 1]
    lignes = entieres.decode().split("\n")
    # What follows the last line break is no line; at the end of a file it is one if there is something in it.
    dernier = lignes.pop()
    lignes = [texte + "\n" for texte in lignes] + ([dernier] if fin and dernier else [])
    debut = place = 0
    while debut < len(lignes):
        depart = debut
        lecteur = csv.reader(map(lignes.__getitem__, range(depart, len(lignes))), delimiter=separateur, strict=True)
        juste = True
        while juste and debut < len(lignes):
            champs, apres = None, debut + 1
            try:
                champs = next(lecteur)
                apres = depart + lecteur.line_num
                juste = not quotes.swallows(lignes[debut:apres], separateur, attendue)
            except csv.Error:
                # Perhaps unfinished: the rest of the record may be in the next block.
                if not fin and depart + lecteur.line_num >= len(lignes):
                    return
                refuse_long_line(lignes[debut], ligne + debut, source)
                juste = False
            if not juste:
                champs, apres = quotes.as_written(lignes[debut], separateur, attendue), debut + 1
            place += sum(len(texte.encode()) for texte in lignes[debut:apres])
            yield Row(ligne + debut, champs, litterale=not juste), place
            debut = apres


def refuse_long_line(texte: str, ligne: int, source: Source) -> None:
    """Raises InputError for a line that cannot be one."""
    if len(texte) > RESTE_MAX:
        raise InputError(
            f"cette ligne a plus de {RESTE_MAX >> 20} millions de caractères",
            ou=source.chemin,
            ligne=ligne,
            faire="Retirez ce qui n'est pas un export, ou refaites-le.",
        )


def is_too_long(row: Row, attendue: int) -> bool:
    """Whether a row has empty fields, and no others, beyond those of its header."""
    return row.champs is not None and len(row.champs) > attendue and 0 < filled(row.champs) <= attendue


def rows_part(rows: list[Row], entete: Header, queue: Tail | None = None, largeurs: Counter[int] | None = None) -> Part:
    """Rows read exactly as columns; those whose fields are all empty left out, those of another width marked. `queue`
    is what they may have beyond the header (None: anything empty); `largeurs` counts their widths."""
    attendue = len(entete.champs)
    gardees, fautes, litterales = [], [], []
    for ligne, champs, litterale in rows:
        if champs is None:
            gardees.append((ligne, []))
            fautes.append("guillemets")
            continue
        remplie = filled(champs)
        if not remplie:
            continue
        gardees.append((ligne, champs))
        juste = remplie <= attendue <= len(champs)
        if juste and queue is not None:
            juste = queue.fits(champs, attendue)
        fautes.append(None if juste else "n_champs")
        if juste and litterale:
            litterales.append(ligne)
        if largeurs is not None:
            largeurs[len(champs)] += 1
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
        entete,
        tuple(litterales),
    )
