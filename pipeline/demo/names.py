"""Invented people and employers for the demonstration data, and the check characters of their identifiers.

Names are built from syllables and given names drawn apart from each other: none designates anybody.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

DEBUTS_DE_NOM = (
    "Bel", "Cor", "Mar", "Val", "Ror", "Tan", "Lav", "Per", "Gir", "Mon", "Fau", "Char", "Bré", "Sor", "Del",
    "Aub", "Kar", "Zel", "Ouv", "Noi", "Plou", "Ham", "Ben", "Dia", "San", "Fer", "Mou", "Gué", "Tra", "Lé",
)  # fmt: skip
FINS_DE_NOM = (
    "vaudrel", "tinois", "gemont", "lacourbe", "rabin", "dossel", "nivart", "zéac", "mirol", "chetaud",
    "piland", "kouré", "bassou", "ridane", "feira", "zouline", "vescu", "landier", "trémois", "gravel",
    "sandry", "belois",
)  # fmt: skip
PRENOMS_H = (
    "Adama", "Amine", "Anthony", "Baptiste", "Bilal", "Corentin", "Dylan", "Enzo", "Évan", "Florian",
    "Gaëtan", "Hugo", "Ibrahima", "Idriss", "Jean-Luc", "Jérémy", "Jules", "Kévin", "Léo", "Loïc", "Lucas",
    "Maël", "Mamadou", "Marc-Antoine", "Mathéo", "Mohamed", "Moussa", "Nathan", "Noé", "Ousmane",
    "Pierre-Louis", "Quentin", "Rayan", "Raphaël", "Rémi", "Samuel", "Sofiane", "Théo", "Thomas", "Tiago",
    "Valentin", "Yanis", "Youssef", "Zacharie",
)  # fmt: skip
PRENOMS_F = (
    "Aïcha", "Anaïs", "Awa", "Camille", "Chloé", "Élise", "Emma", "Fatou", "Inès", "Jade", "Léa", "Lina",
    "Lou-Anne", "Manon", "Marie-Ève", "Noémie", "Océane", "Sarah", "Yasmine", "Zoé",
)  # fmt: skip
PART_DE_FEMMES = 0.07
RAISONS = ("Entreprise", "Établissements", "Ateliers", "Société", "SARL", "SAS", "Artisans réunis")
METIERS = {
    "Fluides": ("4322A", "4322B", "Plomberie"),
    "Électricité": ("4321A", "4321A", "Électricité"),
    "Gros œuvre": ("4399C", "4391B", "Maçonnerie"),
    "Bois": ("4332A", "4332A", "Menuiserie"),
    "Métaux": ("4332B", "2511Z", "Métallerie"),
    "Finitions": ("4334Z", "4331Z", "Peinture"),
    "Travaux publics": ("4221Z", "4211Z", "Travaux publics"),
    "Multi-secteur": ("4120B", "7112B", "Bâtiment"),
}
IDCC_TRAVAUX_PUBLICS, IDCC_JUSQU_A_10, IDCC_PLUS_DE_10 = "1702", "1596", "1597"
CODES_POSTAUX = (
    "75011", "75013", "75019", "75020", "77000", "77100", "77300", "77370", "77440", "78000", "78200",
    "91000", "91220", "91300", "92000", "92230", "92500", "93000", "93160", "93200", "94000", "94110",
    "94400", "95100", "95120", "95560",
)  # fmt: skip
LETTRES_UAI = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True)
class DemoPerson:
    """An invented apprentice; `idalternant` may be empty. Compared by identity of its triple."""

    nom: str
    prenom: str
    naissance: date
    sexe: str
    idalternant: str
    code_postal: str


@dataclass(frozen=True)
class DemoEmployer:
    """An invented company."""

    siret: str
    denomination: str
    naf: str
    idcc: str
    salaries: int
    type: str
    code_postal: str


def luhn_digit(chiffres: str) -> str:
    """The digit that makes `chiffres` + digit a valid Luhn number (SIREN, SIRET)."""
    somme = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (2 if rang % 2 == 0 else 1)
        somme += valeur - 9 if valeur > 9 else valeur
    return str(-somme % 10)


def uai_letter(chiffres: str) -> str:
    """Check letter of the seven digits of a UAI."""
    return LETTRES_UAI[int(chiffres) % 23]


def invented_siret(rang: int, etablissement: int = 1) -> str:
    """A valid SIRET of a company that does not exist (SIREN 999…), `rang` from 0 to 99,999."""
    siren = f"999{rang:05d}"
    siren += luhn_digit(siren)
    return (debut := f"{siren}{etablissement:04d}") + luhn_digit(debut)


class NameRegistry:
    """Gives people and employers, never the same person twice."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.connus: set[tuple[str, str, date]] = set()
        self.employeurs: dict[str, list[DemoEmployer]] = {}
        self.rang = 0

    def personne(self, annee_entree: int, age_min: int, code_postal: str) -> DemoPerson:
        """A new person who is `age_min` or a few years more in September of `annee_entree`."""
        rng = self.rng
        while True:
            femme = rng.random() < PART_DE_FEMMES
            nom = rng.choice(DEBUTS_DE_NOM) + rng.choice(FINS_DE_NOM)
            if rng.random() < 0.05:
                nom += "-" + rng.choice(DEBUTS_DE_NOM) + rng.choice(FINS_DE_NOM)
            prenom = rng.choice(PRENOMS_F if femme else PRENOMS_H)
            age = min(age_min + int(rng.expovariate(0.6)), 29)
            naissance = date(annee_entree - age, 9, 1) - timedelta(days=rng.randint(0, 364))
            if (nom, prenom, naissance) not in self.connus:
                break
        self.connus.add((nom, prenom, naissance))
        numero = len(self.connus)
        identifiant = f"ALT{numero * 7919 % 1000003:07d}" if rng.random() < 0.7 else ""
        voisin = rng.choice(CODES_POSTAUX) if rng.random() < 0.4 else code_postal
        return DemoPerson(nom, prenom, naissance, "F" if femme else "H", identifiant, voisin)

    def employeur(self, filiere: str) -> DemoEmployer:
        """An employer of the trade: one already met two times out of three."""
        connus = self.employeurs.setdefault(filiere, [])
        if len(connus) > 20 and self.rng.random() < 0.66:
            return self.rng.choice(connus)
        connus.append(self.nouvel_employeur(filiere))
        return connus[-1]

    def nouvel_employeur(self, filiere: str) -> DemoEmployer:
        """A company that did not exist before this call."""
        rng = self.rng
        self.rang += 1
        naf = METIERS[filiere][rng.randint(0, 1)]
        salaries = min(int(rng.lognormvariate(2.0, 1.2)) + 1, 900)
        idcc = IDCC_JUSQU_A_10 if salaries <= 10 else IDCC_PLUS_DE_10
        return DemoEmployer(
            siret=invented_siret(self.rang),
            denomination=f"{rng.choice(RAISONS)} {METIERS[filiere][2]} {rng.choice(DEBUTS_DE_NOM)}"
            f"{rng.choice(FINS_DE_NOM)}",
            naf=naf,
            idcc=IDCC_TRAVAUX_PUBLICS if filiere == "Travaux publics" else idcc,
            salaries=salaries,
            type="11" if salaries <= 15 else "12",
            code_postal=rng.choice(CODES_POSTAUX),
        )
