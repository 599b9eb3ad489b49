"""The invented journal of support: what each CFA wrote of its visits and of its broken contracts, kept well here and
hardly there, with the dirt of real files. It has its own generator: the exports are the same with or without it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from pipeline.demo.contracts import EXTRACTION, DemoContract, DemoWorld
from pipeline.demo.incidents import never_started
from pipeline.demo.published import REFERENTIELS, read_table
from pipeline.schemas import ISSUES

GRAINE_DU_JOURNAL = 20211105
TENU_DEPUIS = date(2021, 8, 16)
# How much of what is done gets written, by CFA: invented, like the rest.
TENUE, TENUES = 0.6, {"0951625A": 0.95, "0931815T": 0.15}
ENTETES = ("No contrat", "Date", "Action", "Résultat", "Commentaire")
# As people write them.
ECRITURES = {"Médiation": ("Médiation", "mediation", "MÉDIATION"), "Visite": ("Visite", "Visite", "visites")}
SIX_MOIS = 182
JournalRow = tuple[str, date | str, str, str]


def write_journal(monde: DemoWorld) -> list[list[str]]:
    """The rows of the journal, its header first, in the order of their days."""
    rng = random.Random(GRAINE_DU_JOURNAL)
    uai = {e["nom"]: e["uai_cfa_rattachement"] for e in read_table(REFERENTIELS / "etablissements.csv")}
    lignes: list[JournalRow] = []
    for contrat in monde.contrats:
        if contrat.sans_numero or never_started(contrat) or contrat.jour_fin < TENU_DEPUIS:
            continue
        tenue = TENUES.get(uai[contrat.fiche.structure], TENUE)
        lignes += [*visits(rng, contrat, tenue), *after_rupture(rng, contrat, tenue)]
    lignes = [ligne for ligne in lignes if isinstance(ligne[1], date) and TENU_DEPUIS <= ligne[1] <= EXTRACTION]
    lignes.sort(key=lambda ligne: (str(ligne[1]), ligne[0]))
    spoil(rng, lignes)
    ecrites = [
        [numero, f"{jour:%d/%m/%Y}" if isinstance(jour, date) else jour, rng.choice(ECRITURES.get(action, (action,))),
         resultat, "à revoir" if rng.random() < 0.02 else ""]
        for numero, jour, action, resultat in lignes
    ]  # fmt: skip
    return [[*ENTETES], *ecrites]


def visits(rng: random.Random, contrat: DemoContract, tenue: float) -> Iterator[JournalRow]:
    """Visits of its first two months and of its last two."""
    for debut, chance in ((contrat.debut, 0.9), (contrat.fin - timedelta(days=58), 0.55)):
        jour = debut + timedelta(days=rng.randint(5, 50))
        if rng.random() < tenue * chance and jour < contrat.jour_fin:
            yield contrat.numero, jour, "Visite", rng.choice(("Réalisé", "Réalisé", "Réalisé", "Refusé", ""))


def after_rupture(rng: random.Random, contrat: DemoContract, tenue: float) -> Iterator[JournalRow]:
    """What was tried before a rupture, then what was done in the six months that follow it."""
    rupture = contrat.jour_rupture
    if rupture is None:
        return

    def after(jours: int) -> date:
        return min(rupture + timedelta(days=jours), EXTRACTION)

    fait = ("Réalisé", "Réalisé", "Refusé")
    numero, avant = contrat.numero, rupture - timedelta(days=rng.randint(3, 40))
    if rng.random() < tenue * 0.5 and avant > contrat.debut:
        yield numero, avant, rng.choice(("Contact", "Médiation", "Médiation")), rng.choice(("Réalisé", "Sans réponse"))
    if rng.random() > tenue:
        return
    premier = int(rng.expovariate(1 / 11))
    yield numero, after(premier), "Contact", rng.choice(("Réalisé", "Réalisé", "Sans réponse"))
    if rng.random() < 0.5:
        yield numero, after(premier + rng.randint(0, 10)), "Stagiaire FP", rng.choice(fait)
    if rng.random() < 0.45:
        yield numero, after(premier + rng.randint(2, 40)), "Mission locale", rng.choice(fait)
    if rng.random() < 0.4:
        yield numero, after(premier + rng.randint(0, 20)), "Entretien de sortie", "Réalisé"
    fin = rupture + timedelta(days=rng.randint(60, SIX_MOIS - 3))
    if rng.random() < 0.7 and fin <= EXTRACTION:
        yield numero, fin, "Contact", rng.choice(ISSUES)


def spoil(rng: random.Random, lignes: list[JournalRow]) -> None:
    """Rows to reject, results of no list, rows of no contract, rows repeated, visits to come."""
    for rang, faute in enumerate((("", "Point d'étape"), ("31/02/2022", ""))):
        numero, jour, action, resultat = lignes[rng.randrange(len(lignes))]
        lignes.insert(100 * (rang + 1), (numero, faute[0] or jour, faute[1] or action, resultat))
    for rang in rng.sample(range(len(lignes)), 3):
        lignes[rang] = (*lignes[rang][:3], "voir le dossier")
    for rang in range(4):
        lignes.insert(50 * (rang + 1), (f"999202109NC8{rang:03d}", date(2022, 1, 10 + rang), "Contact", "Réalisé"))
    for rang in rng.sample(range(len(lignes)), 6):
        lignes.insert(rng.randrange(len(lignes)), lignes[rang])
    for rang in rng.sample(range(len(lignes)), 5):
        lignes.append((lignes[rang][0], EXTRACTION + timedelta(days=rng.randint(3, 20)), "Visite", ""))
