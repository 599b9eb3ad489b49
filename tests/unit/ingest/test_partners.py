"""`partenaires.csv`: what could make two answers of a place, or none, is refused with its line."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.errors import InputError
from pipeline.ingest.referentials import load_referentials, open_referentials
from tests.support import REFERENTIELS, rows

ENTETE = "partenaire;code_postal;departement;uai\n"
# The establishment of line 2 has succeeded another.
SUCCESSION = {
    "etablissements.csv": "uai;nom;type_structure;uai_cfa_rattachement;remplace\n"
    "0010001A;CFA du Lac;CFA;0010001A;0019999Z\n0010002B;CFA du Mont;CFA;;\n"
}


def load(
    dossier: Path, lignes: str, autres: dict[str, str] | None = None
) -> tuple[list[tuple[object, ...]], list[str]]:
    """(the partners, what is doubtful in the referentials)."""
    for nom, texte in {**REFERENTIELS, **(autres or {}), "partenaires.csv": ENTETE + lignes}.items():
        (dossier / nom).write_text(texte, encoding="utf-8")
    with duckdb.connect() as con:
        con.execute("create schema ref")
        douteux = load_referentials(con, open_referentials(dossier))
        return rows(con, "select * from ref.partenaires"), douteux


def test_places_are_read_as_codes_are(tmp_path: Path) -> None:
    lus, douteux = load(tmp_path, "Mission A;1000;;\nMISSION A;;01;\nB;;974;\nC;;;0010001a\n")
    assert lus == [
        ("Mission A", "01000", None, None), ("Mission A", None, "01", None), ("B", None, "974", None),
        ("C", None, None, "0010001A"),
    ]  # fmt: skip
    assert douteux == []


def test_an_establishment_that_is_not_known_is_told(tmp_path: Path) -> None:
    _, douteux = load(tmp_path, "A;;01;\nB;;;0019999Z\n")
    assert douteux == [
        f"{tmp_path.name}/partenaires.csv:3, uai, absent d'etablissements.csv : cette ligne ne donne aucun contrat à "
        "personne."
    ]


@pytest.mark.parametrize(
    ("lignes", "ligne", "quoi"),
    [
        ("A;74000;;\nB;74000;;\n", 3, "« 74000 » est déjà à la ligne 2 (colonne code_postal)"),
        ("A;;74;\nB;73000;;\nB;;74;\n", 4, "« 74 » est déjà à la ligne 2 (colonne departement)"),
        ("A;;;0010001A\nB;;;0010001A\n", 3, "« 0010001A » est déjà à la ligne 2 (colonne uai)"),
        ("A;;;0010001A\nB;;;0019999Z\n", 3, "« 0019999Z » est aujourd'hui l'établissement de la ligne 2"),
        ("A;;;\n", 2, "une ligne dit un lieu, et un seul : code_postal, departement ou uai"),
        ("A;74000;;\nB;73000;73;\n", 3, "une ligne dit un lieu, et un seul : code_postal, departement ou uai"),
        ("A;;1;\n", 2, "« 1 » n'est pas le début d'un code postal"),
        ("A;;2A;\n", 2, "« 2A » n'est pas le début d'un code postal"),
        ("A;;97;\n", 2, "« 97 » n'est pas le début d'un code postal"),
        ("Sans Partenaire;;74;\n", 2, "« sans partenaire » est la liste de ce qui n'a personne"),
        (";;74;\n", 2, "la colonne partenaire est vide"),
    ],
)
def test_what_is_refused_and_where(tmp_path: Path, lignes: str, ligne: int, quoi: str) -> None:
    with pytest.raises(InputError) as refus:
        load(tmp_path, lignes, SUCCESSION)
    assert (refus.value.quoi, refus.value.ligne, Path(str(refus.value.ou)).name) == (quoi, ligne, "partenaires.csv")
