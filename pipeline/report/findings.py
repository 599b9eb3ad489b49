"""Numbers → French sentences, by rule. Pure: the same counts always give the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.formats import FINE, date_longue, entier, plural, points, pourcentage, signe, written
from pipeline.statistics.comparisons import benjamini_hochberg, change_p_values
from pipeline.statistics.intervals import Estimate, newcombe

STABLE = "stable au regard des effectifs"


@dataclass(frozen=True)
class Rate:
    """The rate of a year, of the region or of a part of it: a row of any rate breakdown."""

    annee: str
    ruptures_nettes: int
    effectif: int
    taux_rupture_nette: float | None
    taux_bas: float | None
    taux_haut: float | None
    fiabilite: str

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
class Revision:
    """The same year seen from its end, then from a later cut-off."""

    fin_annee: date
    date_arrete: date
    provisoire: Rate
    revisee: Rate


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


def rate_sentence(t: YearTotals, date_arrete: date) -> str:
    """How many net ruptures, among how many, at what date."""
    suivis = plural(t.effectif, "apprenti suivi", "apprentis suivis")
    fin = f"sans avoir d'autre contrat au {date_longue(date_arrete)}"
    if t.ruptures_nettes == 0:
        return f"En {t.annee}, sur {suivis}, aucun n'a rompu son contrat {fin}."
    verbe = "ont rompu" if t.ruptures_nettes >= 2 else "a rompu"
    possessif = "leur" if t.ruptures_nettes >= 2 else "son"
    suite = "l'effectif est trop faible pour en tirer un taux"
    if t.taux is not None:
        suite = f"le taux de rupture nette est de {rate(t)}"
    return f"En {t.annee}, sur {suivis}, {entier(t.ruptures_nettes)} {verbe} {possessif} contrat {fin} : {suite}."


def change_sentence(t: Rate, avant: Rate | None, evolution: TestedChange | None) -> str:
    """The change of the region on the year before."""
    if avant is None:
        return "Aucune année antérieure complète ne permet de comparaison."
    if evolution is None or avant.taux is None:
        return f"Les effectifs sont trop faibles pour comparer {t.annee} à {avant.annee}."
    return (
        f"Le taux était de {rate(avant)} en {avant.annee} : il est {evolution.verdict} ({interval(evolution.ecart)})."
    )


def group_sentence(groupe: str, t: Rate, avant: Rate | None, evolution: TestedChange | None) -> str:
    """The change of a part of the region (a diploma, a filière, a CFA), its name first so that it needs no article.

    `avant` is None for a part that had nobody the year before.
    """
    if avant is None:
        return f"{groupe} : aucun apprenti suivi l'année précédente, pas de comparaison pour {t.annee}."
    if evolution is None or t.taux is None or avant.taux is None:
        return f"{groupe} : les effectifs sont trop faibles pour comparer {t.annee} à {avant.annee}."
    return (
        f"{groupe} : {rate(t)} en {t.annee}, {rate(avant)} en {avant.annee}, "
        f"un taux {evolution.verdict} ({interval(evolution.ecart)})."
    )


def interval(ecart: Estimate) -> str:
    """A difference of rates with its limits: '+8,00 points, intervalle à 95 % de +4,97 à +11,03'."""
    return f"{points(ecart.valeur)}, intervalle à 95{FINE}% de {signe(ecart.bas)} à {signe(ecart.haut)}"


def gross_sentence(t: YearTotals) -> str:
    """From gross ruptures to net ones."""
    if t.ruptures_brutes == 0:
        return "Aucun contrat n'a été rompu dans l'année."
    rompus = plural(t.ruptures_brutes, "contrat a été rompu", "contrats ont été rompus")
    if t.ruptures_brutes == 1:
        suivis = "il a été suivi" if t.resignees else "il n'a pas été suivi"
    elif t.resignees == 0:
        suivis = "aucun n'a été suivi"
    else:
        suivis = f"{entier(t.resignees)} {'a été suivi' if t.resignees == 1 else 'ont été suivis'}"
    return f"{rompus} dans l'année, et {suivis} d'un autre contrat dans le réseau."


def revision_sentence(revision: Revision) -> str:
    """What a later cut-off changed: 'Au 15 août 2022, 326 ruptures nettes (10,92 %) ; revu au 31 octobre 2022 : …'."""
    provisoire, revisee = revision.provisoire, revision.revisee
    debut = f"Au {date_longue(revision.fin_annee)}, {counted(provisoire)}"
    suite = f"revu au {date_longue(revision.date_arrete)}"
    if revisee.ruptures_nettes == provisoire.ruptures_nettes:
        return f"{debut} ; {suite} : aucun changement."
    nettes = entier(revisee.ruptures_nettes) if revisee.ruptures_nettes else "aucune"
    return f"{debut} ; {suite} : {nettes} ({rate(revisee)})."


def counted(mesure: Rate) -> str:
    """'326 ruptures nettes (10,92 %)', 'aucune rupture nette'."""
    if not mesure.ruptures_nettes:
        return "aucune rupture nette"
    return f"{plural(mesure.ruptures_nettes, 'rupture nette', 'ruptures nettes')} ({rate(mesure)})"


def headline(
    t: YearTotals,
    avant: Rate | None,
    evolution: TestedChange | None,
    date_arrete: date,
    revision: Revision | None = None,
) -> list[str]:
    """The sentences of page 2; `revision` where the cut-off is later than the end of the year."""
    revue = [] if revision is None else [revision_sentence(revision)]
    return [rate_sentence(t, date_arrete), *revue, change_sentence(t, avant, evolution), gross_sentence(t)]


def motif_sentence(motif: str, renseignes: int, ruptures_nettes: int) -> str:
    """For how many net ruptures a motif ('motif exprimé', 'motif validé') is missing, and by how much the shares of the
    others may be too low."""
    if ruptures_nettes == 0:
        return f"Sans rupture nette, il n'y a pas de {motif} à lire."
    manquants = ruptures_nettes - renseignes
    toutes = f"les {entier(ruptures_nettes)} ruptures nettes" if ruptures_nettes > 1 else "la seule rupture nette"
    if manquants == 0:
        return f"Le {motif} est renseigné pour {toutes}."
    if renseignes == 0:
        return f"Le {motif} manque pour {toutes} : rien ne peut en être dit."
    part = manquants / ruptures_nettes
    return (
        f"Le {motif} manque pour {entier(manquants)} des {entier(ruptures_nettes)} ruptures nettes "
        f"({pourcentage(part)}) : la part vraie de chaque motif peut dépasser celle du tableau, "
        f"de {points(part).removeprefix('+')} au plus."
    )
