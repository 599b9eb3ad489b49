"""Bytes of a text file → UTF-8 blocks with one line break a line, whatever the file was written in."""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.errors import InputError

TAILLE_DE_BLOC = 24 << 20
MARQUES = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


MARQUE_DE_LIGNE = b"\n\xef\xbb\xbf"
# The end of a block may be half of a line break, or the first bytes of a mark that begins a line.
A_SUIVRE = re.compile(rb"(?:\r\n?|\n)(?:\xef\xbb?)?\Z")


# A file whose letters are UTF-8 but for some bytes, which are read one by one as Windows-1252.
MELANGE = "utf-8, windows-1252"
ETRANGERS = "octets étrangers"  # what Python calls the way such bytes are read
MARQUE_ETRANGERE = "\ue000"  # before each, of the private area, until they are counted
# The well-formed characters of several bytes (Unicode, table 3-7). Begun by what any of them may begin with: `re` runs
# to it ten times as fast.
PLUSIEURS_OCTETS = re.compile(
    rb"[\xc2-\xf4](?:(?<=[\xc2-\xdf])[\x80-\xbf]"
    rb"|(?<=\xe0)[\xa0-\xbf][\x80-\xbf]|(?<=[\xe1-\xec\xee\xef])[\x80-\xbf]{2}|(?<=\xed)[\x80-\x9f][\x80-\xbf]"
    rb"|(?<=\xf0)[\x90-\xbf][\x80-\xbf]{2}|(?<=[\xf1-\xf3])[\x80-\xbf]{3}|(?<=\xf4)[\x80-\x8f][\x80-\xbf]{2})"
)
HAUTS = bytes(range(0x80, 0x100))
INDEFINIS = frozenset(b"\x81\x8d\x8f\x90\x9d")


def unreadable(chemin: Path) -> InputError:
    return InputError("fichier illisible", ou=chemin, faire="Vérifiez vos droits et qu'il n'est pas ouvert ailleurs.")


def find_encoding(chemin: Path, impose: str | None = None) -> tuple[str, StrayBytes]:
    """Encoding of a file: the one imposed, else the byte order mark's, else strict UTF-8, else UTF-8 with stray bytes
    of Windows-1252 (MELANGE) where more of its letters with accents are written in the first, else Windows-1252.
    Returns it, and the stray bytes.

    The whole file is decoded to know: nothing is inferred from a sample.

    Raises:
        InputError: none of them fits, or UTF-16 without a mark, which could be either of two.
    """
    try:
        with chemin.open("rb") as flux:
            tete = flux.read(4096)
    except OSError:
        raise unreadable(chemin) from None
    if not tete:
        raise InputError("fichier vide", ou=chemin, faire="Refaites l'export, ou retirez ce fichier.")
    marque = next((nom for octets, nom in MARQUES if tete.startswith(octets)), None)
    # Latin text in UTF-16 has a zero byte out of two; strict UTF-8 would let it pass.
    zeros = [tete[rang::2].count(0) for rang in (0, 1)]
    if impose is None and marque is None and abs(zeros[0] - zeros[1]) * 4 > len(tete):
        ordre = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        raise InputError(
            "le fichier semble écrit en UTF-16 sans marque d'ordre des octets",
            ou=chemin,
            faire="Enregistrez-le en « CSV UTF-8 », ou dites-le dans config.toml :\n"
            f'[fichiers]\n"{chemin.name}" = {{encodage = "{ordre}"}}',
        )
    for candidat in [impose] if impose else [marque] if marque else ["utf-8"]:
        if fits(chemin, candidat):
            return candidat, NO_STRAY
    if impose is None and marque in (None, "utf-8-sig"):
        etrangers = find_strays(chemin)
        if etrangers.lettres > etrangers.nombre:
            return MELANGE, etrangers
        if fits(chemin, "cp1252"):
            return "cp1252", NO_STRAY
    raise InputError(
        f"le fichier n'est pas en {impose}, comme le dit config.toml"
        if impose
        else "l'encodage du fichier n'est ni UTF-8, ni UTF-16, ni Windows-1252",
        ou=chemin,
        faire="Enregistrez-le de nouveau en « CSV UTF-8 ».",
    )


@dataclass(frozen=True)
class StrayBytes:
    """The bytes of a file that are no UTF-8.

    Attributes:
        nombre: how many they are; `ligne`: the physical line of the first, from 1; 0 without any.
        lettres: how many characters of several bytes are UTF-8.
    """

    nombre: int = 0
    ligne: int = 0
    lettres: int = 0


NO_STRAY = StrayBytes()


def find_strays(chemin: Path) -> StrayBytes:
    """Count them: what is left once every well-formed character of several bytes is taken away."""
    nombre = ligne = lettres = lignes = 0
    for octets in whole_characters(chemin):
        reste, bien_formes = PLUSIEURS_OCTETS.subn(b"", octets)
        etrangers = len(reste) - len(reste.translate(None, HAUTS))
        if etrangers and not nombre:
            ligne = lignes + octets.count(b"\n", 0, first_stray(octets)) + 1
        nombre, lettres, lignes = nombre + etrangers, lettres + bien_formes, lignes + octets.count(b"\n")
    return StrayBytes(nombre, ligne, lettres)


def first_stray(octets: bytes) -> int:
    """The place of the first byte that is no UTF-8, that of the end without any."""
    try:
        octets.decode()
    except UnicodeDecodeError as erreur:
        return erreur.start
    return len(octets)


def read_stray(erreur: UnicodeError) -> tuple[str, int]:
    """In place of what is no UTF-8: each byte as Windows-1252 has it, a mark before it."""
    assert isinstance(erreur, UnicodeDecodeError)
    octets = erreur.object[erreur.start : erreur.end]
    lus = (bytes([o]).decode("cp1252" if o not in INDEFINIS else "latin-1") for o in octets)
    return "".join(MARQUE_ETRANGERE + lu for lu in lus), erreur.end


codecs.register_error(ETRANGERS, read_stray)


# UTF-8 read as Windows-1252: the first byte of a character of several, then one of the others.
SUITES = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
DOUBLE = f"[\u00c2-\u00f4][{SUITES}]"
EN_CP1252 = {ord(bytes([o]).decode("cp1252")): o for o in range(0x80, 0x100) if o not in INDEFINIS}


def undouble(texte: str) -> str:
    """A text that was UTF-8 read as Windows-1252, once or more (`Ã©`), given back; any other as it is.

    It comes back whole or not at all: every letter with an accent is part of a character of UTF-8.
    """
    while not texte.isascii():
        try:
            octets = texte.translate(EN_CP1252).encode("latin-1")
            rendu = octets.decode()
        except UnicodeError:
            break
        texte = rendu
    return texte


def fits(chemin: Path, encodage: str) -> bool:
    """Whether the whole file decodes."""
    if encodage == "utf-8":
        return is_utf8(chemin)
    decodeur = codecs.getincrementaldecoder(encodage)("strict")
    try:
        for bloc in raw_blocks(chemin):
            decodeur.decode(bloc)
        decodeur.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def is_utf8(chemin: Path) -> bool:
    """The same for UTF-8, without making the text: pyarrow's own check is several times faster."""
    return all(map(valid_utf8, whole_characters(chemin)))


def valid_utf8(octets: bytes) -> bool:
    bornes = pa.py_buffer(struct.pack("<qq", 0, len(octets)))
    try:
        pa.LargeStringArray.from_buffers(1, bornes, pa.py_buffer(octets)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def raw_blocks(chemin: Path) -> Iterator[bytes]:
    """The bytes of a file, by blocks."""
    with chemin.open("rb") as flux:
        while bloc := flux.read(TAILLE_DE_BLOC):
            yield bloc


def as_utf8(texte: str) -> bytes:
    """A decoded text, without the marks of what was read byte by byte."""
    return texte.replace(MARQUE_ETRANGERE, "").encode()


def whole_characters(chemin: Path) -> Iterator[bytes]:
    """The same, each cut after a byte that is a character by itself."""
    reste = b""
    for bloc in raw_blocks(chemin):
        octets = reste + bloc
        coupe = len(octets.rstrip(HAUTS))
        yield octets[:coupe]
        reste = octets[coupe:]
    yield reste


def utf8_blocks(chemin: Path, encodage: str) -> Iterator[bytes]:
    """The text of a file as UTF-8, without NUL nor mark (one that begins a line is that of a file glued below another),
    every line break (CRLF, CR, LF) a line feed.

    A block may end anywhere in a line.
    """
    nom, fautes = ("utf-8", ETRANGERS) if encodage == MELANGE else (encodage, "strict")
    decodeur = None if encodage == "utf-8" else codecs.getincrementaldecoder(nom)(fautes)
    retenu, premier = b"", True
    for brut in raw_blocks(chemin):
        octets = retenu + (brut if decodeur is None else as_utf8(decodeur.decode(brut)))
        if premier:
            octets, premier = octets.removeprefix(b"\xef\xbb\xbf"), False
        suite = A_SUIVRE.search(octets, max(len(octets) - 4, 0))
        coupe = suite.start() if suite else len(octets)
        octets, retenu = octets[:coupe], octets[coupe:]
        if b"\r" in octets:
            octets = octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\x00" in octets:
            octets = octets.replace(b"\x00", b"")
        # A byte is looked for ten times as fast as several.
        if b"\xef" in octets and MARQUE_DE_LIGNE in octets:
            octets = octets.replace(MARQUE_DE_LIGNE, b"\n")
        yield octets
    if decodeur is not None:
        # The last byte may begin a character that nothing ends.
        retenu += as_utf8(decodeur.decode(b"", True))
    if retenu:
        yield retenu.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
