"""Records → typed tables in DuckDB (schema `brut`), rejects, anomalies and the accounting of rows.

What identifies a person goes to temporary tables, of which `persons` makes integers. Rules on contracts are in
`sql/core`, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import chain
from pathlib import Path

import duckdb
import polars as pl

from pipeline import details, formats, reading
from pipeline.errors import InputError, UsageError, together
from pipeline.ingest import cleaning, dates, pages
from pipeline.ingest.identities import turn_over
from pipeline.ingest.numbering import Numbering
from pipeline.ingest.persons import Persons, Provenance
from pipeline.ingest.referentials import Wordings
from pipeline.ingest.validation import CheckedRows, Checker
from pipeline.inputs import ROLES, InputFolders
from pipeline.reading import Part, Source, SourceField, Total
from pipeline.reading.headers import Header
from pipeline.schemas import APPRENANTS, COLONNES_DES_COMPLEMENTS, CONTRATS, InputColumn
from pipeline.settings import Settings

LIGNES_EN_SUSPENS = 500_000  # rows that DuckDB holds in memory before they are in the file: a gigabyte for 2 millions
MINUITS_MIN = 3  # fewer dates of 22:00 or 23:00 may be so by chance


@dataclass
class FileCounts:
    """What a file gave, counted as it is read."""

    lues: int = 0
    rejetees: int = 0
    sans_contrat: int = 0
    contrats: int = 0
    uai_du_referentiel: int = 0
    avant: int = 0  # rows read above the header reached
    annonces: list[int | None] = field(default_factory=list)
    litterales: tuple[int, ...] = ()

    def add(self, rows: CheckedRows) -> None:
        """The rows of a part."""
        self.lues += rows.lues
        self.rejetees += rows.rejets.height
        self.sans_contrat += 0 if rows.sans_contrat is None else rows.sans_contrat.num_rows
        self.uai_du_referentiel += rows.uai_du_referentiel
        self.contrats += sum(table.num_rows for table in rows.retenues)

    def annonce(self, exports: int) -> int | None:
        """The rows that the file announces: those of its last total, or of those of all the exports glued in it."""
        nombres = [n for n in self.annonces if n is not None]
        if not nombres or nombres[-1] == self.lues or exports == 1:
            return nombres[-1] if nombres else None
        return sum(nombres) if len(nombres) == exports else None


@dataclass(frozen=True)
class OpenFile:
    """A file about to be read, header after header where several exports are glued in it.

    Attributes:
        minuits: how many of its dates are midnights of Paris stored in UTC.
        checker_of: the rules of the rows below a header.
        checkers: those of the headers reached.
    """

    source: Source
    extraction: date | None
    minuits: int
    lues: Iterator[Part]
    checker_of: Callable[[Header], Checker]
    checkers: list[Checker] = field(default_factory=list)
    compte: FileCounts = field(default_factory=FileCounts)

    def parts(self) -> Iterator[tuple[Part, Checker]]:
        """Each part, with the rules of its rows."""
        for part in self.lues:
            if not self.checkers or part.entete is not self.checkers[-1].source.entete:
                self.checkers.append(self.checker_of(part.entete))
                self.compte.avant = self.compte.lues
            yield part, self.checkers[-1]

    def checked(self) -> Iterator[CheckedRows]:
        """The rows of each part once checked, counted."""
        for part, checker in self.parts():
            rows = checker.check(part)
            self.count(part, rows)
            yield rows

    def count(self, part: Part, rows: CheckedRows) -> None:
        """Count a part once checked. Raises InputError when its line of totals says otherwise."""
        self.compte.add(rows)
        self.compte.litterales += part.litterales
        if part.total is not None:
            self.compte.annonces.append(check_total(part.total, self.source, self.compte, self.checkers))

    def redecoded(self) -> tuple[int, int | None]:
        """(how many cells, headers included, were UTF-8 read as Windows-1252, the line of the first)."""
        entetes = [checker.source.entete for checker in self.checkers]
        trouvees = [(e.redecodes, e.ligne) for e in entetes] + [(c.redecodes, c.ligne_redecodee) for c in self.checkers]
        return sum(n for n, _ in trouvees), min((ligne for n, ligne in trouvees if n and ligne), default=None)

    def headers(self) -> list[str]:
        """The texts of all its headers."""
        return [entete for checker in self.checkers for entete in checker.source.entete.champs]

    def columns_read(self) -> tuple[str, ...]:
        """Our columns that one of its headers has."""
        groupes = (groupe for checker in self.checkers for groupe in checker.source.entete.positions)
        return tuple(dict.fromkeys(colonne for groupe in groupes for colonne in groupe))

    def headers_unread(self) -> tuple[str, ...]:
        """Headers that no declared column claims: those of the first export, then those that only the exports glued to
        it have."""
        ignorees = self.source.entete.ignorees
        for checker in self.checkers[1:]:
            ignorees += tuple(entete for entete in checker.source.entete.ignorees if entete not in ignorees)
        return ignorees


def open_inputs(donnees: InputFolders, reglages: Settings) -> list[Source]:
    """Every file of `contrats/`, `suivi/` and `accompagnement/`, and how it is read.

    Raises:
        InputError: files that cannot be read, or not together.
        UsageError: no file in `contrats/`; the configuration names what is nowhere.
    """
    par_role = {role: reading.list_files(donnees.dossier / role) for role in ROLES}
    if not par_role["contrats"]:
        raise no_exports(donnees)
    tous = [*chain.from_iterable(par_role.values())]
    reglages.check_files(f"{chemin.parent.name}/{chemin.name}" for chemin in tous)
    sources = open_files(tous, reglages)
    extractions = [(source, extraction_date(source, source.chemin.parent.name, reglages)) for source in sources]
    pages.check_pages(extractions)
    for fichiers in par_role.values():
        check_dates({source.chemin: jour for source, jour in extractions if source.chemin in fichiers})
    return sources


def ingest(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[Source],
    reglages: Settings,
    libelles: dict[str, Wordings],
    haches: Mapping[str, str],
) -> None:
    """Read the files of a run into schema `brut`, in transactions of its own: what one holds stays in memory.

    `libelles` gives, for a column, the wording that replaces what was typed; `haches`, the hash of each file.

    Raises:
        InputError: a file that cannot be read.
        UsageError: the configuration speaks of a header that none has.
    """
    con.begin()
    try:
        prepare(con, reglages)
        personnes = Persons(con, reglages.supplements, reglages.identites.portee)
        entetes: list[str] = []
        with one_thread(con):
            for numero, source in enumerate(sources, start=1):
                with details.timed(f"lu {source.chemin}"):
                    entetes += read_file(con, numero, source, reglages, libelles, personnes, haches)
        reglages.check_headers(entetes)
        personnes.settle()
        enforce_accounting(con)
        con.commit()
    except BaseException:
        # A commit that a full disk refuses leaves nothing to undo: its own error is the one to tell.
        with suppress(duckdb.TransactionException):
            con.rollback()
        raise


@contextmanager
def one_thread(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """One thread of DuckDB's: several would each write rows of their own, then copied in order, for no time gained
    beside the reading of the next ones."""
    fils = con.execute("select current_setting('threads')").fetchall()[0][0]
    con.execute("set threads = 1")
    yield
    con.execute(f"set threads = {fils}")


def check_dates(extractions: Mapping[Path, date | None]) -> None:
    """Raises InputError when files of one folder with an extraction date and files without are together: nothing says
    which of two versions of a contract is the later."""
    sans = [chemin for chemin, jour in extractions.items() if jour is None]
    if not sans or len(sans) == len(extractions):
        return
    lignes = "\n".join(f'"{chemin.parent.name}/{chemin.name}" = AAAA-MM-JJ' for chemin in sans)
    raise InputError(
        f"{formats.plural(len(sans), 'fichier', 'fichiers')} sans date d'extraction, à côté d'autres qui en ont une",
        ou=sans[0],
        faire=f"Mettez-la dans {'leur nom' if len(sans) > 1 else 'son nom'} (2022-08-31), ou dites-la dans "
        f"config.toml :\n[fichiers]\n{lignes}",
    )


def no_exports(donnees: InputFolders) -> UsageError:
    """There is no file to read."""
    return UsageError(
        "aucun export de contrats",
        ou=donnees.dossier / "contrats",
        faire="Déposez-y au moins un fichier CSV, .xlsx ou JSON, ou indiquez un autre dossier avec --donnees.",
    )


def open_files(chemins: Iterable[Path], reglages: Settings) -> list[Source]:
    """How each file is read.

    Raises:
        InputError: those that cannot be read, all in one where it is their headers that lack something.
        UsageError: such a file, and the configuration speaks of a header that none has: that is perhaps why.
    """
    sources, refus, entetes = [], list[reading.HeaderError](), []
    for chemin in chemins:
        try:
            source = find_source(chemin, chemin.parent.name, reglages)
        except reading.HeaderError as erreur:
            if not erreur.champs:
                raise
            refus.append(erreur)
            entetes += erreur.champs
        else:
            sources.append(source)
            entetes += source.entete.champs
    if refus:
        reglages.check_headers(entetes)
        # Exports of one tool lack the same: it is said of the first.
        raise together([*{(erreur.quoi, erreur.faire): erreur for erreur in reversed(refus)}.values()][::-1])
    return sources


def find_source(chemin: Path, role: str, reglages: Settings) -> Source:
    """How a file of one of `ROLES`, wherever it is, is read. Raises InputError when it cannot be."""
    disposition = APPRENANTS if role == "contrats" else None
    reglage = reglages.fichier(f"{role}/{chemin.name}")
    return reading.open_source(chemin, columns_of(role, reglages), reglages.colonnes, disposition, reglage)


def extraction_date(source: Source, role: str, reglages: Settings) -> date | None:
    """When a file was extracted: as the configuration says, else its name, else the file itself."""
    dite = None if source.enveloppe is None else source.enveloppe.date_extraction
    nom = source.chemin.name
    return reglages.fichier(f"{role}/{nom}").date_extraction or reading.extraction_date(nom) or dite


def columns_of(role: str, reglages: Settings) -> tuple[InputColumn, ...]:
    """What a file of a folder may have."""
    return (*CONTRATS, *reglages.supplements) if role == "contrats" else COLONNES_DES_COMPLEMENTS[role]


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
    for role, colonnes in COLONNES_DES_COMPLEMENTS.items():
        con.execute(
            f"create table brut.{role} (id_ligne bigint, fichier integer, ligne bigint, date_extraction date, "
            f"{columns_sql(tuple(c for c in colonnes if not c.personnelle))}, part_du_numero integer)"
        )
    con.execute(
        "create table brut.sans_contrat (id_ligne bigint, date_extraction date, uaicfa varchar, codediplome varchar)"
    )
    con.execute(
        "create table brut.fichiers (fichier integer, nom varchar, role varchar, sha256 varchar, encodage varchar, "
        "separateur varchar, feuille varchar, ligne_entete integer, apprenants boolean, date_extraction date, "
        "formes_dates varchar[], minuits_utc bigint, heures_laissees bigint, octets_etrangers bigint, "
        "ligne_etrangere bigint, cellules_redecodees bigint, ligne_redecodee bigint, lignes_litterales bigint, "
        "ligne_litterale bigint, "
        "lignes_lues bigint, lignes_retenues bigint, lignes_rejetees bigint, doublons bigint, contrats bigint, "
        "lignes_sans_contrat bigint, uai_du_referentiel bigint, total_annonce bigint, colonnes_lues varchar[], "
        "colonnes_ignorees varchar[])"
    )
    fautes = "fichier integer, nom varchar, ligne bigint, colonne varchar, valeur varchar, raison varchar"
    con.execute(f"create table brut.rejets ({fautes})")
    con.execute(f"create table brut.anomalies ({fautes}, nature varchar, id_ligne bigint, forme varchar)")


def column_sql(c: InputColumn) -> str:
    """Definition of a column of a table."""
    return f"{c.nom} {cleaning.TYPES_DUCKDB.get(c.type, 'varchar')}"


def columns_sql(colonnes: tuple[InputColumn, ...]) -> str:
    """Column definitions of a table that has these columns."""
    return ", ".join(map(column_sql, colonnes))


def read_file(
    con: duckdb.DuckDBPyConnection,
    numero: int,
    source: Source,
    reglages: Settings,
    libelles: dict[str, Wordings],
    personnes: Persons,
    haches: Mapping[str, str],
) -> list[str]:
    """One file into its tables, with its rejects, anomalies and line of `brut.fichiers`. Returns all its headers."""
    role = source.chemin.parent.name
    nom = f"{role}/{source.chemin.name}"
    ouvert = start_reading(source, role, reglages, libelles, diploma_codes(con), cfa_codes(con))
    origine = Provenance(numero, numero << 40, ouvert.extraction)
    en_suspens = 0
    for rows in one_ahead(ouvert.checked()):
        store(con, "brut.rejets", rows.rejets, numero, nom)
        anomalies = rows.anomalies.with_columns(id_ligne=pl.col("rang") + origine.origine).drop("rang")
        store(con, "brut.anomalies", anomalies, numero, nom)
        write_rows(role, rows, origine, personnes)
        en_suspens += rows.lues
        if en_suspens >= LIGNES_EN_SUSPENS:
            turn_over(con)
            en_suspens = 0
    compte, checkers = ouvert.compte, ouvert.checkers
    annonce = compte.annonce(len(checkers))
    formes = sorted(set().union(*(checker.formes_dates for checker in checkers)))
    con.execute(
        f"insert into brut.fichiers values ({', '.join('?' * 29)})",
        [numero, nom, role, haches.get(nom), source.encodage, source.entete.separateur or None, source.feuille,
         source.entete.ligne, source.entete.apprenants, ouvert.extraction, formes, ouvert.minuits,
         sum(checker.heures_laissees for checker in checkers), source.etrangers.nombre, source.etrangers.ligne or None,
         *ouvert.redecoded(), len(compte.litterales), min(compte.litterales, default=None),
         compte.lues, compte.lues - compte.rejetees, compte.rejetees, 0,
         compte.contrats if role == "contrats" else None, compte.sans_contrat, compte.uai_du_referentiel,
         pages.announced(source) if annonce is None else annonce,
         sorted(ouvert.columns_read()), list(ouvert.headers_unread())],
    )  # fmt: skip
    return ouvert.headers()


def one_ahead(lus: Iterator[CheckedRows]) -> Iterator[CheckedRows]:
    """The same, each read and checked while the one before it is written: what does both leaves Python free."""
    with ThreadPoolExecutor(1) as lecteur:
        suivant = lecteur.submit(next, lus, None)
        while (rows := suivant.result()) is not None:
            suivant = lecteur.submit(next, lus, None)
            yield rows


def start_reading(
    source: Source,
    role: str,
    reglages: Settings,
    libelles: dict[str, Wordings],
    cfd: frozenset[str],
    uai_des_cfa: Mapping[str, str],
) -> OpenFile:
    """A file of one of `ROLES`, wherever it is, with the rules that its rows are checked by.

    Raises:
        InputError: it cannot be read.
    """
    colonnes, reglage = columns_of(role, reglages), reglages.fichier(f"{role}/{source.chemin.name}")
    parts = reading.read_parts(source)
    premiere = next(parts, Part.empty(source.entete))
    minuits = count_midnights(source, premiere, colonnes)
    identite, minuits_utc = role == "contrats", minuits > 0
    numerotation = cache(partial(count_numbers, source, colonnes))

    def checker_of(entete: Header) -> Checker:
        ici = replace(source, entete=entete)
        return Checker(ici, colonnes, identite, reglage, libelles, cfd, minuits_utc, uai_des_cfa, numerotation)

    extraction = extraction_date(source, role, reglages)
    return OpenFile(source, extraction, minuits, chain([premiere], parts), checker_of)


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


def count_numbers(source: Source, colonnes: tuple[InputColumn, ...]) -> Numbering:
    """The contract numbers of a whole file, which is read once more: what they are matters where one looks personal."""
    de_numeros = {c.nom: c for c in colonnes if c.type == "numero_contrat"}
    comptes = (
        cleaning.count_numbers(c, champ.textes)
        for part in reading.read_parts(source)
        for nom, c in de_numeros.items()
        for champ in fields_of(part, {nom})
    )
    return sum(comptes, Numbering())


def fields_of(part: Part, noms: set[str]) -> list[SourceField]:
    """The fields of these columns."""
    places = {index for groupe in part.entete.positions for nom, index in groupe.items() if nom in noms}
    return [part.champs[index] for index in places]


def diploma_codes(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Codes of the referential, replaced ones too, which prove a lost zero."""
    return frozenset(code for (code,) in con.execute("select code from ref.diplomes_par_code").fetchall())


def cfa_codes(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """UAI of the CFA of each establishment of the referential, by its codes, replaced ones too: that of an empty
    `uaicfa`."""
    lus = con.execute(
        """
        select par_code.code, coalesce(cfa.uai, etablissements.uai_cfa_rattachement, etablissements.uai)
        from ref.etablissements_par_code as par_code
        inner join ref.etablissements as etablissements on par_code.uai = etablissements.uai
        left join ref.etablissements_par_code as cfa on etablissements.uai_cfa_rattachement = cfa.code
        """
    ).fetchall()
    return dict(lus)


def write_rows(role: str, rows: CheckedRows, origine: Provenance, personnes: Persons) -> None:
    """Rows of a file into the tables that hold them."""
    if role != "contrats":
        for table in rows.retenues:
            personnes.write_complement(role, table, origine)
        return
    for table in rows.retenues:
        personnes.write_kept(table, origine)
    for table in rows.rejetees:
        personnes.write_rejected(table, origine)
    if rows.sans_contrat is not None and rows.sans_contrat.num_rows:
        personnes.write_absent(rows.sans_contrat, origine)


def store(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, numero: int, nom: str) -> None:
    """Append rejects or anomalies of a file, by the names of their columns."""
    if frame.height:
        con.register("lot", frame.to_arrow())
        con.execute(f"insert into {table} by name select *, ?::integer as fichier, ? as nom from lot", [numero, nom])
        con.unregister("lot")


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
            union all
            select fichier, count(*) as n from brut.accompagnement group by fichier
        ) as retenues using (fichier)
        left join (select fichier, count(*) as n from brut.rejets group by fichier) as rejetees using (fichier)
        where lignes_lues is distinct from coalesce(retenues.n, 0) + lignes_sans_contrat + coalesce(rejetees.n, 0)
            or lignes_retenues is distinct from coalesce(retenues.n, 0) + lignes_sans_contrat
        """
    ).fetchall()
    if ecarts:
        raise AssertionError(f"des lignes ont été perdues à la lecture de {', '.join(e[0] for e in ecarts)}")
