"""Two states of the tables of an edition: rows added, removed or changed, by their key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

Row = dict[str, Any]
# Of the counts that changed, the one that says how much a table did.
MESURES = ("ruptures_nettes", "effectif", "ruptures_brutes")


@dataclass(frozen=True)
class ChangedRow:
    """A row of one key: None where an edition has it not."""

    cle: tuple[Any, ...]
    avant: Row | None
    apres: Row | None

    @property
    def annee(self) -> str:
        return (self.apres or self.avant or {})["annee"]

    def difference(self, colonne: str) -> int | float | Decimal:
        """How much more a count is; one that an edition has not is 0 in it."""
        avant, apres = ((ligne or {}).get(colonne) or 0 for ligne in (self.avant, self.apres))
        return apres - avant


@dataclass(frozen=True)
class TableChange:
    """What changed in one table.

    Attributes:
        cle: the columns that tell its rows from one another; empty where whole rows do.
        colonnes: those of both editions; `ajoutees`, `retirees`, of one only.
        comptes: the columns of integers, of both.
        lignes: what changed, every year, in the order of the later edition, rows removed last.
        nombres: year → how many rows the later edition has.
    """

    nom: str
    cle: tuple[str, ...]
    colonnes: tuple[str, ...]
    ajoutees: tuple[str, ...]
    retirees: tuple[str, ...]
    comptes: tuple[str, ...]
    lignes: tuple[ChangedRow, ...]
    nombres: Mapping[str, int]

    def of_year(self, annee: str) -> list[ChangedRow]:
        return [ligne for ligne in self.lignes if ligne.annee == annee]

    def measure(self, annee: str) -> str:
        """The count that changed most in a year, ruptures and apprentices first; '' where none did."""
        lignes = self.of_year(annee)
        poids = {nom: sum(abs(ligne.difference(nom)) for ligne in lignes) for nom in self.comptes}
        dites = [nom for nom in MESURES if poids.get(nom)]
        return dites[0] if dites else max((nom for nom in poids if poids[nom]), key=poids.__getitem__, default="")

    def weight(self, annee: str) -> tuple[int | float | Decimal, int]:
        """What makes a change large: that count, row by row, then how many rows changed."""
        lignes, mesure = self.of_year(annee), self.measure(annee)
        return sum(abs(ligne.difference(mesure)) for ligne in lignes) if mesure else 0, len(lignes)


def compare_tables(
    avant: Mapping[str, pl.DataFrame], apres: Mapping[str, pl.DataFrame], cles: Mapping[str, Sequence[str]]
) -> list[TableChange]:
    """The tables of both editions in which anything changed, in the order of the later one; `cles`: the key of each, as
    the manifest of the later one says it."""
    changements = (
        compare_table(nom, avant[nom], frame, cles.get(nom, ())) for nom, frame in apres.items() if nom in avant
    )
    return [un for un in changements if un.lignes or un.ajoutees or un.retirees]


def compare_table(nom: str, avant: pl.DataFrame, apres: pl.DataFrame, dite: Sequence[str] = ()) -> TableChange:
    """What changed in one; `dite` is its key, where that is known."""
    communes = tuple(colonne for colonne in apres.columns if colonne in avant.columns)
    tient = bool(dite) and {*dite} <= {*communes} and tells_apart(dite, avant, apres)
    cle = tuple(dite) if tient else find_key(communes, avant, apres)
    lues = (
        {tuple(ligne[c] for c in cle or communes): ligne for ligne in frame.select(communes).to_dicts()}
        for frame in (avant, apres)
    )
    return TableChange(
        nom, cle, communes,
        tuple(c for c in apres.columns if c not in communes), tuple(c for c in avant.columns if c not in communes),
        tuple(c for c in communes if apres.schema[c].is_integer() and avant.schema[c].is_integer() and c not in cle),
        tuple(changed(*lues)),
        dict(apres.group_by("annee", maintain_order=True).len().iter_rows()) if "annee" in apres.columns else {},
    )  # fmt: skip


def changed(avant: Mapping[tuple[Any, ...], Row], apres: Mapping[tuple[Any, ...], Row]) -> Iterator[ChangedRow]:
    """The keys whose rows are not the same."""
    for cle in dict.fromkeys([*apres, *avant]):
        if avant.get(cle) != apres.get(cle):
            yield ChangedRow(cle, avant.get(cle), apres.get(cle))


def find_key(colonnes: Sequence[str], *frames: pl.DataFrame) -> tuple[str, ...]:
    """The first columns, as few as tell the rows of each frame from one another: dimensions come before what is
    counted of them. Empty where none do."""
    for nombre in range(1, len(colonnes) + 1):
        cle = colonnes[:nombre]
        if tells_apart(cle, *frames):
            return tuple(cle)
    return ()


def tells_apart(cle: Sequence[str], *frames: pl.DataFrame) -> bool:
    """Whether no two rows of a frame have the same key."""
    return not any(frame.select(cle).is_duplicated().any() for frame in frames)
