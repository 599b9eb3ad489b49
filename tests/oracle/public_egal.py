"""Mantel–Haenszel with Robins–Breslow–Greenland limits in plain loops, against which `public_egal` is held."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from fractions import Fraction

Z = 1.959963984540054
EFFECTIF_MIN = 20


def at_equal_public(
    apprentis: Iterable[tuple[Hashable, Hashable, bool]], groupe: Hashable
) -> tuple[float, float, float] | None:
    """The odds ratio of a group against all the others, and its 95 % limits.

    Args:
        apprentis: of each apprentice followed, the group, the stratum, whether the contract is broken.

    Returns:
        None under 20 apprentices in the group, or where one of the two sums of Mantel and Haenszel (JNCI 1959) is 0.
    """
    comptes = Counter((strate, du_groupe == groupe, rompu) for du_groupe, strate, rompu in apprentis)
    if sum(n for (_, dedans, _), n in comptes.items() if dedans) < EFFECTIF_MIN:
        return None
    r = s = pr = ps_qr = qs = Fraction(0)
    for strate in {strate for strate, _, _ in comptes}:
        a, b = comptes[strate, True, True], comptes[strate, True, False]
        c, d = comptes[strate, False, True], comptes[strate, False, False]
        n = a + b + c + d
        p, q = Fraction(a + d, n), Fraction(b + c, n)
        ici_r, ici_s = Fraction(a * d, n), Fraction(b * c, n)
        r, s = r + ici_r, s + ici_s
        pr, qs = pr + p * ici_r, qs + q * ici_s
        ps_qr += p * ici_s + q * ici_r
    if r == 0 or s == 0:
        return None
    # Robins, Breslow and Greenland, Biometrics 1986: variance of the logarithm.
    erreur = math.sqrt(pr / (2 * r * r) + ps_qr / (2 * r * s) + qs / (2 * s * s))
    rapport = float(r / s)
    return rapport, rapport * math.exp(-Z * erreur), rapport * math.exp(Z * erreur)


def chi_square(apprentis: Iterable[tuple[Hashable, Hashable, bool]], groupe: Hashable) -> float:
    """Cochran's and Mantel–Haenszel's chi-square of a group against all the others, 1 degree of freedom, no continuity
    correction; raises ZeroDivisionError where no stratum compares them."""
    comptes = Counter((strate, du_groupe == groupe, rompu) for du_groupe, strate, rompu in apprentis)
    ecart = variance = Fraction(0)
    for strate in {strate for strate, _, _ in comptes}:
        a, b = comptes[strate, True, True], comptes[strate, True, False]
        c, d = comptes[strate, False, True], comptes[strate, False, False]
        n = a + b + c + d
        if n > 1:
            ecart += a - Fraction((a + b) * (a + c), n)
            variance += Fraction((a + b) * (c + d) * (a + c) * (b + d), n * n * (n - 1))
    return float(ecart**2 / variance)
