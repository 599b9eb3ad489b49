"""Where fictitious data go: never among real ones."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import UsageError
from pipeline.inputs import MARQUE_FICTIVE, REFERENTIELS, ROLES, list_data


def empty_folder(sortie: Path) -> None:
    """Make room for fictitious data in `sortie`: what an earlier call wrote there goes, anything else stays.

    Raises:
        UsageError: exports are there that are not marked as fictitious.
    """
    dossiers = [sortie / nom for nom in (*ROLES, REFERENTIELS)]
    if not (sortie / MARQUE_FICTIVE).is_file() and any(list_data(dossier) for dossier in dossiers):
        raise UsageError(
            "ce dossier contient des données qui ne sont pas fictives",
            ou=sortie,
            faire="Choisissez un autre dossier avec --sortie.",
        )
    for dossier in dossiers:
        for fichier in list_data(dossier):
            fichier.unlink()
    (sortie / "contrats").mkdir(parents=True, exist_ok=True)
