"""Targets and actions as their readers meet them, in every output; nothing without files."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from pipeline.disclosure.tables import DE_CFA, HORS_TOTAL, why_not
from pipeline.models import file
from pipeline.paths import RACINE
from tests.pages import second_network
from tests.support import construct, glossary, page_text, pdf_text, plain, run

NOMS = ("objectifs_du_reseau", "actions_du_reseau", "objectifs_du_cfa", "actions_du_cfa")
CHAPITRE = '\n[[sections]]\ncle = "objectifs"\ntitre = "Nos objectifs"\n'
OBJECTIFS = (
    "portee;groupe;indicateur;socle;jalon;annee_jalon;cible;annee\nfiliere;Soins;taux_rupture_nette;;;;5;2024-2025\n"
)
ACTIONS = (
    "recommandation;acteur;echeance;echelon;portee;groupe;indicateur;annee_avant;annee_apres\n"
    "Écouter;Équipe;;local;cfa;0560001B;taux_rupture_nette;2022-2023;2023-2024\nÉcrire;Équipe;;national;reseau;;;;\n"
)


# --- The demonstration -----------------------------------------------------------------------------------------------


def test_the_chapter_tells_each_target_and_the_recommendations_are_followed_by_the_actions(demonstration: Path) -> None:
    texte = " ".join(pdf_text(demonstration / "rapport_2021-2022.pdf").split())
    assert (
        "« Réseau : rupture nette » est à 10,9 % (9,9 à 12,1), pour une cible de 9 % en 2023-2024 : à la cible, "
        "environ 57 ruptures nettes en moins dans l'année, soit environ 222 200 €."
    ) in texte
    assert "Réseau : heures réalisées" in texte and "sans intervalle" in texte
    recommandations, _, actions = texte.rpartition("Garder l'entreprise engagée")
    assert recommandations and "Des 5 effets cherchés : 2 mesurés, 2 non établis, 1 à venir." in actions
    assert "−4,7 points (−9,2 à −0,3), mesuré : baisse" in actions
    assert actions.index("mesuré : baisse") < actions.index("Annexe : tableaux détaillés")


def test_a_cfa_has_a_page_for_its_council_and_none_of_what_is_of_others(demonstration: Path) -> None:
    ermont = " ".join(pdf_text(demonstration / "cfa/rapport_2021-2022_0951625A.pdf").split())
    rueil = " ".join(pdf_text(demonstration / "cfa/rapport_2021-2022_0921379Z.pdf").split())
    for texte in (ermont, rueil):
        assert texte.count("Objectifs et actions") == 1
        assert "mesuré pour tout le groupe seulement" in texte
    assert "Recevoir apprenti et entreprise au premier signalement" in ermont
    assert "Tous les apprentis : rupture nette (cible du CFA)" in ermont
    assert "Recevoir apprenti" not in rueil and "cible du CFA" not in rueil


def test_the_tables_have_every_year_and_the_workbook_a_sheet_of_each(demonstration: Path) -> None:
    for nom in NOMS:
        frame = pl.read_parquet(demonstration / f"donnees/{nom}.parquet")
        assert set(frame["annee"]) == {"2019-2020", "2020-2021", "2021-2022"}
    feuilles = openpyxl.load_workbook(demonstration / "classeur_2021-2022.xlsx", read_only=True).sheetnames
    des_cfa = {"Les objectifs dans le CFA", "Les actions dans le CFA"}
    assert {"Les objectifs", "Les actions"} | des_cfa <= {*feuilles}


def test_the_files_of_the_demonstration_say_that_they_are_fictitious() -> None:
    for nom in ("objectifs", "indicateurs", "actions"):
        chemin = RACINE / f"exemples/btp-cfa-ile-de-france/referentiels/{nom}.csv"
        with chemin.open(encoding="utf-8", newline="") as flux:
            assert {ligne["fictif"] for ligne in csv.DictReader(flux)} == {"true"}


@pytest.mark.parametrize("nom", NOMS)
def test_none_is_in_the_public_edition(nom: str) -> None:
    modele = file.parse(RACINE / f"sql/ventilations/{nom}.sql", "ventilations", glossary())
    assert why_not(modele, pl.DataFrame()) == (DE_CFA if nom.endswith("_du_cfa") else HORS_TOTAL)


# --- A network that has a file, or none ------------------------------------------------------------------------------


def publish(dossier: Path, fichiers: dict[str, str], config: str = "") -> tuple[Path, str]:
    """The edition of the second network with these referentials, and what was said."""
    referentiels = second_network.REFERENTIELS | fichiers
    second_network.write(dossier, second_network.rows(second_network.ENTIERE), referentiels=referentiels)
    (dossier / "config.toml").write_text(f"{second_network.CONFIG}{config}", encoding="utf-8")
    chemins = (
        "--donnees",
        dossier / "donnees",
        "--config",
        dossier / "config.toml",
        "--cfa",
        "0290001A",
        "--jobs",
        "1",
    )
    resultat = run("rapport", *chemins, cwd=dossier, cfa=True, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    return dossier / "output/2023-2024", resultat.output


def written(edition: Path) -> set[str]:
    """The breakdowns that an edition has, of these."""
    return {*NOMS} & {chemin.stem for chemin in edition.rglob("*.csv")}


def test_without_files_nothing_is_said_nor_written(tmp_path: Path) -> None:
    for config in ("", CHAPITRE):
        dossier = tmp_path / str(len(config))
        edition, dit = publish(dossier, {}, config)
        assert written(edition) == set()
        page = page_text(edition / "rapport_2023-2024.pdf")
        assert not re.search("[Oo]bjectifs", dit + page)
        assert "Objectifs et actions" not in pdf_text(edition / "cfa/rapport_2023-2024_0290001A.pdf")
        manifeste = json.loads((edition / "manifeste.json").read_text(encoding="utf-8"))
        assert set(manifeste["cles"]) & {*NOMS} == set()


def test_a_file_without_its_chapter_is_told(tmp_path: Path) -> None:
    edition, dit = publish(tmp_path, {"objectifs.csv": OBJECTIFS})
    assert written(edition) == set()
    assert (
        f"Attention : objectifs.csv est rempli, et rien n'en est imprimé : {tmp_path / 'config.toml'} n'a pas le "
        'chapitre « objectifs ». Ajoutez-y [[sections]], cle = "objectifs" et un titre.'
    ) in " ".join(dit.split())
    assert "actions.csv" not in dit


def test_figures_of_years_that_are_not_published_are_told(tmp_path: Path) -> None:
    """Nobody would see that they are not there."""
    entete, ligne = "annee,portee,groupe,indicateur,numerateur,denominateur\n", "{},reseau,,reussite,80,100\n"
    second_network.write(
        tmp_path,
        second_network.rows(),
        referentiels=second_network.REFERENTIELS
        | {"indicateurs.csv": entete + "".join(map(ligne.format, ("2015-2016", "2023-2024", "2030-2031")))},
    )
    resultat = construct(tmp_path)
    assert resultat.exit_code == 0
    dit = "indicateurs.csv : 2 lignes ne sont imprimées nulle part, d'années qui ne sont pas publiées"
    assert f"Attention : {dit} (2015-2016, 2030-2031)." in " ".join(plain(resultat.output).split())


def test_each_file_brings_its_own(tmp_path: Path) -> None:
    edition, _ = publish(tmp_path / "objectifs", {"objectifs.csv": OBJECTIFS}, CHAPITRE)
    assert written(edition) == {"objectifs_du_reseau", "objectifs_du_cfa"}
    page = page_text(edition / "rapport_2023-2024.pdf")
    assert "Nos objectifs" in page and "Recommandations" not in page
    edition, _ = publish(tmp_path / "actions", {"actions.csv": ACTIONS}, CHAPITRE)
    assert written(edition) == {"actions_du_reseau", "actions_du_cfa"}
    page = page_text(edition / "rapport_2023-2024.pdf")
    assert "Nos objectifs" not in page and "Recommandations" in page
    quimper = pdf_text(edition / "cfa/rapport_2023-2024_0290001A.pdf")
    assert "Écrire" in quimper and "Écouter" not in quimper and "Vannes" not in quimper
