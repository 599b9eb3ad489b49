"""CFA held against each other: the columns of the table and the whole reading, for constructed situations."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.models import file
from pipeline.paths import RACINE
from pipeline.report.blocks import Block, show_breakdowns
from pipeline.report.breakdowns import read_breakdowns, select
from pipeline.report.pages import network_rate
from pipeline.statistics.comparisons import measure_dispersion
from tests.oracle.standardisation import standardise
from tests.support import pdf_text, plain

ENTETE = """
titre: Essai
description: Essai.
section: essais
ordre: 1
cle: [structure]
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
        ensemble = {
            "ruptures_nettes": sum(ligne[1] for ligne in lignes),
            "effectif": 0,
            "taux_rupture_nette": toutes,
            "fiabilite": "solide",
        }
        (ventilation,) = read_breakdowns(con, [file.parse(chemin, "ventilations")])
        annuelle = ventilation.of_year("2021-2022")
        (bloc,) = show_breakdowns(con, [annuelle], ensemble, network_rate(ensemble), "Essai.")
        return bloc

    return make


def reading(bloc: Block) -> list[str]:
    return [plain(phrase) for phrase in bloc.lecture]


def added(bloc: Block) -> list[list[str]]:
    """Name and verdict of each printed row, the total's last."""
    assert bloc.tableau is not None and bloc.tableau.total is not None
    return [[plain(ligne[0]), plain(ligne[-1])] for ligne in [*bloc.tableau.lignes, bloc.tableau.total]]


SEPT = (
    ("Brétigny", 48, 438), ("Ermont", 71, 436), ("Nangis", 56, 375), ("Noisy", 32, 311), ("Ocquerre", 46, 405),
    ("Rueil", 31, 425), ("Saint-Denis", 34, 378),
)  # fmt: skip


def test_nothing_stands_out_and_that_is_not_said_to_be_sameness(essai: Essai) -> None:
    bloc = essai(("Lac", 98, 1000), ("Mont", 103, 1000), ("Val", 99, 1000))
    assert reading(bloc) == [
        "En 2021-2022, chacun des 3 CFA est comparé à tous les autres ensemble.",
        "En 2021-2022, aucun ne se distingue des autres, ce qui n'établit pas que tous ont le même taux.",
    ]
    assert added(bloc) == [
        ["Lac", "ne se distingue pas"], ["Mont", "ne se distingue pas"], ["Val", "ne se distingue pas"],
        ["Ensemble du tableau", ""],
    ]  # fmt: skip


def test_the_published_seven_in_one_year(essai: Essai) -> None:
    """Golden values of the definitions: of the year alone, Ermont and Rueil are kept, Nangis is not."""
    bloc = essai(*SEPT)
    assert reading(bloc) == [
        "En 2021-2022, chacun des 7 CFA est comparé à tous les autres ensemble.",
        "En 2021-2022, au-dessus des autres, à examiner : Ermont (16,3 %) ; au-dessous, à comprendre : Rueil "
        "(7,3 %). Les autres ne se distinguent pas, ce qui n'établit pas que leurs taux sont égaux.",
        "À public égal, Ermont a eu en 2021-2022 21 ruptures nettes de plus qu'attendu, une sur 15 de celles du "
        "réseau.",
        FIN,
    ]
    assert [ligne[1] for ligne in added(bloc)[1:3]] == ["à examiner", "ne se distingue pas"]


def test_what_is_lower_only_opens_no_question_of_excess(essai: Essai) -> None:
    lue = reading(essai(*((nom, 100, 1000) for nom in ("Bois", "Cap", "Eau", "Gué")), ("Val", 40, 1000)))
    assert lue[1].startswith("En 2021-2022, au-dessous, à comprendre : Val (4,0 %).")
    assert len(lue) == 2


def test_a_tiny_cfa_is_among_the_others_and_has_no_verdict(essai: Essai) -> None:
    bloc = essai(("Lac", 98, 1000), ("Mont", 102, 1000), ("Val", 15, 19), ("Vaux", 3, 5))
    assert reading(bloc)[0] == (
        "En 2021-2022, chacun des 2 CFA est comparé à tous les autres ensemble ; 2 de moins de 20 apprentis suivis par "
        "an n'y sont pas."
    )
    assert added(bloc)[2:4] == [["Val", "n.s."], ["Vaux", "n.s."]]


@pytest.mark.parametrize("lignes", [[("Lac", 98, 1000)], [("Lac", 1, 2)]])
def test_one_cfa_is_compared_with_nothing(essai: Essai, lignes: list[Cfa]) -> None:
    bloc = essai(*lignes)
    assert reading(bloc) == ["Moins de deux CFA ont assez d'apprentis suivis : il n'y a rien à comparer."]
    assert {ligne[1] for ligne in added(bloc)[:-1]} == {"n.s."}


def test_a_year_without_any_rupture(essai: Essai) -> None:
    assert added(essai(("Lac", 0, 100), ("Mont", 0, 50)))[0] == ["Lac", "ne se distingue pas"]


def test_rows_keep_the_order_of_the_file_and_names_too(essai: Essai) -> None:
    bloc = essai(("Alpe", 100, 1000), ("Zénith", 200, 1000), ("Bois", 190, 1000), ("Cap", 100, 1000))
    assert [ligne[0] for ligne in added(bloc)[:-1]] == ["Alpe", "Zénith", "Bois", "Cap"]
    assert "Zénith (20,0 %) et Bois (19,0 %)" in reading(bloc)[1]


def test_rows_put_together_are_compared_all_the_same_and_the_table_has_nothing_to_say_of_them(essai: Essai) -> None:
    bloc = essai(*SEPT, cles="lignes_max: 1\n")
    # Those that are decided to stand out are always printed.
    assert [nom for nom, _ in added(bloc)] == ["Ermont", "Rueil", "5 autres lignes", "Ensemble du tableau"]
    assert added(bloc)[-2:] == [["5 autres lignes", ""], ["Ensemble du tableau", ""]]
    assert "Ermont (16,3 %)" in reading(bloc)[1]


FUNNEL = (
    "  taux_rupture_nette: {libelle: Taux, format: taux}\nlignes_max: 2\ngraphique: {type: entonnoir, "
    "titre: Essai, x: effectif, y: taux_rupture_nette, etiquette: structure}\n"
)


def test_the_funnel_is_around_the_rate_of_all_the_rows_compared_and_has_the_signs_of_the_decision(essai: Essai) -> None:
    bloc = essai(*SEPT, cles=FUNNEL)
    assert bloc.graphique is not None
    dit = plain(bloc.graphique.alternative)
    assert "Ensemble : 11,5 %. Plus hauts que les autres : Ermont 16,3 %." in dit
    assert "limite" not in dit


def test_the_note_says_what_is_expected_and_the_total_adds_it_up(essai: Essai) -> None:
    bloc = essai(("Lac", 98, 1000), ("Mont", 102, 1000))
    assert any(
        note.startswith("Ruptures attendues : celles qu'auraient les mêmes apprentis aux taux du réseau, compte tenu ")
        for note in bloc.notes
    )
    assert bloc.tableau is not None and bloc.tableau.total is not None
    assert bloc.tableau.total[3] == "200,0"


# On the demonstration, whose figures are the published ones


@pytest.fixture(scope="module")
def compares(demonstration: Path) -> list[dict[str, str]]:
    with (demonstration / "tables/cfa_compares.csv").open(encoding="utf-8", newline="") as flux:
        return [ligne for ligne in csv.DictReader(flux) if ligne["annee"] == "2021-2022"]


def test_the_published_columns(compares: list[dict[str, str]]) -> None:
    assert list(compares[0]) == [
        "annee", "uai", "structure", "effectif", "ruptures_nettes", "taux_rupture_nette", "taux_bas", "taux_haut",
        "fiabilite", "attendues", "rapport_public_egal", "rapport_bas", "rapport_haut",
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
    ensemble = measure_dispersion(
        [int(ligne["ruptures_nettes"]) for ligne in compares], [int(ligne["effectif"]) for ligne in compares]
    )
    assert (round(100 * ensemble.taux, 3), round(ensemble.chi2, 2), ensemble.structures - 1) == (11.488, 24.47, 6)
    assert round(ensemble.phi, 2) == 3.50


def test_golden_odds_ratios_of_the_definitions(compares: list[dict[str, str]]) -> None:
    rapports = {
        ligne["structure"].removeprefix("BTP CFA "): [
            round(float(ligne[nom]), 4) for nom in ("rapport_public_egal", "rapport_bas", "rapport_haut")
        ]
        for ligne in compares
    }
    assert rapports["Ermont"] == [1.6046, 1.1984, 2.1485]
    assert rapports["Nangis"] == [1.4233, 1.0382, 1.9512]
    assert rapports["Rueil-Malmaison"] == [0.6009, 0.3983, 0.9064]
    assert rapports["Ocquerre"][0] == 0.9974


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
    assert (
        "Sur trois ans, au-dessus des autres, à examiner : BTP CFA Ermont (15,8 %) et BTP CFA Nangis (15,0 %) ; "
        "au-dessous, à comprendre : BTP CFA Rueil-Malmaison (7,8 %)."
    ) in texte
    assert (
        "À public égal, BTP CFA Ermont et BTP CFA Nangis ont eu en 2021-2022 32 ruptures nettes de plus qu'attendu, "
        "une sur 10 de celles du réseau."
    ) in texte
    for mot in ("Les deux règles", "s'accordent", "stable au regard", "variation attendue", "le hasard suffit"):
        assert mot not in texte
