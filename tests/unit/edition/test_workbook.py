"""The same figures three times: each breakdown as CSV, as parquet and as a sheet of the workbook; its ways in."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import textwrap
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline import formats
from pipeline.edition import spreadsheet, tables
from pipeline.edition.sheet_names import name_sheet
from pipeline.edition.sheet_tables import shown_as
from pipeline.errors import UsageError
from pipeline.glossary import read_glossary
from pipeline.models import file
from pipeline.models.catalog import load_catalog
from pipeline.models.chart_header import BarsSpec
from pipeline.models.header import PrintedColumn
from pipeline.paths import RACINE
from pipeline.report.breakdowns import Breakdown, read_breakdowns
from pipeline.report.wording import column_wordings
from pipeline.settings import load_settings
from pipeline.typography import typeset
from tests.pages import second_network
from tests.support import models, plain, run, shipped, type_names

FICTIF = "Données fictives de démonstration"
FORMATS = {
    "entier": "#,##0", "decimal": "#,##0.0", "euros": '#,##0.00\u00a0"€"', "pourcentage": "0.0%", "taux": "0.0%",
    "borne": "0.0%",
    "repere": "0.0%", "rapport": "#,##0.00",
}  # fmt: skip
SOMMAIRE, DES_CFA, COLONNES, DONNEES = "Sommaire", "CFA", "Dictionnaire des colonnes", "Données des graphiques"
TETE = 11  # the row of the head of every table
AUTRES = {SOMMAIRE, DES_CFA, DONNEES}  # sheets without a table
ENTETE = """/*
---
titre: Essai
description: Une ventilation d'essai.
section: structures
ordre: 10
colonnes:
{colonnes}
cle: annee
hors_total: Rien
---
*/
select * from core.inscriptions
order by all
"""
LIEUX = {
    "corps": "Corps du rapport", "annexe": "Annexe", "conclusion": "Recommandations", "cfa": "Rapports des CFA",
}  # fmt: skip


def header(feuille: Worksheet, plage: str) -> tuple[Any, ...]:
    """The cells of the first row of a range."""
    cellules: Any = feuille[plage]
    return cellules[0]


def breakdowns() -> list[file.SqlFile]:
    """Those that the demonstration has: no contract of its years is under the rules of funding."""
    reglages = load_settings(RACINE / "config.toml")
    toutes = load_catalog(shipped(), reglages).ventilations(reglages.sections)
    return [modele for modele in toutes if modele.nom != "financement_ruptures"]


@pytest.fixture(scope="module")
def classeur(demonstration: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(demonstration / "classeur_2021-2022.xlsx")


def values(feuille: Worksheet, largeur: int) -> list[tuple[Any, ...]]:
    """The rows under the head: all of those after it are the table's."""
    return [ligne[:largeur] for ligne in feuille.iter_rows(min_row=TETE + 1, values_only=True)]


def read_back(feuille: Worksheet, modele: file.SqlFile, colonnes: list[str]) -> list[list[Any]]:
    """The rows of a sheet as its breakdown has them, a column of two units put together again."""
    unite = modele.ventilation.unite_a_part
    doubles = [] if unite is None else [rang for rang, nom in enumerate(colonnes) if nom in unite.colonnes]
    lues = [list(ligne) for ligne in values(feuille, len(colonnes) + len(doubles))]
    for rang in doubles:
        for ligne in lues:
            assert None in ligne[rang : rang + 2]
            ligne[rang : rang + 2] = [ligne[rang] if ligne[rang + 1] is None else ligne[rang + 1]]
    return [[case.date() if isinstance(case, datetime) else case for case in ligne] for ligne in lues]


def sheets(classeur: openpyxl.Workbook) -> dict[str, Worksheet]:
    """The sheet of each breakdown, by the links of the contents."""
    trouvees = {}
    for ligne in classeur[SOMMAIRE].iter_rows():
        fichier, lien = ligne[6].value, ligne[0].hyperlink
        if lien is not None and fichier:
            trouvees[str(fichier)] = classeur[target(lien)[0]]
    return trouvees


def shown(valeur: object, en_mots: Mapping[str, str], precision: float = 1e-15) -> Any:
    """A value as its cell has it: codes in words, words with French typography, numbers with so many digits."""
    if isinstance(valeur, str):
        return typeset(en_mots.get(valeur, valeur))
    return pytest.approx(float(valeur), rel=precision) if isinstance(valeur, float | Decimal) else valeur


def target(lien: Any) -> tuple[str, str]:
    """The sheet and the cell of an internal link."""
    assert (lien.target, lien.id) == (None, None)
    nom, case = lien.location.rsplit("!", 1)
    return nom.strip("'").replace("''", "'"), case


def widths(feuille: Worksheet) -> dict[int, float]:
    """The width of each column; the file says once those of columns that follow each other."""
    return {
        rang: float(dite.width)
        for dite in feuille.column_dimensions.values()
        for rang in range(dite.min or 0, (dite.max or 0) + 1)
    }


def notes(feuille: Worksheet) -> dict[str, str]:
    """What is said above the table."""
    return {str(nom): str(dit) for nom, dit, *_ in feuille.iter_rows(3, TETE - 1, values_only=True) if nom}


def head(feuille: Worksheet) -> list[Any]:
    """The head of a sheet's table, without what is written right of it."""
    (table,) = feuille.tables.values()
    return [case.value for case in header(feuille, table.ref)]


# The demonstration


def test_every_breakdown_has_its_sheet_in_the_order_of_the_report(
    classeur: openpyxl.Workbook, demonstration: Path
) -> None:
    noms = [modele.nom for modele in breakdowns()]
    siennes = sheets(classeur)
    assert list(siennes) == noms
    titres = [feuille.title for feuille in siennes.values()]
    assert classeur.sheetnames == [SOMMAIRE, DES_CFA, *titres, COLONNES, DONNEES]
    for modele in breakdowns():
        assert siennes[modele.nom]["A1"].value == typeset(modele.ventilation.titre)
        assert f"tables/{modele.nom}.csv" in notes(siennes[modele.nom])["Fichiers"]
    assert sorted(noms) == sorted(p.stem for p in demonstration.glob("tables/*.csv"))
    assert sorted(noms) == sorted(p.stem for p in demonstration.glob("donnees/*.parquet"))


def test_csv_parquet_and_sheet_have_the_same_values_in_the_same_order(
    classeur: openpyxl.Workbook, demonstration: Path
) -> None:
    feuilles, noms = sheets(classeur), type_names()
    for modele in breakdowns():
        with (demonstration / f"tables/{modele.nom}.csv").open(encoding="utf-8", newline="") as flux:
            entete, *textes = csv.reader(flux)
        frame = pl.read_parquet(demonstration / f"donnees/{modele.nom}.parquet")
        assert frame.columns == entete
        assert [[formats.cell(valeur) for valeur in ligne] for ligne in frame.rows()] == textes
        assert textes
        cases = read_back(feuilles[modele.nom], modele, frame.columns)
        en_mots = column_wordings(frame, noms)
        for ligne, attendue in zip(cases, frame.rows(named=True), strict=True):
            assert ligne == [shown(v, en_mots.get(nom, {})) for nom, v in attendue.items()]
        # The journal of support begins with the last year.
        annees = {ligne[0] for ligne in cases}
        assert annees == {"2019-2020", "2020-2021", "2021-2022"} or (
            modele.ventilation.facultative and "2021-2022" in annees
        )


def test_parquet_is_typed(demonstration: Path) -> None:
    for modele in breakdowns():
        types = pl.read_parquet_schema(demonstration / f"donnees/{modele.nom}.parquet")
        assert types["annee"] == pl.String
        assert types.get("ruptures_nettes", pl.Int64) == pl.Int64
        assert types.get("part_ruptures", pl.Float64) == pl.Float64
        assert types.get("perte_totale", pl.Decimal(18, 2)) == pl.Decimal(18, 2)
        assert {genre.base_type() for genre in types.values()} <= {
            pl.String, pl.Int64, pl.Float64, pl.Decimal, pl.Date,
        }  # fmt: skip


def test_heads_and_formats_are_those_of_the_header_or_of_the_glossary(
    classeur: openpyxl.Workbook, demonstration: Path
) -> None:
    glossaire = read_glossary(RACINE / "sql/glossaire.toml").colonnes
    feuilles = sheets(classeur)
    for modele in breakdowns():
        feuille, imprimees = feuilles[modele.nom], modele.ventilation.colonnes
        if modele.ventilation.unite_a_part is not None:
            continue  # below
        types = pl.read_parquet_schema(demonstration / f"donnees/{modele.nom}.parquet")
        premiere = feuille[TETE + 1]
        for case, tete, (nom, genre) in zip(premiere, head(feuille), types.items(), strict=False):
            dite = imprimees.get(nom, glossaire.get(nom))
            assert dite is not None
            assert tete == typeset(str(dite.libelle)), (modele.nom, nom)
            if dite.format == "texte" and genre == pl.Int64:  # a number that names its row
                assert case.number_format == "General"
            elif genre.is_numeric():
                assert case.number_format == FORMATS[dite.format]
            else:
                assert case.number_format == ("dd/mm/yyyy" if genre == pl.Date else "@")


def test_rates_shares_and_bounds_are_percentages_and_amounts_euros(classeur: openpyxl.Workbook) -> None:
    feuilles = sheets(classeur)
    vus = set()
    for feuille in feuilles.values():
        for tete, case in zip(head(feuille), feuille[TETE + 1], strict=False):
            if str(tete).startswith(("Taux", "Part", "Borne")):
                assert case.number_format == "0.0%", (feuille.title, tete)
                vus.add(str(tete).split()[0])
            if str(tete).startswith("Perte"):
                assert case.number_format == FORMATS["euros"]
    assert vus == {"Taux", "Part", "Borne"}


def test_a_column_has_one_unit(classeur: openpyxl.Workbook) -> None:
    feuille = sheets(classeur)["definitions_comparees"]
    tetes = head(feuille)
    assert tetes[-4:] == ["Dénominateur", "Mois de contrat", "Valeur", "Pour 1 000 mois de contrat"]
    assert [case.number_format for case in feuille[TETE + 1][len(tetes) - 4 : len(tetes)]] == [
        "#,##0", "#,##0.0", "0.0%", "#,##0.0",
    ]  # fmt: skip
    for ligne in values(feuille, len(tetes)):
        par_mois = "pour_1000_mois" in ligne
        assert [valeur is None for valeur in ligne[-2:]] == [par_mois, not par_mois]


def test_the_head_stays_in_sight_with_the_leading_dimensions_and_filters(classeur: openpyxl.Workbook) -> None:
    feuilles = sheets(classeur)
    assert {nom: feuilles[nom].freeze_panes for nom in ("par_cfa", "par_diplome", "par_motif_exprime_valide")} == {
        "par_cfa": "D12", "par_diplome": "D12", "par_motif_exprime_valide": "C12",
    }  # fmt: skip
    for feuille in classeur:
        if feuille.title in AUTRES:
            continue
        (table,) = feuille.tables.values()
        assert table.autoFilter.ref == table.ref
        assert table.ref.startswith(f"A{TETE}:")
        assert table.ref.endswith(str(feuille.max_row))  # nothing after it
        for case in header(feuille, table.ref):
            assert case.font.b
            assert case.alignment.wrap_text
        largeurs = [feuille.column_dimensions[lettre].width for lettre in feuille.column_dimensions]
        assert all(8 <= largeur < 62 for largeur in largeurs)


def test_a_row_is_as_high_as_its_wrapped_texts(classeur: openpyxl.Workbook) -> None:
    """A line of 15 points for as many characters as the column is wide; LibreOffice grows no row by itself."""
    hautes = 0
    for feuille in classeur:
        if feuille.title in {SOMMAIRE, DONNEES}:
            continue
        largeurs = widths(feuille)
        for rang in (5,) if feuille.title == DES_CFA else range(TETE, feuille.max_row + 1):
            for case in feuille[rang]:
                if isinstance(case.value, str) and case.alignment.wrap_text:
                    lignes = len(textwrap.wrap(case.value, int(largeurs[case.column or 0])))
                    hauteur = feuille.row_dimensions[rang].height or 15
                    assert hauteur >= 15 * lignes, (feuille.title, case.coordinate)
                    hautes += lignes > 1
    assert hautes > 200


def test_every_link_leads_to_a_cell_and_every_sheet_back(classeur: openpyxl.Workbook) -> None:
    vus = 0
    for feuille in classeur:
        for lien in [case.hyperlink for ligne in feuille.iter_rows() for case in ligne if case.hyperlink]:
            nom, case = target(lien)
            assert nom in classeur.sheetnames
            if case != "A1" and nom != feuille.title:  # a link to a chart is to an empty cell
                assert classeur[nom][case].value is not None
            vus += 1
        if feuille.title != SOMMAIRE:
            assert target(feuille["A2"].hyperlink) == (SOMMAIRE, "A1")
    assert vus > 100


def test_names_of_sheets_are_unique_and_short_enough(classeur: openpyxl.Workbook) -> None:
    noms = classeur.sheetnames
    assert len({nom.casefold() for nom in noms}) == len(noms)
    assert all(len(nom) <= 31 and not re.search(r"[\[\]:*?/\\]", nom) for nom in noms)


def test_a_cfa_finds_its_rows_of_the_year(classeur: openpyxl.Workbook, demonstration: Path) -> None:
    feuille = classeur[DES_CFA]
    tetes = [case.value for case in feuille[5]]
    titres = {typeset(modele.ventilation.titre): modele.nom for modele in breakdowns()}
    assert len(tetes) > 12
    frames = {
        nom: pl.read_parquet(demonstration / f"donnees/{nom}.parquet").with_row_index("rang", offset=TETE + 1)
        for nom in titres.values()
    }
    assert {titres[str(tete)] for tete in tetes[2:]} == {nom for nom, frame in frames.items() if "uai" in frame.columns}
    lignes = list(feuille.iter_rows(min_row=6))
    par_cfa = frames["par_cfa"].filter(pl.col("annee") == "2021-2022").sort("structure")
    assert [(ligne[0].value, ligne[1].value) for ligne in lignes] == par_cfa.select("uai", "structure").rows()
    for ligne in lignes:
        for tete, case in zip(tetes[2:], ligne[2:], strict=True):
            frame = frames[titres[str(tete)]]
            siennes = frame.filter((pl.col("annee") == "2021-2022") & (pl.col("uai") == ligne[0].value))
            if siennes.is_empty():
                assert (case.value, case.hyperlink) == ("–", None)
                continue
            nom, cible = target(case.hyperlink)
            assert cible == f"A{siennes['rang'][0]}"
            assert case.value == f"{siennes.height} ligne{'s' if siennes.height > 1 else ''}"
            trouvee = [cellule.value for cellule in classeur[nom][siennes["rang"][0]]]
            assert trouvee[0] == "2021-2022"
            assert ligne[0].value in trouvee


def test_a_sheet_says_what_it_holds_whom_it_counts_and_reads_its_first_row(classeur: openpyxl.Workbook) -> None:
    feuilles = sheets(classeur)
    dites = notes(feuilles["par_cfa"])
    assert {nom: plain(dit) for nom, dit in dites.items()} == {
        "Contenu": "Apprentis suivis et ruptures nettes des CFA seuls, chaque taux à côté de son CFA et avec son "
        "intervalle.",
        "Lecture": "Parmi les 438 apprentis suivis de « BTP CFA Brétigny-sur-Orge », 48 sont en rupture nette, soit un "
        "taux de 11,0 % (intervalle à 95 % : 8,4 à 14,2) ; 14,7 % des ruptures nettes du réseau.",
        "Champ": "Apprentis suivis du réseau en 2021-2022. Structures qui ne sont pas des CFA non comprises : 8 "
        "ruptures nettes et 216 apprentis suivis.",
        "Source": "BTP CFA Île-de-France, exports de contrats des CFA du réseau, extractions du 31 mars 2022 au "
        "5 novembre 2022.",
        "Fichiers": plain(dites["Fichiers"]),
        "Graphique": "À droite du tableau →",
    }  # fmt: skip
    du_cfa = notes(feuilles["par_cfa_filiere"])
    assert plain(du_cfa["Lecture"]).startswith("BTP CFA Brétigny-sur-Orge : parmi les ")
    assert plain(du_cfa["Signes"]).startswith("n.s. : non significatif, moins de 20 apprentis suivis. * : taux fragile")
    for feuille in feuilles.values():
        assert {"Contenu", "Lecture", "Champ", "Source", "Fichiers"} <= notes(feuille).keys(), feuille.title


def test_a_rate_that_means_nothing_is_shown_so_and_keeps_its_value(classeur: openpyxl.Workbook) -> None:
    feuille = sheets(classeur)["par_filiere"]
    tetes = head(feuille)
    taux, fiabilite = (get_column_letter(tetes.index(nom) + 1) for nom in ("Taux de rupture nette", "Fiabilité"))
    regles = {
        (str(plage.sqref).partition(":")[0], regle.formula[0]): regle.dxf.numFmt.formatCode
        for plage in feuille.conditional_formatting
        for regle in plage.rules
    }
    assert regles[f"{taux}12", f'${fiabilite}12="non_significatif"'] == '"n.s."'
    assert regles[f"{taux}12", f'${fiabilite}12="fragile"'] == '0.0%"*"'
    effectif = get_column_letter(tetes.index("Apprentis suivis") + 1)
    petit = f"AND(ISNUMBER(${effectif}12),${effectif}12<100)"
    assert regles[f"{taux}12", f'AND(${fiabilite}12="fragile",{petit})'] == '0%"*"'
    assert regles[f"{taux}12", petit] == "0%"


def test_a_rate_of_something_else_is_shown_by_its_own_count() -> None:
    seche = PrintedColumn(libelle="Part", format="taux", effectif="suivies", fiabilite="vaut")
    petit = "AND(ISNUMBER($B5),$B5<100)"
    assert [*shown_as(seche, ["part", "suivies", "vaut"], 5)] == [
        ('$C5="non_significatif"', '"n.s."'), (f'AND($C5="fragile",{petit})', '0%"*"'), ('$C5="fragile"', '0.0%"*"'),
        (petit, "0%"),
    ]  # fmt: skip
    assert [*shown_as(PrintedColumn(libelle="Repère", format="repere"), ["fiabilite", "effectif"], 5)] == []
    assert [*shown_as(PrintedColumn(libelle="Borne", format="borne"), ["effectif"], 5)] == [
        ("AND(ISNUMBER($A5),$A5<100)", "0%")
    ]


def test_a_declared_chart_is_one_of_the_spreadsheet_with_its_figures(
    classeur: openpyxl.Workbook, demonstration: Path
) -> None:
    """Bars, points, months; neither a funnel nor what is of each CFA. openpyxl reads no chart back from a file but its
    parts: the figures are in their sheet, which the charts name."""
    donnees = classeur[DONNEES]
    lignes = [ligne[:4] for ligne in donnees.iter_rows(min_row=TETE, values_only=True)]
    titres = [ligne[0] for ligne, suivante in pairwise(lignes) if ligne[0] and ligne[1] is None and suivante[1]]
    noms = [plain(str(ligne[0])) for ligne in lignes]
    rang = noms.index("Taux de rupture nette par CFA et intervalle à 95 %, 2021-2022")
    assert lignes[rang][0] in titres
    assert lignes[rang + 1][:2] == ("CFA", "Taux de rupture nette")
    frame = pl.read_parquet(demonstration / "donnees/par_cfa.parquet").filter(pl.col("annee") == "2021-2022")
    attendues = [
        (nom, taux, taux - bas, haut - taux)
        for nom, taux, bas, haut in frame.sort("taux_rupture_nette", descending=True)
        .select("structure", "taux_rupture_nette", "taux_bas", "taux_haut")
        .rows()
    ]
    assert lignes[rang + 2 : rang + 2 + len(attendues)] == [pytest.approx(ligne) for ligne in attendues]
    with zipfile.ZipFile(demonstration / "classeur_2021-2022.xlsx") as archive:
        dessins = [archive.read(nom).decode() for nom in archive.namelist() if nom.startswith("xl/charts/chart")]
    assert len(dessins) == len(titres)
    assert all(f"'{DONNEES}'!" in dessin and dessin.count("<c:title>") == 3 for dessin in dessins)
    assert sum("<c:errBars>" in dessin for dessin in dessins) == 3
    # Two ruptures of a structure are two persons: their amount is in its cell, and in no drawing.
    dessinees = noms[noms.index("Coût des ruptures nettes : perte de l'année, 2021-2022") :]
    assert "IUT Sénart Fontainebleau" in dessinees
    assert "Lycée des métiers Benjamin Franklin" not in dessinees


def test_a_column_is_wide_enough_for_its_values_and_the_words_of_its_head(classeur: openpyxl.Workbook) -> None:
    feuille = sheets(classeur)["par_structure"]
    largeurs = {
        case.value: feuille.column_dimensions[get_column_letter(case.column or 0)].width for case in feuille[TETE][:5]
    }
    assert largeurs["Structure"] > max(len(nom) for nom in (ligne[2] for ligne in values(feuille, 3)))
    assert largeurs["CFA de rattachement"] > len("rattachement")


def test_the_first_sheet_says_whose_figures_they_are_and_how_to_read_them(classeur: openpyxl.Workbook) -> None:
    lignes = list(classeur[SOMMAIRE].iter_rows(values_only=True))
    propos = [ligne[0] for ligne in lignes]
    assert [plain(str(phrase)) for phrase in propos[:5]] == [
        "Ruptures de contrats d'apprentissage 2021-2022",
        "BTP CFA Île-de-France",
        FICTIF,
        "Situation arrêtée au 15 août 2022. Données extraites jusqu'au 5 novembre 2022.",
        "Diffusion interne. Destinataires : la direction du réseau et celles de ses CFA. De petits effectifs y sont "
        "montrés : ne la transmettez à personne d'autre.",
    ]
    assert any(str(phrase).startswith("Un taux est un risque") for phrase in propos)
    assert any(str(phrase).startswith("Une part est une répartition") for phrase in propos)


def test_the_contents_name_chapters_sheets_what_is_counted_and_how_many_rows(
    classeur: openpyxl.Workbook, demonstration: Path
) -> None:
    sections = load_settings(RACINE / "config.toml").sections
    lignes = [ligne[:7] for ligne in classeur[SOMMAIRE].iter_rows(values_only=True)]
    debut = [ligne[0] for ligne in lignes].index("Feuille")
    attendues: list[tuple[Any, ...]] = []
    for section in sections:
        siennes = [modele for modele in breakdowns() if modele.ventilation.section == section.cle]
        attendues += [(section.titre, *[None] * 6)] if siennes else []
        for modele in siennes:
            entete, nombre = modele.ventilation, pl.read_parquet(demonstration / f"donnees/{modele.nom}.parquet").height
            place = LIEUX[entete.place]
            attendues.append((entete.titre, nombre, entete.description, entete.hors_total, place, modele.nom))
    lues = [ligne if ligne[1] is None else (ligne[0], *ligne[2:]) for ligne in lignes[debut + 4 :]]
    assert lues == [tuple(typeset(dit) if isinstance(dit, str) else dit for dit in une) for une in attendues]
    comptees = {ligne[6]: ligne[1] for ligne in lignes[debut + 1 :]}
    assert comptees["par_cfa"] == "Apprentis suivis"
    assert comptees["par_mois"] == "Ruptures nettes"


def test_the_dictionary_lists_every_column_of_every_sheet(classeur: openpyxl.Workbook, demonstration: Path) -> None:
    lignes = values(classeur[COLONNES], 6)
    attendues = [(feuille.title, tete) for feuille in sheets(classeur).values() for tete in head(feuille)]
    assert [ligne[:2] for ligne in lignes] == attendues
    for modele in breakdowns():
        noms = pl.read_parquet_schema(demonstration / f"donnees/{modele.nom}.parquet")
        assert list(dict.fromkeys(ligne[5] for ligne in lignes if ligne[4] == modele.nom)) == list(noms)
    du_taux = {(ligne[1], ligne[2], *ligne[4:]) for ligne in lignes}
    assert ("Apprentis suivis", "entier", "par_cfa", "effectif") in du_taux
    assert (typeset("Borne basse à 95 %"), "nombre décimal", "par_cfa", "taux_bas") in du_taux


def test_every_sheet_says_that_the_data_are_fictitious_and_who_may_read_it(classeur: openpyxl.Workbook) -> None:
    for feuille in classeur:
        assert any(FICTIF in ligne for ligne in feuille.iter_rows(values_only=True)), feuille.title
        tete: Any = feuille.oddHeader
        assert (tete.center.text, tete.right.text) == (FICTIF, "Diffusion interne")


def test_the_file_names_nobody_runs_nothing_and_links_nowhere_else(
    classeur: openpyxl.Workbook, demonstration: Path
) -> None:
    proprietes = classeur.properties
    assert (proprietes.creator, proprietes.lastModifiedBy) == (None, None)
    assert (proprietes.created, proprietes.modified) == (datetime(2022, 11, 5), datetime(2022, 11, 5))
    with zipfile.ZipFile(demonstration / "classeur_2021-2022.xlsx") as archive:
        assert {entree.date_time for entree in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for nom in archive.namelist():
            assert not re.search("vba|external|hyperlink|connection", nom, re.IGNORECASE)
            texte = archive.read(nom).decode("utf-8")
            assert not re.search(r"<f>|Target=\"(https?|file|mailto):|TargetMode", texte)
            # Every link is to a cell of the file.
            assert len(re.findall("<hyperlink ", texte)) == len(re.findall("<hyperlink [^>]*location=", texte))
            assert not re.search("<hyperlink [^>]*r:id=", texte)


def test_the_manifest_has_their_hashes(demonstration: Path) -> None:
    sorties = json.loads((demonstration / "manifeste.json").read_text(encoding="utf-8"))["sorties"]
    assert {"classeur_2021-2022.xlsx", "donnees/par_cfa.parquet", "tables/par_cfa.csv"} <= sorties.keys()


# Breakdowns of any kind

Publication = Callable[..., openpyxl.Workbook]


@pytest.fixture
def published(tmp_path: Path) -> Publication:
    """Publish one breakdown: `published("select 1 as effectif", colonnes={"effectif": ("Suivis", "entier")})`."""

    def publish(
        sql: str, colonnes: dict[str, tuple[str, str]] | None = None, nom: str = "essai", commentaires: str = ""
    ) -> openpyxl.Workbook:
        imprimees = {"annee": ("Année", "texte"), **(colonnes or {})}
        lignes = "\n".join(
            f"  {c}: {{libelle: {json.dumps(tete)}, format: {genre}}}" for c, (tete, genre) in imprimees.items()
        )
        chemin = tmp_path / f"{nom}.sql"
        chemin.write_text(ENTETE.format(colonnes=lignes), encoding="utf-8")
        with duckdb.connect() as con:
            con.execute(f"create schema ventilations; create table ventilations.{nom} as {sql}; {commentaires}")
            lues = read_breakdowns(con, [file.parse(chemin, "ventilations")])
        presentation = spreadsheet.WorkbookCover("Réseau", "2021-2022", date(2022, 8, 15), date(2022, 9, 30), "", ["!"])
        for essai in ("un", "deux"):
            (tmp_path / essai).mkdir()
            tables.write_tables(lues, tmp_path / essai)
            spreadsheet.write_workbook(lues, presentation, tmp_path / essai / "classeur.xlsx")
        for produit in (p for p in (tmp_path / "un").rglob("*") if p.is_file()):
            assert produit.read_bytes() == (tmp_path / "deux" / produit.relative_to(tmp_path / "un")).read_bytes()
        return openpyxl.load_workbook(tmp_path / "un" / "classeur.xlsx")

    return publish


HOSTILES = (
    "=1+1", "{=1+1}", "+33", "-x", "@SUM(A1)", "http://exemple.fr", "mailto:a@b.fr", "internal:essai!A1", "007", "1e5",
    "=HYPERLINK(\"http://exemple.fr\")", "<b>&amp;</b>", "_x0041_", "2021-08", "TRUE", "#N/A", " a ", "l'été\nœuvre",
)  # fmt: skip


def test_a_text_stays_a_text_whatever_it_looks_like(published: Publication) -> None:
    sql = "select * from (values " + ", ".join("('{}')".format(t.replace("'", "''")) for t in HOSTILES) + ") v(annee)"
    cases = published(sql)["Essai"]["A"][TETE:]
    assert [case.value for case in cases] == [typeset(texte) for texte in HOSTILES]
    assert {case.data_type for case in cases} == {"s"}
    assert {case.hyperlink for case in cases} == {None}
    assert {case.number_format for case in cases} == {"@"}


def test_a_head_stays_a_text_too(published: Publication) -> None:
    feuille = published("select 'a' as annee, 'b' as x", {"x": ("=1+1", "texte")})["Essai"]
    assert (feuille["B11"].value, feuille["B11"].data_type) == ("=1+1", "s")


def test_types_are_kept_in_parquet_and_have_their_format(published: Publication, tmp_path: Path) -> None:
    feuille = published(
        "select 'a' as annee, sum(1)::bigint as somme, 1.25 as fraction, 'x' as genre, true as oui, "
        "date '2022-08-15' as jour, 2022 as an, 3::float as euros "
        "from range(3)",
        {"an": ("An", "texte"), "euros": ("Euros", "euros")},
    )["Essai"]
    types = pl.read_parquet_schema(tmp_path / "un/donnees/essai.parquet")
    assert list(types.values()) == [
        pl.String, pl.Int64, pl.Decimal(3, 2), pl.String, pl.Boolean, pl.Date, pl.Int32, pl.Float32,
    ]  # fmt: skip
    assert [(case.value, case.number_format) for case in feuille[TETE + 1][:8]] == [
        ("a", "@"), (3, "#,##0"), (1.25, "0.0000"), ("x", "@"), (True, "General"),
        (datetime(2022, 8, 15), "dd/mm/yyyy"),
        (2022, "General"), (3, '#,##0.00\u00a0"€"'),
    ]  # fmt: skip
    assert (tmp_path / "un/tables/essai.csv").read_text(encoding="utf-8").splitlines()[1] == (
        "a,3,1.25,x,true,2022-08-15,2022,3.0"
    )


def test_an_empty_value_is_an_empty_cell(published: Publication, tmp_path: Path) -> None:
    feuille = published("select 'a' as annee, null::double as part, null::varchar as motif")["Essai"]
    assert values(feuille, 3) == [("a", None, None)]
    assert pl.read_parquet(tmp_path / "un/donnees/essai.parquet").rows() == [("a", None, None)]


def test_a_breakdown_without_rows_keeps_its_head_and_types(published: Publication, tmp_path: Path) -> None:
    feuille = published("select 'a' as annee, 1 as effectif where false")["Essai"]
    assert head(feuille) == ["Année", "effectif"]
    assert values(feuille, 2) == [(None, None)]
    assert pl.read_parquet_schema(tmp_path / "un/donnees/essai.parquet") == {"annee": pl.String, "effectif": pl.Int32}


def test_two_heads_are_never_alike(published: Publication) -> None:
    feuille = published("select 'a' as annee, 1 as effectif, 2 as suivis", {"suivis": ("Effectif", "entier")})["Essai"]
    assert head(feuille) == ["Année (annee)", "effectif", "Effectif (suivis)"]


@pytest.mark.parametrize("nom", ["dictionnaire", "lisez_moi", "history", "ab12", "t_essai", "x" * 31])
def test_a_breakdown_may_have_any_name(published: Publication, nom: str) -> None:
    classeur = published("select 'a' as annee", nom=nom)
    assert classeur.sheetnames == [SOMMAIRE, "Essai", COLONNES]
    assert sheets(classeur)[nom].title == "Essai"


@pytest.mark.parametrize(("titre", "nom"), [
    ("Diplôme à l'entrée", "Diplôme à l’entrée"),
    ("Ruptures [nettes] : oui/non ?", "Ruptures -nettes- - oui-non -"),
    ("Motif validé et mois écoulés depuis le début", "Motif validé et mois écoulés…"),
    ("x" * 40, f"{'x' * 30}…"),
    ("'Entre apostrophes'", "Entre apostrophes"),
    ("History", "History (2)"),
    ("sommaire", "sommaire (2)"),
])  # fmt: skip
def test_a_title_becomes_the_name_of_a_sheet(titre: str, nom: str) -> None:
    assert name_sheet(titre, {"sommaire"}) == nom


def test_names_cut_to_the_same_are_told_apart() -> None:
    prises: set[str] = set()
    for _ in range(12):
        prises.add(name_sheet("Périodes de rupture par diplôme à l'entrée", prises).casefold())
    assert len(prises) == 12
    assert max(map(len, prises)) <= 31


def test_a_small_year_has_no_chart(demonstration: Path, tmp_path: Path) -> None:
    """Bars of one person each would be drawn of a year of few ruptures."""
    chemin = next(modele.chemin for modele in breakdowns() if modele.nom == "par_sexe")
    modele = file.parse(chemin, "ventilations", read_glossary(RACINE / "sql/glossaire.toml"))
    graphique = BarsSpec(type="barres", titre="Ruptures", x=("ruptures_nettes",), y="sexe")
    modele = replace(modele, entete=modele.ventilation.model_copy(update={"graphique": graphique}))
    frame = pl.read_parquet(demonstration / "donnees/par_sexe.parquet")
    for ruptures, dessins in ((19, 0), (20, 1)):
        presentation = spreadsheet.WorkbookCover(
            "Réseau",
            "2021-2022",
            date(2022, 8, 15),
            None,
            "",
            [],
            ensemble={"ruptures_nettes": ruptures, "effectif": 99},
        )
        spreadsheet.write_workbook([Breakdown(modele, frame)], presentation, tmp_path / "classeur.xlsx")
        with zipfile.ZipFile(tmp_path / "classeur.xlsx") as archive:
            assert sum(nom.startswith("xl/charts/chart") for nom in archive.namelist()) == dessins


def test_the_dictionary_has_the_comments_of_the_database(published: Publication) -> None:
    classeur = published(
        "select 'a' as annee, 1 as effectif",
        commentaires="comment on column ventilations.essai.effectif is 'Inscrits et ruptures nettes.'",
    )
    assert values(classeur[COLONNES], 6) == [
        ("Essai", "Année", "texte", None, "essai", "annee"),
        ("Essai", "effectif", "entier", "Inscrits et ruptures nettes.", "essai", "effectif"),
    ]


def test_real_data_bear_no_mark_and_warnings_are_on_the_first_sheet(published: Publication) -> None:
    classeur = published("select 'a' as annee, 1 as effectif")
    assert [case.value for case in classeur["Essai"][2] if case.value] == ["← Sommaire"]
    propos = [case.value for case in classeur[SOMMAIRE]["A"]]
    assert FICTIF not in propos
    assert "!" in propos


def refused(published: Publication, sql: str, colonnes: dict[str, tuple[str, str]] | None = None) -> str:
    """The refusal, without the folder of the file."""
    with pytest.raises(UsageError) as refus:
        published(sql, colonnes)
    return refus.value.message[refus.value.message.index("essai.sql") :]


def test_a_text_as_long_as_a_cell_is_published(published: Publication) -> None:
    published(f"select repeat('x', {spreadsheet.TEXTE_MAX}) as annee", nom="juste")


def test_a_longer_one_is_refused(published: Publication) -> None:
    assert refused(published, f"select repeat('x', {spreadsheet.TEXTE_MAX + 1}) as annee") == (
        "essai.sql : la colonne « annee » a un texte trop long pour une case de classeur. "
        "Raccourcissez-le dans le select, avec left()."
    )


def test_more_rows_than_a_sheet_holds_publish_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "LIGNES_MAX", 20)
    second_network.write(tmp_path, second_network.rows())
    sql = models("par_mois")
    options = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--sql", sql)
    resultat = run("rapport", *options, cwd=tmp_path)
    assert resultat.exit_code == 2
    assert re.sub("[\u00a0\u202f]", " ", resultat.stderr) == (
        f"Erreur : {sql / 'ventilations/par_mois.sql'} : la ventilation a 24 lignes, une feuille de classeur "
        "n'en a que 20. Retirez-en une dimension, ou mettez le fichier de côté en le nommant brouillon_par_mois.sql.\n"
    )
    assert list((tmp_path / "output").iterdir()) == []


# Opened by another spreadsheet than the one that XlsxWriter writes for

TABLEUR = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.long
@pytest.mark.skipif(
    TABLEUR is None, reason="sans LibreOffice : « make tableur », ou apt-get install libreoffice-calc-nogui"
)
def test_libreoffice_reads_every_figure_and_every_link(
    classeur: openpyxl.Workbook, demonstration: Path, tmp_path: Path
) -> None:
    """The workbook opened and saved by LibreOffice, cell by cell against the parquet files."""
    commande = [
        str(TABLEUR), f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless", "--convert-to", "xlsx",
        "--outdir", tmp_path / "relu", demonstration / "classeur_2021-2022.xlsx",
    ]  # fmt: skip
    subprocess.run(commande, check=True, capture_output=True, timeout=600)
    relu = openpyxl.load_workbook(tmp_path / "relu/classeur_2021-2022.xlsx")
    assert relu.sheetnames == classeur.sheetnames
    noms = type_names()
    for modele in breakdowns():
        frame = pl.read_parquet(demonstration / f"donnees/{modele.nom}.parquet")
        nom = sheets(classeur)[modele.nom].title
        cases = read_back(relu[nom], modele, frame.columns)[: frame.height]
        en_mots = column_wordings(frame, noms)
        for ligne, attendue in zip(cases, frame.rows(named=True), strict=True):
            # LibreOffice writes fifteen digits.
            assert ligne == [shown(v, en_mots.get(colonne, {}), 1e-14) for colonne, v in attendue.items()]
    for feuille in classeur:
        for ligne in feuille.iter_rows():
            for case in ligne:
                if case.hyperlink is not None:
                    relue = relu[feuille.title][case.coordinate]
                    assert relue.value == case.value
                    assert relue.hyperlink is not None
    ecrits, relus = (
        [nom for nom in zipfile.ZipFile(chemin).namelist() if re.match(r"xl/charts/chart\d+\.xml", nom)]
        for chemin in (demonstration / "classeur_2021-2022.xlsx", tmp_path / "relu/classeur_2021-2022.xlsx")
    )
    assert len(relus) == len(ecrits) > 10
