"""Where the files of the tool are, and those of a project: what one network owns.

In a clone both are under its root. An installed package has the tool's files inside, under the same names
(`pyproject.toml` says which), and no project: `ruptures nouveau-projet` writes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAQUET = Path(__file__).resolve().parent
LIVRE = PAQUET / "_livre"  # in an installed package only
RACINE = LIVRE if LIVRE.is_dir() else PAQUET.parent
SQL = RACINE / "sql"
GABARITS = RACINE / "report_templates"
REFERENCE = RACINE / "data/reference"
MODELES_DE_REFERENTIELS = RACINE / "docs/referentiels"
EXEMPLE = RACINE / "exemples/btp-cfa-ile-de-france"  # the network that the demonstration is of
NOUVEAU_PROJET = PAQUET / "nouveau_projet"  # what `ruptures nouveau-projet` writes as it is
PROJET = "RUPTURES_PROJET"  # the variable that says where the project is


@dataclass(frozen=True)
class Project:
    """The folder of what a network owns, and what a run reads and writes there unless the command says otherwise."""

    dossier: Path

    @property
    def config(self) -> Path:
        return self.dossier / "config.toml"

    @property
    def donnees(self) -> Path:
        return self.dossier / "data/raw"

    @property
    def base(self) -> Path:
        return self.dossier / "data/processed/ruptures.duckdb"

    @property
    def sortie(self) -> Path:
        return self.dossier / "output"

    def models(self, sql: Path | None) -> tuple[Path, Path | None]:
        """The folder of the models, and that of the project's own breakdowns, beside them; none beside models that are
        asked for (`sql`), nor where the project is the clone itself."""
        propres = self.dossier / "sql/ventilations"
        return (sql, None) if sql is not None else (SQL, None if propres == SQL / "ventilations" else propres)
