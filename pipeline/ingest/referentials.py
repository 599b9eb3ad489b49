"""`referentiels/*.csv` → tables of schema `ref`, and the wordings they impose on what people type."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipeline import formats, reading
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

    def apply(self, serie: pl.Series) -> pl.Series:
        """The column with its printed wordings; empty stays empty."""
        correspondances = {
            saisi: self.connus.get(header_key(saisi), self.autre or saisi) for saisi in serie.drop_nulls().unique()
        }
        return serie.replace_strict(correspondances, default=None, return_dtype=pl.String)


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
        types = TYPES_DE_REFERENTIEL.get(nom, {})
        chemin = dossier / f"{nom}.csv"
        if chemin.is_file():
            frame = read_values(read_referential(chemin, colonnes), types, chemin, douteux)
            for cle in CLES_DE_REFERENTIEL[nom]:
                refuse_twice(frame, cle, chemin)
            frame = frame.drop("ligne")
            lus[nom] = chemin
        elif nom in REFERENTIELS_FACULTATIFS:
            frame = read_values(pl.DataFrame(schema=dict.fromkeys(colonnes, pl.String)), types, chemin, douteux)
        else:
            raise UsageError(
                "référentiel manquant", ou=chemin, faire=f"Créez ce fichier, colonnes {', '.join(colonnes)}."
            )
        con.register("referentiel", frame.to_arrow())
        con.execute(f"create table ref.{nom} as select * from referentiel")
        con.unregister("referentiel")
    return lus, douteux


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
    empty, and told in `douteux`, as are texts of UTF-8 read as Windows-1252.

    Raises:
        InputError: a value that is not of the type of its column.
    """
    ici, redecodees = f"{chemin.parent.name}/{chemin.name}", []
    for nom in frame.columns:
        if nom == "ligne":
            continue
        genre = types.get(nom, "texte")
        nette = cleaning.clean(InputColumn(nom, genre), frame[nom], DateWriting(), cfd=frozenset(), discret=False)
        detruites = pl.repeat(False, frame.height, eager=True)
        if nette.remarques is not None:
            detruites = (nette.remarques == DETRUIT).fill_null(False)
            douteux += [
                f"{ici}:{ligne}, {nom}, {DETRUIT} : laissée vide." for ligne in frame["ligne"].filter(detruites)
            ]
        if nette.redecodes is not None:
            redecodees += map(int, frame["ligne"].filter(nette.redecodes))
        illisibles = frame.filter(nette.nets.is_not_null() & nette.types.is_null() & ~detruites)
        if illisibles.height:
            raise InputError(
                f"« {illisibles[nom][0]} » n'est pas une valeur de la colonne {nom}",
                ou=chemin,
                ligne=int(illisibles["ligne"][0]),
                faire=f"Écrivez {ATTENDUS[genre]}.",
            )
        frame = frame.with_columns(nette.types.alias(nom))
    if redecodees:
        douteux.append(doubled(ici, len(redecodees), min(redecodees)))
    return frame


def doubled(nom: str, nombre: int, ligne: int) -> str:
    """What is told of the cells of a file that were UTF-8 read as Windows-1252, the first on this line."""
    return (
        f"{nom}:{ligne} : {formats.plural(nombre, 'cellule était', 'cellules étaient')} en UTF-8 pris pour du "
        "Windows-1252 (« Ã© » pour « é »), à partir de cette ligne ; le texte est rétabli."
    )


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
