"""Contract numbers that look like what tells of a person: the whole file says whether they are a numbering."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline import privacy
from pipeline.ingest.numbering import SOSIES_MIN
from pipeline.reading import encoding
from tests.rules.rows import TEMOIN, contrat
from tests.support import build_project, rows


def nir(rang: int, mois: str = "03") -> str:
    """A NIR and its key."""
    treize = f"291{mois}75123{rang:03d}"
    return f"{treize}{97 - int(treize) % 97:02d}"


DECA = [f"075202109NC{rang:04d}" for rang in range(300)]
SOSIES = [f"1912019094{rang:05d}" for rang in range(SOSIES_MIN)]
TELEPHONES = [f"06111111{rang}" for rang in range(10, 40)]
NIRS = [nir(rang) for rang in range(40)]
# What is said → the numbers of a file; those that are set aside.
NUMEROS = {
    "a numbering": (SOSIES, []),
    "a numbering among others, in a few rows of the last block": (DECA + SOSIES, []),
    "too few to say": (DECA + SOSIES[1:], SOSIES[1:]),
    "NIR": (NIRS, NIRS),
    "NIR, of which some have a wrong key or no month": (
        [*NIRS, "291037512399900", nir(999, "20")],
        [*NIRS, "291037512399900", nir(999, "20")],
    ),
    "a NIR in a hundred numbers": ([*SOSIES, *DECA[:67], NIRS[0]], NIRS[:1]),
    "wrong keys, but months of birth": (
        faux := [f"291037512{rang:04d}00" for rang in range(40) if int(f"291037512{rang:04d}") % 97],
        faux,
    ),
    "telephones, in the first rows only": (TELEPHONES[:10] + DECA, TELEPHONES[:10]),
    "telephones, in most rows": (DECA[:20] + TELEPHONES, []),
}  # fmt: skip


@pytest.mark.parametrize("taille", [300, 1 << 20])
def test_a_number_is_read_alike_in_blocks_of_any_size(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, taille: int
) -> None:
    monkeypatch.setattr(encoding, "TAILLE_DE_BLOC", taille)
    exports = {
        f"{rang}_2022-12-31.csv": [TEMOIN, *(contrat(n, idalternant=f"A{place}") for place, n in enumerate(numeros))]
        for rang, (numeros, _) in enumerate(NUMEROS.values())
    }
    con = build_project(tmp_path, exports, config="[ingestion]\npart_rejets_max = 1.0")
    for rang, (dit, (numeros, ecartes)) in enumerate(NUMEROS.items()):
        lus = rows(con, f"select nocontrat from brut.contrats where id_ligne >> 40 = {rang + 1} order by ligne")
        assert [n for (n,) in lus[1:]] == [None if n in ecartes else n for n in numeros], dit


def test_the_key_of_a_nir_is_that_of_its_figures() -> None:
    ecrits = ["2 55 08 14 168 025 38", "255081416802538", "255081416802539", "1850620A00101 12", "255201416802538", "x"]
    lus = privacy.read_nir(pl.Series(ecrits))
    assert lus["sosie"].to_list() == [True, True, True, False, True, False]
    assert lus["sans_cle"].to_list() == [False, False, True, False, True, False]
    assert lus["sans_mois"].to_list() == [False, False, False, False, True, False]
    corses = [
        f"18506{dep}001001{97 - int(f'18506{chiffres}001001') % 97:02d}"
        for dep, chiffres in (("2A", "19"), ("2B", "18"))
    ]
    assert privacy.read_nir(pl.Series(corses))["sans_cle"].to_list() == [False, False]
