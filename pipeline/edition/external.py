"""The edition for outside the network: read, protected, then written from what is protected, and from that only."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from pipeline import __version__, details, formats, storage
from pipeline.comparison.published import EXTERNE
from pipeline.disclosure.cells import dependencies
from pipeline.disclosure.protect import JOURNAL, Protection, protect
from pipeline.disclosure.protected import ProtectedEdition
from pipeline.disclosure.tables import choose, whole_network
from pipeline.edition import external_blocks, external_earlier, external_package, external_workbook, graphics, screen
from pipeline.edition.external_blocks import PublicBlock, Words
from pipeline.edition.external_package import Sheet
from pipeline.edition.graphics import write_charts
from pipeline.edition.swap import open_edition, publish
from pipeline.edition.tables import write_csv, write_parquet
from pipeline.freshness import records
from pipeline.freshness.fingerprint import hash_files
from pipeline.models import rows
from pipeline.models.built import BuiltDatabase
from pipeline.models.file import SqlFile
from pipeline.report import pdf, templates
from pipeline.report.breakdowns import Breakdown, read_breakdowns, select
from pipeline.report.material import extractions, read_years, refuse_nobody
from pipeline.report.pages import is_short, page_context
from pipeline.report.wording import read_type_names
from pipeline.report.worked_example import of_apprentices

SUFFIXE = f"_{EXTERNE}"
DIFFUSION = "Édition publique"
PAGE = "externe/rapport.html.jinja"
PEU = "l'année a moins de 20 ruptures nettes : un groupe serait une personne"
# What a page may have of the network and of the year: never a figure, that only a protected cell may say.
DE_LA_PAGE = ("reseau", "couleur", "logo", "etat", "fictif", "source", "origine", "extraites", "cree")
DE_L_ANNEE = ("annee", "debut", "fin_annee", "date_arrete")
# Beside the dimensions of the breakdowns: what a structure is, and whose.
CONNUES = ("type_structure", "cfa_rattachement")
COLONNES_DE_L_ENSEMBLE = (
    "annee", "effectif", "inscrits_actifs", "ruptures_nettes", "taux_rupture_nette", "sortis_a_terme",
    "ruptures_brutes",
)  # fmt: skip
ARRONDI = (
    "Tous les comptes sont arrondis au multiple de {} le plus proche, et les taux et les parts sont calculés sur les "
    "comptes arrondis : les lignes d'un tableau ne s'additionnent donc pas exactement. Un taux n'est pas donné sous "
    f"{formats.EFFECTIF_MIN} apprentis suivis ({formats.NON_SIGNIFICATIF})."
)
SECRET = (
    f"Un compte de 1 à 4 apprentis ou contrats est caché : « {external_blocks.SECRET} ». D'autres comptes le sont avec "
    "lui, pour qu'il ne se retrouve pas par différence, d'un tableau à l'autre ni d'une édition à l'autre ; ce qu'un "
    f"lecteur peut en déduire est vérifié par le calcul. Un taux n'est donné ni sous {formats.EFFECTIF_MIN} apprentis "
    f"suivis ({formats.NON_SIGNIFICATIF}), ni si l'un de ses comptes est caché ; il en est de même des parts, des "
    "intervalles et des rapports. Un zéro est montré."
)


class ExternalEdition(NamedTuple):
    """A public edition that was published, and what its author must know of it."""

    dossier: Path
    phrases: list[str]


@dataclass(frozen=True)
class Frame:
    """What surrounds the figures, none of which it has: page, words, models of the breakdowns, editions before."""

    page: Mapping[str, Any]
    mots: Words
    modeles: Mapping[str, SqlFile]
    sections: Iterable[Any]
    gabarits: list[str]
    fiche: Sheet


def publish_external(
    con: duckdb.DuckDBPyConnection, construction: BuiltDatabase, sortie: Path, journal: Callable[[str], None]
) -> ExternalEdition:
    """Write the public edition of the report's year and swap it in.

    Raises:
        UsageError: nobody to report on, or an earlier edition that is not there.
        InputError: an earlier edition that is not as it was published.
        MachineError: the output folder cannot be written or replaced.
    """
    reglages, annuels = construction.reglages, read_years(con)
    ensemble = annuels[-1]
    refuse_nobody(ensemble)
    nom = f"{construction.edition}{SUFFIXE}"
    with open_edition(sortie, nom) as edition:
        avant = external_earlier.find_earlier(sortie, reglages)
        journal("Secret statistique")
        lues = read_breakdowns(con, construction.catalogue.ventilations(reglages.sections), read_type_names(con))
        with details.timed("secret"):
            protection = protect_all(con, annuels, lues, avant, reglages.publication.arrondi)
        cadre = make_frame(con, construction, annuels, lues, nom)
        storage.replace_private(storage.secret_path(construction.base, ensemble["annee"]), to_csv(protection))
        journal("Édition publique")
        write_all(protection.edition, cadre, edition.chantier)
        write_manifest(protection.edition, cadre, [dossier.name for dossier in avant], edition.chantier)
        dossier = publish(edition)
    return ExternalEdition(dossier, [*tell(protection.edition, reglages.publication.licence, construction, ensemble)])


def protect_all(
    con: duckdb.DuckDBPyConnection, annuels: list[dict[str, Any]], lues: list[Breakdown], avant: list[Path], base: int
) -> Protection:
    """What may be published of the breakdowns."""
    deja = external_earlier.read_earlier(avant)
    if is_short(annuels[-1]):
        return protect([whole_network(annuels)], {une.entete.titre: PEU for une in lues}, deja, base)
    dimensions = sorted({nom for une in lues for nom in une.entete.cle} | {*CONNUES})
    inscriptions = con.sql("select * from core.inscriptions").pl()
    la = [nom for nom in dimensions if nom in inscriptions.columns]
    dites = inscriptions.select(pl.col(nom).cast(pl.String).fill_null(formats.NON_RENSEIGNE) for nom in la)
    tables, ecartees = choose([(une.modele, une.frame) for une in lues], dependencies(dites, la))
    return protect([whole_network(annuels), *tables], ecartees, deja, base)


def make_frame(
    con: duckdb.DuckDBPyConnection, construction: BuiltDatabase, annuels: list[dict[str, Any]], lues: list[Breakdown],
    nom: str,
) -> Frame:  # fmt: skip
    """What is around the figures."""
    reglages, ensemble = construction.reglages, annuels[-1]
    fichiers = select(con, "select role, date_extraction from brut.fichiers order by fichier")
    tout = page_context(reglages, ensemble, construction.fictives, (), extractions(fichiers))
    contact = reglages.publication.contact or reglages.presentation.contact
    titre = f"Ruptures de contrats d'apprentissage {ensemble['annee']}, {reglages.reseau.nom}"
    page = {
        **{cle: tout[cle] for cle in DE_LA_PAGE},
        "annee": {cle: ensemble[cle] for cle in DE_L_ANNEE},
        "titre": "Ruptures de contrats d'apprentissage",
        "sous_titre": f"Année {ensemble['annee']}",
        "diffusion": DIFFUSION,
        "lecteurs": f"{DIFFUSION}.",
        "contact": contact,
        "licence": reglages.publication.licence,
    }
    codes = {colonne: mots for une in lues for colonne, mots in une.mots.items()}
    fictif = f" {tout['fictif']}." if tout["fictif"] else ""
    fiche = Sheet(
        f"ruptures-apprentissage-{nom.lower().replace('_', '-')}",
        titre,
        f"Ruptures de contrats d'apprentissage dans le réseau {reglages.reseau.nom}, situation arrêtée au "
        f"{formats.date_longue(ensemble['date_arrete'])}.{fictif}",
        annuels[0]["debut"],
        ensemble["fin_annee"],
        tout["cree"],
        reglages.reseau.territoire,
        tout["origine"],
        reglages.publication.licence,
        contact,
    )
    return Frame(
        page,
        Words(construction.catalogue.glossaire.colonnes, codes),
        {une.nom: une.modele for une in lues},
        reglages.sections,
        [une.nom for une in lues if une.nom not in construction.catalogue.propres],
        fiche,
    )


def to_csv(protection: Protection) -> bytes:
    """The log: what is hidden, why, and what a reader can say of it."""
    return rows.as_csv(JOURNAL, protection.journal).encode()


def write_all(edition: ProtectedEdition, cadre: Frame, dossier: Path) -> None:
    """Every file of the edition but its manifest."""
    annee = cadre.page["annee"]["annee"]
    for nom in ("tables", "donnees"):
        (dossier / nom).mkdir()
    for table in edition.tables:
        write_csv(table.frame, dossier / "tables" / f"{table.nom}.csv")
        write_parquet(table.frame, dossier / "donnees" / f"{table.nom}.parquet")
    contexte = make_context(edition, cadre)
    dessins = [bloc.dessin for _, blocs in contexte["sections"] for bloc in blocs if bloc.dessin is not None]
    with details.timed("rapport"):
        html = templates.render(PAGE, contexte, cadre.gabarits)
        pdf.write_pdf(html, dossier / f"rapport_{annee}{SUFFIXE}.pdf")
    with details.timed("index.html"):
        liens = {
            "acces": [
                screen.Link("Rapport (PDF)", f"rapport_{annee}{SUFFIXE}.pdf"),
                screen.Link("Classeur (XLSX)", f"classeur_{annee}{SUFFIXE}.xlsx"),
                screen.Link("Tous les fichiers", "#fichiers"),
            ],
            "des_cfa": [],
            "publies": [files_of(table.nom, table.titre, dessins) for table in edition.tables],
        }
        etroits = screen.in_two_widths(dessins)
        page = screen.lay_out(PAGE, {**contexte, **liens}, cadre.gabarits, etroits)
        (dossier / screen.ACCUEIL).write_text(page, encoding="utf-8")
    write_charts(dessins, {**contexte, "ensemble": contexte["annee"]}, dossier / graphics.DOSSIER)
    methode = describe_method(edition)
    external_workbook.write_workbook(
        edition,
        cadre.mots,
        f"{cadre.fiche.titre}, édition publique",
        [cadre.fiche.description, methode, f"Source : {cadre.fiche.source}"],
        cadre.page["annee"]["date_arrete"],
        cadre.page["fictif"],
        dossier / f"classeur_{annee}{SUFFIXE}.xlsx",
    )
    external_package.write_package(edition, cadre.fiche, cadre.mots, dossier)
    absents = [f"{' ; '.join(titres)} : {raison}." for raison, titres in left_out(edition)]
    external_package.write_readme(edition, cadre.fiche, methode, absents, dossier)


def files_of(nom: str, titre: str, dessins: Iterable[Any]) -> screen.TableFiles:
    """The files of a table, and of its chart."""
    dessines = nom in {dessin.nom for dessin in dessins}
    return screen.TableFiles(
        titre,
        [f"tables/{nom}.csv", f"donnees/{nom}.parquet"],
        [f"{graphics.DOSSIER}/{nom}.{suffixe}" for suffixe in graphics.SUFFIXES] if dessines else [],
    )


def make_context(edition: ProtectedEdition, cadre: Frame) -> dict[str, Any]:
    """What the pages print: the words around, then what the protected tables say."""
    annee = cadre.page["annee"]["annee"]
    taux = external_blocks.network_rate(edition, annee)
    blocs = [
        external_blocks.show(table, cadre.modeles[table.nom], annee, cadre.mots, taux)
        for table in edition.tables[1:]
        if (lignes := table.of_year(annee)) and not external_blocks.tells_nothing(lignes, table.dimensions)
    ]
    sections = [(section, of_section(blocs, cadre, section.cle)) for section in cadre.sections]
    return {
        **cadre.page,
        "ensemble": show_network(edition, cadre.mots),
        "phrases": [*sentences(edition, annee)],
        "sections": [(section, siens) for section, siens in sections if siens],
        "absents": left_out(edition),
        "methode": describe_method(edition),
    }


def of_section(blocs: Iterable[PublicBlock], cadre: Frame, cle: str) -> list[PublicBlock]:
    """The tables of a chapter."""
    return [bloc for bloc in blocs if cadre.modeles[bloc.nom].ventilation.section == cle]


def show_network(edition: ProtectedEdition, mots: Words) -> dict[str, Any]:
    """The table of the years."""
    colonnes = {nom: mots.column(nom) for nom in COLONNES_DE_L_ENSEMBLE}
    lignes = [
        [external_blocks.write_cell(colonne, nom, ligne) for nom, colonne in colonnes.items()]
        for ligne in edition.ensemble.frame.to_dicts()
    ]
    tetes = [external_blocks.PrintedColumnHead(c.libelle, nom != "annee") for nom, c in colonnes.items()]
    return {"tetes": tetes, "lignes": lignes, "notes": external_blocks.notes(lignes, False)}


def sentences(edition: ProtectedEdition, annee: str) -> Iterable[str]:
    """What the year's totals say, where they are shown."""
    (ligne,) = edition.ensemble.of_year(annee)
    if ligne["effectif"] is not None and ligne["ruptures_nettes"] is not None:
        dit = of_apprentices(ligne, f"du réseau en {annee}")
        yield formats.sentence(dit[:1].upper() + dit[1:])
    if ligne["ruptures_brutes"] is not None and ligne["resignees"] is not None:
        brutes = formats.plural(ligne["ruptures_brutes"], "contrat a été rompu", "contrats ont été rompus")
        suivis = formats.plural(ligne["resignees"], "a été suivi", "ont été suivis")
        yield f"{brutes} dans l'année, dont {suivis} d'un autre contrat du réseau à la date d'arrêté."


def describe_method(edition: ProtectedEdition) -> str:
    """How persons are protected, in a few sentences."""
    return ARRONDI.format(edition.methode.base) if edition.methode.arrondi else SECRET


def left_out(edition: ProtectedEdition) -> list[tuple[str, list[str]]]:
    """Why tables are not there, and which."""
    raisons = dict[str, list[str]]()
    for titre, raison in edition.ecartees.items():
        raisons.setdefault(raison, []).append(titre)
    return [*raisons.items()]


def write_manifest(edition: ProtectedEdition, cadre: Frame, avant: list[str], dossier: Path) -> None:
    """`manifeste.json`: what the edition is, and the hash of each file; no count that a table does not show."""
    fichiers = (chemin for chemin in sorted(dossier.rglob("*")) if chemin.is_file())
    contenu = {
        "annee": cadre.page["annee"]["annee"],
        "arrete_au": cadre.page["annee"]["date_arrete"].isoformat(),
        "profil": EXTERNE,
        "donnees_fictives": bool(cadre.page["fictif"]),
        "arrondi": edition.methode.base,
        "cles": {table.nom: ["annee", *table.cle] for table in edition.tables},
        "tables_absentes": dict(edition.ecartees),
        "editions_precedentes": avant,
        "versions": {"ruptures": __version__, "python": platform.python_version()},
        records.SORTIES: hash_files(dossier, fichiers),
    }
    contenu[records.SCEAU] = records.seal(contenu)
    (dossier / storage.MANIFESTE).write_text(f"{rows.to_json(contenu)}\n", encoding="utf-8")


def tell(
    edition: ProtectedEdition, licence: str | None, construction: BuiltDatabase, ensemble: Mapping[str, Any]
) -> Iterable[str]:
    """What the author must know: how much is hidden, what is missing, where the log is."""
    part = edition.part
    if edition.methode.arrondi:
        yield f"Réseau trop grand pour l'audit : les comptes sont arrondis à {edition.methode.base}."
    else:
        cellules = formats.pourcentage(part.cachees / part.cellules if part.cellules else 0.0)
        personnes = formats.pourcentage(part.tus / part.comptes if part.comptes else 0.0)
        yield (
            f"Cachés : {formats.entier(part.cachees)} comptes sur {formats.entier(part.cellules)} ({cellules}), "
            f"{personnes} de ce qu'ils comptent. Pourquoi, l'un après l'autre : "
            f"{storage.secret_path(construction.base, ensemble['annee'])}, à ne pas diffuser."
        )
    absentes = formats.plural(len(edition.ecartees), "table absente", "tables absentes")
    yield f"{absentes} de l'édition publique : elle le dit."
    if licence is None:
        yield (
            f"Attention : {construction.reglages.chemin} ne dit pas de licence ([publication] licence) ; "
            "sans elle, personne ne sait s'il peut réutiliser ces données."
        )
