"""The chart of a breakdown: which one, and of which rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline import charts
from pipeline.errors import UsageError
from pipeline.formats import minuscule
from pipeline.models.chart_header import (
    ROW_CHARTS,
    ROWS_MAX,
    ChartSpec,
    DistributionSpec,
    FunnelSpec,
    StackedBarsSpec,
)
from pipeline.models.header import BreakdownHeader
from pipeline.report import amounts, readings, standing
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.statistics.decision import PLUS_BAS, PLUS_HAUT

TAUX = "taux_rupture_nette"
# Whether a structure, by its UAI, was decided to stand out, and how (`standing`).
Decided = Mapping[str, str | None]


@dataclass(frozen=True)
class NamedChart:
    """A chart of a report with its title there, and the name of its files."""

    nom: str
    titre: str
    image: charts.Image


def with_chart(annuelle: BreakdownYear) -> BreakdownHeader:
    """The header of a breakdown with the chart that it has in the year: of more rows than are drawn one by one, the
    distribution of those that have a value; of months, or where the order of the rows says something, the chart
    declared all the same."""
    entete = annuelle.entete
    if len(annuelle.lignes) <= ROWS_MAX or not readings.is_told_by_one(annuelle):
        return entete
    graphique = entete.graphique
    if graphique is None and TAUX in entete.colonnes:
        mesure, nom, reference = TAUX, entete.dimensions[0], "reseau"
    elif isinstance(graphique, ROW_CHARTS) and getattr(graphique, "tri", "mesure") == "mesure":
        # What bars put end to end are about is the last of them.
        mesure = graphique.mesures[-1 if isinstance(graphique, StackedBarsSpec) else 0]
        nom, reference = graphique.y, getattr(graphique, "reference", None)
    else:
        return entete
    libelles = [entete.colonnes[colonne].libelle for colonne in (mesure, nom)]
    titre = f"{libelles[0]}, répartition des lignes ({minuscule(libelles[1])})"
    distribution = DistributionSpec(type="distribution", titre=titre, x=mesure, y=nom, reference=reference)
    if charts.count_marks(distribution, entete.colonnes, drawn_rows(annuelle, distribution, ())) <= ROWS_MAX:
        return entete
    return entete.model_copy(update={"graphique": distribution})


def standing_out(
    annuelle: BreakdownYear, comparees: standing.ComparedRows | None, decidees: Decided
) -> list[dict[str, str | None]]:
    """What is decided of each row, in their order, as charts read it (`sens`); nothing where nothing is decided, which
    is not that none stands out. A structure is decided of once in a report, other groups by the reading of theirs."""
    lignes = annuelle.lignes
    if comparees is not None:
        rangs = standing.decisions(annuelle, comparees)
        return [{"sens": rangs.get(rang)} for rang in range(len(lignes))]
    if {*annuelle.entete.cle} == {"uai"} and decidees:
        return [{"sens": decidees.get(ligne["uai"])} for ligne in lignes]
    if not readings.is_of_rates(annuelle):
        return [{} for _ in lignes]
    sens = {id(c.ligne): PLUS_HAUT if c.ecart.valeur > 0 else PLUS_BAS for c in readings.contrasts(annuelle)}
    return [{"sens": sens.get(id(ligne))} for ligne in lignes]


def draw_chart(
    annuelle: BreakdownYear,
    graphique: ChartSpec | None,
    seules: Sequence[ResultRow],
    taux_reseau: charts.ReferenceRate | None,
    source: str,
    comparees: standing.ComparedRows | None,
    decidees: Decided,
) -> charts.Image | None:
    """The chart of a breakdown (`with_chart`) where it would show anything, and none of a table without end; `seules`
    are the rows printed alone. Limits are around the rate of all the rows compared, those printed together included.

    Raises:
        UsageError: two rows for what the chart shows once.
    """
    entete = annuelle.entete
    if graphique is None or annuelle.entiere:
        return None
    dessinees = drawn_rows(annuelle, graphique, seules)
    # What is decided of each rate colours it; without a comparison, the limits of a funnel do.
    if (isinstance(graphique, FunnelSpec) and comparees is not None) or (
        isinstance(graphique, DistributionSpec) and graphique.x == TAUX
    ):
        sens = standing_out(annuelle, comparees, decidees)
        dessinees = [ligne | le_sien for ligne, le_sien in zip(dessinees, sens, strict=True)]
    if not charts.has_marks(graphique, entete.colonnes, dessinees):
        return None
    try:
        taux_compare = None if comparees is None else standing.common_rate(comparees.lignes)
        par_annee = amounts.without_few(entete, annuelle.ventilation.by_year())
        donnees = charts.ChartData(dessinees, par_annee, taux_reseau, source, taux_compare)
        return charts.draw(graphique, entete.colonnes, donnees)
    except UsageError as erreur:
        raise annuelle.ventilation.modele.fault(erreur.quoi, "graphique", faire=erreur.faire) from None


def drawn_rows(annuelle: BreakdownYear, graphique: ChartSpec, seules: Sequence[ResultRow]) -> list[ResultRow]:
    """The rows printed alone; of a funnel and of a distribution all of them, amounts printed with others left empty."""
    if isinstance(graphique, FunnelSpec):
        return annuelle.lignes
    if isinstance(graphique, DistributionSpec):
        entete = annuelle.entete
        vides = dict.fromkeys(amounts.amounts_of(entete))
        tues = {*amounts.put_together(entete, annuelle.lignes, [])} if vides else set[int]()
        return [ligne | (vides if rang in tues else {}) for rang, ligne in enumerate(annuelle.lignes)]
    return [*seules]
