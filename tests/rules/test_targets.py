"""Targets and actions (definitions §9): one rule a test."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from pipeline.statistics.intervals import Estimate, newcombe
from tests.rules.rows import Base, contrat
from tests.support import macros, rows

OBJECTIFS = "portee;groupe;indicateur;socle;jalon;annee_jalon;cible;annee\n"
INDICATEURS = "annee;portee;groupe;indicateur;numerateur;denominateur\n"
ACTIONS = "recommandation;acteur;echeance;echelon;portee;groupe;indicateur;annee_avant;annee_apres\n"
ANNEES = ("2019-2020", "2020-2021", "2021-2022")

# --- The verdict -----------------------------------------------------------------------------------------------------

VERDICTS = {
    # direction, target, limits: the target is of the right side
    ("baisse", 0.12, 0.08, 0.11): "atteint",
    ("baisse", 0.12, 0.08, 0.12): "atteint",
    ("baisse", 0.12, 0.08, 0.1200001): "non tranché",
    ("baisse", 0.12, 0.12, 0.2): "non tranché",
    ("baisse", 0.12, 0.1200001, 0.2): "non atteint",
    ("baisse", 0.0, 0.0, 0.05): "non tranché",
    ("baisse", 0.0, 0.0, 0.0): "atteint",
    ("baisse", 0.0, 0.001, 0.05): "non atteint",
    ("baisse", 1.0, 0.5, 1.0): "atteint",
    ("hausse", 0.8, 0.81, 0.9): "atteint",
    ("hausse", 0.8, 0.8, 0.9): "atteint",
    ("hausse", 0.8, 0.79999, 0.9): "non tranché",
    ("hausse", 0.8, 0.7, 0.8): "non tranché",
    ("hausse", 0.8, 0.7, 0.79999): "non atteint",
    ("hausse", 1.0, 0.9, 1.0): "non tranché",
    ("hausse", 1.0, 1.0, 1.0): "atteint",
    ("hausse", 0.0, 0.0, 0.1): "atteint",
    ("baisse", 0.12, None, None): "non tranché",
    ("hausse", 0.12, None, None): "non tranché",
}


@pytest.mark.parametrize("cas", VERDICTS)
def test_a_verdict_is_of_the_whole_interval(cas: tuple[str, float, float | None, float | None]) -> None:
    (obtenu,) = macros().execute("select verdict_d_objectif(?, ?, ?::double, ?::double)", [*cas]).fetchall()
    assert obtenu == (VERDICTS[cas],)


def test_newcombe_is_the_same_in_sql_and_in_python() -> None:
    cas = [(k1, n1, k0, n0) for n1, n0 in product((1, 20, 57, 3000), repeat=2) for k1, k0 in ((0, 0), (n1, 0), (0, n0),
           (n1, n0), (n1 // 3, n0 // 2))]  # fmt: skip
    for k1, n1, k0, n0 in cas:
        deux = [f"{k}, {n}" for k, n in ((k1, n1), (k0, n0))]
        ((*limites,),) = rows(macros(), f"select newcombe_bas({', '.join(deux)}), newcombe_haut({', '.join(deux)})")
        taux = [
            Estimate(*rows(macros(), f"select part({un}), wilson_bas({un}), wilson_haut({un})")[0])  # type: ignore[arg-type]
            for un in deux
        ]
        attendu = newcombe(*taux)
        assert limites == pytest.approx([attendu.bas, attendu.haut], abs=1e-12)


def test_newcombe_as_published() -> None:
    """Newcombe 1998, table II, method 10, contrasts (a), (d) and (h)."""
    for (k1, n1, k0, n0), attendu in {
        (56, 70, 48, 80): (0.0524, 0.3339), (5, 56, 0, 29): (-0.0381, 0.1926), (10, 10, 0, 10): (0.6075, 1.0),
    }.items():  # fmt: skip
        ((*limites,),) = rows(
            macros(), f"select newcombe_bas({k1}, {n1}, {k0}, {n0}), newcombe_haut({k1}, {n1}, {k0}, {n0})"
        )
        assert limites == pytest.approx(attendu, abs=5e-5)


# --- Histories -------------------------------------------------------------------------------------------------------


def apprentices(
    annee: str, nombre: int, rompus: int, diplome: str = "50022137", cfa: str = "0010001A", npec: str = "3650"
) -> list[dict[str, str]]:
    """As many apprentices of one year, some of them broken on 1 March, each of a contract of that year."""
    debut, fin = annee.split("-")
    cle = f"{annee}{diplome}{cfa}"
    return [
        contrat(
            f"{cle}{rang}", f"{debut}-09-01", f"{fin}-08-31", idalternant=f"{cle}{rang}", codediplome=diplome,
            uaicfa=cfa, npecannuel=npec, dateeffetrupture=f"{fin}-03-01" if rang < rompus else "",
        )
        for rang in range(nombre)
    ]  # fmt: skip


def aimed(
    base: Base,
    lignes: list[dict[str, str]],
    objectifs: str = "",
    indicateurs: str = "",
    actions: str = "",
    **autres: Any,
) -> Any:
    """The database of these apprentices, extracted at the end of 2022, with these lines of referentials."""
    referentiels = {
        "objectifs.csv": OBJECTIFS + objectifs, "indicateurs.csv": INDICATEURS + indicateurs,
        "actions.csv": ACTIONS + actions, **autres.pop("referentiels", {}),
    }  # fmt: skip
    return base({"contrats_2022-12-31.csv": lignes}, referentiels=referentiels, **autres)


TROIS_ANNEES = [
    ligne for annee, rompus in zip(ANNEES, (5, 20, 60), strict=True) for ligne in apprentices(annee, 200, rompus)
]


def trajectory(con: Any, colonnes: str, condition: str = "uai is null") -> list[tuple[Any, ...]]:
    return rows(con, f"select annee, {colonnes} from core.objectifs_suivis where {condition} order by annee")


def test_every_year_is_judged_against_the_target_and_the_milestone(own_database: Base) -> None:
    con = aimed(own_database, TROIS_ANNEES, "reseau;;taux_rupture_nette;30;20;2022-2023;10;2023-2024\n")
    assert trajectory(con, "numerateur, denominateur, verdict, verdict_jalon, pourquoi") == [
        ("2019-2020", 5, 200, "atteint", "atteint", None),
        ("2020-2021", 20, 200, "non tranché", "atteint", "l'intervalle contient la cible"),
        ("2021-2022", 60, 200, "non atteint", "non atteint", None),
    ]
    assert trajectory(con, "round(socle, 4), round(jalon, 4), annee_jalon, round(cible, 4), annee_cible")[0][1:] == (
        0.3, 0.2, "2022-2023", 0.1, "2023-2024",
    )  # fmt: skip


def test_what_the_target_would_spare_is_costed_at_the_mean_of_the_group(own_database: Base) -> None:
    """60 broken of 200, a target of 10 %: 40 fewer. Each loses six months of 3,650 €: 1,825 €."""
    con = aimed(own_database, TROIS_ANNEES, "reseau;;taux_rupture_nette;;;;10;2023-2024\n")
    assert trajectory(con, "round(ruptures_evitees, 6), euros_gardes::double") == [
        ("2019-2020", 0, 0), ("2020-2021", 0, 0), ("2021-2022", 40, 73_000),
    ]  # fmt: skip


def test_a_target_of_nothing_would_spare_them_all_and_no_rupture_spares_nothing(own_database: Base) -> None:
    lignes = [*apprentices("2020-2021", 150, 0), *apprentices("2021-2022", 150, 6)]
    con = aimed(
        own_database, lignes, "reseau;;taux_rupture_nette;;;;0;2023-2024\n", config='[annees]\npremiere = "2020-2021"\n'
    )
    assert trajectory(con, "verdict, ruptures_evitees, euros_gardes::double") == [
        ("2020-2021", "non tranché", 0, None),
        ("2021-2022", "non atteint", 6, 6 * 1825),
    ]


@pytest.mark.parametrize(("chiffrees", "attendu"), [(0, None), (2, None), (3, 11 * 1825.0)])
def test_euros_are_of_three_costed_ruptures_at_least(own_database: Base, chiffrees: int, attendu: float | None) -> None:
    lignes = apprentices("2021-2022", 100, 21)
    for rang, ligne in enumerate(lignes):
        ligne["npecannuel"] = "3650" if rang < chiffrees else ""
    con = aimed(own_database, lignes, "reseau;;taux_rupture_nette;;;;10;2023-2024\n")
    assert trajectory(con, "round(ruptures_evitees, 6), euros_gardes::double")[-1][1:] == (11, attendu)


def test_nothing_is_decided_under_twenty(own_database: Base) -> None:
    lignes = [*apprentices("2020-2021", 19, 19), *apprentices("2021-2022", 20, 20)]
    con = aimed(own_database, lignes, "reseau;;taux_rupture_nette;;;;10;2023-2024\n")
    assert trajectory(con, "verdict, pourquoi, fiabilite, round(ruptures_evitees, 6)")[1:] == [
        ("2020-2021", "non tranché", "effectif de moins de 20", "non_significatif", None),
        ("2021-2022", "non atteint", None, "fragile", 18),
    ]


def test_a_year_without_anybody_or_without_a_figure_says_so(own_database: Base) -> None:
    lignes = [
        ligne
        for annee, diplome in zip(ANNEES, ("50022137", "45033404", "50022137"), strict=True)
        for ligne in apprentices(annee, 50, 5, diplome)
    ]
    con = aimed(
        own_database,
        lignes,
        "type_diplome;CAP;taux_rupture_nette;;;;9;2023-2024\ntype_diplome;CAP;reussite;;;;80;2023-2024\n",
        "2021-2022;type_diplome;CAP;reussite;45;50\n2022-2023;type_diplome;CAP;reussite;1;50\n",
    )  # fmt: skip
    des_exports = trajectory(con, "denominateur, pourquoi", "indicateur = 'taux_rupture_nette' and uai is null")
    assert des_exports[1] == ("2020-2021", 0, "aucun apprenti suivi")
    assert trajectory(
        con, "numerateur, denominateur, verdict, pourquoi", "indicateur = 'reussite' and uai is null"
    ) == [
        ("2019-2020", None, None, "non tranché", "aucune mesure"),
        ("2020-2021", None, None, "non tranché", "aucune mesure"),
        ("2021-2022", 45, 50, "non tranché", "l'intervalle contient la cible"),
    ]


def test_hours_have_a_value_and_no_verdict(own_database: Base) -> None:
    con = aimed(
        own_database, apprentices("2021-2022", 50, 5), "reseau;;heures;;;;90;2023-2024\n",
        "2021-2022;reseau;;heures;120000;100000\n",
    )  # fmt: skip
    assert trajectory(con, "valeur, valeur_basse, valeur_haute, verdict, pourquoi, fiabilite")[-1][1:] == (
        1.2, None, None, "non tranché", "sans intervalle", None,
    )  # fmt: skip


def test_a_year_that_is_not_over_is_not_judged(own_database: Base) -> None:
    lignes = [*apprentices("2020-2021", 100, 60), *apprentices("2021-2022", 100, 60)]
    con = own_database(
        {"contrats_2022-03-31.csv": lignes},
        referentiels={"objectifs.csv": f"{OBJECTIFS}reseau;;taux_rupture_nette;;;;10;2023-2024\n"},
        annee="2021-2022",
    )
    assert trajectory(con, "verdict, pourquoi, ruptures_evitees is null")[1:] == [
        ("2020-2021", "non atteint", None, False),
        ("2021-2022", "non tranché", "année provisoire", True),
    ]


def test_a_diploma_is_followed_through_its_codes(own_database: Base) -> None:
    diplomes = (
        "code_diplome;intitule;type_diplome;filiere;remplace\n50022137;CAP Cuisine;CAP;Restauration;50022136\n"
        "45033404;BP Boulanger;BP;Boulangerie;\n"
    )
    lignes = [
        *apprentices("2020-2021", 50, 5, "50022136"),
        *apprentices("2021-2022", 60, 6),
        *apprentices("2021-2022", 70, 7, "45033404"),
    ]
    con = aimed(
        own_database, lignes, "diplome;50022136;taux_rupture_nette;;;;10;2023-2024\n",
        referentiels={"diplomes.csv": diplomes},
    )  # fmt: skip
    assert trajectory(con, "groupe, objectif, denominateur")[1:] == [
        ("2020-2021", "50022137", "CAP Cuisine : rupture nette", 50),
        ("2021-2022", "50022137", "CAP Cuisine : rupture nette", 60),
    ]


def test_two_groups_of_one_name_are_told_apart(own_database: Base) -> None:
    diplomes = (
        "code_diplome;intitule;type_diplome;filiere\n50022137;CAP Cuisine;CAP;CAP\n45033404;CAP Cuisine;BP;Pain\n"
    )
    con = aimed(
        own_database, apprentices("2021-2022", 50, 5),
        "".join(f"{groupe};taux_rupture_nette;;;;10;2023-2024\n" for groupe in (
            "diplome;50022137", "diplome;45033404", "type_diplome;CAP", "filiere;CAP", "filiere;Pain",
        )),
        referentiels={"diplomes.csv": diplomes},
    )  # fmt: skip
    assert {nom for (nom,) in rows(con, "select vise from core.groupes_vises")} == {
        "CAP Cuisine (50022137)", "CAP Cuisine (45033404)", "CAP (type de diplome)", "CAP (filiere)", "Pain",
    }  # fmt: skip


# --- In each CFA -----------------------------------------------------------------------------------------------------


def test_a_cfa_has_what_concerns_its_apprentices_measured_among_them(own_database: Base) -> None:
    lignes = [
        *apprentices("2021-2022", 100, 30, "50022137", "0010001A"),
        *apprentices("2021-2022", 40, 1, "45033404", "0010002B"),
        *apprentices("2021-2022", 30, 3, "45033404", "0010003C"),  # a UFA, that has no report
    ]
    con = aimed(
        own_database, lignes,
        "reseau;;taux_rupture_nette;;;;10;2023-2024\ntype_diplome;CAP;taux_rupture_nette;;;;10;2023-2024\n"
        "cfa;0010002B;taux_rupture_nette;;;;20;2023-2024\ncfa;0010001A;reussite;;;;50;2023-2024\n"
        "type_diplome;CAP;reussite;;;;50;2023-2024\n",
        "2021-2022;cfa;0010001A;reussite;80;100\n2021-2022;type_diplome;CAP;reussite;90;100\n",
    )  # fmt: skip
    lues = rows(
        con,
        "select uai, objectif, numerateur, denominateur, verdict from ventilations.objectifs_du_cfa "
        "where annee = '2021-2022' order by uai, objectif",
    )
    assert lues == [
        ("0010001A", "CAP : rupture nette", 30, 100, "non atteint"),
        ("0010001A", "Tous les apprentis : rupture nette (cible du réseau)", 30, 100, "non atteint"),
        ("0010001A", "Tous les apprentis : réussite (cible du CFA)", 80, 100, "atteint"),
        ("0010002B", "Tous les apprentis : rupture nette (cible du CFA)", 1, 40, "atteint"),
        ("0010002B", "Tous les apprentis : rupture nette (cible du réseau)", 1, 40, "non tranché"),
    ]
    assert rows(con, "select count(*) from ventilations.objectifs_du_reseau where annee = '2021-2022'") == [(5,)]


def test_an_action_of_a_cfa_is_in_no_other_report(own_database: Base) -> None:
    lignes = [
        *apprentices("2021-2022", 30, 3, cfa="0010001A"),
        *apprentices("2021-2022", 30, 3, "45033404", "0010002B"),
    ]
    con = aimed(
        own_database, lignes,
        actions="À l'un;Équipe;;local;cfa;0010001A;;;\nÀ tous;Équipe;;national;reseau;;;;\n"
        "Aux CAP;Équipe;;local;type_diplome;CAP;;;\n",
    )  # fmt: skip
    lues = rows(
        con,
        "select uai, recommandation, objectif from ventilations.actions_du_cfa where annee = '2021-2022' order by all",
    )
    assert lues == [
        ("0010001A", "Aux CAP", "CAP"), ("0010001A", "À l'un", "Tous les apprentis"),
        ("0010001A", "À tous", "Tous les apprentis"), ("0010002B", "À tous", "Tous les apprentis"),
    ]  # fmt: skip
    du_reseau = "select recommandation from ventilations.actions_du_reseau where annee = '2021-2022' order by all"
    assert [nom for (nom,) in rows(con, du_reseau)] == ["Aux CAP", "À l'un", "À tous"]


# --- Effects ---------------------------------------------------------------------------------------------------------


def effects(con: Any, annee: str = "2021-2022", uai: str = "is null") -> dict[str, tuple[Any, ...]]:
    lues = rows(
        con,
        "select recommandation, effet, sens_de_l_ecart, pourquoi from core.actions_suivies "
        f"where annee = '{annee}' and uai {uai}",
    )
    return {str(nom): reste for nom, *reste in map(tuple, lues)}  # type: ignore[misc]


def test_an_effect_is_measured_where_the_interval_of_the_difference_excludes_nothing(own_database: Base) -> None:
    con = aimed(
        own_database, TROIS_ANNEES,
        indicateurs="2020-2021;reseau;;reussite;50;100\n2021-2022;reseau;;reussite;55;100\n2021-2022;reseau;;insertion;10;15\n"
        "2020-2021;reseau;;insertion;10;150\n2020-2021;reseau;;heures;10;15\n2021-2022;reseau;;heures;10;15\n",
        actions="".join(f"{nom};Équipe;;local;reseau;;{suite}\n" for nom, suite in {
            "Hausse": "taux_rupture_nette;2019-2020;2021-2022", "Indécis": "reussite;2020-2021;2021-2022",
            "Petit": "insertion;2020-2021;2021-2022", "Heures": "heures;2020-2021;2021-2022",
            "Avant tout": "taux_rupture_nette;2018-2019;2021-2022", "Sans avant": "reussite;2019-2020;2021-2022",
            "Plus tard": "taux_rupture_nette;2021-2022;2022-2023", "Sans année": "taux_rupture_nette;;",
            "Sans mesure": ";;",
        }.items()),
    )  # fmt: skip
    assert effects(con) == {
        "Hausse": ["mesuré", "hausse", None],
        "Indécis": ["non établi", None, "l'intervalle contient 0"],
        "Petit": ["non établi", None, "effectif de moins de 20 en 2021-2022"],
        "Heures": ["non établi", None, "sans intervalle en 2020-2021"],
        "Avant tout": ["non établi", None, "aucune mesure en 2018-2019"],
        "Sans avant": ["non établi", None, "aucune mesure en 2019-2020"],
        "Plus tard": ["à venir", None, None],
        "Sans année": ["non cherché", None, None],
        "Sans mesure": ["non cherché", None, None],
    }
    assert effects(con, "2020-2021")["Hausse"] == ["à venir", None, None]
    assert effects(con, uai="= '0010001A'")["Indécis"] == ["non cherché", None, "mesuré pour tout le groupe seulement"]


def test_a_fall_is_measured_too(own_database: Base) -> None:
    lignes = [*apprentices("2020-2021", 200, 60), *apprentices("2021-2022", 200, 20)]
    con = aimed(own_database, lignes, actions="Agir;Équipe;;local;reseau;;taux_rupture_nette;2020-2021;2021-2022\n")
    assert effects(con) == {"Agir": ["mesuré", "baisse", None]}
    assert rows(
        con,
        "select numerateur_avant, denominateur_avant, numerateur_apres, denominateur_apres, round(ecart, 6) "
        "from core.actions_suivies where annee = '2021-2022' and uai is null",
    ) == [(60, 200, 20, 200, -0.2)]


def test_without_files_there_are_no_rows(own_database: Base) -> None:
    con = own_database({"contrats_2022-12-31.csv": apprentices("2021-2022", 30, 3)})
    for table in ("core.mesures_suivies", "core.groupes_vises", "core.objectifs_suivis", "core.actions_suivies"):
        assert rows(con, f"select count(*) from {table}") == [(0,)]
    for table in ("objectifs_du_reseau", "objectifs_du_cfa", "actions_du_reseau", "actions_du_cfa"):
        assert rows(con, f"select count(*) from ventilations.{table}") == [(0,)]
