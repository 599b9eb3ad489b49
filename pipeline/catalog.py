"""ALL .sql files: find them, name them by their path, order them by what they read."""

from __future__ import annotations

import graphlib
from dataclasses import dataclass
from pathlib import Path

from pipeline import sqlfile
from pipeline.errors import UsageError, closest
from pipeline.settings import Section
from pipeline.sqlfile import SqlFile

# Schemas that are not made by .sql files: what `ingest` and `build` write before any model runs.
SCHEMAS_DE_DEPART = frozenset({"brut", "ref"})
SCHEMAS = ("staging", "core", "ventilations")


@dataclass(frozen=True)
class Catalog:
    """The models in an order in which each comes after what it reads, the macros, the singular checks."""

    modeles: tuple[SqlFile, ...]
    macros: Path
    controles: tuple[Path, ...]

    def ventilations(self, sections: tuple[Section, ...]) -> list[SqlFile]:
        """Breakdowns in the order of the report: section of `config.toml`, then `ordre`, then name."""
        rangs = {section.cle: rang for rang, section in enumerate(sections)}
        fichiers = [modele for modele in self.modeles if modele.schema == "ventilations"]
        return sorted(fichiers, key=lambda f: (rangs[f.ventilation.section], f.ventilation.ordre, f.nom))


def load_catalog(dossier: Path, sections: tuple[Section, ...]) -> Catalog:
    """Every model under `dossier`.

    Raises:
        UsageError: a wrong file, an unknown parent or section, a cycle.
    """
    fichiers = {
        modele.table: modele
        for schema in SCHEMAS
        for modele in (sqlfile.parse(chemin, schema) for chemin in sorted((dossier / schema).glob("*.sql")))
    }
    cles = [section.cle for section in sections]
    for modele in fichiers.values():
        check_parents(modele, fichiers)
        if modele.schema == "ventilations" and modele.ventilation.section not in cles:
            raise UsageError(
                f"section inconnue « {modele.ventilation.section} »{closest(modele.ventilation.section, cles)}",
                ou=modele.chemin,
                faire=f"Sections de config.toml : {', '.join(cles)}.",
            )
    return Catalog(
        modeles=tuple(fichiers[nom] for nom in run_order(fichiers)),
        macros=dossier / "macros.sql",
        controles=tuple(sorted((dossier / "controles").glob("*.sql"))),
    )


def check_parents(modele: SqlFile, fichiers: dict[str, SqlFile]) -> None:
    """Raises UsageError when the model reads a table that nothing makes."""
    for parent in sorted(modele.parents):
        if parent.split(".")[0] in SCHEMAS_DE_DEPART or parent in fichiers:
            continue
        raise UsageError(
            f"table inconnue « {parent} »{closest(parent, fichiers)}",
            ou=modele.chemin,
            faire="Lisez une table de staging, de core ou de ref (ruptures lister les montre).",
        )


def run_order(fichiers: dict[str, SqlFile]) -> list[str]:
    """Names of the models, parents first; ties by name, so that the order never changes."""
    graphe = {nom: sorted(p for p in modele.parents if p in fichiers) for nom, modele in sorted(fichiers.items())}
    try:
        return list(graphlib.TopologicalSorter(graphe).static_order())
    except graphlib.CycleError as erreur:
        boucle = " → ".join(reversed(erreur.args[1]))
        raise UsageError(
            f"les fichiers se lisent en rond : {boucle}",
            ou=fichiers[erreur.args[1][0]].chemin,
            faire="Retirez une de ces lectures.",
        ) from None
