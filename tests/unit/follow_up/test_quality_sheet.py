"""`ruptures fiche-qualite`: two pages a CFA, of what the journal has; beside them, private, its untraced cases."""

from __future__ import annotations

import csv
import os
import shutil
import stat
from pathlib import Path

import pypdfium2
import pytest
from typer.testing import Result

from pipeline import storage
from pipeline.follow_up import quality_sheet
from pipeline.paths import RACINE
from tests.histories import TEMOIN
from tests.rules.rows import LIVRAISON, contrat
from tests.support import build_project, macros, models_for, plain, rows, run

# Of the demonstration: a journal well kept, and hardly.
BIEN, PEU = "0951625A", "0931815T"
ANNEE = "2021-2022"
TABLES = ("core.accompagnement", "core.delais_de_trace", "core.retours", "core.structures_par_annee", "core.couts",
          "core.reperes_cfa", "core.ruptures_nettes_par_annee")  # fmt: skip


def ask(dossier: Path, *options: str | Path) -> Result:
    editions = () if "--editions" in options else ("--editions", dossier / "output")
    return run("fiche-qualite", *editions, *options, cwd=dossier)


def pages(fichier: Path) -> list[str]:
    """The words of each page of a PDF, on one line."""
    document = pypdfium2.PdfDocument(fichier)
    return [" ".join(plain(page.get_textpage().get_text_range()).split()) for page in document]


def listed(fichier: Path) -> list[dict[str, str]]:
    with fichier.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


@pytest.fixture(scope="module")
def sheets(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheets of all the CFA of the demonstration."""
    dossier = tmp_path_factory.mktemp("fiches")
    (dossier / "base").mkdir()
    shutil.copy(demonstration.parents[1] / "base/ruptures.duckdb", dossier / "base")
    resultat = ask(dossier, "--config", RACINE / "exemples/btp-cfa-ile-de-france/config.toml")
    assert resultat.exit_code == 0, resultat.output
    return dossier / "base/fiches_qualite"


def names() -> dict[str, str]:
    """UAI → name of each CFA of the demonstration."""
    chemin = RACINE / "exemples/btp-cfa-ile-de-france/referentiels/etablissements.csv"
    with chemin.open(encoding="utf-8", newline="") as flux:
        return {ligne["uai"]: ligne["nom"] for ligne in csv.DictReader(flux) if ligne["type_structure"] == "CFA"}


def test_each_cfa_has_two_pages_that_name_no_other(sheets: Path) -> None:
    noms = names()
    assert {f.name for f in sheets.glob("*.pdf")} == {f"fiche_qualite_{ANNEE}_{uai}.pdf" for uai in noms}
    for uai, nom in noms.items():
        une, autre = pages(sheets / f"fiche_qualite_{ANNEE}_{uai}.pdf")
        assert nom in une and uai in une and nom in autre
        assert "Données fictives de démonstration" in une and "Données fictives de démonstration" in autre
        assert not [
            dit
            for autre_uai, dit in noms.items()
            if autre_uai != uai and (dit in une + autre or autre_uai in une + autre)
        ]


def test_the_first_page_has_what_may_be_made_public(sheets: Path) -> None:
    une, _ = pages(sheets / f"fiche_qualite_{ANNEE}_{BIEN}.pdf")
    for dit in (
        "les indicateurs de résultats", "Taux de rupture nette", "Interruptions (ruptures brutes)", "Apprentis suivis",
        "À rendre public, tel quel", "intervalle à 95 %", "2019-2020", "n.s. : non significatif", "InserJeunes",
    ):  # fmt: skip
        assert dit in une, dit


@pytest.mark.parametrize(
    ("nettes", "effectif", "brutes", "resignees", "dit"),
    [
        (12, 120, 17, 5, "12 ruptures nettes pour 120 apprentis suivis, soit 10,0 % (intervalle à 95 % : 5,8 à 16,7). "
         "17 contrats ont été rompus dans l'année, et 5 ont été suivis d'un autre contrat dans le réseau."),
        (12, 120, 14, 2, "12 ruptures nettes pour 120 apprentis suivis, soit 10,0 % (intervalle à 95 % : 5,8 à 16,7)."),
        (6, 30, 6, 0, "6 ruptures nettes pour 30 apprentis suivis, soit 20 % (intervalle à 95 % : 10 à 37 ; taux "
         "fragile). 6 contrats ont été rompus dans l'année, et aucun n'a été suivi d'un autre contrat dans le réseau."),
        (0, 60, 0, 0, "0 rupture nette pour 60 apprentis suivis, soit 0 % (intervalle à 95 % : 0 à 6 ; taux fragile). "
         "Aucun contrat n'a été rompu dans l'année."),
        *((nettes, effectif, nettes, 0, "trop peu d'apprentis, ou de ruptures, pour que leur nombre ou leur taux soit "
           "rendu public.") for nettes, effectif in ((4, 120), (8, 19), (117, 120))),
    ],
)  # fmt: skip
def test_what_is_to_be_made_public_has_no_count_of_a_few_persons(
    nettes: int, effectif: int, brutes: int, resignees: int, dit: str
) -> None:
    compte = f"{nettes}, {effectif}"
    noms = ("taux_rupture_nette", "taux_bas", "taux_haut", "fiabilite")
    (lus,) = rows(macros(), f"select part({compte}), wilson_bas({compte}), wilson_haut({compte}), fiabilite({compte})")
    ligne = dict(zip(noms, lus, strict=True)) | {
        "annee": ANNEE, "effectif": effectif, "ruptures_nettes": nettes, "ruptures_brutes": brutes,
        "resignees": resignees, "inscrits_actifs": effectif - nettes, "sortis_a_terme": 0,
    }  # fmt: skip
    assert plain(quality_sheet.publishable(ligne)) == f"En {ANNEE}, {dit}"


def test_the_second_says_what_the_data_prove_and_cannot(sheets: Path) -> None:
    _, bien = pages(sheets / f"fiche_qualite_{ANNEE}_{BIEN}.pdf")
    _, peu = pages(sheets / f"fiche_qualite_{ANNEE}_{PEU}.pdf")
    for page in (bien, peu):
        assert "Sans trace ne veut pas dire non fait." in page
        assert page.count("Ce que les données prouvent") == 1 + page.count("Ce qu'elles ne peuvent pas") == 1 + 4
        assert "indicateur 2" in page and "indicateur 12" in page
        assert "n'est pas tiré au sort" in page
    muet = "Le journal est muet sur plus de la moitié des ruptures"
    assert muet in peu and muet not in bien


@pytest.mark.parametrize("uai", [BIEN, PEU])
def test_the_list_has_the_cases_that_the_sheet_counts(sheets: Path, uai: str) -> None:
    liste = listed(sheets / f"sans_trace_{ANNEE}_{uai}.csv")
    _, page = pages(sheets / f"fiche_qualite_{ANNEE}_{uai}.pdf")
    assert f"La liste des {len(liste)} ruptures nettes sans aucune trace" in page
    longues = [ligne for ligne in liste if ligne["pourquoi"].startswith("suivie 30 jours")]
    assert f"{len(longues)} ruptures sont sans trace" in page
    assert all(ligne["lignes"].startswith("contrats/") for ligne in liste)
    assert [ligne["date_rupture"] for ligne in longues] == sorted(ligne["date_rupture"] for ligne in longues)


@pytest.mark.skipif(os.name == "nt", reason="rights are those of the folder")
def test_sheets_and_lists_are_read_by_their_owner_alone(sheets: Path) -> None:
    assert {stat.S_IMODE(f.stat().st_mode) for f in sheets.iterdir()} == {0o600}
    assert stat.S_IMODE(sheets.stat().st_mode) == 0o700


# --- A small network ---------------------------------------------------------------------------------------------

LIGNES = {
    LIVRAISON: [
        TEMOIN,
        *(contrat(f"0{rang}", idalternant=f"A{rang}", dateeffetrupture="2022-01-10") for rang in range(1, 4)),
        contrat("", "2021-10-01", idalternant="A5", dateeffetrupture="2022-03-10"),
        contrat("06", idalternant="A6"), contrat("07", idalternant="A7", uaicfa="0010002B"),
    ]
}  # fmt: skip
JOURNAL = {
    "journal_2022-12-31.csv": [
        {"nocontrat": "06", "date": "2021-10-01", "action": "Visite"},
        {"nocontrat": "01", "date": "2022-01-12", "action": "Contact"},
    ]
}


@pytest.fixture(scope="module")
def sql() -> Path:
    return models_for(*TABLES)


@pytest.fixture
def projet(tmp_path: Path, sql: Path) -> Path:
    build_project(tmp_path, LIGNES, sql=sql, journal=JOURNAL).close()
    return tmp_path


def small(projet: Path, sql: Path, *options: str | Path) -> Result:
    return ask(projet, "--config", projet / "config.toml", "--sql", sql, *options)


def test_one_cfa_another_folder_and_what_is_said(projet: Path, sql: Path) -> None:
    resultat = small(projet, sql, "--cfa", "0010001A", "--sortie", projet / "ici")
    assert resultat.exit_code == 0, resultat.output
    assert {f.name for f in (projet / "ici").iterdir()} == {
        f"fiche_qualite_{ANNEE}_0010001A.pdf", f"sans_trace_{ANNEE}_0010001A.csv",
    }  # fmt: skip
    assert "et 3 ruptures nettes sans trace" in plain(resultat.output)
    liste = listed(projet / "ici" / f"sans_trace_{ANNEE}_0010001A.csv")
    assert [(ligne["nocontrat"], ligne["fin_six_mois"]) for ligne in liste] == [
        ("02", "2022-07-09"), ("03", "2022-07-09"), ("", "2022-09-09"),
    ]  # fmt: skip
    assert "sans numéro, que le journal ne peut pas désigner" in liste[2]["pourquoi"]


def test_without_a_journal_the_sheet_says_what_cannot_be_shown(tmp_path: Path, sql: Path) -> None:
    build_project(tmp_path, LIGNES, sql=sql).close()
    resultat = small(tmp_path, sql, "--cfa", "0010001A")
    assert resultat.exit_code == 0, resultat.output
    assert "sans journal d'accompagnement, rien n'y est dit de l'accompagnement" in plain(resultat.output)
    fiches = tmp_path / "base/fiches_qualite"
    assert [f.name for f in fiches.iterdir()] == [f"fiche_qualite_{ANNEE}_0010001A.pdf"]
    _, page = pages(next(fiches.iterdir()))
    assert "Aucun journal d'accompagnement n'est fourni" in page and "Sans trace" not in page


def test_nothing_is_overwritten_nor_written_among_editions(projet: Path, sql: Path) -> None:
    assert small(projet, sql).exit_code == 0
    encore = small(projet, sql)
    assert (encore.exit_code, "ce fichier existe déjà" in encore.output) == (2, True)
    dedans = small(projet, sql, "--sortie", projet / "output/fiches")
    assert (dedans.exit_code, "éditions" in dedans.output) == (2, True)
    assert not (projet / "output").exists()


@pytest.mark.parametrize(
    ("options", "dit"),
    [
        (("--cfa", "0010001Z"), "(le plus proche : « 0010001A »)"),
        (("--cfa", "0010003C"), "n'est pas l'UAI d'un CFA"),
        (("--annee", "2012-2013"), "l'année 2012-2013 n'est pas publiée"),
    ],
)  # fmt: skip
def test_an_unknown_cfa_or_year_is_refused(projet: Path, sql: Path, options: tuple[str, ...], dit: str) -> None:
    resultat = small(projet, sql, *options)
    assert (resultat.exit_code, dit in plain(resultat.output)) == (2, True), resultat.output
    assert not (projet / "base/fiches_qualite").exists()


def test_a_database_of_another_version_is_to_be_built_again(projet: Path, sql: Path) -> None:
    import duckdb

    with duckdb.connect(str(projet / "base/ruptures.duckdb")) as con:
        con.execute("drop table core.retours")
    resultat = small(projet, sql)
    assert (resultat.exit_code, "ruptures construire" in resultat.output) == (2, True)


def test_a_purge_removes_sheets_and_lists_and_nothing_else(projet: Path, sql: Path) -> None:
    assert small(projet, sql).exit_code == 0
    fiches = projet / "base" / storage.FICHES
    (fiches / "notes.txt").touch()
    storage.purge(projet / "base/ruptures.duckdb", projet / "output")
    assert [f.name for f in fiches.iterdir()] == ["notes.txt"]
