"""The data dictionary: every column is described, by one glossary, in the database and in docs/dictionnaire.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.errors import MachineError, UsageError
from pipeline.glossary import Glossary, read_glossary
from pipeline.models import dictionary, file
from pipeline.models.catalog import TABLES_DE_BRUT, TABLES_DE_REF, Catalog, load_catalog
from pipeline.models.header import DeclaredCheck
from pipeline.paths import RACINE
from pipeline.schemas import CONTRATS
from pipeline.settings import GLOSSAIRE, load_settings
from tests.rules.rows import contrat, one_delivery
from tests.support import RESEAU, SECTIONS, rows, run, shipped

DOCUMENT = RACINE / "docs/dictionnaire.md"
CONFIG = RACINE / "config.toml"


@pytest.fixture(scope="module")
def base(demonstration: Path) -> Path:
    """The database of the demonstration data."""
    return demonstration.parents[1] / "base/ruptures.duckdb"


@pytest.fixture(scope="module")
def tables(base: Path) -> list[dictionary.DescribedTable]:
    with duckdb.connect(str(base), read_only=True) as con:
        return dictionary.list_tables(con)


def written() -> str:
    """The document that is kept, without the tables of breakdowns that the project does not ship."""
    noms = {chemin.stem for chemin in (shipped() / "ventilations").glob("*.sql")}
    tete, *blocs = re.split(r"^(?=### )", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    table = re.compile(r"### ventilations\.(\w+)")
    return (
        tete + "".join(bloc for bloc in blocs if not (nom := table.match(bloc)) or nom[1] in noms).rstrip("\n") + "\n"
    )


def document(base: Path) -> str:
    reglages = load_settings(CONFIG)
    return dictionary.make_document(base, load_catalog(shipped(), reglages), reglages)


def test_the_document_is_what_the_demonstration_database_says(base: Path) -> None:
    assert document(base) == written(), "make dictionnaire"


def test_every_table_and_column_is_described_in_the_database(tables: list[dictionary.DescribedTable]) -> None:
    assert {table.nom.split(".")[0] for table in tables} == {"brut", "core", "ref", "ventilations"}
    phrases = {table.nom: table.commentaire for table in tables}
    phrases |= {f"{table.nom}.{c.nom}": c.commentaire for table in tables for c in table.colonnes}
    assert [nom for nom, phrase in phrases.items() if not re.fullmatch(r"[«\w].*\.", phrase or "")] == []


def test_a_column_of_brut_is_what_it_is_there(tables: list[dictionary.DescribedTable]) -> None:
    phrases = {table.nom: {c.nom: c.commentaire or "" for c in table.colonnes} for table in tables}
    assert phrases["brut.contrats"]["statut"].startswith("Statut du contrat dans DECA : Corrigé")
    assert phrases["core.statuts"]["statut"].startswith("Statut de l'apprenti dans l'année")
    assert phrases["brut.fichiers"]["nom"].startswith("Dossier et nom du fichier")
    assert phrases["ref.etablissements"]["nom"] == "Nom de l'établissement."


def test_no_entry_of_the_glossary_is_stale(tables: list[dictionary.DescribedTable]) -> None:
    glossaire = read_glossary(GLOSSAIRE)
    assert glossaire.colonnes.keys() - {c.nom for table in tables for c in table.colonnes} == set()
    assert glossaire.brut.keys() - {c.nom for t in tables if t.nom.startswith("brut.") for c in t.colonnes} == set()
    assert glossaire.tables.keys() == TABLES_DE_BRUT | TABLES_DE_REF


def test_every_column_of_an_export_that_reaches_the_database_is_in_the_glossary() -> None:
    glossaire = read_glossary(GLOSSAIRE).colonnes
    guide = (RACINE / "docs/exports.md").read_text(encoding="utf-8")
    for colonne in CONTRATS:
        assert f"`{colonne.nom}`" in guide
        # An establishment has a `nom` too.
        assert (colonne.nom in glossaire) == (not colonne.personnelle or colonne.nom == "nom"), colonne.nom


def test_nothing_personal_is_in_the_document() -> None:
    lignes = DOCUMENT.read_text(encoding="utf-8").splitlines()
    colonnes = {ligne.split("`")[1] for ligne in lignes if ligne.startswith("| `")}
    assert {c.nom for c in CONTRATS if c.personnelle} & colonnes == {"nom"}


def test_a_breakdown_is_shown_with_its_place_in_the_report_and_its_checks() -> None:
    blocs = DOCUMENT.read_text(encoding="utf-8").split("\n### ")
    (bloc,) = [bloc for bloc in blocs if bloc.startswith("ventilations.par_cfa\n")]
    assert bloc.startswith(
        "ventilations.par_cfa\n\n"
        "Apprentis suivis et ruptures nettes des CFA seuls, chaque taux à côté de son CFA et avec son intervalle.\n\n"
        "Dans le rapport : « Taux de rupture nette des CFA », chapitre « Les structures ».\n\n"
        "- Clé : `annee`, `uai`.\n"
        "- Jamais vide : `annee`, `uai`.\n"
        "- La somme de `ruptures_nettes` par `annee`, `uai` est celle de `core.cfa_par_annee`.\n"
        "- La somme de `effectif` par `annee`, `uai` est celle de `core.cfa_par_annee`.\n"
        "- Structures qui ne sont pas des CFA non comprises.\n\n"
        "| colonne | type | description |\n|---|---|---|\n"
        "| `annee` | texte | Année de formation"
    )


def test_every_type_is_in_french() -> None:
    types = re.findall(r"^\| `\w+` \| (.*?) \|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert set(types) == {"texte", "entier", "décimal", "date", "booléen", "liste de textes", "groupe de valeurs"}


def test_every_kind_of_check_has_its_words() -> None:
    exemples: dict[str, tuple[object, str]] = {
        "unique": (["annee", "uai"], "Clé : `annee`, `uai`."),
        "non_nul": ("uai", "Jamais vide : `uai`."),
        "valeurs": ({"sexe": ["F", "H"]}, "Valeurs possibles de `sexe` : `F`, `H`."),
        "relation": (
            {"colonne": "uai", "table": "core.structures"},
            "Toute valeur de `uai` est dans `core.structures`, colonne `uai`.",
        ),
        "entre": ({"colonne": "part", "min": 0, "max": 0.5}, "`part` : au moins 0, au plus 0,5."),
        "expression": ("a <= b", "Sur chaque ligne : `a <= b`."),
        "somme_egale": (
            {"colonne": "n", "par": "annee", "total": "core.totaux"},
            "La somme de `n` par `annee` est celle de `core.totaux`.",
        ),
    }
    assert exemples.keys() == DeclaredCheck.model_fields.keys()
    for genre, (valeur, phrase) in exemples.items():
        assert dictionary.words(DeclaredCheck.model_validate({genre: valeur})) == phrase
    somme = {"colonne": "n", "par": "annee", "total": "core.totaux", "vides": True}
    assert dictionary.words(DeclaredCheck.model_validate({"somme_egale": somme})) == (
        "La somme de `n` par `annee` est celle de `core.totaux`, vide comptant pour 0."
    )


def test_a_cell_keeps_no_line_break_and_no_bar() -> None:
    assert dictionary.cell("a\n  b | 95\u202f%") == "a b \\| 95\u202f%"


def test_the_verb_prints_the_document_or_writes_it(base: Path, tmp_path: Path) -> None:
    options = ("--base", base, "--sql", shipped())
    resultat = run("dictionnaire", *options, cwd=tmp_path)
    assert (resultat.exit_code, resultat.output) == (0, written())
    sortie = tmp_path / "dictionnaire.md"
    resultat = run("dictionnaire", *options, "--sortie", sortie, cwd=tmp_path)
    assert (resultat.exit_code, resultat.output) == (0, f"→ {sortie}\n")
    assert sortie.read_text(encoding="utf-8") == written()


def test_without_a_database_it_says_how_to_make_one(tmp_path: Path) -> None:
    absente = tmp_path / "absente.duckdb"
    resultat = run("dictionnaire", "--base", absente, cwd=tmp_path)
    assert resultat.exit_code == 2
    assert resultat.stderr == f"Erreur : {absente} : base introuvable. Construisez-la : ruptures construire.\n"


def test_a_database_of_other_models_is_refused(tmp_path: Path) -> None:
    autre = tmp_path / "autre.duckdb"
    with duckdb.connect(str(autre)) as con:
        con.execute("create schema core; create table core.contrats (id_contrat bigint)")
    with pytest.raises(UsageError) as erreur:
        document(autre)
    assert erreur.value.message == (
        f"{autre} : cette base n'est pas celle que font les fichiers de sql/. Refaites-la : ruptures construire."
    )


def test_what_is_no_database_and_what_cannot_be_written_are_faults_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "x.duckdb").write_text("pas une base", encoding="utf-8")
    with pytest.raises(MachineError) as erreur:
        document(tmp_path / "x.duckdb")
    assert erreur.value.message.startswith(f"{tmp_path / 'x.duckdb'} : la base ne s'ouvre pas. ")
    with pytest.raises(MachineError) as erreur:
        dictionary.write_document("", tmp_path / "absent/x.md")
    assert erreur.value.message.startswith(f"{tmp_path / 'absent/x.md'} : ce fichier ne peut pas être écrit. ")


@dataclass(frozen=True)
class Essai:
    """A model made of one header and one query, its table in a database, and a glossary."""

    dossier: Path

    @property
    def chemin(self) -> Path:
        return self.dossier / "par_essai.sql"

    def describe(self, entete: str, requete: str, glossaire: dict[str, str], supplements: str = "") -> dict[str, str]:
        """The comments of the table and of its columns, by name."""
        colonnes = "colonnes:\n  annee: {libelle: Année}\n  retard: {libelle: Retard, format: entier}\n"
        self.chemin.write_text(
            f"/*\n---\ntitre: Essai\ndescription: L'essai des « retards ».\nsection: s\nordre: 1\n"
            f"hors_total: Rien\ncle: annee\n{colonnes}{entete}---\n*/\n{requete}\norder by 1\n",
            encoding="utf-8",
        )
        config = self.dossier / "config.toml"
        config.write_text(f"{RESEAU}[colonnes_supplementaires]\n{supplements}\n{SECTIONS}", encoding="utf-8")
        modele = file.parse(self.chemin, "ventilations")
        contenu = {"colonnes": glossaire, "tables": {"ref.annees": "Une ligne par année."}, "brut": {}, "anomalies": {}}
        mots = Glossary.model_validate(contenu)
        catalogue = Catalog((modele,), self.dossier / "macros.sql", (), mots)
        with duckdb.connect() as con:
            con.execute("create schema ref; create table ref.annees (annee varchar); create schema ventilations")
            con.execute(f"create table {modele.table} as {modele.sql}")
            dictionary.comment_tables(con, catalogue, load_settings(config))
            (table,) = [table for table in dictionary.list_tables(con) if table.nom == modele.table]
        return {"": table.commentaire or "", **{c.nom: c.commentaire or "" for c in table.colonnes}}

    def refused(self, ligne: int, phrase: str, *arguments: Any) -> None:
        with pytest.raises(UsageError) as erreur:
            self.describe(*arguments)
        assert erreur.value.message == f"{self.chemin}:{ligne} : {phrase}"


@pytest.fixture
def essai(tmp_path: Path) -> Essai:
    return Essai(tmp_path)


def test_a_column_is_what_its_header_says_else_the_glossary_else_its_label_else_the_configuration(essai: Essai) -> None:
    requete = "select '2021-2022' as annee, 1 as effectif, 2 as retard, true as internat, 3 as \"n° d'ordre\""
    descriptions = "descriptions:\n  effectif: Ici, autre chose.\n  n° d'ordre: L'ordre ; après; tout.\n"
    glossaire = {"annee": "L'année.", "effectif": "Les apprentis."}
    assert essai.describe(descriptions, requete, glossaire, 'internat = "booleen"') == {
        "": "L'essai des « retards ».",
        "annee": "L'année.",
        "effectif": "Ici, autre chose.",
        "retard": "Retard.",
        "internat": "Colonne supplémentaire déclarée dans config.toml.",
        "n° d'ordre": "L'ordre ; après; tout.",
    }


def test_a_column_that_nothing_describes_is_refused(essai: Essai) -> None:
    requete, glossaire = "select '' as annee, 1 as retard, 2 as retard_max", {"annee": "L'année."}
    phrase = "la colonne « retard_max » n'est décrite nulle part. Ajoutez-la à descriptions, dans l'en-tête."
    essai.refused(3, phrase, "", requete, glossaire)
    essai.refused(12, phrase, "descriptions:\n  retard: En jours.\n", requete, glossaire)


def test_a_description_of_no_column_is_refused(essai: Essai) -> None:
    descriptions = "descriptions:\n  annee: L'année.\n  retards: En jours.\n"
    phrase = (
        "la colonne « retards » n'est pas dans la table (le plus proche : « retard »). "
        "Retirez-la de descriptions, ou corrigez son nom."
    )
    essai.refused(14, phrase, descriptions, "select '' as annee, 1 as retard", {"annee": "L'année."})


def test_a_table_that_no_file_makes_is_described_by_the_glossary_alone(essai: Essai) -> None:
    with pytest.raises(UsageError) as erreur:
        essai.describe("", "select 1 as retard", {})
    assert erreur.value.message == (
        "ref.annees : la colonne « annee » n'est décrite nulle part. Ajoutez-la à [colonnes], dans sql/glossaire.toml."
    )


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        (None, " : glossaire introuvable. Remettez ce fichier en place."),
        ("[colonnes]\nannee = L'année\n", ":2 : ce n'est pas du TOML valable. Corrigez cette ligne : une clé, un signe "
         "égal, une valeur (les textes entre guillemets)."),
        ("[colonnes]\n[tables]\n[table]", ":3 : clé inconnue « table » (le plus proche : « tables »). Clés possibles "
         "ici : colonnes, tables, brut, anomalies."),
        ("[tables]\n[colonnes]\nannee = 2021", ":3 : clé « colonnes.annee.description » : valeur refusée. Il faut un "
         "texte, entre guillemets s'il ressemble à un nombre, une date ou un oui/non."),
        ('[tables]\n[colonnes]\nannee = ""', ":3 : clé « colonnes.annee.description » : valeur refusée. Il faut un "
         "texte d'au moins 1 lettre."),
        ("[colonnes]\n", " : la clé « tables » manque. Ajoutez-la."),
    ],
)  # fmt: skip
def test_a_glossary_that_is_none(tmp_path: Path, texte: str | None, phrase: str) -> None:
    chemin = tmp_path / "glossaire.toml"
    if texte is not None:
        chemin.write_text(texte, encoding="utf-8")
    with pytest.raises(UsageError) as erreur:
        read_glossary(chemin)
    assert erreur.value.message == f"{chemin}{phrase}"


def test_the_columns_of_the_configuration_are_described_wherever_they_go(
    own_database: Callable[..., duckdb.DuckDBPyConnection],
) -> None:
    con = own_database(
        one_delivery(contrat(internat="oui")),
        config='[colonnes_supplementaires]\ninternat = "booleen"\n',
        commentee=True,
    )
    trouvees = rows(con, "select table_name, comment from duckdb_columns() where column_name = 'internat' order by 1")
    assert [nom for nom, _ in trouvees if nom != "supplements"] == ["contrats", "inscriptions"]
    assert {phrase for nom, phrase in trouvees if nom in ("contrats", "inscriptions")} == {dictionary.SUPPLEMENT}
