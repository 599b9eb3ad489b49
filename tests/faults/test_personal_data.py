"""What identifies a person, typed into any cell of the inputs, is looked for in every byte that a run leaves.

Each secret carries the number of the cell it was typed into, in a CSV or in a workbook, so that what is found tells
where it came from. What may be met, and where, is in `ADMIS`: a name in a free text, in an unknown header or in the
name of a file; nothing else.
"""

from __future__ import annotations

import io
import itertools
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pikepdf
import pytest

from pipeline.formats import date_longue
from pipeline.inputs import ROLES
from pipeline.paths import RACINE
from pipeline.schemas import ACCOMPAGNEMENT, COLONNES_DE_SUIVI, CONTRATS
from tests.faults.maker import Classeur, export, feuille, ligne, write_content
from tests.rules.rows import TEMOIN
from tests.support import construct, models, pdf_text, write_project

# --- Where secrets are typed, and where they may be met ------------------------------------------------------------

INCONNUES = ("commentaire", "e-mail", "téléphone", "NIR", "INE", "adresse")
# Columns declared in config.toml, with their type.
SUPPLEMENTS = {"regime": "texte", "lot": "code", "vague": "numero", "entretien": "date", "absences": "entier"}
TITRE, ENTETE, NOM_DE_FICHIER = "title line", "unknown header", "file name"
LIGNE_TROP_LONGUE, LIGNE_TROP_COURTE, GUILLEMET = "row too long", "row too short", "row with a stray quote"
CELLULES = (
    *(c.nom for c in CONTRATS),
    *INCONNUES,
    *SUPPLEMENTS,
    *(f"suivi {colonne}" for colonne in ("nocontrat", *sorted(COLONNES_DE_SUIVI), *INCONNUES)),
    *(f"accompagnement {c}" for c in (*(c.nom for c in ACCOMPAGNEMENT), *INCONNUES)),
    TITRE,
    LIGNE_TROP_LONGUE,
    LIGNE_TROP_COURTE,
    GUILLEMET,
    ENTETE,
    NOM_DE_FICHIER,
)
SOURCES = ("CSV", "workbook")
TEXTES_LIBRES = ("intituleouqualification", "situation", "diplomeentree")
# (place, kind) by cell: `listes` (rejects and anomalies), `base` (the other tables), `sortie` (the edition), `écran`.
ADMIS: dict[str, set[tuple[str, str]]] = {
    **{colonne: {("base", "name"), ("sortie", "name")} for colonne in TEXTES_LIBRES},
    # A diploma that no referential has is called as the exports call it.
    TEXTES_LIBRES[0]: {("base", "name"), ("sortie", "name"), ("listes du mois", "name")},
    # The columns that are not read are told on the console.
    ENTETE: {(lieu, "name") for lieu in ("base", "sortie", "écran")},
    **{f"suivi {colonne}": {("base", "name"), ("sortie", "name")} for colonne in TEXTES_LIBRES[1:]},
    "regime": {("base", "name")},
    NOM_DE_FICHIER: {(lieu, "name") for lieu in ("base", "listes", "sortie", "écran", "registre")},
}


# --- Secrets ------------------------------------------------------------------------------------------------------


def letters(numero: int) -> str:
    """Three letters for a number."""
    return "".join(chr(97 + numero // 26**rang % 26) for rang in (2, 1, 0))


def number(lettres: str) -> int:
    """The number of three letters."""
    return sum((ord(c) - 97) * 26**rang for rang, c in enumerate(reversed(lettres)))


NAISSANCE = date(1990, 1, 1)
MOIS = [date_longue(date(2001, mois, 1)).split()[1] for mois in range(1, 13)]
SECRETS: dict[str, Callable[[int], str]] = {
    "name": lambda n: f"Zyx{letters(n)} Martin",
    "e-mail": lambda n: f"zyx.{letters(n)}@exemple.fr",
    "phone": lambda n: f"06 12 {n // 10:02d} {n % 10}9 87",
    "phone, in one": lambda n: f"0612{n:03d}987",
    "phone, from abroad": lambda n: f"+33 6 12 {n // 10:02d} {n % 10}9 87",
    "NIR": lambda n: f"2910375123{n:03d}45",
    "NIR, with spaces": lambda n: f"2 91 03 75 123 {n:03d} 45",
    "INE": lambda n: f"543210{n:03d}ZQ",
    "INE, old": lambda n: f"5432109{n:03d}Z",
    "birth": lambda n: (NAISSANCE + timedelta(n)).strftime("%d/%m/%Y"),
    "birth, short": lambda n: (NAISSANCE + timedelta(n)).strftime("%d/%m/%y"),
    "birth, ISO": lambda n: (NAISSANCE + timedelta(n)).isoformat(),
}


def number_of(source: str, cellule: str) -> int:
    """The number of the secrets of a cell."""
    return SOURCES.index(source) * len(CELLULES) + CELLULES.index(cellule)


BLANCS = [c.encode() for c in map(chr, range(0x3001)) if c.isspace() or c == "-"]
BLANCS_SIMPLES = b"".join(blanc for blanc in BLANCS if len(blanc) == 1)
AUTRES_BLANCS = [blanc for blanc in BLANCS if len(blanc) > 1]
# How each is found again in bytes in lower case, blanks and hyphens taken out: the number of its cell.
TRACES: tuple[tuple[str, str, Callable[[re.Match[bytes]], int]], ...] = (
    ("name", r"zyx([a-z]{3})", lambda m: number(m[1].decode())),
    ("e-mail", r"zyx\.([a-z]{3})", lambda m: number(m[1].decode())),
    ("phone", r"(?:0|\+33)612(\d{3})987(?!\d)", lambda m: int(m[1])),
    ("NIR", r"2910375123(\d{3})45", lambda m: int(m[1])),
    ("INE", r"543210(\d{3})zq", lambda m: int(m[1])),
    ("INE", r"5432109(\d{3})z", lambda m: int(m[1])),
    ("birth", r"(?<![\da-f])(199[01])(\d\d)(\d\d)(?![\da-f])", lambda m: rank(m[1], m[2], m[3])),
    ("birth", r"(?<!\d)(\d\d)/(\d\d)/((?:19)?9[01])(?!\d)", lambda m: rank(m[3], m[2], m[1])),
    ("birth", rf"(?<!\d)(\d\d?)({'|'.join(MOIS)})(199[01])", lambda m: rank(m[3], 1 + MOIS.index(m[2].decode()), m[1])),
)


def rank(annee: bytes, mois: bytes | int, jour: bytes) -> int:
    """The number of a birth date, -1 if it is none."""
    try:
        return (date(1900 + int(annee) % 100, int(mois), int(jour)) - NAISSANCE).days
    except ValueError:
        return -1


def traces(octets: bytes) -> Iterator[tuple[str, str, str]]:
    """(source, cell, kind) of each secret found."""
    # Most of a database is zeros.
    serres = re.sub(rb"\0+", b"\0", octets).translate(None, BLANCS_SIMPLES).lower()
    for blanc in AUTRES_BLANCS:
        serres = serres.replace(blanc, b"")
    for genre, motif, numero in TRACES:
        for trouve in re.finditer(motif.encode(), serres):
            source, cellule = divmod(numero(trouve), len(CELLULES))
            if 0 <= source < len(SOURCES):
                yield SOURCES[source], CELLULES[cellule], genre


# --- The run ------------------------------------------------------------------------------------------------------


def contract_number(source: str, rang: int) -> str:
    return f"{('075', '076')[SOURCES.index(source)]}20210901{rang:04d}"


def contract_rows(source: str) -> list[dict[str, str]]:
    """For each column and each kind, a row with a secret there and nowhere else; and the same row, rejected."""
    lignes = [TEMOIN | {secret(number_of(source, ENTETE)): "" for secret in SECRETS.values()}]
    for colonne in (*(c.nom for c in CONTRATS), *INCONNUES, *SUPPLEMENTS):
        for genre, secret in SECRETS.items():
            rang = len(lignes)
            valeur = secret(number_of(source, colonne))
            bonne = {
                "idalternant": f"{source[0]}{rang}",
                "nocontrat": contract_number(source, rang),
                "typecontrat": "11",
            }
            bonne |= {"dateeffetrupture": "2022-01-15", "statut": "Rompu", colonne: valeur}
            if colonne == "datenaissance" and "birth" in genre:
                bonne |= {"nom": "Durand", "prenom": "Zoé", "idalternant": ""}
            lignes += [ligne(**bonne), ligne(**{**bonne, "datefincontrat": "", colonne: valeur})]
    return lignes


def rows_of(role: str, source: str) -> list[dict[str, str]]:
    """The same for the follow-up file, or the journal of support, of contracts that exist."""
    remplies = {"accompagnement": {"date": "2022-02-01", "action": "Contact", "resultat": ""}}.get(role, {})
    lignes = []
    for cellule in CELLULES:
        colonne = cellule.removeprefix(f"{role} ")
        if colonne != cellule:
            numeros = {"nocontrat": contract_number(source, 1 + 2 * len(lignes))}
            lignes += [
                numeros | remplies | {colonne: secret(number_of(source, cellule))} for secret in SECRETS.values()
            ]
    return lignes


def all_secrets(source: str, cellule: str) -> str:
    return " ".join(secret(number_of(source, cellule)) for secret in SECRETS.values())


def ill_formed_rows(source: str, colonnes: int) -> Iterator[list[str]]:
    """Rows of too many and of too few fields, one secret in all of them."""
    for secret in SECRETS.values():
        yield [secret(number_of(source, LIGNE_TROP_LONGUE))] * (colonnes + 1)
        yield [secret(number_of(source, LIGNE_TROP_COURTE))] * (colonnes - 1)


def headers(lignes: list[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(cle for ligne in lignes for cle in ligne))


def write_csv_files(donnees: Path) -> None:
    """An export and a follow-up file with a secret in every cell, above the header and in the headers."""
    titre = f"Extraction pour {all_secrets('CSV', TITRE)}\n"
    nom = f"zyx{letters(number_of('CSV', NOM_DE_FICHIER))}_2022-12-31"
    for chemin, lignes in (
        (f"contrats/{nom}.csv", contract_rows("CSV")),
        ("suivi/suivi_2022-12-31.csv", rows_of("suivi", "CSV")),
        ("accompagnement/journal_2022-12-31.csv", rows_of("accompagnement", "CSV")),
    ):
        colonnes = len(headers(lignes))
        fautives = [";".join(valeurs) for valeurs in ill_formed_rows("CSV", colonnes)]
        guillemets = [secret(number_of("CSV", GUILLEMET)) for secret in SECRETS.values()]
        fautives += [";".join(['"' + secret, *[secret] * (colonnes - 1)]) for secret in guillemets]
        write_content(donnees / chemin, titre + export(*lignes, *fautives), "")


def write_workbooks(donnees: Path) -> None:
    """The same in workbooks, with a second sheet of notes."""
    titre = [[f"Extraction pour {all_secrets('workbook', TITRE)}"], []]
    notes = [[all_secrets("workbook", TITRE)]]
    nom = f"zyx{letters(number_of('workbook', NOM_DE_FICHIER))}_2022-12-31"
    for chemin, lignes in (
        (f"contrats/{nom}.xlsx", contract_rows("workbook")),
        ("suivi/suivi_2022-12-31.xlsx", rows_of("suivi", "workbook")),
        ("accompagnement/journal_2022-12-31.xlsx", rows_of("accompagnement", "workbook")),
    ):
        fautives = list(ill_formed_rows("workbook", len(headers(lignes))))
        write_content(
            donnees / chemin, Classeur({"Export": [*feuille(*lignes, avant=titre), *fautives], "Notes": notes}), ""
        )


@dataclass
class Fouille:
    """Exit code and words of a run, and where a secret of each cell of each source was met: (place, kind).

    Attributes:
        nommees: the same in lists made with names, and `apres`, in all that is left once these are purged.
    """

    code: int
    ecran: str
    lieux: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    nommees: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    apres: set[tuple[str, str, str]] = field(default_factory=set)

    def look(self, lieu: str, octets: bytes) -> None:
        for source, cellule, genre in traces(octets):
            self.lieux.setdefault((source, cellule), set()).add((lieu, genre))


# The breakdowns that print wordings of the exports; the others print what they find in the same tables.
AUX_LIBELLES = ("par_cfa", "par_diplome", "par_diplome_entree", "par_motif_exprime", "par_situation", "par_structure")


@pytest.fixture(scope="module", params=[AUX_LIBELLES, pytest.param((), marks=pytest.mark.long)], ids=["", "all"])
def fouille(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Fouille:
    """A whole `ruptures rapport` in a process of its own, and everything it left."""
    dossier = tmp_path_factory.mktemp("personnes")
    donnees = empty_project(dossier)
    write_csv_files(donnees)
    write_workbooks(donnees)
    faite = run_alone(
        dossier, models(*request.param) if request.param else RACINE / "sql", "-m", "pipeline", dit="--verbose"
    )
    trouvee = Fouille(faite.returncode, faite.stdout + faite.stderr)
    trouvee.look("écran", trouvee.ecran.encode())
    for racine, lieu in (("tmp", "temporaire"), ("maison", "temporaire"), ("ici", "temporaire"), ("output", "sortie")):
        for chemin in (dossier / racine).rglob("*"):
            if chemin.is_file():
                for octets in contents(chemin):
                    trouvee.look(lieu, octets)
    for nom in ("rejets", "anomalies"):
        liste = dossier / f"base/{nom}.csv"
        trouvee.look("listes", liste.read_bytes() if liste.exists() else b"")
    registre = dossier / "base/ruptures.empreinte.json"
    trouvee.look("registre", registre.read_bytes() if registre.exists() else b"")
    base = dossier / "base/ruptures.duckdb"
    if base.exists():
        trouvee.look("octets de la base", base.read_bytes())
        for table, octets in tables(base):
            trouvee.look("listes" if table in ("brut.rejets", "brut.anomalies") else "base", octets)
    for journal in (dossier / "base/journaux").iterdir():
        for octets in contents(journal):
            trouvee.look("journal", octets)
    look_at_lists(trouvee, dossier)
    assert not list((dossier / "tmp").iterdir())
    assert {p.name for p in (dossier / "base").iterdir()} <= {
        "ruptures.duckdb", "rejets.csv", "anomalies.csv", "ruptures.verrou", "journaux", registre.name,
    }  # fmt: skip
    return trouvee


MOIS_DES_LIGNES = ("2021-09", "2022-01")  # when they are signed, and broken


def look_at_lists(trouvee: Fouille, dossier: Path) -> None:
    """The lists of the months of the rows, without names, then with names and postal codes; then all that is left once
    they are purged."""
    lieux = (
        "--donnees",
        "donnees",
        "--base",
        "base/ruptures.duckdb",
        "--editions",
        "output",
        "--config",
        "config.toml",
    )
    chemins = [mot if mot.startswith("--") else str(dossier / mot) for mot in lieux]
    for options in ((), ("--avec-noms", "--avec-code-postal")):
        for mois in MOIS_DES_LIGNES:
            faite = run_command(dossier, "-m", "pipeline", "liste", "--mois", mois, *chemins, *options)
            assert faite.returncode == 0, faite.stderr
            trouvee.look("écran", (faite.stdout + faite.stderr).encode())
        for chemin in (dossier / "base/listes").rglob("*_*"):
            for octets in contents(chemin):
                if not options:
                    trouvee.look("listes du mois", octets)
                elif "noms" in chemin.name or "codes-postaux" in chemin.name:
                    for source, cellule, genre in traces(octets):
                        trouvee.nommees.setdefault((source, cellule), set()).add(genre)
    vers = ("--base", str(dossier / "base/ruptures.duckdb"), "--sortie", str(dossier / "output"))
    assert run_command(dossier, "-m", "pipeline", "purger", *vers).returncode == 0
    for racine in ("tmp", "maison", "ici", "base"):
        for chemin in (dossier / racine).rglob("*"):
            if chemin.is_file():
                trouvee.apres |= {trace for octets in contents(chemin) for trace in traces(octets)}


def empty_project(dossier: Path) -> Path:
    """A project without exports, and folders for what a process may leave elsewhere; returns its data folder."""
    supplements = "".join(f'{nom} = "{genre}"\n' for nom, genre in SUPPLEMENTS.items())
    config = f'[annees]\npremiere = "2019-2020"\n[colonnes_supplementaires]\n{supplements}'
    donnees = write_project(dossier, {}, {}, config)
    for nouveau in (*(donnees / role for role in ROLES), dossier / "tmp", dossier / "maison", dossier / "ici"):
        nouveau.mkdir()
    return donnees


def run_alone(dossier: Path, sql: Path, *programme: str, dit: str = "") -> subprocess.CompletedProcess[str]:
    """`ruptures rapport` with these models on the project of a folder, all that the process may write into."""
    lieux = {
        "--donnees": "donnees", "--base": "base/ruptures.duckdb", "--sortie": "output", "--config": "config.toml",
        "--sql": str(sql),
    }  # fmt: skip
    chemins = [mot for option, chemin in lieux.items() for mot in (option, str(dossier / chemin))]
    return run_command(dossier, *programme, "rapport", *dit.split(), "--accepter-rejets", *chemins)


def run_command(dossier: Path, *mots: str) -> subprocess.CompletedProcess[str]:
    """A Python process that may write in the folder only."""
    environnement = os.environ | {
        "TMPDIR": str(dossier / "tmp"), "TEMP": str(dossier / "tmp"), "TMP": str(dossier / "tmp"),
        "HOME": str(dossier / "maison"), "XDG_CACHE_HOME": str(dossier / "maison"),
        "PYTHONPATH": os.pathsep.join([str(RACINE), os.environ.get("PYTHONPATH", "")]),
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *mots],
        cwd=dossier / "ici", env=environnement, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def contents(chemin: Path) -> Iterator[bytes]:
    """The bytes of a file, its name, and what is packed in it."""
    octets = chemin.read_bytes()
    yield chemin.name.encode()
    yield octets
    match chemin.suffix:
        case ".pdf":
            yield pdf_text(chemin).encode()
            with pikepdf.open(io.BytesIO(octets)) as document:
                yield repr(dict(document.docinfo.items())).encode()
                for objet in document.objects:
                    yield objet.read_bytes() if isinstance(objet, pikepdf.Stream) else repr(objet).encode()
        case ".xlsx" | ".zip":
            with zipfile.ZipFile(chemin) as archive:
                yield from (archive.read(nom) for nom in archive.namelist())
        case ".parquet":
            with duckdb.connect() as con:
                yield repr(con.execute(f"select * from '{chemin}'").fetchall()).encode()


def tables(base: Path) -> Iterator[tuple[str, bytes]]:
    """Every table and view of a database as text."""
    with duckdb.connect(str(base), read_only=True) as con:
        noms = con.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in (select distinct schema_name from duckdb_tables() where not internal)"
        ).fetchall()
        for (nom,) in noms:
            lignes = con.execute(f"select columns(*)::varchar from {nom}").fetchall()
            yield nom, "\n".join(";".join(v or "" for v in ligne) for ligne in lignes).encode()


# --- What is promised -----------------------------------------------------------------------------------------------


def test_the_report_is_made(fouille: Fouille) -> None:
    assert fouille.code == 0, fouille.ecran


@pytest.mark.parametrize("genre", SECRETS)
def test_a_secret_is_found_again_as_it_was_written_and_as_codes_are(genre: str) -> None:
    for source, cellule in itertools.product(SOURCES, CELLULES):
        secret = SECRETS[genre](number_of(source, cellule))
        for ecrit in (secret, secret.upper().replace(" ", ""), secret.replace(" ", "\u00a0")):
            assert set(traces(ecrit.encode())) == {(source, cellule, genre.partition(",")[0])}


@pytest.mark.parametrize("source", SOURCES)
def test_the_search_finds_what_is_there(fouille: Fouille, source: str) -> None:
    """The wordings of free texts and the names of files are kept: were they not found, the search would be blind."""
    assert fouille.lieux[source, "diplomeentree"] >= {("base", "name"), ("sortie", "name")}
    assert fouille.lieux[source, NOM_DE_FICHIER] >= {("listes", "name"), ("base", "name"), ("sortie", "name")}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("cellule", CELLULES)
def test_what_identifies_a_person_is_met_nowhere(fouille: Fouille, source: str, cellule: str) -> None:
    assert fouille.code == 0, fouille.ecran
    admis = ADMIS.get(cellule, set())
    admis = admis | {("octets de la base", genre) for lieu, genre in admis if lieu == "base"}
    assert fouille.lieux.get((source, cellule), set()) - admis == set()


@pytest.mark.parametrize("source", SOURCES)
def test_lists_with_names_have_names_and_nothing_else_of_a_person(fouille: Fouille, source: str) -> None:
    assert fouille.nommees[source, "nom"] == fouille.nommees[source, "prenom"] == {"name"}
    admises = {"nom", "prenom", TEXTES_LIBRES[0]}
    assert {cellule for autre, cellule in fouille.nommees if autre == source} <= admises


def test_once_purged_nobody_is_left(fouille: Fouille) -> None:
    assert fouille.apres == set()


def test_a_bug_of_ours_shows_nobody(tmp_path: Path) -> None:
    """Whatever it holds and whatever message it carries, all that is said of a bug is where it is and its type."""
    write_csv_files(empty_project(tmp_path))
    bug = (
        "import pipeline.ingest.persons as i\n"
        "def settle(self):\n"
        "    personnes = [lot.to_pylist() for _, lot in self.personnelles]\n"
        "    raise ValueError(personnes)\n"
        "i.Persons.settle = settle\n"
        "from pipeline.cli import main\n"
        "main()\n"
    )
    faite = run_alone(tmp_path, models(), "-c", bug)
    assert (faite.returncode, 'File "<string>", line 4' in faite.stderr, "ValueError" in faite.stderr) == (
        1, True, True,
    )  # fmt: skip
    fouille = Fouille(faite.returncode, faite.stdout + faite.stderr)
    fouille.look("écran", fouille.ecran.encode())
    for racine in ("tmp", "base", "ici", "maison"):
        for chemin in (tmp_path / racine).rglob("*"):
            if chemin.is_file():
                fouille.look(racine, chemin.read_bytes())
    assert fouille.lieux == {}


@pytest.mark.parametrize(
    "premiere",
    [
        "075202109010001;Uaicfar;Codediplomat;2021-09-01",
        "Extraction pour Codediplomat Uaicfar\n\n1;2;3",
        "Codediplomat Uaicfar",
        "Uaicfar;Codediplomat;01/09/2021",
        "Uaicfar;Codediplomat;zyx@exemple.fr",
        "Uaicfar;Codediplomat;06 12 34 56 78",
        "Uaicfar;Codediplomat;12",
    ],
    ids=["a row", "a title", "one word", "a date", "an e-mail", "a telephone", "a number"],
)
def test_a_refused_file_shows_none_of_its_values(tmp_path: Path, premiere: str) -> None:
    """Closest headers are proposed among headers, never among the values of a line that is none."""
    donnees = write_project(tmp_path, {})
    (donnees / "contrats").mkdir()
    write_content(donnees / "contrats/x_2022-12-31.csv", f"{premiere}\n", "")
    resultat = construct(tmp_path)
    assert resultat.exit_code == 3
    assert not re.search("uaicfar|codediplomat", resultat.output, re.IGNORECASE)
