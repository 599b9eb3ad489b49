"""All that a run reads, as hashes of contents, by kind."""

from __future__ import annotations

import functools
import hashlib
import json
import secrets
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline import __version__, formats, inputs, paths, storage
from pipeline.errors import InputError
from pipeline.inputs import InputFolders
from pipeline.models import folder
from pipeline.request import BuildRequest
from pipeline.settings import Settings

# Kind → what is read, by a name that is the same on any machine → its hash.
Fingerprint = Mapping[str, Mapping[str, str]]
# The settings that pages alone read: a new one is taken to act on figures until it is named here.
DES_PAGES = ("version", "reseau", "presentation", "publication")

ILLISIBLE = "illisible:"  # begins what stands for the hash of what cannot be read
TEMPS_SUR = 1_000_000_000  # nanoseconds after which a writing has another time than the one before it
# Kinds that a database knows nothing of.
DE_L_EDITION = ("textes", "comparees")


def take(demande: BuildRequest, donnees: InputFolders, reglages: Settings) -> Fingerprint:
    """What a run would read now: `entrees`, `reglages`, `modeles` and `version` act on everything, `ventilations` on a
    table each, `controles` on what the checks say, `textes` on the pages.

    Raises:
        UsageError: among the .sql files, one that nobody would read.
    """
    dits = reglages.model_dump(mode="json")
    des_pages = {f"[{cle}]": dits.pop(cle) for cle in DES_PAGES} | {"[[sections]]": dits.pop("sections")}
    exclues = dits["ventilations"].pop("exclues")
    chapitres = sorted(section.cle for section in reglages.sections)
    options = {
        "--annee": demande.annee,
        "--arrete-au": demande.arrete_au and demande.arrete_au.isoformat(),
        "--accepter-rejets": demande.accepter_rejets,
    }
    return {
        "entrees": hash_inputs(donnees),
        "reglages": hash_values({f"[{cle}]": valeur for cle, valeur in dits.items()} | options),
        "modeles": hash_files(
            demande.sql,
            [demande.sql / "macros.sql", demande.sql / folder.GLOSSAIRE, *folder.list_models(demande.sql / "core")],
        ),
        "ventilations": hash_breakdowns(demande)
        | hash_values({"[ventilations] exclues": exclues, "[[sections]]": chapitres}),
        "controles": hash_files(demande.sql, folder.list_checks(demande.sql)),
        "textes": hash_values(des_pages) | hash_words(reglages),
        "version": hash_tool(),
    }


def hash_inputs(donnees: InputFolders) -> dict[str, str]:
    """The exports, what completes them and the referentials; whether they are fictitious."""
    dossiers = {role: donnees.dossier / role for role in inputs.ROLES} | {"referentiels": donnees.referentiels}
    return {
        f"{role}/{chemin.name}": hash_file(chemin)
        for role, dossier in dossiers.items()
        for chemin in inputs.list_data(dossier)
    } | ({inputs.MARQUE_FICTIVE: ""} if donnees.fictives else {})


def hash_breakdowns(demande: BuildRequest) -> dict[str, str]:
    """The breakdowns, by name. The project's own are not shown as those that are shipped: whose they are counts."""
    return {
        chemin.stem: ("projet:" if chemin.parent == demande.propres else "") + hash_file(chemin)
        for chemin in folder.list_breakdowns(demande.sql, demande.propres)
    }


def hash_words(reglages: Settings) -> dict[str, str]:
    """What pages are made with: templates, style, fonts, shipped words, those of the network, its logo."""
    presentation = reglages.presentation
    lus = hash_files(paths.GABARITS, visible_files(paths.GABARITS))
    if presentation.textes is not None:
        dossier = reglages.beside(presentation.textes)
        lus |= {f"reseau/{nom}": hache for nom, hache in hash_files(dossier, visible_files(dossier)).items()}
    if presentation.logo is not None:
        lus["logo"] = hash_file(reglages.beside(presentation.logo))
    return lus


@functools.cache
def hash_tool() -> dict[str, str]:
    """The code that runs, Python and the libraries that are installed."""
    code = hash_files(paths.PAQUET, sorted(paths.PAQUET.rglob("*.py")))
    # The folders' names have the versions: a library is a long time in saying its own.
    installees = {
        chemin.name
        for dossier in sys.path
        for motif in ("*.dist-info", "*.egg-info")
        for chemin in Path(dossier).glob(motif)
    }
    return {"ruptures": __version__, "python": sys.version} | hash_values(
        {"code": code, "bibliothèques": sorted(installees), "système": sys.platform}
    )


def hash_compared(designations: Iterable[str], sortie: Path, base: Path) -> dict[str, str]:
    """The editions that one says what changed since, named or by their folders: what is read of each, its journal
    beside the database included."""
    lus = dict[str, list[str]]()
    for designation in designations:
        fichiers: list[Path] = []
        if (dossier := storage.edition_named(designation, sortie)) is not None:
            fichiers = [dossier / storage.MANIFESTE, *sorted(dossier.glob("donnees/*.parquet"))]
            nom = storage.journal_named(dossier)
            if nom is not None and (journal := storage.journal_path(base, nom)).is_file():
                fichiers.append(journal)
        lus[designation] = [f"{chemin.name}:{hash_file(chemin)}" for chemin in fichiers]
    return hash_values(lus)


def visible_files(dossier: Path) -> list[Path]:
    """Every file of a folder and of those in it, hidden ones apart."""
    return sorted(
        chemin
        for chemin in dossier.rglob("*")
        if chemin.is_file() and not any(p.startswith(".") for p in chemin.relative_to(dossier).parts)
    )


def hash_files(dossier: Path, chemins: Iterable[Path]) -> dict[str, str]:
    """The hash of each file, by its path from a folder."""
    return {chemin.relative_to(dossier).as_posix(): hash_file(chemin) for chemin in chemins}


def hash_values(valeurs: Mapping[str, Any]) -> dict[str, str]:
    """The hash of each value, one that JSON can write."""
    return {
        nom: hashlib.sha256(json.dumps(valeur, sort_keys=True).encode()).hexdigest() for nom, valeur in valeurs.items()
    }


def hash_file(chemin: Path) -> str:
    """SHA-256 of the content of a file: sizes and times are the same after many a change. What cannot be read is like
    nothing, itself included: whoever reads it says why."""
    try:
        etat = chemin.stat()
        # Of a file that has just been written, a second writing could bear the same time.
        lit = hash_content if time.time_ns() - etat.st_mtime_ns > TEMPS_SUR else hash_content.__wrapped__
        return lit(chemin.absolute(), (etat.st_dev, etat.st_ino, etat.st_size, etat.st_mtime_ns, etat.st_ctime_ns))
    except OSError:
        return f"{ILLISIBLE}{secrets.token_hex(8)}"


@functools.lru_cache(maxsize=10_000)
def hash_content(chemin: Path, etat: tuple[int, ...]) -> str:
    """SHA-256 of a file, read once while the system says that it is in the same state (`etat`)."""
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def refuse_changed_inputs(donnees: InputFolders, empreinte: Fingerprint) -> None:
    """Raises InputError when an input is no longer what its hash was taken of, before it was read: nobody could say
    what the figures come from."""
    apres = {"entrees": hash_inputs(donnees)}
    haches = [dites["entrees"] for dites in (empreinte, apres)]
    # What cannot be read, and could not be, is like nothing, itself included: it did not change.
    illisibles = {nom for nom in haches[0] if all(dits.get(nom, "").startswith(ILLISIBLE) for dits in haches)}
    if changes := [nom for nom in changed(empreinte, apres, "entrees") if nom not in illisibles]:
        raise InputError(
            f"{formats.plural(len(changes), 'fichier a', 'fichiers ont')} changé pendant la lecture : "
            f"{', '.join(changes)}",
            ou=donnees.dossier,
            faire="Attendez qu'aucun autre programme n'y écrive, puis relancez.",
        )


def changed(avant: Fingerprint, apres: Fingerprint, genre: str) -> list[str]:
    """What is not the same in a kind: changed, added or withdrawn, in order."""
    avant, apres = avant.get(genre, {}), apres.get(genre, {})  # type: ignore[assignment]
    return sorted(nom for nom in {*avant, *apres} if avant.get(nom) != apres.get(nom))
