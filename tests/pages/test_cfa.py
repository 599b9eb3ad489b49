"""The report of one CFA: what it says of its groups, its place and its small numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from pipeline.report.groups import CfaGroup, lead_sentences
from pipeline.settings import RACINE
from tests.pages import second_network
from tests.support import pdf_text, plain, run

FILIERE = CfaGroup("Filière", "Bois", 20, 40, 0.10)


def leads(*groupes: CfaGroup) -> list[str]:
    return [plain(phrase) for phrase in lead_sentences(groupes)]


def test_a_group_far_from_the_same_group_in_the_network_is_pointed_at() -> None:
    assert leads(FILIERE, CfaGroup("Diplôme à l'entrée", "CAP", 10, 100, 0.10)) == [
        "Filière, Bois : 20 ruptures nettes sur 40 apprentis suivis (50,00 %), au-dessus du même groupe dans le réseau "
        "(10,00 %).",
        "Ces écarts restent établis parmi 2 groupes comparés (Benjamini-Hochberg, 5 %).",
    ]


def test_a_group_far_below_is_too_and_none_is_written_in_words() -> None:
    assert leads(CfaGroup("Filière", "Bois", 0, 200, 0.10))[0] == (
        "Filière, Bois : aucune rupture nette sur 200 apprentis suivis (0,00 %), au-dessous du même groupe dans le "
        "réseau (10,00 %)."
    )


def test_what_chance_explains_is_said_to_be_so() -> None:
    assert leads(CfaGroup("Filière", "Bois", 5, 40, 0.10)) == [
        "Aucun des groupes du CFA ne se distingue du même groupe dans le réseau au-delà du hasard (1 groupe comparé, "
        "Benjamini-Hochberg, 5 %)."
    ]


def test_the_more_groups_are_compared_the_further_one_has_to_be() -> None:
    loin = CfaGroup("Filière", "Bois", 9, 40, 0.10)
    memes = [CfaGroup("Filière", str(rang), 4, 40, 0.10) for rang in range(20)]
    assert len(leads(loin)) == 2
    assert leads(loin, *memes)[0].startswith("Aucun des groupes")


@pytest.mark.parametrize("groupe", [replace(FILIERE, effectif=19), replace(FILIERE, repere=None)])
def test_too_few_apprentices_here_or_in_the_network_are_not_compared(groupe: CfaGroup) -> None:
    assert leads(groupe) == ["Aucun groupe du CFA n'a 20 apprentis suivis : il n'y a rien à comparer au réseau."]


def test_each_cfa_has_a_report_of_six_or_seven_pages(demonstration: Path) -> None:
    six_or_seven_pages(demonstration / "cfa", 3)


@pytest.mark.long
def test_each_of_the_seven_cfa_has_one_when_none_is_asked_for(tmp_path: Path) -> None:
    resultat = run("rapport", "--donnees", RACINE / "data/raw/demo", cwd=tmp_path, cfa=True, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    six_or_seven_pages(tmp_path / "output/2021-2022/cfa", 7)


def six_or_seven_pages(dossier: Path, nombre: int) -> None:
    """As many reports of CFA, of a length that is read."""
    chemins = sorted(dossier.iterdir())
    assert len(chemins) == nombre
    for chemin in chemins:
        with pypdfium2.PdfDocument(chemin) as document:
            assert 6 <= len(document) <= 7


def test_it_says_the_same_as_the_report_of_the_network(demonstration: Path) -> None:
    texte = " ".join(pdf_text(demonstration / "cfa/rapport_2021-2022_0951625A.pdf").split())
    assert texte.startswith("BTP CFA Île-de-France BTP CFA Ermont")
    assert "Taux de rupture nette 16,28 % intervalle à 95 % : 13,12 % à 20,04 %" in texte
    assert "Le taux était de 15,99 % en 2020-2021 : aucune évolution n'est établie" in texte
    assert (
        "Sur trois ans, son taux est de 15,80 %, et celui des autres CFA ensemble de 10,77 % : au-dessus des autres, à "
        "examiner."
    ) in texte
    assert "51,5 ruptures nettes étaient attendues et 71 ont été observées" in texte
    assert "Lycée Jean Mermoz (Montsoult) 4 1 n.s. 1" in texte
    du_reseau = " ".join(pdf_text(demonstration / "rapport_2021-2022.pdf").split())
    assert re.search(r"BTP CFA Ermont 436 71 16,28 % 21,78 % 15,99 % \+0,29 non établie", du_reseau)


def test_no_other_cfa_is_named_and_no_section_says_less_than_the_whole(demonstration: Path) -> None:
    texte = " ".join(pdf_text(demonstration / "cfa/rapport_2021-2022_0921379Z.pdf").split())
    assert not re.search("Ermont|Nangis|Ocquerre|Saint-Denis|Noisy|Brétigny", texte)
    assert texte.count("Le tableau réunit 31 ruptures nettes, toutes celles du CFA dans l'année.") >= 4
    assert "qui ne sont pas des CFA" not in texte


def test_a_small_cfa_has_no_rate_no_share_and_no_place(tmp_path: Path) -> None:
    vannes = [ligne for ligne in second_network.rows() if ligne["uaicfa"] == "0560001B"]
    rompus = [ligne for ligne in vannes if ligne["dateeffetrupture"]]
    autres = [ligne for ligne in second_network.rows() if ligne["uaicfa"] != "0560001B"]
    anciens = [ligne for ligne in vannes if ligne["datedebutcontrat"] == "2021-09-01"]
    en_cours = [ligne for ligne in vannes if ligne["datedebutcontrat"] == "2022-09-01"][:10]
    second_network.write(tmp_path, [*autres, *anciens, *en_cours, *rompus])
    chemins = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--cfa", "0560001B")
    resultat = run("rapport", *chemins, cwd=tmp_path, cfa=True, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    texte = " ".join(pdf_text(tmp_path / "output/2023-2024/cfa/rapport_2023-2024_0560001B.pdf").split())
    assert "Taux de rupture nette n.s. moins de 20 apprentis suivis" in texte
    assert "1 rupture nette sur 11 apprentis suivis (n.s.)." in texte
    assert "Aucun groupe du CFA n'a 20 apprentis suivis" in texte
    # 1 / 11, and the share that one rupture is of one.
    assert not re.search(r"\b(9,09|100,00) %", texte)
    assert "limites du hasard" not in texte
    assert "Aucune UFA rattachée n'a d'apprenti suivi cette année-là." in texte
