"""What is told of the whole network only (definitions §8) is crossed with nothing, whoever wrote the SQL."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.models.catalog import load_catalog
from pipeline.paths import RACINE
from pipeline.settings import load_settings
from tests.pages import second_network
from tests.support import run

pytestmark = pytest.mark.usefixtures("core_once")
NOM = "par_essai"
ENTETE = "/*\n---\ntitre: Essai\ndescription: Un essai.\nsection: motifs\nordre: 1\n"
MOTIFS = (
    "motif,liste,regroupement,sensible,fin_diplome\n"
    "Abandon,exprime,,false,false\nSanté,exprime,,true,false\nSanté,valide,,true,false\n"
)


@pytest.fixture(scope="module")
def projet(core_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network where some ruptures have a sensitive motif and some apprentices are disabled."""
    dossier = tmp_path_factory.mktemp("projet")
    lignes = second_network.rows()
    for rang, ligne in enumerate(lignes):
        motif = ("Santé", "Abandon")[rang % 2] if ligne["dateeffetrupture"] else ""
        ligne |= {"sexe": "HF"[rang % 2], "handicap": ("oui", "non", "")[rang % 3]}
        ligne |= {"motifexprime": motif, "motifvalide": motif and "Santé"}
    second_network.write(dossier, lignes)
    (dossier / "donnees/referentiels/motifs.csv").write_text(MOTIFS, encoding="utf-8")
    shutil.copytree(RACINE / "sql", dossier / "sql", ignore=shutil.ignore_patterns("ventilations"))
    (dossier / "sql/ventilations").mkdir()
    shutil.copy(RACINE / "sql/ventilations/par_motif_exprime.sql", dossier / "sql/ventilations")
    return dossier


def build(projet: Path, cle: str, requete: str):
    """Build the database with a breakdown of these columns."""
    noms = cle.strip("[]").split(", ")
    colonnes = ", ".join([*(f"{nom}: {nom.capitalize()}" for nom in noms), "n: {libelle: N, format: entier}"])
    entete = f"{ENTETE}cle: {cle}\ncolonnes: [{colonnes}]\nhors_total: Essai\nsans_ligne: Rien\n---\n*/\n"
    (projet / f"sql/ventilations/{NOM}.sql").write_text(f"{entete}{requete}\n", encoding="utf-8")
    options = ("--donnees", projet / "donnees", "--config", projet / "config.toml", "--sql", projet / "sql")
    return run("construire", *options, cwd=projet)


COMPTE = "count(*) filter (where statut = 'rupture_nette') as n"
DE = "from core.inscriptions group by all order by all"
REFUSEES = {
    "as it is": ("[motif_exprime, sexe]", f"select annee, motif_exprime, renseigne(sexe) as sexe, {COMPTE} {DE}"),
    "renamed": (
        "[raison, structure]",
        f"select annee, motif_exprime as raison, structure, {COMPTE} {DE}",
    ),
    "in upper case": ("[raison, structure]", f"select annee, MOTIF_EXPRIME as raison, structure, {COMPTE} {DE}"),
    "in an expression": ("[raison, uai]", f"select annee, lower(motif_valide) || '.' as raison, uai, {COMPTE} {DE}"),
    "as a condition": (
        "[structure]",
        f"select annee, structure, count(*) filter (where motif_exprime = 'Santé') as n {DE}",
    ),
    "in a where": (
        "[structure]",
        "select annee, structure, count(*) as n from core.inscriptions where motif_valide like 'San%' "
        "group by all order by all",
    ),
    "in a common table": (
        "[raison, structure]",
        "with lues as (select annee, structure, motif_exprime as raison from core.inscriptions) "
        "select annee, raison, structure, count(*) as n from lues group by all order by all",
    ),
    "under the name of another column": (
        "[motif_exprime]",
        "select annee, structure as motif_exprime, count(*) filter (where motif_valide = 'Santé') as n "
        "from core.inscriptions group by annee, structure order by all",
    ),
    "from the contracts": (
        "[raison, structure]",
        "select r.annee, coalesce(c.motifexprime, '') as raison, c.structure, count(*) as n from core.contrats as c "
        "inner join core.ruptures_brutes as r using (id_contrat) group by all order by all",
    ),
    "beside a disability": ("[motif_exprime, handicap]", f"select annee, motif_exprime, handicap, {COMPTE} {DE}"),
    "a disability": ("[handicap, structure]", f"select annee, handicap, structure, {COMPTE} {DE}"),
}


@pytest.mark.parametrize("cas", REFUSEES)
def test_a_crossing_is_refused_before_anything_runs(projet: Path, cas: str) -> None:
    resultat = build(projet, *REFUSEES[cas])
    assert resultat.exit_code == 2, resultat.output
    assert "réservé aux totaux du réseau, est croisé avec «" in resultat.stderr
    assert f"{NOM}.sql:" in resultat.stderr
    assert "Santé" not in resultat.output


# The wording comes without its column being named: seen in the result.
CACHEES = {
    "from the referential": (
        "[motif, structure]",
        "select i.annee, m.motif, i.structure, count(*) as n from core.inscriptions as i "
        "inner join ref.motifs as m on m.sensible and i.motif_exprime_groupe = 'Abandon, et autres' "
        "group by all order by all",
        "la colonne « motif » nomme un motif sensible, réservé aux totaux du réseau",
    ),
    "from a copy in another breakdown": (
        "[copie, structure]",
        "select m.annee, m.copie, s.structure, m.n from ventilations.par_copie as m cross join core.structures as s "
        "order by all",
        "la colonne « copie » nomme un motif sensible, réservé aux totaux du réseau",
    ),
    "with all the columns of another breakdown": (
        "[motif_exprime, structure]",
        "select m.*, s.structure from ventilations.par_copie as m cross join core.structures as s order by all",
        "« motif_exprime », réservé aux totaux du réseau, est croisé avec « structure »",
    ),
}


@pytest.mark.parametrize("cas", CACHEES)
def test_a_wording_that_comes_without_its_name_is_refused(projet: Path, cas: str) -> None:
    cle, requete, phrase = CACHEES[cas]
    copie = f"{ENTETE}cle: [motif_exprime]\ncolonnes: [motif_exprime, n: {{libelle: N, format: entier}}]\n"
    copie += "descriptions: {copie: Une copie}\nhors_total: Essai\nsans_ligne: Rien\n---\n*/\n"
    copie += f"select annee, motif_exprime, motif_exprime || '' as copie, {COMPTE} {DE}\n"
    (projet / "sql/ventilations/par_copie.sql").write_text(copie, encoding="utf-8")
    resultat = build(projet, cle, requete)
    (projet / "sql/ventilations/par_copie.sql").unlink()
    assert resultat.exit_code == 2, resultat.output
    assert phrase in resultat.stderr
    assert f"{NOM}.sql:" in resultat.stderr
    assert "Santé" not in resultat.output


ADMISES = {
    "motifs by year": ("[motif_exprime]", f"select annee, motif_exprime, {COMPTE} {DE}"),
    "both motifs by year": (
        "[motif_exprime, motif_valide]", f"select annee, motif_exprime, motif_valide, {COMPTE} {DE}",
    ),
    "motifs grouped": (
        "[motif_exprime_groupe, structure]", f"select annee, motif_exprime_groupe, structure, {COMPTE} {DE}",
    ),
    "families": ("[famille_motif_valide, structure]", f"select annee, famille_motif_valide, structure, {COMPTE} {DE}"),
    "a disability by year": (
        "[handicap]",
        "with comptes as (select annee, selon(handicap, 'Oui', 'Non') as handicap, unnest(mesures(statut)), "
        "unnest(public_egal(statut, strate)) from core.inscriptions group by annee, handicap) "
        "select *, effectif as n from comptes order by annee, handicap",
    ),
}  # fmt: skip


@pytest.mark.parametrize("cas", ADMISES)
def test_totals_of_the_network_and_grouped_motifs_are_not(projet: Path, cas: str) -> None:
    resultat = build(projet, *ADMISES[cas])
    assert resultat.exit_code == 0, resultat.output


def test_no_shipped_breakdown_is_refused() -> None:
    """`load_catalog` vets them all."""
    assert load_catalog(RACINE / "sql", load_settings(RACINE / "config.toml")).modeles
