"""Who the apprentices of some contracts are, read from the exports at that moment, for as long as the command runs:
nothing here is written anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipeline import privacy
from pipeline.errors import InputError
from pipeline.freshness.fingerprint import hash_file
from pipeline.ingest.loading import cfa_codes, diploma_codes, find_source, start_reading
from pipeline.inputs import InputFolders
from pipeline.settings import Settings

CONTRATS = "contrats"
NOMS = ("nom", "prenom")
LUES = (*NOMS, "datenaissance", "adressecodepostal")


@dataclass(frozen=True, repr=False)
class Apprentice:
    """An apprentice, as the exports tell of them; None for what they do not tell."""

    nom: str | None = None
    prenom: str | None = None
    naissance: date | None = None
    code_postal: str | None = None

    def age(self, jour: date) -> int | None:
        """Full years on a day."""
        if self.naissance is None:
            return None
        return jour.year - self.naissance.year - ((jour.month, jour.day) < (self.naissance.month, self.naissance.day))


PERSONNE = Apprentice()


def read_people(
    con: duckdb.DuckDBPyConnection, donnees: InputFolders, reglages: Settings, contrats: Sequence[int]
) -> dict[int, Apprentice]:
    """The apprentice of each contract (`id_contrat`): name and birth of its last state that has all three, the last
    postal code that is filled (definitions §1).

    Raises:
        InputError: an export is not there any more, or is not the one that the database was made of.
    """
    lignes = con.execute(
        """
        select lignes.id_contrat, lignes.id_ligne
        from core.lignes as lignes
        left join core.etats as etats on lignes.id_ligne = etats.id_ligne
        where lignes.id_contrat in (select unnest(?::bigint[]))
        order by lignes.id_contrat, etats.rang_etat desc nulls last, lignes.date_extraction desc nulls last,
            lignes.id_ligne desc
        """,
        [list(contrats)],
    ).fetchall()
    lues = dict(read_rows(con, donnees, reglages, [ligne for _, ligne in lignes]))
    par_contrat: dict[int, list[Apprentice]] = {}
    for contrat, ligne in lignes:
        par_contrat.setdefault(contrat, []).append(lues.get(ligne, PERSONNE))
    return {contrat: united(dites) for contrat, dites in par_contrat.items()}


def united(dites: Sequence[Apprentice]) -> Apprentice:
    """One person, of what rows tell of them, the last state first: name and birth go together."""
    entieres = (un for un in dites if un.nom is not None and un.prenom is not None and un.naissance is not None)
    qui = next(entieres, next((un for un in dites if un.nom or un.prenom or un.naissance), PERSONNE))
    code_postal = next((un.code_postal for un in dites if un.code_postal is not None), None)
    return Apprentice(qui.nom, qui.prenom, qui.naissance, code_postal)


def read_rows(
    con: duckdb.DuckDBPyConnection, donnees: InputFolders, reglages: Settings, lignes: Iterable[int]
) -> Iterator[tuple[int, Apprentice]]:
    """What these rows of exports (`id_ligne`) tell of their apprentices; each file that has some is read again, as the
    database was made."""
    par_fichier: dict[int, list[int]] = {}
    for ligne in lignes:
        par_fichier.setdefault(ligne >> 40, []).append(ligne & ((1 << 40) - 1))
    fichiers = con.execute(
        "select fichier, nom, sha256 from brut.fichiers where list_contains(?, fichier) order by fichier",
        [list(par_fichier)],
    ).fetchall()
    for fichier, nom, sha256 in fichiers:
        chemin = present(donnees.dossier / nom)
        if hash_file(chemin) != sha256:
            raise other_export(chemin, "cet export n'est plus celui que la base a lu")
        source = find_source(chemin, CONTRATS, reglages)
        ouvert = start_reading(source, CONTRATS, reglages, {}, diploma_codes(con), cfa_codes(con))
        rangs = pl.Series(par_fichier[fichier], dtype=pl.Int64)
        for rows in ouvert.checked():
            for table in rows.retenues:
                frame = pl.DataFrame(table.select(["rang", *LUES])).filter(pl.col("rang").is_in(rangs.implode()))
                for rang, *dits in as_they_should(frame).iter_rows():
                    yield rang + (fichier << 40), Apprentice(*dits)


def as_they_should(frame: pl.DataFrame) -> pl.DataFrame:
    """The same without what was typed where a name or a postal code should be, a NIR or a telephone."""
    noms = {nom: pl.when(~privacy.tells_of_person(frame[nom].cast(pl.String), codes=False)).then(nom) for nom in NOMS}
    code_postal = pl.when(pl.col("adressecodepostal").cast(pl.String).str.contains(r"^\d{5}$")).then(
        "adressecodepostal"
    )
    return frame.with_columns(adressecodepostal=code_postal, **noms)


def present(chemin: Path) -> Path:
    """The path of an export that is there. Raises InputError where it is not."""
    if not chemin.is_file():
        raise other_export(chemin, "cet export, que la base a lu, n'est plus là")
    return chemin


def other_export(chemin: Path, quoi: str) -> InputError:
    """What to raise where an export cannot be read again."""
    faire = "Reconstruisez la base : ruptures construire ; ou indiquez avec --donnees le dossier qu'elle a lu."
    return InputError(quoi, ou=chemin, faire=faire)
