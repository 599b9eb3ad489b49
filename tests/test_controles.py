"""Models that must not be published: each refusal names the file, and the database that existed is as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.build import Demande, build_database
from pipeline.errors import CheckError, PipelineError, UsageError
from pipeline.settings import RACINE
from tests import deuxieme_reseau


@pytest.fixture
def demande(tmp_path: Path) -> Demande:
    """A project of its own, with a copy of the models."""
    deuxieme_reseau.write(tmp_path, deuxieme_reseau.rows())
    shutil.copytree(RACINE / "sql", tmp_path / "sql")
    base = tmp_path / "base/ruptures.duckdb"
    base.parent.mkdir()
    base.write_bytes(b"la base d'avant")
    return Demande(donnees=tmp_path / "donnees", base=base, config=tmp_path / "config.toml", sql=tmp_path / "sql")


def edit(demande: Demande, fichier: str, avant: str, apres: str) -> Path:
    chemin = demande.sql / fichier
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres), encoding="utf-8")
    return chemin


def refused(demande: Demande, famille: type[PipelineError], message: str) -> None:
    with pytest.raises(famille) as erreur:
        build_database(demande, lambda _: None)
    assert message in erreur.value.message
    assert demande.base.read_bytes() == b"la base d'avant"
    assert not list(demande.base.parent.glob("*.nouveau*"))


def test_a_breakdown_that_does_not_add_up(demande: Demande) -> None:
    chemin = edit(demande, "ventilations/par_filiere.sql", "where comptes.effectif > 0", "where comptes.effectif > 35")
    refused(
        demande, CheckError,
        f"2 contrôles ne sont pas tenus, rien n'est publié. Corrigez le fichier ou les données.\n"
        f"{chemin}:29 : somme_egale : ruptures_nettes par annee : 2 lignes\n  annee ",
    )  # fmt: skip


def test_a_breakdown_with_two_rows_for_one_thing(demande: Demande) -> None:
    avant = "select * from final\norder by annee, ruptures_nettes desc, filiere"
    edit(demande, "ventilations/par_filiere.sql", avant, "select * from final union all select * from final")
    refused(demande, CheckError, "par_filiere.sql:27 : unique : annee, filiere : 4 lignes")


def test_a_singular_check_that_returns_rows(demande: Demande) -> None:
    chemin = demande.sql / "controles/personne_a_vannes.sql"
    chemin.write_text("select * from core.inscriptions where structure = 'Atelier de Vannes'", encoding="utf-8")
    refused(demande, CheckError, f"{chemin}:1 : contrôle personne_a_vannes : 38 lignes\nPour tout voir")


@pytest.mark.parametrize(
    ("avant", "apres", "message"),
    [
        ("from core.inscriptions", "from core.inscription", "table inconnue « core.inscription » (le plus proche : "),
        ("section: metiers", "section: metier", "section inconnue « metier » (le plus proche : « metiers »)"),
        ("titre: Filières", "tire: Filières", "clé"),
        ("colonnes:\n", "colonnes: [\n", "l'en-tête n'est pas du YAML valable"),
        ("/*\n---", "/*\n--", ":1 : l'en-tête manque"),
        ("select * from final\norder by", "select * from fin\norder by", "table inconnue « fin » (le plus proche : « final »)"),
        ("select * from final\norder by", "selec * from final\norder by", "par_filiere.sql"),
    ],
)
def test_a_file_that_cannot_run(demande: Demande, avant: str, apres: str, message: str) -> None:
    edit(demande, "ventilations/par_filiere.sql", avant, apres)
    refused(demande, UsageError, message)


def test_a_breakdown_that_does_not_say_what_its_total_leaves_out(demande: Demande) -> None:
    chemin = demande.sql / "ventilations/par_filiere.sql"
    lignes = [ligne for ligne in chemin.read_text(encoding="utf-8").splitlines() if "somme_egale" not in ligne]
    chemin.write_text("\n".join(lignes) + "\n", encoding="utf-8")
    refused(demande, UsageError, "rien ne dit si le tableau réunit toutes les ruptures")


def test_models_that_read_each_other_in_a_circle(demande: Demande) -> None:
    edit(demande, "core/diplomes.sql", "from core.contrats", "from core.inscriptions")
    refused(demande, UsageError, "les fichiers se lisent en rond : ")
