"""ALL .sql files, each after what it reads; what they may name."""

from __future__ import annotations

import graphlib
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import details
from pipeline.errors import UsageError, closest
from pipeline.glossary import Glossary, read_glossary
from pipeline.models import file
from pipeline.models.file import SqlFile
from pipeline.models.folder import (
    GLOSSAIRE,
    MACROS,
    check_section,
    list_breakdowns,
    list_checks,
    list_models,
    read_macros,
    refuse_shared,
    report_order,
)
from pipeline.models.set_aside import Outside, set_aside
from pipeline.models.vetting import vet
from pipeline.schemas import REFERENTIELS
from pipeline.settings import Section, Settings

SCHEMAS = ("core", "ventilations")
# What `ingest` and `build` write before any model runs.
TABLES_DE_REF = frozenset(
    {
        "ref.annees", "ref.parametres", "ref.diplomes_par_code", "ref.etablissements_par_code",
        "ref.indicateurs_connus",
        *(f"ref.{nom}" for nom in REFERENTIELS),
    }
)  # fmt: skip
TABLES_DE_BRUT = frozenset(
    f"brut.{nom}"
    for nom in (
        "accompagnement", "anomalies", "comptes_identites", "contrats", "contrats_rejetes", "doublons", "fichiers",
        "identites", "memes_valeurs", "rejets", "reprises", "sans_contrat", "suivi", "supplements",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Catalog:
    """The models in an order in which each comes after what it reads, the macros, the singular checks, the glossary.

    Attributes:
        ecartees: what the settings keep out of the edition; of these, `modeles` has those that others read.
        propres: the names of the project's own breakdowns.
    """

    modeles: tuple[SqlFile, ...]
    macros: Path
    controles: tuple[Path, ...]
    glossaire: Glossary
    ecartees: Outside = field(default_factory=Outside)
    propres: frozenset[str] = frozenset()

    @property
    def tables(self) -> dict[str, Path]:
        """Each table that the models make, with its file."""
        return {modele.table: modele.chemin for modele in self.modeles}

    def ventilations(self, sections: tuple[Section, ...]) -> list[SqlFile]:
        """Published breakdowns in the order of the report."""
        publiees = [m for m in self.modeles if m.schema == "ventilations" and m.nom not in self.ecartees.raisons]
        return report_order(publiees, sections)

    def read_macros(self) -> str:
        """SQL of the macros that every query may use."""
        return read_macros(self.macros.parent)


def load_catalog(dossier: Path, reglages: Settings, propres: Path | None = None) -> Catalog:
    """Every model under `dossier` and every breakdown of the project's own folder that the settings want, with what
    they read, and what is said of their columns.

    Raises:
        UsageError: a wrong file, an unknown parent or section, a cycle, a setting that speaks of no breakdown.
    """
    glossaire = read_glossary(dossier / GLOSSAIRE)
    chemins = {"core": list_models(dossier / "core"), "ventilations": list_breakdowns(dossier, propres)}
    refuse_shared(dossier, dossier / MACROS, dossier / "core", *chemins["core"])
    fichiers = {
        modele.table: modele
        for schema in SCHEMAS
        for modele in (file.parse(chemin, schema, glossaire) for chemin in chemins[schema])
    }
    details.tell(f"modèles {dossier}, {len(fichiers)} fichiers")
    ordre = run_order(fichiers)
    ventilations = [modele for modele in fichiers.values() if modele.schema == "ventilations"]
    for modele in ventilations:
        check_breakdown(modele, reglages.sections)
    for modele in fichiers.values():
        check_parents(modele, fichiers)
    ecartees = set_aside(ventilations, reglages)
    gardes = wanted(fichiers, ordre, ecartees)
    return Catalog(
        modeles=tuple(fichiers[nom] for nom in ordre if nom in gardes),
        macros=dossier / MACROS,
        controles=tuple(list_checks(dossier)),
        glossaire=glossaire,
        ecartees=ecartees,
        propres=frozenset(m.nom for m in ventilations if m.chemin.parent == propres),
    )


def wanted(fichiers: dict[str, SqlFile], ordre: list[str], ecartees: Outside) -> set[str]:
    """The models that run: those that are published, and those that these read."""
    lues: set[str] = set()
    for nom in reversed(ordre):
        modele = fichiers[nom]
        if nom in lues or modele.schema != "ventilations" or modele.nom not in ecartees.raisons:
            lues |= {nom, *modele.parents}
    return lues


def check_breakdown(modele: SqlFile, sections: tuple[Section, ...]) -> None:
    """Raises UsageError when a breakdown names an unknown section, or does what it may not."""
    check_section(modele, sections)
    vet(modele)


def check_parents(modele: SqlFile, fichiers: dict[str, SqlFile]) -> None:
    """Raises UsageError when the model, or one of its checks, reads a table that nothing makes."""
    connues = {*fichiers, *TABLES_DE_REF}
    for parent, ligne in modele.parents.items():
        if parent not in connues | TABLES_DE_BRUT:
            raise UsageError(
                f"table inconnue « {parent} »{closest(parent, connues)}",
                ou=modele.chemin,
                ligne=ligne,
                faire="Lisez une table de core ou de ref (ruptures lister --tables les montre).",
            )
    for debut, controle in modele.entete.every_control():
        regle = controle.relation or controle.somme_egale
        table = regle and (regle.table if controle.relation else regle.total)  # type: ignore[union-attr]
        if table and table not in connues:
            lieu = (*debut, controle.genre, "table" if controle.relation else "total")
            faire = "Nommez une table de core ou de ref."
            raise modele.fault(f"table inconnue « {table} »{closest(table, connues)}", *lieu, faire=faire)


def run_order(fichiers: dict[str, SqlFile]) -> list[str]:
    """Names of the models, parents first; ties by name, so that the order never changes.

    Raises:
        UsageError: files that read one another in a circle.
    """
    graphe = {nom: sorted(p for p in modele.parents if p in fichiers) for nom, modele in sorted(fichiers.items())}
    try:
        return list(graphlib.TopologicalSorter(graphe).static_order())
    except graphlib.CycleError as erreur:
        boucle = list(reversed(erreur.args[1]))
        modele = fichiers[boucle[0]]
        raise UsageError(
            f"les fichiers se lisent en rond : {' lit '.join(boucle)}",
            ou=modele.chemin,
            ligne=modele.parents[boucle[1]],
            faire="Retirez une de ces lectures.",
        ) from None
