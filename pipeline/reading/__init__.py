"""One file → records: bytes, encoding, delimiter, header, physical lines. Knows nothing of contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from pipeline.errors import InputError
from pipeline.reading import encoding, json_file, records, signatures, workbook
from pipeline.reading.files import (
    CLASSEUR,
    JSON,
    check_kind,
    extraction_date,
    list_files,
    list_inputs,
)
from pipeline.reading.headers import LIGNES_DE_TITRE_MAX, Wanted, text_header
from pipeline.reading.refusal import HeaderError
from pipeline.reading.source import FAUTES, Part, Source, SourceField, Total
from pipeline.schemas import InputColumn, Layout
from pipeline.settings import FileSettings

SANS_REGLAGE = FileSettings()
__all__ = [
    "FAUTES",
    "HeaderError",
    "Part",
    "Source",
    "SourceField",
    "Total",
    "check_kind",
    "extraction_date",
    "list_files",
    "list_inputs",
    "open_source",
    "read_parts",
    "read_rows",
]  # fmt: skip


def open_source(
    chemin: Path,
    colonnes: tuple[InputColumn, ...],
    renommees: Mapping[str, str] = {},
    disposition: Layout | None = None,
    reglage: FileSettings = SANS_REGLAGE,
) -> Source:
    """Find how a file is read: encoding, header, delimiter. `renommees` gives other headers of columns, `reglage`
    what the configuration says of this file.

    Raises:
        InputError: unreadable or empty file, unknown encoding, header absent, incomplete or duplicated.
    """
    cherche = Wanted(colonnes, renommees, disposition)
    classeur = chemin.suffix.lower() == CLASSEUR
    try:
        signatures.refuse_disguised(chemin, classeur)
    except OSError:
        raise encoding.unreadable(chemin) from None
    if classeur:
        feuille, entete, depuis_1904 = workbook.find_sheet(chemin, cherche, reglage.feuille)
        return Source(chemin, "xlsx", entete, cherche, feuille, depuis_1904=depuis_1904)
    code, etrangers = encoding.find_encoding(chemin, reglage.encodage)
    if chemin.suffix.lower() in JSON:
        entete, enveloppe = json_file.understand(chemin, code, cherche)
        return Source(chemin, code, entete, cherche, etrangers=etrangers, enveloppe=enveloppe)
    entete = text_header(first_lines(chemin, code), cherche, chemin, reglage.separateur)
    return Source(chemin, code, entete, cherche, etrangers=etrangers)


def first_lines(chemin: Path, code: str) -> list[str]:
    """The lines among which the header is looked for.

    Raises:
        InputError: there is nothing in the file.
    """
    debut = b""
    for bloc in encoding.utf8_blocks(chemin, code):
        debut += bloc
        if debut.strip() and debut.count(b"\n") >= LIGNES_DE_TITRE_MAX:
            break
    if not debut.strip():
        raise InputError("fichier vide", ou=chemin, faire="Refaites l'export, ou retirez ce fichier.")
    return [ligne.decode("utf-8", "replace") for ligne in islice(debut.split(b"\n"), LIGNES_DE_TITRE_MAX)]


def read_parts(source: Source) -> Iterator[Part]:
    """The rows of a file, by parts that fit in memory.

    Raises:
        InputError: the last line is cut short.
    """
    if source.enveloppe is not None:
        return json_file.json_parts(source)
    return workbook.sheet_parts(source) if source.feuille is not None else records.text_parts(source)


def read_rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """(first physical line, fields) of each row of a small text file.

    Raises:
        InputError: a quote that makes no sense.
    """
    for ligne, champs, _ in records.exact_rows(source):
        if champs is None:
            raise InputError(
                "un guillemet est mal fermé ou mal placé",
                ou=source.chemin,
                ligne=ligne,
                faire="Un texte entre guillemets commence et finit par un guillemet ; à l'intérieur, doublez-les.",
            )
        yield ligne, champs
