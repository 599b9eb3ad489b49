"""Structures held against all of them: the rows of a table, with the columns and the reading that this adds to it, and
each CFA in its own report.

No structure is ever ranked (definitions §7): names come in the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan

from pipeline import formats
from pipeline.formats import EFFECTIF_MIN, FINE, decimal, entier, niveau, plural, pourcentage, quotient
from pipeline.models.header import ComparisonSpec
from pipeline.report.breakdowns import BreakdownYear
from pipeline.report.printed import AddedColumn
from pipeline.report.rates import Rate
from pipeline.statistics.comparisons import NIVEAUX, Dispersion, Position, compare_structures
from pipeline.statistics.intervals import Estimate
from pipeline.statistics.ratios import standardised_ratio

A_EXAMINER = "à examiner"
NOMMES_MAX = 12  # in a sentence; the table has the others
DANS_LA_VARIATION = "dans la variation attendue"


@dataclass(frozen=True)
class Standing:
    """Where a structure stands among those it is held against.

    Attributes:
        mesure: its rate; None in it where it means nothing.
        position: where that rate stands; None where it is not compared.
        attendues: the ruptures that its apprentices would have had at the network's rates.
        rapport: observed on expected, with its interval; None where none is expected.
    """

    nom: str
    mesure: Rate
    position: Position | None
    attendues: float
    rapport: Estimate | None

    @property
    def verdict(self) -> str:
        """What the column Lecture says: the rule of false discoveries decides."""
        if self.mesure.taux is None:
            return formats.NON_SIGNIFICATIF
        if self.position is None:
            return formats.VIDE
        return A_EXAMINER if self.position.retenue else DANS_LA_VARIATION

    @property
    def differs(self) -> bool:
        """Whether the interval of its ratio excludes 1, where the row is compared."""
        return self.position is not None and self.rapport is not None and not self.rapport.bas <= 1 <= self.rapport.haut

    @property
    def ratio(self) -> str:
        """The ratio with its interval, as printed."""
        if self.mesure.taux is None or self.rapport is None:
            return formats.NON_SIGNIFICATIF if self.mesure.taux is None else formats.VIDE
        return f"{decimal(self.rapport.valeur)} ({quotient(self.rapport.bas)} à {quotient(self.rapport.haut)})"


def hold(noms: Sequence[str], mesures: Sequence[Rate], attendues: Sequence[float]) -> list[Standing]:
    """Structures held against each other. Those without a rate have no position, nor has any where fewer than two have
    one."""
    compares = [mesure for mesure in mesures if mesure.taux is not None]
    positions = iter(())
    if len(compares) >= 2:
        comparaison = compare_structures([m.ruptures_nettes for m in compares], [m.effectif for m in compares])
        positions = map(comparaison.position, range(len(compares)))
    rapports = zip(*standardised_ratio([m.ruptures_nettes for m in mesures], attendues), strict=True)
    return [
        Standing(
            nom,
            mesure,
            None if mesure.taux is None else next(positions, None),
            attendue,
            None if isnan(rapport[0]) else Estimate(*map(float, rapport)),
        )
        for nom, mesure, attendue, rapport in zip(noms, mesures, attendues, rapports, strict=True)
    ]


@dataclass(frozen=True)
class ComparedRows:
    """The rows of a breakdown, in the order of its file, and the words that its header has for them."""

    demande: ComparisonSpec
    lignes: list[Standing]

    @property
    def dispersion(self) -> Dispersion | None:
        """How far they lie from the rate of all; None where fewer than two have a rate."""
        return next((c.position.dispersion for c in self.lignes if c.position is not None), None)

    def columns(self, rangs: Iterable[int]) -> list[AddedColumn]:
        """What the table says more of the rows of these ranks."""
        lignes = [self.lignes[rang] for rang in rangs]
        return [
            AddedColumn(
                f"Observées / attendues (intervalle à {niveau(min(NIVEAUX))})", True, [c.ratio for c in lignes]
            ),
            AddedColumn("Lecture", False, [c.verdict for c in lignes]),
        ]

    @property
    def note(self) -> str:
        """What is expected."""
        return (
            f"Ruptures attendues : celles qu'auraient les mêmes apprentis aux taux du réseau, compte tenu "
            f"{self.demande.compte_tenu}."
        )

    def sentences(self) -> list[str]:
        """The reading of the section: what the funnel says, what is left of it, where the two rules part."""
        ensemble = self.dispersion
        if ensemble is None:
            return [f"Moins de deux {self.demande.unites} ont assez d'apprentis suivis : il n'y a rien à comparer."]
        phrases = [self.scope(ensemble), self.outside(), self.kept(ensemble), self.widened(ensemble), self.mix()]
        return [*filter(None, phrases), "« À examiner » ouvre une question : ce n'est ni un jugement, ni un rang."]

    def names(self, retenue: Callable[[Position], bool]) -> list[str]:
        """The rows compared whose position is such."""
        return [c.nom for c in self.lignes if c.position is not None and retenue(c.position)]

    def scope(self, ensemble: Dispersion) -> str:
        """How many are compared, with what."""
        muettes = sum(c.mesure.taux is None for c in self.lignes)
        verbe = "est" if muettes == 1 else "sont"
        reste = f" ; {entier(muettes)} de moins de {EFFECTIF_MIN} apprentis suivis n'y {verbe} pas"
        return (
            f"La comparaison porte sur {entier(ensemble.structures)} {self.demande.unites}, autour de leur taux "
            f"d'ensemble, {pourcentage(ensemble.taux)}{reste if muettes else ''}."
        )

    def outside(self) -> str:
        """What the funnel says."""
        large, etroit = max(NIVEAUX), min(NIVEAUX)
        loin, pres = (self.names(lambda p, seuil=seuil: p.niveau == seuil) for seuil in (large, etroit))
        if not loin and not pres:
            return (
                f"Tous les taux sont entre les limites à {niveau(etroit)} autour de ce taux : pour de tels effectifs, "
                "le hasard suffit à les écarter autant."
            )
        dehors = [f"Hors des limites à {niveau(large)} autour de ce taux : {listed(loin)}."] if loin else []
        if pres:
            debut = "Hors des seules limites" if loin else "Hors des limites"
            dehors.append(f"{debut} à {niveau(etroit)} autour de ce taux : {listed(pres)}.")
        return " ".join(dehors)

    def kept(self, ensemble: Dispersion) -> str:
        """What is left of it once the comparisons are counted."""
        etablis = self.names(lambda p: p.retenue)
        perdus = self.names(lambda p: p.niveau > 0 and not p.retenue)
        if not etablis and not perdus:
            return ""
        suite = (
            f"l'écart reste établi, et à examiner, pour {listed(etablis)}" if etablis else "aucun écart n'est établi"
        )
        if etablis and perdus:
            suite += f" ; il ne l'est plus pour {listed(perdus)}"
        return (
            f"Parmi {entier(ensemble.structures)} comparaisons, le hasard seul peut mettre un taux hors des limites. "
            f"Une fois leur nombre compté (Benjamini-Hochberg, 5{formats.FINE}%), {suite}."
        )

    def widened(self, ensemble: Dispersion) -> str:
        """How far the rates lie from each other, and what that leaves outside limits widened as much."""
        phi = f"φ = {decimal(ensemble.phi)}"
        if ensemble.est_etablie:
            dispersion = f"Les taux diffèrent entre eux plus que le hasard ne l'explique ({phi} au lieu de 1)."
        else:
            dispersion = f"Rien n'établit que les taux diffèrent entre eux plus que par hasard ({phi}, pour 1 attendu)."
        if ensemble.phi <= 1:
            return dispersion
        restent = self.names(lambda p: p.niveau_elargi > 0)
        dehors = listed(restent) if restent else "aucun taux"
        phrases = [dispersion, f"Hors de limites à {niveau(min(NIVEAUX))} élargies d'autant (par √φ) : {dehors}."]
        if noms := self.names(lambda p: p.retenue and not p.niveau_elargi):
            phrases.append(
                f"Les deux règles ne s'accordent pas pour {listed(noms)} : l'écart n'est pas dû au seul hasard, mais "
                "il n'est pas plus grand que la dispersion de l'ensemble."
            )
        if noms := self.names(lambda p: p.niveau_elargi > 0 and not p.retenue):
            phrases.append(
                f"Les deux règles ne s'accordent pas pour {listed(noms)} : hors de limites même élargies, l'écart "
                "n'est pas établi une fois compté le nombre de comparaisons."
            )
        if noms := self.names(lambda p: p.niveau_elargi > 0 and p.retenue):
            phrases.append(f"Les deux règles s'accordent pour {listed(noms)}.")
        return " ".join(phrases)

    def mix(self) -> str:
        """What is left of the differences once the mix of apprentices is accounted for, and what then appears."""
        restent, expliques, apparaissent = (
            [c.nom for c in self.lignes if (c.position is not None and c.position.retenue, c.differs) == cas]
            for cas in ((True, True), (True, False), (False, True))
        )
        debut = f"Compte tenu {self.demande.compte_tenu}, l'écart"
        rapport = "l'intervalle du rapport entre ruptures observées et attendues"
        phrases = [
            *([f"{debut} reste établi pour {listed(restent)} : {rapport} exclut 1."] if restent else []),
            *([f"{debut} n'est plus établi pour {listed(expliques)} : {rapport} contient 1."] if expliques else []),
        ]
        if apparaissent:
            phrases.append(
                f"{rapport.capitalize()} exclut aussi 1 pour {listed(apparaissent)}, dont le taux est dans la "
                "variation attendue : cet intervalle ne tient pas compte du nombre de comparaisons."
            )
        return " ".join(phrases)


def listed(noms: Sequence[str]) -> str:
    """'A', 'A et B', 'A, B et C'; of many, the first ones and how many others."""
    if len(noms) > NOMMES_MAX:
        return f"{', '.join(noms[:NOMMES_MAX])} et {entier(len(noms) - NOMMES_MAX)} autres"
    return noms[0] if len(noms) == 1 else f"{', '.join(noms[:-1])} et {noms[-1]}"


def compare(annuelle: BreakdownYear) -> ComparedRows | None:
    """The rows of a breakdown held against all of them, where its header asks for it."""
    if (demande := annuelle.entete.comparaison) is None:
        return None
    lignes, dimension = annuelle.lignes, annuelle.entete.dimensions[0]
    mesures = [
        Rate(
            ligne["annee"], ligne[demande.observees], ligne["effectif"], ligne["taux_rupture_nette"], ligne["taux_bas"],
            ligne["taux_haut"], ligne["fiabilite"],
        )
        for ligne in lignes
    ]  # fmt: skip
    noms = [formats.texte(ligne[dimension]) for ligne in lignes]
    return ComparedRows(demande, hold(noms, mesures, [ligne[demande.attendues] for ligne in lignes]))


def cfa_sentences(cfa: Standing, comparable: int) -> list[str]:
    """The reading of one CFA: its rate, where it stands among the others, what its mix of apprentices makes of that;
    `comparable` is how many of its apprentices others have the like of."""
    if cfa.position is None:
        return place_sentences(cfa)
    return [*place_sentences(cfa), *mix_sentences(cfa, cfa.position, comparable)]


def place_sentences(cfa: Standing) -> list[str]:
    """Its rate, and where it stands among the others."""
    mesure = cfa.mesure
    nettes = plural(mesure.ruptures_nettes, "rupture nette", "ruptures nettes")
    comptes = f"{nettes if mesure.ruptures_nettes else 'aucune rupture nette'} sur " + plural(
        mesure.effectif, "apprenti suivi", "apprentis suivis"
    )
    if mesure.taux is None:
        return [
            f"{cfa.nom} : {comptes} (n.s.). L'effectif est trop faible pour en tirer un taux et le comparer à celui "
            "d'autres CFA."
        ]
    fragile = " fragile" if mesure.fiabilite == "fragile" else ""
    phrases = [
        f"{cfa.nom} : {comptes}, soit un taux{fragile} de {pourcentage(mesure.taux.valeur)} (intervalle à 95{FINE}% de "
        f"{decimal(100 * mesure.taux.bas)} à {pourcentage(mesure.taux.haut)})."
    ]
    if cfa.position is None:
        return [*phrases, "Aucun autre CFA n'a assez d'apprentis suivis pour lui être comparé."]
    phrases.append(place_sentence(mesure.taux.valeur, cfa.position))
    if cfa.position.retenue and cfa.position.dispersion.est_etablie:
        phrases.append(dispersion_sentence(cfa.position))
    return phrases


def place_sentence(taux: float, position: Position) -> str:
    """What the two rules say, the funnel and the false discoveries, and whether they agree. (The second keeps nothing
    that is inside the first's limits.)"""
    ensemble = position.dispersion
    reference = f"celui de l'ensemble des {entier(ensemble.structures)} CFA comparés ({pourcentage(ensemble.taux)})"
    if not position.niveau:
        return f"Pour un tel effectif, ce taux ne se distingue pas de {reference}."
    cote = f"taux est {'au-dessus' if taux > ensemble.taux else 'au-dessous'} de {reference}"
    limites = f"il est hors des limites à {niveau(position.niveau)} pour un tel effectif"
    nombre = "une fois compté le nombre de CFA comparés"
    if position.retenue:
        return f"À examiner : ce {cote}. Les deux règles s'accordent : {limites}, et l'écart reste établi {nombre}."
    return (
        f"Ce {cote}, mais les deux règles ne s'accordent pas : {limites}, et l'écart n'est plus établi "
        f"{nombre}. Le hasard peut suffire à l'expliquer."
    )


def dispersion_sentence(position: Position) -> str:
    """What is left of a difference once the limits allow for CFA that differ from each other anyway."""
    phi = decimal(position.dispersion.phi)
    if position.retenue_elargie:
        return (
            f"Les CFA diffèrent entre eux plus que le hasard ne l'explique (φ = {phi} au lieu de 1) : même avec des "
            "limites élargies d'autant, l'écart reste établi."
        )
    comparees = entier(position.dispersion.structures)
    reserve = "" if position.dispersion.laisse_conclure else f", ce qu'il ne pourrait guère être avec {comparees} CFA"
    return (
        f"Mais les CFA diffèrent entre eux plus que le hasard ne l'explique (φ = {phi} au lieu de 1) : avec des "
        f"limites élargies d'autant, l'écart n'est plus établi{reserve}."
    )


def mix_sentences(cfa: Standing, position: Position, comparable: int) -> list[str]:
    """What was expected of apprentices of the same diplomas and years of cycle, and how far that can be said."""
    effectif = cfa.mesure.effectif
    if not comparable:
        return [
            "Aucun autre CFA n'a d'apprentis des mêmes diplômes et années de cycle : rien ne permet de dire combien de "
            "ruptures étaient attendues."
        ]
    phrases = [f"Compte tenu de ses diplômes et années de cycle, {expected(cfa)}{mix_verdict(cfa, position)}."]
    if seuls := effectif - comparable:
        phrases.append(
            f"Pour {entier(seuls)} de ses {entier(effectif)} apprentis suivis, aucun autre CFA n'en a du même "
            "diplôme et de la même année de cycle : l'attendu y est l'observé."
        )
    return phrases


def expected(cfa: Standing) -> str:
    """'58,3 ruptures nettes étaient attendues et 71 ont été observées', agreed with the numbers as they are printed."""
    attendues, nettes = round(cfa.attendues, 1), cfa.mesure.ruptures_nettes
    if attendues >= 2:
        debut = f"{decimal(attendues, 1)} ruptures nettes étaient attendues"
    else:
        debut = f"{decimal(attendues, 1)} rupture nette était attendue"
    if not nettes:
        return f"{debut} et aucune n'a été observée"
    return f"{debut} et {plural(nettes, 'a été observée', 'ont été observées')}"


def mix_verdict(cfa: Standing, position: Position) -> str:
    """What the interval of the ratio says; nothing where no rupture is expected."""
    rapport = cfa.rapport
    if rapport is None:
        return ""
    if rapport.bas > 1:
        dit = "c'est plus qu'attendu"
    elif rapport.haut < 1:
        dit = "c'est moins qu'attendu"
    else:
        dit = f"l'écart n'est {'plus' if position.retenue else 'pas'} établi"
    bornes = f"de {quotient(rapport.bas)} à {quotient(rapport.haut)}"
    return f" (rapport de {decimal(rapport.valeur)}, intervalle à 95{FINE}% {bornes}) : {dit}"
