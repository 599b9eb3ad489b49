"""The sentences that page 2 is made of, on the network or on a CFA. Pure: the same counts give the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline import formats
from pipeline.formats import (
    EFFECTIF_MIN,
    FINE,
    NON_RENSEIGNE,
    date_longue,
    entier,
    euros,
    plural,
    points,
    pourcentage,
    signe,
    un_sur,
)
from pipeline.report.amounts import RUPTURES_MIN
from pipeline.report.breakdowns import ResultRow
from pipeline.report.rates import Rate, TestedChange, YearTotals, examine_changes, rate
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
    """One apprentice in how many, with the interval; how many net ruptures, among how many, at what date."""
    suivis = plural(t.effectif, "apprenti suivi", "apprentis suivis")
    fin = f"sans avoir d'autre contrat au {date_longue(date_arrete)}"
    if t.ruptures_nettes == 0:
        return f"En {t.annee}, sur {suivis}, aucun n'a rompu son contrat {fin}."
    verbe = "ont rompu leur" if t.ruptures_nettes >= 2 else "a rompu son"
    rompus = f"{entier(t.ruptures_nettes)} {verbe} contrat {fin}"
    if t.taux is None:
        return f"En {t.annee}, sur {suivis}, {rompus} : l'effectif est trop faible pour en tirer un taux."
    bornes = f"entre {formats.intervalle(t.taux.bas, t.taux.haut, t.effectif, 'et')}"
    fragile = " ; taux fragile" if t.fiabilite == "fragile" else ""
    taux = f"({formats.taux(t.taux.valeur, t.effectif)}, {bornes}{fragile})"
    if not (sur := un_sur(t.taux.valeur)):
        return f"En {t.annee}, sur {suivis}, {rompus} {taux}."
    return (
        f"En {t.annee}, un apprenti suivi {sur} {taux} a rompu son contrat {fin} : {entier(t.ruptures_nettes)} sur "
        f"{entier(t.effectif)}."
    )


def change_sentence(t: Rate, avant: Rate | None, evolution: TestedChange | None) -> str:
    """The change of the network on the year before."""
    if avant is None:
        return "Aucune année antérieure complète ne permet de comparaison."
    if evolution is None or avant.taux is None:
        return f"Les effectifs sont trop faibles pour comparer {t.annee} à {avant.annee}."
    debut = f"Le taux était de {rate(avant)} en {avant.annee}"
    dit = interval(evolution.ecart, formats.precision(t.effectif, avant.effectif))
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
    combien = points(vue.baisse, formats.precision(t.effectif)).removeprefix("+")
    return f" ; sur de tels effectifs, une baisse de moins de {combien} passerait plus d'une fois sur cinq inaperçue"


def interval(ecart: Estimate, decimales: int) -> str:
    """A difference of rates with its limits: '+8,0 points, intervalle à 95 % de +5,0 à +11,0'."""
    bas, haut = (signe(borne, decimales) for borne in (ecart.bas, ecart.haut))
    return f"{points(ecart.valeur, decimales)}, intervalle à 95{FINE}% de {bas} à {haut}"


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


def since_sentence(revision: Revision, avant: Rate | None) -> str:
    """What the exports show since the end of a year that is cut off on its last day; `avant`: the rate of the year
    before at the same delay, None where there is none. 'Avec les contrats signés jusqu'au 5 novembre 2022, 25 ruptures
    ne sont plus nettes : il en reste 301, soit 10,1 %, comme un an plus tôt au même délai (10,1 %).'"""
    revue, jour = revision.revisee, date_longue(revision.date_arrete)
    effacees = revision.provisoire.ruptures_nettes - revue.ruptures_nettes
    if not effacees:
        return f"Les contrats signés jusqu'au {jour} n'effacent aucune de ces ruptures."
    plus = plural(effacees, "rupture n'est plus nette", "ruptures ne sont plus nettes")
    if not revue.ruptures_nettes:
        return f"Avec les contrats signés jusqu'au {jour}, {plus} : il n'en reste aucune."
    taux = (
        ""
        if revue.taux is None
        else f", soit {formats.taux(revue.taux.valeur, revue.effectif)}{since_before(revue, avant)}"
    )
    return f"Avec les contrats signés jusqu'au {jour}, {plus} : il en reste {entier(revue.ruptures_nettes)}{taux}."


def since_before(revue: Rate, avant: Rate | None) -> str:
    """The same beside the year before: « comme » only of what is printed the same, or equivalent, and not established
    to have changed."""
    [evolution] = examine_changes([(revue, avant)])
    if evolution is None or avant is None or avant.taux is None or revue.taux is None:
        return ""
    taux = formats.taux(avant.taux.valeur, avant.effectif)
    if evolution.est_etablie:
        return f", en {evolution.sens} sur un an plus tôt au même délai ({taux})"
    if taux == formats.taux(revue.taux.valeur, revue.effectif):
        return f", comme un an plus tôt au même délai ({taux})"
    if evolution.equivalente:
        return f", comme un an plus tôt au même délai à un point près ({taux})"
    return f", sans évolution établie sur un an plus tôt au même délai ({taux})"


def first_months_sentence(mois: Sequence[ResultRow]) -> str:
    """How many contracts are broken in each of the first months, of those still running then: rows of the time to
    rupture, month by month from the first; '' without rows."""
    if not mois:
        return ""
    premier, *suivants = (ligne["part_du_mois"] for ligne in mois[:12])
    if un_sur(premier):
        phrase = f"Un contrat {un_sur(premier)} est rompu dans son premier mois"
    elif premier:
        phrase = f"{pourcentage(premier, 0)} des contrats sont rompus dans leur premier mois"
    else:
        phrase = "Aucun contrat n'est rompu dans son premier mois"
    if suivants:
        phrase += f", {one_in(suivants[0])} le deuxième"
    if len(suivants) > 2:
        moyenne = sum(suivants[1:]) / len(suivants[1:])
        phrase += f", puis {one_in(moyenne)} chaque mois, en moyenne du 3e au {len(suivants) + 1}e"
    return f"{phrase}."


def one_in(part: float) -> str:
    """'un sur 62', 'aucun'; a share where it would be one in one."""
    return f"un {un_sur(part)}" if un_sur(part) else pourcentage(part, 0) if part else "aucun"


def dry_sentence(suivies: ResultRow) -> str:
    """Of the contracts broken for six months, those that no other followed within six, in a row that counts
    them; '' where they are too few."""
    nombre, seches = suivies["ruptures_suivies"], suivies["ruptures_seches"]
    if nombre < EFFECTIF_MIN:
        return ""
    debut = f"Des {entier(nombre)} contrats de l'année rompus depuis six mois au {date_longue(suivies['jusqu_au'])}"
    bornes = " à ".join(formats.taux(suivies[borne], nombre) for borne in ("part_seche_basse", "part_seche_haute"))
    restent = "aucun n'est resté sans suite"
    if seches:
        restent = plural(seches, "n'a pas été suivi", "n'ont pas été suivis") + " d'un autre contrat"
    part = formats.taux(suivies["part_seche"], nombre)
    fragile = " ; part fragile" if suivies["fiabilite"] == "fragile" else ""
    return f"{debut}, {restent} dans les six mois, soit {part} (intervalle à 95{FINE}% : de {bornes}{fragile})."


# What followed a net rupture (`schemas.SUITES`), of one and of several.
SUITES_DITES = {
    "Hors réseau": ("contrat hors du réseau", "contrats hors du réseau"),
    "Abandon": ("abandon", "abandons"),
    "Scolaire": ("retour scolaire", "retours scolaires"),
    "Emploi": ("emploi", "emplois"),
    "Inconnu": ("suite inconnue", "suites inconnues"),
}


def validated_sentence(lignes: Sequence[ResultRow]) -> str:
    """How many of the year's net ruptures the CFA have validated, saying what followed, and what: rows of
    `suite_rupture` and `ruptures_nettes`, in the order of the sentence; '' where they have said nothing."""
    dites = {ligne["suite_rupture"]: ligne["ruptures_nettes"] for ligne in lignes}
    total, validees = sum(dites.values()), sum(dites.values()) - dites.get(NON_RENSEIGNE, 0)
    if not validees:
        return ""
    suites = [plural(nombre, *SUITES_DITES[suite]) for suite, nombre in dites.items() if suite in SUITES_DITES]
    lesquelles = "la seule rupture nette" if total == 1 else f"{entier(validees)} des {entier(total)} ruptures nettes"
    return f"Les CFA ont validé {lesquelles} de l'année et dit ce qui a suivi : {', '.join(suites)}."


def loss_sentence(perte: Decimal, chiffrees: int, non_chiffrees: int) -> str:
    """What the year's net ruptures cost, in euros, « au moins » where one is not costed; '' where so few are that the
    amount would be theirs."""
    if chiffrees < RUPTURES_MIN:
        return ""
    if not non_chiffrees:
        return f"Ces ruptures font perdre aux CFA {euros(perte)} dans l'année."
    reste = "1 rupture n'étant pas chiffrée"
    if non_chiffrees > 1:
        reste = f"{entier(non_chiffrees)} ruptures n'étant pas chiffrées"
    return f"Ces ruptures font perdre aux CFA au moins {euros(perte)} dans l'année, {reste}."


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
    """The sentences that page 2 opens with; `revision` where the cut-off is later than the end of the year."""
    revue = [] if revision is None else [revision_sentence(revision)]
    return [rate_sentence(t, date_arrete), *revue, change_sentence(t, avant, evolution), gross_sentence(t)]
