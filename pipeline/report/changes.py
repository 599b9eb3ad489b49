"""Changes of the rates on the year before, the network's alone, those of a breakdown together → columns of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipeline import formats
from pipeline.report.breakdowns import Breakdown, BreakdownYear, ResultRow
from pipeline.report.printed import AddedColumn
from pipeline.report.rates import BAISSE, EQUIVALENTE, HAUSSE, NON_ETABLIE, Rate, TestedChange, change, examine_changes
from pipeline.report.sums import Grouping, add_up

RatePair = tuple[Rate, Rate | None]
NOUVEAU = "nouveau"


@dataclass(frozen=True)
class RowChange:
    """A rate and that of the year before (None: nobody then); `evolution` is None where the change is not tested."""

    apres: Rate
    avant: Rate | None
    evolution: TestedChange | None

    @property
    def taux_avant(self) -> str:
        """The rate of the year before, as printed."""
        if self.avant is None:
            return formats.VIDE
        return formats.written("taux", self.avant.taux_rupture_nette, self.avant.fiabilite)

    @property
    def ecart(self) -> str:
        """The difference in points, as printed."""
        if self.avant is None:
            return formats.VIDE
        ecart = change(self.apres, self.avant)
        return formats.NON_SIGNIFICATIF if ecart is None else formats.signe(ecart.valeur)

    @property
    def verdict(self) -> str:
        """What can be said of the difference."""
        if self.avant is None:
            return NOUVEAU
        return formats.NON_SIGNIFICATIF if self.evolution is None else self.evolution.sens


@dataclass(frozen=True)
class BreakdownChanges:
    """The changes of a breakdown, one family: one a row, in the order of its file; all rows as one, which has a verdict
    only where they are the whole network."""

    lignes: list[RowChange]
    total: RowChange | None

    @property
    def examinees(self) -> int:
        """How many are tested."""
        return sum(changement.evolution is not None for changement in self.lignes)


@dataclass(frozen=True)
class ReportChanges:
    """The changes that a report prints.

    Attributes:
        reseau: the network's, tested alone.
        precedente: the published year before; None where there is none, and nothing to compare.
        par_ventilation: those of the breakdowns that declare `evolution`, by name; none without an earlier year.
    """

    reseau: RowChange
    precedente: str | None = None
    par_ventilation: Mapping[str, BreakdownChanges] = field(default_factory=dict)

    def columns(self, nom: str, rangs: Iterable[int]) -> list[AddedColumn]:
        """What the table of a breakdown says more of its total and of the rows of these ranks."""
        if nom not in self.par_ventilation:
            return []
        siennes = self.par_ventilation[nom]
        lignes, total = [siennes.lignes[rang] for rang in rangs], siennes.total
        return [
            AddedColumn(
                f"Taux {self.precedente}",
                True,
                [c.taux_avant for c in lignes],
                "" if total is None else total.taux_avant,
            ),
            AddedColumn("Écart (points)", True, [c.ecart for c in lignes], "" if total is None else total.ecart),
            AddedColumn(
                "Évolution",
                False,
                [c.verdict for c in lignes],
                "" if total is None or total.evolution is None else total.verdict,
            ),
        ]

    def established(self, nom: str) -> dict[str, list[int]]:
        """'hausse' or 'baisse' → the ranks of the rows of a breakdown that are, where some are."""
        rangs: dict[str, list[int]] = {}
        for rang, changement in enumerate(self.par_ventilation[nom].lignes if nom in self.par_ventilation else ()):
            if changement.evolution is not None and changement.evolution.est_etablie:
                rangs.setdefault(changement.evolution.sens, []).append(rang)
        return rangs

    def note(self, nom: str) -> str:
        """What the words of these columns mean."""
        if nom not in self.par_ventilation:
            return ""
        nouveau = ""
        if any(c.avant is None for c in self.par_ventilation[nom].lignes):
            nouveau = f" ; « {NOUVEAU} », si nul n'y était suivi en {self.precedente}"
        pour_cent, examinees = f"{formats.FINE}%", self.par_ventilation[nom].examinees
        parmi = ""
        if examinees > 1:
            parmi = (
                f" et si l'écart reste établi parmi les {formats.entier(examinees)} évolutions du tableau "
                f"(Benjamini-Hochberg, 5{pour_cent})"
            )
        return (
            f"Évolution : « {HAUSSE} » ou « {BAISSE} » seulement si l'intervalle à 95{pour_cent} de l'écart (Newcombe) "
            f"exclut zéro{parmi} ; « {EQUIVALENTE} » si l'intervalle à 90{pour_cent} est entre −1 et +1 point ; sinon "
            f"« {NON_ETABLIE} », ce qui ne veut pas dire que rien n'a changé{nouveau}."
        )

    def reliabilities(self, nom: str) -> list[ResultRow]:
        """What the rates of the year before are worth, as rows."""
        siennes = self.par_ventilation.get(nom)
        return [{"fiabilite": c.avant.fiabilite} for c in siennes.lignes if c.avant is not None] if siennes else []


def find_changes(
    con: duckdb.DuckDBPyConnection, annuels: Sequence[ResultRow], ventilations: Iterable[Breakdown]
) -> ReportChanges:
    """The changes of the report's year on the one before: the network's, tested alone, and each row's of the breakdowns
    that declare `evolution`, those of one breakdown tested together (definitions §7).

    Args:
        con: a connection that has the macros.
        annuels: the network's row of `core.ruptures_nettes_par_annee` for each year, the report's last.
    """
    apres, *reste = map(Rate.of, reversed(annuels))
    if not reste:
        return ReportChanges(RowChange(apres, None, None))
    reseau = (apres, reste[0])
    comparees = [ventilation for ventilation in ventilations if ventilation.entete.evolution]
    annees = [(ventilation.of_year(apres.annee), ventilation.of_year(reste[0].annee)) for ventilation in comparees]
    du_reseau = RowChange(*reseau, *examine_changes([reseau]))

    def whole(paire: RatePair | None) -> RowChange | None:
        return paire and RowChange(*paire, du_reseau.evolution if paire == reseau else None)

    def of_rows(deux: tuple[BreakdownYear, BreakdownYear], ensemble: RatePair | None) -> BreakdownChanges:
        paires = same_rows(*deux)
        evolutions = examine_changes(paires)
        return BreakdownChanges([RowChange(*p, e) for p, e in zip(paires, evolutions, strict=True)], whole(ensemble))

    return ReportChanges(
        du_reseau,
        reste[0].annee,
        {
            ventilation.nom: of_rows(deux, ensemble)
            for ventilation, deux, ensemble in zip(comparees, annees, totals(con, annees), strict=True)
        },
    )


def same_rows(apres: BreakdownYear, avant: BreakdownYear) -> list[RatePair]:
    """Each row with that of the year before which has the same key."""

    def cle(ligne: ResultRow) -> tuple[Any, ...]:
        return tuple(ligne[nom] for nom in apres.entete.cle)

    connues = {cle(ligne): Rate.of(ligne) for ligne in avant.lignes}
    return [(Rate.of(ligne), connues.get(cle(ligne))) for ligne in apres.lignes]


def totals(
    con: duckdb.DuckDBPyConnection, annees: Sequence[tuple[BreakdownYear, BreakdownYear]]
) -> list[RatePair | None]:
    """All the rows of each breakdown, given as its two years, as one; None without rows."""
    toutes = [annuelle for deux in annees for annuelle in deux]
    sommes = add_up(con, [(annuelle, {Grouping.ENSEMBLE: annuelle.lignes}) for annuelle in toutes])
    mesures = [
        Rate.of({"annee": annuelle.annee, **siennes[Grouping.ENSEMBLE]}) if siennes else None
        for annuelle, siennes in zip(toutes, sommes, strict=True)
    ]
    return [apres and (apres, avant) for apres, avant in zip(mesures[::2], mesures[1::2], strict=True)]
