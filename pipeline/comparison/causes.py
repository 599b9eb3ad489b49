"""Why counts differ from one edition to another: each apprentice counted otherwise has one cause, and the effects of
the causes add up to the difference.

Apprentices have no name in a journal, and their numbers are of one run: those of both editions are told to be the same
by the contracts and the rows that they share. Who shares any is put together; so each apprentice counted, in one
edition or the other, is in one group only, and the groups add up whatever identities became.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipeline.comparison.inputs import InputDifferences

# In their order; what follows `date_arrete` is told by what differs between the editions, alone or together.
CAUSES = {
    "contrats_ajoutes": "contrats ajoutés",
    "contrats_retires": "contrats retirés",
    "lignes_ajoutees": "lignes ajoutées à des contrats connus",
    "lignes_retirees": "lignes retirées de contrats connus",
    "lignes_changees": "lignes changées de contrats connus",
    "identites": "mêmes lignes, apprentis reconnus autrement",
    "date_arrete": "mêmes lignes, autre date d'arrêté",
    "referentiels": "référentiels",
    "reglages": "réglages",
    "version": "version de l'outil",
    "livraisons": "jours d'extraction ou colonnes des fichiers",
}
DE_LIGNES = tuple(CAUSES)[:6]
INEXPLIQUE = "inexplique"

# Of one year. An apprentice of no contract counted (out of scope, replaced) is each of these contracts.
PERSONNES = """
select
    list_sort(list(cle)) as cles,
    list_sort(flatten(list(lignes))) as lignes,
    list_sort(flatten(list(list_filter(coalesce(statuts, []), lambda un: un.annee = $annee)))) as statuts
from (
    select cle, lignes, statuts, coalesce(apprenti, -row_number() over (order by cle)) as personne
    from read_parquet({journal})
)
group by personne
"""


@dataclass(frozen=True)
class Person:
    """An apprentice in one edition.

    Attributes:
        cles: of the contracts; `lignes`: what tells each of their rows, by contract.
        statuts: of the year, as (status, the one seen from the last day, UAI).
    """

    cles: tuple[str, ...]
    lignes: tuple[int, ...]
    statuts: tuple[tuple[str, str, str], ...]


@dataclass
class ApprenticeGroup:
    """The apprentices of both editions who are the same, or share something."""

    avant: list[Person] = field(default_factory=list)
    apres: list[Person] = field(default_factory=list)

    @property
    def effet(self) -> Counter[tuple[str, str]]:
        """(UAI, status) → how many more there are; those that did not change left out."""
        effet = Counter(compte for p in self.apres for compte in counted(p))
        effet.subtract(compte for p in self.avant for compte in counted(p))
        return Counter({compte: n for compte, n in effet.items() if n})


@dataclass
class Effect:
    """What one cause did.

    Attributes:
        apprentis: how many are counted otherwise.
        selon_structure: UAI → status → how many more; the UAI None is of no structure in particular.
    """

    apprentis: int = 0
    selon_structure: dict[str | None, Counter[str]] = field(default_factory=dict)

    def add(self, apprentis: int, effet: Iterable[tuple[str | None, str, int]]) -> None:
        self.apprentis += apprentis
        for uai, statut, nombre in effet:
            self.selon_structure.setdefault(uai, Counter())[statut] += nombre

    @property
    def total(self) -> Counter[str]:
        """Status → how many more in the network."""
        total: Counter[str] = Counter()
        for siens in self.selon_structure.values():
            total.update(siens)
        return total


def explain(
    avant: Path, apres: Path, annee: str, differences: InputDifferences, autre_arrete: bool, autre_fenetre: bool
) -> dict[str, Effect]:
    """Cause → what it did in a year, in the order of the causes.

    Args:
        autre_arrete, autre_fenetre: whether the year has another cut-off, another window.
    """
    effets: dict[str, Effect] = {}
    for groupe in gather(*read_changed(avant, apres, annee)):
        if not (effet := groupe.effet):
            continue
        cause = find_cause(groupe, differences, autre_arrete, autre_fenetre)
        concernes = max(sum(n for n in effet.values() if n > 0), -sum(n for n in effet.values() if n < 0))
        effets.setdefault(cause, Effect()).add(concernes, [(uai, statut, n) for (uai, statut), n in effet.items()])
    return {cause: effets[cause] for cause in sorted(effets, key=rank)}


def read_changed(avant: Path, apres: Path, annee: str) -> tuple[list[Person], list[Person]]:
    """The apprentices of each journal whom the other has not the like of: same contracts, same rows, counted alike. As
    many of one as of the other are taken for the same."""
    with duckdb.connect() as con:
        for nom, chemin in (("avant", avant), ("apres", apres)):
            requete = PERSONNES.format(journal="$chemin")
            con.execute(f"create table {nom} as {requete}", {"annee": annee, "chemin": str(chemin)})
        restes = [
            con.execute(f"select * from {un} except all select * from {autre} order by all").fetchall()
            for un, autre in (("avant", "apres"), ("apres", "avant"))
        ]
    une, autre = ([make_person(*ligne) for ligne in reste] for reste in restes)
    return une, autre


def make_person(cles: list[str], lignes: list[int], statuts: list[dict[str, str]]) -> Person:
    return Person(tuple(cles), tuple(lignes), tuple((s["statut"], s["a_la_fin"], s["uai"]) for s in statuts))


def counted(personne: Person) -> Iterator[tuple[str, str]]:
    """(UAI, status) of each status of the year."""
    return ((uai, statut) for statut, _, uai in personne.statuts)


def gather(avant: Sequence[Person], apres: Sequence[Person]) -> list[ApprenticeGroup]:
    """Apprentices who share a contract or a row, directly or through others, in the order of the first of each."""
    toutes = [*avant, *apres]
    chef = list(range(len(toutes)))

    def find(rang: int) -> int:
        while chef[rang] != rang:
            chef[rang] = chef[chef[rang]]
            rang = chef[rang]
        return rang

    vus: dict[str | int, int] = {}
    for rang, personne in enumerate(toutes):
        for partage in (*personne.cles, *personne.lignes):
            un, autre = find(vus.setdefault(partage, rang)), find(rang)
            chef[max(un, autre)] = min(un, autre)
    groupes: dict[int, ApprenticeGroup] = {}
    for rang, personne in enumerate(toutes):
        groupe = groupes.setdefault(find(rang), ApprenticeGroup())
        (groupe.avant if rang < len(avant) else groupe.apres).append(personne)
    return list(groupes.values())


def find_cause(groupe: ApprenticeGroup, differences: InputDifferences, autre_arrete: bool, autre_fenetre: bool) -> str:
    """Why a group is counted otherwise: its rows, where the files are not the same; else the cut-off, where the year
    seen from its last day is the same; else whatever differs between the editions, which nothing tells apart."""
    if differences.autres_lignes and (cause := cause_in_rows(groupe)):
        return cause
    vus_a_la_fin = [
        Counter(a_la_fin for p in personnes for _, a_la_fin, _ in p.statuts)
        for personnes in (groupe.avant, groupe.apres)
    ]
    if autre_arrete and not autre_fenetre and vus_a_la_fin[0] == vus_a_la_fin[1]:
        return "date_arrete"
    possibles = {
        "referentiels": bool(differences.referentiels),
        "reglages": differences.autres_reglages or autre_fenetre,
        "version": differences.autre_version,
        "livraisons": differences.autres_lignes,
    }
    return "+".join(cause for cause, differe in possibles.items() if differe) or INEXPLIQUE


def cause_in_rows(groupe: ApprenticeGroup) -> str:
    """What became of the rows of a group; '' where they are the same, of the same apprentices."""
    avant, apres = (Counter(ligne for p in siens for ligne in p.lignes) for siens in (groupe.avant, groupe.apres))
    cles_avant, cles_apres = ({cle for p in siens for cle in p.cles} for siens in (groupe.avant, groupe.apres))
    match bool(apres - avant), bool(avant - apres):
        case True, False:
            return "contrats_ajoutes" if cles_apres - cles_avant else "lignes_ajoutees"
        case False, True:
            return "contrats_retires" if cles_avant - cles_apres else "lignes_retirees"
        case True, True:
            return "lignes_changees"
    memes = Counter(p.cles for p in groupe.avant) == Counter(p.cles for p in groupe.apres)
    return "" if memes else "identites"


def rank(cause: str) -> tuple[int, str]:
    """Where a cause stands: in the order of `CAUSES`, what nothing explains last."""
    premiere = cause.partition("+")[0]
    return (len(CAUSES) if premiere == INEXPLIQUE else list(CAUSES).index(premiere)), cause


def label(cause: str) -> str:
    """A cause in words: 'réglages ou version de l'outil'."""
    if cause == INEXPLIQUE:
        return "inexpliqué"
    mots = " ou ".join(CAUSES[une] for une in cause.split("+"))
    return mots if cause in CAUSES and (cause in DE_LIGNES or cause == "date_arrete") else f"mêmes lignes, {mots}"
