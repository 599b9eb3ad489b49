"""Rows for the rule tests: one apprentice, one CFA, one diploma unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb

from tests.histories import TEMOIN

Base = Callable[..., duckdb.DuckDBPyConnection]

LIVRAISON = "contrats_2022-12-31.csv"


def contrat(nocontrat: str = "1", debut: str = "2021-09-01", fin: str = "2023-08-31", **autres: str) -> dict[str, str]:
    """One row of an export."""
    return {
        "nocontrat": nocontrat, "datedebutcontrat": debut, "datefincontrat": fin, "codediplome": "50022137",
        "uaicfa": "0010001A", "idalternant": "A1", **autres,
    }  # fmt: skip


def one_delivery(*lignes: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """The rows in one file of the end of 2022, beside a contract of 2019 that opens the first complete year."""
    return {LIVRAISON: [TEMOIN, *lignes]}


def statuses(con: duckdb.DuckDBPyConnection, annee: str = "2021-2022") -> list[tuple[Any, ...]]:
    """(reference contract, status) of the apprentices of a year, by contract."""
    return con.execute(
        "select c.nocontrat, i.statut from core.inscriptions as i join core.contrats as c using (id_contrat) "
        "where i.annee = ? order by all",
        [annee],
    ).fetchall()


def contract(con: duckdb.DuckDBPyConnection, colonnes: str, nocontrat: str = "1") -> tuple[Any, ...]:
    """Columns of one contract, dates as text."""
    choisies = ", ".join(f"{c.strip()}::varchar" for c in colonnes.split(","))
    (ligne,) = con.execute(f"select {choisies} from core.contrats where nocontrat = ?", [nocontrat]).fetchall()
    return ligne


def anomaly(con: duckdb.DuckDBPyConnection, nature: str) -> int:
    """How many cases of one kind were counted."""
    (ligne,) = con.execute("select nombre from core.anomalies where nature = ?", [nature]).fetchall()
    return ligne[0]
