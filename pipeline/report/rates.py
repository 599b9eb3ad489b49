"""Rates of a year and their changes on the year before, all tested together. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from pipeline.formats import entier, written
from pipeline.statistics.comparisons import benjamini_hochberg, change_p_values
from pipeline.statistics.intervals import Estimate, newcombe

STABLE = "stable au regard des effectifs"


@dataclass(frozen=True)
class Rate:
    """The rate of a year, of the network or of a part of it: a row of any rate breakdown."""

    annee: str
    ruptures_nettes: int
    effectif: int
    taux_rupture_nette: float | None
    taux_bas: float | None
    taux_haut: float | None
    fiabilite: str

    @classmethod
    def of(cls, ligne: Mapping[str, Any]) -> Self:
        """From a row that has such columns, among others."""
        return cls(**{champ.name: ligne[champ.name] for champ in fields(cls)})

    @property
    def taux(self) -> Estimate | None:
        """The rate with its interval; None where the numbers are too small for one (definitions §8)."""
        if self.fiabilite == "non_significatif":
            return None
        assert self.taux_rupture_nette is not None and self.taux_bas is not None and self.taux_haut is not None
        return Estimate(self.taux_rupture_nette, self.taux_bas, self.taux_haut)


@dataclass(frozen=True)
class YearTotals(Rate):
    """Totals of a year: a row of `core.ruptures_nettes_par_annee`."""

    ruptures_brutes: int
    resignees: int


@dataclass(frozen=True)
class TestedChange:
    """A change of a rate on the year before, among all those the report examines.

    Attributes:
        ecart: the difference with Newcombe's interval.
        retenue: whether Benjamini–Hochberg keeps it among `examinees` changes.
    """

    ecart: Estimate
    retenue: bool
    examinees: int

    @property
    def sens(self) -> str:
        """'hausse' or 'baisse' only when the interval excludes zero and the change is kept (definitions §7)."""
        if self.ecart.exclut_zero and self.retenue:
            return "hausse" if self.ecart.valeur > 0 else "baisse"
        return STABLE

    @property
    def verdict(self) -> str:
        """The same in a sentence, after a noun."""
        if self.sens != STABLE:
            return f"en {self.sens}"
        autres = f" et des {entier(self.examinees)} évolutions examinées" if self.ecart.exclut_zero else ""
        return f"{STABLE}{autres}"


def examine_changes(paires: Sequence[tuple[Rate, Rate | None]]) -> list[TestedChange | None]:
    """The changes of a report, each (year, year before), tested together; None where one of the two has no rate."""
    ecarts = [change(courant, avant) for courant, avant in paires]
    testees = [
        (courant, avant)
        for (courant, avant), ecart in zip(paires, ecarts, strict=True)
        if ecart is not None and avant is not None
    ]
    if not testees:
        return [None] * len(ecarts)
    apres, avant = (
        ([m.ruptures_nettes for m in mesures], [m.effectif for m in mesures]) for mesures in zip(*testees, strict=True)
    )
    retenues = iter(benjamini_hochberg(change_p_values(apres, avant)).tolist())
    return [ecart and TestedChange(ecart, next(retenues), len(testees)) for ecart in ecarts]


def change(t: Rate, avant: Rate | None) -> Estimate | None:
    """The change of the rate on the year before, where both years have one."""
    if avant is None or t.taux is None or avant.taux is None:
        return None
    return newcombe(t.taux, avant.taux)


def rate(mesure: Rate) -> str:
    """A rate as tables print it: 'n.s.', or marked where it is fragile (definitions §8)."""
    return written("taux", mesure.taux_rupture_nette, mesure.fiabilite)
