"""An edition as it was published: its manifest and its tables, read and never written."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import storage
from pipeline.comparison.journal import find_journal
from pipeline.errors import InputError, UsageError, closest

Row = dict[str, Any]
COMPTES = ("inscrits_actifs", "ruptures_nettes", "effectif", "sortis_a_terme")
EXTERNE = "externe"  # the profile of a public edition, in its manifest
# What a table has that has a row for each structure, and for nothing else.
COLONNES_DES_STRUCTURES = {"annee", "uai", "structure", "type_structure", "cfa_rattachement", *COMPTES}


@dataclass(frozen=True)
class PublishedEdition:
    """What an edition says, or one that is about to.

    Attributes:
        tables: every breakdown, by name: every year, row and column.
        empreinte: hash of its manifest, '' for one that has none yet.
        journal: None where there is none to read; `sans_journal` says why.
    """

    nom: str
    manifeste: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    empreinte: str = ""
    journal: Path | None = None
    sans_journal: str = ""

    @property
    def annee(self) -> str:
        """The report's year."""
        return self.manifeste["annee"]

    @property
    def annees(self) -> dict[str, Row]:
        """The network's figures of each published year, with its window where the manifest says it; those of an older
        manifest are the sums of its structures."""
        if "annees" in self.manifeste:
            return {ligne["annee"]: ligne for ligne in self.manifeste["annees"]}
        annees: dict[str, Row] = {}
        for ligne in self.lignes_des_structures:
            siennes = annees.setdefault(ligne["annee"], {"annee": ligne["annee"]} | dict.fromkeys(COMPTES, 0))
            for compte in COMPTES:
                siennes[compte] += ligne[compte]
        return annees

    def structures(self, annee: str) -> dict[str, Row]:
        """Its structures in a year, by UAI, in the order of their table; none where it has no such table."""
        return {ligne["uai"]: ligne for ligne in self.lignes_des_structures if ligne["annee"] == annee}

    @cached_property
    def lignes_des_structures(self) -> list[Row]:
        """The rows of the table of structures, known by its columns."""
        tables = (table for table in self.tables.values() if set(table.columns) >= COLONNES_DES_STRUCTURES)
        return next((table.to_dicts() for table in tables), [])


def find_edition(designation: str, sortie: Path) -> Path:
    """The folder of an edition: a path, or its name in `sortie`. Raises UsageError when there is none."""
    if (dossier := storage.edition_named(designation, sortie)) is not None:
        return dossier
    connues = [
        c.parent.name for c in sorted(sortie.glob(f"*/{storage.MANIFESTE}")) if not c.parent.name.startswith(".")
    ]
    raise UsageError(
        f"aucune édition « {designation} »{closest(designation, connues)}",
        faire="Donnez le dossier d'une édition, ou son nom"
        + (
            f", parmi celles de {sortie} : {', '.join(connues)}."
            if connues
            else f" ; il n'y en a aucune dans {sortie}."
        ),
    )


def read_edition(dossier: Path, base: Path) -> PublishedEdition:
    """An edition, its journal being looked for beside `base`.

    Raises:
        UsageError: it is a public one.
        InputError: its manifest or one of its tables is missing or is not what was published.
    """
    manifeste, tables = dossier / storage.MANIFESTE, {}
    try:
        octets = manifeste.read_bytes()
        contenu = json.loads(octets)
        sorties = contenu["sorties"]
        assert isinstance(contenu["annee"], str)
        assert isinstance(sorties, dict)
    except (OSError, ValueError, KeyError, TypeError, AssertionError):
        faire = "Reprenez l'édition telle qu'elle a été publiée."
        raise InputError("manifeste illisible", ou=manifeste, faire=faire) from None
    if contenu.get("profil") == EXTERNE:
        quoi = "une édition publique ne se compare pas : elle cache ou arrondit une partie de ses comptes"
        raise UsageError(quoi, ou=dossier, faire="Comparez les éditions internes des mêmes années.")
    for chemin, empreinte in sorties.items():
        if chemin.startswith("donnees/") and chemin.endswith(".parquet"):
            fichier = dossier / chemin
            tables[fichier.stem] = read_table(fichier, empreinte)
    journal, sans_journal = find_journal(base, contenu)
    return PublishedEdition(
        dossier.resolve().name, contenu, tables, hashlib.sha256(octets).hexdigest(), journal, sans_journal
    )


def read_table(fichier: Path, empreinte: str) -> pl.DataFrame:
    """A table as it was published. Raises InputError when it is another, or is missing."""
    try:
        octets = fichier.read_bytes()
    except OSError:
        octets = b""
    if hashlib.sha256(octets).hexdigest() != empreinte:
        quoi = "cette table n'est pas celle qui a été publiée, ou manque"
        raise InputError(quoi, ou=fichier, faire="Reprenez l'édition telle qu'elle a été publiée.")
    return pl.read_parquet(io.BytesIO(octets))
