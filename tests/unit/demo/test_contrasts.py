"""What is dealt again in the demonstration: it has contrasts, and no count by status moves."""

from __future__ import annotations

import copy
import random
from collections import Counter, defaultdict
from itertools import pairwise
from typing import NamedTuple

import pytest

from pipeline.demo import GRAINE
from pipeline.demo.contracts import DemoContract, build_world
from pipeline.demo.contrasts import CELLULES, SITUATION, add_contrasts, years_decided
from pipeline.demo.deliveries import ExportRow, employer_cells, write_rows
from pipeline.demo.incidents import add_incidents, never_started
from pipeline.demo.published import PublishedFigures

Rows = dict[str, list[ExportRow]]


class Deal(NamedTuple):
    """The contracts and their rows, before and after; the started contracts of each person, by start."""

    avant: list[DemoContract]
    lignes_avant: Rows
    apres: list[DemoContract]
    lignes: Rows
    personnes: list[list[DemoContract]]


@pytest.fixture(scope="module")
def donne() -> Deal:
    rng = random.Random(GRAINE)
    monde = build_world(rng, PublishedFigures())
    add_incidents(monde)
    *_, lignes = write_rows(rng, monde)
    avant, lignes_avant = [copy.copy(c) for c in monde.contrats], copy.deepcopy(lignes)
    add_contrasts(monde, lignes)
    personnes = [[c for c in siens if not never_started(c)] for siens in monde.by_person().values()]
    return Deal(avant, lignes_avant, monde.contrats, lignes, personnes)


def test_nothing_else_changes_nor_anything_that_decides_a_status(donne: Deal) -> None:
    decides = {numero for siens in donne.personnes for numero, annees in years_decided(siens).items() if annees}
    employeur = {*employer_cells(donne.apres[0].employeur), "typecontrat", SITUATION}
    formation = {c for cellules in CELLULES.values() for c in cellules}
    changes: Counter[str] = Counter()
    for numero, lignes in donne.lignes.items():
        for ligne, ancienne in zip(lignes, donne.lignes_avant[numero], strict=True):
            colonnes = {c for c in ligne if ligne[c] != ancienne[c]}
            assert colonnes <= (employeur if numero in decides else employeur | formation), numero
            changes.update(colonnes)
    assert set(changes) == employeur | formation


def test_broken_contracts_are_as_many_in_each_structure_and_diploma_each_month(donne: Deal) -> None:
    for quoi in ("structure", "diplome"):
        comptes = [
            Counter(
                (f"{c.jour_rupture:%Y-%m}", c.fiche.diplome.type, getattr(c.fiche, quoi))
                for c in contrats
                if c.jour_rupture
            )
            for contrats in (donne.avant, donne.apres)
        ]
        assert comptes[0] == comptes[1]


def test_what_follows_a_rupture_is_not_always_the_same(donne: Deal) -> None:
    paires = [(a, b) for siens in donne.personnes for a, b in pairwise(siens) if a.rupture and a.rupture <= b.debut]
    for part, memes in (
        ((0.75, 0.95), [a.employeur != b.employeur for a, b in paires]),
        ((0.1, 0.3), [a.fiche.diplome != b.fiche.diplome for a, b in paires]),
        ((0.02, 0.2), [a.fiche.structure != b.fiche.structure for a, b in paires]),
    ):
        assert part[0] < sum(memes) / len(memes) < part[1]


def test_a_contract_has_one_employer_in_all_its_rows_and_the_type_that_goes_with_it(donne: Deal) -> None:
    for siens in donne.personnes:
        for avant, contrat in pairwise(siens):
            if contrat.type != "11":
                assert (contrat.type == "21") == (avant.employeur == contrat.employeur)
    for contrat in donne.apres:
        lignes = donne.lignes[contrat.numero]
        assert {ligne["siretemployeur"] for ligne in lignes} == {contrat.employeur.siret}
        assert {ligne["nombredesalaries"] for ligne in lignes} <= {"", str(contrat.employeur.salaries)}
        assert lignes[0]["typecontrat"] in ("", contrat.type)


def test_situations_before_the_contract_follow_earlier_ruptures_and_their_counts_stay(donne: Deal) -> None:
    roles = {numero: annees for siens in donne.personnes for numero, annees in years_decided(siens).items()}
    comptes = [
        Counter((annees, lignes[numero][0][SITUATION]) for numero, annees in roles.items())
        for lignes in (donne.lignes_avant, donne.lignes)
    ]
    assert comptes[0] == comptes[1]
    suivent = [
        b.numero
        for siens in donne.personnes
        for rang, b in enumerate(siens)
        if any(a.jour_rupture and a.jour_rupture <= b.debut for a in siens[:rang])
    ]
    dits = [sum(lignes[n][0][SITUATION] == "8" for n in suivent) for lignes in (donne.lignes_avant, donne.lignes)]
    assert dits[0] < 0.25 * len(suivent) and dits[1] > 0.9 * len(suivent)


def rate(contrats: list[DemoContract]) -> float:
    return sum(c.jour_rupture is not None for c in contrats) / len(contrats)


def test_small_and_distant_employers_have_more_ruptures(donne: Deal) -> None:
    commences = [c for siens in donne.personnes for c in siens]
    petits = rate([c for c in commences if c.employeur.salaries < 5])
    moyens = rate([c for c in commences if 10 <= c.employeur.salaries < 50])
    grands = rate([c for c in commences if c.employeur.salaries >= 250])
    assert petits > 1.15 * moyens and moyens > 1.15 * grands
    voisins = [c for c in commences if c.employeur.code_postal[:2] == c.personne.code_postal[:2]]
    assert 0.25 < len(voisins) / len(commences) < 0.5
    assert rate([c for c in commences if c.employeur.code_postal[:2] != c.personne.code_postal[:2]]) > 1.2 * rate(
        voisins
    )


def test_ruptures_are_concentrated_in_some_employers_more_than_chance_would(donne: Deal) -> None:
    """Squared differences over the variance of independent draws at one rate: about 1 by chance."""
    commences = [c for siens in donne.personnes for c in siens]
    par_employeur: dict[str, list[DemoContract]] = defaultdict(list)
    for contrat in commences:
        par_employeur[contrat.employeur.siret].append(contrat)
    taux = rate(commences)
    ecarts = sum((len(siens) * (rate(siens) - taux)) ** 2 for siens in par_employeur.values())
    assert ecarts / (len(commences) * taux * (1 - taux)) > 1.3
