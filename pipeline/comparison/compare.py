"""Two editions → what changed, table by table, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.comparison.causes import INEXPLIQUE, Effect, explain
from pipeline.comparison.inputs import InputDifferences, compare_inputs
from pipeline.comparison.published import COMPTES, PublishedEdition, Row
from pipeline.comparison.tables import TableChange, compare_tables
from pipeline.errors import UsageError

# What of a status a count is made of.
STATUTS = {
    "inscrits_actifs": ("actif",),
    "ruptures_nettes": ("rupture_nette",),
    "effectif": ("actif", "rupture_nette"),
    "sortis_a_terme": ("sorti_a_terme",),
}


@dataclass(frozen=True)
class Pair:
    """The figures of something in both editions; None where one has it not."""

    nom: str
    avant: Row | None
    apres: Row | None
    cle: str = ""

    def difference(self, compte: str) -> int:
        avant, apres = ((ligne or {}).get(compte) or 0 for ligne in (self.avant, self.apres))
        return apres - avant

    @property
    def est_changee(self) -> bool:
        return any(self.difference(compte) for compte in COMPTES)


@dataclass(frozen=True)
class Comparison:
    """What changed between two editions.

    Attributes:
        annee: the year that is explained.
        annees: the network's figures of each year that both publish, the latest first.
        structures: those of that year, by their table, those that one edition lacks included.
        causes: what each cause did in that year (`causes.label`); its effects add up to the differences. None where
            nothing tells, and `sans_causes` says why.
        entrees: what the editions were made of, as far as it differs.
        tables: those in which something changed; `nouvelles`, `disparues`, those of one edition only.
    """

    avant: PublishedEdition
    apres: PublishedEdition
    annee: str
    annees: list[Pair]
    structures: list[Pair]
    causes: dict[str, Effect] | None
    sans_causes: str
    entrees: InputDifferences
    tables: list[TableChange] = field(default_factory=list)
    nouvelles: list[str] = field(default_factory=list)
    disparues: list[str] = field(default_factory=list)

    @property
    def reseau(self) -> Pair:
        """The network's figures of the year explained."""
        return next(paire for paire in self.annees if paire.nom == self.annee)

    def arretes(self) -> tuple[str | None, str | None]:
        """The cut-off of that year in each, as the manifests write it."""
        une, autre = (
            (
                edition.annees[self.annee].get("date_arrete")
                or (edition.manifeste.get("arrete_au") if edition.annee == self.annee else None)
            )
            for edition in (self.avant, self.apres)
        )
        return une, autre


def compare(avant: PublishedEdition, apres: PublishedEdition, annee: str | None = None) -> Comparison:
    """What changed from one edition to the other: for `annee` or, unless it is said, the latest report's year that both
    publish.

    Raises:
        UsageError: they publish no such year.
    """
    d_avant, d_apres = avant.annees, apres.annees
    communes = sorted(d_avant.keys() & d_apres.keys(), reverse=True)
    if annee is None and communes:
        annee = communes[0]
    if annee not in communes:
        quoi = (
            "ces éditions n'ont aucune année en commun"
            if annee is None
            else f"l'année {annee} n'est pas dans les deux éditions"
        )
        raise UsageError(
            quoi,
            faire=f"Les deux ont : {', '.join(communes)}." if communes else "Comparez deux éditions du même réseau.",
        )
    entrees = compare_inputs(avant.manifeste, apres.manifeste)
    annees = [Pair(nom, d_avant[nom], d_apres[nom]) for nom in communes]
    structures = pair_structures(avant.structures(annee), apres.structures(annee))
    causes, sans = None, ""
    for edition in (avant, apres):
        if edition.journal is None and not sans:
            sans = f"Pourquoi ne peut être dit de l'édition {edition.nom} : {edition.sans_journal}."
    if avant.journal is not None and apres.journal is not None:
        fenetres = [tuple(une[annee].get(nom) for nom in ("debut", "fin_annee")) for une in (d_avant, d_apres)]
        arretes = [une[annee].get("date_arrete") for une in (d_avant, d_apres)]
        causes = explain(
            avant.journal, apres.journal, annee, entrees, arretes[0] != arretes[1], fenetres[0] != fenetres[1]
        )
        complete(causes, next(paire for paire in annees if paire.nom == annee), structures)
    return Comparison(
        avant, apres, annee, annees, structures, causes, sans, entrees,
        compare_tables(avant.tables, apres.tables, apres.manifeste.get("cles", {})),
        [nom for nom in apres.tables if nom not in avant.tables],
        [nom for nom in avant.tables if nom not in apres.tables],
    )  # fmt: skip


def pair_structures(avant: Mapping[str, Row], apres: Mapping[str, Row]) -> list[Pair]:
    """The structures of either, by UAI."""
    return [
        Pair((apres.get(uai) or avant[uai])["structure"], avant.get(uai), apres.get(uai), uai)
        for uai in dict.fromkeys([*apres, *avant])
    ]


def complete(causes: dict[str, Effect], reseau: Pair, structures: list[Pair]) -> None:
    """What the causes leave of the published differences is unexplained, and is added as such: of each structure, then
    of the network where its structures do not say."""
    for paire in structures:
        note_rest(causes, paire, paire.cle)
    note_rest(causes, reseau, None)


def note_rest(causes: dict[str, Effect], paire: Pair, uai: str | None) -> None:
    """Add to the unexplained what is left of a difference."""
    dits: Counter[str] = Counter()
    for effet in causes.values():
        dits.update(effet.total if uai is None else effet.selon_structure.get(uai, {}))
    reste = {
        statut: paire.difference(compte) - dits[statut] for compte, (statut, *autres) in STATUTS.items() if not autres
    }
    if any(reste.values()):
        combien = max(sum(n for n in reste.values() if n > 0), -sum(n for n in reste.values() if n < 0))
        causes.setdefault(INEXPLIQUE, Effect()).add(combien, [(uai, statut, n) for statut, n in reste.items() if n])


def effects(statuts: Mapping[str, int]) -> dict[str, int]:
    """Statuses → the counts that they make."""
    return {compte: sum(statuts.get(statut, 0) for statut in siens) for compte, siens in STATUTS.items()}
