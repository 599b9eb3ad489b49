"""The sentences on the network, or on a CFA, that page 2 opens with. Pure: the same counts give the same words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.formats import FINE, date_longue, decimal, entier, plural, points, signe
from pipeline.report.rates import Rate, TestedChange, YearTotals, rate
from pipeline.statistics.foresight import smallest_seen_fall
from pipeline.statistics.intervals import Estimate


@dataclass(frozen=True)
class Revision:
    """The same year seen from its end, then from a later cut-off."""

    fin_annee: date
    date_arrete: date
    provisoire: Rate
    revisee: Rate


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
    """The change of the network on the year before."""
    if avant is None:
        return "Aucune année antérieure complète ne permet de comparaison."
    if evolution is None or avant.taux is None:
        return f"Les effectifs sont trop faibles pour comparer {t.annee} à {avant.annee}."
    debut = f"Le taux était de {rate(avant)} en {avant.annee}"
    dit = interval(evolution.ecart)
    if evolution.est_etablie:
        return f"{debut} : il est en {evolution.sens} ({dit})."
    if evolution.equivalente:
        return f"{debut} : les deux sont équivalents à un point près ({dit})."
    return f"{debut} : aucune évolution n'est établie ({dit}){unseen(t)}."


def unseen(t: Rate) -> str:
    """What falls would not be seen from this year to the next, as far as that can be said."""
    vue = smallest_seen_fall(t.ruptures_nettes, t.effectif)
    if vue is None:
        return " ; sur de tels effectifs, aucune baisse ne le serait"
    baisse = round(100 * vue.baisse, 1)
    combien = f"{decimal(baisse, 1)}{FINE}{'points' if baisse >= 2 else 'point'}"
    return f" ; sur de tels effectifs, une baisse de moins de {combien} passerait plus d'une fois sur cinq inaperçue"


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
