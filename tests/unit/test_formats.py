"""How numbers are rounded; what SQL and Python both say stands once in each, and is the same."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import formats
from pipeline.formats import COMPTE_SOLIDE, EFFECTIF_MIN, EFFECTIF_SOLIDE, PERIODES, alphabetical
from pipeline.report import periods
from tests.support import macros, plain, rows


@pytest.mark.parametrize(
    ("ecrit", "attendu"),
    [
        (formats.pourcentage(18 / 80, 0), "23 %"),  # what Babel alone writes 22 %
        (formats.pourcentage(0.125, 0), "13 %"),
        (formats.pourcentage(0.10005, 2), "10,01 %"),
        (formats.pourcentage(0.1005), "10,1 %"),
        (formats.taux(0.105, 99), "11 %"),
        (formats.intervalle(0.0985, 0.1205), "9,9 à 12,1"),
        (formats.intervalle(0.085, 0.125, 99), "9 à 13"),
        (formats.decimal(0.125, 2), "0,13"),
        (formats.decimal(0.25), "0,3"),
        (formats.decimal(-0.125, 2), "-0,13"),
        (formats.decimal(2.5, 0), "3"),
        (formats.entier(4.5), "5"),
        (formats.euros(Decimal("1266052.5")), "1 266 053 €"),
        (formats.euros(Decimal("8109.585"), 2), "8 109,59 €"),
        (formats.signe(0.00285, 2), "+0,29"),  # what a product of floats puts under the half
        (formats.signe(-0.00285, 2), "−0,29"),
        (formats.signe(0.0025), "+0,3"),
        (formats.signe(-0.0025), "−0,3"),
        (formats.signe(0.0004), "0,0"),
        (formats.signe(-0.004, 0), "0"),
        (formats.points(-0.0025), "−0,3 point"),
        (formats.points(0.0195), "+2,0 points"),
        (formats.niveau(0.998), "99,8 %"),
        (formats.quotient(1.125), "1,13"),
        (formats.quotient(0.9964), "0,996"),
        (formats.quotient(1.0), "1,00"),
    ],
)
def test_halves_are_rounded_away_from_zero(ecrit: str, attendu: str) -> None:
    assert plain(ecrit) == attendu


@pytest.mark.parametrize(
    ("fraction", "decimales", "attendu"),
    [
        (0.0, 1, "0,0 %"), (0.0004, 1, "< 0,1 %"), (0.0005, 1, "0,1 %"), (0.0, 0, "0 %"), (0.004, 0, "< 1 %"),
        (0.005, 0, "1 %"), (0.00004, 2, "< 0,01 %"),
        (1.0, 1, "100,0 %"), (0.9994, 1, "99,9 %"), (0.9995, 1, "> 99,9 %"), (0.99999, 1, "> 99,9 %"),
        (0.996, 0, "> 99 %"), (1.0, 0, "100 %"), (None, 1, "–"),
    ],
)  # fmt: skip
def test_what_is_not_nothing_is_not_written_as_0_nor_what_is_not_all_as_100(
    fraction: float | None, decimales: int, attendu: str
) -> None:
    assert plain(formats.pourcentage(fraction, decimales)) == attendu


def test_shares_that_add_up_to_one_are_all() -> None:
    """Sums of floats are one but for their last bits, on either side."""
    for somme in (sum([0.1] * 10), 0.9999999999, 1 + 1e-15):
        assert somme != 1
        assert plain(formats.pourcentage(somme)) == "100,0 %"


@given(st.integers(1, 10**6), st.data())
def test_only_nothing_and_all_are_written_0_and_100(total: int, data: st.DataObject) -> None:
    nombre = data.draw(st.integers(0, total))
    for decimales in (0, 1):
        ecrit = plain(formats.pourcentage(nombre / total, decimales))
        assert (ecrit == plain(formats.pourcentage(0, decimales))) == (nombre == 0)
        assert (ecrit == plain(formats.pourcentage(1, decimales))) == (nombre == total)


@pytest.mark.parametrize(
    ("genre", "fiabilite", "effectif", "attendu"),
    [
        ("taux", "solide", 99, "12 %"), ("taux", "solide", 100, "12,3 %"), ("taux", "fragile", 40, "12 %*"),
        ("taux", "fragile", 400, "12,3 %*"), ("borne", "fragile", 40, "12 %"), ("borne", "solide", 100, "12,3 %"),
        ("taux", "non_significatif", 19, "n.s."), ("borne", "non_significatif", 19, "n.s."),
        ("taux", "solide", None, "12,3 %"), ("pourcentage", "fragile", 40, "12,3 %"),
    ],
)  # fmt: skip
def test_a_rate_of_fewer_than_a_hundred_apprentices_has_no_decimal(
    genre: str, fiabilite: str, effectif: int | None, attendu: str
) -> None:
    assert plain(formats.written(genre, 0.1234, fiabilite, effectif)) == attendu


def test_a_rate_of_counts_is_what_a_table_would_print_of_them() -> None:
    assert [plain(formats.taux_compte(k, n)) for k, n in ((198, 1253), (7, 60), (3, 60), (58, 60), (4, 19))] == [
        "15,8 %", "12 %", "5 %*", "97 %*", "n.s.",
    ]  # fmt: skip
    assert [plain(formats.taux_en_mots(k, n)) for k, n in ((198, 1253), (3, 60), (4, 19), (0, 0))] == [
        "15,8 %", "5 % (fragile)", "", "",
    ]  # fmt: skip


def test_a_difference_has_the_decimals_of_the_smaller_of_both_rates() -> None:
    assert [formats.precision(*n) for n in ((100, 100), (99, 2000), (2000, 99), (None, 100))] == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("p", "attendu"),
    [
        (0.0002, "p < 0,001"), (0.001, "p = 0,001"), (0.0465, "p = 0,047"), (0.04996, "p = 0,04996"),
        (0.05, "p = 0,050"), (0.0503, "p = 0,0503"), (0.0501, "p = 0,0501"), (0.058, "p = 0,058"), (0.41, "p = 0,41"),
    ],
)  # fmt: skip
def test_a_p_value_is_written_on_its_side_of_the_threshold(p: float, attendu: str) -> None:
    assert plain(formats.probabilite(p)) == attendu


@given(st.floats(0.04, 0.06))
def test_no_p_value_is_written_across_the_threshold(p: float) -> None:
    ecrite = float(plain(formats.probabilite(p)).removeprefix("p = ").replace(",", "."))
    assert ecrite == 0.05 or (ecrite < 0.05) == (p < 0.05)


def test_an_interval_has_both_limits_or_none() -> None:
    assert plain(formats.intervalle(0.0, 1.0, 100)) == "0,0 à 100,0"
    assert plain(formats.intervalle(0.0029, 0.0886, 60)) == "0 à 9"
    assert formats.intervalle(None, 0.1) == formats.intervalle(0.1, None) == formats.VIDE


@given(st.integers(-(10**9), 10**9), st.integers(0, 3))
def test_every_number_is_rounded_as_the_decimal_that_it_is_written_as(millemes: int, decimales: int) -> None:
    valeur = Decimal(millemes) / 1000
    attendu = valeur.quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)
    for nombre in (valeur, float(valeur)):
        assert Decimal(plain(formats.decimal(nombre, decimales)).replace(" ", "").replace(",", ".")) == attendu


def test_the_rounding_of_other_code_is_left_alone() -> None:
    avant = getcontext().rounding
    formats.decimal(0.125)
    assert getcontext().rounding == avant


def test_the_thresholds_of_python_are_those_of_the_macro() -> None:
    tailles = [0, EFFECTIF_MIN - 1, EFFECTIF_MIN, EFFECTIF_SOLIDE - 1, EFFECTIF_SOLIDE]
    dites = [rows(macros(), f"select fiabilite_de_l_effectif({taille})")[0][0] for taille in tailles]
    assert dites == ["non_significatif", "non_significatif", "fragile", "fragile", "solide"]
    comptes = [COMPTE_SOLIDE - 1, COMPTE_SOLIDE, 100 - COMPTE_SOLIDE, 101 - COMPTE_SOLIDE]
    dites = [rows(macros(), f"select fiabilite({compte}, 100)")[0][0] for compte in comptes]
    assert dites == ["fragile", "solide", "solide", "fragile"]


def test_names_are_looked_up_as_in_a_french_dictionary_in_python_and_in_sql() -> None:
    noms = ["Angers", "Élan", "Elbeuf", "Eu", "Évry", "évry", "Lycée des Métiers", "Lycée Jean", "Œuvre", "Orly", "Zoé"]
    melee = noms[::-1]
    assert sorted(melee, key=alphabetical) == noms
    valeurs = ", ".join(f"('{nom}')" for nom in melee)
    assert rows(macros(), f"select nom from (values {valeurs}) noms(nom) order by alphabetique(nom)") == [
        (nom,) for nom in noms
    ]


def test_periods_have_one_order() -> None:
    assert list(periods.PERIODES) == list(PERIODES)
    rangs = [rows(macros(), f"select rang_de_periode('{periode}')")[0][0] for periode in PERIODES]
    assert rangs == list(range(1, len(PERIODES) + 1))
