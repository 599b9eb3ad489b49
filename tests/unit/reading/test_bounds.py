"""A file that is made, or spoilt, to fill the memory or never to end is refused at once, or read in a moment."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest

from pipeline.ingest.cleaning import Cleaned
from pipeline.ingest.known import KnownTexts
from pipeline.reading import records
from tests.pages import second_network
from tests.support import construct

pytestmark = pytest.mark.usefixtures("core_once")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    second_network.write(tmp_path, second_network.rows())
    return tmp_path


def export(network: Path) -> Path:
    (chemin,) = (network / "donnees/contrats").iterdir()
    return chemin


def refused(network: Path, phrase: str) -> None:
    resultat = construct(network)
    assert resultat.exit_code == 3, resultat.output
    assert phrase in resultat.stderr and "Traceback" not in resultat.output


def test_a_workbook_that_opens_into_far_more_than_its_file(network: Path) -> None:
    export(network).unlink()
    with zipfile.ZipFile(network / "donnees/contrats/a_2024-09-15.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(part, "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"x" * (40 << 20))
    refused(network, "une feuille prend plus de 50 fois la place de son fichier : ce n'est pas un export. ")


def test_a_header_without_end(network: Path) -> None:
    chemin = export(network)
    entete, reste = chemin.read_text(encoding="utf-8").split("\n", 1)
    separateur = ";" if ";" in entete else ","
    chemin.write_text(f"{entete}{separateur.join(f'{separateur}c{n}' for n in range(2000))}\n{reste}", encoding="utf-8")
    refused(network, f"{chemin}:1 : l'en-tête a ")


def test_a_field_without_end(network: Path) -> None:
    chemin = export(network)
    lignes = chemin.read_text(encoding="utf-8").split("\n")
    for champ in ("x" * 3_000_000, '"' + "x" * 3_000_000 + '"', '"' + "x" * 3_000_000):
        chemin.write_text("\n".join([lignes[0], champ, *lignes[1:]]), encoding="utf-8")
        refused(network, f"{chemin}:2 : cette ligne a plus de 2 millions de caractères. ")


def test_lines_that_are_empty_are_not_read_one_by_one(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chemin = export(network)
    avant = construct(network).output
    entete, reste = chemin.read_text(encoding="utf-8").split("\n", 1)
    chemin.write_text(f"{entete}\n{chr(10) * 200_000}{reste}", encoding="utf-8")
    lues, lire = [], records.parse_record

    def parse(*mots: object) -> list[str]:
        lues.append(1)
        return lire(*mots)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "parse_record", parse)
    resultat = construct(network)
    assert resultat.exit_code == 0
    assert resultat.output.replace("\n", "")[-60:] == avant.replace("\n", "")[-60:]
    assert len(lues) < 2_000


def test_no_text_is_cleaned_as_none() -> None:
    """A part may have no row."""
    connus = KnownTexts(lambda textes: Cleaned(textes, textes, None))
    for textes in ([], ["a"], []):
        assert connus.clean(pl.Series(textes, dtype=pl.String)).nets.to_list() == textes
