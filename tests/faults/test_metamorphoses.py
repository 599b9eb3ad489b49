"""Changes that say nothing about contracts change no figure: order, cutting, names, dialects of the same deliveries."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.build import BuildRequest, build_database
from pipeline.paths import RACINE
from tests.faults.maker import Classeur, write_workbook
from tests.oracle.oracle import Livraison
from tests.oracle.strategies import REFERENTIELS, histoires
from tests.support import models, rows, write_project

APPRENTIS = 300
# A row of these tables is a row of a file, or of several: their size follows the deliveries, what is counted in them
# must not.
TABLES_DE_LIGNES = (
    "core.lignes", "core.lignes_a_reunir", "core.lignes_indecises", "core.rejets", "core.versions",
    "core.versions_reunies",
)  # fmt: skip
# Numbers of rows, of files, and of persons as they are met, which follow the deliveries.
DE_LA_LIVRAISON = frozenset({
    "id_ligne", "fichier", "premiere_copie", "personne", "personne_triplet", "personne_alternant", "part_du_numero",
    "id_version",
})  # fmt: skip
DATES = ("dateeffetrupture", "dateconclusion", "datefincontrat", "datenaissance")
Tables = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Fichier:
    """A delivery and the way it is written."""

    nom: str
    lignes: list[dict[str, str]]
    colonnes: list[str] = field(default_factory=list)
    separateur: str = ";"
    encodage: str = "utf-8"
    fin: str = "\n"

    def write(self, dossier: Path) -> None:
        """The file, in this folder."""
        dossier.mkdir(parents=True, exist_ok=True)
        rangees = [self.colonnes, *([ligne.get(c, "") for c in self.colonnes] for ligne in self.lignes)]
        if self.nom.endswith(".xlsx"):
            write_workbook(dossier / self.nom, Classeur({"Export": [list(map(typed, r)) for r in rangees]}), "")
            return
        tampon = io.StringIO(newline="")
        csv.writer(tampon, delimiter=self.separateur, lineterminator=self.fin).writerows(rangees)
        (dossier / self.nom).write_bytes(tampon.getvalue().encode(self.encodage))


Fichiers = list[Fichier]
Livraisons = tuple[Fichiers, Fichiers]


def typed(cellule: str) -> str | date:
    """ISO days of this century as dates: what a spreadsheet makes of them."""
    try:
        return date.fromisoformat(cellule) if cellule.startswith("20") else cellule
    except ValueError:
        return cellule


def files(livraisons: list[Livraison]) -> Fichiers:
    """Deliveries as files, dirt added: other date shapes, blanks, codes in lower case, unreadable values."""
    trouves = []
    for livraison in livraisons:
        lignes = [dirty(rang, ligne) for rang, ligne in enumerate(livraison.lignes)]
        requises = ["nocontrat"] if "suivi" in livraison.nom else REQUISES
        trouves.append(
            Fichier(livraison.nom, lignes, list(dict.fromkeys([*requises, *(c for r in lignes for c in r)])))
        )
    return trouves


REQUISES = ["nocontrat", "datedebutcontrat", "datefincontrat", "dateeffetrupture", "codediplome", "uaicfa"]


def dirty(rang: int, ligne: dict[str, str]) -> dict[str, str]:
    """The row as other software would have written it."""
    sale = dict(ligne)
    for colonne in DATES[rang % 4 :: 4]:
        morceaux = sale.get(colonne, "").split("-")
        if len(morceaux) == 3:
            sale[colonne] = "/".join(reversed(morceaux))
    if rang % 11 == 0:
        sale |= {
            colonne: f" {valeur.lower()}\u00a0" for colonne, valeur in sale.items() if colonne in ("uaicfa", "siret")
        }
    if rang % 13 == 0 and "nom" in sale:
        sale |= {"sexe": "?", "nombredesalaries": "environ 12"}
    return sale


@pytest.fixture(scope="module")
def livraisons() -> Livraisons:
    """More than a thousand rows: versions, avenants, rows without number, contradictory, rejected; and follow-up."""
    contrats, suivi = histoires(7, APPRENTIS)
    assert len(contrats) > 1 and suivi
    assert sum(len(livraison.lignes) for livraison in contrats) > 1_000
    return files(contrats), files(suivi)


def build(dossier: Path, livraisons: Livraisons, sql: Path | None = None) -> duckdb.DuckDBPyConnection:
    """The database of these files, without breakdowns unless `sql` has some."""
    donnees = write_project(dossier, {}, {}, '[annees]\npremiere = "2019-2020"\n', REFERENTIELS)
    for role, fichiers in zip(("contrats", "suivi"), livraisons, strict=True):
        for fichier in fichiers:
            fichier.write(donnees / role)
    demande = BuildRequest(
        annee="2021-2022",
        donnees=donnees,
        base=dossier / "base/ruptures.duckdb",
        config=dossier / "config.toml",
        accepter_rejets=True,
        sql=sql or models(),
    )
    return duckdb.connect(str(build_database(demande, lambda _: None).base), read_only=True)


def all_tables(con: duckdb.DuckDBPyConnection) -> Tables:
    """Every table of `core` and `ventilations`, rows in order, without the numbers of rows and files."""
    noms = rows(
        con,
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where schema_name in ('core', 'ventilations') order by all",
    )
    tables: Tables = {}
    for (nom,) in noms:
        if nom not in TABLES_DE_LIGNES:
            colonnes = [c for c, *_ in con.execute(f"describe {nom}").fetchall() if c not in DE_LA_LIVRAISON]
            tables[str(nom)] = con.execute(f"select {', '.join(colonnes)} from {nom} order by all").fetchall()
    return tables


def core(tables: Tables) -> Tables:
    """Those that breakdowns are made from."""
    return {nom: lignes for nom, lignes in tables.items() if nom.startswith("core.")}


def without_far_dates(tables: Tables) -> Tables:
    """The same without the count of the dates too far to tell how far the exports go, which is one of rows."""
    return tables | {
        "core.evenements": [ligne[:1] for ligne in tables["core.evenements"]],
        "core.anomalies": [ligne for ligne in tables["core.anomalies"] if ligne[0] != "date_hors_periode"],
    }


def rejected(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Rejects and anomalies, wherever they were."""
    return rows(
        con,
        "select 'rejets', colonne, valeur, raison, count(*) from brut.rejets group by all union all "
        "select 'anomalies', colonne, valeur, raison, count(*) from brut.anomalies group by all order by all",
    )


@dataclass(frozen=True)
class Origine:
    """What comes of the deliveries as they came."""

    con: duckdb.DuckDBPyConnection
    tables: Tables
    rejets: list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def origine(tmp_path_factory: pytest.TempPathFactory, livraisons: Livraisons) -> Origine:
    con = build(tmp_path_factory.mktemp("origine"), livraisons, RACINE / "sql")
    return Origine(con, all_tables(con), rejected(con))


def assert_same(tables: Tables, attendues: Tables) -> None:
    """The same tables, the first difference shown."""
    assert tables.keys() == attendues.keys()
    for nom, lignes in attendues.items():
        ecarts = [(avant, apres) for avant, apres in zip(lignes, tables[nom], strict=False) if avant != apres]
        assert (nom, len(tables[nom]), ecarts[:1]) == (nom, len(lignes), [])


# --- Changes that change nothing ---------------------------------------------------------------------------------


def every(changer: Callable[[Fichier], Fichier]) -> Callable[[Livraisons], Livraisons]:
    """The same change of each file of both folders."""
    return lambda livraisons: (list(map(changer, livraisons[0])), list(map(changer, livraisons[1])))


def shuffled(fichier: Fichier) -> Fichier:
    return replace(fichier, lignes=random.Random(3).sample(fichier.lignes, len(fichier.lignes)))


def permuted(fichier: Fichier) -> Fichier:
    return replace(fichier, colonnes=[*reversed(fichier.colonnes), "commentaire"])


def renamed(fichier: Fichier) -> Fichier:
    """The names sort the other way; the date in them stays."""
    prefixe = "".join(chr(219 - ord(c)) if c.isalpha() else "z" for c in fichier.nom.split("_")[0].lower()[:6])
    return replace(fichier, nom=f"{prefixe}-{fichier.nom}")


def cut(livraisons: Livraisons) -> Livraisons:
    """Each file in two, the last rows in the file that is read first."""
    contrats = []
    for fichier in livraisons[0]:
        milieu = len(fichier.lignes) // 3
        contrats.append(replace(fichier, nom=f"a-{fichier.nom}", lignes=fichier.lignes[milieu:]))
        contrats.append(replace(fichier, nom=f"b-{fichier.nom}", lignes=fichier.lignes[:milieu]))
    return contrats, livraisons[1]


def in_windows_1252(livraisons: Livraisons) -> Livraisons:
    """Each file in two: the rows of which every letter is in that encoding, in it, and the others."""

    def split(fichiers: Fichiers) -> Fichiers:
        parts = []
        for fichier in fichiers:
            autres = [ligne for ligne in fichier.lignes if "ł" in "".join(ligne.values()).casefold()]
            siennes = [ligne for ligne in fichier.lignes if ligne not in autres]
            parts.append(replace(fichier, nom=f"a-{fichier.nom}", lignes=siennes, encodage="cp1252"))
            parts.append(replace(fichier, nom=f"b-{fichier.nom}", lignes=autres))
        return parts

    return split(livraisons[0]), split(livraisons[1])


INDIFFERENTS: dict[str, Callable[[Livraisons], Livraisons]] = {
    "rows shuffled": every(shuffled),
    "columns permuted, one more": every(permuted),
    "files renamed": every(renamed),
    "files cut in two": cut,
    "commas": every(lambda f: replace(f, separateur=",")),
    "tabs": every(lambda f: replace(f, separateur="\t")),
    "Windows-1252": in_windows_1252,
    "UTF-16": every(lambda f: replace(f, encodage="utf-16")),
    "CRLF": every(lambda f: replace(f, fin="\r\n")),
    "CR": every(lambda f: replace(f, fin="\r")),
    "workbooks": every(lambda f: replace(f, nom=f"{Path(f.nom).stem}.xlsx")),
    "all at once": lambda livraisons: every(
        lambda f: replace(
            renamed(permuted(shuffled(f))), separateur="," if len(f.lignes) % 2 else "|", encodage="utf-16", fin="\r\n"
        )
    )(cut(livraisons)),
}


# Each alone only in the long campaigns: "all at once" has them together.
@pytest.mark.long
@pytest.mark.parametrize("changer", INDIFFERENTS.values(), ids=INDIFFERENTS)
def test_changes_nothing(
    tmp_path: Path,
    livraisons: Livraisons,
    origine: Origine,
    changer: Callable[[Livraisons], Livraisons],
) -> None:
    con = build(tmp_path, changer(livraisons))
    assert_same(all_tables(con), core(origine.tables))
    assert rejected(con) == origine.rejets


def test_all_at_once_changes_nothing_breakdowns_included(
    tmp_path: Path, livraisons: Livraisons, origine: Origine
) -> None:
    con = build(tmp_path, INDIFFERENTS["all at once"](livraisons), RACINE / "sql")
    assert_same(all_tables(con), origine.tables)
    assert rejected(con) == origine.rejets


# --- Changes that change what is counted of the rows, and nothing else ---------------------------------------------


def test_a_file_given_twice_adds_its_copies_to_the_repeated_rows_and_nothing_else(
    tmp_path: Path, livraisons: Livraisons, origine: Origine
) -> None:
    premier = livraisons[0][0]
    con = build(tmp_path, ([*livraisons[0], replace(premier, nom=f"copie de {premier.nom}")], livraisons[1]))
    ajouts = dict(
        con.execute(
            "select 'doublons', lignes_retenues from brut.fichiers where nom = $nom union all "
            "select 'uai_du_referentiel', uai_du_referentiel from brut.fichiers where nom = $nom union all "
            "select 'valeurs_decisives_illisibles', count(*) from core.lignes_indecises "
            "inner join brut.contrats using (id_ligne) inner join brut.fichiers using (fichier) where nom = $nom "
            "union all "
            "select nature, count(*) from brut.anomalies where nom = $nom group by nature",
            {"nom": f"contrats/{premier.nom}"},
        ).fetchall()
    )
    attendues = core(origine.tables)
    attendues["core.anomalies"] = [(nature, n + ajouts.get(nature, 0)) for nature, n in attendues["core.anomalies"]]
    assert_same(without_far_dates(all_tables(con)), without_far_dates(attendues))


@pytest.mark.long  # a file given twice is tried every time
def test_every_row_given_twice_gives_as_many_repeated_rows_as_rows_kept_at_first(
    tmp_path: Path, livraisons: Livraisons, origine: Origine
) -> None:
    doubles = [replace(f, lignes=[ligne for ligne in f.lignes for _ in range(2)]) for f in livraisons[0]]
    con = build(tmp_path, (doubles, livraisons[1]))
    ((retenues,),) = rows(con, "select sum(lignes_retenues)::bigint // 2 from brut.fichiers where role = 'contrats'")
    (avant,) = (nombre for nature, nombre in origine.tables["core.anomalies"] if nature == "doublons")
    assert rows(con, "select nombre from core.anomalies where nature = 'doublons'") == [(avant + retenues,)]
    assert_same(
        without_far_dates(all_tables(con)) | {"core.anomalies": []},
        without_far_dates(core(origine.tables)) | {"core.anomalies": []},
    )


def abroad(livraison: Fichier) -> Fichier:
    """The same rows of another network: other numbers, persons and structures."""
    lignes = []
    for ligne in livraison.lignes:
        loin = dict(ligne)
        for colonne, prefixe in (("nocontrat", "974"), ("nom", "Zzz"), ("idalternant", "ZZZ"), ("uaicfa", "Z")):
            if loin.get(colonne, "").strip():
                loin[colonne] = prefixe + loin[colonne].strip()
        lignes.append(loin | {"siret": "", "siretemployeur": ""})
    return replace(livraison, lignes=lignes)


# What depends on the other contracts: numbers, and wordings chosen among all of them.
DE_L_ENSEMBLE = ("id_contrat", "id_apprenti", "strate", *DE_LA_LIVRAISON)


@pytest.mark.long
def test_an_unrelated_network_leaves_the_contracts_and_statuses_of_the_first(
    tmp_path: Path, livraisons: Livraisons, origine: Origine
) -> None:
    # Without dates, as the files that they are read with.
    livrees = files(histoires(8, 150)[0])
    autre = [replace(abroad(livree), nom=f"autre-reseau-{rang}.csv") for rang, livree in enumerate(livrees)]
    seule, ensemble = origine.con, build(tmp_path, ([*livraisons[0], *autre], livraisons[1]))
    for table in ("core.contrats", "core.inscriptions"):
        colonnes = [c for c, *_ in seule.execute(f"describe {table}").fetchall() if c not in DE_L_ENSEMBLE]
        requete = f"select {', '.join(colonnes)} from {table} where uai not like 'Z%' order by all"
        assert_same({table: ensemble.execute(requete).fetchall()}, {table: seule.execute(requete).fetchall()})
    assert rows(ensemble, "select count(*) > 150 from core.contrats where uai like 'Z%'") == [(True,)]
