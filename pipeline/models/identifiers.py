"""Nobody's identifier in a result: one is joined on, filtered on, counted, or carried under its own name, nothing else.

So an identifier that reaches the result of a query is there by name, and refused by name (ADR 0004).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pipeline.models.file import SqlFault, line_of
from pipeline.schemas import IDENTIFIANTS

REGLE = "Un identifiant sert à joindre et à compter (count) : jamais renommé, jamais transformé."
# Where naming an identifier gives nothing of it back.
COMPTES = (exp.Count, exp.ApproxDistinct)
CLAUSES = (exp.Where, exp.Having, exp.Qualify, exp.Group, exp.Order, exp.TableAlias)
PLACES = {
    (exp.Join, "on"), (exp.Join, "using"), (exp.Window, "partition_by"), (exp.Window, "order"), (exp.Star, "except_"),
    (exp.Alias, "alias"),
}  # fmt: skip


def identifier_faults(arbre: exp.Query) -> Iterator[SqlFault]:
    """Where an identifier would come out under another name or inside another value."""
    for nom in arbre.find_all(exp.Identifier):
        if nom.name.lower() in IDENTIFIANTS and not is_harmless(nom):
            yield line_of(nom), f"l'identifiant « {nom.name} » entre dans un calcul ou change de nom", REGLE
    yield from whole_rows(arbre)
    yield from renamings(arbre)


def whole_rows(arbre: exp.Query) -> Iterator[SqlFault]:
    """Rows and columns taken as a whole, whatever is in them."""
    for colonne in arbre.find_all(exp.Column):
        if not colonne.table and colonne.name in sources(colonne):
            faire = "Donnez-lui un autre nom que celui d'une colonne, ou nommez les colonnes voulues."
            yield line_of(colonne), f"« {colonne.name} » désigne toute une ligne de cette table", faire
    for colonnes in arbre.find_all(exp.Columns):
        if not is_projection(colonnes):
            yield line_of(colonnes), "« columns » entre dans un calcul", f"Nommez les colonnes. {REGLE}"
    for position in arbre.find_all(exp.PositionalColumn):
        yield line_of(position), "une colonne est nommée par son rang", f"Nommez-la. {REGLE}"
    for resume in arbre.find_all(exp.Pivot, exp.Summarize, exp.Describe):
        if not isinstance(resume, exp.Pivot) or resume.args.get("unpivot"):
            mot = "unpivot" if isinstance(resume, exp.Pivot) else resume.key
            yield line_of(resume), f"« {mot} » est refusé", f"Écrivez les colonnes une à une. {REGLE}"


def renamings(arbre: exp.Query) -> Iterator[SqlFault]:
    """Columns that take their names from their place."""
    for alias in arbre.find_all(exp.TableAlias):
        if alias.args.get("columns") and alias.parent is not None and source_carries(alias.parent, arbre):
            faire = f"Nommez les colonnes dans le select. {REGLE}"
            yield line_of(alias), f"« {alias.name} » renomme les colonnes d'une table", faire
    for union in arbre.find_all(exp.SetOperation):
        for branche in (union.this, union.expression):
            if not union.args.get("by_name") and has_star(branche) and carries(branche, arbre):
                faire = f"Écrivez « union all by name », ou nommez les colonnes. {REGLE}"
                yield line_of(branche), "ces colonnes changeraient de nom dans l'union", faire


def sources(colonne: exp.Expr) -> set[str]:
    """Names of the tables and subqueries that the SELECT around a column reads."""
    select = colonne.find_ancestor(exp.Select)
    if select is None or isinstance(colonne.parent, exp.Ordered | exp.Group):
        return set()
    lues = [select.args.get("from_"), *(select.args.get("joins") or [])]
    return {lue.this.alias_or_name for lue in lues if lue is not None}


def carries(requete: exp.Expr, arbre: exp.Query, vues: frozenset[str] = frozenset()) -> bool:
    """Whether an identifier may be among the columns of a query; `vues` are the common tables already looked into."""
    for select in requete.find_all(exp.Select):
        if outermost(select) is not outermost(requete):
            continue
        if any(nom.lower() in IDENTIFIANTS for nom in select.named_selects):
            return True
        lues = [select.args.get("from_"), *(select.args.get("joins") or [])]
        if has_star(select) and any(lue is not None and source_carries(lue.this, arbre, vues) for lue in lues):
            return True
    return False


def source_carries(source: exp.Expr, arbre: exp.Query, vues: frozenset[str] = frozenset()) -> bool:
    """Whether an identifier may be among the columns of what a FROM names, or of a common table."""
    if isinstance(source, exp.CTE | exp.Subquery):
        return carries(source.this, arbre, vues)
    if not isinstance(source, exp.Table) or isinstance(source.this, exp.Func) or source.name in vues:
        return False
    communes = [cte for cte in arbre.find_all(exp.CTE) if cte.alias == source.name and not source.db]
    # A table of the database may hold one.
    return not communes or any(carries(cte.this, arbre, vues | {source.name}) for cte in communes)


def has_star(requete: exp.Expr) -> bool:
    """Whether a SELECT takes all the columns of what it reads."""
    return isinstance(requete, exp.Select) and any(p.is_star for p in requete.expressions)


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
