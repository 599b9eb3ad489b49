"""Numbers → French sentences, by rule. Pure: the same counts always give the same words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.formats import FINE, date_longue, decimal, entier, points, pourcentage
from pipeline.inference import Estimation, newcombe


@dataclass(frozen=True)
class Totaux:
    """Totals of a year: a row of `core.ruptures_nettes_par_annee`."""

    annee: str
    ruptures_nettes: int
    effectif: int
    taux_rupture_nette: float | None
    taux_bas: float | None
    taux_haut: float | None
    fiabilite: str
    ruptures_brutes: int
    resignees: int

    @property
    def taux(self) -> Estimation | None:
        """The rate with its interval; None where the numbers are too small for one (definitions §8)."""
        if self.fiabilite == "non_significatif":
            return None
        assert self.taux_rupture_nette is not None and self.taux_bas is not None and self.taux_haut is not None
        return Estimation(self.taux_rupture_nette, self.taux_bas, self.taux_haut)


def plural(n: int, singulier: str, pluriel: str) -> str:
    """'0 rupture', '1 rupture', '2 ruptures': French plural starts at 2."""
    return f"{entier(n)} {pluriel if n >= 2 else singulier}"


def rate_sentence(t: Totaux, date_arrete: date) -> str:
    """How many net ruptures, among how many, at what date."""
    suivis = plural(t.effectif, "apprenti suivi", "apprentis suivis")
    fin = f"sans avoir d'autre contrat au {date_longue(date_arrete)}"
    if t.ruptures_nettes == 0:
        return f"En {t.annee}, sur {suivis}, aucun n'a rompu son contrat {fin}."
    verbe = "ont rompu" if t.ruptures_nettes >= 2 else "a rompu"
    possessif = "leur" if t.ruptures_nettes >= 2 else "son"
    suite = "l'effectif est trop faible pour en tirer un taux"
    if t.taux is not None:
        suite = f"le taux de rupture nette est de {pourcentage(t.taux.valeur)}"
    return f"En {t.annee}, sur {suivis}, {entier(t.ruptures_nettes)} {verbe} {possessif} contrat {fin} : {suite}."


def change_sentence(t: Totaux, avant: Totaux | None) -> str:
    """The change on the year before: 'hausse' or 'baisse' only when its interval excludes zero (definitions §7)."""
    if avant is None:
        return "Aucune année antérieure complète ne permet de comparaison."
    ecart = change(t, avant)
    if ecart is None or avant.taux is None:
        return f"Les effectifs sont trop faibles pour comparer {t.annee} à {avant.annee}."
    verdict = "stable au regard des effectifs"
    if ecart.exclut_zero:
        verdict = "en hausse" if ecart.valeur > 0 else "en baisse"
    bornes = f"de {signed(ecart.bas)} à {signed(ecart.haut)}"
    return (
        f"Le taux était de {pourcentage(avant.taux.valeur)} en {avant.annee} : il est {verdict} "
        f"({points(ecart.valeur)}, intervalle à 95{FINE}% {bornes})."
    )


def signed(fraction: float) -> str:
    """A difference in points without its unit: '−1,50'."""
    return f"{'−' if fraction < 0 else '+'}{decimal(abs(fraction) * 100)}"


def gross_sentence(t: Totaux) -> str:
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


def headline(t: Totaux, avant: Totaux | None, date_arrete: date) -> list[str]:
    """The three sentences of page 2."""
    return [rate_sentence(t, date_arrete), change_sentence(t, avant), gross_sentence(t)]


def change(t: Totaux, avant: Totaux | None) -> Estimation | None:
    """The change of the rate on the year before, where both years have one."""
    if avant is None or t.taux is None or avant.taux is None:
        return None
    return newcombe(t.taux, avant.taux)
