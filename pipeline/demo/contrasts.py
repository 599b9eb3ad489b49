"""What no published figure depends on, dealt again: employers, situations before the contract, what follows a rupture.

It comes after every other draw and has a stream of its own, so that nothing else moves: who breaks, when, for which
diploma and in which CFA stays as it was for every contract that decides a status.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from math import ceil

from pipeline.demo.contracts import PREMIERE_RENTREE, DemoContract, DemoWorld, window
from pipeline.demo.deliveries import ExportRow, employer_cells
from pipeline.demo.incidents import never_started
from pipeline.demo.names import IDCC_JUSQU_A_10, IDCC_PLUS_DE_10, IDCC_TRAVAUX_PUBLICS, DemoEmployer
from pipeline.demo.published import ANNEE

GRAINE = 14
Rows = dict[str, list[ExportRow]]
# Sizes of employers and their share of them, with what each multiplies the risk of a rupture by.
TAILLES = (((1, 4), 36, 1.7), ((5, 9), 26, 1.2), ((10, 49), 28, 0.85), ((50, 249), 7, 0.55), ((250, 900), 3, 0.3))
NAF_AUTRES = (("4120B", 10), ("6832A", 4))  # builders of whole buildings, managers of buildings: share in 100
NAF_HORS_BATIMENT = "6832A"
FORME_DU_HASARD = 0.45  # of the gamma law of an employer's own risk: the smaller, the more ruptures are concentrated
PART_GARDEE = 0.25  # of the employers: they have several apprentices, all the more as they are large
PART_UNIQUE = 0.16  # of the contracts: the only one of their employer
CANDIDATS = 8  # employers among which each contract has one
VOISIN, VOISIN_ROMPU = 6.0, 4.0  # how much more often an employer of one's own department: kept contracts, broken ones
MEME_APRES_TERME, MEME_APRES_RUPTURE = 0.4, 0.15  # another contract with the same employer
ECHANGES = {"structure": 4, "diplome": 8}  # pairs of broken contracts a year, of which both are followed otherwise
CELLULES = {
    "diplome": ("codediplome", "rncp", "intituleouqualification"),
    "structure": ("uaicfa", "siret", "siretcfa"),
}
SITUATION = "situationavantcontrat"


def add_contrasts(monde: DemoWorld, lignes: Rows) -> None:
    """Everything of this module, written in the rows of each contract."""
    rng = random.Random(GRAINE)
    personnes = [[c for c in contrats if not never_started(c)] for contrats in monde.by_person().values()]
    roles = {numero: role for contrats in personnes for numero, role in years_decided(contrats).items()}
    for quoi, paires in ECHANGES.items():
        exchange_broken(rng, personnes, roles, lignes, quoi, paires)
    deal_employers(rng, monde)
    keep_employers(rng, personnes, lignes)
    for contrat in monde.contrats:
        write_employer(contrat, lignes[contrat.numero])
    settle_situations(rng, personnes, roles, lignes)


def years_decided(contrats: list[DemoContract]) -> dict[str, tuple[tuple[int, str], ...]]:
    """Number of each started contract of a person → the years whose status it decides (definitions §3), in order."""
    decides: dict[str, list[tuple[int, str]]] = {c.numero: [] for c in contrats}
    for annee in range(PREMIERE_RENTREE + 1, ANNEE + 2):
        debut, fin = window(annee)
        en_cours = [c for c in contrats if c.covers(fin)]
        finis = [c for c in contrats if debut <= c.jour_fin <= fin and not c.covers(fin)]
        if en_cours:
            decides[max(en_cours, key=lambda c: (c.debut, c.numero)).numero].append((annee, "actif"))
        elif finis:
            dernier = max(finis, key=lambda c: (c.jour_fin, c.jour_rupture is None, c.debut, c.numero))
            decides[dernier.numero].append((annee, "rompu" if dernier.jour_rupture else "terme"))
    return {numero: tuple(annees) for numero, annees in decides.items()}


def exchange_broken(
    rng: random.Random,
    personnes: list[list[DemoContract]],
    roles: dict[str, tuple[tuple[int, str], ...]],
    lignes: Rows,
    quoi: str,
    paires: int,
) -> None:
    """Exchange the diploma or the structure of broken contracts that another one follows and that decide no status:
    two of one year, month and type of diploma, so that the counts of each of these stay as they were."""
    possibles: dict[tuple[object, ...], list[DemoContract]] = defaultdict(list)
    for contrats in personnes:
        for contrat, suivant in pairwise(contrats):
            jour, etats = contrat.rupture, [n for n in lignes[contrat.numero] if n["dateeffetavenant"]]
            memes = (contrat.fiche.diplome, contrat.fiche.structure) == (suivant.fiche.diplome, suivant.fiche.structure)
            if jour and jour <= suivant.debut and memes and not roles[contrat.numero] and not etats:
                annee = next(a for a in range(PREMIERE_RENTREE + 1, ANNEE + 2) if jour <= window(a)[1])
                possibles[annee, f"{jour:%m}", contrat.fiche.diplome.type].append(contrat)
    restants: dict[object, int] = defaultdict(lambda: paires)
    for cle, contrats in possibles.items():
        rng.shuffle(contrats)
        while len(contrats) > 1 and restants[cle[0]]:
            un = contrats.pop()
            autre = next((c for c in contrats if getattr(c.fiche, quoi) != getattr(un.fiche, quoi)), None)
            if autre:
                contrats.remove(autre)
                restants[cle[0]] -= 1
                exchange(un, autre, lignes, quoi)


def exchange(un: DemoContract, autre: DemoContract, lignes: Rows, quoi: str) -> None:
    """Each of two contracts gets the other's diploma or structure."""
    cellules = [{c: lignes[n.numero][0][c] for c in CELLULES[quoi]} for n in (un, autre)]
    valeurs = [getattr(n.fiche, quoi) for n in (un, autre)]
    for contrat, valeur, neuves in zip((autre, un), valeurs, cellules, strict=True):
        contrat.fiche = replace(contrat.fiche, **{quoi: valeur})
        for ligne in lignes[contrat.numero]:
            ligne.update(neuves)


def describe_again(rng: random.Random, employeur: DemoEmployer, filiere: str) -> tuple[DemoEmployer, float]:
    """The employer with another size and activity, and its risk of rupture against the others'."""
    (debut, fin), _, risque = rng.choices(TAILLES, [part for _, part, _ in TAILLES])[0]
    salaries = rng.randint(debut, fin)
    naf = rng.choices(
        (employeur.naf, *(n for n, _ in NAF_AUTRES)), (100 - sum(p for _, p in NAF_AUTRES), *(p for _, p in NAF_AUTRES))
    )[0]
    idcc = IDCC_JUSQU_A_10 if salaries <= 10 else IDCC_PLUS_DE_10
    if naf == NAF_HORS_BATIMENT:
        idcc = ""
    elif filiere == "Travaux publics":
        idcc = IDCC_TRAVAUX_PUBLICS
    type_ = "11" if salaries <= 15 else "12"
    decrit = replace(employeur, naf=naf, idcc=idcc, salaries=salaries, type=type_)
    return decrit, risque * rng.gammavariate(FORME_DU_HASARD, 1 / FORME_DU_HASARD)


def deal_employers(rng: random.Random, monde: DemoWorld) -> None:
    """Some employers of each trade among its contracts: the broken ones rather with those at risk, all rather in the
    apprentice's department."""
    par_metier: dict[str, list[DemoContract]] = defaultdict(list)
    for contrat in monde.contrats:
        par_metier[contrat.fiche.diplome.filiere].append(contrat)
    for filiere, contrats in par_metier.items():
        tous = list(dict.fromkeys(c.employeur for c in contrats))
        decrits = [describe_again(rng, e, filiere) for e in rng.sample(tous, len(tous))]
        gardes, autres = decrits[: (rang := ceil(PART_GARDEE * len(tous)))], decrits[rang:]
        places = autres[: round(PART_UNIQUE * len(contrats))]
        places += rng.choices(gardes, [e.salaries**0.3 for e, _ in gardes], k=len(contrats) - len(places))
        rng.shuffle(contrats)
        for contrat in contrats:
            rompu = contrat.jour_rupture is not None
            rangs = [rng.randrange(len(places)) for _ in range(CANDIDATS)]
            voisin = VOISIN_ROMPU if rompu else VOISIN
            poids = [
                (places[r][1] if rompu else 1.0)
                * (voisin if places[r][0].code_postal[:2] == contrat.personne.code_postal[:2] else 1.0)
                for r in rangs
            ]
            choisi = rng.choices(rangs, poids)[0]
            contrat.employeur = places[choisi][0]
            places[choisi] = places[-1]
            places.pop()


def keep_employers(rng: random.Random, personnes: list[list[DemoContract]], lignes: Rows) -> None:
    """Some contracts that follow another are with the same employer: their type says so, where it said the reverse."""
    for contrats in personnes:
        for avant, contrat in pairwise(contrats):
            part = MEME_APRES_RUPTURE if avant.jour_rupture else MEME_APRES_TERME
            if avant.jour_fin <= contrat.debut and rng.random() < part:
                contrat.employeur = avant.employeur
            if contrat.type in ("21", "22", "23"):
                contrat.type = "21" if contrat.employeur == avant.employeur else "23" if avant.jour_rupture else "22"
                for ligne in lignes[contrat.numero]:
                    if not ligne["dateeffetavenant"]:
                        ligne["typecontrat"] = contrat.type


def write_employer(contrat: DemoContract, lignes: list[ExportRow]) -> None:
    """The cells of the employer, in the rows that have them."""
    cellules = employer_cells(contrat.employeur)
    for ligne in lignes:
        associes = str(ligne["denomination"]).endswith(" et associés")
        ligne.update({c: valeur for c, valeur in cellules.items() if ligne[c]})
        if associes:
            ligne["denomination"] = f"{contrat.employeur.denomination} et associés"


def settle_situations(
    rng: random.Random,
    personnes: list[list[DemoContract]],
    roles: dict[str, tuple[tuple[int, str], ...]],
    lignes: Rows,
) -> None:
    """Exchange situations before the contract between contracts that decide the same statuses and begin in the same
    year: « après une rupture » goes to those that follow one, « contrat d'apprentissage » to those that follow a
    term, and the counts by status stay as they were."""
    groupes: dict[tuple[object, ...], list[tuple[str, str]]] = defaultdict(list)
    for contrats in personnes:
        for rang, contrat in enumerate(contrats):
            avant = [c for c in contrats[:rang] if c.debut < contrat.debut and c.jour_fin <= contrat.debut]
            suit = "8" if any(c.jour_rupture for c in avant) else "4" if avant else ""
            annee = contrat.debut.year + (contrat.debut > window(contrat.debut.year)[1])
            groupes[annee, roles[contrat.numero]].append((contrat.numero, suit))

    def value(numero: str) -> str:
        return str(lignes[numero][0][SITUATION])

    def give(numero: str, valeur: str) -> None:
        for ligne in lignes[numero]:
            ligne[SITUATION] = ligne[SITUATION] and valeur

    for contrats in groupes.values():
        rng.shuffle(contrats)
        for code in ("8", "4"):
            sans = [n for n, suit in contrats if suit == code and value(n) != code]
            a_tort = [n for n, suit in contrats if suit != code and value(n) == code]
            for numero, autre in zip(sans, a_tort, strict=False):
                valeur = value(numero)
                give(numero, code)
                give(autre, valeur)
