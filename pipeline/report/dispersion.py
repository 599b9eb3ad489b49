"""How far the rates of the CFA lie from one another, for the method annex only (definitions §7). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from pipeline import formats
from pipeline.formats import EFFECTIF_MIN, FINE, entier, ratio
from pipeline.report.breakdowns import ResultRow
from pipeline.statistics.comparisons import measure_dispersion
from pipeline.statistics.intervals import funnel_limits

NIVEAU = 0.95


def dispersion_sentence(annee: str, lignes: Sequence[ResultRow]) -> str:
    """χ², φ and what limits widened by √φ leave outside; '' under two CFA of EFFECTIF_MIN, or where none has a rupture.

    Args:
        lignes: `ruptures_nettes` and `effectif` of each CFA in `annee`.
    """
    grands = [ligne for ligne in lignes if ligne["effectif"] >= EFFECTIF_MIN]
    nettes, suivis = ([ligne[nom] for ligne in grands] for nom in ("ruptures_nettes", "effectif"))
    if len(grands) < 2 or not 0 < sum(nettes) < sum(suivis):
        return ""
    d = measure_dispersion(nettes, suivis)
    bas, haut = funnel_limits(d.taux, suivis, NIVEAU)
    # Under 1, chance alone does as much: nothing is widened.
    facteur = max(1.0, sqrt(d.phi))

    def outside(facteur: float) -> str:
        dehors = sum(
            not d.taux - facteur * (d.taux - b) <= k / n <= d.taux + facteur * (h - d.taux)
            for k, n, b, h in zip(nettes, suivis, bas.tolist(), haut.tolist(), strict=True)
        )
        return formats.plural(dehors, "CFA", "CFA") if dehors else "aucun"

    ddl = formats.plural(d.structures - 1, "degré", "degrés")
    return (
        f"En {annee}, {entier(d.structures)} CFA : χ² = {ratio(d.chi2)} à {ddl} de liberté, φ = {ratio(d.phi)} ; "
        f"hors des limites à 95{FINE}%, {outside(1.0)} ; hors de ces limites élargies {ratio(facteur)} fois, "
        f"{outside(facteur)}."
    )
