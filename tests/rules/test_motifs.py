"""Definitions §8 (sensitive motifs) and the breakdowns that cross motifs. One rule a test."""

from __future__ import annotations

import duckdb
import pytest

from tests.rules.rows import Base, contrat, one_delivery
from tests.support import breakdowns_named_in, rows

ROMPU = {"dateeffetrupture": "2022-03-10"}
TOTAUX_DU_RESEAU = {"par_motif_exprime", "par_motif_valide", "par_motif_exprime_valide"}


def broken(numero: int, exprime: str = "", valide: str = "", **autres: str) -> dict[str, str]:
    """The contract of one more apprentice, broken in the intermediate period unless said otherwise."""
    motifs = {"motifexprime": exprime, "motifvalide": valide}
    return contrat(str(numero), idalternant=f"A{numero}", **{**ROMPU, **motifs, **autres})


def groups(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return rows(con, "select motif_exprime_groupe, motif_valide_groupe from core.inscriptions order by id_contrat")


# Beside « Santé », sensitive, of a group: one without a group, one not sensitive in the group of another that is, one
# sensitive in one of its two lists.
REFERENTIELS = {
    "motifs.csv": (
        "motif,liste,regroupement,sensible,fin_diplome\n"
        "Abandon,exprime,,false,false\n"
        "Santé,exprime,Motifs personnels,true,false\n"
        "Santé,valide,Motifs personnels,true,false\n"
        "Départ volontaire,valide,,false,false\n"
        "Deuil,exprime,,true,false\n"
        "Grossesse,exprime,Vie,true,false\n"
        "Déménagement,exprime,Vie,false,false\n"
        "Logement,exprime,Vie,false,false\n"
        "Logement,valide,Vie,true,false\n"
    )
}


def test_sensitive_motifs_alone_in_their_group_are_told_with_the_next_one(database: Base) -> None:
    con = database(
        one_delivery(broken(1, "Santé", "Départ volontaire"), broken(2, "Abandon"), broken(3, "dit par téléphone")),
        referentiels=REFERENTIELS,
    )
    assert groups(con)[-3:] == [
        ("Vie, et autres", "Départ volontaire, et autres"), ("Abandon, et autres", "Non renseigné"),
        ("Autre libellé", "Non renseigné"),
    ]  # fmt: skip


def test_a_sensitive_motif_without_a_group_is_told_with_the_first_one(database: Base) -> None:
    con = database(one_delivery(broken(1, "Deuil")), referentiels=REFERENTIELS)
    assert groups(con)[-1] == ("Abandon, et autres", "Non renseigné")


def test_where_all_motifs_are_sensitive_none_is_named(database: Base) -> None:
    motifs = "motif,liste,regroupement,sensible,fin_diplome\nDeuil,exprime,,true,false\nSanté,exprime,Vie,true,false\n"
    con = database(one_delivery(broken(1, "Deuil"), broken(2, "Santé")), referentiels={"motifs.csv": motifs})
    assert {exprime for exprime, _ in groups(con)[-2:]} == {"Autres motifs"}


def test_all_the_motifs_of_a_sensitive_motif_s_group_have_its_name(database: Base) -> None:
    con = database(one_delivery(broken(1, "Déménagement"), broken(2, "Grossesse")), referentiels=REFERENTIELS)
    assert [exprime for exprime, _ in groups(con)[-2:]] == ["Vie, et autres", "Vie, et autres"]


def test_no_name_is_of_sensitive_motifs_only(database: Base) -> None:
    con = database(one_delivery(broken(1, "Abandon")), referentiels=REFERENTIELS)
    seuls = "select liste, motif_groupe from core.motifs group by all having bool_and(sensible)"
    assert rows(con, seuls) == []


def test_a_motif_is_sensitive_in_its_own_list_only(database: Base) -> None:
    con = database(one_delivery(broken(1, "Logement", "Logement")), referentiels=REFERENTIELS)
    assert groups(con)[-1] == ("Vie, et autres", "Départ volontaire, et autres")
    assert rows(con, "select liste from core.motifs where motif = 'Logement' and sensible") == [("valide",)]


@pytest.mark.parametrize("colonne", ["motifexprime", "motifvalide"])
def test_sensitive_motifs_are_named_in_the_totals_of_the_network_only(database: Base, colonne: str) -> None:
    con = database(one_delivery(broken(1, **{colonne: "Santé"})), referentiels=REFERENTIELS)
    nommees = {
        nom for nom in breakdowns_named_in(__file__) if "'Santé'" in str(rows(con, f"select * from ventilations.{nom}"))
    }
    assert nommees == {f"par_motif_{colonne.removeprefix('motif')}", "par_motif_exprime_valide"}
    assert nommees < TOTAUX_DU_RESEAU


def test_motifs_by_period_have_every_period_of_the_year_and_what_is_not_filled_in(database: Base) -> None:
    con = database(
        one_delivery(
            broken(1, "Abandon"), broken(2, "Abandon"), broken(3, "Abandon", dateeffetrupture="2021-10-10"),
            broken(4, "Santé"), broken(5),
            broken(6, dateeffetrupture="", statut="Rompu", datesignalementrupture="2022-03-10"),
        ),
        referentiels=REFERENTIELS,
    )  # fmt: skip
    assert rows(
        con,
        "select motif_exprime_groupe, periode, ruptures_nettes, round(part_du_groupe, 2), round(part_ruptures, 2) "
        "from ventilations.par_motif_periode where annee = '2021-2022'",
    ) == [
        ("Abandon, et autres", "essai", 1, 0.33, 0.17), ("Abandon, et autres", "intermediaire", 2, 0.67, 0.33),
        ("Abandon, et autres", "Non renseigné", 0, 0.0, 0.0),
        ("Non renseigné", "essai", 0, 0.0, 0.0), ("Non renseigné", "intermediaire", 1, 0.5, 0.17),
        ("Non renseigné", "Non renseigné", 1, 0.5, 0.17),
        ("Vie, et autres", "essai", 0, 0.0, 0.0), ("Vie, et autres", "intermediaire", 1, 1.0, 0.17),
        ("Vie, et autres", "Non renseigné", 0, 0.0, 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rupture", "tranche"),
    [
        ("2021-10-31", "Moins de 2 mois"), ("2021-11-01", "De 2 à 5 mois"), ("2022-02-28", "De 2 à 5 mois"),
        ("2022-03-01", "De 6 à 11 mois"), ("2022-08-15", "De 6 à 11 mois"),
    ],
)  # fmt: skip
def test_motifs_by_full_months_since_the_start(database: Base, rupture: str, tranche: str) -> None:
    con = database(
        one_delivery(broken(1, "", "Départ volontaire", dateeffetrupture=rupture)), referentiels=REFERENTIELS
    )
    assert rows(
        con,
        "select motif_valide_groupe, duree_avant_rupture, ruptures_nettes "
        "from ventilations.par_motif_mois_depuis_debut",
    ) == [("Départ volontaire, et autres", tranche, 1)]


def test_twelve_full_months_since_the_start(database: Base) -> None:
    con = database(
        one_delivery(broken(1, debut="2021-03-10"), broken(2, debut="2021-03-11")), referentiels=REFERENTIELS
    )
    assert rows(con, "select duree_avant_rupture, ruptures_nettes from ventilations.par_motif_mois_depuis_debut") == [
        ("De 6 à 11 mois", 1), ("12 mois et plus", 1),
    ]  # fmt: skip


def test_motifs_by_entry_diploma(database: Base) -> None:
    con = database(
        one_delivery(
            broken(1, "Abandon", diplomeentree="13"), broken(2, "Abandon", diplomeentree="33"),
            broken(3, "Abandon", diplomeentree="13"), broken(4, "Santé", diplomeentree="13"), broken(5),
        ),
        referentiels=REFERENTIELS,
    )  # fmt: skip
    assert rows(
        con,
        "select motif_exprime_groupe, diplome_entree, ruptures_nettes, ruptures_du_groupe "
        "from ventilations.par_motif_diplome_entree",
    ) == [
        ("Abandon, et autres", "Aucun diplôme", 2, 3), ("Abandon, et autres", "CAP", 1, 3),
        ("Non renseigné", "Non renseigné", 1, 1), ("Vie, et autres", "Aucun diplôme", 1, 1),
    ]  # fmt: skip
