"""What the title of a section says, whole, for constructed situations of each kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.glossary import read_glossary
from pipeline.models import file
from pipeline.paths import RACINE
from pipeline.report.breakdowns import BreakdownYear, read_breakdowns
from pipeline.report.messages import LONGUEUR_MAX, message
from pipeline.report.readings import read
from tests.support import plain

GLOSSAIRE = read_glossary(RACINE / "sql/glossaire.toml")
DE_TAUX = "[filiere, effectif, ruptures_nettes, taux_rupture_nette]"
DE_RUPTURES = "[filiere, ruptures_nettes, part_ruptures]"
DE_COUT = "[filiere, ruptures_nettes, sans_npec, sans_date, perte_annee]"
TAUX = "*, unnest(taux(ruptures_nettes, effectif))"
PARTS = "*, part_de_l_annee(annee, ruptures_nettes) as part_ruptures"
Essai = Callable[..., BreakdownYear]


@pytest.fixture
def essai(tmp_path: Path) -> Essai:
    """`essai(columns printed, SELECT list, names, *rows)` is the year of a breakdown titled « Filières » of these
    rows, told by `cle`."""

    def make(
        colonnes: str, dits: str, noms: str, *lignes: tuple[object, ...], cle: str = "[filiere]",
        titre: str = "Filières",
    ) -> BreakdownYear:  # fmt: skip
        con = duckdb.connect()
        con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
        valeurs = ", ".join(f"({', '.join('null' if v is None else repr(v) for v in ligne)})" for ligne in lignes)
        con.execute(
            "create schema ventilations; create table ventilations.essai as with lignes as (select '2021-2022' as "
            f"annee, * from (values {valeurs}) as t ({noms})) select {dits} from lignes"
        )
        chemin = tmp_path / "essai.sql"
        entete = f"titre: {titre}\ndescription: Essai.\nsection: essais\nordre: 1\nhors_total: Rien\ncle: {cle}"
        chemin.write_text(f"/*\n---\n{entete}\ncolonnes: {colonnes}\n---\n*/\nselect 1 order by 1\n", encoding="utf-8")
        (ventilation,) = read_breakdowns(con, [file.parse(chemin, "ventilations", GLOSSAIRE)])
        return ventilation.of_year("2021-2022")

    return make


def of_rates(essai: Essai, *groupes: tuple[str, int, int], titre: str = "Filières", dits: str = TAUX) -> str:
    """The message of groups, given as (name, net ruptures, apprentices)."""
    return plain(message(essai(DE_TAUX, dits, "filiere, ruptures_nettes, effectif", *groupes, titre=titre)))


def of_ruptures(essai: Essai, *groupes: tuple[str, int]) -> str:
    return plain(message(essai(DE_RUPTURES, PARTS, "filiere, ruptures_nettes", *groupes)))


def of_costs(essai: Essai, *lignes: tuple[str, int, int, int, float | None]) -> str:
    return plain(message(essai(DE_COUT, "*", "filiere, ruptures_nettes, sans_npec, sans_date, perte_annee", *lignes)))


# Rates


def test_the_contrast_that_is_established(essai: Essai) -> None:
    assert of_rates(essai, ("Bois", 214, 1564), ("Métal", 109, 1350), ("Eau", 3, 70)) == (
        "Bois : 13,7 % de rupture nette, contre 7,9 % pour les autres"
    )


def test_of_two_groups_the_other_is_named(essai: Essai) -> None:
    assert of_rates(essai, ("Bois", 214, 1564), ("Métal", 112, 1420)) == (
        "Bois : 13,7 % de rupture nette, contre 7,9 % pour « Métal »"
    )


def test_a_rate_of_fewer_than_a_hundred_apprentices_has_no_decimal_in_a_title_either(essai: Essai) -> None:
    assert of_rates(essai, ("Bois", 40, 99), ("Métal", 10, 99)) == (
        "Bois : 40 % de rupture nette, contre 10 % pour « Métal »"
    )


@pytest.mark.parametrize(
    ("bas", "haut", "suite"),
    [(1.46, 2.42, ""), (0.9, 1.5, " ; à public égal, rien d'établi"), (0.4, 0.9, " ; à public égal, l'inverse")],
)
def test_at_equal_public_it_may_not_hold(essai: Essai, bas: float, haut: float, suite: str) -> None:
    dits = f"{TAUX}, 1.2 as rapport_public_egal, {bas} as rapport_bas, {haut} as rapport_haut"
    assert of_rates(essai, ("Bois", 214, 1564), ("Métal", 112, 1420), dits=dits) == (
        f"Bois : 13,7 % de rupture nette, contre 7,9 % pour « Métal »{suite}"
    )


def test_nothing_established_is_not_sameness(essai: Essai) -> None:
    dit = of_rates(essai, ("Bois", 47, 450), ("Métal", 30, 300), ("Eau", 23, 250))
    assert dit == "Filières : aucun écart établi"


def test_groups_that_differ_without_one_that_stands_apart(essai: Essai) -> None:
    """Only fragile rates do."""
    assert of_rates(essai, ("Bois", 20, 40), ("Métal", 2, 40), ("Eau", 4, 40)) == (
        "Filières : des écarts, sans groupe à part"
    )


@pytest.mark.parametrize(
    "groupes",
    [
        [("Bois", 50, 500)],
        [("Bois", 50, 500), ("Eau", 10, 19)],
        [("Bois", 50, 500), ("Non renseigné", 90, 500)],
        [("Bois", 0, 500), ("Eau", 0, 500)],
    ],
)
def test_one_group_small_ones_or_no_rupture_have_no_message(essai: Essai, groupes: list[tuple[str, int, int]]) -> None:
    assert of_rates(essai, *groupes) == ""


def test_a_message_too_long_for_a_title_is_none(essai: Essai) -> None:
    court = f"Bois{'x' * (LONGUEUR_MAX - len('Bois : 13,7 % de rupture nette, contre 7,9 % pour les autres'))}"
    autres = ("Métal", 109, 1350), ("Eau", 3, 70)
    assert len(of_rates(essai, (court, 214, 1564), *autres)) == LONGUEUR_MAX


def test_one_letter_more_is_too_long(essai: Essai) -> None:
    long = f"Bois{'x' * (LONGUEUR_MAX + 1 - len('Bois : 13,7 % de rupture nette, contre 7,9 % pour les autres'))}"
    assert of_rates(essai, (long, 214, 1564), ("Métal", 109, 1350), ("Eau", 3, 70)) == ""


# Ruptures only


def test_the_fewest_rows_that_make_most_ruptures_are_counted(essai: Essai) -> None:
    motifs = ("Orientation", 50), ("Relations", 30), ("Santé", 12), ("Autre", 8)
    assert of_ruptures(essai, *motifs) == "Filières : deux réunissent 80 % des ruptures nettes"


def test_a_share_has_the_upper_bound_that_its_reading_has(essai: Essai) -> None:
    lignes = (("A", 60), ("B", 21), ("C", 10), ("D", 4), ("Non renseigné", 5))
    assert of_ruptures(essai, *lignes) == "Filières : « A », 60 % des ruptures nettes (65 % au plus)"
    annuelle = essai(DE_RUPTURES, PARTS, "filiere, ruptures_nettes", *lignes)
    assert plain(read(annuelle)[0]) == (
        "« A » réunit 60 % des ruptures nettes (65 % au plus, 5 étant non renseignées)."
    )


def test_one_that_makes_most_is_named(essai: Essai) -> None:
    assert of_ruptures(essai, ("Orientation", 70), ("Relations", 20), ("Santé", 10)) == (
        "Filières : « Orientation », 70 % des ruptures nettes"
    )


@pytest.mark.parametrize(
    "groupes",
    [
        [("A", 12), ("B", 4), ("C", 3)],  # 19 ruptures
        [(f"M{n}", 10) for n in range(12)],  # too even to be named
        [("A", 60), ("B", 40)],  # two rows: all are most
        [("A", 20), ("B", 2), ("C", 1), ("Non renseigné", 95)],  # what is told is not most
        [("A", 60), ("B", 40), ("C", None)],
        [("A", 0), ("B", 0), ("C", 0)],
    ],
)
def test_few_ruptures_even_rows_or_unknown_ones_have_no_message(essai: Essai, groupes: list[tuple[str, int]]) -> None:
    assert of_ruptures(essai, *groupes) == ""


def test_twenty_ruptures_are_enough(essai: Essai) -> None:
    assert of_ruptures(essai, ("A", 13), ("B", 4), ("C", 3)) == "Filières : « A », 65 % des ruptures nettes"


# Costs


@pytest.mark.parametrize(
    ("lignes", "dit"),
    [
        ([("Bois", 10, 0, 0, 900.0), ("Eau", 5, 0, 0, 100.0)], "Filières : 1 000 € perdus dans l'année"),
        ([("Bois", 10, 1, 0, 900.0), ("Eau", 5, 0, 0, 100.0)], "Filières : au moins 1 000 € perdus dans l'année"),
        ([("Bois", 10, 0, 1, 900.0), ("Eau", 5, 0, 0, 100.0)], "Filières : au moins 1 000 € perdus dans l'année"),
        ([("Bois", 3, 0, 0, 900.0)], "Filières : 900 € perdus dans l'année"),
        ([("Bois", 2, 0, 0, 900.0)], ""),  # an amount of two ruptures
        ([("Bois", 10, 8, 0, 900.0)], ""),
        ([("Bois", 3, 3, 0, None)], ""),
        ([("Bois", 5, 0, 0, 0.0)], ""),
    ],
)
def test_costs_are_at_least_what_is_costed_and_none_of_one_or_two_ruptures(
    essai: Essai, lignes: list[tuple[str, int, int, int, float | None]], dit: str
) -> None:
    assert of_costs(essai, *lignes) == dit


# What has no rule


def test_structures_crossings_and_years_without_rows_have_no_message(essai: Essai) -> None:
    noms = "uai, filiere, ruptures_nettes, effectif"
    lignes = ("0010001A", "Bois", 214, 1564), ("0010002B", "Métal", 112, 1420)
    assert message(essai(DE_TAUX, TAUX, noms, *lignes, cle="[uai]")) == ""
    assert message(essai(DE_TAUX, TAUX, noms, *lignes, cle="[uai, filiere]")) == ""
    annuelle = essai(DE_TAUX, TAUX, noms.removeprefix("uai, "), *(ligne[1:] for ligne in lignes))
    assert message(annuelle) != ""
    assert message(annuelle.ventilation.of_year("2020-2021")) == ""
