"""A process of its own for what others wrote in SQL, with limits of time, memory and disk that the system enforces: it
is ended from outside, whatever it computes.

It reads the renumbered views and nothing else (`renumbered.py`). A query that reads keys is run under two numberings:
what is not the same twice depends on who somebody is.
"""

from __future__ import annotations

import atexit
import itertools
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb
from pebble import ProcessExpired, ProcessPool

from pipeline.models import inside
from pipeline.models.inside import Opening, Rows
from pipeline.models.locked import check_base, unreadable_base
from pipeline.models.renumbered import CACHEE

if TYPE_CHECKING:
    import pyarrow as pa

NUMEROS = itertools.count()
T = TypeVar("T")


class Process:
    """The process of the enclosure, that all the databases of a command are read by in turn."""

    pool: ProcessPool | None = None

    @classmethod
    def started(cls) -> ProcessPool:
        """It, started if it is not."""
        if cls.pool is None or not cls.pool.active:
            contexte: Any = multiprocessing.get_context("spawn")
            cls.pool = ProcessPool(1, initializer=inside.limit_process, context=contexte)
        return cls.pool

    @classmethod
    def end(cls) -> None:
        """What it holds is the system's again; the next query starts another."""
        if cls.pool is not None:
            cls.pool.stop()
            cls.pool.join()
            cls.pool = None


atexit.register(Process.end)


class Enclosure:
    """What may be asked of a database there; each query has `duree` seconds.

    Every method raises TimeoutError when they are over, MemoryError when the process was ended for want of memory, and
    what DuckDB raises.
    """

    def __init__(self, ouverture: Opening, duree: float) -> None:
        self.ouverture, self.duree = ouverture, duree

    def describe(self, sql: str) -> list[tuple[str, str]]:
        """Names and types of the columns of a query."""
        return self.ask(inside.describe_inside, sql)

    def compute(self, sql: str) -> pa.Table:
        """The result of a query. Raises KeysToldError when it depends on who somebody is."""
        return self.ask(inside.compute_inside, sql)

    def fetch(self, sql: str, *, combien: int | None = None, vraies: bool = False) -> Rows:
        """Names of the columns of a query and its rows, the first ones if `combien` says how many; of the tables as
        they are, if `vraies`: for what the program itself asks, of tables whose rows are not shown."""
        return self.ask(inside.fetch_inside, sql, combien, vraies)

    def keep(self, nom: str, contenu: pa.Table) -> None:
        """Have a table of the moment there, `temp.<nom>`."""
        self.ask(inside.keep_inside, nom, contenu)

    def ask(self, quoi: Callable[..., T], *arguments: object) -> T:
        """What a function of the process says of the database."""
        try:
            tache = Process.started().schedule(quoi, args=(self.ouverture, *arguments), timeout=self.duree)
            try:
                return tache.result()
            except KeyboardInterrupt:
                tache.cancel()
                raise
        except (ProcessExpired, MemoryError):
            raise MemoryError from None
        except duckdb.Error as erreur:
            # DuckDB proposes names that look like the one it did not find: that of the base is nobody's business.
            raise type(erreur)(CACHEE.sub("", str(erreur))) from None


@contextmanager
def enclosed(base: Path, macros: str, temporaire: Path | None, duree: float) -> Iterator[Enclosure]:
    """The database at `base` and the macros of its queries, for the queries that others wrote; large sorts may spill
    into `temporaire`. When it ends, the database is nobody's.

    Raises:
        UsageError: no such database.
        MachineError: it is being written, or cannot be read.
    """
    check_base(base)
    enceinte = Enclosure(Opening(next(NUMEROS), base, macros, temporaire), duree)
    try:
        try:
            # However long the process takes to start.
            Process.started().schedule(inside.open_inside, args=(enceinte.ouverture,)).result()
        except duckdb.Error:
            raise unreadable_base(base) from None
        yield enceinte
    finally:
        if Process.pool is not None and Process.pool.active:
            with suppress(ProcessExpired):
                Process.pool.schedule(inside.close_inside).result()
