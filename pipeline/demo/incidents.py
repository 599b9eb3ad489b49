"""What happens to the invented contracts: broken and signed again, never started, broken at their term,
numbered.

None of these changes the net ruptures of a published window.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from pipeline.demo.contracts import EXTRACTION, PREMIERE_RENTREE, DemoContract, DemoWorld, between, window
from pipeline.demo.published import ANNEE

# Contracts broken and followed by another one, by year: gross ruptures are about 1.25 times the net ones.
RESIGNES = {2019: 70, 2020: 76, 2021: 79, 2022: 83}
RUPTURES_D_AUTOMNE = 85
NUMEROS_EN_ATTENTE = 10


def add_incidents(monde: DemoWorld) -> None:
    """Everything of this module, in order."""
    motifs = [(c.fiche.motif_exprime, c.fiche.motif_valide) for c in monde.contrats if c.fiche.motif_valide]
    for annee, nombre in RESIGNES.items():
        break_and_resign(monde, motifs, annee, nombre)
    break_in_autumn(monde, motifs)
    break_at_term(monde, motifs)
    add_never_started(monde)
    set_types(monde)
    number(monde)


def break_contract(monde: DemoWorld, motifs: list[tuple[str, str]], contrat: DemoContract, jour: date) -> None:
    """Write a rupture, with its motifs, on a contract."""
    exprime, valide = monde.rng.choice(motifs)
    contrat.fiche = replace(contrat.fiche, issue="rompu", mois="", motif_exprime=exprime, motif_valide=valide)
    contrat.rupture, contrat.statut = jour, "Rompu"
    contrat.signalement = min(jour + timedelta(days=monde.rng.randint(1, 20)), EXTRACTION)


def split(monde: DemoWorld, motifs: list[tuple[str, str]], contrat: DemoContract, jour: date, limite: date) -> None:
    """Break a contract on a day; another one, begun by `limite`, goes on to its end."""
    rng = monde.rng
    repris = min(jour + timedelta(days=int(rng.expovariate(0.05))), limite)
    employeur = monde.registre.nouvel_employeur(contrat.fiche.diplome.filiere)
    conclusion = max(jour, repris - timedelta(days=rng.randint(0, 5)))
    monde.contrats.append(replace(contrat, employeur=employeur, conclusion=conclusion, debut=repris))
    break_contract(monde, motifs, contrat, jour)


def break_and_resign(monde: DemoWorld, motifs: list[tuple[str, str]], annee: int, nombre: int) -> None:
    """Cut `nombre` contracts of a year in two, both ends of the gap inside its window."""
    rng = monde.rng
    debut, fin = window(annee)
    candidats = [c for c in monde.contrats if c.debut <= fin and c.jour_fin >= debut and not c.retour]
    rng.shuffle(candidats)
    for contrat in candidats:
        premier = max(contrat.debut + timedelta(days=12), debut + timedelta(days=5))
        dernier = min(contrat.jour_fin - timedelta(days=15), fin - timedelta(days=1))
        if nombre and (dernier - premier).days > 40:
            split(monde, motifs, contrat, between(rng, premier, dernier - timedelta(days=10)), dernier)
            nombre -= 1


def break_in_autumn(monde: DemoWorld, motifs: list[tuple[str, str]]) -> None:
    """Ruptures between the published window and the extraction, some signed again."""
    rng = monde.rng
    debut, fin = date(ANNEE, 8, 17), EXTRACTION - timedelta(days=3)
    vivants = [c for c in monde.contrats if not c.retour and c.covers(EXTRACTION)]
    for contrat in rng.sample(vivants, RUPTURES_D_AUTOMNE):
        premier = max(debut, contrat.debut + timedelta(days=3))
        if premier >= fin:
            continue
        jour = between(rng, premier, fin)
        if rng.random() < 0.3 and (fin - jour).days > 10:
            split(monde, motifs, contrat, jour, fin)
        else:
            break_contract(monde, motifs, contrat, jour)


def break_at_term(monde: DemoWorld, motifs: list[tuple[str, str]]) -> None:
    """Ruptures written on or after the planned end, and contracts called broken without any date: no
    ruptures."""
    rng = monde.rng
    termes = [c for c in monde.contrats if c.jour_rupture is None and not c.statut and c.fin < EXTRACTION]
    choisis = rng.sample(termes, 30)
    for contrat in choisis[:26]:
        break_contract(monde, motifs, contrat, contrat.fin + timedelta(days=rng.choice((0, 0, 1, 5, 12))))
    for contrat in choisis[26:]:
        contrat.statut = "Rompu"


def add_never_started(monde: DemoWorld) -> None:
    """Contracts cancelled, deleted or broken before their first day, of newcomers or just before a real
    contract."""
    rng = monde.rng
    reels = [c for c in monde.contrats if c.debut.year >= PREMIERE_RENTREE and c.debut.month in (9, 10)]
    for rang, modele in enumerate(rng.sample(reels, 66)):
        personne = modele.personne
        if rang % 2:
            personne = monde.registre.personne(modele.debut.year, 16, modele.personne.code_postal)
        debut = modele.debut + timedelta(days=rng.randint(-6, 6))
        fiche = replace(modele.fiche, issue="terme", mois="", motif_exprime="", motif_valide="")
        faux = DemoContract(
            fiche=fiche,
            personne=personne,
            employeur=monde.registre.nouvel_employeur(fiche.diplome.filiere),
            formation=modele.formation,
            conclusion=debut - timedelta(days=rng.randint(6, 20)),
            debut=debut,
            fin=modele.fin,
        )
        if rang < 34:
            faux.statut = "Annulé" if rang < 24 else "Supprimé"
        elif rang < 50:
            faux.avant_debut = True
            faux.rupture = debut - timedelta(days=rng.randint(1, 5)) if rang % 3 else None
        else:
            faux.rupture, faux.statut = debut - timedelta(days=rng.randint(0, 5)), "Rompu"
        faux.signalement = faux.rupture
        monde.contrats.append(faux)


def never_started(contrat: DemoContract) -> bool:
    """Definitions §1."""
    rompu_avant = contrat.rupture is not None and contrat.rupture <= contrat.debut
    return contrat.avant_debut or contrat.statut in ("Annulé", "Supprimé") or rompu_avant


def set_types(monde: DemoWorld) -> None:
    """`typecontrat` of each contract, from the one before."""
    for contrats in monde.by_person().values():
        precedent: DemoContract | None = None
        for contrat in contrats:
            if precedent is None:
                contrat.type = "11"
            elif precedent.jour_rupture:
                contrat.type = "23"
            else:
                contrat.type = "21" if precedent.employeur == contrat.employeur else "22"
            if not never_started(contrat):
                precedent = contrat


def number(monde: DemoWorld) -> None:
    """Contract numbers by department, month and sequence, and the re-signed contracts that have none yet."""
    sequences: Counter[str] = Counter()
    monde.contrats.sort(key=lambda c: (c.conclusion, c.debut, c.personne.nom, c.personne.prenom, c.employeur.siret))
    for contrat in monde.contrats:
        debut = f"0{contrat.employeur.code_postal[:2]}{contrat.conclusion:%Y%m}NC"
        sequences[debut] += 1
        contrat.numero = f"{debut}{sequences[debut]:04d}"
    recents = [c for c in monde.contrats if c.type == "23" and c.debut >= date(ANNEE, 7, 15) and not c.statut]
    for contrat in monde.rng.sample(recents, NUMEROS_EN_ATTENTE):
        contrat.sans_numero = True
