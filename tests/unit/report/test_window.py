"""What the dates of a year make true: what is said to be revised, and of which months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.window import DELAI_DE_SIGNALEMENT, cut_months, revision_sentence

FIN, NOVEMBRE = date(2022, 8, 15), date(2022, 11, 5)


def test_a_situation_that_ends_with_the_year_leaves_out_what_was_signed_since() -> None:
    assert revision_sentence(FIN, FIN, NOVEMBRE) == (
        "Arrêtée à la fin de l'année, la situation sera révisée : un contrat signé après le 15 août 2022 fait cesser "
        "d'être nette une rupture de juillet et août 2022 comme des mois d'avant. Les exports vont jusqu'au 5 novembre "
        "2022 ; une situation arrêtée plus tard en tient compte."
    )


def test_exports_that_go_thirty_days_further_and_a_later_cut_off_have_nothing_to_revise() -> None:
    assert revision_sentence(FIN, date(2022, 10, 31), NOVEMBRE) == ""
    assert revision_sentence(FIN, date(2022, 9, 14), FIN + DELAI_DE_SIGNALEMENT) == ""


def test_exports_that_end_sooner_may_not_tell_of_the_last_months_of_that_year() -> None:
    juillet = date(2024, 7, 31)
    for arrete, ecrit in ((juillet, "31 juillet 2024"), (date(2024, 8, 20), "20 août 2024")):
        assert revision_sentence(juillet, arrete, date(2024, 8, 29)) == (
            "Les exports s'arrêtent au 29 août 2024 : des ruptures de juin et juillet 2024 peuvent n'y être pas encore "
            f"signalées, et un contrat signé après le {ecrit} ferait cesser d'être nette une rupture de l'année. Ces "
            "chiffres seront révisés."
        )


def test_exports_without_a_date_tell_nothing_of_how_far_they_go() -> None:
    phrase = revision_sentence(date(2022, 1, 15), date(2022, 1, 15), None)
    assert phrase.startswith("Les exports n'ont pas de date : des ruptures de décembre 2021 et janvier 2022 peuvent")


def test_exports_that_end_before_the_year_say_nothing_of_its_last_months() -> None:
    phrase = revision_sentence(date(2023, 8, 15), date(2023, 8, 15), NOVEMBRE)
    assert phrase == (
        "Les exports s'arrêtent au 5 novembre 2022, avant la fin de l'année, le 15 août 2023 : ce qui suit n'est pas "
        "connu, et ces chiffres seront révisés."
    )


@given(st.dates(date(2001, 1, 1), date(2059, 1, 1)), st.integers(0, 90), st.integers(0, 120))
def test_a_revision_is_announced_where_the_rule_says_and_nowhere_else(fin: date, delai: int, suite: int) -> None:
    arrete, derniere = fin + timedelta(days=delai), fin + timedelta(days=suite)
    assert bool(revision_sentence(fin, arrete, derniere)) == (suite < 30 or delai == 0)


@pytest.mark.parametrize(
    ("debut", "fin", "phrase"),
    [
        (date(2021, 8, 16), FIN, "Août 2021 n'est compté que depuis le 16, et août 2022 que jusqu'au 15."),
        (date(2023, 8, 1), date(2024, 7, 31), ""),
        (date(2021, 8, 1), FIN, "Août 2022 n'est compté que jusqu'au 15."),
        (date(2020, 8, 16), date(2021, 7, 31), "Août 2020 n'est compté que depuis le 16."),
        (date(2023, 3, 1), date(2024, 2, 29), ""),
        (date(2022, 2, 1), date(2023, 2, 1), "Février 2023 n'est compté que jusqu'au 1er."),
    ],
)
def test_the_months_that_a_window_cuts(debut: date, fin: date, phrase: str) -> None:
    assert cut_months(debut, fin) == phrase
