"""The edition for the screen: the report's pages, from the same blocks and templates, as files that a browser opens.

Each page is complete in itself: its style, font, scripts and charts are in it, and it reads nothing else. What a page
of paper and a screen ask differently of the same HTML is done here, so that templates need not know: charts become
drawings of the page, tables stand in frames that move, the contents are made of the titles.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.edition import graphics
from pipeline.report import cfa, network, templates
from pipeline.report.cfa import CfaMaterial
from pipeline.report.drawn import NamedChart
from pipeline.report.material import EditionMaterial

ACCUEIL = "index.html"
ECRAN = templates.GABARITS / "ecran"
POLICES = ("Regular", "SemiBold")
DESSIN = re.compile(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]*)">')
SVG = re.compile(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>')
# What a drawing says to programs that read it apart from its page, and what its page says for it.
MUETS = re.compile(r' (?:role|aria-[a-z]+|class)="[^"]*"')
TABLEAU = re.compile(r"<table\b([^>]*)>(.*?)</table>", re.DOTALL)
LARGEURS = re.compile(r"\s*<colgroup>.*?</colgroup>", re.DOTALL)  # in millimetres
ANCRE = re.compile(r'<(?:section|div)\b[^>]*? id="([\w-]+)"[^>]*>')
TITRE = re.compile(r"<h([12])\b[^>]*>(.*?)</h\1>", re.DOTALL)
SOMMAIRE = "<!-- sommaire -->"


@dataclass(frozen=True)
class Link:
    """A link to a file of the edition."""

    nom: str
    adresse: str


@dataclass(frozen=True)
class CfaLink:
    """The page and the report of a CFA."""

    nom: str
    page: str
    pdf: str


@dataclass(frozen=True)
class TableFiles:
    """The files of a breakdown and of its chart."""

    titre: str
    donnees: list[str]
    dessins: list[str]


@dataclass
class Title:
    """A title of a page, where it is, and those under it."""

    nom: Markup
    ancre: str
    suite: list[Title] = field(default_factory=list)


def write_network_page(
    materiel: EditionMaterial, contexte: dict[str, Any], des_cfa: Iterable[CfaLink], dessinees: Iterable[str],
    dossier: Path,
) -> None:  # fmt: skip
    """`index.html`: what the network's report says (`network.make_context`), with links to every file of the edition;
    `dessinees` are the breakdowns whose chart has files (`graphics`).

    Raises:
        UsageError: a wrong template.
    """
    annee, dessins = materiel.ensemble["annee"], {*dessinees}
    fichiers = {
        une.nom: TableFiles(
            une.entete.titre,
            [f"tables/{une.nom}.csv", f"donnees/{une.nom}.parquet"],
            [f"{graphics.DOSSIER}/{une.nom}.{suffixe}" for suffixe in graphics.SUFFIXES] if une.nom in dessins else [],
        )
        for une in materiel.ventilations
    }
    acces = [
        Link("Rapport (PDF)", f"rapport_{annee}.pdf"),
        Link("Classeur (XLSX)", f"classeur_{annee}.xlsx"),
        Link("Tous les fichiers", "#fichiers"),
    ]
    liens = {
        "acces": acces,
        "des_cfa": list(des_cfa),
        "publies": list(fichiers.values()),
        "fichiers_de": {nom: [*un.donnees, *un.dessins] for nom, un in fichiers.items()},
    }
    entier = network.on_a_screen(materiel, contexte)
    dessines = in_two_widths(network.every_chart(contexte))
    html = lay_out("rapport.html.jinja", {**entier, **liens}, materiel.gabarits, dessines)
    (dossier / ACCUEIL).write_text(html, encoding="utf-8")


def write_cfa_page(materiel: CfaMaterial, uai: str, contexte: dict[str, Any], pdf: str, chemin: Path) -> None:
    """The page of one CFA: what its report says (`cfa.make_context`), with links to it (`pdf`, in the same folder) and
    to the files of its charts, in the folder named like the page.

    Raises:
        UsageError: a wrong template.
    """
    acces = [Link("Rapport (PDF)", pdf), Link("Édition du réseau", f"../{ACCUEIL}")]
    dessines = cfa.every_chart(contexte)
    fichiers = {un.nom: [f"{chemin.stem}/{un.nom}.{suffixe}" for suffixe in graphics.DES_CFA] for un in dessines}
    liens = {"acces": acces, "des_cfa": [], "publies": [], "fichiers_de": fichiers}
    entier = cfa.on_a_screen(materiel, uai, contexte)
    html = lay_out("cfa.html.jinja", {**entier, **liens}, materiel.gabarits, in_two_widths(dessines))
    chemin.write_text(html, encoding="utf-8")


def lay_out(page: str, contexte: dict[str, Any], gabarits: Iterable[str], etroits: Mapping[str, str]) -> str:
    """A page of the report for a browser; `etroits` are the charts drawn for a telephone too (`in_two_widths`)."""
    script = read_script()
    html = templates.render(
        page,
        {
            **contexte,
            "polices": read_fonts(),
            "script": Markup(script),
            "securite": policy(script),
        },
        [*gabarits],
        ecran=True,
    )
    html = DESSIN.sub(functools.partial(draw, etroits), html)
    html = TABLEAU.sub(Frames(), html)
    sommaire = templates.environment(templates.GABARITS).get_template("ecran/sommaire.html.jinja")
    return html.replace(SOMMAIRE, sommaire.render(titres=outline(html)))


@functools.cache
def read_script() -> str:
    return (ECRAN / "ecran.js").read_text(encoding="utf-8").strip()


@functools.cache
def read_fonts() -> dict[str, str]:
    """Each weight of the report's font, the letters that French and its numbers need, as base64."""
    return {
        graisse: base64.b64encode((ECRAN / f"polices/Inter-{graisse}.woff2").read_bytes()).decode()
        for graisse in POLICES
    }


def policy(script: str) -> str:
    """What a browser is told to refuse: all that is not in the page, any script but ours."""
    empreinte = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{empreinte}'; style-src 'unsafe-inline'; img-src data:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def in_two_widths(graphiques: Iterable[NamedChart]) -> dict[str, str]:
    """The charts of a report, each with its drawing for a telephone."""
    return {un.image.svg: un.image.narrow() for un in graphiques}


def draw(etroits: Mapping[str, str], trouve: re.Match[str]) -> str:
    """A chart of the page, in both widths."""
    svg, mots = base64.b64decode(trouve[1]).decode(), trouve[2]
    return inline(svg, mots, "dessin") + inline(etroits[svg], mots, "dessin etroit")


def inline(svg: str, mots: str, classe: str) -> str:
    """A drawing as an element of a page, with its words (escaped)."""
    tete = SVG.match(svg)
    assert tete is not None
    reste = MUETS.sub("", svg[tete.end() :])
    return f'<svg class="{classe}" role="img" aria-label="{mots}" viewBox="{tete[1]}">{reste}'


class Frames:
    """Puts each table of a page in a frame that moves alone when it is too narrow, and that has the table's name."""

    def __init__(self) -> None:
        self.numero = 0

    def __call__(self, trouve: re.Match[str]) -> str:
        self.numero += 1
        attributs, contenu = trouve[1], LARGEURS.sub("", trouve[2])
        nom = f"tableau-{self.numero}"
        legende = f'aria-label="Tableau {self.numero}"'
        if "<caption>" in contenu:
            legende, contenu = f'aria-labelledby="{nom}"', contenu.replace("<caption>", f'<caption id="{nom}">', 1)
        return f'<div class="cadre" role="group" tabindex="0" {legende}><table{attributs}>{contenu}</table></div>'


def outline(html: str) -> list[Title]:
    """The titles of a page that a link may lead to: its chapters, and their breakdowns."""
    titres: list[Title] = []
    ancres = [*ANCRE.finditer(html)]
    for ancre, suivante in zip(ancres, [*ancres[1:], None], strict=True):
        trouve = TITRE.search(html, ancre.end(), suivante.start() if suivante else len(html))
        if trouve is None:
            continue
        titre = Title(Markup(trouve[2].strip()), escape(ancre[1]))
        (titres if trouve[1] == "1" or not titres else titres[-1].suite).append(titre)
    return titres
