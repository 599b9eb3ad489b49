"""Protected tables → tables, charts and readings of pages. What is hidden is not here: « s » stands in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import charts, formats
from pipeline.disclosure.protect import NON_SIGNIFICATIF
from pipeline.disclosure.protected import ProtectedEdition, ProtectedTable
from pipeline.disclosure.tables import DE_TAUX
from pipeline.glossary import GlossaryColumn
from pipeline.models.chart_header import ROW_CHARTS, ROWS_MAX, ChartSpec, MonthColumnsSpec
from pipeline.models.file import SqlFile
from pipeline.models.header import BreakdownHeader, PrintedColumn
from pipeline.report.drawn import NamedChart
from pipeline.report.worked_example import of_apprentices

SECRET = "s"
NOTE_DU_SECRET = "s : compte caché par le secret statistique, ou ce qui en viendrait."
NOTE_DU_NS = f"n.s. : non significatif, moins de {formats.EFFECTIF_MIN} apprentis suivis."
NOTE_FRAGILE = f"* : fragile, {formats.FRAGILE}."
LIGNES_MAX = 25  # above it, rows that show no figure are not printed
NOTE_DU_GRAPHIQUE = "Le graphique ne montre que les lignes dont les comptes sont montrés."
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """What the edition's columns are called and how they are written; codes → words."""

    colonnes: Mapping[str, GlossaryColumn]
    codes: Mapping[str, Mapping[str, str]]

    def column(self, nom: str, entete: BreakdownHeader | None = None) -> PrintedColumn:
        """What a column is called in print: as the header of its breakdown says, else as the glossary does."""
        if entete is not None and nom in entete.colonnes:
            return entete.colonnes[nom]
        dite = self.colonnes.get(nom)
        if dite is None or dite.libelle is None:
            return PrintedColumn(libelle=nom)
        return PrintedColumn.model_validate(dite.printed)

    def describe(self, nom: str) -> str:
        """What a column is."""
        return self.colonnes[nom].description if nom in self.colonnes else ""

    def read(self, nom: str, valeur: Any) -> Any:
        """A code in words."""
        return self.codes.get(nom, {}).get(valeur, valeur)


@dataclass(frozen=True)
class PrintedColumnHead:
    """The head of a printed column."""

    libelle: str
    nombre: bool


@dataclass(frozen=True)
class PublicBlock:
    """A table of the public edition as its pages show it."""

    nom: str
    titre: str
    description: str
    legende: str
    tetes: Sequence[PrintedColumnHead]
    lignes: Sequence[Sequence[str]]
    exemple: str
    notes: Sequence[str]
    dessin: NamedChart | None


def tells_nothing(lignes: Sequence[Row], dimensions: Sequence[str]) -> bool:
    """Whether the only row of a table is what is not filled in."""
    return len(lignes) == 1 and {lignes[0][nom] for nom in dimensions} == {formats.NON_RENSEIGNE}


def write_cell(colonne: PrintedColumn, nom: str, ligne: Row) -> str:
    """A value as a page prints it, its sign where it is not there."""
    signe = ligne.get(f"{nom}_statut")
    if signe is not None:
        return formats.NON_SIGNIFICATIF if signe == NON_SIGNIFICATIF else SECRET
    if colonne.format == "rapport":
        return formats.rapport(ligne[nom], ligne.get("rapport_bas"), ligne.get("rapport_haut"))
    return formats.written(colonne.format, ligne[nom], ligne.get("fiabilite"), ligne.get("effectif"))


def show(
    table: ProtectedTable, modele: SqlFile, annee: str, mots: Words, taux_reseau: charts.ReferenceRate | None
) -> PublicBlock:
    """A table of a year."""
    entete = modele.ventilation
    lignes = [{nom: mots.read(nom, valeur) for nom, valeur in ligne.items()} for ligne in table.of_year(annee)]
    vides = 0
    if entete.pivot is not None and entete.pivot.valeur in table.mesures:
        tetes, cases = cross(entete, lignes, mots)
    else:
        dimensions = [nom for nom in entete.colonnes if nom in table.dimensions] or [*table.cle]
        mesures = [nom for nom in entete.colonnes if nom in table.mesures]
        colonnes = {nom: mots.column(nom, entete) for nom in (*dimensions, *mesures)}
        tetes = [PrintedColumnHead(c.libelle, nom in mesures) for nom, c in colonnes.items()]
        imprimees = [ligne for ligne in lignes if any(ligne[nom] is not None for nom in mesures)]
        imprimees = imprimees if len(lignes) > LIGNES_MAX else lignes
        vides = len(lignes) - len(imprimees)
        cases = [[write_cell(colonne, nom, ligne) for nom, colonne in colonnes.items()] for ligne in imprimees]
    dessin = draw(entete, table, lignes, taux_reseau)
    return PublicBlock(
        table.nom,
        entete.titre,
        entete.description if table_says_it(entete, table) else "",
        f"{entete.titre}, {annee}",
        tetes,
        cases,
        read_first(entete, table, lignes),
        [*not_printed(vides), *notes(cases, dessin is not None and has_hidden(cases))],
        dessin and NamedChart(table.nom, dessin[0].titre, dessin[1]),
    )


def cross(
    entete: BreakdownHeader, lignes: Sequence[Row], mots: Words
) -> tuple[list[PrintedColumnHead], list[list[str]]]:
    """A measure of a table of two dimensions, the one down, the other across; a count that no row says is 0."""
    pivot = entete.pivot
    assert pivot is not None
    haut, cote, mesure = (mots.column(nom, entete) for nom in (pivot.colonnes, pivot.lignes, pivot.valeur))
    rien = "0" if mesure.format == "entier" else formats.VIDE
    colonnes = [*dict.fromkeys(ligne[pivot.colonnes] for ligne in lignes)]
    cases = {(ligne[pivot.lignes], ligne[pivot.colonnes]): write_cell(mesure, pivot.valeur, ligne) for ligne in lignes}
    tetes = [
        PrintedColumnHead(cote.libelle, False),
        *(PrintedColumnHead(formats.written(haut.format, nom), True) for nom in colonnes),
    ]
    return tetes, [
        [formats.written(cote.format, nom), *(cases.get((nom, colonne), rien) for colonne in colonnes)]
        for nom in dict.fromkeys(ligne[pivot.lignes] for ligne in lignes)
    ]


def table_says_it(entete: BreakdownHeader, table: ProtectedTable) -> bool:
    """Whether the table has all that the words of the breakdown are about: those of one that lost columns are not."""
    imprimees = {nom for nom, colonne in entete.colonnes.items() if colonne.format in formats.NUMERIQUES}
    return imprimees <= {*table.mesures, *table.dimensions}


def not_printed(lignes: int) -> list[str]:
    """That rows without a figure are not there."""
    if not lignes:
        return []
    un, plusieurs = (
        "ligne, dont tout est caché, n'est pas imprimée",
        "lignes, dont tout est caché, ne sont pas imprimées",
    )
    return [f"{formats.plural(lignes, un, plusieurs)}."]


def has_hidden(cases: Sequence[Sequence[str]]) -> bool:
    """Whether some figure is not printed."""
    return any(case in (SECRET, formats.NON_SIGNIFICATIF) for ligne in cases for case in ligne)


def notes(cases: Sequence[Sequence[str]], partiel: bool) -> list[str]:
    """What the signs of a table mean."""
    vues = {case for ligne in cases for case in ligne}
    dites = [NOTE_DU_SECRET] if SECRET in vues else []
    dites += [NOTE_DU_NS] if formats.NON_SIGNIFICATIF in vues else []
    dites += [NOTE_FRAGILE] if any(case.endswith("*") for case in vues) else []
    return dites + ([NOTE_DU_GRAPHIQUE] if partiel else [])


def read_first(entete: BreakdownHeader, table: ProtectedTable, lignes: Sequence[Row]) -> str:
    """The first row whose figures are all shown, in a sentence."""
    mesures = [nom for nom in ("ruptures_nettes", "effectif") if nom in table.comptes]
    for ligne in lignes:
        if mesures and all(ligne[nom] is not None for nom in mesures):
            noms = [nom for nom in entete.colonnes if nom in table.dimensions] or [*table.cle]
            dit = ", ".join(
                f"« {formats.written(entete.colonnes[n].format, ligne[n])} »" for n in noms if n in entete.colonnes
            )
            if {*DE_TAUX} <= {*table.derivees}:
                return formats.sentence(of_apprentices(dict(ligne), f"de {dit}"))
            nettes = ligne["ruptures_nettes"] if "ruptures_nettes" in table.comptes else None
            if nettes is not None:
                return formats.sentence(f"{formats.plural(nettes, 'rupture nette', 'ruptures nettes')} pour {dit}")
    return ""


def draw(
    entete: BreakdownHeader, table: ProtectedTable, lignes: Sequence[Row], taux_reseau: charts.ReferenceRate | None
) -> tuple[ChartSpec, charts.Image] | None:
    """The chart that a breakdown declares, of the rows whose figures are all shown; none of months where one is hidden:
    a month without a column would be read as one without ruptures."""
    graphique = entete.graphique
    if not isinstance(graphique, (*ROW_CHARTS, MonthColumnsSpec)) or not {*graphique.mesures} <= {*table.mesures}:
        return None
    montrees = [dict(ligne) for ligne in lignes if all(ligne[nom] is not None for nom in graphique.mesures)]
    if len(montrees) < 2 or len(montrees) > ROWS_MAX:
        return None
    if isinstance(graphique, MonthColumnsSpec) and len(montrees) < len(lignes):
        return None
    if not charts.has_marks(graphique, entete.colonnes, montrees):
        return None
    donnees = charts.ChartData(montrees, montrees, taux_reseau, "")
    return graphique, charts.draw(graphique, entete.colonnes, donnees)


def network_rate(edition: ProtectedEdition, annee: str) -> charts.ReferenceRate | None:
    """The network's rate where it is shown."""
    (ligne,) = edition.ensemble.of_year(annee)
    taux = ligne["taux_rupture_nette"]
    return None if taux is None else charts.ReferenceRate(taux, ligne["effectif"])
