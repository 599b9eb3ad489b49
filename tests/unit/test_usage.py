"""Wrong usage: one French sentence, the right exit code, and nothing that existed is lost."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer
from filelock import FileLock
from typer.testing import CliRunner, Result

from pipeline import cli, formats
from pipeline.ingest import persons
from pipeline.report import pdf
from tests.pages import second_network
from tests.support import construct, models, page_text, plain, run, write_csv


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an edition already there."""
    dossier = tmp_path_factory.mktemp("projet")
    second_network.write(dossier, second_network.rows())
    resultat = ask(dossier)
    assert resultat.exit_code == 0, resultat.output
    return dossier


def ask(dossier: Path, *options: str | Path, laid_out: bool = True) -> Result:
    """Publish the project, all of it; a later option wins over the first."""
    chemins = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml", "--sql", models("par_cfa"))
    return run("rapport", "--refaire", *chemins, *options, cwd=dossier, laid_out=laid_out)


def snapshot(dossier: Path) -> dict[str, str]:
    """Hash of everything that was produced, the lock and the lists of rejects apart."""
    produits = [*(dossier / "output").rglob("*"), dossier / "base/ruptures.duckdb"]
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in produits if p.is_file()}


def refused(published: Path, code: int, phrase: str, *options: str | Path) -> None:
    """The command is refused with this code and this sentence alone, and what was produced is as it was."""
    avant = snapshot(published)
    resultat = ask(published, *options)
    assert resultat.exit_code == code
    assert resultat.stderr == f"Erreur : {phrase}\n"
    assert "Traceback" not in resultat.output
    assert snapshot(published) == avant


def test_an_unknown_year(published: Path) -> None:
    refused(
        published, 2,
        "l'année 2031-2032 manque dans les exports. Années possibles avec --annee : 2021-2022, 2022-2023, 2023-2024, "
        "2024-2025.",
        "--annee", "2031-2032",
    )  # fmt: skip


def test_a_year_that_is_not_written_as_one(published: Path) -> None:
    phrase = "« 2022 » n'est pas une année de formation. Écrivez par exemple --annee 2021-2022."
    refused(published, 2, phrase, "--annee", "2022")


def test_an_empty_folder(published: Path, tmp_path: Path) -> None:
    phrase = (
        f"{tmp_path / 'contrats'} : aucun export de contrats. Déposez-y au moins un fichier CSV, .xlsx ou JSON, "
        "ou indiquez un autre dossier avec --donnees."
    )
    shutil.copytree(published / "donnees/referentiels", tmp_path / "referentiels")
    refused(published, 2, phrase, "--donnees", tmp_path)


def test_a_folder_that_does_not_exist(published: Path, tmp_path: Path) -> None:
    phrase = f"{tmp_path / 'absent'} : dossier introuvable. Indiquez un dossier existant avec --donnees."
    refused(published, 2, phrase, "--donnees", tmp_path / "absent")


def test_missing_referentials(published: Path, tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    dossier = tmp_path / "donnees/referentiels"
    for nom in ("motifs.csv", "diplomes.csv"):
        (dossier / nom).unlink()
    phrase = (
        f"{dossier} : référentiels incomplets. Ajoutez ce qui manque (docs/referentiels.md le décrit, "
        "docs/referentiels/ en a les modèles) :\n"
        "diplomes.csv : le fichier, colonnes code_diplome, type_diplome, filiere\n"
        "motifs.csv : le fichier, colonnes motif, liste, sensible"
    )
    refused(published, 2, phrase, "--donnees", tmp_path / "donnees")


def test_all_that_is_missing_to_read_the_files_is_told_at_once(published: Path, tmp_path: Path) -> None:
    """Of headers that lack the same, the first is told."""
    lignes = second_network.rows()
    second_network.write(tmp_path, [{cle: v for cle, v in ligne.items() if cle != "uaicfa"} for ligne in lignes])
    contrats = tmp_path / "donnees/contrats"
    export = contrats / "registre_2024-09-15.csv"
    shutil.copy(export, contrats / "registre_2024-10-15.csv")
    write_csv(contrats / "autre_2024-09-15.csv", [{c: v for c, v in lignes[0].items() if c != "datefincontrat"}])
    referentiels = tmp_path / "donnees/referentiels"
    (referentiels / "motifs.csv").unlink()
    remede = "Ajoutez-la à l'export, ou dites dans config.toml sous quel en-tête elle s'y trouve :"
    phrase = (
        f"{referentiels} : référentiels incomplets. Ajoutez ce qui manque (docs/referentiels.md le décrit, "
        "docs/referentiels/ en a les modèles) :\n"
        "motifs.csv : le fichier, colonnes motif, liste, sensible\n"
        f"{contrats / 'autre_2024-09-15.csv'}:1 : colonne requise introuvable : « datefincontrat ». {remede}\n"
        '[colonnes]\ndatefincontrat = "en-tête de votre fichier"\n'
        f"{export}:1 : colonne requise introuvable : « uaicfa ». {remede}\n"
        '[colonnes]\nuaicfa = "en-tête de votre fichier"'
    )
    refused(published, 3, phrase, "--donnees", tmp_path / "donnees")


def test_a_header_that_only_the_second_of_two_glued_exports_has_may_be_configured(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    export = tmp_path / "donnees/contrats/registre_2024-09-15.csv"
    entete, premiere, *corps = export.read_text(encoding="utf-8").splitlines()
    autres = [f"{entete},raison", *(f"{ligne},Abandon" for ligne in corps)]
    export.write_text("\n".join([entete, premiere, *autres, ""]), encoding="utf-8")
    config = tmp_path / "config.toml"
    config.write_text(f'{second_network.CONFIG}\n[colonnes]\nmotifexprime = "raison"\n', encoding="utf-8")
    resultat = construct(tmp_path)
    assert resultat.exit_code == 0, resultat.output
    config.write_text(f'{second_network.CONFIG}\n[colonnes]\nmotifexprime = "raisons"\n', encoding="utf-8")
    resultat = construct(tmp_path)
    assert (resultat.exit_code, "« raisons » (le plus proche : « raison »)" in resultat.output) == (2, True)


def test_a_referential_that_says_something_twice(published: Path, tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    fichier = tmp_path / "donnees/referentiels/etablissements.csv"
    with fichier.open("a", encoding="utf-8") as flux:
        flux.write("0290001a,22222222200009,Annexe de Quimper,CFA,0290001A,Quimper,29000\n")
    phrase = f"{fichier}:4 : « 0290001A » est déjà à la ligne 2 (colonne uai). Gardez une seule de ces deux lignes."
    refused(published, 3, phrase, "--donnees", tmp_path / "donnees")


def test_a_code_of_a_referential_that_a_spreadsheet_destroyed_is_left_empty_and_told(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    fichier = tmp_path / "donnees/referentiels/etablissements.csv"
    texte = fichier.read_text(encoding="utf-8").replace("22222222200002", "2.22E+13")
    fichier.write_text(texte, encoding="utf-8")
    resultat = construct(tmp_path)
    assert resultat.exit_code == 0, resultat.output
    assert (
        "Attention : referentiels/etablissements.csv:3, siret, valeur détruite par un tableur (1,32E+13) : laissée "
        "vide.\n"
    ) in resultat.output
    with duckdb.connect(str(tmp_path / "base/ruptures.duckdb"), read_only=True) as con:
        lues = con.execute("select uai, siret from ref.etablissements order by uai").fetchall()
    assert lues == [("0290001A", "22222222200001"), ("0560001B", None)]


@pytest.mark.parametrize(
    ("fichier", "ligne", "phrase"),
    [
        ("npec.csv", "50022139,sept mille,2021-01-01,",
         "« sept mille » n'est pas une valeur de la colonne npec_annuel. Écrivez un montant, au centime près."),
        ("npec.csv", "50022139,7000,2021-01-01,9999-12-31",
         "« 9999-12-31 » n'est pas une valeur de la colonne fin. Écrivez un jour de 2000 à 2060, par exemple "
         "2022-08-31 ; vide, la période n'a pas de borne."),
        ("npec.csv", "50022140,7000,01/01/2020,",
         "« 50022140 2020-01-01 » est déjà à la ligne 2 (colonne code_diplome, debut). Gardez une seule de ces deux "
         "lignes."),
        ("motifs.csv", "Diplôme obtenu,valide,,false,peut-être",
         "« peut-être » n'est pas une valeur de la colonne fin_diplome. Écrivez true ou false, oui ou non."),
        ("situations.csv", "CAP 3e année,CAP,36,troisième",
         "« troisième » n'est pas une valeur de la colonne annee_cycle. Écrivez un nombre entier."),
    ],
)  # fmt: skip
def test_a_referential_with_a_value_of_another_kind(
    published: Path, tmp_path: Path, fichier: str, ligne: str, phrase: str
) -> None:
    second_network.write(tmp_path, second_network.rows())
    chemin = tmp_path / "donnees/referentiels" / fichier
    if not chemin.exists():
        chemin.write_text("code_diplome,npec_annuel,debut,fin\n50022140,6500,2020-01-01,\n", encoding="utf-8")
    with chemin.open("a", encoding="utf-8") as flux:
        flux.write(f"{ligne}\n")
    numero = len(chemin.read_text(encoding="utf-8").splitlines())
    refused(published, 3, f"{chemin}:{numero} : {phrase}", "--donnees", tmp_path / "donnees")


def test_a_configuration_that_is_not_toml(published: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[reseau]\nnom = Sans guillemets\n", encoding="utf-8")
    phrase = (
        f"{config}:2 : ce n'est pas du TOML valable. Corrigez cette ligne : une clé, un signe égal, une valeur "
        "(les textes entre guillemets)."
    )
    refused(published, 2, phrase, "--config", config)


@pytest.mark.parametrize(
    ("toml", "phrase"),
    [
        (
            f"x = {'[' * 4000}{']' * 4000}\n",
            " : configuration : trop de niveaux les uns dans les autres. Écrivez-la à plat.",
        ),
        (
            '[annees]\nfins = {"2021-2022" = 2035-08-31}\n',
            ":1 : clé « annees » : la fin de 2021-2022 est un jour de 2022, et non le 31/08/2035. Corrigez-la.",
        ),
        (
            "[periodes]\nessai_mois = 99999999999\n",
            ":2 : clé « periodes.essai_mois » : valeur refusée. Il faut au plus 24.",
        ),
        (
            '[colonnes_supplementaires]\nselect = "texte"\n',
            ":2 : [colonnes_supplementaires] : « select » est un mot du SQL. Donnez-lui un autre nom, et l'en-tête de "
            "vos fichiers dans [colonnes].",
        ),
    ],
    ids=["levels", "the end of a year", "a trial of centuries", "a word of SQL"],
)
def test_a_configuration_that_no_run_could_follow(published: Path, tmp_path: Path, toml: str, phrase: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(toml + second_network.CONFIG.replace('[annees]\nfin = "07-31"\n', ""), encoding="utf-8")
    refused(published, 2, f"{config}{phrase}", "--config", config)


def test_a_configuration_with_an_unknown_key(published: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(second_network.CONFIG.replace('fin = "07-31"', 'fni = "07-31"'), encoding="utf-8")
    phrase = (
        f"{config}:8 : clé inconnue « annees.fni » (le plus proche : « fin »). Clés possibles "
        "ici : fin, fins, premiere."
    )
    refused(published, 2, phrase, "--config", config)


def test_a_configuration_that_does_not_exist(published: Path, tmp_path: Path) -> None:
    absente = tmp_path / "absente.toml"
    phrase = f"{absente} : configuration introuvable. Indiquez un fichier existant avec --config."
    refused(published, 2, phrase, "--config", absente)


def test_a_cut_off_before_the_end_of_the_year(published: Path) -> None:
    phrase = (
        "la date d'arrêté 30/07/2024 précède la fin de l'année 2023-2024, le 31/07/2024. "
        "Donnez une date égale ou postérieure avec --arrete-au."
    )
    refused(published, 2, phrase, "--arrete-au", "2024-07-30")


def test_reports_of_cfa_with_the_public_edition(published: Path) -> None:
    phrase = (
        "l'édition publique n'a ni rapport de CFA, ni comparaison d'éditions. "
        "Retirez --cfa et --comparer-a, ou utilisez le profil interne."
    )
    refused(published, 2, phrase, "--profil", "externe", "--cfa", "0561234A")


def test_a_file_that_is_no_export(published: Path, tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    intrus = tmp_path / "donnees/contrats/note.docx"
    intrus.write_text("x", encoding="utf-8")
    phrase = (
        f"{intrus} : ce n'est pas un export lisible : c'est un fichier texte. Retirez-le du dossier ou enregistrez-le "
        "en CSV (.csv, .txt ou .tsv), en classeur .xlsx ou en JSON (.json ou .jsonl) : un fichier laissé "
        "de côté serait des contrats perdus."
    )
    refused(published, 3, phrase, "--donnees", tmp_path / "donnees")


def test_a_required_column_that_is_missing(published: Path, tmp_path: Path) -> None:
    lignes = [{cle.replace("codediplome", "code_dipl"): v for cle, v in r.items()} for r in second_network.rows()]
    second_network.write(tmp_path, lignes)
    export = tmp_path / "donnees/contrats/registre_2024-09-15.csv"
    phrase = (
        f"{export}:1 : colonne requise introuvable : « codediplome ». "
        "Ajoutez-la à l'export, ou dites dans config.toml sous quel en-tête elle s'y trouve :\n"
        '[colonnes]\ncodediplome = "code_dipl"'
    )
    refused(published, 3, phrase, "--donnees", tmp_path / "donnees")
    config = tmp_path / "config.toml"
    colonnes = phrase[phrase.index("[colonnes]") :]
    config.write_text(f"{second_network.CONFIG}\n{colonnes}\n", encoding="utf-8")
    assert construct(tmp_path).exit_code == 0


def test_a_renamed_column_that_is_not_ours(published: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(second_network.CONFIG + '\n[colonnes]\ndatedebut = "Début"\n', encoding="utf-8")
    ligne = config.read_text(encoding="utf-8").splitlines().index('datedebut = "Début"') + 1
    phrase = (
        f"{config}:{ligne} : [colonnes] : colonne inconnue « datedebut » "
        "(le plus proche : « datedebutcontrat »). À gauche du signe égal, le nom de notre colonne ; "
        "à droite, l'en-tête de vos fichiers."
    )
    refused(published, 2, phrase, "--config", config)


@pytest.mark.parametrize("nom", ["ref.duckdb", "Core.duckdb", "ventilations.v2.duckdb"])
def test_a_database_is_not_called_as_one_of_its_schemas(tmp_path: Path, nom: str) -> None:
    resultat = run("construire", "--base", tmp_path / nom, cwd=tmp_path)
    assert resultat.exit_code == 2
    assert f"{nom} : une base ne peut pas porter ce nom, celui d'un de ses schémas." in plain(resultat.stderr)
    assert not list(tmp_path.iterdir())


def test_purger_removes_what_runs_left_and_nothing_else(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    assert ask(tmp_path, laid_out=False).exit_code == 0
    (tmp_path / "output/.2023-2024.nouvelle").mkdir()
    (tmp_path / "base/.tmp-mort").mkdir()
    (tmp_path / "base/autre.txt").write_text("gardé", encoding="utf-8")
    options = ("--base", tmp_path / "base/ruptures.duckdb", "--sortie", tmp_path / "output")
    resultat = run("purger", *options, cwd=tmp_path)
    assert resultat.exit_code == 0
    assert resultat.output.count("Effacé : ") == 7  # the journal of the edition and what the base is of too
    assert [p.name for p in (tmp_path / "base").iterdir()] == ["autre.txt"]
    assert [p.name for p in (tmp_path / "output").iterdir()] == ["2023-2024"]
    assert run("purger", *options, cwd=tmp_path).output == "Rien à effacer.\n"


def test_too_many_rejected_rows_stop_the_run(published: Path, tmp_path: Path) -> None:
    lignes = second_network.rows()
    for rang in (4, 6, 8):
        lignes[rang]["datefincontrat"] = "2024-02-30"
    second_network.write(tmp_path, lignes)
    phrase = (
        f"{tmp_path / 'donnees/contrats'} : 3 lignes rejetées sur 85 ; la première : "
        "contrats/registre_2024-09-15.csv:6, datefincontrat, valeur illisible. Corrigez les exports "
        "(liste complète dans "
        f"{published / 'base/rejets.csv'}), ou acceptez ces pertes avec --accepter-rejets : le rapport les dira."
    )
    refused(published, 3, phrase, "--donnees", tmp_path / "donnees")
    assert "registre_2024-09-15.csv,6,datefincontrat,2024-02-30,valeur illisible" in (
        published / "base/rejets.csv"
    ).read_text(encoding="utf-8")


def test_accepted_rejects_bound_the_rate_on_the_screen_and_in_the_report(tmp_path: Path) -> None:
    lignes = second_network.rows()
    for rang in (4, 6):
        lignes[rang]["datefincontrat"] = "2024-02-30"
    second_network.write(tmp_path, lignes)
    assert construct(tmp_path).exit_code == 0  # one or two stop nothing
    lignes[8]["dateeffetrupture"] = "bientôt"
    second_network.write(tmp_path, lignes)
    assert construct(tmp_path).exit_code == 3
    resultat = ask(tmp_path, "--accepter-rejets", laid_out=False)
    assert resultat.exit_code == 0
    with duckdb.connect(str(tmp_path / "base/ruptures.duckdb"), read_only=True) as con:
        bornes = con.execute(
            "select taux_plancher, taux_plafond, ruptures_nettes, effectif from core.bornes "
            "inner join core.ruptures_nettes_par_annee using (annee) where annee = '2023-2024'"
        ).fetchall()[0]
    nettes, effectif = bornes[2:]
    assert bornes[:2] == ((nettes - 1) / (effectif + 2), (nettes + 3) / (effectif + 2))
    phrase = (
        "2 lignes rejetées et 1 indécise sur 85 (3,53 %) : quoi qu'elles aient dit, le taux de rupture nette de "
        "2023-2024 est compris "
        f"entre {formats.pourcentage(bornes[0], 2)} et {formats.pourcentage(bornes[1], 2)}."
    )
    phrase = re.sub("[\u00a0\u202f]", " ", phrase)
    assert f"Attention : {phrase}" in re.sub("[\u00a0\u202f]", " ", resultat.output)
    assert phrase in page_text(tmp_path / "output/2023-2024/rapport_2023-2024.pdf")


def test_dates_that_read_month_first_are_pointed_at(tmp_path: Path) -> None:
    lignes = second_network.rows()
    lignes[4]["dateconclusion"], lignes[5]["dateconclusion"] = "03/15/2023", "3-15-2023"
    second_network.write(tmp_path, lignes)
    resultat = construct(tmp_path)
    assert resultat.exit_code == 0
    fichier = "contrats/registre_2024-09-15.csv"
    assert (
        f"Attention : {fichier} : 2 dates illisibles comme 03/15/2022 ; si ce fichier écrit le mois en premier, "
        f'dites-le dans config.toml : [fichiers] "{fichier}" = {{dates = "mois/jour"}}.'
    ) in resultat.output


def test_what_the_referentials_do_not_know_is_told_at_the_end_and_nothing_where_they_know_all(tmp_path: Path) -> None:
    lignes = second_network.rows()
    second_network.write(tmp_path, lignes)
    resultat = construct(tmp_path)
    assert not re.search("Contrats :|Motifs :", resultat.output)
    rompue, autre, *_ = (rang for rang, ligne in enumerate(lignes) if ligne["dateeffetrupture"] >= "2024")
    lignes[rompue]["motifexprime"] = lignes[rompue]["motifvalide"] = "Fâché avec Mme Zyx"
    lignes[autre]["motifvalide"] = "Autre"
    lignes[4]["uaicfa"], lignes[5]["codediplome"], lignes[6]["codediplome"] = "9999999Z", "99999999", "99999998"
    second_network.write(tmp_path, lignes)
    resultat = construct(tmp_path)
    assert resultat.exit_code == 0
    assert (
        "Contrats : 1 sans structure connue (etablissements.csv) et 2 sans diplôme connu (diplomes.csv), sur 85.\n"
        "Motifs : 3 libellés absents de motifs.csv, « Autre libellé » pour 2 des 9 ruptures de 2023-2024, ligne par "
        f"ligne dans {tmp_path / 'base/anomalies.csv'}.\n"
    ) in re.sub("[\u00a0\u202f]", " ", resultat.output)
    assert "zyx" not in resultat.output.lower()


def test_a_file_without_date_beside_others_that_have_one_stops_the_run(published: Path, tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    registre = tmp_path / "donnees/contrats/registre_2024-09-15.csv"
    lot = registre.with_name("lot_2024-02-31.csv")
    shutil.copy(registre, lot)
    phrase = (
        f"{lot} : 1 fichier sans date d'extraction, à côté d'autres qui en ont une. Mettez-la dans son nom "
        '(2022-08-31), ou dites-la dans config.toml :\n[fichiers]\n"contrats/lot_2024-02-31.csv" = AAAA-MM-JJ'
    )
    refused(published, 3, phrase, "--donnees", tmp_path / "donnees")
    lot.rename(lot.with_name("lot_2024-02-28.csv"))
    assert construct(tmp_path).exit_code == 0


def test_exports_that_say_no_date_at_all_make_a_provisional_report(tmp_path: Path) -> None:
    """No extraction date, no rupture, no conclusion: nothing tells how far they go."""
    lignes = second_network.rows()
    for ligne in lignes:
        ligne.update(dict.fromkeys(("dateconclusion", "dateeffetrupture", "datesignalementrupture", "statut"), ""))
    second_network.write(tmp_path, lignes)
    registre = tmp_path / "donnees/contrats/registre_2024-09-15.csv"
    registre.rename(registre.with_name("registre.csv"))
    resultat = ask(tmp_path, laid_out=False)
    assert resultat.exit_code == 0, resultat.output
    assert "Attention : Rien ne dit jusqu'à quand vont les exports" in resultat.output
    (rapport,) = (tmp_path / "output").glob("*/rapport_*.pdf")
    assert "Données sans date d'extraction." in page_text(rapport)


@pytest.mark.parametrize("colonne", ["dateconclusion", "datesignalementrupture"])
@pytest.mark.parametrize(("nombre", "est_dit"), [(2, False), (3, True)])
def test_an_extraction_date_before_what_the_file_tells_is_said(
    tmp_path: Path, colonne: str, nombre: int, est_dit: bool
) -> None:
    """A wrong day makes another version win, and another year the report's; one or two are typing errors."""
    lignes = second_network.rows()
    for rang, ligne in enumerate(lignes):
        ligne[colonne] = "2024-09-16" if rang < nombre else "2024-09-15"
    second_network.write(tmp_path, lignes)
    dit = " ".join(construct(tmp_path).output.split())
    phrase = (
        f"Attention : contrats/registre_2024-09-15.csv : {nombre} fois sur {len(lignes)}, la date de conclusion ou de "
        "signalement est après le 15/09/2024, date d'extraction de ce fichier ; vérifiez celle-ci, dans son nom ou "
        "dans config.toml, [fichiers]."
    )
    assert (phrase in dit, "d'extraction" in dit) == (est_dit, est_dit)


def test_files_that_have_no_date_are_of_one_date_and_nothing_is_said(tmp_path: Path) -> None:
    second_network.write(tmp_path, second_network.rows())
    registre = tmp_path / "donnees/contrats/registre_2024-09-15.csv"
    registre.rename(registre.with_name("registre.csv"))
    resultat = construct(tmp_path)
    assert (resultat.exit_code, "date d'extraction" in resultat.output) == (0, False)


def test_a_database_in_use(published: Path) -> None:
    base = published / "base/ruptures.duckdb"
    phrase = f"{base} : un autre traitement est en cours sur cette base. Attendez sa fin, puis relancez."
    with FileLock(base.with_suffix(".verrou")):
        refused(published, 5, phrase)


def test_missing_system_libraries_are_told_before_the_work(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> None:
        raise OSError("cannot load library")

    monkeypatch.setattr(pdf.importlib, "import_module", absent)
    phrase = f"les bibliothèques système de WeasyPrint manquent. {pdf.BIBLIOTHEQUES}"
    refused(published, 5, phrase)


def test_the_edition_replaced_is_kept_one_generation_and_the_same_inputs_give_the_same_bytes(published: Path) -> None:
    sortie = published / "output"
    premiere = contents(sortie / "2023-2024")
    assert len(premiere) == 6
    assert ask(published).exit_code == 0
    assert sorted(p.name for p in sortie.iterdir()) == ["2023-2024", "2023-2024.precedente"]
    assert contents(sortie / "2023-2024.precedente") == premiere
    assert contents(sortie / "2023-2024") == premiere


def contents(edition: Path) -> dict[str, str]:
    """Hash of every file of an edition."""
    fichiers = [chemin for chemin in edition.rglob("*") if chemin.is_file()]
    return {str(f.relative_to(edition)): hashlib.sha256(f.read_bytes()).hexdigest() for f in fichiers}


def test_another_cut_off_is_another_edition_and_says_its_warning(published: Path) -> None:
    resultat = ask(published, "--arrete-au", "2024-10-31", laid_out=False)
    assert resultat.exit_code == 0
    assert "Attention : La date d'arrêté, 31/10/2024, est postérieure à la dernière date des exports" in resultat.output
    assert (published / "output/2023-2024_arrete-2024-10-31/rapport_2023-2024.pdf").is_file()


@pytest.mark.parametrize("verbe", ["rapport", "construire"])
def test_a_bug_of_ours_tells_where_it_is_and_never_what_it_worked_on(
    published: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verbe: str
) -> None:
    secret = " ".join(("Zyx", "Martin"))

    def stumble(*_: object) -> None:
        try:
            raise KeyError(secret)
        except KeyError as premiere:
            suivante = ValueError(secret)
            suivante.add_note(secret)
            raise suivante from premiere

    avant = snapshot(published)
    monkeypatch.setattr(persons.Persons, "settle", stumble)
    options = ["--donnees", "donnees", "--config", "config.toml", "--base", "base/ruptures.duckdb"]
    options += ["--sortie", "output"] if verbe == "rapport" else []
    monkeypatch.chdir(published)
    monkeypatch.setattr(sys, "argv", ["ruptures", verbe, *options])
    with pytest.raises(SystemExit) as sortie:
        cli.main()
    ecran = capsys.readouterr()
    assert sortie.value.code == 1
    assert "Zyx" not in ecran.out + ecran.err
    lignes = [stumble.__code__.co_firstlineno + ecart for ecart in (2, 6)]
    for lieu in (*(f'File "{__file__}", line {ligne}, in stumble' for ligne in lignes), "loading.py", "cli.py"):
        assert lieu in ecran.err
    assert [mot for mot in ("KeyError", "ValueError") if f"\n{mot} : message tu" in ecran.err] == [
        "KeyError", "ValueError",
    ]  # fmt: skip
    assert snapshot(published) == avant


@pytest.mark.parametrize(
    ("mots", "phrase"),
    [
        ("rapport --anne 2021-2022", "option inconnue « --anne » (le plus proche : « --annee »). Ses arguments et ses "
                                     "options : ruptures rapport --help."),
        ("--versoin", "option inconnue « --versoin » (le plus proche : « --version »). Les commandes et leurs options "
                      ": ruptures --help."),
        ("raport", "commande inconnue « raport » (le plus proche : « rapport »). Commandes : rapport, examiner, "),
        ("--quiet", "il manque la commande. Les commandes et leurs options : ruptures --help."),
        ("purger ici", "en trop : « ici ». Ses arguments et ses options : ruptures purger --help."),
        ("exemple", "il manque l'option « --sortie ». Écrivez --sortie DOSSIER. Ses arguments et ses options : "
                    "ruptures exemple --help."),
        ("rapport --annee", "il manque la valeur de l'option « --annee ». Écrivez --annee 2021-2022."),
        ("rapport --sans-cfa=oui", "l'option « --sans-cfa » ne prend pas de valeur. "),
        ("rapport --arrete-au demain", "valeur « demain » refusée pour l'option « --arrete-au ». Écrivez un jour : "
                                       "2022-10-31 ou 31/10/2022."),
        ("rapport --profil extern", "valeur « extern » refusée pour l'option « --profil » (le plus proche : "
                                    "« externe »). Valeurs possibles : interne, externe."),
        ("examiner --format jsn", "valeur « jsn » refusée pour l'option « --format » (le plus proche : « json »). "
                                  "Valeurs possibles : texte, json."),
        ("rapport --jobs 0", "valeur « 0 » refusée pour l'option « --jobs ». Écrivez un nombre entier, 1 au moins."),
        ("exemple --contrats mille", "valeur « mille » refusée pour l'option « --contrats ». Écrivez un nombre entier, "
                                     "1 au moins."),
        ("--quiet lister --verbose", "--quiet et --verbose se contredisent. Gardez l'un des deux."),
    ],
)  # fmt: skip
def test_a_wrong_command_line_says_what_is_accepted(mots: str, phrase: str) -> None:
    resultat = CliRunner().invoke(cli.app, mots.split(), prog_name="ruptures")
    assert (resultat.exit_code, resultat.stdout) == (2, "")
    assert resultat.stderr.startswith(f"Erreur : {phrase}")
    assert len(resultat.stderr.splitlines()) == 1


def test_every_command_has_help_and_a_volume() -> None:
    commande: Any = typer.main.get_command(cli.app)
    for verbe in ["", *commande.commands]:
        aide = CliRunner().invoke(cli.app, [*verbe.split(), "-h"], prog_name="ruptures")
        assert (aide.exit_code, aide.output) == (
            0, CliRunner().invoke(cli.app, [*verbe.split(), "--help"], prog_name="ruptures").output
        )  # fmt: skip
        assert "--quiet" in aide.output and "--verbose" in aide.output, verbe
        anglais = r"Usage|Show|exit|default|required|Commands|COMMAND\b|<path>|<bool>|<str>|list\["
        assert not re.search(anglais, aide.output), verbe


def test_the_package_is_the_command() -> None:
    resultat = subprocess.run([sys.executable, "-m", "pipeline", "raport"], capture_output=True, text=True, check=False)
    assert resultat.returncode == 2
    assert resultat.stderr.startswith("Erreur : commande inconnue « raport » ")
