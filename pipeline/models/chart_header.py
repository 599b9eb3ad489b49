"""The charts a breakdown may declare: one model a type, whose docstring, read by errors and guide, says its needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import BeforeValidator, Field

from pipeline.formats import FORMATS, NUMERIQUES
from pipeline.strict import Strict, Texte

# What each field of a chart names, and the formats of column that may play that part.
FORMATS_DU_ROLE: dict[str, frozenset[str]] = {
    "mesure": NUMERIQUES,
    "taux": frozenset({"taux"}),
    "effectif": frozenset({"entier"}),
    "nombre": frozenset({"entier", "decimal"}),
    "dimension": frozenset(FORMATS) - NUMERIQUES,
    "mois": frozenset({"mois"}),
    "temps": frozenset({"mois"}),  # or the column annee, which is never printed
}
ROLES_MESURES: frozenset[str] = frozenset({"mesure", "taux", "effectif"})


def as_tuple(valeur: object) -> object:
    """A name alone is a list of one."""
    return [valeur] if isinstance(valeur, str) else valeur


Noms = Annotated[tuple[Texte, ...], BeforeValidator(as_tuple), Field(min_length=1)]
Mesure: TypeAlias = Annotated[Texte, "mesure"]
Mesures: TypeAlias = Annotated[Noms, "mesure"]
Taux: TypeAlias = Annotated[Texte, "taux"]
Effectif: TypeAlias = Annotated[Texte, "effectif"]
Dimension: TypeAlias = Annotated[Texte, "dimension"]
Mois: TypeAlias = Annotated[Texte, "mois"]
Temps: TypeAlias = Annotated[Texte, "temps"]
Reference = Literal["reseau"] | None
Tri = Literal["mesure", "lignes"]


class ChartSpec(Strict):
    """What every chart has."""

    titre: Texte

    def parties(self) -> Iterator[tuple[str, str, str]]:
        """Each column named: the key that names it, its name, the part it plays."""
        for cle, champ in type(self).model_fields.items():
            role = next((m for m in champ.metadata if m in FORMATS_DU_ROLE), None)
            valeur = getattr(self, cle)
            if role is None or valeur is None:
                continue
            for nom in (valeur,) if isinstance(valeur, str) else valeur:
                yield cle, nom, role

    @property
    def mesures(self) -> tuple[str, ...]:
        """The columns measured."""
        return tuple(nom for _, nom, role in self.parties() if role in ROLES_MESURES)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns that name the marks."""
        return tuple(nom for _, nom, role in self.parties() if role not in ROLES_MESURES)


class BarsSpec(ChartSpec):
    """x, une à trois mesures, un panneau par mesure ; y, ce que chaque barre décrit ; au choix, reference: reseau, un
    trait au taux du réseau, et tri: lignes, l'ordre du tableau au lieu de celui de la mesure."""

    type: Literal["barres"]
    x: Annotated[Mesures, Field(max_length=3)]
    y: Dimension
    reference: Reference = None
    tri: Tri = "mesure"


class StackedBarsSpec(ChartSpec):
    """x, deux effectifs ou plus, mis bout à bout ; y, ce que chaque barre décrit."""

    type: Literal["barres_empilees"]
    x: Annotated[Noms, "effectif", Field(min_length=2)]
    y: Dimension


class PointsSpec(ChartSpec):
    """x, un taux, avec taux_bas, taux_haut et fiabilite dans le résultat ; y, ce que chaque point décrit ; au choix,
    reference: reseau et tri: lignes."""

    type: Literal["points"]
    x: Taux
    y: Dimension
    reference: Reference = None
    tri: Tri = "mesure"


# What is drawn row by row, that the rows of a table may say too; of more rows, their distribution is.
ROWS_MAX = 30
ROW_CHARTS = (BarsSpec, StackedBarsSpec, PointsSpec)


class MonthColumnsSpec(ChartSpec):
    """x, une colonne au format mois ; y, un effectif."""

    type: Literal["colonnes_mois"]
    x: Mois
    y: Effectif


class LineSpec(ChartSpec):
    """x, annee, pour toutes les années publiées, ou une colonne au format mois ; y, une mesure ; au choix, serie, la
    colonne qui nomme chaque ligne, six lignes au plus."""

    type: Literal["ligne"]
    x: Temps
    y: Mesure
    serie: Dimension | None = None


class FunnelSpec(ChartSpec):
    """x, un effectif ; y, un taux, avec fiabilite dans le résultat ; etiquette, ce que chaque point décrit. Les limites
    à 95 % et à 99,8 % sont autour du taux des points qui s'y comparent, pris ensemble."""

    type: Literal["entonnoir"]
    x: Effectif
    y: Taux
    etiquette: Dimension


class HeatmapSpec(ChartSpec):
    """x et y, deux dimensions ; valeur, une mesure, une seule par case."""

    type: Literal["carte_chaleur"]
    x: Dimension
    y: Dimension
    valeur: Mesure


class DistributionSpec(ChartSpec):
    """x, une mesure ; y, ce que chaque point décrit : un point par ligne, à sa valeur, nommé s'il se distingue ; au
    choix, reference: reseau."""

    type: Literal["distribution"]
    x: Mesure
    y: Dimension
    reference: Reference = None


AnyChart = Annotated[
    BarsSpec | StackedBarsSpec | PointsSpec | MonthColumnsSpec | LineSpec | FunnelSpec | HeatmapSpec | DistributionSpec,
    Field(discriminator="type"),
]
GRAPHIQUES: dict[str, type[ChartSpec]] = {
    get_args(modele.model_fields["type"].annotation)[0]: modele for modele in get_args(get_args(AnyChart)[0])
}
# Columns that a chart reads beside those it names.
LUES_EN_PLUS = {"points": ("taux_bas", "taux_haut")}


def needs(genre: str) -> str:
    """What a chart type needs, as its declaration says it."""
    return f"{genre} : {' '.join((GRAPHIQUES[genre].__doc__ or '').split())}"


def chart_types() -> str:
    """Every chart type with what it needs, one a line."""
    return "Types possibles, chacun avec un titre :\n" + "\n".join(f"- {needs(genre)}" for genre in GRAPHIQUES)
