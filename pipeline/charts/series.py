"""Rows → series over time: the lines of a `ligne` chart."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from pipeline import formats
from pipeline.charts.reading import Lecture, LigneDeResultat, check_unique, is_rest
from pipeline.charts.time import is_month, months
from pipeline.formats import plural
from pipeline.models.chart_header import LineSpec

Vue = Lecture[LineSpec]
ANNEE = "annee"


@dataclass(frozen=True)
class Serie:
    """A line: its name ('' for the only one), its rows and the values that are drawn, by moment."""

    nom: str
    regroupee: bool
    lignes: dict[str, LigneDeResultat]
    valeurs: dict[str, float]

    @property
    def bouts(self) -> list[str]:
        """Its first and last moments with a value; one where they are the same."""
        drawn = list(self.valeurs)
        return drawn if len(drawn) < 2 else [drawn[0], drawn[-1]]

    def pieces(self, moments: list[str]) -> Iterator[tuple[str, int]]:
        """Each moment with a value, and the rank of the piece it is of: a gap begins another."""
        rang = 0
        for moment in moments:
            if moment in self.valeurs:
                yield moment, rang
            else:
                rang += 1


def over_years(vue: Vue) -> bool:
    return vue.graphique.x == ANNEE


def rows(vue: Vue) -> list[LigneDeResultat]:
    """The rows that have a moment."""
    if over_years(vue):
        return vue.donnees.toutes
    return [ligne for ligne in vue.donnees.lignes if is_month(ligne.get(vue.graphique.x))]


def read_moments(vue: Vue) -> list[str]:
    """Every moment of the axis, in order: a published year or a month is there even where it has no row."""
    valeurs = {str(ligne[vue.graphique.x]) for ligne in rows(vue)}
    return sorted(valeurs) if over_years(vue) else months(valeurs)


def read_series(vue: Vue) -> list[Serie]:
    """The series, that of the largest sum first, what stands for many rows last.

    Raises:
        UsageError: two rows for one moment of a series.
    """
    x, mesure, cle = vue.graphique.x, vue.graphique.y, vue.graphique.serie
    lignes = sorted(rows(vue), key=lambda ligne: str(ligne[x]))
    cles = [(is_rest(ligne), None if cle is None or is_rest(ligne) else ligne[cle]) for ligne in lignes]
    places = [(ligne[x], *de) for ligne, de in zip(lignes, cles, strict=True)]
    check_unique("ligne", places, [x, cle] if cle else [x], "point")
    groupes: dict[Hashable, list[LigneDeResultat]] = {}
    for ligne, de in zip(lignes, cles, strict=True):
        groupes.setdefault(de, []).append(ligne)
    series = [
        Serie(
            nom=vue.name(cle, groupe[-1]) if cle else "",
            regroupee=is_rest(groupe[-1]),
            lignes={str(ligne[x]): ligne for ligne in groupe},
            valeurs={str(ligne[x]): v for ligne in groupe if (v := vue.measured(mesure, ligne)) is not None},
        )
        for groupe in groupes.values()
    ]
    return sorted(series, key=lambda serie: (serie.regroupee, -sum(serie.valeurs.values())))


def moment_name(vue: Vue, moment: str) -> str:
    """A moment as a sentence says it."""
    return moment if over_years(vue) else formats.mois(moment)


def timeless(vue: Vue) -> str:
    """What is said of the rows that have no month, '' without any."""
    nombre = len(vue.donnees.lignes) - len(rows(vue)) if not over_years(vue) else 0
    return f"{plural(nombre, 'ligne sans mois, non montrée', 'lignes sans mois, non montrées')}." if nombre else ""
