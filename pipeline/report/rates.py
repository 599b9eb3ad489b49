"""Rates of a year and their changes on the year before, tested by families. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from pipeline.formats import written
from pipeline.statistics.comparisons import benjamini_hochberg, change_p_values
from pipeline.statistics.foresight import equivalent
from pipeline.statistics.intervals import Estimate, newcombe

HAUSSE, BAISSE = "hausse", "baisse"
EQUIVALENTE, NON_ETABLIE = "équivalente à un point près", "non établie"
# The same in a table, beside the difference.
ABREGES = {HAUSSE: "hausse", BAISSE: "baisse", EQUIVALENTE: "équiv.", NON_ETABLIE: "n.é."}


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
    """A change of a rate on the year before, among those of its family.

    Attributes:
        ecart: the difference with Newcombe's interval.
        retenue: whether Benjamini–Hochberg keeps it in its family.
        equivalente: whether the two rates are the same but for one point (`foresight.equivalent`).
    """

    ecart: Estimate
    retenue: bool
    equivalente: bool

    @property
    def est_etablie(self) -> bool:
        """Whether the interval excludes zero and the change is kept (definitions §7)."""
        return self.ecart.exclut_zero and self.retenue

    @property
    def sens(self) -> str:
        """What a table says of it. What is not established is not stable: only what is equivalent is said to be."""
        if self.est_etablie:
            return HAUSSE if self.ecart.valeur > 0 else BAISSE
        return EQUIVALENTE if self.equivalente else NON_ETABLIE


def examine_changes(paires: Sequence[tuple[Rate, Rate | None]]) -> list[TestedChange | None]:
    """The changes of a family, each (year, year before), tested together; None where one of the two has no rate."""
    ecarts = [change(courant, avant) for courant, avant in paires]
    testees = [
        (courant, avant)
        for (courant, avant), ecart in zip(paires, ecarts, strict=True)
        if ecart is not None and avant is not None
    ]
    if not testees:
        return [None] * len(ecarts)
    apres, avant = ([(m.ruptures_nettes, m.effectif) for m in mesures] for mesures in zip(*testees, strict=True))
    p = change_p_values(*(([k for k, _ in mesures], [n for _, n in mesures]) for mesures in (apres, avant)))
    retenues = benjamini_hochberg(p).tolist()
    dites = iter(zip(retenues, map(equivalent, apres, avant), strict=True))
    return [ecart and TestedChange(ecart, *next(dites)) for ecart in ecarts]


def change(t: Rate, avant: Rate | None) -> Estimate | None:
    """The change of the rate on the year before, where both years have one."""
    if avant is None or t.taux is None or avant.taux is None:
        return None
    return newcombe(t.taux, avant.taux)


def rate(mesure: Rate) -> str:
    """A rate as tables print it: 'n.s.', or marked where it is fragile (definitions §8)."""
    return written("taux", mesure.taux_rupture_nette, mesure.fiabilite, mesure.effectif)
