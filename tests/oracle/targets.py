"""Targets and actions a second time (docs/objectifs.md), in plain loops over apprentices, limits found by halving: to
disagree with `sql/core/objectifs_suivis.sql` and `sql/core/actions_suivies.sql`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import sqrt
from typing import Any, NamedTuple

Z = 1.959963984540054
BAISSE = {"taux_rupture_nette"}
SANS_INTERVALLE = {"heures"}


class Apprentice(NamedTuple):
    """Somebody in a year: where, of what diploma, whether broken, and what that lost, in cents; None without amount."""

    annee: str
    uai: str
    code: str
    type_diplome: str
    filiere: str
    statut: str
    perte: int | None


class Given(NamedTuple):
    """A row of `indicateurs.csv`."""

    annee: str
    portee: str
    groupe: str
    indicateur: str
    numerateur: int
    denominateur: int


class Counts(NamedTuple):
    """What is measured: so many of so many; of ruptures, how many have an amount, and it all."""

    k: int
    n: int
    chiffrees: int = 0
    perte: int = 0


def is_of(portee: str, groupe: str, un: Apprentice) -> bool:
    """Whether an apprentice is of a group."""
    return {
        "reseau": True, "type_diplome": un.type_diplome == groupe, "filiere": un.filiere == groupe,
        "diplome": un.code == groupe, "cfa": un.uai == groupe,
    }[portee]  # fmt: skip


def measure(
    apprentis: Iterable[Apprentice], donnes: Iterable[Given], annee: str, uai: str | None, vise: tuple[str, str, str]
) -> Counts | None:
    """An indicator of a group in a year, in one structure or all; None where nothing measures it."""
    portee, groupe, indicateur = vise
    if indicateur == "taux_rupture_nette":
        siens = [
            un
            for un in apprentis
            if un.annee == annee
            and uai in (None, un.uai)
            and un.statut != "sorti_a_terme"
            and is_of(portee, groupe, un)
        ]
        rompus = [un for un in siens if un.statut == "rupture_nette"]
        chiffres = [un.perte for un in rompus if un.perte is not None]
        return Counts(len(rompus), len(siens), len(chiffres), sum(chiffres))
    for donne in donnes:
        if (donne.annee, donne.portee, donne.groupe, donne.indicateur) == (annee, *vise):
            return Counts(donne.numerateur, donne.denominateur)
    return None


def halve(dedans: float, dehors: float, tient: Callable[[float], bool]) -> float:
    """Where what holds on one side ceases to."""
    for _ in range(200):
        milieu = (dedans + dehors) / 2
        dedans, dehors = (milieu, dehors) if tient(milieu) else (dedans, milieu)
    return dedans


def score_limits(k: int, n: int) -> tuple[float, float]:
    """The rates that a score test at 5 % does not refuse, found by halving (Wilson)."""
    p = k / n

    def tient(p0: float) -> bool:
        return abs(p - p0) <= Z * sqrt(p0 * (1 - p0) / n)

    return (0.0 if k == 0 else halve(p, 0.0, tient)), (1.0 if k == n else halve(p, 1.0, tient))


def hindrance(mesure: Counts | None, indicateur: str, provisoire: bool) -> bool:
    """Whether nothing may be decided of it."""
    return mesure is None or provisoire or indicateur in SANS_INTERVALLE or mesure.n < 20


def verdict(mesure: Counts | None, indicateur: str, provisoire: bool, cible: Fraction) -> str:
    """Decided where the whole interval is on one side, the target being of the right one."""
    if hindrance(mesure, indicateur, provisoire) or mesure is None:
        return "non tranché"
    bas, haut = score_limits(mesure.k, mesure.n)
    if indicateur not in BAISSE:
        bas, haut, cible = 1 - haut, 1 - bas, 1 - cible
    return "atteint" if haut <= cible else "non atteint" if bas > cible else "non tranché"


def spared(mesure: Counts | None, indicateur: str, provisoire: bool, cible: Fraction) -> tuple[Any, Any]:
    """Ruptures that the target would spare, and euros; None where they are not told."""
    if indicateur not in BAISSE or hindrance(mesure, indicateur, provisoire) or mesure is None:
        return None, None
    evitees = max(Fraction(0), mesure.k - cible * mesure.n)
    if mesure.chiffrees < 3:
        return float(evitees), None
    return float(evitees), float(evitees * mesure.perte / mesure.chiffrees / 100)


def effect(apres: Counts | None, avant: Counts | None, indicateur: str, provisoires: tuple[bool, bool]) -> Any:
    """(effect, direction, difference with its limits) of an action, by Newcombe's square-and-add."""
    if any(hindrance(m, indicateur, p) for m, p in zip((apres, avant), provisoires, strict=True)):
        return "non établi", None, None
    assert apres is not None and avant is not None
    (p1, (l1, u1)), (p0, (l0, u0)) = ((m.k / m.n, score_limits(m.k, m.n)) for m in (apres, avant))
    ecart = p1 - p0
    bas, haut = ecart - sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2), ecart + sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2)
    sens = "hausse" if bas > 0 else "baisse" if haut < 0 else None
    return ("mesuré" if sens else "non établi"), sens, (ecart, bas, haut)
