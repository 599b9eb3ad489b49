"""What an edition is made of is read once: each breakdown by one query, and no report goes back to the database."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline.build import BuildRequest, build_database
from pipeline.models.chart_header import LineSpec
from pipeline.report import cfa, network
from pipeline.report.material import EditionMaterial, read_material
from tests.pages import second_network
from tests.support import models

VENTILATIONS = ("par_cfa", "par_filiere", "par_sexe", "par_motif_periode", "par_cfa_filiere", "par_cfa_mois")
QUIMPER = "0290001A"


class Lecture:
    """A connection that counts what is read of each table."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con, self.tables = con, Counter[str]()

    def __getattr__(self, nom: str) -> Any:
        def call(sql: str, *suite: object) -> Any:
            self.tables.update(re.findall(r"\b(?:core|ref|brut|ventilations)\.\w+", sql))
            return getattr(self.con, nom)(sql, *suite)

        return call


@pytest.fixture(scope="module")
def lue(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The material of the second network, what was read for it, and the file of the database, gone since."""
    dossier = tmp_path_factory.mktemp("reseau")
    second_network.write(dossier, second_network.rows(second_network.ENTIERE))
    demande = BuildRequest(
        donnees=dossier / "donnees", base=dossier / "r.duckdb", config=dossier / "config.toml",
        sql=models(*VENTILATIONS),
    )  # fmt: skip
    construction = build_database(demande, lambda _: None)
    with duckdb.connect(str(construction.base), read_only=True) as con:
        lecture: Any = Lecture(con)
        materiel = read_material(lecture, construction)
    construction.base.unlink()
    return SimpleNamespace(materiel=materiel, tables=lecture.tables)


def test_each_breakdown_and_each_total_is_read_by_one_query(lue: SimpleNamespace) -> None:
    assert {nom: lue.tables[f"ventilations.{nom}"] for nom in VENTILATIONS} == dict.fromkeys(VENTILATIONS, 1)
    assert set(lue.tables.values()) == {1}
    assert {"core.annees", "core.ruptures_nettes_par_annee", "core.structures_par_annee", "core.couts"} <= {*lue.tables}


def test_the_reports_read_nothing_more(lue: SimpleNamespace) -> None:
    materiel: EditionMaterial = lue.materiel
    reseau = network.make_context(materiel)
    blocs = [*(bloc for _, siens in reseau["sections"] for bloc in siens), *reseau["annexes"]]
    assert [bloc.nom for bloc in blocs] == ["par_filiere", "par_cfa", "par_motif_periode"]
    assert reseau["muets"] == ["Sexe"], "the export does not say it"
    quimper = cfa.make_context(cfa.CfaMaterial.of(materiel), QUIMPER)
    assert [bloc.nom for bloc in quimper["blocs"]] == ["par_cfa_filiere", "par_cfa_mois"]
    assert {ligne["uai"] for bloc in quimper["blocs"] for ligne in bloc.lignes} == {QUIMPER}
    assert [ligne["annee"] for ligne in quimper["annuels"]] == ["2022-2023", "2023-2024"]


def test_the_years_before_go_to_the_processes_for_a_chart_over_the_years_only(lue: SimpleNamespace) -> None:
    filiere = next(v for v in lue.materiel.ventilations if v.nom == "par_cfa_filiere")
    assert filiere.frame["annee"].n_unique() == 2
    assert set(cfa.needed(filiere, "2023-2024").frame["annee"]) == {"2023-2024"}
    courbe = LineSpec(type="ligne", titre="Essai", x="annee", y="taux_rupture_nette", serie="filiere")
    entete = filiere.entete.model_copy(update={"graphique": courbe})
    au_fil_des_ans = replace(filiere, modele=replace(filiere.modele, entete=entete))
    assert cfa.needed(au_fil_des_ans, "2023-2024") is au_fil_des_ans


def test_a_chart_over_the_years_has_them_in_order_and_the_rows_of_each_in_that_of_the_file(
    lue: SimpleNamespace,
) -> None:
    filiere = next(v for v in lue.materiel.ventilations if v.nom == "par_cfa_filiere")
    lignes = [*filiere.of_year("2023-2024").lignes, *filiere.of_year("2022-2023").lignes]
    melee = replace(filiere, frame=pl.DataFrame(lignes, filiere.frame.schema))
    assert melee.by_year() == [*filiere.of_year("2022-2023").lignes, *filiere.of_year("2023-2024").lignes]
