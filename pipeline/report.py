"""A checked database → context → Jinja → HTML → PDF."""

from __future__ import annotations

import base64
import contextlib
import gc
import hashlib
import importlib
import io
import os
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import jinja2
from markupsafe import Markup

from pipeline import charts, findings, formats
from pipeline.build import Construction
from pipeline.chartspec import Points
from pipeline.errors import MachineError
from pipeline.settings import RACINE
from pipeline.sqlfile import SqlFile
from pipeline.sqlheader import ColonneImprimee, EnteteVentilation

GABARITS = RACINE / "report_templates"
LARGEUR_MM = 174  # of the column of text (rapport.css)
FICTIF = "Données fictives de démonstration"
# Rates of a total are computed by the same macros as those of the rows.
TOTAL_SQL = """
    select
        sum(effectif) as effectif,
        sum(ruptures_nettes) as ruptures_nettes,
        part(sum(ruptures_nettes), sum(effectif)) as taux_rupture_nette,
        wilson_bas(sum(ruptures_nettes), sum(effectif)) as taux_bas,
        wilson_haut(sum(ruptures_nettes), sum(effectif)) as taux_haut,
        fiabilite(sum(effectif)) as fiabilite
    from {table} where annee = ?
"""

# The chart of page 2: the region's rate over the published years.
EVOLUTION = EnteteVentilation(
    titre="Évolution",
    description="Taux du réseau, par année publiée.",
    section="essentiel",
    ordre=0,
    colonnes={
        "annee": ColonneImprimee(libelle="Année"),
        "taux_rupture_nette": ColonneImprimee(libelle="Taux de rupture nette", format="taux"),
    },
    graphique=Points(
        type="points", titre="Taux de rupture nette du réseau et intervalle à 95 %", x="taux_rupture_nette", y="annee",
        tri="lignes",
    ),
)  # fmt: skip

Ligne = dict[str, Any]


@dataclass(frozen=True)
class Bloc:
    """A breakdown as the report shows it.

    Attributes:
        lignes: the rows printed (the first `lignes_max`).
        autres: sums of the rows that are not, and how many they are (`n`); None when all are printed.
        total: sums over all the rows, in the printed columns that add up; None without rows.
        couverture: what the table holds of the year's net ruptures and what it leaves out, in one sentence.
        largeurs: widths of the printed columns, in millimetres.
    """

    nom: str
    entete: EnteteVentilation
    lignes: list[Ligne]
    autres: Ligne | None
    total: Ligne | None
    couverture: str
    graphique: charts.Image | None
    largeurs: list[float]


def select(con: duckdb.DuckDBPyConnection, sql: str, parametres: list[Any] | None = None) -> list[Ligne]:
    """Rows of a query as dictionaries."""
    resultat = con.execute(sql, parametres or [])
    noms = [colonne[0] for colonne in resultat.description or ()]
    return [dict(zip(noms, ligne, strict=True)) for ligne in resultat.fetchall()]


def to_totals(ligne: Ligne) -> findings.Totaux:
    """A row of `core.ruptures_nettes_par_annee` as the findings read it."""
    return findings.Totaux(**{champ.name: ligne[champ.name] for champ in fields(findings.Totaux)})


def make_block(con: duckdb.DuckDBPyConnection, modele: SqlFile, annee: Ligne, ensemble: Ligne, source: str) -> Bloc:
    """The rows of the report's year of a breakdown, its total, what it covers, its chart."""
    entete = modele.ventilation
    lignes = select(con, f"select * from {modele.table} where annee = ? order by rowid", [annee["annee"]])
    image = None
    if entete.graphique is not None and charts.has_marks(entete, lignes):
        donnees = charts.Donnees(lignes, ensemble["taux_rupture_nette"], source)
        image = charts.draw(entete, donnees)
    reste = lignes[entete.lignes_max :] if entete.lignes_max else []
    return Bloc(
        modele.nom,
        entete,
        lignes[: entete.lignes_max],
        {**sums(entete, reste), "n": len(reste)} if reste else None,
        total_line(con, modele, lignes, annee["annee"]),
        coverage(entete, lignes, ensemble),
        image,
        column_widths(entete, lignes[: entete.lignes_max]),
    )


def sums(entete: EnteteVentilation, lignes: list[Ligne]) -> Ligne:
    """Sums of the printed counts and shares."""
    return {
        nom: sum(ligne[nom] for ligne in lignes)
        for nom, colonne in entete.colonnes.items()
        if colonne.format in {"entier", "pourcentage"} and all(ligne[nom] is not None for ligne in lignes)
    }


def total_line(con: duckdb.DuckDBPyConnection, modele: SqlFile, lignes: list[Ligne], annee: str) -> Ligne | None:
    """Sums of the printed counts and shares, and the rate of the whole where the rows have one."""
    if not lignes:
        return None
    total = sums(modele.ventilation, lignes)
    if "taux_rupture_nette" in modele.ventilation.colonnes:
        total |= select(con, TOTAL_SQL.format(table=modele.table), [annee])[0]
    return total


def column_widths(entete: EnteteVentilation, lignes: list[Ligne]) -> list[float]:
    """Widths of the printed columns in millimetres, 174 in all: numbers take what they need, texts share the rest by
    their longest value. (Told to the page maker, which would otherwise lay every cell out twice.)"""
    nombres = sum(colonne.format in formats.NUMERIQUES for colonne in entete.colonnes.values())
    par_nombre = 17.0 if nombres <= 7 else 13.8
    longueurs = {
        nom: 3 + min(45, max([4, *(len(cell(entete, nom, ligne)) for ligne in lignes)]))
        for nom, colonne in entete.colonnes.items()
        if colonne.format not in formats.NUMERIQUES
    }
    par_lettre = (LARGEUR_MM - par_nombre * nombres) / max(1, sum(longueurs.values()))
    return [round(longueurs[nom] * par_lettre, 1) if nom in longueurs else par_nombre for nom in entete.colonnes]


def coverage(entete: EnteteVentilation, lignes: list[Ligne], ensemble: Ligne) -> str:
    """What the table holds and what it leaves out."""
    reunies = sum(ligne["ruptures_nettes"] for ligne in lignes)
    total = ensemble["ruptures_nettes"]
    if reunies == total:
        if total == 0:
            return "Aucune rupture nette dans l'année."
        toutes = findings.plural(total, "rupture nette, la seule", "ruptures nettes, toutes celles")
        return f"Le tableau réunit {toutes} de l'année."
    absentes = total - reunies
    manque = f"{entete.hors_total} : " if entete.hors_total else ""
    suivis = ""
    if "effectif" in entete.colonnes:
        hors = ensemble["effectif"] - sum(ligne["effectif"] for ligne in lignes)
        suivis = f" et {findings.plural(hors, 'apprenti suivi', 'apprentis suivis')}"
    return (
        f"Le tableau réunit {formats.entier(reunies)} des {formats.entier(total)} ruptures nettes de l'année. "
        f"{manque}{findings.plural(absentes, 'rupture nette', 'ruptures nettes')}{suivis}."
    )


def cell(entete: EnteteVentilation, nom: str, ligne: Ligne) -> str:
    """A printed value; what a total does not have is left blank."""
    if nom not in ligne:
        return ""
    return formats.written(entete.colonnes[nom].format, ligne[nom], ligne.get("fiabilite"))


def make_context(con: duckdb.DuckDBPyConnection, construction: Construction) -> dict[str, Any]:
    """Everything the templates read."""
    reglages = construction.reglages
    annee = select(con, "select * from core.annees where est_rapport")[0]
    # Years after the report's are not published: the last row is the report's year.
    annuels = select(con, "select * from core.ruptures_nettes_par_annee order by annee")
    totaux, ensemble = [to_totals(ligne) for ligne in annuels], annuels[-1]
    fictif = FICTIF if construction.donnees.fictives else ""
    source = f"Source : {reglages.reseau.source}, {annee['annee']}." + (f" {fictif}." if fictif else "")
    courant, avant = totaux[-1], totaux[-2] if len(totaux) > 1 else None
    [changement] = findings.examine_changes([(courant, avant)])
    evolution = charts.draw(EVOLUTION, charts.Donnees(annuels, ensemble["taux_rupture_nette"], source))
    ventilations = construction.catalogue.ventilations(reglages.sections)
    blocs = [(m.ventilation.section, make_block(con, m, annee, ensemble, source)) for m in ventilations]
    return {
        "reseau": reglages.reseau,
        "fictif": fictif,
        "annee": annee,
        "totaux": totaux,
        "evolution": evolution,
        "premiere_annee": totaux[0].annee,
        "ensemble": ensemble,
        "precedent": avant,
        "ecart": changement and changement.ecart,
        "phrases": findings.headline(courant, avant, changement, annee["date_arrete"]),
        "sections": [
            (section, retenus)
            for section in reglages.sections
            if (retenus := [bloc for cle, bloc in blocs if cle == section.cle])
        ],
        "periodes": reglages.periodes,
        "fichiers": select(con, "select * from brut.fichiers order by fichier"),
        "bornes": select(
            con, "select bornes.* from core.bornes inner join core.annees using (annee) where est_rapport"
        )[0],
        "anomalies": select(con, "select * from core.anomalies where nombre > 0 order by nature"),
        "avertissements": construction.avertissements,
        "source": source,
    }


def environment() -> jinja2.Environment:
    """Templates that escape everything and refuse an unknown name."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(GABARITS), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.filters.update(formats.FORMATS)
    env.filters["points"] = formats.points
    env.filters["date_longue"] = formats.date_longue
    env.filters["date_courte"] = formats.date_courte
    env.globals["cellule"] = cell
    env.globals["numeriques"] = formats.NUMERIQUES
    env.globals["anomalies_en_clair"] = formats.ANOMALIES
    env.globals["separateurs"] = formats.SEPARATEURS
    env.globals["pluriel"] = findings.plural
    env.globals["image"] = image_uri
    return env


def image_uri(svg: str) -> Markup:
    """A chart as a data URI."""
    return Markup(f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}")


def render_html(con: duckdb.DuckDBPyConnection, construction: Construction) -> str:
    """The regional report as HTML."""
    env = environment()
    contexte = make_context(con, construction)
    propres = {chemin.name for chemin in (GABARITS / "sections").glob("*.jinja")}
    contexte["gabarit"] = lambda nom: f"sections/{nom if f'{nom}.html.jinja' in propres else '_defaut'}.html.jinja"
    return env.get_template("rapport.html.jinja").render(
        **contexte, css=Markup(env.get_template("rapport.css").render(fictif=contexte["fictif"])),
        cree=utc(contexte["annee"]["derniere_date"]),
    )  # fmt: skip


def check_machine() -> None:
    """Raises MachineError when WeasyPrint's system libraries are missing (better told before the work than after)."""
    try:
        # WeasyPrint prints a page of English when they are.
        with contextlib.redirect_stdout(io.StringIO()):
            importlib.import_module("pipeline.fetching")
    except OSError:
        raise MachineError("les bibliothèques système de WeasyPrint manquent", faire=formats.BIBLIOTHEQUES) from None


def write_report(con: duckdb.DuckDBPyConnection, construction: Construction, chemin: Path) -> None:
    """The regional report as a tagged PDF (PDF/UA-1), the same bytes for the same inputs.

    Raises:
        MachineError: WeasyPrint's system libraries are missing.
    """
    check_machine()
    import weasyprint  # noqa: PLC0415 (slow to import, and fails where Pango is missing)

    from pipeline.fetching import Fetcher  # noqa: PLC0415 (imports WeasyPrint too)

    html = render_html(con, construction)
    # What exists by now lives to the end: the collector need not visit it at each of its rounds.
    gc.freeze()
    # Where HarfBuzz-Subset is missing, fonts are cut by a library that stamps them with the time.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    octets = weasyprint.HTML(string=html, url_fetcher=Fetcher(GABARITS / "polices")).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(html.encode()).digest()[:16]
    )
    gc.unfreeze()
    assert octets is not None
    chemin.write_bytes(octets)


def utc(jour: date) -> str:
    """A day as a W3C date-time: the only date the PDF carries, so that the same inputs give the same bytes."""
    return f"{jour.isoformat()}T00:00:00Z"
