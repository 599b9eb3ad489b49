"""Definitions §1: from export rows to contracts. One rule a test."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.glossary import read_glossary
from pipeline.paths import SQL
from pipeline.schemas import NUMERO_APRES_LE_DEPARTEMENT
from pipeline.settings import GLOSSAIRE
from tests.rules.rows import Base, anomaly, contract, contrat, one_delivery

IDENTITE = {"idalternant": "", "nom": "Durand", "prenom": "Léa", "datenaissance": "2004-03-02"}
AVANT_DEBUT = {"rupture_avant_debut": "oui"}


def count(con, condition: str = "nocontrat is distinct from '000TEMOIN'") -> int:
    return con.execute(f"select count(*) from core.contrats where {condition}").fetchall()[0][0]


def apprentices(con) -> int:
    return con.execute(
        "select count(distinct id_apprenti) from core.contrats where nocontrat is distinct from '000TEMOIN'"
    ).fetchall()[0][0]


# Key


def test_rows_of_one_number_are_one_contract(database: Base) -> None:
    con = database(one_delivery(contrat("1"), contrat("1", typecontrat="36", dateeffetavenant="2022-01-01")))
    assert count(con) == 1


def test_without_number_the_key_is_apprentice_start_and_employer(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("", siretemployeur="11111111111111"),
            contrat("", siretemployeur="11111111111111", typecontrat="36"),
            contrat("", siretemployeur="22222222222222"),
            contrat("", debut="2021-10-01", siretemployeur="11111111111111"),
            contrat("", idalternant="A2", siretemployeur="11111111111111"),
        )
    )
    assert count(con) == 4
    assert anomaly(con, "cle_de_secours") == 4


def test_an_empty_employer_is_a_value_of_the_fallback_key(database: Base) -> None:
    autres = [contrat("", siretemployeur=siret) for siret in ("12345678900001", "12345678900002")]
    con = database(one_delivery(contrat(""), contrat("", typecontrat="36"), *autres))
    assert count(con) == 3


def test_an_employer_filled_later_is_that_of_the_rows_that_had_none(database: Base) -> None:
    avant = contrat("", dateeffetrupture="2022-03-01", siretemployeur="")
    apres = contrat("", dateeffetrupture="", siretemployeur="12345678900001")
    con = database({"a_2022-06-30.csv": [avant], **one_delivery(apres)})
    assert count(con) == 1
    assert contracts_without_number(con) == [("2021-09-01", None)]


def contracts_without_number(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute(
        "select date_debut::varchar, date_rupture::varchar from core.contrats where cle_de_secours order by all"
    ).fetchall()


def test_a_fallback_key_without_employer_is_of_the_only_numbered_contract_of_its_start(database: Base) -> None:
    con = database(
        {
            "a_2022-06-30.csv": [contrat("", siretemployeur="")],
            **one_delivery(contrat("1", siretemployeur="12345678900001")),
        }
    )
    assert count(con) == 1


def test_a_fallback_key_of_exactly_one_numbered_contract_is_an_older_version_of_it(database: Base) -> None:
    avant = contrat("", siretemployeur="1", dateeffetrupture="2022-01-10")
    apres = contrat("1", siretemployeur="1", datefincontrat="2023-07-31")
    con = database(
        {"a_2022-06-30.csv": [*one_delivery()["contrats_2022-12-31.csv"], avant], "b_2022-12-31.csv": [apres]}
    )
    assert count(con) == 1
    assert contract(con, "date_rupture, date_fin_prevue") == (None, "2023-07-31")
    assert anomaly(con, "cle_de_secours") == 0


def test_a_fallback_key_of_two_numbered_contracts_stays_a_contract(database: Base) -> None:
    con = database(one_delivery(contrat(""), contrat("1"), contrat("2")))
    assert count(con) == 3


# Versions


def test_the_latest_extraction_date_wins_whole(database: Base) -> None:
    ancienne = contrat(dateeffetrupture="2022-03-01", motifexprime="Abandon")
    con = database({"b_2022-12-31.csv": one_delivery(contrat(fin="2023-07-31"))["contrats_2022-12-31.csv"],
                    "a_2022-06-30.csv": [ancienne]})  # fmt: skip
    assert contract(con, "date_fin_prevue, date_rupture") == ("2023-07-31", None)


def test_an_initial_row_that_repeats_its_number_and_its_start_is_the_same_state(own_database: Base) -> None:
    repetee = contrat(fin="2023-07-31") | {"dateeffetavenant": contrat()["datedebutcontrat"]}
    repetee |= {"noavenant": repetee["nocontrat"]}
    con = own_database({"a_2022-06-30.csv": [contrat(dateeffetrupture="2022-03-01")], **one_delivery(repetee)})
    assert contract(con, "date_fin_prevue, date_rupture") == ("2023-07-31", None)


def test_an_avenant_that_repeats_its_number_is_another_state(own_database: Base) -> None:
    avenant = contrat(fin="2023-07-31", typecontrat="31") | {"noavenant": contrat()["nocontrat"]}
    con = own_database({"a_2022-06-30.csv": [contrat(dateeffetrupture="2022-03-01")], **one_delivery(avenant)})
    assert contract(con, "date_fin_prevue, date_rupture") == ("2023-07-31", "2022-03-01")


def test_an_older_delivery_read_last_changes_nothing(database: Base) -> None:
    con = database({"a_2022-12-31.csv": one_delivery(contrat(fin="2023-07-31"))["contrats_2022-12-31.csv"],
                    "z_2022-06-30.csv": [contrat(dateeffetrupture="2022-03-01")]})  # fmt: skip
    assert contract(con, "date_fin_prevue, date_rupture") == ("2023-07-31", None)


def test_the_extraction_date_of_the_configuration_counts(database: Base) -> None:
    con = database({"z.csv": [contrat(dateeffetrupture="2022-03-01")],
                    "a_2022-06-30.csv": one_delivery(contrat())["contrats_2022-12-31.csv"]},
                   config='[fichiers]\n"contrats/z.csv" = 2022-12-31\n')  # fmt: skip
    assert contract(con, "date_rupture") == ("2022-03-01",)


def test_same_date_a_row_with_a_rupture_beats_one_without(database: Base) -> None:
    con = database(one_delivery(contrat(fin="2023-08-31"), contrat(fin="2023-07-31", dateeffetrupture="2022-03-01")))
    assert contract(con, "date_fin_prevue, date_rupture") == ("2023-07-31", "2022-03-01")
    assert anomaly(con, "versions_contradictoires") == 1


def test_same_date_a_row_said_rompu_beats_one_that_is_not(database: Base) -> None:
    con = database(one_delivery(contrat(fin="2023-08-31"), contrat(fin="2023-07-31", statut="Rompu")))
    assert contract(con, "date_fin_prevue, statut") == ("2023-07-31", "Rompu")


def test_same_date_the_greatest_content_wins_columns_in_order(database: Base) -> None:
    con = database(
        one_delivery(contrat(debut="2021-09-01", fin="2023-08-31"), contrat(debut="2021-09-02", fin="2023-07-31"))
    )
    assert contract(con, "date_debut, date_fin_prevue") == ("2021-09-02", "2023-07-31")


def test_in_contents_an_empty_cell_is_the_smallest_and_numbers_compare_as_numbers(database: Base) -> None:
    con = database(one_delivery(contrat(npecannuel=""), contrat(npecannuel="900"), contrat(npecannuel="1000")))
    assert contract(con, "npecannuel") == ("1000.00",)


def test_a_state_whose_newest_version_is_rejected_falls_back_on_an_older_one(database: Base) -> None:
    con = database({"a_2022-06-30.csv": one_delivery(contrat())["contrats_2022-12-31.csv"],
                    "b_2022-12-31.csv": [contrat(fin="2020-01-01"), contrat("2")]})  # fmt: skip
    assert contract(con, "date_fin_prevue") == ("2023-08-31",)
    assert anomaly(con, "version_recente_rejetee") == 1


# States


def test_an_avenant_with_empty_cells_erases_nothing(database: Base) -> None:
    initial = contrat(dateeffetrupture="2022-03-01", motifexprime="Abandon", siretemployeur="1")
    con = database(one_delivery(initial, contrat(typecontrat="36", dateeffetavenant="2022-01-01")))
    assert contract(con, "date_rupture, motifexprime, siretemployeur") == ("2022-03-01", "Abandon", "1")


def test_each_column_takes_its_last_non_empty_value(database: Base) -> None:
    con = database(
        one_delivery(
            contrat(siretemployeur="1", naf="43A"),
            contrat(typecontrat="32", dateeffetavenant="2022-01-01", siretemployeur="2"),
            contrat(typecontrat="36", dateeffetavenant="2022-02-01", fin="2024-08-31"),
        )
    )
    assert contract(con, "siretemployeur, naf, date_fin_prevue") == ("2", "43A", "2024-08-31")


def test_the_establishment_moves_together_empty_siret_included(database: Base) -> None:
    initial = contrat(siret="11111111100001", siretcfa="9")
    con = database(one_delivery(initial, contrat(typecontrat="37", dateeffetavenant="2022-01-01", uaicfa="0010002B")))
    assert contract(con, "uaicfa, siret, siretcfa, structure") == ("0010002B", None, None, "CFA du Mont")


def test_the_diploma_moves_together(database: Base) -> None:
    initial = contrat(rncp="1", intituleouqualification="CAP Cuisine")
    con = database(
        one_delivery(initial, contrat(typecontrat="35", dateeffetavenant="2022-01-01", codediplome="45033404"))
    )
    assert contract(con, "codediplome, rncp, intituleouqualification") == ("45033404", None, None)


def test_avenants_apply_by_effective_date_then_number_as_a_number(database: Base) -> None:
    con = database(
        one_delivery(
            contrat(siretemployeur="0"),
            contrat(typecontrat="32", dateeffetavenant="2022-02-01", noavenant="10", siretemployeur="10"),
            contrat(typecontrat="32", dateeffetavenant="2022-02-01", noavenant="09", siretemployeur="9"),
            contrat(typecontrat="32", dateeffetavenant="2022-01-01", noavenant="11", siretemployeur="11"),
        )
    )
    assert contract(con, "siretemployeur") == ("10",)


def test_an_avenant_without_an_effective_date_takes_the_start_of_the_contract(database: Base) -> None:
    con = database(
        one_delivery(
            contrat(siretemployeur="0"),
            contrat(typecontrat="32", noavenant="5", siretemployeur="1 sans date"),
            contrat(typecontrat="32", dateeffetavenant="2021-09-02", noavenant="1", siretemployeur="2 apres"),
        )
    )
    assert contract(con, "siretemployeur") == ("2APRES",)


def test_start_and_conclusion_take_their_earliest(database: Base) -> None:
    initial = contrat(debut="2021-09-15", dateconclusion="2021-09-10")
    avenant = contrat(debut="2021-09-01", dateconclusion="2021-08-20", typecontrat="36", dateeffetavenant="2022-01-01")
    con = database(one_delivery(initial, avenant))
    assert contract(con, "date_debut, dateconclusion") == ("2021-09-01", "2021-08-20")


def test_a_rupture_is_withdrawn_by_a_newer_version_of_the_state_that_carried_it(database: Base) -> None:
    con = database({"a_2022-06-30.csv": one_delivery(contrat(dateeffetrupture="2022-03-01"))["contrats_2022-12-31.csv"],
                    "b_2022-12-31.csv": [contrat(statut="Corrigé")]})  # fmt: skip
    assert contract(con, "date_rupture, statut") == (None, "Corrigé")


def test_a_corrected_rupture_takes_its_new_day(database: Base) -> None:
    con = database({"a_2022-06-30.csv": one_delivery(contrat(dateeffetrupture="2022-03-01"))["contrats_2022-12-31.csv"],
                    "b_2022-12-31.csv": [contrat(dateeffetrupture="2022-04-01")]})  # fmt: skip
    assert contract(con, "date_rupture") == ("2022-04-01",)


# Ruptures


def test_a_rupture_the_day_before_the_planned_end_is_one(database: Base) -> None:
    con = database(one_delivery(contrat(fin="2022-08-31", dateeffetrupture="2022-08-30")))
    assert contract(con, "date_rupture, rupture_au_terme") == ("2022-08-30", "false")


def test_a_rupture_on_the_planned_end_is_none(database: Base) -> None:
    con = database(one_delivery(contrat(fin="2022-07-31", dateeffetrupture="2022-07-31")))
    assert contract(con, "date_rupture, rupture_au_terme") == (None, "true")
    assert anomaly(con, "rupture_au_terme") == 1


def test_a_contract_annule_or_supprime_never_started(database: Base) -> None:
    con = database(one_delivery(contrat("1", statut="Annulé"), contrat("2", statut="supprime")))
    assert count(con, "jamais_commence") == 2


def test_a_contract_flagged_broken_before_its_start_never_started(database: Base) -> None:
    con = database(one_delivery(contrat(rupture_avant_debut="true")))
    assert contract(con, "jamais_commence") == ("true",)


def test_a_rupture_on_or_before_the_start_never_started(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", dateeffetrupture="2021-08-31"),
            contrat("2", dateeffetrupture="2021-09-01"),
            contrat("3", dateeffetrupture="2021-09-02"),
        )
    )
    assert [contract(con, "jamais_commence", n)[0] for n in "123"] == ["true", "true", "false"]
    assert anomaly(con, "jamais_commence") == 2


def test_rompu_without_a_day_is_a_rupture_on_the_day_it_was_reported(database: Base) -> None:
    con = database(one_delivery(contrat(statut="Rompu", datesignalementrupture="2022-03-05")))
    assert contract(con, "date_rupture, jour_inconnu") == ("2022-03-05", "true")


def test_a_reported_day_on_the_planned_end_is_no_rupture(database: Base) -> None:
    con = database(one_delivery(contrat(fin="2022-07-31", statut="Rompu", datesignalementrupture="2022-07-31")))
    assert contract(con, "date_rupture, rupture_au_terme") == (None, "true")


def test_a_reported_day_on_the_start_means_never_started(database: Base) -> None:
    con = database(one_delivery(contrat(statut="Rompu", datesignalementrupture="2021-09-01")))
    assert contract(con, "jamais_commence") == ("true",)


def test_a_report_without_the_status_rompu_is_no_rupture(database: Base) -> None:
    con = database(one_delivery(contrat(datesignalementrupture="2022-03-05")))
    assert contract(con, "date_rupture") == (None,)


def test_rompu_without_any_date_is_not_broken_and_is_counted(database: Base) -> None:
    con = database(one_delivery(contrat(statut="Rompu")))
    assert contract(con, "date_rupture, rupture_sans_date") == (None, "true")
    assert anomaly(con, "rupture_sans_date") == 1


# The apprentice


def test_a_person_is_compared_without_case_accents_spaces_hyphens_apostrophes_ligatures(database: Base) -> None:
    un = {"idalternant": "", "nom": "LE CŒUR-d’Été", "prenom": "Jean Noël", "datenaissance": "2004-03-02"}
    deux = {"idalternant": "", "nom": "le coeur d'ete", "prenom": "JEAN-NOEL", "datenaissance": "02/03/2004"}
    con = database(one_delivery(contrat("1", **un), contrat("2", **deux)))
    assert apprentices(con) == 1


def test_another_birth_date_is_another_person(database: Base) -> None:
    con = database(one_delivery(contrat("1", **IDENTITE), contrat("2", **{**IDENTITE, "datenaissance": "2004-03-03"})))
    assert apprentices(con) == 2


def test_one_person_known_by_two_identifiers_is_one(database: Base) -> None:
    con = database(
        one_delivery(contrat("1", **{**IDENTITE, "idalternant": "X"}), contrat("2", **{**IDENTITE, "idalternant": "Y"}))
    )
    assert apprentices(con) == 1


def test_an_identifier_stands_for_the_triple_it_is_seen_with_on_a_row(database: Base) -> None:
    con = database(one_delivery(contrat("1", **{**IDENTITE, "idalternant": "X"}), contrat("2", idalternant="X")))
    assert apprentices(con) == 1


def test_an_identifier_stands_for_the_triple_of_another_row_of_its_contract(database: Base) -> None:
    avenant = contrat("1", **{**IDENTITE, "typecontrat": "36", "dateeffetavenant": "2022-01-01"})
    con = database(
        one_delivery(contrat("1", idalternant="X"), avenant, contrat("2", **IDENTITE), contrat("3", idalternant="X"))
    )
    assert apprentices(con) == 1


def test_an_identifier_with_two_triples_identifies_the_rows_without_one_only(own_database: Base) -> None:
    autre = {**IDENTITE, "prenom": "Lou", "datenaissance": "2001-01-01", "idalternant": "X"}
    con = own_database(
        one_delivery(
            contrat("1", **{**IDENTITE, "idalternant": "X"}), contrat("2", **autre), contrat("3", idalternant="X")
        )
    )
    assert apprentices(con) == 3
    assert anomaly(con, "identite_incertaine") == 1


def test_the_apprentice_is_numbered_by_the_smallest_contract_key(database: Base) -> None:
    con = database(
        one_delivery(contrat("9", idalternant="A"), contrat("10", idalternant="B"), contrat("", idalternant="C"))
    )
    ordre = con.execute("select nocontrat from core.contrats order by id_apprenti").fetchall()
    assert ordre == [("000TEMOIN",), ("10",), ("9",), (None,)]


# What follow-up files bring


def test_a_follow_up_value_wins_over_the_export(database: Base) -> None:
    con = database(
        one_delivery(contrat(motifvalide="", npecannuel="7000")),
        suivi={"s_2022-12-31.csv": [{"nocontrat": "1", "motifvalide": "Départ volontaire", "npecannuel": ""}]},
    )
    assert contract(con, "motifvalide, npecannuel") == ("Départ volontaire", "7000.00")


def test_two_follow_up_values_the_latest_then_the_greatest(database: Base) -> None:
    con = database(
        one_delivery(contrat()),
        suivi={
            "a_2022-12-31.csv": [{"nocontrat": "1", "npecannuel": "1000"}, {"nocontrat": "1", "npecannuel": "2000"}],
            "b_2022-11-30.csv": [{"nocontrat": "1", "npecannuel": "9000"}, {"nocontrat": "99", "npecannuel": "1"}],
        },
    )
    assert contract(con, "npecannuel") == ("2000.00",)
    assert (anomaly(con, "suivi_contradictoire"), anomaly(con, "suivi_sans_contrat")) == (1, 1)


def test_a_newest_version_rejected_without_a_number_is_that_of_the_numbered_contract_it_matches(database: Base) -> None:
    avenant = contrat("", debut="2021-09-01", typecontrat="36", noavenant="1")
    rejetee = contrat("", debut="2021-09-02", typecontrat="36", noavenant="1", uaicfa="")
    con = database(
        {
            "a_2022-06-30.csv": [*one_delivery()["contrats_2022-12-31.csv"], contrat("1"), avenant,
                                 contrat("1", debut="2021-09-02", typecontrat="36", noavenant="2")],
            "b_2022-12-31.csv": [rejetee, contrat("2", idalternant="A2")],
        }
    )  # fmt: skip
    assert anomaly(con, "version_recente_rejetee") == 1


# What can hardly be: counted, never dropped


def test_a_rupture_before_the_start_is_counted_the_day_of_the_start_is_not(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", dateeffetrupture="2021-08-31"),
            contrat("2", dateeffetrupture="2021-09-01"),
            contrat("3", statut="Rompu", datesignalementrupture="2021-08-30"),
        )
    )
    assert (anomaly(con, "rupture_avant_le_debut"), anomaly(con, "jamais_commence")) == (2, 3)


def test_a_rupture_after_the_planned_end_is_counted_the_day_of_the_end_is_not(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", fin="2022-07-31", dateeffetrupture="2022-08-01"),
            contrat("2", fin="2022-07-31", dateeffetrupture="2022-07-31"),
            contrat("3", fin="2022-07-31", statut="Rompu", datesignalementrupture="2022-08-02"),
        )
    )
    assert (anomaly(con, "rupture_apres_la_fin"), anomaly(con, "rupture_au_terme")) == (2, 3)


def test_each_contract_with_a_day_in_common_with_another_of_its_apprentice_is_counted(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", debut="2020-09-01", fin="2022-08-31"),
            contrat("2", debut="2020-10-01", fin="2020-12-31"),
            contrat("3", debut="2022-08-31", fin="2022-10-31"),
            contrat("4", debut="2022-11-01", fin="2022-12-31"),
            contrat("5", idalternant="A2"),
        )
    )
    assert anomaly(con, "contrats_chevauchants") == 3


def test_a_contract_from_the_day_of_the_rupture_of_another_does_not_overlap_it(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", debut="2021-09-01", dateeffetrupture="2021-12-01"),
            contrat("2", debut="2021-12-01"),
            contrat("3", debut="2021-10-01", statut="Annulé"),
        )
    )
    assert anomaly(con, "contrats_chevauchants") == 0


def test_a_contract_from_the_eve_of_the_rupture_of_another_overlaps_it(database: Base) -> None:
    con = database(
        one_delivery(contrat("1", dateeffetrupture="2021-12-01"), contrat("2", debut="2021-11-30", fin="2022-08-31"))
    )
    assert anomaly(con, "contrats_chevauchants") == 2


def test_an_age_under_15_or_over_35_at_the_start_is_counted(database: Base) -> None:
    naissances = {"1": "2006-09-02", "2": "2006-09-01", "3": "1985-09-02", "4": "1985-09-01"}
    con = database(
        one_delivery(
            contrat("5"),
            *(contrat(n, **{**IDENTITE, "datenaissance": naissance}) for n, naissance in naissances.items()),
        )
    )
    assert [contract(con, "age_debut", n)[0] for n in "12345"] == ["14", "15", "35", "36", None]
    assert anomaly(con, "age_inhabituel") == 2


def test_a_contract_planned_for_more_than_four_years_is_counted(database: Base) -> None:
    con = database(one_delivery(contrat("1", fin="2025-08-31"), contrat("2", fin="2025-09-01")))
    assert anomaly(con, "duree_superieure_a_quatre_ans") == 1


def test_every_nature_of_anomaly_has_its_words_in_the_report(database: Base) -> None:
    natures = database(one_delivery(contrat())).execute("select nature from core.anomalies").fetchall()
    assert {nature for (nature,) in natures} == set(read_glossary(GLOSSAIRE).anomalies)


@pytest.mark.parametrize("ordre", [1, -1])
def test_rows_of_two_starts_that_join_one_number_compare_their_contents(database: Base, ordre: int) -> None:
    etat = {"typecontrat": "31", "dateeffetavenant": "2022-01-01", "siretemployeur": "12345678900012"}
    lignes = [
        contrat("1", debut="2021-09-01", siretemployeur="12345678900012"),
        contrat("1", debut="2021-10-01", siretemployeur="12345678900012", noavenant="2"),
        contrat("", debut="2021-09-01", naf="9999Z", **etat),
        contrat("", debut="2021-10-01", naf="1111A", **etat),
    ]
    con = database(one_delivery(*lignes[::ordre]))
    # The greatest content is that of the later start.
    assert contract(con, "naf") == ("1111A",)
    assert anomaly(con, "versions_contradictoires") == 1


# What is in no count


def test_a_contract_of_another_scheme_is_counted_and_in_no_figure(database: Base) -> None:
    con = database(one_delivery(contrat("1", dispositif="PROF"), contrat("2", dispositif="CA", idalternant="A2")))
    assert count(con) == 1
    assert anomaly(con, "hors_champ") == 1


def test_the_last_scheme_filled_decides(database: Base) -> None:
    suite = {"typecontrat": "36", "dateeffetavenant": "2022-01-01"}
    con = database(
        one_delivery(
            contrat("1", dispositif="PROF"), contrat("1", **suite, dispositif="Apprentissage"),
            contrat("2", dispositif="APPR", idalternant="A2"), contrat("2", **suite, dispositif="", idalternant="A2"),
            contrat("3", dispositif="APP", idalternant="A3"),
            contrat("3", **suite, dispositif="POEI", idalternant="A3"),
        )
    )  # fmt: skip
    assert count(con) == 2
    assert anomaly(con, "hors_champ") == 1


def test_a_date_of_deletion_deletes_whatever_the_statut(database: Base) -> None:
    con = database(one_delivery(contrat(statut="Corrigé", datesuppression="2021-10-01")))
    assert contract(con, "statut, jamais_commence") == ("Supprimé", "true")


@pytest.mark.parametrize("annulation", [{"statut": "Annulé"}, {"datesuppression": "2022-02-01"}])
def test_a_cancelled_avenant_is_no_state(database: Base, annulation: dict[str, str]) -> None:
    avenant = contrat(fin="2023-01-31", typecontrat="36", dateeffetavenant="2022-01-01", **annulation)
    con = database(one_delivery(contrat(), avenant))
    assert contract(con, "statut, date_fin_prevue, jamais_commence") == (None, "2023-08-31", "false")
    assert anomaly(con, "avenants_annules") == 1


def test_the_initial_state_cancels_a_contract_whatever_its_avenants_say(database: Base) -> None:
    avenant = contrat(typecontrat="36", dateeffetavenant="2022-01-01", statut="Corrigé")
    con = database(one_delivery(contrat(statut="Annulé"), avenant))
    assert contract(con, "statut, jamais_commence") == ("Annulé", "true")


# Rows that complete one another


def test_two_extracts_of_one_day_complete_each_other(database: Base) -> None:
    tba = contrat(dateeffetrupture="2022-03-01", naf="")
    lba = contrat(naf="4321A", npecannuel="7000")
    con = database({"a_2022-12-31.csv": [tba], **one_delivery(lba)})
    assert contract(con, "date_rupture, naf, npecannuel") == ("2022-03-01", "4321A", "7000.00")
    assert anomaly(con, "versions_contradictoires") == 0


def test_a_column_that_the_winning_file_lacks_comes_from_the_newest_date_that_has_it(own_database: Base) -> None:
    con = own_database(
        {
            "a_2022-06-30.csv": [contrat(naf="1111A", npecannuel="5000")],
            "b_2022-09-30.csv": [contrat(naf="2222B", npecannuel="")],
            **one_delivery(contrat()),
        }
    )
    # The amount is empty there: an older one is not looked for.
    assert contract(con, "naf, npecannuel") == ("2222B", None)


def test_a_rupture_never_comes_from_an_older_date(own_database: Base) -> None:
    avant = contrat(dateeffetrupture="2022-03-01", statut="Rompu", datesignalementrupture="2022-03-05", naf="1111A")
    con = own_database({"a_2022-06-30.csv": [avant], **one_delivery(contrat())})
    assert contract(con, "date_rupture, statut, naf") == (None, None, "1111A")


def test_cells_filled_in_two_ways_contradict_names_written_in_two_ways_do_not(database: Base) -> None:
    une = contrat("1", **IDENTITE)
    con = database(one_delivery(une, une | {"nom": "DURAND", "naf": "1111A"}))
    assert anomaly(con, "versions_contradictoires") == 0
    con = database(one_delivery(une | {"naf": "2222B"}, une | {"nom": "DURAND", "naf": "1111A"}))
    assert anomaly(con, "versions_contradictoires") == 1


# Persons


def test_two_names_of_one_birth_seen_with_one_identifier_are_one_person(own_database: Base) -> None:
    jeune, mariee = {**IDENTITE, "idalternant": "X"}, {**IDENTITE, "nom": "Martin", "idalternant": "X"}
    con = own_database(one_delivery(contrat("1", **jeune), contrat("2", **mariee), contrat("3", idalternant="X")))
    assert apprentices(con) == 1
    assert anomaly(con, "identite_reunie") == 1
    assert anomaly(con, "identite_incertaine") == 0


def test_two_names_of_one_birth_on_one_contract_are_one_person_everywhere(own_database: Base) -> None:
    autre = {**IDENTITE, "nom": "Martin"}
    con = own_database(
        {
            "a_2022-06-30.csv": [contrat("1", **IDENTITE)],
            **one_delivery(contrat("1", **autre), contrat("2", **IDENTITE)),
        }
    )
    assert apprentices(con) == 1
    assert anomaly(con, "identite_reunie") == 1


def test_an_identifier_may_be_that_of_one_cfa(own_database: Base) -> None:
    ici = {**IDENTITE, "idalternant": "1"}
    ailleurs = {**IDENTITE, "nom": "Martin", "idalternant": "1", "uaicfa": "0010002B"}
    con = own_database(
        one_delivery(contrat("1", **ici), contrat("2", **ailleurs), contrat("3", idalternant="1")),
        config='[identites]\nportee = "cfa"\n',
    )
    assert apprentices(con) == 2


def test_one_number_of_two_apprentices_is_two_contracts(own_database: Base) -> None:
    lea = {**IDENTITE, "idalternant": "X"}
    lou = {"idalternant": "Y", "nom": "Martin", "prenom": "Lou", "datenaissance": "2001-01-01"}
    con = own_database(
        {
            "a_2022-06-30.csv": [contrat("1", **lea), contrat("1", **lou)],
            **one_delivery(contrat("1", idalternant="X", dateeffetrupture="2022-03-01")),
        },
        {"s_2022-12-31.csv": [{"nocontrat": "1", "npecannuel": "9000", "idalternant": "Y"},
                              {"nocontrat": "1", "npecannuel": "1"},
                              {"nocontrat": "1", "npecannuel": "2", "idalternant": "Z"}]},
    )  # fmt: skip
    contrats = con.execute(
        "select date_rupture::varchar, npecannuel::varchar from core.contrats where nocontrat = '1' order by all"
    ).fetchall()
    assert contrats == [("2022-03-01", None), (None, "9000.00")]
    assert anomaly(con, "numero_partage") == 1
    assert anomaly(con, "suivi_sans_contrat") == 1
    rejets = con.execute("select nom, ligne, colonne from brut.rejets").fetchall()
    assert rejets == [("suivi/s_2022-12-31.csv", 3, "nocontrat")]


@pytest.mark.parametrize("lien", [{"nom": "Martin", "prenom": "Lou"}, {"datenaissance": "2001-01-01"}])
def test_a_third_row_may_say_that_one_number_is_of_one_apprentice(own_database: Base, lien: dict[str, str]) -> None:
    lou = {"idalternant": "", "nom": "Martin", "prenom": "Lou", "datenaissance": "2001-01-01"}
    con = own_database(one_delivery(contrat("1", **IDENTITE), contrat("1", **lou), contrat("1", **IDENTITE | lien)))
    assert count(con) == 1
    assert anomaly(con, "numero_partage") == 0


# What cannot be read


@pytest.mark.parametrize("jour", ["2021-03-01", "2024-09-01"])
def test_a_rupture_far_from_its_contract_cannot_be_read(database: Base, jour: str) -> None:
    con = database(one_delivery(contrat(dateeffetrupture=jour)))
    assert contract(con, "date_rupture, rupture_au_terme") == (None, "false")
    assert anomaly(con, "valeurs_decisives_illisibles") == 1


@pytest.mark.parametrize(("jour", "autres"), [("2021-03-02", {}), ("2024-08-31", {}), ("2020-01-01", AVANT_DEBUT)])
def test_a_rupture_less_far_or_said_to_be_before_the_start_is_read(
    database: Base, jour: str, autres: dict[str, str]
) -> None:
    con = database(one_delivery(contrat(dateeffetrupture=jour, **autres)))
    assert anomaly(con, "valeurs_decisives_illisibles") == 0


def test_the_last_readable_rupture_of_the_states_counts(database: Base) -> None:
    avenant = contrat(typecontrat="36", dateeffetavenant="2022-01-01", dateeffetrupture="2002-06-01")
    con = database(one_delivery(contrat(dateeffetrupture="2022-05-01"), avenant))
    assert contract(con, "date_rupture") == ("2022-05-01",)


def test_a_stand_in_far_from_its_contract_cannot_be_read_either(database: Base) -> None:
    con = database(one_delivery(contrat(statut="Rompu", datesignalementrupture="2002-06-01")))
    assert contract(con, "date_rupture, rupture_sans_date") == (None, "true")
    assert anomaly(con, "valeurs_decisives_illisibles") == 1


def test_a_real_end_before_the_term_of_a_contract_without_rupture_is_counted(database: Base) -> None:
    con = database(
        one_delivery(
            contrat("1", drfc="2023-01-31"), contrat("2", drfc="2023-08-31", idalternant="A2"),
            contrat("3", drfc="2023-01-31", dateeffetrupture="2023-02-01", idalternant="A3"),
        )
    )  # fmt: skip
    assert contract(con, "date_rupture") == (None,)
    assert anomaly(con, "fin_reelle_sans_rupture") == 1


# The exchange layout


def learner(debut: str = "2021-09-01", **autres: str) -> dict[str, str]:
    """A row of the exchange layout."""
    return {
        "nom_apprenant *": "Durand", "prenom_apprenant": "Léa", "date_de_naissance_apprenant": "2004-03-02",
        "formation_cfd": "50022137", "etablissement_formateur_uai": "0010001A", "contrat_date_debut": debut,
        "contrat_date_fin": "2023-08-31" if debut else "", "contrat_date_rupture": "", "siret_employeur": "", **autres,
    }  # fmt: skip


def test_of_the_exchange_layout_only_the_latest_state_of_a_learner_counts(own_database: Base) -> None:
    con = own_database({"a_2022-06-30.csv": [learner()], "b_2022-12-31.csv": [learner("2021-09-02")]})
    assert contracts_without_number(con) == [("2021-09-02", None)]
    assert anomaly(con, "contrats_remplaces") == 1


def test_a_learner_who_has_no_contract_any_more_has_none(own_database: Base) -> None:
    autre = learner(nom="", **{"nom_apprenant *": "Martin"})
    con = own_database({"a_2022-06-30.csv": [learner(), autre], "b_2022-12-31.csv": [learner(""), autre]})
    assert count(con) == 1
    assert anomaly(con, "contrats_remplaces") == 1


def test_another_diploma_or_an_export_of_contracts_replaces_nothing(own_database: Base) -> None:
    con = own_database(
        {
            "a_2022-06-30.csv": [learner(contrat_date_rupture="2022-03-01")],
            "b_2022-12-31.csv": [learner("2022-05-01", formation_cfd="45033404")],
            "c_2022-06-30.csv": [contrat("", **IDENTITE)],
        }
    )
    assert count(con) == 2
    assert anomaly(con, "contrats_remplaces") == 0


# Possible returns


@pytest.mark.parametrize(
    ("autre", "reprises"),
    [
        ({"nom": "Durant"}, 1), ({"nom": "Duran", "prenom": "Lea-"}, 1), ({"nom": "Léa", "prenom": "Durand"}, 1),
        ({"nom": "Duranton"}, 0), ({"nom": "Durant", "datenaissance": "2004-03-03"}, 0),
        ({"nom": "Durant", "uaicfa": "0010002B"}, 0),
    ],
)  # fmt: skip
def test_a_net_rupture_may_have_been_followed_under_another_spelling(
    own_database: Base, autre: dict[str, str], reprises: int
) -> None:
    con = own_database(
        one_delivery(
            contrat("1", dateeffetrupture="2022-03-01", **IDENTITE),
            contrat("2", debut="2022-03-01", **IDENTITE | autre),
            *(contrat(str(n), idalternant=f"A{n}", nom="") for n in range(3, 5)),
        )
    )
    assert anomaly(con, "reprise_possible") == reprises
    bornes = con.execute("select reprises_possibles, taux_sans_reprises from core.bornes where annee = '2021-2022'")
    assert bornes.fetchall() == [(reprises, (1 - reprises) / 4)]


def test_a_return_before_the_rupture_or_after_the_cut_off_is_none(own_database: Base) -> None:
    rompu, autre = contrat("1", dateeffetrupture="2022-03-01", **IDENTITE), IDENTITE | {"nom": "Durant"}
    trop_tot, trop_tard = (contrat(jour, debut=jour, **autre) for jour in ("2022-02-28", "2022-08-16"))
    assert anomaly(own_database(one_delivery(rompu, trop_tot, trop_tard)), "reprise_possible") == 0


def test_the_shape_of_a_number_is_the_one_that_the_reader_repairs(database: Base) -> None:
    con = database(one_delivery(contrat("1")))
    macros = (SQL / "macros.sql").read_text(encoding="utf-8")
    assert f"'[0-9][0-9][0-9AB]{NUMERO_APRES_LE_DEPARTEMENT}'" in macros
    assert con.execute("select numero_habituel('075202109000001'), numero_habituel('1')").fetchall() == [(True, False)]
