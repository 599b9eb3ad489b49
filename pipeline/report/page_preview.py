"""One page of the network's report, or one text of its analysts, on a database that was built before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import MachineError, UsageError, closest
from pipeline.models import catalog, checks
from pipeline.models.built import BuiltDatabase
from pipeline.models.locked import open_locked
from pipeline.report import network, pdf, templates
from pipeline.report.material import EditionMaterial, read_material
from pipeline.settings import Settings

PAGES = ("essentiel", "sommaire", "introduction", "definition", "conclusion", "annexes", "officiels", "glossaire",
         "methode", "qualite")  # fmt: skip
FOCUS = ("focus_essai", "focus_intermediaire", "focus_post_examen")
SECTION = re.compile(r'<section\b[^>]*\bid="([^"]+)"')
# How the page of each text shows it: its heading there, the level of the text's own, the frame around it.
TEXTES = {
    "introduction": ("Introduction", 2, "chapitre"), "stagiaire": ("Définition", 2, "encadre"),
    "synthese": ("Synthèse", 3, "colonnes"), "recommandations": ("Recommandations", 3, "chapitre"),
    "cfa": ("Rapport d'un CFA", 2, "chapitre"),
}  # fmt: skip


def write_page(nom: str, base: Path, sortie: Path, sql: Path, reglages: Settings, propres: Path | None) -> Path:
    """Write `<sortie>/page_<nom>.pdf`: a page of the report (`page_ids`), of what the database has.

    Raises:
        UsageError: no such page, or one that is not printed this year; no such database.
        MachineError: nothing can be written there, or WeasyPrint's libraries are missing.
    """
    pages = page_ids(reglages)
    if nom not in pages:
        faire = f"Pages : {', '.join(pages)}."
        raise UsageError(f"le rapport n'a pas de page « {nom} »{closest(nom, pages)}", faire=faire)
    pdf.check_machine()
    materiel = read(base, sql, reglages, propres)
    contexte = network.make_context(materiel)
    html = templates.render("apercu_page.html.jinja", contexte, materiel.gabarits)
    return write(only(html, nom, pages), sortie / f"page_{nom}.pdf")


def write_text(lieu: str, base: Path, sortie: Path, sql: Path, reglages: Settings, propres: Path | None) -> Path:
    """Write `<sortie>/texte_<lieu>.pdf`: the text of a place, with the figures of the database.

    Raises:
        UsageError: no such place, no text there, or one that cannot be printed; no such database.
        MachineError: nothing can be written there, or WeasyPrint's libraries are missing.
    """
    pdf.check_machine()
    materiel = read(base, sql, reglages, propres)
    titre, niveau, forme = shown_as(lieu, reglages)
    mots = materiel.textes.texte(lieu, niveau)
    if not mots:
        quoi = f"aucun texte au lieu « {lieu} »"
        raise UsageError(quoi, faire=f"Écrivez {lieu}.md dans le dossier des textes (docs/ecrire-les-textes.md).")
    contexte = {**materiel.page, "lieu": lieu, "titre": titre, "forme": forme, "mots": mots}
    html = templates.render("apercu_texte.html.jinja", contexte, materiel.gabarits)
    return write(html, sortie / f"texte_{lieu}.pdf")


def page_ids(reglages: Settings) -> dict[str, str]:
    """What each page may be called, and its mark in the HTML: those of every report, the chapters of the settings by
    their keys, the periods as their texts are."""
    chapitres = {section.cle: f"section-{section.cle}" for section in reglages.sections}
    return {nom: nom for nom in PAGES} | chapitres | {nom: nom.replace("_", "-", 1) for nom in FOCUS}


def shown_as(lieu: str, reglages: Settings) -> tuple[str, int, str]:
    """Heading, level and frame of a text; a place that is not there is told by `Texts.texte`."""
    if lieu in TEXTES:
        return TEXTES[lieu]
    titre = next((section.titre for section in reglages.sections if section.cle == lieu), "")
    return (titre, 2, "chapitre") if titre else (lieu.replace("_", " ").capitalize(), 2, "colonnes")


def text_files(reglages: Settings) -> Iterator[Path]:
    """Every file of the network's own folder of texts; those of the project are templates."""
    if reglages.presentation.textes is not None:
        yield from reglages.beside(reglages.presentation.textes).rglob("*.md")


def read(base: Path, sql: Path, reglages: Settings, propres: Path | None) -> EditionMaterial:
    """What the report is made of. Raises UsageError as `read_material`, and for a database built without a model."""
    catalogue = catalog.load_catalog(sql, reglages, propres)
    with open_locked(base) as con:
        checks.check_tables(con, catalogue.tables, base)
        ((fictives,),) = con.execute("select donnees_fictives from ref.parametres").fetchall()
        return read_material(con, BuiltDatabase(base, reglages, catalogue, fictives, {}, [], "", "", []))


def only(html: str, nom: str, pages: Mapping[str, str]) -> str:
    """A document without its other pages. Raises UsageError when it has not that one."""
    debuts = {trouvee[1]: trouvee.start() for trouvee in SECTION.finditer(html)}
    if pages[nom] not in debuts:
        imprimees = ", ".join(page for page, marque in pages.items() if marque in debuts)
        raise UsageError(
            f"la page « {nom} » n'est pas imprimée cette année", faire=f"Celles qui le sont : {imprimees}."
        )
    debut, fin = debuts[pages[nom]], html.rindex("</section>") + len("</section>")
    suivante = min((autre for autre in debuts.values() if autre > debut), default=fin)
    return html[: min(debuts.values())] + html[debut:suivante] + html[fin:]


def write(html: str, chemin: Path) -> Path:
    """Lay it out. Raises MachineError when it cannot be written."""
    try:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        pdf.write_pdf(html, chemin)
    except OSError:
        faire = "Fermez-le s'il est ouvert, ou choisissez --sortie."
        raise MachineError("l'aperçu ne peut pas être écrit", ou=chemin, faire=faire) from None
    return chemin
