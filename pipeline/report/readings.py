"""What the rows of a breakdown say, by rule from its kind, for a contributed file as for ours. Pure.

A rate breakdown: whether its groups differ at all, then the one whose difference with the others, where that is
established, is of most ruptures; a breakdown of ruptures: the fewest rows that make most of them; of costs: their sum,
and the fewest rows that make most of it; of two dimensions: see `crossings`. Structures have their own decision
(`standing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import formats
from pipeline.formats import (
    ALPHA,
    EFFECTIF_MIN,
    FINE,
    NON_RENSEIGNE,
    entier,
    euros,
    plural,
    pourcentage,
    ratio,
    signe,
)
from pipeline.report.amounts import RUPTURES_MIN
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.report.crossings import at_most, read_crossing
from pipeline.report.standing import equal_public, listed
from pipeline.report.worked_example import named
from pipeline.statistics.comparisons import benjamini_hochberg, change_p_values
from pipeline.statistics.foresight import difference
from pipeline.statistics.intervals import Estimate
from pipeline.statistics.strata import homogeneity

PART_REUNIE = 0.6  # of the ruptures, that the rows named together make
NOMMEES_MAX = 4  # more rows than that say nothing together
DE_TAUX = {"ruptures_nettes", "effectif", "taux_rupture_nette"}
DE_COUT = {"ruptures_nettes", "sans_npec", "sans_date", "perte_annee"}
# Counts of ruptures with their shares, and what they are called.
DE_RUPTURES = {
    ("ruptures_nettes", "part_ruptures"): "ruptures nettes",
    ("ruptures_nettes", "part_du_cfa"): "ruptures nettes",
    ("ruptures_brutes", "part_ruptures_brutes"): "ruptures brutes",
}


def read(annuelle: BreakdownYear) -> list[str]:
    """The reading of a year of a breakdown, in sentences; none where its kind has no rule, or nothing to compare."""
    colonnes = {*annuelle.colonnes}
    if "ruptures_chiffrees" in colonnes and "perte_annee" in colonnes:
        return read_hypotheses(annuelle)
    if colonnes >= DE_COUT and is_told_by_one(annuelle):
        return read_costs(annuelle)
    if {*annuelle.entete.cle} == {"uai"} and annuelle.ventilation.uai is None:
        return read_structures(annuelle)
    if not is_read(annuelle):
        return read_crossing(annuelle)
    if is_of_rates(annuelle):
        return read_rates(annuelle)
    compte = of_ruptures(annuelle)
    return [] if compte is None else read_ruptures(annuelle, *compte)


def of_ruptures(annuelle: BreakdownYear) -> tuple[str, str] | None:
    """The column of its ruptures, and what they are called; None where it has not their shares too."""
    comptes = [(noms[0], quoi) for noms, quoi in DE_RUPTURES.items() if {*noms} <= {*annuelle.colonnes}]
    return comptes[0] if comptes else None


def is_told_by_one(annuelle: BreakdownYear) -> bool:
    """Whether its rows are told by one thing; those of a CFA, in its own report, need not name it."""
    cle = [nom for nom in annuelle.entete.cle if nom != "uai" or annuelle.ventilation.uai is None]
    return len(cle) == 1 and annuelle.entete.pivot is None and bool(annuelle.lignes)


def is_read(annuelle: BreakdownYear) -> bool:
    """Whether its rows are told by one thing, which is no structure."""
    d_un_cfa = annuelle.ventilation.uai is not None
    structures = [nom for nom in annuelle.colonnes if nom.startswith("uai") and not (d_un_cfa and nom == "uai")]
    return is_told_by_one(annuelle) and not structures


def is_of_rates(annuelle: BreakdownYear) -> bool:
    """Whether they have rates too."""
    return is_read(annuelle) and {*annuelle.colonnes} >= DE_TAUX


def name(annuelle: BreakdownYear, ligne: ResultRow) -> str:
    """What a row is called, as its table prints it."""
    dimension = annuelle.entete.dimensions[0]
    return formats.written(annuelle.entete.colonnes[dimension].format, ligne[dimension])


def titled(annuelle: BreakdownYear, ligne: ResultRow) -> str:
    """The same at the head of a sentence, a code with what it is of: '« Département : 75 »'."""
    dimension = annuelle.entete.dimensions[0]
    nom = named(annuelle.entete.colonnes[dimension], ligne[dimension])
    return nom if nom == name(annuelle, ligne) else f"« {nom} »"


def known(annuelle: BreakdownYear) -> list[ResultRow]:
    """The rows that say what they are."""
    dimension = annuelle.entete.dimensions[0]
    return [ligne for ligne in annuelle.lignes if ligne[dimension] != NON_RENSEIGNE]


def strongest(annuelles: Iterable[BreakdownYear], nombre: int) -> list[tuple[BreakdownYear, str]]:
    """As many breakdowns whose contrast, established and, where it is said, established at equal public too, is the
    largest, each with its sentence; the largest first. Of many breakdowns some differ by chance: those whose groups are
    established to differ are kept of all of them (Benjamini–Hochberg)."""
    testes = [
        (annuelle, p)
        for annuelle in annuelles
        if is_of_rates(annuelle) and (p := homogeneous(large_groups(annuelle))) is not None
    ]
    gardees = benjamini_hochberg([p for _, p in testes]).tolist()
    trouves = [
        (annuelle, c)
        for (annuelle, _), gardee in zip(testes, gardees, strict=True)
        if gardee
        for c in contrasts(annuelle)[:1]
    ]
    solides = [(annuelle, c) for annuelle, c in trouves if c.tient]
    solides.sort(key=lambda trouve: -abs(trouve[1].ecart.valeur))
    return [(annuelle, short_contrast(annuelle, c)) for annuelle, c in solides[:nombre]]


def read_rates(annuelle: BreakdownYear) -> list[str]:
    """Whether the groups of EFFECTIF_MIN apprentices and more differ (chi-square of homogeneity), and which differ from
    all the others together: Newcombe's interval, one family (Benjamini–Hochberg), no fragile rate."""
    groupes = large_groups(annuelle)
    p = homogeneous(groupes)
    if p is None:
        return []
    combien = groups_examined(annuelle, groupes)
    dite = formats.probabilite(p)
    if p >= ALPHA:
        grand = max(groupes, key=lambda ligne: ligne["ruptures_nettes"])
        if not grand["ruptures_nettes"]:
            return []
        dits = shares(annuelle, grand)
        return [f"Rien n'établit que les taux {combien} diffèrent ({dite}). {titled(annuelle, grand)} : {dits}."]
    etablis = established(groupes)
    if not etablis:
        return [f"Les taux {combien} diffèrent ({dite}), mais aucun ne se distingue du reste."]
    phrases = [contrast_sentence(annuelle, etablis[0])]
    if (restent := etablis[1:]) and len(groupes) > 2:
        verbe = "se distinguent" if len(restent) > 1 else "se distingue"
        noms = [f"{name(annuelle, c.ligne)} ({rate(c.ligne)})" for c in restent]
        phrases.append(f"{listed(noms)} {verbe} aussi du reste.")
    return phrases


def groups_examined(annuelle: BreakdownYear, groupes: Sequence[ResultRow]) -> str:
    """'des 4 groupes', and of which size."""
    return f"des {entier(len(groupes))} groupes{their_size(annuelle, groupes)}"


def their_size(annuelle: BreakdownYear, groupes: Sequence[ResultRow]) -> str:
    """How large groups are, where the table has smaller ones, which say nothing of their rate."""
    return f" d'au moins {EFFECTIF_MIN} apprentis suivis" if len(groupes) < len(known(annuelle)) else ""


def large_groups(annuelle: BreakdownYear) -> list[ResultRow]:
    """The rows that say what they are and have EFFECTIF_MIN apprentices."""
    return [ligne for ligne in known(annuelle) if (ligne["effectif"] or 0) >= EFFECTIF_MIN]


def homogeneous(groupes: Sequence[ResultRow]) -> float | None:
    """How probable it is that the rates of such groups part as much where all are one; None with fewer than two."""
    return homogeneity([g["ruptures_nettes"] for g in groupes], [g["effectif"] for g in groupes]).p


def contrasts(annuelle: BreakdownYear) -> list[Contrast]:
    """The large groups whose difference with all the others is established, that of most ruptures first; none where the
    groups are not established to differ."""
    groupes = large_groups(annuelle)
    p = homogeneous(groupes)
    return [] if p is None or p >= ALPHA else established(groupes)


def established(groupes: Sequence[ResultRow]) -> list[Contrast]:
    """Of groups that are established to differ, those whose difference with all the others is, that of most ruptures
    first."""
    nettes, suivis = ([ligne[c] for ligne in groupes] for c in ("ruptures_nettes", "effectif"))
    autres = [(sum(nettes) - k, sum(suivis) - n) for k, n in zip(nettes, suivis, strict=True)]
    p = change_p_values((nettes, suivis), ([k for k, _ in autres], [n for _, n in autres]))
    trouves = [
        Contrast(ligne, reste, difference((ligne["ruptures_nettes"], ligne["effectif"]), reste), groupes)
        for ligne, reste, retenu in zip(groupes, autres, benjamini_hochberg(p).tolist(), strict=True)
        if retenu and ligne["fiabilite"] == "solide"
    ]
    # Of two groups, which say the same, the one where more break.
    deux = len(groupes) == 2
    return sorted((c for c in trouves if c.ecart.exclut_zero), key=lambda c: (deux and c.ecart.valeur < 0, -c.ruptures))


@dataclass(frozen=True)
class Contrast:
    """A group beside all the others together, (ruptures, effectif), the difference of their rates, and all the groups
    that are held together, itself too."""

    ligne: ResultRow
    autres: tuple[int, int]
    ecart: Estimate
    groupes: Sequence[ResultRow]

    @property
    def ruptures(self) -> float:
        """How many ruptures the difference is of."""
        return abs(self.ecart.valeur) * self.ligne["effectif"]

    @property
    def decimales(self) -> int:
        """How many decimals the difference has."""
        return formats.precision(self.ligne["effectif"], self.autres[1])

    @property
    def tient(self) -> bool:
        """Whether nothing says that it is not established, on the same side, at equal public."""
        rapport = equal_public(self.ligne)
        return rapport is None or (rapport.bas > 1 if self.ecart.valeur > 0 else rapport.haut < 1)


def rate(ligne: ResultRow) -> str:
    """The rate of a row."""
    return formats.taux(ligne["taux_rupture_nette"], ligne["effectif"])


def shares(annuelle: BreakdownYear, ligne: ResultRow) -> str:
    """'49 % des ruptures nettes et 39 % des apprentis suivis' of the table, or how many of a few."""
    parts = []
    for nom, quoi in (("ruptures_nettes", "ruptures nettes"), ("effectif", "apprentis suivis")):
        tout = sum(une[nom] or 0 for une in annuelle.lignes)
        parts.append(share(ligne[nom], tout, quoi))
    return " et ".join(parts)


def share(nombre: int, tout: int, quoi: str) -> str:
    """'49 % des ruptures nettes'; of fewer than EFFECTIF_MIN, '7 des 12 ruptures nettes'."""
    if tout < EFFECTIF_MIN:
        return f"{entier(nombre)} des {entier(tout)} {quoi}"
    return f"{pourcentage(nombre / tout, 0)} des {quoi}"


def short_contrast(annuelle: BreakdownYear, c: Contrast) -> str:
    """'Aucun diplôme : 13,69 % de rupture nette, contre 9,14 % pour les autres groupes (+4,55 points, +2,22 à +6,99), à
    public égal aussi ; 49 % des ruptures nettes et 39 % des apprentis suivis.' Only of a contrast that `tient`."""
    aussi = "" if equal_public(c.ligne) is None else ", à public égal aussi"
    return f"{rates_beside(annuelle, c)}, {bounds(c)}){aussi} ; {shares(annuelle, c.ligne)}."


def contrast_sentence(annuelle: BreakdownYear, c: Contrast) -> str:
    """The same with what its interval is, and what is left of it at equal public."""
    bornes = f"intervalle à 95{FINE}% de {bounds(c)}"
    return f"{rates_beside(annuelle, c)}, {bornes}) ; {shares(annuelle, c.ligne)}.{at_equal_public(c.ligne)}"


def bounds(c: Contrast) -> str:
    """'+2,2 à +7,0'."""
    return f"{signe(c.ecart.bas, c.decimales)} à {signe(c.ecart.haut, c.decimales)}"


def rates_beside(annuelle: BreakdownYear, c: Contrast) -> str:
    """What both sentences begin with, up to the difference."""
    lesquels = the_other(annuelle, c) or f"pour les autres groupes{their_size(annuelle, c.groupes)}"
    autres = f"contre {formats.taux_en_mots(*c.autres)} {lesquels}"
    points = formats.points(c.ecart.valeur, c.decimales)
    return f"{titled(annuelle, c.ligne)} : {rate(c.ligne)} de rupture nette, {autres} ({points}"


def the_other(annuelle: BreakdownYear, c: Contrast) -> str:
    """'pour « Bois »', where there is one other group; else ''."""
    autres = [groupe for groupe in c.groupes if groupe is not c.ligne]
    return f"pour « {name(annuelle, autres[0])} »" if len(autres) == 1 else ""


def at_equal_public(ligne: ResultRow) -> str:
    """What is left of a contrast at equal public, where the breakdown says it."""
    rapport = equal_public(ligne)
    if rapport is None:
        return ""
    bornes = f"{formats.quotient(rapport.bas)} à {formats.quotient(rapport.haut)}"
    suite = ", ce qui n'établit pas d'écart" if rapport.bas <= 1 <= rapport.haut else ""
    return f" À public égal, rapport de cotes de {ratio(rapport.valeur)} ({bornes}){suite}."


def read_structures(annuelle: BreakdownYear) -> list[str]:
    """Of structures of several types, how much those of the most common one weigh; which of them differ is said where
    they are compared (`standing`)."""
    types = Counter(ligne.get("type_structure") for ligne in annuelle.lignes)
    if len(types) < 2 or None in types or not {*annuelle.colonnes} >= DE_TAUX:
        return []
    genre, nombre = max(types.items(), key=lambda un: un[1])
    siennes = [ligne for ligne in annuelle.lignes if ligne["type_structure"] == genre]
    ensemble = {nom: sum(ligne[nom] or 0 for ligne in siennes) for nom in ("ruptures_nettes", "effectif")}
    if not any(ligne["ruptures_nettes"] for ligne in annuelle.lignes):
        return []
    return [f"{entier(nombre)} {genre} sur {entier(len(annuelle.lignes))} structures : {shares(annuelle, ensemble)}."]


def read_ruptures(annuelle: BreakdownYear, compte: str, quoi: str) -> list[str]:
    """The fewest rows that make PART_REUNIE of the ruptures, if they are few enough to be named; of months, the one
    that has most. A share beside what is not told has its upper bound."""
    if any(ligne[compte] is None for ligne in annuelle.lignes):
        return []
    lignes = sorted(known(annuelle), key=lambda ligne: -ligne[compte])
    total = sum(ligne[compte] for ligne in annuelle.lignes)
    if not total or len(lignes) < 3:
        return []
    if nommees := main_rows(annuelle, compte):
        noms = listed([f"« {name(annuelle, ligne)} »" for ligne in nommees])
        verbe = "réunissent" if len(nommees) > 1 else "réunit"
        return [f"{noms} {verbe} {bounded_share(annuelle, nommees, compte, quoi)}."]
    premiere, deuxieme = lignes[:2]
    est_un_mois = annuelle.entete.colonnes[annuelle.entete.dimensions[0]].format == "mois"
    if not est_un_mois or premiere[compte] == deuxieme[compte]:
        return []
    part = bounded_share(annuelle, [premiere], compte, quoi)
    return [f"Le mois qui en compte le plus, {name(annuelle, premiere)}, a {part}."]


def main_rows(annuelle: BreakdownYear, compte: str) -> list[ResultRow]:
    """The fewest rows that make PART_REUNIE of the ruptures; none where they are too many to be named, or all."""
    if any(ligne[compte] is None for ligne in annuelle.lignes):
        return []
    lignes = sorted(known(annuelle), key=lambda ligne: -ligne[compte])
    nommees = fewest(lignes, compte, PART_REUNIE * sum(ligne[compte] for ligne in annuelle.lignes))
    return nommees if len(lignes) >= 3 and len(nommees) <= NOMMEES_MAX and len(nommees) < len(lignes) else []


def bounded_share(
    annuelle: BreakdownYear, nommees: Sequence[ResultRow], compte: str, quoi: str, est_titre: bool = False
) -> str:
    """What these rows make of all the ruptures, with its upper bound where a share is said and some are not told:
    '65 % des ruptures nettes (67 % au plus, 5 étant non renseignées)'."""
    nombre, total, connues = (sum(une[compte] for une in u) for u in (nommees, annuelle.lignes, known(annuelle)))
    borne = at_most(nombre, total - connues, total, est_titre) if total >= EFFECTIF_MIN else ""
    return f"{share(nombre, total, quoi)}{borne}"


def fewest(lignes: Sequence[ResultRow], compte: str, seuil: float) -> list[ResultRow]:
    """The first rows, by decreasing count, that reach a number; none where all do not."""
    somme, prises = 0, list[ResultRow]()
    for ligne in lignes:
        prises.append(ligne)
        somme += ligne[compte]
        if somme >= seuil:
            return prises
    return []


def read_costs(annuelle: BreakdownYear) -> list[str]:
    """What the ruptures of all the rows cost, at least that where one is not costed, and the fewest rows that make
    PART_REUNIE of it; nothing of a row, or of a table, of fewer than RUPTURES_MIN costed ruptures."""
    lignes = [ligne for ligne in annuelle.lignes if ligne["perte_annee"] is not None]
    total = sum(ligne["perte_annee"] for ligne in lignes)
    ruptures, sans = (sum(map(c, annuelle.lignes)) for c in (lambda une: une["ruptures_nettes"], uncosted))
    phrase = cost_sentence(total, ruptures - sans, sans)
    if ruptures - sans < RUPTURES_MIN or not total:
        return [phrase] if phrase else []
    nommees = fewest(sorted(lignes, key=lambda ligne: -ligne["perte_annee"]), "perte_annee", float(total) * PART_REUNIE)
    if (
        not nommees
        or len(nommees) > NOMMEES_MAX
        or len(nommees) == len(lignes)
        or any(ligne["ruptures_nettes"] - uncosted(ligne) < RUPTURES_MIN for ligne in nommees)
    ):
        return [phrase]
    somme = sum(ligne["perte_annee"] for ligne in nommees)
    # In the order of the file: no text ranks structures.
    noms = listed([f"« {name(annuelle, ligne)} »" for ligne in lignes if ligne in nommees])
    verbe = "réunissent" if len(nommees) > 1 else "réunit"
    return [f"{phrase} {noms} en {verbe} {pourcentage(float(somme / total), 0)}."]


def uncosted(ligne: ResultRow) -> int:
    """The ruptures of a row that have no cost."""
    return ligne["sans_npec"] + ligne["sans_date"]


def cost_sentence(total: Any, chiffrees: int, sans: int) -> str:
    """'La perte de l'année est d'au moins 1 153 003 €, 28 ruptures nettes n'étant pas chiffrées.'; '' of an amount of
    too few ruptures to be told."""
    if not chiffrees:
        return "Aucune rupture nette n'est chiffrée." if sans else ""
    if chiffrees < RUPTURES_MIN:
        return ""
    if not sans:
        return f"La perte de l'année est de {euros(total)}."
    verbe = "n'étant pas chiffrées" if sans > 1 else "n'étant pas chiffrée"
    nombre = plural(sans, "rupture nette", "ruptures nettes")
    return f"La perte de l'année est d'au moins {euros(total)}, {nombre} {verbe}."


def read_hypotheses(annuelle: BreakdownYear) -> list[str]:
    """What all the ruptures cost by the first rule, and how far the others put it."""
    lignes = [ligne for ligne in annuelle.lignes if ligne["perte_annee"] is not None]
    if not lignes or len(lignes) < len(annuelle.lignes):
        return []
    premiere = lignes[0]
    phrases = [cost_sentence(premiere["perte_annee"], premiere["ruptures_chiffrees"], uncosted(premiere))]
    pertes = [ligne["perte_annee"] for ligne in lignes]
    if phrases[0] and min(pertes) < max(pertes):
        phrases.append(
            f"Selon l'hypothèse, les mêmes ruptures chiffrées coûtent de {euros(min(pertes))} à {euros(max(pertes))}."
        )
    return [" ".join(phrases)] if phrases[0] else []
