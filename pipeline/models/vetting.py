"""What the SELECT of a breakdown may do: read the database, the same at every run, and give back nothing across what is
told of the whole network only.

This explains refusals before anything runs; the enclosure (`enclosure.py`) holds whatever is missed here.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import duckdb
from sqlglot import exp

from pipeline.errors import UsageError, closest
from pipeline.models.file import SqlFault, SqlFile, line_of, result_line
from pipeline.models.sensitive import sensitive_faults

SCHEMAS_LUS = frozenset({"core", "ref", "ventilations"})
FONCTIONS_TABLES = frozenset({"unnest", "generate_series", "range", "values"})
HORS_DE_LA_BASE = (
    "read_", "duckdb_", "pragma_", "pg_", "parquet_", "sniff_", "glob", "query", "current_setting", "getvariable",
    "getenv", "txid", "nextval", "currval", "st_read",
)  # fmt: skip
# Beside those that DuckDB itself says to be so. Without their underscores: the parser drops those of the functions that
# are called without parentheses.
CHANGEANTES = frozenset(
    {
        "random", "rand", "setseed", "uuid", "genrandomuuid", "now", "today", "currentdate", "currenttimestamp",
        "currenttime", "getcurrenttime", "getcurrenttimestamp", "transactiontimestamp", "localtimestamp", "localtime",
        "version", "currentuser",
    }
)  # fmt: skip


def vet(modele: SqlFile) -> None:
    """Raises UsageError at the first thing that a breakdown's SELECT may not do."""
    fautes = (*query_faults(modele.arbre, modele.sql), *order_faults(modele.arbre), *sensitive_faults(modele))
    for ligne, quoi, faire in fautes:
        raise UsageError(quoi, ou=modele.chemin, ligne=ligne, faire=faire)


def query_faults(arbre: exp.Query, texte: str) -> Iterator[SqlFault]:
    """What no query that somebody writes may do, of a breakdown or not."""
    yield from table_faults(arbre, texte)
    yield from function_faults(arbre, texte)


def table_faults(arbre: exp.Query, texte: str) -> Iterator[SqlFault]:
    """Tables that are not of the database, or that breakdowns do not read."""
    communes = {cte.alias_or_name for cte in arbre.find_all(exp.CTE)}
    for table in arbre.find_all(exp.Table):
        ligne = line_of(table)
        if isinstance(table.this, exp.Func):
            nom = function_name(table.this, texte)
            if nom not in FONCTIONS_TABLES:
                yield ligne, f"« {nom} » est refusée", outside(nom)
        elif table.catalog or (table.db and table.db not in SCHEMAS_LUS):
            faire = "Une ventilation lit les tables de core, ref et ventilations."
            yield ligne, f"la table « {table.sql('duckdb', comments=False)} » est refusée", faire
        elif not table.db and table.name not in communes:
            fichier = any(signe in table.name for signe in "./\\:*")
            quoi = f"table inconnue « {table.name} »{closest(table.name, communes)}"
            quoi = f"« {table.name} » est un fichier" if fichier else quoi
            yield ligne, quoi, "Nommez une table de la base avec son schéma, par exemple core.inscriptions."


def function_faults(arbre: exp.Query, texte: str) -> Iterator[SqlFault]:
    """Functions that look out of the database, or whose result changes from one run to the next."""
    for fonction in arbre.find_all(exp.Func, exp.TableSample):
        nom = function_name(fonction, texte)
        if nom.replace("_", "") in CHANGEANTES | volatile() or isinstance(fonction, exp.TableSample):
            faire = "Retirez-la : le résultat changerait d'une exécution à l'autre."
            yield line_of(fonction), f"« {nom} » est refusée", faire
        elif nom.startswith(HORS_DE_LA_BASE):
            yield line_of(fonction), f"« {nom} » est refusée", outside(nom)


@functools.cache
def volatile() -> frozenset[str]:
    """The functions of DuckDB that do not give the same twice, without their underscores; that which stops a query
    apart."""
    with duckdb.connect() as con:
        dites = con.execute("select distinct function_name from duckdb_functions() where stability != 'CONSISTENT'")
        return frozenset(nom.replace("_", "") for (nom,) in dites.fetchall()) - {"error"}


def function_name(fonction: exp.Expr, texte: str) -> str:
    """A function's name as it was written, quotes apart."""
    if "start" in fonction.meta:
        return texte[fonction.meta["start"] : fonction.meta["end"] + 1].strip('"').lower()
    return fonction.name.lower() if isinstance(fonction, exp.Anonymous) else fonction.key


def outside(nom: str) -> str:
    return f"Une ventilation lit la base et rien d'autre : ni fichier, ni réseau, ni réglage, ce que fait {nom}."


def order_faults(arbre: exp.Query) -> Iterator[SqlFault]:
    """The result has an order, so that the same data give the same files (that it is total is a check)."""
    if arbre.args.get("order") is None:
        faire = "Finissez par « order by annee, … » et toutes les dimensions."
        yield result_line(arbre), "le résultat n'a pas d'ordre", faire


def order_keys(arbre: exp.Query) -> tuple[str, ...]:
    """What orders the result, as expressions of its columns; nothing for « order by all »."""
    cles = [cle.this.copy() for cle in arbre.args["order"].expressions]
    for colonne in (colonne for cle in cles for colonne in cle.find_all(exp.Column)):
        colonne.set("table", None)
    noms = tuple(cle.sql("duckdb") for cle in cles)
    return () if noms == ("ALL",) else noms
