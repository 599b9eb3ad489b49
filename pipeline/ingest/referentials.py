"""`referentiels/*.csv` → tables of schema `ref`, and the wordings they impose on what people type."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipeline import reading
from pipeline.errors import InputError, UsageError
from pipeline.ingest import cleaning
from pipeline.ingest.dates import DateWriting
from pipeline.ingest.repairs import DETRUIT
from pipeline.schemas import (
    CLES_DE_REFERENTIEL,
    REFERENTIELS,
    REFERENTIELS_FACULTATIFS,
    TYPES_DE_REFERENTIEL,
    InputColumn,
    InputType,
    header_key,
)

AUTRE_LIBELLE = "Autre libellé"
INCONNU = "libellé absent de motifs.csv"
ATTENDUS: dict[InputType, str] = {
    "booleen": "true ou false, oui ou non",
    "entier": "un nombre entier",
    "decimal": "un montant, au centime près",
    **dict.fromkeys(("uai", "siret", "cfd", "code_postal"), "ce code en entier, la colonne au format texte"),
    "date": "un jour de 2000 à 2060, par exemple 2022-08-31 ; vide, la période n'a pas de borne",
}


@dataclass(frozen=True)
class Wordings:
    """Wordings of one column: typed text, compared like a header, → printed wording.

    `autre` replaces what is not known; None keeps it as written.
    """

    connus: dict[str, str]
    autre: str | None

    def apply(self, serie: pl.Series) -> tuple[pl.Series, pl.Series]:
        """(the column with its printed wordings, empty staying empty; which of its texts `autre` replaces)."""
        cles = {saisi: header_key(saisi) for saisi in serie.drop_nulls().unique()}
        imprimes = {saisi: self.connus.get(cle, self.autre or saisi) for saisi, cle in cles.items()}
        remplaces = [saisi for saisi, cle in cles.items() if cle not in self.connus and self.autre is not None]
        imprimee = serie.replace_strict(imprimes, default=None, return_dtype=pl.String)
        return imprimee, serie.is_in(remplaces).fill_null(False)


def load_referentials(con: duckdb.DuckDBPyConnection, dossier: Path) -> tuple[dict[str, Path], list[str]]:
    """Write every referential into schema `ref`, typed, empty cells null; an absent optional one is an empty table.
    Returns the files read, by name, and what is doubtful in them, in sentences.

    Raises:
        UsageError: a required file is missing.
        InputError: a file that cannot be read, lacks a column, has a row of another width or a value of another type.
    """
    lus: dict[str, Path] = {}
    douteux: list[str] = []
    for nom, colonnes in REFERENTIELS.items():
        chemin = dossier / f"{nom}.csv"
        if chemin.is_file():
            write_table(con, nom, read_table(nom, chemin, douteux))
            lus[nom] = chemin
        elif nom in REFERENTIELS_FACULTATIFS:
            write_table(con, nom, no_rows(nom))
        else:
            raise UsageError(
                "référentiel manquant", ou=chemin, faire=f"Créez ce fichier, colonnes {', '.join(colonnes)}."
            )
    return lus, douteux


def read_table(nom: str, chemin: Path, douteux: list[str]) -> pl.DataFrame:
    """A referential, typed; what is doubtful in it is added to `douteux`.

    Raises:
        InputError: a file that cannot be read, lacks a column, has a row of another width or a value of another type.
    """
    lu = read_referential(chemin, REFERENTIELS[nom])
    frame = read_values(lu, TYPES_DE_REFERENTIEL.get(nom, {}), chemin, douteux)
    for cle in CLES_DE_REFERENTIEL[nom]:
        refuse_twice(frame, cle, chemin)
    return frame.drop("ligne")


def no_rows(nom: str) -> pl.DataFrame:
    """A referential without rows, typed."""
    vide = pl.DataFrame(schema=dict.fromkeys(REFERENTIELS[nom], pl.String))
    return read_values(vide, TYPES_DE_REFERENTIEL.get(nom, {}), Path(f"{nom}.csv"), [])


def write_table(con: duckdb.DuckDBPyConnection, nom: str, frame: pl.DataFrame) -> None:
    """A referential into schema `ref`."""
    con.register("referentiel", frame.to_arrow())
    con.execute(f"create table ref.{nom} as select * from referentiel")
    con.unregister("referentiel")


def read_referential(chemin: Path, colonnes: tuple[str, ...]) -> pl.DataFrame:
    """A referential as text: its declared columns, and `ligne`."""
    source = reading.open_source(chemin, tuple(InputColumn(nom, entete=True) for nom in colonnes))
    positions, lignes = source.entete.positions[0], []
    for numero, champs in reading.read_rows(source):
        if len(champs) != len(source.entete.champs):
            raise InputError(
                "nombre de champs différent de l'en-tête",
                ou=chemin,
                ligne=numero,
                faire="Corrigez cette ligne (les textes qui contiennent le séparateur vont entre guillemets).",
            )
        lignes.append([str(numero), *(champs[positions[nom]] for nom in colonnes)])
    return pl.DataFrame(lignes, schema=dict.fromkeys(("ligne", *colonnes), pl.String), orient="row")


def read_values(frame: pl.DataFrame, types: dict[str, InputType], chemin: Path, douteux: list[str]) -> pl.DataFrame:
    """The same with its columns cleaned and typed, as those of an export are; what a spreadsheet destroyed is left
    empty, and told in `douteux`.

    Raises:
        InputError: a value that is not of the type of its column.
    """
    for nom in frame.columns:
        if nom == "ligne":
            continue
        genre = types.get(nom, "texte")
        nette = cleaning.clean(InputColumn(nom, genre), frame[nom], DateWriting(), cfd=frozenset(), discret=False)
        detruites = pl.repeat(False, frame.height, eager=True)
        if nette.remarques is not None:
            detruites = (nette.remarques == DETRUIT).fill_null(False)
            ici = f"{chemin.parent.name}/{chemin.name}"
            douteux += [
                f"{ici}:{ligne}, {nom}, {DETRUIT} : laissée vide." for ligne in frame["ligne"].filter(detruites)
            ]
        illisibles = frame.filter(nette.nets.is_not_null() & nette.types.is_null() & ~detruites)
        if illisibles.height:
            raise InputError(
                f"« {illisibles[nom][0]} » n'est pas une valeur de la colonne {nom}",
                ou=chemin,
                ligne=int(illisibles["ligne"][0]),
                faire=f"Écrivez {ATTENDUS[genre]}.",
            )
        frame = frame.with_columns(nette.types.alias(nom))
    return frame


def refuse_twice(frame: pl.DataFrame, cle: tuple[str, ...], chemin: Path) -> None:
    """Raises InputError when two rows have one key, compared like headers; an empty key is none."""
    vues: dict[tuple[str, ...], str] = {}
    for ligne, *valeurs in frame.select("ligne", *cle).iter_rows():
        if None in valeurs:
            continue
        textes = [str(valeur) for valeur in valeurs]
        valeur = tuple(header_key(texte) for texte in textes)
        if valeur in vues:
            raise InputError(
                f"« {' '.join(textes)} » est déjà à la ligne {vues[valeur]} (colonne {', '.join(cle)})",
                ou=chemin,
                ligne=int(ligne),
                faire="Gardez une seule de ces deux lignes.",
            )
        vues[valeur] = ligne


def read_wordings(con: duckdb.DuckDBPyConnection) -> dict[str, Wordings]:
    """Wordings of the free-text columns (2-inputs.md): motifs are printed only as the referential words them, real
    software has free text with names in it; an entry diploma that is not known is kept as written."""
    motifs = con.execute("select liste, motif from ref.motifs").fetchall()
    entrees = con.execute("select source, libelle from ref.diplomes_entree").fetchall()

    def of_list(liste: str) -> Wordings:
        return Wordings({header_key(motif): motif for nom, motif in motifs if nom == liste}, AUTRE_LIBELLE)

    return {
        "motifexprime": of_list("exprime"),
        "motifvalide": of_list("valide"),
        "diplomeentree": Wordings({header_key(source): libelle for source, libelle in entrees}, None),
    }
