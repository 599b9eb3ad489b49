"""ruptures liste: the contracts of a month, each in one list, for one partner; what its files hold, and what they do
not."""

from __future__ import annotations

import csv
import io
import re
import shutil
import stat
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pypdfium2
import pytest
from typer.testing import Result

from pipeline import inputs, storage
from pipeline.errors import UsageError
from pipeline.follow_up import files, lists
from pipeline.follow_up.fields import LISTES, band, fields
from pipeline.follow_up.partners import Partners, file_names
from pipeline.follow_up.people import Apprentice
from pipeline.paths import RACINE
from pipeline.settings import load_settings
from tests.pages import second_network
from tests.rules.rows import LIVRAISON, contrat
from tests.support import build_project, models_for, pdf_text, plain, run

GUIDE = (RACINE / "docs/listes.md").read_text(encoding="utf-8")
TABLES = ("core.cas", "core.diplomes", "core.structures", "saisonnalite", "par_mois", "incidence_cumulee")
MOIS = "2022-03"
LAC, MONT, VALLEE = "0010001A", "0010002B", "0010003C"
PARTENAIRES = (
    "partenaire,code_postal,departement,uai\nMission du Lac,74000,,\nMission des Monts,,73,\n"
    f"Service de la Vallée,,,{VALLEE}\nService du Lac,,,{LAC}\n"
)
NOMS = ("Zyxdurand", "Zyxmartin", "Zyxroche")


def who(rang: int, nom: str, naissance: str, **autres: str) -> dict[str, str]:
    """The apprentice of a row."""
    return {"idalternant": f"A{rang}", "nom": nom, "prenom": "Zoé", "datenaissance": naissance, **autres}


LIGNES = [
    # Signed in the month, by its conclusion; in the month after, by its start.
    contrat(
        "01", "2022-04-04", dateconclusion="2022-03-31", **who(1, NOMS[0], "2004-04-01"), adressecodepostal="74000"
    ),
    contrat("02", "2022-04-01", **who(2, "Zyxa", "2004-04-01")),
    # Broken in the month, nothing since; broken in the month, signed again in it, then after it.
    contrat("03", dateeffetrupture="2022-03-20", **who(3, NOMS[1], "2004-03-31"), adressecodepostal="73100"),
    contrat("04", dateeffetrupture="2022-03-05", uaicfa=MONT, **who(4, "Zyxb", "1996-03-30")),
    contrat("05", "2022-03-25", uaicfa=MONT, **who(4, "Zyxb", "1996-03-30")),
    contrat("06", dateeffetrupture="2022-03-02", **who(6, NOMS[2], "1995-03-31"), adressecodepostal="69001"),
    contrat("07", "2022-05-02", **who(6, NOMS[2], "1995-03-31"), adressecodepostal="69001"),
    # Open cases of the months before: 180 days ago, 181, of unknown day; one that the CFA knows of.
    contrat("08", "2021-01-04", dateeffetrupture="2021-10-02", uaicfa=VALLEE, siret="11111111100003", idalternant="A8"),
    contrat("09", "2021-01-04", dateeffetrupture="2021-10-01", idalternant="A9"),
    contrat("10", statut="Rompu", datesignalementrupture="2022-02-10", idalternant="A10"),
    contrat("11", dateeffetrupture="2022-01-31", idalternant="A11", uaicfa="0010009Z"),
    # At their term in the month: with a result, or without; broken in the month with one.
    contrat("12", fin="2022-03-31", idalternant="A12", obtention_diplome_formation="non"),
    contrat("13", fin="2022-03-31", idalternant="A13"),
    # Never begun.
    contrat("14", "2022-03-10", statut="Annulé", idalternant="A14"),
    # Without a number yet.
    contrat("", "2022-03-15", **who(15, "Zyxc", "2005-01-01")),
]
SUIVI = {
    "resultats_2022-12-31.csv": [
        {"nocontrat": "03", "obtention_diplome_formation": "oui", "suite_rupture": ""},
        {"nocontrat": "11", "obtention_diplome_formation": "", "suite_rupture": "Hors réseau"},
    ]
}


@pytest.fixture(scope="module")
def bati(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network, its database built."""
    dossier = tmp_path_factory.mktemp("listes")
    build_project(
        dossier, {LIVRAISON: LIGNES}, SUIVI, sql=models_for(*TABLES), referentiels={"partenaires.csv": PARTENAIRES}
    ).close()
    return dossier


@pytest.fixture
def projet(bati: Path, tmp_path: Path) -> Path:
    """A copy of it, to be written into."""
    return Path(shutil.copytree(bati, tmp_path / "projet"))


def ask(projet: Path, *options: str | Path, mois: str = MOIS) -> Result:
    lieux = {"--donnees": "donnees", "--config": "config.toml", "--editions": "output"}
    chemins = [mot for option, lieu in lieux.items() if option not in options for mot in (option, projet / lieu)]
    return run("liste", "--mois", mois, *chemins, *options, cwd=projet)


def made(projet: Path, mois: str = MOIS) -> dict[str, Path]:
    """The files of a month, by name."""
    return {chemin.name: chemin for chemin in sorted((projet / "base/listes" / mois).iterdir())}


def read(chemin: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(chemin.read_text(encoding="utf-8"), newline="")))


def every_row(projet: Path, mois: str = MOIS) -> list[dict[str, str]]:
    """The rows of all the partners of a month."""
    return [ligne for nom, chemin in made(projet, mois).items() if nom.endswith(".csv") for ligne in read(chemin)]


@pytest.fixture(scope="module")
def mars(bati: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The lists of March 2022, with postal codes."""
    dossier = Path(shutil.copytree(bati, tmp_path_factory.mktemp("mars") / "projet"))
    resultat = ask(dossier, "--avec-code-postal")
    assert resultat.exit_code == 0, resultat.output
    return dossier, resultat


# --- Which contracts, in which list ------------------------------------------------------------------------------


def test_every_contract_of_the_month_is_in_one_list(mars: tuple[Path, Result]) -> None:
    par_liste: dict[str, list[str]] = {}
    for ligne in every_row(mars[0]):
        par_liste.setdefault(ligne["liste"], []).append(ligne["nocontrat"])
    assert {liste: sorted(numeros) for liste, numeros in par_liste.items()} == {
        "cas_ouvert": ["03", "06", "08", "10", "11"], "rompu": ["04"], "signe": ["", "01", "05"], "resultat": ["12"],
    }  # fmt: skip


def test_columns_count_what_was_signed_and_broken_whatever_the_list(mars: tuple[Path, Result]) -> None:
    lignes = every_row(mars[0])
    assert sorted(ligne["nocontrat"] for ligne in lignes if ligne["signe_dans_le_mois"] == "oui") == ["", "01", "05"]
    assert sorted(ligne["nocontrat"] for ligne in lignes if ligne["rompu_dans_le_mois"] == "oui") == ["03", "04", "06"]


CAS: dict[str, dict[str, str]] = {
    "03": {
        "date_rupture": "2022-03-20", "jours_depuis_rupture": "11", "tranche": "moins de 45 jours",
        "fin_six_mois": "2022-09-19", "resigne": "non", "suite": "non établi", "diplome_obtenu": "oui", "mineur": "non",
        "de_16_a_25": "oui", "departement": "73", "code_postal": "73100", "jour_inconnu": "non",
    },
    "04": {
        "resigne": "oui", "date_suite": "2022-03-25", "suite": "Autre contrat en moins de 2 mois", "mineur": "non",
        "de_16_a_25": "non", "departement": "non établi", "code_postal": "non établi",
    },
    "06": {"resigne": "oui", "date_suite": "2022-05-02", "suite": "Autre contrat entre 2 et 6 mois"},
    "08": {"jours_depuis_rupture": "180", "tranche": "de 91 à 180 jours", "fin_six_mois": "2022-04-01"},
    "10": {
        "date_rupture": "", "jour_inconnu": "oui", "jours_depuis_rupture": "", "tranche": "non établi",
        "fin_six_mois": "", "rompu_dans_le_mois": "non", "mineur": "non établi", "de_16_a_25": "non établi",
    },
    "11": {"resigne": "non", "suite": "Hors réseau", "tranche": "de 45 à 90 jours", "jours_depuis_rupture": "59"},
    "01": {
        "date_signature": "2022-03-31", "date_rupture": "", "resigne": "", "suite": "", "tranche": "", "mineur": "oui",
        "de_16_a_25": "oui", "diplome_obtenu": "non établi",
    },
    "12": {"diplome_obtenu": "non", "date_fin_prevue": "2022-03-31", "signe_dans_le_mois": "non"},
}  # fmt: skip


@pytest.mark.parametrize("nocontrat", CAS)
def test_what_is_said_of_a_contract(mars: tuple[Path, Result], nocontrat: str) -> None:
    (ligne,) = (ligne for ligne in every_row(mars[0]) if ligne["nocontrat"] == nocontrat)
    assert {nom: ligne[nom] for nom in CAS[nocontrat]} == CAS[nocontrat]


@pytest.mark.parametrize(
    ("jours", "tranche"),
    [(0, "moins de 45 jours"), (44, "moins de 45 jours"), (45, "de 45 à 90 jours"), (90, "de 45 à 90 jours"),
     (91, "de 91 à 180 jours"), (180, "de 91 à 180 jours"), (181, "plus de 180 jours")],
)  # fmt: skip
def test_bands_meet(jours: int, tranche: str) -> None:
    assert band(jours) == tranche


@pytest.mark.parametrize(
    ("naissance", "age"),
    [(date(2004, 3, 31), 18), (date(2004, 4, 1), 17), (date(2004, 2, 29), 18), (None, None)],
)
def test_an_age_is_that_of_the_day(naissance: date | None, age: int | None) -> None:
    assert Apprentice(naissance=naissance).age(date(2022, 3, 31)) == age


def test_one_is_eighteen_on_the_first_of_march_of_a_common_year_when_born_on_the_29th() -> None:
    ne = Apprentice(naissance=date(2004, 2, 29))
    assert (ne.age(date(2022, 2, 28)), ne.age(date(2022, 3, 1))) == (17, 18)


# --- For which partner -------------------------------------------------------------------------------------------


def test_the_most_precise_place_decides(mars: tuple[Path, Result]) -> None:
    qui = {ligne["nocontrat"]: ligne["partenaire"] for ligne in every_row(mars[0])}
    assert {numero: qui[numero] for numero in ("01", "03", "06", "08", "04", "11")} == {
        "01": "Mission du Lac", "03": "Mission des Monts", "06": "Service du Lac", "08": "Service de la Vallée",
        "04": "sans partenaire", "11": "sans partenaire",
    }  # fmt: skip


def test_each_partner_has_its_files_and_they_are_told(mars: tuple[Path, Result]) -> None:
    dossier, resultat = mars
    noms = ("mission-des-monts", "mission-du-lac", "service-de-la-vallee", "service-du-lac", "sans-partenaire")
    fin = "codes-postaux"
    attendus = {f"liste_{MOIS}_{nom}_{fin}.{suffixe}" for nom in noms for suffixe in ("xlsx", "csv")}
    assert set(made(dossier)) == attendus | {f"resume_{MOIS}_{fin}.pdf"}
    lieu = dossier / "base/listes" / MOIS
    assert plain(resultat.output).splitlines() == [
        "Attention : 1 contrat n'a pas encore de numéro, et donc pas de clé.",
        "Attention : L'âge n'est pas établi pour 4 contrats : les exports n'en disent pas la naissance.",
        f"→ {lieu}/liste_{MOIS}_mission-des-monts_{fin}.xlsx, .csv : 1 cas ouvert, 0 rompu, 0 signé, 0 résultat (en "
        "tout, 0 signé et 1 rompu dans le mois).",
        f"→ {lieu}/liste_{MOIS}_mission-du-lac_{fin}.xlsx, .csv : 0 cas ouvert, 0 rompu, 1 signé, 0 résultat (en tout, "
        "1 signé et 0 rompu dans le mois).",
        f"→ {lieu}/liste_{MOIS}_service-de-la-vallee_{fin}.xlsx, .csv : 1 cas ouvert, 0 rompu, 0 signé, 0 résultat (en "
        "tout, 0 signé et 0 rompu dans le mois).",
        f"→ {lieu}/liste_{MOIS}_service-du-lac_{fin}.xlsx, .csv : 2 cas ouverts, 0 rompu, 1 signé, 1 résultat (en "
        "tout, 1 signé et 1 rompu dans le mois).",
        f"→ {lieu}/liste_{MOIS}_sans-partenaire_{fin}.xlsx, .csv : 1 cas ouvert, 1 rompu, 1 signé, 0 résultat (en "
        "tout, 1 signé et 1 rompu dans le mois).",
        f"→ {lieu}/resume_{MOIS}_{fin}.pdf",
    ]


def test_one_partner_or_one_cfa_may_be_asked_for(projet: Path) -> None:
    assert ask(projet, "--partenaire", "mission du lac").exit_code == 0
    assert set(made(projet)) == {
        f"liste_{MOIS}_mission-du-lac.csv", f"liste_{MOIS}_mission-du-lac.xlsx", f"resume_{MOIS}_mission-du-lac.pdf",
    }  # fmt: skip
    # A CFA has its UFA's contracts; each of both, in its own partner's list.
    assert ask(projet, "--cfa", LAC, "--sortie", projet / "lac").exit_code == 0
    lues = [ligne for chemin in (projet / "lac").glob("*.csv") for ligne in read(chemin)]
    assert {ligne["uai"] for ligne in lues} == {LAC, VALLEE}
    assert (projet / f"lac/resume_{MOIS}_{LAC}.pdf").is_file()


def test_without_partners_there_is_one_list(projet: Path) -> None:
    partenaires = Partners({"code_postal": {}, "departement": {}, "uai": {}})
    assert partenaires.noms == ["sans partenaire"]
    assert partenaires.of("74000", "74", LAC, LAC) == "sans partenaire"


def test_names_of_files_are_letters_and_figures_and_never_the_same() -> None:
    assert file_names(["Élan / 93 ?", "Elan 93", "Œuvre", "???", "!!!"]) == {
        "Élan / 93 ?": "elan-93", "Elan 93": "elan-93-2", "Œuvre": "uvre", "???": "partenaire", "!!!": "partenaire-2",
    }  # fmt: skip


# --- The files, as their readers open them -----------------------------------------------------------------------


def test_the_fields_are_those_of_the_guide(mars: tuple[Path, Result]) -> None:
    dits = re.findall(r"^\| \**`(\w+)`\** \| (.+?) \| (texte|jour|entier|oui/non) \| (.+) \|$", GUIDE, re.M)
    assert [*dits] == [(un.nom, un.libelle, un.type, un.dit) for un in fields(True)]
    for nom, chemin in made(mars[0]).items():
        if nom.endswith(".csv"):
            assert chemin.read_text(encoding="utf-8").splitlines()[0].split(",") == [un.nom for un in fields(False)]
    assert all(f"| `{liste}` | {feuille} |" in GUIDE for liste, feuille in LISTES.items())
    assert f"{files.JOURS_AVEC_NOMS} jours plus tard" in GUIDE


FORMES = {
    "texte": ".*", "jour": r"(\d{4}-\d\d-\d\d)?", "entier": r"\d*", "oui/non": "oui|non|non établi|",
}  # fmt: skip


def test_each_value_is_of_the_type_of_its_field(mars: tuple[Path, Result]) -> None:
    for ligne in every_row(mars[0]):
        for un in fields(False):
            assert re.fullmatch(FORMES[un.type], ligne[un.nom]), (un.nom, ligne[un.nom])
            if un.type == "oui/non" and un.nom != "resigne":
                assert ligne[un.nom], un.nom


def test_a_workbook_has_a_cover_a_sheet_a_list_and_what_columns_mean(mars: tuple[Path, Result]) -> None:
    classeur = openpyxl.load_workbook(made(mars[0])[f"liste_{MOIS}_service-du-lac_codes-postaux.xlsx"])
    assert classeur.sheetnames == ["Lisez-moi", *LISTES.values(), "Champs"]
    dits = [plain(str(valeur)) for ligne in classeur["Lisez-moi"].iter_rows(values_only=True) for valeur in ligne]
    assert dits[0] == "Contrats de mars 2022 : Service du Lac"
    assert (
        "Réseau d'essai. Contrats de mars 2022, tels qu'ils sont au 31 mars 2022. Données extraites jusqu'au 31 "
        "décembre 2022." in dits
    )
    for feuille in LISTES.values():
        entete, *lignes = classeur[feuille].iter_rows(values_only=True)
        connues = {un.libelle: un for un in fields(False)}
        for ligne in lignes:
            for libelle, valeur in zip(entete, ligne, strict=True):
                genre = {"jour": date, "entier": int}.get(connues[plain(str(libelle))].type, str)
                assert valeur is None or isinstance(valeur, genre), (libelle, valeur)
    assert [ligne[0].value for ligne in classeur["Cas ouverts"].iter_rows(min_row=2)] == ["06", "10"]
    assert len([*classeur["Champs"].iter_rows(min_row=2)]) == len(fields(False))


def test_a_text_stays_a_text(projet: Path) -> None:
    """Nothing of an export is run by a spreadsheet."""
    ligne = {un.nom: "=1+1" if un.type == "texte" else None for un in fields(False)} | {"liste": "signe"}
    assert "\n'=1+1," in lists.to_csv([ligne], avec_noms=False).decode()


def test_without_any_result_there_is_no_such_list(tmp_path: Path) -> None:
    lignes = [contrat("1", "2022-03-10"), contrat("2", fin="2022-03-31", idalternant="A2")]
    build_project(tmp_path, {LIVRAISON: lignes}, sql=models_for(*TABLES)).close()
    resultat = ask(tmp_path)
    assert resultat.exit_code == 0, resultat.output
    assert "partenaires.csv ne nomme personne : tous les contrats sont dans une seule liste" in plain(resultat.output)
    assert "0 cas ouvert, 0 rompu, 1 signé (en tout, 1 signé et 0 rompu dans le mois)." in plain(resultat.output)
    classeur = openpyxl.load_workbook(made(tmp_path)[f"liste_{MOIS}_sans-partenaire.xlsx"])
    assert "Résultats" not in classeur.sheetnames
    page = plain(pdf_text(made(tmp_path)[f"resume_{MOIS}.pdf"]))
    assert "Résultats" not in page and "Contrats par partenaire" not in page


# --- The page that sums them up ----------------------------------------------------------------------------------


def test_the_page_sums_the_lists_up(mars: tuple[Path, Result]) -> None:
    chemin = made(mars[0])[f"resume_{MOIS}_codes-postaux.pdf"]
    assert len(pypdfium2.PdfDocument(chemin)) == 1
    page = plain(pdf_text(chemin))
    assert "Réseau d'essai : contrats de mars 2022" in page and "au 31 mars 2022" in page
    for nom, nombre in {"signés": 3, "rompus": 3}.items():
        assert re.search(rf"Contrats {nom}\s+{nombre}\s", page), page
    for lus in (r"Cas ouverts\s+5\s", r"Résultats de diplôme\s+1\s", r"2\s+1\s+1\s+1\s"):
        assert re.search(lus, page), page
    assert re.search(r"Moins de cinq ruptures :\s+fragile", page) and "fictives" not in page


def test_it_is_one_page_whatever_the_number_of_cfa_and_partners(tmp_path: Path) -> None:
    lignes = [
        contrat(
            f"{rang:02d}", "2022-03-10", idalternant=f"A{rang}", uaicfa=f"001{rang:04d}Z",
            adressecodepostal=f"740{rang:02d}",
        )
        for rang in range(1, 41)
    ]  # fmt: skip
    etablissements = "uai,siret,nom,type_structure,uai_cfa_rattachement,commune,code_postal\n" + "".join(
        f"001{rang:04d}Z,,Centre de formation d'apprentis des métiers du bâtiment et des travaux n° {rang},CFA,,,\n"
        for rang in range(1, 41)
    )
    partenaires = "partenaire,code_postal,departement,uai\n" + "".join(
        f"Mission locale pour l'insertion des jeunes de l'arrondissement et du canton n° {rang},740{rang:02d},,\n"
        for rang in range(1, 41)
    )
    textes = {"etablissements.csv": etablissements, "partenaires.csv": partenaires}
    build_project(tmp_path, {LIVRAISON: lignes}, sql=models_for(*TABLES), referentiels=textes).close()
    assert ask(tmp_path).exit_code == 0
    chemin = made(tmp_path)[f"resume_{MOIS}.pdf"]
    assert len(pypdfium2.PdfDocument(chemin)) == 1
    assert "Les autres (31)" in plain(pdf_text(chemin))


def test_without_the_breakdown_critical_months_are_not_established(tmp_path: Path) -> None:
    build_project(
        tmp_path, {LIVRAISON: [contrat("1", "2022-03-10")]}, sql=models_for("core.cas", "core.diplomes")
    ).close()
    assert ask(tmp_path).exit_code == 0
    page = plain(pdf_text(made(tmp_path)[f"resume_{MOIS}.pdf"]))
    assert "Les mois critiques ne sont pas établis" in page and "▲" not in page


# --- Months ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dit", "faire"),
    [
        ("2022-13", "Écrivez par exemple --mois 2026-10."), ("03/2022", "Écrivez --mois 2022-03."),
        ("2022-3", "Écrivez --mois 2022-03."), ("202203", "Écrivez --mois 2022-03."),
        ("mars 2022", "Écrivez par exemple --mois 2026-10."), ("2022-03-01", "Écrivez par exemple --mois 2026-10."),
        ("0000-01", "Écrivez par exemple --mois 2026-10."), ("", "Écrivez par exemple --mois 2026-10."),
    ],
)  # fmt: skip
def test_what_is_not_a_month_is_refused(projet: Path, dit: str, faire: str) -> None:
    resultat = ask(projet, mois=dit)
    assert (resultat.exit_code, resultat.stderr) == (2, f"Erreur : « {dit} » n'est pas un mois. {faire}\n")


def test_a_month_that_the_exports_do_not_reach_is_refused(projet: Path) -> None:
    resultat = ask(projet, mois="2023-01")
    assert resultat.exit_code == 2
    assert "les exports ne disent rien de janvier 2023 : ils vont jusqu'au 31/12/2022." in plain(resultat.stderr)
    assert not (projet / "base/listes").exists()


def test_a_month_reached_in_part_is_told_and_is_as_of_the_last_day_known(tmp_path: Path) -> None:
    lignes = [
        contrat("1", dateeffetrupture="2022-03-05"),
        contrat("2", dateeffetrupture="2022-03-25", idalternant="A2"),
    ]
    con = build_project(tmp_path, {"contrats_2022-03-10.csv": lignes}, sql=models_for(*TABLES), annee=None)
    con.close()
    resultat = ask(tmp_path)
    assert resultat.exit_code == 0, resultat.output
    assert (
        "Attention : Les exports ne vont que jusqu'au 10/03/2022 : mars 2022 n'y est qu'en partie, et les listes sont "
        "à ce jour." in plain(resultat.output)
    )
    # A rupture announced after that day is of the month, and no open case yet.
    lues = {ligne["nocontrat"]: (ligne["liste"], ligne["jours_depuis_rupture"]) for ligne in every_row(tmp_path)}
    assert lues == {"1": ("cas_ouvert", "5"), "2": ("rompu", "")}


def test_a_month_before_the_complete_years_is_told(projet: Path) -> None:
    resultat = ask(projet, mois="2019-07")
    assert resultat.exit_code == 0, resultat.output
    assert "Les exports ne sont tenus pour complets qu'à partir du 16/08/2019" in plain(resultat.output)
    assert "sans partenaire : aucun contrat ce mois-ci, aucun fichier." in plain(resultat.output)


@pytest.mark.parametrize(
    ("options", "quoi"),
    [
        (("--cfa", "0010009X"), "aucun contrat n'est de « 0010009X » (le plus proche : « 0010009Z »)"),
        (("--partenaire", "Mission du Lak"), "aucun partenaire ne s'appelle « Mission du Lak » (le plus proche : "
         "« Mission du Lac »)"),
    ],
)  # fmt: skip
def test_an_unknown_cfa_or_partner_is_refused_with_the_nearest(
    projet: Path, options: tuple[str, str], quoi: str
) -> None:
    resultat = ask(projet, *options)
    assert resultat.exit_code == 2
    assert quoi in plain(resultat.stderr)


# --- Where, and what is never overwritten ------------------------------------------------------------------------


@pytest.mark.parametrize("lieu", ["output", "output/2021-2022", "ailleurs/edition"])
def test_never_among_the_editions(projet: Path, lieu: str) -> None:
    edition = projet / "ailleurs/edition"
    edition.mkdir(parents=True)
    (edition / storage.MANIFESTE).write_text("{}", encoding="utf-8")
    resultat = ask(projet, "--sortie", projet / lieu)
    assert resultat.exit_code == 2
    assert "une liste de contrats ne s'écrit pas dans les éditions" in plain(resultat.stderr)
    assert not [*projet.rglob("liste_*")]


@pytest.mark.skipif(sys.platform == "win32", reason="rights are those of the folder")
def test_files_are_read_by_their_owner_alone(mars: tuple[Path, Result]) -> None:
    assert {stat.S_IMODE(chemin.stat().st_mode) for chemin in made(mars[0]).values()} == {0o600}
    assert stat.S_IMODE((mars[0] / "base/listes" / MOIS).stat().st_mode) == 0o700


def test_the_same_files_are_left_and_others_are_not_overwritten(projet: Path) -> None:
    assert ask(projet).exit_code == 0
    octets = {nom: chemin.read_bytes() for nom, chemin in made(projet).items()}
    encore = ask(projet)
    assert encore.exit_code == 0
    assert encore.output.count("(les mêmes étaient déjà là)") == 5 and "(le même était déjà là)" in encore.output
    annote = made(projet)[f"liste_{MOIS}_mission-du-lac.csv"]
    annote.write_text("appelé le 4 avril", encoding="utf-8")
    refus = ask(projet)
    assert (refus.exit_code, "ce fichier existe déjà" in plain(refus.stderr)) == (2, True)
    assert {nom: chemin.read_bytes() for nom, chemin in made(projet).items()} == octets | {
        annote.name: "appelé le 4 avril".encode()
    }


def test_purge_removes_them_and_nothing_else(projet: Path) -> None:
    assert ask(projet, "--avec-noms").exit_code == 0
    (projet / "base/listes" / MOIS / "notes.txt").write_text("à moi", encoding="utf-8")
    assert ask(projet, mois="2022-02").exit_code == 0
    faits = [
        chemin for mois in (MOIS, "2022-02") for chemin in made(projet, mois).values() if chemin.name != "notes.txt"
    ]
    purge = run("purger", "--sortie", projet / "output", cwd=projet)
    assert purge.exit_code == 0
    assert all(f"Effacé : {chemin}" in purge.output for chemin in faits)
    assert [chemin.name for chemin in (projet / "base").rglob("*") if chemin.is_file()] == ["notes.txt"]
    assert not (projet / "base/listes/2022-02").exists()


def test_a_database_of_an_earlier_version_is_told(tmp_path: Path) -> None:
    build_project(tmp_path, {LIVRAISON: [contrat("1")]}, sql=models_for("core.diplomes")).close()
    resultat = ask(tmp_path)
    assert resultat.exit_code == 2
    assert "n'a pas la table core.cas. Reconstruisez-la : ruptures construire." in plain(resultat.stderr)


@pytest.mark.parametrize("quoi", ["n'est plus celui que la base a lu", "que la base a lu, n'est plus là"])
def test_exports_that_are_not_those_of_the_database_are_refused(projet: Path, quoi: str) -> None:
    export = projet / "donnees/contrats" / LIVRAISON
    if "là" in quoi:
        export.rename(export.with_name("ailleurs.csv"))
    else:
        export.write_bytes(export.read_bytes() + b"\n")
    resultat = ask(projet)
    assert resultat.exit_code == 3
    assert quoi in plain(resultat.stderr) and f"{export} : " in resultat.stderr
    assert not (projet / "base/listes").exists()


# --- Names -------------------------------------------------------------------------------------------------------


def places(projet: Path, sortie: Path | None = None) -> files.Places:
    return files.Places(projet / "base/ruptures.duckdb", sortie, projet / "output")


def write(projet: Path, jour: date, avec_noms: bool = True, mois: str = MOIS) -> list[str]:
    """The sentences of a run on a day."""
    donnees = inputs.InputFolders(projet / "donnees", projet / "donnees/referentiels", False)
    demande = lists.MonthRequest(mois, avec_noms=avec_noms)
    return [*files.write_lists(demande, places(projet), donnees, load_settings(projet / "config.toml"), jour)]


def test_names_are_there_when_they_are_asked_for_and_the_file_says_by_when_to_delete_it(projet: Path) -> None:
    phrases = write(projet, date(2022, 4, 4))
    assert plain(phrases[-1]).endswith("effacez-les au plus tard le 4 mai 2022.")
    fait = made(projet)[f"liste_{MOIS}_mission-des-monts_noms_a-effacer-le-2022-05-04.csv"]
    (ligne,) = read(fait)
    assert [*ligne] == [un.nom for un in fields(True)]
    assert (ligne["nocontrat"], ligne["nom"], ligne["prenom"]) == ("03", NOMS[1], "Zoé")
    classeur = openpyxl.load_workbook(fait.with_suffix(".xlsx"))
    dits = [plain(str(ligne[0].value)) for ligne in classeur["Lisez-moi"].iter_rows()]
    assert "Ce fichier nomme des personnes. Effacez-le au plus tard le 4 mai 2022, et ses copies." in dits
    assert [case.value for case in classeur["Cas ouverts"][2]][:3] == ["03", NOMS[1], "Zoé"]


def test_a_contract_whose_apprentice_has_no_name_says_so(projet: Path) -> None:
    write(projet, date(2022, 4, 4))
    lues = {ligne["nocontrat"]: (ligne["nom"], ligne["prenom"]) for ligne in every_row(projet)}
    assert lues["08"] == ("non établi", "non établi")


def test_later_runs_tell_the_files_that_should_be_gone(projet: Path) -> None:
    write(projet, date(2022, 4, 4))
    noms = [nom for nom in made(projet) if "_noms_" in nom]
    assert not [phrase for phrase in write(projet, date(2022, 5, 4), False, "2022-02") if "devait" in phrase]
    dites = [phrase for phrase in write(projet, date(2022, 5, 5), False, "2022-02") if "devait être effacé" in phrase]
    assert [phrase.rsplit("/", 1)[-1] for phrase in dites] == sorted(noms)


def test_a_name_is_that_of_the_last_state_and_a_postal_code_the_last_filled(tmp_path: Path) -> None:
    """Names and birth go together; deliveries complete one another."""
    avenant = contrat(
        "1", typecontrat="33", noavenant="1", dateeffetavenant="2022-01-10", **who(1, "Zyxneuf", "2004-01-01")
    )
    livraisons = {
        "contrats_2022-03-31.csv": [
            contrat("1", "2022-03-10", **who(1, "Zyxvieux", "2004-01-01"), adressecodepostal="74000"),
            contrat("2", "2022-03-10", **who(2, "Zyxdeux", "2004-01-02"), adressecodepostal="74001"),
        ],
        # The newest delivery knows nobody but by their identifiers.
        LIVRAISON: [
            contrat("1", "2022-03-10", idalternant="A1"), avenant | {"datedebutcontrat": "2022-03-10"},
            contrat("2", "2022-03-10", idalternant="A2"),
        ],
    }  # fmt: skip
    build_project(tmp_path, livraisons, sql=models_for(*TABLES)).close()
    assert ask(tmp_path, "--avec-noms", "--avec-code-postal").exit_code == 0
    lues = {ligne["nocontrat"]: (ligne["nom"], ligne["code_postal"]) for ligne in every_row(tmp_path)}
    assert lues == {"1": ("Zyxneuf", "74000"), "2": ("Zyxdeux", "74001")}


def test_two_apprentices_of_one_number_are_told_apart(tmp_path: Path) -> None:
    lignes = [
        contrat("1", "2022-03-10", **who(1, "Zyxun", "2004-01-01")),
        contrat("1", "2022-03-12", **who(2, "Zyxdeux", "2003-02-02")),
    ]
    build_project(tmp_path, {LIVRAISON: lignes}, sql=models_for(*TABLES)).close()
    assert ask(tmp_path, "--avec-noms").exit_code == 0
    lues = {(ligne["nocontrat"], ligne["numero_partage"]): ligne["nom"] for ligne in every_row(tmp_path)}
    assert sorted(lues) == [("1", "1"), ("1", "2")] and {*lues.values()} == {"Zyxun", "Zyxdeux"}


def test_the_exchange_layout_tells_names_births_and_results(tmp_path: Path) -> None:
    ligne = {
        "nom_apprenant": "Zyxun", "prenom_apprenant": "Zoé", "date_de_naissance_apprenant": "2004-04-01",
        "formation_cfd": "50022137", "etablissement_responsable_uai": LAC, "obtention_diplome_formation": "oui",
        "contrat_date_debut": "2021-09-01", "contrat_date_fin": "2022-03-31", "contrat_date_rupture": "",
        "contrat_date_debut_2": "2022-03-31", "contrat_date_fin_2": "2023-03-31", "contrat_date_rupture_2": "",
    }  # fmt: skip
    build_project(tmp_path, {LIVRAISON: [ligne]}, sql=models_for(*TABLES)).close()
    assert ask(tmp_path, "--avec-noms").exit_code == 0
    assert [
        (ligne["liste"], ligne["nom"], ligne["mineur"], ligne["diplome_obtenu"]) for ligne in every_row(tmp_path)
    ] == [("resultat", "Zyxun", "oui", "oui"), ("signe", "Zyxun", "oui", "oui")]


# --- The same counts as the report -------------------------------------------------------------------------------


def months_of(base: Path) -> tuple[dict[str, int], dict[str, list[dict[str, Any]]]]:
    """(gross ruptures of each month in the report's published years, the contracts of each of these months)."""
    with duckdb.connect(str(base), read_only=True) as con:
        lus = con.execute(
            "select mois, sum(ruptures_brutes)::integer from ventilations.par_mois "
            "where mois != 'Non renseigné' group by mois order by mois"
        ).fetchall()
        return dict(lus), {
            mois: lists.read_contracts(con, lists.place_month(con, lists.parse_month(mois))) for mois, _ in lus
        }


def check_counts(base: Path) -> None:
    """The month that the first window cuts apart, each month has as many broken contracts as in the report, and each
    contract once."""
    du_rapport, contrats = months_of(base)
    premier, dernier = min(du_rapport), max(du_rapport)
    entiers = [mois for mois in du_rapport if mois not in (premier, dernier)]
    assert len(entiers) > 20
    assert sum(du_rapport[mois] for mois in entiers) > 0
    for mois in entiers:
        assert sum(ligne["rompu_dans_le_mois"] for ligne in contrats[mois]) == du_rapport[mois], mois
        numeros = [ligne["id_contrat"] for ligne in contrats[mois]]
        assert len({*numeros}) == len(numeros)


def test_the_demonstration_has_the_counts_of_its_report(demonstration: Path) -> None:
    check_counts(demonstration.parents[1] / "base/ruptures.duckdb")


def test_a_second_network_has_those_of_its_own(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    resultat = run(
        "construire", "--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--sql",
        models_for(*TABLES), cwd=tmp_path,
    )  # fmt: skip
    assert resultat.exit_code == 0, resultat.output
    base = tmp_path / "base/ruptures.duckdb"
    check_counts(base)
    # Signed on their first day: as many as the report follows from that day.
    _, contrats = months_of(base)
    signes = sum(ligne["signe_dans_le_mois"] for lignes in contrats.values() for ligne in lignes)
    with duckdb.connect(str(base), read_only=True) as con:
        suivis = con.execute(
            "select sum(a_risque) from ventilations.incidence_cumulee where type_diplome = 'Ensemble' "
            "and mois_depuis_debut = 0"
        ).fetchall()
    assert [(signes,)] == suivis
    assert ask(tmp_path, mois="2024-07").exit_code == 0
    assert sum(ligne["rompu_dans_le_mois"] == "oui" for ligne in every_row(tmp_path, "2024-07")) == 1


def test_the_demonstration_is_marked_fictitious_in_each_file(demonstration: Path, tmp_path: Path) -> None:
    base = demonstration.parents[1] / "base/ruptures.duckdb"
    resultat = run("liste", "--mois", "2022-06", "--base", base, "--sortie", tmp_path / "l", "--donnees",
                   RACINE / "data/raw/demo", "--editions", demonstration.parent, cwd=tmp_path)  # fmt: skip
    assert resultat.exit_code == 0, resultat.output
    classeurs = [*(tmp_path / "l").glob("*.xlsx")]
    assert len(classeurs) == 6
    for chemin in classeurs:
        feuille = openpyxl.load_workbook(chemin)["Lisez-moi"]
        assert "Données fictives de démonstration" in [ligne[0].value for ligne in feuille.iter_rows()]
    page = plain(pdf_text(tmp_path / "l/resume_2022-06.pdf"))
    assert page.count("Données fictives de démonstration") >= 2
    assert len(pypdfium2.PdfDocument(tmp_path / "l/resume_2022-06.pdf")) == 1


def test_a_month_is_called_as_it_is_said() -> None:
    octobre = lists.Month(date(2026, 10, 1), date(2026, 10, 31), None)
    assert [plain(dit) for dit in (octobre.nom, octobre.dit, octobre.de)] == [
        "2026-10", "octobre 2026", "d'octobre 2026",
    ]  # fmt: skip
    assert octobre.jour == date(2026, 10, 31)


def test_parse_month_is_the_first_day() -> None:
    assert lists.parse_month("2026-10") == date(2026, 10, 1)
    with pytest.raises(UsageError):
        lists.parse_month("2026-1O")


def test_a_file_of_one_name_is_a_date_only_when_it_is_one() -> None:
    assert files.deadline("liste_x_noms_a-effacer-le-2022-13-45.csv") == date.max
    assert files.deadline("notes.txt") == date.max


def test_an_export_read_by_another_tool_is_read_as_a_run_reads_it(tmp_path: Path) -> None:
    """Headers renamed in config.toml."""
    ligne = contrat("1", "2022-03-10", **who(1, "Zyxun", "2004-01-01"))
    autre = {("Patronyme" if nom == "nom" else nom): valeur for nom, valeur in ligne.items()}
    config = '[colonnes]\nnom = "Patronyme"\n'
    build_project(tmp_path, {LIVRAISON: [autre]}, sql=models_for(*TABLES), config=config).close()
    assert ask(tmp_path, "--avec-noms").exit_code == 0
    assert [ligne["nom"] for ligne in every_row(tmp_path)] == ["Zyxun"]
