"""Year on year: what the tables print of the year before, when a change is a rise or a fall."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.models import file
from pipeline.paths import RACINE
from pipeline.report import blocks
from pipeline.report.blocks import Block, show_breakdowns
from pipeline.report.breakdowns import Breakdown, ResultRow, read_breakdowns, select
from pipeline.report.changes import ReportChanges, find_changes
from pipeline.report.headline import headline
from pipeline.report.pages import network_rate
from pipeline.report.rates import YearTotals
from tests.support import glossary, pdf_text, plain, shipped

AVANT, ANNEE = "2020-2021", "2021-2022"
COLONNES = """
  filiere: {libelle: Filière}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux, format: taux}
"""
TAUX = """
    part(ruptures_nettes, effectif) as taux_rupture_nette,
    wilson_bas(ruptures_nettes, effectif) as taux_bas,
    wilson_haut(ruptures_nettes, effectif) as taux_haut,
    fiabilite(ruptures_nettes, effectif) as fiabilite
"""
Ligne = tuple[str, str, str, int, int]  # annee, code, filiere, ruptures, apprentices
Comptes = dict[str, tuple[int, int]]  # filiere → ruptures, apprentices


@dataclass
class Reseau:
    """A database with the network's totals and breakdowns of it."""

    con: duckdb.DuckDBPyConnection
    dossier: Path
    modeles: list[file.SqlFile]

    def breakdown(self, nom: str, lignes: list[Ligne], cles: str = "evolution: true", unique: str = "filiere") -> None:
        """A breakdown of these rows, by the name of each or by its code."""
        self.con.execute(f"create table ventilations.{nom} (annee text, code text, filiere text, k bigint, n bigint)")
        self.con.executemany(f"insert into ventilations.{nom} values (?, ?, ?, ?, ?)", lignes)
        self.con.execute(
            f"create or replace table ventilations.{nom} as "
            f"select *, {TAUX} from (select * rename (k as ruptures_nettes, n as effectif) from ventilations.{nom})"
        )
        chemin = self.dossier / f"{nom}.sql"
        cle = f"cle: {unique}\nhors_total: Rien\n"
        entete = f"titre: Essai\ndescription: Essai.\nsection: essais\nordre: 1\n{cle}{cles}\ncolonnes:{COLONNES}"
        chemin.write_text(f"/*\n---\n{entete}---\n*/\nselect 1 order by 1\n", encoding="utf-8")
        self.modeles.append(file.parse(chemin, "ventilations"))

    def total(self, **annees: tuple[int, int]) -> None:
        """The network's totals: ruptures, apprentices."""
        self.con.execute("create table core.ruptures_nettes_par_annee (annee text, k bigint, n bigint)")
        for annee, comptes in annees.items():
            nom = f"{annee[1:5]}-{annee[5:]}"
            self.con.execute("insert into core.ruptures_nettes_par_annee values (?, ?, ?)", [nom, *comptes])
        self.con.execute(
            f"create or replace table core.ruptures_nettes_par_annee as select *, {TAUX}, ruptures_nettes as "
            "ruptures_brutes, 0 as resignees from (select annee, k as ruptures_nettes, n as effectif from "
            "core.ruptures_nettes_par_annee)"
        )

    def years(self, annee: str = ANNEE) -> list[ResultRow]:
        """The network's totals until a year."""
        sql = "select * from core.ruptures_nettes_par_annee where annee <= ? order by annee"
        return select(self.con, sql, [annee])

    def breakdowns(self) -> list[Breakdown]:
        return read_breakdowns(self.con, self.modeles)

    def changes(self, annee: str = ANNEE) -> ReportChanges:
        return find_changes(self.con, self.years(annee), self.breakdowns())

    def block(self, rang: int = 0, annee: str = ANNEE) -> Block:
        ensemble, annuelle = self.years(annee)[-1], self.breakdowns()[rang].of_year(annee)
        taux = network_rate(ensemble)
        (bloc,) = show_breakdowns(self.con, [annuelle], ensemble, taux, "Essai.", self.changes(annee))
        return bloc


@pytest.fixture
def reseau(tmp_path: Path) -> Reseau:
    con = duckdb.connect()
    con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
    con.execute("create schema ventilations; create schema core")
    return Reseau(con, tmp_path, [])


@pytest.fixture
def essai(reseau: Reseau) -> Callable[..., Block]:
    """`essai(apres, avant)` is the block of a breakdown of the whole network with these counts."""

    def make(apres: Comptes, avant: Comptes, cles: str = "evolution: true") -> Block:
        lignes = [(annee, nom, nom, *c) for annee, tous in ((AVANT, avant), (ANNEE, apres)) for nom, c in tous.items()]
        reseau.total(
            **{
                f"a{annee[:4]}{annee[5:]}": (sum(k for k, _ in tous.values()), sum(n for _, n in tous.values()))
                for annee, tous in ((AVANT, avant), (ANNEE, apres))
            }
        )
        reseau.breakdown("essai", lignes, cles)
        return reseau.block()

    return make


Essai = Callable[..., Block]


def heads(bloc: Block) -> list[str]:
    assert bloc.tableau is not None
    return [colonne.libelle for colonne in bloc.tableau.colonnes]


def changes(bloc: Block) -> list[list[str]]:
    """Name, rate, change on the year before of each printed row, the total's last."""
    assert bloc.tableau is not None and bloc.tableau.total is not None
    return [[plain(rangee[rang]) for rang in (0, 3, 5)] for rangee in [*bloc.tableau.lignes, bloc.tableau.total]]


def test_the_table_gains_one_column_at_its_right(essai: Essai) -> None:
    bloc = essai({"Bois": (100, 1000)}, {"Bois": (100, 1000)})
    assert [plain(tete) for tete in heads(bloc)] == [
        "Filière", "Apprentis suivis", "Ruptures nettes", "Taux", "Intervalle à 95 %", "Depuis 2020-2021 (points)",
    ]  # fmt: skip
    assert bloc.tableau is not None and bloc.tableau.colonnes[-1].nombre


@pytest.mark.parametrize(
    ("apres", "avant", "dite"),
    [
        ((180, 1000), (100, 1000), "une hausse de 8,0 points, établie"),
        ((100, 1000), (106, 1000), "une baisse de 0,6 point, non établie"),
        ((100, 1000), (100, 1000), "un écart de 0,0 point, non établi"),
        ((1001, 10000), (999, 10000), "un écart de 0,0 point, les deux taux étant équivalents à un point près"),
        ((9, 49), (2, 20), "une hausse de 8 points, non établie"),
        ((9, 49), (2, 19), "trop peu d'apprentis suivis pour un écart (n.s.)"),
    ],
)
def test_the_change_of_the_first_row_is_a_sentence_under_the_table(
    essai: Essai, apres: tuple[int, int], avant: tuple[int, int], dite: str
) -> None:
    assert plain(essai({"Bois": apres}, {"Bois": avant}).exemple).endswith(f" ; depuis 2020-2021, {dite}.")


def test_who_was_not_there_the_year_before_has_no_change(essai: Essai) -> None:
    exemple = essai({"Bois": (10, 100), "Eau": (10, 100)}, {"Eau": (10, 100)}).exemple
    assert plain(exemple).endswith(" ; nul n'y était suivi en 2020-2021.")


def test_a_rise_a_fall_and_noise(essai: Essai) -> None:
    bloc = essai(
        {"Bois": (180, 1000), "Eau": (100, 1000), "Métal": (104, 1000)},
        {"Bois": (100, 1000), "Eau": (180, 1000), "Métal": (100, 1000)},
    )
    assert changes(bloc) == [
        ["Bois", "18,0 %", "+8,0 hausse"],
        ["Eau", "10,0 %", "−8,0 baisse"],
        ["Métal", "10,4 %", "+0,4 n.é."],
        ["Ensemble du tableau", "12,8 %", "+0,1 n.é."],
    ]


def test_what_these_words_mean_is_said_under_the_table(essai: Essai) -> None:
    bloc = essai({"Bois": (100, 1000), "Eau": (90, 500)}, {"Bois": (100, 1000), "Eau": (90, 500)})
    assert bloc.notes == [
        "Depuis 2020-2021 : hausse ou baisse si elle est établie parmi les 2 évolutions du tableau ; équiv., "
        "équivalente, s'il est établi qu'elle est de moins d'un point ; n.é., non établie, ne veut pas dire que rien "
        "n'a changé."
    ]


def test_no_change_has_no_sign(essai: Essai) -> None:
    assert changes(essai({"Bois": (100, 1000)}, {"Bois": (100, 1000)}))[0][2] == "0,0 n.é."


@pytest.mark.parametrize(
    ("apres", "avant", "attendu"),
    [
        ((9, 19), (1, 500), ["n.s.", "n.s."]),
        ((90, 500), (9, 19), ["18,0 %", "n.s."]),
        ((0, 3), (0, 4), ["n.s.", "n.s."]),
        ((9, 49), (2, 20), ["18 %*", "+8 n.é."]),
        ((90, 500), (18, 99), ["18,0 %", "0 n.é."]),
    ],
)
def test_a_tiny_group_has_no_rate_and_no_change_and_a_small_one_is_marked(
    essai: Essai, apres: tuple[int, int], avant: tuple[int, int], attendu: list[str]
) -> None:
    bloc = essai({"Bois": apres, "Eau": (50, 500)}, {"Bois": avant, "Eau": (50, 500)})
    assert changes(bloc)[0][1:] == attendu
    imprimes = "".join(attendu)
    assert (blocks.NON_SIGNIFICATIF in bloc.notes) == ("n.s." in imprimes)
    assert (blocks.FRAGILE in bloc.notes) == ("*" in imprimes)


def test_a_group_that_nobody_was_in_the_year_before_is_new(essai: Essai) -> None:
    bloc = essai({"Bois": (50, 500), "Eau": (90, 500), "Air": (1, 3)}, {"Bois": (50, 500)})
    assert changes(bloc)[1:3] == [["Eau", "18,0 %", "nouveau"], ["Air", "n.s.", "nouveau"]]
    assert "« nouveau », si nul n'y était suivi en 2020-2021" in " ".join(bloc.notes)


def test_a_group_that_is_no_more_has_no_row_and_is_not_tested(essai: Essai) -> None:
    bloc = essai({"Bois": (50, 500)}, {"Bois": (50, 500), "Eau": (90, 500)})
    assert [ligne[0] for ligne in changes(bloc)] == ["Bois", "Ensemble du tableau"]
    assert "évolutions du tableau" not in " ".join(bloc.notes)
    assert "nouveau" not in " ".join(bloc.notes)


def test_rows_put_together_have_no_change(essai: Essai) -> None:
    bloc = essai(
        {"Bois": (50, 500), "Eau": (5, 50), "Air": (6, 60)}, {"Bois": (50, 500), "Eau": (5, 50), "Air": (6, 60)},
        "evolution: true\nlignes_max: 1",
    )  # fmt: skip
    assert changes(bloc)[1] == ["2 autres lignes", "10,0 %", ""]
    assert "parmi les 3 évolutions du tableau" in " ".join(bloc.notes)


def test_without_an_earlier_year_there_is_nothing_to_compare(reseau: Reseau) -> None:
    reseau.total(a20202021=(100, 1000), a20212022=(180, 1000))
    reseau.breakdown("essai", [(AVANT, "b", "Bois", 100, 1000), (ANNEE, "b", "Bois", 180, 1000)])
    bloc = reseau.block(annee=AVANT)
    assert plain(heads(bloc)[-1]) == "Intervalle à 95 %"
    assert bloc.notes == []
    assert reseau.changes(AVANT).reseau.evolution is None


def test_a_breakdown_without_a_row_the_year_before_is_all_new(reseau: Reseau) -> None:
    reseau.total(a20202021=(100, 1000), a20212022=(180, 1000))
    reseau.breakdown("essai", [(ANNEE, "b", "Bois", 180, 1000)])
    assert changes(reseau.block()) == [
        ["Bois", "18,0 %", "nouveau"], ["Ensemble du tableau", "18,0 %", ""],
    ]  # fmt: skip


def test_rows_are_the_same_by_the_key_of_the_table_whatever_they_are_called(reseau: Reseau) -> None:
    reseau.total(a20202021=(150, 1500), a20212022=(200, 1500))
    reseau.breakdown(
        "essai",
        [
            (AVANT, "1", "CFA du Lac", 100, 1000), (AVANT, "2", "CFA du Mont", 50, 500),
            (ANNEE, "1", "CFA des Lacs", 180, 1000), (ANNEE, "2", "CFA du Lac", 20, 500),
        ],
        unique="code",
    )  # fmt: skip
    assert changes(reseau.block())[:2] == [
        ["CFA des Lacs", "18,0 %", "+8,0 hausse"], ["CFA du Lac", "4,0 %", "−6,0 baisse"],
    ]  # fmt: skip


# Tested together

SEULE = (80, 500), (52, 500)  # p = 0.009: kept among two, not among six


def test_a_change_that_stands_alone_does_not_stand_among_the_rows_of_its_breakdown(reseau: Reseau) -> None:
    reseau.total(a20202021=(800, 8000), a20212022=(800, 8000))
    apres, avant = SEULE
    bois = [(AVANT, "b", "Bois", *avant), (ANNEE, "b", "Bois", *apres)]
    autres = [(annee, f"F{n}", f"F{n}", 50, 500) for annee in (AVANT, ANNEE) for n in range(5)]
    reseau.breakdown("seule", bois)
    assert changes(reseau.block())[0][2] == "+5,6 hausse"
    reseau.breakdown("autre", autres)
    assert changes(reseau.block(0))[0][2] == "+5,6 hausse"
    reseau.breakdown("ensemble", bois + autres)
    assert changes(reseau.block(2))[0][2] == "+5,6 n.é."
    assert "parmi les 6 évolutions du tableau" in " ".join(reseau.block(2).notes)


def test_breakdowns_that_do_not_ask_for_it_are_not_tested_and_print_nothing_of_it(reseau: Reseau) -> None:
    reseau.total(a20202021=(800, 8000), a20212022=(800, 8000))
    lignes = [(annee, f"F{n}", f"F{n}", 50, 500) for annee in (AVANT, ANNEE) for n in range(4)]
    reseau.breakdown("sans", lignes, cles="")
    reseau.breakdown("avec", lignes)
    assert plain(heads(reseau.block(0))[-1]) == "Intervalle à 95 %"
    assert reseau.block(0).notes == []
    assert {nom: siennes.examinees for nom, siennes in reseau.changes().par_ventilation.items()} == {"avec": 4}


def test_the_network_is_tested_alone(reseau: Reseau) -> None:
    apres, avant = SEULE
    reseau.total(a20202021=avant, a20212022=apres)
    reseau.breakdown("essai", [(annee, f"F{n}", f"F{n}", 50, 500) for annee in (AVANT, ANNEE) for n in range(5)])
    totaux = [YearTotals.of(ligne) for ligne in reseau.years()]
    phrase = plain(headline(totaux[1], totaux[0], reseau.changes().reseau.evolution, date(2022, 8, 15))[1])
    assert "il est en hausse (+5,6 points" in phrase


def test_what_is_equivalent_is_said_to_be_what_is_not_established_is_not(essai: Essai) -> None:
    bloc = essai({"Bois": (10000, 100000), "Eau": (10, 100)}, {"Bois": (10000, 100000), "Eau": (10, 100)})
    assert [ligne[2] for ligne in changes(bloc)[:2]] == ["0,0 équiv.", "0,0 n.é."]


def test_the_total_has_a_verdict_only_where_it_is_the_network_s(reseau: Reseau) -> None:
    reseau.total(a20202021=(100, 1000), a20212022=(180, 1000))
    lignes = [(AVANT, "b", "Bois", 100, 1000), (ANNEE, "b", "Bois", 180, 1000)]
    reseau.breakdown("tout", lignes)
    reseau.breakdown("partie", [(annee, c, f, k - 50, n - 50) for annee, c, f, k, n in lignes])
    assert changes(reseau.block(0))[-1][1:] == ["18,0 %", "+8,0 hausse"]
    assert changes(reseau.block(1))[-1][1:] == ["13,7 %", "+8,4"]


# On the demonstration


def test_the_rows_of_each_breakdown_that_asks_for_it_are_one_family(demonstration: Path) -> None:
    texte = " ".join(pdf_text(demonstration / "rapport_2021-2022.pdf").split())
    familles = []
    for chemin in sorted((shipped() / "ventilations").glob("*.sql")):
        modele = file.parse(chemin, "ventilations", glossary())
        if modele.ventilation.evolution:
            lignes: dict[str, dict[tuple[Any, ...], bool]] = {AVANT: {}, ANNEE: {}}
            with (demonstration / f"tables/{modele.nom}.csv").open(encoding="utf-8", newline="") as flux:
                for ligne in csv.DictReader(flux):
                    if ligne["annee"] in lignes:
                        cle = tuple(ligne[nom] for nom in modele.ventilation.cle)
                        lignes[ligne["annee"]][cle] = int(ligne["effectif"]) >= 20
            familles.append(sum(vue and lignes[AVANT].get(cle, False) for cle, vue in lignes[ANNEE].items()))
    assert len(familles) >= 4
    dites = re.findall(r"parmi les (\d+) évolutions du tableau", texte)
    assert sorted(map(int, dites)) == sorted(familles)


def test_a_table_of_the_demonstration_prints_the_change_on_the_year_before(demonstration: Path) -> None:
    texte = " ".join(pdf_text(demonstration / "rapport_2021-2022.pdf").split())
    assert "BTP CFA Ermont 436 71 16,3 % 13,1 à 20,0 21,8 % +0,3 n.é." in texte
    assert "Travaux publics 14 1 n.s. n.s. n.s. 0,3 % 0,5 % n.s." in texte


def test_the_published_tables_have_no_more_columns_than_before(demonstration: Path) -> None:
    entete = (demonstration / "tables/par_cfa.csv").read_text(encoding="utf-8").splitlines()[0]
    assert entete == (
        "annee,uai,structure,inscrits_actifs,ruptures_nettes,effectif,taux_rupture_nette,taux_bas,taux_haut,fiabilite,"
        "part_ruptures,part_effectif"
    )
