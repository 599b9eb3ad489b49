"""ONE .sql file: its header, its body, the tables it reads. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
import yaml
from pydantic import ValidationError
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token

from pipeline.errors import UsageError, closest
from pipeline.glossary import Glossary
from pipeline.models.chart_header import GRAPHIQUES, chart_types, needs
from pipeline.models.header import BreakdownHeader, ModelHeader, incoherences, with_columns
from pipeline.strict import KeyPath, explain_fault, first_fault

ENTETE = re.compile(r"\A\s*/\*[ \t]*\n---[ \t]*\n(?P<yaml>.*?\n)---[ \t]*\n\*/", re.DOTALL)
FORME = "Commencez le fichier par /*, une ligne ---, l'en-tête en YAML, une ligne ---, puis */."
# The macro of sql/macros.sql that gives rates: what calls it prints them.
MACRO_DES_TAUX = re.compile(r"\btaux\s*\(")
SANS_GLOSSAIRE = Glossary(colonnes={}, tables={}, brut={}, anomalies={})
A_NOMMER = "À nommer"  # what `nouvelle-ventilation` writes where it does not know
NOM = re.compile(r"[a-z][a-z0-9_]*")
LONGUEUR_DU_NOM = 31  # of a sheet of a workbook
SqlFault = tuple[int, str, str]  # line, what, what to do
# The same parser in C, ten times as fast, where it comes with the library.
LECTEUR_YAML: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUCKDB = sqlglot.Dialect.get_or_raise("duckdb")
AUTREMENT_DITES = {"MULTI": "PIVOT"}  # as DuckDB runs it


@dataclass(frozen=True)
class HeaderLines:
    """Where each key of a header stands in its file; the header itself starts at line `premiere`."""

    numeros: Mapping[KeyPath, int]
    premiere: int

    def __call__(self, *lieu: int | str) -> int:
        """Line of the key at `lieu`, or of the nearest one that leads to it."""
        while lieu and lieu not in self.numeros:
            lieu = lieu[:-1]
        return self.numeros.get(lieu, self.premiere)


@dataclass(frozen=True)
class SqlFile:
    """A model: `schema.nom`, its header, its SELECT, and the tables it reads with the line that first does.

    Attributes:
        sql: the whole file.
        corps: the query from its first word on: DuckDB miscounts the lines of one that starts with a comment.
        decalage: lines of the file before `corps`.
    """

    chemin: Path
    schema: str
    nom: str
    entete: ModelHeader
    lignes: HeaderLines
    sql: str
    corps: str
    decalage: int
    arbre: exp.Query
    parents: Mapping[str, int]

    @property
    def table(self) -> str:
        return f"{self.schema}.{self.nom}"

    @property
    def ventilation(self) -> BreakdownHeader:
        """The header of a breakdown (of a file of `ventilations/` only)."""
        assert isinstance(self.entete, BreakdownHeader)
        return self.entete

    def fault(self, quoi: str, *lieu: int | str, faire: str) -> UsageError:
        """A fault of the header, with the line of the key at `lieu`."""
        return UsageError(quoi, ou=self.chemin, ligne=self.lignes(*lieu), faire=faire)


def parse(chemin: Path, schema: str, glossaire: Glossary = SANS_GLOSSAIRE) -> SqlFile:
    """Read one model; a breakdown's header need not say what the glossary does.

    Raises:
        UsageError: no header, a header that is not what we know, or SQL that cannot be read.
    """
    check_name(chemin.stem, chemin)
    texte = read_text(chemin)
    trouve = ENTETE.match(texte)
    if trouve is None:
        raise UsageError("l'en-tête manque ou n'est pas fermé", ou=chemin, ligne=1, faire=FORME)
    debut = texte[: trouve.start("yaml")].count("\n") + 1
    for numero, ligne in enumerate(trouve["yaml"].splitlines(), start=debut):
        if "/*" in ligne or "*/" in ligne:
            raise UsageError(
                "un commentaire s'ouvre ou se ferme dans l'en-tête",
                ou=chemin,
                ligne=numero,
                faire="Retirez-y /* et */ : DuckDB couperait l'en-tête à cet endroit.",
            )
        if A_NOMMER in ligne:
            quoi = f"« {A_NOMMER} » reste à remplacer"
            raise UsageError(quoi, ou=chemin, ligne=numero, faire="Écrivez à sa place le nom à imprimer.")
    if schema == "ventilations":
        est_de_taux = MACRO_DES_TAUX.search(texte, trouve.end()) is not None
        complete = partial(with_columns, est_de_taux=est_de_taux, glossaire=glossaire)
        entete, lignes = parse_header(trouve["yaml"], BreakdownHeader, chemin, debut, complete)
    else:
        entete, lignes = parse_header(trouve["yaml"], ModelHeader, chemin, debut)
    arbre, premier = parse_query(texte, chemin)
    return SqlFile(
        chemin=chemin,
        schema=schema,
        nom=chemin.stem,
        entete=entete,
        lignes=lignes,
        sql=texte,
        corps=texte[premier.start :],
        decalage=premier.line - 1,
        arbre=arbre,
        parents=find_parents(arbre),
    )


def check_name(nom: str, chemin: Path) -> None:
    """Raises UsageError when `nom`, of the file at `chemin`, cannot be that of a table and of a sheet."""
    if not NOM.fullmatch(nom) or len(nom) > LONGUEUR_DU_NOM:
        raise UsageError(
            "ce nom de fichier ne peut pas nommer une table et une feuille",
            ou=chemin,
            faire=f"Des lettres minuscules sans accent, des chiffres et des tirets bas, {LONGUEUR_DU_NOM} au plus, "
            "puis .sql.",
        )


def read_text(chemin: Path) -> str:
    """The text of a file. Raises UsageError when it is not UTF-8."""
    octets = chemin.read_bytes()
    try:
        return octets.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as erreur:
        raise UsageError(
            "ce n'est pas un texte en UTF-8",
            ou=chemin,
            ligne=octets.count(b"\n", 0, erreur.start) + 1,
            faire="Enregistrez le fichier en UTF-8.",
        ) from None


def parse_header(
    texte: str,
    modele: type[ModelHeader],
    chemin: Path,
    debut: int,
    complete: Callable[[dict[str, Any]], dict[str, Any]] = lambda contenu: contenu,
) -> tuple[ModelHeader, HeaderLines]:
    """The header as a model; `debut` is the line of the file where the YAML starts, `complete` gives its keys what they
    leave unsaid.

    Raises:
        UsageError: not YAML, a key given twice, unknown, missing, or refused.
    """
    try:
        noeud, contenu = read_yaml(texte)
        numeros = dict(locate(noeud, chemin, debut))
    except (yaml.YAMLError, ValueError) as erreur:
        marque = getattr(erreur, "problem_mark", None)
        raise UsageError(
            "l'en-tête n'est pas du YAML valable",
            ou=chemin,
            ligne=marque.line + debut if marque else debut,
            faire="Une clé, deux-points, une espace, une valeur ; des espaces pour les retraits ; entre guillemets, un "
            "texte qui contient « : » ou commence par un signe.",
        ) from None
    lignes = HeaderLines(numeros, debut)
    if not isinstance(contenu, dict):
        raise UsageError(
            "l'en-tête n'a pas de clés",
            ou=chemin,
            ligne=debut,
            faire=f"Clés : {', '.join(modele.model_fields)}.",
        )
    try:
        entete = modele.model_validate(complete(contenu))
    except ValidationError as erreur:
        raise explain_header(erreur, modele, chemin, lignes) from None
    if isinstance(entete, BreakdownHeader):
        for lieu, quoi, faire in incoherences(entete):
            raise UsageError(quoi, ou=chemin, ligne=lignes(*lieu), faire=faire)
    return entete, lignes


def read_yaml(texte: str) -> tuple[yaml.Node | None, Any]:
    """A YAML document as a tree, which knows its lines, and as values. Raises YAMLError or ValueError."""
    lecteur = LECTEUR_YAML(texte)
    try:
        noeud = lecteur.get_single_node()
        return noeud, None if noeud is None else lecteur.construct_document(noeud)
    finally:
        lecteur.dispose()


def locate(noeud: yaml.Node | None, chemin: Path, debut: int, lieu: KeyPath = ()) -> Iterator[tuple[KeyPath, int]]:
    """Every key and item of a YAML tree with its line in the file.

    Raises:
        UsageError: a key given twice, which readers of YAML pass over in silence.
    """
    if isinstance(noeud, yaml.MappingNode):
        vues: dict[str, int] = {}
        for cle, valeur in noeud.value:
            ligne = cle.start_mark.line + debut
            if cle.value in vues:
                raise UsageError(
                    f"la clé « {cle.value} » est donnée deux fois, déjà ligne {vues[cle.value]}",
                    ou=chemin,
                    ligne=ligne,
                    faire="Gardez une seule des deux.",
                )
            vues[cle.value] = ligne
            yield (*lieu, cle.value), ligne
            yield from locate(valeur, chemin, debut, (*lieu, cle.value))
    elif isinstance(noeud, yaml.SequenceNode):
        for rang, valeur in enumerate(noeud.value):
            yield (*lieu, rang), valeur.start_mark.line + debut
            yield from locate(valeur, chemin, debut, (*lieu, rang))


def explain_header(erreur: ValidationError, modele: type[ModelHeader], chemin: Path, lignes: HeaderLines) -> UsageError:
    """The first fault of a header; a wrong chart says what its type needs, or which types there are."""
    faute = first_fault(erreur)
    quoi, faire, lieu = explain_fault(erreur, modele)
    if faute["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        genre = faute.get("ctx", {}).get("tag")
        quoi = f"type de graphique inconnu « {genre} »{closest(genre, GRAPHIQUES)}" if genre else "graphique sans type"
        lieu, faire = ("graphique", "type"), chart_types()
    elif lieu[:1] == ("graphique",) and lieu[1:2] and lieu[1] in GRAPHIQUES:
        quoi = quoi.replace(f"graphique.{lieu[1]}", "graphique")
        faire = f"{faire} Le graphique {needs(str(lieu[1]))}"
        lieu = ("graphique", *lieu[2:])
    return UsageError(quoi, ou=chemin, ligne=lignes(*lieu), faire=faire)


def parse_query(texte: str, chemin: Path) -> tuple[exp.Query, Token]:
    """The one query of a file, and its first word. DuckDB says what it is, sqlglot what it reads.

    Raises:
        UsageError: SQL that cannot be read, another statement than a SELECT, or several.
    """
    try:
        instructions = duckdb.extract_statements(texte)
    except duckdb.Error as erreur:
        raise unreadable(chemin, near(str(erreur)), line_said(str(erreur))) from None
    try:
        jetons = DUCKDB.tokenize(texte)
        refuse_other_statements(texte, instructions, jetons, chemin)
        arbre = next((arbre for arbre in DUCKDB.parser().parse(jetons, texte) if arbre is not None), None)
    except (ParseError, TokenError) as erreur:
        details = (getattr(erreur, "errors", None) or [{}])[0]
        raise unreadable(chemin, details.get("highlight", ""), details.get("line")) from None
    if not isinstance(arbre, exp.Query):
        raise UsageError("le fichier n'a pas de SELECT", ou=chemin, faire="Écrivez-en un après l'en-tête.")
    return arbre, jetons[0]


def refuse_other_statements(
    texte: str, instructions: list[duckdb.Statement], jetons: list[Token], chemin: Path
) -> None:
    """Raises UsageError when a file has another statement than a SELECT, or several."""
    debut = 0
    for rang, instruction in enumerate(instructions):
        genre = AUTREMENT_DITES.get(instruction.type.name, instruction.type.name)
        if genre != "SELECT" or rang:
            quoi = "le fichier contient plusieurs requêtes" if genre == "SELECT" else f"instruction {genre} refusée"
            faire = "Gardez un seul SELECT : il lit la base et ne fait rien d'autre."
            ligne = next(jeton.line for jeton in jetons if jeton.start >= debut)
            raise UsageError(quoi, ou=chemin, ligne=ligne, faire=faire)
        # Comments between two statements are in neither.
        debut = texte.index(instruction.query, debut) + len(instruction.query)


def unreadable(chemin: Path, mot: str, ligne: int | None) -> UsageError:
    """SQL that cannot be read, at a word."""
    endroit = f" à « {mot} »" if mot else ""
    return UsageError(f"SQL illisible{endroit}", ou=chemin, ligne=ligne, faire="Essayez la requête dans DuckDB.")


def near(message: str) -> str:
    """The word at which DuckDB stopped."""
    mot = re.search(r'at or near "(.*?)"', message)
    return mot[1] if mot else "la fin du fichier" if "end of input" in message else ""


def line_said(message: str) -> int | None:
    """The line of the query that a message of DuckDB names."""
    ligne = re.search(r"^LINE (\d+):", message, re.MULTILINE)
    return int(ligne[1]) if ligne else None


def find_parents(arbre: exp.Query) -> dict[str, int]:
    """Tables read (`schema.nom`), by the SQL itself, each with the first line that reads it."""
    parents: dict[str, int] = {}
    for table in arbre.find_all(exp.Table):
        if table.db:
            nom, ligne = f"{table.db}.{table.name}", line_of(table)
            parents[nom] = min(parents.get(nom, ligne), ligne)
    return parents


def line_of(noeud: exp.Expr) -> int:
    """The line of a piece of SQL: that of the first name in it, or around it."""
    autour: exp.Expr | None = noeud
    while autour is not None:
        if lignes := [n.meta["line"] for n in autour.walk() if "line" in n.meta]:
            return min(lignes)
        autour = autour.parent
    return 1


def result_line(arbre: exp.Query) -> int:
    """The line of the SELECT that gives the result."""
    return line_of(arbre.args.get("from_") or arbre)
