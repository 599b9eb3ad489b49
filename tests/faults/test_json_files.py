"""Contracts as JSON and as text are one thing; a JSON file cut anywhere is refused; pages are all there or refused."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import reading
from pipeline.errors import InputError
from pipeline.ingest.validation import Checker
from pipeline.schemas import CONTRATS
from pipeline.settings import FileSettings
from tests.faults.maker import interface, objet, write_content
from tests.faults.test_corpus import build
from tests.rules.rows import TEMOIN
from tests.support import rows, write_project

# Our columns → where the DECA interface has them.
CHEMINS = {
    "nocontrat": "detailsContrat.noContrat",
    "noavenant": "detailsContrat.noAvenant",
    "typecontrat": "detailsContrat.typeContrat",
    "statut": "detailsContrat.statut",
    "dateconclusion": "detailsContrat.dateConclusion",
    "datedebutcontrat": "detailsContrat.dateDebutContrat",
    "datefincontrat": "detailsContrat.dateFinContrat",
    "dateeffetavenant": "detailsContrat.dateEffetAvenant",
    "dateeffetrupture": "rupture.dateEffetRupture",
    "datesignalementrupture": "rupture.dateSignalement",
    "nom": "alternant.nom",
    "prenom": "alternant.prenom",
    "datenaissance": "alternant.dateNaissance",
    "sexe": "alternant.sexe",
    "codediplome": "formation.codeDiplome",
    "rncp": "formation.rncp",
    "intituleouqualification": "formation.intituleOuQualification",
    "datedebutformation": "formation.dateDebutFormation",
    "uaicfa": "organismeFormationResponsable.uaiCfa",
    "siret": "etablissementFormation.siret",
    "siretcfa": "organismeFormationResponsable.siret",
    "siretemployeur": "employeur.siret",
    "naf": "employeur.naf",
    "nombredesalaries": "employeur.nombreDeSalaries",
    "employeurcodepostal": "employeur.adresse.codePostal",
    "adressecodepostal": "alternant.adresse.codePostal",
    "npecannuel": "npecannuel",
}
JOURS = st.sampled_from(
    [
        "2021-09-01",
        "01/09/2021",
        "2023-08-31T00:00:00+02:00",
        "31 août 2023",
        "20220115",
        "44440",
        "31/02/2022",
        "",
        "NULL",
    ]
)
CODES = st.sampled_from(
    ["77566214100123", "578812300015", "0010001A", "50022137", "1022701", "1,32E+13", "Martin", "", "-"]
)
VALEURS = {c.nom: JOURS if c.type in ("date", "naissance") else CODES for c in CONTRATS} | {
    "nom": st.sampled_from(["Martin", "D'Œuvrard", "Null", ""]),
    "nombredesalaries": st.sampled_from(["12", "0", "12.0", "douze", ""]),
    "npecannuel": st.sampled_from(["7000", "7000.5", "7 000,50 €", "voir OPCO", ""]),
    "typecontrat": st.sampled_from(["11", "33 - Avenant", "99", ""]),
    "statut": st.sampled_from(["Rompu", "annulée", "?", ""]),
    "intituleouqualification": st.sampled_from(['CAP "Cuisine"; bar', "BP\u00a0Boulanger", "zoe@exemple.fr", ""]),
}
LIGNES = st.lists(st.fixed_dictionaries({nom: VALEURS[nom] for nom in CHEMINS}), min_size=1, max_size=8)


def nested(ligne: dict[str, str], en_nombres: bool, sans_vides: bool) -> dict[str, Any]:
    """A row as the interface gives it; numbers as such, empty fields left out or null."""
    contrat: dict[str, Any] = {}
    for nom, texte in ligne.items():
        if not texte and sans_vides:
            continue
        *blocs, champ = CHEMINS[nom].split(".")
        place = contrat
        for bloc in blocs:
            place = place.setdefault(bloc, {})
        nombre = en_nombres and texte.isdecimal() and not texte.startswith("0")
        place[champ] = int(texte) if nombre else texte or None
    return contrat


def flat(lignes: list[dict[str, str]]) -> str:
    """The same as a text file."""
    sortie = io.StringIO()
    ecrit = csv.DictWriter(sortie, list(CHEMINS), delimiter=";", lineterminator="\n")
    ecrit.writeheader()
    ecrit.writerows(lignes)
    return sortie.getvalue()


def checked(chemin: Path) -> list[Any]:
    """What becomes of the rows of a file."""
    source = reading.open_source(chemin, CONTRATS)
    checker = Checker(source, CONTRATS, True, FileSettings(), {}, frozenset({"50022137", "01022701"}))
    dit = []
    for part in reading.read_parts(source):
        lues = checker.check(part)
        for table in (*lues.retenues, *lues.rejetees):
            dit += [plain(table)]
        dit += [lues.lues, lues.rejets.rows(), lues.anomalies.rows()]
    return [*dit, checker.formes_dates]


def plain(table: pa.Table) -> list[dict[str, Any]]:
    return table.to_pylist()


@settings(max_examples=6)
@given(LIGNES, st.booleans(), st.booleans())
def test_rows_are_the_same_as_json_and_as_text(
    lignes: list[dict[str, str]], en_nombres: bool, sans_vides: bool
) -> None:
    same_rows(lignes, en_nombres, sans_vides)


@pytest.mark.long
@settings(max_examples=500)
@given(LIGNES, st.booleans(), st.booleans())
def test_many_rows_are_the_same_as_json_and_as_text(
    lignes: list[dict[str, str]], en_nombres: bool, sans_vides: bool
) -> None:
    same_rows(lignes, en_nombres, sans_vides)


def same_rows(lignes: list[dict[str, str]], en_nombres: bool, sans_vides: bool) -> None:
    # What is nowhere in a file is no column of it: one whole row says that all are.
    lignes = [*lignes, {nom: "2021-09-01" if VALEURS[nom] is JOURS else "1" for nom in CHEMINS}]
    with tempfile.TemporaryDirectory() as dossier:
        en_texte, en_json = Path(dossier) / "x.csv", Path(dossier) / "x.json"
        write_content(en_texte, flat(lignes), "001")
        write_content(en_json, interface(*(nested(ligne, en_nombres, sans_vides) for ligne in lignes)), "001")
        assert checked(en_json) == checked(en_texte)


def test_tables_are_the_same_as_json_and_as_text(tmp_path: Path) -> None:
    base = {
        "nom": "Martin",
        "prenom": "Zoé",
        "datenaissance": "2004-03-15",
        "uaicfa": "0010001A",
        "codediplome": "50022137",
    }
    contrats = [
        {**dict.fromkeys(CHEMINS, ""), **base, "nocontrat": f"N{rang}", "datedebutcontrat": "2021-09-01", **autres}
        for rang, autres in enumerate(
            [
                {"datefincontrat": "2023-08-31", "dateeffetrupture": "2022-01-15", "statut": "Rompu"},
                {"datefincontrat": "2023-08-31", "nom": "Durand", "siret": "11111111100003", "npecannuel": "7000,50"},
                {
                    "datefincontrat": "31/08/2022",
                    "nom": "Petit",
                    "siretemployeur": "77566214100123",
                    "typecontrat": "11",
                },
                {"datefincontrat": "", "nom": "Sans fin"},
                {
                    "nocontrat": "N0",
                    "datefincontrat": "2023-08-31",
                    "typecontrat": "33",
                    "dateeffetavenant": "2021-10-01",
                },
            ]
        )
    ]
    lus = []
    for nom, contenu in (
        ("x_2022-12-31.csv", flat(contrats)),
        ("x_2022-12-31.json", interface(*(nested(c, en_nombres=True, sans_vides=True) for c in contrats))),
    ):
        dossier = tmp_path / nom
        donnees = write_project(dossier, {"temoin_2022-12-31.csv": [TEMOIN]})
        write_content(donnees / "contrats" / nom, contenu, "001")
        assert build(dossier).exit_code == 0
        with duckdb.connect(str(dossier / "base/ruptures.duckdb"), read_only=True) as con:
            tables = (
                "brut.contrats",
                "brut.identites",
                "core.contrats",
                "core.inscriptions",
                "core.ruptures_nettes_par_annee",
            )
            lus.append([rows(con, f"select * from {table} order by all") for table in tables])
            lus[-1].append(rows(con, "select lignes_lues, lignes_rejetees from brut.fichiers order by nom"))
    assert lus[0] == lus[1]


TEXTE = interface(objet(1, rupture={"dateEffetRupture": "2022-01-15"}), objet(2, detailsContrat={"npecannuel": 7000.5}))


@pytest.mark.parametrize("suffixe", [".json", ".jsonl"])
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, suffixe: str) -> None:
    lignes = suffixe == ".jsonl"
    texte = "\n".join(json.dumps(objet(rang)) for rang in (1, 2)) if lignes else TEXTE.rstrip()
    whole = {len(json.dumps(objet(1))), len(json.dumps(objet(1))) + 1} if lignes else set()
    chemin = tmp_path / f"x{suffixe}"
    for longueur in range(len(texte)):
        if longueur in whole:
            continue
        chemin.write_text(texte[:longueur], encoding="utf-8")
        with pytest.raises(InputError, match=r"coupé|vide"):
            reading.open_source(chemin, CONTRATS)


@settings(max_examples=60)
@given(st.integers(0, len(TEXTE) - 1), st.sampled_from('{}[]",:x1 \\\n'))
def test_a_character_changed_is_told_or_changes_no_count(place: int, signe: str) -> None:
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "x.json"
        chemin.write_text(TEXTE[:place] + signe + TEXTE[place + 1 :], encoding="utf-8")
        try:
            source = reading.open_source(chemin, CONTRATS)
        except InputError:
            return
        assert sum(len(part.lignes) for part in reading.read_parts(source)) == 2


def pages(dossier: Path, *quelles: tuple[str, int, int], total: int = 3, nombre: int = 2) -> Any:
    """A run on files that are pages: name, page, how many contracts."""
    donnees = write_project(dossier, {"temoin_2022-12-31.csv": [TEMOIN]})
    rang = 0
    for nom, page, contrats in quelles:
        objets = [objet(rang := rang + 1) for _ in range(contrats)]
        texte = interface(*objets, page=page, totalPages=nombre, totalElements=total)
        write_content(donnees / "contrats" / f"{nom}.json", texte, "001")
    return build(dossier)


def test_pages_that_are_all_there_are_read(tmp_path: Path) -> None:
    faite = pages(tmp_path, ("a_2022-12-31", 1, 2), ("b_2022-12-31", 2, 1), ("c_2022-12-31", 2, 1))
    assert faite.exit_code == 0, faite.output
    with duckdb.connect(str(tmp_path / "base/ruptures.duckdb"), read_only=True) as con:
        assert rows(con, "select sum(lignes_lues)::int from brut.fichiers where nom like '%.json'") == [(4,)]


@pytest.mark.parametrize(
    ("quelles", "dit"),
    [
        ([("a_2022-12-31", 1, 2)], "a_2022-12-31.json : la page 2 n'est pas là, sur 2 que compte cette extraction"),
        ([("a_2022-12-31", 1, 2), ("b_2022-11-30", 2, 1)], "la page 1 n'est pas là"),
        ([("a_2022-12-31", 1, 1), ("b_2022-12-31", 2, 1)], "annonce 3 contrats et en contient 2 avec ses autres pages"),
    ],
)
def test_pages_that_are_not_stop_the_run(tmp_path: Path, quelles: list[tuple[str, int, int]], dit: str) -> None:
    faite = pages(tmp_path, *quelles)
    assert (faite.exit_code, dit in faite.stderr) == (3, True), faite.output
    assert not (tmp_path / "base/ruptures.duckdb").exists()


def test_a_json_file_too_large_for_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.reading.json_file.TAILLE_MAX", 100)
    faite = pages(tmp_path, ("a_2022-12-31", 1, 3), nombre=1)
    assert (faite.exit_code, "dépasse 1 Go" in faite.stderr) == (3, True)


def test_a_follow_up_may_be_json(tmp_path: Path) -> None:
    donnees = write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]})
    (donnees / "suivi").mkdir()
    contrat = {
        "detailsContrat": {"noContrat": TEMOIN["nocontrat"], "npecannuel": 7000},
        "rupture": {"motifExprime": "Abandon"},
    }
    write_content(donnees / "suivi/s_2022-12-31.json", interface(contrat), "001")
    assert build(tmp_path).exit_code == 0
    with duckdb.connect(str(tmp_path / "base/ruptures.duckdb"), read_only=True) as con:
        assert rows(con, "select npecannuel::varchar, motifexprime from core.contrats") == [("7000.00", "Abandon")]


def test_the_message_of_a_file_that_is_none_of_ours_names_json(tmp_path: Path) -> None:
    donnees = write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]})
    (donnees / "contrats/x.xml").write_text("<x/>", encoding="utf-8")
    faite = build(tmp_path)
    assert (faite.exit_code, "JSON (.json ou .jsonl)" in faite.stderr) == (3, True)
