"""What two editions were made of, by their manifests: files, referentials, settings, tool; what differs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ABSENT = "–"
# What of the settings changes counts; the rest is how the report looks.
REGLAGES_DES_COMPTES = ("annees", "identites", "ingestion", "fichiers", "colonnes", "colonnes_supplementaires")
# What draws and writes, and counts nothing.
DE_MISE_EN_PAGE = frozenset({"xlsxwriter", "altair", "vl-convert-python", "weasyprint", "markdown-it-py"})
SQL_DES_COMPTES = ("core/", "macros.sql")


@dataclass(frozen=True)
class Difference:
    """Something that has not the same value in both, as text; ABSENT where one has it not."""

    nom: str
    avant: str
    apres: str


@dataclass(frozen=True)
class InputDifferences:
    """What differs between the inputs of two editions.

    Attributes:
        fichiers, referentiels, reglages, versions, sql: each by name; of files, their rows kept and their hash.
        autres_lignes: whether the exports or follow-ups are not the same bytes of the same days.
        autres_reglages, autre_version: whether what counts depend on differs.
    """

    fichiers: list[Difference] = field(default_factory=list)
    referentiels: list[Difference] = field(default_factory=list)
    reglages: list[Difference] = field(default_factory=list)
    versions: list[Difference] = field(default_factory=list)
    sql: list[Difference] = field(default_factory=list)
    autres_lignes: bool = False
    autres_reglages: bool = False
    autre_version: bool = False


def compare_inputs(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> InputDifferences:
    """What differs between two manifests; what an older one does not say is taken as the same."""
    reglages = differences(*(dict(flatten(m["configuration"])) for m in (avant, apres)))
    versions = differences(*(m["versions"] for m in both(avant, apres, "versions")))
    sql = differences(*(m["sql"] for m in both(avant, apres, "sql")))
    return InputDifferences(
        fichiers=differences(*(described(m, exports=True) for m in (avant, apres))),
        referentiels=differences(*(described(m, exports=False) for m in (avant, apres))),
        reglages=reglages,
        versions=versions,
        sql=sql,
        autres_lignes=deliveries(avant) != deliveries(apres),
        autres_reglages=any(un.nom.split(".")[0] in REGLAGES_DES_COMPTES for un in reglages),
        autre_version=any(un.nom not in DE_MISE_EN_PAGE for un in versions)
        or any(un.nom.startswith(SQL_DES_COMPTES) for un in sql),
    )


def both(avant: Mapping[str, Any], apres: Mapping[str, Any], cle: str) -> tuple[Mapping[str, Any], ...]:
    """The manifests, if both have a key; else none differs by it."""
    return (avant, apres) if cle in avant and cle in apres else ({cle: {}}, {cle: {}})


def differences(avant: Mapping[str, str], apres: Mapping[str, str]) -> list[Difference]:
    """The names of either whose value is not the same, in their order."""
    noms = dict.fromkeys([*avant, *apres])
    return [
        Difference(nom, avant.get(nom, ABSENT), apres.get(nom, ABSENT))
        for nom in noms
        if avant.get(nom) != apres.get(nom)
    ]


def flatten(valeur: object, nom: str = "") -> Iterator[tuple[str, str]]:
    """Settings as 'annees.fin' → their value as text; the chapters by their key."""
    if isinstance(valeur, dict) and valeur:
        for cle, sienne in valeur.items():
            yield from flatten(sienne, f"{nom}.{cle}" if nom else str(cle))
    elif isinstance(valeur, list) and valeur and all(isinstance(un, dict) and "cle" in un for un in valeur):
        yield nom, ", ".join(str(un["cle"]) for un in valeur)
        for un in valeur:
            yield from flatten({c: v for c, v in un.items() if c != "cle"}, f"{nom}.{un['cle']}")
    elif isinstance(valeur, (dict, list)) and not valeur:
        return
    elif valeur is not None:
        yield nom, valeur if isinstance(valeur, str) else json.dumps(valeur, ensure_ascii=False)


def described(manifeste: Mapping[str, Any], *, exports: bool) -> dict[str, str]:
    """The files of a manifest, exports and follow-ups or referentials, with what tells one from another."""
    return {
        fichier["nom"]: " ".join(
            [
                *([f"{fichier['lignes_retenues']} lignes"] if "lignes_retenues" in fichier else []),
                f"({fichier['sha256'][:8]})",
            ]
        )
        for fichier in manifeste["fichiers"]
        if (fichier["role"] != "referentiel") is exports
    }


def deliveries(manifeste: Mapping[str, Any]) -> Counter[tuple[str, str | None]]:
    """The exports and follow-ups, whatever their names: their hash, with their day."""
    return Counter(
        (fichier["sha256"], fichier.get("date_extraction"))
        for fichier in manifeste["fichiers"]
        if fichier["role"] != "referentiel"
    )
