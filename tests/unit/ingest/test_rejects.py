"""The lists of what was rejected or not understood, written by columns as if by rows."""

from __future__ import annotations

import csv
import io

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline import formats
from pipeline.ingest.rejects import write_list

TEXTES = st.none() | st.text(alphabet=st.sampled_from("=+-@\t\r\n'\",;] ^\\aé\u2028")) | st.text()


@given(st.lists(st.tuples(TEXTES, st.integers(0, 2**40), TEXTES)))
def test_a_list_is_what_csv_writes_of_guarded_cells(lignes: list[tuple[str | None, int, str | None]]) -> None:
    frame = pl.DataFrame(lignes, {"nom": pl.String, "ligne": pl.Int64, "valeur": pl.String}, orient="row")
    attendu = io.StringIO(newline="")
    csv.writer(attendu).writerows([formats.cell(valeur) for valeur in ligne] for ligne in lignes)
    ecrit = io.BytesIO()
    write_list(frame, ecrit)
    assert ecrit.getvalue().decode() == attendu.getvalue()
