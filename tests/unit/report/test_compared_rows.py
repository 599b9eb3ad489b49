"""CFA held against each other: the columns of the table and the whole reading, for constructed situations."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.models import file
from pipeline.report import standing
from pipeline.report.blocks import Block, show_breakdowns
from pipeline.report.breakdowns import read_breakdowns, select
from pipeline.report.pages import network_rate
from pipeline.settings import RACINE
from pipeline.statistics.comparisons import compare_structures
from tests.oracle.standardisation import standardise
from tests.support import pdf_text, plain

ENTETE = """
titre: Essai
description: Essai.
section: essais
ordre: 1
cle: annee
hors_total: Rien
comparaison: {observees: k, attendues: attendues, unites: CFA, compte_tenu: des diplômes}
colonnes:
  structure: {libelle: CFA}
  effectif: {libelle: Suivis, format: entier}
  k: {libelle: Observées, format: entier}
  attendues: {libelle: Attendues, format: decimal}
"""
FIN = "« À examiner » ouvre une question : ce n'est ni un jugement, ni un rang."
Cfa = (
    tuple[str, int, int] | tuple[str, int, int, float]
)  # name, observed, apprentices; expected if not at the same rate
Essai = Callable[..., Block]


@pytest.fixture
def essai(tmp_path: Path) -> Essai:
    """`essai(("Lac", 10, 100), …)` is the block of these CFA."""

    def make(*lignes: Cfa, cles: str = "") -> Block:
        con = duckdb.connect()
        con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
        con.execute("create schema ventilations; create table lignes (structure text, k bigint, n bigint, e double)")
        toutes = sum(ligne[1] for ligne in lignes) / sum(ligne[2] for ligne in lignes)
        con.executemany("insert into lignes values (?, ?, ?, ?)", [[*ligne, toutes * ligne[2]][:4] for ligne in lignes])
        con.execute(
            "create table ventilations.essai as "
            "select '2021-2022' as annee, structure, k, n as effectif, e as attendues, part(k, n) as "
            "taux_rupture_nette, wilson_bas(k, n) as taux_bas, wilson_haut(k, n) as taux_haut, "
            "fiabilite(k, n) as fiabilite from lignes"
        )
        chemin = tmp_path / "essai.sql"
        chemin.write_text(f"/*\n---{ENTETE}{cles}---\n*/\nselect 1 order by 1\n", encoding="utf-8")
        ensemble = {"ruptures_nettes": 0, "effectif": 0, "taux_rupture_nette": toutes, "fiabilite": "solide"}
        (ventilation,) = read_breakdowns(con, [file.parse(chemin, "ventilations")])
        annuelle = ventilation.of_year("2021-2022")
        (bloc,) = show_breakdowns(con, [annuelle], ensemble, network_rate(ensemble), "Essai.")
        return bloc

    return make


def reading(bloc: Block) -> list[str]:
    return [plain(phrase) for phrase in bloc.lecture]


def added(bloc: Block) -> list[list[str]]:
    """Name, ratio and verdict of each printed row, the total's last."""
    assert bloc.tableau is not None and bloc.tableau.total is not None
    return [[plain(ligne[rang]) for rang in (0, 4, 5)] for ligne in [*bloc.tableau.lignes, bloc.tableau.total]]


def test_rates_that_chance_explains(essai: Essai) -> None:
    bloc = essai(("Lac", 98, 1000), ("Mont", 103, 1000), ("Val", 99, 1000))
    assert reading(bloc) == [
        "La comparaison porte sur 3 CFA, autour de leur taux d'ensemble, 10,00 %.",
        "Tous les taux sont entre les limites à 95 % autour de ce taux : pour de tels effectifs, le hasard suffit à "
        "les écarter autant.",
        "Rien n'établit que les taux diffèrent entre eux plus que par hasard (φ = 0,05, pour 1 attendu).",
        FIN,
    ]
    assert added(bloc) == [
        ["Lac", "0,98 (0,80 à 1,19)", "dans la variation attendue"],
        ["Mont", "1,03 (0,84 à 1,25)", "dans la variation attendue"],
        ["Val", "0,99 (0,80 à 1,21)", "dans la variation attendue"],
        ["Ensemble du tableau", "", ""],
    ]


def test_a_rate_far_from_the_others_whatever_the_rule(essai: Essai) -> None:
    bloc = essai(*((nom, 100, 1000) for nom in ("Bois", "Cap", "Eau", "Gué", "Lac", "Mont")), ("Val", 200, 1000))
    assert reading(bloc) == [
        "La comparaison porte sur 7 CFA, autour de leur taux d'ensemble, 11,43 %.",
        "Hors des limites à 99,8 % autour de ce taux : Val.",
        "Parmi 7 comparaisons, le hasard seul peut mettre un taux hors des limites. Une fois leur nombre compté "
        "(Benjamini-Hochberg, 5 %), l'écart reste établi, et à examiner, pour Val.",
        "Les taux diffèrent entre eux plus que le hasard ne l'explique (φ = 12,10 au lieu de 1). Hors de limites à "
        "95 % élargies d'autant (par √φ) : Val. Les deux règles s'accordent pour Val.",
        "Compte tenu des diplômes, l'écart reste établi pour Val : l'intervalle du rapport entre ruptures observées et "
        "attendues exclut 1.",
        FIN,
    ]
    assert added(bloc)[-2] == ["Val", "1,75 (1,52 à 2,01)", "à examiner"]


def test_outside_the_widened_limits_but_not_among_so_many_comparisons(essai: Essai) -> None:
    bloc = essai(*((nom, 100, 1000) for nom in ("Cap", "Eau", "Lac", "Mont")), ("Val", 129, 1000))
    assert reading(bloc)[1:4] == [
        "Hors des limites à 95 % autour de ce taux : Val.",
        "Parmi 5 comparaisons, le hasard seul peut mettre un taux hors des limites. Une fois leur nombre compté "
        "(Benjamini-Hochberg, 5 %), aucun écart n'est établi.",
        "Rien n'établit que les taux diffèrent entre eux plus que par hasard (φ = 1,42, pour 1 attendu). Hors de "
        "limites à 95 % élargies d'autant (par √φ) : Val. Les deux règles ne s'accordent pas pour Val : hors de "
        "limites même élargies, l'écart n'est pas établi une fois compté le nombre de comparaisons.",
    ]
    assert added(bloc)[-2][2] == "dans la variation attendue"


GOLDEN = (
    ("Brétigny", 48, 438), ("Ermont", 71, 436), ("Nangis", 56, 375), ("Noisy", 32, 311), ("Ocquerre", 46, 405),
    ("Rueil", 31, 425), ("Saint-Denis", 34, 378),
)  # fmt: skip


def test_established_differences_that_are_no_greater_than_the_dispersion(essai: Essai) -> None:
    """The published seven CFA: the two rules part (definitions §7)."""
    bloc = essai(*GOLDEN)
    assert reading(bloc) == [
        "La comparaison porte sur 7 CFA, autour de leur taux d'ensemble, 11,49 %.",
        "Hors des limites à 95 % autour de ce taux : Ermont, Nangis et Rueil.",
        "Parmi 7 comparaisons, le hasard seul peut mettre un taux hors des limites. Une fois leur nombre compté "
        "(Benjamini-Hochberg, 5 %), l'écart reste établi, et à examiner, pour Ermont et Rueil ; il ne l'est plus pour "
        "Nangis.",
        "Les taux diffèrent entre eux plus que le hasard ne l'explique (φ = 3,50 au lieu de 1). Hors de limites à 95 % "
        "élargies d'autant (par √φ) : aucun taux. Les deux règles ne s'accordent pas pour Ermont et Rueil : l'écart "
        "n'est pas dû au seul hasard, mais il n'est pas plus grand que la dispersion de l'ensemble.",
        "Compte tenu des diplômes, l'écart reste établi pour Ermont et Rueil : l'intervalle du rapport entre ruptures "
        "observées et attendues exclut 1.",
        FIN,
    ]


def test_a_mix_that_explains_one_difference_and_shows_another(essai: Essai) -> None:
    lignes: list[Cfa] = [(nom, 100, 1000) for nom in ("Cap", "Eau", "Lac", "Mont")]
    bloc = essai(*lignes, ("Roc", 100, 1000, 60.0), ("Val", 200, 1000, 190.0))
    assert reading(bloc)[-2] == (
        "Compte tenu des diplômes, l'écart n'est plus établi pour Val : l'intervalle du rapport entre ruptures "
        "observées et attendues contient 1. L'intervalle du rapport entre ruptures observées et attendues exclut aussi "
        "1 pour Roc, dont le taux est dans la variation attendue : cet intervalle ne tient pas compte du nombre de "
        "comparaisons."
    )


def test_a_tiny_cfa_is_not_compared(essai: Essai) -> None:
    bloc = essai(("Lac", 98, 1000), ("Mont", 102, 1000), ("Val", 15, 19), ("Vaux", 3, 5))
    assert reading(bloc)[0] == (
        "La comparaison porte sur 2 CFA, autour de leur taux d'ensemble, 10,00 % ; 2 de moins de 20 apprentis suivis "
        "n'y sont pas."
    )
    assert added(bloc)[2:4] == [["Val", "n.s.", "n.s."], ["Vaux", "n.s.", "n.s."]]


@pytest.mark.parametrize("lignes", [[("Lac", 98, 1000)], [("Lac", 98, 1000), ("Mont", 1, 19)], [("Lac", 1, 2)]])
def test_one_cfa_is_compared_with_nothing(essai: Essai, lignes: list[Cfa]) -> None:
    bloc = essai(*lignes)
    assert reading(bloc) == ["Moins de deux CFA ont assez d'apprentis suivis : il n'y a rien à comparer."]
    assert {ligne[2] for ligne in added(bloc)[:-1]} <= {"–", "n.s."}


def test_a_year_without_any_rupture(essai: Essai) -> None:
    bloc = essai(("Lac", 0, 100), ("Mont", 0, 50))
    assert added(bloc)[0] == ["Lac", "–", "dans la variation attendue"]
    assert reading(bloc)[2].startswith("Rien n'établit que les taux diffèrent entre eux")


def test_rows_keep_the_order_of_the_file_and_names_too(essai: Essai) -> None:
    bloc = essai(("Alpe", 100, 1000), ("Zénith", 200, 1000), ("Bois", 30, 1000), ("Cap", 100, 1000))
    assert [ligne[0] for ligne in added(bloc)[:-1]] == ["Alpe", "Zénith", "Bois", "Cap"]
    assert "pour Zénith et Bois" in reading(bloc)[2]


def test_rows_put_together_are_compared_all_the_same_and_the_table_has_nothing_to_say_of_them(essai: Essai) -> None:
    bloc = essai(*GOLDEN, cles="lignes_max: 1\n")
    assert added(bloc)[1:] == [["6 autres lignes", "", ""], ["Ensemble du tableau", "", ""]]
    assert "Ermont et Rueil" in reading(bloc)[2]


def test_the_funnel_is_around_the_rate_that_the_sentences_give_rows_put_together_included(essai: Essai) -> None:
    bloc = essai(
        *GOLDEN,
        cles="  taux_rupture_nette: {libelle: Taux, format: taux}\nlignes_max: 2\ngraphique: {type: entonnoir, "
        "titre: Essai, x: effectif, y: taux_rupture_nette, etiquette: structure}\n",
    )
    assert "autour de leur taux d'ensemble, 11,49 %" in reading(bloc)[0]
    assert bloc.graphique is not None
    assert "Ensemble : 11,49 %." in plain(bloc.graphique.alternative)


def test_the_note_says_what_is_expected_and_the_total_adds_it_up(essai: Essai) -> None:
    bloc = essai(("Lac", 98, 1000), ("Mont", 102, 1000))
    assert (
        "Ruptures attendues : celles qu'auraient les mêmes apprentis aux taux du réseau, compte tenu des diplômes."
    ) in bloc.notes
    assert bloc.tableau is not None and bloc.tableau.total is not None
    assert bloc.tableau.total[3] == "200,00"


# On the demonstration, whose figures are the published ones


@pytest.fixture(scope="module")
def compares(demonstration: Path) -> list[dict[str, str]]:
    with (demonstration / "tables/cfa_compares.csv").open(encoding="utf-8", newline="") as flux:
        return [ligne for ligne in csv.DictReader(flux) if ligne["annee"] == "2021-2022"]


def test_the_published_columns(compares: list[dict[str, str]]) -> None:
    assert list(compares[0]) == [
        "annee", "uai", "structure", "effectif", "ruptures_nettes", "taux_rupture_nette", "taux_bas", "taux_haut",
        "fiabilite", "attendues",
    ]  # fmt: skip
    assert [ligne["structure"] for ligne in compares] == sorted(ligne["structure"] for ligne in compares)


def test_golden_values_of_the_definitions(compares: list[dict[str, str]]) -> None:
    bornes = {
        ligne["structure"]: (round(100 * float(ligne["taux_bas"]), 2), round(100 * float(ligne["taux_haut"]), 2))
        for ligne in compares
    }
    assert bornes["BTP CFA Ermont"] == (13.12, 20.04)
    assert bornes["BTP CFA Rueil-Malmaison"] == (5.19, 10.17)
    assert bornes["BTP CFA Nangis"] == (11.68, 18.90)
    comparaison = compare_structures(
        [int(ligne["ruptures_nettes"]) for ligne in compares], [int(ligne["effectif"]) for ligne in compares]
    )
    ensemble = comparaison.dispersion
    assert (round(100 * ensemble.taux, 3), round(ensemble.chi2, 2), ensemble.structures - 1) == (11.488, 24.47, 6)
    assert round(ensemble.phi, 2) == 3.50
    noms = [ligne["structure"].removeprefix("BTP CFA ") for ligne in compares]
    assert [nom for nom, retenue in zip(noms, comparaison.retenues, strict=True) if retenue] == [
        "Ermont", "Rueil-Malmaison",
    ]  # fmt: skip
    assert not comparaison.niveaux_elargis.any()


def test_expected_ruptures_are_those_of_the_other_implementation(demonstration: Path) -> None:
    """The SQL of `core.ruptures_attendues` against `standardise`, on every year and structure."""
    with duckdb.connect(str(demonstration.parents[1] / "base/ruptures.duckdb"), read_only=True) as con:
        cellules = con.sql(
            "select annee, uai, type_diplome, annee_cycle, count(*) as effectif, "
            "count(*) filter (where statut = 'rupture_nette') as ruptures_nettes "
            "from core.inscriptions where statut != 'sorti_a_terme' group by all"
        ).pl()
        lues = select(con, "select annee, uai, attendues from core.ruptures_attendues order by annee, uai")
    attendues = standardise(cellules, ["annee", "uai"], ["annee", "type_diplome", "annee_cycle"]).sort("annee", "uai")
    assert len(lues) == attendues.height > 20
    for ligne, attendue in zip(lues, attendues.iter_rows(named=True), strict=True):
        assert (ligne["annee"], ligne["uai"]) == (attendue["annee"], attendue["uai"])
        assert ligne["attendues"] == pytest.approx(attendue["ruptures_attendues"], rel=1e-12)


def test_the_report_says_it_in_plain_words(demonstration: Path) -> None:
    texte = " ".join(pdf_text(demonstration / "rapport_2021-2022.pdf").split())
    assert "La comparaison porte sur 7 CFA, autour de leur taux d'ensemble, 11,49 %." in texte
    assert "à examiner, pour BTP CFA Ermont et BTP CFA Rueil-Malmaison" in texte
    assert "(φ = 3,50 au lieu de 1). Hors de limites à 95 % élargies d'autant (par √φ) : aucun taux." in texte
    assert "Les deux règles ne s'accordent pas pour BTP CFA Ermont et BTP CFA Rueil-Malmaison" in texte
    assert texte.count("à examiner BTP CFA") + texte.count("à examiner Ensemble") == 2
    assert "compte tenu des types de diplôme et des années de cycle" in texte
    assert "classement" in texte[texte.index("Les CFA comparés Les taux") :][:200]


def test_of_many_names_the_first_are_written_and_the_others_counted() -> None:
    noms = [f"CFA {rang}" for rang in range(1, 15)]
    assert standing.listed(noms[:2]) == "CFA 1 et CFA 2"
    assert standing.listed(noms[:12]).endswith("CFA 11 et CFA 12")
    assert standing.listed(noms) == f"{', '.join(noms[:12])} et 2 autres"
