"""Definitions §6: who owes what of a contract broken since 2025. The cases are in `financing`, with their reckoning."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from pipeline.paths import EXEMPLE
from tests.rules import financing
from tests.rules.financing import CAS, COLONNES, MONTANTS, SANS_MONTANT, broken, expected, export, numero
from tests.support import build_project, models, rows

REGLES = (EXEMPLE / "referentiels/regles_financement.csv").read_text(encoding="utf-8")
VENTILATIONS = ("financement_ruptures", "par_cout")
ANNEES = '[annees]\npremiere = "2025-2026"\n'


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every case, under the rules that are shipped."""
    con = build_project(
        tmp_path_factory.mktemp("financements"),
        {"contrats_2027-12-31.csv": export()},
        annee="2026-2027",
        config=ANNEES,
        referentiels={"regles_financement.csv": REGLES, "diplomes.csv": financing.DIPLOMES},
        sql=models(*VENTILATIONS),
    )
    yield con
    con.close()


def told(con: duckdb.DuckDBPyConnection, colonnes: str, nom: str) -> list[tuple[object, ...]]:
    """These columns of the contract of a case."""
    return con.execute(
        f"select {colonnes} from core.financements join core.contrats using (id_contrat) where nocontrat = ?",
        [numero(nom)],
    ).fetchall()


@pytest.mark.parametrize("nom", MONTANTS)
def test_who_owes_what(base: duckdb.DuckDBPyConnection, nom: str) -> None:
    assert told(base, ", ".join(COLONNES), nom) == [expected(nom)]


def test_the_case_of_the_specification(base: duckdb.DuckDBPyConnection) -> None:
    assert told(base, "participation", "30 funded days, broken in the 45") == [(Decimal("328.77"),)]


@pytest.mark.parametrize("nom", SANS_MONTANT)
def test_what_has_no_amount(base: duckdb.DuckDBPyConnection, nom: str) -> None:
    attendu = [(motif, None, None, None, None, None, None) for motif in SANS_MONTANT[nom][1]]
    assert told(base, f"chiffrage, {', '.join(COLONNES)}", nom) == attendu


@pytest.mark.parametrize(
    ("nom", "npec"),
    [("80 % at a distance", "6400"), ("less than 80 %", "8000"), ("not under 4,000 €", "4000"),
     ("an amount that was under it stays", "3900"), ("at a distance, of an unknown amount", None)],
)  # fmt: skip
def test_training_at_a_distance_lessens_what_is_lost_too(
    base: duckdb.DuckDBPyConnection, nom: str, npec: str | None
) -> None:
    (retenu,) = base.execute(
        "select npec_retenu from core.couts join core.contrats using (id_contrat) where nocontrat = ?", [numero(nom)]
    ).fetchall()
    assert retenu == (npec and Decimal(npec),)


def test_the_breakdown_has_every_rupture_of_the_rules(base: duckdb.DuckDBPyConnection) -> None:
    colonnes = "ruptures_nettes, ruptures_chiffrees, sans_npec, sans_date, sans_niveau, minorees, distance_inconnue"
    (de_l_annee,) = rows(
        base, f"select {colonnes} from ventilations.financement_ruptures where annee = '2025-2026' and uai = '0010001A'"
    )
    dits = [motif for _, motifs in SANS_MONTANT.values() for motif in motifs]
    deux_ans_plus_tard = 2  # broken in the second year
    chiffrees = len(MONTANTS) - deux_ans_plus_tard
    assert de_l_annee[:5] == (
        chiffrees + len(dits), chiffrees, dits.count("sans_npec"), dits.count("sans_date"), dits.count("sans_niveau"),
    )  # fmt: skip
    assert de_l_annee[5:] == (4, chiffrees + len(dits) - 5)  # 80 % at a distance; those and 79.99 % are known
    sommes = ", ".join(f"sum({colonne})" for colonne in COLONNES)
    assert rows(base, f"select {sommes} from ventilations.financement_ruptures") == [
        tuple(sum(montants) for montants in zip(*map(expected, MONTANTS), strict=True))
    ]


def test_without_the_referential_nothing_of_it_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    con = build_project(
        tmp_path_factory.mktemp("sans"),
        {"contrats_2027-12-31.csv": export()},
        annee="2026-2027",
        config=ANNEES,
        referentiels={"diplomes.csv": financing.DIPLOMES},
        sql=models(*VENTILATIONS),
    )
    assert con.sql("select count(*) from core.financements").fetchall() == [(0,)]
    assert con.sql("select count(*) from ventilations.financement_ruptures").fetchall() == [(0,)]
    assert con.sql("select count(*), count(*) filter (where est_minoree) from core.couts").fetchall() == [
        (len(CAS), 0)
    ]  # those concluded before the rules too
    con.close()


def test_each_contract_has_the_rules_of_its_day(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two periods: the first ends with September 2025, the second says other amounts."""
    premieres = REGLES.replace(",2025-07-01,,", ",2025-07-01,2025-09-30,")
    suivantes = REGLES.partition("\n")[2].replace(",2025-07-01,,", ",2025-10-01,,").replace(",750,", ",900,")
    lignes = [
        broken("2026-03-01", dateconclusion=jour) | {"nocontrat": jour, "idalternant": jour}
        for jour in ("2025-09-30", "2025-10-01")
    ]
    con = build_project(
        tmp_path_factory.mktemp("periodes"),
        {"contrats_2026-12-31.csv": lignes},
        annee="2025-2026",
        config=ANNEES,
        referentiels={"regles_financement.csv": premieres + suivantes, "diplomes.csv": financing.DIPLOMES},
        sql=models(*VENTILATIONS),
    )
    assert rows(con, "select participation from core.financements order by participation") == [
        (Decimal(750),), (Decimal(900),),
    ]  # fmt: skip
    con.close()
