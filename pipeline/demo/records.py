"""One record per apprentice and year: what the invented contracts must add up to.

For 2021-2022 the 326 broken contracts are dealt out so that every published table is reproduced at once;
headcounts, which were published by structure only, and the other years are made plausible.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.demo.published import (
    AFFINITES,
    ANCIENNES,
    ANNEE,
    EFFECTIF_AUTRE,
    EFFECTIF_CAP,
    LISSAGE,
    MOMENTS,
    NIVEAUX_ENTREE,
    NIVEAUX_TYPES,
    NOMENCLATURES,
    POIDS_ENTREES,
    POIDS_SITUATIONS,
    PREMIER_MOIS,
    RISQUE,
    RUPTURES_AUTRES,
    RUPTURES_CAP,
    TYPES_PAR_UFA,
    PublishedDiploma,
    PublishedFigures,
    PublishedSituation,
    choose,
    share_out,
)

Outcome = Literal["actif", "rompu", "terme"]


@dataclass(frozen=True)
class DemoRecord:
    """What one apprentice is to be in one year: still under contract, broken or come to term.

    Attributes:
        mois: month of the rupture (`2021-09`), empty when its day is unknown.
    """

    annee: int
    structure: str
    diplome: PublishedDiploma
    situation: PublishedSituation
    entree: str
    issue: Outcome
    mois: str = ""
    motif_exprime: str = ""
    motif_valide: str = ""

    @property
    def debut_cycle(self) -> int:
        """Calendar year in which the training began. A rupture of the window's first fortnight comes before
        the new school year, hence in the same year of cycle as the year before."""
        rentree_avant = self.mois == f"{self.annee - 1}-08"
        return self.annee - self.situation.annee_cycle - rentree_avant


def draw_fiche(
    rng: random.Random,
    publie: PublishedFigures,
    annee: int,
    structure: str,
    type_: str,
    issue: Outcome,
    derniere_annee: bool = False,
    mois: str = "",
) -> DemoRecord:
    """A plausible record; `derniere_annee` asks for the last year of a cycle."""
    poids = POIDS_SITUATIONS[type_]
    if derniere_annee:
        finales = {s for s in poids if publie.situations[s].duree == publie.situations[s].annee_cycle}
        poids = {s: p for s, p in poids.items() if s in finales}
    if issue == "rompu" and (publiees := publie.expand("situation", "situation", type_)):
        poids = dict(Counter(publiees))
    situation = publie.situations[choose(rng, {s: float(p) for s, p in poids.items()})]
    entree = choose(rng, {e: float(p) for e, p in POIDS_ENTREES[type_].items()})
    provisoire = DemoRecord(annee, structure, publie.diplomes["CAP Maçon"], situation, entree, issue, mois)
    return replace(provisoire, diplome=publie.diplome(rng, type_, provisoire.debut_cycle))


def headcounts(publie: PublishedFigures) -> dict[tuple[str, str], int]:
    """(structure, type of diploma) → apprentices still under contract in the published year."""
    effectifs = {}
    for structure, actifs in publie.actifs.items():
        poids = TYPES_PAR_UFA.get(structure) or {
            type_: (n + LISSAGE.get(type_, 0.3)) / RISQUE[type_] - n
            for (nom, type_), n in publie.ruptures_par_type.items()
            if nom == structure
        }
        effectifs |= {(structure, type_): n for type_, n in share_out(actifs, poids).items()}
    return effectifs


def pair_motifs(rng: random.Random, publie: PublishedFigures) -> list[tuple[str, str]]:
    """Each motif of the company with one of the CFA: the natural pairs first, the rest at random; those
    that the company did not give are last and empty."""
    valides = Counter(publie.expand("motif_valide", "motif_valide"))
    exprimes = Counter(publie.expand("motif_exprime", "motif_exprime"))
    exprimes[""] = sum(valides.values()) - sum(exprimes.values())
    paires = []
    for exprime, valide in AFFINITES:
        # Three in four, so that no pair is automatic where numbers are large.
        n = min(exprimes[exprime], valides[valide])
        n = n if n < 10 else 3 * n // 4
        paires += [(exprime, valide)] * n
        exprimes[exprime] -= n
        valides[valide] -= n
    restants = list(valides.elements())
    rng.shuffle(restants)
    return paires + list(zip(exprimes.elements(), restants, strict=True))


def deal_diplomas(
    rng: random.Random, publie: PublishedFigures, type_: str
) -> list[tuple[PublishedDiploma, PublishedSituation]]:
    """The published diplomas of a type with its published situations: old nomenclatures in their last year,
    the new ones of 2021 in their first."""

    def rank(nom: str) -> float:
        return -1.0 if nom in NOMENCLATURES else 2.0 if nom in ANCIENNES else rng.random()

    diplomes = sorted(publie.expand("diplome", "diplome", type_), key=rank)
    situations = [publie.situations[s] for s in publie.expand("situation", "situation", type_)]
    situations.sort(key=lambda s: (s.annee_cycle, rng.random()))
    return [(publie.diplomes[d], s) for d, s in zip(diplomes, situations, strict=True)]


def deal_months(rng: random.Random, publie: PublishedFigures, fiches: list[DemoRecord]) -> list[DemoRecord]:
    """The fiches with a month: first years rather early, none of a diploma created in 2021 before its first
    day. The ruptures of unknown day come last, as those of a summer that is still under revision."""
    mois = sorted(publie.expand("mois", "mois"))
    mois += [""] * (len(fiches) - len(mois))
    ordre = sorted(fiches, key=lambda f: rng.random() + 0.25 * (f.situation.annee_cycle > 1))
    possibles = [
        rang
        for rang, f in enumerate(ordre)
        if f.diplome.type in ("CAP", "BP", "BAC PRO") and f.diplome.intitule not in NOMENCLATURES
    ]
    en_aout = frozenset(possibles[: mois.count(f"{ANNEE - 1}-08")])
    rangs = sorted(range(len(ordre)), key=lambda rang: rang not in en_aout)
    return [replace(ordre[rang], mois=m) for rang, m in zip(rangs, mois, strict=True)]


def published_ruptures(rng: random.Random, publie: PublishedFigures) -> list[DemoRecord]:
    """The 326 net ruptures of the published year: every published table at once."""
    par_type: dict[str, list[tuple[PublishedDiploma, PublishedSituation]]] = {}
    fiches = []
    for (structure, type_), nombre in publie.ruptures_par_type.items():
        if type_ not in par_type:
            par_type[type_] = deal_diplomas(rng, publie, type_)
            rng.shuffle(par_type[type_])
        for _ in range(nombre):
            diplome, situation = par_type[type_].pop()
            fiches.append(DemoRecord(ANNEE, structure, diplome, situation, "", "rompu"))

    # The higher the diploma prepared, the higher the one on entry, but for some.
    def level(fiche: DemoRecord) -> float:
        niveau = NIVEAUX_TYPES.index(fiche.diplome.type)
        return niveau + (rng.gauss(0, 1.6) if niveau < 5 else 1.0)

    entrees = sorted(publie.expand("diplome_entree", "diplome_entree"), key=NIVEAUX_ENTREE.index)
    fiches = [replace(f, entree=e) for f, e in zip(sorted(fiches, key=level), entrees, strict=True)]
    fiches = deal_months(rng, publie, fiches)
    paires = sorted(pair_motifs(rng, publie), key=lambda p: MOMENTS.get(p[0], 0.5) + rng.gauss(0, 0.25))
    return [replace(f, motif_exprime=e, motif_valide=v) for f, (e, v) in zip(fiches, paires, strict=True)]


def published_year(rng: random.Random, publie: PublishedFigures) -> list[DemoRecord]:
    """The 2,984 apprentices of the published year."""
    actifs = [
        draw_fiche(rng, publie, ANNEE, structure, type_, "actif")
        for (structure, type_), nombre in headcounts(publie).items()
        for _ in range(nombre)
    ]
    return published_ruptures(rng, publie) + actifs


def earlier_year(
    rng: random.Random, publie: PublishedFigures, annee: int, deja: Counter[tuple[str, str]], modeles: list[DemoRecord]
) -> list[DemoRecord]:
    """Those of an earlier year who are not in the next: net ruptures and last years of cycle.

    Args:
        deja: (structure, type) → apprentices of the year already known from the next one.
        modeles: net ruptures of the published year, which the year's resemble.
    """
    ruptures = Counter(publie.ruptures_par_type)
    cap = [cle for cle in ruptures.elements() if cle[1] == "CAP"]
    autres = [cle for cle in ruptures.elements() if cle[1] != "CAP"]
    tirees = rng.choices(cap, k=RUPTURES_CAP.get(annee, len(cap))) + rng.choices(autres, k=RUPTURES_AUTRES[annee])
    fiches = []
    for structure, type_ in tirees:
        modele = rng.choice(modeles)
        mois = modele.mois and f"{int(modele.mois[:4]) - ANNEE + annee}{modele.mois[4:]}"
        if mois:
            mois = max(mois, PREMIER_MOIS)
        fiche = draw_fiche(rng, publie, annee, structure, type_, "rompu", mois=mois)
        fiches.append(replace(fiche, motif_exprime=modele.motif_exprime, motif_valide=modele.motif_valide))
    rompus = Counter(tirees)
    for cle, actifs in headcounts(publie).items():
        part = EFFECTIF_CAP if cle[1] == "CAP" else EFFECTIF_AUTRE
        manquants = round((actifs + ruptures[cle]) * part[annee]) - rompus[cle] - deja[cle]
        fiches += [draw_fiche(rng, publie, annee, *cle, "actif", derniere_annee=True) for _ in range(max(manquants, 0))]
    return fiches


def leavers(rng: random.Random, publie: PublishedFigures, annee: int, nombre: int) -> list[DemoRecord]:
    """Apprentices whose contract comes to its term in July."""
    cles = rng.choices(list(Counter(headcounts(publie)).elements()), k=nombre)
    return [draw_fiche(rng, publie, annee, *cle, "terme", derniere_annee=True) for cle in cles]
