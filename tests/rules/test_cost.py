"""Definitions §6: the cost of ruptures. The cases are in `couts`, each with its reckoning."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.rules.costs import CAS, HYPOTHESES, INCONNU, NPEC, NUMEROS, broken, export
from tests.rules.rows import LIVRAISON, Base, contrat
from tests.support import build_project, models, rows

AUTRES = ("perte_annee_jour_compris", "perte_totale_jour_compris", "perte_annee_maintien", "perte_totale_maintien")
VENTILATIONS = ("cout_sensibilite", "par_cout", "par_cout_filiere", "par_cout_periode")
# One year: costed in two periods, a diploma of another filière, one without an amount, one of unknown day.
MELANGE = [
    broken("2022-06-01"),  # 300
    broken("2021-10-15", npecannuel="2400"),  # ten months of twelve: 2,000
    broken("2022-05-01", codediplome="45033404", uaicfa="0010002B"),  # 400
    broken("2022-05-01", npecannuel=""),
    broken("", **INCONNU),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every case, each of an apprentice of its own."""
    dossier: Path = tmp_path_factory.mktemp("couts")
    con = build_project(
        dossier,
        {"contrats_2028-12-31.csv": export()},
        annee="2027-2028",
        config='[annees]\npremiere = "2021-2022"\n',
        referentiels={"npec.csv": NPEC},
        sql=models(*VENTILATIONS),
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


@pytest.mark.parametrize("nom", HYPOTHESES)
def test_what_it_would_cost_under_the_other_hypotheses(base: duckdb.DuckDBPyConnection, nom: str) -> None:
    _, _, jour, maintien = HYPOTHESES[nom]
    assert other_losses(base, nom) == tuple(Decimal(str(euros)) for euros in (*jour, *maintien))


@pytest.mark.parametrize("nom", [nom for nom, (_, _, totale) in CAS.items() if totale is None])
def test_what_is_not_costed_is_not_under_any_hypothesis(base: duckdb.DuckDBPyConnection, nom: str) -> None:
    assert other_losses(base, nom) == (None, None, None, None)


def other_losses(base: duckdb.DuckDBPyConnection, nom: str) -> tuple[object, ...]:
    """What a case would cost under the other hypotheses."""
    (ligne,) = base.execute(
        f"select {', '.join(AUTRES)} from core.couts join core.contrats using (id_contrat) where nocontrat = ?",
        [NUMEROS[nom]],
    ).fetchall()
    return ligne


def test_every_breakdown_has_the_cost_of_the_network(base: duckdb.DuckDBPyConnection) -> None:
    def totals(table: str, condition: str = "true") -> list[tuple[object, ...]]:
        colonnes = "sum(sans_npec)::int, sum(sans_date)::int, sum(perte_annee), sum(perte_totale)"
        return rows(base, f"select annee, {colonnes} from {table} where {condition} group by annee order by annee")

    attendus = totals("core.couts_par_annee")
    assert len(attendus) == 7
    assert totals("ventilations.cout_sensibilite", "hypothese = 'Règle du rapport'") == attendus
    avec_ruptures = [ligne for ligne in attendus if ligne[1:] != (0, 0, None, None)]
    assert avec_ruptures != attendus  # a year without any has its row in cout_sensibilite only
    for nom in VENTILATIONS[1:]:
        assert totals(f"ventilations.{nom}") == avec_ruptures


@pytest.mark.parametrize(
    ("calcul", "attendu"),
    [
        ("mois_commences(date '2021-09-28', date '2022-10-03')", 13),
        ("au_centime(7000.00, du_par_mois(date '2021-09-01', date '2022-05-31'))", Decimal(5250)),
        ("au_centime(8000.00, du_par_jour(date '2025-09-01', date '2025-09-01' + 369))", Decimal("8109.59")),
        ("par_rupture(100.00::decimal(18, 2), 3)", Decimal("33.33")),
        ("par_rupture(0.05::decimal(18, 2), 2)", Decimal("0.03")),
        ("par_rupture(9999999999999999.99::decimal(18, 2), 1)", Decimal("9999999999999999.99")),
        ("par_rupture(null::decimal(18, 2), 0)", None),
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


def network(database: Base, lignes: list[dict[str, str]]) -> duckdb.DuckDBPyConnection:
    """These contracts, each of an apprentice of its own, from 2021-2022 on."""
    numerotees = [ligne | {"nocontrat": str(n), "idalternant": f"A{n}"} for n, ligne in enumerate(lignes)]
    return database({LIVRAISON: numerotees}, config='[annees]\npremiere = "2021-2022"\n')


def test_the_cost_by_filiere_and_by_period(database: Base) -> None:
    con = network(database, MELANGE)
    # Columns: net ruptures, without an amount, without a day, losses of the year and to term, mean of those costed.
    assert rows(con, "select * from ventilations.par_cout_filiere") == [
        ("2021-2022", "Restauration", 4, 1, 1, Decimal(2300), Decimal(2300), Decimal(1150)),
        ("2021-2022", "Boulangerie", 1, 0, 0, Decimal(400), Decimal(400), Decimal(400)),
    ]
    assert rows(con, "select * from ventilations.par_cout_periode") == [
        ("2021-2022", "essai", 1, 0, 0, Decimal(2000), Decimal(2000), Decimal(2000)),
        ("2021-2022", "intermediaire", 2, 1, 0, Decimal(400), Decimal(400), Decimal(400)),
        ("2021-2022", "post_examen", 1, 0, 0, Decimal(300), Decimal(300), Decimal(300)),
        ("2021-2022", "Non renseigné", 1, 0, 1, None, None, None),
    ]


def test_the_hypotheses_side_by_side(database: Base) -> None:
    # 1 June begins a tenth month, 1 May a ninth. Six months from 15 October end on 14 April: eight months are due.
    assert rows(network(database, MELANGE), "select * from ventilations.cout_sensibilite") == [
        ("2021-2022", nom, 3, 1, 1, perte, perte, moyenne, moyenne)
        for nom, perte, moyenne in (
            ("Règle du rapport", Decimal(2700), Decimal(900)),
            ("Jour de la rupture compris", Decimal(2500), Decimal("833.33")),
            ("Six mois de formation maintenus", Decimal(800), Decimal("266.67")),
        )
    ]


def test_a_year_that_costs_nothing_known_has_no_loss_and_no_mean(database: Base) -> None:
    con = network(database, [broken("2022-05-01", npecannuel="")])
    assert set(rows(con, "select * exclude (hypothese) from ventilations.cout_sensibilite")) == {
        ("2021-2022", 0, 1, 0, None, None, None, None)
    }


def test_a_rupture_signed_again_by_the_cut_off_costs_nothing(database: Base) -> None:
    suite = contrat("2", "2022-09-01", "2023-08-31")
    livraison = {LIVRAISON: [broken("2022-06-01"), suite]}
    con = database(livraison, config='[annees]\npremiere = "2021-2022"\n', arrete_au="2022-10-31")
    assert con.execute("select count(*) from core.couts").fetchall() == [(0,)]
