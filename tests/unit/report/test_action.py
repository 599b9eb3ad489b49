"""Where to act, whole sentences, for constructed groups."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.glossary import GlossaryColumn
from pipeline.report.action import Group, decide, find_action, group_sentence, items
from tests.support import plain

ANNEES = ("2020-2021", "2021-2022")
Comptes = tuple[int, int]


def group(ici: Comptes, ailleurs: Comptes, **autres: object) -> Group:
    """A group of one stratum, (ruptures, effectif) here and elsewhere: entry level « Aucun diplôme » of Ermont."""
    (a, n1), (c, n2) = ici, ailleurs
    k, n = a + c, n1 + n2
    variance = n1 * n2 * k * (n - k) / (n * n * (n - 1))
    moment_3 = variance * (n - 2 * k) * (n - 2 * n1) / (n * (n - 2))
    attendues, ecart = n1 * c / n2 if n2 else None, a - n1 * k / n
    nu = Group(
        "Diplôme à l'entrée", "Aucun diplôme", "diplome_entree", "0950001A", "CFA d'Ermont", a, n1, c, n2, a, n1,
        attendues, ecart, variance, moment_3, a, Decimal(3000 * a),
    )  # fmt: skip
    return replace(nu, **autres)  # type: ignore[arg-type]


HAUT = group((45, 212), (115, 954))
PAREIL = group((25, 212), (115, 954), nom="CAP")
BAS = group((5, 212), (115, 954), nom="BP")
DU_RESEAU = {
    "uai": None,
    "structure": None,
    "titre": "Département de l'employeur",
    "dimension": "departement_employeur",
}


def sentences(*groupes: Group) -> list[str]:
    """What the region's report says of these groups."""
    action = decide(groupes, ANNEES)
    return [plain(p) for p in (*map(group_sentence, action.du_reseau), action.network_note())]


def of_cfa(*groupes: Group) -> list[str]:
    """What the report of Ermont says of these groups."""
    action = decide(groupes, ANNEES)
    return [plain(p) for p in (*map(group_sentence, action.of_cfa("0950001A")), action.cfa_note("0950001A"))]


def test_a_group_that_is_established_to_have_more_ruptures() -> None:
    phrase = (
        "CFA d'Ermont, diplôme à l'entrée « Aucun diplôme » : 45 ruptures nettes sur 212 apprentis suivis (21,2 %), "
        "contre 12,1 % dans le même groupe des autres CFA ; à public égal, 19 de plus qu'attendu, soit environ "
        "58 300 €."
    )
    assert sentences(HAUT, PAREIL, BAS) == [
        phrase,
        "Établi sur deux ans, chiffré sur la dernière, parmi 3 groupes examinés ensemble : l'annexe de méthode dit "
        "lesquels, et comment.",
    ]
    assert of_cfa(HAUT, PAREIL, BAS) == [
        phrase,
        "Établi sur deux ans, chiffré sur la dernière, à type de diplôme et année du cycle égaux (diplôme à l'entrée, "
        "pour une année du cycle), "
        "parmi 3 groupes de tout le réseau examinés ensemble, dont 3 du CFA (Benjamini et Hochberg, 5 %). Euros : "
        "l'excès, à la perte moyenne de l'année des ruptures chiffrées du groupe.",
    ]


def test_a_group_of_the_network_is_beside_all_its_others() -> None:
    assert sentences(replace(group((85, 586), (241, 2398), nom="77", perte=None), **DU_RESEAU))[0] == (
        "Département de l'employeur « 77 » : 85 ruptures nettes sur 586 apprentis suivis (14,5 %), contre 10,1 % chez "
        "tous les autres apprentis ; à public égal, 26 de plus qu'attendu."
    )


def test_ruptures_of_a_period_are_among_all_the_apprentices_of_the_cfa() -> None:
    periode = group((20, 375), (59, 2393), titre="Période", nom="Période intermédiaire", dimension="periode")
    assert sentences(periode)[0].startswith(
        "CFA d'Ermont, période « Période intermédiaire » : 20 ruptures nettes sur 375 apprentis suivis du CFA (5,3 %), "
        "contre 2,5 % dans les autres CFA ensemble ; à public égal, 11 de plus qu'attendu"
    )


@pytest.mark.parametrize(("chiffrees", "dit"), [(0, False), (2, False), (3, True)])
def test_the_amount_of_fewer_than_three_is_not_said(chiffrees: int, dit: bool) -> None:
    groupe = replace(HAUT, chiffrees=chiffrees, perte=Decimal(3000 * chiffrees) if chiffrees else None)
    assert (" €" in sentences(groupe)[0]) == dit
    assert ("Euros" in of_cfa(groupe)[1]) == dit


def test_no_established_excess_is_not_said_to_be_none() -> None:
    fin = (
        " n'a, sur deux ans, de façon établie plus de ruptures que les mêmes apprentis ailleurs, à public égal. Cela "
        "n'établit pas que tous ont le même taux."
    )
    assert sentences(PAREIL, BAS) == [f"Des 2 groupes examinés, aucun{fin}"]
    assert of_cfa(PAREIL, BAS) == [f"Des 2 groupes examinés du CFA, aucun{fin}"]
    assert sentences(PAREIL) == of_cfa(PAREIL) == [f"Un seul groupe est examiné : il{fin}"]


@pytest.mark.parametrize(
    "groupe",
    [
        group((40, 49), (115, 954)),  # fragile
        group((4, 200), (1, 954)),
        group((196, 200), (115, 954)),
        group((45, 212), (1, 19)),
        group((45, 212), (0, 0)),  # nobody has the like
        replace(HAUT, effectif_comparable=40, ruptures_comparables=20),
        replace(HAUT, attendues=None, ecart=None, variance=None),
    ],
)
def test_small_groups_and_those_that_nobody_has_the_like_of_are_not_examined(groupe: Group) -> None:
    assert sentences(groupe) == ["Aucun groupe n'a assez d'apprentis suivis, ici et ailleurs, pour être comparé."]
    assert of_cfa(groupe) == [
        "Aucun groupe du CFA n'a 50 apprentis suivis comme en ont d'autres CFA, 5 ruptures nettes et 5 apprentis sans "
        "rupture : aucun n'est comparé."
    ]


def test_one_group_a_cfa_in_the_region_all_in_its_own_report() -> None:
    moindre = group((30, 120), (80, 800), nom="Brevet")
    ailleurs = group((50, 300), (100, 1500), uai="0770001B", structure="CFA de Nangis")
    action = decide([moindre, HAUT, ailleurs], ANNEES)
    assert [(g.structure, g.nom) for g in action.du_reseau] == [
        ("CFA de Nangis", "Aucun diplôme"), ("CFA d'Ermont", "Aucun diplôme"),
    ]  # fmt: skip
    assert action.of_cfa("0950001A") == [HAUT, moindre]
    assert plain(action.network_note()) == (
        "Établi sur deux ans, chiffré sur la dernière, parmi 3 groupes examinés ensemble : l'annexe de méthode dit "
        "lesquels, et comment. Du "
        "plus grand excès au moindre ; des groupes se recoupent, leurs excès ne s'additionnent pas. Des 3 établis, un "
        "au plus est dit par CFA et par genre d'employeurs."
    )
    assert "Nangis" not in " ".join(of_cfa(moindre, HAUT, ailleurs))


def test_five_at_most() -> None:
    groupes = [replace(HAUT, uai=str(rang), structure=f"CFA {rang}") for rang in range(8)]
    assert len(decide(groupes, ANNEES).du_reseau) == 5


def test_one_year_is_called_by_its_name() -> None:
    assert decide([HAUT], ANNEES[1:]).network_note().startswith("Établi en 2021-2022, parmi 1 groupe examiné :")


def test_what_the_years_establish_and_the_last_does_not_have_is_not_said() -> None:
    """What is expected in the year is more than what it has, or less than one rupture under it."""
    for attendues in (50.0, 44.6):
        assert not decide([replace(HAUT, attendues=attendues)], ANNEES).retenus


def test_the_more_groups_are_examined_the_further_one_has_to_be() -> None:
    loin = group((30, 200), (100, 1000))
    assert decide([loin], ANNEES).retenus == [loin]
    assert not decide([loin, *(replace(PAREIL, nom=str(rang)) for rang in range(20))], ANNEES).retenus


def test_each_group_sends_to_its_own_table_else_to_that_of_the_network() -> None:
    cles = {"par_diplome_entree": ("diplome_entree",), "par_cfa_diplome_entree": ("uai", "diplome_entree")}
    assert [nom for _, nom in items([HAUT], cles)] == ["par_cfa_diplome_entree"]
    assert [nom for _, nom in items([HAUT], {"par_diplome_entree": ("diplome_entree",)})] == ["par_diplome_entree"]
    assert [nom for _, nom in items([HAUT], {"par_filiere": ("filiere",)})] == [None]


def test_a_row_is_named_as_tables_name_it() -> None:
    ligne = {
        "dimension": "periode", "groupe": "intermediaire", "uai": "0950001A", "structure": "CFA d'Ermont",
        "ruptures_nettes": 20, "effectif": 375, "ruptures_ailleurs": 59, "effectif_ailleurs": 2393,
        "ruptures_comparables": 20, "effectif_comparable": 375, "attendues": 9.2, "ecart_des_strates": 9.3,
        "variance_des_strates": 9.0, "moment_3_des_strates": 5.0, "ruptures_chiffrees": 19,
        "perte_annee": Decimal(40000),
    }  # fmt: skip
    (groupe,) = find_action(
        [ligne], {"periode": GlossaryColumn(libelle="Période", format="periode", description="x")}, ANNEES
    ).examines
    assert (groupe.titre, groupe.nom) == ("Période", "Période intermédiaire")
