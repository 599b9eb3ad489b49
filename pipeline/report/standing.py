"""Where a CFA stands among the others → French sentences, by rule. Pure; no CFA is ever ranked (definitions §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.formats import FINE, decimal, entier, niveau, plural, pourcentage, quotient
from pipeline.report.rates import Rate
from pipeline.statistics.comparisons import Position, compare_structures
from pipeline.statistics.intervals import Estimate


@dataclass(frozen=True)
class ExpectedRuptures:
    """What a CFA would have had at the network's rates."""

    effectif: int
    ruptures_nettes: int
    effectif_comparable: int
    ruptures_attendues: float
    rapport: float | None
    rapport_bas: float | None
    rapport_haut: float | None

    @property
    def estimation(self) -> Estimate | None:
        """Observed / expected with its interval; None where none is expected."""
        if self.rapport is None or self.rapport_bas is None or self.rapport_haut is None:
            return None
        return Estimate(self.rapport, self.rapport_bas, self.rapport_haut)


def place(mesures: Sequence[Rate]) -> list[Position | None]:
    """Where each CFA of a year stands among those that have a rate; None for the others, and for all where fewer than
    two have one."""
    compares = [mesure for mesure in mesures if mesure.taux is not None]
    if len(compares) < 2:
        return [None] * len(mesures)
    comparaison = compare_structures([m.ruptures_nettes for m in compares], [m.effectif for m in compares])
    positions = map(comparaison.position, range(len(compares)))
    return [None if mesure.taux is None else next(positions) for mesure in mesures]


def cfa_sentences(nom: str, mesure: Rate, position: Position | None, attendu: ExpectedRuptures | None) -> list[str]:
    """The reading of one CFA: its rate, where it stands among the others, what its mix of apprentices makes of that.

    `attendu` is None where nothing is standardised; it is read only where the CFA is compared.
    """
    nettes = plural(mesure.ruptures_nettes, "rupture nette", "ruptures nettes")
    comptes = f"{nettes if mesure.ruptures_nettes else 'aucune rupture nette'} sur " + plural(
        mesure.effectif, "apprenti suivi", "apprentis suivis"
    )
    if mesure.taux is None:
        return [
            f"{nom} : {comptes} (n.s.). L'effectif est trop faible pour en tirer un taux et le comparer à celui "
            "d'autres CFA."
        ]
    fragile = ", un effectif fragile" if mesure.fiabilite == "fragile" else ""
    phrases = [
        f"{nom} : {comptes}{fragile}, soit un taux de {pourcentage(mesure.taux.valeur)} (intervalle à 95{FINE}% de "
        f"{decimal(100 * mesure.taux.bas)} à {pourcentage(mesure.taux.haut)})."
    ]
    if position is None:
        return [*phrases, "Aucun autre CFA n'a assez d'apprentis suivis pour lui être comparé."]
    phrases.append(place_sentence(mesure.taux.valeur, position))
    if position.retenue and position.dispersion.est_etablie:
        phrases.append(dispersion_sentence(position))
    return phrases if attendu is None else phrases + mix_sentences(attendu, position)


def place_sentence(taux: float, position: Position) -> str:
    """What the two rules say, the funnel and the false discoveries, and whether they agree. (The second keeps nothing
    that is inside the first's limits.)"""
    ensemble = position.dispersion
    reference = f"celui de l'ensemble des {entier(ensemble.structures)} CFA comparés ({pourcentage(ensemble.taux)})"
    if not position.niveau:
        return f"Pour un tel effectif, ce taux ne se distingue pas de {reference}."
    cote = f"taux est {'au-dessus' if taux > ensemble.taux else 'au-dessous'} de {reference}"
    limites = f"il est hors des limites à {niveau(position.niveau)} pour un tel effectif"
    nombre = "une fois compté le nombre de CFA comparés"
    if position.retenue:
        return f"À examiner : ce {cote}. Les deux règles s'accordent : {limites}, et l'écart reste établi {nombre}."
    return (
        f"Ce {cote}, mais les deux règles ne s'accordent pas : {limites}, et l'écart n'est plus établi "
        f"{nombre}. Le hasard peut suffire à l'expliquer."
    )


def dispersion_sentence(position: Position) -> str:
    """What is left of a difference once the limits allow for CFA that differ from each other anyway."""
    phi = decimal(position.dispersion.phi)
    if position.retenue_elargie:
        return (
            f"Les CFA diffèrent entre eux plus que le hasard ne l'explique (φ = {phi} au lieu de 1) : même avec des "
            "limites élargies d'autant, l'écart reste établi."
        )
    comparees = entier(position.dispersion.structures)
    reserve = "" if position.dispersion.laisse_conclure else f", ce qu'il ne pourrait guère être avec {comparees} CFA"
    return (
        f"Mais les CFA diffèrent entre eux plus que le hasard ne l'explique (φ = {phi} au lieu de 1) : avec des "
        f"limites élargies d'autant, l'écart n'est plus établi{reserve}."
    )


def mix_sentences(attendu: ExpectedRuptures, position: Position) -> list[str]:
    """What was expected of apprentices of the same diplomas and years of cycle, and how far that can be said."""
    seuls = attendu.effectif - attendu.effectif_comparable
    if not attendu.effectif_comparable:
        return [
            "Aucun autre CFA n'a d'apprentis des mêmes diplômes et années de cycle : rien ne permet de dire combien de "
            "ruptures étaient attendues."
        ]
    phrases = [f"Compte tenu de ses diplômes et années de cycle, {expected(attendu)}{verdict(attendu, position)}."]
    if seuls:
        phrases.append(
            f"Pour {entier(seuls)} de ses {entier(attendu.effectif)} apprentis suivis, aucun autre CFA n'en a du même "
            "diplôme et de la même année de cycle : l'attendu y est l'observé."
        )
    return phrases


def expected(attendu: ExpectedRuptures) -> str:
    """'58,3 ruptures nettes étaient attendues et 71 ont été observées', agreed with the numbers as they are printed."""
    attendues = round(attendu.ruptures_attendues, 1)
    if attendues >= 2:
        debut = f"{decimal(attendues, 1)} ruptures nettes étaient attendues"
    else:
        debut = f"{decimal(attendues, 1)} rupture nette était attendue"
    if not attendu.ruptures_nettes:
        return f"{debut} et aucune n'a été observée"
    return f"{debut} et {plural(attendu.ruptures_nettes, 'a été observée', 'ont été observées')}"


def verdict(attendu: ExpectedRuptures, position: Position) -> str:
    """What the interval of the ratio says; nothing where no rupture is expected."""
    rapport = attendu.estimation
    if rapport is None:
        return ""
    if rapport.bas > 1:
        dit = "c'est plus qu'attendu"
    elif rapport.haut < 1:
        dit = "c'est moins qu'attendu"
    else:
        dit = f"l'écart n'est {'plus' if position.retenue else 'pas'} établi"
    bornes = f"de {quotient(rapport.bas)} à {quotient(rapport.haut)}"
    return f" (rapport de {decimal(rapport.valeur)}, intervalle à 95{FINE}% {bornes}) : {dit}"
