"""Which groups of one CFA differ from the same group in the network → sentences. Pure; no group is ever ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.formats import EFFECTIF_MIN, FINE, entier, plural, pourcentage
from pipeline.statistics.comparisons import ALPHA, benjamini_hochberg, p_values


@dataclass(frozen=True)
class CfaGroup:
    """A group of apprentices of the CFA (a filière, an entry level), named as its table names it.

    Attributes:
        repere: the rate of the same group in the network, a fraction of 1; None where it means nothing.
    """

    titre: str
    nom: str
    ruptures_nettes: int
    effectif: int
    repere: float | None

    @property
    def taux(self) -> float:
        return self.ruptures_nettes / self.effectif

    @property
    def est_comparable(self) -> bool:
        """Whether both rates mean something and the second could be another."""
        return self.effectif >= EFFECTIF_MIN and self.repere is not None and 0 < self.repere < 1


def lead_sentences(groupes: Sequence[CfaGroup]) -> list[str]:
    """What to look at: each group whose rate differs from that of the same group in the network by more than chance
    explains, all the groups of the CFA being compared together (exact binomial tests, Benjamini-Hochberg).

    The network's rate counts the apprentices of the CFA too: a difference is never overstated.
    """
    compares = [groupe for groupe in groupes if groupe.est_comparable]
    if not compares:
        return [
            f"Aucun groupe du CFA n'a {entier(EFFECTIF_MIN)} apprentis suivis : il n'y a rien à comparer au réseau."
        ]
    p = [float(p_values([g.ruptures_nettes], [g.effectif], g.repere or 0.0)[0]) for g in compares]
    retenus = [groupe for groupe, retenu in zip(compares, benjamini_hochberg(p).tolist(), strict=True) if retenu]
    nombre = plural(len(compares), "groupe comparé", "groupes comparés")
    if not retenus:
        return [
            f"Aucun des groupes du CFA ne se distingue du même groupe dans le réseau au-delà du hasard ({nombre}, "
            f"Benjamini-Hochberg, {entier(100 * ALPHA)}{FINE}%)."
        ]
    return [lead(groupe) for groupe in retenus] + [
        f"Ces écarts restent établis parmi {nombre} (Benjamini-Hochberg, {entier(100 * ALPHA)}{FINE}%)."
    ]


def lead(groupe: CfaGroup) -> str:
    """'Filière, Métallerie : 12 ruptures nettes sur 40 apprentis suivis (30,00 %), au-dessus du réseau (11,74 %).'"""
    assert groupe.repere is not None
    nettes = plural(groupe.ruptures_nettes, "rupture nette", "ruptures nettes")
    cote = "au-dessus" if groupe.taux > groupe.repere else "au-dessous"
    return (
        f"{groupe.titre}, {groupe.nom} : {nettes if groupe.ruptures_nettes else 'aucune rupture nette'} sur "
        f"{entier(groupe.effectif)} apprentis suivis ({pourcentage(groupe.taux)}), {cote} du même groupe dans le "
        f"réseau ({pourcentage(groupe.repere)})."
    )
