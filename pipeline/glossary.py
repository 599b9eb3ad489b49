"""`sql/glossaire.toml`: what a name of the database means and how it is printed, once for every table that has it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from pipeline.formats import Format
from pipeline.strict import Strict, Texte, read_toml


class GlossaryColumn(Strict):
    """A column: what it is; where it is printed under one name, its head, how its values are written, and what one says
    in a sentence (`lecture`: {} is the value, and what comes before a bar is for less than two); of a rate, the columns
    of how many it is (`effectif`) and of what it is worth (`fiabilite`), where these have other names."""

    description: Texte
    libelle: Texte | None = None
    format: Format = "texte"
    lecture: Texte | None = None
    effectif: Texte | None = None
    fiabilite: Texte | None = None

    @property
    def printed(self) -> dict[str, str]:
        """What a header need not say of it."""
        dites = {cle: getattr(self, cle) for cle in ("libelle", "lecture", "effectif", "fiabilite")}
        return {"format": self.format, **{cle: dite for cle, dite in dites.items() if dite}}


def as_column(dite: object) -> object:
    """A sentence alone is what the column is."""
    return dite if isinstance(dite, dict) else {"description": dite}


class Glossary(Strict):
    """The whole of the glossary.

    Attributes:
        colonnes: name of a column → what it is, wherever it is.
        tables: table of `brut` or `ref`, which no .sql file makes → what its rows are.
        brut: name of a column → what it is in the tables of `brut`, where it is something else or nothing elsewhere.
        anomalies: nature of an anomaly (`core.anomalies`) → what is counted, as the report says it.
    """

    colonnes: dict[str, Annotated[GlossaryColumn, BeforeValidator(as_column)]]
    tables: dict[str, Texte]
    brut: dict[str, Texte]
    anomalies: dict[str, Texte]


def read_glossary(chemin: Path) -> Glossary:
    """The glossary read from a TOML file.

    Raises:
        UsageError: file absent, unreadable, not TOML, or a key or value that is not ours.
    """
    return read_toml(chemin, Glossary, "glossaire", "Remettez ce fichier en place.")
