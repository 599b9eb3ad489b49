"""Five hundred generated editions, each audited a second time: networks of 7, 60 and 300 CFA, linked tables, two
successive editions. What is hidden, beside what rounding would change, and the time it takes, are told as warnings."""

from __future__ import annotations

import time
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest

from pipeline.disclosure.cells import CellName, find_cells
from pipeline.disclosure.primary import Earlier
from pipeline.disclosure.protect import PRIMAIRE, SECONDAIRE, Protection, protect
from pipeline.disclosure.protected import ProtectedEdition
from pipeline.disclosure.rounding import audit_work, rounded
from pipeline.disclosure.tables import COMPTES, PublicTable
from tests.unit.disclosure.bounds import Printed, Reader
from tests.unit.disclosure.tables import edition, persons
from tests.unit.disclosure.test_protect import check_bounds

# CFA → (editions, apprentices a CFA, hidden cells looked at in each).
TAILLES = {7: (400, 300, 12), 60: (94, 200, 6), 300: (6, 300, 4)}
Tally = dict[str, list[float]]


def as_earlier(lues: ProtectedEdition) -> Earlier:
    """What a published edition says to the next."""
    montrees, cachees = dict[CellName, frozenset[int]](), set[CellName]()
    for une in lues.tables:
        for ligne in une.frame.to_dicts():
            for colonne in set(COMPTES) & {*une.comptes}:
                nom = CellName(ligne["annee"], colonne, tuple(sorted((d, ligne[d]) for d in une.cle)))
                if ligne[colonne] is not None:
                    montrees[nom] = frozenset([ligne[colonne]])
                elif ligne[f"{colonne}_statut"] in (PRIMAIRE, SECONDAIRE):
                    cachees.add(nom)
    return Earlier(montrees, frozenset(cachees))


def revised(personnes: Sequence[Mapping[str, str]], graine: int) -> list[dict[str, str]]:
    """The same persons at a later cut-off: some have signed again."""
    hasard = np.random.RandomState(graine)
    return [
        {**une, "statut": "actif"} if une["statut"] == "rupture_nette" and hasard.random_sample() < 0.03 else {**une}
        for une in personnes
    ]


def two_editions(graine: int, cfa: int, par_cfa: int) -> Iterator[tuple[list[PublicTable], Earlier, Protection]]:
    """An edition and the one that revises it."""
    personnes, deja = persons(graine, cfa, par_cfa=par_cfa), Earlier()
    for dites in (personnes, revised(personnes, graine)):
        tables = edition(dites)
        protection = protect(tables, {}, deja, travail_max=float("inf"))
        yield tables, deja, protection
        deja = as_earlier(protection.edition)


@pytest.mark.long
@pytest.mark.parametrize("cfa", TAILLES)
def test_no_cell_of_any_edition_is_bounded_more_tightly_than_the_rule(cfa: int) -> None:
    combien, par_cfa, echantillon = TAILLES[cfa]
    suivi: Tally = defaultdict(list)
    for graine in range(combien // 2):
        debut = time.process_time()
        for tables, deja, protection in two_editions(graine, cfa, par_cfa):
            suivi["secondes"].append(time.process_time() - debut)
            look(tables, deja, protection, echantillon, suivi)
            debut = time.process_time()
    # The processes that run the tests show what they print to nobody, and what they warn of in the end.
    dit = ", ".join(map(told, suivi.items()))
    warnings.warn(f"{cfa} CFA, {len(suivi['secondes'])} éditions : {dit}", stacklevel=1)


def told(mesure: tuple[str, list[float]]) -> str:
    nom, valeurs = mesure
    return f"{nom} {np.mean(valeurs):.4g} (max {max(valeurs):.4g})"


def look(tables: list[PublicTable], deja: Earlier, protection: Protection, echantillon: int, suivi: Tally) -> None:
    """Audit an edition otherwise, and count what it hides."""
    part = protection.edition.part
    valeurs = [v for une in tables for nom in une.comptes if nom in COMPTES for v in une.frame[nom].to_list()]
    suivi["valeurs changées par l'arrondi"].append(float(np.mean([rounded(v, 5) != v for v in valeurs])))
    suivi["travail"].append(float(audit_work(find_cells(tables))))
    suivi["cellules cachées"].append(part.cachees / part.cellules)
    suivi["personnes cachées"].append(part.tus / part.comptes)
    gardees = {une.nom for une in protection.edition.tables}
    suivi["tables absentes"].append(len(tables) - len(gardees))
    gardes, connues = [une for une in tables if une.nom in gardees], known_from(tables, deja)
    check_bounds(protection, gardes, echantillon, connues)
    check_changes(protection, gardes, deja, connues)


def check_changes(
    protection: Protection, tables: list[PublicTable], deja: Earlier, connues: dict[Printed, int]
) -> None:
    """A cell within 4 of what the earlier edition shows is hidden, and what it is now may be 4 from it, or it."""
    lecteur = Reader(protection.edition.tables, connues)
    regardees = 0
    for une in tables:
        for ligne in une.frame.to_dicts():
            for colonne in set(COMPTES) & {*une.comptes}:
                cle = tuple(sorted((d, ligne[d]) for d in une.cle))
                for avant in deja.montrees.get(CellName(ligne["annee"], colonne, cle), ()):
                    if 1 <= abs(ligne[colonne] - avant) <= 4:
                        ou = Printed(une.nom, ligne["annee"], cle, colonne)
                        assert lecteur.montrees[ou] is None, ou
                        if regardees < 5:
                            bas, haut = lecteur.interval(ou)
                            loin = max(avant + (4 if ligne[colonne] > avant else -4), 0)
                            assert bas <= min(avant, loin) + 1e-6, ou
                            assert haut >= max(avant, loin) - 1e-6, ou
                            regardees += 1


def known_from(tables: list[PublicTable], deja: Earlier) -> dict[Printed, int]:
    """What the earlier edition shows of cells that have not changed."""
    return {
        Printed(une.nom, ligne["annee"], cle, colonne): ligne[colonne]
        for une in tables
        for ligne in une.frame.to_dicts()
        for colonne in set(COMPTES) & {*une.comptes}
        if (cle := tuple(sorted((d, ligne[d]) for d in une.cle))) is not None
        and ligne[colonne] in deja.montrees.get(CellName(ligne["annee"], colonne, cle), frozenset())
    }
