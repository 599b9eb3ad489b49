"""ruptures a-valider: a workbook a CFA, filled in as a spreadsheet would, dropped into suivi/, read back."""

from __future__ import annotations

import io
import re
import shutil
import stat
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest
from typer.testing import Result

from pipeline.paths import RACINE
from pipeline.schemas import SUITES
from pipeline.tracing.to_validate import DOUTES
from tests.pages import second_network
from tests.rules.rows import LIVRAISON, contrat
from tests.support import build_project, models, models_for, page_text, rows, run, write_project

TABLES = ("par_filiere", "par_mois", "par_motif_valide", "par_suite", "par_cout", "core.bornes")
ZOE = {"nom": "Durand", "prenom": "Zoé", "datenaissance": "2004-02-29", "denomination": "Boulangerie Martin"}
LIGNES = {
    LIVRAISON: [
        contrat("01", idalternant="A1", dateeffetrupture="2022-01-10", motifexprime="Faute grave", **ZOE),
        contrat("02", idalternant="A2", statut="Rompu", datesignalementrupture="2022-02-10"),
        contrat("03", idalternant="A3", statut="Rompu"),
        contrat("04", idalternant="A4"),
        contrat("", "2021-10-01", idalternant="A5", dateeffetrupture="2022-03-10"),
        contrat("06", idalternant="A6", uaicfa="0010009Z", dateeffetrupture="2022-04-10"),
    ]
}
MOTIFS = {
    "motifs.csv": "motif,liste,regroupement,sensible,fin_diplome\nFaute grave,exprime,,non,non\n"
    "Santé,valide,Motifs personnels,oui,non\nDésaccord,valide,,non,non\n"
}
CLASSEUR = "a_valider_0010001A_2023-01-01.xlsx"


@pytest.fixture(scope="module")
def sql() -> Path:
    return models_for(*TABLES)


@pytest.fixture
def projet(tmp_path: Path, sql: Path) -> Path:
    """A small network, its database built."""
    build_project(tmp_path, LIGNES, sql=sql, referentiels=MOTIFS).close()
    return tmp_path


def ask(projet: Path, *options: str | Path) -> Result:
    editions = () if "--editions" in options else ("--editions", projet / "output")
    return run("a-valider", *editions, *options, cwd=projet)


def rebuild(projet: Path, sql: Path) -> duckdb.DuckDBPyConnection:
    """The project with what is in its folders now."""
    resultat = run(
        "construire", "--annee", "2021-2022", "--donnees", projet / "donnees", "--config", projet / "config.toml",
        "--sql", sql, cwd=projet,
    )  # fmt: skip
    assert resultat.exit_code == 0, resultat.output
    assert "non lue" not in resultat.output
    return duckdb.connect(str(projet / "base/ruptures.duckdb"), read_only=True)


def every_figure(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """All the rows of all the breakdowns, and what is counted of the files."""
    tables = [
        str(nom) for (nom,) in rows(con, "select table_name from duckdb_tables() where schema_name = 'ventilations'")
    ]
    return {nom: rows(con, f"select * from ventilations.{nom}") for nom in tables} | {
        "anomalies": rows(con, "select * from core.anomalies"), "bornes": rows(con, "select * from core.bornes")
    }  # fmt: skip


def sheet(classeur: Path, rang: int = 1) -> str:
    """The XML of a sheet, shared texts in their places."""
    with zipfile.ZipFile(classeur) as archive:
        textes = re.findall(r"<si><t[^>]*>(.*?)</t></si>", archive.read("xl/sharedStrings.xml").decode())
        xml = archive.read(f"xl/worksheets/sheet{rang}.xml").decode()
    return re.sub(r't="s"><v>(\d+)</v>', lambda trouve: f't="inlineStr"><is><t>{textes[int(trouve[1])]}</t></is>', xml)


def cells(classeur: Path, rang: int = 1) -> dict[str, str]:
    """The texts and numbers of a sheet, by place."""
    return dict(re.findall(r'<c r="([A-Z]+\d+)"[^>]*>(?:<is><t>|<v>)(.*?)<', sheet(classeur, rang)))


def fill(classeur: Path, cases: dict[str, str]) -> None:
    """Write texts in empty cells of the first sheet, as a spreadsheet does."""
    xml = sheet(classeur)
    for place, texte in cases.items():
        xml, nombre = re.subn(
            rf'<c r="{place}"( s="\d+")/>', rf'<c r="{place}"\1 t="inlineStr"><is><t>{texte}</t></is></c>', xml
        )
        assert nombre == 1, place
    octets = io.BytesIO()
    with zipfile.ZipFile(classeur) as archive, zipfile.ZipFile(octets, "w") as neuf:
        for nom in archive.namelist():
            neuf.writestr(nom, xml if nom == "xl/worksheets/sheet1.xml" else archive.read(nom))
    classeur.write_bytes(octets.getvalue())


def line_of(classeur: Path, nocontrat: str) -> str:
    """The number of the line of a contract."""
    return next(place[1:] for place, texte in cells(classeur).items() if place[0] == "A" and texte == nocontrat)


def send_back(projet: Path, reponses: dict[str, tuple[str, str, str]]) -> Path:
    """The workbook of the first CFA in `suivi/`, with (motif, day, what followed) of some contracts."""
    assert ask(projet, "--cfa", "0010001A").exit_code == 0
    suivi = projet / "donnees/suivi"
    suivi.mkdir(exist_ok=True)
    classeur = Path(shutil.copy(projet / "base/a_valider" / CLASSEUR, suivi))
    fill(
        classeur,
        {
            f"{colonne}{line_of(classeur, nocontrat)}": texte
            for nocontrat, trois in reponses.items()
            for colonne, texte in zip("KLM", trois, strict=True)
            if texte
        },
    )
    return classeur


def test_a_workbook_a_cfa_with_its_net_ruptures_and_its_doubts(projet: Path) -> None:
    resultat = ask(projet)
    dossier = projet / "base/a_valider"
    assert resultat.output == (
        f"→ {dossier / 'a_valider_0010009Z_2023-01-01.xlsx'} : 1 rupture nette, 0 cas douteux.\n"
        f"→ {dossier / CLASSEUR} : 3 ruptures nettes, 1 cas douteux, dont 1 que leur numéro ne désigne pas.\n"
    )
    dits = cells(dossier / CLASSEUR)
    assert dits["A1"] == "Ruptures de contrats à valider, 2021-2022 : CFA du Lac (0010001A)"
    assert [dits[f"{colonne}5"] for colonne in "ABKLM"] == [
        "No contrat", "Rappel : pourquoi", "Motif validé", "Date effet rupture", "Suite rupture",
    ]  # fmt: skip
    assert [(dits[f"A{n}"], dits[f"B{n}"], dits[f"J{n}"]) for n in (6, 7, 8)] == [
        ("01", "rupture nette de l'année", f"contrats/{LIVRAISON}:2"),
        ("02", "rupture nette de l'année ; jour de la rupture inconnu", f"contrats/{LIVRAISON}:3"),
        ("03", DOUTES["rupture_sans_date"], f"contrats/{LIVRAISON}:4"),
    ]
    assert dits["H6"] == "Faute grave" and "A9" not in dits
    assert [*cells(dossier / CLASSEUR, 2).values()] == [
        "Motifs",
        "Suites",
        "Désaccord",
        SUITES[0],
        "Santé",
        *SUITES[1:],
    ]
    assert f"contrats/{LIVRAISON}:6" in cells(dossier / CLASSEUR, 3).values()
    xml = sheet(dossier / CLASSEUR)
    assert "Listes!$A$2:$A$3" in xml and "Listes!$B$2:$B$6" in xml
    # « rupture nette de l'année ; jour de la rupture inconnu » takes two lines of its column, everywhere.
    assert re.search(r'<row r="7"[^>]* ht="30"', xml) and re.search(r'<row r="6"[^>]* ht="15"', xml) is None
    assert 'orientation="landscape"' in xml and "fitToPage" in xml
    if sys.platform != "win32":
        assert {stat.S_IMODE(fichier.stat().st_mode) for fichier in dossier.iterdir()} == {0o600}


def test_a_workbook_names_nobody(projet: Path) -> None:
    assert ask(projet).exit_code == 0
    for classeur in (projet / "base/a_valider").iterdir():
        with zipfile.ZipFile(classeur) as archive:
            dits = b"".join(map(archive.read, archive.namelist())).decode()
        assert not any(mot in dits for mot in (*ZOE.values(), "29/02/2004", "A1<"))


def test_a_workbook_that_comes_back_empty_changes_no_figure(projet: Path, sql: Path) -> None:
    avant = every_figure(duckdb.connect(str(projet / "base/ruptures.duckdb"), read_only=True))
    send_back(projet, {})
    con = rebuild(projet, sql)
    assert every_figure(con) == avant
    assert rows(con, "select suite_rupture from ventilations.par_suite") == [("Non renseigné",)]


def test_what_a_cfa_answers_is_read_back(projet: Path, sql: Path) -> None:
    send_back(
        projet, {"01": ("Désaccord", "", "hors réseau"), "02": ("", "44593", "Abandon"), "03": ("", "15/03/2022", "")}
    )
    con = rebuild(projet, sql)
    assert rows(con, "select suite_rupture, ruptures_nettes, part_ruptures from ventilations.par_suite") == [
        ("Abandon", 1, 0.2), ("Hors réseau", 1, 0.2), ("Non renseigné", 3, 0.6),
    ]  # fmt: skip
    motifs = rows(con, "select motif_valide, ruptures_nettes from ventilations.par_motif_valide")
    assert ("Désaccord", 1) in motifs
    mois = dict(rows(con, "select mois, ruptures_nettes from ventilations.par_mois where ruptures_nettes > 0"))  # type: ignore[arg-type]
    assert mois == {"2022-01": 1, "2022-02": 1, "2022-03": 2, "2022-04": 1}, "2 has its day, 3 is a rupture"


def test_what_is_of_no_list_or_far_from_the_contract_is_told_with_its_line(projet: Path, sql: Path) -> None:
    classeur = send_back(projet, {"01": ("", "", "parti en mer"), "02": ("", "2019-01-31", "")})
    con = rebuild(projet, sql)
    assert rows(con, "select nom, ligne, colonne, raison from brut.anomalies order by ligne") == [
        (f"suivi/{classeur.name}", 6, "suite_rupture", "valeur illisible"),
        (f"suivi/{classeur.name}", 7, "dateeffetrupture",
         "rupture plus de 183 jours avant le début du contrat, ou plus d'un an après sa fin"),
    ]  # fmt: skip
    assert rows(con, "select date_rupture::varchar, jour_inconnu from core.contrats where nocontrat = '02'") == [
        ("2022-02-10", True)
    ]
    assert "parti en mer" not in (projet / "base/anomalies.csv").read_text(encoding="utf-8")


def test_answers_win_over_the_follow_ups_that_were_there(projet: Path, sql: Path) -> None:
    suivi = {"suivi_2023-06-30.csv": [{"nocontrat": "01", "motifvalide": "Santé"}]}
    write_project(projet, LIGNES, suivi, '[annees]\npremiere = "2019-2020"\n', MOTIFS)
    rebuild(projet, sql).close()
    assert "a_valider_0010001A_2023-07-01.xlsx" in ask(projet).output


def test_nothing_is_written_where_a_workbook_is_or_among_editions(projet: Path) -> None:
    assert ask(projet).exit_code == 0
    encore = ask(projet)
    assert encore.exit_code == 2 and "existe déjà" in encore.output
    publie = ask(projet, "--sortie", projet / "output/2021-2022")
    assert publie.exit_code == 2 and "ne s'écrit pas dans les éditions" in publie.output
    assert not (projet / "output/2021-2022").exists()


def test_a_cfa_that_is_none_is_told_with_the_nearest(projet: Path) -> None:
    resultat = ask(projet, "--cfa", "0010001B")
    assert resultat.exit_code == 2 and "(le plus proche : « 0010001A »)" in resultat.output


def test_a_database_of_an_earlier_version_is_to_be_built_again(projet: Path) -> None:
    base = projet / "base/ruptures.duckdb"
    with duckdb.connect(str(base)) as con:
        con.execute("drop table core.doutes")
    resultat = ask(projet)
    assert resultat.exit_code == 2
    assert resultat.output == (
        f"Erreur : {base} : la base est d'une autre version de l'outil. Reconstruisez-la : ruptures construire.\n"
    )


def test_purger_takes_workbooks_away(projet: Path) -> None:
    assert ask(projet).exit_code == 0
    assert run("purger", "--sortie", projet / "output", cwd=projet).exit_code == 0
    assert not (projet / "base/a_valider").exists()


def test_the_report_says_what_the_cfa_validated_and_what_followed(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows(second_network.ENTIERE))
    options = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--sql", models("par_suite"))
    assert run("construire", *options, cwd=tmp_path).exit_code == 0
    assert ask(tmp_path, "--cfa", "0290001A").exit_code == 0
    suivi = tmp_path / "donnees/suivi"
    suivi.mkdir()
    (fait,) = (tmp_path / "base/a_valider").iterdir()
    fill(Path(shutil.copy(fait, suivi)), {"M6": "Hors réseau", "M7": "Hors réseau", "M8": "Emploi", "L9": "2024-01-11"})
    assert run("rapport", *options, cwd=tmp_path, laid_out=False).exit_code == 0
    (rapport,) = (tmp_path / "output").glob("*/rapport_*.pdf")
    page = page_text(rapport)
    dit = "Les CFA ont validé 3 des 27 ruptures nettes de l'année et dit ce qui a suivi"
    assert f"{dit} : 2 contrats hors du réseau, 1 emploi" in page
    assert "Ce qui a suivi les ruptures nettes, selon les CFA, 2023-2024" in page


def test_every_doubt_has_its_words() -> None:
    natures = re.findall(r"'(\w+)' as nature", (RACINE / "sql/core/doutes.sql").read_text(encoding="utf-8"))
    assert sorted(natures) == sorted(DOUTES)
