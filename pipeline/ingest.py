"""Records → typed tables in DuckDB (schema `brut`), rejects, anomalies and the accounting of rows.

What identifies a person goes to `prive`, a database in memory; `identites` makes `brut` out of it. Rules on
contracts are in `sql/core`, not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl

from pipeline import cleaning, identites, reading
from pipeline.errors import UsageError
from pipeline.referentiels import Libelles
from pipeline.schemas import CONTRATS, IDENTITE, SUIVI, Colonne
from pipeline.settings import Settings

LIGNES_PAR_LOT = 100_000
ABSENT = "valeur absente"
ILLISIBLE = "valeur illisible"


@dataclass(frozen=True)
class Donnees:
    """Where the inputs are: `contrats/` and `suivi/` under `dossier`; `fictives` marks demonstration data."""

    dossier: Path
    referentiels: Path
    fictives: bool


@dataclass(frozen=True)
class Lot:
    """A batch of rows of one file: declared columns as raw text, `ligne` and `n_champs` beside them."""

    bruts: pl.DataFrame
    n_champs: int


def ingest(
    con: duckdb.DuckDBPyConnection,
    donnees: Donnees,
    reglages: Settings,
    libelles: dict[str, Libelles],
) -> None:
    """Read every file of `contrats/` and `suivi/` into schema `brut`.

    `libelles` gives, for a column, the wording that replaces what was typed.

    Raises:
        InputError: a file that cannot be read.
        UsageError: no file in `contrats/`.
    """
    contrats = reading.list_files(donnees.dossier / "contrats")
    if not contrats:
        raise UsageError(
            "aucun export de contrats",
            ou=donnees.dossier / "contrats",
            faire="Déposez-y au moins un fichier CSV, ou indiquez un autre dossier avec --donnees.",
        )
    prepare(con)
    suivis = reading.list_files(donnees.dossier / "suivi")
    fichiers = [("contrats", c) for c in contrats] + [("suivi", c) for c in suivis]
    for numero, (role, chemin) in enumerate(fichiers, start=1):
        read_file(con, numero, role, chemin, reglages, libelles)
    identites.settle_identities(con)
    identites.write_contracts(con)
    enforce_accounting(con)
    con.execute("detach prive")


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the empty tables of the two databases."""
    con.execute("attach ':memory:' as prive")
    con.execute("create schema brut")
    con.execute(
        "create table prive.lignes "
        "(id_ligne bigint, fichier integer, ligne integer, rejetee boolean, date_extraction date, "
        f"triplet varchar, {columns_sql(CONTRATS)})"
    )
    con.execute(
        "create table brut.suivi "
        f"(id_ligne bigint, fichier integer, ligne integer, date_extraction date, {columns_sql(SUIVI)})"
    )
    con.execute(
        "create table brut.fichiers (fichier integer, nom varchar, role varchar, sha256 varchar, encodage varchar, "
        "separateur varchar, date_extraction date, lignes_lues bigint, lignes_retenues bigint, "
        "lignes_rejetees bigint, doublons bigint, colonnes_ignorees varchar[])"
    )
    for table in ("rejets", "anomalies"):
        con.execute(
            f"create table brut.{table} "
            "(fichier integer, nom varchar, ligne integer, colonne varchar, valeur varchar, raison varchar)"
        )


def columns_sql(colonnes: tuple[Colonne, ...]) -> str:
    """Column definitions of a table that has these columns."""
    return ", ".join(f"{c.nom} {cleaning.TYPES_DUCKDB[c.type]}" for c in colonnes)


def read_file(
    con: duckdb.DuckDBPyConnection,
    numero: int,
    role: str,
    chemin: Path,
    reglages: Settings,
    libelles: dict[str, Libelles],
) -> None:
    """One file into `prive.lignes` or `brut.suivi`, with its rejects, anomalies and line of `brut.fichiers`."""
    colonnes = CONTRATS if role == "contrats" else SUIVI
    source = reading.open_source(chemin, colonnes, reglages.colonnes)
    nom = f"{role}/{chemin.name}"
    extraction = reglages.fichiers.get(nom) or reglages.fichiers.get(chemin.name)
    extraction = extraction or reading.extraction_date(chemin.name, chemin)
    lues = rejetees = 0
    for lot in batches(source, colonnes):
        frame, rejets, anomalies = validate(lot, colonnes, identite=role == "contrats")
        lues += frame.height
        rejetees += rejets.height
        frame = frame.with_columns(libelles[c].apply(frame[c]) for c in frame.columns if c in libelles)
        store(con, "brut.rejets", rejets, numero, nom)
        store(con, "brut.anomalies", anomalies, numero, nom)
        if role == "contrats":
            frame = frame.with_columns(triplet=cleaning.triplet())
        else:
            frame = frame.filter(~pl.col("rejetee")).drop("rejetee")
        entree = frame.with_columns(
            id_ligne=(numero << 32) + pl.col("ligne").cast(pl.Int64),
            fichier=pl.lit(numero),
            date_extraction=pl.lit(extraction, dtype=pl.Date),
        )
        insert(con, "prive.lignes" if role == "contrats" else "brut.suivi", entree)
    con.execute(
        "insert into brut.fichiers values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
        [numero, nom, role, source.sha256, source.encodage, source.separateur, extraction,
         lues, lues - rejetees, rejetees, list(source.ignorees)],
    )  # fmt: skip


def insert(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table that has at least its columns, by name."""
    con.register("lot", frame.to_arrow())
    con.execute(f"insert into {table} by name select * from lot")
    con.unregister("lot")


def store(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, numero: int, nom: str) -> None:
    """Append rejects or anomalies of a file."""
    if frame.height:
        insert(con, table, frame.with_columns(fichier=pl.lit(numero), nom=pl.lit(nom)))


def batches(source: reading.Source, colonnes: tuple[Colonne, ...]) -> Iterator[Lot]:
    """The records of a file as frames of text; a declared column the file lacks is empty."""
    lignes = reading.records(source)
    while lot := list(islice(lignes, LIGNES_PAR_LOT)):
        vides = [""] * source.n_champs
        champs = [ligne if len(ligne) == source.n_champs else (ligne + vides)[: source.n_champs] for _, ligne in lot]
        tailles = [source.n_champs if len(ligne) == source.n_champs else real_width(ligne) for _, ligne in lot]
        cote = list(zip(*champs, strict=True))
        series: dict[str, pl.Series] = {
            "ligne": pl.Series([n for n, _ in lot], dtype=pl.Int32),
            "n_champs": pl.Series(
                [max(t, source.n_champs) if len(brut) >= source.n_champs else t
                 for t, (_, brut) in zip(tailles, lot, strict=True)],
                dtype=pl.Int32,
            ),
        }  # fmt: skip
        for c in colonnes:
            position = source.positions.get(c.nom)
            valeurs = cote[position] if position is not None else [None] * len(lot)
            series[c.nom] = pl.Series(valeurs, dtype=pl.String)
        yield Lot(pl.DataFrame(series), source.n_champs)


def real_width(champs: list[str]) -> int:
    """Number of fields up to the last one that is not empty: empty fields beyond the header do not count."""
    return max((i for i, champ in enumerate(champs, start=1) if champ.strip()), default=0)


def validate(
    lot: Lot, colonnes: tuple[Colonne, ...], identite: bool
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """(typed rows with `ligne` and `rejetee`, rejects, anomalies) of a batch.

    A reject names the first fault in the order of the columns; the value is there only for columns that are not
    personal.
    """
    nets = lot.bruts.with_columns(cleaning.trim(pl.col(c.nom)).alias(c.nom) for c in colonnes)
    # The birth date of two digits needs the start of the contract, so it is typed after it.
    premiers = [c for c in colonnes if c.type != "naissance"]
    types = nets.with_columns(cleaning.NETTOYAGE[c.type](pl.col(c.nom)).alias(c.nom) for c in premiers)
    types = types.with_columns(
        cleaning.naissance(pl.col(c.nom)).alias(c.nom) for c in colonnes if c.type == "naissance"
    )
    fautes = faults(lot, nets, types, colonnes, identite)
    rejets = fautes.filter(pl.col("rejet")).unique("index", keep="first", maintain_order=True)
    anomalies = fautes.join(rejets.select("index"), on="index", how="anti")
    rejetees = pl.Series("rejetee", [False] * types.height)
    rejetees[rejets["index"].to_list()] = True
    sortie = ["ligne", "colonne", "valeur", "raison"]
    return types.drop("n_champs").with_columns(rejetees), rejets.select(sortie), anomalies.select(sortie)


def faults(
    lot: Lot, nets: pl.DataFrame, types: pl.DataFrame, colonnes: tuple[Colonne, ...], identite: bool
) -> pl.DataFrame:
    """One line per fault (index, ligne, colonne, valeur, raison, rejet): fields, columns, identity, then end."""

    def where(masque: pl.Series, colonne: str, raison: str, rejet: bool, montrer: bool) -> pl.DataFrame:
        index = masque.fill_null(False).arg_true()
        valeur = nets[colonne].gather(index) if montrer else pl.Series([None] * len(index), dtype=pl.String)
        trouvees = pl.DataFrame({"index": index, "ligne": nets["ligne"].gather(index), "valeur": valeur})
        return trouvees.with_columns(colonne=pl.lit(colonne), raison=pl.lit(raison), rejet=pl.lit(rejet))

    largeur = nets["n_champs"] != lot.n_champs
    trouvees = [where(largeur, "n_champs", "nombre de champs différent de l'en-tête", True, False)]
    for c in colonnes:
        if c.obligatoire:
            trouvees.append(where(nets[c.nom].is_null(), c.nom, ABSENT, True, False))
        illisible = nets[c.nom].is_not_null() & types[c.nom].is_null()
        trouvees.append(where(illisible, c.nom, ILLISIBLE, c.obligatoire, not c.personnelle))
    if identite:
        complet = nets.select(pl.all_horizontal(types[c].is_not_null() for c in IDENTITE)).to_series()
        personne = complet | types["idalternant"].is_not_null()
        raison = "ni identifiant de l'apprenti, ni nom, prénom et date de naissance"
        trouvees.append(where(~personne, "idalternant", raison, True, False))
        avant = types["datefincontrat"] < types["datedebutcontrat"]
        trouvees.append(where(avant, "datefincontrat", "fin avant le début du contrat", True, True))
    return pl.concat(trouvees)


def enforce_accounting(con: duckdb.DuckDBPyConnection) -> None:
    """Rows read = rows kept + rows rejected, for each file, counted from the tables themselves.

    Raises:
        AssertionError: never, unless we lost a row: a bug of ours.
    """
    ecarts = con.execute(
        """
        select fichiers.nom from brut.fichiers as fichiers
        left join (
            select fichier, count(*) as n from (
                select fichier from brut.contrats union all select fichier from brut.suivi
            ) group by fichier
        ) as retenues using (fichier)
        left join (select fichier, count(*) as n from brut.rejets group by fichier) as rejetees using (fichier)
        where lignes_lues is distinct from coalesce(retenues.n, 0) + coalesce(rejetees.n, 0)
            or lignes_retenues is distinct from coalesce(retenues.n, 0)
        """
    ).fetchall()
    if ecarts:
        raise AssertionError(f"des lignes ont été perdues à la lecture de {', '.join(e[0] for e in ecarts)}")
