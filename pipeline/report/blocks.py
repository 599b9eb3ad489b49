"""A breakdown as the report shows it: the rows printed, their total, what the table covers, its chart."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipeline import charts, formats
from pipeline.charts.in_table import draw_in_table
from pipeline.formats import sentence
from pipeline.models.chart_header import ROW_CHARTS, MonthColumnsSpec
from pipeline.models.header import BreakdownHeader, PrintedColumn
from pipeline.report import amounts, drawn, messages, pivots, printed, readings, standing, worked_example
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.report.changes import ReportChanges
from pipeline.report.drawn import NamedChart
from pipeline.report.printed import AddedColumn, PrintedTable
from pipeline.report.scope import scope
from pipeline.report.sums import Grouping, add_up

TOTAL = "Ensemble du tableau"
NON_SIGNIFICATIF = f"n.s. : non significatif, moins de {formats.EFFECTIF_MIN} apprentis suivis."
FRAGILE = (
    f"* : taux fragile, de moins de {formats.EFFECTIF_SOLIDE} apprentis suivis, ou dont moins de "
    f"{formats.COMPTE_SOLIDE} en rupture nette, ou sans."
)
# Of what is no rate of net ruptures.
EFFECTIF_FRAGILE = f"* : fragile, effectif de {formats.EFFECTIF_MIN} à {formats.EFFECTIF_SOLIDE - 1}."
EFFECTIF_PETIT = f"n.s. : non significatif, effectif de moins de {formats.EFFECTIF_MIN}."
# The rest of a table of the network is the rest of the network; of a table of CFA, the other CFA.
PUBLIC_EGAL = (
    "À public égal : rapport de cotes avec le reste du tableau, à type de diplôme et année de cycle égaux sauf "
    "mention, et son intervalle à 95 %."
)


@dataclass(frozen=True)
class Block:
    """A breakdown as the report shows it.

    Attributes:
        entete: that of its file, with the chart that it has in the year (`drawn.with_chart`).
        lignes: the rows of the year; of those printed together, one row, last, with `regroupees` (how many) and what
            several rows have (see `sums.add_up`). None printed together in a crossed table.
        total: all the rows as one; None without rows.
        tableau: the same, as texts; None without rows.
        exemple, champ, source: under the table or the chart, its first row read in a sentence ('' where there is none
            to read), whom it counts and leaves out, where the data come from.
        notes: sentences after these: what the table puts together, what its signs mean.
        message: what the section finds, short enough for its title; '' where its kind has no rule.
        lecture: what the rows say, in sentences, by rule from the kind of the breakdown; empty where it has none.
        a_regarder: which rows page 2 sends the reader to, in words that follow the title; empty where none is.
        sans_ligne: what stands in place of the table in a year without rows.
        historique: the rows of every published year, the earliest first, of one whose chart is over the years.
    """

    nom: str
    entete: BreakdownHeader
    lignes: list[ResultRow]
    total: ResultRow | None
    tableau: PrintedTable | None
    exemple: str
    champ: str
    source: str
    notes: list[str]
    message: str
    lecture: list[str]
    a_regarder: str
    sans_ligne: str
    graphique: charts.Image | None
    historique: Sequence[ResultRow] = ()

    @property
    def dessin(self) -> NamedChart | None:
        """Its chart, named after it."""
        graphique = self.entete.graphique
        return self.graphique and graphique and NamedChart(self.nom, graphique.titre, self.graphique)

    @property
    def est_en_deux(self) -> bool:
        """Whether its chart tells its months in the body, and its table is in the annexes."""
        est_de_mois = isinstance(self.entete.graphique, MonthColumnsSpec)
        return est_de_mois and self.tableau is not None and self.graphique is not None

    @property
    def est_redit(self) -> bool:
        """Whether the table, marks in its rows or not, says all that the chart would; a crossed one has one measure."""
        graphique = self.entete.graphique
        est_de_lignes = isinstance(graphique, ROW_CHARTS)
        est_en_lignes = self.tableau is not None and self.entete.pivot is None
        return est_en_lignes and est_de_lignes and {*graphique.mesures} <= {*self.entete.colonnes}

    @property
    def est_muet(self) -> bool:
        """Whether nothing but « Non renseigné » is told in the year: its only row has no other name, or no rupture has
        an amount."""
        noms = [ligne.get(dimension) for ligne in self.lignes for dimension in self.entete.dimensions]
        est_vide = len(self.lignes) == 1 and {*noms} == {formats.NON_RENSEIGNE}
        return est_vide or amounts.none_costed(self.entete, self.lignes)


def show_breakdowns(
    con: duckdb.DuckDBPyConnection,
    annuelles: Sequence[BreakdownYear],
    ensemble: ResultRow,
    taux_reseau: charts.ReferenceRate | None,
    source: str,
    changements: ReportChanges | None = None,
    source_dessinee: str = "",
) -> list[Block]:
    """Breakdowns as a report shows them.

    Args:
        con: a connection that has the macros.
        ensemble: the totals that they are held to: the network's row of `core.ruptures_nettes_par_annee` or, where the
            rows are those of a CFA, its row of `core.structures_par_annee`.
        taux_reseau: the network's rate (see `pages.network_rate`).
        source: where the data come from, printed under each table.
        changements: what the breakdowns that declare `evolution` print of the year before.
        source_dessinee: what is printed in each chart, for one that is seen alone.

    Raises:
        UsageError: a crossed table or a chart with two rows for one cell.
    """
    total = ensemble["ruptures_nettes"]
    comparees = [standing.compare(annuelle, total) if annuelle.lignes else None for annuelle in annuelles]
    reunies = [grouped_ranks(*deux) for deux in zip(annuelles, comparees, strict=True)]
    sommes = add_up(con, [(annuelle, groups(annuelle, r)) for annuelle, r in zip(annuelles, reunies, strict=True)])
    decidees = {
        annuelle.lignes[rang]["uai"]: sens
        for annuelle, tenues in zip(annuelles, comparees, strict=True)
        if annuelle.entete.cle == ("uai",)
        for rang, sens in standing.decisions(annuelle, tenues).items()
    }
    return [
        show(*un, ensemble, taux_reseau, source, changements, source_dessinee, decidees)
        for un in zip(annuelles, comparees, reunies, sommes, strict=True)
    ]


def groups(annuelle: BreakdownYear, rangs: Sequence[int]) -> dict[Hashable, list[ResultRow]]:
    """The rows that a block shows as one: those of these ranks are printed together.

    Raises:
        UsageError: a crossed table with two rows for one cell.
    """
    reunies = [annuelle.lignes[rang] for rang in rangs]
    pivot = annuelle.entete.pivot
    croisees = {} if pivot is None else pivots.groups(annuelle, pivot)
    return {Grouping.ENSEMBLE: annuelle.lignes, Grouping.AUTRES: reunies, **croisees}


def show(
    annuelle: BreakdownYear,
    comparees: standing.ComparedRows | None,
    reunies: list[int],
    sommes: Mapping[Hashable, ResultRow],
    ensemble: ResultRow,
    taux_reseau: charts.ReferenceRate | None,
    source: str,
    changements: ReportChanges | None,
    source_dessinee: str,
    decidees: drawn.Decided,
) -> Block:
    """One of them, whose `groups` have these sums; `decidees`: what is decided of the structures of the report."""
    entete, nom = annuelle.entete, annuelle.ventilation.nom
    affiche = drawn.with_chart(annuelle)
    lignes = printed_rows(annuelle, reunies, sommes.get(Grouping.AUTRES))
    total = {entete.dimensions[0]: TOTAL, **sommes[Grouping.ENSEMBLE]} if lignes else None
    notes, exemple = [grouping_note(annuelle, reunies)], ""
    notes.append(amounts.note(entete, annuelle.lignes, [*lignes, *filter(None, [total])]))
    lignes = amounts.without_few(entete, lignes)
    total = total and amounts.without_few(entete, [total])[0]
    tableau = None
    if total is not None and entete.pivot is not None:
        tableau, imprimees, reste = pivots.cross(annuelle, entete.pivot, sommes)
        exemple = pivots.example(annuelle, entete.pivot, sommes)
        notes += [reste, *signs([entete.colonnes[entete.pivot.valeur]], imprimees)]
    elif total is not None:
        rangs = [rang for rang in range(len(annuelle.lignes)) if rang not in reunies]
        ajouts: list[AddedColumn] = []
        if comparees is not None:
            ajouts += comparees.columns(rangs)
            notes.append(comparees.note)
        if changements is not None:
            ajouts += changements.columns(nom, rangs)
            notes.append(changements.note(nom))
        tableau = printed.list_rows(
            f"{entete.titre}, {annuelle.annee}",
            filled(entete.colonnes, lignes),
            entete.dimensions[0],
            lignes,
            total,
            ajouts,
            draw_in_table(entete.graphique, entete.colonnes, alone(lignes), taux_reseau),
        )
        exemple = worked_example.example(annuelle, lignes[0], ajouts)
        # A rate that has a meaning may stand beside one of the year before that has none.
        textes = [texte for ajout in ajouts for texte in (*ajout.textes, ajout.total)]
        marques = ((formats.NON_SIGNIFICATIF, "non_significatif"), ("*", "fragile"))
        ajoutees = [{"fiabilite": vaut} for marque, vaut in marques if any(marque in texte for texte in textes)]
        notes += signs(entete.colonnes.values(), [*lignes, *ajoutees])
    return Block(
        nom,
        affiche,
        lignes,
        total,
        tableau,
        exemple,
        scope(annuelle, total, ensemble),
        source,
        [note for note in notes if note],
        comparees.message() if comparees is not None else messages.message(annuelle),
        [
            *(comparees.sentences() if comparees is not None else readings.read(annuelle)),
            *(changements.sentences(annuelle) if changements is not None else []),
        ],
        to_look_at(annuelle, comparees, changements),
        sentence(entete.sans_ligne or f"Aucune ligne pour {annuelle.annee}"),
        drawn.draw_chart(annuelle, affiche.graphique, alone(lignes), taux_reseau, source_dessinee, comparees, decidees),
        annuelle.ventilation.by_year() if "annee" in getattr(affiche.graphique, "dimensions", ()) else (),
    )


def to_look_at(
    annuelle: BreakdownYear, comparees: standing.ComparedRows | None, changements: ReportChanges | None
) -> str:
    """The rows that differ from all of them, and those whose change is established; names in the order of the file."""
    dits = []
    if comparees is not None and (hautes := comparees.of(standing.PLUS_HAUT)):
        dits.append(f"à examiner, {standing.listed([ligne.nom for ligne in hautes])}")
    noms = [formats.texte(ligne[annuelle.entete.dimensions[0]]) for ligne in annuelle.lignes]
    for sens, rangs in (changements.established(annuelle.ventilation.nom) if changements is not None else {}).items():
        dits.append(f"en {sens}, {standing.listed([noms[rang] for rang in rangs])}")
    return " ; ".join(dits)


def filled(colonnes: Mapping[str, PrintedColumn], lignes: list[ResultRow]) -> dict[str, PrintedColumn]:
    """The columns without those that say something in other years only (bounds where all is told, a year before the
    first): counts and references that no row has."""
    return {
        nom: colonne
        for nom, colonne in colonnes.items()
        if colonne.format not in {"entier", "repere"} or any(ligne.get(nom) is not None for ligne in lignes)
    }


def grouped_ranks(annuelle: BreakdownYear, comparees: standing.ComparedRows | None) -> list[int]:
    """Ranks of the rows printed together: those under `minimum`, and of the others the smallest, past `lignes_max`;
    never what is not filled in, what is decided to stand out, nor a row alone; then those whose amounts are of few
    ruptures. These only where there is room for all (`entiere`)."""
    entete, lignes = annuelle.entete, annuelle.lignes
    if annuelle.entiere:
        return amounts.put_together(entete, lignes, [])
    minimum, dimension = entete.minimum, entete.dimensions[0]
    assez = [
        rang
        for rang, ligne in enumerate(lignes)
        if minimum is None or ligne[minimum.colonne] is None or ligne[minimum.colonne] >= minimum.valeur
    ]
    a_part = {rang for rang, decision in standing.decisions(annuelle, comparees).items() if decision is not None}
    assez.sort(key=lambda rang: (rang not in a_part, -weight(lignes[rang]), rang))
    seules = {*assez[: entete.lignes_max]} | a_part
    reunies = [
        rang for rang, ligne in enumerate(lignes) if rang not in seules and ligne[dimension] != formats.NON_RENSEIGNE
    ]
    return amounts.put_together(entete, lignes, reunies if len(reunies) > 1 else [])


def weight(ligne: ResultRow) -> float:
    """What makes a row large: its apprentices, else its ruptures; 0 where it has neither (the file's order is kept)."""
    mesures = (ligne.get(nom) for nom in ("effectif", "ruptures_nettes", "ruptures_brutes"))
    return next((mesure for mesure in mesures if mesure is not None), 0)


def printed_rows(annuelle: BreakdownYear, reunies: list[int], autres: ResultRow | None) -> list[ResultRow]:
    """The rows printed alone, then the others as one."""
    a_part = set(reunies)
    seules = [ligne for rang, ligne in enumerate(annuelle.lignes) if rang not in a_part]
    if autres is None:
        return seules
    nom = f"{formats.entier(len(reunies))} {'autres lignes' if seules else 'lignes'}"
    return [*seules, {annuelle.entete.dimensions[0]: nom, **autres, "regroupees": len(reunies)}]


def alone(lignes: Sequence[ResultRow]) -> list[ResultRow]:
    """The rows printed alone: what stands for several is never drawn beside single ones."""
    return [ligne for ligne in lignes if "regroupees" not in ligne]


def grouping_note(annuelle: BreakdownYear, reunies: list[int]) -> str:
    """What the rows printed together have in common."""
    if not reunies:
        return ""
    entete = annuelle.entete
    autres = f"{formats.entier(len(reunies))} {'autres ' if len(reunies) < len(annuelle.lignes) else ''}lignes"
    if (minimum := entete.minimum) is not None:
        valeurs = [annuelle.lignes[rang][minimum.colonne] for rang in reunies]
        if all(valeur is not None and valeur < minimum.valeur for valeur in valeurs):
            libelle = entete.colonnes[minimum.colonne].libelle
            return f"Les {autres} {under(libelle, minimum.valeur)} ; le classeur les donne toutes."
    return f"Les {autres} sont réunies : le classeur donne toutes les lignes."


def under(libelle: str, valeur: int) -> str:
    """What rows under a minimum have, in a column of this label."""
    combien = "0" if valeur == 1 else f"moins de {formats.entier(valeur)}"
    if valeur > 1 and libelle.partition(" ")[0].endswith("s"):
        return f"ont chacune {combien} {formats.minuscule(libelle)}"
    return f"ont chacune {combien} dans la colonne « {libelle} »"


def signs(colonnes: Iterable[PrintedColumn], lignes: Sequence[ResultRow]) -> list[str]:
    """What the signs printed in these columns mean."""
    dits = {sign for colonne in colonnes for sign in column_signs(colonne, lignes)}
    return [sign for sign in (NON_SIGNIFICATIF, EFFECTIF_PETIT, FRAGILE, EFFECTIF_FRAGILE, PUBLIC_EGAL) if sign in dits]


def column_signs(colonne: PrintedColumn, lignes: Sequence[ResultRow]) -> Iterator[str]:
    """Those of one."""
    temoin, genre = colonne.temoins[0], colonne.format
    vues = {ligne.get(temoin) for ligne in lignes}
    if genre in {"taux", "borne", "rapport"} and "non_significatif" in vues:
        yield NON_SIGNIFICATIF if temoin == "fiabilite" else EFFECTIF_PETIT
    if genre in {"taux", "repere"} and "fragile" in vues:
        # A rate of another group is of net ruptures; the row's own, where it has some; a rate of anything else is not.
        des_nettes = genre == "repere" or (temoin == "fiabilite" and any("ruptures_nettes" in un for un in lignes))
        yield FRAGILE if des_nettes else EFFECTIF_FRAGILE
    if genre == "rapport":
        yield PUBLIC_EGAL
