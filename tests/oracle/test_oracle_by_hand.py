"""The oracle checked by hand: one rule a test, on histories small enough to be worked out on paper."""

import csv
import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.oracle.measures import mesurer
from tests.oracle.oracle import (
    ArreteRefuseError,
    Livraison,
    Parametres,
    Regles,
    Resultat,
    Tarif,
    calculer,
    lire_code_ponctue,
)  # fmt: skip
from tests.oracle.strategies import histoires
from tests.rules import cohort, costs, financing

ANNEE = "2021-2022"


def ligne(**valeurs: str) -> dict[str, str]:
    """A row that nothing is wrong with: one year from 1 September 2021, not broken."""
    base = {
        "nocontrat": "C1",
        "datedebutcontrat": "2021-09-01",
        "datefincontrat": "2022-08-31",
        "codediplome": "50023324",
        "uaicfa": "0911333E",
        "idalternant": "A1",
    }
    return base | valeurs


def livraison(*lignes: dict[str, str], jour: str = "2022-08-31", nom: str = "") -> Livraison:
    """A delivery; an empty day is no extraction date."""
    return Livraison(nom or f"export_{jour}.csv", date.fromisoformat(jour) if jour else None, list(lignes))


def resultat(*livraisons: Livraison, **parametres) -> Resultat:
    """The oracle for the year 2021-2022 alone."""
    options: dict[str, Any] = {"premiere": ANNEE, "annee": ANNEE, **parametres}
    return calculer(list(livraisons), parametres=Parametres(**options))


def contrat(*livraisons: Livraison) -> dict:
    """The only contract."""
    (seul,) = resultat(*livraisons).contrats
    return seul


def statut(*lignes: dict[str, str], **parametres) -> tuple[str, int]:
    """Status and reference contract of the only apprentice."""
    (seule,) = resultat(livraison(*lignes), **parametres).inscriptions
    return seule["statut"], seule["id_contrat"]


# --- §1 Keys and persons ------------------------------------------------------------------------------------


def test_fallback_key_joins_the_only_numbered_contract_with_its_parts():
    sans_numero = ligne(nocontrat="", situation="ancienne")
    numerotee = ligne(siretemployeur="", situation="")
    obtenu = resultat(livraison(sans_numero, jour="2022-08-31"), livraison(numerotee, jour="2021-08-31"))
    assert [c["nocontrat"] for c in obtenu.contrats] == ["C1"]
    assert obtenu.contrats[0]["situation"] is None  # the numbered row wins, though older
    assert obtenu.anomalies["cle_de_secours"] == obtenu.anomalies["versions_contradictoires"] == 0


def test_fallback_key_of_two_numbered_contracts_is_a_contract_of_its_own():
    obtenu = resultat(livraison(ligne(), ligne(nocontrat="C2"), ligne(nocontrat="")))
    assert [c["nocontrat"] for c in obtenu.contrats] == ["C1", "C2", None]
    assert obtenu.anomalies["cle_de_secours"] == 1


def test_another_employer_is_another_fallback_contract():
    lignes = [ligne(nocontrat="", siretemployeur=siret) for siret in ("", "2", "1")]
    obtenu = resultat(livraison(*lignes))
    assert [c["siretemployeur"] for c in obtenu.contrats] == [None, "1", "2"]


def test_names_compare_without_case_accents_hyphens_and_ligatures():
    identite = {"idalternant": "", "datenaissance": "2003-05-01"}
    ecrites = [("Le Bœuf", "Jean-Noël"), ("LEBOEUF", "JEAN NOEL"), ("Le-bœuf", "jeannoël"), ("Le Bœuf", "Noël")]
    lignes = [
        ligne(nocontrat=f"C{rang}", nom=nom, prenom=prenom, **identite) for rang, (nom, prenom) in enumerate(ecrites)
    ]
    assert [c["id_apprenti"] for c in resultat(livraison(*lignes)).contrats] == [1, 1, 1, 2]


def test_idalternant_stands_for_the_only_triple_of_its_contract():
    martin = {"nom": "Martin", "prenom": "Lou", "datenaissance": "2003-05-01"}
    par_identifiant = ligne(nocontrat="C1", idalternant="A1")
    par_triple = ligne(nocontrat="C1", idalternant="", noavenant="1", **martin)
    ailleurs = ligne(nocontrat="C2", idalternant="", **martin)
    encore = ligne(nocontrat="C3", idalternant="a1")
    obtenu = resultat(livraison(par_identifiant, par_triple, ailleurs, encore))
    assert [c["id_apprenti"] for c in obtenu.contrats] == [1, 1, 1]


def test_idalternant_seen_with_two_triples_identifies_only_rows_without_one():
    martin = {"nom": "Martin", "prenom": "Lou", "datenaissance": "2003-05-01"}
    durand = {"nom": "Durand", "prenom": "Lou", "datenaissance": "2003-05-02"}
    lignes = [
        ligne(nocontrat="C1", **martin),
        ligne(nocontrat="C2", **durand),
        ligne(nocontrat="C3", nom="Martin"),
        ligne(nocontrat="C4"),
    ]
    obtenu = resultat(livraison(*lignes))
    assert [c["id_apprenti"] for c in obtenu.contrats] == [1, 2, 3, 3]
    assert obtenu.anomalies["identite_incertaine"] == 1


def test_rows_without_what_a_contract_needs_are_rejected():
    refusees = [
        ligne(codediplome=""),
        ligne(datedebutcontrat="2021-02-30"),
        ligne(datefincontrat="2021-08-31"),
        ligne(idalternant="", nom="Martin", prenom="Lou"),
    ]
    assert resultat(livraison(*refusees)).contrats == []
    assert len(resultat(livraison(ligne(datefincontrat="2021-09-01"))).contrats) == 1


# --- §1 Versions and states ---------------------------------------------------------------------------------


def test_the_latest_extraction_date_wins_whole_and_withdraws_a_rupture():
    rompue = ligne(dateeffetrupture="2022-01-10", statut="Rompu")
    assert contrat(livraison(ligne(), jour="2022-01-01"), livraison(rompue))["date_rupture"] == date(2022, 1, 10)
    assert contrat(livraison(rompue, jour="2022-01-31"), livraison(ligne()))["date_rupture"] is None


def test_files_without_a_date_are_older_than_any_other_and_of_one_date():
    assert contrat(livraison(ligne(statut="Corrigé"), jour="2019-01-01"), livraison(ligne(), jour=""))["statut"]
    sans_date = [livraison(ligne(statut=s), jour="", nom=f"{s}.csv") for s in ("Annulé", "Corrigé")]
    obtenu = resultat(*sans_date)
    assert obtenu.contrats[0]["statut"] == "Corrigé"
    assert obtenu.anomalies["versions_contradictoires"] == 1


def test_same_date_a_rupture_beats_none_then_the_greatest_content():
    lignes = [ligne(statut="Supprimé"), ligne(statut="Rompu"), ligne(dateeffetrupture="2022-01-10")]
    obtenu = resultat(livraison(*lignes, *lignes))
    assert obtenu.contrats[0]["statut"] == "Rompu"  # compared before dateeffetrupture, empty smallest
    assert obtenu.anomalies["versions_contradictoires"] == 1
    assert resultat(livraison(ligne(), ligne())).anomalies["versions_contradictoires"] == 0


def test_a_rejected_newest_version_falls_back_on_an_older_one():
    obtenu = resultat(livraison(ligne(), jour="2022-01-01"), livraison(ligne(uaicfa="")))
    assert len(obtenu.contrats) == 1
    assert obtenu.anomalies["version_recente_rejetee"] == 1
    meme_jour = resultat(livraison(ligne(), ligne(uaicfa="")))
    assert meme_jour.anomalies["version_recente_rejetee"] == 0


def test_a_rejected_row_is_recognised_by_the_contract_whose_key_it_has():
    avenants = [
        ligne(typecontrat="36", noavenant="2", datedebutcontrat="2021-09-02"),
        ligne(typecontrat="36", noavenant="1", nocontrat=""),
    ]
    rejetee = avenants[1] | {"datedebutcontrat": "2021-09-02", "uaicfa": ""}
    obtenu = resultat(livraison(ligne(), *avenants, jour="2022-01-31"), livraison(rejetee))
    assert obtenu.anomalies["version_recente_rejetee"] == 1
    # ... but a row without number is never newer than the numbered row of its state (ADR 4).
    rejetee["noavenant"] = "2"
    obtenu = resultat(livraison(ligne(), *avenants, jour="2022-01-31"), livraison(rejetee))
    assert obtenu.anomalies["version_recente_rejetee"] == 0


def test_avenants_follow_in_order_of_effect_then_number_as_a_number():
    def avenant(numero: str, effet: str, fin: str) -> dict[str, str]:
        return ligne(typecontrat="36", noavenant=numero, dateeffetavenant=effet, datefincontrat=fin)

    lignes = [
        avenant("010", "2021-12-01", "2022-10-31"),
        avenant("9", "2021-12-01", "2022-09-30"),
        avenant("99", "", "2022-11-30"),
        ligne(dateeffetavenant="2022-06-01"),
    ]
    assert contrat(livraison(*lignes))["date_fin_prevue"] == date(2022, 10, 31)


def test_an_empty_cell_takes_nothing_away_and_groups_move_together():
    initiale = ligne(siret="111", siretemployeur="222", dateconclusion="2021-08-20", dateeffetrupture="2022-02-01")
    avenant = ligne(typecontrat="36", uaicfa="0771654E", datedebutcontrat="2021-08-25", dateconclusion="2021-12-01")
    obtenu = contrat(livraison(initiale, avenant))
    assert (obtenu["siretemployeur"], obtenu["date_rupture"]) == ("222", date(2022, 2, 1))
    assert (obtenu["uaicfa"], obtenu["siret"]) == ("0771654E", None)
    assert (obtenu["date_debut"], obtenu["dateconclusion"]) == (date(2021, 8, 25), date(2021, 8, 20))


# --- §1 Ruptures and contracts never started -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("valeurs", "rupture", "inconnu", "jamais", "comptee"),
    [
        ({"dateeffetrupture": "2022-08-30"}, date(2022, 8, 30), False, False, None),
        ({"dateeffetrupture": "2022-08-31"}, None, False, False, "rupture_au_terme"),
        ({"dateeffetrupture": "2021-09-01"}, date(2021, 9, 1), False, True, "jamais_commence"),
        ({"dateeffetrupture": "2021-09-02"}, date(2021, 9, 2), False, False, None),
        ({"statut": "Annulé"}, None, False, True, "jamais_commence"),
        ({"rupture_avant_debut": "true"}, None, False, True, "jamais_commence"),
        ({"rupture_avant_debut": "false"}, None, False, False, None),
        ({"statut": "Rompu", "datesignalementrupture": "2022-03-01"}, date(2022, 3, 1), True, False, None),
        ({"statut": "Rompu", "datesignalementrupture": "2022-09-05"}, None, False, False, "rupture_au_terme"),
        ({"statut": "Rompu", "datesignalementrupture": "2021-08-05"}, date(2021, 8, 5), True, True, "jamais_commence"),
        ({"statut": "Rompu"}, None, False, False, "rupture_sans_date"),
        ({"statut": "", "datesignalementrupture": "2022-03-01"}, None, False, False, None),
    ],
)
def test_what_is_a_rupture(valeurs, rupture, inconnu, jamais, comptee):
    obtenu = resultat(livraison(ligne(**valeurs)))
    (seul,) = obtenu.contrats
    assert (seul["date_rupture"], seul["jour_inconnu"], seul["jamais_commence"]) == (rupture, inconnu, jamais)
    comptees = {"rupture_au_terme", "jamais_commence", "rupture_sans_date"}
    assert {nature for nature in comptees if obtenu.anomalies[nature]} == ({comptee} if comptee else set())


# --- §2 The training year -----------------------------------------------------------------------------------


def test_windows_touch_whatever_the_exceptions():
    obtenu = resultat(
        livraison(ligne()), premiere="2019-2020", fins={"2020-2021": date(2021, 8, 31)}, arrete_au=date(2022, 10, 31)
    )
    assert [(a["debut"], a["fin_annee"], a["date_arrete"]) for a in obtenu.annees] == [
        (date(2019, 8, 16), date(2020, 8, 15), date(2020, 10, 31)),
        (date(2020, 8, 16), date(2021, 8, 31), date(2021, 11, 16)),
        (date(2021, 9, 1), date(2022, 8, 15), date(2022, 10, 31)),
    ]


def test_the_report_year_is_the_latest_that_had_ended_at_the_latest_date_found():
    def annees(jour: str, **dernier: str) -> list[tuple[str, bool, bool]]:
        lignes = [
            ligne(nocontrat=f"C{annee}", datedebutcontrat=f"{annee}-09-01", datefincontrat=f"{annee + 1}-08-31")
            for annee in (2019, 2020, 2021)
        ]
        lignes[-1] |= dernier
        obtenu = resultat(livraison(*lignes, jour=jour), premiere=None, annee=None)
        return [(a["annee"], a["est_rapport"], a["provisoire"]) for a in obtenu.annees]

    assert annees("2022-08-14") == [("2020-2021", True, False)]
    assert annees("2022-08-15") == [("2020-2021", False, False), (ANNEE, True, False)]
    # A start is no event, nor is what lies far after; nothing found: the first of the exports, provisional.
    assert annees("", dateconclusion="2022-08-15")[-1] == (ANNEE, True, False)
    assert annees("", dateconclusion="2022-08-14")[-1] == ("2020-2021", True, False)
    assert annees("", dateconclusion="2052-08-15") == annees("") == [("2019-2020", True, True)]


def test_a_year_asked_for_before_its_end_is_provisional():
    (annee,) = resultat(livraison(ligne(), jour="2022-06-30")).annees
    assert annee["provisoire"]


def test_the_first_year_is_wholly_later_than_the_earliest_start():
    def premiere(debut: str) -> str:
        return resultat(livraison(ligne(datedebutcontrat=debut)), premiere=None).annees[0]["annee"]

    assert premiere("2019-08-15") == "2019-2020"
    assert premiere("2019-08-16") == "2020-2021"


def test_the_population_meets_the_window():
    def presents(debut: str, fin: str) -> int:
        return len(resultat(livraison(ligne(datedebutcontrat=debut, datefincontrat=fin))).inscriptions)

    assert presents("2021-01-01", "2021-08-15") == 0
    assert presents("2021-01-01", "2021-08-16") == 1
    assert presents("2022-08-15", "2023-01-01") == 1
    assert presents("2022-08-16", "2023-01-01") == 0


# --- §3 Status ----------------------------------------------------------------------------------------------


def test_under_contract_on_the_last_day():
    assert statut(ligne(datefincontrat="2022-08-15")) == ("actif", 1)
    assert statut(ligne(datefincontrat="2022-08-14")) == ("sorti_a_terme", 1)
    assert statut(ligne(dateeffetrupture="2022-08-15")) == ("rupture_nette", 1)
    assert statut(ligne(dateeffetrupture="2022-08-16")) == ("actif", 1)


def test_the_latest_end_decides_and_a_term_is_preferred_to_a_rupture():
    rompu = ligne(nocontrat="C1", dateeffetrupture="2022-03-01")
    jusqu_au = {"nocontrat": "C2", "datedebutcontrat": "2021-10-01"}
    assert statut(rompu, ligne(**jusqu_au, datefincontrat="2022-02-28")) == ("rupture_nette", 1)
    assert statut(rompu, ligne(**jusqu_au, datefincontrat="2022-03-01")) == ("sorti_a_terme", 2)
    assert statut(rompu, ligne(**jusqu_au, datefincontrat="2022-09-01")) == ("actif", 2)


def test_several_candidates_latest_start_then_greatest_key():
    plus_tard = ligne(nocontrat="C0", datedebutcontrat="2021-10-01")
    assert statut(plus_tard, ligne(), ligne(nocontrat="C2")) == ("actif", 1)
    assert statut(ligne(), ligne(nocontrat="C2")) == ("actif", 2)


def test_a_later_cut_off_sees_the_contract_signed_again():
    rompu = ligne(nocontrat="C1", dateeffetrupture="2022-07-01")
    resigne = {"nocontrat": "C2", "datedebutcontrat": "2022-09-01", "datefincontrat": "2023-08-31"}
    octobre = {"arrete_au": date(2022, 10, 31)}
    assert statut(rompu, ligne(**resigne)) == ("rupture_nette", 1)
    assert statut(rompu, ligne(**resigne), **octobre) == ("actif", 2)
    assert statut(rompu, ligne(**resigne), arrete_au=date(2022, 8, 31)) == ("rupture_nette", 1)
    assert statut(rompu, ligne(**resigne, dateeffetrupture="2022-10-31"), **octobre) == ("rupture_nette", 1)
    assert statut(rompu, ligne(**resigne, dateeffetrupture="2022-11-01"), **octobre) == ("actif", 2)
    plus_tard = ligne(**resigne | {"nocontrat": "C3", "datedebutcontrat": "2022-10-01"})
    jumeau = ligne(**resigne | {"nocontrat": "C4"})
    assert statut(rompu, ligne(**resigne), plus_tard, jumeau, **octobre) == ("actif", 4)


def test_a_cut_off_before_the_end_of_the_year_is_refused():
    with pytest.raises(ArreteRefuseError):
        resultat(livraison(ligne()), arrete_au=date(2022, 8, 14))


def test_a_contract_never_started_is_in_no_count():
    obtenu = resultat(livraison(ligne(statut="Supprimé", dateeffetrupture="2022-01-10")))
    assert obtenu.inscriptions == obtenu.ruptures_brutes == []


def test_totals_of_a_year():
    lignes = [
        ligne(nocontrat="C1", idalternant="A", dateeffetrupture="2021-10-01"),
        ligne(nocontrat="C2", idalternant="A", datedebutcontrat="2021-11-01", dateeffetrupture="2022-01-05"),
        ligne(nocontrat="C3", idalternant="B", dateeffetrupture="2021-10-01"),
        ligne(nocontrat="C4", idalternant="B", datedebutcontrat="2021-10-01", datefincontrat="2022-07-31"),
        ligne(nocontrat="C5", idalternant="C"),
    ]
    assert resultat(livraison(*lignes)).totaux[ANNEE] == {
        "effectif": 2,
        "inscrits_actifs": 1,
        "ruptures_nettes": 1,
        "sortis_a_terme": 1,
        "ruptures_brutes": 3,
        "resignees": 2,
    }


@pytest.mark.parametrize(
    ("formation", "rupture", "attendue"),
    [
        ("2020-09-01", "", 2),
        ("2020-08-15", "", 3),
        ("2020-08-16", "", 2),
        ("2020-09-01", "2021-09-02", 2),
        ("2022-09-01", "", 1),
        ("", "", None),
    ],
)
def test_year_of_cycle_at_the_rupture_or_at_the_end_of_the_year(formation, rupture, attendue):
    (seule,) = resultat(livraison(ligne(datedebutformation=formation, dateeffetrupture=rupture))).inscriptions
    assert seule["annee_cycle"] == attendue


# --- §4 Period ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("debut", "fin", "rupture", "attendue"),
    [
        ("2021-09-01", "2022-08-31", "2021-10-31", "essai"),
        ("2021-09-01", "2022-08-31", "2021-11-01", "intermediaire"),
        ("2021-12-31", "2022-12-31", "2022-02-27", "essai"),
        ("2021-12-31", "2022-12-31", "2022-02-28", "intermediaire"),
        ("2021-09-01", "2022-06-30", "2022-06-01", "post_examen"),
        ("2021-09-01", "2022-06-29", "2022-06-01", "intermediaire"),
        ("2021-09-01", "2022-08-31", "2022-05-31", "intermediaire"),
    ],
)
def test_period_of_a_rupture(debut, fin, rupture, attendue):
    obtenu = resultat(livraison(ligne(datedebutcontrat=debut, datefincontrat=fin, dateeffetrupture=rupture)))
    assert [(i["periode"], i["mois"]) for i in obtenu.inscriptions] == [(attendue, rupture[:7])]


def test_an_unknown_day_has_no_period_and_no_month():
    obtenu = resultat(livraison(ligne(statut="Rompu", datesignalementrupture="2022-07-10")))
    assert [(i["periode"], i["mois"]) for i in obtenu.inscriptions] == [("Non renseigné", "Non renseigné")]


# --- §5 and §6: the tables counted by hand for the SQL ---------------------------------------------------------


def test_indicators_of_a_cohort_counted_on_the_fingers():
    parametres = Parametres(
        premiere="2018-2019",
        annee=ANNEE,
        fins_de_diplome=frozenset({("exprime", "Obtention du diplôme"), ("valide", "Diplôme obtenu")}),
    )
    lignes = mesurer(calculer([livraison(*cohort.CONTRATS)], parametres=parametres), parametres).definitions
    obtenues = {(m["annee_cohorte"], m["indicateur"]): m for m in lignes if m["annee"] == ANNEE}
    quotient = obtenues.pop((ANNEE, "bibb_lq"))
    assert (quotient["numerateur"], quotient["denominateur"]) == (None, None)
    assert quotient["valeur"] == pytest.approx(cohort.BIBB_LQ)
    assert {cle: (m["numerateur"], m["denominateur"]) for cle, m in obtenues.items()} == cohort.COMPTES


@pytest.fixture(scope="module")
def ruptures_chiffrees() -> dict[str, dict]:
    """The cost of each case, by contract number."""
    tarifs = []
    for code, montant, *bornes in (ligne.split(";") for ligne in costs.NPEC.splitlines()[1:]):
        debut, fin = (date.fromisoformat(borne) if borne else None for borne in bornes)
        tarifs.append(Tarif(lire_code_ponctue(code) or "", Decimal(montant), debut, fin))
    parametres = Parametres(premiere=ANNEE, annee="2027-2028", tarifs=tuple(tarifs))
    obtenu = calculer([livraison(*costs.export(), jour="2028-12-31")], parametres=parametres)
    numeros = {c["id_contrat"]: c["nocontrat"] for c in obtenu.contrats}
    return {numeros[ligne["id_contrat"]]: ligne for ligne in mesurer(obtenu, parametres).couts}


@pytest.mark.parametrize("nom", costs.CAS)
def test_what_a_rupture_costs(ruptures_chiffrees, nom):
    _, annee, totale = costs.CAS[nom]
    ligne = ruptures_chiffrees[costs.NUMEROS[nom]]
    if totale is None:
        assert (ligne["chiffrage"], ligne["perte_totale"]) == (annee, None)
    else:
        assert (ligne["perte_annee"], ligne["perte_totale"]) == (Decimal(str(annee)), Decimal(str(totale)))


@pytest.mark.parametrize("nom", costs.HYPOTHESES)
def test_what_it_would_cost_under_the_other_hypotheses(ruptures_chiffrees, nom):
    _, _, *autres = costs.HYPOTHESES[nom]
    ligne = ruptures_chiffrees[costs.NUMEROS[nom]]
    for hypothese, pertes in zip(("jour_compris", "maintien"), autres, strict=True):
        obtenues = [ligne[f"perte_{horizon}_{hypothese}"] for horizon in ("annee", "totale")]
        assert obtenues == [Decimal(str(perte)) for perte in pertes]


def test_who_owes_what_of_a_broken_contract():
    lues = csv.DictReader(financing.DIPLOMES.splitlines(), delimiter=";")
    diplomes = {lire_code_ponctue(ligne["code_diplome"]) or "": ligne for ligne in lues}
    parametres = Parametres(
        premiere="2025-2026",
        annee="2026-2027",
        niveaux={code: int(ligne["niveau"][-1]) for code, ligne in diplomes.items() if ligne["niveau"]},
        parts_distance={
            code: Decimal(ligne["part_distance"].replace(",", "."))
            for code, ligne in diplomes.items()
            if ligne["part_distance"]
        },
        regles=(Regles(date(2025, 7, 1)),),
    )
    obtenu = calculer([livraison(*financing.export(), jour="2027-12-31")], parametres=parametres)
    numeros = {c["id_contrat"]: c["nocontrat"] for c in obtenu.contrats}
    lignes = {numeros[ligne["id_contrat"]]: ligne for ligne in mesurer(obtenu, parametres).financements}
    for nom in financing.MONTANTS:
        ligne = lignes.pop(financing.numero(nom))
        assert tuple(ligne[colonne] for colonne in financing.COLONNES) == financing.expected(nom), nom
    motifs = {financing.numero(nom): motifs[0] for nom, (_, motifs) in financing.SANS_MONTANT.items() if motifs}
    assert {numero: ligne["chiffrage"] for numero, ligne in lignes.items()} == motifs


# --- Suivi --------------------------------------------------------------------------------------------------


def test_suivi_wins_latest_then_greatest_and_is_counted():
    suivi = [
        livraison({"nocontrat": "C1", "npecannuel": "9000", "situation": ""}, jour="2022-01-01"),
        livraison({"nocontrat": "C1", "npecannuel": "800"}, {"nocontrat": "C1", "npecannuel": "7000"}),
        livraison({"nocontrat": "C9", "npecannuel": "1"}, {"nocontrat": "", "npecannuel": "1"}, jour=""),
    ]
    obtenu = calculer([livraison(ligne(situation="CAP 1", npecannuel="1"))], suivi, Parametres(annee=ANNEE))
    assert (obtenu.contrats[0]["npecannuel"], obtenu.contrats[0]["situation"]) == (7000, "CAP 1")
    assert obtenu.anomalies["suivi_sans_contrat"] == obtenu.anomalies["suivi_contradictoire"] == 1


# --- The oracle keeps the page's promises on whole histories ---------------------------------------------------


@pytest.mark.parametrize("graine", range(4))
def test_shuffled_split_or_repeated_deliveries_change_nothing(graine):
    livraisons, suivi = histoires(graine, 300)
    hasard = random.Random(graine)
    autres = []
    for source in livraisons:
        # The parts of a file have its columns.
        vides = dict.fromkeys(sorted(source.colonnes), "")
        source = Livraison(  # noqa: PLW2901
            source.nom, source.date_extraction, [vides | ligne for ligne in source.lignes], source.apprenants
        )
        lignes = [*source.lignes, *hasard.choices(source.lignes, k=20)]
        hasard.shuffle(lignes)
        coupure = hasard.randrange(1, len(lignes))
        for rang, morceau in enumerate((lignes[:coupure], lignes[coupure:])):
            autres.append(Livraison(f"{rang}-{source.nom}", source.date_extraction, morceau, source.apprenants))
    hasard.shuffle(autres)
    parametres = Parametres(premiere="2019-2020", annee=ANNEE, arrete_au=date(2022, 10, 31))
    attendu, obtenu = calculer(livraisons, suivi, parametres), calculer(autres, suivi, parametres)
    for resultat_ in (attendu, obtenu):  # one a row, a repeated row included
        del resultat_.anomalies["valeurs_decisives_illisibles"], resultat_.anomalies["date_hors_periode"]
    for table in ("contrats", "inscriptions", "annees", "ruptures_brutes", "totaux", "anomalies"):
        assert getattr(obtenu, table) == getattr(attendu, table)


@pytest.mark.parametrize("graine", range(4))
def test_gross_ruptures_are_never_fewer_than_net_ones(graine):
    livraisons, suivi = histoires(graine, 300)
    for annee in calculer(livraisons, suivi, Parametres(premiere="2019-2020", annee=ANNEE)).totaux.values():
        assert annee["resignees"] >= 0
