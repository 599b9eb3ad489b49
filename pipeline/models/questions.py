"""Questions put to the database in SQL: what a breakdown may read, in the same enclosure, and nobody's identifier in
the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline import formats
from pipeline.errors import UsageError
from pipeline.models import rows
from pipeline.models.enclosure import Enclosure
from pipeline.models.file import parse_query, unreadable
from pipeline.models.locked import explained
from pipeline.models.vetting import query_faults
from pipeline.schemas import IDENTIFIANTS

OU = Path("requête")  # what messages call the text of a question
LIGNES_A_L_ECRAN = 50
DE_DESCRIPTION = re.compile(r"\s*(describe|desc|show|summarize)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """The rows of a question.

    Attributes:
        tues: columns that designate a person, a contract or an employer: they are not shown.
        suite: whether there are more rows than those.
    """

    colonnes: tuple[str, ...]
    lignes: list[tuple[Any, ...]]
    tues: tuple[str, ...]
    suite: bool

    def written(self, forme: str) -> str:
        """As `texte`, `json` or `csv`."""
        if forme == "texte":
            return "\n".join(rows.as_table(self.colonnes, self.lignes)) if self.colonnes else ""
        return (rows.as_json if forme == "json" else rows.as_csv)(self.colonnes, self.lignes)

    def remarks(self) -> Iterator[str]:
        """What the rows do not say."""
        if self.tues:
            yield f"Colonnes tues, qui désignent une personne, un contrat ou un employeur : {', '.join(self.tues)}."
        if self.suite:
            premieres = formats.plural(len(self.lignes), "ligne montrée", "lignes montrées")
            yield f"{premieres}, il y en a d'autres : --lignes en montre davantage."


def split(texte: str) -> list[str]:
    """The statements of a text.

    Raises:
        UsageError: SQL that cannot be read, or none.
    """
    try:
        instructions = [instruction.query for instruction in duckdb.extract_statements(texte)]
    except duckdb.Error as erreur:
        mot = re.search(r'at or near "(.*?)"', str(erreur))
        raise unreadable(OU, mot[1] if mot else "", None) from None
    if not instructions:
        raise UsageError("aucune requête", faire='Écrivez un SELECT : ruptures sql "select … from core.inscriptions".')
    return instructions


def only_one(questions: Sequence[str], forme: str) -> None:
    """Raises UsageError when several questions would be one file."""
    if forme != "texte" and len(questions) > 1:
        raise UsageError(f"{len(questions)} requêtes, et --format {forme}", faire="N'en gardez qu'une.")


def ask(enceinte: Enclosure, question: str, lignes: int | None) -> Reply:
    """Put one question to a database; `lignes`: rows of the reply at most, None for all.

    Raises:
        UsageError: another statement than a SELECT, one that reads what breakdowns may not, that DuckDB refuses, or
            that is too long.
        MachineError: the disk.
    """
    if mot := DE_DESCRIPTION.match(question):
        faire = "Les tables et leurs colonnes : ruptures lister --tables, ruptures dictionnaire."
        raise UsageError(f"« {mot[1].lower()} » est refusé", ou=OU, faire=faire)
    arbre, premier = parse_query(question, OU)
    for ligne, quoi, faire in query_faults(arbre, question):
        raise UsageError(quoi, ou=OU, ligne=ligne, faire=faire)
    with explained(enceinte.duree, OU, decalage=premier.line - 1):
        noms, lues = enceinte.fetch(question[premier.start :], combien=None if lignes is None else lignes + 1)
    rangs = [rang for rang, nom in enumerate(noms) if nom.lower() not in IDENTIFIANTS]
    gardees = lues if lignes is None else lues[:lignes]
    return Reply(
        tuple(noms[rang] for rang in rangs),
        [tuple(ligne[rang] for rang in rangs) for ligne in gardees],
        tuple(nom for nom in noms if nom.lower() in IDENTIFIANTS),
        len(gardees) < len(lues),
    )
