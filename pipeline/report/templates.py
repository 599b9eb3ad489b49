"""The templates of `report_templates/`: which one shows a breakdown, what they may use, where one is wrong."""

from __future__ import annotations

import base64
import functools
import re
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from pipeline import formats, paths
from pipeline.errors import UsageError, closest
from pipeline.models.folder import BROUILLON, refuse_shared
from pipeline.models.header import BreakdownHeader
from pipeline.report import amounts, definitions, headline, printed, targets
from pipeline.report.breakdowns import ResultRow
from pipeline.typography import typeset_html

GABARITS = paths.GABARITS
SUFFIXE = ".html.jinja"
PAR_DEFAUT = "_defaut"
# How Jinja names what it does not know.
INCONNU = re.compile(r"'(?P<nom>\w+)' is undefined|has no attribute '(?P<attribut>\w+)'|No \w+ named '(?P<outil>\w+)'")
OUVERT = "Fermez ce que vous ouvrez : {% if %} par {% endif %}, {% for %} par {% endfor %}, {{ par }}."


def render(page: str, contexte: dict[str, Any], ventilations: Collection[str], ecran: bool = False) -> str:
    """A page of `report_templates/` as HTML; `ventilations` are the names of all the breakdowns. With `ecran`, the same
    page in the frame and the style of `report_templates/ecran/`, for a browser.

    Raises:
        UsageError: a wrong template, with its line, or one for no breakdown.
    """
    propres = own_sections(ventilations)
    env = environment(GABARITS)

    def section_of(nom: str) -> str:
        return f"sections/{nom if nom in propres else PAR_DEFAUT}{SUFFIXE}"

    with explained([*contexte, *env.globals, "bloc", "section"]):
        html = env.get_template(page).render(
            **contexte,
            ecran=ecran,
            gabarit=lambda nom: f"ecran/bloc{SUFFIXE}" if ecran else section_of(nom),
            section_de=section_of,
            css=Markup(env.get_template("ecran/ecran.css" if ecran else "rapport.css").render(**contexte)),
        )
    return typeset_html(html)


@functools.cache
def environment(dossier: Path) -> jinja2.Environment:
    """The templates of a folder, compiled once; they escape everything and refuse an unknown name."""
    refuse_shared(dossier, *dossier.rglob("*.*"))
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(dossier), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.filters.update(formats.FORMATS)
    env.filters["points"] = formats.points
    env.filters["date_longue"] = formats.date_longue
    env.filters["date_courte"] = formats.date_courte
    env.globals["effectif_min"], env.globals["effectif_solide"] = formats.EFFECTIF_MIN, formats.EFFECTIF_SOLIDE
    # A section seen alone shows all that it has, under its own title.
    env.globals["partie"], env.globals["seule"] = "tout", False
    env.globals["ruptures_detaillees"] = formats.RUPTURES_DETAILLEES
    env.globals["compte_solide"], env.globals["taux_fragile"] = formats.COMPTE_SOLIDE, formats.FRAGILE
    env.globals["ruptures_chiffrees_min"] = amounts.RUPTURES_MIN
    env.globals["cellule"] = written_cell
    env.globals["ecrit"] = formats.written
    env.globals["intervalle"], env.globals["bornes_de"] = printed.interval_cell, written_interval
    env.globals["taux_en_mots"] = formats.taux_en_mots
    env.globals["precision"], env.globals["fiabilite"] = formats.precision, formats.fiabilite
    env.globals["separateurs"] = formats.SEPARATEURS
    env.globals["pluriel"] = formats.plural
    env.globals["image"] = image_uri
    env.globals["a_meme_recul"] = definitions.like_maturity
    env.globals["attendues_au_national"] = definitions.expected_nationally
    env.globals["sortis_aussitot"] = definitions.left_at_once
    env.globals["premiers_mois"], env.globals["ruptures_seches"] = headline.first_months_sentence, headline.dry_sentence
    env.globals["objectifs_en_mots"] = targets.target_sentences
    env.globals["actions_en_mots"] = targets.action_sentences
    env.globals["trajectoires"], env.globals["annees_des_objectifs"] = targets.trajectories, targets.years_of
    env.globals["nom_d_objectif"], env.globals["intervalle_d_objectif"] = targets.name_of, targets.interval
    env.globals["cible"], env.globals["effet"] = targets.target, targets.effect
    env.globals["signes_d_objectif"], env.globals["exemple_d_action"] = targets.signs, targets.action_example
    return env


def written_cell(entete: BreakdownHeader, nom: str, ligne: ResultRow) -> str:
    """A value of a breakdown's row as its table prints it."""
    return printed.cell(entete.colonnes, nom, ligne)


def written_interval(entete: BreakdownHeader, bas: str, haut: str, ligne: ResultRow) -> str:
    """Both limits that a breakdown's row has in these columns, as its table prints them."""
    return printed.interval_cell(ligne, (bas, haut), entete.colonnes[bas])


def image_uri(svg: str) -> Markup:
    """A chart as a data URI."""
    return Markup(f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}")


def own_sections(ventilations: Collection[str]) -> set[str]:
    """The breakdowns that a template of `sections/` shows in place of `_defaut`. One of a breakdown of the project that
    is set aside, or that another folder of SQL lacks, waits.

    Raises:
        UsageError: a file that no breakdown would use.
    """
    # The template of a draft waits for it, and a run on .sql files kept elsewhere may have other breakdowns.
    propres, du_projet = set(), {c.stem.removeprefix(BROUILLON) for c in (paths.SQL / "ventilations").glob("*.sql")}
    for chemin in sorted((GABARITS / "sections").iterdir()):
        nom = chemin.name.removesuffix(SUFFIXE)
        if chemin.name.startswith(".") or chemin.name == f"{PAR_DEFAUT}{SUFFIXE}":
            continue
        if nom == chemin.name or nom not in {*ventilations, *du_projet}:
            raise UsageError(
                f"ce gabarit n'est celui d'aucune ventilation{closest(nom, ventilations)}",
                ou=chemin,
                faire=f"Donnez-lui le nom d'un fichier de sql/ventilations, suivi de {SUFFIXE}, ou retirez-le.",
            )
        propres.add(nom)
    return propres & set(ventilations)


@contextmanager
def explained(connus: list[str]) -> Iterator[None]:
    """Raises UsageError in place of what Jinja raises for a wrong template; `connus` are the names it may use."""
    try:
        yield
    except jinja2.TemplateSyntaxError as erreur:
        inconnu = INCONNU.search(erreur.message or "")
        quoi = f"filtre ou test inconnu « {inconnu['outil']} »" if inconnu else "gabarit illisible"
        faire = f"Filtres du rapport : {', '.join(formats.FORMATS)}." if inconnu else OUVERT
        raise UsageError(quoi, ou=erreur.filename, ligne=erreur.lineno, faire=faire) from None
    except jinja2.TemplateNotFound as erreur:
        chemin, ligne = place(erreur) or (GABARITS, None)
        raise UsageError(
            f"le gabarit « {erreur.name} » manque",
            ou=chemin,
            ligne=ligne,
            faire="Nommez un fichier de report_templates, par exemple macros/tableau.html.jinja.",
        ) from None
    except jinja2.UndefinedError as erreur:
        chemin, ligne = place(erreur) or (GABARITS, None)
        inconnu = INCONNU.search(erreur.message or "")
        nom = (inconnu["nom"] or inconnu["attribut"]) if inconnu else ""
        # A name that is not in the file was made of data.
        dit = f" « {nom} »" if nom and re.search(rf"\b{nom}\b", chemin.read_text(encoding="utf-8")) else ""
        proche = closest(nom, connus) if dit and inconnu and inconnu["nom"] else ""
        raise UsageError(
            f"nom inconnu{dit}{proche}",
            ou=chemin,
            ligne=ligne,
            faire="Corrigez-le, ou entourez de {% if … %} ce qui peut manquer.",
        ) from None
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError) as erreur:
        lieu = place(erreur)
        if lieu is None or not is_of_template(erreur):
            raise
        raise UsageError(
            "une valeur n'est pas de celles que ce calcul ou ce filtre attend",
            ou=lieu[0],
            ligne=lieu[1],
            faire="Vérifiez ce que cette ligne lui donne.",
        ) from None


def place(erreur: Exception) -> tuple[Path, int | None] | None:
    """The template that an error comes from, and its line there."""
    lieux = [(Path(appel.filename), appel.lineno) for appel in traceback.extract_tb(erreur.__traceback__)]
    return next((lieu for lieu in reversed(lieux) if lieu[0].is_relative_to(GABARITS)), None)


def is_of_template(erreur: Exception) -> bool:
    """Whether what failed is a template's own line, or a filter it called: what else fails is a bug of ours."""
    appels = [Path(appel.filename) for appel in traceback.extract_tb(erreur.__traceback__)]
    dernier = max(rang for rang, chemin in enumerate(appels) if chemin.is_relative_to(GABARITS))
    suite = appels[dernier + 1 :]
    return not suite or suite[0] == Path(formats.__file__) or "jinja2" in suite[0].parts
