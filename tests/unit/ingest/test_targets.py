"""What targets, figures and actions may say: whom they name, in which order; every refusal with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import InputError
from pipeline.ingest.referentials import load_referentials, open_referentials
from pipeline.ingest.targets import INDICATEURS
from tests.support import REFERENTIELS as PETITS
from tests.support import rows

Load = Callable[[Mapping[str, str]], tuple[duckdb.DuckDBPyConnection, list[str]]]
OBJECTIFS = "portee;groupe;indicateur;socle;jalon;annee_jalon;cible;annee\n"
INDICATEURS_CSV = "annee;portee;groupe;indicateur;numerateur;denominateur\n"
ACTIONS = "recommandation;acteur;echeance;echelon;portee;groupe;indicateur;annee_avant;annee_apres\n"
DIPLOMES = (
    "code_diplome;intitule;type_diplome;filiere;remplace\n50022137;CAP Cuisine;CAP;Restauration;50022136\n"
    "45033404;BP Coiffure;BP;Soins;\n"
)
ETABLISSEMENTS = (
    "uai;siret;nom;type_structure;remplace\n0010001A;11111111100001;CFA du Lac;CFA;0019999Z\n"
    "0010002B;11111111100002;CFA du Mont;CFA;\n0010003C;;Lycée du Val;UFA;\n"
)
TYPES = "type_diplome;libelle\nBP;Brevet professionnel\n"


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Read referentials: two diplomas, two CFA, and the files given."""
    con = duckdb.connect()

    def of(fichiers: Mapping[str, str]) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
        dossier = tmp_path / "referentiels"
        dossier.mkdir(exist_ok=True)
        siens = {"diplomes.csv": DIPLOMES, "etablissements.csv": ETABLISSEMENTS, "types_diplome.csv": TYPES}
        for nom, contenu in {**PETITS, **siens, **fichiers}.items():
            (dossier / nom).write_text(contenu, encoding="utf-8")
        con.execute("drop schema if exists ref cascade; create schema ref")
        return con, load_referentials(con, open_referentials(dossier))

    yield of
    con.close()


def refusal(load: Load, nom: str, texte: str) -> tuple[int | None, str]:
    """Line and message of what is refused of a file; exit code 3, and the file named."""
    with pytest.raises(InputError) as refus:
        load({nom: texte})
    assert refus.value.code_sortie == 3
    assert Path(str(refus.value.ou)).name == nom
    return refus.value.ligne, refus.value.message


GROUPES = {
    ("reseau", ""): ("reseau", "Réseau"),
    ("Réseau", "réseau"): ("reseau", "Réseau"),
    ("type_diplome", "cap"): ("type_diplome", "CAP"),
    ("Type diplôme", "Brevet Professionnel"): ("type_diplome", "BP"),
    ("filiere", "RESTAURATION"): ("filiere", "Restauration"),
    ("filière", "Soins "): ("filiere", "Soins"),
    ("diplome", "50022137"): ("diplome", "50022137"),
    ("diplome", "50022136"): ("diplome", "50022137"),
    ("diplome", "50022136.0"): ("diplome", "50022137"),
    ("cfa", "0010001a"): ("cfa", "0010001A"),
    ("cfa", "0019999Z"): ("cfa", "0010001A"),
    ("CFA", "11111111100002"): ("cfa", "0010002B"),
}


@pytest.mark.parametrize("ecrit", GROUPES)
def test_a_group_has_one_name(load: Load, ecrit: tuple[str, str]) -> None:
    portee, groupe = ecrit
    con, douteux = load({"objectifs.csv": f"{OBJECTIFS}{portee};{groupe};Taux rupture nette;;;;12,5;2023-2024\n"})
    assert douteux == []
    assert rows(con, "select portee, groupe, indicateur, cible, annee from ref.objectifs") == [
        (*GROUPES[ecrit], "taux_rupture_nette", Decimal("12.50"), "2023-2024")
    ]


INCONNUS = {
    "region;;": "« region » n'est pas une valeur de la colonne portee. Écrivez reseau, type_diplome, filiere, diplome",
    "type_diplome;;": "la colonne groupe est vide",
    "type_diplome;CAPP;": "groupe « CAPP » : aucun diplôme de diplomes.csv n'est de ce type (le plus proche : « CAP »)",
    "type_diplome;Restauration;": "groupe « Restauration » : aucun diplôme de diplomes.csv n'est de ce type",
    "filiere;CAP;": "groupe « CAP » : aucun diplôme de diplomes.csv n'est de cette filière",
    "diplome;50022138;": "groupe « 50022138 » : ce n'est pas un code de diplomes.csv (le plus proche : « 50022137 »)",
    "cfa;0010003C;": "groupe « 0010003C » : ce n'est pas l'UAI d'un CFA d'etablissements.csv",
    "cfa;CFA du Lac;": "groupe « CFA du Lac » : ce n'est pas l'UAI d'un CFA d'etablissements.csv",
    "reseau;CAP;": "groupe « CAP » : la portée reseau n'a pas de groupe",
}


@pytest.mark.parametrize("debut", INCONNUS)
def test_a_group_that_is_none_is_refused_in_each_file(load: Load, debut: str) -> None:
    portee, groupe, _ = debut.split(";")
    objectif = f"{OBJECTIFS}reseau;;reussite;;;;80;2023-2024\n{debut}taux_rupture_nette;;;;12;2023-2024\n"
    indicateur = f"{INDICATEURS_CSV}2021-2022;{portee};{groupe};reussite;8;10\n"
    action = f"{ACTIONS}\nAgir;Tous;;local;{portee};{groupe};;;\n"
    for nom, texte, ligne in (
        ("objectifs.csv", objectif, 3),
        ("indicateurs.csv", indicateur, 2),
        ("actions.csv", action, 3),
    ):
        lue, message = refusal(load, nom, texte)
        assert lue == ligne
        assert INCONNUS[debut] in message
        Path(str(message.partition(":")[0])).unlink()


PALIERS = {
    "taux_rupture_nette;12;13;;10;2023-2024": "jalon de 13 plus haut que le socle de 12, alors que taux_rupture_nette",
    "taux_rupture_nette;12;;;12,5;2023-2024": "cible de 12,5 plus haut que le socle de 12",
    "taux_rupture_nette;;9;;10;2023-2024": "cible de 10 plus haut que le jalon de 9",
    "reussite;80;;;79;2023-2024": "cible de 79 plus bas que le socle de 80, alors que reussite doit monter",
    "reussite;80;90;;85;2023-2024": "cible de 85 plus bas que le jalon de 90",
    "taux_rupture_nette;;;;-1;2023-2024": "« -1 » n'est pas une valeur de la colonne cible",
    "reussite;;;;100,01;2023-2024": "cible de 100,01, hors de 0 à 100",
    "taux_rupture_nette;12;11;2023-2024;10;2023-2024": "jalon en 2023-2024, et cible en 2023-2024",
    "taux_rupture_nette;12;;2022-2023;10;2023-2024": "annee_jalon sans jalon",
    "taux_rupture_nette;;;;10;2023": "colonne annee, « 2023 » n'est pas une année de formation",
    "taux_rupture_nette;;;;10;2023-2025": "colonne annee, « 2023-2025 » n'est pas une année de formation",
    "taux_rupture_nette;;11;2022;10;2023-2024": "colonne annee_jalon, « 2022 »",
    "taux_rupture;;;;10;2023-2024": "« taux_rupture » n'est pas une valeur de la colonne indicateur (le plus",
    "taux_rupture_nette;;;;douze;2023-2024": "« douze » n'est pas une valeur de la colonne cible",
    "taux_rupture_nette;;;;;2023-2024": "la colonne cible est vide",
}


@pytest.mark.parametrize("suite", PALIERS)
def test_what_is_in_no_order_is_refused_with_its_line(load: Load, suite: str) -> None:
    ligne, message = refusal(load, "objectifs.csv", f"{OBJECTIFS}reseau;;{suite}\n")
    assert ligne == 2
    assert PALIERS[suite] in message


@pytest.mark.parametrize("suite", ["12;12;;12", "12;;;0", "100;50;;0", ";;;100", "0;0;;0"])
def test_what_is_in_order_is_read(load: Load, suite: str) -> None:
    con, _ = load({"objectifs.csv": f"{OBJECTIFS}reseau;;taux_rupture_nette;{suite};2023-2024\n"})
    assert rows(con, "select count(*) from ref.objectifs") == [(1,)]


def test_two_targets_of_one_diploma_under_two_codes_are_refused(load: Load) -> None:
    texte = f"{OBJECTIFS}diplome;50022137;taux_rupture_nette;;;;12;2023-2024\n"
    ligne, message = refusal(
        load, "objectifs.csv", f"{texte}diplome;50022136;taux_rupture_nette;;;;10;2024-2025\n"
    )  # fmt: skip
    assert ligne == 3
    assert "« diplome 50022137 taux_rupture_nette » est déjà à la ligne 2" in message
    ligne, _ = refusal(
        load, "objectifs.csv", f"{OBJECTIFS}reseau;;reussite;;;;80;2023-2024\nreseau;Réseau;Réussite;;;;81;2023-2024\n"
    )
    assert ligne == 3


def test_a_target_that_nothing_measures_is_told(load: Load) -> None:
    _, douteux = load(
        {
            "objectifs.csv": f"{OBJECTIFS}reseau;;taux_rupture_nette;;;;9;2023-2024\nreseau;;reussite;;;;80;2023-2024\n"
            "type_diplome;CAP;reussite;;;;80;2023-2024\n",
            "indicateurs.csv": f"{INDICATEURS_CSV}2021-2022;type_diplome;cap;reussite;8;10\n",
        }
    )
    assert douteux == [
        "referentiels/objectifs.csv:3, indicateur reussite, sans mesure dans indicateurs.csv pour ce groupe : son "
        "verdict est « non tranché »."
    ]


MESURES = {
    "2021;reseau;;reussite;8;10": "colonne annee, « 2021 »",
    "2021-2022;reseau;;taux_rupture_nette;8;10": "taux_rupture_nette est compté dans les exports",
    "2021-2022;reseau;;reussite;11;10": "numerateur de 11 pour un denominateur de 10",
    "2021-2022;reseau;;reussite;0;0": "numerateur de 0 pour un denominateur de 0",
    "2021-2022;reseau;;heures;5;0": "numerateur de 5 pour un denominateur de 0",
    "2021-2022;reseau;;reussite;8,5;10": "« 8,5 » n'est pas une valeur de la colonne numerateur",
    "2021-2022;reseau;;reussite;8;": "la colonne denominateur est vide",
}


@pytest.mark.parametrize("ligne", MESURES)
def test_a_figure_that_cannot_be_is_refused_with_its_line(load: Load, ligne: str) -> None:
    numero, message = refusal(
        load, "indicateurs.csv", f"{INDICATEURS_CSV}2020-2021;reseau;;reussite;8;10\n{ligne}\n"
    )  # fmt: skip
    assert numero == 3
    assert MESURES[ligne] in message


def test_hours_may_be_more_than_those_planned(load: Load) -> None:
    con, _ = load({"indicateurs.csv": f"{INDICATEURS_CSV}2021-2022;reseau;;Heures;1 100;1000\n"})
    assert rows(con, "select indicateur, numerateur, denominateur from ref.indicateurs") == [("heures", 1100, 1000)]


FAITES = {
    "Agir;Tous;;régional;reseau;;;;": "« régional » n'est pas une valeur de la colonne echelon",
    "Agir;Tous;31 juin;local;reseau;;;;": "« 31 juin » n'est pas une valeur de la colonne echeance. Écrivez un jour de "
    "2000 à 2060, par exemple 2022-08-31.",
    "Agir;;;local;reseau;;;;": "la colonne acteur est vide",
    "Agir;Tous;;local;reseau;;reussit;;": "« reussit » n'est pas une valeur de la colonne indicateur (le plus proche",
    "Agir;Tous;;local;reseau;;;2020-2021;2021-2022": "un effet se mesure d'un indicateur, entre deux années",
    "Agir;Tous;;local;reseau;;reussite;2020-2021;": "un effet se mesure d'un indicateur, entre deux années",
    "Agir;Tous;;local;reseau;;reussite;;2020-2021": "un effet se mesure d'un indicateur, entre deux années",
    "Agir;Tous;;local;reseau;;reussite;2021-2022;2021-2022": "annee_avant 2021-2022 n'est pas avant annee_apres",
    "Agir;Tous;;local;reseau;;reussite;2021-2022;2020-2021": "annee_avant 2021-2022 n'est pas avant annee_apres",
    "Agir;Tous;;local;reseau;;reussite;2021;2022": "colonne annee_avant, « 2021 »",
    "Visiter le CFA du lac;Tous;;local;reseau;;;;": "nomme un CFA, « CFA du Lac »",
    "Visiter 0010002B;Tous;;local;reseau;;;;": "nomme un CFA, « 0010002B »",
    "Agir;Équipe du CFA du Mont;;local;cfa;0010001A;;;": "nomme un CFA, « CFA du Mont »",
}


@pytest.mark.parametrize("ligne", FAITES)
def test_an_action_that_cannot_be_is_refused_with_its_line(load: Load, ligne: str) -> None:
    numero, message = refusal(load, "actions.csv", f"{ACTIONS}{ligne}\n")
    assert numero == 2
    assert FAITES[ligne] in message


def test_an_action_is_read_and_may_name_its_own_cfa(load: Load) -> None:
    ligne = "Ouvrir le CFA du Lac;Équipe;30/06/2022;Local;cfa;0010001A;Réussite;2020-2021;2021-2022"
    con, douteux = load({"actions.csv": f"{ACTIONS}{ligne}\n"})
    assert douteux == []
    assert rows(con, "from ref.actions") == [
        (
            "Ouvrir le CFA du Lac",
            "Équipe",
            date(2022, 6, 30),
            "local",
            "cfa",
            "0010001A",
            "reussite",
            "2020-2021",
            "2021-2022",
        )
    ]


def test_the_former_row_of_a_cfa_is_the_cfa(load: Load) -> None:
    anciens = "0018888Y;;CFA du Lac;CFA;\n0019999Z;;CFA de la Rive;CFA;\n"
    textes = [f"{nom};Équipe;;local;cfa;0018888Y;;;\n" for nom in ("Ouvrir le CFA du Lac", "Fermer le CFA de la Rive")]
    etablissements = ETABLISSEMENTS.replace("CFA;0019999Z", "CFA;0019999Z 0018888Y")
    con, douteux = load(
        {"etablissements.csv": f"{etablissements}{anciens}", "actions.csv": f"{ACTIONS}{''.join(textes)}"}
    )
    assert douteux == []
    assert rows(con, "select distinct groupe from ref.actions") == [("0010001A",)]


def test_without_files_there_is_nothing_but_what_could_be_aimed_at(load: Load) -> None:
    con, douteux = load({})
    assert douteux == []
    for nom in ("objectifs", "indicateurs", "actions"):
        assert rows(con, f"select count(*) from ref.{nom}") == [(0,)]
    assert [nom for (nom,) in rows(con, "select indicateur from ref.indicateurs_connus")] == [*INDICATEURS]
