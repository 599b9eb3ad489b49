"""Each period of a rupture seen closely: what the crossed breakdowns say of it, beside the whole year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline import formats
from pipeline.report.breakdowns import Breakdown, BreakdownYear, ResultRow
from pipeline.report.crossings import at_most

# Each period, in the order of the year: how its page is called, and when its ruptures take place.
PERIODES = {
    "essai": ("La période d'essai", "en période d'essai"),
    "intermediaire": ("La période intermédiaire", "en période intermédiaire"),
    "post_examen": (formats.PERIODES["post_examen"], "de juin à août, sur des contrats de dix mois au moins"),
}
LIGNES_MAX = 5


@dataclass(frozen=True)
class PeriodValue:
    """A value of a dimension in one period.

    Attributes:
        part: its share of the ruptures of the period; None in a period of less than `formats.EFFECTIF_MIN`.
        part_annee: its share of the ruptures of the year.
    """

    nom: str
    ruptures_nettes: int
    part: float | None
    part_annee: float | None


@dataclass(frozen=True)
class PeriodCrossing:
    """What one crossed breakdown says of a period: its largest values first, the others counted together."""

    titre: str
    traits: list[PeriodValue]


@dataclass(frozen=True)
class PeriodFocus:
    """A period of the year's net ruptures.

    Attributes:
        titre: what its page is called.
        phrase: how many they are, of how many.
        precisions: what the months of its name put together, in a sentence; '' for the others.
    """

    periode: str
    titre: str
    ruptures_nettes: int
    phrase: str
    precisions: str
    croisements: list[PeriodCrossing]

    @property
    def colonnes(self) -> tuple[list[PeriodCrossing], list[PeriodCrossing]]:
        """The same in two columns of nearly as many lines, in order."""
        lignes = [len(croisement.traits) + 3 for croisement in self.croisements]
        coupe = min(range(len(lignes) + 1), key=lambda rang: abs(sum(lignes[:rang]) - sum(lignes[rang:])))
        return self.croisements[:coupe], self.croisements[coupe:]


def focus_on_periods(
    ventilations: Iterable[Breakdown], annee: str, ensemble: ResultRow, juin_a_aout: ResultRow
) -> list[PeriodFocus]:
    """The periods that have net ruptures, as every breakdown that crosses `periode` with another dimension tells them;
    `ensemble` is the network's row of `core.ruptures_nettes_par_annee`, `juin_a_aout` that of the year in
    `core.juin_a_aout`. Nothing where no breakdown does."""
    croises = [(ventilation.of_year(annee), dimension) for ventilation, dimension in crossed(ventilations)]
    precisions = {"post_examen": summer_sentence(juin_a_aout, ensemble["debut"])}
    return [
        focus
        for periode in PERIODES
        if (focus := describe(periode, croises, ensemble["ruptures_nettes"], precisions.get(periode, "")))
    ]


def crossed(ventilations: Iterable[Breakdown]) -> Iterator[tuple[Breakdown, str]]:
    """The breakdowns whose crossed table has the periods on one side and net ruptures in its cells, and the dimension
    on its other side."""
    for ventilation in ventilations:
        pivot = ventilation.entete.pivot
        if pivot is not None and pivot.valeur == "ruptures_nettes" and "periode" in (pivot.lignes, pivot.colonnes):
            yield ventilation, pivot.colonnes if pivot.lignes == "periode" else pivot.lignes


def describe(
    periode: str, croises: list[tuple[BreakdownYear, str]], toutes: int, precisions: str = ""
) -> PeriodFocus | None:
    """A period; None without a rupture in it."""
    # One that leaves structures out has less.
    nombre, inconnues = (
        max((sum(ligne["ruptures_nettes"] for ligne in rows_of(a, quelle)) for a, _ in croises), default=0)
        for quelle in (periode, formats.NON_RENSEIGNE)
    )
    if not nombre:
        return None
    return PeriodFocus(
        periode,
        PERIODES[periode][0],
        nombre,
        sentence(periode, nombre, toutes, inconnues),
        precisions,
        [
            PeriodCrossing(title(annuelle, dimension), traits(annuelle, dimension, periode, nombre, toutes))
            for annuelle, dimension in croises
        ],
    )


def sentence(periode: str, nombre: int, toutes: int, inconnues: int = 0) -> str:
    """'81 ruptures nettes sur 326 ont eu lieu en période d'essai, soit 25 % (28 % au plus, 10 étant non renseignées).',
    without the share of too few."""
    debut = f"{formats.plural(nombre, 'rupture nette', 'ruptures nettes')} sur {formats.entier(toutes)}"
    part = ""
    if toutes >= formats.EFFECTIF_MIN:
        part = f", soit {formats.pourcentage(nombre / toutes, 0)}{at_most(nombre, inconnues, toutes)}"
    return f"{debut} {'a' if nombre < 2 else 'ont'} eu lieu {PERIODES[periode][1]}{part}."


def summer_sentence(compte: ResultRow, debut: date) -> str:
    """What the ruptures of June to August are: of the summer that the year begins in, of apprentices in the last year
    of their cycle or before it, after the diploma; '' without any. `compte` is a row of `core.juin_a_aout`, `debut` the
    first day of the year."""
    toutes, au_debut = compte["ruptures_nettes"], compte["au_debut"]
    if not toutes:
        return ""
    avant, en_derniere, diplomes = compte["en_annee_anterieure"], compte["en_derniere_annee"], compte["fins_de_diplome"]
    inconnues = toutes - avant - en_derniere
    part = f" ({formats.pourcentage(en_derniere / toutes, 0)})" if toutes >= formats.EFFECTIF_MIN else ""
    jours = formats.jours_compris(debut, compte["fin_d_ete"]) if au_debut else ""
    dites = [
        f"{formats.entier(au_debut)} {jours}, au début de l'année" if au_debut else "",
        f"{some(avant)} avant la dernière année du cycle",
        f"{some(en_derniere)} dans la dernière année du cycle{part}",
        f"{some(inconnues)} d'année du cycle inconnue" if inconnues else "",
        f"{some(diplomes)} dont le motif est l'obtention du diplôme" if diplomes is not None else "",
    ]
    return f"Sur {formats.plural(toutes, 'rupture', 'ruptures')} : {' ; '.join(filter(None, dites))}."


def some(nombre: int) -> str:
    """'47', 'aucune'."""
    return formats.entier(nombre) if nombre else "aucune"


def title(annuelle: BreakdownYear, dimension: str) -> str:
    """The name of the other dimension."""
    return annuelle.entete.colonnes[dimension].libelle


def rows_of(annuelle: BreakdownYear, periode: str) -> list[ResultRow]:
    return [ligne for ligne in annuelle.lignes if ligne["periode"] == periode]


def traits(
    annuelle: BreakdownYear, dimension: str, periode: str, nombre_de_la_periode: int, toutes: int
) -> list[PeriodValue]:
    """The values of a period, largest first; what is not filled in always apart, the smallest together. Shares are of
    all the net ruptures of the period, of the year: those that a breakdown of CFA leaves out are in them."""
    siennes, genre = rows_of(annuelle, periode), annuelle.entete.colonnes[dimension].format
    dedans, annee = totals(siennes, dimension), totals(annuelle.lignes, dimension)
    ordre = [nom for nom in sorted(dedans, key=lambda nom: -dedans[nom]) if dedans[nom]]
    seuls = [nom for nom in ordre if nom != formats.NON_RENSEIGNE]
    # One value left over has a line of its own.
    gardes = seuls if len(seuls) <= LIGNES_MAX + 1 else seuls[:LIGNES_MAX]
    autres = [nom for nom in seuls if nom not in gardes]
    groupes = [(formats.written(genre, nom), [nom]) for nom in gardes]
    groupes += [(f"{formats.entier(len(autres))} autres", autres)] if autres else []
    groupes += [(nom, [nom]) for nom in ordre if nom == formats.NON_RENSEIGNE]
    return [
        PeriodValue(nom, nombre, share(nombre, nombre_de_la_periode), share(sum(annee[m] for m in membres), toutes))
        for nom, membres in groupes
        for nombre in [sum(dedans[membre] for membre in membres)]
    ]


def totals(lignes: list[ResultRow], dimension: str) -> dict[str, int]:
    """Net ruptures of each value, in the order of the breakdown."""
    sommes: dict[str, int] = {}
    for ligne in lignes:
        sommes[ligne[dimension]] = sommes.get(ligne[dimension], 0) + ligne["ruptures_nettes"]
    return sommes


def share(nombre: int, tout: int) -> float | None:
    """A share of a whole that is large enough to have some."""
    return nombre / tout if tout >= formats.EFFECTIF_MIN else None
