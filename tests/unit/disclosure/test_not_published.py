"""What is coming, and what is owed of a few ruptures, are in no public edition."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.disclosure.tables import why_not
from pipeline.models.catalog import load_catalog
from pipeline.paths import EXEMPLE, SQL
from pipeline.settings import load_settings

VENTILATIONS = sorted(
    chemin.stem for nom in ("prevision*", "financement*") for chemin in (SQL / "ventilations").glob(f"{nom}.sql")
)


@pytest.mark.parametrize("nom", VENTILATIONS)
def test_the_public_edition_leaves_it_out(nom: str) -> None:
    catalogue = load_catalog(SQL, load_settings(EXEMPLE / "config.toml"))
    (modele,) = (modele for modele in catalogue.modeles if modele.nom == nom and modele.schema == "ventilations")
    assert why_not(modele, pl.DataFrame({"annee": ["2021-2022"], "ruptures_nettes": [12], "contrats_ouverts": [90]}))
