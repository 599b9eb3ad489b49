"""Figures that a text names (`effectif`, `a_breakdown[a row].a_column`) → what the report prints for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline import formats
from pipeline.errors import closest
from pipeline.report import amounts
from pipeline.report.breakdowns import Breakdown, ResultRow
from pipeline.settings import NetworkSettings

FORME = re.compile(r"(?P<nom>\w+)(?:(?P<lignes>(?:\[[^\[\]]*\])+)\.(?P<colonne>\w+))?")
EXEMPLES = "Par exemple {{ taux_rupture_nette }}, ou {{ ventilation[ligne].colonne }}."
PRECEDENT = "_precedent"
PAS_DES_CHIFFRES = frozenset({"est_rapport", "provisoire", "fiabilite"})


class FigureError(Exception):
    """A figure that cannot be written: what is wrong and what to do, in French."""

    def __init__(self, quoi: str, faire: str = EXEMPLES):
        self.quoi, self.faire = quoi, faire
        super().__init__(quoi)


@dataclass(frozen=True)
class Figures:
    """The figures of one year.

    Attributes:
        reseau: those of the network, by name, as they are printed.
        ventilations: the published breakdowns, by name.
        ecartees: the names of those that the settings keep out of the edition.
    """

    annee: str
    reseau: Mapping[str, str]
    ventilations: Mapping[str, Breakdown]
    ecartees: Collection[str] = ()

    def written(self, expression: str) -> str:
        """A figure as the report prints it.

        Raises:
            FigureError: a name, a row or a column that there is not, or that has no value this year.
        """
        lue = FORME.fullmatch(expression)
        if lue is None:
            raise FigureError(f"« {expression} » n'est pas le nom d'un chiffre")
        nom, colonne = lue["nom"], lue["colonne"]
        if colonne is not None:
            return self.cell(nom, re.findall(r"\[\s*(.*?)\s*\]", lue["lignes"]), colonne)
        if nom in self.ventilations:
            quoi = f"« {nom} » est une ventilation : il manque la ligne et la colonne"
            raise FigureError(quoi, f"Écrivez {{{{ {nom}[ligne].colonne }}}}.")
        if nom not in self.reseau:
            if nom.removesuffix(PRECEDENT) in self.reseau:
                raise FigureError(f"« {nom} » manque : aucune année antérieure complète", "Retirez ce chiffre.")
            raise FigureError(f"chiffre inconnu « {nom} »{closest(nom, [*self.reseau, *self.ventilations])}")
        return printed(nom, self.reseau[nom])

    def cell(self, nom: str, valeurs: list[str], colonne: str) -> str:
        """A cell of the breakdown `nom`: the column of the row whose first dimensions have these values.

        Raises:
            FigureError: see `written`.
        """
        if nom in self.ecartees:
            quoi = f"la ventilation « {nom} » est hors de l'édition, par réglage"
            raise FigureError(quoi, "Retirez ce chiffre, ou rendez-la à l'édition dans config.toml.")
        if nom not in self.ventilations:
            raise FigureError(f"ventilation inconnue « {nom} »{closest(nom, self.ventilations)}")
        annuelle = self.ventilations[nom].of_year(self.annee)
        entete, colonnes = annuelle.entete, annuelle.colonnes
        if colonne not in colonnes:
            quoi = f"{nom} n'a pas de colonne « {colonne} »{closest(colonne, colonnes)}"
            raise FigureError(quoi, f"Ses colonnes : {', '.join(colonnes)}.")
        if colonne == "valeur":
            # Rates and counts of several populations in one column: no format is right, nor any sign of reliability.
            raise FigureError(f"la colonne « valeur » de {nom} n'a pas la même unité à chaque ligne", "Retirez-la.")
        genres = {n: entete.colonnes[n].format if n in entete.colonnes else None for n in colonnes}
        dimensions = [*entete.dimensions, *(n for n in entete.cle if n not in entete.dimensions)]
        if len(valeurs) > len(dimensions):
            raise FigureError(f"{nom} a moins de {len(valeurs)} dimensions", f"Ce sont {', '.join(dimensions)}.")
        lignes = annuelle.lignes
        for dimension, valeur in zip(dimensions, valeurs, strict=False):
            connues = {
                name: ligne[dimension] for ligne in lignes for name in names(genres[dimension], ligne[dimension])
            }
            # A row of which the table prints the words may be named by its code too.
            mots = self.ventilations[nom].mots.get(dimension, {})
            connues = {plain(code): dit for code, dit in mots.items() if plain(dit) in connues} | connues
            if plain(valeur) not in connues:
                quoi = f"{nom} n'a pas de ligne « {valeur} » en {self.annee}{closest(plain(valeur), connues)}"
                raise FigureError(quoi, "Nommez une ligne du tableau, ou retirez ce chiffre.")
            lignes = [ligne for ligne in lignes if ligne[dimension] == connues[plain(valeur)]]
        if len(lignes) > 1:
            suite = ", ".join(dimensions[len(valeurs) :]) or "aucune autre dimension ne les distingue"
            quoi = f"{nom} a {len(lignes)} lignes « {', '.join(valeurs)} » en {self.annee}"
            raise FigureError(quoi, f"Précisez, entre d'autres crochets : {suite}.")
        if colonne in amounts.amounts_of(entete) and amounts.is_of_few((colonne,), lignes[0]):
            quoi = f"« {colonne} » serait le montant de moins de {amounts.RUPTURES_MIN} ruptures"
            raise FigureError(quoi, "Retirez ce chiffre.")
        return printed(colonne, write(colonne, lignes[0], genres[colonne]))


def open_figures(
    reseau: NetworkSettings, annuels: Sequence[ResultRow], ventilations: Iterable[Breakdown],
    ecartees: Collection[str] = (),
) -> Figures:  # fmt: skip
    """The figures of the report's year, the last of `annuels` (see `material.read_years`); those of the year before,
    where there is one, have names in `_precedent`."""
    chiffres = {"reseau": reseau.nom, "territoire": reseau.territoire}
    for suffixe, annee in zip(("", PRECEDENT), reversed(annuels), strict=False):
        for nom in annee:
            if nom not in PAS_DES_CHIFFRES:
                chiffres[f"{nom}{suffixe}"] = write(nom, annee)
    return Figures(annuels[-1]["annee"], chiffres, {une.nom: une for une in ventilations}, ecartees)


def write(nom: str, ligne: ResultRow, genre: str | None = None) -> str:
    """A value of a row in the format of its column; without one, in that of its name and type."""
    valeur = ligne[nom]
    if genre is None and isinstance(valeur, date):
        return formats.date_longue(valeur)
    return formats.written(genre or kind(nom, valeur), valeur, ligne.get("fiabilite"), ligne.get("effectif"))


def kind(nom: str, valeur: object) -> str:
    """The format of a value that no header gives one."""
    if nom.startswith("taux_"):
        return "borne" if nom.endswith(("_bas", "_haut")) else "taux"
    if nom.startswith("part_"):
        return "pourcentage"
    if isinstance(valeur, bool | str) or valeur is None:
        return "texte"
    if isinstance(valeur, int):
        return "entier"
    return "euros" if isinstance(valeur, Decimal) and nom.startswith("perte_") else "decimal"


def printed(nom: str, texte: str) -> str:
    """The text of a figure. Raises FigureError for a dash, which a sentence cannot hold."""
    if texte == formats.VIDE:
        raise FigureError(f"« {nom} » n'a pas de valeur cette année", "Retirez ce chiffre.")
    return texte


def names(genre: str | None, valeur: object) -> set[str]:
    """What a text may call a row: its value, or what the table prints of it."""
    return {plain(formats.texte(valeur)), plain(formats.written(genre or "texte", valeur))}


def plain(texte: str) -> str:
    """A name without the differences that are not seen: spaces and apostrophes."""
    return " ".join(texte.replace("’", "'").split())
