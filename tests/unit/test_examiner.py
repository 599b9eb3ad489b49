"""`ruptures examiner`: what is said of files before a run is what a run makes of them, and nothing of anybody."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.ingest import examining
from pipeline.ingest.rejects import RUPTURE_ELOIGNEE
from pipeline.inputs import InputFolders
from pipeline.settings import load_settings
from tests.faults import test_personal_data as secrets
from tests.faults.maker import ILLISIBLE, INCONNU, Faute, Lu, Refus, apprenant, export, ligne, write_content
from tests.faults.test_corpus import CONFIG, DIPLOMES, LUES, REFUSEES, config_of, names, write_fault
from tests.rules.rows import TEMOIN
from tests.support import plain, write_project

LARGEUR, HAUTEUR = 100, 40


def ask(dossier: Path, *mots: str | Path) -> Result:
    """The verb on the project of a folder."""
    options = ("--donnees", dossier / "donnees", "--config", dossier / "config.toml")
    return CliRunner().invoke(app, ["examiner", *map(str, (*mots, *options))])


def read(dossier: Path, *mots: str | Path) -> Any:
    """What it says to a program."""
    return json.loads(ask(dossier, *mots, "--format", "json").stdout)


def write_files(dossier: Path, config: str = CONFIG, **fichiers: str) -> Path:
    """A project with these files of `contrats/`; returns its data folder."""
    donnees = write_project(dossier, {}, config=config)
    (donnees / "contrats").mkdir()
    for nom, texte in fichiers.items():
        write_content(donnees / f"contrats/{nom}_2022-12-31.csv", texte, "001")
    return donnees


# --- Ten faults in one file ---------------------------------------------------------------------------------------


def ten_faults() -> bytes:
    """An export of 200 rows with ten faults of ten kinds, in UTF-8 but for one byte."""
    lignes = [
        ligne(rang, datedebutcontrat="01/09/2021", siret="11111111100001", statut="Corrigé", motifexprime="", sexe="F",
              datenaissance="2004-03-15", nom="Zyx", prenom="Zyx", commentaire="zyx", naf="4120A", denomination="é")
        for rang in range(1, 201)
    ]  # fmt: skip
    lignes[1]["datefincontrat"] = "2022-02-30"
    lignes[2] |= {"uaicfa": "", "siret": ""}
    for rang in (3, 4, 5):
        lignes[rang] |= {"uaicfa": "9999999Z", "siret": ""}
    lignes[6]["codediplome"] = "45999999"
    lignes[7]["sexe"] = lignes[8]["sexe"] = "0"
    lignes[9]["motifexprime"] = "Fâché avec Mme Zyx"
    lignes[10]["dateeffetrupture"] = "15/1/22"
    lignes[11]["naf"] = "06 12 34 56 78"
    lignes[12]["denomination"] = "OCTET"
    texte = export(*lignes, "trop;peu").replace("###", "001")
    return texte.encode().replace(b"OCTET", "Résidence".encode("cp1252"))


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Its project."""
    donnees = write_project(tmp_path, {}, config=f'{CONFIG}[fichiers]\n"dix.csv" = 2022-12-31\n')
    (donnees / "contrats").mkdir()
    (donnees / "contrats/dix.csv").write_bytes(ten_faults())
    return tmp_path


def test_the_facts_of_a_file_with_ten_faults(faulty: Path) -> None:
    (fait,) = read(faulty)["fichiers"]
    assert {cle: fait[cle] for cle in ("refus", "encodage", "octets_etrangers", "separateur", "format")} == {
        "refus": None, "encodage": "utf-8, windows-1252", "octets_etrangers": 1, "separateur": ";", "format": "deca",
    }  # fmt: skip
    assert (fait["date_extraction"], fait["origine_date"]) == ("2022-12-31", "config.toml")
    assert [fait[f"lignes_{quoi}"] for quoi in ("lues", "retenues", "rejetees")] == [201, 198, 3]
    assert [tuple(f[c] for c in ("colonne", "raison", "lignes", "premiere_ligne")) for f in fait["rejets"]] == [
        ("datefincontrat", ILLISIBLE, 1, 3),
        ("uaicfa", "valeur absente", 1, 4),
        ("n_champs", "nombre de champs différent de l'en-tête", 1, 202),
    ]
    assert fait["rejets"][0]["valeurs"] == [{"valeur": "2022-02-30", "lignes": 1}]
    assert [tuple(f[c] for c in ("colonne", "raison", "lignes", "premiere_ligne")) for f in fait["anomalies"]] == [
        ("sexe", ILLISIBLE, 2, 9),
        ("motifexprime", INCONNU, 1, 11),
        ("naf", "valeur qui peut désigner une personne, écartée", 1, 13),
    ]
    assert fait["sans_structure"] == 3
    assert fait["colonnes_ignorees"] == ["commentaire"]
    assert "noavenant" in fait["colonnes_absentes"]


def test_the_facts_of_its_columns(faulty: Path) -> None:
    (fait,) = read(faulty)["fichiers"]
    colonnes = {c["colonne"]: c for c in fait["colonnes"]}
    dates = {nom: (c["formes_dates"], c["premiere"], c["derniere"]) for nom, c in colonnes.items() if c["formes_dates"]}
    assert dates == {
        "datedebutcontrat": ({"JJ/MM/AAAA": 200}, "2021-09-01", "2021-09-01"),
        "datefincontrat": ({"AAAA-MM-JJ": 199}, "2023-08-31", "2023-08-31"),
        "dateeffetrupture": ({"JJ/MM/AA": 1}, "2022-01-15", "2022-01-15"),
        "datenaissance": ({"AAAA-MM-JJ": 200}, None, None),
    }
    assert (colonnes["dateeffetrupture"]["lignes_remplies"], colonnes["siret"]["lignes_remplies"]) == (1, 196)
    assert colonnes["siret"]["part_remplie"] == 196 / 201
    dehors = {nom: c["hors_referentiel"] for nom, c in colonnes.items() if c["hors_referentiel"]}
    inconnus = {nom: dits for nom, dits in dehors.items() if dits["lignes"]}
    assert dehors.keys() - inconnus.keys() == {"siret"}
    assert inconnus == {
        "uaicfa": {"referentiel": "etablissements.csv", "lignes": 3, "codes": 1,
                   "valeurs": [{"valeur": "9999999Z", "lignes": 3}]},
        "codediplome": {"referentiel": "diplomes.csv", "lignes": 1, "codes": 1,
                        "valeurs": [{"valeur": "45999999", "lignes": 1}]},
        "motifexprime": {"referentiel": "motifs.csv", "lignes": 1, "codes": 1, "valeurs": []},
    }  # fmt: skip


def test_a_file_is_a_screen(faulty: Path) -> None:
    write_content(
        faulty / "donnees/contrats/trame_2022-12-31.csv",
        export(
            *(
                apprenant(rang, contrat_date_rupture="2022-01-15", cause_rupture_contrat="Autre")
                | {
                    f"{nom}{suffixe}": ""
                    for suffixe in ("_2", "_3", "_4")
                    for nom in ("contrat_date_debut", "contrat_date_fin", "contrat_date_rupture", "siret_employeur")
                }
                for rang in range(3)
            )
        ),
        "001",
    )
    resultat = ask(faulty)
    blocs = plain(resultat.stdout).split("\n\n")
    assert [bloc.split()[1] for bloc in blocs] == ["contrats/dix.csv", "contrats/trame_2022-12-31.csv", "Ensemble"]
    for bloc in blocs:
        assert len(bloc.splitlines()) <= HAUTEUR
        assert max(map(len, bloc.splitlines())) <= LARGEUR
    for dit in (
        "UTF-8, point-virgule, en-tête ligne 1, une ligne par contrat ou avenant",
        "31/12/2022, selon config.toml",
        "201 lues = 198 retenues + 3 rejetées (1,49 %)",
        "1  datefincontrat, valeur illisible, ligne 3 : 2022-02-30",
        "2  sexe, valeur illisible, dès la ligne 9",
        "uaicfa (etablissements.csv), 3 lignes, 1 valeur : 9999999Z (×3)",
        "< 1 %  dateeffetrupture",
        "Non lues     commentaire",
    ):
        assert dit in blocs[0]
    assert "format d'échange, un apprenti par ligne" in blocs[1]
    assert "3 rejetées (1,47 % ; 1,00 % admis)" in blocs[2]
    assert "un traitement s'arrêterait : contrats/ : 3 lignes rejetées sur 204" in blocs[2]
    assert resultat.exit_code == 3


def test_what_is_read_otherwise_than_written_is_said(tmp_path: Path) -> None:
    doublee = "CAP 1re année".encode().decode("cp1252")
    collee = export(ligne(3, dateeffetrupture="=B2", naf="=B3", Vu=""), ligne(4, naf="4120A", Vu=""))
    write_files(tmp_path, a=export(ligne(1, situation=doublee), ligne(2, situation='"CAP" 1re année')) + collee)
    (fait,) = read(tmp_path)["fichiers"]
    assert (fait["lignes_lues"], fait["colonnes_ignorees"]) == (4, ["Vu"])
    assert not {"situation", "naf", "dateeffetrupture"} & set(fait["colonnes_absentes"])
    remplies = {c["colonne"]: c["lignes_remplies"] for c in fait["colonnes"]}
    assert (remplies["nocontrat"], remplies["situation"], remplies["naf"]) == (4, 2, 2)
    assert [fait[quoi] for quoi in ("cellules_redecodees", "lignes_litterales", "formules", "lignes_indecises")] == [
        1, 1, 2, 1,
    ]  # fmt: skip
    dit = " ".join(ask(tmp_path).stdout.split())
    for phrase in (
        "1 cellule rétablie (« Ã© » pour « é »), à partir de la ligne 2",
        "1 ligne aux guillemets lus tels quels, à partir de la ligne 3",
        "2 formules jamais calculées, à partir de la ligne 5",
    ):
        assert phrase in dit


# --- Exit codes -----------------------------------------------------------------------------------------------------


def test_a_rupture_far_from_its_row_s_dates_is_undecided_as_in_a_run(tmp_path: Path) -> None:
    autres = [ligne(rang, datenaissance="2004-03-15", nom="Zyx", prenom="Zyx") for rang in range(4, 10)]
    jours = ("2001-01-15", "2024-08-31", "2024-09-01")  # the planned end is 2023-08-31
    loin = [
        ligne(1, datenaissance="2004-03-15", nom="Zyx", prenom="Zyx", dateeffetrupture=jours[0]),
        ligne(2, datenaissance="2004-03-15", nom="Zyx", prenom="Zyx", dateeffetrupture=jours[1]),
        ligne(3, datenaissance="2004-03-15", nom="Zyx", prenom="Zyx", statut="Rompu", datesignalementrupture=jours[2]),
    ]
    write_files(tmp_path, dates=export(*loin, *autres))
    (fait,) = read(tmp_path)["fichiers"]
    dites = [(f["colonne"], f["raison"], f["premiere_ligne"], f["valeurs"]) for f in fait["anomalies"]]
    assert dites == [
        ("dateeffetrupture", RUPTURE_ELOIGNEE, 2, [{"valeur": jours[0], "lignes": 1}]),
        ("datesignalementrupture", RUPTURE_ELOIGNEE, 4, [{"valeur": jours[2], "lignes": 1}]),
    ]
    assert fait["lignes_indecises"] == 2


def test_good_files_are_0_and_nothing_is_written(tmp_path: Path) -> None:
    write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]}, {"s_2022-12-31.csv": [{"nocontrat": "1"}]})
    avant = {chemin: chemin.stat().st_mtime_ns for chemin in tmp_path.rglob("*")}
    for mots in ((), ("--format", "json"), (tmp_path / "donnees/contrats/x_2022-12-31.csv",)):
        assert ask(tmp_path, *mots).exit_code == 0
    assert {chemin: chemin.stat().st_mtime_ns for chemin in tmp_path.rglob("*")} == avant


def test_a_refused_file_is_told_in_its_place_the_others_are_read_and_the_code_is_3(tmp_path: Path) -> None:
    donnees = write_files(tmp_path, a="", b=export(ligne(1)), c=export(ligne(1)).replace("codediplome", "diplôme"))
    (donnees / "contrats/notes.docx").write_bytes(b"x")
    resultat, examen = ask(tmp_path), read(tmp_path)
    assert resultat.exit_code == examen["conclusion"]["code_sortie"] == 3
    refus = {fait["fichier"]: fait["refus"] and fait["refus"]["raison"] for fait in examen["fichiers"]}
    assert refus == {
        "contrats/a_2022-12-31.csv": "fichier vide",
        "contrats/b_2022-12-31.csv": None,
        "contrats/c_2022-12-31.csv": "colonne requise introuvable : « codediplome »",
        "contrats/notes.docx": "ce n'est pas un export lisible : c'est un fichier texte",
    }
    assert "Refusé       fichier vide. Refaites l'export" in resultat.stdout
    assert f'{" " * 13}[colonnes]\n{" " * 13}codediplome = "diplôme"\n' in resultat.stdout
    assert "3 fichiers refusés" in resultat.stdout


def test_a_total_that_is_not_reached_is_a_refusal_with_the_facts_of_the_file(tmp_path: Path) -> None:
    write_files(tmp_path, a=export(ligne(1), ligne(2), "Total : 3"))
    (fait,) = read(tmp_path)["fichiers"]
    assert (fait["refus"]["ligne"], fait["lignes_lues"], len(fait["colonnes"])) == (4, 2, 7)


def test_too_many_rejects_are_3(tmp_path: Path) -> None:
    write_files(tmp_path, a=export(*(ligne(rang, uaicfa="" if rang < 3 else "0010001A") for rang in range(100))))
    assert (ask(tmp_path).exit_code, read(tmp_path)["conclusion"]["arret"]) == (
        3, "contrats/ : 3 lignes rejetées sur 100",
    )  # fmt: skip


def test_files_without_a_row_are_3(tmp_path: Path) -> None:
    write_files(tmp_path, a=export(ligne(1)).splitlines()[0] + "\n")
    assert ask(tmp_path).exit_code == 3


def test_what_config_names_and_is_nowhere_is_2_and_told_with_the_nearest(tmp_path: Path) -> None:
    config = f'{CONFIG}[fichiers]\n"b_2022-12-31.csv" = 2022-12-31\n[colonnes]\nsituation = "Comentaire"\n'
    donnees = write_files(tmp_path, config, a=export(ligne(1, Commentaire="x")))
    assert read(tmp_path)["conclusion"]["configuration"] == [
        {"ligne": 8, "message": "[fichiers] : aucun fichier ne s'appelle « b_2022-12-31.csv » (le plus proche : "
                                "« a_2022-12-31.csv »)"},
        {"ligne": 10, "message": "[colonnes] : aucun fichier lu n'a l'en-tête « Comentaire » (situation) (le plus "
                                 "proche : « Commentaire »)"},
    ]  # fmt: skip
    assert ask(tmp_path).exit_code == 2
    # Of one file alone, what is named may be in another.
    assert ask(tmp_path, donnees / "contrats/a_2022-12-31.csv").exit_code == 0


def test_wrong_usage_is_2(tmp_path: Path) -> None:
    write_project(tmp_path, {})
    for mots, dit in (
        ((), "aucun export de contrats"),
        ((tmp_path / "absent.csv",), "fichier introuvable"),
        ((tmp_path,), "c'est un dossier"),
        (("--format", "xml"), ""),
    ):
        resultat = ask(tmp_path, *mots)
        assert (resultat.exit_code, resultat.stdout) == (2, "")
        assert dit in resultat.stderr


# --- Files anywhere, referentials missing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "role"),
    [
        (export(ligne(1)), "contrats"),
        ("nocontrat;motifexprime\n1;Abandon\n", "suivi"),
        ("nocontrat;situation;datedebutcontrat\n1;CAP;2021-09-01\n", "contrats"),
        (export(apprenant(1)), "contrats"),
    ],
    ids=["an export", "a follow-up", "an incomplete export", "the exchange layout"],
)
def test_a_file_elsewhere_is_what_its_header_says(tmp_path: Path, texte: str, role: str) -> None:
    write_project(tmp_path, {})
    (tmp_path / "ailleurs").mkdir()
    chemin = tmp_path / "ailleurs/x.csv"
    write_content(chemin, texte, "001")
    (fait,) = read(tmp_path, chemin)["fichiers"]
    assert (fait["fichier"], fait["role"]) == (str(chemin), role)


def test_missing_and_refused_referentials_are_told_and_what_depends_on_them_is_not_examined(tmp_path: Path) -> None:
    donnees = write_files(tmp_path, a=export(ligne(1, motifexprime="Autre"), ligne(2, uaicfa="9999999Z")))
    for nom in ("motifs", "etablissements"):
        (donnees / f"referentiels/{nom}.csv").unlink()
    resultat, examen = ask(tmp_path), read(tmp_path)
    (fait,) = examen["fichiers"]
    assert resultat.exit_code == 0
    assert examen["referentiels"]["absents"] == ["etablissements.csv", "motifs.csv"]
    assert "manquent, et ce qui en dépend n'est pas examiné : etablissements.csv, motifs.csv" in resultat.stdout
    assert "n'arrêterait un traitement ; mais des référentiels manquent" in resultat.stdout
    assert (fait["lignes_retenues"], fait["sans_structure"], fait["anomalies"]) == (2, None, [])
    assert [c["colonne"] for c in fait["colonnes"] if c["hors_referentiel"]] == ["codediplome"]
    (donnees / "referentiels/diplomes.csv").write_text("code_diplome\n", encoding="utf-8")
    examen = read(tmp_path)
    assert (len(examen["referentiels"]["refus"]), examen["conclusion"]["code_sortie"]) == (1, 3)


@pytest.mark.parametrize(
    ("nom", "texte", "quoi"),
    [
        ("partenaires", "partenaire;code_postal;departement;uai\nUn;74000;;\nDeux;74000;;\n", "74000"),
        ("partenaires", "partenaire;code_postal;departement;uai\nUn;74000;74;\n", "un lieu, et un seul"),
        (
            "regles_financement",
            "regle;valeur;delai_mois;debut;source\nparticipation;750;;2025-07-01;x\n",
            "pas entières",
        ),
        ("objectifs", "portee;groupe;indicateur;cible;annee\nfiliere;Inconnue;reussite;80;2023-2024\n", "Inconnue"),
    ],
)
def test_a_referential_that_a_run_refuses_is_refused(tmp_path: Path, nom: str, texte: str, quoi: str) -> None:
    donnees = write_files(tmp_path, a=export(ligne(1)))
    (donnees / f"referentiels/{nom}.csv").write_text(texte, encoding="utf-8")
    examen = read(tmp_path)
    (refus,) = examen["referentiels"]["refus"]
    assert quoi in refus and f"{nom}.csv" in refus
    assert examen["conclusion"]["code_sortie"] == 3


# --- It says what a run does ----------------------------------------------------------------------------------------


def examine(dossier: Path, numero: str, faute: Faute) -> examining.Examination:
    """The examination of a fault alone."""
    donnees = write_project(dossier, {}, config=CONFIG + config_of(numero, faute), referentiels=DIPLOMES)
    write_fault(donnees, numero, faute)
    return examining.examine(
        InputFolders(donnees, donnees / "referentiels", False), (), load_settings(dossier / "config.toml")
    )


def listed(fautes: tuple[examining.Finding, ...]) -> Counter[tuple[str, str]]:
    return Counter({(faute.colonne, faute.raison): faute.lignes for faute in fautes})


def one_of_four(fautes: list[tuple[str, Faute]]) -> list[Any]:
    """The faults of the corpus, three of four in the long campaigns: a run reads all of them in each."""
    noms = names(fautes)
    return [
        pytest.param(*cas, id=noms[rang], marks=[] if rang % 4 == 0 else pytest.mark.long)
        for rang, cas in enumerate(fautes)
    ]


@pytest.mark.parametrize(("numero", "faute"), one_of_four(LUES))
def test_the_rows_kept_and_rejected_are_those_of_a_run(tmp_path: Path, numero: str, faute: Faute) -> None:
    faits = {fait.role: fait for fait in examine(tmp_path, numero, faute).fichiers}
    attendus = {"contrats": faute.attendu} | ({"suivi": faute.attendu.suivi} if faute.suivi is not None else {})  # type: ignore[union-attr]
    for role, attendu in attendus.items():
        assert isinstance(attendu, Lu)
        fait = faits[role]
        assert fait.refus is None
        assert (fait.lignes_lues, fait.lignes_rejetees) == (attendu.lues, len(attendu.rejets))
        assert fait.lignes_retenues == attendu.lues - len(attendu.rejets)
        for trouves, listes in ((fait.rejets, attendu.rejets), (fait.anomalies, attendu.anomalies)):
            assert listed(trouves) == Counter((colonne, raison) for _, colonne, _, raison in listes)
            premieres: dict[tuple[str, str], int] = {}
            for rang, colonne, _, raison in sorted(listes, reverse=True):
                premieres[colonne, raison] = rang
            assert {(trouve.colonne, trouve.raison): trouve.premiere_ligne for trouve in trouves} == premieres
        for colonne in {"encodage", "date_extraction", "contrats"} & attendu.fichier.keys():
            assert getattr(fait, colonne) == attendu.fichier[colonne]


@pytest.mark.parametrize(("numero", "faute"), one_of_four(REFUSEES))
def test_a_file_that_would_stop_a_run_is_refused_in_the_same_words(tmp_path: Path, numero: str, faute: Faute) -> None:
    refus = faute.attendu
    assert isinstance(refus, Refus)
    examen = examine(tmp_path, numero, faute)
    refuses = [(fait.fichier, fait.refus) for fait in examen.fichiers if fait.refus is not None]
    assert examen.conclusion.code_sortie == refus.code
    # What is missing beside a file is no fault of its own.
    phrase = str(examen.conclusion.arret)
    if refuses:
        ((fichier, dit),) = refuses
        assert refus.ligne is None or dit.ligne == refus.ligne
        phrase = f"{fichier} : {dit.raison}. {dit.remede}"
    for mot in refus.mots:
        assert mot.replace("###", numero) in phrase


# --- For programs ----------------------------------------------------------------------------------------------------


def keys(valeur: Any) -> Any:
    """The keys of a JSON value, and of those in it."""
    if isinstance(valeur, dict):
        return {cle: keys(v) for cle, v in valeur.items()}
    return [keys(valeur[0])] if isinstance(valeur, list) and valeur else None


def test_the_keys_of_the_json_are_those_that_the_guide_says(faulty: Path) -> None:
    valeurs = [{"valeur": None, "lignes": None}]
    constat = {"colonne": None, "raison": None, "lignes": None, "premiere_ligne": None, "valeurs": valeurs}
    examen = read(faulty)
    assert keys(examen) == {
        "donnees": None,
        "referentiels": {"dossier": None, "absents": None, "refus": None, "douteux": None},
        "fichiers": [
            {
                "fichier": None, "role": None, "octets": None, "refus": None, "encodage": None,
                "octets_etrangers": None, "ligne_etrangere": None, "separateur": None, "feuille": None,
                "ligne_entete": None, "format": None, "date_extraction": None, "origine_date": None,
                "minuits_utc": None, "depuis_1904": None, "cellules_redecodees": None, "ligne_redecodee": None,
                "lignes_litterales": None, "ligne_litterale": None, "formules": None, "ligne_formule": None,
                "lignes_indecises": None, "lignes_lues": None, "lignes_retenues": None, "lignes_rejetees": None,
                "contrats": None, "lignes_sans_contrat": None, "rejets": [constat],
                "anomalies": [constat], "sans_structure": None,
                "colonnes": [
                    {
                        "colonne": None, "entete": None, "lignes_remplies": None, "part_remplie": None,
                        "formes_dates": None, "premiere": None, "derniere": None, "hors_referentiel": None,
                    }
                ],
                "colonnes_absentes": [None], "colonnes_ignorees": [None],
            }
        ],
        "conclusion": {
            "fichiers": None, "fichiers_refuses": None, "lignes_lues": None, "lignes_rejetees": None,
            "part_rejets_max": None, "arret": None, "sans_date": None, "configuration": None, "code_sortie": None,
        },
    }  # fmt: skip


# --- Nothing of anybody ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mots", [(), ("--format", "json")], ids=["text", "json"])
def test_what_identifies_a_person_is_not_said(tmp_path: Path, mots: tuple[str, ...]) -> None:
    """Typed into any cell of a CSV or of a workbook, only the names of files and of columns that are not read are said,
    which a person's name may be."""
    donnees = secrets.empty_project(tmp_path)
    secrets.write_csv_files(donnees)
    secrets.write_workbooks(donnees)
    resultat = ask(tmp_path, *mots)
    assert (resultat.exit_code, resultat.stderr) == (3, "")
    trouves = {(cellule, genre) for _, cellule, genre in secrets.traces(resultat.stdout.encode())}
    assert trouves == {(secrets.NOM_DE_FICHIER, "name"), (secrets.ENTETE, "name")}
