"""How the network presents itself: its colour, its logo."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

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
    (tmp_path / "logo.png").write_bytes(PNG)
    assert read_logo(tmp_path / "logo.png") == f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    (tmp_path / "logo.jpg").write_bytes(b"\xff\xd8")
    with pytest.raises(ValueError, match="ni un PNG ni un SVG"):
        read_logo(tmp_path / "logo.jpg")
