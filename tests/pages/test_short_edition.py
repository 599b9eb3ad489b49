"""Of few ruptures a table by group would show persons: the reports are short and say so, the files are whole."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pikepdf
import pypdfium2
import pytest

from pipeline.models.catalog import load_catalog
from pipeline.settings import load_settings
from pipeline.typography import typeset
from tests.pages import second_network
from tests.support import pdf_text, plain, run, shipped

pytestmark = pytest.mark.usefixtures("core_once")
PAGES_MAX = 6
POURQUOI = (
    "Édition courte : sous 20 ruptures nettes dans le réseau, un tableau ou un graphique par groupe montrerait des "
    "personnes. Les tableaux complets sont dans le classeur, pour qui peut les lire."
)


@pytest.fixture(scope="module")
def edition(core_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition of the second network, which has 9 net ruptures, with the reports of both its CFA."""
    dossier = tmp_path_factory.mktemp("courte")
    second_network.write(dossier, second_network.rows())
    chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml", "--sql", shipped())
    resultat = run("rapport", *chemins, "--jobs", "1", cwd=dossier, cfa=True)
    assert resultat.exit_code == 0, resultat.output
    return dossier / "output/2023-2024"


@pytest.fixture(params=["rapport_2023-2024", "cfa/rapport_2023-2024_0290001A", "cfa/rapport_2023-2024_0560001B"])
def rapport(request: pytest.FixtureRequest, edition: Path) -> Path:
    return edition / f"{request.param}.pdf"


def test_it_has_six_pages_at_most_and_says_why(rapport: Path) -> None:
    with pypdfium2.PdfDocument(rapport) as document:
        assert 2 < len(document) <= PAGES_MAX
    texte = " ".join(pdf_text(rapport).split())
    assert texte.count(POURQUOI) == 1


def test_no_group_of_apprentices_is_in_the_report_of_the_network(edition: Path) -> None:
    rapport = edition / "rapport_2023-2024.pdf"
    texte = " ".join(pdf_text(rapport).split())
    assert "9 sur 74" in texte
    # Its diplomas, trades, CFA and situations, and the months: they are all in its tables.
    for groupe in ("Pâtissier", "coiffure", "Bouche", "Soins", "Quimper", "Vannes", "CAP 1re année", "octobre 2023"):
        assert groupe not in texte
    with pikepdf.open(rapport) as document:
        assert not [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        with document.open_outline() as plan:
            titres = [plain(entree.title) for entree in plan.root]
    assert titres == [
        "L'essentiel de 2023-2024", "Introduction", "Ce qu'est une rupture et comment on la compte",
        "Annexe : glossaire", "Annexe : méthode", "Annexe : qualité des données",
    ]  # fmt: skip


def test_the_report_of_a_cfa_has_its_years_and_its_place_and_no_table_by_group(edition: Path) -> None:
    texte = " ".join(pdf_text(edition / "cfa/rapport_2023-2024_0290001A.pdf").split())
    assert "8 sur 48" in texte
    assert "2023-2024 48 8 17 %*" in texte
    assert "Dans le détail" not in texte
    for groupe in ("Pâtissier", "coiffure", "Bouche", "Soins", "CAP 1re année", "octobre 2023"):
        assert groupe not in texte


def test_a_small_cfa_of_a_large_network_has_a_short_report_too_on_paper_and_on_a_screen(tmp_path: Path) -> None:
    """27 net ruptures, of which Vannes has 3."""
    second_network.write(tmp_path, second_network.rows(second_network.ENTIERE))
    chemins = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--sql", shipped())
    resultat = run("rapport", *chemins, "--jobs", "1", cwd=tmp_path, cfa=True)
    assert resultat.exit_code == 0, resultat.output
    dossier = tmp_path / "output/2023-2024"
    pourquoi = POURQUOI.replace("dans le réseau", "au CFA")
    vannes, quimper = (dossier / f"cfa/rapport_2023-2024_{uai}.pdf" for uai in ("0560001B", "0290001A"))
    with pypdfium2.PdfDocument(vannes) as document:
        assert 2 < len(document) <= PAGES_MAX
    page = vannes.with_name("0560001B.html").read_text(encoding="utf-8")
    for texte in (" ".join(pdf_text(vannes).split()), plain(" ".join(re.sub(r"<[^>]+>", " ", page).split()))):
        assert texte.count(pourquoi) == 1
        assert "Dans le détail" not in texte
        for groupe in ("coiffure", "Soins", "CAP 1re année", "octobre 2023"):
            assert groupe not in texte
    # The others, and the network, are as they were.
    for entier in (quimper, dossier / "rapport_2023-2024.pdf"):
        texte = " ".join(pdf_text(entier).split())
        assert "Édition courte" not in texte
        assert "Soins" in texte


def test_its_tables_and_its_workbook_are_whole(edition: Path) -> None:
    catalogue = load_catalog(shipped(), load_settings(edition.parents[1] / "config.toml"))
    titres = {m.nom: m.ventilation.titre for m in catalogue.modeles if m.schema == "ventilations"}
    # Optional ones are there where what they need is.
    ecrites = {chemin.stem for chemin in (edition / "tables").iterdir()}
    absentes = {m.nom for m in catalogue.modeles if m.schema == "ventilations" and m.ventilation.facultative} - ecrites
    assert "financement_ruptures" in absentes
    titres = {nom: titre for nom, titre in titres.items() if nom not in absentes}
    assert {chemin.stem for chemin in (edition / "tables").iterdir()} == set(titres)
    assert {chemin.stem for chemin in (edition / "donnees").iterdir()} == set(titres)
    feuilles = openpyxl.load_workbook(edition / "classeur_2023-2024.xlsx")
    assert {*map(typeset, titres.values())} <= {feuille["A1"].value for feuille in feuilles}
    with (edition / "tables/par_filiere.csv").open(encoding="utf-8", newline="") as flux:
        lignes = [ligne for ligne in csv.DictReader(flux) if ligne["annee"] == "2023-2024"]
    assert [(ligne["filiere"], ligne["ruptures_nettes"], ligne["effectif"]) for ligne in lignes] == [
        ("Soins", "9", "34"), ("Bouche", "0", "40"),
    ]  # fmt: skip
