"""A group against the rest at equal public (definitions §7): the macros, plain loops, a textbook, the golden values."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.public_egal import at_equal_public, chi_square
from tests.support import macros, rows

Apprentis = list[tuple[str, str | None, bool]]


def by_macros(apprentis: Apprentis, groupe: str) -> tuple[float, float, float] | None:
    """What `public_egal` gives of a group, and of nobody whose contract came to its term."""
    con = macros().cursor()
    con.execute("create or replace temp table suivis (annee varchar, groupe varchar, cle varchar, statut varchar)")
    lignes = [("A", g, cle, "rupture_nette" if rompu else "actif") for g, cle, rompu in apprentis]
    lignes += [("A", groupe, "x", "sorti_a_terme"), ("B", groupe, "x", "rupture_nette"), ("B", "autre", "x", "actif")]
    con.executemany("insert into suivis values (?, ?, ?, ?)", lignes)
    (resultat,) = rows(
        con,
        "with strates as (select *, strate(statut, annee, {'cle': cle}) as strate from suivis) "
        "select unnest(public_egal(statut, strate)) from strates "
        f"where annee = 'A' and groupe = '{groupe}' group by annee, groupe",
    )
    assert (None in resultat) == (set(resultat) == {None})
    return None if None in resultat else resultat  # type: ignore[return-value]


def table(cle: str, a: int, b: int, c: int, d: int) -> Apprentis:
    """A stratum: `a` broken and `b` not in the group, `c` and `d` in the rest."""
    comptes = ((True, True, a), (True, False, b), (False, True, c), (False, False, d))
    return [("groupe" if dedans else "reste", cle, rompu) for dedans, rompu, n in comptes for _ in range(n)]


# Admissions to Berkeley in autumn 1973 (Bickel, Hammel and O'Connell, Science 1975), men against women in the six
# largest departments: R gives mantelhaen.test(UCBAdmissions) = 0.9046968 [0.7719074; 1.0603298].
BERKELEY = [
    table("A", 512, 313, 89, 19), table("B", 353, 207, 17, 8), table("C", 120, 205, 202, 391),
    table("D", 138, 279, 131, 244), table("E", 53, 138, 94, 299), table("F", 22, 351, 24, 317),
]  # fmt: skip


@pytest.mark.parametrize("calcule", [by_macros, at_equal_public])
def test_the_textbook_example(calcule) -> None:
    apprentis = [apprenti for strate in BERKELEY for apprenti in strate]
    assert calcule(apprentis, "groupe") == pytest.approx((0.9046968, 0.7719074, 1.0603298), rel=1e-6)


@pytest.mark.parametrize("calcule", [by_macros, at_equal_public])
def test_one_stratum_is_the_crude_odds_ratio_with_woolf_s_limits(calcule) -> None:
    """With one table, the variance is 1/a + 1/b + 1/c + 1/d: 10/20 against 5/40."""
    rapport, bas, haut = calcule(table("A", 10, 20, 5, 40), "groupe")
    facteur = math.exp(1.959963984540054 * math.sqrt(1 / 10 + 1 / 20 + 1 / 5 + 1 / 40))
    assert (rapport, bas, haut) == pytest.approx((4.0, 4.0 / facteur, 4.0 * facteur))


SANS_VALEUR = {
    "nineteen apprentices": table("A", 9, 10, 20, 80),
    "no rupture in the group": table("A", 0, 30, 5, 40),
    "nothing but ruptures in the rest": table("A", 10, 20, 5, 0),
    "no rupture at all": table("A", 0, 30, 0, 40),
    "no stratum in common": table("A", 10, 20, 0, 0) + table("B", 0, 0, 10, 20),
}


@pytest.mark.parametrize("cas", SANS_VALEUR)
def test_where_nothing_compares_there_is_no_ratio(cas: str) -> None:
    assert by_macros(SANS_VALEUR[cas], "groupe") is None
    assert at_equal_public(SANS_VALEUR[cas], "groupe") is None


def test_twenty_apprentices_are_enough_and_a_stratum_without_the_rest_changes_nothing() -> None:
    vingt = table("A", 5, 15, 20, 80)
    assert by_macros(vingt, "groupe") == by_macros(vingt + table("B", 7, 3, 0, 0), "groupe") is not None


comptes = st.tuples(*[st.integers(0, 30)] * 4)


@given(st.lists(comptes, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_macros_say_what_the_loops_say_in_any_order(tables: list[tuple[int, ...]], hasard) -> None:
    apprentis = [apprenti for rang, cases in enumerate(tables) for apprenti in table(f"s{rang}", *cases)]  # type: ignore[arg-type]
    attendu, obtenu = at_equal_public(apprentis, "groupe"), None
    if any(groupe == "groupe" for groupe, _, _ in apprentis):
        obtenu = by_macros(apprentis, "groupe")
        assert obtenu == by_macros(hasard.sample(apprentis, len(apprentis)), "groupe")
    assert obtenu == (attendu and pytest.approx(attendu, rel=1e-9))


# On the demonstration, 2021-2022 (definitions §7).
DOREES = {
    ("par_diplome_entree", "diplome_entree", "Aucun diplôme"): (1.4487, 1.1030, 1.9027),
    ("par_annee_cycle", "annee_du_cycle", "1re année"): (1.8803, 1.4591, 2.4229),
}
STRATES = {"par_annee_cycle": ("type_diplome", "diplome_entree"), "par_type_diplome": ("annee_cycle", "diplome_entree")}
GROUPES = {
    "par_diplome_entree": "diplome_entree", "par_filiere": "filiere", "par_type_diplome": "type_diplome",
    "par_annee_cycle": "annee_du_cycle", "par_taille_employeur": "taille_employeur", "par_sexe": "sexe",
    "par_departement_employeur": "departement_employeur", "par_mobilite": "mobilite", "par_age": "tranche_age",
}  # fmt: skip
# The groups of a breakdown, said otherwise.
ATTRIBUTS = {
    "annee_du_cycle": "case annee_cycle when 1 then '1re année' else annee_cycle || 'e année' end",
    "sexe": "case sexe when 'F' then 'Femmes' when 'H' then 'Hommes' end",
    "mobilite": "if(departement_employeur = departement_apprenti, 'Même département', 'Autre département')",
    "taille_employeur": "case when nombredesalaries between 1 and 4 then 'De 1 à 4 salariés' "
    "when nombredesalaries between 5 and 9 then 'De 5 à 9 salariés' "
    "when nombredesalaries between 10 and 49 then 'De 10 à 49 salariés' "
    "when nombredesalaries between 50 and 249 then 'De 50 à 249 salariés' "
    "when nombredesalaries >= 250 then '250 salariés et plus' end",
    "tranche_age": "case when age_debut is null then 'Non renseigné' when age_debut < 18 then 'Jusqu''à 17 ans' "
    "when age_debut < 21 then 'De 18 à 20 ans' when age_debut < 26 then 'De 21 à 25 ans' else '26 ans et plus' end",
}


@pytest.fixture(scope="module")
def base(demonstration: Path):
    with duckdb.connect(str(demonstration.parents[1] / "base/ruptures.duckdb"), read_only=True) as con:
        yield con


@pytest.mark.parametrize(("table_", "colonne", "groupe"), DOREES)
def test_the_golden_values(base: duckdb.DuckDBPyConnection, table_: str, colonne: str, groupe: str) -> None:
    (ligne,) = rows(
        base,
        "select round(rapport_public_egal, 4), round(rapport_bas, 4), round(rapport_haut, 4) "
        f"from ventilations.{table_} where annee = '2021-2022' and {colonne} = '{groupe}'",
    )
    assert ligne == DOREES[table_, colonne, groupe]


DES_CFA = {
    "Ermont": (1.6046, 1.1984, 2.1485),
    "Nangis": (1.4233, 1.0382, 1.9512),
    "Rueil-Malmaison": (0.6009, 0.3983, 0.9064),
}


@pytest.mark.parametrize("cfa", DES_CFA)
def test_the_golden_values_of_the_cfa(base: duckdb.DuckDBPyConnection, cfa: str) -> None:
    (ligne,) = rows(
        base,
        "select round(rapport_public_egal, 4), round(rapport_bas, 4), round(rapport_haut, 4) "
        f"from core.structures_par_annee where annee = '2021-2022' and structure like '%{cfa}'",
    )
    assert ligne == DES_CFA[cfa]


def test_the_golden_chi_square_of_the_definitions(base: duckdb.DuckDBPyConnection) -> None:
    suivis = rows(
        base,
        "select structure like '%Ermont', (type_diplome, annee_cycle)::varchar, statut = 'rupture_nette' "
        "from core.inscriptions where annee = '2021-2022' and type_structure = 'CFA' and statut != 'sorti_a_terme'",
    )
    assert round(chi_square(suivis, True), 4) == 10.2145  # type: ignore[arg-type]


@pytest.mark.parametrize("nom", GROUPES)
def test_a_published_breakdown_says_what_the_loops_say_of_each_year(base: duckdb.DuckDBPyConnection, nom: str) -> None:
    dimension = GROUPES[nom]
    strates = ", ".join(STRATES.get(nom, ("type_diplome", "annee_cycle")))
    attribut = ATTRIBUTS.get(dimension, dimension)
    compares = 0
    for (annee,) in rows(base, "select annee from core.annees"):
        suivis = rows(
            base,
            f"select {attribut}, ({strates})::varchar, statut = 'rupture_nette' from core.inscriptions "
            f"where annee = '{annee}' and statut != 'sorti_a_terme'",
        )
        for groupe, *obtenu in rows(
            base,
            f"select {dimension}, rapport_public_egal, rapport_bas, rapport_haut from ventilations.{nom} "
            f"where annee = '{annee}'",
        ):
            attendu = at_equal_public(suivis, groupe)  # type: ignore[arg-type]
            assert obtenu == ([None] * 3 if attendu is None else pytest.approx(list(attendu), rel=1e-9)), groupe
            compares += attendu is not None
    assert compares >= 3


def test_the_crude_counts_of_the_years_of_the_cycle(base: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        base,
        "select annee_du_cycle = '1re année' as est_premiere, sum(ruptures_nettes), sum(effectif) "
        "from ventilations.par_annee_cycle where annee = '2021-2022' group by 1 order by 1 desc",
    ) == [(True, 214, 1564), (False, 112, 1420)]


def test_first_apprentices_are_held_against_those_that_are_known_not_to_be(base: duckdb.DuckDBPyConnection) -> None:
    suivis = rows(
        base,
        "select premier_apprenti, (type_diplome, annee_cycle)::varchar, statut = 'rupture_nette' "
        "from core.inscriptions where annee = '2021-2022' and statut != 'sorti_a_terme' "
        "and premier_apprenti is not null",
    )
    lus = dict(
        (nom, valeurs)
        for nom, *valeurs in rows(
            base,
            "select rang_apprenti, rapport_public_egal, rapport_bas, rapport_haut "
            "from ventilations.par_premier_apprenti where annee = '2021-2022'",
        )
    )
    assert lus["Premier apprenti"] == pytest.approx(at_equal_public(suivis, True))  # type: ignore[arg-type]
    assert lus["Apprenti suivant"] == pytest.approx(at_equal_public(suivis, False))  # type: ignore[arg-type]
    assert lus["Non renseigné"] == [None, None, None]
