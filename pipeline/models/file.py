"""ONE .sql file: its header, its query, the tables it reads. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token

from pipeline.errors import UsageError
from pipeline.glossary import Glossary
from pipeline.models.header_file import ENTETE, SANS_GLOSSAIRE, HeadedFile, read_header

SqlFault = tuple[int, str, str]  # line, what, what to do
DUCKDB = sqlglot.Dialect.get_or_raise("duckdb")
AUTREMENT_DITES = {"MULTI": "PIVOT"}  # as DuckDB runs it


@dataclass(frozen=True)
class SqlFile(HeadedFile):
    """A model: its header, its SELECT, and the tables it reads with the line that first does.

    Attributes:
        corps: the query from its first word on: DuckDB miscounts the lines of one that starts with a comment.
        decalage: lines of the file before `corps`.
    """

    corps: str
    decalage: int
    arbre: exp.Query
    parents: Mapping[str, int]


def parse(chemin: Path, schema: str, glossaire: Glossary = SANS_GLOSSAIRE) -> SqlFile:
    """Read one model.

    Raises:
        UsageError: no header, a header that is not what we know, or SQL that cannot be read.
    """
    modele = read_header(chemin, schema, glossaire)
    # The header is the longest comment: blank, it is as long and is not read again.
    arbre, premier = parse_query(ENTETE.sub(blank, modele.sql), chemin)
    return SqlFile(
        **vars(modele),
        corps=modele.sql[premier.start :],
        decalage=premier.line - 1,
        arbre=arbre,
        parents=find_parents(arbre),
    )


def blank(trouve: re.Match[str]) -> str:
    """As many spaces, on as many lines."""
    return re.sub(r"[^\n]", " ", trouve[0])


def parse_query(texte: str, chemin: Path) -> tuple[exp.Query, Token]:
    """The one query of a file, and its first word. DuckDB says what it is, sqlglot what it reads.

    Raises:
        UsageError: SQL that cannot be read, another statement than a SELECT, or several.
    """
    try:
        instructions = duckdb.extract_statements(texte)
    except duckdb.Error as erreur:
        raise unreadable(chemin, near(str(erreur)), line_said(str(erreur))) from None
    try:
        jetons = DUCKDB.tokenize(texte)
        refuse_other_statements(texte, instructions, jetons, chemin)
        arbre = next((arbre for arbre in DUCKDB.parser().parse(jetons, texte) if arbre is not None), None)
    except (ParseError, TokenError) as erreur:
        details = (getattr(erreur, "errors", None) or [{}])[0]
        raise unreadable(chemin, details.get("highlight", ""), details.get("line")) from None
    if not isinstance(arbre, exp.Query):
        raise UsageError("le fichier n'a pas de SELECT", ou=chemin, faire="Écrivez-en un après l'en-tête.")
    return arbre, jetons[0]


def refuse_other_statements(
    texte: str, instructions: list[duckdb.Statement], jetons: list[Token], chemin: Path
) -> None:
    """Raises UsageError when a file has another statement than a SELECT, or several."""
    debut = 0
    for rang, instruction in enumerate(instructions):
        genre = AUTREMENT_DITES.get(instruction.type.name, instruction.type.name)
        if genre != "SELECT" or rang:
            quoi = "le fichier contient plusieurs requêtes" if genre == "SELECT" else f"instruction {genre} refusée"
            faire = "Gardez un seul SELECT : il lit la base et ne fait rien d'autre."
            ligne = next(jeton.line for jeton in jetons if jeton.start >= debut)
            raise UsageError(quoi, ou=chemin, ligne=ligne, faire=faire)
        # Comments between two statements are in neither.
        debut = texte.index(instruction.query, debut) + len(instruction.query)


def unreadable(chemin: Path, mot: str, ligne: int | None) -> UsageError:
    """SQL that cannot be read, at a word."""
    endroit = f" à « {mot} »" if mot else ""
    return UsageError(f"SQL illisible{endroit}", ou=chemin, ligne=ligne, faire="Essayez la requête dans DuckDB.")


def near(message: str) -> str:
    """The word at which DuckDB stopped."""
    mot = re.search(r'at or near "(.*?)"', message)
    return mot[1] if mot else "la fin du fichier" if "end of input" in message else ""


def line_said(message: str) -> int | None:
    """The line of the query that a message of DuckDB names."""
    ligne = re.search(r"^LINE (\d+):", message, re.MULTILINE)
    return int(ligne[1]) if ligne else None


def find_parents(arbre: exp.Query) -> dict[str, int]:
    """Tables read (`schema.nom`), by the SQL itself, each with the first line that reads it."""
    parents: dict[str, int] = {}
    for table in arbre.find_all(exp.Table):
        if table.db:
            nom, ligne = f"{table.db}.{table.name}", line_of(table)
            parents[nom] = min(parents.get(nom, ligne), ligne)
    return parents


def line_of(noeud: exp.Expr) -> int:
    """The line of a piece of SQL: that of the first name in it, or around it."""
    autour: exp.Expr | None = noeud
    while autour is not None:
        if lignes := [n.meta["line"] for n in autour.walk() if "line" in n.meta]:
            return min(lignes)
        autour = autour.parent
    return 1


def result_line(arbre: exp.Query) -> int:
    """The line of the SELECT that gives the result."""
    return line_of(arbre.args.get("from_") or arbre)
