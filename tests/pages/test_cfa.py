"""The report of one CFA: what it says of its groups, its place and its small numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from pipeline.paths import RACINE
from tests.pages import second_network
from tests.support import pdf_text, run


def test_each_cfa_has_a_report_of_six_to_nine_pages(demonstration: Path) -> None:
    six_to_nine_pages(demonstration / "cfa", 3)


@pytest.mark.long
def test_each_of_the_seven_cfa_has_one_when_none_is_asked_for(tmp_path: Path) -> None:
    resultat = run("rapport", "--donnees", RACINE / "data/raw/demo", cwd=tmp_path, cfa=True, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    six_to_nine_pages(tmp_path / "output/2021-2022/cfa", 7)


def six_to_nine_pages(dossier: Path, nombre: int) -> None:
    """As many reports of CFA, of a length that is read: six or seven, and two of targets and of what is coming."""
    chemins = sorted(dossier.glob("*.pdf"))
    assert len(chemins) == nombre
    for chemin in chemins:
        with pypdfium2.PdfDocument(chemin) as document:
            assert 6 <= len(document) <= 9


def test_it_says_the_same_as_the_report_of_the_network(demonstration: Path) -> None:
    texte = " ".join(pdf_text(demonstration / "cfa/rapport_2021-2022_0951625A.pdf").split())
    assert texte.startswith("BTP CFA Île-de-France BTP CFA Ermont")
    assert "Taux de rupture nette 16,3 % intervalle à 95 % : 13,1 à 20,0" in texte
    assert "Le taux était de 16,0 % en 2020-2021 : aucune évolution n'est établie" in texte
    assert (
        "Sur trois ans, son taux est de 15,8 %, et celui des autres CFA ensemble de 10,8 % : au-dessus des autres, à "
        "examiner."
    ) in texte
    assert "51,5 ruptures nettes étaient attendues et 71 ont été observées" in texte
    assert "Lycée Jean Mermoz (Montsoult) 4 1 n.s. n.s. 1" in texte
    du_reseau = " ".join(pdf_text(demonstration / "rapport_2021-2022.pdf").split())
    assert re.search(r"BTP CFA Ermont 436 71 16,3 % 13,1 à 20,0 21,8 % \+0,3 n\.é\.", du_reseau)


def test_no_other_cfa_is_named_and_no_section_says_less_than_the_whole(demonstration: Path) -> None:
    texte = " ".join(pdf_text(demonstration / "cfa/rapport_2021-2022_0921379Z.pdf").split())
    assert not re.search("Ermont|Nangis|Ocquerre|Saint-Denis|Noisy|Brétigny", texte)
    ensembles = re.findall(r"Ensemble du tableau (?:425 31 7,3 %|31 100,0 %)", texte)
    assert len(ensembles) >= 4
    assert texte.count("CFA en 2021-2022. Source :") >= 4
    assert "qui ne sont pas des CFA" not in texte


def test_a_small_cfa_has_no_rate_no_share_and_no_place(tmp_path: Path) -> None:
    du_reseau = second_network.rows(second_network.ENTIERE)
    vannes = [ligne for ligne in du_reseau if ligne["uaicfa"] == "0560001B"]
    rompus = [ligne for ligne in vannes if ligne["dateeffetrupture"]][:1]
    autres = [ligne for ligne in du_reseau if ligne["uaicfa"] != "0560001B"]
    anciens = [ligne for ligne in vannes if ligne["datedebutcontrat"] == "2021-09-01"]
    en_cours = [ligne for ligne in vannes if ligne["datedebutcontrat"] == "2022-09-01"][:10]
    # Each CFA has an official figure: its report has its own, beside its rate.
    officiels = "uai;annee;indicateur;valeur;source\n0560001B;2021;Part interrompue;37,25;InserJeunes\n0290001A;2021;"
    officiels = {"reperes_cfa.csv": f"{officiels}Part interrompue;24,75;InserJeunes\n"}
    lignes = [*autres, *anciens, *en_cours, *rompus]
    second_network.write(tmp_path, lignes, referentiels=second_network.REFERENTIELS | officiels)
    chemins = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--cfa", "0560001B")
    resultat = run("rapport", *chemins, cwd=tmp_path, cfa=True, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    texte = " ".join(pdf_text(tmp_path / "output/2023-2024/cfa/rapport_2023-2024_0560001B.pdf").split())
    assert "Taux de rupture nette n.s. moins de 20 apprentis suivis" in texte
    assert "1 rupture nette sur 11 apprentis suivis (n.s.)." in texte
    assert "Aucun groupe du CFA n'a 50 apprentis suivis comme en ont d'autres CFA" in texte
    # 1 / 11, and the share that one rupture is of one, in no table nor on the axis of a chart of no rate.
    assert not re.search(r"\b(9|9,1) %", texte)
    assert not re.search(r"\b100(,0)? %", texte)
    assert "limites du hasard" not in texte
    assert "sous 20 ruptures nettes au CFA" in texte
    assert "Part interrompue 2021 37,3 % InserJeunes n.s." in texte
    assert "24,75" not in texte
