"""What became of gross ruptures (ADR 0001, definitions §7), and contracts begun after one. One rule a test."""

from __future__ import annotations

import duckdb
import pytest
from scipy import stats

from tests.rules.rows import Base, contrat, one_delivery
from tests.support import rows

MOINS_DE_2, DE_2_A_6, APRES_6 = (
    "Autre contrat en moins de 2 mois", "Autre contrat entre 2 et 6 mois", "Autre contrat après 6 mois",
)  # fmt: skip
DEJA = "Déjà sous un autre contrat"
RECENTE, SECHE = "Sans autre contrat, depuis moins de 6 mois", "Sans autre contrat, depuis 6 mois et plus"


def fates(con: duckdb.DuckDBPyConnection, annee: str = "2021-2022") -> dict[object, object]:
    """How many gross ruptures of a year had each fate, in the order of the table."""
    lignes = rows(
        con, f"select devenir, ruptures_brutes from ventilations.devenir_apres_rupture where annee = '{annee}'"
    )
    return dict(lignes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rupture", "suite", "devenir"),
    [
        ("2021-11-10", "2021-11-10", MOINS_DE_2), ("2021-11-10", "2022-01-09", MOINS_DE_2),
        ("2021-11-10", "2022-01-10", DE_2_A_6), ("2021-11-10", "2022-05-09", DE_2_A_6),
        ("2021-11-10", "2022-05-10", APRES_6), ("2021-11-10", "2022-08-15", APRES_6),
        ("2021-12-31", "2022-02-27", MOINS_DE_2), ("2021-12-31", "2022-02-28", DE_2_A_6),
    ],
)  # fmt: skip
def test_a_rupture_followed_by_a_contract_and_its_delay(database: Base, rupture: str, suite: str, devenir: str) -> None:
    con = database(one_delivery(contrat("1", dateeffetrupture=rupture), contrat("2", debut=suite)))
    assert fates(con) == {devenir: 1}


@pytest.mark.parametrize(("rupture", "devenir"), [("2022-02-15", SECHE), ("2022-02-16", RECENTE)])
def test_six_months_without_a_contract_are_counted_to_the_cut_off(database: Base, rupture: str, devenir: str) -> None:
    assert fates(database(one_delivery(contrat(dateeffetrupture=rupture)))) == {devenir: 1}


def test_a_contract_begun_after_the_cut_off_is_not_seen(database: Base) -> None:
    lignes = one_delivery(contrat("1", dateeffetrupture="2022-07-10"), contrat("2", debut="2022-09-05"))
    assert fates(database(lignes)) == {RECENTE: 1}


def test_a_later_cut_off_sees_it_and_judges_the_others_on_its_day(database: Base) -> None:
    lignes = one_delivery(
        contrat("1", dateeffetrupture="2022-07-10"), contrat("2", debut="2022-09-05"),
        contrat("3", dateeffetrupture="2022-04-30", idalternant="A2"),
    )  # fmt: skip
    assert fates(database(lignes, arrete_au="2022-10-31")) == {MOINS_DE_2: 1, SECHE: 1}


def test_the_first_of_the_contracts_that_follow_gives_the_delay(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2022-06-01"),
            contrat("3", debut="2021-12-01", dateeffetrupture="2022-03-01"),
        )
    )  # fmt: skip
    assert fates(con) == {MOINS_DE_2: 1, DE_2_A_6: 1}


def test_a_contract_that_never_started_follows_nothing(database: Base) -> None:
    con = database(
        one_delivery(contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2021-12-01", statut="Annulé"))
    )
    assert fates(con) == {SECHE: 1}


def test_an_apprentice_already_under_another_contract_is_told_apart(database: Base) -> None:
    con = database(one_delivery(contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2021-10-20")))
    assert fates(con) == {DEJA: 1}


@pytest.mark.parametrize("fin", [{"fin": "2021-11-10"}, {"dateeffetrupture": "2021-11-10"}])
def test_a_contract_that_ends_on_the_day_of_the_rupture_is_not_another_one(database: Base, fin: dict[str, str]) -> None:
    con = database(one_delivery(contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2021-10-20", **fin)))
    assert set(fates(con)) == {SECHE}


def test_a_rupture_of_unknown_day_has_no_delay_followed_or_not(database: Base) -> None:
    inconnu = {"statut": "Rompu", "datesignalementrupture": "2021-11-10"}
    con = database(
        one_delivery(
            contrat("1", **inconnu), contrat("2", debut="2021-12-01"), contrat("3", idalternant="A2", **inconnu)
        )
    )
    assert fates(con) == {"Non renseigné": 2}


def test_contracts_of_other_apprentices_follow_nothing(database: Base) -> None:
    con = database(
        one_delivery(contrat("1", dateeffetrupture="2021-11-10"), contrat("2", debut="2021-12-01", idalternant="A2"))
    )
    assert fates(con) == {SECHE: 1}


def dry(con: duckdb.DuckDBPyConnection, annee: str = "2021-2022") -> list[tuple[object, ...]]:
    """(followed to, followed six months, dry) of a year; without day, in all rows."""
    return rows(
        con,
        "select suivi, ruptures_suivies, ruptures_seches from ventilations.rupture_seche "
        f"where annee = '{annee}' order by jusqu_au",
    )


ARRETE, EXTRACTION = "À la date d'arrêté", "À l'extraction"


def on(jour: str, *lignes: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """One delivery, extracted that day."""
    return {f"contrats_{jour}.csv": [*one_delivery(*lignes).popitem()[1]]}


def test_a_dry_rupture_is_counted_among_those_followed_six_months(database: Base) -> None:
    con = database(
        on(
            "2022-08-15",
            contrat("1", dateeffetrupture="2022-02-15"),
            contrat("2", dateeffetrupture="2022-02-16", idalternant="A2"),
            contrat("3", dateeffetrupture="2021-11-10", idalternant="A3"),
            contrat("4", debut="2022-05-09", idalternant="A3"),
            contrat("5", dateeffetrupture="2021-11-10", idalternant="A4"),
            contrat("6", debut="2022-05-10", idalternant="A4"),
        )
    )
    # Followed: 1, 3, 5; the contract of the fourth came too late to undo it.
    assert dry(con) == [(ARRETE, 3, 2)]


@pytest.mark.parametrize(
    ("extraction", "attendu"), [("2022-12-19", (EXTRACTION, 2, 1)), ("2022-12-18", (EXTRACTION, 1, 0))]
)
def test_exports_that_go_further_follow_more_of_them(
    database: Base, extraction: str, attendu: tuple[object, ...]
) -> None:
    lignes = [
        contrat("1", dateeffetrupture="2022-06-19"),
        contrat("2", dateeffetrupture="2022-06-10", idalternant="A2"),
        contrat("3", debut="2022-09-05", idalternant="A2"),
    ]
    assert dry(database(on(extraction, *lignes))) == [(ARRETE, 0, 0), attendu]


def test_nothing_is_followed_after_the_last_day_of_the_exports_in_a_year_that_has_not_ended(database: Base) -> None:
    lignes = [
        contrat("1", dateeffetrupture="2021-10-10"),
        contrat("2", dateeffetrupture="2021-12-10", idalternant="A2"),
    ]
    con = database(on("2022-04-30", *lignes), annee="2021-2022")
    assert dry(con) == [(ARRETE, 1, 1)]


def test_a_rupture_of_unknown_day_is_not_followed_and_an_apprentice_under_contract_is_not_dry(database: Base) -> None:
    con = database(
        on(
            "2022-08-15",
            contrat("1", statut="Rompu", datesignalementrupture="2021-11-10"),
            contrat("2", dateeffetrupture="2021-11-10", idalternant="A2"),
            contrat("3", debut="2021-10-20", idalternant="A2"),
        )
    )
    assert dry(con) == [(ARRETE, 1, 0)]
    assert rows(con, "select ruptures_sans_jour from ventilations.rupture_seche where annee = '2021-2022'") == [(1,)]


def returns(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """(months after the rupture, still followed, followed by a contract, incidence) of 2021-2022."""
    return rows(
        con,
        "select mois_apres_rupture, ruptures_a_suivre, retours, incidence_retour "
        "from ventilations.retour_apres_rupture where annee = '2021-2022' order by mois_apres_rupture",
    )


def back(numero: int, rupture: str, suite: str = "") -> list[dict[str, str]]:
    """A broken contract of an apprentice, and the next one."""
    lignes = [contrat(f"{numero}0", dateeffetrupture=rupture, idalternant=f"R{numero}")]
    return [*lignes, *([contrat(f"{numero}1", debut=suite, idalternant=f"R{numero}")] if suite else [])]


def test_the_return_is_followed_to_the_end_of_the_exports_month_by_month(database: Base) -> None:
    lignes = [
        *back(1, "2021-11-10", "2021-10-20"), *back(2, "2021-11-10", "2021-12-09"),
        *back(3, "2021-11-10", "2021-12-10"), *back(4, "2021-11-10", "2022-05-09"),
        *back(5, "2021-11-10", "2022-05-10"), *back(6, "2021-11-10"), *back(7, "2022-06-30"),
        *back(8, "2022-07-01"), *back(9, "2022-07-20"),
    ]  # fmt: skip
    # To 31 July: the last is followed in no whole month, the two before in one, then 1 - 6/8 × 5/6 × 5/5 × 4/5 …
    attendus = [(1, 8, 2, 2 / 8), (2, 4, 3, 1 - 6 / 8 * 3 / 4), (3, 3, 3, 1 - 6 / 8 * 3 / 4), (6, 3, 4, 0.625)]
    assert returns(database(on("2022-07-31", *lignes))) == [
        (mois, suivies, vus, pytest.approx(incidence)) for mois, suivies, vus, incidence in attendus
    ]


def test_with_all_followed_six_months_what_is_not_back_is_dry_and_the_interval_binomial_on_its_scale(
    database: Base,
) -> None:
    lignes = [ligne for n in range(1, 5) for ligne in back(n, "2021-11-10", "2021-12-20")]
    lignes += [ligne for n in range(5, 25) for ligne in back(n, "2021-12-10")]
    con = database(on("2022-12-31", *lignes))
    [(sec,)] = rows(con, "select distinct part_seche from ventilations.rupture_seche where annee = '2021-2022'")
    [ligne] = rows(
        con,
        "select incidence_retour, incidence_retour_basse, incidence_retour_haute "
        "from ventilations.retour_apres_rupture where annee = '2021-2022' and mois_apres_rupture = 6",
    )
    # scipy's survival function (Kaplan–Meier, log-log) is the other implementation.
    durees = stats.CensoredData(uncensored=[2] * 4, right=[7] * 20)
    limites = stats.ecdf(durees).sf.confidence_interval(method="log-log")
    assert ligne == pytest.approx((4 / 24, 1 - limites.high.evaluate(6), 1 - limites.low.evaluate(6)))
    assert sec == pytest.approx(20 / 24)


def test_the_contract_that_follows_is_of_the_same_employer_diploma_and_cfa_or_not(database: Base) -> None:
    meme = {"siretemployeur": "11111111100001", "uaicfa": "0750000A"}
    con = database(
        one_delivery(
            contrat("1", dateeffetrupture="2021-11-10", **meme), contrat("2", debut="2021-12-01", **meme),
            contrat("3", dateeffetrupture="2021-11-10", idalternant="A2", **meme),
            contrat("4", debut="2022-02-01", idalternant="A2", siretemployeur="22222222200001", codediplome="45033404",
                    uaicfa="0750000B"),
            contrat("5", dateeffetrupture="2021-11-10", idalternant="A3", siretemployeur="", uaicfa="0750000A"),
            contrat("6", debut="2022-06-01", idalternant="A3", **meme),
            contrat("7", dateeffetrupture="2021-11-10", idalternant="A4", **meme),
            contrat("8", debut="2021-10-01", idalternant="A4", **meme),
            contrat("9", dateeffetrupture="2022-07-10", idalternant="A5", **meme),
            contrat("10", debut="2022-09-01", idalternant="A5", **meme),
        )
    )  # fmt: skip
    assert rows(
        con,
        "select objet, suite, contrats_suivants, suivis_avant_2_mois, suivis_de_2_a_6_mois, suivis_apres_6_mois, "
        "round(part_contrats_suivants, 3) from ventilations.contrat_suivant where annee = '2021-2022'",
    ) == [
        ("Employeur", "Le même", 1, 1, 0, 0, 0.333), ("Employeur", "Un autre", 1, 0, 1, 0, 0.333),
        ("Employeur", "Non renseigné", 1, 0, 0, 1, 0.333),
        ("Diplôme", "Le même", 2, 1, 0, 1, 0.667), ("Diplôme", "Un autre", 1, 0, 1, 0, 0.333),
        ("CFA", "Le même", 2, 1, 0, 1, 0.667), ("CFA", "Un autre", 1, 0, 1, 0, 0.333),
    ]  # fmt: skip


def test_contracts_that_one_of_three_sources_says_follow_a_rupture(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", idalternant="A1", situationavantcontrat="8"),
            contrat("2", idalternant="A2", situationavantcontrat="08", typecontrat="23"),
            contrat("3", idalternant="A3", situationavantcontrat="11"),
            contrat("4", idalternant="A4", debut="2020-09-01", dateeffetrupture="2021-07-01"),
            contrat("5", idalternant="A4", typecontrat="23"),
            contrat("6", idalternant="A5", debut="2020-09-01", dateeffetrupture="2021-09-01"),
            contrat("7", idalternant="A5"),
            contrat("8", idalternant="A6", debut="2020-09-01", dateeffetrupture="2021-09-02"),
            contrat("9", idalternant="A6"),
            contrat("10", idalternant="A7", situationavantcontrat="8", statut="Supprimé"),
            contrat("11", idalternant="A8", situationavantcontrat="8", debut="2020-09-01"),
        )
    )
    assert rows(
        con, "select * exclude (annee) from ventilations.entrants_apres_rupture where annee = '2021-2022'"
    ) == [
        ("Situation 8 du formulaire", 2, 2, 1, 0), ("Type de contrat 23", 2, 1, 2, 1),
        ("Rupture antérieure dans les exports", 2, 0, 1, 2),
    ]  # fmt: skip
