"""Where tables come from: files → brut and ref → core → breakdowns, as the SQL itself reads them; in Mermaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.errors import UsageError, closest
from pipeline.inputs import ROLES
from pipeline.models.catalog import Catalog

ETAGES = ("fichiers", "brut", "ref", "core", "ventilations")
CONFIG = "fichiers.config.toml"
# The tables of `brut` that are the rows of one folder; the others are made of all of them.
DES_DOSSIERS = {role: f"fichiers.{role}/" for role in ROLES}
# What else than one referential of their name the tables of `ref` are made of.
DE_REF = {
    "ref.annees": CONFIG, "ref.parametres": CONFIG,
    "ref.diplomes_par_code": "fichiers.referentiels/diplomes.csv",
    "ref.etablissements_par_code": "fichiers.referentiels/etablissements.csv",
}  # fmt: skip


def lineage(catalogue: Catalog, nom: str | None) -> dict[str, tuple[str, ...]]:
    """What each table is made of, down to the files; of all the models, or of one and of what it reads.

    Raises:
        UsageError: no such model.
    """
    modeles = {modele.table: sorted(modele.parents) for modele in catalogue.modeles}
    graphe: dict[str, tuple[str, ...]] = {}
    a_voir = list(modeles) if nom is None else [find(nom, modeles)]
    while a_voir:
        table = a_voir.pop()
        if table not in graphe:
            graphe[table] = tuple(modeles[table]) if table in modeles else sources(table)
            a_voir += graphe[table]
    return graphe


def find(nom: str, modeles: Mapping[str, object]) -> str:
    """The table that a name is of: of a breakdown first."""
    for table in (f"ventilations.{nom}", f"core.{nom}", nom):
        if table in modeles:
            return table
    connus = [table.split(".")[1] for table in modeles]
    faire = "Nommez une ventilation ou une table de core : ruptures lister --tables les montre."
    raise UsageError(f"ni ventilation ni table « {nom} »{closest(nom, connus)}", faire=faire)


def sources(table: str) -> tuple[str, ...]:
    """The files of a table that no model makes."""
    schema, nom = table.split(".", 1)
    if schema == "brut":
        return (DES_DOSSIERS[nom],) if nom in DES_DOSSIERS else tuple(DES_DOSSIERS.values())
    if schema == "ref":
        return (DE_REF[table],) if table in DE_REF else (f"fichiers.referentiels/{nom}.csv",)
    return ()


def mermaid(graphe: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The graph as Mermaid: a box a schema, an arrow from what is read to what reads it."""
    noeuds = sorted(graphe)
    yield "flowchart LR"
    for etage in ETAGES:
        siens = [noeud for noeud in noeuds if noeud.startswith(f"{etage}.")]
        if siens:
            yield f"    subgraph {etage}"
            yield from (f"        {identifier(noeud)}{shape(noeud)}" for noeud in siens)
            yield "    end"
    yield from (f"    {identifier(parent)} --> {identifier(noeud)}" for noeud in noeuds for parent in graphe[noeud])


def identifier(noeud: str) -> str:
    """A name that Mermaid takes for one: letters, digits and underscores."""
    return "".join(lettre if lettre.isascii() and lettre.isalnum() else "_" for lettre in noeud)


def shape(noeud: str) -> str:
    """How a node is drawn, and its words."""
    etage, nom = noeud.split(".", 1)
    return f'[/"{nom}"/]' if etage == "fichiers" else f'["{nom}"]'
