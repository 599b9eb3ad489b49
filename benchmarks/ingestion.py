"""CPU time, wall time and peak memory of `ruptures construire`, beside what would be written instead (`pairs`, the
plain script) and bare readings of the same files.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.executions import check_disk, need_module, run_module
from benchmarks.mesures import PAIRS, TABLES, Etape, Mesure
from benchmarks.tableau import NON_MESURE, Detail, Resultats, number
from pipeline.demo.bulk import CONTRATS_MAX

LIBELLES = {
    "construire": "`ruptures construire`",
    "plain_sql": "`pairs/plain_sql.py`",
    "plain_sql_4go": "`pairs/plain_sql.py`, limité à 4 Go",
    "with_polars": "`pairs/with_polars.py`",
    "with_pandas": "`pairs/with_pandas.py`",
    "script_nu": "`script_nu.sql`",
    "duckdb_texte": "duckdb, tout en texte",
    "polars_texte": "polars, tout en texte",
    "csv_python": "csv.reader de Python",
}
DES_PAIRS = [nom for nom in LIBELLES if nom != "script_nu"]
D_EXEMPLE = ["construire", "script_nu"]
A_LIMITER = 10_000_000  # rows from which the plain SQL is also measured with its memory limited
CFA = 600  # structures of `exemple`'s export
OCTETS_PAR_LIGNE = 2_000  # export, databases and what DuckDB spills
ARRET = "s'arrête"
COLONNES = ("Mesure", "CPU (s)", "CPU / {}", "Mur (s)", "Mur / {}", "Mémoire (Mio)")
Mesures = dict[str, list[Mesure]]


def measure(nom: str, dossier: Path) -> Mesure | None:
    """One run of a measure, in a fresh process, on the export of `dossier`, from nothing; None if it failed."""
    base = dossier / nom / "base.duckdb"
    shutil.rmtree(base.parent, ignore_errors=True)
    base.parent.mkdir()
    execution = run_module("benchmarks.mesures", nom, dossier / "donnees", base)
    if not execution.reussie:
        return None
    return Mesure([Etape(**etape) for etape in json.loads(execution.sortie)], execution.memoire)


def measure_all(dossier: Path, noms: list[str], repetitions: int) -> Mesures:
    """Every measure, in turn and again; the tables of others are compared with the project's once. Without a run: a
    measure that failed, which is not run again.
    """
    mesures: Mesures = {nom: [] for nom in noms}
    for rang in range(repetitions):
        for nom in noms:
            if len(mesures[nom]) == rang and (faite := measure(nom, dossier)):
                mesures[nom].append(faite)
        if rang == 0 and mesures["construire"]:
            for nom in noms:
                if mesures[nom] and nom in (*PAIRS, "script_nu"):
                    autre = dossier / nom / ("base.duckdb" if nom == "script_nu" else TABLES)
                    dit = need_module("benchmarks.comparaison", autre, dossier / "construire/base.duckdb")
                    sys.stdout.write(f"{dit.splitlines()[0]}\n")
    return mesures


def measure_size(dossier: Path, taille: int, repetitions: int, resultats: Resultats) -> None:
    """Both exports of a size: that of the peers, and that of the plain script, which `ruptures exemple` makes."""
    dossier.mkdir(parents=True, exist_ok=True)
    check_disk(dossier, taille * OCTETS_PAR_LIGNE)
    for source, noms in (("pairs", DES_PAIRS), ("exemple", D_EXEMPLE)):
        place = dossier / source
        place.mkdir(exist_ok=True)
        if source == "pairs":
            need_module("benchmarks.pairs.generate", str(taille), place / "donnees")
        elif taille > CONTRATS_MAX:
            continue
        else:
            options = ("--contrats", str(taille), "--cfa", str(CFA), "--sortie", place / "donnees")
            need_module("pipeline", "exemple", *options)
        faites = measure_all(place, [nom for nom in noms if is_measured(nom, taille)], repetitions)
        resultats.add(findings(taille, faites), details(taille, faites))


def is_measured(nom: str, taille: int) -> bool:
    """Whether a measure has a meaning here: pandas is not in the lock, a limit matters to large exports."""
    if nom == "with_pandas":
        return importlib.util.find_spec("pandas") is not None
    return nom != "plain_sql_4go" or taille >= A_LIMITER


def cpu(mesure: Mesure) -> float:
    return mesure.cpu


def mur(mesure: Mesure) -> float:
    return mesure.mur


def ratio(mesures: Mesures, nom: str, autre: str, de: Callable[[Mesure], float]) -> float | None:
    """The median, over the repetitions, of the ratio of two measures."""
    paires = zip(mesures.get(nom, []), mesures.get(autre, []), strict=False)
    rapports = [de(une) / de(autre_) for une, autre_ in paires]
    return median(rapports) if rapports else None


def median_memory(mesures: list[Mesure]) -> float | None:
    """Peak memory of a measure, where the system tells it."""
    memoires = [m.memoire for m in mesures if m.memoire is not None]
    return median(memoires) if memoires else None


def findings(taille: int, mesures: Mesures) -> dict[str, str]:
    """What the issue's table says of one size."""
    rapports = {"cpu": ("plain_sql", cpu), "mur": ("plain_sql", mur), "script_nu": ("script_nu", cpu)}
    if taille >= A_LIMITER:
        rapports["mur_limite"] = ("plain_sql_4go", mur)
    dits = {cle: number(ratio(mesures, "construire", *r), 2) for cle, r in rapports.items() if r[0] in mesures}
    if "plain_sql" in mesures:
        memoire = median_memory(mesures["construire"])
        dits["memoire"] = number(memoire and memoire / 1024, 2) + ("" if memoire is None else " Gio")
    arrete = not mesures["construire"]
    return {cle: f"{number(taille, 0)} lignes : {ARRET if arrete else dit}" for cle, dit in dits.items()}


def details(taille: int, mesures: Mesures) -> Detail:
    """A row a measure, and one a step of `construire`."""
    autre = "script_nu" if "script_nu" in mesures else "plain_sql"
    origine = "export d'`exemple`" if autre == "script_nu" else "export des pairs"
    detail = Detail(f"{number(taille, 0)} lignes, {origine}", tuple(c.format(f"`{autre}`") for c in COLONNES))
    for nom, faites in mesures.items():
        if not faites:
            detail.rangs.append((LIBELLES[nom], ARRET, *[""] * 4))
            continue
        detail.rangs.append((
            LIBELLES[nom],
            number(median(map(cpu, faites)), 2), number(ratio(mesures, nom, autre, cpu), 2),
            number(median(map(mur, faites)), 2), number(ratio(mesures, nom, autre, mur), 2),
            number(median_memory(faites), 0),
        ))  # fmt: skip
        if nom == "construire":
            for etapes in zip(*(m.etapes for m in faites), strict=True):
                temps = (number(median(e.cpu for e in etapes), 2), "", number(median(e.mur for e in etapes), 2), "", "")
                detail.rangs.append((f"– {etapes[0].nom}", *temps))
    if autre == "plain_sql" and "with_pandas" not in mesures:
        detail.rangs.append((LIBELLES["with_pandas"], f"{NON_MESURE} : pandas n'est pas installé", *[""] * 4))
    return detail
