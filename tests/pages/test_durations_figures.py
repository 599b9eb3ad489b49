"""Golden values on time and on what follows a rupture (definitions §7), read in the demonstration's edition."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest


def table(demonstration: Path, nom: str, **valeurs: str) -> list[dict[str, str]]:
    """The rows of 2021-2022 of a breakdown that have these values."""
    voulues = {"annee": "2021-2022", **valeurs}.items()
    with (demonstration / "tables" / f"{nom}.csv").open(encoding="utf-8", newline="") as flux:
        return [ligne for ligne in csv.DictReader(flux) if voulues <= ligne.items()]


def percent(fraction: str) -> float:
    return round(100 * float(fraction), 2)


@pytest.mark.parametrize(("mois", "incidence"), [(1, 3.05), (3, 5.94), (9, 12.67), (12, 15.71)])
def test_incidence_of_all_the_contracts(demonstration: Path, mois: int, incidence: float) -> None:
    [ligne] = table(demonstration, "incidence_cumulee", type_diplome="Ensemble", mois_depuis_debut=str(mois - 1))
    assert percent(ligne["incidence"]) == incidence


def test_the_interval_of_an_incidence_is_on_the_complementary_log_log_scale(demonstration: Path) -> None:
    """Definitions §7; the plain one would be 4.8-7.0 and 11.1-14.2."""
    lignes = table(demonstration, "incidence_cumulee", type_diplome="Ensemble")
    bornes = [(percent(ligne["incidence_basse"]), percent(ligne["incidence_haute"])) for ligne in lignes]
    assert (bornes[2], bornes[8]) == ((4.94, 7.14), (11.21, 14.30))
