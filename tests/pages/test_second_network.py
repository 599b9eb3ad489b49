"""The whole edition of another network comes out right, and nothing of the first one appears in it.

It has 9 net ruptures: its reports are short (`test_short_edition`), its tables whole."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from tests.pages import second_network
from tests.support import models, page_text, run


def publish(dossier: Path, lignes: list[dict[str, str]], *options: str | Path) -> Path:
    """An edition whose report is not laid out."""
    second_network.write(dossier, lignes)
    chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml")
    resultat = run("rapport", *chemins, *options, cwd=dossier, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    return dossier / "output" / "2023-2024"


pytestmark = pytest.mark.usefixtures("core_once")


@pytest.fixture(scope="module")
def edition(core_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("armorique"), second_network.rows())


def table(edition: Path, nom: str, annee: str = "2023-2024") -> list[dict[str, str]]:
    with (edition / "tables" / f"{nom}.csv").open(encoding="utf-8", newline="") as flux:
        return [ligne for ligne in csv.DictReader(flux) if ligne["annee"] == annee]


def counts(edition: Path, nom: str, *cles: str, annee: str = "2023-2024") -> list[tuple[str, ...]]:
    return [tuple(ligne[cle] for cle in cles) for ligne in table(edition, nom, annee)]


def test_structures_of_both_years(edition: Path) -> None:
    colonnes = ("structure", "inscrits_actifs", "ruptures_nettes", "effectif", "sortis_a_terme", "ruptures_brutes")
    assert counts(edition, "par_structure", *colonnes) == [
        ("Atelier de Quimper", "40", "8", "48", "0", "8"),
        ("Atelier de Vannes", "25", "1", "26", "0", "1"),
    ]
    assert counts(edition, "par_structure", *colonnes, annee="2022-2023") == [
        ("Atelier de Quimper", "30", "6", "36", "0", "6"),
        ("Atelier de Vannes", "12", "0", "12", "0", "0"),
    ]


def test_breakdowns(edition: Path) -> None:
    assert counts(edition, "par_filiere", "filiere", "ruptures_nettes", "effectif") == [
        ("Soins", "9", "34"), ("Bouche", "0", "40"),
    ]  # fmt: skip
    assert counts(edition, "par_situation", "situation", "ruptures_nettes", "effectif") == [
        ("CAP 2e année", "6", "42"), ("CAP 1re année", "3", "32"),
    ]  # fmt: skip
    assert counts(edition, "par_motif_valide", "motif_valide", "ruptures_nettes") == [("Non renseigné", "9")]
    assert counts(edition, "par_periode", "periode", "ruptures_nettes") == [
        ("essai", "2"), ("intermediaire", "6"), ("post_examen", "1"),
    ]  # fmt: skip
    assert [ligne for ligne in counts(edition, "par_mois", "mois", "ruptures_nettes") if ligne[1] != "0"] == [
        ("2023-10", "2"), ("2024-01", "6"), ("2024-07", "1"),
    ]  # fmt: skip
    assert [mois for (mois,) in counts(edition, "par_mois", "mois")] == [
        *(f"2023-{m:02d}" for m in range(8, 13)), *(f"2024-{m:02d}" for m in range(1, 8)),
    ]  # fmt: skip


def test_a_network_without_amounts_has_no_cost_and_says_why(edition: Path) -> None:
    assert counts(edition, "par_cout", "structure", "ruptures_nettes", "sans_npec", "sans_date", "perte_annee") == [
        ("Atelier de Quimper", "8", "8", "0", ""), ("Atelier de Vannes", "1", "1", "0", ""),
    ]  # fmt: skip


def test_definitions_side_by_side(edition: Path) -> None:
    # Begun in 2022-2023: 24 + 6 + 6 in Quimper, 12 in Vannes, none broken before 9 months, all 15 months old.
    # Begun in 2023-2024: 16 + 2, 13 + 1; the 2 were broken before 3 months; all are 9 months old, none 15.
    colonnes = ("annee_cohorte", "indicateur", "numerateur", "denominateur")
    assert [ligne for ligne in counts(edition, "definitions_comparees", *colonnes) if "mois" not in ligne[1]] == [
        ("2023-2024", "taux_rupture_nette", "9", "74.0"),
        ("2023-2024", "taux_nette_hors_diplome", "9", "74.0"),
        ("2023-2024", "taux_nette_31_juillet", "9", "74.0"),  # the day on which its year ends
        ("2023-2024", "taux_nette_1er_septembre", "9", "38.0"),  # the 36 begun in 2022-2023 are over
        ("2023-2024", "taux_nette_tous_sortants", "9", "74.0"),
        ("2023-2024", "taux_brut_annee", "9", "74.0"),
        ("2022-2023", "dares_brut_3m", "0", "48.0"),
        ("2023-2024", "dares_brut_3m", "2", "32.0"),
        ("2022-2023", "dares_brut_6m", "0", "48.0"),
        ("2023-2024", "dares_brut_6m", "2", "32.0"),
        ("2022-2023", "dares_brut_9m", "0", "48.0"),
        ("2023-2024", "dares_brut_9m", "2", "32.0"),
        ("2022-2023", "dares_net_9m_6m", "0", "48.0"),
    ]


def test_the_report_is_this_network_s(edition: Path) -> None:
    texte = page_text(edition / "rapport_2023-2024.pdf")
    assert "Les Ateliers d'Armorique" in texte
    assert "a rompu son contrat sans avoir d'autre contrat au 31 juillet 2024 : 9 sur 74." in texte
    assert "Le taux était de 13 %* en 2022-2023 : aucune évolution n'est établie" in texte


def test_of_more_ruptures_the_report_has_its_definitions_and_its_periods(tmp_path: Path) -> None:
    lignes = second_network.rows(second_network.ENTIERE)
    grande = publish(tmp_path, lignes, "--sql", models("definitions_comparees", "par_periode_annee_cycle"))
    texte = page_text(grande / "rapport_2023-2024.pdf")
    assert "a rompu son contrat sans avoir d'autre contrat au 31 juillet 2024 : 27 sur 222." in texte
    assert "Le taux était de 12,5 % en 2022-2023 : aucune évolution n'est établie" in texte
    assert "Contrats rompus avant 3 mois (Dares) 2023-2024 6 96 6 %" in texte
    assert "18 ruptures nettes sur 27 ont eu lieu en période intermédiaire" in texte


def test_nothing_of_the_first_network_or_of_its_year_end_appears(edition: Path) -> None:
    texte = page_text(edition / "rapport_2023-2024.pdf")
    for chemin in [*edition.glob("tables/*.csv"), edition / "manifeste.json"]:
        texte += chemin.read_text(encoding="utf-8")
    for mot in ("BTP", "Île-de-France", "UFA", "15 août", "15/08", "-08-15", "Ermont", "fictives de démonstration"):
        assert mot not in texte
    assert not re.search(r"16 août|08-16", texte)


def test_the_manifest_says_what_was_read_and_made(edition: Path) -> None:
    manifeste = json.loads((edition / "manifeste.json").read_text(encoding="utf-8"))
    assert (manifeste["annee"], manifeste["arrete_au"], manifeste["profil"]) == ("2023-2024", "2024-07-31", "interne")
    export = manifeste["fichiers"][0]
    assert export["nom"] == "contrats/registre_2024-09-15.csv"
    assert (export["lignes_lues"], export["lignes_retenues"], export["lignes_rejetees"]) == (85, 85, 0)
    assert export["date_extraction"] == "2024-09-15"
    assert {f["nom"] for f in manifeste["fichiers"][1:]} == {
        f"referentiels/{nom}" for nom in second_network.REFERENTIELS
    }
    produits = {p.relative_to(edition).as_posix() for p in edition.rglob("*") if p.is_file()}
    assert set(manifeste["sorties"]) == produits - {"manifeste.json"}


def test_a_year_that_is_not_over_is_published_as_provisional(edition: Path) -> None:
    projet = edition.parents[1]
    chemins = ("--donnees", projet / "donnees", "--config", projet / "config.toml", "--sql", models("par_cfa"))
    resultat = run("rapport", *chemins, "--annee", "2024-2025", cwd=projet, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    phrase = "L'année 2024-2025 n'est pas finie dans les exports (dernière date : 15/09/2024) : "
    phrase += "ses chiffres sont provisoires."
    assert f"Attention : {phrase}" in resultat.output
    assert phrase in page_text(projet / "output/2024-2025/rapport_2024-2025.pdf")


def test_one_changed_row_is_another_report(edition: Path, tmp_path: Path) -> None:
    lignes = second_network.rows()
    assert lignes[-6]["dateeffetrupture"] == "2024-07-31"
    lignes[-6]["dateeffetrupture"] = ""
    changed = publish(tmp_path, lignes, "--sql", models("par_cfa"))
    assert "31 juillet 2024 : 8 sur 74." in page_text(changed / "rapport_2023-2024.pdf")
    assert table(changed, "par_cfa") != table(edition, "par_cfa")
