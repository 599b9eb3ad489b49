"""Ruptures observed and expected given the mix of apprentices (indirect standardisation): pure functions on counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from pipeline.statistics.intervals import Z

if TYPE_CHECKING:
    import numpy as np

    Nombres = Sequence[float] | np.ndarray

EXACT_SOUS = 10  # below, the exact Poisson limits (PHE/OHID technical guide)


def standardise(cellules: pl.DataFrame, unites: Sequence[str], strates: Sequence[str]) -> pl.DataFrame:
    """What each unit would have had at the region's rates, stratum by stratum (definitions §7, mix).

    Args:
        cellules: counts `effectif` and `ruptures_nettes`, of any grain at least as fine as `unites` × `strates`; an
            empty value is a stratum like any other.
        unites: columns that tell a unit, such as `annee, uai`.
        strates: columns that tell a stratum, such as `annee, type_diplome, annee_cycle`.

    Returns:
        One row a unit with apprentices, in their order: `unites`, `effectif`, `ruptures_nettes`,
        `effectif_comparable` (apprentices of strata where another unit has some), `ruptures_attendues`
        (Σ n × rate of the stratum), `rapport`, `rapport_bas`, `rapport_haut` (see `standardised_ratio`; empty where
        none is expected). Expected ruptures add up to the observed ones in each stratum, so over the region; the same
        cells in any order give the same bits.
    """
    import numpy as np  # noqa: PLC0415

    cles = list(dict.fromkeys([*unites, *strates]))
    comptes = ("effectif", "ruptures_nettes")
    par_strate = (
        cellules.group_by(cles)
        .agg(pl.col(compte).cast(pl.Int64).sum() for compte in comptes)
        .filter(pl.col("effectif") > 0)
        .sort(cles)
        .with_columns(pl.col(compte).sum().over(*strates).alias(f"{compte}_strate") for compte in comptes)
        .with_columns(attendues=pl.col("effectif") * pl.col("ruptures_nettes_strate") / pl.col("effectif_strate"))
    )
    par_unite = par_strate.group_by(*unites, maintain_order=True).agg(
        *(pl.col(compte).sum() for compte in comptes),
        effectif_comparable=pl.col("effectif").filter(pl.col("effectif_strate") > pl.col("effectif")).sum(),
    )
    # Added one after the other, where polars may add in parts: floats must not depend on the machine.
    rangs = par_strate.select(pl.struct(*unites).rle_id()).to_series().to_numpy()
    attendues = np.bincount(rangs, par_strate["attendues"].to_numpy(), par_unite.height)
    rapports = standardised_ratio(par_unite["ruptures_nettes"].to_numpy(), attendues)
    noms = ("rapport", "rapport_bas", "rapport_haut")
    return par_unite.with_columns(
        pl.Series("ruptures_attendues", attendues, dtype=pl.Float64),
        *(pl.Series(nom, valeurs).fill_nan(None) for nom, valeurs in zip(noms, rapports, strict=True)),
    )


def standardised_ratio(observees: Nombres, attendues: Nombres) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratio observed / expected and its 95 % limits, arrays as long as the arguments; NaN where none is expected.

    Byar's approximation (Breslow & Day, IARC 1987, vol. II, p. 69), exact Poisson limits under 10 observed (PHE/OHID
    technical guide). What is expected is taken as known.

    Raises:
        ValueError: a negative number, or some observed where none is expected.
    """
    import numpy as np  # noqa: PLC0415
    from scipy.special import gammaincinv, ndtr  # noqa: PLC0415

    o, e = np.asarray(observees, dtype=float), np.asarray(attendues, dtype=float)
    if np.any(o < 0) or np.any(e < 0) or np.any((e == 0) & (o > 0)):
        raise ValueError("some ruptures are observed where none is expected, or a count is negative")
    suivantes, queue = o + 1, float(ndtr(-Z))
    exact_bas = np.where(o > 0, gammaincinv(np.maximum(o, 1), queue), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        byar_bas = o * (1 - 1 / (9 * o) - Z / (3 * np.sqrt(o))) ** 3
        bas = np.where(o < EXACT_SOUS, exact_bas, byar_bas)
        byar_haut = suivantes * (1 - 1 / (9 * suivantes) + Z / (3 * np.sqrt(suivantes))) ** 3
        haut = np.where(o < EXACT_SOUS, gammaincinv(suivantes, 1 - queue), byar_haut)
        rapport, rapport_bas, rapport_haut = (np.where(e > 0, valeur / e, np.nan) for valeur in (o, bas, haut))
    return rapport, rapport_bas, rapport_haut
