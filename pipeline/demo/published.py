"""The published tables, and what the demonstration data suppose where nothing was published.

The constants are invented and plausible, but for `RUPTURES_HORS_TABLEAU`, published in a text and in no
table.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.paths import EXEMPLE, REFERENCE

REFERENTIELS = EXEMPLE / "referentiels"
PUBLIE = REFERENCE / "btp-cfa-idf-2021-2022"
NPEC = REFERENCE / "npec_illustratif.csv"  # round amounts, never a real tariff
ANNEE = 2022  # a year is named by its second calendar year
PREMIER_MOIS = "2018-10"  # of a rupture: no contract is older than August 2018

# Definitions §9: the structure × diploma table leaves out 8 ruptures of the seven CFA and the 8 of the UFA.
RUPTURES_HORS_TABLEAU = (
    ("BTP CFA Noisy-le-Grand", "MC", 2),
    ("BTP CFA Ocquerre", "TP", 6),
    ("ESITC Paris (Arcueil)", "INGENIEUR", 1),
    ("IUT Sénart Fontainebleau", "DUT", 1),
    ("IUT Sénart Fontainebleau", "LICENCE PRO", 1),
    ("IUT Sénart Fontainebleau", "MASTER", 2),
    ("Lycée des métiers Benjamin Franklin", "BTS", 1),
    ("Lycée des métiers Benjamin Franklin", "BP", 1),
    ("Lycée Jean Mermoz (Montsoult)", "BAC PRO", 1),
)
TYPES_PAR_UFA = {
    "ESITC Paris (Arcueil)": {"INGENIEUR": 1.0},
    "IUT Sénart Fontainebleau": {"DUT": 0.38, "LICENCE PRO": 0.28, "MASTER": 0.34},
    "Lycée des métiers Benjamin Franklin": {"BTS": 0.5, "BP": 0.25, "BAC PRO": 0.25},
    "Lycée Jean Mermoz (Montsoult)": {"BAC PRO": 1.0},
    "Lycée Les Pannevelles (Provins)": {"BAC PRO": 1.0},
}
# Rate of rupture supposed for a type, from which headcounts by CFA are drawn, and ruptures added to smooth
# them.
RISQUE = {"CAP": 0.121, "BAC PRO": 0.108, "BP": 0.112, "BTS": 0.075, "TP": 0.13, "MC": 0.13}
# Headcount of the plumbing and heating trades against what their ruptures would suggest.
SURPLUS_FLUIDES = 0.97
LISSAGE = {"CAP": 8.0, "BAC PRO": 2.0, "BP": 2.0}
POIDS_SITUATIONS = {
    "CAP": {"CAP 1re année": 47, "CAP 2e année": 47, "CAP en 1 an": 6},
    "BP": {"BP 1re année": 52, "BP 2e année": 48},
    "BAC PRO": {
        "BAC PRO 2 ans - première": 26, "BAC PRO 2 ans - terminale": 28, "BAC PRO 3 ans - seconde": 12,
        "BAC PRO 3 ans - première": 18, "BAC PRO 3 ans - terminale": 14, "BAC PRO en 1 an": 2,
    },
    "BTS": {
        "BTS 24 mois 1re année": 45, "BTS 24 mois 2e année": 43, "BTS 36 mois 1re année": 5,
        "BTS 36 mois 2e année": 4, "BTS 36 mois 3e année": 3,
    },
    "TP": {"TP en 1 an": 1},
    "MC": {"MC en 1 an": 1},
    "MASTER": {"MASTER 24 mois 1re année": 50, "MASTER 24 mois 2e année": 50},
    "DUT": {"DUT 1re année": 48, "DUT 2e année": 52},
    "INGENIEUR": {"INGENIEUR 1re année": 36, "INGENIEUR 2e année": 33, "INGENIEUR 3e année": 31},
    "LICENCE PRO": {"LICENCE PRO en 1 an": 1},
}  # fmt: skip
AUCUN, BREVET, CAP, BAC_PRO = "Aucun diplôme", "Brevet", "CAP", "Baccalauréat professionnel"
BAC, BAC_OU_BP, BAC_2 = "Baccalauréat général", "Bac pro, BT ou BP", "DEUG, DUT, BTS : niveau bac+2"
LICENCE_PRO, LICENCE, MASTER_1 = "Licence professionnelle", "Licence", "Master 1"
BAC_3 = "Diplôme de niveau bac+3 ou plus"
POIDS_ENTREES = {
    "CAP": {
        AUCUN: 58,
        "Certificat de formation générale": 5,
        BREVET: 18,
        CAP: 13,
        "BEP": 2,
        BAC_PRO: 4,
        BAC: 2,
    },
    "BAC PRO": {AUCUN: 30, BREVET: 34, CAP: 32, "BEP": 4},
    "BP": {AUCUN: 6, CAP: 74, "BEP": 6, BAC_PRO: 9, BAC: 3, BAC_OU_BP: 2},
    "BTS": {BAC_PRO: 52, BAC: 30, BAC_OU_BP: 14, BAC_2: 4},
    "TP": {AUCUN: 45, BREVET: 20, CAP: 30, BAC_PRO: 5},
    "MC": {CAP: 75, "BEP": 10, BAC_PRO: 15},
    "DUT": {BAC: 75, BAC_PRO: 15, BAC_OU_BP: 10},
    "LICENCE PRO": {BAC_2: 85, LICENCE_PRO: 10, LICENCE: 5},
    "INGENIEUR": {BAC_2: 55, BAC: 15, LICENCE: 12, LICENCE_PRO: 8, BAC_3: 10},
    "MASTER": {LICENCE: 42, LICENCE_PRO: 18, MASTER_1: 25, BAC_3: 15},
}
NIVEAUX_ENTREE = (
    AUCUN, "Certificat de formation générale", BREVET, CAP, "BEP", BAC_PRO, BAC, BAC_OU_BP, BAC_2,
    LICENCE_PRO, LICENCE, BAC_3, MASTER_1,
)  # fmt: skip
NIVEAUX_TYPES = ("CAP", "TP", "BAC PRO", "MC", "BP", "BTS", "DUT", "LICENCE PRO", "INGENIEUR", "MASTER")
# Successive nomenclatures of one diploma: the old one for cycles begun before 2021, the new one from then on.
NOMENCLATURES = {
    "CAP Maçon": "CAP Maçon (dernière session 2022)",
    "CAP Métallier": "CAP Serrurier métallier (dernière session 2022)",
}
ANCIENNES = (*NOMENCLATURES.values(), "CAP Monteur en installations thermiques (ancienne nomenclature)")
AFFINITES = (
    ("Obtention du diplôme (candidat libre)", "Fin de contrat"),
    ("Embauche dans l'entreprise de l'alternant", "Fin de contrat"),
    ("Liquidation judiciaire de l'entreprise", "Cessation d'activité"),
    ("Fermeture définitive de l'entreprise", "Cessation d'activité"),
    ("Problème de validité des papiers d'identité", "Problèmes administratifs"),
    ("Santé (physique ou morale)", "Problématiques personnelles"),
    ("Déménagement", "Problématiques personnelles"),
    ("Mauvais choix d'orientation", "Erreur d'orientation ou changement d'orientation"),
    ("Compétences insuffisantes de l'apprenti", "Mauvaise adaptation aux attentes de l'entreprise"),
    (
        "Non-respect des contraintes professionnelles en entreprise",
        "Mauvaise adaptation aux attentes de l'entreprise",
    ),
    ("Choix d'une autre formation dans un autre établissement", "Départ volontaire de l'apprenti"),
    ("Abandon", "Départ volontaire de l'apprenti"),
)
# When in the year a motif is given: 0 in its first weeks, 1 in its last; 0.5 for the others.
MOMENTS = {
    "Choix d'une autre formation dans un autre établissement": 0.25,
    "Mauvais choix d'orientation": 0.3,
    "Non-respect des contraintes professionnelles en entreprise": 0.4,
    "Obtention du diplôme (candidat libre)": 1.0,
    "Embauche dans une autre entreprise": 0.8,
}
# Years before the report's: apprentices as a share of the published year's, ruptures other than of a CAP.
EFFECTIF_CAP = {2021: 0.957, 2020: 0.91, 2019: 0.87}
EFFECTIF_AUTRE = {2021: 0.972, 2020: 0.93, 2019: 0.9}
RUPTURES_CAP = {2020: 199, 2019: 188}  # 2020-2021: as many as in the published year
RUPTURES_AUTRES = {2021: 111, 2020: 104, 2019: 97}
REMPLACEES = frozenset(NOMENCLATURES.values())


@dataclass(frozen=True)
class PublishedDiploma:
    """A line of `diplomes.csv`."""

    code: str
    intitule: str
    type: str
    filiere: str


@dataclass(frozen=True)
class PublishedSituation:
    """A line of `situations.csv`; `duree` in years."""

    libelle: str
    type: str
    duree: int
    annee_cycle: int


def read_table(chemin: Path) -> list[dict[str, str]]:
    """Rows of a UTF-8 CSV."""
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


def choose(rng: random.Random, poids: dict[str, float]) -> str:
    """A key drawn with its weight."""
    return rng.choices(list(poids), list(poids.values()))[0]


def share_out(total: int, poids: dict[str, float]) -> dict[str, int]:
    """Whole numbers that add up to `total`, in proportion to the weights (largest remainders)."""
    somme = sum(poids.values())
    exacts = {cle: total * p / somme for cle, p in poids.items()}
    entiers = {cle: int(valeur) for cle, valeur in exacts.items()}
    par_reste = sorted(exacts, key=lambda cle: (entiers[cle] - exacts[cle], cle))
    for cle in par_reste[: total - sum(entiers.values())]:
        entiers[cle] += 1
    return entiers


class PublishedFigures:
    """The published tables and the referentials they use."""

    @cached_property
    def diplomes(self) -> dict[str, PublishedDiploma]:
        lignes = read_table(REFERENTIELS / "diplomes.csv")
        return {
            d["intitule"]: PublishedDiploma(d["code_diplome"], d["intitule"], d["type_diplome"], d["filiere"])
            for d in lignes
        }

    @cached_property
    def situations(self) -> dict[str, PublishedSituation]:
        lignes = read_table(REFERENTIELS / "situations.csv")
        return {
            s["libelle"]: PublishedSituation(
                s["libelle"], s["type_diplome"], int(s["duree_mois"]) // 12, int(s["annee_cycle"])
            )
            for s in lignes
        }

    @cached_property
    def actifs(self) -> dict[str, int]:
        """Structure → apprentices still under contract."""
        return {s["structure"]: int(s["inscrits_actifs"]) for s in read_table(PUBLIE / "structures.csv")}

    @cached_property
    def ruptures_par_type(self) -> dict[tuple[str, str], int]:
        """(structure, type of diploma) → net ruptures, what the published table leaves out included."""
        lignes = read_table(PUBLIE / "ruptures_par_cfa_et_type_diplome.csv")
        publiees = {(r["structure"], r["type_diplome"]): int(r["ruptures_nettes"]) for r in lignes}
        return publiees | {(structure, type_): n for structure, type_, n in RUPTURES_HORS_TABLEAU}

    @cached_property
    def ruptures_par_diplome(self) -> dict[str, int]:
        lignes = read_table(PUBLIE / "ruptures_par_diplome.csv")
        return {r["diplome"]: int(r["ruptures_nettes"]) for r in lignes}

    def expand(self, table: str, colonne: str, type_diplome: str | None = None) -> list[str]:
        """Each wording of a table as many times as it has net ruptures, of one type of diploma if given."""
        return [
            ligne[colonne]
            for ligne in read_table(PUBLIE / f"ruptures_par_{table}.csv")
            if type_diplome in (None, ligne.get("type_diplome"))
            for _ in range(int(ligne["ruptures_nettes"]))
        ]

    def diplome(self, rng: random.Random, type_: str, debut_cycle: int) -> PublishedDiploma:
        """A diploma of the type, drawn by its published ruptures, in the nomenclature of the time."""
        ruptures = self.ruptures_par_diplome
        poids = {
            nom: (ruptures[nom] + ruptures.get(NOMENCLATURES.get(nom, ""), 0) + 1.0)
            * (SURPLUS_FLUIDES if d.filiere == "Fluides" else 1.0)
            for nom, d in self.diplomes.items()
            if d.type == type_ and (nom not in ANCIENNES or (debut_cycle < 2021 and nom not in REMPLACEES))
        }
        nom = choose(rng, poids)
        return self.diplomes[nom if debut_cycle >= 2021 else NOMENCLATURES.get(nom, nom)]
