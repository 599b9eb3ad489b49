"""`sql/glossaire.toml`: what a name of the database means, said once for every table that has it."""

from __future__ import annotations

from pathlib import Path

from pipeline.strict import Strict, Texte, read_toml


class Glossary(Strict):
    """The whole of the glossary.

    Attributes:
        colonnes: name of a column → what it is, wherever it is.
        tables: table of `ref`, which no .sql file makes → what its rows are.
    """

    colonnes: dict[str, Texte]
    tables: dict[str, Texte]


def read_glossary(chemin: Path) -> Glossary:
    """The glossary read from a TOML file.

    Raises:
        UsageError: file absent, unreadable, not TOML, or a key or value that is not ours.
    """
    return read_toml(chemin, Glossary, "glossaire", "Remettez ce fichier en place.")
