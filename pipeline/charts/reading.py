"""What a chart reads: its declaration, the printed columns, the rows; values as drawn and as written."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pipeline import formats
from pipeline.charts.style import clean
from pipeline.errors import UsageError
from pipeline.formats import plural
from pipeline.models.chart_header import ChartSpec
from pipeline.models.header import PrintedColumn

LigneDeResultat = dict[str, Any]
G = TypeVar("G", bound=ChartSpec)


@dataclass(frozen=True)
class Donnees:
    """What a chart is drawn from.

    Attributes:
        lignes: the report's year, as printed. A row with the key `regroupees` stands for that many others.
        toutes: every published year, the same columns and `annee`.
        taux_region: the region's rate, a fraction of 1; None where it has none.
        taux_compares: the rate of the rows compared, where those given are only some of them.
        source: the sentence that names the source, printed under the chart.
    """

    lignes: list[LigneDeResultat]
    toutes: list[LigneDeResultat]
    taux_region: float | None
    source: str
    taux_compares: float | None = None


@dataclass(frozen=True)
class Lecture(Generic[G]):
    """A declared chart, the printed columns it names, and its rows."""

    graphique: G
    colonnes: Mapping[str, PrintedColumn]
    donnees: Donnees

    def libelle(self, colonne: str) -> str:
        return clean(self.colonnes[colonne].libelle)

    def written(self, colonne: str, ligne: LigneDeResultat) -> str:
        """A value as the tables write it."""
        genre, valeur = self.colonnes[colonne].format, ligne.get(colonne)
        if valeur is None and genre not in formats.NUMERIQUES:
            return formats.VIDE
        return clean(formats.written(genre, valeur, ligne.get("fiabilite")))

    def name(self, colonne: str, ligne: LigneDeResultat) -> str:
        """What a row is of; a row of many that has no name of its own says how many they are."""
        if is_rest(ligne) and ligne.get(colonne) is None:
            return plural(ligne["regroupees"], "autre ligne", "autres lignes")
        return self.written(colonne, ligne) or formats.VIDE

    def measured(self, colonne: str, ligne: LigneDeResultat) -> float | None:
        """The value as drawn; None where there is none (a share of nothing) or where it means nothing."""
        valeur = ligne.get(colonne)
        if valeur is None or self.written(colonne, ligne) == formats.NON_SIGNIFICATIF:
            return None
        return float(valeur)

    def by_measure(self, colonne: str) -> list[LigneDeResultat]:
        """The rows of the year, largest first, what is not drawn after, what stands for many rows last."""

        def rank(ligne: LigneDeResultat) -> tuple[bool, bool, float]:
            valeur = self.measured(colonne, ligne)
            return is_rest(ligne), valeur is None, -(valeur or 0.0)

        return sorted(self.donnees.lignes, key=rank)

    def as_given(self) -> list[LigneDeResultat]:
        """The rows of the year in their order, what stands for many rows last."""
        return sorted(self.donnees.lignes, key=is_rest)

    def listed(self, colonne: str, dimension: str, lignes: Iterable[LigneDeResultat]) -> str:
        """The values of a measure as a sentence: 'Ruptures nettes : CAP 12, BP 3.'."""
        valeurs = ", ".join(f"{self.name(dimension, ligne)} {self.written(colonne, ligne)}" for ligne in lignes)
        return formats.sentence(f"{self.libelle(colonne)} : {valeurs or 'aucune valeur'}")

    @property
    def region(self) -> str:
        """The region's rate as written."""
        return formats.pourcentage(self.donnees.taux_region)

    def wants_region(self) -> bool:
        """Whether the region's rate is asked for and there is one."""
        return getattr(self.graphique, "reference", None) is not None and self.donnees.taux_region is not None


def is_rest(ligne: LigneDeResultat) -> bool:
    """Whether a row stands for many."""
    return "regroupees" in ligne


def part_of(montrees: int, toutes: int, noms: str) -> str:
    """'6 des 9 séries.', where a chart does not show everything; '' where it does."""
    return f"{formats.entier(montrees)} des {formats.entier(toutes)} {noms}." if montrees < toutes else ""


def check_unique(genre: str, places: Sequence[Hashable], colonnes: Sequence[str], place: str) -> None:
    """Raises UsageError when two rows would be drawn at one place, which these columns settle."""
    if len(set(places)) < len(places):
        memes = f"le même {colonnes[0]}" if len(colonnes) == 1 else f"les mêmes {' et '.join(colonnes)}"
        raise UsageError(
            f"deux lignes ont {memes} : un graphique {genre} n'en montre qu'une par {place}",
            faire="Regroupez ces lignes dans le SELECT, ou choisissez un autre graphique.",
        )
