"""The page of a period: its values by number, what is left over together, no share of too few."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from pipeline.models.header import Pivot, PrintedColumn
from pipeline.report.breakdowns import Breakdown, BreakdownYear
from pipeline.report.periods import PeriodFocus, PeriodValue, crossed, describe, summer_sentence
from tests.support import plain

COLONNES = {
    "periode": PrintedColumn(libelle="Période", format="periode"),
    "filiere": PrintedColumn(libelle="Filière"),
}


def breakdown(comptes: dict[tuple[str, str], int], valeur: str = "ruptures_nettes") -> BreakdownYear:
    """(period, filière) → net ruptures, as a breakdown gives them."""
    lignes = [{"annee": "2021-2022", "periode": p, "filiere": f, "ruptures_nettes": n} for (p, f), n in comptes.items()]
    pivot = Pivot(lignes="filiere", colonnes="periode", valeur=valeur)
    modele: Any = SimpleNamespace(ventilation=SimpleNamespace(colonnes=COLONNES, pivot=pivot))
    types = {"annee": pl.String, "periode": pl.String, "filiere": pl.String, "ruptures_nettes": pl.Int64}
    return Breakdown(modele, pl.DataFrame(lignes, types)).of_year("2021-2022")


def focus(comptes: dict[tuple[str, str], int], periode: str = "essai") -> PeriodFocus | None:
    return describe(periode, [(breakdown(comptes), "filiere")], sum(comptes.values()))


def test_values_come_by_number_with_their_share_of_the_period_and_of_the_year() -> None:
    trouve = focus({("essai", "Bois"): 5, ("essai", "Fluides"): 20, ("intermediaire", "Bois"): 75})
    assert trouve is not None
    assert (trouve.titre, trouve.ruptures_nettes) == ("La période d'essai", 25)
    assert plain(trouve.phrase) == "25 ruptures nettes sur 100 ont eu lieu en période d'essai, soit 25 %."
    (croisement,) = trouve.croisements
    assert croisement.titre == "Filière"
    assert croisement.traits == [PeriodValue("Fluides", 20, 0.8, 0.2), PeriodValue("Bois", 5, 0.2, 0.8)]


def test_a_period_has_its_upper_bound_beside_ruptures_of_unknown_day() -> None:
    trouve = focus({("essai", "Bois"): 25, ("intermediaire", "Bois"): 65, ("Non renseigné", "Bois"): 10})
    assert trouve is not None
    assert plain(trouve.phrase) == (
        "25 ruptures nettes sur 100 ont eu lieu en période d'essai, soit 25 % (35 % au plus, 10 étant non renseignées)."
    )


def test_a_table_that_leaves_ruptures_out_has_shares_of_all_those_of_the_period_and_of_the_year() -> None:
    """Of the seven CFA, 318 of 326: their shares are of 326, as the note under the tables says."""
    toutes = breakdown({("essai", "Bois"): 25, ("intermediaire", "Bois"): 75})
    cfa = breakdown({("essai", "Lac"): 20, ("intermediaire", "Lac"): 40})
    trouve = describe("essai", [(toutes, "filiere"), (cfa, "filiere")], 100)
    assert trouve is not None
    assert trouve.croisements[1].traits == [PeriodValue("Lac", 20, 0.8, 0.6)]


def test_what_has_no_line_of_its_own_is_together_and_what_is_not_filled_in_stays_visible() -> None:
    comptes = {("essai", nom): 10 - rang for rang, nom in enumerate("ABCDEFG")} | {("essai", "Non renseigné"): 30}
    trouve = focus(comptes)
    assert trouve is not None
    noms = [(trait.nom, trait.ruptures_nettes) for trait in trouve.croisements[0].traits]
    assert noms == [("A", 10), ("B", 9), ("C", 8), ("D", 7), ("E", 6), ("2 autres", 9), ("Non renseigné", 30)]
    assert sum(nombre for _, nombre in noms) == trouve.ruptures_nettes


def test_one_value_left_over_has_its_own_line() -> None:
    trouve = focus({("essai", nom): 10 - rang for rang, nom in enumerate("ABCDEF")})
    assert trouve is not None
    assert [trait.nom for trait in trouve.croisements[0].traits] == list("ABCDEF")


def test_a_period_of_less_than_20_ruptures_has_no_shares() -> None:
    trouve = focus({("essai", "Bois"): 19, ("intermediaire", "Bois"): 81})
    assert trouve is not None
    assert trouve.croisements[0].traits == [PeriodValue("Bois", 19, None, 1.0)]


def test_one_rupture_is_singular_and_too_small_a_year_has_no_share_at_all() -> None:
    trouve = focus({("post_examen", "Bois"): 1, ("essai", "Bois"): 2}, "post_examen")
    assert trouve is not None
    assert trouve.phrase == "1 rupture nette sur 3 a eu lieu de juin à août, sur des contrats de dix mois au moins."
    assert trouve.croisements[0].traits == [PeriodValue("Bois", 1, None, None)]


def test_a_period_without_a_rupture_has_no_page() -> None:
    assert focus({("essai", "Bois"): 0, ("intermediaire", "Bois"): 7}) is None
    assert describe("essai", [], 12) is None


@pytest.mark.parametrize(("valeur", "dimensions"), [("ruptures_nettes", ["filiere"]), ("part_ruptures", [])])
def test_only_tables_of_net_ruptures_crossed_with_the_periods_are_read(valeur: str, dimensions: list[str]) -> None:
    sans: Any = SimpleNamespace(ventilation=SimpleNamespace(pivot=None))
    ventilations = [breakdown({}, valeur).ventilation, Breakdown(sans, pl.DataFrame())]
    assert [dimension for _, dimension in crossed(ventilations)] == dimensions


def summer(**compte: int | None) -> str:
    """The sentence of a year that begins on 16 August 2021, none counted unless said."""
    vide = {"ruptures_nettes": 0, "au_debut": 0, "en_derniere_annee": 0, "en_annee_anterieure": 0, "fins_de_diplome": 0}
    return plain(summer_sentence({**vide, "fin_d_ete": date(2021, 8, 31), **compte}, date(2021, 8, 16)))


def test_what_june_to_august_puts_together_is_counted() -> None:
    compte = {"au_debut": 16, "en_derniere_annee": 33, "en_annee_anterieure": 47, "fins_de_diplome": 1}
    assert summer(ruptures_nettes=80, **compte) == (
        "Sur 80 ruptures : 16 du 16 au 31 août 2021, au début de l'année ; 47 avant la dernière année du cycle ; 33 "
        "dans la dernière année du cycle (41 %) ; 1 dont le motif est l'obtention du diplôme."
    )


def test_few_of_them_have_no_share_and_none_is_written_in_words() -> None:
    assert summer(ruptures_nettes=2, en_annee_anterieure=1) == (
        "Sur 2 ruptures : 1 avant la dernière année du cycle ; aucune dans la dernière année du cycle ; 1 d'année du "
        "cycle inconnue ; aucune dont le motif est l'obtention du diplôme."
    )


def test_nothing_is_said_of_diplomas_where_no_motif_says_them_nor_of_no_rupture() -> None:
    assert "diplôme" not in summer(ruptures_nettes=1, en_derniere_annee=1, fins_de_diplome=None)
    assert summer() == ""
