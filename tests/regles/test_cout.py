"""Definitions §6: the cost of ruptures. The cases are in `couts`, each with its reckoning."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.regles.couts import CAS, INCONNU, NPEC, NUMEROS, broken, export
from tests.regles.lignes import LIVRAISON, Base, contrat
from tests.support import build_project, models


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every case, each of an apprentice of its own."""
    dossier: Path = tmp_path_factory.mktemp("couts")
    con = build_project(
        dossier,
        {"contrats_2028-12-31.csv": export()},
        config='[annees]\npremiere = "2021-2022"\n',
        referentiels={"npec.csv": NPEC},
        sql=models("par_cout"),
    )
    yield con
    con.close()


@pytest.mark.parametrize("nom", CAS)
def test_what_a_rupture_costs(base: duckdb.DuckDBPyConnection, nom: str) -> None:
    _, annee, totale = CAS[nom]
    attendu = (annee, None, None) if totale is None else ("chiffre", Decimal(str(annee)), Decimal(str(totale)))
    obtenu = base.execute(
        "select couts.chiffrage, couts.perte_annee, couts.perte_totale from core.couts as couts "
        "join core.contrats as contrats using (id_contrat) where contrats.nocontrat = ?",
        [NUMEROS[nom]],
    )
    assert obtenu.fetchall() == [attendu]


@pytest.mark.parametrize(
    ("calcul", "attendu"),
    [
        ("mois_commences(date '2021-09-28', date '2022-10-03')", 13),
        ("au_centime(7000.00, du_par_mois(date '2021-09-01', date '2022-05-31'))", Decimal(5250)),
        ("au_centime(8000.00, du_par_jour(date '2025-09-01', date '2025-09-01' + 369))", Decimal("8109.59")),
    ],
)
def test_the_checks_of_the_definitions(base: duckdb.DuckDBPyConnection, calcul: str, attendu: object) -> None:
    assert base.execute(f"select {calcul}").fetchall() == [(attendu,)]


def test_costed_without_amount_and_without_day_make_the_net_ruptures(database: Base) -> None:
    lignes = [
        broken("2022-06-01"),
        broken("2022-05-01"),
        broken("2022-05-01", npecannuel=""),
        broken("", **INCONNU),
        broken("2022-06-01", npecannuel="", uaicfa="0010002B"),
        broken("", uaicfa="0010003C"),  # no rupture: its structure has no row
    ]
    # No npec.csv: nothing is imputed.
    con = database(
        {LIVRAISON: [ligne | {"nocontrat": str(n), "idalternant": f"A{n}"} for n, ligne in enumerate(lignes)]},
        config='[annees]\npremiere = "2021-2022"\n',
    )
    assert con.execute("select * from ventilations.par_cout").fetchall() == [
        ("2021-2022", "0010001A", "CFA du Lac", 4, 1, 1, Decimal(700), Decimal(700)),  # 3 months and 4
        ("2021-2022", "0010002B", "CFA du Mont", 1, 1, 0, None, None),
    ]


def test_a_rupture_signed_again_by_the_cut_off_costs_nothing(database: Base) -> None:
    suite = contrat("2", "2022-09-01", "2023-08-31")
    livraison = {LIVRAISON: [broken("2022-06-01"), suite]}
    con = database(livraison, config='[annees]\npremiere = "2021-2022"\n', arrete_au="2022-10-31")
    assert con.execute("select count(*) from core.couts").fetchall() == [(0,)]
