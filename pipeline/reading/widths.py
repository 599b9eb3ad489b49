"""How many fields the rows below a header have: one field too many, even empty, may be a row that is shifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.reading.headers import Header
from pipeline.schemas import ESPACES

PRESQUE_TOUTES = 0.95  # of the rows of a file that have something in them


class Tail(NamedTuple):
    """The empty fields that rows may have beyond their header.

    Attributes:
        largeur: number of fields with them; that of the header where there are none.
        partout: nearly all rows have them: a row that has not, and whose last field is empty, may lack another one.
    """

    largeur: int
    partout: bool

    def fits(self, champs: Sequence[str], attendue: int) -> bool:
        """Whether a row with nothing beyond the `attendue` fields of its header has the number of fields it should."""
        if len(champs) == attendue:
            return not self.partout or champs[-1].strip(ESPACES) != ""
        return len(champs) == self.largeur


def usual_tail(largeurs: Counter[int], entete: Header) -> Tail:
    """What nearly all rows have; failing that, what the header has, unless nearly all rows have it not. `largeurs`
    counts the rows by their number of fields."""
    attendue, lignes = len(entete.champs), largeurs.total() * PRESQUE_TOUTES
    longues = Counter({largeur: n for largeur, n in largeurs.items() if largeur > attendue})
    if longues and (usuelle := longues.most_common(1)[0])[1] >= lignes:
        return Tail(usuelle[0], True)
    return Tail(attendue + (entete.queue if largeurs[attendue] < lignes else 0), False)


def filled(champs: Sequence[str]) -> int:
    """Number of fields up to the last one that has something in it."""
    for rang in range(len(champs), 0, -1):
        if champs[rang - 1].strip(ESPACES):
            return rang
    return 0
