"""Models that must not be published: each refusal names the file, and the database that existed is as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.build import BuildRequest, build_database
from pipeline.errors import CheckError, PipelineError, UsageError
from pipeline.settings import RACINE
from tests.pages import second_network


@pytest.fixture
def demande(tmp_path: Path) -> BuildRequest:
    """A project of its own, with a copy of the models."""
    second_network.write(tmp_path, second_network.rows())
    shutil.copytree(RACINE / "sql", tmp_path / "sql")
    base = tmp_path / "base/ruptures.duckdb"
    base.parent.mkdir()
    base.write_bytes(b"la base d'avant")
    return BuildRequest(donnees=tmp_path / "donnees", base=base, config=tmp_path / "config.toml", sql=tmp_path / "sql")


def edit(demande: BuildRequest, fichier: str, avant: str, apres: str) -> Path:
    chemin = demande.sql / fichier
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres), encoding="utf-8")
    return chemin


def refused(demande: BuildRequest, famille: type[PipelineError], message: str) -> None:
    with pytest.raises(famille) as erreur:
        build_database(demande, lambda _: None)
    assert message in erreur.value.message
    assert demande.base.read_bytes() == b"la base d'avant"
    assert not list(demande.base.parent.glob("*.nouveau*"))


def test_a_singular_check_that_returns_rows(demande: BuildRequest) -> None:
    chemin = demande.sql / "controles/personne_a_vannes.sql"
    chemin.write_text("select * from core.inscriptions where structure = 'Atelier de Vannes'", encoding="utf-8")
    refused(demande, CheckError, f"{chemin}:1 : contrôle personne_a_vannes : 38 lignes\nPour tout voir")


def test_models_that_read_each_other_in_a_circle(demande: BuildRequest) -> None:
    edit(demande, "core/diplomes.sql", "from core.contrats", "from core.inscriptions")
    refused(demande, UsageError, "les fichiers se lisent en rond : ")


@pytest.mark.parametrize(
    ("declaree", "faute"),
    [
        ("", None),
        (", vides: true", None),
        (", vides: false", "somme_egale : perte_annee par annee : 2 lignes"),
    ],
)
def test_an_empty_value_of_a_sum_is_a_fault_unless_it_stands_for_nothing(
    demande: BuildRequest, declaree: str, faute: str | None
) -> None:
    """Nothing is costed in this network: the total of amounts is not asked of what is empty."""
    somme = f"{{somme_egale: {{colonne: perte_annee, par: annee, total: core.couts_par_annee{declaree}}}}}, "
    edit(demande, "ventilations/par_cout.sql", "controles: [", f"controles: [{somme if declaree else ''}")
    if faute is None:
        build_database(demande, lambda _: None)
    else:
        refused(demande, CheckError, faute)


def test_a_cost_that_is_not_the_networks(demande: BuildRequest) -> None:
    fichier = "ventilations/par_cout_filiere.sql"
    edit(demande, fichier, "select *, par", "select * replace (5::decimal(18, 2) as perte_annee), par")
    refused(demande, CheckError, "somme_egale : perte_annee par annee : 2 lignes")
