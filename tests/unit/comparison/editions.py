"""Editions of a few contracts, without their pages: a database, its journal, the tables and what a manifest says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.comparison.journal import find_journal, write_journal
from pipeline.comparison.published import PublishedEdition
from pipeline.edition.manifest import DES_ANNEES
from pipeline.models.rows import plain
from tests.support import build_project, models_for

ANNEE = "2021-2022"
UAI = ("0010001A", "0010002B")
SQL = models_for("par_structure", "core.ruptures_nettes_par_annee", "core.statuts", "core.contrats", "core.lignes")
Row = dict[str, str]


def contract(numero: int, apprenti: int, debut: str, fin: str, rupture: str = "", **autres: str) -> Row:
    """A row of an export: contract `numero` of the apprentice `apprenti`."""
    return {
        "nocontrat": f"07520210900{numero:04}", "datedebutcontrat": debut, "datefincontrat": fin,
        "dateeffetrupture": rupture, "codediplome": "50022137", "uaicfa": UAI[apprenti % 2],
        "nom": f"Nom{lettres(apprenti)}", "prenom": "Lou", "datenaissance": "2003-04-05", **autres,
    }  # fmt: skip


def lettres(numero: int) -> str:
    """A name for a number: far from those of the others."""
    return "".join("abcdefghij"[int(chiffre)] * 3 for chiffre in str(numero))


def network() -> list[Row]:
    """Apprentices of two CFA: broken, re-signed in September, gone at term, under contract."""
    lignes = []
    for apprenti in range(24):
        debut, fin = "2021-09-01", "2023-08-31"
        rupture = f"2022-0{1 + apprenti % 7}-1{apprenti % 9}" if apprenti % 3 == 0 else ""
        if apprenti % 8 == 1:
            fin = "2022-07-05"
        lignes.append(contract(apprenti, apprenti, debut, fin, rupture))
        if apprenti % 6 == 0:
            lignes.append(contract(100 + apprenti, apprenti, "2022-09-05", "2024-08-31"))
    return lignes


def edition(
    dossier: Path,
    lignes: list[Row],
    *,
    arrete_au: str | None = None,
    suivi: list[Row] | None = None,
    config: str = "",
    sql: Path = SQL,
    sql_dit: object = None,
) -> PublishedEdition:
    """An edition of these rows, in a folder of its own; `sql_dit`: what its manifest says of the models instead."""
    con = build_project(
        dossier, {"contrats_2022-11-05.csv": lignes}, {"suivi_2022-11-06.csv": suivi} if suivi else None,
        config=config, arrete_au=arrete_au, sql=sql,
    )  # fmt: skip
    with con:
        dit = {"configuration": {"annees": {"config": config}}} | ({} if sql_dit is None else {"sql": sql_dit})
        return of_database(con, dossier / "base/ruptures.duckdb", dossier.name, sql, dit)


def of_database(
    con: duckdb.DuckDBPyConnection, base: Path, nom: str, sql: Path, dit: Mapping[str, object]
) -> PublishedEdition:
    """The edition of a database; `dit`: what its manifest says besides, or instead."""
    contenu = {**describe(con, sql), **dit}
    contenu["journal"] = vars(write_journal(con, base, nom))
    tables = {"par_structure": con.sql("select * from ventilations.par_structure order by rowid").pl()}
    return PublishedEdition(nom, contenu, tables, "", *find_journal(base, contenu))


def describe(con: duckdb.DuckDBPyConnection, sql: Path) -> dict[str, Any]:
    """What a manifest says of a database."""
    annees: pl.DataFrame = con.sql(
        "select * from core.annees inner join core.ruptures_nettes_par_annee using (annee) order by annee"
    ).pl()
    fichiers = con.sql("select * exclude (fichier) from brut.fichiers order by fichier").pl().to_dicts()
    return {
        "annee": ANNEE,
        "arrete_au": str(annees["date_arrete"][-1]),
        "annees": [{nom: plain(ligne[nom]) for nom in DES_ANNEES} for ligne in annees.to_dicts()],
        "fichiers": [{nom: plain(valeur) for nom, valeur in fichier.items()} for fichier in fichiers],
        "versions": {"ruptures": "1"},
        "sql": {
            chemin.relative_to(sql).as_posix(): hashlib.sha256(chemin.read_bytes()).hexdigest()
            for chemin in sorted(sql.rglob("*.sql"))
        },
    }
