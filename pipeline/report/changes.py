"""Changes of the rates on the year before, all tested together → columns of the printed tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipeline import formats
from pipeline.report.breakdowns import Breakdown, BreakdownYear, ResultRow
from pipeline.report.printed import AddedColumn
from pipeline.report.rates import STABLE, Rate, TestedChange, change, examine_changes
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
    """The changes of a breakdown: one a row, in the order of its file; all rows as one, tested only where they are the
    whole network."""

    lignes: list[RowChange]
    total: RowChange | None


@dataclass(frozen=True)
class ReportChanges:
    """All the changes that a document tests together.

    Attributes:
        precedente: the published year before; None where there is none, and nothing to compare.
        par_ventilation: those of the breakdowns that declare `evolution`, by name; none without an earlier year.
        examinees: how many are tested.
        document: what they are tested for, in a sentence.
    """

    reseau: RowChange
    precedente: str | None = None
    par_ventilation: Mapping[str, BreakdownChanges] = field(default_factory=dict)
    examinees: int = 0
    document: str = "le rapport"

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
            if changement.evolution is not None and changement.evolution.sens != STABLE:
                rangs.setdefault(changement.evolution.sens, []).append(rang)
        return rangs

    @property
    def none_is_established(self) -> bool:
        """Whether some changes are tested, and chance may explain them all."""
        return self.examinees > 0 and not any(
            changement.evolution is not None and changement.evolution.sens != STABLE
            for changement in (self.reseau, *(c for p in self.par_ventilation.values() for c in p.lignes))
        )

    def note(self, nom: str) -> str:
        """What the words of these columns mean."""
        if nom not in self.par_ventilation:
            return ""
        nouveau = ""
        if any(c.avant is None for c in self.par_ventilation[nom].lignes):
            nouveau = f" ; « {NOUVEAU} », si nul n'y était suivi en {self.precedente}"
        pour_cent = f"{formats.FINE}%"
        return (
            f"Évolution : « hausse » ou « baisse » seulement si l'intervalle à 95{pour_cent} de l'écart (Newcombe) "
            f"exclut zéro et si l'écart reste établi parmi les {formats.entier(self.examinees)} évolutions que "
            f"{self.document} examine ensemble (Benjamini-Hochberg, 5{pour_cent}){nouveau}."
        )

    def reliabilities(self, nom: str) -> list[ResultRow]:
        """What the rates of the year before are worth, as rows."""
        siennes = self.par_ventilation.get(nom)
        return [{"fiabilite": c.avant.fiabilite} for c in siennes.lignes if c.avant is not None] if siennes else []


def find_changes(
    con: duckdb.DuckDBPyConnection,
    annuels: Sequence[ResultRow],
    ventilations: Iterable[Breakdown],
    document: str = "le rapport",
) -> ReportChanges:
    """The changes of the report's year on the one before: the network's, and each row's of the breakdowns that declare
    `evolution`.

    Args:
        con: a connection that has the macros.
        annuels: the network's row of `core.ruptures_nettes_par_annee` for each year, the report's last.
        document: what they are tested for, in a sentence.
    """
    apres, *reste = map(Rate.of, reversed(annuels))
    if not reste:
        return ReportChanges(RowChange(apres, None, None), document=document)
    avant = reste[0]
    comparees = [ventilation for ventilation in ventilations if ventilation.entete.evolution]
    annees = [(ventilation.of_year(apres.annee), ventilation.of_year(avant.annee)) for ventilation in comparees]
    paires: list[RatePair] = [(apres, avant)]
    etendues: dict[str, tuple[slice, RatePair | None]] = {}
    for ventilation, deux, ensemble in zip(comparees, annees, totals(con, annees), strict=True):
        siennes = same_rows(*deux)
        etendues[ventilation.nom] = slice(len(paires), len(paires) + len(siennes)), ensemble
        paires += siennes
    evolutions = examine_changes(paires)
    tous = [RowChange(*paire, evolution) for paire, evolution in zip(paires, evolutions, strict=True)]

    def whole(paire: RatePair | None) -> RowChange | None:
        reseau = paires[0]
        return paire and RowChange(*paire, evolutions[0] if paire == reseau else None)

    return ReportChanges(
        tous[0],
        avant.annee,
        {nom: BreakdownChanges(tous[etendue], whole(total)) for nom, (etendue, total) in etendues.items()},
        sum(evolution is not None for evolution in evolutions),
        document,
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
