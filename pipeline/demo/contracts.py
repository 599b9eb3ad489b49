"""Records of `fiches` → invented contracts: dates, employers, re-signed and successive contracts.

Years are built backwards: an apprentice of the second year of a cycle was one of the first year the year
before, so each earlier year only adds those who had left by the next.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.demo.names import DemoEmployer, DemoPerson, NameRegistry
from pipeline.demo.published import ANNEE, REFERENTIELS, PublishedDiploma, PublishedFigures, read_table
from pipeline.demo.records import DemoRecord, draw_fiche, earlier_year, leavers, published_year

PREMIERE_RENTREE = 2018
PREMIER_JOUR = 20  # of August: the first contracts begin inside the window of 2018-2019
EXTRACTION = date(ANNEE, 11, 5)
AGE_MIN = {"CAP": 15, "BAC PRO": 15, "BP": 18, "BTS": 18, "TP": 17, "MC": 18}
ENTREES_APRES_CAP = ("CAP", "BEP")
RETOURS = 25  # net ruptures re-signed between the end of the window and the end of October
SORTIES_EN_JUILLET = 120


@dataclass
class DemoContract:
    """One invented contract, as the newest delivery knows it.

    Attributes:
        fiche: the year's record it was made for; its attributes are the contract's.
        formation: first and last day of the cycle.
        rupture: `dateeffetrupture` as written, which the rules may not keep.
        sans_numero: no number yet in the newest delivery.
        retour: signed again after the window of a net rupture; nothing else may happen to it.
    """

    fiche: DemoRecord
    personne: DemoPerson
    employeur: DemoEmployer
    formation: tuple[date, date]
    conclusion: date
    debut: date
    fin: date
    rupture: date | None = None
    signalement: date | None = None
    statut: str = ""
    avant_debut: bool = False
    type: str = "11"
    numero: str = ""
    sans_numero: bool = False
    retour: bool = False

    @property
    def jour_rupture(self) -> date | None:
        """Day of the rupture or the day that stands for it, before the planned end (definitions §1)."""
        jour = self.rupture or (self.signalement if self.statut == "Rompu" else None)
        return jour if jour and jour < self.fin else None

    @property
    def jour_fin(self) -> date:
        return self.jour_rupture or self.fin

    def covers(self, jour: date) -> bool:
        """Under contract on that day."""
        rupture = self.jour_rupture
        return self.debut <= jour <= self.fin and (rupture is None or rupture > jour)


def window(annee: int) -> tuple[date, date]:
    """First and last day of the training year that ends in `annee`."""
    return date(annee - 1, 8, 16), date(annee, 8, 15)


def between(rng: random.Random, debut: date, fin: date) -> date:
    """A day of an interval, ends included."""
    return debut + timedelta(days=rng.randint(0, (fin - debut).days))


def rupture_days(rng: random.Random, fiche: DemoRecord) -> tuple[date | None, date | None]:
    """(day of the rupture, day it was reported) of a broken record, inside its month and its window; the
    first is None when the day is unknown."""
    if not fiche.mois:
        return None, between(rng, date(fiche.annee, 6, 20), date(fiche.annee, 8, 12))
    annee, mois = int(fiche.mois[:4]), int(fiche.mois[5:])
    debut, fin = window(fiche.annee)
    premier = max(date(annee, mois, 6), debut)
    dernier = min(date(annee, mois, 29 if mois == 8 else 28), fin)
    jour = between(rng, premier, dernier)
    return jour, min(jour + timedelta(days=rng.randint(1, 25)), EXTRACTION)


class DemoWorld:
    """Every contract of the demonstration, and the people they belong to."""

    def __init__(self, rng: random.Random, publie: PublishedFigures) -> None:
        self.rng = rng
        self.publie = publie
        self.registre = NameRegistry(rng)
        self.contrats: list[DemoContract] = []
        etablissements = read_table(REFERENTIELS / "etablissements.csv")
        self.codes_postaux = {e["nom"]: e["code_postal"] for e in etablissements}

    def add(self, fiche: DemoRecord, personne: DemoPerson | None = None) -> DemoContract:
        """The contract of a record, of a new person unless one is given."""
        rng, annee, cycle = self.rng, fiche.annee, fiche.debut_cycle
        rompu = fiche.issue == "rompu"
        rupture, signalement = rupture_days(rng, fiche) if rompu else (None, None)
        # A year of cycle is counted to the rupture: one of early September comes after the first day of
        # training.
        premier = rng.randint(1, 3) if fiche.mois[5:] == "09" else rng.randint(1, 14)
        formation = (date(cycle, 9, premier), date(cycle + fiche.situation.duree, 6, 25 + rng.randint(0, 5)))
        direct = fiche.situation.annee_cycle > 1 and rng.random() < 0.1
        rentree = max(PREMIERE_RENTREE, cycle + fiche.situation.annee_cycle - 1 if direct else cycle)
        debut = self.start(date(rentree, 9, premier), rupture or signalement)
        fin = date(cycle + fiche.situation.duree, 8, 31)
        if fiche.issue == "terme":
            fin = between(rng, date(annee, 6, 28), date(annee, 7, 31))
        elif not rompu and rng.random() < 0.1:
            fin -= timedelta(days=rng.randint(1, 12))
        if personne is None:
            age_min = AGE_MIN.get(fiche.diplome.type, 19)
            personne = self.registre.personne(rentree, age_min, self.codes_postaux[fiche.structure])
        contrat = DemoContract(
            fiche=fiche,
            personne=personne,
            employeur=self.registre.employeur(fiche.diplome.filiere),
            formation=formation,
            conclusion=debut - timedelta(days=rng.randint(0, 25)),
            debut=debut,
            fin=fin,
            rupture=rupture,
            signalement=signalement,
            statut="Rompu" if rompu else "",
        )
        self.contrats.append(contrat)
        return contrat

    def start(self, rentree: date, limite: date | None) -> date:
        """First day of a contract around the first day of training, some days before its rupture if it has
        one."""
        rng = self.rng
        ecart = rng.choices((rng.randint(-14, 0), rng.randint(1, 30), rng.randint(31, 75)), (60, 28, 12))[0]
        debut = rentree + timedelta(days=ecart)
        if limite and debut > limite - timedelta(days=4):
            debut = limite - timedelta(days=rng.randint(4, 20))
        return max(debut, date(rentree.year, 8, PREMIER_JOUR))

    def by_person(self) -> dict[tuple[str, str, date], list[DemoContract]]:
        """Contracts of each person by start; the key is its triple."""
        personnes: dict[tuple[str, str, date], list[DemoContract]] = defaultdict(list)
        for contrat in sorted(self.contrats, key=lambda c: c.debut):
            p = contrat.personne
            personnes[p.nom, p.prenom, p.naissance].append(contrat)
        return personnes


def build_world(rng: random.Random, publie: PublishedFigures) -> DemoWorld:
    """One contract for each apprentice and cycle; `incidents` breaks some of them in pieces."""
    monde = DemoWorld(rng, publie)
    publiees = published_year(rng, publie)
    for fiche in publiees + leavers(rng, publie, ANNEE, SORTIES_EN_JUILLET):
        monde.add(fiche)
    add_next_intake(monde)
    ruptures = [fiche for fiche in publiees if fiche.issue == "rompu"]
    for annee in range(ANNEE - 1, PREMIERE_RENTREE, -1):
        add_earlier_year(monde, annee, ruptures)
    return monde


def successor_of(monde: DemoWorld, annee: int) -> Callable[[DemoRecord], DemoPerson | None]:
    """Gives, for a record of `annee`, somebody whose first contract comes the next autumn and follows from
    it: a diploma after a CAP that came to its term, the same diploma signed again after a net rupture."""
    premier, dernier = date(annee, 8, 16), date(annee, 10, 31)
    entrants: dict[str, list[DemoContract]] = defaultdict(list)
    for contrats in monde.by_person().values():
        contrat = contrats[0]
        majeur = contrat.debut.year - contrat.personne.naissance.year >= 18
        if premier <= contrat.debut <= dernier and contrat.fiche.situation.annee_cycle == 1 and majeur:
            entrants[contrat.fiche.structure].append(contrat)
    retours = 0

    def take(structure: str, accepte: Callable[[DemoContract], bool]) -> DemoPerson | None:
        for rang, contrat in enumerate(entrants[structure]):
            if accepte(contrat):
                return entrants[structure].pop(rang).personne
        return None

    def successor(fiche: DemoRecord) -> DemoPerson | None:
        nonlocal retours
        if fiche.issue == "actif" and fiche.diplome.type == "CAP" and monde.rng.random() < 0.5:
            return take(
                fiche.structure,
                lambda c: c.fiche.diplome.type != "CAP" and c.fiche.entree in ENTREES_APRES_CAP,
            )
        if fiche.issue == "rompu" and fiche.mois and retours < RETOURS and monde.rng.random() < 0.25:
            personne = take(
                fiche.structure,
                lambda c: c.fiche.diplome.type == fiche.diplome.type and c.jour_rupture is None,
            )
            retours += personne is not None
            return personne
        return None

    return successor


def add_earlier_year(monde: DemoWorld, annee: int, modeles: list[DemoRecord]) -> None:
    """The apprentices of a year before the published one who are not in the next."""
    fin = window(annee)[1]
    deja = Counter(
        (contrats[0].fiche.structure, contrats[0].fiche.diplome.type)
        for contrats in monde.by_person().values()
        if any(c.covers(fin) for c in contrats)
    )
    successor = successor_of(monde, annee)
    for fiche in earlier_year(monde.rng, monde.publie, annee, deja, modeles):
        monde.add(fiche, successor(fiche))
    for fiche in leavers(monde.rng, monde.publie, annee, SORTIES_EN_JUILLET):
        monde.add(fiche)


def add_next_intake(monde: DemoWorld) -> None:
    """First years of autumn after the published year: new people, those who go on after a CAP, and some of
    the net ruptures re-signed (seen only with a later cut-off)."""
    rng, publie, annee = monde.rng, monde.publie, ANNEE + 1
    publiees = list(monde.contrats)
    rompus = [c for c in publiees if c.fiche.issue == "rompu" and c.rupture and c.rupture >= date(ANNEE, 2, 1)]
    finals = [c for c in publiees if c.fiche.issue == "actif" and c.fin.year == ANNEE]
    diplomes_de_cap = [c for c in finals if c.fiche.diplome.type == "CAP"]
    entrees = [c.fiche for c in publiees if c.fiche.situation.annee_cycle == 1 and c.fiche.issue != "terme"]
    suivants = {"rompu": rng.sample(rompus, RETOURS), "cap": rng.sample(diplomes_de_cap, 110)}
    for ancien in suivants["rompu"]:
        sign_again(monde, ancien)
    for ancien in suivants["cap"]:
        suites = [t for t in ("BP", "BAC PRO") if (ancien.fiche.structure, t) in publie.ruptures_par_type]
        type_ = rng.choice(suites)
        fiche = draw_fiche(rng, publie, annee, ancien.fiche.structure, type_, "actif")
        filiere = ancien.fiche.diplome.filiere
        memes = [d for d in publie.diplomes.values() if (d.type, d.filiere) == (type_, filiere)]
        diplome = rng.choice(memes or [fiche.diplome])
        monde.add(next_fiche(publie, fiche, diplome, "CAP"), ancien.personne)
    for modele in rng.sample(entrees, 1050):
        diplome = publie.diplome(rng, modele.diplome.type, ANNEE)
        monde.add(next_fiche(publie, modele, diplome, modele.entree))
    # Nothing is signed after the extraction.
    monde.contrats = [c for c in monde.contrats if c.debut <= date(ANNEE, 10, 31)]


def sign_again(monde: DemoWorld, ancien: DemoContract) -> None:
    """A net rupture signed again after the end of the window: the rest of the cycle, or its last year once
    more."""
    rng, fiche = monde.rng, ancien.fiche
    debut = between(rng, date(ANNEE, 8, 22), date(ANNEE, 10, 28))
    derniere = fiche.situation.annee_cycle == fiche.situation.duree
    suite = DemoContract(
        fiche=replace(fiche, annee=ANNEE + 1, issue="actif", mois="", motif_exprime="", motif_valide=""),
        personne=ancien.personne,
        employeur=monde.registre.nouvel_employeur(fiche.diplome.filiere),
        formation=ancien.formation,
        conclusion=debut - timedelta(days=rng.randint(0, 6)),
        debut=debut,
        fin=date(ANNEE + 1, 8, 31) if derniere else max(ancien.fin, date(ANNEE + 1, 7, 31)),
        retour=True,
    )
    monde.contrats.append(suite)


def next_fiche(publie: PublishedFigures, modele: DemoRecord, diplome: PublishedDiploma, entree: str) -> DemoRecord:
    """The record of a first year of the next intake."""
    type_, duree = modele.diplome.type, modele.situation.duree
    situation = next(s for s in publie.situations.values() if (s.type, s.duree, s.annee_cycle) == (type_, duree, 1))
    return DemoRecord(ANNEE + 1, modele.structure, diplome, situation, entree, "actif")
