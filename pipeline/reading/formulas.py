"""Formulas that no spreadsheet has computed: cells of a sheet that have one and no value."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml.constants import SHEET_MAIN_NS

MORCEAU = 1 << 20
BALISE = re.compile(rb"<(?:\w+:)?f[ >/]")
LIGNE, CELLULE, FORMULE, VALEUR = (f"{{{SHEET_MAIN_NS}}}{nom}" for nom in ("row", "c", "f", "v"))


def uncomputed(chemin: Path, onglet: Any) -> Iterator[tuple[int, int]]:
    """(row, column), from 1, of each of these cells, in order; the sheet is read for it only if it has a formula."""
    with zipfile.ZipFile(chemin) as archive:
        # The library says which file of the archive a sheet is, but has no public name for it.
        nom = onglet._worksheet_path
        with archive.open(nom) as flux:
            if not has_formulas(flux):
                return
        with archive.open(nom) as flux:
            yield from uncomputed_cells(flux)


def has_formulas(flux: IO[bytes]) -> bool:
    """Whether a sheet has any formula."""
    precedent = b""
    while morceau := flux.read(MORCEAU):
        if BALISE.search(precedent + morceau):
            return True
        precedent = morceau[-32:]
    return False


def uncomputed_cells(flux: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The same of one that has. An empty text that was computed has the type of a text."""
    rang = colonne = 0
    for evenement, element in ElementTree.iterparse(flux, ("start", "end")):
        if evenement == "start":
            if element.tag == LIGNE:
                rang, colonne = int(element.get("r", rang + 1)), 0
            continue
        if element.tag == CELLULE:
            reference = element.get("r")
            colonne = coordinate_to_tuple(reference)[1] if reference else colonne + 1
            vide = not element.findtext(VALEUR) and element.get("t") not in ("str", "inlineStr")
            if vide and element.find(FORMULE) is not None:
                yield rang, colonne
        elif element.tag == LIGNE:
            element.clear()
