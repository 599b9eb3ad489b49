"""Which more cells are hidden, so that those that must be are: the least information lost, until the audit holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.disclosure import audit, primary
from pipeline.disclosure.audit import RIEN, BoundFailure, Knowledge, Target
from pipeline.disclosure.cells import Cells
from pipeline.disclosure.paths import Paths
from pipeline.disclosure.primary import Earlier, Need
from pipeline.disclosure.relations import CellSum

AUTRE = Need()
TOURS = 200


@dataclass
class Suppression:
    """What is hidden, and why.

    Attributes:
        cachees: the cells that the edition does not show, those that it never prints included.
        primaires: those of them that are hidden for what they count.
        ecarts: the differences that are hidden for what they count.
        tues: small counts that are only said to be hidden for the sake of others: four counts of 1 to 4, said to be
            that beside a total that is too, would all be known.
        intenables: what could not be protected: cells of tables that must be left out.
    """

    cachees: set[int]
    primaires: set[int]
    ecarts: set[int]
    tues: set[Target] = field(default_factory=set)
    intenables: list[Target] = field(default_factory=list)

    def read_signs(self, cells: Cells) -> Knowledge:
        """What the signs of the edition say of the hidden cells."""
        printed = cells.publiees
        petites = {
            rang
            for rang in self.primaires
            if printed[rang] and primary.is_small(cells.valeurs[rang]) and Target.of_cell(rang) not in self.tues
        }
        autres = {rang for rang in self.cachees - self.primaires if printed[rang]}
        ecarts = {
            rang
            for rang in self.ecarts
            if cells.differences[rang].publiee and Target.of_difference(cells, rang) not in self.tues
        }
        return Knowledge(frozenset(petites), frozenset(autres), frozenset(ecarts))


class Search:
    """The search for what to hide.

    Attributes:
        connues: cells that hiding would not hide: earlier editions show them, or the absence of their rows does.
        besoins: the counts that are too small, and what a reader must not be able to rule out of each.
    """

    def __init__(self, cells: Cells, relations: Sequence[CellSum], deja: Earlier = primary.JAMAIS) -> None:
        self.cells, self.relations = cells, relations
        self.chemins = Paths(cells, relations)
        self.connues = primary.known(cells, deja) | {une.total for une in relations if not une.parts}
        petites, ecarts = primary.small_cells(cells), primary.small_differences(cells)
        changees = {r: need for r, need in primary.small_changes(cells, deja).items() if r not in self.connues}
        jamais = {rang for rang, publiee in enumerate(cells.publiees) if not publiee}
        avant = {rang for nom in deja.cachees if (rang := cells.par_nom.get(nom)) is not None}
        primaires = ({*petites} - jamais) | {*changees}
        self.trouvee = Suppression(jamais | primaires | (avant - self.connues), primaires, {*ecarts})
        self.besoins = {
            Target.of_cell(rang): petites.get(rang, AUTRE).both(changees.get(rang, AUTRE))
            for rang in petites | changees
        }
        self.besoins |= {Target.of_difference(cells, rang): need for rang, need in ecarts.items()}
        self.autour = dict[int, set[int]]()
        for somme in relations:
            for rang in (somme.total, *somme.parts):
                self.autour.setdefault(rang, set()).update((somme.total, *somme.parts))

    def run(self) -> Suppression:
        """Hide until nothing gives a hidden count away."""
        self.hide_differences()
        neuves: set[int] | None = None
        for _ in range(TOURS):
            echecs = self.audit_both(neuves)
            if not echecs and neuves is None:
                return self.trouvee
            # What is hidden now may be given away, and what was shown may help: all is looked at again in the end.
            neuves = self.answer(echecs) if echecs else None
            if self.trouvee.intenables:
                return self.trouvee
        raise ArithmeticError("the search for cells to hide does not end")

    def hide_differences(self) -> None:
        """One of the two cells of each difference that is too small: the lesser, unless it is known."""
        for rang in sorted(self.trouvee.ecarts):
            une = self.cells.differences[rang]
            if {une.plus, une.moins}.isdisjoint(self.trouvee.cachees):
                self.trouvee.cachees.add(une.plus if une.moins in self.connues else une.moins)

    def to_protect(self) -> dict[Target, Need]:
        """Every count that a reader must not find: those that are too small, then those hidden for their sake."""
        tous = dict(self.besoins)
        for rang in sorted(self.trouvee.cachees):
            if self.cells.publiees[rang]:
                tous.setdefault(Target.of_cell(rang), AUTRE)
        return tous

    def audit_both(self, neuves: set[int] | None) -> list[tuple[BoundFailure, Knowledge]]:
        """What a reader of the figures finds; where it is nothing, what one finds who reads the signs too: no hidden
        cell may be known to the unit, even so."""
        cachees, cibles = self.trouvee.cachees, self.to_protect()
        echecs = audit.audit(self.cells, self.relations, cachees, cibles, seulement=neuves)
        if echecs:
            return [(echec, RIEN) for echec in echecs]
        sait = self.trouvee.read_signs(self.cells)
        vus = {cible: AUTRE for cible in cibles if all(self.cells.publiees[rang] for rang, _ in cible.forme)}
        return [(echec, sait) for echec in audit.audit(self.cells, self.relations, cachees, vus, sait, neuves)]

    def answer(self, echecs: Sequence[tuple[BoundFailure, Knowledge]]) -> set[int]:
        """Hide, for each failure, the cells that make what should be possible so. Where none does, a cell that may be
        shown is: what is around it gives it away whatever is hidden; the sign of a small one says less; any other is
        untenable. Returns the cells of what must be looked at again."""
        neuves = set[int]()
        for echec, sait in echecs:
            rangs = {rang for rang, _ in echec.cible.forme}
            if rangs <= self.connues:
                continue
            chemin = self.chemins.find(echec, self.trouvee.cachees, self.connues, sait)
            if chemin is not None:
                self.trouvee.cachees |= chemin
                neuves |= chemin | rangs
            elif echec.cible not in self.besoins:
                self.connues |= rangs
                self.trouvee.cachees -= rangs
                neuves |= set[int]().union(*(self.autour.get(rang, set()) for rang in rangs))
            elif sait is not RIEN and echec.cible not in self.trouvee.tues:
                self.trouvee.tues.add(echec.cible)
                neuves |= rangs
            else:
                self.trouvee.intenables.append(echec.cible)
        return neuves
