"""Which cells may not be shown for what they are, whatever stands around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.disclosure.cells import CellName, Cells

PETIT = 4  # a count from 1 to this is hidden (definitions §8)


@dataclass(frozen=True)
class Need:
    """What a reader must not be able to rule out of a hidden count: the values `bas` and `haut`; where they are None,
    any other value than the true one will do."""

    bas: int | None = None
    haut: int | None = None

    def both(self, autre: Need) -> Need:
        """What a reader must not rule out for either reason."""
        bornes = [borne for un in (self, autre) for borne in (un.bas, un.haut) if borne is not None]
        return Need(min(bornes), max(bornes)) if bornes else self


@dataclass(frozen=True)
class Earlier:
    """What editions already published say: the value of cells, where they show it, and those that they hide."""

    montrees: Mapping[CellName, frozenset[int]] = field(default_factory=dict)
    cachees: frozenset[CellName] = frozenset()


JAMAIS = Earlier()


def is_small(valeur: int) -> bool:
    """Whether a count would tell of a few persons; 0 tells of nobody."""
    return 1 <= valeur <= PETIT


def small_cells(cells: Cells) -> dict[int, Need]:
    """The cells that are hidden for what they count, printed or not."""
    return {rang: Need(0, PETIT) for rang, valeur in enumerate(cells.valeurs) if is_small(valeur)}


def small_differences(cells: Cells) -> dict[int, Need]:
    """The differences of two cells that are, by their rank."""
    return {
        rang: Need(0, PETIT)
        for rang, une in enumerate(cells.differences)
        if is_small(cells.valeurs[une.plus] - cells.valeurs[une.moins])
    }


def small_changes(cells: Cells, deja: Earlier) -> dict[int, Need]:
    """The cells that an earlier edition shows within 4 of what they are now: their difference is a count of persons."""
    trouves = dict[int, Need]()
    for nom, anciennes in deja.montrees.items():
        rang = cells.par_nom.get(nom)
        if rang is None:
            continue
        valeur = cells.valeurs[rang]
        for ancienne in sorted(anciennes):
            if is_small(abs(valeur - ancienne)):
                vers = max(ancienne + (PETIT if valeur > ancienne else -PETIT), 0)
                besoin = Need(min(ancienne, vers), max(ancienne, vers))
                trouves[rang] = besoin.both(trouves.get(rang, besoin))
    return trouves


def known(cells: Cells, deja: Earlier) -> set[int]:
    """The cells that an earlier edition shows as they are now: hiding them would hide nothing."""
    return {
        rang
        for nom, anciennes in deja.montrees.items()
        if (rang := cells.par_nom.get(nom)) is not None and cells.valeurs[rang] in anciennes
    }
