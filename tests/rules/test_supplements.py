"""Definitions §1 on the columns of [colonnes_supplementaires]: whatever they are, they follow the ordinary columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline import build
from pipeline.errors import UsageError
from pipeline.settings import RACINE, load_settings
from tests.rules.rows import Base, contract, contrat, one_delivery
from tests.support import write_project

Avec = Callable[..., duckdb.DuckDBPyConnection]


@pytest.fixture
def with_columns(database: Base, tmp_path: Path) -> Avec:
    """Run the models again on rows that carry more columns: `with_columns(rows, {"prescripteur": {row: value}})`.

    A row is named by its `naf`.
    """

    def make(livraisons: dict[str, list[dict[str, str]]], colonnes: dict[str, dict[str, object]], **types: str):
        database(livraisons).close()
        con = duckdb.connect(str(tmp_path / "base/ruptures.duckdb"))
        for schema in ("staging", "core", "ventilations"):
            con.execute(f"drop schema {schema} cascade")
            con.execute(f"create schema {schema}")
        for colonne, valeurs in colonnes.items():
            con.execute(f"alter table brut.supplements add column {colonne} {types.get(colonne, 'varchar')}")
            for ligne, valeur in valeurs.items():
                con.execute(
                    f"update brut.supplements set {colonne} = ? from brut.contrats as contrats "
                    "where supplements.id_ligne = contrats.id_ligne and contrats.naf = ?",
                    [valeur, ligne],
                )
        build.run_models(con, build.load_catalog(RACINE / "sql", load_settings(tmp_path / "config.toml").sections))
        return con

    return make


def columns(con: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    return {nom for nom, *_ in con.execute(f"describe {table}").fetchall()}


def test_without_any_the_tables_have_the_ordinary_columns_only(with_columns: Avec, database: Base) -> None:
    con = with_columns(one_delivery(contrat(naf="A1")), {"prescripteur": {"A1": "Mission locale"}})
    avec = {table: columns(con, table) for table in ("core.contrats", "core.inscriptions")}
    con.close()
    con = database(one_delivery(contrat(naf="A1")))
    assert {table: avec[table] - columns(con, table) for table in avec} == {
        "core.contrats": {"prescripteur"},
        "core.inscriptions": {"prescripteur"},
    }


def test_a_column_takes_its_last_non_empty_value(with_columns: Avec) -> None:
    con = with_columns(
        one_delivery(
            contrat("1", naf="A1"),
            contrat("1", naf="B1", typecontrat="36", dateeffetavenant="2022-01-01"),
            contrat("1", naf="C1", typecontrat="36", dateeffetavenant="2022-02-01"),
            contrat("2", naf="D1", idalternant="A2"),
        ),
        {
            "prescripteur": {"A1": "Mission locale", "B1": "France Travail"},
            "logement": {"A1": "Internat"},
            "trajet": {"B1": 40, "C1": 15},
        },
        trajet="integer",
    )
    assert contract(con, "prescripteur, logement, trajet") == ("France Travail", "Internat", "15")
    assert contract(con, "prescripteur, logement, trajet", "2") == (None, None, None)


def test_a_newer_version_of_a_state_wins_whole(with_columns: Avec) -> None:
    con = with_columns(
        {
            "a_2022-06-30.csv": [*one_delivery()["contrats_2022-12-31.csv"], contrat(naf="A1")],
            "b_2022-12-31.csv": [contrat(naf="B1")],
        },
        {"prescripteur": {"A1": "Mission locale"}, "logement": {"A1": "Internat", "B1": "Famille"}},
    )
    assert contract(con, "prescripteur, logement") == (None, "Famille")


def test_an_apprentice_has_the_value_of_the_reference_contract(with_columns: Avec) -> None:
    con = with_columns(
        one_delivery(
            contrat("1", naf="A1", dateeffetrupture="2021-12-01"),
            contrat("2", naf="B1", debut="2021-12-15"),
            contrat("3", naf="C1", idalternant="A3", dateeffetrupture="2022-02-01"),
        ),
        {"prescripteur": {"A1": "Mission locale", "B1": "France Travail", "C1": "Famille"}},
    )
    lignes = con.execute(
        "select statut, prescripteur from core.inscriptions where annee = '2021-2022' order by id_contrat"
    ).fetchall()
    assert lignes == [("actif", "France Travail"), ("rupture_nette", "Famille")]


@pytest.mark.parametrize("nom", ["naf", "datenaissance", "date_debut", "effectif", "commune"])
def test_a_name_of_ours_cannot_be_declared_again(tmp_path: Path, nom: str) -> None:
    write_project(tmp_path, {}, config=f'[colonnes_supplementaires]\n{nom} = "texte"\n')
    with pytest.raises(UsageError) as erreur:
        load_settings(tmp_path / "config.toml")
    assert erreur.value.message == (
        f"{tmp_path / 'config.toml'}:6 : [colonnes_supplementaires] : « {nom} » est déjà une colonne du projet. "
        "Donnez-lui un autre nom, et l'en-tête de vos fichiers dans [colonnes]."
    )
