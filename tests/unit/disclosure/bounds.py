"""What a reader of an edition can compute, a second time and otherwise than the code that chose: one unknown a printed
cell, the sums written from the keys of the tables, no deviation, no cell shared beforehand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from pipeline.disclosure.protected import ProtectedTable

COMPTES = ("ruptures_nettes", "effectif", "sortis_a_terme", "ruptures_brutes")
DIFFERENCES = {"inscrits_actifs": ("effectif", "ruptures_nettes"), "resignees": ("ruptures_brutes", "ruptures_nettes")}


class Printed(NamedTuple):
    """A cell as it is printed: table, year, key, column."""

    table: str
    annee: str
    cle: tuple[tuple[str, str], ...]
    colonne: str


class Reader:
    """One who adds, subtracts and knows that nothing counts less than nobody."""

    def __init__(
        self, tables: Sequence[ProtectedTable], connues: dict[Printed, int] | None = None, des_cfa: Collection[str] = ()
    ) -> None:
        self.des_cfa = des_cfa  # tables that leave out what is no CFA: each adds up to the CFA only
        self.montrees: dict[Printed, int | None] = {}
        self.signes: dict[Printed, str | None] = {}
        for une in tables:
            for ligne in une.frame.to_dicts():
                cle = tuple(sorted((nom, ligne[nom]) for nom in une.cle))
                for colonne in (*COMPTES, *DIFFERENCES):
                    if colonne in une.comptes:
                        ou = Printed(une.nom, ligne["annee"], cle, colonne)
                        self.montrees[ou] = ligne[colonne]
                        self.signes[ou] = ligne[f"{colonne}_statut"]
        for ou, valeur in (connues or {}).items():
            if ou in self.montrees and self.montrees[ou] is None:
                self.montrees[ou] = valeur
        self.place = {ou: rang for rang, ou in enumerate(self.montrees)}
        self.egalites = [*self.sums(tables)]

    def sums(self, tables: Sequence[ProtectedTable]) -> Iterator[dict[int, float]]:
        """Everything that adds up: the columns of a row; the rows of a table, group by group of another, its key being
        part of theirs; and of two tables that share a dimension only, the same groups."""
        groupes: dict[tuple, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        cles = {une.nom: {*une.cle} for une in tables}
        dimensions = {frozenset(cle) for cle in cles.values()} | {frozenset([d]) for cle in cles.values() for d in cle}
        for ou, rang in self.place.items():
            if ou.colonne in DIFFERENCES:
                plus, moins = (self.place[ou._replace(colonne=autre)] for autre in DIFFERENCES[ou.colonne])
                yield {rang: 1.0, moins: 1.0, plus: -1.0}
                continue
            for voulues in dimensions:
                if voulues <= cles[ou.table] and (ou.table not in self.des_cfa or "uai" in voulues):
                    groupe = tuple(paire for paire in ou.cle if paire[0] in voulues)
                    groupes[voulues, ou.annee, ou.colonne, groupe][ou.table].append(rang)
        for par_table in groupes.values():
            (_, premiers), *autres = par_table.items()
            for _, rangs in autres:
                yield {**dict.fromkeys(premiers, 1.0), **dict.fromkeys(rangs, -1.0)}

    def solve(self, ou: Printed, sens: float, bornes: np.ndarray) -> float:
        """The least (1) or greatest (-1) value of a cell."""
        objectif = np.zeros(len(self.place))
        objectif[self.place[ou]] = sens
        trouve = linprog(
            objectif, A_eq=self.matrix, b_eq=np.zeros(len(self.egalites)), bounds=bornes, method="highs-ds"
        )
        assert trouve.status in (0, 3), trouve.message
        return float("inf") * sens * -1 if trouve.status == 3 else float(sens * trouve.fun)

    @cached_property
    def matrix(self) -> csr_matrix:
        cases = [(ligne, rang, signe) for ligne, une in enumerate(self.egalites) for rang, signe in une.items()]
        lignes, rangs, signes = zip(*cases, strict=True)
        return csr_matrix((signes, (lignes, rangs)), shape=(len(self.egalites), len(self.place)))

    def hidden(self) -> list[Printed]:
        return [ou for ou, valeur in self.montrees.items() if valeur is None]

    def bounds(self, signes: bool = False) -> np.ndarray:
        """What is known of each cell before any sum; with `signes`, what they say of it too."""
        return np.array(
            [
                (1.0, 4.0) if valeur is None and signes and self.signes[ou] == "secret_primaire"
                else (0.0, np.inf) if valeur is None else (float(valeur), float(valeur))
                for ou, valeur in self.montrees.items()
            ]
        )  # fmt: skip

    def interval(self, ou: Printed, signes: bool = False) -> tuple[float, float]:
        """What the cell may be."""
        bornes = self.bounds(signes)
        return self.solve(ou, 1.0, bornes), self.solve(ou, -1.0, bornes)


def by_trial(lignes: int, colonnes: int, montrees: dict[tuple[int, int], int], totaux: tuple[list[int], list[int]]):
    """Every table of whole numbers with these margins and these cells: for tables of a few cells."""
    libres = [case for case in product(range(lignes), range(colonnes)) if case not in montrees]
    hauts = [min(totaux[0][i], totaux[1][j]) for i, j in libres]
    for valeurs in product(*(range(haut + 1) for haut in hauts)):
        cases = montrees | dict(zip(libres, valeurs, strict=True))
        if all(sum(cases[i, j] for j in range(colonnes)) == totaux[0][i] for i in range(lignes)) and all(
            sum(cases[i, j] for i in range(lignes)) == totaux[1][j] for j in range(colonnes)
        ):
            yield cases
