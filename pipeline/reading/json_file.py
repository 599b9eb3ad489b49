"""A JSON file → its contracts as rows of text, with the promise made to text files.

What the DECA interface gives, `{metadonnees, contrats: [...]}` with nested blocks; or a list alone, or one contract a
line. A field is named by its path: `employeur.adresse.codePostal`. The contracts are decoded one by one, twice: for the
header, which is all the fields that one of them has, then for the rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pyarrow as pa

from pipeline import privacy
from pipeline.errors import InputError
from pipeline.reading import encoding
from pipeline.reading.files import EN_LIGNES, extraction_date
from pipeline.reading.headers import Header, Wanted, read_header
from pipeline.reading.source import Envelope, Part, Source, SourceField
from pipeline.schemas import ESPACES, header_key

TAILLE_MAX = 1 << 30  # bytes: the text is held whole in memory
CONTRATS_PAR_PART = 50_000
LISTE, ENTOURAGE = "contrats", "metadonnees"
# What the metadata say, and the keys that say it.
ANNONCES = {
    "page": ("page",),
    "pages": ("totalpages",),
    "total": ("totalelements", "total", "nombrecontrats"),
    "date": ("dateextraction",),
}
BLANCS = re.compile(rf"[{re.escape(ESPACES)}\x1a]*")
RESTE_COUPE = re.compile(rf"[\w.+-]*[{re.escape(ESPACES)}\x1a]*")  # of a number or a word that the end cuts


class Element(NamedTuple):
    """An element of the list: its line, and its fields by path; None for what is no object."""

    ligne: int
    champs: dict[str, Any] | None


class DuplicateKeyError(Exception):
    """A key that is twice in an object: its first argument."""


def unique(paires: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object made of these pairs. Raises DuplicateKeyError."""
    objet = dict(paires)
    if len(objet) < len(paires):
        cles = [cle for cle, _ in paires]
        raise DuplicateKeyError(next(cle for cle in cles if cles.count(cle) > 1))
    return objet


# Numbers stay as they are written; NaN, which is no JSON, is what some tools write for an empty value.
DECODEUR = json.JSONDecoder(
    object_pairs_hook=unique,
    parse_float=str,
    parse_int=str,
    parse_constant={"NaN": None, "Infinity": "Infinity", "-Infinity": "-Infinity"}.__getitem__,
    strict=False,
)


class Document:
    """The text of a file, walked through once: the elements of its list, then what stands beside it.

    Attributes:
        entourage: the other members of the object that has the list; whole once the elements are.
    """

    def __init__(self, chemin: Path, encodage: str):
        if chemin.stat().st_size > TAILLE_MAX:
            raise InputError(
                "ce fichier JSON dépasse 1 Go", ou=chemin, faire="Partagez-le en plusieurs, ou faites-en un CSV."
            )
        self.chemin, self.texte = chemin, b"".join(encoding.utf8_blocks(chemin, encodage)).decode()
        self.entourage: dict[str, Any] = {}

    def elements(self) -> Iterator[tuple[int, Any]]:
        """(place in the text, value) of each element.

        Raises:
            InputError: no JSON, cut short, without the list, or a key twice in an object.
        """
        debut = self.skip(0)
        if debut == len(self.texte):
            raise InputError("fichier vide", ou=self.chemin, faire="Refaites l'export, ou retirez ce fichier.")
        if self.chemin.suffix.lower() in EN_LIGNES:
            while debut < len(self.texte):
                valeur, fin = self.decode(debut)
                yield debut, valeur
                debut = self.skip(fin)
            return
        fin = yield from self.array(debut) if self.texte[debut] == "[" else self.members(debut)
        if self.skip(fin) < len(self.texte):
            raise self.broken(self.skip(fin))

    def array(self, debut: int) -> Iterator[tuple[int, Any]]:
        """The elements of the array that starts here; returns the place after it."""
        place = self.skip(debut + 1)
        if self.texte.startswith("]", place):
            return place + 1
        while True:
            valeur, fin = self.decode(place)
            yield place, valeur
            place = self.skip(fin)
            if self.texte.startswith("]", place):
                return place + 1
            place = self.skip(self.past(",", place))

    def members(self, debut: int) -> Iterator[tuple[int, Any]]:
        """The elements of the list of the object that starts here; returns the place after it."""
        place, cles = self.skip(self.past("{", debut)), []
        while not (self.texte.startswith("}", place) and not cles):
            if not self.texte.startswith('"', place):
                raise self.broken(place)
            cle, fin = self.decode(place)
            if cle in cles:
                raise self.twice(cle, place)
            cles.append(cle)
            place = self.skip(self.past(":", self.skip(fin)))
            if header_key(cle) == LISTE:
                if not self.texte.startswith("[", place):
                    raise self.no_list(cles, place) if place < len(self.texte) else self.broken(place)
                fin = yield from self.array(place)
            else:
                self.entourage[cle], fin = self.decode(place)
            place = self.skip(fin)
            if self.texte.startswith("}", place):
                break
            place = self.skip(self.past(",", place))
        if LISTE not in map(header_key, cles):
            raise self.no_list(cles, debut)
        return place + 1

    def decode(self, place: int) -> tuple[Any, int]:
        """The value that starts here, and the place after it."""
        try:
            return DECODEUR.raw_decode(self.texte, place)
        except json.JSONDecodeError as erreur:
            raise self.broken(erreur.pos, erreur.msg.startswith("Unterminated")) from None
        except DuplicateKeyError as erreur:
            raise self.twice(erreur.args[0], place) from None
        except RecursionError:
            raise self.broken(place) from None

    def skip(self, place: int) -> int:
        """The place of what follows blanks."""
        trouve = BLANCS.match(self.texte, place)
        return place if trouve is None else trouve.end()

    def past(self, signe: str, place: int) -> int:
        """The place after this sign."""
        if not self.texte.startswith(signe, place):
            raise self.broken(place)
        return place + 1

    def line(self, place: int) -> int:
        """The physical line of a place."""
        return self.texte.count("\n", 0, place) + 1

    def broken(self, place: int, coupe: bool = False) -> InputError:
        """What makes no sense from here on: where only the end is missing, the file is cut short."""
        if coupe or (self.texte and RESTE_COUPE.fullmatch(self.texte, place)):
            quoi, faire = "le fichier JSON est coupé : l'export est incomplet", "Refaites l'export et remplacez-le."
        else:
            quoi, faire = "ce n'est pas du JSON valable", "Refaites l'export, et ne le modifiez pas à la main."
        return InputError(quoi, ou=self.chemin, ligne=self.line(place), faire=faire)

    def twice(self, cle: str, place: int) -> InputError:
        return InputError(
            f"la clé « {privacy.header_shown(cle)} » apparaît deux fois dans un objet",
            ou=self.chemin,
            ligne=self.line(place),
            faire="Gardez-en une : deux valeurs pour un contrat ne peuvent pas être vraies toutes les deux.",
        )

    def no_list(self, cles: list[str], place: int) -> InputError:
        autres = ", ".join(f"« {privacy.header_shown(cle)} »" for cle in cles if header_key(cle) != LISTE)
        return InputError(
            f"ce fichier JSON n'a pas de liste « {LISTE} »{f' ; ses clés : {autres}' if autres else ''}",
            ou=self.chemin,
            ligne=self.line(place),
            faire=f"Donnez ce que rend l'interface de DECA, {{{ENTOURAGE}, {LISTE}: […]}}, ou la liste seule.",
        )


def flatten(objet: dict[str, Any], champs: dict[str, Any], avant: str = "") -> dict[str, Any]:
    """`champs` with the fields of an object by path; an empty object has none. Raises DuplicateKeyError when two
    paths are one."""
    for cle, valeur in objet.items():
        # Half a character, which JSON can say and no file can hold.
        chemin = avant + (cle if cle.isascii() else cle.encode("utf-8", "replace").decode())
        if isinstance(valeur, dict):
            flatten(valeur, champs, f"{chemin}.")
        elif chemin in champs:
            raise DuplicateKeyError(chemin)
        else:
            champs[chemin] = valeur
    return champs


def is_filled(valeur: Any) -> bool:
    """Whether a value says something: '' and [] are what tools write for nothing."""
    return valeur is not None and valeur != [] and not (isinstance(valeur, str) and not valeur.strip(ESPACES))


def text(valeur: Any) -> str:
    """A value as an export would write it."""
    match valeur:
        case str():
            return valeur
        case None | []:
            return ""
        case bool():
            return "true" if valeur else "false"
    return json.dumps(valeur, ensure_ascii=False)


def read_elements(document: Document, par_rang: bool) -> Iterator[Element]:
    """The elements with their physical lines; `par_rang`, with their ranks instead.

    Raises:
        InputError: as `Document.elements`, or one field said by two paths.
    """
    ligne, precedent = 1, 0
    for rang, (place, valeur) in enumerate(document.elements(), start=1):
        ligne += document.texte.count("\n", precedent, place)
        precedent = place
        champs = None
        if isinstance(valeur, dict):
            try:
                champs = flatten(valeur, {})
            except DuplicateKeyError as erreur:
                raise document.twice(erreur.args[0], place) from None
            except RecursionError:
                raise document.broken(place) from None
        yield Element(rang if par_rang else ligne, champs)


def understand(chemin: Path, encodage: str, cherche: Wanted) -> tuple[Header, Envelope]:
    """The header of a file, and what it says of itself.

    Raises:
        InputError: as `Document.elements`, or a required column missing, or one twice.
    """
    document = Document(chemin, encodage)
    chemins: dict[str, None] = {}
    nombre, premiere, derniere, distinctes = 0, 1, 0, True
    for ligne, champs in read_elements(document, par_rang=False):
        premiere = premiere if nombre else ligne
        nombre, distinctes, derniere = nombre + 1, distinctes and ligne > derniere, ligne
        chemins.update(dict.fromkeys(champs or ()))
    enveloppe = read_envelope(document.entourage, nombre, distinctes)
    if not nombre:
        return Header(premiere, "", (), ({},), ()), enveloppe
    return read_header(list(chemins), premiere, "", cherche, chemin, imbrique=True), enveloppe


def read_envelope(entourage: dict[str, Any], nombre: int, distinctes: bool) -> Envelope:
    """What the metadata say of the list."""
    dit = next((v for cle, v in entourage.items() if header_key(cle) == ENTOURAGE), None)
    dits = {header_key(cle): text(valeur).strip() for cle, valeur in dit.items()} if isinstance(dit, dict) else {}
    lus = {nom: next((dits[cle] for cle in cles if cle in dits), "") for nom, cles in ANNONCES.items()}
    nombres = {nom: int(lu) if re.fullmatch(r"[0-9]{1,9}", lu) else None for nom, lu in lus.items()}
    return Envelope(
        nombre, distinctes, nombres["page"], nombres["pages"], nombres["total"], extraction_date(lus["date"])
    )


def json_parts(source: Source) -> Iterator[Part]:
    """The contracts, by parts; the line of one is that where it starts, or its rank where several share a line."""
    assert source.enveloppe is not None
    document = Document(source.chemin, source.encodage)
    egares = misplaced(source.entete)
    attente: list[Element] = []
    for element in read_elements(document, par_rang=not source.enveloppe.distinctes):
        if element.champs is not None and not any(map(is_filled, element.champs.values())):
            continue
        if len(attente) == CONTRATS_PAR_PART:
            yield make_part(attente, source, egares)
            attente = []
        attente.append(element)
    yield make_part(attente, source, egares)


def misplaced(entete: Header) -> set[str]:
    """Fields that stand where another contract has an object, or the reverse: they would be lost in silence."""
    lus = {entete.champs[index] for index in entete.lues}
    return {
        champ for champ in entete.champs if any(champ.startswith(f"{lu}.") or lu.startswith(f"{champ}.") for lu in lus)
    }


def make_part(elements: list[Element], source: Source, egares: set[str]) -> Part:
    """Elements as columns; those that have not the form of a contract marked."""
    champs: dict[int, SourceField] = {}
    for index in source.entete.lues:
        chemin = source.entete.champs[index]
        colonne = array([text(e.champs.get(chemin)) if e.champs else "" for e in elements])
        distincte = pa.types.is_dictionary(source.arrow_type(index))
        champs[index] = SourceField.of(pa.chunked_array([colonne.dictionary_encode() if distincte else colonne]))
    fautes = [
        "objet" if e.champs is None or any(is_filled(e.champs.get(champ)) for champ in egares) else None
        for e in elements
    ]
    return Part(
        pl.Series("ligne", [e.ligne for e in elements], dtype=pl.Int64),
        champs,
        pl.Series("faute", fautes, dtype=pl.String) if any(fautes) else None,
        None,
        source.entete,
    )


def array(textes: list[str]) -> pa.Array:
    """Texts; half a character is a question mark."""
    try:
        return pa.array(textes, pa.string())
    except UnicodeEncodeError:
        return pa.array([texte.encode("utf-8", "replace").decode() for texte in textes], pa.string())
