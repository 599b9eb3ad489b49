"""The edition for the screen: the figures of its files, cell by cell, in pages that need nothing else."""

from __future__ import annotations

import csv
import json
import re
import stat
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pipeline import formats
from pipeline.models import file
from pipeline.models.header import BreakdownHeader, PrintedColumn
from pipeline.paths import RACINE
from pipeline.report.amounts import RUPTURES_MIN, costed
from pipeline.report.wording import COLONNES, in_words
from tests.conftest import CFA
from tests.pages import second_network
from tests.pages.browsed import Page, Table
from tests.support import glossary, models, plain, run, type_names

ANNEE = "2021-2022"
# Its first column is written in words of the page's own, its last in two units.
DEFINITIONS = "definitions_comparees"
INTERVALLE = "Intervalle à 95 %"
Row = dict[str, str]


def header(nom: str) -> BreakdownHeader:
    chemin = RACINE / f"sql/ventilations/{nom}.sql"
    return file.parse(chemin, "ventilations", glossary()).ventilation


SHIPPED = (RACINE / "tests/breakdowns/shipped.txt").read_text(encoding="utf-8").split()


@cache
def page(chemin: Path) -> Page:
    return Page(chemin)


@pytest.fixture
def index(demonstration: Path) -> Page:
    return page(demonstration / "index.html")


@pytest.fixture(params=["index.html", *(f"cfa/{uai}.html" for uai in CFA)])
def any_page(demonstration: Path, request: pytest.FixtureRequest) -> Page:
    return page(demonstration / request.param)


def printed(entete: BreakdownHeader, table: Table) -> dict[str, PrintedColumn]:
    """The columns of a table; counts and references that no row has are not there (`blocks.filled`)."""
    absentes = {c.libelle for c in entete.colonnes.values() if c.format in {"entier", "repere"}} - {*table.heads}
    presentes = {nom: colonne for nom, colonne in entete.colonnes.items() if colonne.libelle not in absentes}
    bornes = [nom for nom, colonne in presentes.items() if colonne.format == "borne"]
    dites: dict[str, PrintedColumn] = {}
    for nom, colonne in presentes.items():
        if len(bornes) != 2 or nom not in bornes:
            dites[nom] = colonne
        # Both limits are one column: those declared, or those of the rate, beside it.
        if nom == (bornes[0] if len(bornes) == 2 else "taux_rupture_nette") and INTERVALLE in table.heads:
            entre = " ".join(bornes or ["taux_bas", "taux_haut"])
            dites[entre] = PrintedColumn(libelle=INTERVALLE, format="borne")
    return dites


def value(ligne: Row, nom: str) -> str:
    """What a file says of a column, or of two."""
    return " ".join(ligne[c] for c in nom.split())


def csv_rows(edition: Path, nom: str, **of: str) -> list[Row]:
    """The rows of a file of the edition that have these values, codes of types of diploma in words."""
    with (edition / f"tables/{nom}.csv").open(encoding="utf-8", newline="") as flux:
        lignes = [ligne for ligne in csv.DictReader(flux) if all(ligne[c] == valeur for c, valeur in of.items())]
    noms = type_names()
    return [{c: in_words(v, noms) if c in COLONNES else v for c, v in ligne.items()} for ligne in lignes]


def number(texte: str) -> Decimal | None:
    """The number that a cell begins with, as French writes it."""
    trouve = re.match(r"[+−-]?\d[\d ]*(?:,\d+)?", texte)
    return trouve and Decimal(trouve[0].replace(" ", "").replace("−", "-").replace(",", "."))


def same(texte: str, colonne: PrintedColumn, valeur: str, ligne: Row) -> bool:  # noqa: PLR0911 (a case a return)
    """Whether a cell says the value of a file, rounded as it is printed; what a rate of few is worth is not said."""
    genre, fiabilite = colonne.format, ligne.get(colonne.temoins[0])
    if genre == "repere" and not valeur:
        return texte == "–"
    if genre in {"taux", "borne", "rapport", "repere"} and fiabilite == "non_significatif":
        return texte == "n.s."
    if not valeur.strip():
        return texte == "–"
    if len(deux := valeur.split()) == 2 and genre == "borne":
        dits = texte.split(" à ")
        return len(dits) == 2 and all(same(dit, colonne, v, ligne) for dit, v in zip(dits, deux, strict=True))
    if presque := re.fullmatch(r"([<>]) (\d+(?:,\d)?) %", texte):
        borne = Decimal(presque[2].replace(",", "."))
        return 0 < 100 * Decimal(valeur) < borne if presque[1] == "<" else borne < 100 * Decimal(valeur) < 100
    if genre not in formats.NUMERIQUES:
        return texte == word(genre, valeur)
    dit = number(texte)
    exacte = Decimal(valeur) * (100 if genre in {"taux", "borne", "pourcentage", "repere"} else 1)
    if dit is None or (genre == "taux" and texte.endswith("*") != (fiabilite == "fragile")):
        return False
    return dit == exacte.quantize(Decimal(1).scaleb(int(dit.as_tuple().exponent)), ROUND_HALF_UP)


def word(genre: str, valeur: str) -> str:
    """What is no number, as it is printed."""
    lue: Any = {"true": True, "false": False}.get(valeur, valeur)
    return (
        plain(formats.written(genre, date.fromisoformat(valeur) if genre == "date" else lue))
        .replace(" - ", " – ")
        .strip()
    )


def listed(entete: BreakdownHeader, table: Table, lignes: list[Row]) -> Iterator[tuple[str, Row, list[str]]]:
    """The cells of a table that is a list: their column, the row of the file, the texts. A row that is of several, for
    their amounts are of few ruptures, is last, and stands for all that are not there."""
    imprimees = list(printed(entete, table))
    assert table.rows
    dimensions = [rang for rang, nom in enumerate(imprimees) if nom in entete.dimensions]

    def names(ligne: Row) -> list[str]:
        return [word(entete.colonnes[imprimees[r]].format, ligne[imprimees[r]]) for r in dimensions]

    ecrites = [[ligne[rang] for rang in dimensions] for ligne in table.rows]
    restent = [ligne for ligne in lignes if names(ligne) not in ecrites]
    if restent:
        assert re.fullmatch(r"\d+ (autres )?lignes", table.rows[-1][0])
        assert number(table.rows[-1][0]) == len(restent)
        petites = [costed({c: int(v) for c, v in r.items() if re.fullmatch(r"\d+", v)}) for r in restent]
        assert min(p for p in petites if p is not None) < RUPTURES_MIN <= sum(p or 0 for p in petites)
        # A mean is of its own sums.
        for nom in {*imprimees} & {"perte_annee", "perte_totale", "ruptures_nettes"}:
            somme = sum((Decimal(ligne[nom] or 0) for ligne in restent), Decimal(0))
            assert same(table.rows[-1][imprimees.index(nom)], entete.colonnes[nom], str(somme), {})
    suivies = [ligne for ligne in lignes if names(ligne) in ecrites]
    for textes, ligne in zip_longest(table.rows[: -1 if restent else None], suivies):
        yield from ((nom, ligne, textes) for nom in imprimees)


@pytest.mark.parametrize("nom", [nom for nom in SHIPPED if nom != "financement_ruptures"])  # of no contract there
def test_every_cell_of_every_row_is_that_of_the_file(demonstration: Path, index: Page, nom: str) -> None:
    entete = header(nom)
    lignes = csv_rows(demonstration, nom, annee=ANNEE)
    if entete.place == "cfa":
        pytest.skip("dans les pages des CFA")
    if {ligne[nom_] for ligne in lignes for nom_ in entete.dimensions} == {formats.NON_RENSEIGNE}:
        assert f"{entete.titre}, {ANNEE}" not in index.html
        return
    if entete.pivot is not None:
        crossed(entete, index, lignes)
        return
    table = index.table(f"{entete.titre}, {ANNEE}")
    imprimees = printed(entete, table)
    assert table.heads[: len(imprimees)] == [plain(colonne.libelle) for colonne in imprimees.values()]
    if nom == DEFINITIONS:
        assert [[number(texte) for texte in ligne[2:4]] for ligne in table.rows] == [
            [round(Decimal(ligne[c])) if ligne[c] else None for c in ("numerateur", "denominateur")] for ligne in lignes
        ]
        return
    faux = [
        (colonne, textes[rang], value(ligne, colonne))
        for colonne, ligne, textes in listed(entete, table, lignes)
        for rang in [list(imprimees).index(colonne)]
        if not same(textes[rang], imprimees[colonne], value(ligne, colonne), ligne)
    ]
    assert faux == []


def crossed(entete: BreakdownHeader, index: Page, lignes: list[Row]) -> None:
    """The cells of a crossed table against the rows of the file."""
    pivot, colonnes = entete.pivot, entete.colonnes
    assert pivot is not None
    (table,) = [t for t in index.tables if t.caption.startswith(f"{entete.titre}, {ANNEE} : ")]

    def name(dimension: str, ligne: Row) -> str:
        return plain(formats.written(colonnes[dimension].format, ligne[dimension])).replace(" - ", " – ")

    dites = {(name(pivot.lignes, ligne), name(pivot.colonnes, ligne)): ligne for ligne in lignes}
    vues = {
        (textes[0].strip(), tete.strip()): texte.strip().split("\n")[0]
        for textes in table.rows
        for tete, texte in zip(table.heads[1:], textes[1:], strict=True)
    }
    assert {case for case, texte in vues.items() if texte != "–" and case[1] != "Ensemble"} == {*dites}
    valeur = colonnes[pivot.valeur]
    assert [c for c, ligne in dites.items() if not same(vues[c], valeur, ligne[pivot.valeur], ligne)] == []


@pytest.mark.parametrize("nom", [nom for nom in SHIPPED if header(nom).place == "cfa"])
@pytest.mark.parametrize("uai", CFA)
def test_every_row_of_a_cfa_is_in_its_page(demonstration: Path, uai: str, nom: str) -> None:
    entete = header(nom)
    lignes = csv_rows(demonstration, nom, annee=ANNEE, uai=uai)
    if not lignes:
        assert f"{entete.titre}, {ANNEE}" not in page(demonstration / f"cfa/{uai}.html").html
        return
    table = page(demonstration / f"cfa/{uai}.html").table(f"{entete.titre}, {ANNEE}")
    imprimees = printed(entete, table)
    faux = [
        (c, texte, value(ligne, c))
        for textes, ligne in zip(table.rows, lignes, strict=True)
        for (c, colonne), texte in zip(imprimees.items(), textes, strict=True)
        if not same(texte, colonne, value(ligne, c), ligne)
    ]
    assert faux == []


def test_a_page_is_well_formed_and_names_what_it_refers_to(any_page: Page) -> None:
    assert any_page.faults == []
    assert len(any_page.ids) == len(set(any_page.ids))
    assert {*any_page.refers} <= {*any_page.ids}
    assert any_page.html.count('<html lang="fr">') == 1


def test_links_lead_to_files_of_the_edition_or_into_the_page(any_page: Page) -> None:
    dehors = [lien for lien in any_page.links if not lien.startswith("#")]
    assert [lien for lien in dehors if not (any_page.chemin.parent / lien).is_file()] == []
    assert {lien[1:] for lien in any_page.links if lien.startswith("#")} <= {*any_page.ids}


def test_a_page_loads_nothing_that_is_not_in_it(any_page: Page) -> None:
    assert [adresse[:40] for adresse in any_page.addresses if not adresse.startswith("data:")] == []
    assert set(re.findall(r"https?://[^\"'\s)<]*", any_page.html)) == set()
    assert re.findall(r"url\((?!\"data:)|@import", any_page.html) == []
    assert "default-src 'none'" in any_page.html.replace("&#39;", "'")


def test_every_file_of_the_edition_has_a_link_and_those_of_a_cfa_in_its_page_alone(
    demonstration: Path, index: Page
) -> None:
    sorties = json.loads((demonstration / "manifeste.json").read_text(encoding="utf-8"))["sorties"]
    assert {"index.html", "cfa/0951625A.html", "graphiques/par_mois.svg", "graphiques/par_mois.png"} <= sorties.keys()
    siens = {nom for nom in sorties if nom.count("/") > 1}
    assert {f"cfa/{uai}/{nom}.svg" for uai in CFA for nom in ("evolution", "place", "par_cfa_mois")} <= siens
    assert {*sorties} - siens - {*index.links} == {"index.html"} and not siens & {*index.links}
    for uai in CFA:
        liens = {f"cfa/{lien}" for lien in page(demonstration / f"cfa/{uai}.html").links}
        assert liens & siens == {nom for nom in siens if nom.startswith(f"cfa/{uai}/")}


def test_each_chart_is_there_in_words_and_in_two_widths(any_page: Page) -> None:
    assert any_page.drawings
    for dessin in any_page.drawings:
        assert dessin["role"] == "img"
        assert re.search(r"\d", dessin["aria-label"]) and len(dessin["aria-label"]) > 40
    larges = [d for d in any_page.drawings if d["class"] != "dessin etroit"]
    etroits = [d for d in any_page.drawings if d["class"] == "dessin etroit"]
    assert {d["viewbox"].split()[2] for d in larges} == {"656"}
    assert [d["aria-label"] for d in larges] == [d["aria-label"] for d in etroits]
    assert {d["viewbox"].split()[2] for d in etroits} == {"328"}


def test_the_page_and_the_charts_of_a_cfa_name_no_other_anywhere_in_their_bytes(demonstration: Path) -> None:
    noms = {(ligne["uai"], ligne["structure"]) for ligne in csv_rows(demonstration, "par_cfa")}
    assert len(noms) == 7
    for uai in CFA:
        dessins = [chemin.read_text(encoding="utf-8") for chemin in (demonstration / "cfa" / uai).glob("*.svg")]
        texte = "".join([page(demonstration / f"cfa/{uai}.html").html, *dessins])
        assert len(dessins) >= 4 and all("Source : BTP CFA" in plain(dessin) for dessin in dessins)
        assert uai in str(page(demonstration / f"cfa/{uai}.html").links)
        for autre, structure in noms:
            if autre != uai:
                assert autre not in texte
                assert structure.removeprefix("BTP CFA ") not in texte


def test_it_says_whose_it_is_of_when_and_what_it_is_worth(index: Page) -> None:
    tete = " ".join("".join(index.words).split("L'essentiel de")[0].split())
    for dit in (
        "BTP CFA Île-de-France", "Année 2021-2022", "Chiffres de fin d'année", "Situation arrêtée au 15 août 2022.",
        "Données fictives", "Diffusion interne. Destinataires : la direction du réseau et celles de ses CFA.",
    ):  # fmt: skip
        assert dit in tete


def test_the_summary_comes_first_and_the_contents_have_every_chapter_and_table(index: Page) -> None:
    chapitres = re.findall(r'<section class="[^"]*" id="([\w-]+)">', index.html)
    assert chapitres[0] == "essentiel"
    sommaire = re.findall(r'href="#([\w-]+)"', index.html.split('aria-label="Sommaire"')[1].split("</nav>")[0])
    # A chapter of one breakdown is in the contents by its table.
    seules = dict(re.findall(r'id="(section-[\w-]+)">\s*<div class="ventilation" id="([\w-]+)"', index.html))
    assert {seules.get(chapitre, chapitre) for chapitre in chapitres} <= {*sommaire}
    assert set(re.findall(r'id="(ventilation-\w+)"', index.html)) <= {*sommaire}


def test_a_chart_as_a_file_has_its_title_its_source_and_its_words(demonstration: Path) -> None:
    racine = ElementTree.parse(demonstration / "graphiques/par_mois.svg").getroot()
    textes = plain(" ".join(racine.itertext()))
    assert "Ruptures nettes par mois, 2021-2022" in textes
    assert "Source : BTP CFA Île-de-France" in textes and "Données fictives de démonstration." in textes
    assert "août 2021 16" in textes
    png = (demonstration / "graphiques/par_mois.png").read_bytes()
    assert int.from_bytes(png[16:20], "big") == 2 * float(racine.get("width", 0))


def test_it_is_light(demonstration: Path) -> None:
    assert (demonstration / "index.html").stat().st_size < 2_000_000
    assert all(chemin.stat().st_size < 500_000 for chemin in demonstration.glob("cfa/*.html"))


def test_the_same_inputs_give_the_same_bytes_and_the_rights_of_the_other_files(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows(second_network.ENTIERE))
    chemins = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml")
    options = (*chemins, "--sql", models("par_cfa", "par_mois", "par_cfa_filiere"))
    editions = []
    for fois in ("un", "deux"):
        resultat = run("rapport", *options, "--cfa", "0560001B", cwd=tmp_path / fois, cfa=True, laid_out=False)
        assert resultat.exit_code == 0, resultat.output
        dossier = tmp_path / fois / "output/2023-2024"
        dessins = [*sorted(dossier.glob("graphiques/*")), *sorted(dossier.glob("cfa/*/*"))]
        faits = [dossier / "index.html", *dossier.glob("cfa/*.html"), *dessins]
        assert len(faits) == 8
        droits = {stat.S_IMODE(fait.stat().st_mode) for fait in faits}
        assert droits == {stat.S_IMODE((dossier / "manifeste.json").stat().st_mode)}
        editions.append({fait.relative_to(dossier): fait.read_bytes() for fait in faits})
    assert editions[0] == editions[1]
    assert "Données fictives" not in editions[0][Path("index.html")].decode()


def test_an_edition_without_reports_of_cfa_has_no_links_to_any(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    chemins = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--sql", models("par_mois"))
    assert run("rapport", *chemins, cwd=tmp_path, laid_out=False).exit_code == 0
    lue = Page(tmp_path / "output/2023-2024/index.html")
    assert lue.faults == []
    assert [lien for lien in lue.links if lien.startswith("cfa/")] == []
