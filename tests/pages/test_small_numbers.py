"""Definitions §7: no rate is printed under 20 apprentices, fragile ones are marked, wherever the report has one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pages import second_network
from tests.support import models, page_text, run

ESSENTIEL = re.compile(r"L'essentiel de .*?(?=Sommaire|Ce qu'est une rupture)")


def report(dossier: Path, lignes: list[dict[str, str]], *options: str | Path) -> str:
    """The words of the report of the second network with these rows."""
    second_network.write(dossier, lignes)
    chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml")
    resultat = run("rapport", *chemins, "--accepter-rejets", *options, cwd=dossier, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    return page_text(next((dossier / "output").rglob("*.pdf")))


def essentiel(texte: str) -> str:
    """The words of page 2."""
    page = ESSENTIEL.search(texte)
    assert page is not None
    return page[0]


def tiny(combien: int, sur: int = 6) -> list[dict[str, str]]:
    """As many apprentices in 2023-2024, one in `sur` broken, one row in ten rejected, and the year before as many."""
    lignes = [ligne for ligne in second_network.rows() if ligne["datedebutcontrat"] == "2021-09-01"]
    for annee in (2022, 2023):
        for rang in range(combien):
            fin = {"dateeffetrupture": f"{annee}-11-{1 + rang // 6:02d}"} if rang % sur == 0 else {}
            lignes.append(
                lignes[0]
                | {
                    "nocontrat": f"029{annee}09NC{rang:04d}", "idalternant": f"T{annee}{rang}",
                    "datedebutcontrat": f"{annee}-09-01", "datefincontrat": f"{annee + 1}-08-31",
                    "datedebutformation": f"{annee}-09-01", "datefinformation": f"{annee + 1}-08-31",
                }
                | fin
            )  # fmt: skip
    rejetee = lignes[-1] | {"nocontrat": "029202309NC9999", "datefincontrat": "32/13/2024"}
    return [*lignes, rejetee]


def test_a_network_of_less_than_20_has_no_rate_anywhere(tmp_path: Path) -> None:
    texte = report(tmp_path, tiny(18))
    assert "n.s. moins de 20 apprentis suivis" in texte
    assert "l'effectif est trop faible pour en tirer un taux" in texte
    # Neither 3 / 18, nor its interval, nor what a rejected row could make of it.
    assert not re.search(r"\b(17|16,7|6|5,8|39|39,2|16|15,8|21|21,1) %|5,8 à 39,2|6 à 39", texte)
    assert "quoi qu'aient dit ces lignes" not in texte
    assert "Les effectifs sont trop faibles pour comparer 2023-2024 à 2022-2023." in texte


def test_a_network_of_less_than_50_has_its_rates_marked_and_the_mark_explained_on_each_page(tmp_path: Path) -> None:
    texte = report(tmp_path, tiny(45, sur=2))  # 23 ruptures: all the sections
    couverture = "51 % de rupture nette : 23 sur 45 apprentis suivis (intervalle à 95 % : 37 à 65 ; taux fragile)"
    assert couverture in texte
    lignes = re.sub(r"[Rr]éseau (: )?51 %", "", texte.replace(couverture, ""))  # the line of its rate, in charts
    assert not re.search(r"51 %(?!\*|, fragile| sous « Part », fragile|, entre 37 et 65 ; taux fragile)", lignes)
    assert texte.count("51 %*") > 8
    assert "51,1 %" not in texte  # the network's line in charts, its rate beside others
    assert "* : taux fragile, de moins de 50 apprentis suivis, ou dont moins de 5" in essentiel(texte)
    assert "un apprenti suivi sur deux (51 %, entre 37 et 65 ; taux fragile) a rompu" in essentiel(texte)


def test_a_rate_of_three_ruptures_is_marked_among_sixty_apprentices_too(tmp_path: Path) -> None:
    rang = re.compile(r"NC00(\d\d)$")
    lignes = tiny(60)
    for ligne in lignes:
        if (trouve := rang.search(ligne["nocontrat"])) and int(trouve[1]) > 12:
            ligne["dateeffetrupture"] = ""
    texte = report(tmp_path, lignes, "--sql", models("par_cfa"))
    assert "un apprenti suivi sur 20 (5 %, entre 2 et 14 ; taux fragile) a rompu" in texte
    assert "2023-2024 60 3 5 %* 2 à 14 3" in texte
    assert "* : taux fragile, de moins de 50 apprentis suivis, ou dont moins de 5 en rupture nette, ou sans." in texte


def test_a_rate_of_all_but_three_apprentices_is_marked_in_the_definitions_too(tmp_path: Path) -> None:
    lignes = tiny(60, sur=1)
    for ligne in lignes:
        if ligne["nocontrat"].startswith("029202309") and ligne["nocontrat"][-2:] in {"00", "01", "02"}:
            ligne["dateeffetrupture"] = ""
    texte = report(tmp_path, lignes, "--sql", models("definitions_comparees"))
    assert "sur 60 apprentis suivis, 57 ont rompu leur contrat" in texte
    assert "(95 %, entre 86 et 98 ; taux fragile)" in texte
    assert "Taux de rupture nette, celui de ce rapport 2023-2024 57 60 95 %*" in texte
    assert "* : fragile, dénominateur de 20 à 49, numérateur inférieur à 5" in texte


def test_with_a_later_cut_off_page_2_has_both_figures_side_by_side(tmp_path: Path) -> None:
    lignes = second_network.rows()
    rompu = next(ligne for ligne in lignes if ligne["dateeffetrupture"] == "2024-01-10")
    nouveau = {"nocontrat": "029202408NC9998", "datedebutcontrat": "2024-08-20", "datefincontrat": "2025-08-31"}
    lignes.append(rompu | nouveau | {"dateeffetrupture": ""})
    texte = report(tmp_path, lignes, "--arrete-au", "2024-09-10", "--sql", models("par_cfa"))
    phrase = "Au 31 juillet 2024, 9 ruptures nettes (12 %) ; revu au 10 septembre 2024 : 8 (11 %)."
    assert phrase in essentiel(texte)
    assert "2023-2024 74 9 12 % 8 11 %" in texte
    assert "2022-2023 48 6 13 %* 6 13 %*" in texte
    assert "Taux provisoire" in texte


def test_without_a_later_cut_off_nothing_is_said_of_a_revision(tmp_path: Path) -> None:
    texte = report(tmp_path, second_network.rows(), "--sql", models("par_cfa"))
    assert "revu" not in essentiel(texte).replace("prévu", "")
    assert "provisoire" not in essentiel(texte)
    assert "2023-2024 74 9 12 % 7 à 22 9" in texte
    assert "Taux provisoire" not in texte


@pytest.mark.parametrize(("ruptures", "courte"), [(19, True), (20, False)])
def test_an_edition_is_short_under_20_net_ruptures(tmp_path: Path, ruptures: int, courte: bool) -> None:
    lignes = tiny(100, sur=5)
    assert sum(ligne["nocontrat"].startswith("029202309") and bool(ligne["dateeffetrupture"]) for ligne in lignes) == 20
    if ruptures == 19:
        lignes[5]["dateeffetrupture"] = lignes[-101]["dateeffetrupture"] = ""
    texte = report(tmp_path, lignes, "--sql", models("par_cfa"))
    assert f": {ruptures} sur 100" in texte
    assert ("Édition courte" in texte, "Sommaire" in texte, "Atelier de Vannes" in texte) == (
        courte, not courte, not courte,
    )  # fmt: skip
