"""How the network presents itself: its colour, its logo."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from pipeline.branding import PNG, contrast, read_logo
from pipeline.errors import UsageError
from pipeline.report import templates
from pipeline.settings import load_settings
from tests.support import RESEAU, SECTIONS


def test_contrast_is_that_of_the_accessibility_guidelines() -> None:
    # WebAIM's figures.
    assert round(contrast("#ffffff", "#000000"), 2) == 21
    assert [round(contrast(gris, "#ffffff"), 2) for gris in ("#767676", "#777777")] == [4.54, 4.48]


def test_the_style_sheet_has_the_colour_of_the_network() -> None:
    feuille = templates.environment(templates.GABARITS).get_template("rapport.css").render(couleur="#0b5d3b", fictif="")
    assert "color: #0b5d3b" in feuille and "#2b6396" not in feuille


@pytest.mark.parametrize(
    ("presentation", "quoi"),
    [
        ('couleur = "#f2c84b"', "clé « presentation.couleur » : « #f2c84b » est trop claire pour être lue sur du blanc "
         "(contraste de 1,6, il en faut 4,5). Corrigez-la."),
        ('couleur = "bleu"', "clé « presentation.couleur » : « bleu » n'est pas une couleur ; elle s'écrit #2b6396"),
        ('couleurs = "#2b6396"', "clé inconnue « presentation.couleurs » (le plus proche : « couleur »)"),
        ('textes = "absent"', "[presentation] textes : dossier introuvable : absent"),
        ('logo = "absent.svg"', "[presentation] logo : logo introuvable ou illisible : absent.svg"),
    ],
)  # fmt: skip
def test_a_wrong_presentation_is_told_with_its_line(tmp_path: Path, presentation: str, quoi: str) -> None:
    chemin = tmp_path / "config.toml"
    chemin.write_text(f"[presentation]\n{presentation}\n{RESEAU}{SECTIONS}", encoding="utf-8")
    with pytest.raises(UsageError) as refus:
        load_settings(chemin)
    assert refus.value.message.startswith(f"{chemin}:2 : {quoi}")


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
HOSTILES = {
    "script": SVG.format("<script>alert(1)</script>"),
    "onload": SVG.replace("<svg ", "<svg onload='x' ").format(""),
    "fichier": SVG.format('<image xlink:href="file:///etc/passwd"/>'),
    "adresse": SVG.format('<use href="https://exemple.fr/x.svg#a"/>'),
    "feuille": SVG.format("<style>@import 'https://exemple.fr/x.css';</style>"),
    "remplissage": SVG.format('<rect fill="url(https://exemple.fr/x.svg#a)"/>'),
    "adresse deguisee": SVG.format(r'<rect style="fill: u\72l(https://exemple.fr/x.svg#a)"/>'),
    "page": SVG.format("<foreignObject><p>x</p></foreignObject>"),
    "svg dans l'image": SVG.format('<image href="data:image/svg+xml;base64,AA"/>'),
    "entites": '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("&a;"),
    "feuille declaree": '<?xml-stylesheet href="https://exemple.fr/x.css"?>' + SVG.format(""),
    "pas du svg": "<html/>",
    "coupe": SVG.format("")[:-3],
}


@pytest.mark.parametrize("nom", HOSTILES)
def test_a_logo_that_runs_or_reads_anything_is_refused(tmp_path: Path, nom: str) -> None:
    (tmp_path / "logo.svg").write_text(HOSTILES[nom], encoding="utf-8")
    with pytest.raises(ValueError, match="le logo"):
        read_logo(tmp_path / "logo.svg")


def test_a_logo_is_a_drawing_or_pixels_complete_in_itself(tmp_path: Path) -> None:
    dessin = SVG.format('<style><![CDATA[.a{fill:url(#b)}]]></style><use href="#a"/><!-- vu -->')
    (tmp_path / "logo.svg").write_text(f'<?xml version="1.0"?>{dessin}', encoding="utf-8")
    assert read_logo(tmp_path / "logo.svg").startswith("data:image/svg+xml;base64,")
    pixels = png(3, 2)
    (tmp_path / "logo.png").write_bytes(pixels)
    assert read_logo(tmp_path / "logo.png") == f"data:image/png;base64,{base64.b64encode(pixels).decode()}"
    dessin = SVG.format(f'<image href="data:image/png;base64,{base64.b64encode(pixels).decode()}"/>')
    (tmp_path / "logo.svg").write_text(dessin, encoding="utf-8")
    assert read_logo(tmp_path / "logo.svg").startswith("data:image/svg+xml;base64,")
    (tmp_path / "logo.jpg").write_bytes(b"\xff\xd8")
    with pytest.raises(ValueError, match="ni un PNG ni un SVG"):
        read_logo(tmp_path / "logo.jpg")


def png(largeur: int, hauteur: int) -> bytes:
    """Black pixels."""
    flux = io.BytesIO()
    Image.new("L", (largeur, hauteur)).save(flux, "PNG")
    return flux.getvalue()


def announced(largeur: int, hauteur: int) -> bytes:
    """Pixels that say that they are that many."""
    entete = b"IHDR" + struct.pack(">IIBBBBB", largeur, hauteur, 8, 0, 0, 0, 0)
    octets = png(1, 1)
    return octets[:12] + entete + struct.pack(">I", zlib.crc32(entete)) + octets[33:]


@pytest.mark.parametrize(
    ("octets", "quoi"),
    [
        (announced(60_000, 60_000), "20 millions de points"),
        (announced(11_000, 9_000), "20 millions"),
        (PNG, "PNG"),
        (PNG + b"rien", "PNG"),
        (png(9, 9)[:20], "PNG"),
    ],
    ids=["immense", "grand", "vide", "autre chose", "coupé"],
)
@pytest.mark.parametrize("dans_un_dessin", [False, True])
def test_pixels_are_read_and_not_too_many(tmp_path: Path, octets: bytes, quoi: str, dans_un_dessin: bool) -> None:
    logo = tmp_path / ("logo.svg" if dans_un_dessin else "logo.png")
    incorpores = f'<image href=" data:image/png;base64,{base64.b64encode(octets).decode()}"/>'
    logo.write_bytes(SVG.format(incorpores).encode() if dans_un_dessin else octets)
    with pytest.raises(ValueError, match=quoi):
        read_logo(logo)


def multiplied(lien: str, etages: int) -> str:
    """A drawing in which each floor shows ten times the one below."""
    groupes = "".join(f'<g id="g{e}">{lien.format(e - 1) * 10}</g>' for e in range(1, etages))
    return SVG.format(f'<defs><path id="g0" d="M0 0h1"/>{groupes}</defs>{lien.format(etages - 1)}')


IMMENSES = {
    "use": multiplied('<use href="#g{}"/>', 12),
    "use, ancien nom": multiplied('<use xlink:href=" #g{}"/>', 12),
    "motifs": multiplied('<rect fill="url(#g{})"/>', 12),
    "masques": multiplied("<rect style=\"mask: URL( '#g{}' )\"/>", 12),
    "tours": SVG.format('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
    "profond": SVG.format("<g>" * 5_000 + "</g>" * 5_000),
    "formes": SVG.format("<path/>" * 30_000),
}


@pytest.mark.parametrize("nom", IMMENSES)
def test_a_drawing_that_unfolds_without_end_is_refused(tmp_path: Path, nom: str) -> None:
    (tmp_path / "logo.svg").write_text(IMMENSES[nom], encoding="utf-8")
    with pytest.raises(ValueError, match=r"formes|lui-même|groupes"):
        read_logo(tmp_path / "logo.svg")


def test_a_drawing_may_show_a_part_of_itself_again(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(multiplied('<use href="#g{}"/>', 4), encoding="utf-8")
    assert read_logo(tmp_path / "logo.svg").startswith("data:image/svg+xml")
