"""What a build hands over: the database, and what must be told about it."""

from __future__ import annotations

from dataclasses import dataclass
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
    """

    base: Path
    reglages: Settings
    catalogue: Catalog
    fictives: bool
    referentiels: dict[str, Path]
    avertissements: list[str]
    resume: str
