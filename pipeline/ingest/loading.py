"""Records → typed tables in DuckDB (schema `brut`), rejects, anomalies and the accounting of rows.

What identifies a person goes to temporary tables, of which `persons` makes integers. Rules on contracts are in
`sql/core`, not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain
from pathlib import Path

import duckdb
import polars as pl

from pipeline import reading
from pipeline.errors import InputError, UsageError
from pipeline.ingest import cleaning, dates
from pipeline.ingest.persons import Persons, Provenance
from pipeline.ingest.referentials import Wordings
from pipeline.ingest.validation import CheckedRows, Checker
from pipeline.reading import Part, Source, SourceField, Total
from pipeline.schemas import APPRENANTS, CONTRATS, SUIVI, InputColumn
from pipeline.settings import Settings

MINUITS_MIN = 3  # fewer dates of 22:00 or 23:00 may be so by chance


@dataclass(frozen=True)
class InputFolders:
    """Where the inputs are: `contrats/` and `suivi/` under `dossier`; `fictives` marks demonstration data."""

    dossier: Path
    referentiels: Path
    fictives: bool


@dataclass
class FileCounts:
    """What a file gave, counted as it is read."""

    lues: int = 0
    rejetees: int = 0
    sans_contrat: int = 0
    contrats: int = 0
    avant: int = 0  # rows read above the header reached
    annonces: list[int | None] = field(default_factory=list)
    litterales: tuple[int, ...] = ()

    def annonce(self, exports: int) -> int | None:
        """The rows that the file announces: those of its last total, or of those of all the exports glued in it."""
        nombres = [n for n in self.annonces if n is not None]
        if not nombres or nombres[-1] == self.lues or exports == 1:
            return nombres[-1] if nombres else None
        return sum(nombres) if len(nombres) == exports else None


def ingest(
    con: duckdb.DuckDBPyConnection,
    donnees: InputFolders,
    reglages: Settings,
    libelles: dict[str, Wordings],
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
            faire="Déposez-y au moins un fichier CSV ou .xlsx, ou indiquez un autre dossier avec --donnees.",
        )
    suivis = reading.list_files(donnees.dossier / "suivi")
    reglages.check_files(f"{chemin.parent.name}/{chemin.name}" for chemin in (*contrats, *suivis))
    prepare(con, reglages)
    personnes = Persons(con, reglages.supplements)
    for numero, chemin in enumerate((*contrats, *suivis), start=1):
        read_file(con, numero, chemin, reglages, libelles, personnes)
    personnes.settle()
    enforce_accounting(con)


def prepare(con: duckdb.DuckDBPyConnection, reglages: Settings) -> None:
    """Create the empty tables that files are read into."""
    con.execute("create schema brut")
    gardees = tuple(c for c in CONTRATS if not c.personnelle)
    con.execute(
        "create table brut.contrats (id_ligne bigint, fichier integer, ligne bigint, date_extraction date, "
        f"{columns_sql(gardees)}, age_debut integer, departement_employeur varchar, departement_apprenti varchar)"
    )
    con.execute(
        f"create table brut.supplements ({', '.join(['id_ligne bigint', *map(column_sql, reglages.supplements)])})"
    )
    con.execute(
        "create table brut.suivi "
        f"(id_ligne bigint, fichier integer, ligne bigint, date_extraction date, {columns_sql(SUIVI)})"
    )
    con.execute(
        "create table brut.fichiers (fichier integer, nom varchar, role varchar, sha256 varchar, encodage varchar, "
        "separateur varchar, feuille varchar, ligne_entete integer, apprenants boolean, date_extraction date, "
        "formes_dates varchar[], minuits_utc bigint, heures_laissees bigint, octets_etrangers bigint, "
        "ligne_etrangere bigint, cellules_redecodees bigint, ligne_redecodee bigint, lignes_litterales bigint, "
        "ligne_litterale bigint, "
        "lignes_lues bigint, lignes_retenues bigint, lignes_rejetees bigint, doublons bigint, contrats bigint, "
        "lignes_sans_contrat bigint, total_annonce bigint, colonnes_ignorees varchar[])"
    )
    fautes = "fichier integer, nom varchar, ligne bigint, colonne varchar, valeur varchar, raison varchar"
    con.execute(f"create table brut.rejets ({fautes})")
    con.execute(f"create table brut.anomalies ({fautes}, nature varchar)")


def column_sql(c: InputColumn) -> str:
    """Definition of a column of a table."""
    return f"{c.nom} {cleaning.TYPES_DUCKDB.get(c.type, 'varchar')}"


def columns_sql(colonnes: tuple[InputColumn, ...]) -> str:
    """Column definitions of a table that has these columns."""
    return ", ".join(map(column_sql, colonnes))


def read_file(
    con: duckdb.DuckDBPyConnection,
    numero: int,
    chemin: Path,
    reglages: Settings,
    libelles: dict[str, Wordings],
    personnes: Persons,
) -> None:
    """One file into its tables, with its rejects, anomalies and line of `brut.fichiers`."""
    role = chemin.parent.name
    colonnes = (*CONTRATS, *reglages.supplements) if role == "contrats" else SUIVI
    nom = f"{role}/{chemin.name}"
    reglage = reglages.fichier(nom)
    extraction = reglage.date_extraction or reading.extraction_date(chemin.name)
    disposition = APPRENANTS if role == "contrats" else None
    source = reading.open_source(chemin, colonnes, reglages.colonnes, disposition, reglage)
    parts = reading.read_parts(source)
    premiere = next(parts, Part.empty(source.entete))
    minuits = count_midnights(source, premiere, colonnes)
    cfd, compte = diploma_codes(con), FileCounts()
    checkers: list[Checker] = []
    for part in chain([premiere], parts):
        if not checkers or part.entete is not checkers[-1].source.entete:
            ici = replace(source, entete=part.entete)
            checkers.append(Checker(ici, colonnes, role == "contrats", reglage, libelles, cfd, minuits > 0))
            compte.avant = compte.lues
        checker = checkers[-1]
        rows = checker.check(part)
        compte.lues += rows.lues
        compte.rejetees += rows.rejets.height
        compte.sans_contrat += rows.sans_contrat
        compte.contrats += sum(table.num_rows for table in rows.retenues)
        compte.litterales += part.litterales
        if part.total is not None:
            compte.annonces.append(check_total(part.total, source, compte, checkers))
        store(con, "brut.rejets", rows.rejets, numero, nom)
        store(con, "brut.anomalies", rows.anomalies, numero, nom)
        write_rows(con, role, rows, Provenance(numero, numero << 40, extraction), personnes)
    retenues = compte.lues - compte.rejetees
    formes = sorted(set().union(*(checker.formes_dates for checker in checkers)))
    redecodes = [(c.redecodes, c.ligne_redecodee) for c in checkers]
    redecodes += [(c.source.entete.redecodes, c.source.entete.ligne) for c in checkers]
    con.execute(
        f"insert into brut.fichiers values ({', '.join('?' * 27)})",
        [numero, nom, role, source.sha256, source.encodage, source.entete.separateur or None, source.feuille,
         source.entete.ligne, source.entete.apprenants, extraction, formes, minuits,
         sum(c.heures_laissees for c in checkers), source.etrangers.nombre, source.etrangers.ligne or None,
         sum(n for n, _ in redecodes), min((ligne for n, ligne in redecodes if n and ligne), default=None),
         len(compte.litterales), min(compte.litterales, default=None),
         compte.lues, retenues, compte.rejetees, 0, compte.contrats if role == "contrats" else None,
         compte.sans_contrat, compte.annonce(len(checkers)), list(unread_headers(checkers))],
    )  # fmt: skip


def unread_headers(checkers: list[Checker]) -> Iterator[str]:
    """Headers that no declared column claims: those of the first export of a file, then those that only the exports
    glued to it have."""
    connus: tuple[str, ...] = ()
    for checker in checkers:
        ignorees = checker.source.entete.ignorees
        yield from (entete for entete in ignorees if checker is checkers[0] or entete not in connus)
        connus += ignorees


def count_midnights(source: Source, premiere: Part, colonnes: tuple[InputColumn, ...]) -> int:
    """How many dates of a file are midnights of Paris stored in UTC: those with a time and no offset, if every one is
    of 22:00 or 23:00, three at least; else 0. Where the first part has no time, the others are not looked at."""
    de_dates = {c.nom for c in colonnes if c.type in ("date", "naissance")}
    if not any(champ.textes.str.contains(":", literal=True).any() for champ in fields_of(premiere, de_dates)):
        return 0
    nombre = 0
    for part in reading.read_parts(source):
        for champ in fields_of(part, de_dates):
            heures = dates.bare_times(champ.textes)
            if not dates.are_midnights(heures).all():
                return 0
            nombre += champ.spread(heures).count()
    return nombre if nombre >= MINUITS_MIN else 0


def fields_of(part: Part, noms: set[str]) -> list[SourceField]:
    """The fields of these columns."""
    places = {index for groupe in part.entete.positions for nom, index in groupe.items() if nom in noms}
    return [part.champs[index] for index in places]


def diploma_codes(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Codes of the referential, which prove a lost zero."""
    return frozenset(code for (code,) in con.execute("select code_diplome from ref.diplomes").fetchall())


def write_rows(
    con: duckdb.DuckDBPyConnection, role: str, rows: CheckedRows, origine: Provenance, personnes: Persons
) -> None:
    """Rows of a file into the tables that hold them."""
    if role == "contrats":
        for table in rows.retenues:
            personnes.write_kept(table, origine)
        for table in rows.rejetees:
            personnes.write_rejected(table, origine)
        return
    for table in rows.retenues:
        con.register("lot", table)
        con.execute(
            f"insert into brut.suivi select rang + ?, ?, ligne, ?, {', '.join(c.nom for c in SUIVI)} from lot",
            [origine.origine, origine.fichier, origine.date_extraction],
        )
        con.unregister("lot")


def insert(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table that has at least its columns, by name."""
    con.register("lot", frame.to_arrow())
    con.execute(f"insert into {table} by name select * from lot")
    con.unregister("lot")


def store(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, numero: int, nom: str) -> None:
    """Append rejects or anomalies of a file."""
    if frame.height:
        insert(con, table, frame.with_columns(fichier=pl.lit(numero), nom=pl.lit(nom)))


def check_total(total: Total, source: Source, compte: FileCounts, checkers: list[Checker]) -> int | None:
    """The number of rows that a line of totals announces, or None; under a numeric column it announces its sum. It is
    that of the rows below the last header, or of all those above.

    Raises:
        InputError: what it announces is not what was read.
    """
    annonce, checker = None, checkers[-1]
    for index, texte in enumerate(total.champs):
        nombre = checker.read_number(texte)
        if nombre is None:
            continue
        if (colonne := checker.numeriques.get(index)) is None:
            annonce = int(nombre)
            attendus = [Decimal(compte.lues - compte.avant), Decimal(compte.lues)]
            lignes = "ligne" if annonce < 2 else "lignes"
            ecart = f"le fichier annonce {annonce} {lignes} et en contient {compte.lues - compte.avant}"
        else:
            sommes = [c.sum_of(colonne) for c in checkers]
            attendus = [sommes[-1], None if None in sommes else sum(s for s in sommes if s is not None)]
            ecart = f"le fichier annonce {nombre} pour la somme de « {colonne} », qui vaut {attendus[0]}"
        if attendus[0] is not None and nombre not in attendus:
            raise InputError(
                ecart,
                ou=source.chemin,
                ligne=total.ligne,
                faire="Des lignes manquent ou sont en trop : refaites l'export ; si ce total compte autre chose, "
                "retirez-le du fichier.",
            )
    return annonce


def enforce_accounting(con: duckdb.DuckDBPyConnection) -> None:
    """Rows read = rows kept + rows rejected, for each file, counted from the tables themselves.

    Raises:
        AssertionError: never, unless we lost a row: a bug of ours.
    """
    ecarts = con.execute(
        """
        select fichiers.nom from brut.fichiers as fichiers
        left join (
            select fichier, count(*) as n from brut.contrats
            where fichier not in (select fichier from brut.fichiers where apprenants) group by fichier
            union all
            select fichier, count(distinct ligne) as n from brut.contrats
            where fichier in (select fichier from brut.fichiers where apprenants) group by fichier
            union all
            select fichier, count(*) as n from brut.suivi group by fichier
        ) as retenues using (fichier)
        left join (select fichier, count(*) as n from brut.rejets group by fichier) as rejetees using (fichier)
        where lignes_lues is distinct from coalesce(retenues.n, 0) + lignes_sans_contrat + coalesce(rejetees.n, 0)
            or lignes_retenues is distinct from coalesce(retenues.n, 0) + lignes_sans_contrat
        """
    ).fetchall()
    if ecarts:
        raise AssertionError(f"des lignes ont été perdues à la lecture de {', '.join(e[0] for e in ecarts)}")
