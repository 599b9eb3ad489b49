"""Spoilt bytes: whatever happens to a file, it is refused in one sentence or every row of it is accounted for."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.ingest.loading import ingest, open_inputs
from pipeline.ingest.referentials import load_referentials, open_referentials, read_wordings
from pipeline.inputs import InputFolders, find_data, find_project
from pipeline.settings import Settings, load_settings
from tests.faults.maker import Classeur, export, feuille, ligne, write_workbook
from tests.support import write_project

LIGNES = [
    ligne(1, nom="Lefèvre", prenom="Zoé", datenaissance="15/03/2004", npecannuel="7000,50"),
    ligne(2, dateeffetrupture="15/01/2022", statut="Rompu", siret="77566214100123"),
    ligne(3, datedebutcontrat="44440", employeurcodepostal="01000", sexe="F"),
    ligne(4, rupture_avant_debut="faux", nombredesalaries="12"),
]
SIMPLE = export(*LIGNES).replace("###", "001")
QUOTED = export({**LIGNES[0], "intituleouqualification": '"CAP ""Cuisine""\nen ; un an"'}, *LIGNES[1:], "Total;4")
FILES = {
    "plain": SIMPLE.encode(),
    "quoted": QUOTED.replace("###", "001").encode("cp1252"),
    "titled": ("sep=;\r\nExtraction;x\r\n" + SIMPLE.replace("\n", "\r\n")).encode("utf-8-sig"),
    "wide": SIMPLE.encode("utf-16"),
}
# Bytes that mean something to a reader of files, then any.
AWKWARD = [b'"', b";", b",", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\x81",
           b"\xe9", b'""', b'";"', b"0", b"-", b"=", b"1,32E+13", b"Total;3\n", b"sep=,\n", b";;;;;\n"]  # fmt: skip


@dataclass(frozen=True)
class Atelier:
    """A project without exports, and a database that has its referentials."""

    donnees: InputFolders
    reglages: Settings
    con: duckdb.DuckDBPyConnection

    @contextmanager
    def ingested(self, octets: bytes, suffixe: str = ".csv") -> Iterator[duckdb.DuckDBPyConnection]:
        """Schema `brut` of an export with these bytes: what `construire` does before its models.

        Raises:
            InputError: the file is refused.
        """
        chemin = self.donnees.dossier / f"contrats/x_2022-12-31{suffixe}"
        chemin.write_bytes(octets)
        try:
            ingest(self.con, open_inputs(self.donnees, self.reglages), self.reglages, read_wordings(self.con), {})
            yield self.con
        finally:
            chemin.unlink()
            self.con.execute("drop schema if exists brut cascade")
            self.con.execute("detach database if exists prive")


@pytest.fixture(scope="module")
def atelier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atelier]:
    dossier = tmp_path_factory.mktemp("mutations")
    donnees = find_data(find_project(dossier), write_project(dossier, {}))
    (donnees.dossier / "contrats").mkdir()
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("create schema ref")
        load_referentials(con, open_referentials(donnees.referentiels))
        yield Atelier(donnees, load_settings(dossier / "config.toml"), con)


def accounts(con: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Rows read, kept and rejected as told; they are what the tables hold, and add up."""
    ((lues, retenues, rejetees),) = con.execute(
        "select lignes_lues, lignes_retenues, lignes_rejetees from brut.fichiers"
    ).fetchall()
    tables = con.execute(
        "select (select count(*) from brut.contrats), (select count(*) from brut.rejets), "
        "(select count(distinct ligne) from brut.rejets)"
    ).fetchall()
    assert lues == retenues + rejetees
    assert tables == [(retenues, rejetees, rejetees)]
    return lues, retenues, rejetees


@st.composite
def mutated(draw: Callable[..., Any], octets: bytes) -> bytes:
    """The bytes after one or two accidents: replaced, inserted, deleted, repeated or moved."""
    for _ in range(draw(st.integers(1, 2))):
        debut = draw(st.integers(0, len(octets)))
        fin = min(len(octets), debut + draw(st.sampled_from((0, 1, 1, 2, 3, 10, 80, 300))))
        morceau = draw(st.one_of(st.sampled_from(AWKWARD), st.binary(min_size=1, max_size=3)))
        octets = draw(
            st.sampled_from(
                (
                    octets[:debut] + morceau + octets[fin:],
                    octets[:debut] + morceau + octets[debut:],
                    octets[:debut] + octets[fin:],
                    octets[:fin] + octets[debut:],
                    octets[:debut],
                    octets[debut:] + octets[:debut],
                )
            )
        )
    return octets


def examples(nombre: int, **autres: Any) -> settings:
    """As many spoilt files."""
    permis = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    permis += [HealthCheck.large_base_example, HealthCheck.function_scoped_fixture]
    return settings(max_examples=nombre, suppress_health_check=permis, **autres)


LONG = examples(1000)


@pytest.mark.parametrize("forme", FILES)
def test_an_intact_file_is_read_whole(atelier: Atelier, forme: str) -> None:
    with atelier.ingested(FILES[forme]) as con:
        assert accounts(con)[1] == 4


spoilt_files = st.sampled_from(sorted(FILES)).flatmap(lambda forme: mutated(FILES[forme]))


@examples(10, derandomize=True)
@given(spoilt_files)
def test_a_spoilt_file_is_refused_or_accounted_for(atelier: Atelier, octets: bytes) -> None:
    refused_or_accounted_for(atelier, octets, ".csv")


@pytest.mark.long
@LONG
@given(spoilt_files)
def test_many_spoilt_files_are_refused_or_accounted_for(atelier: Atelier, octets: bytes) -> None:
    refused_or_accounted_for(atelier, octets, ".csv")


def refused_or_accounted_for(atelier: Atelier, octets: bytes, suffixe: str) -> None:
    """The run stops at the file, which it names, or every row of it is kept or rejected."""
    try:
        with atelier.ingested(octets, suffixe) as con:
            accounts(con)
    except InputError as refus:
        assert f"x_2022-12-31{suffixe}" in refus.message


@functools.cache
def workbook() -> bytes:
    """The same rows in a workbook."""
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "x.xlsx"
        write_workbook(chemin, Classeur({"Export": feuille(*LIGNES)}), "001")
        return chemin.read_bytes()


@examples(8, derandomize=True)
@given(st.data())
def test_a_spoilt_workbook_is_refused_or_accounted_for(atelier: Atelier, data: st.DataObject) -> None:
    refused_or_accounted_for(atelier, data.draw(mutated(workbook())), ".xlsx")


@pytest.mark.long
@LONG
@given(st.data())
def test_many_spoilt_workbooks_are_refused_or_accounted_for(atelier: Atelier, data: st.DataObject) -> None:
    refused_or_accounted_for(atelier, data.draw(mutated(workbook())), ".xlsx")


def accident(sans: bytes) -> st.SearchStrategy[tuple[int, bytes, bytes]]:
    """(spoilt row, the file with a few bytes put into that row, those bytes): never one of `sans`, nor its line end."""
    lignes = SIMPLE.encode().splitlines(keepends=True)

    def put(rang: int, position: int, retires: int, morceau: bytes) -> tuple[int, bytes, bytes]:
        corps = lignes[rang].rstrip(b"\n")
        debut = position % (len(corps) + 1)
        spoilt = corps[:debut] + morceau + corps[debut + retires :] + b"\n"
        return rang, b"".join([*lignes[:rang], spoilt, *lignes[rang + 1 :]]), morceau

    morceaux = st.one_of(st.sampled_from(AWKWARD[:-3]), st.binary(min_size=1, max_size=3))
    propres = morceaux.filter(lambda m: not any(octet in sans for octet in m))
    return st.builds(put, st.integers(1, 4), st.integers(0, 200), st.integers(0, 3), propres)


def others_are_kept(atelier: Atelier, rang: int, octets: bytes) -> None:
    """The rows whose bytes are intact are kept, or the file is refused for its encoding."""
    try:
        with atelier.ingested(octets) as con:
            lues, *_ = accounts(con)
            kept = {numero for (numero,) in con.execute("select nocontrat from brut.contrats").fetchall()}
    except InputError as refus:
        assert "encodage" in refus.message
        return
    assert lues >= 3
    assert {f"075202109NC001{autre}" for autre in range(1, 5) if autre != rang} <= kept


@examples(5, derandomize=True)
@given(accident(sans=b'"\x00'))
def test_an_accident_in_one_row_leaves_the_others(atelier: Atelier, accident: tuple[int, bytes, bytes]) -> None:
    others_are_kept(atelier, *accident[:2])


@examples(5, derandomize=True)
@given(accident(sans=b""))
def test_a_quote_or_a_nul_in_one_row_leaves_the_others(atelier: Atelier, accident: tuple[int, bytes, bytes]) -> None:
    others_are_kept(atelier, *accident[:2])


@pytest.mark.long
@LONG
@given(accident(sans=b""))
def test_many_accidents_in_one_row_leave_the_others(atelier: Atelier, accident: tuple[int, bytes, bytes]) -> None:
    others_are_kept(atelier, *accident[:2])
