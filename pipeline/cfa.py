"""The report of one CFA."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline import pdf, report, templates
from pipeline.build import Construction
from pipeline.catalog import Catalog
from pipeline.rows import select
from pipeline.settings import Settings

SUIVIS_SQL = """
    with
    inscriptions as (
        select inscriptions.*
        from core.inscriptions as inscriptions
        inner join core.annees as annees on inscriptions.annee = annees.annee
        where annees.est_rapport and type_structure = 'CFA' and statut in ('actif', 'rupture_nette')
    )
    select
        uai,
        any_value(structure order by structure) as structure,
        count(*) as effectif,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        part(ruptures_nettes, effectif) as taux_rupture_nette,
        fiabilite(effectif) as fiabilite
    from inscriptions
    group by uai
    order by structure, uai
"""


@dataclass(frozen=True)
class Atelier:
    """What every report of a run needs; goes from one process to another."""

    reglages: Settings
    catalogue: Catalog
    fictives: bool
    avertissements: tuple[str, ...]

    @classmethod
    def of(cls, construction: Construction) -> Atelier:
        """That of a database just built."""
        return cls(
            construction.reglages,
            construction.catalogue,
            construction.donnees.fictives,
            tuple(construction.avertissements),
        )


def list_cfa(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """(uai, name) of the CFA with apprentices followed in the report's year, by name then uai."""
    return [(ligne["uai"], ligne["structure"]) for ligne in select(con, SUIVIS_SQL)]


def write_cfa_report(con: duckdb.DuckDBPyConnection, atelier: Atelier, uai: str, chemin: Path) -> None:
    """The report of one of these CFA.

    Raises:
        MachineError: WeasyPrint's system libraries are missing.
        UsageError: a wrong template.
    """
    annee = select(con, "select * from core.annees where est_rapport")[0]
    (ligne,) = select(con, f"select * from ({SUIVIS_SQL}) where uai = ?", [uai])
    contexte = {
        "annee": annee,
        "reseau": atelier.reglages.reseau,
        "fictif": report.FICTIF if atelier.fictives else "",
        "cfa": ligne,
        "cree": report.utc(annee["derniere_date"]),
    }
    noms = [modele.nom for modele in atelier.catalogue.ventilations(atelier.reglages.sections)]
    pdf.write_pdf(templates.render("cfa.html.jinja", contexte, noms), chemin)
