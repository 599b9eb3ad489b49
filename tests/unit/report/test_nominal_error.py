"""What page 2 says where nothing differs: editions of a network drawn anew, with the risk of each apprentice's type of
diploma and year of cycle, whatever its CFA, its employer and the rest. No true effect, a word in one of twenty at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipeline.models import file
from pipeline.report.action import Action, Group, decide
from pipeline.report.breakdowns import Breakdown, BreakdownYear
from pipeline.report.readings import contrasts, strongest
from tests.unit.report.test_readings import ENTETE

SUIVIS, CFA, ANNEES = 2984, 7, ("2019-2020", "2020-2021", "2021-2022")
GENRES = {"annee_du_cycle": 3, "diplome_entree": 5, "filiere": 6, "taille": 5, "secteur": 8, "departement": 8}
DES_CFA = ("annee_du_cycle", "diplome_entree", "filiere", "periode")
PARCOURS = 8  # more than any kind of strata has


class Network:
    """The apprentices of a few years, each with its year, its CFA, its type of diploma and its group of each kind."""

    def __init__(self, graine: int, annees: int) -> None:
        self.hasard, self.nombre = np.random.default_rng(graine), SUIVIS * annees
        self.annee = np.repeat(np.arange(annees), SUIVIS)
        self.cfa = self.hasard.choice(CFA, self.nombre, p=self.hasard.dirichlet(np.full(CFA, 20)))
        self.type = self.hasard.choice(3, self.nombre, p=[0.55, 0.3, 0.15])
        self.genres = {
            genre: self.hasard.choice(nombre, self.nombre, p=self.hasard.dirichlet(np.full(nombre, 3)))
            for genre, nombre in GENRES.items()
        }
        self.risques = 0.05 + 0.03 * self.type + 0.04 * (self.genres["annee_du_cycle"] == 0)

    def draw(self, plus: float = 0.0) -> Action:
        """What is decided of one edition; `plus`: the risk added to the first entry level of the first CFA."""
        vises = (self.cfa == 0) & (self.genres["diplome_entree"] == 0)
        rompus = self.hasard.random(self.nombre) < self.risques + plus * vises
        periodes = self.hasard.choice(3, self.nombre, p=[0.25, 0.5, 0.25])
        return decide(self.groups(rompus, periodes), ANNEES[: self.annee[-1] + 1])

    def groups(self, rompus: np.ndarray, periodes: np.ndarray) -> Iterator[Group]:
        """The groups of `core.groupes`."""
        for genre, rangs in self.genres.items():
            parcours = self.genres["diplome_entree" if genre == "annee_du_cycle" else "annee_du_cycle"]
            if genre in DES_CFA:
                for valeur in range(GENRES[genre]):
                    yield from self.counted(genre, str(valeur), self.cfa, parcours, rompus, rangs == valeur)
            else:
                yield from self.counted(genre, "", rangs, parcours, rompus, np.full(self.nombre, True))
        for periode in range(3):
            ici = rompus & (periodes == periode)
            cycle = self.genres["annee_du_cycle"]
            yield from self.counted("periode", str(periode), self.cfa, cycle, ici, np.full(self.nombre, True))

    def counted(
        self, genre: str, valeur: str, qui: np.ndarray, parcours: np.ndarray, rompus: np.ndarray, ceux: np.ndarray
    ) -> Iterator[Group]:
        """Each of `qui` among `ceux` against all the others, stratum by stratum, as the SQL counts them."""
        strates = ((self.annee * 3 + self.type) * PARCOURS + parcours)[ceux]
        largeur, groupes = 3 * PARCOURS * (int(self.annee[-1]) + 1), int(qui.max()) + 1
        cases, forme = qui[ceux] * largeur + strates, (groupes, largeur)
        n1 = np.bincount(cases, minlength=groupes * largeur).reshape(forme).astype(float)
        k1 = np.bincount(cases, rompus[ceux], minlength=groupes * largeur).reshape(forme)
        n, k = n1.sum(axis=0), k1.sum(axis=0)
        n2, k2 = n - n1, k - k1
        utiles = (n1 > 0) & (n2 > 0)
        dernieres = np.arange(largeur) >= largeur - 3 * PARCOURS
        with np.errstate(divide="ignore", invalid="ignore"):
            variances = n1 * n2 * k * (n - k) / (n**2 * (n - 1))
            moments = np.where(n > 2, variances * (n - 2 * k) * (n - 2 * n1) / (n * (n - 2)), 0.0)
            sommes = [np.where(utiles, x, 0.0).sum(axis=1) for x in (k1 - n1 * k / n, variances, moments)]
            attendues = np.where(utiles & dernieres, n1 * k2 / n2, 0.0).sum(axis=1)
        comptes = [(x * dernieres).sum(axis=1) for x in (k1, n1, k2, n2, k1 * utiles, n1 * utiles)]
        for rang in range(groupes):
            nom, uai = (valeur, str(rang)) if genre in DES_CFA else (str(rang), None)
            ici, suivis, ailleurs, autres, nettes, comparables = (int(compte[rang]) for compte in comptes)
            ecart, variance, moment_3 = (float(somme[rang]) for somme in sommes)
            yield Group(
                genre, nom, genre, uai, uai, ici, suivis, ailleurs, autres, nettes, comparables,
                float(attendues[rang]), ecart, variance, moment_3,
            )  # fmt: skip


def share_that_speaks(graine: int, annees: int, editions: int) -> float:
    """The share of editions of a network without any effect in which « Où agir » names a group."""
    reseau = Network(graine, annees)
    assert len(reseau.draw().examines) > 60
    return sum(bool(reseau.draw().du_reseau) for _ in range(editions)) / editions


def test_no_effect_and_a_group_in_one_edition_of_twenty() -> None:
    assert share_that_speaks(14, annees=1, editions=150) <= 0.05


@pytest.mark.long
@pytest.mark.parametrize("annees", [1, 3])
@pytest.mark.parametrize("graine", range(3))
def test_the_same_over_400_editions(graine: int, annees: int) -> None:
    """0.05 + two standard errors of a share of 400."""
    assert share_that_speaks(graine, annees, 400) <= 0.072


def test_a_group_that_does_differ_is_named() -> None:
    reseau = Network(15, annees=1)
    nommes = [{(g.uai, g.dimension, g.nom) for g in reseau.draw(plus=0.2).du_reseau} for _ in range(30)]
    assert sum(("0", "diplome_entree", "0") in dits for dits in nommes) >= 20


# The readings


def breakdowns(chemin: Path) -> list[Breakdown]:
    """Rate breakdowns of three to eight groups, without rows."""
    chemin.write_text(f"/*\n---{ENTETE}---\n*/\nselect 1 order by 1\n", encoding="utf-8")
    modele = file.parse(chemin, "ventilations")
    noms = ["annee", "filiere", "ruptures_nettes", "effectif", "taux_rupture_nette", "part_ruptures", "part_effectif"]
    return [Breakdown(modele, pl.DataFrame({nom: [] for nom in noms})) for _ in range(len(GENRES) * 2)]


def year(ventilation: Breakdown, k: np.ndarray, n: np.ndarray) -> BreakdownYear:
    """A year of it: as many ruptures and apprentices a group."""
    lignes: list[dict[str, Any]] = [
        {
            "filiere": str(rang), "ruptures_nettes": int(a), "effectif": int(b), "taux_rupture_nette": a / b,
            "part_ruptures": a / k.sum(), "part_effectif": b / n.sum(),
            "fiabilite": "solide" if b >= 50 and a >= 5 else "fragile",
        }
        for rang, (a, b) in enumerate(zip(k, n, strict=True))
    ]  # fmt: skip
    return BreakdownYear(ventilation, "2021-2022", lignes)


def drawn(hasard: np.random.Generator, ventilations: list[Breakdown]) -> list[BreakdownYear]:
    """An edition: each breakdown parts the same apprentices, at one rate for all, into its own groups."""
    rompus = hasard.random(SUIVIS) < 0.109
    editions = []
    for rang, ventilation in enumerate(ventilations):
        groupes = hasard.choice(3 + rang % 6, SUIVIS)
        editions.append(year(ventilation, np.bincount(groupes, rompus), np.bincount(groupes)))
    return editions


@pytest.mark.parametrize("editions", [60, pytest.param(400, marks=pytest.mark.long)])
def test_no_effect_and_a_contrast_in_one_breakdown_of_twenty(tmp_path: Path, editions: int) -> None:
    """In each breakdown, and in the two that page 2 has of all of them; two standard errors more."""
    hasard, ventilations = np.random.default_rng(16), breakdowns(tmp_path / "essai.sql")
    tirees = [drawn(hasard, ventilations) for _ in range(editions)]
    par_ventilation = [bool(contrasts(annuelle)) for annuelles in tirees for annuelle in annuelles]
    assert 0.01 < sum(par_ventilation) / len(par_ventilation) <= 0.05
    assert (
        sum(bool(strongest(annuelles, 2)) for annuelles in tirees) / editions
        <= 0.05 + 2 * (0.05 * 0.95 / editions) ** 0.5
    )
