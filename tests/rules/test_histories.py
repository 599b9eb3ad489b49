"""Histories that share a build: each is read as if it had been built alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.schemas import IDENTIFIANTS
from tests.histories import History, Together
from tests.rules.rows import contrat, one_delivery
from tests.support import build_project, models, rows

IDENTITE = {"idalternant": "", "nom": "Durand", "prenom": "Léa", "datenaissance": "2004-03-02"}
LEA = contrat("1", **IDENTITE, dateeffetrupture="2021-12-01", npecannuel="7000")
HISTOIRES = {
    # One person by her name; a contract without number; one rejected.
    "Léa": History(
        {
            "a_2022-06-30.csv": [LEA | {"dateeffetrupture": ""}],
            **one_delivery(
                LEA, contrat("", "2022-02-01", **IDENTITE), contrat("3", fin="2021-01-01", **IDENTITE),
                contrat("4", "2020-09-01", codediplome="99999999", uaicfa="0999999Z", naf="inconnu", **IDENTITE),
            ),
        },
        {"suivi_2022-12-31.csv": [{"nocontrat": "1", "motifexprime": "Abandon"}]},
    ),
    # The same numbers, identifier, name and follow-up, of others.
    "Lou": History(
        one_delivery(
            contrat("1", **IDENTITE | {"prenom": "Lou"}), contrat("2", "2021-11-02", dateeffetrupture="2022-06-01"),
        ),
        {"suivi_2022-12-31.csv": [{"nocontrat": "1", "motifexprime": "Santé"}, {"nocontrat": "9", "situation": "CAP"}]},
    ),
}  # fmt: skip
# Given in the order of the rows of a whole run, or counted over it.
NUMEROS = IDENTIFIANTS - {"nocontrat"} | {"fichier", "strate"}
VENTILATIONS = ("par_cout", "par_diplome", "par_motif_valide", "cfa_compares")


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Together:
    assert len({history.setting for history in HISTOIRES.values()}) == 1
    return Together(tmp_path_factory.mktemp("ensemble"), HISTOIRES, models(*VENTILATIONS))


def names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every table of a database, those of the exports apart."""
    noms = rows(
        con,
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where schema_name in ('ref', 'core', 'ventilations') order by all",
    )
    return [str(nom) for (nom,) in noms]


def tables(con: duckdb.DuckDBPyConnection, noms: list[str]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """What a history sees of tables, without what numbers rows, contracts and persons."""
    for nom in noms:
        colonnes = {c for c, *_ in con.execute(f"describe {nom}").fetchall()} - NUMEROS
        yield nom, rows(con, f"select {', '.join(['1', *sorted(colonnes)])} from {nom} order by all")


@pytest.mark.parametrize("nom", HISTOIRES)
def test_a_history_is_read_as_if_it_had_been_built_alone(together: Together, tmp_path: Path, nom: str) -> None:
    history = HISTOIRES[nom]
    with build_project(tmp_path, dict(history.contrats), dict(history.suivi), sql=models(*VENTILATIONS)) as seule:
        noms = names(seule)
        attendues = dict(tables(seule, noms))
        assert len(noms) > 60
        # Counted over a whole run, not known of a history.
        for nature in ("doublons", "identite_incertaine", "identite_reunie", "numero_partage"):
            attendues["core.anomalies"].remove((1, nature, 0))
            attendues["core.anomalies"].append((1, nature, None))
        attendues["core.anomalies"].sort()
        assert dict(tables(together.read(nom), noms)) == attendues
