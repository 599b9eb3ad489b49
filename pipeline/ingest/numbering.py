"""A numbering of contracts may look like telephones, INE, dates or NIR: the whole file says what it is."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import polars as pl

from pipeline import privacy

SOSIES_MIN = 32  # numbers that look like NIR: fewer may be without a key by chance
PRESQUE_TOUS = 0.9


@dataclass(frozen=True)
class Numbering:
    """The contract numbers of a file, counted.

    Attributes:
        textes: those that are there.
        ressemblent: those that look like telephones, INE or dates.
        sosies: those that look like a NIR and its key.
        sans_cle: those of them whose key is wrong; `sans_mois`, those that have no month of birth.
    """

    textes: int = 0
    ressemblent: int = 0
    sosies: int = 0
    sans_cle: int = 0
    sans_mois: int = 0

    @classmethod
    def of(cls, nets: pl.Series, personnels: pl.Series) -> Numbering:
        """That of some texts, of which `personnels` tells those of the shape of something personal."""
        nir = privacy.read_nir(nets)
        return cls(
            len(nets) - nets.null_count(),
            int(look_alikes(nets, personnels).sum()),
            *(int((personnels & nir[nom]).sum()) for nom in ("sosie", "sans_cle", "sans_mois")),
        )

    def __add__(self, autre: Numbering) -> Numbering:
        return Numbering(*(un + deux for un, deux in zip(astuple(self), astuple(autre), strict=True)))

    def spares(self, nets: pl.Series, personnels: pl.Series) -> pl.Series:
        """Which of the texts that look personal are numbers: those that look like telephones, INE or dates as most of
        the file does; those that look like NIR, but for a wrong key or no month, as a file does in which nearly all
        keys are wrong and most have no month: a year of four figures stands there."""
        nir = privacy.read_nir(nets)
        return personnels & (
            (look_alikes(nets, personnels) & (self.ressemblent * 2 > self.textes))
            | (nir["sosie"] & (nir["sans_cle"] | nir["sans_mois"]) & self.is_of_no_nir)
        )

    @property
    def is_of_no_nir(self) -> bool:
        """Whether those that look like NIR prove to be none."""
        return (
            self.sosies >= SOSIES_MIN
            and self.sans_cle > PRESQUE_TOUS * self.sosies
            and self.sans_mois * 2 > self.sosies
        )


def look_alikes(nets: pl.Series, personnels: pl.Series) -> pl.Series:
    """Which of the texts that look personal may do so by chance, however many there are."""
    return personnels & (nets.str.contains(r"\d") & ~nets.str.contains(privacy.SANS_DOUTE)).fill_null(False)
