"""Breakdowns and chapters that a network does without: nothing is blamed, what others read is still there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipeline import paths
from pipeline.errors import UsageError
from pipeline.models.catalog import Catalog, load_catalog
from pipeline.models.outline import report_outline
from pipeline.settings import CHAPITRES_LIVRES, Settings, load_settings
from tests.support import RESEAU, SECTIONS, models

NOMS = ("par_cfa", "par_cfa_type_diplome", "par_cfa_type_diplome_ruptures", "par_cout", "par_cout_filiere", "par_mois")


def settings(tmp_path: Path, exclues: str = "", sections: str = SECTIONS) -> Settings:
    chemin = tmp_path / "config.toml"
    ventilations = f"[ventilations]\nexclues = [{exclues}]\n" if exclues else ""
    chemin.write_text(f"{ventilations}{RESEAU}{sections}", encoding="utf-8")
    return load_settings(chemin)


def published(catalogue: Catalog, reglages: Settings) -> set[str]:
    return {modele.nom for modele in catalogue.ventilations(reglages.sections)}


def run(catalogue: Catalog) -> set[str]:
    return {modele.nom for modele in catalogue.modeles if modele.schema == "ventilations"}


def without(*cles: str) -> str:
    """The sections without these."""
    return "".join(
        bloc for bloc in SECTIONS.replace("[[", "\0[[").split("\0") if not any(f'"{c}"' in bloc for c in cles)
    )


def test_nothing_is_set_aside_unless_it_is_said(tmp_path: Path) -> None:
    reglages = settings(tmp_path)
    catalogue = load_catalog(models(*NOMS), reglages)
    assert published(catalogue, reglages) == run(catalogue) == set(NOMS)
    assert catalogue.ecartees.sentence() == ""


def test_excluded_breakdowns_are_neither_run_nor_published(tmp_path: Path) -> None:
    reglages = settings(tmp_path, '"par_cout*", "par_mois"')
    catalogue = load_catalog(models(*NOMS), reglages)
    assert published(catalogue, reglages) == run(catalogue) == set(NOMS) - {"par_cout", "par_cout_filiere", "par_mois"}
    assert catalogue.ecartees.sentence() == (
        "Hors de l'édition, par réglage : ventilations exclues : par_cout, par_cout_filiere, par_mois."
    )


def test_what_a_published_one_reads_is_run_and_not_published(tmp_path: Path) -> None:
    reglages = settings(tmp_path, '"par_cfa_type_diplome"')
    catalogue = load_catalog(models(*NOMS), reglages)
    assert "par_cfa_type_diplome_ruptures" in published(catalogue, reglages)
    assert run(catalogue) - published(catalogue, reglages) == {"par_cfa_type_diplome"}


def test_a_chapter_that_is_not_listed_takes_its_breakdowns_with_it(tmp_path: Path) -> None:
    reglages = settings(tmp_path, '"par_mois"', without("cout", "structures"))
    catalogue = load_catalog(models(*NOMS), reglages)
    assert published(catalogue, reglages) == {"par_cfa_type_diplome", "par_cfa_type_diplome_ruptures"}
    assert catalogue.ecartees.sentence() == (
        "Hors de l'édition, par réglage : ventilations exclues : par_mois ; chapitres absents de config.toml : cout "
        "(2 ventilations), structures (1 ventilation)."
    )


def test_a_chapter_that_nothing_asks_for_is_not_missed(tmp_path: Path) -> None:
    """Who does without targets need not be told of their chapter (`build.unshown` does, where there are some)."""
    reglages = settings(tmp_path, sections=without("objectifs"))
    catalogue = load_catalog(models(*NOMS, "objectifs_du_reseau", "actions_du_reseau"), reglages)
    assert published(catalogue, reglages) == run(catalogue) == set(NOMS)
    assert catalogue.ecartees.demandes == {"objectifs_du_reseau": "objectifs", "actions_du_reseau": "actions"}
    assert catalogue.ecartees.sentence() == ""


def test_what_is_excluded_by_name_is_told_all_the_same(tmp_path: Path) -> None:
    reglages = settings(tmp_path, '"actions_*"')
    catalogue = load_catalog(models(*NOMS, "objectifs_du_reseau", "actions_du_reseau"), reglages)
    assert published(catalogue, reglages) == {*NOMS, "objectifs_du_reseau"}
    assert catalogue.ecartees.sentence() == "Hors de l'édition, par réglage : ventilations exclues : actions_du_reseau."


def test_chapters_have_the_order_and_the_titles_of_the_settings(tmp_path: Path) -> None:
    sections = '[[sections]]\ncle = "cout"\ntitre = "Combien"\n[[sections]]\ncle = "structures"\ntitre = "Où"\n'
    lignes = list(report_outline(models(*NOMS), settings(tmp_path, sections=sections)))
    assert [ligne for ligne in lignes if not ligne.startswith(" ")] == [
        "Combien (cout)", "Où (structures)",
        "Hors de l'édition, par réglage : chapitres absents de config.toml : calendrier (1 ventilation), diplomes "
        "(2 ventilations).",
    ]  # fmt: skip


@pytest.mark.parametrize(("motif", "proche"), [("par_couts", "par_cout"), ("par_moi?s", "par_mois")])
def test_a_pattern_of_nothing_is_refused_with_the_nearest(tmp_path: Path, motif: str, proche: str) -> None:
    with pytest.raises(UsageError) as refus:
        load_catalog(models(*NOMS), settings(tmp_path, f'"{motif}"'))
    assert refus.value.message == (
        f"{tmp_path / 'config.toml'}:2 : [ventilations] exclues : aucune ventilation ne s'appelle « {motif} » (le plus "
        f"proche : « {proche} »). Corrigez ce nom (* remplace des lettres), ou retirez-le : ruptures lister les montre."
    )


def test_a_breakdown_of_one_s_own_whose_chapter_is_none_is_refused(tmp_path: Path) -> None:
    propres = tmp_path / "ventilations"
    propres.mkdir()
    texte = (paths.SQL / "ventilations/par_mois.sql").read_text(encoding="utf-8")
    (propres / "par_mois.sql").write_text(texte.replace("section: calendrier", "section: calendrie"), encoding="utf-8")
    with pytest.raises(UsageError, match="section inconnue « calendrie »") as refus:
        load_catalog(models(*NOMS), settings(tmp_path), propres)
    assert str(propres / "par_mois.sql") in refus.value.message


def test_the_breakdowns_of_a_project_are_added_and_win(tmp_path: Path) -> None:
    propres = tmp_path / "ventilations"
    propres.mkdir()
    for nom in ("par_mois", "a_nous"):
        shutil.copy(paths.SQL / "ventilations/par_mois.sql", propres / f"{nom}.sql")
    reglages = settings(tmp_path)
    catalogue = load_catalog(models(*NOMS), reglages, propres)
    assert published(catalogue, reglages) == {*NOMS, "a_nous"}
    assert catalogue.propres == {"par_mois", "a_nous"}
    assert {m.chemin for m in catalogue.modeles if m.nom in catalogue.propres} == set(propres.iterdir())


def test_the_chapters_that_are_shipped_are_those_of_the_shipped_breakdowns(tmp_path: Path) -> None:
    reglages = load_settings(paths.RACINE / "config.toml")
    catalogue = load_catalog(paths.SQL, reglages)
    assert {m.ventilation.section for m in catalogue.ventilations(reglages.sections)} <= set(CHAPITRES_LIVRES)
    assert tuple(section.cle for section in load_settings(paths.EXEMPLE / "config.toml").sections) == CHAPITRES_LIVRES


def test_many_excluded_breakdowns_are_told_by_their_number(tmp_path: Path) -> None:
    dit = load_catalog(paths.SQL, settings(tmp_path, '"par_*"')).ecartees.sentence()
    assert dit.startswith("Hors de l'édition, par réglage : ventilations exclues : par_age, par_annee_cycle, par_cfa, ")
    assert re.search(r"par_cfa_mois, \d+ autres\.$", dit)
