"""Definitions §3 (attributes) and §4 (periods), structures and referentials of 2-inputs.md. One rule a test."""

from __future__ import annotations

import pytest

from tests.rules.rows import Base, anomaly, contract, contrat, one_delivery

CYCLE = {"datedebutformation": "2021-09-01", "datefinformation": "2023-07-07"}


def registration(con, colonnes: str, annee: str = "2021-2022"):
    (ligne,) = con.execute(
        f"select {colonnes} from core.inscriptions where annee = ? "
        "and id_contrat in (select id_contrat from core.contrats where nocontrat = '1')",
        [annee],
    ).fetchall()
    return ligne


def period(database: Base, rupture: str, **autres: str) -> str:
    return registration(database(one_delivery(contrat(dateeffetrupture=rupture, **autres))), "periode")[0]


def test_before_two_months_is_the_trial_period(database: Base) -> None:
    assert period(database, "2021-10-31", debut="2021-09-01") == "essai"


def test_two_months_to_the_day_is_no_longer_the_trial_period(database: Base) -> None:
    assert period(database, "2021-11-01", debut="2021-09-01") == "intermediaire"


@pytest.mark.parametrize(("rupture", "attendu"), [("2022-02-27", "essai"), ("2022-02-28", "intermediaire")])
def test_months_added_are_cut_to_the_end_of_the_month(database: Base, rupture: str, attendu: str) -> None:
    assert period(database, rupture, debut="2021-12-31") == attendu


@pytest.mark.parametrize(
    ("rupture", "attendu"),
    [("2022-05-31", "intermediaire"), ("2022-06-01", "post_examen"), ("2022-08-15", "post_examen")],
)
def test_june_july_and_august_are_post_examen(database: Base, rupture: str, attendu: str) -> None:
    assert period(database, rupture) == attendu


@pytest.mark.parametrize(("fin", "attendu"), [("2022-08-30", "intermediaire"), ("2022-08-31", "post_examen")])
def test_post_examen_needs_ten_planned_months_last_day_included(database: Base, fin: str, attendu: str) -> None:
    assert period(database, "2022-07-01", debut="2021-11-01", fin=fin) == attendu


def test_the_trial_period_comes_before_post_examen(database: Base) -> None:
    assert period(database, "2022-07-01", debut="2022-05-15") == "essai"


def test_the_trial_period_is_configured(database: Base) -> None:
    con = database(one_delivery(contrat(dateeffetrupture="2021-11-30")), config="[periodes]\nessai_mois = 3\n")
    assert registration(con, "periode") == ("essai",)


def test_a_rupture_of_unknown_day_has_no_month_and_no_period(database: Base) -> None:
    con = database(one_delivery(contrat(statut="Rompu", datesignalementrupture="2022-03-05")))
    assert registration(con, "mois, periode") == ("Non renseigné", "Non renseigné")


def test_the_year_of_cycle_is_counted_to_the_rupture(database: Base) -> None:
    con = database(
        one_delivery(contrat(dateeffetrupture="2022-08-15", fin="2024-08-31", datedebutformation="2021-08-15"))
    )
    assert registration(con, "annee_cycle") == (2,)


def test_the_year_of_cycle_of_others_is_counted_to_the_end_of_the_year(database: Base) -> None:
    con = database(one_delivery(contrat(datedebutformation="2020-08-16")))
    assert registration(con, "annee_cycle") == (2,)


def test_without_the_start_of_training_there_is_no_year_of_cycle(database: Base) -> None:
    assert registration(database(one_delivery(contrat())), "annee_cycle, situation") == (None, "Non renseigné")


def test_the_situation_of_the_report_year_is_kept_as_written(database: Base) -> None:
    con = database(one_delivery(contrat(situation="CAP passerelle", **CYCLE)))
    assert registration(con, "situation") == ("CAP passerelle",)


def test_an_empty_situation_is_derived(database: Base) -> None:
    assert registration(database(one_delivery(contrat(**CYCLE))), "situation") == ("CAP 1re année",)


def test_the_situation_of_an_earlier_year_is_derived_whatever_is_written(database: Base) -> None:
    ligne = contrat(
        debut="2020-09-01", situation="CAP 2e année", datedebutformation="2020-09-01", datefinformation="2022-07-07"
    )
    con = database(one_delivery(ligne))
    assert registration(con, "situation", "2020-2021") == ("CAP 1re année",)
    assert registration(con, "situation", "2021-2022") == ("CAP 2e année",)


def test_ten_months_of_training_are_a_cycle_of_twelve(database: Base) -> None:
    con = database(one_delivery(contrat(datedebutformation="2021-09-01", datefinformation="2022-07-07")))
    assert registration(con, "duree_cycle_mois, situation") == (12, "CAP en 1 an")


def test_the_structure_is_the_one_of_the_siret_else_of_the_uai(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", uaicfa="0010001A", siret="11111111100003"), contrat("2", uaicfa="0010002B", siret="9")
        )
    )
    assert contract(con, "uai, structure, type_structure, cfa_rattachement") == (
        "0010003C", "Lycée de la Vallée", "UFA", "CFA du Lac",
    )  # fmt: skip
    assert contract(con, "uai, structure", "2") == ("0010002B", "CFA du Mont")


def test_an_unknown_structure_is_named_after_its_uai_and_reported(database: Base) -> None:
    con = database(one_delivery(contrat(uaicfa="0999999Z")))
    assert contract(con, "uai, structure, type_structure") == ("0999999Z", "0999999Z", "Non renseigné")
    assert anomaly(con, "structure_hors_referentiel") == 1


def test_an_unknown_diploma_keeps_its_code_and_its_most_frequent_title(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", codediplome="99999999", intituleouqualification="Rare"),
            contrat("2", codediplome="99999999", intituleouqualification="Courant", idalternant="A2"),
            contrat("3", codediplome="99999999", intituleouqualification="Courant", idalternant="A3"),
            contrat("4", idalternant="A4"),
            contrat("5", idalternant="A5"),
        )
    )
    assert registration(con, "code_diplome, diplome, type_diplome, filiere") == (
        "99999999", "Courant", "Non renseigné", "Non renseigné",
    )  # fmt: skip
    assert anomaly(con, "diplome_hors_referentiel") == 3


def test_motifs_are_printed_only_as_the_referential_words_them(database: Base) -> None:
    con = database(one_delivery(contrat(motifexprime="ABANDON ", motifvalide="Mme Durand a déménagé")))
    assert registration(con, "motif_exprime, motif_valide") == ("Abandon", "Autre libellé")


def test_an_empty_motif_is_non_renseigne(database: Base) -> None:
    assert registration(database(one_delivery(contrat())), "motif_exprime") == ("Non renseigné",)


def test_an_entry_diploma_is_worded_from_its_code_and_an_unknown_one_kept(database: Base) -> None:
    con = database(one_delivery(contrat("1", diplomeentree="13"), contrat("2", diplomeentree="Diplôme suisse")))
    assert contract(con, "diplomeentree") == ("Aucun diplôme",)
    assert contract(con, "diplomeentree", "2") == ("Diplôme suisse",)
