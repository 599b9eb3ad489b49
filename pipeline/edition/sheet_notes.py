"""What is said above the table of a sheet: what it holds, its first row read, whom it counts, its signs. Pure.

By the rules of the report (`worked_example`, `scope`, `signs`), on the sheet's own rows of the report's year: the
report reads a first row that it may have put together with others, or crossed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.formats import sentence
from pipeline.models.header import PrintedColumn
from pipeline.report import amounts, worked_example
from pipeline.report.blocks import signs
from pipeline.report.breakdowns import Breakdown, ResultRow
from pipeline.report.scope import scope
from pipeline.report.sums import COMPTES, sum_rows

FICHIERS = "tables/{0}.csv et donnees/{0}.parquet ont les mêmes lignes, sous les noms de la dernière feuille."


def notes(
    table: Breakdown, dites: Mapping[str, PrintedColumn], annee: str, ensemble: ResultRow, origine: str
) -> Iterator[tuple[str, str]]:
    """(name, words) of each note.

    Args:
        dites: the columns of the sheet that have a label.
        ensemble: the network's totals of the year `annee`.
        origine: where the data come from.
    """
    annuelle = table.of_year(annee)
    total = sum_rows(dict.fromkeys((c for c in COMPTES if c in annuelle.colonnes), False), annuelle.lignes)
    yield "Contenu", sentence(table.entete.description)
    yield "Lecture", capital(first_row(table, annee))
    yield "Champ", capital(scope(annuelle, total if annuelle.lignes else None, ensemble))
    yield "Source", origine
    temoins = [c for c in table.frame.columns if c in {colonne.temoins[0] for colonne in dites.values()}]
    vues = table.frame.select(temoins).unique().to_dicts() if temoins else []
    nettes = dict.fromkeys({"ruptures_nettes"} & {*table.frame.columns})
    yield "Signes", " ".join(signs(dites.values(), [vue | nettes for vue in vues]))
    yield "Fichiers", FICHIERS.format(table.nom)


def capital(texte: str) -> str:
    """A sentence that begins a cell."""
    return texte[:1].upper() + texte[1:]


def first_row(table: Breakdown, annee: str) -> str:
    """The first row of the year in a sentence, or that there is none; amounts of few ruptures are left out of it."""
    entete = table.entete
    premieres = table.of_year(annee).lignes[:1]
    if not premieres:
        return sentence(entete.sans_ligne or f"Aucune ligne pour {annee}")
    (ligne,) = amounts.without_few(entete, premieres)
    if entete.place != "cfa":
        return worked_example.example(table.of_year(annee), ligne)
    # Its words are those of the report of a CFA, which need not name it.
    lue = worked_example.example(table.of_cfa(ligne["uai"]).of_year(annee), ligne)
    return f"{ligne.get('structure') or ligne['uai']} : {lue}" if lue else ""
