"""Structures held against the others: the rows of a table, with the columns and the reading that this adds to it, and
each CFA in its own report, in the same words.

One decision (definitions §7): the published years pooled, each structure against all the others. What is expected of
the same apprentices is said beside it, never as a second verdict. No text ranks: names come in the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from pipeline import formats
from pipeline.charts import ReferenceRate
from pipeline.formats import EFFECTIF_MIN, FINE, decimal, entier, plural, quotient, ratio, taux_en_mots
from pipeline.models.header import ComparisonSpec
from pipeline.report.breakdowns import BreakdownYear, ResultRow
from pipeline.report.printed import AddedColumn
from pipeline.report.rates import Rate
from pipeline.statistics.decision import ANNEES_REUNIES, PLUS_BAS, PLUS_HAUT, Decision, decide
from pipeline.statistics.intervals import Estimate
from pipeline.statistics.ratios import standardised_ratio

VERDICTS = {
    PLUS_HAUT: "à examiner",
    PLUS_BAS: "plus bas que les autres, à comprendre",
    None: "ne se distingue pas",
}
NOMMES_MAX = 12  # in a sentence; the table has the others
A_PUBLIC_EGAL = ("rapport_public_egal", "rapport_bas", "rapport_haut")


@dataclass(frozen=True)
class Standing:
    """Where a structure stands among the others.

    Attributes:
        mesure: its rate of the report's year.
        annees: the years that the decision pools, the earliest first.
        decision: what is decided of it over the years pooled.
        attendues: the ruptures that its apprentices of the year would have had at the network's rates.
        rapport: observed on expected, with its interval; None where none is expected.
        public_egal: its odds ratio against the others in the year, strata alike; None where it has none.
    """

    nom: str
    mesure: Rate
    annees: tuple[str, ...]
    decision: Decision
    attendues: float
    rapport: Estimate | None
    public_egal: Estimate | None

    @property
    def periode(self) -> str:
        """Those years, as a sentence has them: 'trois ans', '2021-2022'."""
        return period(self.annees)

    @property
    def debut(self) -> str:
        """What a sentence on them begins with: 'Sur trois ans', 'En 2021-2022'."""
        return f"{over(self.annees)[0].upper()}{over(self.annees)[1:]}"

    @property
    def verdict(self) -> str:
        """What the column Lecture says."""
        return formats.NON_SIGNIFICATIF if self.decision.p is None else VERDICTS[self.decision.sens]

    @property
    def excess(self) -> float:
        """The ruptures of the year above those expected, where it is decided higher; else 0."""
        au_dessus = self.mesure.ruptures_nettes - self.attendues
        return max(0.0, au_dessus) if self.decision.sens == PLUS_HAUT else 0.0


@dataclass(frozen=True)
class ComparedRows:
    """The rows of a breakdown, in the order of its file, and the words that its header has for them; `total` is how
    many net ruptures the whole network has in the year."""

    demande: ComparisonSpec
    lignes: list[Standing]
    total: int

    @property
    def compared(self) -> list[Standing]:
        """Those that a decision was made of."""
        return [ligne for ligne in self.lignes if ligne.decision.p is not None]

    def of(self, sens: str) -> list[Standing]:
        """Those decided higher, or lower."""
        return [ligne for ligne in self.lignes if ligne.decision.sens == sens]

    def columns(self, rangs: Sequence[int]) -> list[AddedColumn]:
        """What the table says more of the rows of these ranks."""
        lignes = [self.lignes[rang] for rang in rangs]
        lectures = AddedColumn("Lecture", False, [ligne.verdict for ligne in lignes])
        if not lignes or len(lignes[0].annees) == 1:
            return [lectures]
        taux = [formats.NON_SIGNIFICATIF if ligne.decision.p is None else pooled(ligne.decision) for ligne in lignes]
        dite = "" if lignes[0].decision.p is None else pooled_in_words(lignes[0])
        return [AddedColumn(f"Taux sur {lignes[0].periode} et intervalle", True, taux, lecture=dite), lectures]

    @property
    def note(self) -> str:
        """What is expected, and how it is decided."""
        return (
            f"Ruptures attendues : celles qu'auraient les mêmes apprentis aux taux du réseau, compte tenu "
            f"{self.demande.compte_tenu}. Colonne « Lecture » : test exact de Fisher de chaque ligne contre toutes les "
            f"autres, années publiées réunies ({ANNEES_REUNIES} au plus), procédure de Benjamini et Hochberg à "
            f"5{FINE}%."
        )

    def message(self) -> str:
        """What is decided, short enough for a title."""
        dits = [
            f"{entier(len(lignes))} {self.demande.unites} {suite}"
            for sens, suite in ((PLUS_HAUT, "à examiner"), (PLUS_BAS, "à comprendre"))
            if (lignes := self.of(sens))
        ]
        if dits:
            return f"{' et '.join(dits)}, {over(self.lignes[0].annees)}"
        return "Aucun ne se distingue des autres" if self.compared else ""

    def sentences(self) -> list[str]:
        """The reading of the section."""
        unites = self.demande.unites
        if not self.compared:
            return [f"Moins de deux {unites} ont assez d'apprentis suivis : il n'y a rien à comparer."]
        hautes = self.of(PLUS_HAUT)
        phrases = [self.scope(), self.kept(), self.at_equal_public(hautes + self.of(PLUS_BAS))]
        phrases.append(excess_sentence(hautes, self.total))
        fin = "« À examiner » ouvre une question : ce n'est ni un jugement, ni un rang."
        return [*filter(None, phrases), *([fin] if self.of(PLUS_HAUT) else [])]

    def scope(self) -> str:
        """How many are compared, over which years, with what."""
        annees, muettes = self.lignes[0].annees, len(self.lignes) - len(self.compared)
        periode = f"En {annees[0]}" if len(annees) == 1 else f"De {annees[0]} à {annees[-1]}"
        verbe = "est" if muettes == 1 else "sont"
        reste = f" ; {entier(muettes)} de moins de {EFFECTIF_MIN} apprentis suivis par an n'y {verbe} pas"
        return (
            f"{periode}, chacun des {entier(len(self.compared))} {self.demande.unites} est comparé à tous les autres "
            f"ensemble{reste if muettes else ''}."
        )

    def kept(self) -> str:
        """Those that the decision keeps, and what is not said of the others."""
        dits = [
            f"{suite} : {listed([named(c) for c in lignes])}"
            for sens, suite in ((PLUS_HAUT, "au-dessus des autres, à examiner"), (PLUS_BAS, "au-dessous, à comprendre"))
            if (lignes := self.of(sens))
        ]
        debut = self.lignes[0].debut
        if not dits:
            return f"{debut}, aucun ne se distingue des autres, ce qui n'établit pas que tous ont le même taux."
        autres = len(self.compared) - len(self.of(PLUS_HAUT)) - len(self.of(PLUS_BAS))
        reste = ""
        if autres:
            sujet = "Les autres ne se distinguent" if autres > 1 else "Le dernier ne se distingue"
            reste = f" {sujet} pas, ce qui n'établit pas {'que leurs taux sont égaux' if autres > 1 else 'son taux'}."
        return f"{debut}, {' ; '.join(dits)}.{reste}"

    def at_equal_public(self, retenues: Sequence[Standing]) -> str:
        """What is left of the differences decided at equal public, each with its interval."""
        dits = [f"{odds(ligne.public_egal)} pour {ligne.nom}" for ligne in retenues if ligne.public_egal is not None]
        if not dits:
            return ""
        return (
            f"Compte tenu {self.demande.compte_tenu}, le rapport de cotes avec les autres, en "
            f"{retenues[0].mesure.annee}, est de {listed(dits)}."
        )


def period(annees: Sequence[str]) -> str:
    """Years that are pooled: 'trois ans'; one by its name."""
    return annees[0] if len(annees) == 1 else f"{formats.en_lettres(len(annees))} ans"


def over(annees: Sequence[str]) -> str:
    """The same in a sentence: 'sur trois ans', 'en 2021-2022'."""
    return f"{'en' if len(annees) == 1 else 'sur'} {period(annees)}"


def odds(rapport: Estimate) -> str:
    """'1,60 (1,20 à 2,15)'; whose interval has 1, with what that means."""
    doute = ", écart non établi" if rapport.bas <= 1 <= rapport.haut else ""
    return f"{ratio(rapport.valeur)} ({quotient(rapport.bas)} à {quotient(rapport.haut)}{doute})"


def pooled(decision: Decision) -> str:
    """The rate of the years pooled, and under it its interval, as tables print them: '15,8 %', then '13,9 à 17,9'."""
    taux = formats.taux_compte(decision.ruptures, decision.effectif)
    return f"{taux}\n{formats.intervalle(*decision.intervalle, decision.effectif)}"


def pooled_in_words(ligne: Standing) -> str:
    """The same under a table: 'taux sur trois ans de 15,8 % (intervalle à 95 % : 13,9 à 17,9)'."""
    decision = ligne.decision
    taux = taux_en_mots(decision.ruptures, decision.effectif, ", fragile")
    bornes = formats.intervalle(*decision.intervalle, decision.effectif)
    return f"taux {over(ligne.annees)} de {taux} (intervalle à 95{FINE}% : {bornes})"


def common_rate(lignes: Iterable[Standing]) -> ReferenceRate | None:
    """The rate of the year of those that have one, all together; None where fewer than two do."""
    mesures = [ligne.mesure for ligne in lignes if ligne.mesure.taux is not None]
    suivis = sum(mesure.effectif for mesure in mesures)
    if len(mesures) < 2:
        return None
    return ReferenceRate(sum(mesure.ruptures_nettes for mesure in mesures) / suivis, suivis)


def named(ligne: Standing) -> str:
    """'Ermont (15,8 %)'."""
    return f"{ligne.nom} ({taux_en_mots(ligne.decision.ruptures, ligne.decision.effectif, ', fragile')})"


def excess_sentence(hautes: Sequence[Standing], total: int) -> str:
    """The ruptures that those decided higher had above what was expected of the same apprentices, and what that is of
    the network's; '' where there is none to speak of."""
    exces = sum(ligne.excess for ligne in hautes)
    if round(exces) < 1 or not total:
        return ""
    nombre = plural(round(exces), "rupture nette", "ruptures nettes")
    une_sur = round(total / exces)
    part = f", une sur {entier(une_sur)} de celles du réseau" if une_sur >= 2 else ""
    noms = listed([ligne.nom for ligne in hautes if ligne.excess])
    verbe = "ont" if sum(ligne.excess > 0 for ligne in hautes) > 1 else "a"
    return f"À public égal, {noms} {verbe} eu en {hautes[0].mesure.annee} {nombre} de plus qu'attendu{part}."


def listed(noms: Sequence[str]) -> str:
    """'A', 'A et B', 'A, B et C'; of many, the first ones and how many others."""
    if len(noms) > NOMMES_MAX:
        return f"{', '.join(noms[:NOMMES_MAX])} et {entier(len(noms) - NOMMES_MAX)} autres"
    return noms[0] if len(noms) == 1 else f"{', '.join(noms[:-1])} et {noms[-1]}"


def hold(
    lignes: Sequence[ResultRow], demande: ComparisonSpec, cle: Sequence[str], nom: str, annee: str
) -> list[Standing]:
    """Where each row of the report's year stands, in their order.

    Args:
        lignes: the rows of every published year; those of the years after `annee` are left out.
        demande: the columns of net ruptures and of those expected.
        cle, nom: the columns that tell a row in a year, and that name it.
    """
    annees = tuple(sorted({ligne["annee"] for ligne in lignes if ligne["annee"] <= annee})[-ANNEES_REUNIES:])
    par_annee: dict[tuple[Any, ...], dict[str, ResultRow]] = {}
    for ligne in lignes:
        if ligne["annee"] in annees and ligne["effectif"]:
            par_annee.setdefault(tuple(ligne[c] for c in cle), {})[ligne["annee"]] = ligne

    def cells(colonne: str) -> list[list[int]]:
        return [[une[a][colonne] if a in une else 0 for a in annees] for une in par_annee.values()]

    tenues = [ligne for ligne in lignes if ligne["annee"] == annee and ligne["effectif"]]
    rapports = zip(
        *standardised_ratio([x[demande.observees] for x in tenues], [x[demande.attendues] for x in tenues]), strict=True
    )
    decisions = dict(zip(par_annee, decide(cells(demande.observees), cells("effectif")), strict=True))
    return [
        Standing(
            formats.texte(ligne[nom]),
            Rate.of({**ligne, "ruptures_nettes": ligne[demande.observees]}),
            annees,
            decisions[tuple(ligne[c] for c in cle)],
            ligne[demande.attendues],
            None if isnan(rapport[0]) else Estimate(*map(float, rapport)),
            equal_public(ligne),
        )
        for ligne, rapport in zip(tenues, rapports, strict=True)
    ]


def equal_public(ligne: ResultRow) -> Estimate | None:
    """The odds ratio of a row with its limits, where its breakdown has it."""
    valeurs = [ligne.get(colonne) for colonne in A_PUBLIC_EGAL]
    return None if None in valeurs else Estimate(*valeurs)  # type: ignore[arg-type]


def compare(annuelle: BreakdownYear, total: int) -> ComparedRows | None:
    """The rows of a breakdown held against the others, where its header asks for it; `total`: the network's net
    ruptures of the year."""
    if (demande := annuelle.entete.comparaison) is None:
        return None
    entete = annuelle.entete
    tenues = hold(annuelle.ventilation.by_year(), demande, entete.cle, entete.dimensions[0], annuelle.annee)
    return ComparedRows(demande, tenues, total)


def decisions(annuelle: BreakdownYear, comparees: ComparedRows | None) -> dict[int, str | None]:
    """Rank of a row → what is decided of it; rows without apprentices are not among those compared."""
    if comparees is None:
        return {}
    tenues = [rang for rang, ligne in enumerate(annuelle.lignes) if ligne["effectif"]]
    return {rang: tenue.decision.sens for rang, tenue in zip(tenues, comparees.lignes, strict=True)}


def cfa_sentences(cfa: Standing, comparable: int, compte_tenu: str) -> list[str]:
    """The reading of one CFA: its rate, what is decided of it, what its mix of apprentices makes of that;
    `comparable` is how many of its apprentices others have the like of."""
    phrases = [rate_sentence(cfa)]
    if cfa.mesure.taux is None:
        return phrases
    if cfa.decision.p is None:
        return [*phrases, "Aucun autre CFA n'a assez d'apprentis suivis, ou lui-même, pour l'y comparer."]
    return [*phrases, place_sentence(cfa), *mix_sentences(cfa, comparable, compte_tenu)]


def rate_sentence(cfa: Standing) -> str:
    """Its rate of the year."""
    mesure = cfa.mesure
    nettes = plural(mesure.ruptures_nettes, "rupture nette", "ruptures nettes")
    comptes = f"{nettes if mesure.ruptures_nettes else 'aucune rupture nette'} sur " + plural(
        mesure.effectif, "apprenti suivi", "apprentis suivis"
    )
    if mesure.taux is None:
        return (
            f"{cfa.nom} : {comptes} (n.s.). L'effectif est trop faible pour en tirer un taux et le comparer à celui "
            "d'autres CFA."
        )
    fragile = " fragile" if mesure.fiabilite == "fragile" else ""
    return (
        f"{cfa.nom} : {comptes}, soit un taux{fragile} de {formats.taux(mesure.taux.valeur, mesure.effectif)} "
        f"(intervalle à 95{FINE}% de {formats.intervalle(mesure.taux.bas, mesure.taux.haut, mesure.effectif)})."
    )


def place_sentence(cfa: Standing) -> str:
    """What is decided of it, in the words of the network's report."""
    decision = cfa.decision
    taux = f"{cfa.debut}, son taux est de {taux_en_mots(decision.ruptures, decision.effectif)}, et "
    if autres := taux_en_mots(decision.ruptures_autres, decision.effectif_autres):
        taux += f"celui des autres CFA ensemble de {autres}"
    else:
        taux += "les autres CFA ensemble ont trop peu d'apprentis suivis pour un taux"
    if decision.sens is None:
        return f"{taux} : il ne se distingue pas, ce qui n'établit pas que les deux sont égaux."
    suite = "au-dessus des autres, à examiner" if decision.sens == PLUS_HAUT else "au-dessous, à comprendre"
    return f"{taux} : {suite}. C'est une question ouverte, ni un jugement, ni un rang."


def mix_sentences(cfa: Standing, comparable: int, compte_tenu: str) -> list[str]:
    """What was expected of apprentices of the same diplomas and years of cycle, and how far that can be said."""
    effectif = cfa.mesure.effectif
    if not comparable:
        return [
            "Aucun autre CFA n'a d'apprentis des mêmes diplômes et années de cycle : rien ne permet de dire combien de "
            "ruptures étaient attendues."
        ]
    phrases = [f"En {cfa.mesure.annee}, compte tenu {compte_tenu}, {expected(cfa)}{above(cfa)}."]
    if cfa.public_egal is not None:
        phrases.append(f"À public égal, le rapport de cotes avec les autres CFA est de {odds(cfa.public_egal)}.")
    if seuls := effectif - comparable:
        phrases.append(
            f"Pour {entier(seuls)} de ses {entier(effectif)} apprentis suivis, aucun autre CFA n'en a du même "
            "diplôme et de la même année de cycle : l'attendu y est l'observé."
        )
    return phrases


def above(cfa: Standing) -> str:
    """Their ratio with its interval; how many more than expected, where it is decided higher."""
    if cfa.rapport is None:
        return ""
    bornes = f"de {quotient(cfa.rapport.bas)} à {quotient(cfa.rapport.haut)}"
    de_plus = f", soit {decimal(cfa.excess, 1)} de plus" if round(cfa.excess, 1) else ""
    return f"{de_plus} (rapport de {ratio(cfa.rapport.valeur)}, intervalle à 95{FINE}% {bornes})"


def expected(cfa: Standing) -> str:
    """'58,3 ruptures nettes étaient attendues et 71 ont été observées', agreed with the numbers as they are printed."""
    attendues, nettes = cfa.attendues, cfa.mesure.ruptures_nettes
    if round(attendues, 1) >= 2:
        debut = f"{decimal(attendues, 1)} ruptures nettes étaient attendues"
    else:
        debut = f"{decimal(attendues, 1)} rupture nette était attendue"
    if not nettes:
        return f"{debut} et aucune n'a été observée"
    return f"{debut} et {plural(nettes, 'a été observée', 'ont été observées')}"
