"""`core.groupes` against plain loops over the apprentices of the demonstration, and what is decided of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from pipeline.glossary import read_glossary
from pipeline.paths import RACINE
from pipeline.report.action import find_action
from pipeline.report.breakdowns import select
from tests.support import rows

ANNEE = "2021-2022"
# dimension → (how an apprentice's group is told, what its stratum is made of beside its type of diploma)
DIMENSIONS = {
    "annee_du_cycle": ("case annee_cycle when 1 then '1re année' else annee_cycle || 'e année' end", "diplome_entree"),
    "diplome_entree": ("diplome_entree", "annee_cycle"),
    "filiere": ("filiere", "annee_cycle"),
    "taille_employeur": (
        "case when nombredesalaries >= 250 then '250 salariés et plus' when nombredesalaries >= 50 then "
        "'De 50 à 249 salariés' when nombredesalaries >= 10 then 'De 10 à 49 salariés' when nombredesalaries >= 5 then "
        "'De 5 à 9 salariés' when nombredesalaries >= 1 then 'De 1 à 4 salariés' end",
        "annee_cycle",
    ),
    "departement_employeur": ("departement_employeur", "annee_cycle"),
    "periode": ("'essai'", "annee_cycle"),
}
DES_CFA = {"annee_du_cycle", "diplome_entree", "filiere", "periode"}


@pytest.fixture(scope="module")
def base(demonstration: Path):
    with duckdb.connect(str(demonstration.parents[1] / "base/ruptures.duckdb"), read_only=True) as con:
        yield con


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_each_group_is_what_the_loops_count(base: duckdb.DuckDBPyConnection, dimension: str) -> None:
    groupe, parcours = DIMENSIONS[dimension]
    rompu = "periode = 'essai'" if dimension == "periode" else "statut = 'rupture_nette'"
    du_cfa = dimension in DES_CFA
    filtre = "type_structure = 'CFA'" if du_cfa else "true"
    suivis = rows(
        base,
        f"select {groupe}, {'uai' if du_cfa else 'null'}, annee, (annee, type_diplome, {parcours})::varchar, "
        f"coalesce({rompu}, false) from core.inscriptions where statut != 'sorti_a_terme' "
        f"and {filtre}",
    )
    lignes = [x for x in select(base, "select * from core.groupes") if x["dimension"] == dimension]
    if dimension == "periode":
        lignes = [ligne for ligne in lignes if ligne["groupe"] == "essai"]
    assert len(lignes) >= 4
    for ligne in lignes:

        def inside(nom: object, uai: object, ligne: dict = ligne) -> bool:
            return nom == ligne["groupe"] and uai == ligne["uai"]

        compares = [s for s in suivis if not du_cfa or s[0] == ligne["groupe"]]
        n1, k1, n, k = (Counter[object]() for _ in range(4))
        for nom, uai, _, strate, est_rompu in compares:
            n[strate] += 1
            k[strate] += bool(est_rompu)
            if inside(nom, uai):
                n1[strate] += 1
                k1[strate] += bool(est_rompu)
        communes = [s for s in n1 if n[s] > n1[s]]
        ecart = sum(k1[s] - n1[s] * k[s] / n[s] for s in communes)
        variance = sum(n1[s] * (n[s] - n1[s]) * k[s] * (n[s] - k[s]) / (n[s] ** 2 * (n[s] - 1)) for s in communes)
        de_l_annee = [s for s in communes if f"({ANNEE}" in str(s)]
        attendues = sum(n1[s] * (k[s] - k1[s]) / (n[s] - n1[s]) for s in de_l_annee)
        attendu = [ecart, variance, attendues, sum(n1[s] for s in de_l_annee), sum(k1[s] for s in de_l_annee)]
        obtenu = [
            ligne["ecart_des_strates"], ligne["variance_des_strates"], ligne["attendues"], ligne["effectif_comparable"],
            ligne["ruptures_comparables"],
        ]  # fmt: skip
        assert [x or 0 for x in obtenu] == pytest.approx(attendu, rel=1e-9, abs=1e-9), ligne["groupe"]
        dans_annee = [(inside(nom, uai), bool(r)) for nom, uai, annee, _, r in compares if annee == ANNEE]
        assert ligne["effectif"] == sum(ici for ici, _ in dans_annee)
        assert ligne["ruptures_nettes"] == sum(ici and r for ici, r in dans_annee)
        assert ligne["effectif_ailleurs"] == len(dans_annee) - ligne["effectif"]
        assert ligne["ruptures_ailleurs"] == sum(r for _, r in dans_annee) - ligne["ruptures_nettes"]


def test_what_is_decided_of_the_demonstration(base: duckdb.DuckDBPyConnection) -> None:
    glossaire = read_glossary(RACINE / "sql/glossaire.toml")
    annees = [annee for (annee,) in rows(base, "select annee from core.annees order by annee")]
    action = find_action(select(base, "select * from core.groupes"), glossaire.colonnes, [*map(str, annees)])
    assert len(action.examines) == 88
    assert [(g.structure, g.nom, round(g.exces, 1)) for g in action.du_reseau] == [
        (None, "Autre département", 80.6), (None, "Bâtiment, ouvriers, jusqu'à 10 salariés", 34.7),
        (None, "De 1 à 4 salariés", 30.9), ("BTP CFA Ermont", "Aucun diplôme", 18.3),
        ("BTP CFA Nangis", "1re année", 14.4),
    ]  # fmt: skip
    assert {g.uai for g in action.retenus} == {None, "0951625A", action.du_reseau[4].uai}


def test_the_revision_of_the_demonstration(base: duckdb.DuckDBPyConnection) -> None:
    sql = "select ruptures_nettes_revues, round(100 * taux_revu, 2) from core.ruptures_nettes_par_annee order by annee"
    assert rows(base, sql)[1:] == [(291, 10.11), (301, 10.09)]
