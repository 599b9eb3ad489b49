"""Reading exports: what is read whatever the dialect, what is rejected, and nothing lost or kept that should not be."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.errors import InputError
from tests.rules.rows import TEMOIN, Base, anomaly, contract, contrat, one_delivery
from tests.support import build_project, write_project

ENTETE = [
    "nocontrat", "datedebutcontrat", "datefincontrat", "dateeffetrupture", "codediplome", "uaicfa",
    "nom", "prenom", "datenaissance",
]  # fmt: skip
VALEURS = ["1", "01/09/2021", "31/08/2023", "15/01/2022", "50022137", "0010001A", "Lefèvre", "Zoé", "02/03/2004"]


def export_bytes(
    sep: str = ";", fin: str = "\r\n", encodage: str = "utf-8", avant: str = "", numero: str = "1"
) -> bytes:
    valeurs = [numero, *VALEURS[1:]]
    texte = avant + fin.join([sep.join(ENTETE), sep.join(valeurs), ""])
    return texte.encode(encodage)


def build_file(dossier: Path, octets: bytes, nom: str = "x_2022-12-31.csv") -> duckdb.DuckDBPyConnection:
    """The database of a project whose export is these bytes, beside a contract of 2019."""
    return build_files(dossier, {nom: octets})


def build_files(dossier: Path, fichiers: dict[str, bytes]) -> duckdb.DuckDBPyConnection:
    """The same for several exports, by name."""
    donnees = write_project(dossier, {"temoin_2022-12-31.csv": [TEMOIN]})
    for nom, octets in fichiers.items():
        (donnees / "contrats" / nom).write_bytes(octets)
    return build_project(dossier, {"temoin_2022-12-31.csv": [TEMOIN]})


ENCODAGES = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
DIALECTES = [
    *({"encodage": encodage} for encodage in ENCODAGES),
    *({"sep": sep, "fin": fin} for sep in (";", ",", "\t", "|") for fin in ("\n", "\r\n", "\r")),
]


@pytest.fixture(scope="module")
def dialectes(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """One contract an export, each export written in its own way, all read in one run."""
    exports = {
        f"x{rang}_2022-12-31.csv": export_bytes(**dialecte, numero=str(rang + 1))
        for rang, dialecte in enumerate(DIALECTES)
    }
    return build_files(tmp_path_factory.mktemp("dialectes"), exports)


@pytest.mark.parametrize("rang", range(len(DIALECTES)), ids=[str(dialecte) for dialecte in DIALECTES])
def test_an_export_is_read_in_each_encoding_and_with_each_delimiter_and_line_end(
    dialectes: duckdb.DuckDBPyConnection, rang: int
) -> None:
    attendu = ("2021-09-01", "2022-01-15")
    assert contract(dialectes, "date_debut, date_rupture", str(rang + 1)) == attendu


@pytest.mark.parametrize("avant", ["sep=;\r\n", "Extraction DECA\r\nau 31 décembre 2022\r\n"])
def test_lines_above_the_header_are_passed_over(tmp_path: Path, avant: str) -> None:
    con = build_file(tmp_path, export_bytes(avant=avant))
    assert contract(con, "date_rupture") == ("2022-01-15",)


def test_a_header_is_matched_without_case_accents_spaces_and_underscores(tmp_path: Path) -> None:
    octets = export_bytes().replace(b"datedebutcontrat", "Date_Début Contrat".encode())
    assert contract(build_file(tmp_path, octets), "date_debut") == ("2021-09-01",)


@pytest.mark.parametrize(
    "ecrit", ["2022-01-15", "15/01/2022", "15/01/22", "2022-01-15 00:00:00", "44576", " 2022-01-15\u00a0"]
)
def test_a_date_is_read_in_each_shape(database: Base, ecrit: str) -> None:
    assert contract(database(one_delivery(contrat(dateeffetrupture=ecrit))), "date_rupture") == ("2022-01-15",)


ILLISIBLES = [
    ("31/02/2022", "31/02/2022"),
    ("2202-01-15", "2202-01-15"),
    ("0202-01-15", "0202-01-15"),
    ("#REF!", "#REF!"),
    ("1939-12-31", "1939-12-31"),
    ("1940-01-01", ""),
    ("1999-12-31", ""),
    ("31/02/39", "31/02/39"),
    ("31/02/40", ""),
    ("15 ja 2022", "15 ja 2022"),
    ("15 janvier 2022", ""),
    ("12345678901234567890", "12345678901234567890"),
    ("123456789012345678901", ""),
    ("inconnue", ""),
    ("?", ""),
    ("M2", "M2"),
    ("a@b.1", ""),
    ("0612345678", ""),
    ("+33 6 12 34 56 78", ""),
    ("2910375123456", ""),
    ("291037512345645", ""),
    ("543210123ZQ", ""),
    ("5432109123Z", ""),
    ("1#Martin", ""),
    ("#Zyx Martin", ""),
    ("06\u00a012\u00a034\u00a056\u00a078", ""),
    ("2 91 03 75 123 456", ""),
]


@pytest.fixture(scope="module")
def illisibles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list of anomalies of an export whose dates of rupture are all unreadable."""
    dossier = tmp_path_factory.mktemp("illisibles")
    lignes = [
        contrat(str(rang), idalternant=f"A{rang}", dateeffetrupture=ecrit) for rang, (ecrit, _) in enumerate(ILLISIBLES)
    ]
    con = build_project(dossier, one_delivery(*lignes))
    assert contract(con, "date_rupture") == (None,)
    assert anomaly(con, "valeurs_illisibles") == len(ILLISIBLES)
    return dossier / "base/anomalies.csv"


@pytest.mark.parametrize(("rang", "montre"), [(rang, montre) for rang, (_, montre) in enumerate(ILLISIBLES)])
def test_an_unreadable_value_is_left_empty_listed_and_shown_when_it_tells_of_nobody(
    illisibles: Path, rang: int, montre: str
) -> None:
    ligne = illisibles.read_text(encoding="utf-8").splitlines()[1 + rang]
    assert ligne == f"contrats/contrats_2022-12-31.csv,{rang + 3},dateeffetrupture,{montre},valeur illisible"


@pytest.mark.parametrize(
    ("ligne", "colonne", "raison"),
    [
        (contrat(debut=""), "datedebutcontrat,", "valeur absente"),
        (contrat(fin="2023-02-30"), "datefincontrat,2023-02-30", "valeur illisible"),
        (contrat(codediplome="NULL"), "codediplome,", "valeur absente"),
        (contrat(uaicfa=" "), "uaicfa,", "valeur absente"),
        (contrat(fin="2021-08-31"), "datefincontrat,2021-08-31", "fin avant le début du contrat"),
        (
            contrat(idalternant="", nom="Durand", prenom="Léa"),
            "idalternant,",
            '"ni identifiant de l\'apprenti, ni nom, prénom et date de naissance"',
        ),
    ],
)
def test_a_row_is_rejected_with_its_file_line_column_value_and_reason(
    tmp_path: Path, ligne: dict[str, str], colonne: str, raison: str
) -> None:
    con = build_project(tmp_path, one_delivery(contrat("2", idalternant="A2"), ligne))
    assert (tmp_path / "base/rejets.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        f"contrats/contrats_2022-12-31.csv,4,{colonne},{raison}"
    ]
    assert con.execute("select lignes_lues, lignes_retenues, lignes_rejetees from brut.fichiers").fetchall() == [
        (3, 2, 1)
    ]


def test_a_row_with_a_wrong_number_of_fields_is_rejected_empty_ones_beyond_the_header_do_not_count(
    tmp_path: Path,
) -> None:
    octets = export_bytes() + b"2;01/09/2021;31/08/2023\r\n" + export_bytes().split(b"\r\n")[1] + b";;\r\n;;\r\n"
    con = build_file(tmp_path, octets)
    assert con.execute(
        "select lignes_lues, lignes_retenues, lignes_rejetees, doublons from brut.fichiers where nom like '%x_%'"
    ).fetchall() == [(3, 2, 1, 1)]
    assert (tmp_path / "base/rejets.csv").read_text(encoding="utf-8").splitlines()[1] == (
        "contrats/x_2022-12-31.csv,3,n_champs,,nombre de champs différent de l'en-tête"
    )


def test_the_line_of_a_reject_is_the_physical_one_after_a_quoted_line_break(tmp_path: Path) -> None:
    octets = (
        export_bytes().replace("Lefèvre".encode(), b'"Lef\r\nevre"')
        + b"2;01/09/2021;;;50022137;0010001A;A;B;02/03/2004\r\n"
    )
    build_file(tmp_path, octets)
    assert (
        (tmp_path / "base/rejets.csv")
        .read_text(encoding="utf-8")
        .splitlines()[1]
        .startswith("contrats/x_2022-12-31.csv,4,datefincontrat,")
    )


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "fichier vide"),
        (export_bytes().rstrip(b"\r\n")[:-20], "x_2022-12-31.csv:2 : la dernière ligne est coupée"),
        (
            export_bytes().replace(b"nom;prenom", b"nom;NOM"),
            "x_2022-12-31.csv:1 : la colonne « nom » apparaît deux fois",
        ),
        (export_bytes().replace("Zoé".encode(), b"\x81\xff"), "l'encodage du fichier n'est ni UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_run(tmp_path: Path, octets: bytes, phrase: str) -> None:
    with pytest.raises(InputError, match=phrase):
        build_file(tmp_path, octets)


@pytest.mark.parametrize(
    "rejetee",
    ["x;" + ";".join(VALEURS), ";".join(VALEURS) + ";x", '"' + ";".join(VALEURS), "1;01/09/2021;31/08/2023"],
    ids=["a field before", "a field after", "a quote", "cut"],
)
def test_a_row_whose_form_is_wrong_is_of_no_contract_and_leaves_no_cell(tmp_path: Path, rejetee: str) -> None:
    """Its cells may not be where they should: it is not even a newer version of the contract whose number it shows."""
    con = build_file(tmp_path, export_bytes() + f"{rejetee}\r\n".encode())
    assert con.execute("select columns(* exclude (id_ligne, fichier, date_extraction, premiere_copie)) "
                       "from brut.contrats_rejetes").fetchall() == [(None,) * 8]  # fmt: skip
    assert con.execute("select valeur from brut.rejets").fetchall() == [(None,)]
    assert anomaly(con, "version_recente_rejetee") == 0


def test_no_identity_enters_the_database_the_rejects_or_the_anomalies(tmp_path: Path) -> None:
    secrets = {
        "nom": "ZYXNOM", "prenom": "ZYXPRENOM", "datenaissance": "2004-03-29", "denomination": "ZYXENTREPRISE",
        "adressecodepostal": "74123", "employeurcodepostal": "73987", "motifexprime": "ZYXMOTIF",
        "commentaire": "ZYXLIBRE", "idalternant": "ZYXID",
    }  # fmt: skip
    lignes = [
        contrat("1", **secrets),
        contrat("2", **{**secrets, "datenaissance": "ZYXDATE"}),
        contrat("3", fin="", **secrets),
    ]
    con = build_project(tmp_path, one_delivery(*lignes))
    assert contract(con, "departement_apprenti, departement_employeur, age_debut") == ("74", "73", "17")
    con.execute(f"export database '{tmp_path / 'copie'}' (format csv)")
    con.close()
    for chemin in [*(tmp_path / "copie").iterdir(), *(tmp_path / "base").iterdir()]:
        octets = chemin.read_bytes()
        for secret in (b"ZYX", b"2004-03-29", b"29/03/2004", b"74123", b"73987"):
            assert secret not in octets, chemin.name


@pytest.mark.parametrize(
    ("ecrit", "garde"),
    [
        ("CAP 2e année (arrêté du 17/11/2020)", "CAP 2e année (arrêté du 17/11/2020)"),
        ("CAP 2021-2022", "CAP 2021-2022"),
        ("né le 15/03/2004", None),
        ("né le 15 mars 2004", None),
        ("CAP, tél. 06 12 34 56 78", None),
    ],
)
def test_a_wording_is_kept_unless_it_shows_a_birth_or_an_address(database: Base, ecrit: str, garde: str | None) -> None:
    con = database(one_delivery(contrat(situation=ecrit)))
    assert contract(con, "situation") == (garde,)
    assert anomaly(con, "valeurs_ecartees") == (garde is None)
