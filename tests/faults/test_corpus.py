"""The fault corpus, file by file: what each row of `corpus.py` says must come out of `ruptures construire`."""

from __future__ import annotations

import csv
import functools
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import Result

from pipeline import formats
from pipeline.ingest.rejects import REPRISE_POSSIBLE
from tests.faults.corpus import FAUTES
from tests.faults.maker import (
    DETRUITE,
    ECARTEE,
    FORMULE,
    ILLISIBLE,
    INCONNU,
    NON_MONTRE,
    RETABLI,
    TEL_QUEL,
    Faute,
    Lu,
    Refus,
    export,
    ligne,
    numbered,
    write_content,
)
from tests.rules.rows import TEMOIN, contrat
from tests.support import REFERENTIELS, construct, models, rows, write_project

CONFIG = '[annees]\npremiere = "2019-2020"\n'
DIPLOMES = {"diplomes.csv": REFERENTIELS["diplomes.csv"] + "01022701,MC Zinguerie,MC,3,Couverture,false\n"}
LUES = [(numero, faute) for numero, faute in numbered(FAUTES) if isinstance(faute.attendu, Lu)]
REFUSEES = [(numero, faute) for numero, faute in numbered(FAUTES) if isinstance(faute.attendu, Refus)]


def names(fautes: list[tuple[str, Faute]]) -> list[str]:
    return [faute.nom for _, faute in fautes]


def write_fault(donnees: Path, numero: str, faute: Faute) -> Path:
    """The file of a fault in `contrats/`, and its follow-up; returns the one at fault."""
    chemin = donnees / "contrats" / faute.fichier.replace("###", numero)
    chemin.parent.mkdir(parents=True, exist_ok=True)
    write_content(chemin, faute.contenu, numero, faute.encodage)
    if faute.suivi is None:
        return chemin
    suivi = donnees / "suivi" / f"s{numero}_2022-12-31.csv"
    suivi.parent.mkdir(exist_ok=True)
    write_content(suivi, faute.suivi, numero)
    return suivi


def config_of(numero: str, faute: Faute) -> str:
    return faute.config.format(fichier=faute.fichier.replace("###", numero)) if faute.config else ""


def config_of_all(fautes: list[tuple[str, Faute]]) -> str:
    """The lines of config.toml of several faults, each table once."""
    tables: dict[str, list[str]] = {}
    for numero, faute in fautes:
        if faute.config:
            table, *lignes = config_of(numero, faute).splitlines()
            tables.setdefault(table, []).extend(lignes)
    return CONFIG + "".join("\n".join([table, *lignes, ""]) for table, lignes in tables.items())


def is_of_its_file_only(faute: Faute) -> bool:
    """Whether what a fault needs of config.toml says nothing of other files."""
    return not faute.config or faute.config.startswith("[fichiers]")


def build(dossier: Path, *options: str | Path, accepter: bool = True) -> Result:
    """`ruptures construire` on the project of a folder."""
    return construct(dossier, *(["--accepter-rejets"] if accepter else []), *options)


# --- Files that are read: in one run, those whose lines of config.toml are about every file in another ------------


@dataclass
class Execution:
    """A run over many files: its database and its lists, and the files that stopped it before they were removed."""

    con: duckdb.DuckDBPyConnection | None
    rejets: dict[str, list[tuple[str, ...]]]
    anomalies: dict[str, list[tuple[str, ...]]]
    refus: dict[str, str]


def execute(dossier: Path, fautes: list[tuple[str, Faute]]) -> Execution:
    """Build the faults together. One that stops the run is noted and removed, so that it fails alone."""
    config = config_of_all(fautes)
    donnees = write_project(dossier, {"temoin_2022-12-31.csv": [TEMOIN]}, config=config, referentiels=DIPLOMES)
    for numero, faute in fautes:
        write_fault(donnees, numero, faute)
    refus: dict[str, str] = {}
    while (resultat := build(dossier, "--sql", models())).exit_code != 0:
        coupable = re.search(r"(?:contrats|suivi)/([fs]\d{3}[\w-]*\.\w+)", resultat.output, re.IGNORECASE)
        if resultat.exit_code != 3 or coupable is None:
            return Execution(None, {}, {}, {"": f"{resultat.output}{resultat.exception!r}"})
        numero = coupable[1][1:4]
        refus[numero] = resultat.output
        for chemin in [*donnees.glob(f"contrats/[fF]{numero}*"), *donnees.glob(f"suivi/s{numero}*")]:
            chemin.unlink()
    con = duckdb.connect(str(dossier / "base/ruptures.duckdb"), read_only=True)
    return Execution(con, read_list(dossier, "rejets"), read_list(dossier, "anomalies"), refus)


def read_list(dossier: Path, nom: str) -> dict[str, list[tuple[str, ...]]]:
    """`rejets.csv` or `anomalies.csv` by file: (line, column, value, reason)."""
    with (dossier / f"base/{nom}.csv").open(encoding="utf-8", newline="") as flux:
        entete, *lignes = csv.reader(flux)
    assert entete == ["fichier", "ligne", "colonne", "valeur", "raison"]
    par_fichier: dict[str, list[tuple[str, ...]]] = {}
    for fichier, *reste in lignes:
        par_fichier.setdefault(fichier, []).append(tuple(reste))
    return par_fichier


@pytest.fixture(scope="module")
def execution(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Faute], Execution]:
    """The run a fault was read in."""

    @functools.cache
    def of(a_part: bool) -> Execution:
        ensemble = [(numero, faute) for numero, faute in LUES if is_of_its_file_only(faute) is not a_part]
        return execute(tmp_path_factory.mktemp("fautes"), ensemble)

    return lambda faute: of(not is_of_its_file_only(faute))


def filled(valeur: Any, numero: str) -> Any:
    """The same with the fault's number."""
    if isinstance(valeur, str):
        return valeur.replace("###", numero)
    if isinstance(valeur, dict):
        return {cle: filled(v, numero) for cle, v in valeur.items()}
    return tuple(filled(v, numero) for v in valeur) if isinstance(valeur, tuple) else valeur


def check_file(faite: Execution, nom: str, attendu: Lu, numero: str) -> None:
    """The accounting, the rejects, the anomalies and the contracts of one file are as told."""
    assert faite.con is not None
    trouve = {
        "comptes": rows(
            faite.con,
            f"select lignes_lues, lignes_retenues, lignes_rejetees, doublons from brut.fichiers where nom = '{nom}'",
        ),
        "rejets": sorted(faite.rejets.get(nom, [])),
        # Files read together share birth dates: a possible return is the fault of none.
        "anomalies": sorted(a for a in faite.anomalies.get(nom, []) if a[3] != REPRISE_POSSIBLE),
    }
    refusees = len(attendu.rejets)
    assert trouve == {
        "comptes": [(attendu.lues, attendu.lues - refusees, refusees, attendu.doublons)],
        "rejets": sorted(filled((str(n), *reste), numero) for n, *reste in attendu.rejets),
        "anomalies": sorted(filled((str(n), *reste), numero) for n, *reste in attendu.anomalies),
    }
    for colonne, valeur in attendu.fichier.items():
        ((lue,),) = rows(faite.con, f"select {colonne} from brut.fichiers where nom = '{nom}'")
        assert (colonne, set(lue) if isinstance(valeur, set) and isinstance(lue, list) else lue) == (colonne, valeur)
    if attendu.contrats is not None:
        assert read_contracts(faite.con, nom, attendu.contrats) == [filled(dict(c), numero) for c in attendu.contrats]


def read_contracts(con: duckdb.DuckDBPyConnection, nom: str, attendus: Any) -> list[dict[str, str | None]]:
    """The contracts of a file in their order, each in the columns that are expected of it."""
    curseur = con.execute(
        "select distinct contrats.* from core.contrats as contrats join core.lignes as lignes using (id_contrat) "
        "join brut.contrats as bruts on lignes.id_ligne = bruts.id_ligne "
        "join brut.fichiers as fichiers on bruts.fichier = fichiers.fichier where fichiers.nom = ? order by id_contrat",
        [nom],
    )
    noms = [description[0] for description in curseur.description or ()]
    trouves = [dict(zip(noms, valeurs, strict=True)) for valeurs in curseur.fetchall()]
    colonnes = [list(c) for c in attendus] + [[]] * len(trouves)
    return [{c: as_text(t[c]) for c in voulues} for t, voulues in zip(trouves, colonnes, strict=False)]


def as_text(valeur: object) -> str | None:
    if valeur is None:
        return None
    return str(valeur).lower() if isinstance(valeur, bool) else str(valeur)


@pytest.mark.parametrize(("numero", "faute"), LUES, ids=names(LUES))
def test_is_read(execution: Callable[[Faute], Execution], numero: str, faute: Faute) -> None:
    faite = execution(faute)
    assert faite.refus.get(numero, faite.refus.get("", "")) == ""
    attendu = faute.attendu
    assert isinstance(attendu, Lu)
    check_file(faite, f"contrats/{faute.fichier.replace('###', numero)}", attendu, numero)
    if attendu.suivi is not None:
        check_file(faite, f"suivi/s{numero}_2022-12-31.csv", attendu.suivi, numero)


@pytest.fixture
def ensemble(execution: Callable[[Faute], Execution]) -> duckdb.DuckDBPyConnection:
    """The database of all the files that are read together."""
    con = execution(LUES[0][1]).con
    assert con is not None
    return con


@pytest.mark.parametrize(
    ("nature", "raison"),
    [
        ("valeurs_illisibles", ILLISIBLE),
        ("valeurs_detruites", DETRUITE),
        ("valeurs_ecartees", ECARTEE),
        ("libelles_inconnus", INCONNU),
        ("formules_non_calculees", FORMULE),
        ("zeros_retablis", RETABLI),
        ("zeros_non_retablis", TEL_QUEL),
    ],
)
def test_each_nature_of_anomaly_is_counted_apart(ensemble: duckdb.DuckDBPyConnection, nature: str, raison: str) -> None:
    attendus = Counter(
        motif
        for _, faute in LUES
        if isinstance(faute.attendu, Lu) and is_of_its_file_only(faute)
        for lu in (faute.attendu, faute.attendu.suivi)
        if lu is not None
        for *_, motif in lu.anomalies
    )
    assert rows(ensemble, f"select nombre from core.anomalies where nature = '{nature}'") == [(attendus[raison],)]


def test_a_follow_up_for_no_contract_and_one_that_contradicts_itself_are_counted(
    ensemble: duckdb.DuckDBPyConnection,
) -> None:
    assert rows(ensemble, "select nature, nombre from core.anomalies where nature like 'suivi%' order by nature") == [
        ("suivi_contradictoire", 1),
        ("suivi_sans_contrat", 1),
    ]


def test_rows_read_are_rows_kept_and_rows_rejected(ensemble: duckdb.DuckDBPyConnection) -> None:
    assert rows(ensemble, "select nom from brut.fichiers where lignes_lues <> lignes_retenues + lignes_rejetees") == []
    assert rows(ensemble, "select count(*) > 80 from brut.fichiers") == [(True,)]


def test_the_contracts_of_a_usual_export_are_its_kept_rows(ensemble: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        ensemble,
        "select nom from brut.fichiers where role = 'contrats' and contrats is distinct from lignes_retenues "
        "and fichier not in (select fichier from brut.contrats where nocontrat is null)",
    ) == []  # fmt: skip


# --- Files that stop the run: one run each, and nothing that existed is touched -----------------------------------


@pytest.mark.parametrize(("numero", "faute"), REFUSEES, ids=names(REFUSEES))
def test_stops_the_run(tmp_path: Path, numero: str, faute: Faute) -> None:
    donnees = write_project(tmp_path, {}, config=CONFIG + config_of(numero, faute), referentiels=DIPLOMES)
    chemin = write_fault(donnees, numero, faute)
    anciens = [tmp_path / "base" / nom for nom in ("ruptures.duckdb", "rejets.csv", "anomalies.csv")]
    (tmp_path / "base").mkdir()
    for ancien in anciens:
        ancien.write_text("d'avant", encoding="utf-8")
    resultat = build(tmp_path)
    refus = faute.attendu
    assert isinstance(refus, Refus)
    assert (resultat.exit_code, resultat.stderr[:9]) == (refus.code, "Erreur : "), resultat.exception
    for mot in (str(chemin), *refus.mots):
        assert mot.replace("###", numero) in resultat.stderr
    if refus.ligne is not None:
        assert f"{chemin}:{refus.ligne} : " in resultat.stderr
    assert [ancien.read_text(encoding="utf-8") for ancien in anciens] == ["d'avant"] * 3
    assert sorted(p.name for p in (tmp_path / "base").iterdir() if p.suffix != ".verrou") == sorted(
        ancien.name for ancien in anciens
    )


def test_a_file_one_may_not_read_stops_the_run(tmp_path: Path) -> None:
    chemin = write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]}) / "contrats/x_2022-12-31.csv"
    chemin.chmod(0)
    if os.access(chemin, os.R_OK):
        pytest.skip("this user may read everything")
    resultat = build(tmp_path)
    assert (resultat.exit_code, resultat.stderr.startswith(f"Erreur : {chemin} : fichier illisible")) == (3, True)


def test_exports_without_a_single_row_stop_the_run(tmp_path: Path) -> None:
    donnees = write_project(tmp_path, {})
    (donnees / "contrats").mkdir()
    write_content(donnees / "contrats/x_2022-12-31.csv", export(ligne(1)).splitlines()[0] + "\n", "001")
    resultat = build(tmp_path)
    assert (resultat.exit_code, "les exports n'ont aucune ligne" in resultat.stderr) == (3, True)


def test_what_systems_leave_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    donnees = write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN, contrat()]}, {}, CONFIG)
    (donnees / "suivi").mkdir()
    for nom in ("~$export.xlsx", "Thumbs.db", "desktop.ini", "Desktop.ini", ".DS_Store", ".~lock.export.csv#"):
        (donnees / "contrats" / nom).write_bytes(b"\x00")
        (donnees / "suivi" / nom).write_bytes(b"\x00")
    resultat = build(tmp_path)
    assert resultat.exit_code == 0, resultat.output


def test_a_stranger_in_the_follow_up_folder_stops_the_run(tmp_path: Path) -> None:
    donnees = write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]})
    (donnees / "suivi").mkdir()
    (donnees / "suivi/notes.docx").write_bytes(b"x")
    resultat = build(tmp_path)
    assert (resultat.exit_code, "suivi/notes.docx : ce n'est pas un export lisible" in resultat.stderr) == (3, True)


@pytest.mark.parametrize(("bonnes", "rejets", "code"), [(296, 3, 3), (297, 3, 0), (2, 2, 0), (0, 1, 3)])
def test_more_than_one_row_in_a_hundred_and_three_rejected_or_all_stop_the_run(
    tmp_path: Path, bonnes: int, rejets: int, code: int
) -> None:
    donnees = write_project(tmp_path, {}, {}, CONFIG)
    (donnees / "contrats").mkdir()
    lignes = [ligne(rang) for rang in range(bonnes)]
    lignes += [ligne(900 + rang, uaicfa="") for rang in range(rejets)]
    write_content(donnees / "contrats/x_2022-12-31.csv", export(*lignes), "001")
    resultat = build(tmp_path, accepter=False)
    assert resultat.exit_code == code, resultat.output
    if code:
        assert f"{formats.plural(rejets, 'ligne rejetée', 'lignes rejetées')} sur {bonnes + rejets}" in resultat.stderr
        assert f"contrats/x_2022-12-31.csv:{bonnes + 2}, uaicfa, valeur absente" in resultat.stderr
        assert ("--accepter-rejets" in resultat.stderr) is (bonnes > 0)


# --- Columns nobody foresaw --------------------------------------------------------------------------------------


def test_a_declared_additional_column_is_typed_and_carried(tmp_path: Path) -> None:
    types = {
        "regime": "texte", "lot": "code", "vague": "numero", "entretien": "date", "absences": "entier",
        "prime": "decimal", "internat": "booleen",
    }  # fmt: skip
    config = CONFIG + "[colonnes_supplementaires]\n" + "".join(f'{c} = "{t}"\n' for c, t in types.items())
    valeurs = {
        "Régime": "Demi-pension", "LOT": "ab 1", "vague": "02", "Entretien": "15/01/2022", "absences": "3",
        "prime": "12,50", "internat": "oui",
    }  # fmt: skip
    donnees = write_project(tmp_path, {}, {}, config)
    (donnees / "contrats").mkdir()
    texte = export(ligne(1, **valeurs), ligne(2, **{**valeurs, "absences": "beaucoup"}))
    write_content(donnees / "contrats/x_2022-12-31.csv", texte, "001")
    resultat = build(tmp_path)
    assert resultat.exit_code == 0, resultat.output
    with duckdb.connect(str(tmp_path / "base/ruptures.duckdb"), read_only=True) as con:
        for table in ("core.contrats", "core.inscriptions"):
            assert rows(
                con, f"select distinct regime, lot, vague, entretien::varchar, prime::varchar, internat from {table}"
            ) == [("Demi-pension", "AB1", "2", "2022-01-15", "12.50", True)]
            assert rows(con, f"select distinct absences from {table} order by 1") == [(3,), (None,)]
        assert rows(con, "select colonnes_ignorees from brut.fichiers") == [([],)]
    assert read_list(tmp_path, "anomalies") == {"contrats/x_2022-12-31.csv": [("3", "absences", "", ILLISIBLE)]}


def test_an_additional_column_of_an_unknown_type_is_wrong_usage(tmp_path: Path) -> None:
    write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]}, config='[colonnes_supplementaires]\nregime = "mot"\n')
    resultat = build(tmp_path)
    assert (resultat.exit_code, "colonnes_supplementaires.regime" in resultat.stderr) == (2, True)


@pytest.mark.parametrize("valeur", ['{ dates = "jour-mois" }', '{ encodage = "utf-99" }', '{ feuilles = "x" }'])
def test_a_wrong_line_in_fichiers_is_wrong_usage(tmp_path: Path, valeur: str) -> None:
    write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]}, config=f'[fichiers]\n"x_2022-12-31.csv" = {valeur}\n')
    resultat = build(tmp_path)
    assert (resultat.exit_code, "fichiers" in resultat.stderr) == (2, True), resultat.output


def test_a_line_of_fichiers_that_is_no_file_is_wrong_usage_and_the_nearest_is_said(tmp_path: Path) -> None:
    config = '[fichiers]\n"contrats/x_2022-12-30.csv" = { dates = "mois/jour" }\n'
    write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]}, config=config)
    resultat = build(tmp_path)
    assert (resultat.exit_code, resultat.stderr) == (
        2,
        f"Erreur : {tmp_path / 'config.toml'}:6 : [fichiers] : aucun fichier ne s'appelle "
        "« contrats/x_2022-12-30.csv » (le plus proche : « contrats/x_2022-12-31.csv »). Corrigez ce nom, ou retirez "
        "la ligne : elle ne règle rien.\n",
    )


NON_LUES = {
    "none": ([{}], ""),
    "one, with a line break in it": (
        [{"Commentaire\nlibre": ""}],
        "contrats/f0_2022-12-31.csv : colonne non lue : « Commentaire libre ».",
    ),
    "many": (
        [{f"c{rang}": "" for rang in range(10)}],
        "contrats/f0_2022-12-31.csv : colonnes non lues : "
        + f"{', '.join(f'« c{rang} »' for rang in range(8))} … et 2 autres.",
    ),
    "those that tell of a person are hidden": (
        [{"zoe@exemple.fr": "", "note": "", "0612345678": ""}],
        f"contrats/f0_2022-12-31.csv : colonnes non lues : « {NON_MONTRE} », « note ».",
    ),
    "the same in several files, others in another": (
        [{"note": ""}, {"vu": ""}, {"note": ""}, {"note": ""}],
        "contrats/f0_2022-12-31.csv et 2 autres fichiers : colonne non lue : « note ».\n"
        "contrats/f1_2022-12-31.csv : colonne non lue : « vu ».",
    ),
}


@pytest.mark.parametrize(("fichiers", "dit"), NON_LUES.values(), ids=NON_LUES)
def test_the_columns_that_are_not_read_are_told(tmp_path: Path, fichiers: list[dict[str, str]], dit: str) -> None:
    donnees = write_project(tmp_path, {})
    (donnees / "contrats").mkdir()
    for rang, autres in enumerate(fichiers):
        entetes = {f'"{entete}"': "" for entete in autres}
        write_content(
            donnees / f"contrats/f{rang}_2022-12-31.csv", export({**TEMOIN, "dateeffetrupture": "", **entetes}), "001"
        )
    resultat = build(tmp_path)
    assert resultat.exit_code == 0, resultat.output
    assert [ligne for ligne in resultat.stdout.splitlines() if "non lue" in ligne] == dit.splitlines()


DEBUT = {
    **TEMOIN,
    "dateeffetrupture": "",
    "Début du contrat": TEMOIN["datedebutcontrat"],
    "prévu le": "",
    "CodePostal": "",
}
AILLEURS = {cle: valeur for cle, valeur in DEBUT.items() if cle != "datedebutcontrat"}
ENTETES_DITS = {
    "a header that a file has": ('[colonnes]\ndatedebutcontrat = "debut_du contrat *"', AILLEURS, ""),
    "its accents composed otherwise": ('[colonnes]\ndatedebutcontrat = "De\u0301but du contrat"', AILLEURS, ""),
    "a supplementary column under its own name": ('[colonnes_supplementaires]\ndebut_du_contrat = "date"', DEBUT, ""),
    "a supplementary column under another": (
        '[colonnes]\nprevu = "Prévu le"\n[colonnes_supplementaires]\nprevu = "date"', DEBUT, "",
    ),
    "a header mistyped, of a file that is refused for it": (
        '[colonnes]\ndatedebutcontrat = "Débit du contrat"', AILLEURS,
        "[colonnes] datedebutcontrat : aucun fichier n'a l'en-tête « Débit du contrat » "
        "(le plus proche : « Début du contrat »)",
    ),
    "a header mistyped, of a file that is read": (
        '[colonnes]\ndateconclusion = "Prévu"', DEBUT,
        "[colonnes] dateconclusion : aucun fichier n'a l'en-tête « Prévu » (le plus proche : « prévu le »)",
    ),
    "a supplementary column that is nowhere": (
        '[colonnes_supplementaires]\nprevu_le_jour = "date"', DEBUT,
        "[colonnes_supplementaires] prevu_le_jour : aucun fichier n'a l'en-tête « prevu_le_jour » "
        "(le plus proche : « prévu le »)",
    ),
    "a header about persons is not the nearest": (
        '[colonnes]\nrncp = "CodesPostal"', DEBUT, "[colonnes] rncp : aucun fichier n'a l'en-tête « CodesPostal »",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("config", "contenu", "faute"), ENTETES_DITS.values(), ids=ENTETES_DITS)
def test_a_header_of_the_configuration_is_that_of_a_file(
    tmp_path: Path, config: str, contenu: dict[str, str], faute: str
) -> None:
    donnees = write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]}, config=f"{config}\n")
    write_content(donnees / "contrats/y_2022-12-31.csv", export(contenu), "001")
    resultat = build(tmp_path)
    if not faute:
        assert resultat.exit_code == 0, resultat.output
        return
    assert (resultat.exit_code, resultat.stderr) == (
        2,
        f"Erreur : {tmp_path / 'config.toml'}:6 : {faute}. "
        "Corrigez cet en-tête, ou retirez la ligne : elle ne règle rien.\n",
    )
    assert not (tmp_path / "base/ruptures.duckdb").exists()


def test_a_header_of_the_configuration_may_be_that_of_a_follow_up_only(tmp_path: Path) -> None:
    suivi = {"s_2022-12-31.csv": [{"nocontrat": TEMOIN["nocontrat"], "Tarif": "7000"}]}
    write_project(tmp_path, {"x_2022-12-31.csv": [TEMOIN]}, suivi=suivi, config='[colonnes]\nnpecannuel = "Tarif"\n')
    assert build(tmp_path).exit_code == 0


def test_a_file_of_fichiers_is_found_however_its_accents_are_composed(tmp_path: Path) -> None:
    nom = unicodedata.normalize("NFD", "éte.csv")
    write_project(tmp_path, {nom: [TEMOIN]}, config='[fichiers]\n"éte.csv" = 2022-08-31\n')
    assert build(tmp_path).exit_code == 0
    with duckdb.connect(str(tmp_path / "base/ruptures.duckdb"), read_only=True) as con:
        assert rows(con, "select date_extraction::varchar from brut.fichiers") == [("2022-08-31",)]


# --- What is told on the console of what was read otherwise than it is written ------------------------------------


def doubles(texte: str) -> str:
    return texte.encode().decode("cp1252")


@pytest.mark.parametrize(
    ("lignes", "phrase"),
    [
        (
            [ligne(1), ligne(2, situation=doubles("CAP 1re année"), statut=doubles("Annulé"))],
            "x_2022-12-31.csv:3 : 2 cellules étaient en UTF-8 pris pour du Windows-1252",
        ),
        (
            [ligne(1, situation='"CAP" 1re année')],
            "x_2022-12-31.csv:2 : 1 ligne a des guillemets qui n'entourent pas un champ, à partir de celle-ci ; lue "
            "telle quelle.",
        ),
        (
            [ligne(1), ligne(2, dateeffetrupture="=B2"), ligne(3, dateeffetrupture="=B3", naf="=B4")],
            "x_2022-12-31.csv:3, dateeffetrupture : 3 formules sans valeur, à partir de celle-ci, qu'aucun tableur n'a "
            "calculées ; ouvrez ce fichier dans un tableur, enregistrez-le, puis relancez.",
        ),
    ],
    ids=["a double encoding", "quotes around words", "formulas"],
)
def test_what_is_read_otherwise_than_written_is_told(tmp_path: Path, lignes: list[dict[str, str]], phrase: str) -> None:
    donnees = write_project(tmp_path, {}, {}, CONFIG)
    (donnees / "contrats").mkdir()
    write_content(donnees / "contrats/x_2022-12-31.csv", export(*lignes), "001")
    resultat = build(tmp_path)
    assert (resultat.exit_code, f"contrats/{phrase}" in " ".join(resultat.output.split())) == (0, True), resultat.output


def test_a_referential_of_a_doubled_encoding_is_given_back_and_told(tmp_path: Path) -> None:
    motifs = {"motifs.csv": doubles(REFERENTIELS["motifs.csv"])}
    donnees = write_project(tmp_path, {}, {}, CONFIG, motifs)
    (donnees / "contrats").mkdir()
    rompu = ligne(1, dateeffetrupture="2022-01-15", motifvalide="Départ volontaire")
    write_content(donnees / "contrats/x_2022-12-31.csv", export(rompu), "001")
    resultat = build(tmp_path)
    assert (resultat.exit_code, "referentiels/motifs.csv:" in resultat.output) == (0, True), resultat.output
    assert "en UTF-8 pris pour du" in resultat.output
    with duckdb.connect(str(tmp_path / "base/ruptures.duckdb"), read_only=True) as con:
        assert rows(con, "select motifvalide from core.contrats") == [("Départ volontaire",)]


def test_formulas_that_reject_too_many_rows_are_told_with_their_remedy(tmp_path: Path) -> None:
    donnees = write_project(tmp_path, {}, {}, CONFIG)
    (donnees / "contrats").mkdir()
    lignes = [ligne(1), *(ligne(rang, datefincontrat="=B2+30") for rang in (2, 3, 4))]
    write_content(donnees / "contrats/x_2022-12-31.csv", export(*lignes), "001")
    resultat = build(tmp_path, accepter=False)
    assert (resultat.exit_code, "enregistrez-le, puis relancez" in resultat.stderr) == (3, True)


def test_a_person_is_one_however_the_encoding_was_doubled(tmp_path: Path) -> None:
    identite = {"nom": "Bélanger", "prenom": "Zoé", "datenaissance": "2004-03-15", "idalternant": ""}
    donnees = write_project(tmp_path, {}, {}, CONFIG)
    (donnees / "contrats").mkdir()
    noms = [identite["nom"], doubles(identite["nom"]), doubles(doubles(identite["nom"]))]
    lignes = [ligne(rang, **{**identite, "nom": nom}) for rang, nom in enumerate(noms)]
    write_content(donnees / "contrats/x_2022-12-31.csv", export(*lignes), "001")
    assert build(tmp_path).exit_code == 0
    with duckdb.connect(str(tmp_path / "base/ruptures.duckdb"), read_only=True) as con:
        assert rows(con, "select count(*), count(distinct id_apprenti) from core.contrats") == [(3, 1)]
