"""What is a list of persons, and what is a table of small numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest

from pipeline.errors import UsageError
from pipeline.models import file
from pipeline.models.enclosure import Enclosure
from pipeline.models.person_lists import refuse_person_list
from tests.breakdowns.corpus import MODELE
from tests.support import glossary

ANNEE = "2021-2022"
CFA = [f"0{n:06d}A" for n in range(300)]


class Answers:
    """An enclosure that knows how many are followed, and the CFA."""

    def __init__(self, suivis: int) -> None:
        self.suivis = suivis

    def fetch(self, sql: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        return (), [(ANNEE, self.suivis)] if "effectif" in sql else [(uai,) for uai in CFA]


@pytest.fixture
def modele(tmp_path: Path) -> file.SqlFile:
    chemin = tmp_path / "par_essai.sql"
    chemin.write_text(MODELE, encoding="utf-8")
    return file.parse(chemin, "ventilations", glossary())


def table(lignes: int, **colonnes: Any) -> pl.DataFrame:
    return pl.DataFrame(
        {"annee": [ANNEE] * lignes, **{nom: [de(n) for n in range(lignes)] for nom, de in colonnes.items()}}
    )


UN = {"ruptures_nettes": lambda n: 1}
LISTES = {
    "three attributes": table(
        60, filiere=lambda n: f"f{n % 9}", sexe=lambda n: "HF"[n % 2], mois=lambda n: f"m{n % 7}", **UN
    ),
    "attributes in one column": table(300, qui=lambda n: f"CAP|H|{n}|95", **UN),
    "attributes in one column, no count": table(300, qui=lambda n: f"CAP|H|{n}|95"),
    "days of ruptures": table(320, uai=lambda n: CFA[n % 7], jour=lambda n: f"2022-{n}", **UN),
    "many rows, whatever they count": table(900, qui=lambda n: f"{n}", effectif=lambda n: 50),
    "zeros beside": table(400, qui=lambda n: f"{n}", ruptures_nettes=lambda n: n % 3),
}
TABLEAUX = {
    "few numbers": table(60, filiere=lambda n: f"f{n}", effectif=lambda n: 1),
    "CFA and motif": table(600, uai=lambda n: CFA[n // 2], motif=lambda n: f"m{n % 2}", **UN),
    "CFA with its name": table(300, uai=lambda n: CFA[n], structure=lambda n: f"CFA {n}", **UN),
    "three attributes of many": table(
        60, filiere=lambda n: f"f{n % 9}", sexe=lambda n: "HF"[n % 2], mois=lambda n: f"m{n % 7}", effectif=lambda n: 12
    ),
    "diplomas of many CFA": table(780, uai=lambda n: CFA[n // 3], diplome=lambda n: f"d{n % 20}", effectif=lambda n: 4),
    "what rates are worth beside": table(
        600,
        uai=lambda n: CFA[n // 3],
        diplome=lambda n: f"d{n % 20}",
        fiabilite=lambda n: ("fragile", "solide")[n % 2],
        **UN,
    ),
    "no row": table(0),
}  # fmt: skip


@pytest.mark.parametrize("quoi", LISTES)
def test_a_list_of_persons_is_refused(modele: file.SqlFile, quoi: str) -> None:
    with pytest.raises(UsageError, match="c'est une liste de personnes") as erreur:
        refuse_person_list(cast(Enclosure, Answers(1500)), modele, LISTES[quoi])
    assert erreur.value.ligne is not None and ANNEE in erreur.value.message


@pytest.mark.parametrize("quoi", TABLEAUX)
def test_a_table_of_small_numbers_is_none(modele: file.SqlFile, quoi: str) -> None:
    refuse_person_list(cast(Enclosure, Answers(1500)), modele, TABLEAUX[quoi])


@pytest.mark.parametrize("quoi", LISTES)
def test_a_small_network_is_not_judged(modele: file.SqlFile, quoi: str) -> None:
    refuse_person_list(cast(Enclosure, Answers(999)), modele, LISTES[quoi])
