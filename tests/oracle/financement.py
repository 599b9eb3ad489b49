"""The definitions §6, what is due of a contract broken since 2025, in plain loops: the employer's participation, what
the funder owes and had paid, what is to be given back. Exact fractions until the last line."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle.oracle import Contrat, Parametres, Regles, plus_mois

UN_JOUR = timedelta(days=1)


def en_vigueur(conclusion: date, parametres: Parametres) -> Regles | None:
    """The rules of the day of conclusion."""
    for regles in parametres.regles:
        if regles.debut <= conclusion <= (regles.fin or date.max):
            return regles
    return None


def a_distance(contrat: Contrat, regles: Regles | None, parametres: Parametres) -> bool:
    """Whether the support is lessened: an unknown share lessens nothing."""
    part = parametres.parts_distance.get(contrat.valeurs["codediplome"])
    return regles is not None and part is not None and part >= regles.seuil


def minore(npec: Decimal, regles: Regles) -> Decimal:
    """Less so many per cent, never under the floor, never more than it was."""
    moindre = au_centime(Fraction(npec) * (100 - Fraction(regles.minoration)) / 100)
    return min(npec, max(moindre, regles.plancher))


def financement(
    contrat: Contrat, regles: Regles, npec: Decimal | None, siens: list[Contrat], parametres: Parametres
) -> dict[str, Any]:
    """What is due of a broken contract, and what had been paid on its last day."""
    assert contrat.rupture is not None
    niveau = parametres.niveaux.get(contrat.valeurs["codediplome"])
    reprise = est_reprise(contrat, siens)
    ligne: dict[str, Any] = {
        "est_reprise": reprise,
        "est_minoree": a_distance(contrat, regles, parametres),
        "chiffrage": (
            "sans_date" if contrat.jour_inconnu
            else "sans_npec" if npec is None
            else "sans_niveau" if niveau is None
            else "chiffre"
        ),
    }  # fmt: skip
    if ligne["chiffrage"] != "chiffre" or npec is None or niveau is None:
        return ligne | dict.fromkeys(("acquis", "participation", "du_financeur", "verse", "a_verser", "a_rembourser"))
    veille = contrat.rupture - UN_JOUR
    exact = Fraction(npec) * sum((part for _, part in annees(contrat.debut, veille)), Fraction(0))
    forfait = Decimal(0) if niveau < regles.niveau else regles.reprise if reprise else regles.participation
    participation = forfait
    if contrat.rupture < plus_mois(contrat.debut, parametres.essai_mois):
        participation = min(forfait, au_centime(exact * Fraction(regles.essai) / 100))
    payes = [
        part * Fraction(pourcent) / 100
        for rang, (_, part) in enumerate(annees(contrat.debut, contrat.fin))
        for delai, pourcent in regles.versements
        if plus_mois(contrat.debut, 12 * rang + delai) <= veille
    ]
    verse = max(Decimal(0), au_centime(Fraction(npec) * sum(payes)) - forfait) if payes else Decimal(0)
    acquis = au_centime(exact)
    du = max(Decimal(0), acquis - participation)
    return ligne | {
        "acquis": acquis,
        "participation": participation,
        "du_financeur": du,
        "verse": verse,
        "a_verser": max(Decimal(0), du - verse),
        "a_rembourser": max(Decimal(0), verse - du),
    }


def est_reprise(contrat: Contrat, siens: list[Contrat]) -> bool:
    """A contract of the same diploma broken before with another employer; or type 23, unless with the same one only."""
    employeur = contrat.valeurs.get("siretemployeur")
    avant = [
        autre.valeurs.get("siretemployeur")
        for autre in siens
        if autre is not contrat
        and not autre.jamais_commence
        and autre.valeurs["codediplome"] == contrat.valeurs["codediplome"]
        and autre.rupture is not None
        and autre.rupture <= contrat.debut
    ]
    connus = [autre for autre in avant if autre is not None and employeur is not None]
    if any(autre != employeur for autre in connus):
        return True
    return contrat.valeurs.get("typecontrat") == "23" and employeur not in connus


def annees(debut: date, jour: date) -> list[tuple[int, Fraction]]:
    """Each year of execution up to a day, and the part of it: by day, both ends included."""
    parts, rang = [], 0
    while plus_mois(debut, 12 * rang) <= jour:
        premier, suivant = plus_mois(debut, 12 * rang), plus_mois(debut, 12 * (rang + 1))
        jours = (min(jour, suivant - UN_JOUR) - premier).days + 1
        parts.append((rang, Fraction(jours, (suivant - premier).days)))
        rang += 1
    return parts


def au_centime(euros: Fraction) -> Decimal:
    """Half away from zero; none is negative."""
    return Decimal(floor(100 * euros + Fraction(1, 2))) / 100
