"""Establishments and diplomas that succeed others, structures of one name, an empty UAI (2-inputs). One rule a test."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.rules.rows import Base, anomaly, contract, contrat, one_delivery
from tests.support import rows

ENTETE = "uai,siret,nom,type_structure,uai_cfa_rattachement,commune,code_postal,remplace\n"
ETABLISSEMENTS = ENTETE + (
    "0010001A,11111111100001,CFA du Lac,CFA,0010001A,Annecy,74000,0019999Z 22222222200009\n"
    "0010002B,11111111100002,CFA du Mont,CFA,0010002B,Chambéry,73000,0010004D\n"
    "0010003C,11111111100003,Lycée de la Vallée,UFA,0019999Z,Cluses,74300,\n"
    "0010004D,11111111100004,CFA du Col,CFA,0010004D,Modane,73500,0019998Y\n"
)
DIPLOMES = (
    "code_diplome,intitule,type_diplome,filiere,remplace\n"
    "50022140,CAP Cuisine,CAP,Restauration,50022137\n"
    "50022137,CAP Cuisine (ancien),CAP,Cuisine,50022134\n"
)
NPEC = (
    "code_diplome,npec_annuel,debut,fin\n"
    "50022134,6000,2021-01-01,\n50022140,8000,2021-06-01,\n50022137,7000,2020-01-01,2021-08-31\n"
)
SUITES = {"etablissements.csv": ETABLISSEMENTS, "diplomes.csv": DIPLOMES, "npec.csv": NPEC}


def in_a_year(con, annee: str = "2021-2022") -> list[tuple[object, ...]]:
    """The structures of a year, with their apprentices."""
    return rows(
        con,
        "select uai, structure, cfa_rattachement, uai_cfa_rattachement, effectif from core.structures_par_annee "
        f"where annee = '{annee}' and effectif > 0 order by uai",
    )


# --- Establishments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uaicfa", "siret", "uai"),
    [
        ("0019999Z", "", "0010001A"),  # its UAI
        ("0019999Z", "22222222200009", "0010001A"),  # both
        ("0010002B", "22222222200009", "0010001A"),  # the SIRET before the UAI
        ("0010004D", "", "0010002B"),  # the replaced one has its own row
        ("0999999Z", "11111111100004", "0010002B"),  # by the SIRET of that row
        ("0019998Y", "", "0010002B"),  # a chain
        ("0019999Z", "11111111100003", "0010003C"),  # a UFA of the closed CFA is a structure of its own
        ("0019997X", "99999999999999", "0019997X"),  # unknown as before
    ],
)
def test_contracts_are_of_the_establishment_that_succeeded(database: Base, uaicfa: str, siret: str, uai: str) -> None:
    con = database(one_delivery(contrat("1", uaicfa=uaicfa, siret=siret)), referentiels=SUITES)
    assert contract(con, "uai, uaicfa") == (uai, uaicfa)


def test_the_successor_has_them_in_every_year_and_the_replaced_one_is_nowhere(own_database: Base) -> None:
    lignes = [
        contrat("1", debut="2020-09-01", fin="2021-07-31", uaicfa="0010004D", idalternant="A"),
        contrat("2", debut="2021-09-01", uaicfa="0010002B", idalternant="B"),
        contrat("3", debut="2021-09-01", siret="11111111100003", idalternant="C"),
    ]
    con = own_database(one_delivery(*lignes), referentiels=SUITES)
    mont = ("0010002B", "CFA du Mont", "CFA du Mont", "0010002B", 1)
    assert in_a_year(con) == [mont, ("0010003C", "Lycée de la Vallée", "CFA du Lac", "0010001A", 1)]
    assert rows(con, "select distinct structure from core.structures_par_annee where uai = '0010002B'") == [
        ("CFA du Mont",)
    ]
    assert rows(con, "select uai from core.structures order by uai") == [("0010001A",), ("0010002B",), ("0010003C",)]
    assert anomaly(con, "structure_hors_referentiel") == 0


def test_a_closed_one_attached_to_the_cfa_of_its_name_is_that_cfa(own_database: Base) -> None:
    etablissements = ENTETE + (
        "0010001A,11111111100001,CFA du Lac,CFA,0010001A,Annecy,74000,\n0019999Z,,CFA du lac,CFA,0010001A,,,\n"
    )
    lignes = [contrat("1", uaicfa="0019999Z", idalternant="A"), contrat("2", uaicfa="0010001A", idalternant="B")]
    con = own_database(one_delivery(*lignes), referentiels={"etablissements.csv": etablissements})
    assert in_a_year(con) == [("0010001A", "CFA du Lac", "CFA du Lac", "0010001A", 2)]


def test_structures_of_one_name_are_told_apart(own_database: Base) -> None:
    etablissements = ENTETE + (
        "0010001A,,CFA du Lac,CFA,,Annecy,74000,\n0010002B,,CFA DU LAC,CFA,,Cluses,74300,\n"
        "0010003C,,Lycée,UFA,0010002B,Cluses,74300,\n0010004D,,Lycée,UFA,0010001A,Cluses,74300,\n"
        "0010005E,,CFA du Mont,CFA,,Annecy,74000,\n"
    )
    con = own_database(one_delivery(contrat("1")), referentiels={"etablissements.csv": etablissements})
    assert rows(con, "select structure, cfa_rattachement from core.structures order by uai") == [
        ("CFA du Lac (Annecy)", "CFA du Lac (Annecy)"),
        ("CFA DU LAC (Cluses)", "CFA DU LAC (Cluses)"),
        ("Lycée (0010003C)", "CFA DU LAC (Cluses)"),
        ("Lycée (0010004D)", "CFA du Lac (Annecy)"),
        ("CFA du Mont", "CFA du Mont"),
    ]


# --- Diplomas ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["50022140", "50022137", "50022134"])
def test_a_replaced_diploma_is_the_one_that_succeeded(database: Base, code: str) -> None:
    con = database(one_delivery(contrat("1", codediplome=code)), referentiels=SUITES)
    assert contract(con, "codediplome, code_diplome") == (code, "50022140")
    colonnes = "code_diplome, diplome, type_diplome, filiere"
    assert rows(con, f"select distinct {colonnes} from core.inscriptions where annee = '2021-2022'") == [
        ("50022140", "CAP Cuisine", "CAP", "Restauration")
    ]
    assert anomaly(con, "diplome_hors_referentiel") == 0


@pytest.mark.parametrize(
    ("code", "npec"),
    [
        ("50022134", "6000.00"),  # its own code, although another begins later
        ("50022140", "8000.00"),
        ("50022137", "8000.00"),  # its own is over on 1 September: the latest of the others
    ],
)
def test_a_tariff_may_name_the_old_code_or_the_new(database: Base, code: str, npec: str) -> None:
    rompu = contrat("1", codediplome=code, dateconclusion="2021-09-01", dateeffetrupture="2022-03-01")
    con = database(one_delivery(rompu), referentiels=SUITES)
    assert rows(con, "select distinct npec_retenu from core.couts where annee = '2021-2022'") == [(Decimal(npec),)]


# --- An empty UAI --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("siret", "siretcfa", "uai"),
    [
        ("11111111100002", "", "0010002B"),  # its own
        ("11111111100003", "", "0010001A"),  # that of its CFA, itself replaced
        ("22222222200009", "", "0010001A"),  # of a replaced SIRET
        ("99999999999999", "11111111100004", "0010002B"),  # the SIRET of the CFA, failing the other
        ("", "111 111 111 00002", "0010002B"),
        ("11111111100001", "11111111100002", "0010001A"),  # the site before the CFA
    ],
)
@pytest.mark.parametrize("vide", ["", "NULL", "0"])
def test_an_empty_uai_is_that_of_the_cfa_of_the_siret(
    database: Base, siret: str, siretcfa: str, uai: str, vide: str
) -> None:
    ligne = contrat("1", uaicfa=vide, siret=siret, siretcfa=siretcfa)
    con = database(one_delivery(ligne), referentiels=SUITES)
    assert contract(con, "uaicfa") == (uai,)


def test_they_are_counted_and_not_listed(own_database: Base) -> None:
    lignes = [
        contrat("1", uaicfa="", siret="11111111100002", idalternant="A"),
        contrat("2", uaicfa="", siret="", siretcfa="11111111100001", idalternant="B"),
        contrat("3", uaicfa="", siret="99999999999999", idalternant="C"),
        contrat("4", uaicfa="1,00E+10", siret="11111111100002", idalternant="D"),
        contrat("5", uaicfa="", siret="11111111100002", datefincontrat="", fin="", idalternant="E"),
        contrat("6", idalternant="F"),
    ]
    con = own_database(one_delivery(*lignes), referentiels=SUITES)
    assert anomaly(con, "uai_du_referentiel") == 2
    assert rows(con, "select ligne, colonne, raison from brut.rejets order by ligne") == [
        (5, "uaicfa", "valeur absente"),
        (6, "uaicfa", "valeur détruite par un tableur (1,32E+13)"),
        (7, "datefincontrat", "valeur absente"),
    ]
    assert rows(con, "select count(*) from brut.anomalies") == [(0,)]
