"""The contracts behind a cell: as many as it counts, those that it counts, or a refusal."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import UsageError
from pipeline.models.catalog import Catalog, load_catalog
from pipeline.models.locked import open_locked
from pipeline.models.set_aside import Outside
from pipeline.paths import RACINE
from pipeline.settings import load_settings
from pipeline.tracing.cells import COLONNE_DU_STATUT, BreakdownCell, CellRequest, find_cell, is_count
from pipeline.tracing.contributions import contracts_of
from tests.rules.rows import contrat, one_delivery
from tests.support import build_project, models_for, rows, shipped

DUREE = 60
STATUTS = {
    **{colonne: [statut] for statut, colonne in COLONNE_DU_STATUT.items()},
    "effectif": ["actif", "rupture_nette"],
}
# No contract has a part of its own in these: another year's, a total of other cells, a mean, a follow-up or a cohort
# in which the contracts are held against one another or against dates.
REFUSEES = {
    "entrants_apres_rupture": ["contrats_commences", "de_situation_8", "de_type_23", "apres_rupture_connue"],
    "incidence_cumulee": ["a_risque", "ruptures", "sortis_a_terme"],
    "saisonnalite": ["ruptures_brutes"],
    "retour_apres_rupture": ["ruptures_suivies_un_mois", "ruptures_a_suivre", "retours"],
    "chiffres_nationaux": ["numerateur", "denominateur"],
    "dares_meme_recul": ["horizon_mois", "numerateur", "denominateur"],
    "definitions_comparees": ["numerateur"],
    "employeurs_par_ruptures": ["employeurs", "ruptures_nettes"],
    "par_mois": ["ruptures_nettes_avant", "ruptures_brutes_avant"],
    **dict.fromkeys(
        (
            "par_motif_diplome_entree", "par_motif_mois_depuis_debut", "par_motif_periode", "par_periode_annee_cycle",
            "par_periode_diplome_entree", "par_periode_type_diplome", "par_periode_cfa",
        ),
        ("ruptures_du_groupe",),
    ),
    # The network's, beside a CFA's own.
    **dict.fromkeys(
        ("par_cfa_diplome", "par_cfa_filiere", "par_cfa_annee_cycle", "par_cfa_diplome_entree"), ("effectif_reseau",)
    ),
    **dict.fromkeys(("par_cout_filiere", "par_cout_periode"), ("perte_annee_par_rupture",)),
    "cout_sensibilite": ["perte_annee_par_rupture", "perte_totale_par_rupture"],
    "par_famille_motif": ["suivies_six_mois", "perte_annee_par_rupture"],
    "par_cfa_ufa": ["ruptures_brutes"],
    # Measured group by group, once for the network and for each CFA.
    **dict.fromkeys(
        ("objectifs_du_cfa", "objectifs_du_reseau"),
        ("numerateur", "denominateur", "ruptures_chiffrees", "euros_gardes"),
    ),
    **dict.fromkeys(
        ("actions_du_cfa", "actions_du_reseau"),
        ("numerateur_avant", "denominateur_avant", "numerateur_apres", "denominateur_apres"),
    ),
    **dict.fromkeys(
        (
            "prevision_ruptures", "prevision_par_mois", "prevision_par_structure", "prevision_par_type_diplome",
            "prevision_cfa_mois", "prevision_cfa_type_diplome",
        ),
        (
            "contrats_ouverts", "prevues_bas", "prevues_haut", "ruptures_observees", "annees_passees", "lignes_jugees",
            "lignes_tenues", "observees_avant",
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Traced:
    """A database, and the models that it was built of."""

    con: duckdb.DuckDBPyConnection
    base: Path
    catalogue: Catalog

    def cell(self, ventilation: str, *cles: str, annee: str = "2021-2022", **autres: str) -> BreakdownCell:
        return find_cell(self.con, self.catalogue, annee, CellRequest(ventilation, cles, **autres))

    def contracts(self, *args: str, **autres: str) -> dict[int, object]:
        return dict(contracts_of(self.base, self.catalogue, self.cell(*args, **autres), DUREE))


@pytest.fixture(scope="module")
def demo(demonstration: Path) -> Iterator[Traced]:
    base = demonstration.parents[1] / "base/ruptures.duckdb"
    catalogue = load_catalog(shipped(), load_settings(RACINE / "config.toml"))
    with open_locked(base) as con:
        yield Traced(con, base, catalogue)


def some_cells(demo: Traced, combien: int) -> list[BreakdownCell]:
    """Cells of counts and amounts, of any published year, the same at every run."""
    hasard, cellules = random.Random(16), []
    ventilations = [m for m in demo.catalogue.modeles if m.schema == "ventilations"]
    while len(cellules) < combien:
        modele = hasard.choice(ventilations)
        lignes = demo.con.sql(f"select * from {modele.table}").pl().to_dicts()
        if not lignes:  # an optional one, whose inputs the demonstration has not
            continue
        genres = rows(demo.con, f"describe {modele.table}")
        comptes = [str(nom) for nom, genre, *_ in genres if nom not in modele.ventilation.cle and is_count(str(genre))]
        ligne = hasard.choice(lignes)
        cles = tuple(f"{nom}={ligne[nom]}" for nom in modele.ventilation.cle)
        if comptes:
            cellules.append(demo.cell(modele.nom, *cles, annee=ligne["annee"], colonne=hasard.choice(comptes)))
    return cellules


def check(demo: Traced, cellule: BreakdownCell) -> tuple[bool, bool]:
    """Whether the contracts of a cell are found, as many as it says; and whether they are the very ones that have its
    values in core.inscriptions, where its columns say the same there as in the breakdown."""
    try:
        trouves = contracts_of(demo.base, demo.catalogue, cellule, DUREE)
    except UsageError as refus:
        assert cellule.colonne in REFUSEES.get(cellule.modele.nom, ()), refus.message
        return False, False
    assert sum(trouves.values()) == cellule.valeur
    colonnes = {nom for nom, *_ in rows(demo.con, "describe core.inscriptions")}
    if cellule.colonne not in STATUTS or not cellule.cles.keys() <= colonnes:
        return True, False
    conditions = " and ".join(f"{nom}::varchar = ?" for nom in cellule.cles)
    attendus = demo.con.execute(
        f"select id_contrat from core.inscriptions where annee = ? and list_contains(?, statut) and {conditions}",
        [cellule.annee, STATUTS[cellule.colonne], *cellule.cles.values()],
    ).fetchall()
    if len(attendus) != cellule.valeur:  # Femmes is F there
        return True, False
    assert {identifiant for (identifiant,) in attendus} == trouves.keys(), str(cellule)
    return True, True


def test_the_contracts_of_a_cell_are_as_many_as_it_counts(demo: Traced) -> None:
    trouves, compares = zip(*(check(demo, cellule) for cellule in some_cells(demo, 36)), strict=True)
    assert (sum(trouves) >= 20, sum(compares) >= 10) == (True, True)


@pytest.mark.long
def test_the_contracts_of_two_hundred_cells(demo: Traced) -> None:
    trouves, compares = zip(*(check(demo, cellule) for cellule in some_cells(demo, 200)), strict=True)
    assert (sum(trouves) >= 130, sum(compares) >= 65) == (True, True)


@pytest.mark.parametrize(
    ("ventilation", "colonne"),
    [
        ("employeurs_par_ruptures", "ruptures_nettes"),
        ("par_mois", "ruptures_brutes_avant"),
        ("dares_meme_recul", "denominateur"),
    ],
)
def test_what_depends_on_other_contracts_is_refused(demo: Traced, ventilation: str, colonne: str) -> None:
    cles = [str(nom) for nom in next(m for m in demo.catalogue.modeles if m.nom == ventilation).ventilation.cle]
    toutes = f"select * from ventilations.{ventilation} where annee = '2021-2022' order by {colonne} desc"
    ligne = demo.con.sql(toutes).pl().to_dicts()[0]
    with pytest.raises(UsageError, match="ne se liste pas contrat par contrat"):
        demo.contracts(ventilation, *(f"{cle}={ligne[cle]}" for cle in cles), colonne=colonne)


APPRENTIS = one_delivery(
    contrat("1", idalternant="A1", dateeffetrupture="2022-01-10", nombredesalaries="3", npecannuel="7000"),
    contrat("2", idalternant="A2", dateeffetrupture="2022-02-10", nombredesalaries="3", npecannuel="6000"),
    contrat("3", idalternant="A2", debut="2022-03-01", nombredesalaries="30"),
    contrat("4", idalternant="A3", nombredesalaries="300"),
    contrat("5", idalternant="A4", dateeffetrupture="2022-05-10", nombredesalaries="300", npecannuel="5000"),
)  # fmt: skip
ENTETE = """/*
---
titre: Essai
description: Essai.
section: metiers
ordre: 99
cle: [groupe]
colonnes: {groupe: Groupe, nombre: {libelle: Nombre, format: entier}}
descriptions: {groupe: Groupe., nombre: Nombre.}
hors_total: Essai
---
*/
"""


@pytest.fixture(scope="module")
def contribue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    """A small network with breakdowns of its own: the same persons in two rows, contracts that are not those of
    statuses, groups that depend on the others."""
    dossier = tmp_path_factory.mktemp("contribue")
    sql = dossier / "sql"
    shutil.copytree(models_for("par_cout", "core.ruptures_brutes", "core.cfa_par_annee"), sql)
    for nom, requete in {
        "deux_fois": "with suivis as (select annee, unnest(['Tous', statut]) as groupe from core.inscriptions) "
                     "select annee, groupe, count(*) as nombre from suivis group by all order by annee, groupe",
        "au_dessus": "with rangs as (select annee, ntile(2) over (partition by annee order by nombredesalaries, "
                     "id_contrat) as moitie from core.inscriptions) select annee, moitie::varchar as groupe, "
                     "count(*) as nombre from rangs group by all order by annee, groupe",
        "par_unite": "select annee, structure as groupe, count(*) as nombre from core.ruptures_brutes group by all "
                     "order by annee, groupe",
    }.items():  # fmt: skip
        (sql / f"ventilations/{nom}.sql").write_text(f"{ENTETE}{requete}\n", encoding="utf-8")
    con = build_project(dossier, APPRENTIS, sql=sql)
    con.close()
    catalogue = load_catalog(sql, load_settings(dossier / "config.toml"))
    with open_locked(dossier / "base/ruptures.duckdb") as con:
        yield Traced(con, dossier / "base/ruptures.duckdb", catalogue)


def numbers(traced: Traced, trouves: dict[int, object]) -> dict[object, object]:
    """The contracts found by their numbers."""
    noms = {i: nom for i, nom in rows(traced.con, "select id_contrat, nocontrat from core.contrats")}
    return {noms[identifiant]: apport for identifiant, apport in trouves.items()}


def test_a_contributed_breakdown_has_its_contracts_in_each_of_their_rows(contribue: Traced) -> None:
    dans = {
        groupe: numbers(contribue, contribue.contracts("deux_fois", f"groupe={groupe}", colonne="nombre"))
        for groupe in ("Tous", "actif", "rupture_nette")
    }
    assert {groupe: set(trouves) for groupe, trouves in dans.items()} == {
        "Tous": {"1", "3", "4", "5"}, "actif": {"3", "4"}, "rupture_nette": {"1", "5"},
    }  # fmt: skip


def test_gross_ruptures_are_contracts_that_decide_of_no_status(contribue: Traced) -> None:
    assert set(numbers(contribue, contribue.contracts("par_unite", colonne="nombre"))) == {"1", "2", "5"}


def test_an_amount_is_the_sum_of_what_contracts_bring(contribue: Traced) -> None:
    cellule = contribue.cell("par_cout", colonne="perte_totale")
    trouves = contribue.contracts("par_cout", colonne="perte_totale")
    assert set(numbers(contribue, trouves)) == {"1", "5"}
    assert sum(trouves.values()) == cellule.valeur  # type: ignore[arg-type]


@pytest.mark.parametrize("moitie", ["1", "2"])
def test_a_group_that_is_a_rank_among_the_others_is_refused(contribue: Traced, moitie: str) -> None:
    with pytest.raises(UsageError, match="dépend aussi des autres contrats"):
        contribue.contracts("au_dessus", moitie, colonne="nombre")


def test_a_cell_is_named_by_its_values_in_any_case(demo: Traced) -> None:
    assert demo.cell("par_filiere", "gros œuvre").cles == {"filiere": "Gros œuvre"}
    assert demo.cell("par_filiere", "filiere=GROS ŒUVRE", statut="rupture_nette").colonne == "ruptures_nettes"
    par_nom = demo.cell("par_structure", "structure=BTP CFA Ermont")
    assert par_nom.cles == {"uai": "0951625A"} and par_nom.colonne == "effectif"


@pytest.mark.parametrize(
    ("demande", "dit"),
    [
        (CellRequest("par_filere"), "inconnue « par_filere » (le plus proche : « par_filiere »)"),
        (CellRequest("par_filiere", ["Boix"]), "le plus proche : « Bois »"),
        (CellRequest("par_filiere"), "Précisez --cle filiere=…"),
        (CellRequest("par_cfa_filiere", ["Bois"]), "Écrivez --cle colonne=valeur, parmi : uai, filiere, structure"),
        (CellRequest("par_cfa_filiere", ["filiere=Bois"]), "Précisez --cle uai=…"),
        (CellRequest("par_filiere", ["Bois", "filiere=Bois"]), "donne deux fois « filiere »"),
        (CellRequest("par_filiere", ["Bois"], colonne="part_ruptures"), "n'est pas un compte"),
        (CellRequest("par_filiere", ["Bois"], statut="sorti_a_terme"), "n'a pas de colonne « sortis_a_terme »"),
        (CellRequest("par_filiere", ["Bois"], "actif", "effectif"), "--statut et --colonne disent tous deux"),
    ],
)  # fmt: skip
def test_a_cell_that_is_none_is_refused_in_a_sentence(demo: Traced, demande: CellRequest, dit: str) -> None:
    with pytest.raises(UsageError) as refus:
        find_cell(demo.con, demo.catalogue, "2021-2022", demande)
    assert dit in refus.value.message


def test_a_breakdown_that_the_settings_keep_out_is_not_called_unknown(demo: Traced) -> None:
    ecartee = replace(
        demo.catalogue,
        modeles=tuple(modele for modele in demo.catalogue.modeles if modele.nom != "par_filiere"),
        ecartees=Outside({"par_filiere": "par_fil*"}),
    )
    with pytest.raises(UsageError) as refus:
        find_cell(demo.con, ecartee, "2021-2022", CellRequest("par_filiere", ["Bois"]))
    assert "« par_filiere » n'est pas calculée : config.toml l'écarte (par_fil*)" in refus.value.message
