"""`ruptures comparer`, and the page of the report: editions published by the command, in July then in October."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import Result

from pipeline.comparison import journal
from pipeline.report import network
from tests.support import models, page_text, plain, run, write_project
from tests.unit.comparison.editions import contract
from tests.unit.comparison.editions import network as contracts

JUILLET, OCTOBRE = "2021-2022", "2021-2022_arrete-2022-10-31"


def report(dossier: Path, *options: str | Path) -> Result:
    """An edition of the project of a folder."""
    chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml")
    return run(
        "rapport", *chemins, "--sql", models("par_structure", "par_filiere"), *options, cwd=dossier, laid_out=False
    )


def compared(dossier: Path, *mots: str | Path) -> Result:
    return run("comparer", *mots, "--sortie", dossier / "output", cwd=dossier)


def project(dossier: Path, lignes: list[dict[str, str]] | None = None) -> Path:
    write_project(
        dossier, {"contrats_2022-11-05.csv": lignes or several()}, config='[annees]\npremiere = "2020-2021"\n'
    )
    return dossier


def several() -> list[dict[str, str]]:
    """The network of the other tests, five times: no short edition; and some contracts of the year before."""
    lignes = [
        {**ligne, "nocontrat": f"0752021{mois:02}{ligne['nocontrat'][9:]}", "prenom": prenom}
        for mois, prenom in enumerate(("Lou", "Sacha", "Camille", "Alix", "Noa"), start=1)
        for ligne in contracts()
    ]
    return [
        *lignes,
        *(
            contract(300 + n, 300 + n, "2020-09-01", "2021-07-31", "2021-03-03" if n % 2 == 0 else "")
            for n in range(50)
        ),
    ]


def names(dossier: Path) -> set[str]:
    return {chemin.name for chemin in dossier.iterdir()}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the edition of July, and that of October which says what changed since."""
    dossier = project(tmp_path_factory.mktemp("editions"))
    for options in ((), ("--arrete-au", "2022-10-31", "--comparer-a", JUILLET)):
        resultat = report(dossier, *options)
        assert resultat.exit_code == 0, resultat.output
    return dossier


@pytest.fixture
def own(published: Path, tmp_path: Path) -> Path:
    """The same, that a test may spoil."""
    shutil.copytree(published, tmp_path / "a_soi")
    return tmp_path / "a_soi"


def test_the_verb_says_what_changed_and_why(published: Path) -> None:
    resultat = compared(published, JUILLET, OCTOBRE)
    assert resultat.exit_code == 0, resultat.output
    dit = plain(resultat.output)
    for ligne in (
        "2021-2022 → 2021-2022_arrete-2022-10-31, année 2021-2022",
        "mêmes lignes, arrêté au 31/10/2022 et non au 15/08/2022",
        "Date d'arrêté : 2022-08-15 → 2022-10-31",
        "CFA du Lac (0010001A)",
        "Tables, 2 sur 2 changées en 2021-2022",
    ):
        assert ligne in dit
    (ensemble,) = (ligne.split() for ligne in dit.splitlines() if ligne.startswith("  ensemble"))
    assert ensemble == ["ensemble", "20", "−20", "+20", "0", "0"]


def test_a_program_reads_all_of_it(published: Path) -> None:
    resultat = compared(published, published / "output" / JUILLET, OCTOBRE, "--format", "json")
    lu = json.loads(resultat.output)
    (cause,) = lu["causes"]
    assert (cause["cause"], cause["ruptures_nettes"], cause["apprentis"]) == ("date_arrete", -20, 20)
    assert sum(structure["ruptures_nettes"] for structure in cause["selon_structure"]) == -20
    (annee,) = (annee for annee in lu["reseau"] if annee["annee"] == "2021-2022")
    assert annee["apres"]["ruptures_nettes"] - annee["avant"]["ruptures_nettes"] == -20
    assert {table["table"]: table["cle"] for table in lu["tables"]} == {
        "par_structure": ["annee", "uai"],
        "par_filiere": ["annee", "filiere"],
    }
    (avant, apres) = (
        sum(ligne[quand]["ruptures_nettes"] for table in lu["tables"] if table["table"] == "par_filiere"
            for ligne in table["changees"] if ligne["apres"]["annee"] == "2021-2022")
        for quand in ("avant", "apres")
    )  # fmt: skip
    assert apres - avant == -20


def test_the_page_has_the_figures_published_beside_those_recomputed(published: Path) -> None:
    dit = page_text(published / f"output/{OCTOBRE}/rapport_2021-2022.pdf")
    assert "Ce qui a changé depuis l'édition arrêtée au 15 août 2022" in dit
    assert "Entre les deux diffèrent : la date d'arrêté." in dit
    assert "Mêmes lignes, arrêté au 31/10/2022 et non au 15/08/2022 20 −20 +20 0 0" in dit
    ecran = plain((published / f"output/{OCTOBRE}/index.html").read_text(encoding="utf-8"))
    assert "Ce qui a changé depuis l'édition arrêtée au 15 août 2022" in ecran
    seule = page_text(published / f"output/{JUILLET}/rapport_2021-2022.pdf")
    assert "Ce qui a changé depuis" not in seule


def test_the_manifest_says_what_it_was_compared_to(published: Path) -> None:
    manifestes = [json.loads((published / f"output/{nom}/manifeste.json").read_bytes()) for nom in (JUILLET, OCTOBRE)]
    empreinte = journal.sha256(published / f"output/{JUILLET}/manifeste.json")
    assert manifestes[1]["comparees_a"] == [{"edition": JUILLET, "manifeste_sha256": empreinte, "avec_journal": True}]
    for manifeste in manifestes:
        fichier = published / "base/journaux" / manifeste["journal"]["nom"]
        assert journal.sha256(fichier) == manifeste["journal"]["sha256"]
        assert os.name == "nt" or fichier.stat().st_mode & 0o777 == 0o600
        assert not [chemin for chemin in manifeste["sorties"] if "journa" in chemin]


def test_the_same_run_says_the_same(own: Path) -> None:
    avant = (own / f"output/{OCTOBRE}/rapport_2021-2022.pdf").read_bytes()
    assert report(own, "--arrete-au", "2022-10-31", "--comparer-a", JUILLET).exit_code == 0
    assert (own / f"output/{OCTOBRE}/rapport_2021-2022.pdf").read_bytes() == avant


def test_the_edition_of_last_year_is_compared_for_its_own_year(own: Path) -> None:
    assert report(own, "--annee", "2020-2021").exit_code == 0
    # Since, one of its ruptures was withdrawn.
    lignes = several()
    lignes[-50]["dateeffetrupture"] = ""
    project(own, lignes)
    config = own / "config.toml"
    texte = config.read_text(encoding="utf-8")
    config.write_text(f'[presentation]\ncomparees_a = ["2020-2021"]\n{texte}', encoding="utf-8")
    resultat = report(own)
    assert resultat.exit_code == 0, resultat.output
    dit = page_text(own / f"output/{JUILLET}/rapport_2021-2022.pdf")
    assert "Ce qui a changé depuis l'édition 2020-2021" in dit
    assert (
        "L'édition 2020-2021 comptait en 2020-2021 25 ruptures nettes pour 25 apprentis suivis (100 %) ; celle-ci, 24 "
        "ruptures nettes pour 24 apprentis suivis (100 %)." in dit
    )
    assert "Lignes changées de contrats connus 1 −1 0 −1 +1" in dit
    assert "Entre les deux diffèrent : les fichiers lus." in dit


def test_without_its_journal_an_edition_says_what_changed_only(own: Path) -> None:
    assert run("purger", "--sortie", own / "output", cwd=own).output.count("journaux") == 2
    assert not (own / "base/journaux").exists()
    dit = plain(compared(own, JUILLET, OCTOBRE).output)
    assert "Pourquoi ne peut être dit de l'édition 2021-2022 : son journal n'est plus à côté de la base" in dit
    assert "ruptures nettes" in dit
    assert "Tables, 2 sur 2 changées en 2021-2022" in dit


def test_a_journal_that_was_touched_is_not_believed(own: Path) -> None:
    for fichier in (own / "base/journaux").iterdir():
        fichier.write_bytes(fichier.read_bytes() + b" ")
    assert "son journal n'est plus celui qu'elle a écrit" in compared(own, JUILLET, OCTOBRE).output


def test_an_older_manifest_is_read(own: Path) -> None:
    chemin = own / f"output/{JUILLET}/manifeste.json"
    manifeste = json.loads(chemin.read_bytes())
    for cle in ("annees", "sql", "journal", "comparees_a"):
        del manifeste[cle]
    chemin.write_text(json.dumps(manifeste), encoding="utf-8")
    dit = plain(compared(own, JUILLET, OCTOBRE).output)
    assert "elle a été publiée par une version de l'outil qui n'écrivait pas de journal" in dit
    assert "−20" in dit
    assert "Date d'arrêté : 2022-08-15 → 2022-10-31" in dit


def test_what_is_not_an_edition_is_refused(own: Path) -> None:
    inconnue = compared(own, "2021-2023", OCTOBRE)
    assert inconnue.exit_code == 2
    assert "aucune édition « 2021-2023 » (le plus proche : « 2021-2022 »)" in inconnue.output
    table = own / f"output/{JUILLET}/donnees/par_filiere.parquet"
    table.write_bytes(table.read_bytes() + b" ")
    touchee = compared(own, JUILLET, OCTOBRE)
    assert touchee.exit_code == 3
    assert f"{table} : cette table n'est pas celle qui a été publiée, ou manque." in touchee.output
    (own / f"output/{JUILLET}/manifeste.json").write_text("[]", encoding="utf-8")
    assert compared(own, JUILLET, OCTOBRE).exit_code == 3
    annee = compared(own, OCTOBRE, OCTOBRE, "--annee", "2001-2002")
    assert annee.exit_code == 2
    assert "Les deux ont : 2021-2022, 2020-2021." in annee.output


def test_an_edition_is_not_compared_to_the_one_that_it_replaces(own: Path) -> None:
    resultat = report(own, "--comparer-a", JUILLET)
    assert resultat.exit_code == 2
    assert "une édition ne se compare pas à celle qu'elle remplace" in resultat.output
    assert len([*(own / "base/journaux").iterdir()]) == 2


def test_a_journal_lives_as_long_as_its_edition(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = own / "base/journaux"
    autre = {nom for nom in names(dossier) if nom.startswith(OCTOBRE)}
    vus = [names(dossier) - autre]
    for retirees in (1, 2):
        project(own, several()[:-retirees])
        assert report(own).exit_code == 0
        vus.append(names(dossier) - autre)
    # Of July: it alone, then it and the earlier one, then the two latest.
    assert [len(un) for un in vus] == [1, 2, 2]
    assert vus[0] < vus[1]
    assert not vus[0] & vus[2]
    # A run that fails leaves what it found.
    project(own, several()[:-3])
    with monkeypatch.context() as panne:
        panne.setattr(network, "write_report", lambda *_: 1 / 0)
        assert report(own).exit_code == 1
    assert names(dossier) - autre == vus[2]
