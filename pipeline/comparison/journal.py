"""The journal of an edition: what each contract was counted as when it was published, and of which rows it was made.

An edition has no line a person, so why a later one differs could not be told from them. The journal is beside the
database, for the analyst only; the manifest of the edition names it, with its hash.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline import storage
from pipeline.errors import MachineError
from pipeline.models.quoting import literal

# What a status depends on: two rows that say the same of these count alike. Fixed: other columns are another form.
DECISIVES = (
    "nocontrat", "noavenant", "typecontrat", "statut", "datedebutcontrat", "datefincontrat", "dateeffetavenant",
    "dateeffetrupture", "datesignalementrupture", "rupture_avant_debut", "dispositif", "datesuppression",
    "codediplome", "uaicfa", "siret", "siretcfa", "siretemployeur",
)  # fmt: skip
DECISIVES_DE_SUIVI = ("nocontrat", "dateeffetrupture")
FORME = 1


def fingerprint(table: str, colonnes: tuple[str, ...]) -> str:
    """SQL of what tells a row by these columns: the same from one version of DuckDB to the next."""
    textes = ", ".join(f"coalesce({table}.{colonne}::varchar, '')" for colonne in colonnes)
    return f"md5_number_lower(concat_ws(chr(31), '{table}', {textes}))"


# One row a contract, those that no figure counts included: a contract that leaves the scope is not one withdrawn.
JOURNAL = f"""
with lignes as (
    select
        lignes.id_contrat,
        contrats.nocontrat,
        lignes.part_du_numero,
        {fingerprint("contrats", DECISIVES)} as ligne
    from core.lignes as lignes
    inner join brut.contrats as contrats on lignes.id_ligne = contrats.id_ligne
    union all
    select
        contrats.id_contrat,
        null,
        0,
        {fingerprint("suivi", DECISIVES_DE_SUIVI)}
    from core.contrats as contrats
    inner join brut.suivi as suivi
        on contrats.nocontrat = suivi.nocontrat and contrats.part_du_numero = suivi.part_du_numero
    where suivi.dateeffetrupture is not null
),

contrats as (
    select
        id_contrat,
        max(nocontrat) || '/' || max(part_du_numero) as cle,
        list_sort(list_distinct(list(ligne))) as lignes
    from lignes
    group by id_contrat
),

statuts as (
    select
        statuts.id_contrat,
        -- Sorted afterwards: in half the time of an aggregate that sorts.
        list_sort(list(
            {{
                'annee': statuts.annee, 'statut': statuts.statut, 'a_la_fin': statuts.statut_provisoire,
                'uai': contrats.uai
            }}
        )) as statuts
    from core.statuts as statuts
    inner join core.contrats as contrats on statuts.id_contrat = contrats.id_contrat
    group by statuts.id_contrat
)

select
    coalesce(contrats.cle, 'sans numéro/' || contrats.lignes[1]) as cle,
    connus.id_apprenti as apprenti,
    contrats.lignes,
    statuts.statuts
from contrats
left join core.contrats as connus on contrats.id_contrat = connus.id_contrat
left join statuts on contrats.id_contrat = statuts.id_contrat
order by contrats.id_contrat
"""


@dataclass(frozen=True)
class JournalEntry:
    """What a manifest says of the journal of its edition."""

    nom: str
    sha256: str
    forme: int = FORME


def write_journal(con: duckdb.DuckDBPyConnection, base: Path, edition: str) -> JournalEntry:
    """The journal of an edition that is about to be published from `base`, under a name that is of its content: that
    of the edition in place stays what it is until the new one has taken its place.

    Raises:
        MachineError: it cannot be written.
    """
    dossier = base.parent / storage.JOURNAUX
    storage.make_folder(dossier)
    brouillon = None
    try:
        # Readable by its owner only, from the first byte.
        descripteur, nom = tempfile.mkstemp(dir=dossier, prefix=".tmp-", suffix=".parquet")
        os.close(descripteur)
        brouillon = Path(nom)
        con.execute(
            f"copy ({JOURNAL}) to {literal(nom)} (format parquet, compression zstd, use_tmp_file false)"
        ).fetchall()
        empreinte = sha256(brouillon)
        entree = JournalEntry(f"{edition}.{empreinte[:12]}.parquet", empreinte)
        brouillon.replace(dossier / entree.nom)
    except (OSError, duckdb.IOException):
        faire = "Vérifiez la place et les droits du disque."
        raise MachineError("le journal de l'édition ne peut pas être écrit", ou=dossier, faire=faire) from None
    finally:
        if brouillon is not None:
            brouillon.unlink(missing_ok=True)
    return entree


def find_journal(base: Path, manifeste: Mapping[str, Any]) -> tuple[Path | None, str]:
    """The journal that a manifest names, beside the database; or None, and in a sentence why there is none to read."""
    entree = manifeste.get("journal")
    if entree is None:
        return None, "elle a été publiée par une version de l'outil qui n'écrivait pas de journal"
    chemin = storage.journal_path(base, entree["nom"])
    if entree["forme"] != FORME:
        return None, "son journal est d'une autre version de l'outil"
    if not chemin.is_file():
        return None, f"son journal n'est plus à côté de la base ({chemin})"
    if sha256(chemin) != entree["sha256"]:
        return None, f"son journal n'est plus celui qu'elle a écrit ({chemin})"
    return chemin, ""


def remove_journal(base: Path, nom: str) -> None:
    """Remove the journal of an edition that is no more."""
    storage.journal_path(base, nom).unlink(missing_ok=True)


def sha256(chemin: Path) -> str:
    return hashlib.sha256(chemin.read_bytes()).hexdigest()
