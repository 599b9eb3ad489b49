"""Why two editions differ: one cause an apprentice, and the causes add up, to the unit."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.comparison import words
from pipeline.comparison.causes import CAUSES, INEXPLIQUE, label
from pipeline.comparison.compare import STATUTS, Comparison, compare, effects
from pipeline.comparison.published import PublishedEdition
from pipeline.paths import RACINE
from tests.unit.comparison.editions import SQL, UAI, Row, contract, edition, network


@pytest.fixture(scope="module")
def juillet(tmp_path_factory: pytest.TempPathFactory) -> PublishedEdition:
    return edition(tmp_path_factory.mktemp("editions") / "juillet", network())


def told(comparaison: Comparison) -> dict[str, dict[str, int]]:
    """Cause → the counts that it changed."""
    assert comparaison.causes is not None
    return {
        cause: {compte: n for compte, n in effects(effet.total).items() if n}
        for cause, effet in comparaison.causes.items()
    }


def check_sum(comparaison: Comparison) -> None:
    """The causes add up to the published differences, of the network and of each structure."""
    assert comparaison.causes is not None
    for paire in (comparaison.reseau, *comparaison.structures):
        somme: Counter[str] = Counter()
        for effet in comparaison.causes.values():
            somme.update(effet.selon_structure.get(paire.cle, {}) if paire.cle else effet.total)
        assert effects(somme) == {compte: paire.difference(compte) for compte in STATUTS}, paire.nom


def test_the_same_rows_are_counted_alike(juillet: PublishedEdition, tmp_path: Path) -> None:
    comparaison = compare(juillet, edition(tmp_path / "octobre", network()))
    assert told(comparaison) == {}
    assert not comparaison.reseau.est_changee
    assert "Aucun apprenti n'est compté autrement." in list(words.lines(comparaison))
    assert "Mêmes fichiers, mêmes réglages, même version de l'outil." in list(words.lines(comparaison))


def test_a_later_cut_off_is_the_cause_of_what_it_undoes(juillet: PublishedEdition, tmp_path: Path) -> None:
    comparaison = compare(juillet, edition(tmp_path / "octobre", network(), arrete_au="2022-10-31"))
    assert told(comparaison) == {"date_arrete": {"ruptures_nettes": -4, "inscrits_actifs": 4}}
    check_sum(comparaison)
    assert "  mêmes lignes, arrêté au 31/10/2022 et non au 15/08/2022" in "\n".join(words.lines(comparaison))


def test_rows_added_withdrawn_and_changed_are_told_apart(juillet: PublishedEdition, tmp_path: Path) -> None:
    lignes = [ligne for ligne in network() if not ligne["nocontrat"].endswith("0002")]  # under contract: withdrawn
    lignes.append(contract(50, 50, "2021-10-01", "2023-08-31", "2022-03-03"))  # a new apprentice, broken
    lignes.append(contract(51, 3, "2022-06-01", "2024-08-31"))  # another contract of one who broke
    # An avenant that breaks a contract, and a rupture withdrawn.
    lignes.append(contract(4, 4, "2021-09-01", "2023-08-31", "2022-05-05", typecontrat="36", noavenant="1"))
    lignes = [{**ligne, "dateeffetrupture": ""} if ligne["nocontrat"].endswith("0009") else ligne for ligne in lignes]
    comparaison = compare(juillet, edition(tmp_path / "octobre", lignes))
    assert told(comparaison) == {
        "contrats_ajoutes": {"inscrits_actifs": 1, "effectif": 1},
        "contrats_retires": {"inscrits_actifs": -1, "effectif": -1},
        "lignes_ajoutees": {"ruptures_nettes": 1, "inscrits_actifs": -1},
        "lignes_changees": {"ruptures_nettes": -1, "effectif": -1, "sortis_a_terme": 1},
    }
    check_sum(comparaison)


def test_a_contract_that_leaves_the_scope_is_changed_not_withdrawn(juillet: PublishedEdition, tmp_path: Path) -> None:
    lignes = [{**ligne, "dispositif": "PROF" if ligne["nocontrat"].endswith("0002") else "APPR"} for ligne in network()]
    comparaison = compare(edition(tmp_path / "avant", [{**x, "dispositif": "APPR"} for x in network()]),
                          edition(tmp_path / "apres", lignes))  # fmt: skip
    assert told(comparaison) == {"lignes_changees": {"inscrits_actifs": -1, "effectif": -1}}
    check_sum(comparaison)
    # Rows that say what they left unsaid are not the same: but nobody is counted otherwise for it.
    assert told(compare(juillet, edition(tmp_path / "dit", [{**x, "dispositif": "APPR"} for x in network()]))) == {}


def test_a_follow_up_that_dates_a_rupture_is_a_row_added(juillet: PublishedEdition, tmp_path: Path) -> None:
    (premier,) = (ligne for ligne in network() if ligne["nocontrat"].endswith("0002"))
    suivi = [{"nocontrat": premier["nocontrat"], "dateeffetrupture": "2022-04-04"}]
    comparaison = compare(juillet, edition(tmp_path / "octobre", network(), suivi=suivi))
    assert told(comparaison) == {"lignes_ajoutees": {"ruptures_nettes": 1, "inscrits_actifs": -1}}
    check_sum(comparaison)


def test_names_that_part_an_apprentice_in_two_are_a_cause(juillet: PublishedEdition, tmp_path: Path) -> None:
    """The same rows but for a name, which no journal has."""
    ecrits = [{**x, "nom": "Tout Autre", "prenom": "Sacha", "datenaissance": "2001-01-01"}
              if x["nocontrat"].endswith("0106") else x for x in network()]  # fmt: skip
    avant = edition(tmp_path / "avant", network(), arrete_au="2022-10-31")
    comparaison = compare(avant, edition(tmp_path / "apres", ecrits, arrete_au="2022-10-31"))
    assert told(comparaison) == {"identites": {"ruptures_nettes": 1, "inscrits_actifs": -1}}
    check_sum(comparaison)


def test_another_window_is_a_setting(juillet: PublishedEdition, tmp_path: Path) -> None:
    config = '[annees]\npremiere = "2019-2020"\nfin = "06-30"\n'
    comparaison = compare(juillet, edition(tmp_path / "juin", network(), config=config))
    assert set(told(comparaison)) == {"reglages"}
    check_sum(comparaison)


def modified(dossier: Path, avant: str, apres: str) -> Path:
    """The models with another text in `core/statuts_a_la_fin.sql`: another version of the tool."""
    shutil.copytree(SQL, dossier)
    fichier = dossier / "core/statuts_a_la_fin.sql"
    texte = fichier.read_text(encoding="utf-8")
    assert avant in texte
    fichier.write_text(texte.replace(avant, apres), encoding="utf-8")
    return dossier


def test_another_version_of_the_tool_is_a_cause_and_its_files_are_named(
    juillet: PublishedEdition, tmp_path: Path
) -> None:
    sql = modified(tmp_path / "sql", "where not jamais_commence", "where not jamais_commence and date_rupture is null")
    comparaison = compare(juillet, edition(tmp_path / "octobre", network(), sql=sql))
    assert set(told(comparaison)) == {"version"}
    check_sum(comparaison)
    assert comparaison.reseau.difference("ruptures_nettes") < 0
    assert "Fichiers .sql : core/statuts_a_la_fin.sql" in "\n".join(words.lines(comparaison))


def test_what_nothing_tells_apart_is_said_together(juillet: PublishedEdition, tmp_path: Path) -> None:
    sql = modified(tmp_path / "sql", "where not jamais_commence", "where not jamais_commence and date_rupture is null")
    config = '[annees]\npremiere = "2019-2020"\nfin = "07-31"\n'
    comparaison = compare(juillet, edition(tmp_path / "octobre", network(), sql=sql, config=config))
    assert set(told(comparaison)) == {"reglages+version"}
    assert "mêmes lignes, réglages ou version de l'outil" in "\n".join(words.lines(comparaison))


def test_what_nothing_explains_is_said(juillet: PublishedEdition, tmp_path: Path) -> None:
    sql = modified(tmp_path / "sql", "where not jamais_commence", "where not jamais_commence and date_rupture is null")
    muette = edition(tmp_path / "octobre", network(), sql=sql, sql_dit=juillet.manifeste["sql"])
    comparaison = compare(juillet, muette)
    assert set(told(comparaison)) == {"inexplique"}
    check_sum(comparaison)
    assert "  inexpliqué" in "\n".join(words.lines(comparaison))


def test_every_cause_is_in_the_guide() -> None:
    guide = (RACINE / "docs/comparer.md").read_text(encoding="utf-8")
    assert [mots for mots in (*CAUSES.values(), label(INEXPLIQUE)) if mots not in guide] == []


MOIS = st.integers(0, 23).map(lambda n: f"{2021 + n // 12}-{1 + n % 12:02}-10")
MODIFICATIONS = {
    "retirer": None,
    "rompre": st.fixed_dictionaries({"dateeffetrupture": MOIS}),
    "ne_pas_rompre": st.just({"dateeffetrupture": ""}),
    "terminer": st.fixed_dictionaries({"datefincontrat": MOIS}),
    "commencer": st.fixed_dictionaries({"datedebutcontrat": MOIS}),
    "changer_de_cfa": st.fixed_dictionaries({"uaicfa": st.sampled_from(UAI)}),
    "renommer": st.fixed_dictionaries({"prenom": st.sampled_from(["Lou", "Sacha", "Camille"])}),
    "annuler": st.just({"statut": "Annulé"}),
    "perdre_son_numero": st.just({"nocontrat": ""}),
}


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[Row], dict[str, Any]]:
    """The network after some edits of its file, and another cut-off or not."""
    lignes: list[Row | None] = [*network()]
    for rang in draw(st.lists(st.integers(0, len(lignes) - 1), max_size=12)):
        ligne, quoi = lignes[rang], MODIFICATIONS[draw(st.sampled_from(sorted(MODIFICATIONS)))]
        lignes[rang] = None if quoi is None or ligne is None else {**ligne, **draw(quoi)}
    for numero in range(draw(st.integers(0, 4))):
        apprenti, debut = draw(st.integers(0, 30)), draw(MOIS)
        lignes.append(contract(200 + numero, apprenti, debut, f"{int(debut[:4]) + 2}-08-31", draw(st.just("") | MOIS)))
    restent = [ligne for ligne in lignes if ligne is not None and ligne["datefincontrat"] > ligne["datedebutcontrat"]]
    return draw(st.permutations(restent)), {"arrete_au": draw(st.sampled_from([None, "2022-10-31"]))}


def check_edits(juillet: PublishedEdition, dossier: Path, lignes: list[Row], options: dict[str, Any]) -> None:
    comparaison = compare(juillet, edition(dossier, lignes, **options))
    check_sum(comparaison)
    assert comparaison.causes is not None
    assert "inexplique" not in comparaison.causes
    retour = compare(comparaison.apres, juillet)
    check_sum(retour)
    assert retour.causes is not None
    assert sum(e.apprentis for e in retour.causes.values()) == sum(e.apprentis for e in comparaison.causes.values())


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(edits=edited())
def test_whatever_is_edited_the_explanation_adds_up(
    juillet: PublishedEdition, tmp_path_factory: pytest.TempPathFactory, edits: tuple[list[Row], dict[str, Any]]
) -> None:
    check_edits(juillet, tmp_path_factory.mktemp("essai") / "octobre", *edits)


@pytest.mark.long
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(edits=edited())
def test_a_hundred_times(
    juillet: PublishedEdition, tmp_path_factory: pytest.TempPathFactory, edits: tuple[list[Row], dict[str, Any]]
) -> None:
    check_edits(juillet, tmp_path_factory.mktemp("essai") / "octobre", *edits)
