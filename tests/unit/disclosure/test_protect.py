"""What an edition for outside the network hides: enough, and never what it does not need to."""

from __future__ import annotations

import pytest

from pipeline.disclosure.cells import CellName, find_cells
from pipeline.disclosure.primary import Earlier
from pipeline.disclosure.protect import INTENABLE, NON_SIGNIFICATIF, PRIMAIRE, SECONDAIRE, Protection, protect
from pipeline.disclosure.relations import CellSum, find_relations
from pipeline.disclosure.tables import ENSEMBLE
from tests.unit.disclosure.bounds import Printed, Reader, by_trial
from tests.unit.disclosure.tables import ANNEE, edition, persons, table


def crossed(cases: list[list[int]]) -> list:
    """Ruptures by CFA and period, with both margins and the total."""
    seules = [(f"U{i}", f"p{j}", n) for i, ligne in enumerate(cases) for j, n in enumerate(ligne)]

    def sums(nom: str, rang: int) -> list[dict]:
        groupes = dict.fromkeys(une[rang] for une in seules)
        return [{nom: g, "ruptures_nettes": sum(n for *ou, n in seules if ou[rang] == g)} for g in groupes]

    return [
        table(ENSEMBLE, (), [{"ruptures_nettes": sum(n for _, _, n in seules)}]),
        table("par_cfa", ["uai"], sums("uai", 0)),
        table("par_periode", ["periode"], sums("periode", 1)),
        table(
            "par_periode_cfa",
            ["uai", "periode"],
            [{"uai": u, "periode": p, "ruptures_nettes": n} for u, p, n in seules],
        ),
    ]


def shown(protection: Protection, nom: str, colonne: str = "ruptures_nettes") -> list[int | None]:
    return next(une for une in protection.edition.tables if une.nom == nom).frame[colonne].to_list()


def signs(protection: Protection, nom: str, colonne: str = "ruptures_nettes") -> list[str | None]:
    return shown(protection, nom, f"{colonne}_statut")  # type: ignore[return-value]


def test_un_seul_petit_compte_en_cache_trois_autres():
    protection = protect(crossed([[3, 20, 30], [25, 22, 40], [31, 28, 24]]), {})
    assert signs(protection, "par_periode_cfa").count(PRIMAIRE) == 1
    assert signs(protection, "par_periode_cfa").count(SECONDAIRE) == 3
    assert shown(protection, ENSEMBLE) == [223]
    assert None not in shown(protection, "par_cfa") + shown(protection, "par_periode")


def test_un_zero_se_montre():
    protection = protect(crossed([[0, 20, 30], [25, 22, 40], [31, 28, 24]]), {})
    assert None not in shown(protection, "par_periode_cfa")


def test_un_petit_total_est_cache_partout_ou_il_est():
    protection = protect(crossed([[1, 2, 0], [25, 22, 40], [31, 28, 24]]), {})
    assert signs(protection, "par_cfa")[0] == PRIMAIRE
    assert shown(protection, "par_cfa").count(None) >= 2


def test_par_denombrement_aucun_compte_cache_n_est_connu():
    cases = [[3, 6, 8], [7, 2, 6]]
    protection = protect(crossed(cases), {})
    lues = shown(protection, "par_periode_cfa")
    montrees = {(rang // 3, rang % 3): valeur for rang, valeur in enumerate(lues) if valeur is not None}
    marges = [shown(protection, nom) for nom in ("par_cfa", "par_periode")]
    assert None not in marges[0] + marges[1]
    possibles = [*by_trial(2, 3, montrees, (marges[0], marges[1]))]  # type: ignore[arg-type]
    for rang, valeur in enumerate(lues):
        if valeur is None:
            vues = {un[rang // 3, rang % 3] for un in possibles}
            assert len(vues) > 1
            if 1 <= cases[rang // 3][rang % 3] <= 4:
                assert min(vues) == 0
                assert max(vues) >= 4


def rates(effectifs: dict[str, tuple[int, int]]) -> list:
    total = [sum(paire[i] for paire in effectifs.values()) for i in (0, 1)]
    return [
        table(ENSEMBLE, (), [{"ruptures_nettes": total[0], "effectif": total[1]}]),
        table("par_cfa", ["uai"], [{"uai": u, "ruptures_nettes": k, "effectif": n} for u, (k, n) in effectifs.items()]),
    ]


def test_un_taux_se_tait_avec_ses_comptes_et_sous_vingt_apprentis():
    protection = protect(rates({"A": (3, 60), "B": (6, 80), "C": (0, 12), "D": (20, 100)}), {})
    taux = dict(zip("ABCD", signs(protection, "par_cfa", "taux_rupture_nette"), strict=True))
    assert taux["A"] == PRIMAIRE
    assert taux["C"] == NON_SIGNIFICATIF
    assert taux["D"] is None
    assert shown(protection, "par_cfa", "effectif") == [60, 80, 12, 100]
    for colonne in ("taux_bas", "taux_haut", "fiabilite"):
        assert shown(protection, "par_cfa", colonne)[0] is None


def test_la_difference_de_deux_comptes_est_un_compte():
    protection = protect(rates({"A": (28, 30), "B": (16, 80), "C": (20, 100)}), {})
    assert signs(protection, "par_cfa", "inscrits_actifs")[0] == PRIMAIRE
    assert None in (shown(protection, "par_cfa")[0], shown(protection, "par_cfa", "effectif")[0])


def test_deux_editions_qui_different_de_deux_personnes():
    tables = rates({"A": (30, 90), "B": (16, 80), "C": (20, 100)})
    avant = protect(rates({"A": (28, 90), "B": (16, 80), "C": (20, 100)}), {}).edition
    deja = Earlier(
        {
            CellName(ligne["annee"], colonne, tuple((d, ligne[d]) for d in une.cle)): frozenset([ligne[colonne]])
            for une in avant.tables
            for ligne in une.frame.to_dicts()
            for colonne in ("ruptures_nettes", "effectif")
            if ligne[colonne] is not None
        }
    )
    protection = protect(tables, {}, deja)
    assert signs(protection, "par_cfa")[0] == PRIMAIRE
    assert signs(protection, ENSEMBLE)[0] == PRIMAIRE, "the network's total changed by as many"
    # What did not change is known already.
    assert shown(protection, "par_cfa")[1:] == [16, 20]
    assert protect(tables, {}, Earlier()).edition.part.cachees == 0


def test_ce_qu_une_edition_cachait_reste_cache():
    tables = crossed([[3, 20, 30], [25, 22, 40], [31, 28, 24]])
    nom = CellName(ANNEE, "ruptures_nettes", (("periode", "p2"), ("uai", "U2")))
    protection = protect(tables, {}, Earlier({}, frozenset([nom])))
    assert signs(protection, "par_periode_cfa")[-1] == SECONDAIRE


def test_quatre_petits_comptes_d_un_petit_total_ne_disent_pas_tout_ce_qu_ils_sont():
    tables = crossed([[1, 20, 30], [1, 22, 40], [1, 28, 24], [1, 20, 30]])
    protection = protect(tables, {})
    lecteur = Reader(protection.edition.tables)
    for ou in lecteur.hidden():
        bas, haut = lecteur.interval(ou, signes=True)
        assert haut - bas > 0.99


def test_les_mois_font_les_durees():
    mois = [9, 8, 12, 30, 0, 17, 11, 10]
    durees = {"court": 17, "moyen": 42, "long": 38}
    tables = [
        table(ENSEMBLE, (), [{"ruptures_nettes": sum(mois)}]),
        table("par_mois", ["mois"], [{"mois": str(m), "ruptures_nettes": n} for m, n in enumerate(mois)]),
        table("par_duree", ["duree"], [{"duree": d, "ruptures_nettes": n} for d, n in durees.items()]),
    ]
    cells = find_cells(tables)
    sommes = {(cells.noms[une.total].groupe, len(une.parts)) for une in find_relations(cells, tables)}
    assert ((("duree", "court"),), 2) in sommes
    assert ((("duree", "moyen"),), 2) in sommes


def test_le_groupe_que_dit_une_colonne_voisine_est_celui_de_l_autre_table():
    sommes = {"Bois": 16, "Eau": 20}
    diplomes = [{"diplome": d, "ruptures_nettes": n} for d, n in (("a", 7), ("b", 9), ("c", 20))]
    tables = [
        table(ENSEMBLE, (), [{"ruptures_nettes": 36}]),
        table("par_filiere", ["filiere"], [{"filiere": f, "ruptures_nettes": n} for f, n in sommes.items()]),
        table("par_diplome", ["diplome"], diplomes, {"filiere": ["Bois", "Bois", "Eau"]}),
    ]  # fmt: skip
    cells = find_cells(tables)
    bois = cells.par_nom[CellName(ANNEE, "ruptures_nettes", (("filiere", "Bois"),))]
    assert any(
        isinstance(une, CellSum) and une.total == bois and len(une.parts) == 2 for une in find_relations(cells, tables)
    )


def test_arrondie_une_edition_ne_cache_rien_et_ses_taux_viennent_de_ses_comptes():
    protection = protect(rates({"A": (3, 62), "B": (6, 80), "C": (2, 12), "D": (20, 101)}), {}, travail_max=-1)
    assert protection.edition.methode.base == 5
    assert shown(protection, "par_cfa") == [5, 5, 0, 20]
    assert shown(protection, "par_cfa", "effectif") == [60, 80, 10, 100]
    assert shown(protection, "par_cfa", "inscrits_actifs") == [55, 75, 10, 80]
    assert shown(protection, "par_cfa", "taux_rupture_nette") == [5 / 60, 5 / 80, None, 0.2]
    assert signs(protection, "par_cfa", "taux_rupture_nette")[2] == NON_SIGNIFICATIF
    assert not protection.journal


def test_arrondi_un_taux_est_de_vingt_apprentis_au_moins():
    protection = protect(rates({"A": (6, 19), "B": (6, 24), "C": (20, 101)}), {}, travail_max=-1)
    assert shown(protection, "par_cfa", "effectif") == [20, 25, 100]
    assert shown(protection, "par_cfa", "taux_rupture_nette") == [None, 0.2, 0.2]


def test_ce_qui_ne_peut_pas_etre_protege_est_laisse_de_cote():
    seul = [
        table(ENSEMBLE, (), [{"ruptures_nettes": 40}]),
        table("par_cfa", ["uai"], [{"uai": "A", "ruptures_nettes": 37}, {"uai": "B", "ruptures_nettes": 3}]),
    ]
    deja = Earlier(
        {
            CellName(ANNEE, "ruptures_nettes", (("uai", "A"),)): frozenset([37]),
            CellName(ANNEE, "ruptures_nettes", ()): frozenset([40]),
        }
    )
    protection = protect(seul, {}, deja)
    assert protection.edition.ecartees == {"par_cfa": INTENABLE}
    assert [une.nom for une in protection.edition.tables] == [ENSEMBLE]


@pytest.mark.parametrize("graine", range(3))
def test_recalculees_autrement_les_bornes_tiennent(graine: int):
    tables = edition(persons(graine, 4))
    check_bounds(protect(tables, {}), tables, 40)


def check_bounds(
    protection: Protection, vraies: list, echantillon: int | None = None, connues: dict[Printed, int] | None = None
) -> None:
    """No hidden count is bounded more tightly than the rule, as another reader computes, who knows these besides."""
    lecteur = Reader(protection.edition.tables, connues)
    cachees = lecteur.hidden()
    pas = 1 if echantillon is None else max(1, len(cachees) // echantillon)
    verites = {
        Printed(une.nom, ligne["annee"], tuple(sorted((d, ligne[d]) for d in une.cle)), colonne): ligne[colonne]
        for une in vraies
        for ligne in une.frame.to_dicts()
        for colonne in une.comptes
    }
    for ou in cachees[::pas]:
        bas, haut = lecteur.interval(ou)
        assert bas - 1e-6 <= verites[ou] <= haut + 1e-6, "the reader is right"
        assert haut - bas >= 1 - 1e-6, ou
        if 1 <= verites[ou] <= 4 and lecteur.signes[ou] == PRIMAIRE:
            assert bas <= 1e-6 and haut >= 4 - 1e-6, ou
