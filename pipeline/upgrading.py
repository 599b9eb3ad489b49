"""What changed, version after version, in what a project writes: keys of `config.toml`, columns, headers of .sql files.

The one table of it: an old key is refused with the edit to make, and `ruptures mise-a-jour` tells the rest.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.errors import UsageError
from pipeline.strict import find_line

CLE, SQL = "config.toml", "vos fichiers .sql"


@dataclass(frozen=True)
class Change:
    """Something that a project may have written otherwise.

    Attributes:
        version: the first version that has it.
        ou: in which files.
        ancien: how it was called, '' for what is new; a key of `config.toml` with its tables, `periodes.essai_mois`.
        nouveau: how it is called, '' for what is gone.
        dit: what it is, or what does without it, as a sentence.
    """

    version: str
    ou: str
    ancien: str
    nouveau: str
    dit: str

    def sentence(self) -> str:
        """What is to be read or done, in one sentence."""
        if not self.ancien:
            return f"{self.ou} : « {self.nouveau} » est nouveau. {self.dit}"
        if not self.nouveau:
            return f"{self.ou} : « {self.ancien} » n'est plus lu. {self.dit}"
        return f"{self.ou} : « {self.ancien} » s'appelle « {self.nouveau} ». {self.dit}"


CHANGEMENTS = (
    Change("0.1.0", CLE, "periodes.post_examen_mois", "", "Le jour de fin de formation donne cette période."),
    Change("0.1.0", CLE, "periodes.post_examen_duree_mois", "", "Le jour de fin de formation donne cette période."),
    Change("0.1.0", CLE, "", "version", "La version de l'outil pour laquelle config.toml est écrit."),
    Change("0.1.0", CLE, "", "ventilations.exclues", "Les ventilations que l'édition n'a pas."),
    Change(
        "0.1.0", CLE, "", "presentation.comparees_a", "Les éditions depuis lesquelles le rapport dit ce qui a changé."
    ),
    Change("0.1.0", CLE, "", "presentation.destinataires", "Qui peut lire l'édition interne, écrit sur sa couverture."),
    Change("0.1.0", CLE, "", "presentation.destinataires_cfa", "Qui peut lire le rapport d'un CFA."),
    Change("0.1.0", SQL, "reference: region", "reference: reseau", "La droite d'un graphique est au taux du réseau."),
    Change("0.1.0", SQL, "staging", "brut", "Les lignes des fichiers, sous les mêmes noms de tables."),
)


def rank(version: str) -> tuple[int, ...]:
    """What orders versions: 0.10.0 is after 0.9.2."""
    return tuple(map(int, re.findall(r"\d+", version)))


def since(version: str) -> list[Change]:
    """What changed after a version; everything that is known of where it is ''."""
    return [un for un in CHANGEMENTS if not version or rank(un.version) > rank(version)]


def old_keys(contenu: Mapping[str, Any], chemin: Path) -> Iterator[UsageError]:
    """What `config.toml` says in the words of an earlier version, each with the edit to make."""
    for un in CHANGEMENTS:
        if un.ou != CLE or not un.ancien or not has(contenu, un.ancien):
            continue
        *tables, cle = un.ancien.split(".")
        table = f"[{'.'.join(tables)}] " if tables else ""
        *_, neuve = un.nouveau.split(".")
        faire = f"Remplacez « {cle} » par « {neuve} » à cette ligne." if neuve else "Retirez cette ligne."
        quoi = f"{table}{cle} : cette clé a changé en version {un.version}. {un.dit}"
        yield UsageError(quoi.rstrip("."), ou=chemin, ligne=find_line(chemin, [*tables, cle]), faire=faire)


def has(contenu: Mapping[str, Any], cle: str) -> bool:
    """Whether a TOML file has the key `periodes.essai_mois`."""
    *tables, derniere = cle.split(".")
    for table in tables:
        contenu = contenu.get(table) if isinstance(contenu.get(table), dict) else {}  # type: ignore[assignment]
    return derniere in contenu


def read_version(contenu: Mapping[str, Any]) -> str:
    """The version that `config.toml` says, '' for none that is one."""
    version = contenu.get("version")
    return version if isinstance(version, str) and rank(version) else ""


def all_that_changed(config: Path) -> Iterator[str]:
    """What changed since the version of a `config.toml`, the edits to make first, as lines.

    Raises:
        UsageError: it is not there, or is not TOML.
    """
    try:
        contenu = tomllib.loads(config.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError):
        faire = "Corrigez-le : ruptures lister dit où il est faux."
        raise UsageError("configuration illisible", ou=config, faire=faire) from None
    version, a_faire = read_version(contenu), list(old_keys(contenu, config))
    dite = f"la version {version}" if version else "une version qui n'est pas dite"
    yield f"{config} est écrit pour {dite} ; l'outil est en version {__version__}."
    if a_faire:
        yield "À modifier :"
        yield from (f"  {faute.message}" for faute in a_faire)
    if changes := since(version):
        yield "Ce qui a changé depuis :" if version else "Ce qui a changé d'une version à l'autre :"
        yield from (f"  {un.version}  {un.sentence()}" for un in changes)
    if rank(version) < rank(__version__):
        quoi = "Une fois lu, remplacez" if version else "Une fois lu, écrivez en tête"
        yield f'{quoi} : version = "{__version__}"'
    elif not changes and not a_faire:
        yield "Rien n'a changé."
