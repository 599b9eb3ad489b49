"""`referentiels/*.csv` → tables of schema `ref`, and the wordings they impose on what people type."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipeline import details, formats, reading
from pipeline.errors import InputError, PipelineError, UsageError, closest
from pipeline.ingest import cleaning, funding, partners, successions, targets
from pipeline.ingest.dates import DateWriting
from pipeline.ingest.repairs import DETRUIT, GARDE
from pipeline.inputs import list_data
from pipeline.reading import Source
from pipeline.schemas import (
    CLES_DE_REFERENTIEL,
    LIBELLES_DE_REFERENTIEL,
    REFERENTIELS,
    REFERENTIELS_FACULTATIFS,
    InputColumn,
    InputType,
    header_key,
)

AUTRE_LIBELLE = "Autre libellé"
EXTENSIONS = frozenset({".csv", ".txt", ".tsv"})
# What is doubtful in a code → what becomes of it.
DOUTES = {DETRUIT: "laissée vide", GARDE: "vérifiez-le"}
CODE_EN_ENTIER = "ce code en entier, la colonne au format texte"
INCONNU = "libellé absent de motifs.csv"
ATTENDUS: dict[InputType, str] = {
    "booleen": "true ou false, oui ou non",
    "entier": "un nombre entier",
    "decimal": "un montant, au centime près",
    "liste": "exprime (motif donné par l'entreprise) ou valide (par le CFA)",
    **dict.fromkeys(("uai", "siret", "cfd", "code_postal"), CODE_EN_ENTIER),
    "date": "un jour de 2000 à 2060, par exemple 2022-08-31",
}
# What an empty one says.
VIDES: dict[str, str] = dict.fromkeys(("debut", "fin"), " ; vide, la période n'a pas de borne")
# What a spreadsheet makes of a code that is a wording: 13 → 13.0.
NOMBRE_ENTIER = r"^(\d+)[.,]0+$"


@dataclass(frozen=True)
class Wordings:
    """Wordings of one column: typed text, compared like a header, → printed wording.

    `autre` replaces what is not known; None keeps it as written.
    """

    connus: dict[str, str]
    autre: str | None

    def apply(self, serie: pl.Series) -> tuple[pl.Series, pl.Series]:
        """(the column with its printed wordings, empty staying empty; which of its texts `autre` replaces)."""
        cles = {saisi: wording_key(saisi) for saisi in serie.drop_nulls().unique()}
        imprimes = {saisi: self.connus.get(cle, self.autre or saisi) for saisi, cle in cles.items()}
        remplaces = [saisi for saisi, cle in cles.items() if cle not in self.connus and self.autre is not None]
        imprimee = serie.replace_strict(imprimes, default=None, return_dtype=pl.String)
        return imprimee, serie.is_in(remplaces).fill_null(False)


def wording_key(texte: str) -> str:
    """How a wording, or a code that is one, is compared."""
    return header_key(re.sub(NOMBRE_ENTIER, r"\1", texte))


@dataclass(frozen=True)
class OpenReferentials:
    """The referentials of a folder, complete: by name, the file of each and how it is read; in sentences, the files
    that are not read."""

    dossier: Path
    chemins: dict[str, Path]
    sources: dict[str, Source]
    ignores: list[str]


def open_referentials(dossier: Path) -> OpenReferentials:
    """Find the referentials and read their headers.

    Raises:
        UsageError: required files are missing.
        InputError: a file lacks columns, or cannot be read.
    """
    chemins, ignores = find_files(dossier)
    sources = {nom: open_referential(chemin, REFERENTIELS[nom]) for nom, chemin in chemins.items()}
    refuse_incomplete(dossier, sources)
    return OpenReferentials(dossier, chemins, sources, ignores)


def load_referentials(con: duckdb.DuckDBPyConnection, ouverts: OpenReferentials) -> list[str]:
    """Write every referential into schema `ref`, typed, empty cells null; an absent optional one is an empty table, an
    absent optional column an empty one. `etablissements_par_code` and `diplomes_par_code` say which of their rows each
    code is now, `indicateurs_connus` what a target may be about. Returns what is doubtful in them, in sentences.

    Raises:
        InputError: a file has a row of another width, a value of another type, none where there must be one,
            successions that contradict one another, or rules of funding that are not whole.
    """
    douteux, sources = [*ouverts.ignores], ouverts.sources
    frames: dict[str, pl.DataFrame] = {}
    for nom in REFERENTIELS:
        if nom in sources:
            details.tell(f"référentiel {ouverts.chemins[nom]}")
        frames[nom] = agree_on_wordings(
            nom, read_table(nom, sources[nom], douteux) if nom in sources else no_rows(nom), frames
        )
    par_code = add_successions(frames, ouverts.dossier)
    frames |= settle(frames, par_code, ouverts.chemins)
    douteux += [
        *unknown(ouverts, frames, "types_diplome", "type_diplome", frames["diplomes"]["type_diplome"], "diplomes.csv"),
        *unknown(
            ouverts, frames, "reperes_cfa", "uai", par_code["etablissements_par_code"]["code"], "etablissements.csv"
        ),
        *unknown(
            ouverts,
            frames,
            "partenaires",
            "uai",
            par_code["etablissements_par_code"]["code"],
            "etablissements.csv",
            "ne donne aucun contrat à personne",
        ),
        *targets.without_measure(frames, ouverts.chemins),
    ]
    write_tables(con, frames | par_code | {"indicateurs_connus": targets.known_indicators()})
    return douteux


def settle(
    frames: Mapping[str, pl.DataFrame], par_code: Mapping[str, pl.DataFrame], chemins: Mapping[str, Path]
) -> dict[str, pl.DataFrame]:
    """The referentials that name what others have, by its one name, once all are held against one another.

    Raises:
        InputError: rules of funding that are not whole, a place of two partners, a target of nothing known.
    """
    funding.refuse_impossible(frames, chemins)
    if "partenaires" in chemins:
        partners.check_partners(frames["partenaires"], par_code["etablissements_par_code"], chemins["partenaires"])
    reglees = targets.settle(frames, par_code, chemins)
    for nom in (reglee for reglee in reglees if reglee in chemins):
        # Named alike once they are resolved: the old code of a diploma and the new one.
        for cle in CLES_DE_REFERENTIEL[nom]:
            refuse_twice(reglees[nom], cle, chemins[nom])
    return reglees


def unknown(
    ouverts: OpenReferentials,
    frames: Mapping[str, pl.DataFrame],
    nom: str,
    colonne: str,
    connus: pl.Series,
    fichier: str,
    effet: str = "n'est imprimée nulle part",
) -> list[str]:
    """A sentence for each line of a referential whose value is none of those that `fichier` has, and what comes of it
    (`effet`)."""
    perdues = frames[nom].filter(~pl.col(colonne).is_in(connus.drop_nulls().to_list()))
    return [
        f"{ouverts.dossier.name}/{ouverts.chemins[nom].name}:{ligne}, {colonne}, absent {formats.de(fichier)} : "
        f"cette ligne {effet}."
        for ligne in perdues["ligne"]
    ]


def read_table(nom: str, source: Source, douteux: list[str]) -> pl.DataFrame:
    """A referential that lacks nothing, typed, with the `ligne` of each row; what is doubtful in it is added to
    `douteux`.

    Raises:
        InputError: a row of another width, a value of another type, none where there must be one, two rows of one key.
    """
    colonnes = REFERENTIELS[nom]
    frame = read_values(read_referential(source, colonnes), colonnes, source.chemin, douteux)
    for cle in CLES_DE_REFERENTIEL[nom]:
        refuse_twice(frame, cle, source.chemin)
    return frame


@functools.cache
def no_rows(nom: str) -> pl.DataFrame:
    """A referential without rows, typed: the same for every folder, and a run may lack ten."""
    vides = pl.DataFrame(schema=dict.fromkeys(("ligne", *(c.nom for c in REFERENTIELS[nom])), pl.String))
    return read_values(vides, REFERENTIELS[nom], Path(f"{nom}.csv"), [])


def add_successions(frames: Mapping[str, pl.DataFrame], dossier: Path) -> dict[str, pl.DataFrame]:
    """`etablissements_par_code` and `diplomes_par_code`. Raises InputError where `remplace` says what cannot be."""
    return {
        "etablissements_par_code": successions.current_establishments(
            frames["etablissements"], dossier / "etablissements.csv"
        ),
        "diplomes_par_code": successions.current_diplomas(frames["diplomes"], dossier / "diplomes.csv"),
    }


def write_tables(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pl.DataFrame]) -> None:
    """Referentials into schema `ref`."""
    for nom, frame in frames.items():
        con.register("referentiel", frame.drop("ligne", strict=False).to_arrow())
        con.execute(f"create table ref.{nom} as select * from referentiel")
        con.unregister("referentiel")


def find_files(dossier: Path) -> tuple[dict[str, Path], list[str]]:
    """The file of each referential, whatever the case of its name, and a sentence for each file that is of none.

    Raises:
        InputError: two files of one referential.
    """
    chemins: dict[str, Path] = {}
    ignores = []
    for chemin in list_data(dossier):
        nom = header_key(chemin.stem)
        nom = next((connu for connu in REFERENTIELS if header_key(connu) == nom), None)
        if nom is None or chemin.suffix.lower() not in EXTENSIONS:
            proche = closest(chemin.name, [f"{connu}.csv" for connu in REFERENTIELS]) if nom is None else ""
            ignores.append(f"{dossier.name}/{chemin.name} : ce fichier n'est pas lu{proche}.")
        elif nom in chemins:
            raise InputError(
                f"le même référentiel que {chemins[nom].name}", ou=chemin, faire="Gardez un seul de ces deux fichiers."
            )
        else:
            chemins[nom] = chemin
    return chemins, ignores


def open_referential(chemin: Path, colonnes: tuple[InputColumn, ...]) -> Source:
    """A referential whose header was found, be it incomplete."""
    return reading.open_source(chemin, tuple(InputColumn(c.nom) for c in colonnes))


def refuse_incomplete(dossier: Path, sources: Mapping[str, Source]) -> None:
    """Raises UsageError or InputError with all that is missing, one line a file: the required files that are not
    there, the required columns of those that are."""
    absents, tronques = [], []
    for nom, colonnes in REFERENTIELS.items():
        requises = [c.nom for c in colonnes if c.entete]
        if nom in sources:
            tronques += lacking_columns(nom, sources[nom])
        elif nom not in REFERENTIELS_FACULTATIFS:
            classeur = dossier / f"{nom}.xlsx"
            ailleurs = f" ({classeur.name} est à enregistrer en CSV)" if classeur.is_file() else ""
            absents.append(f"{nom}.csv : le fichier, colonnes {', '.join(requises)}{ailleurs}")
    if not absents and not tronques:
        return
    famille: type[PipelineError] = InputError if tronques else UsageError
    raise famille(
        "référentiels incomplets",
        ou=dossier,
        faire="\n".join(
            [
                "Ajoutez ce qui manque (docs/referentiels.md le décrit, docs/referentiels/ en a les modèles) :",
                *absents,
                *tronques,
            ]
        ),
    )


def lacking_columns(nom: str, source: Source) -> list[str]:
    """The required columns that a referential has not, in one line, or none."""
    entete = source.entete
    manquantes = [c.nom for c in REFERENTIELS[nom] if c.entete and c.nom not in entete.positions[0]]
    if not manquantes:
        return []
    dites = ", ".join(f"« {c} »{closest(c, entete.ignorees)}" for c in manquantes)
    colonne = "la colonne" if len(manquantes) == 1 else "les colonnes"
    return [f"{source.chemin.name}:{entete.ligne} : {colonne} {dites}"]


def read_referential(source: Source, colonnes: tuple[InputColumn, ...]) -> pl.DataFrame:
    """A referential as text: its declared columns, empty where it has them not, and `ligne`. Spreadsheets add empty
    fields at the end of rows, or leave out those of the last columns: neither counts, unless the column is required."""
    entete = source.entete
    positions, lignes = entete.positions[0], []
    requis = 1 + max(positions[c.nom] for c in colonnes if c.entete)
    for numero, champs in reading.read_rows(source):
        en_trop = any(champ.strip() for champ in champs[len(entete.champs) :])
        if en_trop or len(champs) < requis:
            raise InputError(
                "nombre de champs différent de l'en-tête",
                ou=source.chemin,
                ligne=numero,
                faire="Corrigez cette ligne (les textes qui contiennent le séparateur vont entre guillemets).",
            )
        rangs = [positions.get(c.nom, len(champs)) for c in colonnes]
        lignes.append([str(numero), *(champs[rang] if rang < len(champs) else "" for rang in rangs)])
    schema = dict.fromkeys(("ligne", *(c.nom for c in colonnes)), pl.String)
    return pl.DataFrame(lignes, schema=schema, orient="row")


def read_values(
    frame: pl.DataFrame, colonnes: tuple[InputColumn, ...], chemin: Path, douteux: list[str]
) -> pl.DataFrame:
    """The same with its columns cleaned and typed, as those of an export are; what a spreadsheet destroyed is left
    empty, and told in `douteux` with the codes that may have lost a zero and the texts of UTF-8 read as Windows-1252.

    Raises:
        InputError: a value that is not of the type of its column, none where there must be one.
    """
    redecodees: list[int] = []
    for c in colonnes:
        nette = cleaning.clean(c, frame[c.nom], DateWriting(), cfd=frozenset(), discret=False)
        perdus = nette.nets.is_not_null() & nette.types.is_null()
        if nette.remarques is not None:
            douteux += tell_doubts(c, nette.remarques, frame["ligne"], chemin)
            perdus = perdus & (c.obligatoire | ~nette.remarques.is_in([*DOUTES]).fill_null(False))
        if nette.redecodes is not None:
            redecodees += map(int, frame["ligne"].filter(nette.redecodes))
        if perdus.any():
            fautif = frame.row(perdus.arg_true()[0], named=True)
            raise InputError(
                f"« {fautif[c.nom]} » n'est pas une valeur de la colonne {c.nom}",
                ou=chemin,
                ligne=int(fautif["ligne"]),
                faire=f"Écrivez {ATTENDUS.get(c.type, 'la valeur, et non une formule')}{VIDES.get(c.nom, '')}.",
            )
        if c.obligatoire and nette.nets.null_count():
            raise InputError(
                f"la colonne {c.nom} est vide",
                ou=chemin,
                ligne=int(frame["ligne"].filter(nette.nets.is_null())[0]),
                faire="Remplissez-la, ou retirez cette ligne.",
            )
        types = nette.types.str.replace(NOMBRE_ENTIER, "${1}") if c.type == "texte" else nette.types
        frame = frame.with_columns(types.alias(c.nom))
    if redecodees:
        douteux.append(doubled(f"{chemin.parent.name}/{chemin.name}", len(redecodees), min(redecodees)))
    return frame


def tell_doubts(c: InputColumn, remarques: pl.Series, lignes: pl.Series, chemin: Path) -> list[str]:
    """A sentence for each kind of doubt about the codes of a column, with its first line."""
    phrases = []
    for remarque, suite in DOUTES.items():
        places = lignes.filter((remarques == remarque).fill_null(False))
        if len(places):
            autres = "" if len(places) == 1 else f" (et {formats.plural(len(places) - 1, 'autre', 'autres')})"
            phrases.append(f"{chemin.parent.name}/{chemin.name}:{places[0]}{autres}, {c.nom}, {remarque} : {suite}.")
    return phrases


def agree_on_wordings(nom: str, frame: pl.DataFrame, autres: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The same with one writing for wordings that are equal like headers: the first, that of the diplomas for a type
    of diploma; CFA and UFA, which the models know, have theirs."""
    for colonne in LIBELLES_DE_REFERENTIEL.get(nom, ()):
        connus = {"cfa": "CFA", "ufa": "UFA"} if colonne == "type_structure" else {}
        textes = frame[colonne].drop_nulls().to_list()
        if nom != "diplomes" and colonne == "type_diplome":
            textes = [*autres["diplomes"][colonne].drop_nulls(), *textes]
        for texte in textes:
            connus.setdefault(wording_key(texte), texte)
        frame = frame.with_columns(Wordings(connus, None).apply(frame[colonne])[0])
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
        return Wordings({wording_key(motif): motif for nom, motif in motifs if nom == liste}, AUTRE_LIBELLE)

    return {
        "motifexprime": of_list("exprime"),
        "motifvalide": of_list("valide"),
        "diplomeentree": Wordings({wording_key(source): libelle for source, libelle in entrees}, None),
    }
