"""What the rows of a breakdown say, by rule from its kind, for a contributed file as for ours. Pure.

A rate breakdown: whether its groups differ at all, then the one whose difference with the others, where that is
established, is of most ruptures; a breakdown of ruptures: the fewest rows that make most of them. Structures have their
own decision (`standing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline import formats
from pipeline.formats import EFFECTIF_MIN, FINE, NON_RENSEIGNE, decimal, entier, pourcentage, signe
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.report.standing import equal_public, listed
from pipeline.statistics.comparisons import ALPHA, benjamini_hochberg, change_p_values
from pipeline.statistics.foresight import difference
from pipeline.statistics.intervals import Estimate
from pipeline.statistics.strata import homogeneity

PART_REUNIE = 0.6  # of the ruptures, that the rows named together make
NOMMEES_MAX = 4  # more rows than that say nothing together
DE_TAUX = {"ruptures_nettes", "effectif", "taux_rupture_nette", "part_ruptures", "part_effectif"}
DE_RUPTURES = {"ruptures_nettes", "part_ruptures"}


def read(annuelle: BreakdownYear) -> list[str]:
    """The reading of a year of a breakdown, in sentences; none where its kind has no rule, or nothing to compare."""
    if is_of_rates(annuelle):
        return read_rates(annuelle)
    return read_ruptures(annuelle) if is_read(annuelle) and {*annuelle.colonnes} >= DE_RUPTURES else []


def is_read(annuelle: BreakdownYear) -> bool:
    """Whether its rows are told by one thing, which is no structure."""
    entete = annuelle.entete
    return len(entete.cle) == 1 and entete.pivot is None and "uai" not in annuelle.colonnes and bool(annuelle.lignes)


def is_of_rates(annuelle: BreakdownYear) -> bool:
    """Whether they have rates too."""
    return is_read(annuelle) and {*annuelle.colonnes} >= DE_TAUX


def name(annuelle: BreakdownYear, ligne: ResultRow) -> str:
    """What a row is called, as its table prints it."""
    dimension = annuelle.entete.dimensions[0]
    return formats.written(annuelle.entete.colonnes[dimension].format, ligne[dimension])


def known(annuelle: BreakdownYear) -> list[ResultRow]:
    """The rows that say what they are."""
    dimension = annuelle.entete.dimensions[0]
    return [ligne for ligne in annuelle.lignes if ligne[dimension] != NON_RENSEIGNE]


def strongest(annuelles: Iterable[BreakdownYear], nombre: int) -> list[tuple[BreakdownYear, str]]:
    """As many breakdowns whose contrast, established and, where it is said, established at equal public too, is the
    largest, each with its sentence; the largest first."""
    trouves = [(annuelle, c) for annuelle in annuelles if is_of_rates(annuelle) for c in contrasts(annuelle)[:1]]
    solides = [(annuelle, c) for annuelle, c in trouves if c.tient]
    solides.sort(key=lambda trouve: -abs(trouve[1].ecart.valeur))
    return [(annuelle, contrast_sentence(annuelle, c)) for annuelle, c in solides[:nombre]]


def read_rates(annuelle: BreakdownYear) -> list[str]:
    """Whether the groups of EFFECTIF_MIN apprentices and more differ (chi-square of homogeneity), and which differ from
    all the others together: Newcombe's interval, one family (Benjamini–Hochberg), no fragile rate."""
    groupes = large_groups(annuelle)
    homogene = homogeneity([g["ruptures_nettes"] for g in groupes], [g["effectif"] for g in groupes])
    if homogene.p is None:
        return []
    combien = f"ces {entier(len(groupes))} groupes"
    p = f"p {'< 0,001' if homogene.p < 0.001 else f'= {decimal(homogene.p, 3 if homogene.p < 0.1 else 2)}'}"
    if homogene.p >= ALPHA:
        grand = max(groupes, key=lambda ligne: ligne["ruptures_nettes"])
        if not grand["ruptures_nettes"]:
            return []
        return [f"Rien n'établit que les taux de {combien} diffèrent ({p}). {name(annuelle, grand)} : {shares(grand)}."]
    etablis = contrasts(annuelle)
    if not etablis:
        return [f"Les taux de {combien} diffèrent ({p}), mais aucun ne se distingue du reste."]
    phrases = [contrast_sentence(annuelle, etablis[0])]
    if (restent := etablis[1:]) and len(groupes) > 2:
        verbe = "se distinguent" if len(restent) > 1 else "se distingue"
        noms = [f"{name(annuelle, c.ligne)} ({pourcentage(c.ligne['taux_rupture_nette'])})" for c in restent]
        phrases.append(f"{listed(noms)} {verbe} aussi du reste.")
    return phrases


def large_groups(annuelle: BreakdownYear) -> list[ResultRow]:
    """The rows that say what they are and have EFFECTIF_MIN apprentices."""
    return [ligne for ligne in known(annuelle) if ligne["effectif"] >= EFFECTIF_MIN]


def contrasts(annuelle: BreakdownYear) -> list[Contrast]:
    """The large groups whose difference with all the others is established, that of most ruptures first; none where the
    groups are not established to differ."""
    groupes = large_groups(annuelle)
    nettes, suivis = ([ligne[c] for ligne in groupes] for c in ("ruptures_nettes", "effectif"))
    homogene = homogeneity(nettes, suivis)
    if homogene.p is None or homogene.p >= ALPHA:
        return []
    autres = [(sum(nettes) - k, sum(suivis) - n) for k, n in zip(nettes, suivis, strict=True)]
    p = change_p_values((nettes, suivis), ([k for k, _ in autres], [n for _, n in autres]))
    trouves = [
        Contrast(ligne, reste, difference((ligne["ruptures_nettes"], ligne["effectif"]), reste))
        for ligne, reste, retenu in zip(groupes, autres, benjamini_hochberg(p).tolist(), strict=True)
        if retenu and ligne["fiabilite"] == "solide"
    ]
    # Of two groups, which say the same, the one where more break.
    deux = len(groupes) == 2
    return sorted((c for c in trouves if c.ecart.exclut_zero), key=lambda c: (deux and c.ecart.valeur < 0, -c.ruptures))


@dataclass(frozen=True)
class Contrast:
    """A group beside all the others together, (ruptures, effectif), and the difference of their rates."""

    ligne: ResultRow
    autres: tuple[int, int]
    ecart: Estimate

    @property
    def ruptures(self) -> float:
        """How many ruptures the difference is of."""
        return abs(self.ecart.valeur) * self.ligne["effectif"]

    @property
    def tient(self) -> bool:
        """Whether nothing says that it is not established at equal public."""
        rapport = equal_public(self.ligne)
        return rapport is None or not rapport.bas <= 1 <= rapport.haut


def shares(ligne: ResultRow) -> str:
    """'49 % des ruptures nettes et 39 % des apprentis suivis'."""
    return (
        f"{pourcentage(ligne['part_ruptures'], 0)} des ruptures nettes et {pourcentage(ligne['part_effectif'], 0)} des "
        "apprentis suivis"
    )


def contrast_sentence(annuelle: BreakdownYear, c: Contrast) -> str:
    """'Aucun diplôme : 13,69 % de rupture nette, contre 9,14 % pour les autres groupes (+4,55 points, …) ; 49 % des
    ruptures nettes et 39 % des apprentis suivis.'"""
    bornes = f"intervalle à 95{FINE}% de {signe(c.ecart.bas)} à {signe(c.ecart.haut)}"
    autres = f"contre {pourcentage(c.autres[0] / c.autres[1])} pour les autres groupes"
    return (
        f"{name(annuelle, c.ligne)} : {pourcentage(c.ligne['taux_rupture_nette'])} de rupture nette, {autres} "
        f"({formats.points(c.ecart.valeur)}, {bornes}) ; {shares(c.ligne)}.{at_equal_public(c.ligne)}"
    )


def at_equal_public(ligne: ResultRow) -> str:
    """What is left of a contrast at equal public, where the breakdown says it."""
    rapport = equal_public(ligne)
    if rapport is None:
        return ""
    bornes = f"{formats.quotient(rapport.bas)} à {formats.quotient(rapport.haut)}"
    suite = ", ce qui n'établit pas d'écart" if rapport.bas <= 1 <= rapport.haut else ""
    return f" À public égal, rapport de cotes de {decimal(rapport.valeur)} ({bornes}){suite}."


def read_ruptures(annuelle: BreakdownYear) -> list[str]:
    """The fewest rows that make PART_REUNIE of the ruptures, if they are few enough to be named."""
    lignes = sorted(known(annuelle), key=lambda ligne: -ligne["ruptures_nettes"])
    total = sum(ligne["ruptures_nettes"] for ligne in annuelle.lignes)
    if not total or len(lignes) < 3:
        return []
    nommees = fewest(lignes, PART_REUNIE * total)
    if not nommees or len(nommees) > NOMMEES_MAX or len(nommees) == len(lignes):
        return []
    part = sum(ligne["ruptures_nettes"] for ligne in nommees) / total
    noms = listed([f"« {name(annuelle, ligne)} »" for ligne in nommees])
    verbe = "réunissent" if len(nommees) > 1 else "réunit"
    return [f"{noms} {verbe} {pourcentage(part, 0)} des ruptures nettes."]


def fewest(lignes: Sequence[ResultRow], seuil: float) -> list[ResultRow]:
    """The first rows, by decreasing ruptures, that reach a number of them; none where all do not."""
    somme, prises = 0, list[ResultRow]()
    for ligne in lignes:
        prises.append(ligne)
        somme += ligne["ruptures_nettes"]
        if somme >= seuil:
            return prises
    return []
