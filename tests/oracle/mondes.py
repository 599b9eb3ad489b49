"""Invented networks of a few years, as a forecast looks at them: contracts that begin, end and break. Light: no export,
no database, columns of random numbers.

Structures, types of diploma and years are more or less at risk, by chance; risks fall with the months since the start
and have their seasons. Nothing of this is known to who forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

PREMIERE, EN_COURS = 2021, 2024  # windows begin in August
JOUR = date(2024, 11, 5)
ANNEES = {annee: (date(annee, 8, 16), date(annee + 1, 8, 15)) for annee in range(PREMIERE - 3, EN_COURS + 3)}
# Share of the starts, months planned.
TYPES = {"CAP": (0.5, 24), "BP": (0.18, 24), "BAC PRO": (0.14, 36), "BTS": (0.12, 24), "TITRE": (0.06, 12)}
# Risk of each month since the start, then times as much from January to December.
RISQUES = np.concatenate([[0.022, 0.016], np.full(4, 0.011), np.full(6, 0.008), np.full(24, 0.006)])
SAISONS = np.array([0.9, 0.7, 0.9, 0.8, 0.8, 1.5, 1.3, 1.2, 1.1, 1.1, 1.1, 0.6])
MOIS = len(RISQUES)


@dataclass(frozen=True)
class Reseau:
    """How large an invented network is, and how much its parts differ (standard deviations of logarithms)."""

    structures: int = 8
    debuts_par_an: int = 1000
    ecart_des_structures: float = 0.25
    ecart_des_types: float = 0.25
    ecart_des_annees: float = 0.08
    ecart_des_mois: float = 0.08


def inventer(graine: int, reseau: Reseau) -> pl.DataFrame:
    """The contracts of a network: `date_debut`, `date_fin_prevue`, `date_rupture` (empty if not broken), `uai`,
    `type_diplome`."""
    alea = np.random.RandomState(graine)
    n = reseau.debuts_par_an * (EN_COURS - PREMIERE + 3)
    rentrees = alea.randint(PREMIERE - 2, EN_COURS + 1, n)
    debut = np.array([np.datetime64(f"{annee}-08-20") for annee in rentrees]) + days(alea.gamma(2.0, 18.0, n))
    parts = np.array([part for part, _ in TYPES.values()])
    genre = alea.choice(len(TYPES), n, p=parts / parts.sum())
    duree = np.array([mois for _, mois in TYPES.values()])[genre]
    tailles = alea.dirichlet(np.full(reseau.structures, 3.0))
    structure = alea.choice(reseau.structures, n, p=tailles)
    fin = np.array([np.datetime64(f"{a + m // 12}-08-31") for a, m in zip(rentrees, duree, strict=True)])
    niveau = np.exp(
        alea.normal(0, reseau.ecart_des_structures, reseau.structures)[structure]
        + alea.normal(0, reseau.ecart_des_types, len(TYPES))[genre]
    )
    # The calendar month of each month of each contract, from the first of them all.
    origine = np.datetime64(f"{PREMIERE - 2}-01")
    calendrier = (debut.astype("datetime64[M]") - origine).astype(int)[:, None] + np.arange(MOIS)
    annees = (calendrier - 7) // 12  # windows, as if they began with August
    de_l_annee = np.exp(alea.normal(0, reseau.ecart_des_annees, annees.max() + 2))
    du_mois = np.exp(alea.normal(0, reseau.ecart_des_mois, calendrier.max() + 1))
    risque = RISQUES * SAISONS[calendrier % 12] * du_mois[calendrier] * de_l_annee[annees] * niveau[:, None]
    rompu = alea.random_sample(risque.shape) < np.minimum(risque, 0.9)
    premier = np.where(rompu.any(axis=1), rompu.argmax(axis=1), -1)
    rupture = debut + days(30.4375 * np.maximum(premier, 0) + 1 + alea.random_sample(n) * 29)
    rupture = np.where((premier >= 0) & (rupture < fin), rupture, np.datetime64("NaT"))
    return pl.DataFrame(
        {
            "date_debut": debut, "date_fin_prevue": fin, "date_rupture": rupture,
            "uai": [f"{rang:03d}0000A" for rang in structure],
            "type_diplome": [[*TYPES][rang] for rang in genre],
        }
    ).with_columns(pl.col("date_debut", "date_fin_prevue", "date_rupture").cast(pl.Date))  # fmt: skip


def days(nombres: np.ndarray) -> np.ndarray:
    """Whole days."""
    return np.floor(nombres).astype("timedelta64[D]")
