"""ONE .sql file: its header, its body, the tables it reads. Pure: no database, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import sqlglot
import yaml
from pydantic import Field, ValidationError
from sqlglot import exp
from sqlglot.errors import ParseError

from pipeline.errors import UsageError, closest
from pipeline.formats import FORMATS
from pipeline.settings import Strict

ENTETE = re.compile(r"\A\s*/\*\s*\n---\n(?P<yaml>.*?)\n---\s*\n\*/(?P<corps>.*)\Z", re.DOTALL)
PREMIERE_LIGNE_YAML = 3

Format = Literal["texte", "entier", "decimal", "pourcentage", "taux", "borne", "mois", "periode"]
assert set(FORMATS) == set(Format.__args__)  # type: ignore[attr-defined]


class ColonneImprimee(Strict):
    """A printed column: its label and how its values are written."""

    libelle: str = Field(min_length=1)
    format: Format = "texte"


class SommeEgale(Strict):
    """The column adds up, for each value of `par`, to the same column of `total`."""

    colonne: str
    par: str
    total: str


class Controle(Strict):
    """One declared check; exactly one of the kinds is given."""

    unique: tuple[str, ...] | None = None
    non_nul: tuple[str, ...] | None = None
    valeurs: dict[str, tuple[str, ...]] | None = None
    expression: str | None = None
    somme_egale: SommeEgale | None = None

    def model_post_init(self, _: object) -> None:
        if len(self.model_fields_set) != 1:
            raise ValueError("un contrôle par tiret")


class Graphique(Strict):
    """The chart of a breakdown: `x` is measured, `y` names the marks; sorted by `x`, or in the order of the rows."""

    type: Literal["barres", "barres_empilees", "points", "colonnes_mois"]
    x: Annotated[str | tuple[str, ...], Field()]
    y: str
    titre: str = Field(min_length=1)
    reference: Literal["region"] | None = None
    tri: Literal["mesure", "lignes"] = "mesure"

    @property
    def mesures(self) -> tuple[str, ...]:
        return (self.x,) if isinstance(self.x, str) else self.x


class EnteteModele(Strict):
    """Header of a model of `staging/` or `core/`: its grain in one sentence, its checks."""

    description: str = Field(min_length=1)
    controles: tuple[Controle, ...] = ()


class EnteteVentilation(EnteteModele):
    """Header of a breakdown: all that its section of the report needs."""

    titre: str = Field(min_length=1)
    section: str
    ordre: int
    colonnes: dict[str, ColonneImprimee]
    graphique: Graphique | None = None
    hors_total: str | None = None
    lignes_max: int | None = Field(default=None, ge=1)

    def model_post_init(self, _: object) -> None:
        # A rate of "the other rows" would have to be computed again, away from the SQL that defines it.
        if self.lignes_max and any(colonne.format == "taux" for colonne in self.colonnes.values()):
            raise ValueError("lignes_max ne va pas avec une colonne au format taux")


@dataclass(frozen=True)
class SqlFile:
    """A model: `schema.nom`, its SELECT, its header and the tables it reads."""

    chemin: Path
    schema: str
    nom: str
    entete: EnteteModele
    sql: str
    parents: frozenset[str]

    @property
    def table(self) -> str:
        return f"{self.schema}.{self.nom}"

    @property
    def ventilation(self) -> EnteteVentilation:
        """The header of a breakdown (of a file of `ventilations/` only)."""
        assert isinstance(self.entete, EnteteVentilation)
        return self.entete


def parse(chemin: Path, schema: str) -> SqlFile:
    """Read one model.

    Raises:
        UsageError: no header, a header that is not what we know, or SQL that cannot be read.
    """
    texte = chemin.read_text(encoding="utf-8")
    trouve = ENTETE.match(texte)
    if trouve is None:
        raise UsageError(
            "l'en-tête manque",
            ou=chemin,
            ligne=1,
            faire="Commencez le fichier par /*, une ligne ---, l'en-tête en YAML, une ligne ---, puis */.",
        )
    modele = EnteteVentilation if schema == "ventilations" else EnteteModele
    entete = parse_header(trouve["yaml"], modele, chemin)
    if isinstance(entete, EnteteVentilation) and not entete.hors_total and not accounts_for_total(entete):
        raise UsageError(
            "rien ne dit si le tableau réunit toutes les ruptures",
            ou=chemin,
            ligne=1,
            faire="Ajoutez un contrôle somme_egale, ou hors_total avec ce que le total laisse de côté.",
        )
    return SqlFile(chemin, schema, chemin.stem, entete, texte, find_parents(texte, chemin))


def accounts_for_total(entete: EnteteVentilation) -> bool:
    return any(c.somme_egale is not None for c in entete.controles)


def parse_header(yaml_texte: str, modele: type[EnteteModele], chemin: Path) -> EnteteModele:
    """The header as a model, faults told with their line in the file."""
    try:
        contenu = yaml.safe_load(yaml_texte)
        return modele.model_validate(contenu)
    except yaml.MarkedYAMLError as erreur:
        ligne = erreur.problem_mark.line + PREMIERE_LIGNE_YAML if erreur.problem_mark else None
        raise UsageError(
            "l'en-tête n'est pas du YAML valable", ou=chemin, ligne=ligne, faire="Corrigez cette ligne."
        ) from None
    except ValidationError as erreur:
        faute = erreur.errors()[0]
        cle = ".".join(str(morceau) for morceau in faute["loc"])
        proche = ""
        if faute["type"] == "extra_forbidden" and len(faute["loc"]) == 1:
            proche = closest(cle, modele.model_fields)
        quoi = "clé inconnue" if faute["type"] == "extra_forbidden" else "clé absente ou refusée"
        raise UsageError(
            f"{quoi} dans l'en-tête : « {cle} »{proche}",
            ou=chemin,
            ligne=key_line(yaml_texte, faute["loc"]),
            faire=f"Clés possibles : {', '.join(modele.model_fields)}.",
        ) from None


def key_line(yaml_texte: str, loc: tuple[int | str, ...]) -> int:
    """Line in the file of the first key of `loc`, or of the header."""
    for numero, ligne in enumerate(yaml_texte.splitlines(), start=PREMIERE_LIGNE_YAML):
        if loc and ligne.startswith(f"{loc[0]}:"):
            return numero
    return PREMIERE_LIGNE_YAML


def find_parents(texte: str, chemin: Path) -> frozenset[str]:
    """Tables read (`schema.nom`), by the SQL itself.

    Raises:
        UsageError: not one SELECT that can be parsed.
    """
    try:
        arbres = sqlglot.parse(texte, read="duckdb")
    except ParseError as erreur:
        ligne = erreur.errors[0].get("line") if erreur.errors else None
        raise UsageError("SQL illisible", ou=chemin, ligne=ligne, faire="Corrigez la requête.") from None
    if len(arbres) != 1 or not isinstance(arbres[0], exp.Query):
        raise UsageError("le fichier doit contenir un seul SELECT", ou=chemin, faire="Gardez une seule requête.")
    return frozenset(f"{table.db}.{table.name}" for table in arbres[0].find_all(exp.Table) if table.db)
