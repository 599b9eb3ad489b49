"""`ruptures lister --graphe`: where each table comes from, in Mermaid."""

from __future__ import annotations

import re

from typer.testing import CliRunner

from pipeline import cli
from pipeline.models.folder import list_models
from pipeline.paths import RACINE

NOEUD, FLECHE = re.compile(r'        (\w+)\[(?:/"|")([\w./]+)(?:"/|")\]'), re.compile(r"    (\w+) --> (\w+)")


def graph(*mots: str) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """The nodes of a graph, with their words, and its arrows; nothing else is in it but its boxes."""
    resultat = CliRunner().invoke(cli.app, ["lister", "--graphe", *mots])
    assert (resultat.exit_code, resultat.stderr) == (0, "")
    tete, *lignes = resultat.stdout.splitlines()
    assert tete == "flowchart LR"
    noeuds = [(trouve[1], trouve[2]) for ligne in lignes if (trouve := NOEUD.fullmatch(ligne))]
    fleches = [(trouve[1], trouve[2]) for ligne in lignes if (trouve := FLECHE.fullmatch(ligne))]
    boites = [ligne for ligne in lignes if re.fullmatch(r"    subgraph \w+|    end", ligne)]
    assert len(noeuds) + len(fleches) + len(boites) == len(lignes)
    assert len({nom for nom, _ in noeuds}) == len(noeuds)
    return dict(noeuds), set(fleches)


def test_every_table_goes_back_to_files() -> None:
    noeuds, fleches = graph()
    assert {noeud for fleche in fleches for noeud in fleche} <= noeuds.keys()
    sans_source = {noeud for noeud in noeuds if not any(la == noeud for _, la in fleches)}
    # A table of core may be made of constants.
    assert {noeud.split("_")[0] for noeud in sans_source} <= {"fichiers", "core"}
    ventilations = {chemin.stem for chemin in list_models(RACINE / "sql/ventilations")}
    assert {dit for noeud, dit in noeuds.items() if noeud.startswith("ventilations_")} == ventilations


def test_one_breakdown_has_what_it_reads_and_no_other() -> None:
    noeuds, fleches = graph("par_filiere")
    assert [noeud for noeud in noeuds if noeud.startswith("ventilations_")] == ["ventilations_par_filiere"]
    assert ("core_inscriptions", "ventilations_par_filiere") in fleches
    assert ("fichiers_contrats_", "brut_contrats") in fleches
    assert graph("ventilations.par_filiere") == (noeuds, fleches)
    assert "ventilations_par_filiere" not in graph("inscriptions")[0]


def test_a_table_that_is_not_there_has_no_graph() -> None:
    refus = CliRunner().invoke(cli.app, ["lister", "--graphe", "par_filliere"])
    assert refus.exit_code == 2
    assert refus.stderr.startswith(
        "Erreur : ni ventilation ni table « par_filliere » (le plus proche : « par_filiere »). "
    )
    refus = CliRunner().invoke(cli.app, ["lister", "par_filiere"])
    assert (refus.exit_code, refus.stderr) == (
        2, "Erreur : NOM est de --graphe. Écrivez : ruptures lister --graphe par_filiere.\n"
    )  # fmt: skip
