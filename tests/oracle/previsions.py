"""The definitions §10, the forecast of the year under way, in plain loops: written from the page and ADR 0019 only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, exp, log, sqrt
from typing import Any

from tests.oracle.oracle import plus_mois

POIDS, ECART, POIDS_DE_L_ECART, MINIMUM = 10, 0.1, 2, 20
ANCIENNETES = (0, 3, 12)
AUTRES = "Autres types"


@dataclass(frozen=True)
class Suivi:
    """A started contract, as far as a forecast looks at it."""

    debut: date
    fin: date
    rupture: date | None
    uai: str
    type_diplome: str


@dataclass(frozen=True)
class Fenetre:
    """A year, and the day in it on which it is forecast; `recul` is how many years it is before the one under way."""

    nom: str
    fin: date
    jour: date
    recul: int
    annee: str


Groupe = tuple[str, str, int]  # structure, type of diploma, months since the start, at least
Ouverts = dict[Groupe, list[int | None]]  # for each open contract, the month of its rupture if it has one


def prevoir(
    contrats: Iterable[Suivi], annees: Mapping[int, tuple[date, date]], derniere: date, premiere: int, rapport: int
) -> list[dict[str, Any]]:
    """One row per year that is forecast and group of open contracts; `annees` are windows by calendar year."""
    en_cours = next((n for n, (debut, fin) in annees.items() if debut <= derniere <= fin), None)
    if en_cours not in (rapport, rapport + 1) or en_cours is None:
        return []
    fenetres = []
    for debut_civil in range(premiere, en_cours + 1):
        debut, fin = annees[debut_civil]
        recul = en_cours - debut_civil
        jour = plus_mois(derniere, -12 * recul)
        if debut <= jour < fin:
            annee = rapport if not recul else debut_civil - 1
            fenetres.append(Fenetre(nom(debut_civil), fin, jour, recul, nom(annee)))
    liste = list(contrats)
    ouverts = {fenetre.nom: les_ouverts(liste, fenetre) for fenetre in fenetres}
    lignes = []
    for fenetre in fenetres:
        passees = [
            ouverts[autre.nom] for autre in fenetres if autre.recul > 0 and 1 <= autre.recul - fenetre.recul <= 3
        ]
        lignes += prevoir_une(fenetre, ouverts[fenetre.nom], passees)
    return lignes


def nom(debut_civil: int) -> str:
    """`annee`."""
    return f"{debut_civil}-{debut_civil + 1}"


def les_ouverts(contrats: list[Suivi], fenetre: Fenetre) -> Ouverts:
    """§10: the contracts open on the day of the forecast, and when they break in the window."""
    ouverts: Ouverts = {}
    for contrat in contrats:
        if contrat.debut <= fenetre.jour < (contrat.rupture or contrat.fin):
            anciennete = max(m for m in ANCIENNETES if plus_mois(contrat.debut, m) <= fenetre.jour)
            rang = None
            if contrat.rupture is not None and contrat.rupture <= fenetre.fin:
                rang = 12 * (contrat.rupture.year - fenetre.jour.year) + contrat.rupture.month - fenetre.jour.month
            ouverts.setdefault((contrat.uai, contrat.type_diplome, anciennete), []).append(rang)
    return ouverts


def prevoir_une(fenetre: Fenetre, ouverts: Ouverts, passees: list[Ouverts]) -> list[dict[str, Any]]:
    """§10: the forecast of one year from those before it."""
    if sum(len(rangs) for passee in passees for rangs in passee.values()) < MINIMUM:
        return []
    mois = range(12 * (fenetre.fin.year - fenetre.jour.year) + fenetre.fin.month - fenetre.jour.month + 1)
    risques = risques_du_reseau(passees, mois)
    totaux = {anciennete: sum(risques[anciennete, m] for m in mois) for anciennete in ANCIENNETES}
    rompus_du_type, du_type = facteurs(passees, totaux, 1, {})
    rompus_de_la_structure, de_la_structure = facteurs(passees, totaux, 0, du_type)

    def prevu(groupe: Groupe, combien: int, m: int) -> float:
        uai, type_diplome, anciennete = groupe
        return combien * risques[anciennete, m] * du_type.get(type_diplome, 1.0) * de_la_structure.get(uai, 1.0)

    prevues = [sum(prevu(g, len(rangs), m) for g, rangs in passee.items() for m in mois) for passee in passees]
    rompus = [sum(rang is not None for rangs in passee.values() for rang in rangs) for passee in passees]
    annuelle = variance_des_annees(rompus, prevues)
    du_mois = Counter(rang for passee in passees for rangs in passee.values() for rang in rangs if rang is not None)

    groupes: dict[tuple[str, str, str, int | None], list[float]] = {}
    for decoupage, uai, type_diplome, groupe in repartir(ouverts):
        par_mois = decoupage in ("Mois", "Structure et mois")
        for m in mois:
            ligne = groupes.setdefault((decoupage, uai, type_diplome, m if par_mois else None), [0.0, 0.0, 0.0])
            attendues = prevu(groupe, len(ouverts[groupe]), m)
            imprecision = (
                (1 / (rompus_de_la_structure[groupe[0]] + POIDS) if uai else 0)
                + (1 / (rompus_du_type[groupe[1]] + POIDS) if type_diplome else 0)
                + (1 / (du_mois[m] + POIDS) if par_mois else 0)
            )
            ligne[0] += attendues
            ligne[1] += attendues * imprecision
            ligne[2] += sum(rang == m for rang in ouverts[groupe])
    effectifs: Counter[tuple[str, str, str]] = Counter()
    for decoupage, uai, type_diplome, groupe in repartir(ouverts):
        effectifs[decoupage, uai, type_diplome] += len(ouverts[groupe])
    lignes = []
    for (decoupage, uai, type_diplome, rang), (attendues, imprecises, observees) in groupes.items():
        if effectifs[decoupage, uai, type_diplome] < MINIMUM:
            continue
        variance = annuelle * (1 + 1 / len(passees)) + (imprecises / attendues if attendues else 0)
        if decoupage == "Ensemble":
            variance += 1 / (sum(rompus) + POIDS)
        bas, haut = fourchette(attendues, variance)
        premier = fenetre.jour.replace(day=1)
        lignes.append(
            {
                "annee": fenetre.annee,
                "annee_prevue": fenetre.nom,
                "decoupage": decoupage,
                "uai": uai,
                "type_diplome": type_diplome,
                "mois": "" if rang is None else f"{plus_mois(premier, rang):%Y-%m}",
                "contrats_ouverts": effectifs[decoupage, uai, type_diplome],
                "ruptures_prevues": attendues,
                "prevues_bas": bas,
                "prevues_haut": haut,
                "ruptures_observees": int(observees) if fenetre.recul else None,
            }
        )
    return lignes


def risques_du_reseau(passees: list[Ouverts], mois: range) -> dict[tuple[int, int], float]:
    """§10: the share of the contracts open before that broke in each month, by months since the start; of all of them
    where fewer than 20 had as many."""
    risques = {}
    tous = [rang for passee in passees for rangs in passee.values() for rang in rangs]
    for anciennete in ANCIENNETES:
        siens = [
            rang for passee in passees for groupe, rangs in passee.items() if groupe[2] == anciennete for rang in rangs
        ]
        lus = siens if len(siens) >= MINIMUM else tous
        for m in mois:
            risques[anciennete, m] = lus.count(m) / len(lus)
    return risques


def facteurs(
    passees: list[Ouverts], totaux: Mapping[int, float], place: int, connus: Mapping[str, float]
) -> tuple[Counter[str], dict[str, float]]:
    """§10: ruptures there were in a group, and how many times what was expected of it, drawn towards once."""
    rompus, attendus = Counter[str](), dict[str, float]()
    for passee in passees:
        for groupe, rangs in passee.items():
            cle = str(groupe[place])
            rompus[cle] += sum(rang is not None for rang in rangs)
            attendus[cle] = attendus.get(cle, 0.0) + len(rangs) * totaux[groupe[2]] * connus.get(groupe[1], 1.0)
    return rompus, {cle: (rompus[cle] + POIDS) / (attendu + POIDS) for cle, attendu in attendus.items()}


def variance_des_annees(rompus: list[int], prevues: list[float]) -> float:
    """§10: what years differ by, supposed and seen."""
    vus = [((o - e) ** 2 - e) / e**2 for o, e in zip(rompus, prevues, strict=True) if e > 0]
    moyenne = (POIDS_DE_L_ECART * ECART**2 + sum(vus)) / (POIDS_DE_L_ECART + len(rompus) - 1)
    return max(ECART**2 / 4, moyenne)


def repartir(ouverts: Ouverts) -> Iterable[tuple[str, str, str, Groupe]]:
    """§10: what each group of contracts is told in: name of the cut, structure, type of diploma."""
    structures, types, deux = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for (uai, type_diplome, _), rangs in ouverts.items():
        structures[uai] += len(rangs)
        types[type_diplome] += len(rangs)
        deux[uai, type_diplome] += len(rangs)
    for groupe in ouverts:
        uai, type_diplome, _ = groupe
        yield "Ensemble", "", "", groupe
        yield "Mois", "", "", groupe
        yield "Structure", uai if structures[uai] >= MINIMUM else "autres", "", groupe
        yield "Type de diplôme", "", type_diplome if types[type_diplome] >= MINIMUM else AUTRES, groupe
        if structures[uai] >= MINIMUM:
            yield "Structure et mois", uai, "", groupe
            ici = type_diplome if deux[uai, type_diplome] >= MINIMUM else AUTRES
            yield "Structure et type", uai, ici, groupe


def fourchette(attendues: float, variance: float) -> tuple[int, int]:
    """§10: the numbers whose middle rank is from 10 to 90 %, by the recurrence of the negative binomial."""
    if attendues <= 0:
        return 0, 0
    quotient = attendues * variance / (1 + attendues * variance)
    logarithme, cumul, dedans = -log(1 + attendues * variance) / variance, 0.0, []
    dernier = ceil(attendues + 8 * sqrt(attendues + variance * attendues**2))
    for nombre in range(dernier + 1):
        if nombre:
            logarithme += log((nombre - 1 + 1 / variance) / nombre) + log(quotient)
        probabilite = exp(logarithme)
        cumul += probabilite
        if 0.1 <= cumul - probabilite / 2 <= 0.9:
            dedans.append(nombre)
    return min(dedans), max(dedans)
