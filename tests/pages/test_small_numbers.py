"""Definitions §7: no rate is printed under 20 apprentices, fragile ones are marked, wherever the report has one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.pages import second_network
from tests.support import models, page_text, run


def report(dossier: Path, lignes: list[dict[str, str]], *options: str | Path) -> str:
    """The words of the report of the second network with these rows."""
    second_network.write(dossier, lignes)
    chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml")
    resultat = run("rapport", *chemins, "--accepter-rejets", *options, cwd=dossier, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    return page_text(next((dossier / "output").rglob("*.pdf")))


def tiny(combien: int) -> list[dict[str, str]]:
    """As many apprentices in 2023-2024, one in six broken, one row in ten rejected, and the year before as many."""
    lignes = [ligne for ligne in second_network.rows() if ligne["datedebutcontrat"] == "2021-09-01"]
    for annee in (2022, 2023):
        for rang in range(combien):
            fin = {"dateeffetrupture": f"{annee}-11-0{1 + rang // 6}"} if rang % 6 == 0 else {}
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
    assert not re.search(r"\b(16,67|5,84|39,22|15,79|21,05) %", texte)
    assert "quoi qu'aient dit ces lignes" not in texte
    assert "Les effectifs sont trop faibles pour comparer 2023-2024 à 2022-2023." in texte


def test_a_network_of_less_than_50_has_its_rates_marked_and_the_mark_explained_on_each_page(tmp_path: Path) -> None:
    texte = report(tmp_path, tiny(30))
    lignes = re.sub(r"[Rr]éseau (: )?16,7 %", "", texte)  # the line of the network's rate, in charts
    assert not re.search(r"16,7 %(?!\*|, fragile| sous « Part », fragile)", lignes)
    assert texte.count("16,7 %*") > 8
    essentiel = texte[texte.index("L'essentiel") : texte.index("Sommaire")]
    assert "* : taux fragile, de 20 à 49 apprentis suivis, ou moins de 5 ruptures nettes," in essentiel
    assert "un apprenti suivi sur six (16,7 %, entre 7,3 et 33,6 ; taux fragile) a rompu" in essentiel


def test_a_rate_of_three_ruptures_is_marked_among_sixty_apprentices_too(tmp_path: Path) -> None:
    rang = re.compile(r"NC00(\d\d)$")
    lignes = tiny(60)
    for ligne in lignes:
        if (trouve := rang.search(ligne["nocontrat"])) and int(trouve[1]) > 12:
            ligne["dateeffetrupture"] = ""
    texte = report(tmp_path, lignes, "--sql", models("definitions_comparees"))
    assert "un apprenti suivi sur 20 (5,0 %, entre 1,7 et 13,7 ; taux fragile) a rompu" in texte
    assert "Taux de rupture nette, celui de ce rapport 2023-2024 3 60 5,0 %*" in texte
    assert "* : taux fragile, de 20 à 49 apprentis suivis, ou moins de 5 ruptures nettes, ou moins de 5" in texte
    assert "* : fragile, dénominateur de 20 à 49, numérateur inférieur à 5" in texte


def test_with_a_later_cut_off_page_2_has_both_figures_side_by_side(tmp_path: Path) -> None:
    lignes = second_network.rows()
    rompu = next(ligne for ligne in lignes if ligne["dateeffetrupture"] == "2024-01-10")
    nouveau = {"nocontrat": "029202408NC9998", "datedebutcontrat": "2024-08-20", "datefincontrat": "2025-08-31"}
    lignes.append(rompu | nouveau | {"dateeffetrupture": ""})
    texte = report(tmp_path, lignes, "--arrete-au", "2024-09-10", "--sql", models("par_cfa"))
    essentiel = texte[texte.index("L'essentiel") : texte.index("Sommaire")]
    assert "Au 31 juillet 2024, 9 ruptures nettes (12,2 %) ; revu au 10 septembre 2024 : 8 (10,8 %)." in essentiel
    assert "2023-2024 74 9 12,2 % 8 10,8 %" in texte
    assert "2022-2023 48 6 12,5 %* 6 12,5 %*" in texte
    assert "Taux provisoire" in texte


def test_without_a_later_cut_off_nothing_is_said_of_a_revision(tmp_path: Path) -> None:
    texte = report(tmp_path, second_network.rows(), "--sql", models("par_cfa"))
    essentiel = texte[texte.index("L'essentiel") : texte.index("Sommaire")]
    assert "revu" not in essentiel.replace("prévu", "")
    assert "provisoire" not in essentiel
    assert "2023-2024 74 9 12,2 % 6,5 %" in texte
    assert "Taux provisoire" not in texte
