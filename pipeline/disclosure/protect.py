"""Tables as the database has them → tables as anybody may see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from pipeline import formats
from pipeline.disclosure import audit, rounding
from pipeline.disclosure.cells import CellName, Cells, find_cells
from pipeline.disclosure.primary import JAMAIS, Earlier
from pipeline.disclosure.protected import Method, ProtectedEdition, ProtectedTable, Share
from pipeline.disclosure.relations import find_relations
from pipeline.disclosure.secondary import Search, Suppression
from pipeline.disclosure.tables import DE_TAUX, DECIMALES, DIFFERENCES, ENSEMBLE, PARTS, PublicTable
from pipeline.errors import CheckError
from pipeline.statistics.comparisons import wilson
from pipeline.statistics.intervals import Z

PRIMAIRE, SECONDAIRE, NON_SIGNIFICATIF = "secret_primaire", "secret_secondaire", "non_significatif"
INTENABLE = "ses comptes ne peuvent pas être protégés"
JOURNAL = ("table", "annee", "groupe", "colonne", "raison", "minimum", "maximum")


@dataclass(frozen=True)
class Protection:
    """An edition that may be published, and what only its author may know: what was hidden, and what a reader can say
    of it (`journal`, rows of `JOURNAL`)."""

    edition: ProtectedEdition
    journal: list[tuple[str, ...]] = field(default_factory=list)


def protect(
    tables: Sequence[PublicTable], ecartees: Mapping[str, str], deja: Earlier = JAMAIS, base: int = 5,
    travail_max: float = rounding.TRAVAIL_MAX,
) -> Protection:  # fmt: skip
    """What may be published of these tables, the network's totals first.

    Args:
        ecartees: what is left out already, and why, by title.
        deja: what earlier editions published.
        base: what counts are rounded to, where there is more to audit than `travail_max`.
    """
    gardees, ecartees = [*tables], dict(ecartees)
    cells = find_cells(gardees)
    if rounding.audit_work(cells) > travail_max:
        rendues = [round_table(table, gardees[0], base) for table in gardees]
        return Protection(ProtectedEdition(tuple(rendues), ecartees, Method(base), Share(0, 0, 0, 0)))
    while True:
        relations = find_relations(cells, gardees)
        trouvee = Search(cells, relations, deja).run()
        if not trouvee.intenables:
            break
        table = worst_table(cells, gardees, trouvee)
        gardees.remove(table)
        ecartees[table.titre] = INTENABLE
        cells = find_cells(gardees)
    rendues = [mask_table(table, gardees[0], cells, trouvee) for table in gardees]
    part = Share.of(cells.valeurs, cells.publiees, trouvee.cachees)
    publiees = [rang for rang in sorted(trouvee.cachees) if cells.publiees[rang]]
    bornes = audit.intervals(cells, relations, trouvee.cachees, publiees)
    journal = [*list_hidden(gardees, cells, trouvee, bornes)]
    return Protection(ProtectedEdition(tuple(rendues), ecartees, Method(None), part), journal)


def worst_table(cells: Cells, tables: Sequence[PublicTable], trouvee: Suppression) -> PublicTable:
    """The table to leave out, where a count cannot be protected: the finest of those that have it, or that add up to
    it."""
    rangs = {rang for rang, _ in trouvee.intenables[0].forme}
    groupes = [{dimension for dimension, _ in cells.noms[rang].groupe} for rang in sorted(rangs)]
    possibles = [
        table
        for table in tables
        if table.nom != ENSEMBLE
        and (
            any(rangs & {*siens} for siens in cells.rangs[table.nom].values())
            or any(groupe <= {*table.cle, *table.attributs} for groupe in groupes)
        )
    ]
    if not possibles:
        raise CheckError(
            "les totaux du réseau ne peuvent pas être protégés : une édition publique précédente les donne presque",
            faire="N'en publiez pas d'autre de cette année, ou retirez d'output/ celle qui n'a été donnée à personne.",
        )
    return max(possibles, key=lambda table: (len(table.cle), table.frame.height))


def mask_table(table: PublicTable, ensemble: PublicTable, cells: Cells, trouvee: Suppression) -> ProtectedTable:
    """A table without what is hidden; its rates and shares where all that they come from is shown."""
    signes = {colonne: signs(colonne, table, cells, trouvee) for colonne in table.comptes}
    totaux = {
        colonne: dict(zip(ensemble.frame["annee"], signs(colonne, ensemble, cells, trouvee), strict=True))
        for colonne in ensemble.comptes
    }
    return make_protected(table, table.rows, signes, shares_of(table, ensemble.rows, totaux))


def signs(colonne: str, table: PublicTable, cells: Cells, trouvee: Suppression) -> list[str | None]:
    """Why each count of a column is hidden; None for one that is shown."""
    tues = {cible.forme for cible in trouvee.tues}
    if colonne in DIFFERENCES:
        plus, moins = (cells.rangs[table.nom].get(nom) for nom in DIFFERENCES[colonne])
        if plus is None or moins is None:
            return [SECONDAIRE] * table.frame.height
        petits = {
            (cells.differences[r].plus, cells.differences[r].moins)
            for r in trouvee.ecarts
            if ((cells.differences[r].plus, 1), (cells.differences[r].moins, -1)) not in tues
        }
        return [
            None if {*paire}.isdisjoint(trouvee.cachees) else PRIMAIRE if paire in petits else SECONDAIRE
            for paire in zip(plus, moins, strict=True)
        ]
    return [
        None
        if rang not in trouvee.cachees
        else PRIMAIRE
        if rang in trouvee.primaires and ((rang, 1),) not in tues
        else SECONDAIRE
        for rang in cells.rangs[table.nom][colonne]
    ]


Totals = dict[str, dict[str, tuple[int, str | None]]]  # count → year → the network's total, and why it is hidden


def shares_of(
    table: PublicTable, ensemble: Sequence[Mapping[str, Any]], signes: Mapping[str, Mapping[str, str | None]]
) -> Totals:
    """The totals that a table's shares are of."""
    return {
        PARTS[colonne]: {
            ligne["annee"]: (ligne[PARTS[colonne]], signes[PARTS[colonne]][ligne["annee"]]) for ligne in ensemble
        }
        for colonne in table.derivees
        if colonne in PARTS
    }


def make_protected(
    table: PublicTable, lignes: Sequence[Mapping[str, Any]], signes: Mapping[str, Sequence[str | None]], totaux: Totals,
    minimum: float = formats.EFFECTIF_MIN,
) -> ProtectedTable:  # fmt: skip
    """The rows of a table with each hidden value empty and its sign beside it; what comes from counts is computed again
    from those that are shown, a rate from `minimum` apprentices."""
    colonnes = dict[str, list[Any]]({nom: [ligne[nom] for ligne in lignes] for nom in ("annee", *table.dimensions)})
    for nom in table.comptes:
        colonnes[nom] = [None if signe else ligne[nom] for ligne, signe in zip(lignes, signes[nom], strict=True)]
        colonnes[f"{nom}_statut"] = [*signes[nom]]
    for nom in table.derivees:
        dites = [derive(nom, ligne, rang, signes, totaux, minimum) for rang, ligne in enumerate(lignes)]
        colonnes[nom] = [valeur for valeur, _ in dites]
        colonnes[f"{nom}_statut"] = [signe for _, signe in dites]
    genres = {
        nom: pl.Int64
        if nom in table.comptes
        else pl.Float64
        if nom in table.derivees and nom != "fiabilite"
        else pl.String
        for nom in colonnes
    }
    return ProtectedTable(
        table.nom, table.titre, table.cle, table.dimensions, table.comptes, table.derivees,
        pl.DataFrame(colonnes, schema=genres),
    )  # fmt: skip


def derive(
    nom: str, ligne: Mapping[str, Any], rang: int, signes: Mapping[str, Sequence[str | None]], totaux: Totals,
    minimum: float,
) -> tuple[Any, str | None]:  # fmt: skip
    """What comes from the counts of a row, and why it is not shown."""
    besoin = [PARTS[nom]] if nom in PARTS else ["ruptures_nettes", "effectif"]
    caches = [signes[colonne][rang] for colonne in besoin]
    total, cache = totaux[PARTS[nom]][ligne["annee"]] if nom in PARTS else (0, None)
    caches.append(cache)
    if nom in DECIMALES:
        caches += [siens[rang] for siens in signes.values()]
    if dits := [signe for signe in caches if signe]:
        return None, PRIMAIRE if PRIMAIRE in dits else SECONDAIRE
    if nom in PARTS:
        return (ligne[PARTS[nom]] / total, None) if total else (None, None)
    nettes, effectif = ligne["ruptures_nettes"], ligne["effectif"]
    if effectif < minimum:
        return (NON_SIGNIFICATIF if nom == "fiabilite" else None), (None if nom == "fiabilite" else NON_SIGNIFICATIF)
    if nom in DE_TAUX:
        return rate(nom, min(nettes, effectif), effectif), None
    return (None if ligne[nom] is None else round(ligne[nom], DECIMALES[nom])), None


def rate(nom: str, nettes: int, effectif: int) -> float | str:
    """A rate, a limit of it, what it is worth."""
    if nom == "fiabilite":
        return formats.fiabilite(nettes, effectif)
    if nom == "taux_rupture_nette":
        return nettes / effectif
    bas, haut = wilson(np.array([nettes]), np.array([effectif]), Z)
    return float((bas if nom == "taux_bas" else haut)[0])


def round_table(table: PublicTable, ensemble: PublicTable, base: int) -> ProtectedTable:
    """A table with its counts rounded, and what comes from them computed from those; what comes from more than that is
    left out."""
    lignes, reseau = round_rows(table, base), round_rows(ensemble, base)
    ronde = replace(table, derivees=tuple(nom for nom in table.derivees if nom not in DECIMALES))
    rien = {colonne: [None] * len(lignes) for colonne in table.comptes}
    totaux = shares_of(ronde, reseau, {nom: {ligne["annee"]: None for ligne in reseau} for nom in PARTS.values()})
    # So that a rate is of 20 apprentices at least, whatever their number was rounded from.
    return make_protected(ronde, lignes, rien, totaux, formats.EFFECTIF_MIN + base / 2)


def round_rows(table: PublicTable, base: int) -> list[dict[str, Any]]:
    """Its rows; a difference is that of the rounded counts, which say nothing more."""
    lignes = [ligne | {nom: rounding.rounded(ligne[nom] or 0, base) for nom in table.comptes} for ligne in table.rows]
    for nom, (plus, moins) in DIFFERENCES.items():
        if {nom, plus, moins} <= {*table.comptes}:
            lignes = [ligne | {nom: max(ligne[plus] - ligne[moins], 0)} for ligne in lignes]
    return lignes


def list_hidden(
    tables: Sequence[PublicTable], cells: Cells, trouvee: Suppression, bornes: Mapping[int, tuple[float, float]]
) -> Iterator[tuple[str, ...]]:
    """What the log says: of each hidden cell, in the first table that has it, why, and what a reader can say of it."""
    dites = set[CellName]()
    for table in tables:
        for colonne, rangs in cells.rangs[table.nom].items():
            for rang, signe in zip(rangs, signs(colonne, table, cells, trouvee), strict=True):
                nom = cells.noms[rang]
                if signe is None or nom in dites:
                    continue
                dites.add(nom)
                bas, haut = bornes[rang]
                groupe = " ; ".join(f"{dimension} = {valeur}" for dimension, valeur in nom.groupe)
                yield (
                    table.nom, nom.annee, groupe, colonne, signe,
                    str(int(np.ceil(bas - audit.PRECISION))),
                    "" if np.isinf(haut) else str(int(np.floor(haut + audit.PRECISION))),
                )  # fmt: skip
        yield from list_small_rates(table, cells, trouvee)


def list_small_rates(table: PublicTable, cells: Cells, trouvee: Suppression) -> Iterator[tuple[str, ...]]:
    """The rates that mean nothing, of groups whose counts are shown."""
    if "taux_rupture_nette" not in table.derivees:
        return
    nettes, effectifs = (cells.rangs[table.nom][colonne] for colonne in ("ruptures_nettes", "effectif"))
    for une, autre in zip(nettes, effectifs, strict=True):
        if {une, autre}.isdisjoint(trouvee.cachees) and cells.valeurs[autre] < formats.EFFECTIF_MIN:
            nom = cells.noms[autre]
            groupe = " ; ".join(f"{dimension} = {valeur}" for dimension, valeur in nom.groupe)
            yield table.nom, nom.annee, groupe, "taux_rupture_nette", NON_SIGNIFICATIF, "", ""
