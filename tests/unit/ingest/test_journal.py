"""`accompagnement/`: read as exports are, every row accounted for, no word of its own told."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.paths import RACINE
from tests.histories import TEMOIN
from tests.rules.rows import LIVRAISON, contrat
from tests.support import build_project, construct, models_for, rows, write_project

TABLES = ("core.traces", "core.anomalies")
JOURNAL = "journal_2022-12-31.csv"
SECRET = "Dupont refuse de parler"
CONTRATS = {LIVRAISON: [TEMOIN, *(contrat(f"{rang:03d}", idalternant=f"A{rang}") for rang in range(1, 8))]}


def line(nocontrat: str = "001", date: str = "2022-01-10", action: str = "Contact", **autres: str) -> dict[str, str]:
    return {"nocontrat": nocontrat, "date": date, "action": action, "resultat": "", **autres}


def read_list(base: Path, nom: str) -> list[tuple[str, ...]]:
    with (base / f"{nom}.csv").open(encoding="utf-8", newline="") as flux:
        return [tuple(ligne) for ligne in csv.reader(flux)][1:]


@pytest.mark.parametrize("role", ["suivi", "accompagnement"])
@pytest.mark.parametrize(("perdues", "total", "dit"), [(3, 200, True), (2, 3, False), (3, 300, False), (5, 5, True)])
def test_lines_of_no_contract_are_told_beyond_typing_errors(
    tmp_path: Path, role: str, perdues: int, total: int, dit: bool
) -> None:
    """Else ruptures would look untraced because a column has other numbers."""
    numeros = [f"X{rang}" if rang < perdues else "001" for rang in range(total)]
    donnees = write_project(tmp_path, CONTRATS)
    ligne = "{},6500" if role == "suivi" else "{},2022-01-10,Contact"
    entete = "nocontrat,npecannuel" if role == "suivi" else "nocontrat,date,action"
    (donnees / role).mkdir()
    texte = "\n".join([entete, *map(ligne.format, numeros), ""])
    (donnees / role / JOURNAL).write_text(texte, encoding="utf-8")
    resultat = construct(tmp_path)
    assert resultat.exit_code == 0, resultat.output
    phrase = f"Attention : {role}/ : {perdues} lignes sur {total} ne sont d'aucun contrat des exports"
    assert (phrase in " ".join(resultat.output.split())) == dit


def test_rows_read_are_kept_or_rejected_and_no_word_is_told(tmp_path: Path) -> None:
    lignes = [
        line(Commentaire=SECRET), line(action=SECRET), line(date="2022-02-30"), line(date=""), line(nocontrat=""),
        line(action=""), line(resultat=SECRET), line("002", action="12 rue", resultat="7"),
    ]  # fmt: skip
    con = build_project(tmp_path, CONTRATS, journal={JOURNAL: lignes}, sql=models_for(*TABLES))
    assert rows(
        con, "select lignes_lues, lignes_retenues, lignes_rejetees, colonnes_ignorees from brut.fichiers "
        "where role = 'accompagnement'"
    ) == [(8, 2, 6, ["Commentaire"])]  # fmt: skip
    assert [ligne[1:] for ligne in read_list(tmp_path / "base", "rejets")] == [
        ("3", "action", "", "valeur illisible"), ("4", "date", "2022-02-30", "valeur illisible"),
        ("5", "date", "", "valeur absente"), ("6", "nocontrat", "", "valeur absente"),
        ("7", "action", "", "valeur absente"), ("9", "action", "", "valeur illisible"),
    ]  # fmt: skip
    assert read_list(tmp_path / "base", "anomalies") == [
        (f"accompagnement/{JOURNAL}", "8", "resultat", "", "valeur illisible")
    ]
    # Two kept lines of one contract, day and action are one trace.
    assert rows(con, "select date_trace::varchar, action, resultat from core.traces") == [
        ("2022-01-10", "Contact", None)
    ]
    con.close()
    octets = b"".join(chemin.read_bytes() for chemin in (tmp_path / "base").iterdir() if chemin.is_file())
    assert b"Dupont" not in octets


def test_words_are_those_of_the_list_however_they_are_written(tmp_path: Path) -> None:
    ecrites = {
        "MEDIATION": "Médiation", "visites": "Visite", "  Mission  Locale ": "Mission locale",
        "stagiaire_fp": "Stagiaire FP", "entretien de sortie": "Entretien de sortie", "Contact": "Contact",
    }  # fmt: skip
    lignes = [line(f"{rang:03d}", action=dite, resultat="REALISEE") for rang, dite in enumerate(ecrites, 1)]
    con = build_project(tmp_path, CONTRATS, journal={JOURNAL: lignes}, sql=models_for(*TABLES))
    lues = rows(con, "select action, resultat from core.traces order by id_contrat")
    assert lues == [(lue, "Réalisé") for lue in ecrites.values()]
    con.close()


def test_every_word_of_the_guide_is_read(tmp_path: Path) -> None:
    guide = (RACINE / "docs/accompagnement.md").read_text(encoding="utf-8")
    mots = {
        tete: re.findall(r"`(.+?)`", re.sub(r"\| [^`|]+\|$", "", corps, flags=re.M))
        for tete, corps in re.findall(r"^\| `(\w+)` \| ce que.*\n\|[-|]+\n((?:\|.*\n)+)", guide, re.M)
    }
    lignes = [line(action=action, date=f"2022-01-{jour:02d}") for jour, action in enumerate(mots["action"], 1)]
    lignes += [line(resultat=dit, date=f"2022-02-{jour:02d}") for jour, dit in enumerate(mots["resultat"], 1)]
    assert len(lignes) == 6 + 8
    con = build_project(tmp_path, CONTRATS, journal={JOURNAL: lignes}, sql=models_for(*TABLES))
    lues = rows(con, "select action, resultat from core.traces order by date_trace")
    assert lues == [(action, None) for action in mots["action"]] + [("Contact", dit) for dit in mots["resultat"]]
    assert read_list(tmp_path / "base", "rejets") == read_list(tmp_path / "base", "anomalies") == []
    con.close()


def test_of_two_results_of_an_action_the_latest_delivery_wins_and_deliveries_add_up(tmp_path: Path) -> None:
    journal = {
        "journal_2022-06-30.csv": [line(resultat="Emploi"), line("002")],
        JOURNAL: [line(resultat="Abandon"), line(action="Visite")],
    }
    con = build_project(tmp_path, CONTRATS, journal=journal, sql=models_for(*TABLES))
    lus = rows(
        con,
        "select nocontrat, action, resultat from core.traces inner join core.contrats using (id_contrat) order by all",
    )
    assert lus == [("001", "Contact", "Abandon"), ("001", "Visite", None), ("002", "Contact", None)]
    con.close()


def test_of_a_number_of_two_apprentices_a_line_says_whose_it_is_or_is_rejected(tmp_path: Path) -> None:
    eux = [
        {"nom": "Martin", "prenom": "Zoé", "datenaissance": "2004-02-29"},
        {"nom": "Durand", "prenom": "Léo", "datenaissance": "2003-05-01"},
    ]
    contrats = {
        LIVRAISON: [TEMOIN, *(contrat("777", f"2021-09-0{r}", idalternant="", **lui) for r, lui in enumerate(eux, 1))]
    }
    journal = {JOURNAL: [line("777", **eux[1]), line("777", action="Visite")]}
    con = build_project(tmp_path, contrats, journal=journal, sql=models_for(*TABLES))
    assert rows(
        con, "select date_debut::varchar, action from core.traces inner join core.contrats using (id_contrat)"
    ) == [("2021-09-02", "Contact")]
    assert rows(con, "select lignes_retenues, lignes_rejetees from brut.fichiers where role = 'accompagnement'") == [
        (1, 1)
    ]
    assert read_list(tmp_path / "base", "rejets")[0][1:3] == ("3", "nocontrat")
    con.close()


def test_too_many_rejects_stop_the_run_and_name_the_first(tmp_path: Path) -> None:
    lignes = [line(action=SECRET) for _ in range(3)] + [line("002")]
    write_project(tmp_path, CONTRATS, None, '[annees]\npremiere = "2019-2020"\n', journal={JOURNAL: lignes})
    resultat = construct(tmp_path, "--annee", "2021-2022")
    assert resultat.exit_code == 3
    assert (
        f"3 lignes rejetées sur 4 ; la première : accompagnement/{JOURNAL}:2, action, valeur illisible"
        in resultat.output
    )
    assert "Dupont" not in resultat.output
    assert construct(tmp_path, "--annee", "2021-2022", "--accepter-rejets").exit_code == 0


def test_a_header_that_lacks_the_action_is_refused_with_the_line_to_paste(tmp_path: Path) -> None:
    journal = {JOURNAL: [{"nocontrat": "001", "date": "2022-01-10", "quoi": "Contact"}]}
    write_project(tmp_path, CONTRATS, None, '[annees]\npremiere = "2019-2020"\n', journal=journal)
    resultat = construct(tmp_path, "--annee", "2021-2022")
    assert resultat.exit_code == 3
    assert "« action »" in resultat.output and f"accompagnement/{JOURNAL}" in resultat.output


def test_unread_columns_are_told(tmp_path: Path) -> None:
    write_project(
        tmp_path, CONTRATS, None, '[annees]\npremiere = "2019-2020"\n',
        journal={JOURNAL: [line(Commentaire=SECRET, Auteur="X")]},
    )  # fmt: skip
    resultat = construct(tmp_path, "--annee", "2021-2022")
    assert resultat.exit_code == 0, resultat.output
    assert f"accompagnement/{JOURNAL} : colonnes non lues : « Commentaire », « Auteur »." in resultat.output


@pytest.mark.parametrize("ailleurs", [True, False])
def test_an_examination_knows_a_journal_wherever_it_is(tmp_path: Path, ailleurs: bool) -> None:
    donnees = write_project(tmp_path, CONTRATS, journal={JOURNAL: [line(), line(action=SECRET)]})
    chemin = donnees / "accompagnement" / JOURNAL
    if ailleurs:
        chemin = chemin.rename(tmp_path / JOURNAL)
    options = ("--donnees", donnees, "--config", tmp_path / "config.toml", "--format", "json")
    resultat = CliRunner().invoke(app, ["examiner", *map(str, (chemin, *options))])
    (fichier,) = json.loads(resultat.stdout)["fichiers"]
    assert (fichier["role"], fichier["format"], fichier["lignes_lues"], fichier["lignes_rejetees"]) == (
        "accompagnement", "accompagnement", 2, 1,
    )  # fmt: skip
    assert "Dupont" not in resultat.stdout
