"""Amounts of few ruptures, which would be those of persons: what pages and charts print of them. Pure.

The one place of the rule (definitions §8): an amount of fewer than RUPTURES_MIN costed ruptures is printed with others,
and not at all where all of them are fewer. Files of tables keep every amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.models.header import BreakdownHeader
from pipeline.report.breakdowns import ResultRow

RUPTURES_MIN = 3
SANS_MONTANT = "sans_npec"  # the column that counts the ruptures without an amount
REUNIS = f"Les montants de moins de {RUPTURES_MIN} ruptures sont imprimés avec d'autres."
TUS = f"Le montant de moins de {RUPTURES_MIN} ruptures n'est pas imprimé."


def amounts_of(entete: BreakdownHeader) -> tuple[str, ...]:
    """The printed columns of euros."""
    return tuple(nom for nom, colonne in entete.colonnes.items() if colonne.format == "euros")


def costed(ligne: Mapping[str, object]) -> int | None:
    """How many ruptures the amounts of a row are of; None where it does not say."""
    comptes = [ligne.get(nom) for nom in ("ruptures_nettes", "sans_npec", "sans_date")]
    chiffrees = ligne.get("ruptures_chiffrees")
    if isinstance(chiffrees, int):
        return chiffrees
    nettes, *sans = comptes
    if not isinstance(nettes, int):
        return None
    return nettes - sum(compte for compte in sans if isinstance(compte, int))


def none_costed(entete: BreakdownHeader, lignes: Iterable[ResultRow]) -> bool:
    """Whether a breakdown that tells how many ruptures have no amount has rows, and none of them with one."""
    return SANS_MONTANT in entete.colonnes and {costed(ligne) for ligne in lignes} == {0}


def is_of_few(montants: Iterable[str], ligne: ResultRow) -> bool:
    """Whether a row has an amount of fewer than RUPTURES_MIN ruptures."""
    combien = costed(ligne)
    return combien is not None and combien < RUPTURES_MIN and any(ligne.get(nom) is not None for nom in montants)


def put_together(entete: BreakdownHeader, lignes: Sequence[ResultRow], reunies: Sequence[int]) -> list[int]:
    """Ranks of the rows printed together: `reunies`, those of few ruptures and, while they are few together, the next
    ones with the fewest. Where every amount is of few, no row is named with it (see `without_few`)."""
    montants = amounts_of(entete)
    petites = {rang for rang, ligne in enumerate(lignes) if is_of_few(montants, ligne)}
    if not petites and not reunies:
        return []
    if petites >= {rang for rang, ligne in enumerate(lignes) if any(ligne.get(nom) is not None for nom in montants)}:
        # The rows may be hypotheses about the same ruptures: they are put together only where some already are.
        return [*range(len(lignes))] if petites and reunies else [*reunies]
    ensemble = {*reunies} | petites
    somme = sum(costed(lignes[rang]) or 0 for rang in ensemble)
    autres = sorted((rang for rang in range(len(lignes)) if rang not in ensemble), key=lambda r: costed(lignes[r]) or 0)
    for rang in autres:
        # None of them costed: nothing is told of anybody.
        if not 0 < somme < RUPTURES_MIN:
            break
        ensemble.add(rang)
        somme += costed(lignes[rang]) or 0
    return sorted(ensemble) if len(ensemble) > 1 else []


def without_few(entete: BreakdownHeader, lignes: Iterable[ResultRow]) -> list[ResultRow]:
    """The rows, the amounts of few ruptures left empty."""
    montants = amounts_of(entete)
    return [
        {**ligne, **dict.fromkeys(montants)} if montants and is_of_few(montants, ligne) else ligne for ligne in lignes
    ]


def note(entete: BreakdownHeader, lignes: Sequence[ResultRow], imprimees: Sequence[ResultRow]) -> str:
    """What was done of the amounts of few ruptures among `lignes`, in the rows printed."""
    montants = amounts_of(entete)
    if not any(is_of_few(montants, ligne) for ligne in lignes):
        return ""
    return TUS if any(is_of_few(montants, ligne) for ligne in imprimees) else REUNIS
