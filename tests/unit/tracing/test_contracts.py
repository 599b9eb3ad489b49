"""ruptures contrats: numbers, lines, dates, statuses and rules, on the screen or in a file of the analyst's own."""

from __future__ import annotations

import csv
import stat
import sys
from pathlib import Path

import pytest
from typer.testing import Result

from tests.rules.rows import LIVRAISON, contrat
from tests.support import build_project, models_for, run

SUIVI = {"suivi_2022-12-31.csv": [{"nocontrat": "5", "motifvalide": "Autre"}]}
PREMIERE = "contrats_2022-06-30.csv"
LIGNES = {
    PREMIERE: [contrat("4", idalternant="A3", nom="Durand", prenom="Zoe", datenaissance="2003-02-01")],
    LIVRAISON: [
        contrat("1", idalternant="A1", dateeffetrupture="2022-01-10"),
        contrat("2", idalternant="A2", dateeffetrupture="2022-02-10"),
        contrat("3", idalternant="A2", debut="2022-03-01"),
        contrat("4", idalternant="A3", nom="Durand", prenom="Zoe", datenaissance="2003-02-01"),
        contrat("4", "2021-09-01", "2024-08-31", idalternant="A3", typecontrat="33", dateeffetavenant="2022-04-01"),
        contrat("5", idalternant="A4", statut="Rompu", datesignalementrupture="2022-05-10"),
        contrat("6", "2020-09-01", "2021-08-31", idalternant="A5"),
        contrat("", "2021-10-01", idalternant="A6"),
    ],
}


@pytest.fixture(scope="module")
def projet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network, its database built."""
    dossier = tmp_path_factory.mktemp("liste")
    build_project(dossier, LIGNES, SUIVI, sql=models_for("par_filiere")).close()
    return dossier


def ask(projet: Path, *options: str | Path) -> Result:
    return run("contrats", "--config", projet / "config.toml", "--sql", models_for("par_filiere"), *options, cwd=projet)


def test_the_contracts_of_the_year_with_their_lines_and_the_rule_that_decided(projet: Path) -> None:
    resultat = ask(projet)
    assert resultat.exit_code == 0, resultat.output
    assert resultat.output == (
        "1  CFA du Lac (0010001A)  du 01/09/2021 au 31/08/2023, rompu le 10/01/2022\n"
        "    rupture_nette : rompu le 10/01/2022, dernière fin de contrat de l'année, aucun contrat le 15/08/2022\n"
        f"    contrats/{LIVRAISON}:2\n"
        "3  CFA du Lac (0010001A)  du 01/03/2022 au 31/08/2023\n"
        "    actif : sous contrat le 15/08/2022\n"
        f"    contrats/{LIVRAISON}:4\n"
        "4  CFA du Lac (0010001A)  du 01/09/2021 au 31/08/2024\n"
        "    actif : sous contrat le 15/08/2022\n"
        f"    contrats/{LIVRAISON}:5, contrats/{LIVRAISON}:6\n"
        f"    autres lignes : contrats/{PREMIERE}:2\n"
        "5  CFA du Lac (0010001A)  du 01/09/2021 au 31/08/2023, rompu le 10/05/2022\n"
        "    rupture_nette : rompu, jour inconnu, signalé le 10/05/2022, dernière fin de contrat de l'année, aucun "
        "contrat le 15/08/2022\n"
        f"    contrats/{LIVRAISON}:7\n"
        "    suivi : suivi/suivi_2022-12-31.csv:2\n"
        "sans numéro  CFA du Lac (0010001A)  du 01/10/2021 au 31/08/2023\n"
        "    actif : sous contrat le 15/08/2022\n"
        f"    contrats/{LIVRAISON}:9\n"
        "2021-2022, actif, rupture_nette ; 5 contrats.\n"
    )


def test_of_one_status_and_of_one_structure(projet: Path) -> None:
    terme = ask(projet, "--statut", "sorti_a_terme").output
    assert "sorti_a_terme : au terme le 31/08/2021, dernière fin de contrat de l'année" in terme
    assert terme.endswith("2021-2022, sorti_a_terme ; 1 contrat.\n")
    assert ask(projet, "--cfa", "0010001A").output.endswith("; 5 contrats, dont 5 de 0010001A.\n")


def test_a_list_names_nobody(projet: Path) -> None:
    dits = ask(projet).output
    assert not any(mot in dits for mot in ("Durand", "Zoe", "2003", "A3"))


def test_the_file_has_a_contract_a_row_and_is_its_owner_s_only(projet: Path, tmp_path: Path) -> None:
    fichier = tmp_path / "liste.csv"
    resultat = ask(projet, "--statut", "rupture_nette", "--csv", fichier)
    assert resultat.output == f"2021-2022, rupture_nette ; 2 contrats.\n→ {fichier}\n"
    with fichier.open(encoding="utf-8", newline="") as flux:
        lignes = [*csv.DictReader(flux)]
    assert [(ligne["nocontrat"], ligne["etats"], ligne["suivi"], ligne["jour_inconnu"]) for ligne in lignes] == [
        ("1", f"contrats/{LIVRAISON}:2", "", "false"),
        ("5", f"contrats/{LIVRAISON}:7", "suivi/suivi_2022-12-31.csv:2", "true"),
    ]
    if sys.platform != "win32":
        assert stat.S_IMODE(fichier.stat().st_mode) == 0o600


@pytest.mark.parametrize("lieu", ["output/liste.csv", "output/2021-2022/tables/liste.csv", "ailleurs/2021-2022/x.csv"])
def test_no_list_is_written_among_what_is_published(projet: Path, lieu: str) -> None:
    edition = projet / "ailleurs/2021-2022"
    edition.mkdir(parents=True, exist_ok=True)
    (edition / "manifeste.json").touch()
    resultat = ask(projet, "--csv", projet / lieu, "--sortie", projet / "output")
    assert resultat.exit_code == 2
    assert "ne s'écrit pas dans les éditions" in resultat.output
    assert not (projet / lieu).exists()


def test_a_file_that_is_there_stays_as_it_was(projet: Path, tmp_path: Path) -> None:
    fichier = tmp_path / "liste.csv"
    fichier.write_text("à moi", encoding="utf-8")
    resultat = ask(projet, "--csv", fichier)
    assert resultat.exit_code == 2 and "existe déjà" in resultat.output
    assert fichier.read_text(encoding="utf-8") == "à moi"


def test_a_breakdown_that_the_database_was_built_without(projet: Path) -> None:
    modeles = ("--config", projet / "config.toml", "--sql", models_for("par_mois"))
    resultat = run("contrats", *modeles, "--ventilation", "par_mois", "--cle", "juin", cwd=projet)
    assert resultat.exit_code == 2 and "n'a pas la table ventilations.par_mois" in resultat.output
    # A status is of no breakdown.
    assert run("contrats", *modeles, cwd=projet).exit_code == 0


@pytest.mark.parametrize(
    ("options", "dit"),
    [
        (("--annee", "2016-2017"), "l'année 2016-2017 n'est pas publiée. La base a celles-ci : 2019-2020"),
        (("--cfa", "0010001B"), "aucun contrat n'est de « 0010001B » (le plus proche : « 0010001A »)"),
        (("--cle", "filiere=Bois"), "--cle est d'une ventilation. Dites laquelle avec --ventilation."),
        (("--colonne", "effectif"), "--colonne est d'une ventilation"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(projet: Path, options: tuple[str, ...], dit: str) -> None:
    resultat = ask(projet, *options)
    assert resultat.exit_code == 2 and dit in resultat.output
