"""What public editions already said: those of the folder of editions, and those that the settings name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from pipeline import storage
from pipeline.comparison.published import EXTERNE, read_table
from pipeline.disclosure.cells import CellName
from pipeline.disclosure.primary import Earlier
from pipeline.disclosure.protect import PRIMAIRE, SECONDAIRE
from pipeline.disclosure.tables import COMPTES
from pipeline.errors import InputError, UsageError
from pipeline.settings import Settings


def find_earlier(sortie: Path, reglages: Settings) -> list[Path]:
    """The folders of the public editions, in order. Raises UsageError when one that the settings name is not there."""
    nommees = [reglages.beside(nom) for nom in reglages.publication.editions_precedentes]
    for dossier in nommees:
        if not is_public(dossier):
            raise UsageError(
                "[publication] editions_precedentes : ce dossier n'est pas celui d'une édition publique",
                ou=dossier,
                faire="Corrigez ce chemin, qui part du dossier de config.toml.",
            )
    la = [chemin.parent for chemin in sortie.glob(f"*/{storage.MANIFESTE}") if not chemin.parent.name.startswith(".")]
    return sorted({*nommees, *filter(is_public, la)})


def is_public(dossier: Path) -> bool:
    """Whether a folder has a public edition."""
    return storage.read_manifest(dossier).get("profil") == EXTERNE


def read_earlier(dossiers: Sequence[Path]) -> Earlier:
    """What they show and hide. Of one that is rounded, nothing is known to the unit.

    Raises:
        InputError: a table that is not the one that was published.
    """
    montrees, cachees = dict[CellName, set[int]](), set[CellName]()
    for dossier in dossiers:
        manifeste = storage.read_manifest(dossier)
        if manifeste.get("arrondi") is not None:
            continue
        for nom, cle in manifeste.get("cles", {}).items():
            chemin = f"donnees/{nom}.parquet"
            try:
                frame = read_table(dossier / chemin, manifeste["sorties"][chemin])
            except KeyError:
                quoi, faire = "manifeste illisible", "Reprenez l'édition telle qu'elle a été publiée."
                raise InputError(quoi, ou=dossier / storage.MANIFESTE, faire=faire) from None
            for cellule, valeur, signe in cells_of(frame, [une for une in cle if une != "annee"]):
                if signe is None:
                    montrees.setdefault(cellule, set()).add(valeur)
                elif signe in (PRIMAIRE, SECONDAIRE):
                    cachees.add(cellule)
    return Earlier({nom: frozenset(vues) for nom, vues in montrees.items()}, frozenset(cachees))


def cells_of(frame: pl.DataFrame, cle: Sequence[str]) -> Iterable[tuple[CellName, int, str | None]]:
    """The counts of a table that was published: what each is of, its value, why it is hidden."""
    for colonne in COMPTES:
        if colonne in frame.columns:
            for ligne in frame.iter_rows(named=True):
                groupe = tuple(sorted((dimension, str(ligne[dimension])) for dimension in cle))
                yield CellName(ligne["annee"], colonne, groupe), ligne[colonne], ligne[f"{colonne}_statut"]
