"""The public edition of the demonstration, file by file: what is hidden is in none of them."""

from __future__ import annotations

import csv
import hashlib
import html
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import duckdb
import openpyxl
import polars as pl
import polars.selectors as cs
import pytest

from pipeline import formats
from pipeline.disclosure.protect import Protection
from pipeline.disclosure.protected import ProtectedTable
from pipeline.edition import external
from pipeline.edition.external_blocks import SECRET
from pipeline.paths import RACINE
from pipeline.report.breakdowns import Breakdown
from tests.pages import second_network
from tests.support import pdf_text, run, shipped
from tests.unit.disclosure.bounds import COMPTES, DIFFERENCES, Reader

ANNEE = "2021-2022"
COMPTAGES = (*COMPTES, *DIFFERENCES)
SIGNES = {"secret_primaire", "secret_secondaire", "non_significatif"}


class Published(NamedTuple):
    """A public edition, the database that it is made from, and what may be seen of this one."""

    dossier: Path
    base: Path
    dit: str
    protection: Protection

    @property
    def octets(self) -> dict[str, bytes]:
        """Every file but the manifest, which has their hashes."""
        fichiers = (c for c in self.dossier.rglob("*") if c.is_file() and c.name != "manifeste.json")
        return {c.relative_to(self.dossier).as_posix(): c.read_bytes() for c in fichiers}


OPTIONS = ("--profil", "externe", "--donnees", RACINE / "data/raw/demo", "--sql", shipped())


@pytest.fixture(scope="module")
def publique(tmp_path_factory: pytest.TempPathFactory) -> Published:
    cwd, faites = tmp_path_factory.mktemp("publique"), list[Protection]()
    proteger = external.protect_all

    def note(*args: Any) -> Protection:
        faites.append(proteger(*args))
        return faites[0]

    with mock.patch.object(external, "protect_all", note):
        resultat = run("rapport", *OPTIONS, cwd=cwd)
    assert resultat.exit_code == 0, resultat.output
    return Published(cwd / "output" / f"{ANNEE}_externe", cwd / "base/ruptures.duckdb", resultat.output, faites[0])


@pytest.fixture(scope="module")
def tables(publique: Published) -> dict[str, pl.DataFrame]:
    return {chemin.stem: pl.read_parquet(chemin) for chemin in sorted(publique.dossier.glob("donnees/*.parquet"))}


def measures(frame: pl.DataFrame) -> list[str]:
    return [nom for nom in frame.columns if f"{nom}_statut" in frame.columns]


def test_the_command_says_what_is_hidden_and_that_no_licence_is_given(publique: Published) -> None:
    assert re.search(r"Cachés : \d+ comptes sur", publique.dit)
    assert "ne dit pas de licence" in publique.dit


def test_the_command_says_what_is_doubtful_in_the_files_too(publique: Published) -> None:
    assert "Attention : datesignalementrupture : 1 valeur illisible" in publique.dit
    assert "rejetées : 9" in publique.dit


def test_what_is_hidden_is_empty_and_signed_and_what_is_shown_is_true(
    publique: Published, tables: dict[str, pl.DataFrame]
) -> None:
    caches = 0
    with duckdb.connect(str(publique.base), read_only=True) as con:
        for nom, frame in tables.items():
            if nom == "ensemble":
                continue
            vraie = con.sql(f"select * from ventilations.{nom}").pl()
            cle = [c for c in frame.columns if c not in measures(frame) and not c.endswith("_statut")]
            vraie = vraie.with_columns(pl.col(c).cast(pl.String) for c in cle)
            jointe = frame.join(vraie, on=cle, how="left", suffix="_vraie")
            assert jointe.height == frame.height == vraie.height
            for mesure in measures(frame):
                signe, vue = jointe[f"{mesure}_statut"], jointe[mesure]
                if mesure != "fiabilite":
                    assert (signe.is_null() | vue.is_null()).all(), f"{nom}.{mesure}"
                assert set(signe.drop_nulls()) <= SIGNES
                if frame.schema[mesure] == pl.Int64:
                    vraies = jointe[f"{mesure}_vraie"]
                    assert (vue.is_null() | (vue == vraies)).all()
                    assert not vraies.filter(vue.is_not_null()).is_in([1, 2, 3, 4]).any(), f"{nom}.{mesure}"
                caches += int(vue.is_null().sum())
    assert caches > 500


def test_computed_otherwise_no_hidden_count_of_the_demonstration_is_bounded_too_tightly(
    publique: Published, tables: dict[str, pl.DataFrame]
) -> None:
    cles = json.loads((publique.dossier / "manifeste.json").read_text(encoding="utf-8"))["cles"]
    lues = [
        ProtectedTable(nom, nom, tuple(cles[nom][1:]), (), tuple(set(COMPTAGES) & {*frame.columns}), (), frame)
        for nom, frame in tables.items()
    ]
    des_cfa = {nom for nom, cle in cles.items() if "uai" in cle and nom != "par_structure"}
    lecteur = Reader([une for une in lues if une.comptes], des_cfa=des_cfa)
    caches = lecteur.hidden()
    for ou in caches[:: len(caches) // 60]:
        bas, haut = lecteur.interval(ou)
        assert haut - bas >= 1 - 1e-6, ou
        if lecteur.signes[ou] == "secret_primaire":
            assert bas < 1e-6, ou
            assert haut > 4 - 1e-6, ou
        bas, haut = lecteur.interval(ou, signes=True)
        assert haut - bas >= 1 - 1e-6, ou


def test_no_order_of_rows_tells_which_hidden_count_is_the_greater(
    publique: Published, tables: dict[str, pl.DataFrame]
) -> None:
    frame = tables["par_motif_exprime"].filter(pl.col("annee") == ANNEE)
    assert frame["motif_exprime"].to_list() == sorted(frame["motif_exprime"], key=formats.alphabetical)
    durees = tables["par_motif_mois_depuis_debut"]["duree_avant_rupture"]
    assert durees.unique(maintain_order=True).to_list() == [
        "Moins de 2 mois", "De 2 à 5 mois", "De 6 à 11 mois", "12 mois et plus", "Non renseigné",
    ]  # fmt: skip


def test_the_csv_say_what_the_parquet_do(publique: Published, tables: dict[str, pl.DataFrame]) -> None:
    for nom, frame in tables.items():
        with (publique.dossier / f"tables/{nom}.csv").open(encoding="utf-8", newline="") as flux:
            lues = list(csv.DictReader(flux))
        assert [*lues[0]] == frame.columns
        for ligne, vraie in zip(lues, frame.to_dicts(), strict=True):
            assert {c: v for c, v in ligne.items() if v} == {
                c: formats.cell(v) for c, v in vraie.items() if v is not None
            }


def test_the_workbook_has_a_sign_where_a_value_is_hidden(publique: Published, tables: dict[str, pl.DataFrame]) -> None:
    classeur = openpyxl.load_workbook(publique.dossier / f"classeur_{ANNEE}_externe.xlsx")
    feuilles = classeur.worksheets[1:-1]
    assert len(feuilles) == len(tables)
    ordre = json.loads((publique.dossier / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    for feuille, ressource in zip(feuilles, ordre, strict=True):
        frame = tables[Path(ressource["path"]).stem]
        colonnes = [c for c in frame.columns if not c.endswith("_statut")]
        for cases, ligne in zip(feuille.iter_rows(min_row=4, values_only=True), frame.to_dicts(), strict=True):
            for case, colonne in zip(cases, colonnes, strict=True):
                signe = ligne.get(f"{colonne}_statut")
                if signe is not None:
                    assert case == ("n.s." if signe == "non_significatif" else SECRET)
                elif colonne in measures(frame) and ligne[colonne] is not None:
                    assert case == (ligne[colonne] if colonne == "fiabilite" else pytest.approx(ligne[colonne]))


def printed_tables(page: str) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """The name, heads and rows of each table of a page."""
    for section in re.findall(r'<div class="ventilation" id="ventilation-(\w+)">(.*?)</table>', page, re.DOTALL):
        nom, contenu = section
        tetes = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", contenu, re.DOTALL)
        lignes = re.findall(r"<tr>(?!<th scope=\"col\")(.*?)</tr>", contenu, re.DOTALL)
        yield (
            nom,
            tetes,
            [
                [html.unescape(case) for case in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", ligne, re.DOTALL)]
                for ligne in lignes
            ],
        )


def test_the_page_prints_a_sign_where_a_value_is_hidden(publique: Published, tables: dict[str, pl.DataFrame]) -> None:
    page = (publique.dossier / "index.html").read_text(encoding="utf-8")
    vues = 0
    for nom, tetes, lignes in printed_tables(page):
        frame = tables[nom].filter(pl.col("annee") == ANNEE)
        if "Ruptures nettes" not in tetes and "Ruptures<" not in tetes:
            continue
        rang = next(r for r, tete in enumerate(tetes) if tete == "Ruptures nettes")
        if len(lignes) != frame.height or "ruptures_nettes" not in frame.columns:
            continue
        for cases, valeur in zip(lignes, frame["ruptures_nettes"], strict=True):
            assert cases[rang] == (SECRET if valeur is None else formats.entier(valeur)), nom
            vues += 1
    assert vues > 200


def test_no_chart_nor_its_words_has_a_row_whose_figures_are_hidden(
    publique: Published, tables: dict[str, pl.DataFrame]
) -> None:
    page = (publique.dossier / "index.html").read_text(encoding="utf-8")
    frame = tables["par_type_diplome"].filter(pl.col("annee") == ANNEE)
    caches = frame.filter(pl.col("taux_rupture_nette").is_null())["type_diplome"].to_list()
    assert caches
    bloc = page[page.index('id="ventilation-par_type_diplome"') :].split("</figure>")[0]
    (mots,) = set(re.findall(r'aria-label="([^"]*)"', bloc))
    for nom in ("Master", "DUT", "Ingénieur"):
        assert nom not in mots
        assert nom not in re.sub(r"<[^>]*>", " ", bloc)


def test_every_amount_of_bytes_says_nothing_of_contracts(publique: Published) -> None:
    """No file has the log, nor what only an internal edition says."""
    for chemin in publique.dossier.rglob("*"):
        if chemin.is_file() and chemin.suffix in {".json", ".md", ".html", ".svg", ".csv"}:
            texte = chemin.read_text(encoding="utf-8")
            assert "minimum,maximum" not in texte
            assert "Diffusion interne" not in texte
    assert "Diffusion interne" not in pdf_text(publique.dossier / f"rapport_{ANNEE}_externe.pdf")


def test_the_manifest_has_no_count(publique: Published) -> None:
    manifeste = json.loads((publique.dossier / "manifeste.json").read_text(encoding="utf-8"))
    assert manifeste["profil"] == "externe"
    assert not {"fichiers", "anomalies", "annees", "configuration", "empreinte", "journal"} & {*manifeste}
    for nom, hache in manifeste["sorties"].items():
        assert hashlib.sha256((publique.dossier / nom).read_bytes()).hexdigest() == hache


def test_the_data_package_describes_every_table(publique: Published, tables: dict[str, pl.DataFrame]) -> None:
    paquet = json.loads((publique.dossier / "datapackage.json").read_text(encoding="utf-8"))
    assert "licenses" not in paquet
    assert {Path(une["path"]).stem for une in paquet["resources"]} == {*tables}
    for une in paquet["resources"]:
        octets = (publique.dossier / une["path"]).read_bytes()
        assert une["bytes"] == len(octets)
        assert une["hash"] == f"sha256:{hashlib.sha256(octets).hexdigest()}"
        assert [champ["name"] for champ in une["schema"]["fields"]] == tables[Path(une["path"]).stem].columns
        assert all(champ["description"] for champ in une["schema"]["fields"]), une["name"]
    lisez_moi = (publique.dossier / "LISEZMOI.md").read_text(encoding="utf-8")
    for nom in tables:
        assert f"tables/{nom}.csv" in lisez_moi


def test_the_log_is_its_author_s_and_says_why_and_what_can_be_computed(publique: Published) -> None:
    chemin = publique.base.with_name(f"secret_{ANNEE}.csv")
    if os.name == "posix":
        assert stat.S_IMODE(chemin.stat().st_mode) == 0o600
    with chemin.open(encoding="utf-8", newline="") as flux:
        lignes = list(csv.DictReader(flux))
    assert {ligne["raison"] for ligne in lignes} == SIGNES
    for ligne in lignes:
        if ligne["raison"] == "secret_primaire":
            assert int(ligne["minimum"]) == 0
            assert ligne["maximum"] == "" or int(ligne["maximum"]) >= 4


def test_made_again_the_edition_is_the_same(publique: Published) -> None:
    avant = publique.octets
    assert run("rapport", *OPTIONS, cwd=publique.base.parent.parent).exit_code == 0
    assert avant == publique.octets


def raised(ligne: dict[str, Any]) -> dict[str, Any]:
    """The same with other counts."""
    return {nom: valeur + 7_000_000 if type(valeur) is int else valeur for nom, valeur in ligne.items()}


def test_no_byte_of_the_edition_comes_from_a_figure_that_is_not_shown(
    publique: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes has what may be seen, in which what is hidden is empty, and otherwise nothing that has figures:
    with all of these changed, every file is the same."""
    for table in publique.protection.edition.tables:
        for mesure in measures(table.frame):
            if mesure != "fiabilite":
                assert (table.frame[mesure].is_null() | table.frame[f"{mesure}_statut"].is_null()).all()
    avant, lire, annees = publique.octets, external.read_breakdowns, external.read_years

    def read_others(*args: Any) -> list[Breakdown]:
        return [replace(une, frame=une.frame.with_columns(cs.numeric() + 7_000_000)) for une in lire(*args)]

    monkeypatch.setattr(external, "read_breakdowns", read_others)
    monkeypatch.setattr(external, "read_years", lambda con: [raised(ligne) for ligne in annees(con)])
    monkeypatch.setattr(external, "protect_all", lambda *_: publique.protection)
    assert run("rapport", *OPTIONS, cwd=publique.base.parent.parent).exit_code == 0
    assert publique.octets == avant


def readable(chemin: Path) -> str:
    """All the text of a file, of what is compressed in it too."""
    if chemin.suffix == ".pdf":
        return pdf_text(chemin)
    if chemin.suffix == ".xlsx":
        with zipfile.ZipFile(chemin) as archive:
            return " ".join(archive.read(nom).decode() for nom in archive.namelist())
    if chemin.suffix == ".parquet":
        return pl.read_parquet(chemin).write_csv()
    return "" if chemin.suffix == ".png" else chemin.read_text(encoding="utf-8")


def digits(valeurs: pl.Series) -> set[str]:
    """The first twelve digits of each."""
    return {f"{abs(valeur):.18f}".replace(".", "").lstrip("0")[:12] for valeur in valeurs.drop_nulls() if valeur}


def test_no_hidden_rate_is_written_anywhere(publique: Published, tables: dict[str, pl.DataFrame]) -> None:
    """A rate gives its count away."""
    montres, caches = set[str](), set[str]()
    with duckdb.connect(str(publique.base), read_only=True) as con:
        for nom, frame in tables.items():
            vraie = con.sql(f"select * from ventilations.{nom}").pl() if nom != "ensemble" else frame
            for mesure in measures(frame):
                if frame.schema[mesure].is_float():
                    montres |= digits(frame[mesure])
                    caches |= digits(vraie[mesure])
    # Those of 1/8 or 1/3 may be those of a coordinate.
    caches = {dit for dit in caches - montres if len(set(dit)) > 3}
    assert len(caches) > 200
    for chemin in sorted(publique.dossier.rglob("*")):
        if chemin.is_file():
            ecrits = {dit.replace(".", "").lstrip("0")[:12] for dit in re.findall(r"\d*\.\d+", readable(chemin))}
            assert not caches & ecrits, chemin.name


def test_a_public_edition_is_compared_to_none(publique: Published) -> None:
    cwd = publique.base.parent.parent
    resultat = run("comparer", publique.dossier, publique.dossier, cwd=cwd)
    assert resultat.exit_code == 2
    assert "une édition publique ne se compare pas" in resultat.output


def test_reports_of_cfa_are_none_of_it(tmp_path: Path) -> None:
    resultat = run("rapport", "--profil", "externe", "--cfa", "0750001A", cwd=tmp_path, cfa=True)
    assert resultat.exit_code == 2
    assert "l'édition publique n'a ni rapport de CFA" in resultat.output


def test_of_a_year_of_few_ruptures_only_the_network_is_told_of(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    options = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml")
    resultat = run("rapport", "--profil", "externe", *options, cwd=tmp_path)
    assert resultat.exit_code == 0, resultat.output
    (dossier,) = (tmp_path / "output").glob("*_externe")
    assert [chemin.stem for chemin in dossier.glob("tables/*.csv")] == ["ensemble"]
