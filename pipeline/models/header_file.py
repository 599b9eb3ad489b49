"""The header of ONE .sql file, read without its query: YAML in its first comment → a model, each key with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.errors import UsageError, closest
from pipeline.glossary import Glossary
from pipeline.models.chart_header import GRAPHIQUES, chart_types, needs
from pipeline.models.header import BreakdownHeader, ModelHeader, incoherences, with_columns
from pipeline.strict import KeyPath, explain_fault, first_fault

ENTETE = re.compile(r"\A\s*/\*[ \t]*\n---[ \t]*\n(?P<yaml>.*?\n)---[ \t]*\n\*/", re.DOTALL)
FORME = "Commencez le fichier par /*, une ligne ---, l'en-tête en YAML, une ligne ---, puis */."
# The macro of sql/macros.sql that gives rates: what calls it prints them.
MACRO_DES_TAUX = re.compile(r"\btaux\s*\(")
# That which holds each group against the rest.
MACRO_PUBLIC_EGAL = re.compile(r"\bpublic_egal\s*\(")
SANS_GLOSSAIRE = Glossary(colonnes={}, tables={}, brut={}, anomalies={})
A_NOMMER = "À nommer"  # what `nouvelle-ventilation` writes where it does not know
NOM = re.compile(r"[a-z][a-z0-9_]*")
LONGUEUR_DU_NOM = 31  # of a sheet of a workbook
# The same parser in C, ten times as fast, where it comes with the library.
RENVOI = re.compile(r"(?:^|[\s\[{,:-])\*\w", re.MULTILINE)
LECTEUR_YAML: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
class HeadedFile:
    """A model as its header tells it: `schema.nom`, the header, where each of its keys stands, the whole file."""

    chemin: Path
    schema: str
    nom: str
    entete: ModelHeader
    lignes: HeaderLines
    sql: str

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


def read_header(chemin: Path, schema: str, glossaire: Glossary = SANS_GLOSSAIRE) -> HeadedFile:
    """Read the header of one model; a breakdown's need not say what the glossary does.

    Raises:
        UsageError: no header, or one that is not what we know.
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
        a_public_egal = MACRO_PUBLIC_EGAL.search(texte, trouve.end()) is not None
        complete = partial(with_columns, est_de_taux=est_de_taux, glossaire=glossaire, a_public_egal=a_public_egal)
        entete, lignes = parse_header(trouve["yaml"], BreakdownHeader, chemin, debut, complete)
    else:
        entete, lignes = parse_header(trouve["yaml"], ModelHeader, chemin, debut)
    return HeadedFile(chemin, schema, chemin.stem, entete, lignes, texte)


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
    except RecursionError:
        raise UsageError(
            "l'en-tête est imbriqué trop profondément", ou=chemin, ligne=debut, faire="Écrivez-le à plat."
        ) from None
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
    """A YAML document as a tree, which knows its lines, and as values; a few lines that cite one another may be
    billions: none may be cited.

    Raises:
        YAMLError, ValueError, RecursionError: it cannot be read.
    """
    lecteur = LECTEUR_YAML(texte)
    try:
        if RENVOI.search(texte):
            refuse_citations(texte)
        noeud = lecteur.get_single_node()
        return noeud, None if noeud is None else lecteur.construct_document(noeud)
    finally:
        lecteur.dispose()


def refuse_citations(texte: str) -> None:
    """Raises YAMLError when a part of a document is cited elsewhere in it."""
    for evenement in yaml.parse(texte, Loader=LECTEUR_YAML):
        if isinstance(evenement, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem_mark=evenement.start_mark)


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
