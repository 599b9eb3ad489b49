"""What contracts name and the referentials lack: told beyond 5 %, refused beyond half, and whose referentials."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import Result

from pipeline import paths
from tests import support
from tests.rules.rows import LIVRAISON, contrat
from tests.support import REFERENTIELS, plain, write_project

CONFIG = '[annees]\npremiere = "2021-2022"\n'
CONNUS = [contrat(f"C{n}", idalternant=f"C{n}", motifexprime="Abandon") for n in range(20)]


def construct(dossier: Path, lignes: list[dict[str, str]], **referentiels: str | None) -> Result:
    """`ruptures construire` on these rows; the referentials given, by stem, replace those of the small projects."""
    dossier.mkdir(exist_ok=True)
    donnees = write_project(dossier, {LIVRAISON: lignes}, config=CONFIG)
    for nom, texte in referentiels.items():
        chemin = donnees / f"referentiels/{nom}.csv"
        chemin.unlink()
        if texte is not None:
            chemin.write_text(texte, encoding="utf-8")
    return support.construct(dossier)


def warnings(resultat: Result) -> list[str]:
    assert resultat.exit_code == 0, resultat.output
    return [ligne for ligne in plain(resultat.output).splitlines() if ligne.startswith("Attention : ")]


def unknown(nombre: int, **colonnes: str) -> list[dict[str, str]]:
    debut = "".join(colonnes.values())
    return [contrat(f"{debut}{n}", idalternant=f"{debut}{n}", **colonnes) for n in range(nombre)]


def test_one_contract_in_twenty_unknown_is_not_told(tmp_path: Path) -> None:
    assert warnings(construct(tmp_path, CONNUS[:19] + unknown(1, uaicfa="0999999Z"))) == []


def test_more_than_one_in_twenty_is_told_with_the_commonest_codes(tmp_path: Path) -> None:
    lignes = [
        *CONNUS,
        *unknown(2, uaicfa="0999999Z"),
        *unknown(1, uaicfa="0999998Y", siret="99999999900011"),
        *unknown(1, codediplome="99999999"),
        *(ligne for n in range(5) for ligne in unknown(1, codediplome=f"4000000{n}")),
    ]
    assert warnings(construct(tmp_path, lignes)) == [
        "Attention : 9 contrats sur 29 (31,03 %) sans structure ou sans diplôme connu.",
        # For the analyst: reports, of a CFA above all, name no code.
        "Attention : absents de etablissements.csv : 0999999Z (2), 0999998Y (1) ; absents de diplomes.csv : "
        "40000000 (1), 40000001 (1), 40000002 (1), 40000003 (1), 40000004 (1) et 1 autre.",
    ]


def test_a_code_that_may_tell_of_a_person_is_not_shown(tmp_path: Path) -> None:
    _, codes = warnings(construct(tmp_path, CONNUS[:10] + unknown(2, uaicfa="DURAND12")))
    assert "(non montré) (2)" in codes


def test_a_contract_that_lacks_both_counts_once(tmp_path: Path) -> None:
    dite, _ = warnings(construct(tmp_path, CONNUS[:4] + unknown(4, uaicfa="0999999Z", codediplome="99999999")))
    assert "4 contrats sur 8 (50,00 %)" in dite


def test_more_than_half_stops_the_run_and_nothing_that_existed_is_touched(tmp_path: Path) -> None:
    assert construct(tmp_path, CONNUS).exit_code == 0
    base = tmp_path / "base/ruptures.duckdb"
    avant = base.read_bytes()
    lignes = CONNUS[:4] + unknown(3, uaicfa="0999999Z") + unknown(2, codediplome="99999999")
    resultat = construct(tmp_path, lignes)
    assert (resultat.exit_code, plain(resultat.stderr)) == (
        3,
        f"Erreur : {tmp_path / 'donnees/referentiels'} : 5 contrats sur 9 (55,56 %) sans structure ou sans diplôme "
        "connu ; absents de etablissements.csv : 0999999Z (3) ; absents de diplomes.csv : 99999999 (2). Mettez dans "
        "referentiels/, à côté de contrats/, les établissements et les diplômes de ce réseau (docs/referentiels.md) ; "
        "un code remplacé se dit dans la colonne remplace.\n",
    )
    assert base.read_bytes() == avant
    assert sorted(p.name for p in base.parent.iterdir() if p.suffix in (".duckdb", ".nouveau")) == [base.name]


def test_a_referential_without_rows_knows_nothing(tmp_path: Path) -> None:
    resultat = construct(tmp_path, CONNUS, etablissements="uai;nom\n")
    assert resultat.exit_code == 3
    assert "20 contrats sur 20 (100,00 %)" in plain(resultat.stderr)


# --- What an optional file or column would have given --------------------------------------------------------------


def test_what_an_absent_column_or_file_would_have_given_is_told(tmp_path: Path) -> None:
    cycle = {"datedebutformation": "2021-09-01", "datefinformation": "2023-07-07"}
    rompu = contrat("R", idalternant="R", dateeffetrupture="2022-03-01", diplomeentree="13", **cycle)
    resultat = construct(
        tmp_path,
        [*CONNUS, rompu],
        etablissements="uai;nom\n0010001A;CFA du Lac\n",
        motifs="motif;liste;sensible\nAbandon;exprime;non\n",
        situations=None,
        diplomes_entree=None,
    )
    assert warnings(resultat) == [
        "Attention : etablissements.csv : 1 structure sans type_structure, dans aucun tableau des CFA.",
        "Attention : motifs.csv : fin_diplome n'est jamais rempli, 20 contrats ont un motif, et aucun ne compte comme "
        "fin après l'obtention du diplôme.",
        "Attention : situations.csv : absent ou vide, 1 inscription sans situation, qui en aurait été tirée.",
        "Attention : diplomes_entree.csv : absent ou vide, le diplôme d'entrée de 1 contrat reste tel que l'export "
        "l'écrit.",
    ]


def test_nothing_is_told_of_what_no_contract_needs(tmp_path: Path) -> None:
    lignes = [{cle: v for cle, v in ligne.items() if cle != "motifexprime"} for ligne in CONNUS]
    resultat = construct(
        tmp_path, lignes, motifs="motif;liste;sensible\nAbandon;exprime;non\n", situations=None, diplomes_entree=None
    )
    assert warnings(resultat) == []


# --- Whose referentials --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vide", [True, False])
def test_without_its_own_a_run_uses_those_of_the_project_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vide: bool
) -> None:
    donnees = write_project(tmp_path, {LIVRAISON: CONNUS}, config=CONFIG)
    projet = tmp_path / "projet/data/raw"
    shutil.move(donnees / "referentiels", projet / "referentiels")
    if vide:
        (donnees / "referentiels").mkdir()
        (donnees / "referentiels/.gitkeep").touch()
    monkeypatch.setenv(paths.PROJET, str(tmp_path / "projet"))
    resultat = support.construct(tmp_path)
    assert resultat.exit_code == 0, resultat.output
    assert f"Référentiels : ceux de {projet / 'referentiels'}, {donnees} n'en ayant pas.\n" in resultat.output


def test_of_its_own_nothing_is_said(tmp_path: Path) -> None:
    assert "Référentiels" not in construct(tmp_path, CONNUS).output
    assert set(REFERENTIELS) == {p.name for p in (tmp_path / "donnees/referentiels").iterdir()}
