"""Where to act: the groups of apprentices with more ruptures than the same elsewhere → sentences. Pure.

Every group of a run is one family (`core.groupes`): each CFA's by year of cycle, entry diploma, filière and period,
held against the same group of the other CFA; the network's by kind of employer, held against all its others. Never a
whole that contains it, always at equal public, the published years pooled as for structures (`standing`); what is said
is of the year. What the region's report says of a group, that of its CFA says too. (ADR 0008.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline import formats
from pipeline.formats import COMPTE_SOLIDE, EFFECTIF_MIN, EFFECTIF_SOLIDE, FINE, decimal, entier, plural, taux_en_mots
from pipeline.glossary import GlossaryColumn
from pipeline.report.amounts import RUPTURES_MIN
from pipeline.report.breakdowns import ResultRow
from pipeline.report.standing import over
from pipeline.statistics.comparisons import benjamini_hochberg
from pipeline.statistics.decision import ANNEES_REUNIES
from pipeline.statistics.strata import excess_p_values

DITS_MAX = 5
ORDRE = " Du plus grand excès au moindre ; des groupes se recoupent, leurs excès ne s'additionnent pas."
PERIODE = "periode"  # its ruptures are a part of the CFA's, among all its apprentices


@dataclass(frozen=True)
class Group:
    """A group of apprentices beside the same elsewhere: a row of `core.groupes`, named as tables do.

    Attributes:
        titre, nom: what the groups of its kind are told by, and itself: 'Filière', 'Gros œuvre'.
        dimension: the column of that kind.
        uai, structure: whose it is; None for a group of the network.
        ruptures, effectif: its net ruptures among its apprentices of the year; those elsewhere (`_ailleurs`).
        ruptures_comparables, effectif_comparable: those of them whom others have the like of (`attendues`: the ruptures
            that these would have at the rates elsewhere, stratum by stratum).
        ecart, variance, moment_3: over the years pooled, the sums that its test is made of (`excess_p_values`); None
            without a stratum in common.
        chiffrees, perte: how many of its ruptures have an amount, and all that they lose in the year, in euros.
    """

    titre: str
    nom: str
    dimension: str
    uai: str | None
    structure: str | None
    ruptures: int
    effectif: int
    ruptures_ailleurs: int
    effectif_ailleurs: int
    ruptures_comparables: int
    effectif_comparable: int
    attendues: float | None
    ecart: float | None
    variance: float | None
    moment_3: float | None
    chiffrees: int = 0
    perte: Decimal | None = None

    @classmethod
    def of(cls, ligne: ResultRow, colonne: GlossaryColumn) -> Group:
        """From a row of `core.groupes`; `colonne` says how its dimension is called and written."""
        return cls(
            colonne.libelle or ligne["dimension"],
            formats.written(colonne.format, ligne["groupe"]),
            ligne["dimension"],
            ligne["uai"],
            ligne["structure"],
            ligne["ruptures_nettes"],
            ligne["effectif"],
            ligne["ruptures_ailleurs"],
            ligne["effectif_ailleurs"],
            ligne["ruptures_comparables"],
            ligne["effectif_comparable"],
            ligne["attendues"],
            ligne["ecart_des_strates"],
            ligne["variance_des_strates"],
            ligne["moment_3_des_strates"],
            ligne["ruptures_chiffrees"],
            ligne["perte_annee"],
        )

    @property
    def est_examine(self) -> bool:
        """Whether its rate, of those whom others have the like of, would be neither left out nor fragile (definitions
        §7), the others are not too few, and somebody broke and somebody did not."""
        restes = self.effectif_comparable - self.ruptures_comparables
        return (
            self.effectif_comparable >= EFFECTIF_SOLIDE
            and min(self.ruptures_comparables, restes) >= COMPTE_SOLIDE
            and self.effectif_ailleurs >= EFFECTIF_MIN
            and bool(self.variance)
        )

    @property
    def exces(self) -> float:
        """Its ruptures above those expected at the rates elsewhere."""
        return self.ruptures_comparables - (self.attendues or 0.0)

    @property
    def cout(self) -> Decimal | None:
        """What that is in euros, at the mean of its ruptures that have an amount; None where these are too few."""
        if self.perte is None or self.chiffrees < RUPTURES_MIN:
            return None
        return Decimal(self.exces) * self.perte / self.chiffrees


@dataclass(frozen=True)
class Action:
    """What is decided of the groups of a run.

    Attributes:
        annees: the years that are pooled, the earliest first.
        examines: those that are examined together.
        retenus: those of them that are kept and have more ruptures than the same elsewhere, the largest excess first.
    """

    annees: tuple[str, ...]
    examines: list[Group]
    retenus: list[Group]

    @property
    def du_reseau(self) -> list[Group]:
        """Those that the region's report names: groups of one CFA overlap, and so do those of one kind of employer with
        what the others leave; of each the one of largest excess."""
        premiers: dict[str, Group] = {}
        for groupe in self.retenus:
            premiers.setdefault(groupe.uai or groupe.dimension, groupe)
        return [*premiers.values()][:DITS_MAX]

    def of_cfa(self, uai: str) -> list[Group]:
        """Those that the report of a CFA names."""
        return [groupe for groupe in self.retenus if groupe.uai == uai][:DITS_MAX]

    @property
    def established(self) -> str:
        """Over which years the groups are decided, and that what is said of them is of the last."""
        return f"Établi {over(self.annees)}{', chiffré sur la dernière' if len(self.annees) > 1 else ''}"

    def network_note(self) -> str:
        """What was examined, and how it is decided; what is not said, where none is kept."""
        nombre = len(self.examines)
        if not nombre:
            return "Aucun groupe n'a assez d'apprentis suivis, ici et ailleurs, pour être comparé."
        if not self.retenus:
            return self.none_kept("groupes examinés", nombre)
        dits = self.du_reseau
        seuls = ""
        if len(self.retenus) > len(dits):
            seuls = f" Des {entier(len(self.retenus))} établis, un au plus est dit par CFA et par genre d'employeurs."
        return (
            f"{self.established}, parmi "
            f"{plural(nombre, 'groupe examiné', 'groupes examinés ensemble')} : l'annexe de méthode dit lesquels, et "
            f"comment.{ORDRE if len(dits) > 1 else ''}{seuls}"
        )

    def cfa_note(self, uai: str) -> str:
        """The same of the groups of one CFA."""
        siens, nombre = sum(groupe.uai == uai for groupe in self.examines), len(self.examines)
        if not siens:
            return (
                f"Aucun groupe du CFA n'a {EFFECTIF_SOLIDE} apprentis suivis comme en ont d'autres CFA, "
                f"{COMPTE_SOLIDE} ruptures nettes et {COMPTE_SOLIDE} apprentis sans rupture : aucun n'est comparé."
            )
        retenus = self.of_cfa(uai)
        if not retenus:
            return self.none_kept("groupes examinés du CFA", siens)
        euros = ""
        if any(groupe.cout is not None for groupe in retenus):
            euros = " Euros : l'excès, à la perte moyenne de l'année des ruptures chiffrées du groupe."
        return (
            f"{self.established}, à type de diplôme et année du cycle égaux (diplôme à "
            f"l'entrée, pour une année du cycle), parmi {entier(nombre)} groupes de tout le réseau examinés ensemble, "
            f"dont {entier(siens)} du CFA (Benjamini et Hochberg, 5{FINE}%).{ORDRE if len(retenus) > 1 else ''}{euros}"
        )

    def none_kept(self, groupes: str, nombre: int) -> str:
        """That nothing is established of as many groups, which is not that all are alike."""
        examines = f"Des {entier(nombre)} {groupes}, aucun" if nombre > 1 else "Un seul groupe est examiné : il"
        return (
            f"{examines} n'a, {over(self.annees)}, de façon établie plus de ruptures que les mêmes apprentis ailleurs, "
            "à public égal. Cela n'établit pas que tous ont le même taux."
        )


def find_action(lignes: Iterable[ResultRow], colonnes: Mapping[str, GlossaryColumn], annees: Sequence[str]) -> Action:
    """What is decided of the rows of `core.groupes`; `colonnes` is the glossary's, `annees` the published years, the
    earliest first."""
    groupes = [Group.of(ligne, colonnes[ligne["dimension"]]) for ligne in lignes]
    return decide(groupes, annees[-ANNEES_REUNIES:])


def decide(groupes: Iterable[Group], annees: Sequence[str]) -> Action:
    """Which groups have more ruptures than the same elsewhere, over the years pooled and still in the last: the test of
    each that is examined, on that side alone, all of them one family (Benjamini–Hochberg)."""
    examines = [groupe for groupe in groupes if groupe.est_examine]
    p = excess_p_values(*([getattr(g, somme) for g in examines] for somme in ("ecart", "variance", "moment_3")))
    gardes = [g for g, garde in zip(examines, benjamini_hochberg(p).tolist(), strict=True) if garde]
    hauts = [groupe for groupe in gardes if round(groupe.exces) >= 1]
    hauts.sort(key=lambda g: (-g.exces, formats.alphabetical(g.structure or ""), g.dimension, g.nom))
    return Action(tuple(annees), examines, hauts)


def group_sentence(groupe: Group) -> str:
    """'BTP CFA Ermont, diplôme à l'entrée « Aucun diplôme » : 45 ruptures nettes sur 212 apprentis suivis (21,2 %),
    contre 12,1 % dans le même groupe des autres CFA ; à public égal, 18 de plus qu'attendu, soit environ 68 200 €.'"""
    titre = formats.minuscule(groupe.titre) if groupe.structure else groupe.titre
    qui = f"{groupe.structure}, {titre}" if groupe.structure else titre
    autres = "dans les autres CFA ensemble" if groupe.dimension == PERIODE else "dans le même groupe des autres CFA"
    if groupe.uai is None:
        autres = "chez tous les autres apprentis"
    suivis = "apprentis suivis du CFA" if groupe.dimension == PERIODE else "apprentis suivis"
    cout = ""
    if groupe.cout is not None:
        cout = f", soit environ {formats.euros(round(groupe.cout, -2))}"
    ici = taux_en_mots(groupe.ruptures, groupe.effectif)
    ailleurs = taux_en_mots(groupe.ruptures_ailleurs, groupe.effectif_ailleurs)
    return (
        f"{qui} « {groupe.nom} » : {plural(groupe.ruptures, 'rupture nette', 'ruptures nettes')} sur "
        f"{entier(groupe.effectif)} {suivis} ({ici}), contre {ailleurs} {autres} ; à public égal, "
        f"{decimal(groupe.exces, 0)} de plus qu'attendu{cout}."
    )


def items(groupes: Iterable[Group], cles: Mapping[str, Sequence[str]]) -> list[tuple[str, str | None]]:
    """The groups that a report names, each as its sentence and the breakdown whose page it sends to.

    Args:
        cles: name of a breakdown that is printed → the columns that tell its rows, in the order of the report.
    """
    return [(group_sentence(groupe), sent_to(groupe, cles)) for groupe in groupes]


def sent_to(groupe: Group, cles: Mapping[str, Sequence[str]]) -> str | None:
    """The breakdown whose table tells of the group: by CFA, else of the network; None without one."""
    for voulue in (("uai", groupe.dimension), (groupe.dimension,)):
        if (nom := next((nom for nom, cle in cles.items() if tuple(cle) == voulue), None)) is not None:
            return nom
    return None
