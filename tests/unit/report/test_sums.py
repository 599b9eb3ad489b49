"""Sums of rows: the bits that SQL gives for the same rows, whatever they are."""

from __future__ import annotations

import struct
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models.header import PrintedColumn
from pipeline.paths import RACINE
from pipeline.report.breakdowns import Breakdown, ResultRow
from pipeline.report.sums import add_up, open_macros
from tests.support import macros

TYPES = {
    "annee": pl.String, "nom": pl.String, "effectif": pl.Int64, "ruptures_nettes": pl.Int64, "sans_npec": pl.Int64,
    "sans_date": pl.Int64, "perte_annee": pl.Decimal(18, 2), "part_ruptures": pl.Float64, "duree": pl.Float64,
}  # fmt: skip
FORMATS = {
    "nom": "texte", "sans_npec": "entier", "sans_date": "entier", "perte_annee": "euros",
    "part_ruptures": "pourcentage", "duree": "decimal",
}  # fmt: skip
SQL = """
    with sommes as (
        select
            sum(effectif order by rang) as effectif,
            sum(ruptures_nettes order by rang) as ruptures_nettes,
            sum(sans_npec order by rang) as sans_npec,
            sum(sans_date order by rang) as sans_date,
            sum(perte_annee order by rang) as perte_annee,
            case when count(part_ruptures) = count(*) then sum(part_ruptures order by rang) end as part_ruptures
        from lignes
    )

    select
        *,
        part(ruptures_nettes, effectif) as taux_rupture_nette,
        wilson_bas(ruptures_nettes, effectif) as taux_bas,
        wilson_haut(ruptures_nettes, effectif) as taux_haut,
        fiabilite(ruptures_nettes, effectif) as fiabilite,
        par_rupture(perte_annee, ruptures_nettes - sans_npec - sans_date) as perte_annee_par_rupture
    from sommes
"""


@st.composite
def rows(draw: st.DrawFn) -> ResultRow:
    """A row of a breakdown: ruptures among the apprentices, those that have no cost among them."""
    effectif = draw(st.integers(0, 5_000_000))
    nettes = draw(st.integers(0, effectif))
    sans_npec = draw(st.integers(0, nettes))
    return {
        "annee": "2021-2022", "nom": "x", "effectif": effectif, "ruptures_nettes": nettes, "sans_npec": sans_npec,
        "sans_date": draw(st.integers(0, nettes - sans_npec)),
        "perte_annee": draw(st.none() | st.decimals(0, 10**9, places=2)),
        "part_ruptures": draw(st.none() | st.floats(0, 1)), "duree": 1.5,
    }  # fmt: skip


def breakdown(lignes: list[ResultRow], types: dict[str, Any] = TYPES) -> Breakdown:
    colonnes = {nom: PrintedColumn(libelle=nom, format=genre) for nom, genre in FORMATS.items()}  # type: ignore[arg-type]
    modele: Any = SimpleNamespace(ventilation=SimpleNamespace(colonnes=colonnes, comparaison=None))
    return Breakdown(modele, pl.DataFrame(lignes, types))


def bits(valeur: object) -> object:
    return struct.pack("d", valeur) if isinstance(valeur, float) else valeur


@settings(deadline=None, max_examples=60)
@given(st.lists(rows(), min_size=1, max_size=40))
def test_sums_and_what_the_macros_say_of_them_are_those_of_sql_bit_for_bit(lignes: list[ResultRow]) -> None:
    ventilation = breakdown(lignes)
    annuelle = ventilation.of_year("2021-2022")
    (sommes,) = add_up(macros(), [(annuelle, {"tout": annuelle.lignes})])
    macros().register("lignes", ventilation.frame.with_row_index("rang").to_arrow())
    resultat = macros().execute(SQL)
    attendues = dict(zip((c[0] for c in resultat.description or ()), resultat.fetchall()[0], strict=True))
    assert {nom: bits(valeur) for nom, valeur in sommes["tout"].items()} == {n: bits(v) for n, v in attendues.items()}


def test_a_row_may_be_in_several_groups_and_a_group_without_rows_has_no_sum() -> None:
    lignes = [
        {"annee": "2021-2022", "nom": nom, "effectif": n, "ruptures_nettes": 1, "perte_annee": Decimal(n)}
        for nom, n in (("a", 10), ("b", 20), ("c", 30))
    ]
    annuelle = breakdown(lignes, {nom: TYPES[nom] for nom in lignes[0]}).of_year("2021-2022")
    a, b, c = annuelle.lignes
    (sommes,) = add_up(macros(), [(annuelle, {"ab": [a, b], "bc": [b, c], "rien": []})])
    assert {cle: (s["effectif"], s["ruptures_nettes"], s["perte_annee"]) for cle, s in sommes.items()} == {
        "ab": (30, 2, Decimal(30)), "bc": (50, 2, Decimal(50)),
    }  # fmt: skip
    # A mean cost asks for what lacks one.
    assert "perte_annee_par_rupture" not in sommes["ab"]


def test_the_macros_need_no_database() -> None:
    texte = (RACINE / "sql/macros.sql").read_text(encoding="utf-8")
    annuelle = breakdown([], TYPES).of_year("2021-2022")
    assert add_up(open_macros(texte), [(annuelle, {"tout": annuelle.lignes})]) == [{}]
    assert open_macros(texte) is open_macros(texte)
