"""What the database and the edition that are there were made from, as they say themselves, once it is sure that they
are as they were made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.freshness.fingerprint import DE_L_EDITION, Fingerprint, hash_file
from pipeline.schemas import header_key
from pipeline.storage import MANIFESTE, journal_path, list_paths, record_path

if TYPE_CHECKING:
    from pipeline.models.built import BuiltDatabase

# What a manifest says of it.
EMPREINTE, CFA, SORTIES, SCEAU, JOURNAL = "empreinte", "cfa", "sorties", "sceau", "journal"


@dataclass(frozen=True)
class DatabaseRecord:
    """What is written beside a database.

    Attributes:
        base: hash of its file.
        listes: hash of each list beside it.
        edition: name of the edition that is made of it.
        referentiels: name of the file of each referential that was read.
        douteux: what is doubtful in the referentials, in sentences.
    """

    base: str
    listes: dict[str, str]
    edition: str
    empreinte: Fingerprint
    referentiels: dict[str, str]
    douteux: list[str]


def write_record(construction: BuiltDatabase) -> None:
    """Say what a database was made from. One that is written halfway is read as none."""
    base = construction.base
    registre = DatabaseRecord(
        hash_file(base),
        hash_lists(base),
        construction.edition,
        {genre: dits for genre, dits in construction.empreinte.items() if genre not in DE_L_EDITION},
        {nom: chemin.name for nom, chemin in construction.referentiels.items()},
        construction.douteux,
    )
    record_path(base).write_text(json.dumps(asdict(registre), ensure_ascii=False, indent=1), encoding="utf-8")


def hash_lists(base: Path) -> dict[str, str]:
    """The hash of each list of lines beside a database."""
    return {chemin.name: hash_file(chemin) for chemin in list_paths(base)}


def read_record(base: Path) -> DatabaseRecord | None:
    """What a database was made from; None where nothing sure is said of it: no record, or of another file. Another run,
    or another program, may have written the file or its lists since."""
    try:
        registre = DatabaseRecord(**json.loads(record_path(base).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    # What another program wrote last may wait beside the database.
    journal = base.with_name(f"{base.name}.wal")
    intacte = not journal.exists() and registre.base == hash_file(base) and registre.listes == hash_lists(base)
    return registre if intacte else None


def seal(contenu: dict[str, Any]) -> str:
    """What a manifest is known unaltered by: the hash of all that it says but this."""
    dits = {cle: valeur for cle, valeur in contenu.items() if cle != SCEAU}
    return hashlib.sha256(json.dumps(dits, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class EditionRecord:
    """An edition that is there: its folder and what its manifest says, unaltered."""

    dossier: Path
    manifeste: dict[str, Any]

    @property
    def empreinte(self) -> Fingerprint:
        return self.manifeste[EMPREINTE]

    @property
    def des_cfa(self) -> dict[str, str | None]:
        """UAI of each CFA that may have a report → the path of its report, None where it has none."""
        return self.manifeste[CFA]

    def damaged(self, base: Path) -> list[str]:
        """Its files that are missing or not as they were published, its journal beside the database included."""
        journal = self.manifeste[JOURNAL]
        attendus = {self.dossier / nom: hache for nom, hache in self.manifeste[SORTIES].items()}
        attendus[journal_path(base, journal["nom"])] = journal["sha256"]
        return [chemin.name for chemin, hache in attendus.items() if hash_file(chemin) != hache]

    def with_reports(self, seuls: Collection[str]) -> bool:
        """Whether each of these CFA, in any letters, has its report."""
        ecrits = {header_key(uai) for uai, rapport in self.des_cfa.items() if rapport}
        return {header_key(uai) for uai in seuls} <= ecrits


def read_edition_record(dossier: Path) -> EditionRecord | None:
    """The edition of a folder; None where there is none, or its manifest is not as it was written."""
    try:
        manifeste = json.loads((dossier / MANIFESTE).read_text(encoding="utf-8"))
        if manifeste[SCEAU] != seal(manifeste):
            return None
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return EditionRecord(dossier, manifeste)
