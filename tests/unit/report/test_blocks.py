"""What the report prints of a breakdown: rows put together, crossed tables, what a table covers, templates."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from pipeline import formats, paths
from pipeline.errors import UsageError
from pipeline.models import file
from pipeline.models.header import PrintedColumn
from pipeline.models.running import needed_columns
from pipeline.paths import RACINE
from pipeline.report import blocks, pivots, templates
from pipeline.report.blocks import Block, show_breakdowns
from pipeline.report.breakdowns import read_breakdowns
from pipeline.report.pages import network_rate
from pipeline.report.printed import LARGEUR_MM, needs
from tests.pages import second_network
from tests.support import models, page_text, plain, run

ANNEE = "2021-2022"
ENSEMBLE = {"ruptures_nettes": 20, "effectif": 200, "taux_rupture_nette": 0.1, "fiabilite": "solide"}
COLONNES = """
  filiere: {libelle: Filière}
  lieu: {libelle: Lieu}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux, format: taux}
  taux_bas: {libelle: Borne basse, format: borne}
  part_ruptures: {libelle: Part, format: pourcentage}
"""
TAUX = """
select *,
    part(ruptures_nettes, effectif) as taux_rupture_nette,
    wilson_bas(ruptures_nettes, effectif) as taux_bas,
    wilson_haut(ruptures_nettes, effectif) as taux_haut,
    fiabilite(ruptures_nettes, effectif) as fiabilite,
    part(ruptures_nettes, 20) as part_ruptures
from (values {valeurs}) as t (filiere, lieu, effectif, ruptures_nettes)
"""
BOIS, METAL, EAU = ("Bois", "Nord", 100, 9), ("Métal", "Nord", 60, 6), ("Eau", "Sud", 25, 3)
FEU, AIR, VIDE = ("Feu", "Sud", 10, 2), ("Air", "Est", 5, 0), ("Non renseigné", "Est", 4, 0)
TOUTES = [BOIS, METAL, EAU, FEU, AIR, VIDE]
Essai = Callable[..., Block]


@pytest.fixture
def base() -> duckdb.DuckDBPyConnection:
    """An empty database with the project's macros."""
    con = duckdb.connect()
    con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
    con.execute("create schema ventilations")
    return con


@pytest.fixture
def essai(tmp_path: Path, base: duckdb.DuckDBPyConnection) -> Essai:
    """`essai("lignes_max: 2", lignes)` is the block of a breakdown of these rows, or of the result of `sql`."""

    def make(
        cles: str = "", lignes: list[tuple[Any, ...]] = TOUTES, *, colonnes: str = COLONNES, sql: str = "",
        ensemble: dict[str, Any] = ENSEMBLE, hors_total: str = "hors_total: Autres années", cle: str = "annee",
    ) -> Block:  # fmt: skip
        valeurs = ", ".join("(" + ", ".join("null" if v is None else repr(v) for v in ligne) + ")" for ligne in lignes)
        requete = sql or TAUX.format(valeurs=valeurs)
        avant, annee = (f"select '{a}' as annee, * from ({requete})" for a in ("2020-2021", ANNEE))
        base.execute(f"create or replace table ventilations.essai as ({avant} limit 1) union all {annee}")
        chemin = tmp_path / "essai.sql"
        entete = f"titre: Essai\ndescription: Un essai.\nsection: essais\nordre: 1\ncle: {cle}\n{hors_total}\n{cles}"
        chemin.write_text(f"/*\n---\n{entete}\ncolonnes:{colonnes}\n---\n*/\nselect 1 order by 1\n", encoding="utf-8")
        (ventilation,) = read_breakdowns(base, [file.parse(chemin, "ventilations")])
        annuelle, taux = ventilation.of_year(ANNEE), network_rate(ensemble)
        (bloc,) = show_breakdowns(base, [annuelle], ensemble, taux, "Source : essai.")
        return bloc

    return make


def printed(bloc: Block) -> list[list[str]]:
    """The cells of a block's table, total last, no-break spaces as plain ones."""
    assert bloc.tableau is not None
    rangees = [*bloc.tableau.lignes, *([bloc.tableau.total] if bloc.tableau.total else [])]
    return [[texte.replace("\u202f", " ") for texte in rangee] for rangee in rangees]


def first_column(bloc: Block) -> list[str]:
    return [rangee[0] for rangee in printed(bloc)]


def heads(bloc: Block) -> list[str]:
    assert bloc.tableau is not None
    return [colonne.libelle for colonne in bloc.tableau.colonnes]


# Rows put together


def test_without_any_key_every_row_is_printed_in_the_order_of_the_file(essai: Essai) -> None:
    assert first_column(essai()) == ["Bois", "Métal", "Eau", "Feu", "Air", "Non renseigné", "Ensemble du tableau"]


def test_the_first_rows_are_printed_and_the_others_are_one(essai: Essai) -> None:
    bloc = essai("lignes_max: 2", TOUTES[:5])
    assert printed(bloc)[1:] == [
        ["Métal", "Nord", "60", "6", "10 %", "5 %", "30,0 %"],
        ["3 autres lignes", "", "40", "5", "13 %*", "5 %", "25,0 %"],
        ["Ensemble du tableau", "", "200", "20", "10,0 %", "6,6 %", "100,0 %"],
    ]
    assert bloc.lignes[-1]["regroupees"] == 3
    assert "Les 3 autres lignes sont réunies : le classeur donne toutes les lignes." in bloc.notes


def test_rows_under_a_minimum_are_one_wherever_they_are(essai: Essai) -> None:
    bloc = essai("minimum: {colonne: effectif, valeur: 20}", [AIR, BOIS, FEU, METAL, EAU])
    assert first_column(bloc) == ["Bois", "Métal", "Eau", "2 autres lignes", "Ensemble du tableau"]
    assert "Les 2 autres lignes ont chacune moins de 20 apprentis suivis ; le classeur les donne toutes." in bloc.notes


def test_under_both_keys_the_first_rows_are_those_of_the_rows_that_are_large_enough(essai: Essai) -> None:
    bloc = essai("lignes_max: 2\nminimum: {colonne: effectif, valeur: 20}", [AIR, BOIS, FEU, METAL, EAU])
    assert first_column(bloc) == ["Bois", "Métal", "3 autres lignes", "Ensemble du tableau"]
    assert "Les 3 autres lignes sont réunies : le classeur donne toutes les lignes." in bloc.notes


@pytest.mark.parametrize(
    ("minimum", "phrase"),
    [
        ("{colonne: ruptures_nettes, valeur: 4}", "ont chacune moins de 4 ruptures nettes"),
        ("{colonne: ruptures_nettes, valeur: 1}", "ont chacune 0 dans la colonne « Ruptures nettes »"),
        ("{colonne: inscrits, valeur: 1000}", "ont chacune moins de 1 000 dans la colonne « Effectif inscrit »"),
    ],
)
def test_the_note_says_what_small_rows_have(essai: Essai, minimum: str, phrase: str) -> None:
    sql = "select * from (values ('a', 900, 0), ('b', 800, 0)) as t (filiere, inscrits, ruptures_nettes)"
    colonnes = "\n  filiere: {libelle: Filière}\n  inscrits: {libelle: Effectif inscrit, format: entier}\n"
    colonnes += "  ruptures_nettes: {libelle: Ruptures nettes, format: entier}\n"
    notes = [note.replace("\u202f", " ") for note in essai(f"minimum: {minimum}", sql=sql, colonnes=colonnes).notes]
    assert f"Les 2 lignes {phrase} ; le classeur les donne toutes." in notes


def test_what_is_not_filled_in_is_never_put_with_others(essai: Essai) -> None:
    assert first_column(essai("lignes_max: 2")) == [
        "Bois", "Métal", "Non renseigné", "3 autres lignes", "Ensemble du tableau",
    ]  # fmt: skip
    assert "Non renseigné" in first_column(essai("minimum: {colonne: effectif, valeur: 50}"))


def test_a_row_is_never_put_together_with_itself_alone(essai: Essai) -> None:
    bloc = essai("lignes_max: 4", TOUTES[:5])
    assert first_column(bloc) == ["Bois", "Métal", "Eau", "Feu", "Air", "Ensemble du tableau"]
    assert not any("lignes" in note for note in bloc.notes)


def test_rows_that_are_all_small_are_not_the_others_of_anything(essai: Essai) -> None:
    bloc = essai("minimum: {colonne: effectif, valeur: 500}", TOUTES[:3])
    assert first_column(bloc) == ["3 lignes", "Ensemble du tableau"]
    assert "Les 3 lignes ont chacune moins de 500 apprentis suivis ; le classeur les donne toutes." in bloc.notes


def test_a_small_row_whose_count_is_unknown_is_printed(essai: Essai) -> None:
    bloc = essai("minimum: {colonne: effectif, valeur: 20}", [BOIS, FEU, AIR, ("Or", "Sud", None, 1)])
    assert first_column(bloc) == ["Bois", "Or", "2 autres lignes", "Ensemble du tableau"]


def test_the_rate_of_several_rows_is_computed_by_the_macros_of_the_database(
    essai: Essai, base: duckdb.DuckDBPyConnection
) -> None:
    autres = essai("lignes_max: 2", TOUTES[:5]).lignes[-1]
    attendu = base.execute("select part(5, 40), wilson_bas(5, 40), wilson_haut(5, 40), fiabilite(5, 40)").fetchone()
    assert tuple(autres[c] for c in ("taux_rupture_nette", "taux_bas", "taux_haut", "fiabilite")) == attendu
    base.execute(
        "create or replace macro wilson_bas(n, total) as 0.5; create or replace macro fiabilite(n, total) as 'autre'"
    )
    autres = essai("lignes_max: 2", TOUTES[:5]).lignes[-1]
    assert (autres["taux_bas"], autres["fiabilite"]) == (0.5, "autre")


def test_what_is_empty_in_a_row_is_empty_in_the_sum(essai: Essai) -> None:
    colonnes = "\n  nom: {libelle: Nom}\n  n: {libelle: N, format: entier}\n  p: {libelle: P, format: pourcentage}\n"
    sql = "select * from (values ('a', 1, 0.5), ('b', 2, null), ('c', 3, null)) as t (nom, n, p)"
    assert printed(essai("lignes_max: 1", sql=sql, colonnes=colonnes, cle="filiere")) == [
        ["a", "1", "50,0 %"], ["2 autres lignes", "5", "–"], ["Ensemble du tableau", "6", "–"],
    ]  # fmt: skip


def test_what_does_not_add_up_is_blank_for_several_rows(essai: Essai) -> None:
    colonnes = "\n  nom: {libelle: Nom}\n  d: {libelle: D, format: decimal}\n  m: {libelle: M, format: mois}\n"
    sql = "select * from (values ('a', 1.5, '2022-01'), ('b', 2.5, '2022-02'), ('c', 3.5, '2022-03')) as t (nom, d, m)"
    assert printed(essai("lignes_max: 1", sql=sql, colonnes=colonnes, cle="filiere")) == [
        ["a", "1,5", "janvier 2022"], ["2 autres lignes", "", ""],
    ]  # fmt: skip


def test_the_mean_cost_of_several_rows_is_that_of_their_costed_ruptures(essai: Essai) -> None:
    entiers = ("ruptures_nettes", "sans_npec", "sans_date")
    colonnes = "\n  nom: {libelle: Nom}\n" + "".join(f"  {n}: {{libelle: {n}, format: entier}}\n" for n in entiers)
    colonnes += "  perte_annee: {libelle: Perte, format: euros}\n"
    colonnes += "  perte_annee_par_rupture: {libelle: Par rupture, format: euros}\n"
    sql = (
        "select *, par_rupture(perte_annee, ruptures_nettes - sans_npec - sans_date) as perte_annee_par_rupture from "
        "(values ('a', 4, 1, 0, 900.00), ('b', 4, 0, 0, 100.00), ('c', 1, 0, 1, null)) "
        "as t (nom, ruptures_nettes, sans_npec, sans_date, perte_annee)"
    )
    lignes = printed(essai("lignes_max: 1", sql=sql, colonnes=colonnes, cle="filiere"))
    assert [[ligne[0], *ligne[-2:]] for ligne in lignes] == [
        ["a", "900 €", "300 €"], ["2 autres lignes", "100 €", "25 €"], ["Ensemble du tableau", "1 000 €", "143 €"],
    ]  # fmt: skip


def test_the_name_of_a_row_may_stand_after_its_numbers(essai: Essai) -> None:
    colonnes = "\n  n: {libelle: N, format: entier}\n  nom: {libelle: Nom}\n"
    sql = "select * from (values ('a', 1), ('b', 2)) as t (nom, n)"
    bloc = essai(sql=sql, colonnes=colonnes)
    assert printed(bloc) == [["1", "a"], ["2", "b"], ["3", "Ensemble du tableau"]]
    assert bloc.tableau is not None and bloc.tableau.rang_du_nom == 1


def test_a_chart_shows_the_rows_of_its_table(essai: Essai, monkeypatch: pytest.MonkeyPatch) -> None:
    donnees: list[Any] = []
    monkeypatch.setattr(blocks.charts, "draw", lambda *arguments: donnees.append(arguments[-1]))
    essai("lignes_max: 2\ngraphique: {type: barres, titre: Essai, x: taux_rupture_nette, y: lieu}", TOUTES[:5])
    lignes = donnees[0].rows
    assert [ligne["lieu"] for ligne in lignes] == ["Nord", "Nord"], "what stands for many is not beside single ones"
    assert [ligne["annee"] for ligne in donnees[0].every_year] == ["2020-2021", *[ANNEE] * 5]


def test_a_chart_with_two_rows_for_one_cell_is_refused_with_its_line(essai: Essai) -> None:
    carte = "graphique: {type: carte_chaleur, titre: Essai, x: lieu, y: filiere, valeur: effectif}"
    assert essai(carte).graphique is not None
    with pytest.raises(UsageError, match=r"essai\.sql:\d+ : deux lignes ont les mêmes lieu et filiere : un graphique"):
        essai(carte, [BOIS, BOIS])


def test_signs_are_explained_where_they_are_printed(essai: Essai) -> None:
    signes = [blocks.NON_SIGNIFICATIF, blocks.FRAGILE]
    assert [s for s in signes if s in essai(lignes=[BOIS, METAL]).notes] == []
    assert [s for s in signes if s in essai(lignes=[BOIS, EAU]).notes] == [blocks.FRAGILE]
    assert [s for s in signes if s in essai(lignes=[BOIS, FEU]).notes] == [blocks.NON_SIGNIFICATIF]
    assert [s for s in signes if s in essai("lignes_max: 1", [BOIS, FEU, AIR]).notes] == [blocks.NON_SIGNIFICATIF]


@pytest.mark.parametrize(
    ("comptes", "taux"),
    [((200, 4), "2,0 %*"), ((200, 5), "2,5 %"), ((200, 195), "97,5 %"), ((200, 196), "98,0 %*")],
)
def test_few_ruptures_or_few_apprentices_without_one_are_marked_among_many(
    essai: Essai, comptes: tuple[int, int], taux: str
) -> None:
    bloc = essai(lignes=[BOIS, ("Or", "Sud", *comptes)])
    assert taux in next(ligne for ligne in printed(bloc) if ligne[0] == "Or")
    assert (blocks.FRAGILE in bloc.notes) == taux.endswith("*")


def test_the_mark_of_what_is_no_rate_of_net_ruptures_is_explained_by_its_count_alone(essai: Essai) -> None:
    sql = """
        select 'Bois' as filiere, 40 as suivis, 0.1 as taux_rompu, fiabilite_de_l_effectif(40) as fiabilite
    """
    bloc = essai(sql=sql, colonnes="\n  filiere: {libelle: Filière}\n  taux_rompu: {libelle: Part, format: taux}\n")
    assert printed(bloc)[0] == ["Bois", "10,0 %*"]
    assert "* : fragile, effectif de 20 à 49." in bloc.notes


# The interval beside a rate, the marks, what the chart would say again

INTERVALLES = COLONNES.replace("  taux_bas: {libelle: Borne basse, format: borne}\n", "")
MARQUES = "graphique: {type: points, titre: Essai, x: taux_rupture_nette, y: filiere}"


def test_a_rate_has_both_its_limits_beside_it_in_one_column(essai: Essai) -> None:
    bloc = essai("lignes_max: 2", TOUTES[:4], colonnes=INTERVALLES)
    assert [plain(tete) for tete in heads(bloc)[4:]] == ["Taux", "Intervalle à 95 %", "Part"]
    assert bloc.tableau is not None and bloc.tableau.colonnes[5].nombre
    assert [[ligne[0], *ligne[4:6]] for ligne in printed(bloc)] == [
        ["Bois", "9,0 %", "4,8 à 16,2"], ["Métal", "10 %", "5 à 20"], ["2 autres lignes", "14 %*", "6 à 29"],
        ["Ensemble du tableau", "10,3 %", "6,7 à 15,3"],
    ]  # fmt: skip


def test_declared_limits_are_one_column_too(essai: Essai) -> None:
    deux = COLONNES.replace("  part_", "  taux_haut: {libelle: Borne haute, format: borne}\n  part_")
    assert printed(essai(colonnes=deux)) == printed(essai(colonnes=INTERVALLES))
    assert heads(essai(colonnes=deux)) == heads(essai(colonnes=INTERVALLES))


def test_a_rate_that_means_nothing_has_no_interval(essai: Essai) -> None:
    assert printed(essai(lignes=[BOIS, FEU], colonnes=INTERVALLES))[1][4:6] == ["n.s.", "n.s."]


def test_rows_put_together_that_have_no_limits_have_no_interval(essai: Essai) -> None:
    """As of a rate that is not of net ruptures, which does not add up."""
    colonnes = "\n  nom: {libelle: Nom}\n  t: {libelle: T, format: taux}\n"
    colonnes += "  t_bas: {libelle: B, format: borne}\n  t_haut: {libelle: H, format: borne}\n"
    limites = "0.1 as t, 0.05 as t_bas, 0.15 as t_haut"
    sql = f"select n as nom, {limites}, 'solide' as fiabilite from (values ('a'), ('b'), ('c')) as u (n)"
    bloc = essai("lignes_max: 1", sql=sql, colonnes=colonnes)
    assert printed(bloc) == [["a", "10,0 %", "5,0 à 15,0"], ["2 autres lignes", "", ""]]


@pytest.mark.parametrize(("en_plus", "marque"), [(0, True), (2, True), (3, False)])
def test_marks_stand_after_the_interval_unless_the_table_has_more_than_ten_columns(
    essai: Essai, en_plus: int, marque: bool
) -> None:
    """Eight columns with the interval and the marks, and these."""
    comptes = "".join(f"  c{rang}: {{libelle: C{rang}, format: entier}}\n" for rang in range(en_plus))
    plus = "".join(f", {rang} as c{rang}" for rang in range(en_plus))
    valeurs = ", ".join(map(repr, TOUTES[:4]))
    sql = f"select *{plus} from ({TAUX.format(valeurs=valeurs)})"
    tableau = essai(f"lignes_max: 2\n{MARQUES}", sql=sql, colonnes=INTERVALLES + comptes).tableau
    assert tableau is not None
    assert [rang for rang, colonne in enumerate(tableau.colonnes) if colonne.dessin] == [6] * marque
    assert len(tableau.colonnes) == 7 + marque + en_plus
    assert sum(colonne.largeur for colonne in tableau.colonnes) == pytest.approx(LARGEUR_MM, abs=0.8)
    if marque:
        assert plain(tableau.colonnes[5].libelle) == "Intervalle à 95 %"
        assert [ligne[6][:10] for ligne in tableau.lignes] == ["data:image", "data:image", ""]
        assert tableau.total is not None and tableau.total[6] == ""


def test_what_is_said_by_the_table_is_not_said_again_by_the_chart(essai: Essai) -> None:
    assert essai(MARQUES).est_redit
    assert not essai().est_redit
    assert not essai(
        "graphique: {type: entonnoir, titre: E, x: effectif, y: taux_rupture_nette, etiquette: filiere}"
    ).est_redit
    sans = TAUX.format(valeurs="('a', 'b', 1, 1)") + " where false"
    assert not essai(MARQUES, sql=sans).est_redit, "no table says anything"
    assert not essai(f"{MARQUES}\n{TAUX_CROISE}").est_redit, "a crossed table has one measure"


def test_months_are_a_chart_in_the_body_and_a_table_in_the_annexes(essai: Essai) -> None:
    colonnes = (
        "\n  mois: {libelle: Mois, format: mois}\n  ruptures_nettes: {libelle: Ruptures nettes, format: entier}\n"
    )
    sql = "select * from (values ('2021-09', 12), ('2021-10', 9)) as t (mois, ruptures_nettes)"
    mois = "graphique: {type: colonnes_mois, titre: Essai, x: mois, y: ruptures_nettes}"
    assert essai(mois, sql=sql, colonnes=colonnes).est_en_deux
    assert not essai(mois, sql=sql, colonnes=colonnes).est_redit
    assert not essai(sql=sql, colonnes=colonnes).est_en_deux
    assert not essai(MARQUES).est_en_deux
    assert not essai(mois, sql=f"{sql} where false", colonnes=colonnes).est_en_deux


# Crossed tables

TAUX_CROISE = "pivot: {lignes: filiere, colonnes: lieu, valeur: taux_rupture_nette}"
CROISEES = [
    ("Métal", "Sud", 60, 6), ("Métal", "Nord", 10, 3), ("Bois", "Nord", 30, 3), ("Bois", "Est", 80, 8),
]  # fmt: skip


def test_a_crossed_table_is_in_the_order_in_which_the_file_names_things(essai: Essai) -> None:
    bloc = essai(TAUX_CROISE, CROISEES)
    assert heads(bloc) == ["Filière", "Sud", "Nord", "Est", "Ensemble"]
    assert printed(bloc) == [
        ["Métal", "10 %\n5 à 20", "n.s.", "–", "13 %\n7 à 23"],
        ["Bois", "–", "10 %*\n3 à 26", "10 %\n5 à 19", "10,0 %\n5,7 à 17,0"],
        ["Ensemble", "10 %\n5 à 20", "15 %*\n7 à 29", "10 %\n5 à 19", "11,1 %\n7,3 à 16,5"],
    ]
    assert bloc.tableau is not None
    assert (bloc.tableau.legende, bloc.tableau.chapeau) == ("Essai, 2021-2022 : taux", "Lieu")
    assert {blocks.NON_SIGNIFICATIF, blocks.FRAGILE} <= set(bloc.notes)


@pytest.mark.parametrize(
    ("valeur", "derniere"),
    [
        ("effectif", ["60", "40", "80", "180"]),
        ("part_ruptures", ["30,0 %", "30,0 %", "40,0 %", "100,0 %"]),
        ("taux_bas", ["5 %", "7 %", "5 %", "7,3 %"]),
    ],
)
def test_counts_and_shares_have_sums_for_margins_and_bounds_those_of_the_sums(
    essai: Essai, valeur: str, derniere: list[str]
) -> None:
    assert printed(essai(TAUX_CROISE.replace("taux_rupture_nette", valeur), CROISEES))[-1] == ["Ensemble", *derniere]


def many(nombre: int) -> list[tuple[Any, ...]]:
    """One row a place, ten apprentices and one rupture each, and a second one in the first and the last places."""
    lignes = [("Bois", f"L{rang:02d}", 10, 1) for rang in range(nombre)]
    return [*lignes, ("Métal", "L00", 30, 0), ("Métal", f"L{nombre - 1:02d}", 30, 3)]


def test_further_columns_are_one_computed_from_their_rows(essai: Essai) -> None:
    bloc = essai(TAUX_CROISE, many(12))
    assert heads(bloc)[1:] == [*(f"L{rang:02d}" for rang in range(9)), "Autres", "Ensemble"]
    bois, metal, ensemble = printed(bloc)
    assert bois[-2:] == ["10 %*\n3 à 26", "10,0 %\n5,8 à 16,7"]
    assert metal[-2:] == ["10 %*\n3 à 26", "5 %*\n2 à 14"]
    assert ensemble[-2:] == ["10 %\n5 à 20", "8,3 %\n5,1 à 13,3"]
    assert "La colonne « Autres » réunit 3 valeurs de « Lieu » ; le classeur les donne toutes." in bloc.notes


def test_further_lines_are_one_too_and_the_totals_are_those_of_all(essai: Essai) -> None:
    lignes = [(f"F{rang:02d}", lieu, 100, 1) for rang in range(45) for lieu in ("Nord", "Sud")]
    bloc = essai("pivot: {lignes: filiere, colonnes: lieu, valeur: ruptures_nettes}", lignes)
    assert first_column(bloc) == [*(f"F{rang:02d}" for rang in range(30)), "Autres", "Ensemble"]
    assert printed(bloc)[-2:] == [["Autres", "15", "15", "30"], ["Ensemble", "45", "45", "90"]]
    assert "La ligne « Autres » réunit 15 valeurs de « Filière » ; le classeur les donne toutes." in bloc.notes


def test_the_signs_of_cells_that_are_not_printed_are_not_explained(essai: Essai) -> None:
    lignes = [("Bois", f"L{rang:02d}", 100 if rang < 9 else 10, 5) for rang in range(12)]
    bloc = essai(TAUX_CROISE, lignes)
    assert printed(bloc)[0][-2] == "50 %*\n33\nà 67"
    assert (blocks.FRAGILE in bloc.notes, blocks.NON_SIGNIFICATIF in bloc.notes) == (True, False)


def test_one_column_left_over_has_its_own_name(essai: Essai) -> None:
    assert heads(essai(TAUX_CROISE, many(10)))[-2:] == ["L09", "Ensemble"]


def test_what_is_not_filled_in_keeps_its_column(essai: Essai) -> None:
    bloc = essai(TAUX_CROISE, [*many(12), ("Bois", "Non renseigné", 50, 5)])
    assert heads(bloc)[-3:] == ["Non renseigné", "Autres", "Ensemble"]
    assert len(heads(bloc)) == pivots.COLONNES_MAX + 3


def test_what_does_not_add_up_has_no_margin_and_its_further_columns_are_in_the_workbook(essai: Essai) -> None:
    colonnes = "\n  a: {libelle: A}\n  b: {libelle: B}\n  d: {libelle: D, format: decimal}\n"
    sql = "select 'x' as a, 'b' || n as b, n / 2 as d from range(11) as t (n)"
    bloc = essai("pivot: {lignes: a, colonnes: b, valeur: d}", sql=sql, colonnes=colonnes)
    assert heads(bloc) == ["A", *(f"b{n}" for n in range(9))]
    assert printed(bloc) == [["x", *(formats.decimal(n / 2) for n in range(9))]]
    assert "2 valeurs de « B » n'ont pas de colonne ; le classeur les donne toutes." in bloc.notes


def test_counts_have_their_share_of_a_row_that_is_large_enough(essai: Essai) -> None:
    bloc = essai(
        "pivot: {lignes: filiere, colonnes: lieu, valeur: ruptures_nettes, part: lignes}",
        [("Métal", "Sud", 60, 15), ("Métal", "Nord", 10, 5), ("Bois", "Nord", 30, 19), ("Bois", "Est", 80, 0)],
    )
    assert printed(bloc) == [
        ["Métal", "15 (75 %)", "5 (25 %)", "–", "20"],
        ["Bois", "–", "19", "0", "19"],
        ["Ensemble", "15 (38 %)", "24 (62 %)", "0", "39"],
    ]
    assert bloc.tableau is not None
    assert bloc.tableau.legende == "Essai, 2021-2022 : ruptures nettes et part de la ligne"
    assert "Pas de part dans une ligne de moins de 20." in bloc.notes


def test_two_rows_for_one_cell_are_refused(essai: Essai, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refus:
        essai(TAUX_CROISE, [BOIS, METAL, ("Bois", "Nord", 3, 1)])
    assert refus.value.message == (
        f"{tmp_path / 'essai.sql'}:9 : deux lignes de 2021-2022 vont dans la même case du tableau croisé. "
        "Réunissez-les dans la requête (group by annee, filiere, lieu), ou donnez à lignes et colonnes ce qui les "
        "distingue ; deux établissements du même nom sont à distinguer dans le référentiel."
    )


# What a table covers

RUPTURES = "\n  filiere: {libelle: Filière}\n  ruptures_nettes: {libelle: Ruptures nettes, format: entier}\n"


@pytest.mark.parametrize(
    ("hors_total", "colonnes", "ruptures", "suivis", "champ"),
    [
        ("", RUPTURES, 20, 200, "ruptures nettes du réseau en 2021-2022."),
        ("Lycées non compris", COLONNES, 20, 200,
         "apprentis suivis du réseau en 2021-2022. Lycées non compris : aucune rupture nette."),
        ("Lycées non compris", COLONNES, 20, 201,
         "apprentis suivis du réseau en 2021-2022. Lycées non compris : aucune rupture nette et 1 apprenti suivi."),
        ("Lycées non compris.", COLONNES, 21, 300,
         "apprentis suivis du réseau en 2021-2022. Lycées non compris : 1 rupture nette et 100 apprentis suivis."),
        ("Lycées non compris", RUPTURES, 22, 300,
         "ruptures nettes du réseau en 2021-2022. Lycées non compris : 2 ruptures nettes."),
        ("", RUPTURES, 22, 300, "ruptures nettes du réseau en 2021-2022. Hors du tableau : 2 ruptures nettes."),
        ("Une rupture peut avoir deux lignes", RUPTURES, 15, 300,
         "ruptures nettes du réseau en 2021-2022. Les lignes ont ensemble 20 ruptures nettes, et l'année 15. Une "
         "rupture peut avoir deux lignes."),
    ],
)  # fmt: skip
def test_a_table_says_whom_it_counts_and_what_it_leaves_out_once(
    essai: Essai, hors_total: str, colonnes: str, ruptures: int, suivis: int, champ: str
) -> None:
    ensemble = ENSEMBLE | {"ruptures_nettes": ruptures, "effectif": suivis}
    controle = "controles: [{somme_egale: {colonne: n, par: annee, total: core.ruptures_nettes_par_annee}}]"
    cle = f"hors_total: {hors_total}" if hors_total else controle
    bloc = essai(lignes=[BOIS, METAL, ("Eau", "Sud", 40, 5)], colonnes=colonnes, ensemble=ensemble, hors_total=cle)
    assert bloc.champ == champ
    assert not any("compris" in note or "deux lignes" in note for note in bloc.notes)


@pytest.mark.parametrize(
    ("ruptures", "suite"), [(0, " Aucune rupture nette dans l'année."), (1, ""), (2, "")],
)  # fmt: skip
def test_a_year_without_ruptures_is_said(essai: Essai, ruptures: int, suite: str) -> None:
    controle = "controles: [{somme_egale: {colonne: n, par: annee, total: core.ruptures_nettes_par_annee}}]"
    ensemble = ENSEMBLE | {"ruptures_nettes": ruptures}
    bloc = essai(lignes=[("Bois", "Nord", 100, ruptures)], ensemble=ensemble, hors_total=controle)
    assert bloc.champ == f"apprentis suivis du réseau en 2021-2022.{suite}"


def test_a_table_of_something_else_than_ruptures_says_only_what_it_leaves_out(essai: Essai) -> None:
    colonnes = "\n  nom: {libelle: Nom}\n  n: {libelle: N, format: entier}\n"
    bloc = essai(sql="select 'a' as nom, 3 as n", colonnes=colonnes, hors_total="hors_total: UFA non comprises")
    assert (bloc.champ, bloc.notes) == ("données du réseau de 2021-2022. UFA non comprises.", [])


def test_a_year_without_rows_is_said_in_the_words_of_the_header(essai: Essai) -> None:
    sans = TAUX.format(valeurs="('a', 'b', 1, 1)") + " where false"
    bloc = essai("sans_ligne: Aucun chantier cette année-là", sql=sans, hors_total="hors_total: Lycées non compris")
    assert (bloc.tableau, bloc.total, bloc.graphique, bloc.exemple) == (None, None, None, "")
    assert bloc.sans_ligne == "Aucun chantier cette année-là."
    assert bloc.champ == (
        "apprentis suivis du réseau en 2021-2022. Lycées non compris : 20 ruptures nettes et 200 apprentis suivis."
    )
    assert essai(sql=sans).sans_ligne == "Aucune ligne pour 2021-2022."


# Widths


def test_columns_of_numbers_look_alike_and_fill_the_page_with_the_texts(essai: Essai) -> None:
    tableau = essai("lignes_max: 2").tableau
    assert tableau is not None
    largeurs = [colonne.largeur for colonne in tableau.colonnes]
    assert sum(largeurs) == pytest.approx(LARGEUR_MM, abs=0.5)
    assert set(largeurs[2:]) == {17.0}


def test_a_wide_table_keeps_its_values_whole(essai: Essai) -> None:
    lignes = [("Menuiserie", f"Établissement {rang:02d}", 100 + rang, 20) for rang in range(12)]
    tableau = essai(TAUX_CROISE, lignes).tableau
    assert tableau is not None and tableau.est_large
    assert sum(colonne.largeur for colonne in tableau.colonnes) == pytest.approx(LARGEUR_MM, abs=0.8)
    for rang, colonne in enumerate(tableau.colonnes):
        valeurs = [ligne[rang] for ligne in tableau.lignes]
        assert colonne.largeur >= needs("", colonne.nombre, valeurs, True)[0] - 0.1
    # Where intervals have no room on one line, they are on two.
    assert plain(tableau.lignes[0][1]) == "20,0 %\n13,3\nà 28,9"
    serre = essai(TAUX_CROISE, lignes[:3]).tableau
    assert serre is not None and plain(serre.lignes[0][1]) == "20,0 %\n13,3 à 28,9"


def test_a_number_takes_the_same_room_whatever_its_digits() -> None:
    assert needs("Perte", True, ["1\u202f111\u202f111\u202f€"], False) == needs(
        "Perte", True, ["8\u202f000\u202f888\u202f€"], False
    )


# Ratios, and tables that tell nothing

RAPPORT = """
  filiere: {libelle: Filière}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  rapport_public_egal: {libelle: À public égal, format: rapport}
"""


def test_a_ratio_is_printed_with_its_limits_in_one_column(essai: Essai) -> None:
    sql = (
        "select *, fiabilite_de_l_effectif(effectif) as fiabilite from (values "
        "('Bois', 100, 9, 1.4487, 1.103, 1.9027), ('Eau', 60, 6, 0.8, 0.6, 0.9964), "
        "('Feu', 30, 5, null, null, null), ('Air', 10, 0, null, null, null)) "
        "as t (filiere, effectif, ruptures_nettes, rapport_public_egal, rapport_bas, rapport_haut)"
    )
    bloc = essai(colonnes=RAPPORT, sql=sql)
    assert [rangee[-1] for rangee in printed(bloc)] == ["1,45 (1,10 à 1,90)", "0,80 (0,60 à 0,996)", "–", "n.s.", ""]
    assert bloc.notes[-1].startswith("À public égal : ")
    assert not [note for note in essai().notes if "public égal" in note]


def test_a_ratio_without_its_limits_is_refused() -> None:
    """What the result of a query must have, as for a rate its fiabilite."""
    assert needed(PrintedColumn(libelle="R", format="rapport")) == ["fiabilite", "rapport_bas", "rapport_haut"]


def test_a_rate_of_something_else_names_its_count_and_what_it_is_worth() -> None:
    seche = PrintedColumn(libelle="Part", format="taux", effectif="suivies", fiabilite="vaut")
    assert needed(seche) == ["vaut", "suivies"]
    ligne = {"part": 0.1234, "suivies": 60, "vaut": "fragile", "effectif": 4000, "fiabilite": "solide"}
    assert plain(seche.written("part", ligne)) == "12 %*"
    # What a row is read against is not worth what the row is.
    repere = PrintedColumn(libelle="Repère", format="repere")
    assert plain(repere.written("part", ligne | {"fiabilite": "non_significatif", "effectif": 4})) == "12,3 %"


def needed(colonne: PrintedColumn) -> list[str]:
    entete: Any = SimpleNamespace(colonnes={"r": colonne}, graphique=None, evolution=False, comparaison=None)
    return [nom for nom, *_ in needed_columns(entete)]


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        ([("Non renseigné", "Non renseigné", 200, 20)], True),
        ([("Non renseigné", "Est", 200, 20)], False),
        ([("Bois", "Non renseigné", 200, 20)], False),
        ([("Non renseigné", "Non renseigné", 150, 10), ("Bois", "Non renseigné", 50, 10)], False),
    ],
)
def test_a_table_whose_only_row_is_not_filled_in_tells_nothing(
    essai: Essai, lignes: list[tuple[Any, ...]], attendu: bool
) -> None:
    assert essai(lignes=lignes).est_muet is attendu


# Templates

PAGE = "<h1>{{ titre }}</h1>{% for bloc in blocs %}{% include gabarit(bloc) %}{% endfor %}"
DEFAUT = "[{{ bloc }} par défaut]"


@pytest.fixture
def gabarits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates with a page, a style sheet and `_defaut`; `render(dossier)` renders two breakdowns."""
    dossier = tmp_path / "report_templates"
    (dossier / "sections").mkdir(parents=True)
    (dossier / "rapport.html.jinja").write_text(PAGE, encoding="utf-8")
    (dossier / "rapport.css").write_text("", encoding="utf-8")
    (dossier / "sections/_defaut.html.jinja").write_text(DEFAUT, encoding="utf-8")
    monkeypatch.setattr(templates, "GABARITS", dossier)
    return dossier


def render() -> str:
    return templates.render(
        "rapport.html.jinja", {"titre": "<Bois>", "blocs": ["par_lieu", "methode"]}, ["par_lieu", "methode"]
    )


def test_a_breakdown_is_shown_by_the_template_of_its_name(gabarits: Path) -> None:
    assert render() == "<h1>&lt;Bois&gt;</h1>[par_lieu par défaut][methode par défaut]"
    (gabarits / "sections/par_lieu.html.jinja").write_text("<p>{{ bloc }} {{ titre }}</p>", encoding="utf-8")
    assert render() == "<h1>&lt;Bois&gt;</h1><p>par_lieu &lt;Bois&gt;</p>[methode par défaut]"


def test_no_chapter_of_the_report_is_taken_for_the_template_of_a_breakdown() -> None:
    assert not {"definition", "methode", "qualite"} & templates.own_sections(["methode", "qualite"])


@pytest.mark.parametrize(
    ("texte", "ligne", "phrase"),
    [
        ("\n{% if bloc %}\n", 2, f"gabarit illisible. {templates.OUVERT}"),
        ("\n\n{{ tire }}", 3, "nom inconnu « tire » (le plus proche : « titre »). Corrigez-le, ou entourez de"),
        ("{{ bloc.zut }}", 1, "nom inconnu « zut ». Corrigez-le, ou entourez de {% if … %} ce qui peut manquer."),
        ("{{ ('Zyx' ~ 'Martin') and {}['Zyx' ~ 'Martin'] }}", 1, "nom inconnu. Corrigez-le"),
        ("\n{{ 3 | pourcent }}", 2, "filtre ou test inconnu « pourcent ». Filtres du rapport : texte, entier,"),
        ("\n{% include 'absent.html.jinja' %}", 2, "le gabarit « absent.html.jinja » manque. Nommez un fichier de"),
        ("{{ 'Zyx' | entier }}", 1, "une valeur n'est pas de celles que ce calcul ou ce filtre attend."),
        ("{{ 3 + 'Zyx' }}", 1, "une valeur n'est pas de celles que ce calcul ou ce filtre attend."),
    ],
)
def test_a_wrong_template_is_told_with_its_line(gabarits: Path, texte: str, ligne: int, phrase: str) -> None:
    chemin = gabarits / "sections/par_lieu.html.jinja"
    chemin.write_text(texte, encoding="utf-8")
    with pytest.raises(UsageError) as refus:
        render()
    assert refus.value.message.startswith(f"{chemin}:{ligne} : {phrase}")
    assert "Martin" not in refus.value.message


def test_a_bug_of_ours_met_by_a_template_stays_a_bug(gabarits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (gabarits / "sections/par_lieu.html.jinja").write_text("{{ image('a') }}", encoding="utf-8")

    def stumble(*_: object) -> str:
        raise TypeError("ours")

    monkeypatch.setattr("pipeline.report.templates.base64.b64encode", stumble)
    with pytest.raises(TypeError, match="ours"):
        render()


@pytest.mark.parametrize("fichier", ["par_metier.sql", "brouillon_par_metier.sql"])
def test_the_template_of_a_breakdown_of_the_project_waits_while_the_report_does_without(
    gabarits: Path, monkeypatch: pytest.MonkeyPatch, fichier: str
) -> None:
    monkeypatch.setattr(paths, "SQL", gabarits.parent / "sql")
    (gabarits.parent / "sql/ventilations").mkdir(parents=True)
    (gabarits.parent / "sql/ventilations" / fichier).touch()
    (gabarits / "sections/par_metier.html.jinja").write_text("{{ inconnu }}", encoding="utf-8")
    assert render() == "<h1>&lt;Bois&gt;</h1>[par_lieu par défaut][methode par défaut]"


@pytest.mark.parametrize("nom", ["par_lieux.html.jinja", "par_lieu.html"])
def test_a_template_that_no_breakdown_would_use_is_refused(gabarits: Path, nom: str) -> None:
    (gabarits / "sections" / nom).write_text("", encoding="utf-8")
    with pytest.raises(UsageError) as refus:
        render()
    assert refus.value.message == (
        f"{gabarits / 'sections' / nom} : ce gabarit n'est celui d'aucune ventilation (le plus proche : « par_lieu »). "
        "Donnez-lui le nom d'un fichier de sql/ventilations, suivi de .html.jinja, ou retirez-le."
    )


@pytest.mark.usefixtures("core_once")
def test_a_template_of_one_s_own_in_the_report_and_nothing_published_while_it_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_network.write(tmp_path, second_network.rows(second_network.ENTIERE))
    dossier = shutil.copytree(RACINE / "report_templates", tmp_path / "report_templates")
    monkeypatch.setattr(templates, "GABARITS", dossier)
    propre = dossier / "sections/par_filiere.html.jinja"
    chemins = ("--donnees", tmp_path / "donnees", "--config", tmp_path / "config.toml", "--sql", models("par_filiere"))
    commande = ("rapport", *chemins)

    propre.write_text("<p>\n{{ bloc.lignes[0].filiaire }}</p>", encoding="utf-8")
    resultat = run(*commande, cwd=tmp_path, laid_out=False)
    assert resultat.exit_code == 2
    assert f"Erreur : {propre}:2 : nom inconnu « filiaire »." in resultat.stderr
    assert list((tmp_path / "output").iterdir()) == []

    propre.write_text(
        '{% from "macros/tableau.html.jinja" import tableau %}<h2>À notre façon</h2>'
        "<p>D'abord : {{ cellule(bloc.entete, 'filiere', bloc.lignes[0]) }}.</p>{{ tableau(bloc) }}",
        encoding="utf-8",
    )
    assert run(*commande, cwd=tmp_path, laid_out=False).exit_code == 0
    texte = page_text(tmp_path / "output/2023-2024/rapport_2023-2024.pdf")
    assert "À notre façon D'abord : Soins. " in texte
    assert "Bouche 120 0 0,0 %" in texte


# Of many rows, their distribution

MEMES = [(f"Groupe {rang}", "Nord", 400, 40 + rang % 7) for rang in range(40)]
DISTINGUES = [*MEMES[:-2], ("Groupe haut", "Nord", 400, 95), ("Groupe bas", "Nord", 400, 9)]


def shown(bloc: Block) -> str:
    """The words of a block's chart."""
    assert bloc.graphique is not None
    return plain(bloc.graphique.alternative)


def test_over_thirty_rows_have_their_distribution_where_no_chart_is_declared(essai: Essai) -> None:
    assert essai(cle="filiere", lignes=MEMES[:30]).graphique is None
    petits = [(f"Petit {rang}", "Nord", 19, 2) for rang in range(40)]
    assert essai(cle="filiere", lignes=[*MEMES[:30], *petits]).graphique is None, "forty have no rate"
    bloc = essai("lignes_max: 10", MEMES[:31], cle="filiere")
    assert shown(bloc).startswith("Taux, répartition des lignes (filière). Taux de 31 lignes : de 10,0 % à 11,5 %")
    assert first_column(bloc)[-2] == "21 autres lignes"
    assert not bloc.est_redit, "the table has ten of its rows"


def test_what_its_reading_distinguishes_is_named_in_it_and_nothing_where_it_does_not(essai: Essai) -> None:
    assert shown(essai(cle="filiere", lignes=MEMES)).endswith("Aucun point ne se distingue des autres.")
    bloc = essai(cle="filiere", lignes=DISTINGUES)
    assert shown(bloc).endswith(
        "Plus hauts que les autres : Groupe haut 23,8 %. Plus bas que les autres : Groupe bas 2,3 %."
    )
    assert "Groupe haut" in bloc.lecture[0] and "Groupe bas" in bloc.lecture[1]


@pytest.mark.parametrize("genre", ["barres", "points"])
def test_it_takes_the_place_of_a_chart_of_rows_unless_their_order_says_something(essai: Essai, genre: str) -> None:
    colonnes = COLONNES + "  taux_haut: {libelle: Borne haute, format: borne}\n"
    graphique = f"graphique: {{type: {genre}, titre: Barres, x: taux_rupture_nette, y: filiere"
    assert shown(essai(f"{graphique}}}", MEMES, colonnes=colonnes, cle="filiere")).startswith(
        "Taux, répartition des lignes (filière)"
    )
    assert shown(essai(f"{graphique}, tri: lignes}}", MEMES, colonnes=colonnes, cle="filiere")).startswith("Barres. ")
    assert shown(essai(f"{graphique}}}", MEMES[:30], colonnes=colonnes, cle="filiere")).startswith("Barres. ")


def test_of_counts_it_says_nothing_of_rates(essai: Essai) -> None:
    graphique = "graphique: {type: barres, titre: Barres, x: ruptures_nettes, y: filiere}"
    assert shown(essai(graphique, DISTINGUES, cle="filiere")).endswith(
        "de 40 lignes : de 9 à 95, la moitié entre 41 et 45."
    )


def test_amounts_of_few_ruptures_are_no_points_of_it(essai: Essai) -> None:
    colonnes = COLONNES + "  perte_annee: {libelle: Perte, format: euros}\n"
    lignes = [(f"Groupe {rang}", 1 if rang == 3 else 4 + rang, 1000.0 + rang) for rang in range(40)]
    valeurs = ", ".join(map(repr, lignes))
    sql = (
        "select filiere, 'Nord' as lieu, 100 as effectif, ruptures_nettes, 0 as sans_npec, 0 as sans_date, "
        "0.1 as taux_rupture_nette, 0.05 as taux_bas, 0.2 as taux_haut, 'solide' as fiabilite, 0.1 as part_ruptures, "
        f"perte_annee::double as perte_annee from (values {valeurs}) as t (filiere, ruptures_nettes, perte_annee)"
    )
    graphique = "graphique: {type: barres, titre: Barres, x: perte_annee, y: filiere}"
    dits = shown(essai(graphique, sql=sql, colonnes=colonnes, cle="filiere"))
    assert "de 38 lignes : de 1 001 € à 1 039 €" in dits
    assert dits.endswith("2 lignes n.s. ou vides, non montrées.")
