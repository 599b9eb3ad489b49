"""The same figures three times: each breakdown as CSV, as parquet and as a sheet of the workbook."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
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
from pipeline.errors import UsageError
from pipeline.models import file
from pipeline.models.catalog import load_catalog
from pipeline.report.breakdowns import read_breakdowns
from pipeline.settings import RACINE, load_settings
from tests.pages import second_network
from tests.support import run, shipped

FICTIF = "Données fictives de démonstration"
FORMATS = {
    "entier": "#,##0", "decimal": "#,##0.00##", "euros": '#,##0.00\u00a0"€"', "pourcentage": "0.00%", "taux": "0.00%",
    "borne": "0.00%",
    "repere": "0.00%", "rapport": "#,##0.00##",
}  # fmt: skip
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


def header(feuille: Worksheet, plage: str) -> tuple[Any, ...]:
    """The cells of the first row of a range."""
    cellules: Any = feuille[plage]
    return cellules[0]


def breakdowns() -> list[file.SqlFile]:
    sections = load_settings(RACINE / "config.toml").sections
    return load_catalog(shipped(), sections).ventilations(sections)


@pytest.fixture(scope="module")
def classeur(demonstration: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(demonstration / "classeur_2021-2022.xlsx")


def values(feuille: Worksheet, largeur: int) -> list[tuple[Any, ...]]:
    """The rows under the head."""
    return [ligne[:largeur] for ligne in feuille.iter_rows(min_row=2, values_only=True)]


def head(feuille: Worksheet) -> list[Any]:
    """The head of a sheet's table, without what is written right of it."""
    (table,) = feuille.tables.values()
    return [case.value for case in header(feuille, table.ref)]


# The demonstration


def test_every_breakdown_has_its_sheet_in_the_order_of_the_report(
    classeur: openpyxl.Workbook, demonstration: Path
) -> None:
    noms = [modele.nom for modele in breakdowns()]
    assert classeur.sheetnames == ["Lisez-moi", *noms, "Dictionnaire des colonnes"]
    assert sorted(noms) == sorted(p.stem for p in demonstration.glob("tables/*.csv"))
    assert sorted(noms) == sorted(p.stem for p in demonstration.glob("donnees/*.parquet"))


def test_csv_parquet_and_sheet_have_the_same_values_in_the_same_order(
    classeur: openpyxl.Workbook, demonstration: Path
) -> None:
    for modele in breakdowns():
        with (demonstration / f"tables/{modele.nom}.csv").open(encoding="utf-8", newline="") as flux:
            entete, *textes = csv.reader(flux)
        frame = pl.read_parquet(demonstration / f"donnees/{modele.nom}.parquet")
        assert frame.columns == entete
        assert [[formats.cell(valeur) for valeur in ligne] for ligne in frame.rows()] == textes
        assert textes
        cases = values(classeur[modele.nom], frame.width)
        for ligne, attendue in zip(cases, frame.rows(), strict=True):
            # XlsxWriter writes sixteen digits of a number.
            lues = [case.date() if isinstance(case, datetime) else case for case in ligne]
            assert lues == [
                pytest.approx(float(v), rel=1e-15) if isinstance(v, float | Decimal) else v for v in attendue
            ]
        assert {ligne[0] for ligne in cases} == {"2019-2020", "2020-2021", "2021-2022"}


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


def test_heads_and_formats_are_those_of_the_breakdown_s_header(
    classeur: openpyxl.Workbook, demonstration: Path
) -> None:
    for modele in breakdowns():
        feuille, imprimees = classeur[modele.nom], modele.ventilation.colonnes
        types = pl.read_parquet_schema(demonstration / f"donnees/{modele.nom}.parquet")
        autres = {
            pl.String: "@", pl.Int64: "#,##0", pl.Float64: "0.0000", pl.Decimal: "0.0000", pl.Date: "dd/mm/yyyy",
        }  # fmt: skip
        for case, tete, (nom, genre) in zip(feuille[2], head(feuille), types.items(), strict=False):
            printed = imprimees.get(nom)
            assert tete == (printed.libelle if printed else nom)
            if printed and printed.format == "texte" and genre == pl.Int64:  # a number that names its row
                assert case.number_format == "General"
            elif case.value is not None:
                assert case.number_format == FORMATS.get(printed.format if printed else "", autres[genre.base_type()])


def test_the_head_stays_in_sight_with_the_leading_dimensions_and_filters(classeur: openpyxl.Workbook) -> None:
    assert {nom: classeur[nom].freeze_panes for nom in ("par_cfa", "par_diplome", "par_motif_exprime_valide")} == {
        "par_cfa": "D2", "par_diplome": "D2", "par_motif_exprime_valide": "C2",
    }  # fmt: skip
    for feuille in classeur.worksheets[1:]:
        (table,) = feuille.tables.values()
        assert table.autoFilter.ref == table.ref
        for case in header(feuille, table.ref):
            assert case.font.b
            assert case.alignment.wrap_text
        largeurs = [feuille.column_dimensions[lettre].width for lettre in feuille.column_dimensions]
        assert all(8 <= largeur < 61 for largeur in largeurs[:-1])  # the last: beside the table


def test_a_column_is_wide_enough_for_its_values_and_the_words_of_its_head(classeur: openpyxl.Workbook) -> None:
    feuille = classeur["par_structure"]
    largeurs = {
        case.value: feuille.column_dimensions[get_column_letter(case.column or 0)].width for case in feuille[1][:5]
    }
    assert largeurs["Structure"] > max(len(nom) for nom in (ligne[2] for ligne in values(feuille, 3)))
    assert largeurs["cfa_rattachement"] > len("cfa_rattachement")


def test_the_first_sheet_says_whose_figures_they_are_and_how_to_read_them(classeur: openpyxl.Workbook) -> None:
    lignes = list(classeur["Lisez-moi"].iter_rows(values_only=True))
    propos = [ligne[0] for ligne in lignes]
    assert propos[:4] == [
        "Ruptures de contrats d'apprentissage 2021-2022",
        "BTP CFA Île-de-France",
        FICTIF,
        "Situation arrêtée au 15 août 2022. Données extraites jusqu'au 5 novembre 2022. Diffusion interne.",
    ]
    assert any(str(phrase).startswith("Un taux est un risque") for phrase in propos)
    assert any(str(phrase).startswith("Une part est une répartition") for phrase in propos)
    liste = lignes[propos.index("Feuille") + 1 :]
    assert [ligne[0] for ligne in liste] == classeur.sheetnames[1:]
    for modele, ligne in zip(breakdowns(), liste, strict=False):
        entete = modele.ventilation
        assert ligne == (modele.nom, entete.titre, entete.description, entete.hors_total)


def test_the_last_sheet_lists_every_column_of_every_sheet(classeur: openpyxl.Workbook, demonstration: Path) -> None:
    lignes = values(classeur["Dictionnaire des colonnes"], 4)
    attendues = []
    for modele in breakdowns():
        noms = pl.read_parquet_schema(demonstration / f"donnees/{modele.nom}.parquet")
        attendues += [(modele.nom, nom, tete) for nom, tete in zip(noms, head(classeur[modele.nom]), strict=True)]
    assert [ligne[:3] for ligne in lignes] == attendues
    assert ("par_cfa", "effectif", "Apprentis suivis", "entier") in lignes
    assert ("par_cfa", "taux_bas", "taux_bas", "nombre décimal") in lignes


def test_every_sheet_says_that_the_data_are_fictitious_and_who_may_read_it(classeur: openpyxl.Workbook) -> None:
    for feuille in classeur:
        assert any(FICTIF in ligne for ligne in feuille.iter_rows(values_only=True)), feuille.title
        tete: Any = feuille.oddHeader
        assert (tete.center.text, tete.right.text) == (FICTIF, "Diffusion interne")


def test_the_file_names_nobody_runs_nothing_and_links_nowhere(classeur: openpyxl.Workbook, demonstration: Path) -> None:
    proprietes = classeur.properties
    assert (proprietes.creator, proprietes.lastModifiedBy) == (None, None)
    assert (proprietes.created, proprietes.modified) == (datetime(2022, 11, 5), datetime(2022, 11, 5))
    with zipfile.ZipFile(demonstration / "classeur_2021-2022.xlsx") as archive:
        assert {entree.date_time for entree in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for nom in archive.namelist():
            assert not re.search("vba|external|hyperlink|connection", nom, re.IGNORECASE)
            texte = archive.read(nom).decode("utf-8")
            assert not re.search(r"<f>|<hyperlink|Target=\"https?:|TargetMode", texte)


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
    feuille = published(sql)["essai"]
    assert [case.value for case in feuille["A"][1:]] == list(HOSTILES)
    assert {case.data_type for case in feuille["A"]} == {"s"}
    assert {case.hyperlink for case in feuille["A"]} == {None}
    assert {case.number_format for case in feuille["A"][1:]} == {"@"}


def test_a_head_stays_a_text_too(published: Publication) -> None:
    feuille = published("select 'a' as annee, 'b' as x", {"x": ("=1+1", "texte")})["essai"]
    assert (feuille["B1"].value, feuille["B1"].data_type) == ("=1+1", "s")


def test_types_are_kept_in_parquet_and_have_their_format(published: Publication, tmp_path: Path) -> None:
    feuille = published(
        "select 'a' as annee, sum(1)::bigint as somme, 1.25 as fraction, 'x' as genre, true as oui, "
        "date '2022-08-15' as jour, 2022 as an, 3::float as euros "
        "from range(3)",
        {"an": ("An", "texte"), "euros": ("Euros", "euros")},
    )["essai"]
    types = pl.read_parquet_schema(tmp_path / "un/donnees/essai.parquet")
    assert list(types.values()) == [
        pl.String, pl.Int64, pl.Decimal(3, 2), pl.String, pl.Boolean, pl.Date, pl.Int32, pl.Float32,
    ]  # fmt: skip
    assert [(case.value, case.number_format) for case in feuille[2]] == [
        ("a", "@"), (3, "#,##0"), (1.25, "0.0000"), ("x", "@"), (True, "General"),
        (datetime(2022, 8, 15), "dd/mm/yyyy"),
        (2022, "General"), (3, '#,##0.00\u00a0"€"'),
    ]  # fmt: skip
    assert (tmp_path / "un/tables/essai.csv").read_text(encoding="utf-8").splitlines()[1] == (
        "a,3,1.25,x,true,2022-08-15,2022,3.0"
    )


def test_an_empty_value_is_an_empty_cell(published: Publication, tmp_path: Path) -> None:
    feuille = published("select 'a' as annee, null::double as part, null::varchar as motif")["essai"]
    assert values(feuille, 3) == [("a", None, None)]
    assert pl.read_parquet(tmp_path / "un/donnees/essai.parquet").rows() == [("a", None, None)]


def test_a_breakdown_without_rows_keeps_its_head_and_types(published: Publication, tmp_path: Path) -> None:
    feuille = published("select 'a' as annee, 1 as effectif where false")["essai"]
    assert head(feuille) == ["Année", "effectif"]
    assert values(feuille, 2) == [(None, None)]
    assert pl.read_parquet_schema(tmp_path / "un/donnees/essai.parquet") == {"annee": pl.String, "effectif": pl.Int32}


def test_two_heads_are_never_alike(published: Publication) -> None:
    feuille = published("select 'a' as annee, 1 as effectif, 2 as suivis", {"suivis": ("Effectif", "entier")})["essai"]
    assert head(feuille) == ["Année (annee)", "effectif", "Effectif (suivis)"]


@pytest.mark.parametrize("nom", ["dictionnaire", "lisez_moi", "history", "ab12", "t_essai", "x" * 31])
def test_a_breakdown_may_have_any_name(published: Publication, nom: str) -> None:
    classeur = published("select 'a' as annee", nom=nom)
    assert classeur.sheetnames == ["Lisez-moi", nom, "Dictionnaire des colonnes"]


def test_the_dictionary_has_the_comments_of_the_database(published: Publication) -> None:
    classeur = published(
        "select 'a' as annee, 1 as effectif",
        commentaires="comment on column ventilations.essai.effectif is 'Inscrits et ruptures nettes.'",
    )
    assert values(classeur["Dictionnaire des colonnes"], 5) == [
        ("essai", "annee", "Année", "texte", None),
        ("essai", "effectif", "effectif", "entier", "Inscrits et ruptures nettes."),
    ]


def test_real_data_bear_no_mark_and_warnings_are_on_the_first_sheet(published: Publication) -> None:
    classeur = published("select 'a' as annee, 1 as effectif")
    assert head(classeur["essai"]) == [case.value for case in classeur["essai"][1]]
    propos = [case.value for case in classeur["Lisez-moi"]["A"]]
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
    options = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml")
    resultat = run("rapport", *options, cwd=tmp_path)
    assert resultat.exit_code == 2
    assert re.sub("[\u00a0\u202f]", " ", resultat.stderr) == (
        f"Erreur : {RACINE / 'sql/ventilations/par_mois.sql'} : la ventilation a 24 lignes, une feuille de classeur "
        "n'en a que 20. Retirez-en une dimension, ou mettez le fichier de côté en le nommant brouillon_par_mois.sql.\n"
    )
    assert list((tmp_path / "output").iterdir()) == []
