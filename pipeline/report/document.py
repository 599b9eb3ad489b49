"""A page as WeasyPrint is given it: with what no page of ours has left out, and each of its objects written once."""

from __future__ import annotations

import copy
import functools
from typing import Any

import pydyf
import weasyprint
from weasyprint import CSS

# What WeasyPrint's own style says of every element, of which it makes a style for each, though none has one: notes.
# Markers are of the elements of lists.
DE_NOTES = {"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"}
MARQUE = "marker"


class Page(weasyprint.HTML):
    """A document without notes, whose only list items are `li`."""

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [base_style()]


@functools.cache
def base_style() -> CSS:
    """WeasyPrint's own style, without its rules for notes, that for markers being of `li` only."""
    feuille = copy.copy(weasyprint.UA_STYLESHEET)
    regles = feuille.matcher = copy.copy(feuille.matcher)
    toutes = regles.other_selectors
    # A rule: how it is matched, its weight, its rank, its pseudo-element, what it says.
    regles.other_selectors = [regle for regle in toutes if regle[3] not in {*DE_NOTES, MARQUE}]
    des_puces = [*regles.lower_local_name_selectors["li"], *(regle for regle in toutes if regle[3] == MARQUE)]
    regles.lower_local_name_selectors = {**regles.lower_local_name_selectors, "li": des_puces}
    return feuille


class Written(pydyf.Object):
    """An object of a PDF as it is written: pydyf makes its bytes again, compressed, for the fingerprint of the file."""

    def __init__(self, objet: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation = objet.number, objet.generation
        self.octets, self.est_compressible = objet.data, objet.compressible

    @property
    def data(self) -> bytes:
        return self.octets

    @property
    def compressible(self) -> bool:
        return self.est_compressible


def write_once(_: Any, pdf: pydyf.PDF) -> None:
    """What WeasyPrint calls once a PDF is whole."""
    pdf.objects[:] = [objet if objet.free == "f" else Written(objet) for objet in pdf.objects]
