"""How wide a text is in the report's font: what is placed before any engine lays it out is measured here."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

from fontTools.ttLib import TTFont

from pipeline.settings import RACINE

POLICES = RACINE / "report_templates/polices"


class Font:
    """Inter in a weight ('Regular', 'SemiBold'), for a size of 1.

    Attributes:
        avances: the width of each letter.
    """

    def __init__(self, graisse: str) -> None:
        police: Any = TTFont(POLICES / f"Inter-{graisse}.otf", lazy=True)
        mesures, positions = police["hmtx"], police["GPOS"].table
        self.unite = police["head"].unitsPerEm
        self.glyphes: dict[str, str] = {chr(code): nom for code, nom in police.getBestCmap().items()}
        self.avances = {lettre: mesures[nom][0] / self.unite for lettre, nom in self.glyphes.items()}
        traits = [trait for trait in positions.FeatureList.FeatureRecord if trait.FeatureTag == "kern"]
        rangs = sorted({rang for trait in traits for rang in trait.Feature.LookupListIndex})
        self.crenages = [table for rang in rangs for table in positions.LookupList.Lookup[rang].SubTable]
        self.paires: dict[tuple[str, str], float] = {}

    def width(self, texte: str) -> float:
        """The width of a text on one line, kerning included; a letter that the font does not have is taken for M."""
        total = sum(self.avances.get(lettre, self.avances["M"]) for lettre in texte)
        for paire in pairwise(texte):
            if paire not in self.paires:
                self.paires[paire] = self.kerning(*(self.glyphes.get(lettre, "") for lettre in paire)) / self.unite
            total += self.paires[paire]
        return total

    def kerning(self, avant: str, apres: str) -> float:
        """By how much two glyphs side by side come apart (OpenType, GPOS lookup type 2: the first table that has them),
        in units of the font."""
        for table in self.crenages:
            if avant not in table.Coverage.glyphs:
                continue
            if table.Format == 1:
                paires = table.PairSet[table.Coverage.glyphs.index(avant)].PairValueRecord
                valeurs = [paire.Value1 for paire in paires if paire.SecondGlyph == apres]
            else:
                premiere = table.Class1Record[table.ClassDef1.classDefs.get(avant, 0)]
                valeurs = [premiere.Class2Record[table.ClassDef2.classDefs.get(apres, 0)].Value1]
            if valeurs:
                return getattr(valeurs[0], "XAdvance", 0)
        return 0


@cache
def read_font(graisse: str) -> Font:
    """The font of a weight, read once."""
    return Font(graisse)
