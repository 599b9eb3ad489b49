"""Reading exports: what is read whatever the dialect, what is rejected, and nothing lost or kept that should not be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import InputError
from pipeline.ingest import loading
from tests.faults.maker import export, write_content
from tests.rules.rows import TEMOIN, Base, anomaly, contract, contrat, one_delivery
from tests.support import build_project, construct, rows, write_project

ENTETE = [
    "nocontrat", "datedebutcontrat", "datefincontrat", "dateeffetrupture", "codediplome", "uaicfa",
    "nom", "prenom", "datenaissance",
]  # fmt: skip
# Contracts and persons are those of their file: ### stands for its rank among those that are read together.
VALEURS = ["N###", "01/09/2021", "31/08/2023", "15/01/2022", "50022137", "0010001A", "Lefèvre###", "Zoé", "02/03/2004"]


def one_row(sep: str = ";", fin: str = "\r\n") -> str:
    """An export of one row."""
    return fin.join([sep.join(ENTETE), sep.join(VALEURS), ""])


UNE_LIGNE = one_row()
ENCODAGES = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
# What is said → the file: one row, whatever the way it is written.
DIALECTES = {
    **dict.fromkeys(ENCODAGES, UNE_LIGNE),
    **{f"{s!r}, {fin!r}": one_row(s, fin) for s in (";", ",", "\t", "|") for fin in ("\n", "\r\n", "\r")},
    "sep= above the header": f"sep=;\r\n{UNE_LIGNE}",
    "titles above the header": f"Extraction DECA\r\nau 31 décembre 2022\r\n{UNE_LIGNE}",
    "a header with capitals, accents, spaces and underscores": UNE_LIGNE.replace(
        "datedebutcontrat", "Date_Début Contrat"
    ),
}
# What is said → a row; the column, the value shown and the reason of its rejection.
REJETEES = {
    "no start": (contrat("R###", debut=""), "datedebutcontrat,,valeur absente"),
    "31 February": (contrat("R###", fin="2023-02-30"), "datefincontrat,2023-02-30,valeur illisible"),
    "a diploma that is NULL": (contrat("R###", codediplome="NULL"), "codediplome,,valeur absente"),
    "a blank establishment": (contrat("R###", uaicfa=" "), "uaicfa,,valeur absente"),
    "an end before the start": (
        contrat("R###", fin="2021-08-31"),
        "datefincontrat,2021-08-31,fin avant le début du contrat",
    ),
    "nobody": (
        contrat("R###", idalternant="", nom="Durand", prenom="Léa"),
        'idalternant,,"ni identifiant de l\'apprenti, ni nom, prénom et date de naissance"',
    ),
}
# The row that is there, then one that is not of the form of the header.
MAL_FORMEES = {
    "a field before": "x;" + ";".join(VALEURS),
    "a field after": ";".join(VALEURS) + ";x",
    "a quote": '"' + ";".join(VALEURS),
    "cut": "N###;01/09/2021;31/08/2023",
}
LARGEURS, SAUT = "rows of several widths", "a line break in a field"
EXPORTS = {
    **DIALECTES,
    **{
        nom: export(contrat("N###", idalternant="A###", dateeffetrupture=""), row) for nom, (row, _) in REJETEES.items()
    },
    **{nom: f"{UNE_LIGNE}{mal_formee}\r\n" for nom, mal_formee in MAL_FORMEES.items()},
    # Two fields too few; the first row again with empty fields after it; a row without anything.
    LARGEURS: f"{UNE_LIGNE}M###;01/09/2021;31/08/2023\r\n{';'.join(VALEURS)};;\r\n;;\r\n",
    SAUT: UNE_LIGNE.replace("Lefèvre###", '"Lef\r\nevre###"')
    + "M###;01/09/2021;;;50022137;0010001A;A;B;02/03/2004\r\n",
}
NUMEROS = {nom: f"{rang:03d}" for rang, nom in enumerate(EXPORTS)}


@dataclass(frozen=True)
class Run:
    """What came of all these exports, read in one run."""

    con: duckdb.DuckDBPyConnection
    rejets: list[str]

    def counts(self, nom: str) -> list[tuple[object, ...]]:
        """Rows of an export: read, kept, rejected, repeated."""
        colonnes = "lignes_lues, lignes_retenues, lignes_rejetees, doublons"
        return rows(self.con, f"select {colonnes} from brut.fichiers where nom = '{path(nom)}'")

    def rejects(self, nom: str) -> list[str]:
        """The lines of `rejets.csv` about an export, after its name."""
        return [ligne.removeprefix(f"{path(nom)},") for ligne in self.rejets if ligne.startswith(f"{path(nom)},")]


def path(nom: str) -> str:
    """The file of an export, as the run names it."""
    return f"contrats/x{NUMEROS[nom]}_2022-12-31.csv"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    dossier = tmp_path_factory.mktemp("exports")
    temoin = {"temoin_2022-12-31.csv": [TEMOIN]}
    donnees = write_project(dossier, temoin)
    for nom, texte in EXPORTS.items():
        write_content(donnees / path(nom), texte, NUMEROS[nom], nom if nom in ENCODAGES else "utf-8")
    con = build_project(dossier, temoin)
    return Run(con, (dossier / "base/rejets.csv").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("nom", DIALECTES)
def test_an_export_is_read_in_each_encoding_with_each_delimiter_line_end_and_header(run: Run, nom: str) -> None:
    assert run.counts(nom) == [(1, 1, 0, 0)]
    assert contract(run.con, "date_debut, date_rupture", f"N{NUMEROS[nom]}") == ("2021-09-01", "2022-01-15")


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
    ("15 janvierr 2022", ""),
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


@pytest.mark.parametrize("nom", REJETEES)
def test_a_row_is_rejected_with_its_file_line_column_value_and_reason(run: Run, nom: str) -> None:
    assert run.rejects(nom) == [f"3,{REJETEES[nom][1]}"]
    assert run.counts(nom) == [(2, 1, 1, 0)]


def test_a_row_with_a_wrong_number_of_fields_is_rejected_empty_ones_beyond_the_header_too(run: Run) -> None:
    assert run.counts(LARGEURS) == [(3, 1, 2, 0)]
    assert run.rejects(LARGEURS) == [f"{n},n_champs,,nombre de champs différent de l'en-tête" for n in (3, 4)]


def test_the_line_of_a_reject_is_the_physical_one_after_a_quoted_line_break(run: Run) -> None:
    assert run.rejects(SAUT) == ["4,datefincontrat,,valeur absente"]


@pytest.mark.parametrize("nom", MAL_FORMEES)
def test_a_row_whose_form_is_wrong_is_of_no_contract_and_leaves_no_cell(run: Run, nom: str) -> None:
    """Its cells may not be where they should: it is not even a newer version of the contract whose number it shows."""
    du_fichier = f"fichier = (select fichier from brut.fichiers where nom = '{path(nom)}')"
    cellules = "columns(* exclude (id_ligne, fichier, date_extraction, premiere_copie, part_du_numero))"
    assert rows(run.con, f"select {cellules} from brut.contrats_rejetes where {du_fichier}") == [(None,) * 8]
    assert rows(run.con, f"select valeur from brut.rejets where {du_fichier}") == [(None,)]
    assert anomaly(run.con, "version_recente_rejetee") == 0


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "fichier vide"),
        (UNE_LIGNE.rstrip().encode()[:-20], "x_2022-12-31.csv:2 : la dernière ligne est coupée"),
        (
            UNE_LIGNE.replace("nom;prenom", "nom;NOM").encode(),
            "x_2022-12-31.csv:1 : la colonne « nom » apparaît deux fois",
        ),
        (UNE_LIGNE.encode().replace("Zoé".encode(), b"\x81\xff"), "l'encodage du fichier n'est ni UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_run(tmp_path: Path, octets: bytes, phrase: str) -> None:
    temoin = {"temoin_2022-12-31.csv": [TEMOIN]}
    (write_project(tmp_path, temoin) / "contrats/x_2022-12-31.csv").write_bytes(octets)
    with pytest.raises(InputError, match=phrase):
        build_project(tmp_path, temoin)


def test_a_disk_that_refuses_a_commit_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails as it is committed leaves no transaction to undo."""

    def refuse(con: duckdb.DuckDBPyConnection) -> None:
        con.commit()
        raise duckdb.IOException("no space left")

    monkeypatch.setattr(loading, "enforce_accounting", refuse)
    write_project(tmp_path, {"temoin_2022-12-31.csv": [TEMOIN]})
    resultat = construct(tmp_path, "--base", tmp_path / "b.duckdb")
    assert (resultat.exit_code, "la base ne peut pas être écrite" in resultat.stderr) == (5, True), resultat.output
    assert not (tmp_path / "b.nouveau").exists()


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
