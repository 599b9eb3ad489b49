"""What the SELECT of a breakdown may do: read the database, the same at every run, and give back nobody's identifier.

This explains refusals before anything runs; the locked connection (`locked.py`) holds whatever is missed here.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pipeline.errors import UsageError, closest
from pipeline.schemas import IDENTIFIANTS
from pipeline.sqlfile import SqlFile, line_of, result_line

SCHEMAS_LUS = frozenset({"staging", "core", "ref", "ventilations"})
FONCTIONS_TABLES = frozenset({"unnest", "generate_series", "range", "values"})
HORS_DE_LA_BASE = (
    "read_", "duckdb_", "pragma_", "pg_", "parquet_", "sniff_", "glob", "query", "current_setting", "getvariable",
    "getenv", "nextval", "currval", "st_read",
)  # fmt: skip
# Without their underscores: the parser drops those of the functions that are called without parentheses.
CHANGEANTES = frozenset(
    {
        "random", "rand", "setseed", "uuid", "genrandomuuid", "now", "today", "currentdate", "currenttimestamp",
        "currenttime", "getcurrenttime", "getcurrenttimestamp", "transactiontimestamp", "localtimestamp", "localtime",
        "version", "currentuser",
    }
)  # fmt: skip
# Where naming an identifier gives nothing of it back.
COMPTES = (exp.Count, exp.ApproxDistinct)
CLAUSES = (exp.Where, exp.Having, exp.Qualify, exp.Join, exp.Group, exp.Order, exp.TableAlias)
PLACES = {(exp.Window, "partition_by"), (exp.Window, "order"), (exp.Star, "except_"), (exp.Alias, "alias")}
Faute = tuple[int, str, str]  # line, what, what to do


def vet(modele: SqlFile) -> None:
    """Raises UsageError at the first thing that a breakdown's SELECT may not do."""
    fautes = (
        *table_faults(modele.arbre, modele.sql), *function_faults(modele.arbre, modele.sql),
        *order_faults(modele.arbre), *identifier_faults(modele.arbre),
    )  # fmt: skip
    for ligne, quoi, faire in fautes:
        raise UsageError(quoi, ou=modele.chemin, ligne=ligne, faire=faire)


def table_faults(arbre: exp.Query, texte: str) -> Iterator[Faute]:
    """Tables that are not of the database, or that breakdowns do not read."""
    communes = {cte.alias_or_name for cte in arbre.find_all(exp.CTE)}
    for table in arbre.find_all(exp.Table):
        ligne = line_of(table)
        if isinstance(table.this, exp.Func):
            nom = function_name(table.this, texte)
            if nom not in FONCTIONS_TABLES:
                yield ligne, f"« {nom} » est refusée", outside(nom)
        elif table.catalog or (table.db and table.db not in SCHEMAS_LUS):
            faire = "Une ventilation lit les tables de core, ref, staging et ventilations."
            yield ligne, f"la table « {table.sql('duckdb', comments=False)} » est refusée", faire
        elif not table.db and table.name not in communes:
            fichier = any(signe in table.name for signe in "./\\:*")
            quoi = f"table inconnue « {table.name} »{closest(table.name, communes)}"
            quoi = f"« {table.name} » est un fichier" if fichier else quoi
            yield ligne, quoi, "Nommez une table de la base avec son schéma, par exemple core.inscriptions."


def function_faults(arbre: exp.Query, texte: str) -> Iterator[Faute]:
    """Functions that look out of the database, or whose result changes from one run to the next."""
    for fonction in arbre.find_all(exp.Func, exp.TableSample):
        nom = function_name(fonction, texte)
        if nom.replace("_", "") in CHANGEANTES or isinstance(fonction, exp.TableSample):
            faire = "Retirez-la : le résultat changerait d'une exécution à l'autre."
            yield line_of(fonction), f"« {nom} » est refusée", faire
        elif nom.startswith(HORS_DE_LA_BASE):
            yield line_of(fonction), f"« {nom} » est refusée", outside(nom)


def function_name(fonction: exp.Expr, texte: str) -> str:
    """A function's name as it was written."""
    if "start" in fonction.meta:
        return texte[fonction.meta["start"] : fonction.meta["end"] + 1].lower()
    return fonction.name.lower() if isinstance(fonction, exp.Anonymous) else fonction.key


def outside(nom: str) -> str:
    return f"Une ventilation lit la base et rien d'autre : ni fichier, ni réseau, ni réglage, ce que fait {nom}."


def order_faults(arbre: exp.Query) -> Iterator[Faute]:
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


def identifier_faults(arbre: exp.Query) -> Iterator[Faute]:
    """An identifier is joined, filtered, counted, or carried under its own name: so one that reaches the result is
    there by name, and refused."""
    regle = "Un identifiant sert à joindre et à compter (count) : jamais renommé, jamais transformé."
    for nom in arbre.find_all(exp.Identifier):
        if nom.name.lower() in IDENTIFIANTS and not is_harmless(nom):
            yield line_of(nom), f"l'identifiant « {nom.name} » entre dans un calcul ou change de nom", regle
    for colonne in arbre.find_all(exp.Column):
        if not colonne.table and colonne.name in sources(colonne):
            faire = "Donnez-lui un autre nom que celui d'une colonne, ou nommez les colonnes voulues."
            yield line_of(colonne), f"« {colonne.name} » désigne toute une ligne de cette table", faire
    for colonnes in arbre.find_all(exp.Columns):
        if not is_projection(colonnes):
            yield line_of(colonnes), "« columns » entre dans un calcul", f"Nommez les colonnes. {regle}"
    for alias in arbre.find_all(exp.TableAlias):
        if alias.args.get("columns") and carries_identifier(alias.parent):
            faire = f"Nommez les colonnes dans le select. {regle}"
            yield line_of(alias), f"« {alias.name} » renomme les colonnes d'une table", faire
    for position in arbre.find_all(exp.PositionalColumn):
        yield line_of(position), "une colonne est nommée par son rang", f"Nommez-la. {regle}"
    for pivot in arbre.find_all(exp.Pivot):
        if pivot.args.get("unpivot"):
            yield line_of(pivot), "« unpivot » est refusé", f"Écrivez un « union all ». {regle}"


def sources(colonne: exp.Expr) -> set[str]:
    """Names of the tables and subqueries that the SELECT around a column reads."""
    select = colonne.find_ancestor(exp.Select)
    if select is None or isinstance(colonne.parent, exp.Ordered | exp.Group):
        return set()
    lues = [select.args.get("from_"), *(select.args.get("joins") or [])]
    return {lue.this.alias_or_name for lue in lues if lue is not None}


def carries_identifier(source: exp.Expr | None) -> bool:
    """Whether an identifier may be among the columns of a table or a query."""
    if isinstance(source, exp.Table):
        return not isinstance(source.this, exp.Func)
    requete = source.this if source is not None else None
    if not isinstance(requete, exp.Query):
        return False
    return any(p.is_star or p.name.lower() in IDENTIFIANTS for s in requete.find_all(exp.Select) for p in s.expressions)


def is_harmless(nom: exp.Expr) -> bool:
    """Whether an identifier, where it stands, gives nothing of itself back but under its own name."""
    noeud = nom
    while (parent := noeud.parent) is not None:
        if isinstance(parent, (*COMPTES, *CLAUSES)) or (type(parent), noeud.arg_key) in PLACES:
            return True
        if isinstance(parent, exp.Select) and noeud.arg_key == "expressions":
            if not (is_bare(noeud) and keeps_name(parent, noeud)):
                return False
            requete = outermost(parent)
            if not isinstance(requete.parent, exp.Subquery) or is_source(requete.parent):
                return True
            parent = requete.parent
        noeud = parent
    return False


def is_projection(noeud: exp.Expr) -> bool:
    return isinstance(noeud.parent, exp.Select) and noeud.arg_key == "expressions"


def is_bare(projection: exp.Expr) -> bool:
    """Whether a projection is a column under its own name."""
    if isinstance(projection, exp.Alias):
        return isinstance(projection.this, exp.Column) and projection.this.name.lower() == projection.alias.lower()
    return isinstance(projection, exp.Column)


def outermost(requete: exp.Expr) -> exp.Expr:
    """The set operation a SELECT is a branch of, or itself."""
    while isinstance(requete.parent, exp.SetOperation):
        requete = requete.parent
    return requete


def keeps_name(select: exp.Select, projection: exp.Expr) -> bool:
    """Whether a projection keeps its name through the set operations that its SELECT is a branch of."""
    ensemble = outermost(select)
    if ensemble is select:
        return True
    operations = [o for o in ensemble.find_all(exp.SetOperation) if outermost(o) is ensemble]
    if all(o.args.get("by_name") for o in operations):
        return True
    rang = select.expressions.index(projection)
    branches = [s for s in ensemble.find_all(exp.Select) if outermost(s) is ensemble]
    return all(
        not any(p.is_star for p in branche.expressions[: rang + 1])
        and len(branche.expressions) > rang
        and branche.expressions[rang].alias_or_name.lower() == projection.alias_or_name.lower()
        for branche in branches
    )


def is_source(sous_requete: exp.Expr) -> bool:
    """Whether a subquery is a table of a FROM (or of a JOIN), not a value."""
    return isinstance(sous_requete.parent, exp.From) or (
        isinstance(sous_requete.parent, exp.Join) and sous_requete.arg_key == "this"
    )
