"""Small projects for the tests: rows in plain dictionaries → files → database."""

from __future__ import annotations

import base64
import csv
import functools
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from inspect import signature
from pathlib import Path
from typing import Any
from unittest import mock
from xml.etree import ElementTree

import duckdb
import polars as pl
import pypdfium2
from typer import testing
from typer.testing import CliRunner, Result

from pipeline import build
from pipeline.build import BuildRequest, build_database
from pipeline.cli import app
from pipeline.glossary import Glossary, read_glossary
from pipeline.ingest import referentials
from pipeline.inputs import InputFolders, find_config
from pipeline.models import catalog, file
from pipeline.models.built import BuiltDatabase
from pipeline.paths import EXEMPLE, RACINE
from pipeline.reading import Source
from pipeline.report import pdf
from pipeline.report.rates import Rate

REFERENTIELS = {
    "etablissements.csv": (
        "uai,siret,nom,type_structure,uai_cfa_rattachement,commune,code_postal\n"
        "0010001A,11111111100001,CFA du Lac,CFA,0010001A,Annecy,74000\n"
        "0010002B,11111111100002,CFA du Mont,CFA,0010002B,Chambéry,73000\n"
        "0010003C,11111111100003,Lycée de la Vallée,UFA,0010001A,Cluses,74300\n"
    ),
    "diplomes.csv": (
        "code_diplome,intitule,type_diplome,niveau,filiere,code_fictif\n"
        "50022137,CAP Cuisine,CAP,3,Restauration,false\n"
        "45033404,BP Boulanger,BP,4,Boulangerie,false\n"
    ),
    "motifs.csv": (
        "motif,liste,regroupement,sensible,fin_diplome\n"
        "Abandon,exprime,,false,false\n"
        "Santé,exprime,Motifs personnels,true,false\n"
        "Déménagement,exprime,Motifs personnels,false,false\n"
        "Départ volontaire,valide,,false,false\n"
    ),
    "situations.csv": (
        "libelle,type_diplome,duree_mois,annee_cycle\n"
        "CAP 1re année,CAP,24,1\nCAP 2e année,CAP,24,2\nCAP en 1 an,CAP,12,1\n"
        "BP 1re année,BP,24,1\nBP 2e année,BP,24,2\n"
    ),
    "diplomes_entree.csv": "source,libelle\n13,Aucun diplôme\n33,CAP\nCAP,CAP\n",
}
RESEAU = '[reseau]\nnom = "Réseau d\'essai"\nterritoire = "Alpes"\nsource = "Exports d\'essai"\n'
SANS_BASE, AVEC_SORTIE = {"exemple", "lister", "nouvelle-ventilation"}, {"rapport", "apercu"}
SECTIONS = "".join(
    f'[[sections]]\ncle = "{cle}"\ntitre = "{cle.capitalize()}"\n'
    for cle in (
        "structures",
        "diplomes",
        "metiers",
        "parcours",
        "employeurs",
        "motifs",
        "calendrier",
        "periodes",
        "suites",
        "cout",
        "definitions",
        "objectifs",
    )
)


def parse_files_once() -> None:
    """From now on, the same file of SQL, glossary or referential is parsed once, wherever its copies are: that takes
    longer than a test."""
    lire, connus = file.parse, {}
    referentials.read_table = table_read_once(referentials.read_table)
    referentials.load_referentials = referentials_typed_once(referentials.load_referentials)
    catalog.read_glossary = parsed_once(catalog.read_glossary)
    # Likewise the command, which each call would make again of the signatures of all verbs.
    testing._get_command = functools.cache(testing._get_command)  # type: ignore[attr-defined]

    @functools.wraps(lire)
    def parse(chemin: Path, schema: str, glossaire: Glossary = file.SANS_GLOSSAIRE) -> file.SqlFile:
        # A glossary too is one object for the same bytes, and is kept.
        cle = (schema, chemin.name, chemin.read_bytes(), id(glossaire) if schema == "ventilations" else 0)
        if cle not in connus:
            connus[cle] = lire(chemin, schema, glossaire), glossaire
        return replace(connus[cle][0], chemin=chemin)

    file.parse = parse


def table_read_once(lire: Callable[..., pl.DataFrame]) -> Callable[..., pl.DataFrame]:
    """A reader of referentials that remembers what it read and doubted in the same bytes of the same name."""
    connus: dict[tuple[object, ...], tuple[pl.DataFrame, list[str]]] = {}

    def read(nom: str, source: Source, douteux: list[str]) -> pl.DataFrame:
        cle = (nom, source.chemin.parts[-2:], source.chemin.read_bytes())
        if cle not in connus:
            siens = list[str]()
            connus[cle] = lire(nom, source, siens), siens
        frame, siens = connus[cle]
        douteux += siens
        return frame

    return read


def referentials_typed_once(charger: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """What writes the referentials of a folder, which are read and typed once for the same bytes under the same names:
    they are those of nearly all tests, and as long to read as a small export. What is refused is read again."""
    connus: dict[tuple[object, ...], tuple[dict[str, pl.DataFrame], list[str]]] = {}
    ecrire = referentials.write_tables

    def load(con: duckdb.DuckDBPyConnection, ouverts: referentials.OpenReferentials) -> list[str]:
        octets = tuple((nom, chemin.name, chemin.read_bytes()) for nom, chemin in ouverts.chemins.items())
        cle = (ouverts.dossier.name, tuple(ouverts.ignores), octets)
        if cle not in connus:
            with mock.patch.object(referentials, "write_tables", side_effect=ecrire) as ecriture:
                douteux = charger(con, ouverts)
            connus[cle] = ecriture.call_args.args[1], [*douteux]
            return douteux
        frames, douteux = connus[cle]
        ecrire(con, frames)
        return [*douteux]

    return load


def parsed_once(lire: Callable[[Path], Glossary]) -> Callable[[Path], Glossary]:
    """A reader that remembers what it read in the same bytes."""
    connus: dict[bytes, Glossary] = {}

    def read(chemin: Path) -> Glossary:
        octets = chemin.read_bytes()
        if octets not in connus:
            connus[octets] = lire(chemin)
        return connus[octets]

    return read


@functools.cache
def _copies() -> tempfile.TemporaryDirectory[str]:
    """Where the copies of the models are, until the tests end."""
    return tempfile.TemporaryDirectory(prefix="modeles-")


@functools.cache
def models(*ventilations: str) -> Path:
    """The models with these breakdowns only: on a few rows, all of them take longer than the rest of a build."""
    dossier = Path(tempfile.mkdtemp(dir=_copies().name))
    shutil.copytree(RACINE / "sql", dossier, dirs_exist_ok=True)
    for chemin in (dossier / "ventilations").glob("*.sql"):
        if chemin.stem not in ventilations:
            chemin.unlink()
    return dossier


@functools.cache
def models_for(*noms: str) -> Path:
    """The models with these breakdowns and tables (`core.couts`) only, what they read, and what a build itself reads of
    `core`: the other tables are half of a small build. The checks of those go with them; they hold wherever all are
    built, on random histories too (`oracle/`)."""
    dossier = Path(tempfile.mkdtemp(dir=_copies().name))
    shutil.copytree(models(*(nom for nom in noms if "." not in nom)), dossier, dirs_exist_ok=True)
    lues = {table.removeprefix("core.") for table in noms if "." in table} | read_by_builds()
    for chemin in (dossier / "ventilations").glob("*.sql"):
        entete = file.parse(chemin, "ventilations", catalog.read_glossary(dossier / "glossaire.toml")).entete
        sommes = (controle.somme_egale for _, controle in entete.every_control())
        lues |= tables_said_in(chemin) | {somme.total.removeprefix("core.") for somme in sommes if somme is not None}
    restent, gardees = lues, set[str]()
    while restent:
        gardees |= restent
        restent = {autre for nom in restent for autre in tables_said_in(dossier / f"core/{nom}.sql")} - gardees
    for chemin in (dossier / "core").glob("*.sql"):
        if chemin.stem not in gardees:
            chemin.unlink()
    for chemin in (dossier / "controles").glob("*.sql"):
        if not tables_said_in(chemin) <= gardees:
            chemin.unlink()
    return dossier


def tables_said_in(fichier: Path) -> set[str]:
    """The tables of `core` that a file names, those of which there is a model."""
    dites = set(re.findall(r"\bcore\.([a-z_]+)", fichier.read_text(encoding="utf-8")))
    return {nom for nom in dites if (RACINE / f"sql/core/{nom}.sql").is_file()}


@functools.cache
def read_by_builds() -> set[str]:
    """The tables of `core` that the code of a build reads."""
    pipeline = RACINE / "pipeline"
    fichiers = [*pipeline.glob("ingest/*.py"), *(pipeline / f"models/{nom}.py" for nom in ("sensitive", "years"))]
    return {nom for fichier in fichiers for nom in tables_said_in(fichier)}


def shipped() -> Path:
    """The models with the breakdowns that the project ships (`breakdowns/shipped.txt`): what pages look like, and how
    long a report is, holds of these only. Those that a data team dropped beside them are tested by themselves."""
    livrees = (RACINE / "tests/breakdowns/shipped.txt").read_text(encoding="utf-8").split()
    presentes = {chemin.stem for chemin in (RACINE / "sql/ventilations").glob("*.sql")}
    return models(*livrees) if presentes - set(livrees) else RACINE / "sql"


def breakdowns_named_in(fichier: str | Path) -> list[str]:
    """The breakdowns whose name is in a file of tests."""
    texte = Path(fichier).read_text(encoding="utf-8")
    return sorted(chemin.stem for chemin in (RACINE / "sql/ventilations").glob("*.sql") if chemin.stem in texte)


def models_named_in(fichier: str | Path) -> Path:
    """The models with the breakdowns whose name is in this file of tests."""
    return models(*breakdowns_named_in(fichier))


def models_queried_in(fichier: str | Path) -> Path:
    """Of the models, no more than this file of tests names (`models_for`)."""
    tables = sorted(f"core.{nom}" for nom in tables_said_in(Path(fichier)))
    return models_for(*breakdowns_named_in(fichier), *tables)


def write_csv(chemin: Path, lignes: list[dict[str, str]], colonnes: list[str] | None = None) -> None:
    """Rows as a CSV file whose header is the union of their keys."""
    entete = colonnes or list(dict.fromkeys(cle for ligne in lignes for cle in ligne))
    chemin.parent.mkdir(parents=True, exist_ok=True)
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        sortie = csv.DictWriter(flux, entete, restval="", lineterminator="\n")
        sortie.writeheader()
        sortie.writerows(lignes)


def write_project(
    dossier: Path,
    contrats: dict[str, list[dict[str, str]]],
    suivi: dict[str, list[dict[str, str]]] | None = None,
    config: str = "",
    referentiels: dict[str, str] | None = None,
    journal: dict[str, list[dict[str, str]]] | None = None,
) -> Path:
    """A data folder and its `config.toml` under `dossier`; returns the data folder."""
    donnees = dossier / "donnees"
    requises = ["nocontrat", "datedebutcontrat", "datefincontrat", "dateeffetrupture", "codediplome", "uaicfa"]
    for nom, lignes in contrats.items():
        autres = list(dict.fromkeys(cle for ligne in lignes for cle in ligne))
        apprenants = any(cle.startswith("nom_apprenant") for cle in autres)
        write_csv(
            donnees / "contrats" / nom, lignes, autres if apprenants else list(dict.fromkeys([*requises, *autres]))
        )
    for nom, lignes in (suivi or {}).items():
        write_csv(donnees / "suivi" / nom, lignes)
    for nom, lignes in (journal or {}).items():
        write_csv(donnees / "accompagnement" / nom, lignes)
    (donnees / "referentiels").mkdir(parents=True, exist_ok=True)
    for nom, texte in {**REFERENTIELS, **(referentiels or {})}.items():
        (donnees / "referentiels" / nom).write_text(texte, encoding="utf-8")
    (dossier / "config.toml").write_text(f"{RESEAU}{config}\n{SECTIONS}", encoding="utf-8")
    return donnees


def build_project(
    dossier: Path,
    contrats: dict[str, list[dict[str, str]]],
    suivi: dict[str, list[dict[str, str]]] | None = None,
    config: str = "",
    annee: str | None = "2021-2022",
    arrete_au: str | None = None,
    referentiels: dict[str, str] | None = None,
    sql: Path | None = None,
    commentee: bool = False,
    journal: dict[str, list[dict[str, str]]] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Build the database of a small project, of the models those that a build itself reads unless `sql` has others, and
    open it read-only. So few contracts do not tell from which year they are complete: it is said, unless `config`
    speaks of years."""
    if "[annees]" not in config:
        config = f'[annees]\npremiere = "2019-2020"\n{config}'
    demande = BuildRequest(
        annee=annee,
        arrete_au=date.fromisoformat(arrete_au) if arrete_au else None,
        donnees=write_project(dossier, contrats, suivi, config, referentiels, journal),
        base=dossier / "base" / "ruptures.duckdb",
        config=dossier / "config.toml",
        accepter_rejets=True,
        sql=sql or models_for(),
    )
    # The words of tables and columns take a sixth of a small build, and few tests read them.
    with nullcontext() if commentee else mock.patch.object(build, "comment_tables"):
        construction = build_database(demande, lambda _: None)
    return duckdb.connect(str(construction.base), read_only=True)


class CoreMemo:
    """Databases as `build.fill_core` left them, for the same exports, settings and models of the project: what is tried
    on them, breakdowns and reports, is built on a copy.

    Not for tests of what comes before: of the reading, of the rules, of what stops them.
    """

    def __init__(self) -> None:
        self.fill_core, self.dits = build.fill_core, signature(build.fill_core)
        self.dossier = tempfile.TemporaryDirectory(prefix="bases-")
        self.faites: dict[str, tuple[Path, BuiltDatabase]] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> BuiltDatabase:
        """In place of `build.fill_core`."""
        dits = self.dits.bind(*args, **kwargs).arguments
        neuve, demande = dits["neuve"], dits["demande"]
        cle = self.key(demande, dits["donnees"])
        if cle not in self.faites:
            construction = self.fill_core(*args, **kwargs)
            copie = Path(self.dossier.name) / cle
            copie.mkdir()
            for fichier in (neuve, *neuve.parent.glob("*.csv")):
                shutil.copy(fichier, copie / fichier.name)
            self.faites[cle] = copie / neuve.name, construction
            return construction
        base, construction = self.faites[cle]
        shutil.copy(base, neuve)
        for liste in base.parent.glob("*.csv"):
            shutil.copy(liste, neuve.parent / liste.name)
        resume = construction.resume.replace(str(construction.base.parent), str(demande.base.parent))
        return replace(
            construction, base=demande.base, reglages=dits["reglages"], catalogue=dits["catalogue"], resume=resume
        )

    @staticmethod
    def key(demande: BuildRequest, donnees: InputFolders) -> str:
        """A hash of all that the core is made from."""
        hache = hashlib.sha256(repr((demande.annee, demande.arrete_au, demande.accepter_rejets)).encode())
        lus = [
            *(
                chemin
                for dossier in {donnees.dossier, donnees.referentiels}
                for chemin in dossier.rglob("*")
                if chemin.is_file()
            ),
            *(chemin for chemin in demande.sql.rglob("*.*") if chemin.parent.name not in ("ventilations", "controles")),
        ]
        for chemin in (find_config(demande.projet, demande.config, demande.donnees), *sorted(lus)):
            hache.update(f"{chemin.name}\0".encode() + chemin.read_bytes())
        return hache.hexdigest()


@functools.cache
def core_memo() -> CoreMemo:
    """One for all the modules that a process tests."""
    return CoreMemo()


@functools.cache
def glossary() -> Glossary:
    """The glossary of the project."""
    return read_glossary(RACINE / "sql/glossaire.toml")


@functools.cache
def macros() -> duckdb.DuckDBPyConnection:
    """A database that has the macros of the project and nothing else."""
    con = duckdb.connect()
    con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
    return con


def measure(nettes: int, effectif: int, annee: str = "2021-2022") -> Rate:
    """A rate of a year as the SQL computes it."""
    compte = f"{nettes}, {effectif}"
    taux = f"part({compte}), wilson_bas({compte}), wilson_haut({compte}), fiabilite({compte})"
    return Rate(annee, nettes, effectif, *rows(macros(), f"select {taux}")[0])  # type: ignore[arg-type]


def plain(texte: str) -> str:
    """A text with the signs of a keyboard: plain spaces and apostrophes, ordinals in plain letters."""
    for imprime, ecrit in (("’", "'"), ("ᵉʳ", "er"), ("ʳᵉ", "re"), ("ᵉ", "e")):
        texte = texte.replace(imprime, ecrit)
    return re.sub(r"[\u00a0\u202f]", " ", texte)


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    """All rows of a query."""
    return con.execute(sql).fetchall()


def run(*mots: str | Path, cwd: Path, cfa: bool = False, laid_out: bool = True) -> Result:
    """Run a verb of the console command, every output under `cwd` unless said otherwise, without reports of CFA unless
    they are wanted. Not `laid_out`, the report of the network is kept as the page that WeasyPrint would have laid out,
    more than half of the time of an edition, under the name of the PDF; `page_text` reads it. Those of CFA, which other
    processes write, are laid out always."""
    verbe, *options = map(str, mots)
    options += ["--sans-cfa"] if verbe == "rapport" and not cfa else []
    chemins = {} if verbe in SANS_BASE else {"--base": "base/ruptures.duckdb"}
    chemins |= {"--sortie": "output"} if verbe in AVEC_SORTIE else {}
    for option, chemin in chemins.items():
        if option not in options:
            options += [option, str(cwd / chemin)]
    with nullcontext() if laid_out else unlaid():
        return CliRunner().invoke(app, [verbe, *options])


def construct(dossier: Path, *options: str | Path, tables: tuple[str, ...] = ()) -> Result:
    """`ruptures construire` on the project of a folder, the last of two equal options winning: of the models, these
    and what a build itself reads (`models_for`), and no words of columns. For what a run says of files."""
    chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml", "--sql", models_for(*tables))
    with mock.patch.object(build, "comment_tables"):
        return run("construire", *chemins, *options, cwd=dossier)


@contextmanager
def unlaid() -> Iterator[None]:
    """Inside, the page of a report is written in place of its PDF."""
    with mock.patch.object(pdf, "write_pdf", write_page):
        yield


def write_page(html: str, chemin: Path) -> None:
    """In place of the PDF, its page."""
    chemin.write_text(html, encoding="utf-8")


class PageWords(HTMLParser):
    """What a reader meets on a page: its words, those of its charts and what replaces these."""

    A_LA_SUITE = frozenset({"a", "abbr", "b", "em", "i", "small", "span", "strong", "sub", "sup"})
    SVG = "data:image/svg+xml;base64,"

    def __init__(self) -> None:
        super().__init__()
        self.mots: list[str] = []
        self.hors_page = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hors_page += tag in ("head", "style", "script")
        self.mots += [] if tag in self.A_LA_SUITE else [" "]
        attributs = {nom: valeur or "" for nom, valeur in attrs}
        if tag == "img":
            self.mots.append(attributs.get("alt", ""))
            if attributs["src"].startswith(self.SVG):
                dessin = ElementTree.fromstring(base64.b64decode(attributs["src"].removeprefix(self.SVG)))
                self.mots += [f" {texte}" for texte in dessin.itertext()]

    def handle_endtag(self, tag: str) -> None:
        self.hors_page -= tag in ("head", "style", "script")
        self.mots += [] if tag in self.A_LA_SUITE else [" "]

    def handle_data(self, data: str) -> None:
        self.mots += [] if self.hors_page else [data]


def page_text(chemin: Path) -> str:
    """The words of a report that was not laid out, in their order, no-break spaces and line ends as plain spaces."""
    lecteur = PageWords()
    lecteur.feed(chemin.read_text(encoding="utf-8"))
    return " ".join(plain("".join(lecteur.mots)).split())


def type_names() -> dict[str, str]:
    """The words of the demonstration's types of diploma."""
    with (EXEMPLE / "referentiels/types_diplome.csv").open(encoding="utf-8", newline="") as flux:
        return {ligne["type_diplome"]: ligne["libelle"] for ligne in csv.DictReader(flux)}


def pdf_text(chemin: Path) -> str:
    """The text of a PDF, page after page, in the signs of a keyboard."""
    return plain(printed_text(chemin))


def printed_text(chemin: Path) -> str:
    """The text of a PDF, page after page, as it is printed."""
    return read_pdf(chemin, chemin.stat().st_mtime_ns)


@functools.lru_cache(maxsize=4)
def read_pdf(chemin: Path, _ecrit: int) -> str:
    """The text of a PDF as it was written at a time: one report is read by many tests."""
    with pypdfium2.PdfDocument(chemin) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return "\n".join(pages).replace("\r\n", "\n").replace("\ufffe", "-").replace("\x02", "-")
