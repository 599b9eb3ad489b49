"""`regles_financement.csv`: rules that are not whole are refused, each fault with its line or its day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import InputError
from pipeline.ingest import funding
from pipeline.ingest.referentials import open_referential, read_table
from pipeline.paths import EXEMPLE, MODELES_DE_REFERENTIELS, RACINE
from pipeline.schemas import REFERENTIELS, REGLES_DE_FINANCEMENT, VERSEMENT

LIVREES = EXEMPLE / "referentiels/regles_financement.csv"
CHEMIN = Path("referentiels/regles_financement.csv")


def read(texte: str, dossier: Path) -> pl.DataFrame:
    """The rules that a file says."""
    chemin = dossier / "regles_financement.csv"
    chemin.write_text(texte, encoding="utf-8")
    return read_table("regles_financement", open_referential(chemin, REFERENTIELS["regles_financement"]), [])


def refuse(frame: pl.DataFrame) -> None:
    funding.refuse_impossible({"regles_financement": frame}, {"regles_financement": CHEMIN})


def test_those_that_are_shipped_are_whole_and_sourced(tmp_path: Path) -> None:
    regles = read(LIVREES.read_text(encoding="utf-8"), tmp_path)
    refuse(regles)
    assert {*regles["regle"]} == {*REGLES_DE_FINANCEMENT, VERSEMENT}
    assert {*regles["debut"]} == {date(2025, 7, 1)}
    assert all("décret n° 2025-58" in source for source in regles["source"])
    versements = regles.filter(pl.col("regle") == VERSEMENT)
    assert [*versements["valeur"]] == [Decimal(40), Decimal(30), Decimal(20), Decimal(10)]
    assert versements["hypothese"].drop_nulls().len() == 1  # one sentence for the four


def test_the_guide_has_them_as_they_are_shipped() -> None:
    guide = (RACINE / "docs/referentiels.md").read_text(encoding="utf-8")
    for nom in (*REGLES_DE_FINANCEMENT, VERSEMENT):
        assert f"`{nom}`" in guide, nom
    entete = (MODELES_DE_REFERENTIELS / "regles_financement.csv").read_text(encoding="utf-8").strip()
    assert entete.split(";") == [c.nom for c in REFERENTIELS["regles_financement"]]


@pytest.mark.parametrize(
    ("avant", "apres", "dit"),
    [
        (
            "participation,750",
            "particpation,750",
            r":3 : « particpation » n'est pas une règle \(le plus proche : « part",
        ),
        ("participation,750,,", "participation,750,3,", ":3 : un délai pour « participation »"),
        ("versement,40,1,", "versement,40,,", ":9 : un versement sans son délai"),
        ("distance_seuil,80,", "distance_seuil,180,", ":6 : 180.00 % dans la colonne valeur, c'est plus que tout"),
        (
            "versement,10,",
            "versement,5,",
            "1er juillet 2025 ne sont pas entières : les versements font ensemble 95.00 %",
        ),
        (
            "participation,750,,2025-07-01,",
            "participation,750,,2025-08-01,",
            "1er juillet 2025 .* participation manque",
        ),
        ("participation,750,,2025-07-01,,", "participation,750,,2025-07-01,2025-12-31,", "1er janvier 2026 .* manque"),
    ],
)
def test_rules_that_are_not_whole_are_refused(tmp_path: Path, avant: str, apres: str, dit: str) -> None:
    texte = LIVREES.read_text(encoding="utf-8")
    assert avant in texte
    with pytest.raises(InputError, match=dit) as refus:
        refuse(read(texte.replace(avant, apres), tmp_path))
    assert str(CHEMIN) in str(refus.value)


def test_a_rule_said_twice_is_refused(tmp_path: Path) -> None:
    texte = LIVREES.read_text(encoding="utf-8")
    with pytest.raises(InputError, match=r"2 fois"):
        refuse(read(texte + "participation,800,,2025-09-01,,Un autre texte,\n", tmp_path))


def test_rules_that_all_end_leave_none(tmp_path: Path) -> None:
    refuse(read(LIVREES.read_text(encoding="utf-8").replace(",2025-07-01,,", ",2025-07-01,2026-06-30,"), tmp_path))


def test_a_share_at_a_distance_is_no_more_than_all() -> None:
    frame = pl.DataFrame({"ligne": ["4"], "part_distance": [Decimal("100.01")]})
    with pytest.raises(InputError, match=r"diplomes.csv:4 : 100.01 % dans la colonne part_distance"):
        funding.refuse_impossible({"diplomes": frame}, {"diplomes": Path("diplomes.csv")})
