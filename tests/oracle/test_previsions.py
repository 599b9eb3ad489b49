"""The forecast of the year under way (definitions §9): its SQL against the oracle, and what its bands are worth."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from math import isclose
from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline.paths import RACINE, SQL
from tests.oracle.mondes import ANNEES, EN_COURS, JOUR, PREMIERE, Reseau, inventer
from tests.oracle.previsions import (
    ECART,
    MINIMUM,
    POIDS,
    POIDS_DE_L_ECART,
    Suivi,
    fourchette,
    nom,
    prevoir,
)  # fmt: skip

# The models that make a forecast, in the order in which they read one another.
MODELES = (
    "previsions_faites", "contrats_ouverts", "contrats_passes", "risques_du_reseau", "facteurs_prevus",
    "contrats_attendus", "ecarts_entre_annees", "previsions",
)  # fmt: skip
CLE = ("annee_prevue", "decoupage", "uai", "type_diplome", "mois")
COLONNES = (
    "annee", *CLE, "contrats_ouverts", "ruptures_prevues", "prevues_bas", "prevues_haut", "ruptures_observees",
)  # fmt: skip
ANNEES_SYNTHETIQUES = 200


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """A database that has the macros, and the years of `mondes`."""
    con = duckdb.connect(config={"threads": 1})
    con.execute((SQL / "macros.sql").read_text(encoding="utf-8"))
    con.execute("create schema core; create schema ref")
    annees = pl.DataFrame(
        [(nom(annee), *bornes) for annee, bornes in ANNEES.items()],
        schema=["annee", "debut", "fin_annee"],
        orient="row",
    )
    con.register("annees", annees.to_arrow())
    con.execute("create table ref.annees as select * from annees")
    return con


def forecast(
    con: duckdb.DuckDBPyConnection, contrats: pl.DataFrame, jour: date = JOUR, rapport: int = EN_COURS - 1
) -> list[dict[str, Any]]:
    """What the pipeline's SQL forecasts of these contracts on a day."""
    con.register("contrats", contrats.to_arrow())
    con.execute(
        "create or replace table core.contrats as select *, uai as structure, type_diplome as code_diplome, "
        "coalesce(date_rupture, date_fin_prevue) as date_fin, false as jamais_commence from contrats"
    )
    con.execute(
        "create or replace table core.diplomes as select distinct code_diplome, type_diplome from core.contrats"
    )
    con.execute(
        "create or replace table core.annees as select *, annee = ? as est_rapport, ?::date as derniere_date "
        "from ref.annees where annee between ? and ?",
        [nom(rapport), jour, nom(PREMIERE), nom(rapport)],
    )
    for modele in MODELES:
        sql = (SQL / f"core/{modele}.sql").read_text(encoding="utf-8")
        con.execute(f"create or replace table core.{modele} as {sql}")
    lignes = con.execute(f"select {', '.join(COLONNES)} from core.previsions").fetchall()
    return [dict(zip(COLONNES, ligne, strict=True)) for ligne in lignes]


def oracle(contrats: pl.DataFrame, jour: date = JOUR, rapport: int = EN_COURS - 1) -> list[dict[str, Any]]:
    """The same, by the second implementation."""
    suivis = [
        Suivi(debut, fin, rupture, uai, type_diplome)
        for debut, fin, rupture, uai, type_diplome in contrats.select(
            "date_debut", "date_fin_prevue", "date_rupture", "uai", "type_diplome"
        ).iter_rows()
    ]
    return prevoir(suivis, ANNEES, jour, PREMIERE, rapport)


def first_difference(attendues: list[dict[str, Any]], obtenues: list[dict[str, Any]]) -> tuple[object, ...] | None:
    """The first row that differs: its key, what the oracle says, what the pipeline says."""
    deux = [{tuple(ligne[c] for c in CLE): ligne for ligne in lignes} for lignes in (attendues, obtenues)]
    for cle in sorted({*deux[0], *deux[1]}):
        une, autre = deux[0].get(cle), deux[1].get(cle)
        if une is None or autre is None or not alike(une, autre):
            return cle, une, autre
    return None


def alike(une: dict[str, Any], autre: dict[str, Any]) -> bool:
    return all(
        autre[colonne] == valeur
        or (colonne == "ruptures_prevues" and isclose(valeur, autre[colonne], rel_tol=1e-9, abs_tol=1e-12))
        for colonne, valeur in une.items()
    )


@pytest.mark.parametrize(
    ("graine", "reseau", "jour", "rapport"),
    [
        (1, Reseau(), JOUR, EN_COURS - 1),
        # Small structures, told together; a day in the first month, the last, of a year still under way.
        (2, Reseau(structures=40, debuts_par_an=300), date(2024, 8, 16), EN_COURS - 1),
        (3, Reseau(debuts_par_an=200), date(2025, 7, 31), EN_COURS),
        (4, Reseau(structures=3, debuts_par_an=60), date(2024, 2, 29), EN_COURS - 2),
        (5, Reseau(structures=2, debuts_par_an=14), JOUR, EN_COURS - 1),
    ],
)
def test_the_pipeline_forecasts_what_the_oracle_does(
    con: duckdb.DuckDBPyConnection, graine: int, reseau: Reseau, jour: date, rapport: int
) -> None:
    contrats = inventer(graine, reseau)
    attendues = oracle(contrats, jour, rapport)
    assert attendues
    ecart = first_difference(attendues, forecast(con, contrats, jour, rapport))
    assert ecart is None, ecart


@pytest.mark.parametrize("jour", [date(2024, 8, 15), date(2025, 8, 15), date(2025, 11, 5)])
def test_without_a_day_in_the_year_that_follows_the_report_nothing_is_forecast(
    con: duckdb.DuckDBPyConnection, jour: date
) -> None:
    """The last day of a year leaves nothing to come; a report on an old year is not about the one under way."""
    assert forecast(con, inventer(1, Reseau(debuts_par_an=100)), jour) == []


def begun(combien: int, rentree: int, rompus: int, uai: str) -> list[tuple[object, ...]]:
    """So many contracts of one year from 1 September, of which the first are broken on 10 December."""
    debut, fin, rupture = date(rentree, 9, 1), date(rentree + 1, 8, 31), date(rentree, 12, 10)
    return [(debut, fin, rupture if rang < rompus else None, uai, "CAP") for rang in range(combien)]


def by_hand(con: duckdb.DuckDBPyConnection, *contrats: list[tuple[object, ...]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the forecast of 2024-2025, by cut."""
    frame = pl.DataFrame(
        [ligne for lot in contrats for ligne in lot],
        schema={"date_debut": pl.Date, "date_fin_prevue": pl.Date, "date_rupture": pl.Date, "uai": pl.String,
                "type_diplome": pl.String},
        orient="row",
    )  # fmt: skip
    dites: dict[str, list[dict[str, Any]]] = {}
    for ligne in forecast(con, frame):
        if ligne["annee_prevue"] == nom(EN_COURS):
            dites.setdefault(ligne["decoupage"], []).append(ligne)
    return dites


def test_a_forecast_worked_out_by_hand(con: duckdb.DuckDBPyConnection) -> None:
    """Four in forty broke, in December, all of A: a tenth. A had 4 where 2 were expected, (4 + 10) / (2 + 10) times as
    many; B none, 10 / 12. The type had 4 of 4: once."""
    dites = by_hand(
        con, begun(20, 2023, 4, "A"), begun(20, 2023, 0, "B"), begun(30, 2024, 0, "A"), begun(60, 2024, 0, "B")
    )
    a, b = 30 * 0.1 * 14 / 12, 60 * 0.1 * 10 / 12
    (ensemble,) = dites["Ensemble"]
    assert ensemble["contrats_ouverts"] == 90
    assert ensemble["ruptures_prevues"] == pytest.approx(a + b)
    assert {ligne["uai"]: ligne["ruptures_prevues"] for ligne in dites["Structure"]} == pytest.approx({"A": a, "B": b})
    mois = {ligne["mois"]: ligne["ruptures_prevues"] for ligne in dites["Mois"]}
    assert [*mois] == [f"2024-{m}" for m in (11, 12)] + [f"2025-0{m}" for m in range(1, 9)]
    assert mois.pop("2024-12") == pytest.approx(a + b)
    assert {*mois.values()} == {0.0}
    assert all(
        (ligne["prevues_bas"], ligne["prevues_haut"]) == (0, 0) for ligne in dites["Mois"] if ligne["mois"] in mois
    )


def test_each_row_is_beside_that_of_a_year_before(con: duckdb.DuckDBPyConnection) -> None:
    """From the first day of a year, its first month and its last are both of August."""
    forecast(con, inventer(1, Reseau()), date(2024, 8, 20))
    lignes = con.execute(
        "select annee_prevue, mois, ruptures_prevues, ruptures_observees, prevues_avant, observees_avant, tenue_avant, "
        "est_dans_la_fourchette from core.previsions where decoupage = 'Mois' order by annee_prevue, mois"
    ).fetchall()
    dites = {(annee, mois): reste for annee, mois, *reste in lignes}
    assert len(dites) == len(lignes) == 3 * 13
    for (annee, mois), (*_, prevues, observees, tenue, _) in dites.items():
        une = dites.get((nom(int(annee[:4]) - 1), f"{int(mois[:4]) - 1}{mois[4:]}"))
        if une is None:
            assert (prevues, observees, tenue) == (None, None, None)
        else:
            assert (prevues, observees, tenue) == (une[0], une[1], "Oui" if une[-1] else "Non")


def test_no_row_is_of_fewer_than_twenty_contracts(con: duckdb.DuckDBPyConnection) -> None:
    passes = begun(60, 2023, 6, "A")
    dites = by_hand(con, passes, begun(25, 2024, 0, "A"), begun(12, 2024, 0, "B"), begun(9, 2024, 0, "C"))
    assert {ligne["uai"]: ligne["contrats_ouverts"] for ligne in dites["Structure"]} == {"A": 25, "autres": 21}
    assert {ligne["uai"] for ligne in dites["Structure et mois"]} == {"A"}
    dites = by_hand(con, passes, begun(25, 2024, 0, "A"), begun(12, 2024, 0, "B"), begun(7, 2024, 0, "C"))
    assert {ligne["uai"]: ligne["contrats_ouverts"] for ligne in dites["Structure"]} == {"A": 25}
    assert dites["Ensemble"][0]["contrats_ouverts"] == 44
    assert by_hand(con, passes, begun(19, 2024, 0, "A")) == {}
    assert by_hand(con, begun(19, 2023, 6, "A"), begun(60, 2024, 0, "A")) == {}  # nor from so few


def as_of(contrats: pl.DataFrame, jour: date) -> pl.DataFrame:
    """What was known on a day: contracts begun, ruptures that had come."""
    rompu = pl.when(pl.col("date_rupture") <= jour).then("date_rupture")
    return contrats.filter(pl.col("date_debut") <= jour).with_columns(rompu.alias("date_rupture"))


def test_what_came_later_changes_no_forecast(con: duckdb.DuckDBPyConnection) -> None:
    contrats = inventer(6, Reseau(debuts_par_an=300))
    assert forecast(con, as_of(contrats, JOUR)) == forecast(con, contrats)


def scored(con: duckdb.DuckDBPyConnection, graine: int, reseau: Reseau) -> Counter[tuple[str, bool]]:
    """Of the forecast of a synthetic year as its exports stood in November: how many rows of each cut held, and did
    not, what its end of year had."""
    contrats = inventer(graine, reseau)
    faites = [ligne for ligne in forecast(con, as_of(contrats, JOUR)) if ligne["annee_prevue"] == nom(EN_COURS)]
    finies = forecast(con, contrats.filter(pl.col("date_debut") <= date(2025, 8, 15)), date(2025, 11, 5), EN_COURS)
    venues = {
        tuple(ligne[c] for c in CLE): ligne["ruptures_observees"]
        for ligne in finies
        if ligne["annee_prevue"] == nom(EN_COURS)
    }
    return Counter(
        (ligne["decoupage"], ligne["prevues_bas"] <= venues[tuple(ligne[c] for c in CLE)] <= ligne["prevues_haut"])
        for ligne in faites
    )


def coverage(comptes: Counter[tuple[str, bool]]) -> dict[str, float]:
    """Share of the rows of each cut that held."""
    decoupages = {decoupage for decoupage, _ in comptes}
    return {d: comptes[d, True] / (comptes[d, True] + comptes[d, False]) for d in sorted(decoupages)}


def test_a_synthetic_year_is_compared_with_its_end(con: duckdb.DuckDBPyConnection) -> None:
    comptes = sum((scored(con, graine, Reseau()) for graine in range(5)), Counter[tuple[str, bool]]())
    tenues = coverage(comptes)
    assert {*tenues} == {
        "Ensemble", "Mois", "Structure", "Structure et mois", "Structure et type", "Type de diplôme",
    }  # fmt: skip
    assert sum(comptes[d, True] for d in tenues) / comptes.total() > 0.6


def test_the_definitions_say_what_is_supposed(con: duckdb.DuckDBPyConnection) -> None:
    definitions = (RACINE / "docs/definitions.md").read_text(encoding="utf-8")
    assert con.execute("select poids_du_reseau(), ecart_entre_annees(), poids_de_l_ecart()").fetchone() == (
        POIDS, Decimal(str(ECART)), POIDS_DE_L_ECART,
    )  # fmt: skip
    for dit in (
        f"(D + {POIDS}) / (E + {POIDS})", f"1/(D + {POIDS})", f"({POIDS_DE_L_ECART} × 0,01 + Σ", "0,0025",
        f"moins de {MINIMUM} contrats ouverts",
    ):  # fmt: skip
        assert dit in definitions, dit
    assert pytest.approx(0.01) == ECART**2


@pytest.mark.long
def test_bands_hold_70_to_90_per_cent_of_200_synthetic_years(con: duckdb.DuckDBPyConnection) -> None:
    comptes = sum((scored(con, graine, Reseau()) for graine in range(ANNEES_SYNTHETIQUES)), Counter[tuple[str, bool]]())
    for decoupage, part in coverage(comptes).items():
        assert 0.7 <= part <= 0.9, (decoupage, part)
    tenues = sum(nombre for (_, est_dedans), nombre in comptes.items() if est_dedans) / comptes.total()
    definitions = (RACINE / "docs/definitions.md").read_text(encoding="utf-8")
    assert f"les fourchettes tiennent {100 * tenues:.0f} % des lignes" in definitions


@pytest.mark.parametrize(
    ("attendues", "variance"), [(0.0, 0.02), (0.05, 0.1), (1.3, 0.02), (40.0, 0.005), (900.0, 0.3)]
)
def test_a_band_leaves_as_much_on_each_side(attendues: float, variance: float) -> None:
    bas, haut = fourchette(attendues, variance)
    assert 0 <= bas <= attendues <= max(haut, attendues)
    if attendues > 20:
        assert 0.5 < (attendues - bas) / (haut - attendues) < 1.5
