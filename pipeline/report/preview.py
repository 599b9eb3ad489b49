"""One breakdown as the report would show it, and its checks: its file is run on a database that was built before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import polars as pl

from pipeline import charts
from pipeline.errors import MachineError, UsageError, closest
from pipeline.glossary import read_glossary
from pipeline.models import catalog, checks, file, folder, header_file, running
from pipeline.models.enclosure import enclosed
from pipeline.models.file import SqlFile
from pipeline.models.locked import open_locked
from pipeline.report import page_preview, pdf, templates
from pipeline.report.blocks import show_breakdowns
from pipeline.report.breakdowns import Breakdown, ResultRow, select
from pipeline.report.changes import find_changes, read_strata
from pipeline.report.material import extractions, read_years
from pipeline.report.pages import FICTIF, network_rate, page_context
from pipeline.report.wording import column_wordings, read_type_names
from pipeline.settings import Settings, load_settings


@dataclass(frozen=True)
class PreviewRequest:
    """What the analyst asked for: a breakdown by its name, the text of a place, or a page of the report."""

    nom: str | None
    texte: str | None
    page: str | None
    base: Path
    sortie: Path
    sql: Path
    config: Path
    propres: Path | None

    def __post_init__(self) -> None:
        if sum(voulu is not None for voulu in (self.nom, self.texte, self.page)) != 1:
            quoi = "un aperçu est celui d'une ventilation, d'un texte ou d'une page"
            raise UsageError(quoi, faire="Donnez NOM, --texte LIEU ou --page PAGE : un des trois.")

    def watched(self) -> Iterator[Path]:
        """The files that it is made of, the database apart."""
        yield self.config
        yield from (self.sql / nom for nom in (folder.GLOSSAIRE, folder.MACROS))
        yield from templates.GABARITS.rglob("*.*")
        if self.nom is not None:
            yield from (dossier / f"{self.nom}.sql" for dossier in folder.breakdown_folders(self.sql, self.propres))
        else:
            with suppress(UsageError):  # settings that are being written have no folder of texts yet
                yield from page_preview.text_files(load_settings(self.config))


@dataclass(frozen=True)
class Preview:
    """What a preview wrote, how many of the breakdown's checks hold, and those that do not."""

    fichiers: list[Path]
    tenus: int
    ratees: list[checks.FailedCheck]


def write(demande: PreviewRequest) -> Preview:
    """Write what was asked for.

    Raises:
        UsageError, MachineError: see `write_preview`, `page_preview.write_text` and `page_preview.write_page`.
    """
    ou = (demande.base, demande.sortie, demande.sql, load_settings(demande.config), demande.propres)
    if demande.nom is not None:
        return write_preview(demande.nom, *ou)
    if demande.texte is not None:
        return Preview([page_preview.write_text(demande.texte, *ou)], 0, [])
    return Preview([page_preview.write_page(str(demande.page), *ou)], 0, [])


def write_preview(
    nom: str, base: Path, sortie: Path, sql: Path, reglages: Settings, propres: Path | None = None
) -> Preview:
    """Write `<sortie>/<nom>.pdf` (section and checks) and, if it has a chart, `<nom>.png`.

    Raises:
        UsageError: no such breakdown or database, or a file that would be refused.
        MachineError: nothing can be written there, or WeasyPrint's libraries are missing.
    """
    modele = find_breakdown(nom, sql, propres)
    catalog.check_breakdown(modele, reglages.sections)
    if modele.ventilation.graphique is not None:
        # The charts' engine starts while the breakdown is computed.
        threading.Thread(target=charts.warm_up, daemon=True).start()
    pdf.check_machine()
    essai, entete = replace(modele, schema="temp"), modele.ventilation
    with enclosed(base, folder.read_macros(sql), None, reglages.ventilations.duree_max) as enceinte:
        resultat = running.run(enceinte, modele)
        enceinte.keep(essai.nom, resultat)
        controles = list(checks.model_checks(modele, essai.table))
        nombre, ratees = checks.failures(enceinte, controles)
    with open_locked(base) as con:
        annuels = read_years(con)
        ((fictives,),) = con.execute("select donnees_fictives from ref.parametres").fetchall()
        ensemble = annuels[-1]
        fichiers = select(con, "select role, date_extraction from brut.fichiers order by fichier")
        page = page_context(reglages, ensemble, fictives, extractions=extractions(fichiers))
        if ratees:
            # What is compared holds only where the checks do.
            modele = replace(modele, entete=entete.model_copy(update={"evolution": False, "comparaison": None}))
        frame = pl.DataFrame(resultat)
        ventilation = Breakdown(modele, frame, mots=column_wordings(frame, read_type_names(con)))
        changements = find_changes(con, annuels, [ventilation], read_strata(con))
        cfa = largest_cfa(con, ensemble["annee"]) if entete.place == "cfa" else None
        if cfa is not None:
            ventilation = ventilation.of_cfa(cfa["uai"])
        annuelle = ventilation.of_year(ensemble["annee"])
        # The image of a chart is seen without its page.
        seule = f"{page['source']} {FICTIF}." if fictives else page["source"]
        tenu, taux = cfa or ensemble, network_rate(ensemble)
        [bloc] = show_breakdowns(con, [annuelle], tenu, taux, page["origine"], changements, seule)
    contexte = {
        **page,
        "bloc": bloc,
        "fichier": modele.chemin.name,
        "cfa": cfa,
        "controles": [(c.libelle, next((r.nombre for r in ratees if r.check is c), 0)) for c in controles],
    }
    fichiers = [*folder.list_breakdowns(sql, propres), *folder.list_drafts(sql, propres)]
    noms = [chemin.stem for chemin in fichiers if chemin.parent != propres]
    html = templates.render("apercu.html.jinja", contexte, noms)
    fichiers = [sortie / f"{nom}.pdf"]
    try:
        sortie.mkdir(parents=True, exist_ok=True)
        pdf.write_pdf(html, fichiers[0])
        if bloc.graphique is not None:
            fichiers.append(sortie / f"{nom}.png")
            fichiers[1].write_bytes(charts.to_png(bloc.graphique))
    except OSError:
        raise MachineError(
            "l'aperçu ne peut pas être écrit", ou=sortie, faire="Fermez-le s'il est ouvert, ou choisissez --sortie."
        ) from None
    return Preview(fichiers, nombre - len(ratees), ratees)


def find_breakdown(nom: str, sql: Path, propres: Path | None) -> SqlFile:
    """The file of a breakdown or of a draft, the project's own first.

    Raises:
        UsageError: none of this name, or a wrong file.
    """
    dossiers = folder.breakdown_folders(sql, propres)
    chemins = [dossier / f"{nom}.sql" for dossier in reversed(dossiers)]
    header_file.check_name(nom, chemins[0])
    chemin = next((chemin for chemin in chemins if chemin.is_file()), None)
    if chemin is None:
        connus = [fichier.stem for dossier in dossiers for fichier in dossier.glob("*.sql")]
        raise UsageError(
            f"pas de ventilation « {nom} »{closest(nom, connus)}",
            ou=chemins[0].parent,
            faire=f"Créez-la : ruptures nouvelle-ventilation {nom}.",
        )
    return file.parse(chemin, "ventilations", read_glossary(sql / folder.GLOSSAIRE))


def largest_cfa(con: duckdb.DuckDBPyConnection, annee: str) -> ResultRow | None:
    """The CFA for which a breakdown of the reports of CFA is shown: the one with the most net ruptures; None without
    any CFA."""
    cfa = select(
        con,
        "select * from core.structures_par_annee where annee = ? and type_structure = 'CFA' "
        "order by ruptures_nettes desc, uai limit 1",
        [annee],
    )
    return cfa[0] if cfa else None
