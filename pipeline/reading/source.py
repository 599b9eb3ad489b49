"""What reading gives: a file that was understood, its rows as columns of text, its line of totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

import polars as pl
import pyarrow as pa

from pipeline.errors import InputError
from pipeline.reading.encoding import NO_STRAY, StrayBytes
from pipeline.reading.headers import Header, Wanted, read_header
from pipeline.schemas import ESPACE

VIDE = f"^{ESPACE}*$"
FAUTES = {
    "n_champs": "nombre de champs différent de l'en-tête",
    "guillemets": "guillemet mal fermé ou mal placé",
    "objet": "n'a pas la forme d'un contrat : un objet JSON est attendu",
}
TEXTE, DISTINCTS = pa.string(), pa.dictionary(pa.int32(), pa.string())
# Nearly every value of these is another one: looking for the distinct ones would cost more than it saves.
COLONNES_SANS_REPETITION = frozenset({"nocontrat", "idalternant"})


@dataclass(frozen=True)
class Envelope:
    """What stands around the contracts of a JSON file.

    Attributes:
        elements: how many there are; `distinctes`: whether each starts on a line of its own.
        page: which page of the extraction this is, of how many (`pages`), of how many contracts in all (`total`); None
            where nothing says so.
    """

    elements: int
    distinctes: bool
    page: int | None
    pages: int | None
    total: int | None
    date_extraction: date | None


@dataclass(frozen=True)
class Source:
    """A readable file and how it is read.

    Attributes:
        encodage: as it was found; `xlsx` for a sheet.
        entete: the first header; an export glued below has its own.
        cherche: what a header may be.
        feuille: name of the sheet that is read, or None.
        etrangers: bytes of another encoding, read as such.
        enveloppe: what a JSON file says of itself; None for the others.
        depuis_1904: the serial numbers of its days are counted from 1904-01-01.
    """

    chemin: Path
    encodage: str
    entete: Header
    cherche: Wanted
    feuille: str | None = None
    etrangers: StrayBytes = NO_STRAY
    enveloppe: Envelope | None = None
    depuis_1904: bool = False

    @property
    def uniques(self) -> set[int]:
        """Indices of the fields in which nearly all texts differ."""
        return {g[c] for g in self.entete.positions for c in COLONNES_SANS_REPETITION if c in g}

    def arrow_type(self, index: int) -> pa.DataType:
        """How a field is held: distinct texts and their places, unless nearly all differ."""
        return TEXTE if index in self.uniques else DISTINCTS

    def below(self, champs: Sequence[str], ligne: int) -> Source:
        """The same file below another header, which ends at this physical line.

        Raises:
            InputError: a header that is not whole, or of another layout.
        """
        entete = read_header(list(champs), ligne, self.entete.separateur, self.cherche, self.chemin)
        if entete.apprenants != self.entete.apprenants:
            raise InputError(
                "un export d'un autre format commence ici, collé au précédent",
                ou=self.chemin,
                ligne=ligne,
                faire="Faites un fichier de chacun.",
            )
        return replace(self, entete=entete)


@dataclass(frozen=True)
class SourceField:
    """A column of text: its texts and, for each row, the place of its own (None: one text a row)."""

    textes: pl.Series
    places: pl.Series | None

    @classmethod
    def of(cls, colonne: pa.ChunkedArray) -> Self:
        """From a column of one chunk, dictionary-encoded or not."""
        morceau = colonne.combine_chunks() if colonne.num_chunks != 1 else colonne.chunk(0)
        if isinstance(morceau, pa.DictionaryArray):
            return cls(pl.Series(morceau.dictionary), pl.Series(morceau.indices))
        return cls(pl.Series(morceau), None)

    def spread(self, valeurs: pl.Series) -> pl.Series:
        """Values of the texts → values of the rows."""
        return valeurs if self.places is None else valeurs.gather(self.places)

    def otherwise(self, autre: SourceField, vides: pl.Series) -> SourceField:
        """The same, with the texts of `autre` in the rows of the mask."""
        textes = autre.spread(autre.textes).zip_with(vides, self.spread(self.textes))
        return SourceField.of(pa.chunked_array([textes.to_arrow().dictionary_encode()]))

    def is_blank(self) -> bool:
        """Whether no row has anything in it."""
        return bool(self.textes.str.contains(VIDE).all())

    def blanks(self) -> pl.Series:
        """Which rows have nothing in it."""
        return self.spread(self.textes.str.contains(VIDE))


@dataclass(frozen=True)
class Total:
    """A line of totals at the end of a file: its physical line and its fields."""

    ligne: int
    champs: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Some rows of a file, below one header.

    Attributes:
        lignes: physical line of each row (Int64, from 1).
        champs: index of a field of the header → its column; the fields that are read.
        fautes: for each row null, or what is wrong with its form (a key of FAUTES); None when all are right.
        total: the line of totals, on the last part below a header that has one.
        entete: the header that they are below.
        litterales: physical lines of those whose quotes surround no field, and are read as they are written.
    """

    lignes: pl.Series
    champs: dict[int, SourceField]
    fautes: pl.Series | None
    total: Total | None
    entete: Header
    litterales: tuple[int, ...] = ()

    @classmethod
    def empty(cls, entete: Header, total: Total | None = None) -> Self:
        """No rows."""
        rien = pl.Series([], dtype=pl.String)
        return cls(
            pl.Series("ligne", [], dtype=pl.Int64),
            {i: SourceField(rien, None) for i in entete.lues},
            None,
            total,
            entete,
        )

    def blank_rows(self) -> pl.Series:
        """Which rows have nothing in the fields that are read."""
        vides = pl.repeat(True, len(self.lignes), eager=True)
        for champ in self.champs.values():
            if not vides.any():
                break
            vides = vides & champ.blanks()
        return vides

    def without(self, masque: pl.Series) -> Part:
        """The rows that are not masked."""
        if not masque.any():
            return self
        gardees = ~masque
        champs = {
            i: SourceField(c.textes.filter(gardees), None)
            if c.places is None
            else SourceField(c.textes, c.places.filter(gardees))
            for i, c in self.champs.items()
        }
        fautes = None if self.fautes is None else self.fautes.filter(gardees)
        return replace(self, lignes=self.lignes.filter(gardees), champs=champs, fautes=fautes)
