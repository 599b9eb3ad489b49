"""The file of a new breakdown, from `sql/nouvelle_ventilation.sql`, which is itself one that runs."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import UsageError, closest
from pipeline.models import file
from pipeline.models.catalog import BROUILLON
from pipeline.schemas import IDENTIFIANTS
from pipeline.settings import Settings

MODELE = "nouvelle_ventilation.sql"
DIMENSION = "sexe"


def write_breakdown(nom: str, par: str | None, sql: Path, reglages: Settings) -> Path:
    """Write `sql/ventilations/<nom>.sql`, a breakdown by a column of `core.inscriptions`; returns its path.

    Raises:
        UsageError: a name that cannot name a table, a file that exists, a column that is not there.
    """
    chemin = sql / "ventilations" / f"{nom}.sql"
    file.check_name(nom, chemin)
    if chemin.exists():
        raise UsageError("ce fichier existe déjà", ou=chemin, faire="Choisissez un autre nom, ou modifiez-le.")
    colonne = par or nom.removeprefix(BROUILLON).removeprefix("par_")
    connues = dimensions(sql, reglages)
    if colonne not in connues:
        raise UsageError(
            f"« {colonne} » n'est pas une colonne de core.inscriptions{closest(colonne, connues)}",
            faire=f"Nommez-en une avec --par : {', '.join(connues)}.",
        )
    texte = re.sub(rf"\b{DIMENSION}\b", colonne, (sql / MODELE).read_text(encoding="utf-8"))
    texte = re.sub(r"^section: \w+", f"section: {reglages.sections[-1].cle}", texte, flags=re.MULTILINE)
    chemin.write_text(texte, encoding="utf-8")
    return chemin


def dimensions(sql: Path, reglages: Settings) -> list[str]:
    """The columns of `core.inscriptions` that may tell groups of apprentices apart, supplementary ones included."""
    modele = file.parse(sql / "core/inscriptions.sql", "core")
    finales = [cte.this for cte in modele.arbre.ctes if cte.alias == "final"]
    noms = [nom for select in finales for nom in select.named_selects]
    return [nom for nom in (*noms, *reglages.colonnes_supplementaires) if nom not in {"*", "annee", *IDENTIFIANTS}]
