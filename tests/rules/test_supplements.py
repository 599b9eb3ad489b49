"""Definitions §1 on the columns of [colonnes_supplementaires]: whatever they are, they follow the ordinary columns."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.errors import UsageError
from pipeline.settings import load_settings
from tests.rules.rows import LIVRAISON, TEMOIN, Base, contract, contrat, one_delivery
from tests.support import write_project

CONFIG = '[colonnes_supplementaires]\nprescripteur = "texte"\nlogement = "texte"\ntrajet = "entier"\n'
DECLAREES = {"prescripteur", "logement", "trajet"}


def columns(con: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    return {nom for nom, *_ in con.execute(f"describe {table}").fetchall()}


def test_without_any_the_tables_have_the_ordinary_columns_only(database: Base, own_database: Base) -> None:
    avec, sans = database(one_delivery(contrat()), config=CONFIG), own_database(one_delivery(contrat()))
    for table in ("core.contrats", "core.inscriptions"):
        assert columns(avec, table) - columns(sans, table) == DECLAREES


def test_a_column_takes_its_last_non_empty_value(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", prescripteur="Mission locale", logement="Internat"),
            contrat("1", typecontrat="36", dateeffetavenant="2022-01-01", prescripteur="France Travail", trajet="40"),
            contrat("1", typecontrat="36", dateeffetavenant="2022-02-01", trajet="15"),
            contrat("2", idalternant="A2"),
        ),
        config=CONFIG,
    )
    assert contract(con, "prescripteur, logement, trajet") == ("France Travail", "Internat", "15")
    assert contract(con, "prescripteur, logement, trajet", "2") == (None, None, None)


def test_a_newer_version_of_a_state_wins_whole(database: Base) -> None:
    ancienne = contrat(prescripteur="Mission locale", logement="Internat")
    con = database(
        {"a_2022-06-30.csv": [TEMOIN, ancienne], LIVRAISON: [contrat(logement="Famille")]},
        config=CONFIG,
    )
    assert contract(con, "prescripteur, logement") == (None, "Famille")


def test_an_apprentice_has_the_value_of_the_reference_contract(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", prescripteur="Mission locale", dateeffetrupture="2021-12-01"),
            contrat("2", prescripteur="France Travail", debut="2021-12-15"),
            contrat("3", prescripteur="Famille", idalternant="A3", dateeffetrupture="2022-02-01"),
        ),
        config=CONFIG,
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
