"""What the network looks like: its logo, an image that is complete in itself and runs nothing; how light a colour is
and how well it stands out on another (WCAG 2.1)."""

from __future__ import annotations

import base64
import io
import math
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
PNG = b"\x89PNG\r\n\x1a\n"
OCTETS_MAX, PIXELS_MAX = 2_000_000, 20_000_000
# Of a drawing, once each reference in it stands for what it shows; of what is inside what.
FORMES_MAX, PROFONDEUR_MAX = 20_000, 100
CONTRASTE_MIN = 4.5  # of a text on its ground
# What runs, or shows another page.
ELEMENTS_REFUSES = re.compile(r"script|foreignobject|handler|iframe|set|animate.*|discard")
# What an image may refer to: a part of itself, or pixels that it holds.
REFERENCE_INTERNE = re.compile(r"#|data:image/(?:png|jpeg);base64,")
REFERENCES = re.compile(r"url\(\s*[\"']?#([^\"')\s]+)", re.IGNORECASE)
PIXELS = re.compile(r"data:image/(?:png|jpeg);base64,(.*)", re.DOTALL)
# Style sheets may write any letter after a backslash.
URL_EXTERNE = re.compile(r"url\((?!\s*[\"']?#)|@import|\\", re.IGNORECASE)


def read_logo(chemin: Path) -> str:
    """The logo as a data URI.

    Raises:
        ValueError: what is wrong with the file, in French.
    """
    try:
        octets = chemin.read_bytes()
    except OSError:
        raise ValueError(f"logo introuvable ou illisible : {chemin.name}") from None
    if len(octets) > OCTETS_MAX:
        raise ValueError("le logo dépasse 2 Mo")
    if octets.startswith(PNG):
        check_pixels(octets)
        genre = "png"
    elif chemin.suffix.lower() == ".svg":
        check_svg(octets)
        genre = "svg+xml"
    else:
        raise ValueError("le logo n'est ni un PNG ni un SVG")
    return f"data:image/{genre};base64,{base64.b64encode(octets).decode()}"


def check_svg(octets: bytes) -> None:
    """Raises ValueError when a drawing is not SVG, runs something or refers to what is outside it."""
    # A document type may declare entities, which grow without limit or read files.
    reste = octets.replace(b"<!--", b"").replace(b"<![CDATA[", b"")
    if b"<!" in reste or b"<?xml-" in octets or b"\x00" in octets:
        raise ValueError("le logo commence par une déclaration : enregistrez-le en SVG simple, en UTF-8, sans DOCTYPE")
    try:
        racine = ElementTree.fromstring(octets)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise ValueError("le logo n'est pas un SVG lisible") from None
    if racine.tag != f"{SVG}svg":
        raise ValueError("le logo n'est pas un SVG lisible")
    for element in racine.iter():
        if ELEMENTS_REFUSES.fullmatch(local(element.tag)) or any(local(cle).startswith("on") for cle in element.attrib):
            raise ValueError("le logo contient un script ou ce qui s'anime")
        liens = [valeur.strip() for cle, valeur in element.attrib.items() if local(cle) in {"href", "src", "base"}]
        textes = [*element.attrib.values(), element.text or ""]
        if not all(map(REFERENCE_INTERNE.match, liens)) or any(map(URL_EXTERNE.search, textes)):
            raise ValueError("le logo renvoie à un fichier ou à une adresse : incorporez-y ce qu'il montre")
        for pixels in filter(None, map(PIXELS.match, liens)):
            check_pixels(base64.b64decode(pixels[1]))
    check_size(racine)


def check_pixels(octets: bytes) -> None:
    """Raises ValueError when pixels cannot be read, or are so many that nobody could print them: a small file may be of
    any size once it is unfolded."""
    from PIL import Image  # noqa: PLC0415 (few networks have pixels in their logo)

    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
            points = math.prod(Image.open(io.BytesIO(octets), formats=("PNG", "JPEG")).size)
    except Image.DecompressionBombError:
        points = PIXELS_MAX + 1
    except (OSError, ValueError, SyntaxError):
        raise ValueError("l'image du logo n'est ni un PNG ni un JPEG lisible") from None
    if points > PIXELS_MAX:
        raise ValueError(f"l'image du logo dépasse {PIXELS_MAX // 1_000_000} millions de points : réduisez-la")


def check_size(racine: ElementTree.Element) -> None:
    """Raises ValueError when a drawing shows too many things: a reference shows all that it refers to, and references
    to references multiply."""
    designes = {element.attrib["id"]: element for element in racine.iter() if "id" in element.attrib}
    formes = dict[ElementTree.Element, int]()  # of each element: what it shows, itself included
    en_cours = set[ElementTree.Element]()

    def count(element: ElementTree.Element) -> int:
        if element in en_cours:
            raise ValueError("le logo renvoie à lui-même")
        if len(en_cours) > PROFONDEUR_MAX:
            raise ValueError("le logo a trop de groupes les uns dans les autres : simplifiez-le")
        if element not in formes:
            en_cours.add(element)
            montres = [*element, *(designes[nom] for nom in references(element) if nom in designes)]
            formes[element] = 1 + sum(map(count, montres))
            en_cours.remove(element)
        return formes[element]

    if count(racine) > FORMES_MAX:
        raise ValueError("le logo montre trop de formes : simplifiez-le")


def references(element: ElementTree.Element) -> Iterator[str]:
    """What parts of its drawing an element names, as often as it does."""
    for cle, valeur in element.attrib.items():
        if local(cle) == "href" and valeur.strip().startswith("#"):
            yield valeur.strip()[1:]
        yield from REFERENCES.findall(valeur)


def local(nom: str) -> str:
    """A name without its namespace, in lower case: '{http://www.w3.org/1999/xlink}href' → 'href'."""
    return str(nom).rpartition("}")[2].lower()


def channels(couleur: str) -> list[int]:
    """Red, green and blue of '#rrggbb', from 0 to 255."""
    return [int(couleur[rang : rang + 2], 16) for rang in (1, 3, 5)]


def luminance(couleur: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white)."""
    r, v, b = ((c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels(couleur))
    return 0.2126 * r + 0.7152 * v + 0.0722 * b


def contrast(couleur: str, autre: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    sombre, clair = sorted((luminance(couleur), luminance(autre)))
    return (clair + 0.05) / (sombre + 0.05)
