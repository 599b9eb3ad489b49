"""A text of a column is cleaned the first time it is met."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.ingest import cleaning, known
from pipeline.ingest.cleaning import Cleaned
from pipeline.ingest.dates import DateWriting
from pipeline.ingest.known import KnownTexts
from pipeline.schemas import CONTRATS

PARTS = [["0755555A", "755555A", ""], ["", "0755555A", "=B2"], ["755555A", "Ã©", "7,5E+12"], [""]]


@pytest.mark.parametrize("nom", ["uaicfa", "dateconclusion", "npecannuel", "intituleouqualification"])
@pytest.mark.parametrize("maximum", [0, 3, 100])
def test_parts_are_cleaned_as_if_each_were_alone(monkeypatch: pytest.MonkeyPatch, nom: str, maximum: int) -> None:
    monkeypatch.setattr(known, "CONNUS_MAX", maximum)
    colonne = next(c for c in CONTRATS if c.nom == nom)

    def nettoyer(textes: pl.Series) -> Cleaned:
        return cleaning.clean(colonne, textes, DateWriting(), frozenset())

    connus = KnownTexts(nettoyer)
    for part in PARTS:
        textes = pl.Series(part, dtype=pl.String)
        seule, lue = nettoyer(textes), connus.clean(textes)
        assert known.as_frame(lue).equals(known.as_frame(seule))
        assert (lue.types.dtype, lue.remarques is None) == (seule.types.dtype, seule.remarques is None)


def test_a_text_is_cleaned_once() -> None:
    vus: list[str] = []

    def nettoyer(textes: pl.Series) -> Cleaned:
        vus.extend(textes)
        return Cleaned(textes, textes, None)

    connus = KnownTexts(nettoyer)
    for part in PARTS:
        connus.clean(pl.Series(part, dtype=pl.String))
    assert sorted(vus) == sorted({texte for part in PARTS for texte in part})
