"""lister, nouvelle-ventilation, verifier: what the data team asks of the files and of the database."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from typer.testing import Result

from pipeline import following
from pipeline.paths import RACINE
from tests.pages import second_network
from tests.support import models_named_in, pdf_text, run

pytestmark = pytest.mark.usefixtures("core_once")
PAR_FILIERE = (RACINE / "sql/ventilations/par_filiere.sql").read_text(encoding="utf-8")
SOMME = PAR_FILIERE[: PAR_FILIERE.index("total: reseau")].count("\n") + 1


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    """A small network with its own copy of the models."""
    second_network.write(tmp_path, second_network.rows())
    shutil.copytree(models_named_in(__file__), tmp_path / "sql")
    return tmp_path


@pytest.fixture(scope="module")
def base_construite(core_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of that network as it is."""
    dossier = tmp_path_factory.mktemp("construit")
    second_network.write(dossier, second_network.rows())
    shutil.copytree(models_named_in(__file__), dossier / "sql")
    assert ask(dossier, "construire").exit_code == 0
    return dossier / "base"


@pytest.fixture
def construit(projet: Path, base_construite: Path) -> Path:
    """The small network, its database built."""
    shutil.copytree(base_construite, projet / "base")
    return projet


def ask(projet: Path, verbe: str, *options: str | Path) -> Result:
    """Run a verb on the project."""
    donnees = ("--donnees", projet / "donnees") if verbe in {"construire", "rapport"} else ()
    return run(verbe, *donnees, "--config", projet / "config.toml", "--sql", projet / "sql", *options, cwd=projet)


def test_lister_prints_the_sections_their_breakdowns_and_their_files_in_report_order(projet: Path) -> None:
    resultat = ask(projet, "lister")
    assert resultat.exit_code == 0
    sql = projet / "sql/ventilations"
    assert re.sub(" {2,}", "  ", resultat.output).startswith(
        "Les établissements (structures)\n"
        f"  20  Taux de rupture nette des CFA  {sql / 'par_cfa.sql'} (en annexe)\n"
        f"  30  Les CFA comparés  {sql / 'cfa_compares.sql'}\n"
        f"  40  Structures du réseau  {sql / 'par_structure.sql'}\n"
        "Les diplômes (diplomes)\n"
    )
    (croisee,) = [ligne for ligne in resultat.output.splitlines() if "par_cfa_type_diplome.sql" in ligne]
    assert croisee.endswith("par_cfa_type_diplome.sql (en annexe)")
    sections = re.findall(r"^\S.*\((\w+)\)$", resultat.output, re.MULTILINE)
    assert sections == [
        "structures", "diplomes", "metiers", "parcours", "employeurs", "motifs", "calendrier", "periodes", "suites",
        "cout", "definitions",
    ]  # fmt: skip


def test_lister_shows_drafts_empty_sections_and_tables(projet: Path) -> None:
    (projet / "sql/ventilations/par_filiere.sql").rename(projet / "sql/ventilations/brouillon_filiere.sql")
    resultat = ask(projet, "lister", "--tables")
    assert "Les métiers (metiers)\n        aucune ventilation : la section n'est pas imprimée\n" in resultat.output
    assert (
        f"Brouillons, hors du rapport\n        {projet / 'sql/ventilations/brouillon_filiere.sql'}\n" in resultat.output
    )
    assert "  core.inscriptions               Une ligne par année et apprenti suivi" in resultat.output


def test_lister_shows_the_plan_whatever_the_queries_are_and_verifier_says_which_is_wrong(projet: Path) -> None:
    plan = ask(projet, "lister").output
    chemin = projet / "sql/ventilations/par_filiere.sql"
    texte = chemin.read_text(encoding="utf-8").replace("from core.inscriptions", "fromm core.inscriptions")
    chemin.write_text(texte, encoding="utf-8")
    assert ask(projet, "lister").output == plan
    refus = ask(projet, "verifier")
    assert (refus.exit_code, refus.stderr.startswith(f"Erreur : {chemin}:")) == (2, True)


def test_lister_refuses_a_section_that_is_not_there(projet: Path) -> None:
    chemin = projet / "sql/ventilations/par_filiere.sql"
    texte = chemin.read_text(encoding="utf-8").replace("section: metiers", "section: metier")
    chemin.write_text(texte, encoding="utf-8")
    ligne = texte[: texte.index("section: metier")].count("\n") + 1
    refus = ask(projet, "lister")
    phrase = f"Erreur : {chemin}:{ligne} : section inconnue « metier » (le plus proche : « metiers »). "
    assert (refus.exit_code, refus.stderr.startswith(phrase)) == (2, True)


def test_a_draft_is_kept_out_whatever_it_contains(projet: Path) -> None:
    (projet / "sql/ventilations/brouillon_casse.sql").write_text("pas encore du SQL", encoding="utf-8")
    assert ask(projet, "construire").exit_code == 0
    with duckdb.connect(str(projet / "base/ruptures.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from duckdb_tables() where table_name like 'brouillon%'").fetchall() == [
            (0,)
        ]


@pytest.mark.parametrize(
    ("nom", "options", "colonne"),
    [("par_naf", (), "naf"), ("par_employeur", ("--par", "typeemployeur"), "typeemployeur"),
     ("par_age_debut", (), "age_debut"), ("par_date_debut", (), "date_debut")],
)  # fmt: skip
def test_a_new_file_already_runs(projet: Path, nom: str, options: tuple[str, ...], colonne: str) -> None:
    resultat = ask(projet, "nouvelle-ventilation", nom, *options)
    chemin = projet / f"sql/ventilations/{nom}.sql"
    assert resultat.output == f"→ {chemin}\nModifiez-le, puis regardez-le : ruptures apercu {nom}\n"
    assert ask(projet, "construire").exit_code == 0
    with duckdb.connect(str(projet / "base/ruptures.duckdb"), read_only=True) as con:
        lues = con.execute(f"select annee, {colonne}, sum(effectif) from ventilations.{nom} group by all").fetchall()
    assert sum(effectif for annee, _, effectif in lues if annee == "2023-2024") == 74


@pytest.mark.parametrize(
    ("mots", "phrase"),
    [
        (("Par_Sexe",), "{sql}/Par_Sexe.sql : ce nom de fichier ne peut pas nommer une table et une feuille. "),
        (("par_" + "x" * 30,), "{sql}/par_" + "x" * 30 + ".sql : ce nom de fichier ne peut pas nommer"),
        (("../par_sexe",), "{sql}/../par_sexe.sql : ce nom de fichier ne peut pas nommer une table et une feuille. "),
        (("par_filiere",), "{sql}/par_filiere.sql : ce fichier existe déjà. Choisissez un autre nom, ou modifiez-le."),
        (("par_sex",), "« sex » n'est pas une colonne de core.inscriptions (le plus proche : « sexe »). Nommez-en une "
                       "avec --par : statut, "),
        (("par_x", "--par", "id_apprenti"), "« id_apprenti » n'est pas une colonne de core.inscriptions"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(
    projet: Path, mots: tuple[str, ...], phrase: str
) -> None:
    avant = {p: p.read_bytes() for p in (projet / "sql").rglob("*.sql")}
    resultat = ask(projet, "nouvelle-ventilation", *mots)
    assert resultat.exit_code == 2
    assert resultat.stderr.startswith(f"Erreur : {phrase.format(sql=projet / 'sql/ventilations')}")
    assert {p: p.read_bytes() for p in (projet / "sql").rglob("*.sql")} == avant


@pytest.mark.parametrize(
    ("nom", "phrase"),
    [
        ("par_x.SQL", "ce n'est pas un fichier .sql"), ("par_x.sql.txt", "ce n'est pas un fichier .sql"),
        ("LISEZMOI.md", "ce n'est pas un fichier .sql"), ("sous_dossier", "ce n'est pas un fichier .sql"),
        ("par filière.sql", "ce nom de fichier ne peut pas nommer"),
        ("1er.sql", "ce nom de fichier ne peut pas nommer"),
    ],
)  # fmt: skip
def test_what_nobody_would_read_is_not_passed_over(projet: Path, nom: str, phrase: str) -> None:
    chemin = projet / "sql/ventilations" / nom
    if "." in nom:
        shutil.copy(projet / "sql/ventilations/par_filiere.sql", chemin)
    else:
        chemin.mkdir()
    resultat = ask(projet, "lister")
    assert resultat.exit_code == 2
    assert resultat.stderr.startswith(f"Erreur : {chemin} : {phrase}")


@pytest.mark.parametrize("changer", [lambda o: b"\xef\xbb\xbf" + o, lambda o: o.replace(b"\n", b"\r\n")])
def test_files_of_windows_editors_are_read(projet: Path, changer) -> None:
    chemin = projet / "sql/ventilations/par_filiere.sql"
    chemin.write_bytes(changer(chemin.read_bytes()))
    assert ask(projet, "construire").exit_code == 0


def test_a_file_that_is_not_utf_8_says_its_line(projet: Path) -> None:
    chemin = projet / "sql/ventilations/par_filiere.sql"
    chemin.write_bytes(chemin.read_bytes().replace("titre: Filières".encode(), "titre: Filières".encode("cp1252"), 1))
    resultat = ask(projet, "lister")
    phrase = f"Erreur : {chemin}:3 : ce n'est pas un texte en UTF-8. Enregistrez le fichier en UTF-8.\n"
    assert (resultat.exit_code, resultat.stderr) == (2, phrase)


def test_breakdowns_that_read_each_other_in_a_circle(projet: Path) -> None:
    for ici, la in (("par_filiere", "par_diplome"), ("par_diplome", "par_filiere")):
        chemin = projet / f"sql/ventilations/{ici}.sql"
        texte = chemin.read_text(encoding="utf-8")
        chemin.write_text(texte.replace("from core.inscriptions", f"from ventilations.{la}"), encoding="utf-8")
    resultat = ask(projet, "verifier")
    assert resultat.exit_code == 2
    ligne = (projet / "sql/ventilations/par_diplome.sql").read_text().split("from ventilations.")[0].count("\n") + 1
    assert resultat.stderr == (
        f"Erreur : {projet / 'sql/ventilations/par_diplome.sql'}:{ligne} : les fichiers se lisent en rond : "
        "ventilations.par_diplome lit ventilations.par_filiere lit ventilations.par_diplome. "
        "Retirez une de ces lectures.\n"
    )


def test_a_breakdown_may_read_another(projet: Path) -> None:
    texte = (projet / "sql/ventilations/par_filiere.sql").read_text(encoding="utf-8")
    corps = "select\n    *,\n    effectif - ruptures_nettes as restants\nfrom ventilations.par_filiere\n"
    entete = texte[: texte.index("with")].replace("evolution: true\n", "")
    colonnes = "colonnes: [filiere, effectif, ruptures_nettes, taux_rupture_nette, part_ruptures]\n"
    entete = entete.replace("titre: Filières", f"{colonnes}titre: Filières bis\ndescriptions: {{restants: Restés.}}")
    texte = f"{entete}{corps}order by annee, ruptures_nettes desc, filiere\n"
    (projet / "sql/ventilations/avant_par_filiere.sql").write_text(texte, encoding="utf-8")
    assert ask(projet, "construire").exit_code == 0
    with duckdb.connect(str(projet / "base/ruptures.duckdb"), read_only=True) as con:
        assert con.execute("select sum(restants) from ventilations.avant_par_filiere").fetchall() == [(65 + 42,)]


def test_verifier_counts_the_checks_that_hold(construit: Path) -> None:
    resultat = ask(construit, "verifier")
    assert resultat.exit_code == 0
    assert re.fullmatch(r"\d{3} contrôles tenus\.\n", resultat.output)


def test_verifier_says_of_each_failure_the_column_the_rows_and_a_query(construit: Path) -> None:
    base = construit / "base/ruptures.duckdb"
    with duckdb.connect(str(base)) as con:
        con.execute(
            "update ventilations.par_filiere set ruptures_nettes = 30 where annee = '2023-2024' and filiere = 'Soins'"
        )
        con.execute("update core.inscriptions set structure = null where filiere = 'Bouche'")
    resultat = ask(construit, "verifier")
    assert resultat.exit_code == 4
    filiere, inscriptions = (construit / f"sql/{nom}.sql" for nom in ("ventilations/par_filiere", "core/inscriptions"))
    entete, *fautes = re.split(rf"^(?={construit}/sql)", resultat.stderr, flags=re.MULTILINE)
    assert entete == "Erreur : 3 contrôles ne sont pas tenus. Corrigez le fichier ou les données.\n"
    assert fautes[0].startswith(f"{inscriptions}:6 : non_nul : structure : ")
    # No row of a table that is not published is shown: two lines of query only.
    assert len(fautes[0].splitlines()) == 3
    somme = next(faute for faute in fautes if faute.startswith(f"{filiere}:{SOMME} : "))
    assert somme.startswith(
        f"{filiere}:{SOMME} : somme_egale : ruptures_nettes par annee : 1 ligne\n"
        "  annee      somme  total  valeurs_vides\n"
        "  2023-2024  30     9      0\n"
        f"Pour tout voir, dans {base} :\n  select "
    )
    requete = somme.splitlines()[-1].strip()
    with duckdb.connect(str(base), read_only=True) as con:
        assert con.execute(requete).fetchall() == [("2023-2024", 30, 9, 0)]


def test_a_database_whose_checks_fail_is_kept_beside_to_be_looked_at(construit: Path) -> None:
    base, refusee = construit / "base/ruptures.duckdb", construit / "base/ruptures.refusee.duckdb"
    avant = base.read_bytes()
    chemin = construit / "sql/ventilations/par_filiere.sql"
    texte = chemin.read_text(encoding="utf-8")
    chemin.write_text(texte.replace("where effectif > 0", "where effectif > 35"), encoding="utf-8")
    resultat = ask(construit, "construire")
    assert resultat.exit_code == 4
    assert f"Pour tout voir, dans {refusee} :" in resultat.stderr
    assert base.read_bytes() == avant
    assert ask(construit, "verifier", "--base", refusee).exit_code == 4
    assert f"Effacé : {refusee}" in run("purger", "--sortie", construit / "output", cwd=construit).output
    chemin.write_text(texte, encoding="utf-8")
    refusee.write_bytes(b"")
    assert ask(construit, "construire").exit_code == 0
    assert not refusee.exists()


def test_verifier_says_which_table_a_database_has_not(construit: Path) -> None:
    assert ask(construit, "nouvelle-ventilation", "par_naf").exit_code == 0
    resultat = ask(construit, "verifier")
    assert (resultat.exit_code, resultat.stderr) == (
        2,
        f"Erreur : {construit / 'sql/ventilations/par_naf.sql'} : la base {construit / 'base/ruptures.duckdb'} "
        "n'a pas la table ventilations.par_naf. Reconstruisez-la : ruptures construire.\n",
    )


def test_verifier_says_to_a_program_what_holds_and_what_does_not(construit: Path) -> None:
    base = construit / "base/ruptures.duckdb"
    tenus = json.loads(ask(construit, "verifier", "--format", "json").stdout)
    assert tenus == {"base": str(base), "controles": tenus["controles"], "tenus": tenus["controles"], "rates": []}
    with duckdb.connect(str(base)) as con:
        con.execute(
            "update ventilations.par_filiere set ruptures_nettes = 30 where annee = '2023-2024' and filiere = 'Soins'"
        )
        con.execute("update core.inscriptions set structure = null where filiere = 'Bouche'")
    resultat = ask(construit, "verifier", "--format", "json")
    lu = json.loads(resultat.stdout)
    assert (resultat.exit_code, lu["controles"] - lu["tenus"], len(lu["rates"])) == (4, 3, 3)
    assert resultat.stderr.startswith("Erreur : 3 contrôles ne sont pas tenus. ")
    # No row of a table that is not published is shown.
    assert lu["rates"][0]["libelle"].startswith("non_nul : structure") and lu["rates"][0]["premieres"] == []
    somme = next(rate for rate in lu["rates"] if rate["libelle"].startswith("somme_egale : ruptures_nettes par annee"))
    assert (somme["fichier"], somme["ligne"], somme["lignes_fautives"], somme["premieres"]) == (
        str(construit / "sql/ventilations/par_filiere.sql"), SOMME, 1,
        [{"annee": "2023-2024", "somme": 30, "total": 9, "valeurs_vides": 0}],
    )  # fmt: skip
    with duckdb.connect(str(base), read_only=True) as con:
        assert con.execute(somme["requete"]).fetchall() == [("2023-2024", 30, 9, 0)]


def test_lister_says_the_plan_to_a_program(projet: Path) -> None:
    (projet / "sql/ventilations/par_filiere.sql").rename(projet / "sql/ventilations/brouillon_filiere.sql")
    resultat = ask(projet, "lister", "--format", "json")
    lu = json.loads(resultat.stdout)
    assert [section["cle"] for section in lu["sections"]][:2] == ["structures", "diplomes"]
    premiere = lu["sections"][0]["ventilations"][0]
    assert premiere.pop("description")
    assert premiere == {
        "nom": "par_cfa", "titre": "Taux de rupture nette des CFA", "ordre": 20, "place": "annexe", "cle": ["uai"],
        "fichier": str(projet / "sql/ventilations/par_cfa.sql"),
    }  # fmt: skip
    assert lu["brouillons"] == [str(projet / "sql/ventilations/brouillon_filiere.sql")]
    tables = {table["nom"]: table["description"] for table in lu["tables"]}
    assert tables["core.inscriptions"].startswith("Une ligne par année et apprenti suivi")
    guide = (RACINE / "docs/ajouter-une-ventilation.md").read_text(encoding="utf-8")
    cles = re.findall(r'"(\w+)":', resultat.stdout + ask(projet, "verifier", "--format", "json").stdout)
    assert {cle for cle in cles if f"`{cle}`" not in guide} == set()


def test_apercu_shows_one_page_of_the_report_or_one_text(construit: Path) -> None:
    resultat = ask(construit, "apercu", "--page", "glossaire", "--sortie", construit / "vu")
    assert (resultat.exit_code, resultat.stdout) == (0, f"→ {construit / 'vu/page_glossaire.pdf'}\n")
    texte = pdf_text(construit / "vu/page_glossaire.pdf")
    assert "Annexe : glossaire" in texte and "Annexe : méthode" not in texte and "L'essentiel" not in texte
    resultat = ask(construit, "apercu", "--texte", "introduction", "--sortie", construit / "vu")
    assert (resultat.exit_code, resultat.stdout) == (0, f"→ {construit / 'vu/texte_introduction.pdf'}\n")
    assert pdf_text(construit / "vu/texte_introduction.pdf").startswith("Introduction\n")


@pytest.mark.parametrize(
    ("mots", "phrase"),
    [
        ((), "un aperçu est celui d'une ventilation, d'un texte ou d'une page. Donnez NOM, "),
        (("par_filiere", "--page", "qualite"), "un aperçu est celui d'une ventilation, d'un texte ou d'une page. "),
        (("--page", "glossair"), "le rapport n'a pas de page « glossair » (le plus proche : « glossaire »). Pages : "),
        # The network is a small one: its edition has no chapter.
        (("--page", "motifs"), "la page « motifs » n'est pas imprimée cette année. Celles qui le sont : essentiel, "),
        (("--texte", "introduktion"), "pas de lieu « introduktion » pour un texte (le plus proche : "),
        (("--texte", "synthese"), "aucun texte au lieu « synthese ». Écrivez synthese.md dans le dossier des textes "),
    ],
)  # fmt: skip
def test_apercu_says_which_pages_and_texts_there_are(construit: Path, mots: tuple[str, ...], phrase: str) -> None:
    resultat = ask(construit, "apercu", *mots)
    assert (resultat.exit_code, resultat.stdout) == (2, "")
    assert resultat.stderr.startswith(f"Erreur : {phrase}")


def test_apercu_follows_the_file_of_a_breakdown(construit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chemin = construit / "sql/ventilations/par_filiere.sql"
    juste = chemin.read_text(encoding="utf-8")
    a_ecrire = iter([juste.replace("from core.inscriptions", "from core.inscription"), juste])

    def sleep(_: float) -> None:
        texte = next(a_ecrire, None)
        if texte is None:
            raise KeyboardInterrupt
        chemin.write_text(texte, encoding="utf-8")

    monkeypatch.setattr(following, "time", SimpleNamespace(sleep=sleep))
    resultat = ask(construit, "apercu", "par_filiere", "--suivre", "--sortie", construit / "vu")
    assert (resultat.exit_code, resultat.stdout.count("par_filiere.pdf\n")) == (0, 2)
    assert re.match(rf"Erreur : {chemin}:\d+ : table inconnue « inscription »", resultat.stderr)
    assert resultat.stdout.endswith("\nFin du suivi.\n")


def test_apercu_shows_a_breakdown_whose_checks_fail_and_says_which(construit: Path) -> None:
    chemin = construit / "sql/ventilations/brouillon_filiere.sql"
    texte = (construit / "sql/ventilations/par_filiere.sql").read_text(encoding="utf-8")
    chemin.write_text(texte.replace("where effectif > 0", "where effectif > 35"), encoding="utf-8")
    resultat = ask(construit, "apercu", "brouillon_filiere", "--sortie", construit / "apercu")
    assert resultat.exit_code == 4
    # The rows that are left have no rupture: nothing to draw.
    assert resultat.stdout == f"→ {construit / 'apercu/brouillon_filiere.pdf'}\n"
    # Both sums, and the shares of each.
    assert resultat.stderr.startswith("Erreur : 4 contrôles ne sont pas tenus. Corrigez le fichier ou les données.\n")
    assert f"{chemin}:{SOMME} : somme_egale : ruptures_nettes par annee : 2 lignes\n  annee " in resultat.stderr
    texte = " ".join(pdf_text(construit / "apercu/brouillon_filiere.pdf").split())
    assert "somme_egale : ruptures_nettes par annee 2 " in texte


def test_apercu_shows_a_chart_and_the_table_that_stands_in_for_it_on_paper(construit: Path) -> None:
    resultat = ask(construit, "apercu", "par_filiere")
    assert resultat.exit_code == 0, resultat.output
    texte = " ".join(pdf_text(construit / "output/par_filiere.pdf").split())
    assert "Figure 1. Taux de rupture nette" in texte
    assert re.search(r"Tableau 1\. Filières, 2023-2024 .*Soins 34 9 26 %\* 15 à 43 ", texte)
    assert (construit / "output/par_filiere.png").read_bytes().startswith(b"\x89PNG")


def test_apercu_of_a_breakdown_of_the_reports_of_cfa_shows_one_of_them(construit: Path) -> None:
    assert "par_cfa_diplome" in {chemin.stem for chemin in (construit / "sql/ventilations").iterdir()}
    resultat = ask(construit, "apercu", "par_cfa_diplome")
    assert resultat.exit_code == 0, resultat.output
    texte = " ".join(pdf_text(construit / "output/par_cfa_diplome.pdf").split())
    assert "Tel que le montre le rapport d'un CFA : Atelier de Quimper." in texte
    assert "Ensemble du tableau 48 8 17 %* 9 à 30" in texte


def test_apercu_of_an_unknown_breakdown_proposes_the_nearest(projet: Path) -> None:
    resultat = ask(projet, "apercu", "par_filieres")
    assert (resultat.exit_code, resultat.stderr) == (
        2,
        f"Erreur : {projet / 'sql/ventilations'} : pas de ventilation « par_filieres » (le plus proche : "
        "« par_filiere »). Créez-la : ruptures nouvelle-ventilation par_filieres.\n",
    )
