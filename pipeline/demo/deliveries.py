"""Invented contracts → the rows of the deliveries: versions, avenants, follow-up, and the dirt of real files.

A row maps every column of `schemas.CONTRATS` to its text, dates still being dates. The newest delivery
tells the truth; the older one tells what was known then, and is the only one to hold the contracts ended
before the first complete year.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from pipeline.demo.contracts import EXTRACTION, DemoContract, DemoWorld, between
from pipeline.demo.incidents import never_started
from pipeline.demo.names import DemoEmployer, DemoPerson
from pipeline.demo.published import NPEC, REFERENTIELS, read_table
from pipeline.schemas import CONTRATS

ExportValue = str | date
ExportRow = dict[str, ExportValue]
ANCIENNE = date(2022, 3, 31)
ARCHIVES_AVANT = date(2019, 8, 16)
SUIVIES = ("diplomeentree", "situation", "motifexprime", "motifvalide", "npecannuel")
TYPES_CERFA = {
    "CAP": "33", "MC": "35", "TP": "38", "BAC PRO": "41", "BP": "49", "BTS": "54", "DUT": "55",
    "LICENCE PRO": "62", "INGENIEUR": "74", "MASTER": "73",
}  # fmt: skip
# Cells that an avenant may leave empty: what it does not change is not always written again.
FACULTATIVES = (
    "naf", "codeidcc", "nombredesalaries", "typeemployeur", "sexe", "derniereclasse", "situationavantcontrat",
    "adressecodepostal", "dateconclusion", "rncp", *SUIVIES,
)  # fmt: skip
PART_D_AVENANTS = 0.08


class Writing:
    """How contracts are written in rows: what the referentials know, and how each person is written."""

    def __init__(self, rng: random.Random, monde: DemoWorld) -> None:
        self.rng = rng
        self.etablissements = {e["nom"]: e for e in read_table(REFERENTIELS / "etablissements.csv")}
        par_uai = {e["uai"]: e["siret"] for e in self.etablissements.values()}
        self.siret_cfa = {nom: par_uai[e["uai_cfa_rattachement"]] for nom, e in self.etablissements.items()}
        self.npec = {n["code_diplome"]: int(n["npec_annuel"]) for n in read_table(NPEC)}
        self.formes: dict[str, list[str]] = {}
        for ligne in read_table(REFERENTIELS / "diplomes_entree.csv"):
            self.formes.setdefault(ligne["libelle"], []).append(ligne["source"])
        self.rncp = {d.code: f"RNCP9{rang:04d}" for rang, d in enumerate(monde.publie.diplomes.values())}
        self.identites = settle_writing(rng, monde)
        self.diplomes = list(monde.publie.diplomes.values())

    def row(self, contrat: DemoContract) -> ExportRow:
        """The initial row of a contract, complete."""
        rng, fiche = self.rng, contrat.fiche
        etablissement = self.etablissements[fiche.structure]
        npec = self.npec[fiche.diplome.code] + 100 * rng.choice((0, 0, 0, 0, -2, 3))
        return dict.fromkeys((c.nom for c in CONTRATS), "") | self.identites[contrat.numero] | {
            "nocontrat": "" if contrat.sans_numero else contrat.numero,
            "typecontrat": "" if contrat.type == "11" and rng.random() < 0.02 else contrat.type,
            "statut": contrat.statut or ("Corrigé" if rng.random() < 0.03 else ""),
            "dateconclusion": contrat.conclusion,
            "datedebutcontrat": contrat.debut,
            "datefincontrat": contrat.fin,
            "dateeffetrupture": contrat.rupture or "",
            "datesignalementrupture": contrat.signalement or "",
            "rupture_avant_debut": str(contrat.avant_debut).lower(),
            "dispositif": "APPR",
            "sexe": contrat.personne.sexe,
            "codediplome": fiche.diplome.code,
            "rncp": self.rncp[fiche.diplome.code],
            "intituleouqualification": fiche.diplome.intitule,
            "typediplome": TYPES_CERFA[fiche.diplome.type],
            "datedebutformation": contrat.formation[0],
            "datefinformation": contrat.formation[1],
            "derniereclasse": rng.choice(("01", "11", "12", "40")),
            "situationavantcontrat": rng.choice(("1", "1", "1", "2", "4", "8", "11")),
            "uaicfa": etablissement["uai_cfa_rattachement"],
            "siret": etablissement["siret"],
            "siretcfa": self.siret_cfa[fiche.structure],
            **employer_cells(contrat.employeur),
            "adressecodepostal": contrat.personne.code_postal,
            "diplomeentree": rng.choice(self.formes[fiche.entree]),
            "situation": fiche.situation.libelle if rng.random() < 0.88 else "",
            "motifexprime": fiche.motif_exprime if contrat.statut == "Rompu" else "",
            "motifvalide": fiche.motif_valide if contrat.statut == "Rompu" else "",
            "codemotifrupture": str(rng.randint(1, 11)) if contrat.rupture else "",
            "npecannuel": str(npec) if rng.random() < 0.9 else "",
        }  # fmt: skip

    def states(self, contrat: DemoContract) -> list[ExportRow]:
        """The initial row and the avenants of a contract: together they say what `row` says."""
        rng, ligne = self.rng, self.row(contrat)
        fin = min(contrat.jour_fin, EXTRACTION) - timedelta(days=5)
        debut = contrat.debut + timedelta(days=30)
        jour_inconnu = contrat.statut != "" and contrat.rupture is None
        if contrat.sans_numero or jour_inconnu or fin <= debut or rng.random() > PART_D_AVENANTS:
            return [ligne]
        jours = sorted(between(rng, debut, fin) for _ in range(rng.choice((1, 1, 1, 2))))
        return [ligne, *self.amend(ligne, contrat, jours)]

    def amend(self, initiale: ExportRow, contrat: DemoContract, jours: list[date]) -> Iterable[ExportRow]:
        """Avenants on these days; what they change is put back to its older value in the initial row."""
        rng, complete = self.rng, dict(initiale)
        for rang, jour in enumerate(jours, start=1):
            code = rng.choice(("31", "32", "33", "34", "35", "36", "36", "36", "37", "38"))
            avenant = complete | {"typecontrat": code, "noavenant": str(rang), "dateeffetavenant": jour}
            avenant |= dict.fromkeys(rng.sample(FACULTATIVES, rng.randint(0, 6)), "")
            if code == "31":
                avenant["denomination"] = f"{contrat.employeur.denomination} et associés"
            elif code in ("33", "34") and rang == 1 and contrat.jour_rupture is None:
                initiale["datefincontrat"] = max(jour, contrat.fin - timedelta(days=rng.randint(15, 60)))
            elif code == "35" and rang == 1:
                memes = [d for d in self.diplomes if d.type == contrat.fiche.diplome.type]
                autre = rng.choice(memes)
                initiale |= {
                    "codediplome": autre.code,
                    "intituleouqualification": autre.intitule,
                    "rncp": self.rncp[autre.code],
                }
            if avenant["idalternant"] and rng.random() < 0.3:
                avenant |= {"nom": "", "prenom": "", "datenaissance": ""}
            elif contrat.fiche.structure.startswith("BTP CFA") and rng.random() < 0.2:
                avenant |= {"siret": "", "siretcfa": ""}
            # A rupture is written on one of the states, here the last one or the first.
            if rang < len(jours) or rng.random() < 0.3:
                avenant |= {"statut": "", "dateeffetrupture": "", "datesignalementrupture": ""}
            yield avenant


def employer_cells(employeur: DemoEmployer) -> dict[str, str]:
    """Cells that say who the employer is."""
    return {
        "siretemployeur": employeur.siret,
        "denomination": employeur.denomination,
        "naf": employeur.naf,
        "codeidcc": employeur.idcc,
        "nombredesalaries": str(employeur.salaries),
        "typeemployeur": employeur.type,
        "employeurcodepostal": employeur.code_postal,
    }


def plain(texte: str) -> str:
    """Capitals without accents, hyphens as spaces: another way to write a name."""
    decompose = unicodedata.normalize("NFD", texte.upper()).replace("-", " ")
    return "".join(c for c in decompose if not unicodedata.combining(c))


def write_person(personne: DemoPerson) -> ExportRow:
    """Identity cells, all filled (but for an `idalternant` that the person has not)."""
    return {
        "idalternant": personne.idalternant,
        "nom": personne.nom.upper(),
        "prenom": personne.prenom,
        "datenaissance": personne.naissance,
    }


def settle_writing(rng: random.Random, monde: DemoWorld) -> dict[str, ExportRow]:
    """Contract number → identity cells. One person is always recognisable: a contract known by its
    identifier alone is the person's only one, or comes after one that carries both the identifier and the
    name."""
    identites: dict[str, ExportRow] = {}
    confondus: list[DemoPerson] = []
    for contrats in monde.by_person().values():
        facon = rng.random()
        personne = contrats[0].personne
        for rang, contrat in enumerate(contrats):
            cellules = write_person(personne)
            if rng.random() < 0.06:
                cellules |= {"nom": plain(personne.nom), "prenom": plain(personne.prenom)}
            if personne.idalternant and facon < 0.05 and rang == len(contrats) - 1:
                cellules |= {"nom": "", "prenom": "", "datenaissance": ""}
            elif personne.idalternant and facon < 0.05:
                pass
            elif facon < 0.25:
                cellules["idalternant"] = ""
            elif personne.idalternant and len(contrats) == 1 and len(confondus) < 4 and rng.random() < 0.01:
                # Two people typed under one identifier: it then identifies neither.
                confondus.append(personne)
                cellules["idalternant"] = confondus[(len(confondus) - 1) // 2 * 2].idalternant
            identites[contrat.numero] = cellules
    return identites


def is_known_then(jour: ExportValue) -> bool:
    """Not later than the older delivery; an empty cell is."""
    return not isinstance(jour, date) or jour <= ANCIENNE


def as_known_then(etat: ExportRow) -> ExportRow:
    """A state as the older delivery has it: without a rupture reported since."""
    if is_known_then(etat["datesignalementrupture"]):
        return dict(etat)
    return etat | {"statut": "", "dateeffetrupture": "", "datesignalementrupture": "", "codemotifrupture": ""}


def late_corrections(rng: random.Random, monde: DemoWorld) -> dict[str, ExportRow]:
    """Contract number → cells that the older delivery had wrong: ruptures withdrawn since, or moved by some
    days."""
    corrections: dict[str, ExportRow] = {}
    en_cours = [c for c in monde.contrats if not c.statut and c.debut < date(2021, 11, 1) and c.fin > date(2022, 8, 15)]
    for contrat in rng.sample([c for c in en_cours if not never_started(c)], 14):
        jour = between(rng, date(2021, 12, 1), date(2022, 3, 20))
        corrections[contrat.numero] = {
            "statut": "Rompu",
            "dateeffetrupture": jour,
            "datesignalementrupture": jour,
        }
    rompus = [
        (c, c.rupture)
        for c in monde.contrats
        if c.rupture and date(2021, 10, 1) < c.rupture < date(2022, 2, 20) and not never_started(c)
    ]
    for contrat, rupture in rng.sample(rompus, 12):
        jour = rupture + timedelta(days=rng.choice((-2, -1, 1, 3, 7, 30)))
        corrections[contrat.numero] = {
            "statut": "Rompu",
            "dateeffetrupture": jour,
            "datesignalementrupture": jour,
        }
    return corrections


def unnumbered_then(rng: random.Random, monde: DemoWorld) -> frozenset[str]:
    """Numbers of the re-signed contracts that had none yet in the older delivery."""
    recents = [c for c in monde.contrats if c.type == "23" and date(2022, 2, 1) <= c.debut <= ANCIENNE]
    return frozenset(c.numero for c in rng.sample(recents, min(8, len(recents))))


def write_rows(
    rng: random.Random, monde: DemoWorld
) -> tuple[list[ExportRow], list[ExportRow], list[ExportRow], dict[str, list[ExportRow]]]:
    """(newest delivery, older delivery, follow-up, contract number → its rows in the deliveries, the first one initial
    and complete), before the dirt."""
    ecriture = Writing(rng, monde)
    nouvelles: list[ExportRow] = []
    anciennes: list[ExportRow] = []
    suivi: list[ExportRow] = []
    par_contrat: dict[str, list[ExportRow]] = {}
    corriges = late_corrections(rng, monde)
    provisoires = unnumbered_then(rng, monde)
    for contrat in monde.contrats:
        etats = ecriture.states(contrat)
        connus: list[ExportRow] = []
        archive = contrat.jour_fin < ARCHIVES_AVANT
        if contrat.conclusion <= ANCIENNE and not contrat.sans_numero:
            connus = [as_known_then(e) for e in etats if is_known_then(e["dateeffetavenant"])]
            connus[-1] |= corriges.get(contrat.numero, {})
            if contrat.numero in provisoires and len(etats) == 1:
                connus[-1]["nocontrat"] = ""
        if not contrat.sans_numero and (archive or rng.random() < 0.45):
            suivi.append({"nocontrat": contrat.numero} | {c: etats[0][c] for c in SUIVIES})
            if rng.random() < 0.85:
                for etat in etats:
                    etat.update(dict.fromkeys(SUIVIES, ""))
        anciennes += connus
        if not archive:
            nouvelles += etats
        par_contrat[contrat.numero] = etats + connus
    return nouvelles, anciennes, [ligne for ligne in suivi if any(ligne[c] for c in SUIVIES)], par_contrat
