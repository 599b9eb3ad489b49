"""What a file is when it is not what its name says, told by its first bytes or by what is packed in it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from pipeline.errors import InputError

DEBUT = 4096
COMPOSE, ARCHIVE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
EN_XLSX = "Ouvrez-le dans un tableur et enregistrez-le en « Classeur Excel (.xlsx) »"
REFAIRE = "Demandez l'export en CSV ou en .xlsx."
# First bytes of a text, without byte order mark nor the zeros of UTF-16 → what the file is, what to do.
MARQUES = re.compile(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)|\x00")
DEBUTS: tuple[tuple[str, tuple[str, str]], ...] = (
    (r"%PDF", ("c'est un document PDF, pas un export", REFAIRE)),
    (
        r"\s*<.*(?:progid=.Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet)",
        ("c'est un classeur en XML (Excel 2003)", f"{EN_XLSX}."),
    ),
    (
        r"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype html|html|head|meta|body|table|style|tr)\b",
        ("c'est une page HTML, pas un export", f"{EN_XLSX}, ou refaites l'export en CSV."),
    ),
)
TEXTE = rb"[^\x00-\x08\x0e-\x1f]*[^\s\x00-\x1f][^\x00-\x08\x0e-\x1f]*"
OOXML_STRICT = b"http://purl.oclc.org/ooxml/"


def refuse_disguised(chemin: Path, classeur: bool) -> None:
    """Raises InputError when a file that can be opened is a known thing that cannot be read under its name."""
    trouve = disguise(chemin, classeur)
    if trouve is not None:
        raise InputError(trouve[0], ou=chemin, faire=trouve[1])


def disguise(chemin: Path, classeur: bool) -> tuple[str, str] | None:
    """(what a file is, what to do), or None where it may be what its name says: a workbook (`classeur`) or a text.

    Raises:
        OSError: the file cannot be read.
    """
    with chemin.open("rb") as flux:
        tete = flux.read(DEBUT)
    if tete.startswith(COMPOSE):
        return compound(chemin.read_bytes())
    if tete.startswith(ARCHIVE):
        return archive(chemin, classeur)
    texte = MARQUES.sub(b"", tete)
    for motif, dit in DEBUTS:
        if re.match(motif.encode(), texte, re.IGNORECASE | re.DOTALL):
            return dit
    if classeur and re.fullmatch(TEXTE, texte):
        return "c'est un fichier texte, pas un classeur", "Donnez-lui l'extension .csv."
    return None


def compound(octets: bytes) -> tuple[str, str]:
    """A file of the time before .xlsx, or one with a password."""
    if "EncryptedPackage".encode("utf-16-le") in octets:
        return "ce classeur est protégé par un mot de passe", "Ouvrez-le et enregistrez-le sans mot de passe."
    if any(nom.encode("utf-16-le") in octets for nom in ("Workbook", "Book")):
        return "c'est un ancien classeur Excel (.xls)", f"{EN_XLSX}."
    return "c'est un document d'un ancien logiciel de bureau", f"{EN_XLSX}."


def archive(chemin: Path, classeur: bool) -> tuple[str, str] | None:
    """A zip archive: a workbook, or another thing."""
    try:
        with zipfile.ZipFile(chemin) as contenu:
            noms = set(contenu.namelist())
            genre = contenu.read("mimetype") if "mimetype" in noms else b""
            sommaire = contenu.read("xl/workbook.xml") if "xl/workbook.xml" in noms else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return None if classeur else ("c'est une archive abîmée, pas un export", "Refaites l'export.")
    strict = "c'est un classeur « Strict Open XML », une variante de .xlsx qui n'est pas lue"
    cas = (
        (b"opendocument.spreadsheet" in genre, ("c'est un classeur LibreOffice (.ods)", f"{EN_XLSX}.")),
        (b"opendocument" in genre, ("c'est un document LibreOffice, pas un export", REFAIRE)),
        ("xl/workbook.bin" in noms, ("c'est un classeur Excel binaire (.xlsb)", f"{EN_XLSX}.")),
        ("word/document.xml" in noms, ("c'est un document Word, pas un export", REFAIRE)),
        (OOXML_STRICT in sommaire, (strict, f"{EN_XLSX}, sans « Strict ».")),
        (not classeur and sommaire != b"", ("c'est un classeur, pas un fichier texte", "Nommez-le en .xlsx.")),
        (
            not noms & {"xl/workbook.xml", "[Content_Types].xml"},
            ("c'est une archive zip, pas un export", "Sortez-en les exports et déposez-les tels quels."),
        ),
    )
    return next((dit for est, dit in cas if est), None)
