"""Connections that reach one database and nothing else: no file, no network, no setting.

Imported by the process of contributed SQL too: nothing heavy here.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

MEMOIRE, DISQUE = "2GB", "10GB"
# In this order: extensions and secrets off, then files and network, then the lock on all of it.
REGLAGES = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "memory_limit": MEMOIRE,
}
VERROUS = ("set enable_progress_bar = false", "set enable_external_access = false", "set lock_configuration = true")


def open_as_it_is(base: Path, temporaire: Path | None, fils: int | None = None) -> duckdb.DuckDBPyConnection:
    """The database at `base`, its tables as they are; read-only, and locked likewise. `fils` threads, else one for each
    processor.

    Raises:
        duckdb.Error: it cannot be opened.
    """
    return lock(duckdb.connect(str(base), read_only=True, config=settings(temporaire, fils)))  # type: ignore[arg-type]


def settings(temporaire: Path | None, fils: int | None = None) -> dict[str, str]:
    """Settings of a connection; large sorts may spill into `temporaire`."""
    disque = {"temp_directory": str(temporaire or ""), "max_temp_directory_size": DISQUE}
    return REGLAGES | disque | ({"threads": str(fils)} if fils else {})


def lock(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The same, that can reach nothing else any more."""
    for verrou in VERROUS:
        con.execute(verrou)
    return con
