"""A connection that reads the database and nothing else, for a limited time: contributed SQL and checks run here."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline import details
from pipeline.errors import MachineError, PipelineError, UsageError
from pipeline.models.connections import MEMOIRE, lock, open_as_it_is, settings
from pipeline.models.file import line_said
from pipeline.models.quoting import literal

# Faults of the query itself: their messages quote SQL. Those of the other kinds may quote a value of an export.
FAUTES_DE_REQUETE = (
    duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.PermissionException,
    duckdb.NotImplementedException, duckdb.SyntaxException,
)  # fmt: skip


@contextmanager
def open_locked(
    base: Path, temporaire: Path | None = None, fils: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database, read-only and locked; large sorts may spill into `temporaire`; `fils` threads, else one for each
    processor.

    Raises:
        UsageError: no such database.
        MachineError: it is being written, or cannot be read.
    """
    with connect(base, temporaire, fils, beside=False) as con:
        yield con


@contextmanager
def open_beside(base: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database in memory, beside which the one of a file is there to be read as `base`; locked likewise.

    Raises:
        UsageError, MachineError: see `open_locked`.
    """
    with connect(base, None, None, beside=True) as con:
        yield con


@contextmanager
def connect(
    base: Path, temporaire: Path | None, fils: int | None, *, beside: bool
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection of `open_locked` or, `beside`, of `open_beside`."""
    check_base(base)
    try:
        if beside:
            con = duckdb.connect(config=settings(temporaire, fils))  # type: ignore[arg-type]
            con.execute(f"attach {literal(str(base))} as base (read_only)")
            lock(con)
        else:
            con = open_as_it_is(base, temporaire, fils)
    except duckdb.Error:
        raise unreadable_base(base) from None
    try:
        yield con
    finally:
        con.close()


def check_base(base: Path) -> None:
    """Raises UsageError when there is no such database."""
    details.tell(f"base {base}")
    if not base.is_file():
        raise UsageError("base introuvable", ou=base, faire="Construisez-la : ruptures construire.")


@contextmanager
def of_this_version(base: Path) -> Iterator[None]:
    """Raises UsageError when what runs inside reads a table or a column that the database has not."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException):
        quoi = "la base est d'une autre version de l'outil"
        raise UsageError(quoi, ou=base, faire="Reconstruisez-la : ruptures construire.") from None


def unreadable_base(base: Path) -> MachineError:
    """What to raise where a database does not open."""
    faire = "Attendez la fin du traitement en cours, ou reconstruisez-la : ruptures construire."
    return MachineError("la base ne s'ouvre pas", ou=base, faire=faire)


class TimeLimit:
    """Stops each query of a connection after `duree` seconds. One thread watches them all, and sleeps meanwhile."""

    RAPPEL = 1.0  # seconds to the next interruption, of a query that was between two statements at the first

    def __init__(self, con: duckdb.DuckDBPyConnection, duree: float) -> None:
        self.con, self.duree = con, duree
        self.echeance: float | None = None  # of the query that runs
        self.verrou, self.fini = threading.Lock(), threading.Event()

    def __enter__(self) -> TimeLimit:
        threading.Thread(target=self.watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.fini.set()

    def watch(self) -> None:
        """Interrupt what is late; a query that starts meanwhile cannot be, before `duree`."""
        attente = self.duree
        while not self.fini.wait(attente):
            with self.verrou:
                attente = self.duree if self.echeance is None else self.echeance - time.monotonic()
                if attente <= 0:
                    self.con.interrupt()
                    attente = self.RAPPEL

    @contextmanager
    def query(self) -> Iterator[None]:
        """What runs inside has `duree` seconds. DuckDB raises InterruptException when they are over."""
        self.echeance = time.monotonic() + self.duree
        try:
            yield
        finally:
            with self.verrou:
                self.echeance = None


@contextmanager
def limited(limite: TimeLimit, chemin: Path, *, ligne: int | None = None, decalage: int = 0) -> Iterator[None]:
    """What runs inside has a limited time; what stops it is told as `explained` does."""
    with explained(limite.duree, chemin, ligne=ligne, decalage=decalage), limite.query():
        yield


@contextmanager
def explained(duree: float, chemin: Path, *, ligne: int | None = None, decalage: int = 0) -> Iterator[None]:
    """DuckDB's refusals of what runs inside, and the system's, become ours, of the file at `chemin`: at `ligne` or,
    where the query is the file's, at the line it names, `decalage` lines further.

    Raises:
        UsageError: a query that DuckDB refuses, that fails on a value, that takes more than `duree` seconds or than the
            memory it may have.
        MachineError: the disk.
    """
    try:
        yield
    except (duckdb.InterruptException, TimeoutError):
        raise UsageError(
            f"le calcul dépasse {duree:g} seconde{'s' if duree >= 2 else ''}",
            ou=chemin,
            ligne=ligne,
            faire="Allégez la requête (une jointure sans condition ?), ou relevez duree_max, section [ventilations] de "
            "config.toml.",
        ) from None
    except MemoryError:
        raise too_much_memory(chemin, ligne) from None
    except duckdb.Error as erreur:
        raise explain(erreur, chemin, ligne, decalage) from None


def too_much_memory(chemin: Path, ligne: int | None) -> UsageError:
    """What to raise where a query takes more memory than it may."""
    faire = "Allégez la requête : moins de lignes ou de colonnes jointes et triées."
    return UsageError(f"le calcul demande plus de {MEMOIRE} de mémoire", ou=chemin, ligne=ligne, faire=faire)


def explain(erreur: duckdb.Error, chemin: Path, ligne: int | None = None, decalage: int = 0) -> PipelineError:
    """What DuckDB says of a query, in French, with its line in the file."""
    message = str(erreur)
    dite = line_said(message)
    ou = ligne or (dite + decalage if dite else None)
    if isinstance(erreur, duckdb.OutOfMemoryException):
        return too_much_memory(chemin, ou)
    if isinstance(erreur, duckdb.IOException):
        faire = "Vérifiez la place et les droits du disque."
        return MachineError("la base ou le disque ne répondent pas", ou=chemin, ligne=ou, faire=faire)
    if isinstance(erreur, FAUTES_DE_REQUETE):
        quoi, faire = refusal(message)
        return UsageError(quoi, ou=chemin, ligne=ou, faire=faire)
    return UsageError(
        f"le calcul échoue sur une valeur ({type(erreur).__name__})",
        ou=chemin,
        ligne=ou,
        faire="Essayez la requête dans DuckDB pour la voir ; elle n'est pas citée ici, elle peut venir d'un export.",
    )


REFUS = (
    (r'Referenced column "(.*?)" (?:was )?not found', "colonne inconnue « {} »"),
    (r'does not have a column named "(.*?)"', "colonne inconnue « {} »"),
    (r'Referenced table "(.*?)" not found', "table inconnue « {} »"),
    (r"Table with name (\S+) does not exist", "table inconnue « {} »"),
    (r"Function with name (\S+) does not exist", "fonction inconnue « {} »"),
    (r'column "(.*?)" must appear in the GROUP BY', "la colonne « {} » n'est ni agrégée ni dans « group by »"),
    (r'Ambiguous reference to column name "(.*?)"', "la colonne « {} » est dans plusieurs des tables lues"),
    (r'syntax error at or near "(.*?)"', "SQL illisible à « {} »"),
)


def refusal(message: str) -> tuple[str, str]:
    """DuckDB's refusal of a query in French, and what it proposes."""
    proches = re.search(r"(?:Candidate bindings: |Did you mean )(.*?)[?\n]", f"{message}\n")
    noms = ", ".join(re.findall(r'"([^"]+)"', proches[1])[:3]) if proches else ""
    faire = f"Les plus proches : {noms}." if noms else "Corrigez la requête : essayez-la dans DuckDB."
    for motif, phrase in REFUS:
        if trouve := re.search(motif, message):
            return phrase.format(trouve[1]), faire
    return f"DuckDB refuse cette requête : {message.splitlines()[0]}", "Corrigez-la : essayez-la dans DuckDB."
