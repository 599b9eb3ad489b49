"""What the analyst asks for on the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline import inputs, paths
from pipeline.errors import UsageError
from pipeline.paths import Project


@dataclass(frozen=True)
class BuildRequest:
    """A database; data and settings that are not said are those of the project, or of the demonstration (see `inputs`).

    Attributes:
        propres: the project's own breakdowns, beside those of `sql`.
    """

    base: Path
    annee: str | None = None
    arrete_au: date | None = None
    donnees: Path | None = None
    config: Path | None = None
    accepter_rejets: bool = False
    sql: Path = paths.SQL
    propres: Path | None = None
    projet: Project = field(default_factory=inputs.find_project)


@dataclass(frozen=True)
class CfaSelection:
    """Which CFA have a report in the edition.

    Attributes:
        seuls: UAI of those that must have one, beside those that have one already; none: all of them.
        aucun: no report of a CFA.
        jobs: reports written at once; None: one for each processor.
    """

    seuls: tuple[str, ...] = ()
    aucun: bool = False
    jobs: int | None = None

    def __post_init__(self) -> None:
        if self.seuls and self.aucun:
            raise UsageError("--cfa et --sans-cfa se contredisent", faire="Gardez l'un des deux.")
