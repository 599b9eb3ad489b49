"""What the rows of a breakdown say, whole sentences, for constructed situations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.models import file
from pipeline.paths import RACINE
from pipeline.report.breakdowns import BreakdownYear, read_breakdowns
from pipeline.report.readings import read, strongest
from tests.support import plain

ENTETE = """
titre: Essai
description: Essai.
section: essais
ordre: 1
cle: [filiere]
hors_total: Rien
colonnes:
  filiere: {libelle: Filière}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
"""
Groupe = tuple[str, int, int]
Essai = Callable[..., BreakdownYear]


@pytest.fixture
def essai(tmp_path: Path) -> Essai:
    """`essai(("Bois", 10, 100), …)` is the year of a rate breakdown of these groups (name, ruptures nettes, effectif);
    of ruptures only, if said; with these odds ratios, if given."""

    def make(*groupes: Groupe, de_taux: bool = True, **rapports: tuple[float, float, float]) -> BreakdownYear:
        con = duckdb.connect()
        con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
        con.execute("create schema ventilations; create table groupes (filiere text, k bigint, n bigint)")
        con.executemany("insert into groupes values (?, ?, ?)", [[*groupe] for groupe in groupes] or [["", 0, 0]])
        con.execute("create table rapports (filiere text, r double, bas double, haut double)")
        for nom, rapport in rapports.items():
            con.execute("insert into rapports values (?, ?, ?, ?)", [nom, *rapport])
        taux = "n as effectif, unnest(taux(k, n)), unnest(parts(annee, k, n))"
        nus = "part_de_l_annee(annee, k) as part_ruptures"
        con.execute(
            "create table ventilations.essai as with lignes as (select '2021-2022' as annee, * from groupes) "
            f"select annee, filiere, k as ruptures_nettes, {taux if de_taux else nus}, r as rapport_public_egal, "
            "bas as rapport_bas, haut as rapport_haut from lignes left join rapports using (filiere) where n > 0"
        )
        chemin = tmp_path / "essai.sql"
        chemin.write_text(f"/*\n---{ENTETE}---\n*/\nselect 1 order by 1\n", encoding="utf-8")
        (ventilation,) = read_breakdowns(con, [file.parse(chemin, "ventilations")])
        return ventilation.of_year("2021-2022")

    return make


def sentences(annuelle: BreakdownYear) -> list[str]:
    return [plain(phrase) for phrase in read(annuelle)]


def test_the_group_whose_difference_is_of_most_ruptures(essai: Essai) -> None:
    """Not the rate that is furthest: Eau has three ruptures."""
    annuelle = essai(("Bois", 214, 1564), ("Métal", 109, 1350), ("Eau", 3, 70))
    assert sentences(annuelle) == [
        "Bois : 13,7 % de rupture nette, contre 7,9 % pour les autres groupes (+5,8 points, intervalle à 95 % de "
        "+3,6 à +8,0) ; 66 % des ruptures nettes et 52 % des apprentis suivis.",
        "Métal (8,1 %) se distingue aussi du reste.",
    ]


def test_at_equal_public_beside_it(essai: Essai) -> None:
    groupes = ("Bois", 214, 1564), ("Métal", 112, 1420)
    assert sentences(essai(*groupes, Bois=(1.8803, 1.4591, 2.4229)))[0].endswith(
        " À public égal, rapport de cotes de 1,88 (1,46 à 2,42)."
    )
    assert sentences(essai(*groupes, Bois=(1.2, 0.9, 1.5)))[0].endswith(
        " À public égal, rapport de cotes de 1,20 (0,90 à 1,50), ce qui n'établit pas d'écart."
    )
    assert len(sentences(essai(*groupes))) == 1, "of two groups, the other says the same"


def test_groups_that_are_not_established_to_differ_are_not_said_to_be_alike(essai: Essai) -> None:
    assert sentences(essai(("Bois", 47, 450), ("Métal", 30, 300), ("Eau", 23, 250))) == [
        "Rien n'établit que les taux des 3 groupes diffèrent (p = 0,87). Bois : 47 % des ruptures nettes et 45 % "
        "des apprentis suivis."
    ]


def test_groups_too_small_for_a_rate_are_not_among_those_that_are_held_together(essai: Essai) -> None:
    """Nor said to be: a table prints them."""
    petits = ("Fer", 9, 19), ("Lin", 0, 3)
    assert sentences(essai(("Bois", 47, 450), ("Métal", 30, 300), *petits))[0].startswith(
        "Rien n'établit que les taux des 2 groupes d'au moins 20 apprentis suivis diffèrent (p = "
    )
    assert sentences(essai(("Bois", 20, 40), ("Métal", 2, 40), ("Eau", 4, 40), *petits)) == [
        "Les taux des 3 groupes d'au moins 20 apprentis suivis diffèrent (p < 0,001), mais aucun ne se distingue du "
        "reste."
    ]
    assert (
        "pour les autres groupes d'au moins 20 apprentis suivis ("
        in sentences(essai(("Bois", 214, 1564), ("Métal", 109, 1350), ("Eau", 3, 70), *petits))[0]
    )


def test_of_two_groups_the_other_is_named(essai: Essai) -> None:
    deux = ("Bois", 214, 1564), ("Métal", 112, 1420)
    for groupes in (deux, (*deux, ("Eau", 1, 12), ("Non renseigné", 5, 50))):
        assert ", contre 7,9 % pour « Métal » (+5,8 points" in sentences(essai(*groupes))[0]


def test_a_code_is_read_with_what_it_is_of(essai: Essai) -> None:
    assert "« Filière : 77 » : 13,7 % de rupture nette" in sentences(essai(("77", 214, 1564), ("93", 112, 1420)))[0]


def test_groups_that_differ_without_one_that_stands_apart(essai: Essai) -> None:
    """Only fragile rates do: three ruptures would be named after."""
    assert sentences(essai(("Bois", 20, 40), ("Métal", 2, 40), ("Eau", 4, 40))) == [
        "Les taux des 3 groupes diffèrent (p < 0,001), mais aucun ne se distingue du reste."
    ]


@pytest.mark.parametrize(
    "groupes",
    [
        [],
        [("Bois", 50, 500)],
        [("Bois", 50, 500), ("Eau", 10, 19)],
        [("Bois", 50, 500), ("Non renseigné", 90, 500)],
        [("Bois", 0, 500), ("Eau", 0, 500)],
    ],
)
def test_nothing_is_said_of_one_group_of_small_ones_of_what_is_not_filled_in_or_without_ruptures(
    essai: Essai, groupes: list[Groupe]
) -> None:
    assert sentences(essai(*groupes)) == []


def test_the_fewest_rows_that_make_most_ruptures(essai: Essai) -> None:
    motifs = ("Orientation", 50, 1), ("Relations", 30, 1), ("Santé", 12, 1), ("Autre", 8, 1)
    assert sentences(essai(*motifs, de_taux=False)) == [
        "« Orientation » et « Relations » réunissent 80 % des ruptures nettes."
    ]
    assert sentences(essai(("Orientation", 70, 1), *motifs[1:], de_taux=False)) == [
        "« Orientation » et « Relations » réunissent 83 % des ruptures nettes."
    ]
    un = essai(("Orientation", 70, 1), ("Relations", 20, 1), ("Santé", 5, 1), ("Non renseigné", 5, 1), de_taux=False)
    assert sentences(un) == ["« Orientation » réunit 70 % des ruptures nettes (75 % au plus, 5 étant non renseignées)."]


def test_rows_too_even_to_be_named_or_too_few_say_nothing(essai: Essai) -> None:
    assert sentences(essai(*((f"M{n}", 10, 1) for n in range(12)), de_taux=False)) == []
    assert sentences(essai(("A", 60, 1), ("B", 40, 1), de_taux=False)) == []
    assert sentences(essai(("A", 2, 1), ("B", 2, 1), ("C", 1, 1), ("Non renseigné", 95, 1), de_taux=False)) == []


def test_the_strongest_contrasts_that_hold_at_equal_public(essai: Essai) -> None:
    fort = essai(("Bois", 214, 1564), ("Métal", 112, 1420), Bois=(1.88, 1.46, 2.42))
    faible = essai(("Bois", 160, 1169), ("Métal", 166, 1815), Bois=(1.45, 1.10, 1.90))
    perdu = essai(("Bois", 300, 1000), ("Métal", 100, 1000), Bois=(1.2, 0.9, 1.5))
    assert [annuelle for annuelle, _ in strongest([faible, perdu, fort], 5)] == [fort, faible]
    assert [", contre 7,9" in phrase for _, phrase in strongest([faible, perdu, fort], 5)] == [True, False]
    assert len(strongest([faible, fort], 1)) == 1
    inverse = essai(("Bois", 300, 1000), ("Métal", 100, 1000), Bois=(0.6, 0.4, 0.9))
    assert strongest([inverse], 5) == []
