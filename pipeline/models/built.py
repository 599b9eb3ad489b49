"""What a build hands over: the database, and what must be told about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.models.catalog import Catalog
from pipeline.settings import Settings


@dataclass(frozen=True)
class BuiltDatabase:
    """A database that was built and checked.

    Attributes:
        fictives: whether its rows are demonstration data.
        referentiels: the file that each referential was read from, by name.
        avertissements: what a reader of the report must know too: of the year, of the bounds of the rate, of what the
            referentials lack.
        resume: what is doubtful in the files, what was read, and the year, in sentences.
        edition: name of the edition that is made of it.
        douteux: what is doubtful in the referentials, in sentences.
        empreinte: all that it was made from, and what an edition of it is made from besides (`freshness`).
    """

    base: Path
    reglages: Settings
    catalogue: Catalog
    fictives: bool
    referentiels: dict[str, Path]
    avertissements: list[str]
    resume: str
    edition: str
    douteux: list[str]
    empreinte: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
