"""Files spoilt at random: the run ends with a sentence and one of its codes, in the memory and the time it may take."""

from __future__ import annotations

import pytest

from tests.faults import fuzzing


@pytest.mark.parametrize("graine", range(8))
def test_a_spoilt_file_ends_with_one_of_our_codes(graine: int) -> None:
    essai = fuzzing.attempt(graine)
    assert essai.tenu, f"{essai.fichier}, code {essai.code}\n{essai.dit}"


@pytest.mark.long
def test_five_hundred_spoilt_files_end_with_one_of_our_codes() -> None:
    """An hour of them: `python -m tests.faults.fuzzing 3600`."""
    rates = [essai for essai in map(fuzzing.attempt, range(8, 508)) if not essai.tenu]
    assert not rates, [(essai.graine, essai.fichier, essai.code, essai.dit[-300:]) for essai in rates]
