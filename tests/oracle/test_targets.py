"""Verdicts, ruptures avoided and effects of actions: the SQL against plain loops, on generated histories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.targets import INDICATEURS, known_indicators
from pipeline.paths import RACINE
from tests.oracle import targets as oracle
from tests.oracle.targets import Apprentice, Given

ANNEES = ("2019-2020", "2020-2021", "2021-2022")
A_VENIR, HORS = "2022-2023", "2017-2018"
UAIS, CODES, TYPES, FILIERES = ("0010001A", "0010002B"), ("50000001", "50000002"), ("CAP", "BP"), ("Bois", "Métaux")
GROUPES = [
    ("reseau", "Réseau"), *(("cfa", uai) for uai in UAIS), *(("diplome", code) for code in CODES),
    *(("type_diplome", un) for un in TYPES), *(("filiere", une) for une in FILIERES), ("filiere", "Nulle part"),
]  # fmt: skip
MODELES = ("mesures_suivies", "groupes_vises", "objectifs_suivis", "actions_suivies")


@dataclass(frozen=True)
class History:
    """What is told: who was there, what is aimed at, what is done."""

    apprentis: list[Apprentice]
    donnes: list[Given]
    provisoire: bool
    objectifs: list[tuple[str, str, str, int, int | None]]  # group, indicator, target and milestone in hundredths of %
    actions: list[tuple[str, str, str | None, str | None, str | None]]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Years of few or many apprentices, of no rupture or of nothing else, targets of 0 and of 100 %."""
    apprentis = list[Apprentice]()
    for annee in draw(st.sets(st.sampled_from(ANNEES), min_size=1)):
        for uai in UAIS:
            for code, type_diplome, filiere in zip(CODES, TYPES, FILIERES, strict=True):
                rompus, actifs, sortis = draw(st.tuples(st.integers(0, 30), st.integers(0, 90), st.integers(0, 3)))
                pertes = draw(st.lists(st.none() | st.integers(0, 999_999), min_size=rompus, max_size=rompus))
                ou = (annee, uai, code, type_diplome, filiere)
                apprentis += [Apprentice(*ou, "rupture_nette", perte) for perte in pertes]
                apprentis += [Apprentice(*ou, "actif", None)] * actifs
                apprentis += [Apprentice(*ou, "sorti_a_terme", None)] * sortis
    donnes = list[Given]()
    for annee, (portee, groupe), nom in draw(
        st.sets(
            st.tuples(
                st.sampled_from((*ANNEES, A_VENIR)), st.sampled_from(GROUPES), st.sampled_from([*INDICATEURS][1:])
            ),
            max_size=8,
        )
    ):
        sur = draw(st.integers(1, 200))
        compte = draw(st.integers(0, 2 * sur if nom == "heures" else sur))
        donnes.append(Given(annee, portee, groupe, nom, compte, sur))
    vises = st.tuples(st.sampled_from(GROUPES), st.sampled_from([*INDICATEURS]))
    cibles = st.sampled_from([0, 10_000]) | st.integers(0, 10_000)
    objectifs = [
        (portee, groupe, nom, draw(cibles), draw(st.none() | cibles))
        for (portee, groupe), nom in draw(st.sets(vises, min_size=1, max_size=6))
    ]
    annees = st.sampled_from((HORS, *ANNEES, A_VENIR))
    actions = list[tuple[str, str, str | None, str | None, str | None]]()
    for portee, groupe in draw(st.sets(st.sampled_from(GROUPES), max_size=4)):
        nom = draw(st.none() | st.sampled_from([*INDICATEURS]))
        avant, apres = sorted(draw(st.sets(annees, min_size=2, max_size=2)))
        est_cherche = nom is not None and draw(st.booleans())
        actions.append((portee, groupe, nom, avant if est_cherche else None, apres if est_cherche else None))
    return History(apprentis, donnes, draw(st.booleans()), objectifs, actions)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of what the models read."""
    con = duckdb.connect()
    con.execute((RACINE / "sql/macros.sql").read_text(encoding="utf-8"))
    con.execute("""
        create schema core; create schema ref;
        create table core.annees (annee varchar, provisoire boolean);
        create table core.inscriptions (annee varchar, id_contrat bigint, uai varchar, code_diplome varchar,
            type_diplome varchar, filiere varchar, statut varchar);
        create table core.couts (annee varchar, id_contrat bigint, perte_annee decimal(18, 2));
        create table core.structures (uai varchar, structure varchar);
        create table ref.types_diplome (type_diplome varchar, libelle varchar);
        create table ref.diplomes (code_diplome varchar, intitule varchar);
        create table ref.objectifs (portee varchar, groupe varchar, indicateur varchar, socle decimal(12, 2),
            jalon decimal(12, 2), annee_jalon varchar, cible decimal(12, 2), annee varchar);
        create table ref.indicateurs (annee varchar, portee varchar, groupe varchar, indicateur varchar,
            numerateur bigint, denominateur bigint);
        create table ref.actions (recommandation varchar, acteur varchar, echeance date, echelon varchar,
            portee varchar, groupe varchar, indicateur varchar, annee_avant varchar, annee_apres varchar);
    """)
    con.register("connus", known_indicators().to_arrow())
    con.execute("create table ref.indicateurs_connus as from connus")
    yield con
    con.close()


def hundredth(nombre: int | None) -> str | None:
    """A number of hundredths, written."""
    return None if nombre is None else f"{nombre / 100:.2f}"


def told(con: duckdb.DuckDBPyConnection, histoire: History) -> None:
    """Write a history, and run the models on it."""
    tables: dict[str, Sequence[Sequence[Any]]] = {
        "core.annees": [(annee, histoire.provisoire and annee == ANNEES[-1]) for annee in ANNEES],
        "core.inscriptions": [(un.annee, rang, *un[1:6]) for rang, un in enumerate(histoire.apprentis)],
        "core.couts": [
            (un.annee, rang, hundredth(un.perte))
            for rang, un in enumerate(histoire.apprentis)
            if un.statut == "rupture_nette"
        ],
        "core.structures": [(uai, f"CFA {uai}") for uai in UAIS],
        "ref.objectifs": [
            (portee, groupe, nom, None, hundredth(jalon), None, hundredth(cible), A_VENIR)
            for portee, groupe, nom, cible, jalon in histoire.objectifs
        ],
        "ref.indicateurs": histoire.donnes,
        "ref.actions": [
            ("Agir", "Tous", None, "local", portee, groupe, nom, avant, apres)
            for portee, groupe, nom, avant, apres in histoire.actions
        ],
    }  # fmt: skip
    for table, lignes in tables.items():
        con.execute(f"delete from {table}")
        if lignes:
            # One statement: thousands of apprentices would each be one.
            colonnes = [list(colonne) for colonne in zip(*lignes, strict=True)]
            noms = ", ".join(f"unnest($c{rang})" for rang in range(len(colonnes)))
            con.execute(f"insert into {table} select {noms}", {f"c{rang}": c for rang, c in enumerate(colonnes)})
    for nom in MODELES:
        corps = (RACINE / f"sql/core/{nom}.sql").read_text(encoding="utf-8").partition("*/")[2]
        con.execute(f"create or replace table core.{nom} as {corps}")


def is_provisional(histoire: History, annee: str | None) -> bool:
    return histoire.provisoire and annee == ANNEES[-1]


@settings(max_examples=60)
@given(histoire=histories())
def test_verdicts_and_what_targets_would_spare(con: duckdb.DuckDBPyConnection, histoire: History) -> None:
    told(con, histoire)
    lues = con.execute(
        "select annee, uai, portee, groupe, indicateur, numerateur, denominateur, verdict, verdict_jalon, pourquoi, "
        "ruptures_evitees, euros_gardes from core.objectifs_suivis"
    ).fetchall()
    obtenus = {ligne[:5]: ligne[5:] for ligne in lues}
    attendues = 0
    for portee, groupe, nom, cible, jalon in histoire.objectifs:
        vise = (portee, groupe, nom)
        lieux = {None} | {uai for uai in UAIS if seen(histoire, uai, vise) and told_in(histoire, uai, vise)}
        for annee in ANNEES:
            for uai in lieux:
                mesure = oracle.measure(histoire.apprentis, histoire.donnes, annee, uai, vise)
                k, n, verdict, du_jalon, pourquoi, evitees, euros = obtenus[annee, uai, *vise]
                assert (k, n) == ((mesure.k, mesure.n) if mesure else (None, None))
                provisoire = is_provisional(histoire, annee)
                assert verdict == oracle.verdict(mesure, nom, provisoire, Fraction(cible, 10_000))
                assert (pourquoi is None) == (verdict != "non tranché")
                assert du_jalon == (
                    None if jalon is None else oracle.verdict(mesure, nom, provisoire, Fraction(jalon, 10_000))
                )
                attendu = oracle.spared(mesure, nom, provisoire, Fraction(cible, 10_000))
                assert [evitees, None if euros is None else float(euros)] == pytest.approx([*attendu], abs=0.006)
                attendues += 1
    assert len(obtenus) == attendues


def seen(histoire: History, uai: str, vise: tuple[str, str, str]) -> bool:
    """Whether a structure has something of a group to measure, in some year."""
    portee, groupe, nom = vise
    if nom != "taux_rupture_nette":
        return portee == "cfa" and uai == groupe and any(d[1:4] == vise for d in histoire.donnes)
    return any(
        un.uai == uai and un.statut != "sorti_a_terme" and oracle.is_of(portee, groupe, un) for un in histoire.apprentis
    )


def told_in(histoire: History, uai: str, vise: tuple[str, str, str]) -> bool:
    """Whether a structure has a target, its own or one that twenty of its apprentices could meet, in some year."""
    mesures = [oracle.measure(histoire.apprentis, histoire.donnes, annee, uai, vise) for annee in ANNEES]
    return vise[0] == "cfa" or max(mesure.n if mesure else 0 for mesure in mesures) >= 20


@settings(max_examples=60)
@given(histoire=histories())
def test_effects_of_actions(con: duckdb.DuckDBPyConnection, histoire: History) -> None:
    told(con, histoire)
    lues = con.execute(
        "select annee, uai, portee, groupe, effet, sens_de_l_ecart, ecart, ecart_bas, ecart_haut "
        "from core.actions_suivies"
    ).fetchall()
    obtenus = {ligne[:4]: ligne[4:] for ligne in lues}
    attendues = 0
    for portee, groupe, nom, avant, apres in histoire.actions:
        lieux = {None} | {uai for uai in UAIS if seen(histoire, uai, (portee, groupe, "taux_rupture_nette"))}
        for annee in ANNEES:
            for uai in lieux:
                effet, sens, *ecart = obtenus[annee, uai, portee, groupe]
                attendues += 1
                demande = avant is not None and (uai is None or nom == "taux_rupture_nette" or portee == "cfa")
                if not demande or apres is None or avant is None or nom is None:
                    assert (effet, sens, *ecart) == ("non cherché", *(None,) * 4)
                    continue
                if apres > annee:
                    assert (effet, sens, *ecart) == ("à venir", *(None,) * 4)
                    continue
                lue, d_avant = (
                    oracle.measure(histoire.apprentis, histoire.donnes, une, uai, (portee, groupe, nom))
                    if une in ANNEES
                    else None
                    for une in (apres, avant)
                )
                provisoires = (is_provisional(histoire, apres), is_provisional(histoire, avant))
                attendu = oracle.effect(lue, d_avant, nom, provisoires)
                assert (effet, sens) == attendu[:2]
                assert ecart == (pytest.approx([*attendu[2]], abs=1e-9) if attendu[2] else [None] * 3)
    assert len(obtenus) == attendues


def test_the_demonstration(demonstration: Any) -> None:
    """Its targets and its actions, whatever the SQL says of them."""
    with duckdb.connect(str(demonstration.parents[1] / "base/ruptures.duckdb"), read_only=True) as base:
        apprentis = [
            Apprentice(*ligne)
            for ligne in base.execute(
                "select i.annee, i.uai, i.code_diplome, i.type_diplome, i.filiere, i.statut, "
                "(100 * c.perte_annee)::bigint from core.inscriptions as i "
                "left join core.couts as c on i.annee = c.annee and i.id_contrat = c.id_contrat"
            ).fetchall()
        ]
        donnes = [
            Given(*ligne)
            for ligne in base.execute(
                "select annee, portee, groupe, indicateur, numerateur, denominateur from ref.indicateurs"
            ).fetchall()
        ]
        lues = base.execute(
            "select annee, uai, portee, groupe, indicateur, cible, verdict, ruptures_evitees, euros_gardes "
            "from core.objectifs_suivis"
        ).fetchall()
    assert len(lues) > 60
    assert {ligne[6] for ligne in lues if ligne[1] is None} == {"atteint", "non atteint", "non tranché"}
    for annee, uai, portee, groupe, nom, cible, verdict, evitees, euros in lues:
        mesure = oracle.measure(apprentis, donnes, annee, uai, (portee, groupe, nom))
        visee = Fraction(round(cible * 10_000), 10_000)
        assert verdict == oracle.verdict(mesure, nom, False, visee)
        attendu = oracle.spared(mesure, nom, False, visee)
        assert [evitees, None if euros is None else float(euros)] == pytest.approx([*attendu], abs=0.006)
