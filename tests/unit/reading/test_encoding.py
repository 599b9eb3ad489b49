"""Bytes that are no UTF-8: counted as a decoder meets them, and none lost."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading import encoding

# Pieces of well-formed and broken characters: of one to four bytes, surrogates, overlong and beyond the last one.
MORCEAUX = st.sampled_from([
    b"a", b"\n", b";", "é".encode(), "\u20ac".encode(), "\U0001f600".encode(), b"\xe9", b"\xc3", b"\xa9", b"\xe2\x82",
    b"\xed\xa0\x80", b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x9f", b"\xf4\x90\x80\x80", b"\xff", b"\x93", b"\xf0\x9f\x98",
])  # fmt: skip


@pytest.fixture(scope="module")
def fichier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("octets") / "export.csv"


@given(octets=st.lists(MORCEAUX, min_size=1, max_size=30).map(b"".join), taille=st.integers(1, 40))
def test_strays_are_those_that_a_decoder_meets(fichier: Path, octets: bytes, taille: int) -> None:
    fichier.write_bytes(octets)
    texte = octets.decode("utf-8", encoding.ETRANGERS)
    nombre = texte.count(encoding.MARQUE_ETRANGERE)
    avant = texte.split(encoding.MARQUE_ETRANGERE)[0]
    with mock.patch.object(encoding, "TAILLE_DE_BLOC", taille):
        vus = encoding.find_strays(fichier)
        lus = b"".join(encoding.utf8_blocks(fichier, encoding.MELANGE)).decode()
    assert (vus.nombre, vus.ligne) == (nombre, avant.count("\n") + 1 if nombre else 0)
    assert vus.lettres == sum(not c.isascii() for c in texte) - 2 * nombre
    assert lus == texte.replace(encoding.MARQUE_ETRANGERE, "")
