"""A text file is read the same whatever blocks it is cut into: widths, headers and quotes are those of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import reading
from pipeline.errors import InputError
from pipeline.reading import encoding
from pipeline.schemas import APPRENANTS, CONTRATS
from tests.faults.corpus import COLLES, DIALECTES, ENCODAGES, GUILLEMETS, LIGNES, TOTAUX, VINGT_LIGNES, with_tail
from tests.faults.maker import Faute, export, ligne, write_content

TEXTES = [
    faute
    for faute in (*ENCODAGES, *DIALECTES, *LIGNES, *TOTAUX, *GUILLEMETS, *COLLES)
    if isinstance(faute.contenu, (str, bytes)) and len(faute.contenu) < 5_000
]


def read(chemin: Path) -> list[str]:
    """All that is read of a file, or why it is not."""
    lus = []
    try:
        for part in reading.read_parts(reading.open_source(chemin, CONTRATS, {}, APPRENANTS)):
            if part.total is not None:
                lus.append(f"total {part.total.ligne} {part.total.champs}")
            textes = {index: champ.spread(champ.textes).to_list() for index, champ in part.champs.items()}
            for rang, numero in enumerate(part.lignes):
                faute = None if part.fautes is None else part.fautes[rang]
                champs = None if faute else sorted((index, colonne[rang]) for index, colonne in textes.items())
                lus.append(f"{numero} {part.entete.ligne} {faute} {numero in part.litterales} {champs}")
    except InputError as erreur:
        return [erreur.message]
    return sorted(lus)


@pytest.mark.parametrize(
    "faute",
    [
        pytest.param(faute, id=faute.nom, marks=[] if rang % 4 == 0 else pytest.mark.long)
        for rang, faute in enumerate(TEXTES)
    ],
)
def test_a_file_is_read_the_same_in_small_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faute: Faute) -> None:
    chemin = tmp_path / "x.csv"
    write_content(chemin, faute.contenu, "001", faute.encodage)
    entier = read(chemin)
    for taille in (1, 7, 64, 150, 400):
        monkeypatch.setattr(encoding, "TAILLE_DE_BLOC", taille)
        assert read(chemin) == entier, taille


@pytest.mark.parametrize(("longues", "rejetees"), [(95, 0), (94, 94)])
def test_a_tail_is_that_of_nearly_all_rows_of_the_file_not_of_its_first_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longues: int, rejetees: int
) -> None:
    courtes = [ligne(rang) for rang in range(100 - longues)]
    chemin = tmp_path / "x.csv"
    write_content(chemin, export(*courtes, *[with_tail(ligne(rang)) for rang in range(longues)]), "001")
    monkeypatch.setattr(encoding, "TAILLE_DE_BLOC", 300)
    parts = list(reading.read_parts(reading.open_source(chemin, CONTRATS)))
    assert sum(len(part.lignes) for part in parts) == 100
    assert sum(part.fautes.count() for part in parts if part.fautes is not None) == rejetees


def test_the_file_is_read_once_where_no_row_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ouverts = []
    blocs = encoding.utf8_blocks
    monkeypatch.setattr(encoding, "utf8_blocks", lambda *a: ouverts.append(a) or blocs(*a))
    chemin = tmp_path / "x.csv"
    for lignes, lectures in ((VINGT_LIGNES, 1), ([VINGT_LIGNES[0], *map(with_tail, VINGT_LIGNES)], 2)):
        write_content(chemin, export(*lignes), "001")
        source = reading.open_source(chemin, CONTRATS)
        ouverts.clear()
        list(reading.read_parts(source))
        assert len(ouverts) == lectures
