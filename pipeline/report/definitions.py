"""What the measures beside the rate say, in sentences: other days, cohorts at one maturity, national figures. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pipeline import formats
from pipeline.formats import EFFECTIF_MIN, FINE, decimal, entier, pourcentage, ratio, taux
from pipeline.report.breakdowns import ResultRow
from pipeline.statistics.foresight import difference
from pipeline.statistics.intervals import Estimate
from pipeline.statistics.ratios import standardised_ratio

JOURS_AUTOUR = timedelta(days=31)  # around the end of a year (definitions §3)
HORIZON_PUBLIE = 9  # months: that of the national figures


def other_days(annee: ResultRow, fins: Sequence[ResultRow]) -> list[str]:
    """How many apprentices reach their term just after the end of a year, and what its rate would be on other days.

    Args:
        annee: the year's row of `core.annees` with the network's totals.
        fins: its rows of `core.autres_fins`; that of the day on which it ends says nothing more.
    """
    fin, inscrits, termes = annee["fin_annee"], annee["inscrits_actifs"], annee["termes_sous_31_jours"]
    phrases = []
    if inscrits:
        part = f" ({pourcentage(termes / inscrits, 0)})" if termes and inscrits >= EFFECTIF_MIN else ""
        vont = f"{entier(termes)}{part} vont" if termes > 1 else "un seul va" if termes else "aucun ne va"
        phrases.append(
            f"Sur {formats.plural(inscrits, 'inscrit', 'inscrits')}, {vont} au terme de "
            f"{'leur' if termes > 1 else 'son'} contrat dans les 31 jours qui suivent la fin de l'année, jusqu'au "
            f"{formats.date_longue(fin + JOURS_AUTOUR)}."
        )
    autres = [ligne for ligne in fins if ligne["fin_annee"] != fin and ligne["effectif"] >= EFFECTIF_MIN]
    if autres:
        dits = " et ".join(on_that_day(ligne, annee["derniere_date"]) for ligne in autres)
        phrases.append(f"Toute l'année déplacée, et arrêtée à sa fin, la même règle donnerait un taux de {dits}.")
    return phrases


def on_that_day(ligne: ResultRow, derniere_date: date | None) -> str:
    """'15,95 % (321 sur 2 012) pour une année finie le 1er septembre 2022'; counts alone where the rate is fragile."""
    combien = f"{entier(ligne['ruptures_nettes'])} sur {entier(ligne['effectif'])}"
    jour = formats.date_longue(ligne["fin_annee"])
    pas_encore = ""
    if derniere_date is not None and derniere_date < ligne["fin_annee"]:
        pas_encore = ", que les exports n'atteignent pas"
    nettes, effectif = ligne["ruptures_nettes"], ligne["effectif"]
    if formats.fiabilite(nettes, effectif) == "solide":
        combien = f"{taux(nettes / effectif, effectif)} ({combien})"
    return f"{combien} pour une année finie le {jour}{pas_encore}"


def left_at_once(annee: ResultRow) -> str:
    """How many of the leavers at term left in the first 31 days: they weigh in what divides by all; '' without any."""
    sortis, tot = annee["sortis_a_terme"], annee["sortis_sous_31_jours"]
    if not sortis:
        return ""
    jusqu_au = formats.date_longue(annee["debut"] + JOURS_AUTOUR - timedelta(days=1))
    des = f"Des {entier(sortis)} sortis à terme" if sortis > 1 else "Du seul sorti à terme"
    if not tot:
        return f"{des}, aucun ne l'est dans les 31 premiers jours de l'année, jusqu'au {jusqu_au}."
    ont = "ont fini leur contrat" if tot > 1 else "a fini son contrat"
    suivis = "ils étaient déjà dans l'année précédente" if tot > 1 else "il était déjà dans l'année précédente"
    return f"{des}, {entier(tot)} {ont} dans les 31 premiers jours de l'année, jusqu'au {jusqu_au} : {suivis}."


def like_maturity(lignes: Sequence[ResultRow]) -> list[str]:
    """What changed from one cohort to the next, both followed to the end of their own year, before the published
    horizon; nothing without two cohorts, or where the part of one is fragile. `lignes`: a year of
    the breakdown of two cohorts."""
    suivies = [ligne for ligne in lignes if ligne["horizon_mois"] == HORIZON_PUBLIE]
    if len(suivies) < 2 or any(
        formats.fiabilite(ligne["numerateur"], ligne["denominateur"]) != "solide" for ligne in suivies
    ):
        return []
    avant, apres = suivies
    ecart = difference(
        (apres["numerateur"], apres["denominateur"]), (avant["numerateur"], avant["denominateur"])
    )  # fmt: skip
    decimales = formats.precision(apres["denominateur"], avant["denominateur"])
    bas, haut = (formats.signe(borne, decimales) for borne in (ecart.bas, ecart.haut))
    return [
        f"Avant {HORIZON_PUBLIE} mois, {counted(avant)} des contrats commencés en {avant['annee_cohorte']}, puis "
        f"{counted(apres)} de ceux de {apres['annee_cohorte']} : écart de {formats.points(ecart.valeur, decimales)} "
        f"(intervalle à 95{FINE}% de {bas} à {haut}), {verdict(ecart)}."
    ]


def counted(ligne: ResultRow) -> str:
    """'12,97 % (222 sur 1 711)'."""
    combien = f"{entier(ligne['numerateur'])} sur {entier(ligne['denominateur'])}"
    return f"{taux(ligne['numerateur'] / ligne['denominateur'], ligne['denominateur'])} ({combien})"


def verdict(ecart: Estimate) -> str:
    """What one difference, tested alone, establishes."""
    if not ecart.exclut_zero:
        return "ce qui n'établit pas d'évolution"
    return "une hausse établie" if ecart.bas > 0 else "une baisse établie"


def expected_nationally(lignes: Sequence[ResultRow]) -> list[str]:
    """Ruptures of the network beside those that its contracts would have had at the national figures of their levels:
    a sentence for each measure and cohort that has figures of two levels or more, none within another. `lignes`: a year
    of national figures beside the network's."""
    return [
        ratio_sentence(siennes)
        for siennes in by_measure(lignes)
        if len(siennes) > 1 and max(Counter(types_of(siennes)).values()) == 1
    ]


def by_measure(lignes: Sequence[ResultRow]) -> Iterator[list[ResultRow]]:
    """The figures of some types of diploma only, those of one measure and cohort together."""
    cles = dict.fromkeys((ligne["indicateur"], ligne["cohorte"]) for ligne in lignes if ligne["types_diplome"])
    for cle in cles:
        yield [
            ligne for ligne in lignes if ligne["types_diplome"] and (ligne["indicateur"], ligne["cohorte"]) == cle
        ]  # fmt: skip


def types_of(lignes: Sequence[ResultRow]) -> Iterator[str]:
    """The types of diploma of these figures, as often as they come."""
    for ligne in lignes:
        yield from {nom.strip().casefold() for nom in ligne["types_diplome"].split("|")}


def ratio_sentence(lignes: Sequence[ResultRow]) -> str:
    """'Aux taux nationaux de leur niveau, …'"""
    observees = sum(ligne["numerateur"] for ligne in lignes)
    attendues = sum(ligne["denominateur"] * ligne["valeur_nationale"] for ligne in lignes)
    contrats = sum(ligne["denominateur"] for ligne in lignes)
    rapport, bas, haut = (float(valeurs[0]) for valeurs in standardised_ratio([observees], [attendues]))
    niveaux = ", ".join(ligne["perimetre"] for ligne in lignes)
    return (
        f"{lignes[0]['mesure']} ({niveaux}, débuts de {lignes[0]['cohorte']}) : à la part nationale de leur niveau, "
        f"les {entier(contrats)} contrats du réseau auraient eu {decimal(attendues, 0)} ruptures ; ils en ont eu "
        f"{entier(observees)}, soit {ratio(rapport)} fois ce nombre (intervalle à 95{FINE}% : {ratio(bas)} à "
        f"{ratio(haut)})."
    )
