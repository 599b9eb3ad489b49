"""What is read above and under a table of each kind, whole sentences, for constructed situations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from pipeline.charts import ReferenceRate
from pipeline.glossary import read_glossary
from pipeline.models import file
from pipeline.paths import RACINE
from pipeline.report.blocks import Block, show_breakdowns
from pipeline.report.breakdowns import read_breakdowns
from pipeline.report.changes import two_parts
from pipeline.report.pages import origin
from tests.support import plain

GLOSSAIRE = read_glossary(RACINE / "sql/glossaire.toml")
ENSEMBLE = {"ruptures_nettes": 100, "effectif": 1000, "taux_rupture_nette": 0.1, "fiabilite": "solide"}
Essai = Callable[..., Block]
CROISE = (
    "cle: [filiere, lieu]\ncolonnes: [filiere, lieu: {libelle: Lieu}, %s]\n"
    "pivot: {lignes: filiere, colonnes: lieu, valeur: %s%s}"
)
COMPTES = CROISE % ("ruptures_nettes, part_ruptures", "ruptures_nettes", ", part: lignes")
TAUX = "unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif))"


@pytest.fixture
def essai(tmp_path: Path) -> Essai:
    """`essai(header, columns, *rows)` is the block of these rows of the network, of a CFA's if said; `plus` is what is
    computed of them."""

    def make(entete: str, colonnes: str, *lignes: tuple[object, ...], plus: str = "1 as un", uai: str = "") -> Block:
        con = duckdb.connect()
        con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
        valeurs = ", ".join("(" + ", ".join("null" if v is None else repr(v) for v in ligne) + ")" for ligne in lignes)
        con.execute(
            "create schema ventilations; create table ventilations.essai as with lignes as (select '2021-2022' as "
            f"annee, * from (values {valeurs}) as t ({colonnes})) select *, {plus} from lignes"
        )
        debut = "titre: Essai\ndescription: Essai.\nsection: essais\nordre: 1\nhors_total: Rien\n"
        chemin = tmp_path / "essai.sql"
        chemin.write_text(f"/*\n---\n{debut}{entete}\n---\n*/\nselect 1 order by 1\n", encoding="utf-8")
        (ventilation,) = read_breakdowns(con, [file.parse(chemin, "ventilations", GLOSSAIRE)])
        annuelle = (ventilation.of_cfa(uai) if uai else ventilation).of_year("2021-2022")
        (bloc,) = show_breakdowns(con, [annuelle], ENSEMBLE, ReferenceRate(0.1, 1000), "Essai.")
        return bloc

    return make


def read(bloc: Block) -> list[str]:
    return [plain(phrase) for phrase in bloc.lecture]


# Crossed tables


def test_the_cell_that_stands_apart_from_its_column(essai: Essai) -> None:
    cases = [("Bois", "Nord", 40), ("Bois", "Sud", 20), ("Bois", "Est", 20), ("Métal", "Nord", 20)]
    cases += [("Métal", "Sud", 40), ("Métal", "Est", 20), ("Eau", "Nord", 15), ("Eau", "Sud", 15), ("Eau", "Est", 10)]
    plus = "part_de_l_annee(annee, ruptures_nettes) as part_ruptures"
    bloc = essai(COMPTES, "filiere, lieu, ruptures_nettes", *cases, plus=plus)
    assert read(bloc) == [
        "« Bois », 80 ruptures nettes : 50 % en « Nord ».",
        "« Bois » : 50 % des ruptures nettes en « Nord », contre 29 % dans les autres lignes : des 9 cases examinées, "
        "l'écart établi qui porte sur le plus de ruptures. 3 autres se distinguent aussi.",
    ]
    assert plain(bloc.exemple) == "à la croisée de « Bois » et de « Nord », 40 ruptures nettes, soit 50 % de la ligne."


def test_a_crossed_table_where_none_does_and_a_share_beside_what_is_not_told(essai: Essai) -> None:
    cases = [("Bois", "Nord", 30), ("Bois", "Sud", 30), ("Bois", "Est", 30), ("Bois", "Non renseigné", 10)]
    cases += [("Métal", "Nord", 25), ("Métal", "Sud", 25), ("Métal", "Est", 25), ("Eau", "Est", 2)]
    plus = "part_de_l_annee(annee, ruptures_nettes) as part_ruptures"
    assert read(essai(COMPTES, "filiere, lieu, ruptures_nettes", *cases, plus=plus)) == [
        "« Bois », 100 ruptures nettes : 30 % en « Nord » (40 % au plus, 10 étant non renseignées).",
        "Aucune des 6 cases examinées ne se distingue du reste de sa colonne de façon établie.",
    ]


def test_two_columns_are_one_question(essai: Essai) -> None:
    cases = [("Bois", "Nord", 40), ("Bois", "Sud", 40), ("Métal", "Nord", 35), ("Métal", "Sud", 35)]
    plus = "part_de_l_annee(annee, ruptures_nettes) as part_ruptures"
    assert read(essai(COMPTES, "filiere, lieu, ruptures_nettes", *cases, plus=plus))[1] == (
        "La seule case examinée ne se distingue du reste de sa colonne de façon établie."
    )


def test_rates_crossed(essai: Essai) -> None:
    entete = CROISE % ("effectif, ruptures_nettes, taux_rupture_nette", "taux_rupture_nette", "")
    cases = [("Bois", "Nord", 40, 200), ("Métal", "Nord", 15, 200), ("Bois", "Sud", 3, 19), ("Métal", "Sud", 20, 200)]
    bloc = essai(entete, "filiere, lieu, ruptures_nettes, effectif", *cases, plus=TAUX)
    assert read(bloc) == [
        "« Bois », « Nord » : 20,0 % de rupture nette, contre 7,5 % dans le reste de la colonne : des 2 cases "
        "examinées, l'écart établi qui porte sur le plus de ruptures. Une autre se distingue aussi."
    ]
    assert plain(bloc.exemple) == (
        "parmi les 200 apprentis suivis à la croisée de « Bois » et de « Nord », 40 sont en rupture nette, soit un "
        "taux de 20,0 % (intervalle à 95 % : 15,0 à 26,1)."
    )


def test_too_few_ruptures_cross_nothing(essai: Essai) -> None:
    plus = "part_de_l_annee(annee, ruptures_nettes) as part_ruptures"
    cases = [("Bois", "Nord", 9), ("Bois", "Sud", 1), ("Métal", "Nord", 1), ("Métal", "Sud", 8)]
    assert read(essai(COMPTES, "filiere, lieu, ruptures_nettes", *cases, plus=plus)) == []


def test_the_same_classes_twice_agree_or_not(essai: Essai) -> None:
    """Kappa of Cohen's own example shape: 45 of 60 on the diagonal, chance 0.5."""
    plus = "part_de_l_annee(annee, ruptures_nettes) as part_ruptures"
    carre = [("A", "A", 25), ("A", "B", 5), ("B", "A", 10), ("B", "B", 20), ("B", "Non renseigné", 4)]
    assert read(essai(COMPTES, "filiere, lieu, ruptures_nettes", *carre, plus=plus)) == [
        "Les deux classements disent la même chose de 45 des 60 ruptures nettes renseignées dans les deux (75 %) ; "
        "kappa de Cohen, 0 si le hasard seul les accordait, 1 s'ils s'accordaient toujours : 0,50 (intervalle à 95 % "
        "de 0,28 à 0,72)."
    ]
    carre = [("A", "A", 15), ("A", "B", 15), ("B", "A", 15), ("B", "B", 15)]
    assert read(essai(COMPTES, "filiere, lieu, ruptures_nettes", *carre, plus=plus))[0].endswith(
        "0,00 (intervalle à 95 % de −0,25 à 0,25), ce qui n'établit pas d'accord au-delà du hasard.".replace("−", "-")
    )


# Costs

COUT = "cle: [filiere]\ncolonnes: [filiere, ruptures_nettes, sans_npec, sans_date, perte_annee]"
DE_COUT = "filiere, ruptures_nettes, sans_npec, sans_date, perte_annee"


@pytest.mark.parametrize(
    ("lignes", "phrases"),
    [
        ([("Bois", 10, 0, 0, 900), ("Eau", 5, 0, 0, 50), ("Feu", 5, 0, 0, 50)],
         ["La perte de l'année est de 1 000 €. « Bois » en réunit 90 %."]),
        ([("Bois", 10, 1, 1, 900), ("Eau", 5, 0, 0, 50), ("Feu", 5, 0, 0, 50)],
         ["La perte de l'année est d'au moins 1 000 €, 2 ruptures nettes n'étant pas chiffrées. « Bois » en réunit "
          "90 %."]),
        ([("Bois", 2, 0, 0, 900), ("Eau", 5, 1, 0, 50)],
         ["La perte de l'année est d'au moins 950 €, 1 rupture nette n'étant pas chiffrée."]),
        ([("Bois", 2, 0, 0, 900)], []),
        ([("Bois", 2, 2, 0, None)], ["Aucune rupture nette n'est chiffrée."]),
    ],
)  # fmt: skip
def test_costs_are_at_least_what_is_costed_and_nothing_is_said_of_one_or_two_ruptures(
    essai: Essai, lignes: list[tuple[object, ...]], phrases: list[str]
) -> None:
    bloc = essai(COUT, DE_COUT, *lignes, plus="fiabilite(1, 1) as fiabilite")
    assert read(bloc) == phrases


def test_the_row_of_a_cost_is_read(essai: Essai) -> None:
    bloc = essai(COUT, DE_COUT, ("Bois", 10, 2, 1, 900), plus="fiabilite(1, 1) as fiabilite")
    assert plain(bloc.exemple) == (
        "« Bois » compte 10 ruptures nettes ; 2 sans montant connu, 1 sans jour connu, 900 € de perte dans l'année."
    )
    assert bloc.champ == "ruptures nettes du réseau en 2021-2022. Rien : 90 ruptures nettes."


# Months


def test_the_month_that_has_most_with_its_bound(essai: Essai) -> None:
    entete = "cle: [mois]\ncolonnes: [mois, ruptures_nettes, part_ruptures]"
    plus = "part_de_l_annee(annee, ruptures_nettes) as part_ruptures"
    mois = [(f"2021-{n:02d}", 9 + (n == 11)) for n in range(8, 13)] + [("2022-01", 9), ("2022-02", 9)]
    bloc = essai(entete, "mois, ruptures_nettes", *mois, ("Non renseigné", 6), plus=plus)
    assert read(bloc) == [
        "Le mois qui en compte le plus, novembre 2021, a 14 % des ruptures nettes (23 % au plus, 6 étant non "
        "renseignées)."
    ]
    assert plain(bloc.exemple) == "« août 2021 » compte 9 ruptures nettes, soit 12,9 % de celles du réseau."
    assert read(essai(entete, "mois, ruptures_nettes", *((m, 9) for m, _ in mois), plus=plus)) == []


# The first row of a rate


@pytest.mark.parametrize(
    ("ligne", "phrase"),
    [
        (("Bois", 214, 1564), "parmi les 1 564 apprentis suivis de « Bois », 214 sont en rupture nette, soit un "
         "taux de 13,7 % (intervalle à 95 % : 12,1 à 15,5)."),
        (("Bois", 1, 60), "parmi les 60 apprentis suivis de « Bois », 1 est en rupture nette, soit un taux de 2 %, "
         "fragile (intervalle à 95 % : 0 à 9)."),
        (("Bois", 0, 19), "parmi les 19 apprentis suivis de « Bois », aucun n'est en rupture nette, trop peu pour un "
         "taux (n.s.)."),
        (("75", 1, 1), "pour le seul apprenti suivi de « Filière : 75 », 1 est en rupture nette, trop peu pour un taux "
         "(n.s.)."),
    ],
)  # fmt: skip
def test_the_first_row_of_a_rate_is_read(essai: Essai, ligne: tuple[object, ...], phrase: str) -> None:
    entete = "cle: [filiere]\ncolonnes: [filiere, effectif, ruptures_nettes, taux_rupture_nette]"
    assert plain(essai(entete, "filiere, ruptures_nettes, effectif", ligne, plus=TAUX).exemple) == phrase


def test_a_column_that_nobody_has_worded_is_read_by_its_label_and_one_that_its_header_words_by_that(
    essai: Essai,
) -> None:
    entete = (
        "cle: [filiere]\ncolonnes: [filiere, visites: {libelle: Visites, format: entier}, "
        "jours: {libelle: Jours, format: entier, lecture: '{} jour passé|{} jours passés'}]"
    )
    bloc = essai(entete, "filiere, visites, jours", ("Bois", 12, 1), ("Eau", 3, 4))
    assert bloc.exemple == "« Bois » : 12 sous « Visites », 1 jour passé."
    assert bloc.champ == "données du réseau de 2021-2022. Rien."


# A CFA's own report


def test_the_rows_of_a_cfa_are_read_without_any_other(essai: Essai) -> None:
    entete = (
        "place: cfa\ncle: [uai, filiere]\ncolonnes: [filiere, effectif, ruptures_nettes, taux_rupture_nette, "
        "repere_reseau]\nsans_ligne: Rien"
    )
    lignes = [("0010001A", "Mon CFA", "Bois", 60, 400), ("0010001A", "Mon CFA", "Eau", 40, 600)]
    lignes += [("0010002B", "Un autre CFA", "Bois", 9, 90)]
    plus = f"0.12 as repere_reseau, {TAUX}"
    bloc = essai(entete, "uai, structure, filiere, ruptures_nettes, effectif", *lignes, plus=plus, uai="0010001A")
    assert read(bloc) == [
        "Bois : 15,0 % de rupture nette, contre 6,7 % pour « Eau » (+8,3 points, intervalle à 95 % de "
        "+4,4 à +12,5) ; 60 % des ruptures nettes et 40 % des apprentis suivis."
    ]
    assert plain(bloc.exemple) == (
        "parmi les 400 apprentis suivis de « Bois », 60 sont en rupture nette, soit un taux de 15,0 % "
        "(intervalle à 95 % : 11,8 à 18,8) ; 12,0 % dans le réseau."
    )
    assert bloc.champ == "apprentis suivis du CFA en 2021-2022."


# Where the data come from; the change in two parts


@pytest.mark.parametrize(
    ("jours", "dit"),
    [
        ([date(2022, 8, 15)] * 2, "Mon réseau, exports du logiciel, extraction du 15 août 2022."),
        ([date(2022, 11, 5), date(2022, 8, 1)],
         "Mon réseau, exports du logiciel, extractions du 1er août 2022 au 5 novembre 2022."),
        ([None], "Mon réseau, exports du logiciel, sans date d'extraction."),
    ],
)  # fmt: skip
def test_the_source_says_of_when_the_exports_are(jours: list[date | None], dit: str) -> None:
    reseau = SimpleNamespace(nom="Mon réseau", source="Exports du logiciel.")
    assert origin(reseau, jours) == dit  # type: ignore[arg-type]


def test_the_change_in_two_parts_a_stratum_empty_in_a_year_taking_the_other_s_rate() -> None:
    def strate(annee: str, cycle: int | None, k: int, n: int) -> dict[str, object]:
        return {"annee": annee, "type_diplome": "CAP", "annee_cycle": cycle, "ruptures_nettes": k, "effectif": n}

    lignes = [strate("1", 1, 10, 100), strate("1", None, 5, 100), strate("2", 1, 30, 200)]
    # Weights 0.5, 0.5 then 1, 0; rates 0.10, 0.05 then 0.15, 0.05.
    assert two_parts(lignes, "2", "1") == pytest.approx((0.5 * 0.125 - 0.5 * 0.05, 0.05 * 0.75))
    assert two_parts(lignes, "2", "0") is None
