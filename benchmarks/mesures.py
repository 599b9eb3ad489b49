"""What is measured, each in a process of its own: `python -m benchmarks.mesures MESURE DONNEES BASE` prints one line of
JSON, the CPU and wall time of each step.

Libraries are imported by the measure that uses them, so that start-up and memory are its own.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

SCRIPT_NU = Path(__file__).with_name("script_nu.sql")
DEMARRAGE = "Démarrage"
TABLES = "tables"
Journal = Callable[[str], None]


@dataclass
class Etape:
    """CPU seconds (user and system, children included) and wall seconds of one step."""

    nom: str
    cpu: float
    mur: float


@dataclass
class Mesure:
    """One run: its steps in order, and the peak memory in MiB where the system tells it."""

    etapes: list[Etape]
    memoire: float | None

    @property
    def cpu(self) -> float:
        """CPU seconds of the whole process."""
        return sum(e.cpu for e in self.etapes)

    @property
    def mur(self) -> float:
        """Wall seconds, from the end of the interpreter's own start."""
        return sum(e.mur for e in self.etapes)


class Chronometre:
    """Called with the name of each step that begins; the time before the first one is the start-up."""

    def __init__(self) -> None:
        self.etapes: list[Etape] = []
        self.nom, self.cpu, self.mur = DEMARRAGE, 0.0, time.perf_counter()

    def __call__(self, nom: str) -> None:
        cpu, mur = cpu_seconds(), time.perf_counter()
        if self.etapes and self.etapes[-1].nom == self.nom:
            self.etapes[-1].cpu += cpu - self.cpu
            self.etapes[-1].mur += mur - self.mur
        else:
            self.etapes.append(Etape(self.nom, cpu - self.cpu, mur - self.mur))
        self.nom, self.cpu, self.mur = nom, cpu, mur


def cpu_seconds() -> float:
    """CPU seconds since this process began, its ended children included."""
    temps = os.times()
    return time.process_time() + temps.children_user + temps.children_system


def construire(donnees: Path, base: Path, journal: Journal) -> None:
    """The command `ruptures construire`, start-up of the command line included."""
    from pipeline import (  # noqa: PLC0415
        build,
        cli,  # noqa: F401 (the command line)
    )

    build.build_database(build.BuildRequest(donnees=donnees, base=base), journal)


def script_nu(donnees: Path, base: Path, journal: Journal) -> None:
    """`script_nu.sql` in a database on disk; a step a table, one for all the breakdowns."""
    import duckdb  # noqa: PLC0415

    with duckdb.connect(base) as con:
        con.execute("set enable_progress_bar = false")
        con.execute("set variable dossier = ?", [donnees.as_posix()])
        for requete in con.extract_statements(SCRIPT_NU.read_text(encoding="utf-8")):
            if etape := re.search(r"^create (?:table|schema) (\w+)", requete.query, re.MULTILINE):
                journal(etape[1])
            con.execute(requete)
        journal("fermeture")


def peer(nom: str, *options: str) -> Callable[[Path, Path, Journal], None]:
    """A module of `benchmarks.pairs`: its tables beside where a database would be."""

    def measured(donnees: Path, base: Path, journal: Journal) -> None:
        importlib.import_module(f"benchmarks.pairs.{nom}").make_tables(donnees, base.parent / TABLES, *options)

    return measured


def duckdb_texte(donnees: Path, base: Path, journal: Journal) -> None:
    """Floor: DuckDB reads every column as text into memory."""
    import duckdb  # noqa: PLC0415

    journal("lecture")
    motif = (donnees / "contrats/*.csv").as_posix()
    duckdb.execute("create table lignes as select * from read_csv(?, all_varchar = true)", [motif])


def polars_texte(donnees: Path, base: Path, journal: Journal) -> None:
    """Floor: polars reads every column as text into memory."""
    import polars as pl  # noqa: PLC0415

    journal("lecture")
    (premier, *_) = sorted(donnees.glob("contrats/*.csv"))
    with premier.open(encoding="utf-8") as flux:
        separateur = ";" if ";" in flux.readline() else ","
    pl.read_csv(donnees / "contrats/*.csv", infer_schema=False, separator=separateur)


def csv_python(donnees: Path, base: Path, journal: Journal) -> None:
    """Floor: Python's csv.reader counts the records."""
    import csv  # noqa: PLC0415

    journal("lecture")
    for chemin in sorted(donnees.glob("contrats/*.csv")):
        with chemin.open(encoding="utf-8", newline="") as flux:
            sum(1 for _ in csv.reader(flux))


PAIRS = {nom: peer(nom) for nom in ("plain_sql", "with_polars", "with_pandas")}
MESURES = {f.__name__: f for f in (construire, script_nu, duckdb_texte, polars_texte, csv_python)}
MESURES |= PAIRS | {"plain_sql_4go": peer("plain_sql", "4GB")}


def main() -> None:
    """Run one measure in this process and print it."""
    nom, donnees, base = sys.argv[1:]
    chronometre = Chronometre()
    MESURES[nom](Path(donnees), Path(base), chronometre)
    chronometre("fin")
    sys.stdout.write(json.dumps([asdict(etape) for etape in chronometre.etapes]))


if __name__ == "__main__":
    main()
