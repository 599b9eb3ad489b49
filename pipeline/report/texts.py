"""The analysts' own words: Markdown files → pages, the figures that they name replaced."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

from pipeline import details
from pipeline.errors import UsageError, closest
from pipeline.paths import GABARITS
from pipeline.report.figures import EXEMPLES, FigureError, Figures
from pipeline.settings import CHAPITRES_LIVRES, Settings, check_annee

DOSSIER = GABARITS / "textes"
SUFFIXE = ".md"
# Where the report has room for words, beside the top of each chapter of config.toml.
LIEUX = (
    "introduction", "stagiaire", "focus_essai", "focus_intermediaire", "focus_post_examen", "synthese",
    "recommandations", "cfa",
)  # fmt: skip
CHIFFRE = re.compile(r"\{\{([^{}\n]*)\}\}")
ACCOLADES = re.compile(r"\{\{|\}\}|\{%")
ADRESSE = re.compile(r"(?:https://|mailto:)\S", re.IGNORECASE)
# Nothing that a report of directors has: what is indented, or between backquotes, is text.
REGLES_RETIREES = ("code", "fence", "backticks", "html_block", "html_inline", "lheading", "hr")


@dataclass(frozen=True)
class Texts:
    """The texts of a report, by place.

    Attributes:
        fichiers: the file of each place that has one.
        lieux: every place.
    """

    fichiers: dict[str, Path]
    lieux: Collection[str]
    chiffres: Figures

    def texte(self, lieu: str, niveau: int = 2) -> Markup:
        """The words of a place, '' where there are none; its `#` is a heading of level `niveau`.

        Raises:
            UsageError: no such place, or a text that cannot be printed.
        """
        if lieu not in self.lieux:
            faire = f"Lieux des textes : {', '.join(self.lieux)}."
            raise UsageError(f"pas de lieu « {lieu} » pour un texte{closest(lieu, self.lieux)}", faire=faire)
        return render(self.fichiers[lieu], self.chiffres, niveau) if lieu in self.fichiers else Markup("")


def open_texts(reglages: Settings, chiffres: Figures, projet: Path = DOSSIER) -> Texts:
    """The texts of a year: the network's own folder wins over the project's, whose words are true of any network, and
    in it the folder of the year.

    Raises:
        UsageError: a file for no place, a folder of no year, or a chapter that has the name of another place.
    """
    for section in reglages.sections:
        if section.cle in LIEUX:
            faire = "Changez la clé de ce chapitre dans config.toml et dans ses ventilations."
            raise UsageError(f"« {section.cle} » est le nom d'un lieu du rapport, non d'un chapitre", faire=faire)
    # The words of a shipped chapter wait where config.toml does without it.
    lieux = list(dict.fromkeys([*LIEUX, *(section.cle for section in reglages.sections), *CHAPITRES_LIVRES]))
    fichiers = list_texts(projet, "", lieux)
    if reglages.presentation.textes is not None:
        propre = reglages.beside(reglages.presentation.textes)
        fichiers |= list_texts(propre, "", lieux) | list_texts(propre, chiffres.annee, lieux)
    return Texts(fichiers, lieux, chiffres)


def list_texts(dossier: Path, annee: str, lieux: Collection[str]) -> dict[str, Path]:
    """The files of a folder of texts (of one year in it, if `annee` is not empty), by place.

    Raises:
        UsageError: see `open_texts`.
    """
    trouves = {}
    for chemin in visible(dossier / annee):
        if chemin.is_dir() and not annee:
            check_year_folder(chemin, lieux)
            continue
        check_place(chemin, lieux)
        trouves[chemin.stem] = chemin
    return trouves


def visible(dossier: Path) -> Iterator[Path]:
    """What a folder holds, hidden files apart; nothing where there is none."""
    if dossier.is_dir():
        yield from sorted(chemin for chemin in dossier.iterdir() if not chemin.name.startswith("."))


def check_place(chemin: Path, lieux: Collection[str]) -> None:
    """Raises UsageError when a file is the text of no place."""
    if chemin.suffix != SUFFIXE or chemin.stem not in lieux or not chemin.is_file():
        raise UsageError(
            f"ce fichier n'est le texte d'aucun lieu du rapport{closest(chemin.stem, lieux)}",
            ou=chemin,
            faire=f"Retirez-le, ou donnez-lui un de ces noms, suivi de {SUFFIXE} : {', '.join(lieux)}.",
        )


def check_year_folder(dossier: Path, lieux: Collection[str]) -> None:
    """Raises UsageError when a folder is of no year, or has a file for no place: better told before its year comes."""
    try:
        check_annee(dossier.name)
    except ValueError as erreur:
        faire = "Nommez ce dossier comme une année, ou retirez-le."
        raise UsageError(str(erreur), ou=dossier, faire=faire) from None
    for chemin in visible(dossier):
        check_place(chemin, lieux)


def render(chemin: Path, chiffres: Figures, niveau: int = 2) -> Markup:
    """A text as HTML, its `#` a heading of level `niveau`; '' for an empty file.

    Raises:
        UsageError: not UTF-8, a figure that there is not, an image, an address other than https or mailto, a heading
            that skips a level; with its line.
    """
    try:
        source = chemin.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        faire = "Enregistrez-le en texte UTF-8, lisible par vous."
        raise UsageError("texte illisible", ou=chemin, faire=faire) from None
    details.tell(f"texte {chemin}")
    if not source.strip():
        return Markup("")
    env: dict[str, Any] = {"chiffres": read_figures(source, chiffres, chemin)}
    jetons = markdown().parse(source, env)
    vus = 0
    for jeton in jetons:
        ligne = jeton.map[0] + 1 if jeton.map else None
        match jeton.type:
            case "heading_open" | "heading_close":
                profondeur = int(jeton.tag[1])
                if profondeur > min(vus + 1, 2):
                    faire = "Un texte a des titres # et, sous eux, des titres ## : rien de plus profond."
                    quoi = f"titre de niveau {profondeur} hors de sa place"
                    raise UsageError(quoi, ou=chemin, ligne=ligne, faire=faire)
                vus, jeton.tag = profondeur, f"h{profondeur + niveau - 1}"
            case "th_open":
                jeton.attrSet("scope", "col")
            case "inline":
                check_inline(jeton, chemin)
    html = markdown().renderer.render(jetons, markdown().options, env)
    return Markup(f'<div class="texte">\n{html}</div>\n')


def read_figures(source: str, chiffres: Figures, chemin: Path) -> dict[str, str]:
    """What stands for each figure that a text names.

    Raises:
        UsageError: one that there is not, or braces that are no figure; with its line.
    """
    valeurs = {}
    for numero, ligne in enumerate(source.split("\n"), start=1):
        for trouve in CHIFFRE.finditer(ligne):
            nom = figure_name(trouve)
            try:
                valeurs[nom] = chiffres.written(nom)
            except FigureError as erreur:
                raise UsageError(erreur.quoi, ou=chemin, ligne=numero, faire=erreur.faire) from None
        if ACCOLADES.search(CHIFFRE.sub("", ligne)):
            quoi = "des accolades qui ne nomment pas un chiffre"
            raise UsageError(quoi, ou=chemin, ligne=numero, faire=f"Ouvrez et fermez sur une ligne. {EXEMPLES}")
    return valeurs


def figure_name(trouve: re.Match[str]) -> str:
    """What is between braces; a bar in the cell of a table is written with a backslash."""
    return trouve[1].replace("\\|", "|").strip()


def check_inline(jeton: Token, chemin: Path) -> None:
    """Raises UsageError for an image, or a link to elsewhere than the web or a mailbox."""
    ligne = jeton.map[0] + 1 if jeton.map else None
    for enfant in jeton.children or ():
        if enfant.type == "image":
            faire = "Retirez-la : un texte n'a que des mots, des tableaux et des chiffres."
            raise UsageError("image refusée dans un texte", ou=chemin, ligne=ligne, faire=faire)
        if enfant.type == "link_open" and not ADRESSE.match(str(enfant.attrGet("href"))):
            faire = "Donnez une adresse qui commence par https:// ou mailto:."
            raise UsageError("lien refusé dans un texte", ou=chemin, ligne=ligne, faire=faire)
        if ligne is not None and enfant.type in {"softbreak", "hardbreak"}:
            ligne += 1


@cache
def markdown() -> MarkdownIt:
    """The Markdown of the texts: CommonMark and its tables, without raw HTML or code, with figures."""
    md = MarkdownIt("commonmark", {"html": False}).enable("table").disable(REGLES_RETIREES)
    # Every address becomes a link or an image, so that what is refused is told rather than left as text.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    # Before all other rules: the name of a row may look like Markdown.
    md.inline.ruler.before("text", "chiffre", read_figure)
    md.add_render_rule("chiffre", lambda _, jetons, rang, *__: escapeHtml(jetons[rang].content))
    return md


def read_figure(etat: StateInline, muet: bool) -> bool:
    """The rule of Markdown that reads `{{ … }}`."""
    trouve = CHIFFRE.match(etat.src, etat.pos)
    if trouve is None:
        return False
    if not muet:
        etat.push("chiffre", "", 0).content = etat.env["chiffres"][figure_name(trouve)]
    etat.pos = trouve.end()
    return True
