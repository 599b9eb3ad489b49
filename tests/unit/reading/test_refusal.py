"""What a refused header proposes: each header at most once, those about persons for their own columns only."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import privacy
from pipeline.reading import refusal
from pipeline.schemas import CONTRATS, IDENTITE

REQUISES = [c.nom for c in CONTRATS if c.entete]
PERSONNELS = [
    "Nom", "nomapprenti", "NOM DE FAMILLE", "Prénom", "PrenomAlternant", "date_naissance", "Né(e) le", "DDN", "NIR",
    "N° sécurité sociale", "INE", "ine_apprenant", "Adresse", "adresse_mail", "E-mail", "courriel", "Tél.", "telephone",
    "code postal", "CodePostalApprenant", "ville", "Raison sociale", "Dénomination", "Identifiant apprenti",
    "nationalité", "Tel\u0301ephone",
]  # fmt: skip
AUTRES = [
    "Début", "date_debut_contrat", "Date fin", "n° contrat", "CFD", "code_diplome", "UAI", "uai_cfa", "Statut",
    "Nombre", "nombre de salariés", "nomenclature", "domaine", "Date de rupture", "effet rupture",
    "contrat d'apprentissage", "origine", "détail",
]  # fmt: skip


@pytest.mark.parametrize("entete", PERSONNELS)
def test_a_header_about_persons_is_known_as_such(entete: str) -> None:
    assert privacy.names_person(entete)


@pytest.mark.parametrize("entete", AUTRES)
def test_another_header_is_not(entete: str) -> None:
    assert not privacy.names_person(entete)


@given(st.lists(st.sampled_from([*PERSONNELS, *AUTRES, *REQUISES]), unique=True), st.sets(st.sampled_from(REQUISES)))
def test_each_header_is_proposed_once_and_none_about_persons_for_another_column(
    entetes: list[str], absentes: set[str]
) -> None:
    voulues = [*sorted(absentes), "idalternant", *IDENTITE]
    paires = refusal.pair(voulues, entetes)
    assert len(set(paires.values())) == len(paires)
    assert paires.keys() <= set(voulues)
    for nom, entete in paires.items():
        assert entete in entetes
        assert nom in ("idalternant", *IDENTITE) or not privacy.names_person(entete)
    lignes = [refusal.setting(nom, paires) for nom in voulues]
    assert tomllib.loads(refusal.block(lignes, paires, entetes)).keys() == {"colonnes"}


@pytest.mark.parametrize(
    ("entete", "colonne"),
    [
        ("Nom de l'apprenti", "nom"), ("nom_de_famille", "nom"), ("NOM", "nom"), ("Prénom de l’alternant", "prenom"),
        ("Date de naissance", "datenaissance"), ("Né le", "datenaissance"), ("N° apprenti", "idalternant"),
        ("id_erp_apprenant", "idalternant"), ("INE", "idalternant"),
    ],
)  # fmt: skip
def test_the_columns_of_the_apprentice_take_their_own_headers(entete: str, colonne: str) -> None:
    assert refusal.pair(["idalternant", *IDENTITE], [entete]) == {colonne: entete}


@pytest.mark.parametrize("entete", ["Nom du CFA", "nom_referent", "Lieu de naissance", "prenom_referent_handicap"])
def test_and_no_other(entete: str) -> None:
    assert refusal.pair(["idalternant", *IDENTITE], [entete]) == {}


def test_the_columns_of_a_contract_take_headers_that_have_their_word() -> None:
    entetes = [
        "N° DECA", "Nature du contrat", "Etat", "Signé le", "Date de début", "Date de fin", "Rompu le", "Code examen",
        "Formation", "Entrée en formation", "Sortie de formation", "UAI du site", "SIRET entreprise",
    ]  # fmt: skip
    assert refusal.pair(["nocontrat", *REQUISES], entetes) == {
        "nocontrat": "N° DECA", "datedebutcontrat": "Date de début", "datefincontrat": "Date de fin",
        "dateeffetrupture": "Rompu le", "codediplome": "Code examen", "uaicfa": "UAI du site",
    }  # fmt: skip


@pytest.mark.parametrize("nom", refusal.MOTS_D_EN_TETE)
def test_a_header_without_the_word_of_a_column_is_never_proposed_for_it(nom: str) -> None:
    assert refusal.pair([nom], ["Nature du contrat", "Raison sociale", "Motif", "Signé le"]) == {}
