"""Indirect standardisation said with frames: what the SQL of `core.ruptures_attendues` is compared with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pipeline.statistics.ratios import standardised_ratio


def standardise(cellules: pl.DataFrame, unites: Sequence[str], strates: Sequence[str]) -> pl.DataFrame:
    """What each unit would have had at the network's rates, stratum by stratum (definitions §7, mix).

    Args:
        cellules: counts `effectif` and `ruptures_nettes`, of any grain at least as fine as `unites` × `strates`; an
            empty value is a stratum like any other.
        unites: columns that tell a unit, such as `annee, uai`.
        strates: columns that tell a stratum, such as `annee, type_diplome, annee_cycle`.

    Returns:
        One row a unit with apprentices, in their order: `unites`, `effectif`, `ruptures_nettes`,
        `effectif_comparable` (apprentices of strata where another unit has some), `ruptures_attendues`
        (Σ n × rate of the stratum), `rapport`, `rapport_bas`, `rapport_haut` (see `standardised_ratio`; empty where
        none is expected). Expected ruptures add up to the observed ones in each stratum, so over the network; the same
        cells in any order give the same bits.
    """
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
