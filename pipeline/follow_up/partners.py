"""To whom a contract goes: the most precise of the places that `partenaires.csv` gives (docs/referentiels.md)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from pipeline import formats
from pipeline.errors import UsageError, closest
from pipeline.ingest.partners import LIEUX, SANS_PARTENAIRE
from pipeline.schemas import header_key


@dataclass(frozen=True)
class Partners:
    """The partner of each place: column of `partenaires.csv` → place → name."""

    lieux: Mapping[str, Mapping[str, str]]

    def of(self, code_postal: str | None, departement: str | None, uai: str, uai_cfa: str) -> str:
        """The partner of a contract; an establishment is a place more precise than the CFA it is attached to."""
        demandes = (("code_postal", code_postal), ("departement", departement), ("uai", uai), ("uai", uai_cfa))
        trouves = (self.lieux[colonne].get(lieu) for colonne, lieu in demandes if lieu is not None)
        return next((nom for nom in trouves if nom is not None), SANS_PARTENAIRE)

    @property
    def noms(self) -> list[str]:
        """All of them in alphabetical order, then the list of those that nobody has."""
        noms = {nom for lieux in self.lieux.values() for nom in lieux.values()}
        return [*sorted(noms, key=formats.alphabetical), SANS_PARTENAIRE]

    def named(self, dit: str) -> str:
        """The partner of that name, compared like a header. Raises UsageError where there is none."""
        connus = {header_key(nom): nom for nom in self.noms}
        if header_key(dit) not in connus:
            quoi = f"aucun partenaire ne s'appelle « {dit} »{closest(dit, self.noms)}"
            raise UsageError(quoi, faire=f"Donnez un nom de partenaires.csv, ou « {SANS_PARTENAIRE} ».")
        return connus[header_key(dit)]


def read_partners(con: duckdb.DuckDBPyConnection) -> Partners:
    """The partners of the database. Those of a replaced establishment are its successor's."""
    lieux: dict[str, dict[str, str]] = {colonne: {} for colonne in LIEUX}
    lus = con.execute(
        """
        select partenaires.partenaire, partenaires.code_postal, partenaires.departement,
            coalesce(par_code.uai, partenaires.uai)
        from ref.partenaires as partenaires
        left join ref.etablissements_par_code as par_code on partenaires.uai = par_code.code
        """
    ).fetchall()
    for nom, *trois in lus:
        for colonne, lieu in zip(LIEUX, trois, strict=True):
            if lieu is not None:
                lieux[colonne][lieu] = nom
    return Partners(lieux)


def file_names(noms: Iterable[str]) -> dict[str, str]:
    """What the file of each partner is called: letters and figures, no two alike."""
    pris: dict[str, str] = {}
    for nom in noms:
        simple = unicodedata.normalize("NFKD", nom.casefold()).encode("ascii", "ignore").decode()
        base = re.sub(r"[^a-z0-9]+", "-", simple).strip("-")[:60] or "partenaire"
        rang, mot = 2, base
        while mot in pris.values():
            rang, mot = rang + 1, f"{base}-{rang}"
        pris[nom] = mot
    return pris
