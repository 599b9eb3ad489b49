"""Texts of a column that were cleaned once: most of those of a part are those of the parts before it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from pipeline.ingest.cleaning import Cleaned

CONNUS_MAX = 50_000  # texts of a column: finding one among more would cost as much as cleaning it


class KnownTexts:
    """The texts of a column, cleaned as the parts of a file go by: what `nettoyer` makes of a text depends on nothing
    else."""

    def __init__(self, nettoyer: Callable[[pl.Series], Cleaned]):
        self.nettoyer = nettoyer
        self.textes = pl.Series([], dtype=pl.String)
        self.nettes = pl.DataFrame()

    def clean(self, textes: pl.Series) -> Cleaned:
        """These texts, each there once, cleaned: those never seen are, the others were."""
        if textes.is_empty():
            return self.nettoyer(textes)
        rangs = pl.int_range(len(self.textes), dtype=pl.UInt32, eager=True)
        places = textes.replace_strict(self.textes, rangs, default=None, return_dtype=pl.UInt32)
        if places.null_count():
            inconnus = textes.filter(places.is_null())
            if len(self.textes) + len(inconnus) > CONNUS_MAX:
                return self.nettoyer(textes)
            lues = as_frame(self.nettoyer(inconnus))
            rangs = pl.int_range(len(self.textes), len(self.textes) + len(inconnus), dtype=pl.UInt32, eager=True)
            places = places.scatter(places.is_null().arg_true(), rangs)
            self.nettes = self.nettes.vstack(lues) if len(self.textes) else lues
            self.textes = self.textes.append(inconnus)
        return from_frame(self.nettes[places])


def as_frame(nette: Cleaned) -> pl.DataFrame:
    """Texts cleaned, one a row."""
    rien = pl.repeat(None, len(nette.nets), dtype=pl.String, eager=True)
    faux = pl.repeat(False, len(nette.nets), eager=True)
    return pl.DataFrame(
        {
            "net": nette.nets,
            "type": nette.types,
            "remarque": rien if nette.remarques is None else nette.remarques,
            "redecode": faux if nette.redecodes is None else nette.redecodes,
        }
    )


def from_frame(frame: pl.DataFrame) -> Cleaned:
    """The rows of such a frame as they were."""
    remarques, redecodes = frame["remarque"], frame["redecode"]
    return Cleaned(
        frame["net"],
        frame["type"],
        None if remarques.null_count() == frame.height else remarques,
        redecodes if redecodes.any() else None,
    )
