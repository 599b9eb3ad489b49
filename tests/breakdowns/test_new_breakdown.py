"""The feature people should remember: one .sql file dropped into a copy of the project, found everywhere.

The guide is executed: its commands are run as a new user would, on its own file.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pypdfium2
import pytest

from pipeline.cli import app
from pipeline.formats import FORMATS
from pipeline.models import checks
from pipeline.models.catalog import load_catalog
from pipeline.models.chart_header import GRAPHIQUES
from pipeline.models.enclosure import enclosed
from pipeline.models.folder import read_macros
from pipeline.models.header import (
    Between,
    BreakdownHeader,
    ComparisonSpec,
    DeclaredCheck,
    EqualSum,
    PrintedColumn,
    Relation,
)
from pipeline.paths import RACINE
from pipeline.settings import load_settings
from pipeline.typography import typeset
from tests.breakdowns.corpus import GUIDE, MODELE, NOM
from tests.pages import second_network
from tests.support import models, page_text, pdf_text, plain, run

TITRE = "Taille de l'entreprise"
DIT = "dit.txt"  # beside the copy: what the commands printed
HORS_COPIE = shutil.ignore_patterns(
    ".git", ".venv", "output", "processed", "__pycache__", ".*_cache", "*.egg-info", ".hypothesis"
)


@pytest.fixture(scope="module")
def copie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the guide's file dropped in, where the guide's commands were run."""
    dossier = tmp_path_factory.mktemp("copie") / "projet"
    shutil.copytree(RACINE, dossier, ignore=HORS_COPIE)
    (dossier / "data/processed").mkdir(parents=True)
    (dossier / "sql/ventilations" / f"{NOM}.sql").write_text(MODELE, encoding="utf-8")
    (gabarit,) = re.findall(r"```html\n(.*?)```", GUIDE, re.DOTALL)
    (dossier / "report_templates/sections/par_taille.html.jinja").write_text(gabarit, encoding="utf-8")
    commandes = re.findall(r"^\$ ruptures (.*)$", GUIDE, re.MULTILINE)
    assert len(commandes) == 4
    # The reports of the CFA would be those of the demonstration.
    commandes = [f"{commande} --sans-cfa" if commande == "rapport" else commande for commande in commandes]
    dit = execute(dossier, [*commandes, "verifier", "dictionnaire --sortie docs/dictionnaire.md", "lister"])
    (dossier.parent / DIT).write_text(dit, encoding="utf-8")
    return dossier


# Commands of the copy, by the copy's own code: in one process, whose start takes longer than most of them. The report
# is read as the page that would be laid out; what the breakdowns are run on, `construire` and it build once.
COMMANDES = """
import sys
from contextlib import nullcontext
from typer.testing import CliRunner
from pipeline.cli import app
from pipeline import build
from tests.support import core_memo, parse_files_once, unlaid
parse_files_once()
build.fill_core = core_memo()
for commande in sys.argv[1:]:
    with unlaid() if commande.startswith("rapport") else nullcontext():
        resultat = CliRunner().invoke(app, commande.split())
    print(resultat.output, end="")
    assert resultat.exit_code == 0, commande
"""


def execute(dossier: Path, commandes: list[str]) -> str:
    """Run commands in the copy, as the guide says them."""
    resultat = subprocess.run(
        [sys.executable, "-c", COMMANDES, *commandes],
        cwd=dossier, env={**os.environ, "PYTHONPATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert resultat.returncode == 0, f"{resultat.stdout}\n{resultat.stderr}"
    return resultat.stdout


@pytest.fixture(scope="module")
def edition(copie: Path) -> Path:
    return copie / "output/2021-2022"


def published_rows(edition: Path) -> list[dict[str, str]]:
    with (edition / f"tables/{NOM}.csv").open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


def test_it_is_a_checked_table_of_the_database(copie: Path) -> None:
    with duckdb.connect(str(copie / "data/processed/ruptures.duckdb"), read_only=True) as con:
        lignes = con.execute(
            f"select annee, sum(ruptures_nettes), sum(effectif) from ventilations.{NOM} group by annee order by annee"
        ).fetchall()
        totaux = con.execute(
            "select annee, ruptures_nettes, effectif from core.ruptures_nettes_par_annee order by annee"
        ).fetchall()
        (commentaire,) = con.execute(f"select comment from duckdb_tables() where table_name = '{NOM}'").fetchall()[0]
    assert lignes == totaux
    assert totaux[-1] == ("2021-2022", 326, 2984)
    assert commentaire == "Apprentis suivis et ruptures nettes selon le nombre de salariés de l'employeur."


def test_its_checks_are_run(copie: Path) -> None:
    catalogue = load_catalog(copie / "sql", load_settings(copie / "config.toml"))
    siens = [check for check in checks.every_check(catalogue) if check.fichier.stem == NOM]
    assert [check.libelle for check in siens] == [
        "des années publiées seulement", "toutes les années publiées (sinon, dites pourquoi : sans_ligne)",
        "part_ruptures : une part de l'ensemble du réseau", "evolution : des ruptures nettes parmi l'effectif",
        siens[4].libelle, "unique : annee, taille_entreprise", "non_nul : annee", "non_nul : taille_entreprise",
        "somme_egale : ruptures_nettes par annee", "somme_egale : effectif par annee", "entre : taux_rupture_nette",
    ]  # fmt: skip
    base = copie / "data/processed/ruptures.duckdb"
    with enclosed(base, read_macros(copie / "sql"), None, 60) as enceinte:
        assert checks.failures(enceinte, siens) == (11, [])


def test_it_is_a_section_of_the_report_with_its_marks_and_its_entry_in_the_contents(edition: Path) -> None:
    texte = page_text(edition / "rapport_2021-2022.pdf")
    assert texte.count(TITRE) >= 3
    assert "selon le nombre de salariés de l'employeur." in texte
    assert re.search(r"Moins de 10 1 371 171 12,5 % 10,8 à 14,3 52,5 % \+0,3 n\.é\.", texte)
    # On paper its chart is a mark in each row of its table, beside the figures.
    assert "Taux de rupture nette selon la taille de l'entreprise et intervalle à 95 %" not in texte
    page = (edition / "rapport_2021-2022.pdf").read_text(encoding="utf-8")
    section = page[page.index(f'id="ventilation-{NOM}"') :].partition("</table>")[0]
    assert len(set(re.findall(r'class="marque" style="background-image: url\((data:[^)]*)\)', section))) == 4


def test_it_is_a_csv_a_parquet_and_a_sheet_with_the_same_figures(edition: Path) -> None:
    lignes = published_rows(edition)
    assert [ligne["taille_entreprise"] for ligne in lignes if ligne["annee"] == "2021-2022"] == [
        "Moins de 10", "De 10 à 49", "De 50 à 249", "250 et plus",
    ]  # fmt: skip
    frame = pl.read_parquet(edition / f"donnees/{NOM}.parquet")
    assert frame["effectif"].to_list() == [int(ligne["effectif"]) for ligne in lignes]
    classeur = openpyxl.load_workbook(edition / "classeur_2021-2022.xlsx")
    (feuille,) = (f for f in classeur if f["A1"].value == typeset(TITRE))
    tetes = [case.value for case in feuille[11]]
    colonne = tetes.index("Apprentis suivis") + 1
    assert [feuille.cell(rang, colonne).value for rang in range(12, feuille.max_row + 1)] == frame["effectif"].to_list()


def test_it_is_in_the_dictionary_and_in_the_workbook_s(copie: Path, edition: Path) -> None:
    document = (copie / "docs/dictionnaire.md").read_text(encoding="utf-8")
    phrase = "Tranche du nombre de salariés de l'employeur, à la signature du contrat de référence."
    assert f"ventilations.{NOM}" in document
    assert phrase in document
    feuille = openpyxl.load_workbook(edition / "classeur_2021-2022.xlsx")["Dictionnaire des colonnes"]
    assert any(typeset(phrase) in ligne for ligne in feuille.iter_rows(values_only=True))


def test_it_is_in_the_outline(copie: Path) -> None:
    plan = (copie.parent / DIT).read_text(encoding="utf-8")
    assert re.search(rf"^    30  {TITRE} +sql/ventilations/{NOM}\.sql$", plan, re.MULTILINE)


@pytest.mark.long
def test_the_tests_of_the_project_still_pass_with_it(copie: Path) -> None:
    """No key page, no count and no limit is of what a data team adds. (This module would add it again.)"""
    dossiers = ("tests/breakdowns", "tests/pages", "tests/unit/models")
    commande = [sys.executable, "-m", "pytest", "-q", "-n", "2", *dossiers]
    commande += ["--ignore", f"tests/breakdowns/{Path(__file__).name}"]
    resultat = subprocess.run(commande, cwd=copie, capture_output=True, text=True, check=False)
    assert resultat.returncode == 0, resultat.stdout[-3000:]


def test_nothing_else_of_the_project_changed(copie: Path) -> None:
    """No other edit: what differs from the project is the two files dropped and what the commands wrote."""
    produits = {"output", "processed", "dictionnaire.md", f"{NOM}.sql", "__pycache__"}
    produits |= {"par_taille.sql", "par_taille.html.jinja"}
    for chemin in copie.rglob("*"):
        relatif = chemin.relative_to(copie)
        if chemin.is_file() and not produits & set(relatif.parts):
            assert chemin.read_bytes() == (RACINE / relatif).read_bytes(), relatif


def test_apercu_shows_the_section_its_chart_and_its_checks(copie: Path) -> None:
    apercu = copie / "output/apercu"
    assert f"\n→ {apercu / 'par_taille.pdf'}\n→ {apercu / 'par_taille.png'}\n10 contrôles tenus.\n" in (
        copie.parent / DIT
    ).read_text(encoding="utf-8")
    texte = " ".join(pdf_text(apercu / "par_taille.pdf").split())
    assert re.search(r"Taille : \d+ tailles en 2021-2022", texte)
    assert "unique : annee, nombredesalaries" in texte
    assert (apercu / "par_taille.png").read_bytes().startswith(b"\x89PNG")
    with pypdfium2.PdfDocument(apercu / "par_taille.pdf") as document:
        assert len(document) >= 1


def test_a_template_of_the_same_name_replaces_the_section(edition: Path) -> None:
    texte = page_text(edition / "rapport_2021-2022.pdf")
    assert re.search(r"Taille : \d+ tailles en 2021-2022 Taille, 2021-2022", texte)


def test_a_column_of_the_network_s_own_is_one_file_too(tmp_path: Path) -> None:
    """A column declared in [colonnes_supplementaires] and broken down, without a line of Python."""
    lignes = second_network.rows(second_network.ENTIERE)
    for rang, ligne in enumerate(lignes):
        ligne["internat"] = ("oui", "non", "")[rang % 3]
    second_network.write(tmp_path, lignes)
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as flux:
        flux.write('\n[colonnes_supplementaires]\ninternat = "booleen"\n')
    shutil.copytree(models("par_cfa"), tmp_path / "sql")
    options = ("--config", tmp_path / "config.toml", "--sql", tmp_path / "sql")
    assert "« À nommer »" in run("nouvelle-ventilation", "par_internat", *options, cwd=tmp_path).output
    for verbe in ("lister", "construire"):
        donnees = ("--donnees", tmp_path / "donnees") if verbe == "construire" else ()
        refus = run(verbe, *donnees, *options, cwd=tmp_path)
        assert refus.exit_code == 2
        assert "par_internat.sql:4 : « À nommer » reste à remplacer." in refus.stderr
    (tmp_path / "sql/ventilations/par_internat.sql").unlink()
    nomme = ("par_internat", "--section", "parcours", "--titre", "Internat : oui ou non")
    assert run("nouvelle-ventilation", *nomme, *options, cwd=tmp_path).exit_code == 0
    resultat = run("rapport", "--donnees", tmp_path / "donnees", *options, cwd=tmp_path, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    edition = tmp_path / "output/2023-2024"
    frame = pl.read_parquet(edition / "donnees/par_internat.parquet").filter(pl.col("annee") == "2023-2024")
    assert set(frame["internat"]) == {"true", "false", "Non renseigné"}
    assert (frame["effectif"].sum(), frame["ruptures_nettes"].sum()) == (222, 27)
    assert "Internat : oui ou non" in page_text(edition / "rapport_2023-2024.pdf")
    assert "Internat - oui ou non" in openpyxl.load_workbook(edition / "classeur_2023-2024.xlsx").sheetnames
    assert (edition / "tables/par_internat.csv").is_file()


@pytest.mark.parametrize(
    "mot",
    [
        *BreakdownHeader.model_fields, *PrintedColumn.model_fields, *FORMATS, *GRAPHIQUES, *DeclaredCheck.model_fields,
        *ComparisonSpec.model_fields,
        *(f for modele in (EqualSum, Relation, Between, *GRAPHIQUES.values()) for f in modele.model_fields),
    ],
)  # fmt: skip
def test_whatever_may_be_written_in_a_header_is_in_the_guide(mot: str) -> None:
    assert re.search(rf"\b{mot}\b", GUIDE)


def test_the_checks_that_the_guide_shows_are_checks() -> None:
    import yaml

    montres = re.findall(r"^\| `(\w+: .*)` \|", GUIDE, re.MULTILINE)
    assert {next(iter(yaml.safe_load(controle))) for controle in montres} == DeclaredCheck.model_fields.keys()
    for controle in montres:
        DeclaredCheck.model_validate(yaml.safe_load(controle))


def test_every_verb_of_the_data_team_is_in_the_guide() -> None:
    verbes = {commande.name or commande.callback.__name__ for commande in app.registered_commands}  # type: ignore[union-attr]
    cites = set(re.findall(r"`?\$? ?ruptures ([a-z-]+)", GUIDE)) | set(re.findall(r"`([a-z-]+)` ", GUIDE))
    assert {"construire", "nouvelle-ventilation", "apercu", "rapport", "lister", "verifier"} <= cites
    assert {verbe.replace("_", "-") for verbe in verbes} >= {"nouvelle-ventilation", "apercu", "lister", "verifier"}


SALARIES = """/*
---
titre: Employeurs selon leur taille
description: Apprentis suivis et ruptures nettes selon le nombre de salariés de l'employeur.
section: employeurs
ordre: 999
cle: [salaries]
colonnes: [salaries: Salariés, effectif, ruptures_nettes, taux_rupture_nette, part_ruptures, part_effectif]
total: reseau
---
*/
with comptes as (
    select
        annee, tranche(nombredesalaries, [0, 5, 10, 50, 250], 'salariés') as salaries, unnest(mesures(statut))
    from core.inscriptions
    group by annee, salaries
)

select comptes.*, unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))
from comptes
where effectif > 0
order by annee, rang_de_tranche(salaries)
"""


def test_a_file_written_from_nothing_has_its_reading_its_example_its_scope_and_its_source(
    copie: Path, tmp_path: Path
) -> None:
    """One file of 25 lines at most and no other edit: no template, no glossary, no configuration."""
    assert len(SALARIES.splitlines()) <= 25
    # A copy of its own: that of `models` is shared by the tests.
    sql = shutil.copytree(models(), tmp_path / "sql")
    (sql / "ventilations/par_salaries.sql").write_text(SALARIES, encoding="utf-8")
    base = copie / "data/processed/ruptures.duckdb"
    resultat = run(
        "apercu", "par_salaries", "--config", copie / "config.toml", "--base", base, "--sql", sql, cwd=tmp_path
    )
    assert resultat.exit_code == 0, resultat.output
    texte = " ".join(plain(pdf_text(tmp_path / "output/par_salaries.pdf")).split())
    with duckdb.connect(str(base), read_only=True) as con:
        requete = SALARIES.partition("*/")[2]
        (premiere,) = con.sql(f"select * from ({requete}) where annee = '2021-2022' limit 1").fetchall()
    _, nom, _, nettes, effectif, *_ = premiere
    # The reading: whether the groups differ, or which one does.
    assert re.search(
        r"Rien n'établit que les taux de ces \d groupes diffèrent|de rupture nette, contre [\d,]+ %", texte
    )
    suivis = f"{effectif:,}".replace(",", " ")
    assert f"Lecture : parmi les {suivis} apprentis suivis de « {nom} », {nettes} sont en rupture nette" in texte
    assert "Champ : apprentis suivis du réseau en 2021-2022." in texte
    assert re.search(r"Source : [^,]+, exports de contrats des CFA du réseau, extractions du", texte)
    assert "Tableau 1. Employeurs selon leur taille, 2021-2022" in texte
