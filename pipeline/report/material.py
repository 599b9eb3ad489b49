"""What an edition is made of, read once from its checked database: afterwards nothing reads it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from pipeline.errors import UsageError
from pipeline.models.built import BuiltDatabase
from pipeline.models.header import TOTAUX
from pipeline.report.action import Action, find_action
from pipeline.report.breakdowns import Breakdown, ResultRow, read_breakdowns, select
from pipeline.report.changes import ReportChanges, find_changes, read_strata
from pipeline.report.figures import open_figures
from pipeline.report.pages import page_context
from pipeline.report.texts import Texts, open_texts
from pipeline.report.wording import read_type_names


@dataclass(frozen=True)
class EditionMaterial:
    """What the tables, the workbook and the reports of an edition are made of.

    Attributes:
        page: what every page has of the network and of the report's year.
        macros: the text of `macros.sql`.
        annuels: see `read_years`.
        ventilations: every breakdown, in the order of the report.
        structures: see `read_structures`.
        fichiers, anomalies, bornes, juin_a_aout, autres_fins: the rows of these tables; of the last three, those of the
            report's year.
        officiels: see `read_official`.
        changements: those that the network's report tests together.
        action: what is decided of the groups of `core.groupes`.
    """

    construction: BuiltDatabase
    page: dict[str, Any]
    macros: str
    annuels: list[ResultRow]
    ventilations: list[Breakdown]
    structures: list[ResultRow]
    fichiers: list[ResultRow]
    anomalies: list[ResultRow]
    bornes: ResultRow
    juin_a_aout: ResultRow
    autres_fins: list[ResultRow]
    officiels: list[ResultRow]
    changements: ReportChanges
    action: Action
    textes: Texts

    @property
    def ensemble(self) -> ResultRow:
        """The report's year and the network's totals for it."""
        return self.annuels[-1]

    @property
    def gabarits(self) -> list[str]:
        """The names that a template of a breakdown may have: that of a shipped one knows its columns, not those of the
        project's."""
        propres = self.construction.catalogue.propres
        return [ventilation.nom for ventilation in self.ventilations if ventilation.nom not in propres]


def read_material(con: duckdb.DuckDBPyConnection, construction: BuiltDatabase) -> EditionMaterial:
    """Read it.

    Raises:
        UsageError: a text of the analysts that has no place, or a logo that cannot be read.
    """
    reglages, annuels = construction.reglages, read_years(con)
    fichiers = select(con, "select * from brut.fichiers order by fichier")
    ventilations = read_breakdowns(con, construction.catalogue.ventilations(reglages.sections), read_type_names(con))
    structures = read_structures(con)
    chiffres = open_figures(reglages.reseau, annuels, ventilations, construction.catalogue.ecartees.raisons)
    return EditionMaterial(
        construction=construction,
        page=page_context(
            reglages, annuels[-1], construction.fictives, construction.avertissements, extractions(fichiers)
        ),
        macros=construction.catalogue.read_macros(),
        annuels=annuels,
        ventilations=ventilations,
        structures=structures,
        fichiers=fichiers,
        anomalies=select(con, "select * from core.anomalies order by nature"),
        bornes=select(con, "select * from core.bornes where annee = ?", [annuels[-1]["annee"]])[0],
        juin_a_aout=select(con, "select * from core.juin_a_aout where annee = ?", [annuels[-1]["annee"]])[0],
        autres_fins=select(
            con, "select * from core.autres_fins where annee = ? order by fin_annee", [annuels[-1]["annee"]]
        ),
        officiels=read_official(con, structures, annuels[-1]["annee"]),
        changements=find_changes(con, annuels, ventilations, read_strata(con)),
        action=find_action(
            select(con, "select * from core.groupes"),
            construction.catalogue.glossaire.colonnes,
            [ligne["annee"] for ligne in annuels],
        ),
        textes=open_texts(reglages, chiffres),
    )


def read_years(con: duckdb.DuckDBPyConnection) -> list[ResultRow]:
    """The rows of `core.annees`, each with those of the network's totals; the last is the report's year: those after it
    are not published."""
    return select(con, f"select * from core.annees inner join {TOTAUX} using (annee) order by annee")


def refuse_nobody(ensemble: ResultRow) -> None:
    """Raises UsageError when there is nobody to report on, given the report's year and its totals."""
    if ensemble["effectif"] == 0:
        raise UsageError(
            f"aucun apprenti n'est suivi en {ensemble['annee']} dans les exports",
            faire="Demandez une autre année avec --annee, ou complétez les exports.",
        )


def extractions(fichiers: Iterable[ResultRow]) -> list[date | None]:
    """The days of extraction of the exports of contracts, among rows of `brut.fichiers`; None for a file without."""
    return [fichier["date_extraction"] for fichier in fichiers if fichier["role"] == "contrats"]


def read_structures(con: duckdb.DuckDBPyConnection) -> list[ResultRow]:
    """The rows of `core.structures_par_annee` that have apprentices followed, the earliest year first, then by name;
    each with what its net ruptures cost it (definitions §6), in euros, and how many lack an amount or a day."""
    return select(
        con,
        "select * from core.structures_par_annee left join (select annee, uai, "
        "count(*) filter (where chiffrage = 'chiffre') as chiffrees, "
        "count(*) filter (where chiffrage = 'sans_npec') as sans_npec, "
        "count(*) filter (where chiffrage = 'sans_date') as sans_date, "
        "sum(perte_annee) as perte_annee, sum(perte_totale) as perte_totale "
        "from core.couts group by annee, uai) using (annee, uai) where effectif > 0 "
        "order by annee, alphabetique(structure), uai",
    )


def read_official(con: duckdb.DuckDBPyConnection, structures: Iterable[ResultRow], annee: str) -> list[ResultRow]:
    """The official figures of the CFA (`reperes_cfa.csv`), each with the row of the year of its CFA among `structures`:
    beside its own rate, never combined with it."""
    officiels = select(con, "select * from core.reperes_cfa order by uai, indicateur_officiel, annee_officielle")
    return [
        officiel | structure
        for structure in structures
        if structure["annee"] == annee and structure["type_structure"] == "CFA"
        for officiel in officiels
        if officiel["uai"] == structure["uai"]
    ]
