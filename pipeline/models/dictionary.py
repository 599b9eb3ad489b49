"""What each table and each column of the database is: written into it as comments, read from it as a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import MachineError, UsageError, closest
from pipeline.models.catalog import TABLES_DE_BRUT, TABLES_DE_REF, Catalog
from pipeline.models.file import SqlFile
from pipeline.models.header import Between, BreakdownHeader, DeclaredCheck, EqualSum, Relation
from pipeline.models.locked import open_locked
from pipeline.models.quoting import identifier, literal
from pipeline.schemas import CLES_DE_REFERENTIEL
from pipeline.settings import Section, Settings

SUPPLEMENT = "Colonne supplémentaire déclarée dans config.toml."
CHAPITRES = {
    "brut": "Les fichiers lus, une ligne pour une ligne, sans les personnes ; aucune ventilation ne les lit.",
    "core": "Les contrats, les statuts et les années : toutes les règles de gestion.",
    "ref": "Les réglages et les référentiels.",
    "ventilations": "Les tableaux du rapport et du classeur.",
}
TYPES = {
    "VARCHAR": "texte", "BOOLEAN": "booléen", "DATE": "date", "TIMESTAMP": "date et heure", "DOUBLE": "décimal",
    "FLOAT": "décimal", "DECIMAL": "décimal", "VARCHAR[]": "liste de textes", "STRUCT": "groupe de valeurs",
}  # fmt: skip
PREAMBULE = """\
# Dictionnaire des données

Les tables de `data/processed/ruptures.duckdb` et leurs colonnes. Les mêmes phrases sont dans la base, en commentaires :
`select schema_name, table_name, column_name, comment from duckdb_columns()`.

Ce document est fait par `make dictionnaire`, sur les données de démonstration, et un test le compare à la base : n'y
écrivez rien, corrigez l'en-tête du fichier `.sql` de la table (`description`, `descriptions`) ou `sql/glossaire.toml`.
Sous chaque table, sa clé (les colonnes dont les valeurs ne désignent qu'une ligne) et ses autres contrôles.
"""


@dataclass(frozen=True)
class DescribedColumn:
    """A column of the database: its name, DuckDB's name of its type, its comment."""

    nom: str
    type: str
    commentaire: str | None


@dataclass(frozen=True)
class DescribedTable:
    """A table: `schema.nom`, its comment, its columns in order."""

    nom: str
    commentaire: str | None
    colonnes: tuple[DescribedColumn, ...]


def list_tables(con: duckdb.DuckDBPyConnection) -> list[DescribedTable]:
    """Every table that the dictionary describes, by name."""
    commentaires = {
        (schema, nom): commentaire
        for schema, nom, commentaire in con.execute(
            "select schema_name, table_name, comment from duckdb_tables()"
        ).fetchall()
    }
    lues = con.execute(
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() "
        "where not internal and schema_name in ? order by schema_name, table_name, column_index",
        [list(CHAPITRES)],
    ).fetchall()
    colonnes: dict[tuple[str, str], list[DescribedColumn]] = {}
    for schema, table, *colonne in lues:
        colonnes.setdefault((schema, table), []).append(DescribedColumn(*colonne))
    return [DescribedTable(".".join(nom), commentaires[nom], tuple(liste)) for nom, liste in colonnes.items()]


def comment_tables(con: duckdb.DuckDBPyConnection, catalogue: Catalog, reglages: Settings) -> None:
    """Write what each table and column is as comments of the database, for the tables that have none yet.

    Raises:
        UsageError: a column that nothing describes, or a header that describes a column which is not there.
    """
    modeles = {modele.table: modele for modele in catalogue.modeles}
    instructions = []
    for table in list_tables(con):
        if table.commentaire is not None:
            continue
        nom = ".".join(map(identifier, table.nom.split(".")))
        modele = modeles.get(table.nom)
        if modele is not None:
            check_descriptions(modele, table)
        instructions.append(f"comment on table {nom} is {literal(describe_table(table, modele, catalogue))}")
        for colonne in table.colonnes:
            phrase = describe_column(table, colonne.nom, modele, catalogue, reglages)
            instructions.append(f"comment on column {nom}.{identifier(colonne.nom)} is {literal(phrase)}")
    con.begin()
    con.execute(";\n".join(instructions))
    con.commit()


def check_descriptions(modele: SqlFile, table: DescribedTable) -> None:
    """Raises UsageError when a header describes a column that its table has not."""
    noms = [colonne.nom for colonne in table.colonnes]
    for nom in modele.entete.descriptions:
        if nom not in noms:
            quoi = f"la colonne « {nom} » n'est pas dans la table{closest(nom, noms)}"
            raise modele.fault(quoi, "descriptions", nom, faire="Retirez-la de descriptions, ou corrigez son nom.")


def describe_table(table: DescribedTable, modele: SqlFile | None, catalogue: Catalog) -> str:
    """The sentence of a table: its header's, or the glossary's. Raises UsageError where there is none."""
    phrase = modele.entete.description if modele is not None else catalogue.glossaire.tables.get(table.nom)
    if phrase is None:
        quoi = f"la table « {table.nom} » n'est décrite nulle part"
        raise UsageError(quoi, faire="Ajoutez-la à [tables], dans sql/glossaire.toml.")
    return phrase


def describe_column(
    table: DescribedTable, nom: str, modele: SqlFile | None, catalogue: Catalog, reglages: Settings
) -> str:
    """The sentence of a column: its header's or, in `brut`, what it is there, else the glossary's, else the label it is
    printed with, else that of the columns of `config.toml`. Raises UsageError where there is none."""
    entete = modele.entete if modele is not None else None
    if entete is not None and nom in entete.descriptions:
        return entete.descriptions[nom]
    if table.nom in TABLES_DE_BRUT and nom in catalogue.glossaire.brut:
        return catalogue.glossaire.brut[nom]
    if nom in catalogue.glossaire.colonnes:
        return catalogue.glossaire.colonnes[nom].description
    if isinstance(entete, BreakdownHeader) and nom in entete.colonnes:
        return f"{entete.colonnes[nom].libelle}."
    if nom in reglages.colonnes_supplementaires:
        return SUPPLEMENT
    quoi = f"la colonne « {nom} » n'est décrite nulle part"
    if modele is None:
        raise UsageError(f"{table.nom} : {quoi}", faire="Ajoutez-la à [colonnes], dans sql/glossaire.toml.")
    raise modele.fault(quoi, "descriptions", faire="Ajoutez-la à descriptions, dans l'en-tête.")


def make_document(base: Path, catalogue: Catalog, reglages: Settings) -> str:
    """The dictionary of a database that was built.

    Raises:
        UsageError: no database, or not the one that the .sql files make.
        MachineError: a database that cannot be read.
    """
    with open_locked(base) as con:
        tables = list_tables(con)
    attendues = {*TABLES_DE_BRUT, *TABLES_DE_REF, *(modele.table for modele in catalogue.modeles)}
    if {table.nom for table in tables} != attendues or not all(table.commentaire for table in tables):
        quoi = "cette base n'est pas celle que font les fichiers de sql/"
        raise UsageError(quoi, ou=base, faire="Refaites-la : ruptures construire.")
    return to_markdown(tables, catalogue, reglages.sections)


def write_document(texte: str, sortie: Path) -> None:
    """Write the document. Raises MachineError when the file cannot be written."""
    try:
        sortie.write_text(texte, encoding="utf-8", newline="\n")
    except OSError:
        faire = "Vérifiez que son dossier existe et que vous pouvez y écrire."
        raise MachineError("ce fichier ne peut pas être écrit", ou=sortie, faire=faire) from None


def to_markdown(tables: list[DescribedTable], catalogue: Catalog, sections: tuple[Section, ...]) -> str:
    """The dictionary as a document: a chapter a schema, its tables by name, a line a column."""
    modeles = {modele.table: modele for modele in catalogue.modeles}
    chapitres = {section.cle: section.titre for section in sections}
    titres = {modele.nom: chapitres[modele.ventilation.section] for modele in catalogue.ventilations(sections)}
    blocs = [PREAMBULE]
    for schema, phrase in CHAPITRES.items():
        blocs.append(f"## {schema}\n\n{phrase}\n")
        for table in tables:
            if table.nom.startswith(f"{schema}."):
                blocs.append("\n".join(table_lines(table, modeles.get(table.nom), titres)))
    return "\n".join(blocs)


def table_lines(table: DescribedTable, modele: SqlFile | None, titres: dict[str, str]) -> Iterator[str]:
    """The lines of a table: its sentence, for a breakdown its place in the report, its checks, its columns."""
    yield from (f"### {table.nom}", "", one_line(table.commentaire))
    entete = modele.entete if modele is not None else None
    if modele is not None and isinstance(entete, BreakdownHeader) and modele.nom in titres:
        yield from ("", f"Dans le rapport : « {entete.titre} », chapitre « {titres[modele.nom]} ».")
    cles = CLES_DE_REFERENTIEL.get(table.nom.removeprefix("ref."), ()) if entete is None else ()
    controles = (
        [DeclaredCheck(unique=cle) for cle in cles] if entete is None else [c for _, c in entete.every_control()]
    )
    regles = [words(controle) for controle in controles]
    if isinstance(entete, BreakdownHeader) and entete.hors_total:
        regles.append(f"{entete.hors_total}.")
    if regles:
        yield from ("", *(f"- {one_line(regle)}" for regle in regles))
    yield from ("", "| colonne | type | description |", "|---|---|---|")
    for colonne in table.colonnes:
        yield f"| {' | '.join(map(cell, (f'`{colonne.nom}`', type_words(colonne.type), colonne.commentaire)))} |"
    yield ""


def type_words(type_duckdb: str) -> str:
    """DuckDB's name of a type in French; one that no model has yet stays as it is."""
    racine = type_duckdb.partition("(")[0]
    return "entier" if re.search("INT(EGER)?$", racine) else TYPES.get(racine, type_duckdb)


def words(controle: DeclaredCheck) -> str:
    """A declared check as a sentence."""
    match getattr(controle, controle.genre):
        case tuple() as noms:
            return f"{'Clé' if controle.unique else 'Jamais vide'} : {codes(noms)}."
        case dict() as valeurs:
            return " ".join(f"Valeurs possibles de `{nom}` : {codes(liste)}." for nom, liste in valeurs.items())
        case Relation() as relation:
            cle = relation.cle or relation.colonne
            return f"Toute valeur de `{relation.colonne}` est dans `{relation.table}`, colonne `{cle}`."
        case Between() as entre:
            bornes = [f"{mot} {b:g}" for mot, b in (("au moins", entre.min), ("au plus", entre.max)) if b is not None]
            return f"`{entre.colonne}` : {', '.join(bornes).replace('.', ',')}."
        case EqualSum() as somme:
            vides = ", vide comptant pour 0" if somme.vides else ""
            return f"La somme de `{somme.colonne}` par {codes(somme.par)} est celle de `{somme.total}`{vides}."
        case expression:
            return f"Sur chaque ligne : `{expression}`."


def codes(noms: Iterable[str]) -> str:
    """Names as a document writes them."""
    return ", ".join(f"`{nom}`" for nom in noms)


def one_line(texte: str | None) -> str:
    """A text on one line; its no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", texte or "").strip()


def cell(texte: str | None) -> str:
    """A text in a cell of a table."""
    return one_line(texte).replace("|", "\\|")
