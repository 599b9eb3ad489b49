"""Changes of the rates on the year before, the network's alone, those of a breakdown together → columns of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipeline import formats
from pipeline.report.breakdowns import Breakdown, BreakdownYear, ResultRow, select
from pipeline.report.printed import AddedColumn
from pipeline.report.rates import (
    ABREGES,
    BAISSE,
    EQUIVALENTE,
    HAUSSE,
    NON_ETABLIE,
    Rate,
    TestedChange,
    change,
    examine_changes,
)
from pipeline.report.standing import listed
from pipeline.report.sums import Grouping, add_up
from pipeline.statistics.strata import kitagawa

STRATES = ("type_diplome", "annee_cycle")  # that the change of the network is told in parts by (definitions §7)
RatePair = tuple[Rate, Rate | None]
NOUVEAU = "nouveau"
TROP_PEU = "trop peu d'apprentis suivis pour un écart (n.s.)"


@dataclass(frozen=True)
class RowChange:
    """A rate and that of the year before (None: nobody then); `evolution` is None where the change is not tested."""

    apres: Rate
    avant: Rate | None
    evolution: TestedChange | None

    @property
    def ecart(self) -> str:
        """The difference in points, as printed."""
        if self.avant is None:
            return formats.VIDE
        ecart = change(self.apres, self.avant)
        return formats.NON_SIGNIFICATIF if ecart is None else formats.signe(ecart.valeur, self.decimales)

    @property
    def decimales(self) -> int:
        """How many decimals the difference has: those of the rate of the smaller year."""
        return formats.precision(*(mesure.effectif for mesure in (self.apres, self.avant) if mesure is not None))

    @property
    def dite(self) -> str:
        """The difference and what can be said of it: '−0,6 n.é.'; of what is not tested, the difference."""
        if self.avant is None:
            return NOUVEAU
        return self.ecart if self.evolution is None else f"{self.ecart} {ABREGES[self.evolution.sens]}"

    @property
    def en_mots(self) -> str:
        """The same in a sentence: 'une baisse de 0,6 point, non établie'; '' of what has no difference."""
        if self.avant is None or (ecart := change(self.apres, self.avant)) is None:
            return ""
        # What is written as nothing goes neither up nor down.
        sens = {"+": "une hausse", "−": "une baisse"}.get(self.ecart[:1], "un écart")
        combien = formats.points(abs(ecart.valeur), self.decimales).removeprefix("+")
        suite = "" if self.evolution is None else f", {verdict(self.evolution, sens)}"
        return f"{sens} de {combien}{suite}"


@dataclass(frozen=True)
class BreakdownChanges:
    """The changes of a breakdown, one family: one a row, in the order of its file; all rows as one, which has a verdict
    only where they are the whole network."""

    lignes: list[RowChange]
    total: RowChange | None

    @property
    def examinees(self) -> int:
        """How many are tested."""
        return sum(changement.evolution is not None for changement in self.lignes)


@dataclass(frozen=True)
class ReportChanges:
    """The changes that a report prints.

    Attributes:
        reseau: the network's, tested alone.
        precedente: the published year before; None where there is none, and nothing to compare.
        par_ventilation: those of the breakdowns that declare `evolution`, by name; none without an earlier year.
        deux_parts: the network's change, in what comes of the mix of its strata and what comes of their rates, as
            fractions of 1; None without an earlier year or strata.
    """

    reseau: RowChange
    precedente: str | None = None
    par_ventilation: Mapping[str, BreakdownChanges] = field(default_factory=dict)
    deux_parts: tuple[float, float] | None = None

    def columns(self, nom: str, rangs: Iterable[int]) -> list[AddedColumn]:
        """What the table of a breakdown says more of its total and of the rows of these ranks; all of them together are
        not « nouveau »."""
        if nom not in self.par_ventilation:
            return []
        siennes = self.par_ventilation[nom]
        lignes, total = [siennes.lignes[rang] for rang in rangs], siennes.total
        return [
            AddedColumn(
                f"Depuis {self.precedente} (points)",
                True,
                [c.dite for c in lignes],
                "" if total is None or total.avant is None else total.dite,
                lecture=self.first_row(lignes[0]) if lignes else "",
            ),
        ]

    def first_row(self, changement: RowChange) -> str:
        """What the column says of the first row of its table, in a sentence."""
        if changement.avant is None:
            return f"nul n'y était suivi en {self.precedente}"
        return f"depuis {self.precedente}, {changement.en_mots or TROP_PEU}"

    def established(self, nom: str) -> dict[str, list[int]]:
        """'hausse' or 'baisse' → the ranks of the rows of a breakdown that are, where some are."""
        rangs: dict[str, list[int]] = {}
        for rang, changement in enumerate(self.par_ventilation[nom].lignes if nom in self.par_ventilation else ()):
            if changement.evolution is not None and changement.evolution.est_etablie:
                rangs.setdefault(changement.evolution.sens, []).append(rang)
        return rangs

    def sentences(self, annuelle: BreakdownYear) -> list[str]:
        """What the changes of a breakdown are, all of them; of one by what the strata are made of, the network's in its
        two parts."""
        nom = annuelle.ventilation.nom
        if nom not in self.par_ventilation or not (examinees := self.par_ventilation[nom].examinees):
            return []
        dites = [changes_sentence(annuelle, self.par_ventilation[nom], self.established(nom), examinees)]
        if {*annuelle.entete.cle} & {*STRATES} and annuelle.entete.total == "reseau":
            dites.append(self.parts_sentence())
        return [dite for dite in dites if dite]

    def parts_sentence(self) -> str:
        """'De 2020-2021 à 2021-2022, le taux du réseau change de −0,06 point : …'; '' where nothing tells it."""
        avant, evolution = self.reseau.avant, self.reseau.evolution
        if self.deux_parts is None or avant is None or evolution is None:
            return ""
        ecart, composition, taux = (
            formats.points(valeur, self.reseau.decimales) for valeur in (evolution.ecart.valeur, *self.deux_parts)
        )
        doute = "" if evolution.est_etablie else ", une évolution non établie"
        return (
            f"De {avant.annee} à {self.reseau.apres.annee}, le taux du réseau change de "
            f"{ecart}{doute} : {composition} par la répartition des apprentis entre "
            f"types de diplôme et années de cycle, {taux} par les taux de ces groupes."
        )

    def note(self, nom: str) -> str:
        """What the words of these columns mean."""
        if nom not in self.par_ventilation:
            return ""
        nouveau = ""
        if any(c.avant is None for c in self.par_ventilation[nom].lignes):
            nouveau = f" ; « {NOUVEAU} », si nul n'y était suivi en {self.precedente}"
        examinees, parmi = self.par_ventilation[nom].examinees, ""
        if examinees > 1:
            parmi = f" parmi les {formats.entier(examinees)} évolutions du tableau"
        return (
            f"Depuis {self.precedente} : {HAUSSE} ou {BAISSE} si elle est établie{parmi} ; {ABREGES[EQUIVALENTE]}, "
            f"équivalente, s'il est établi qu'elle est de moins d'un point ; {ABREGES[NON_ETABLIE]}, {NON_ETABLIE}, ne "
            f"veut pas dire que rien n'a changé{nouveau}."
        )


def verdict(evolution: TestedChange, quoi: str) -> str:
    """What is said of a change after what it is called: 'non établie' of a fall, 'non établi' of a difference."""
    if evolution.sens == EQUIVALENTE:
        return "les deux taux étant équivalents à un point près"
    return f"{'' if evolution.est_etablie else 'non '}établi{'e' if quoi.startswith('une ') else ''}"


def changes_sentence(
    annuelle: BreakdownYear, changements: BreakdownChanges, etablis: Mapping[str, list[int]], examinees: int
) -> str:
    """'Sur un an, des 7 évolutions examinées : en hausse, Bois (+6,20 points) ; 6 non établies.' What is not
    established is not stable: only what is equivalent is said to be."""
    dimension = annuelle.entete.dimensions[0]
    genre = annuelle.entete.colonnes[dimension].format

    def named(rang: int) -> str:
        changement = changements.lignes[rang]
        assert changement.evolution is not None
        ecart = formats.points(changement.evolution.ecart.valeur, changement.decimales)
        return f"{formats.written(genre, annuelle.lignes[rang][dimension])} ({ecart})"

    dites = [f"en {sens}, {listed([named(rang) for rang in rangs])}" for sens, rangs in etablis.items()]
    equivalentes = sum(c.evolution is not None and c.evolution.sens == EQUIVALENTE for c in changements.lignes)
    if equivalentes:
        dites.append(f"{formats.plural(equivalentes, EQUIVALENTE, 'équivalentes à un point près')}")
    if not dites:
        if examinees == 1:
            return "Sur un an, la seule évolution examinée n'est pas établie."
        return f"Sur un an, aucune des {formats.entier(examinees)} évolutions examinées n'est établie."
    restent = examinees - equivalentes - sum(map(len, etablis.values()))
    reste = f" ; {formats.plural(restent, 'non établie', 'non établies')}" if restent else ""
    combien = (
        f"des {formats.entier(examinees)} évolutions examinées" if examinees > 1 else "la seule évolution examinée"
    )
    return f"Sur un an, {combien} : {' ; '.join(dites)}{reste}."


def find_changes(
    con: duckdb.DuckDBPyConnection,
    annuels: Sequence[ResultRow],
    ventilations: Iterable[Breakdown],
    strates: Sequence[ResultRow] = (),
) -> ReportChanges:
    """The changes of the report's year on the one before: the network's, tested alone, and each row's of the breakdowns
    that declare `evolution`, those of one breakdown tested together (definitions §7).

    Args:
        con: a connection that has the macros.
        annuels: the network's row of `core.ruptures_nettes_par_annee` for each year, the report's last.
        strates: see `read_strata`; none where the change is not to be told in two parts.
    """
    apres, *reste = map(Rate.of, reversed(annuels))
    if not reste:
        return ReportChanges(RowChange(apres, None, None))
    reseau = (apres, reste[0])
    comparees = [ventilation for ventilation in ventilations if ventilation.entete.evolution]
    annees = [(ventilation.of_year(apres.annee), ventilation.of_year(reste[0].annee)) for ventilation in comparees]
    du_reseau = RowChange(*reseau, *examine_changes([reseau]))

    def whole(paire: RatePair | None) -> RowChange | None:
        return paire and RowChange(*paire, du_reseau.evolution if paire == reseau else None)

    def of_rows(deux: tuple[BreakdownYear, BreakdownYear], ensemble: RatePair | None) -> BreakdownChanges:
        paires = same_rows(*deux)
        evolutions = examine_changes(paires)
        return BreakdownChanges([RowChange(*p, e) for p, e in zip(paires, evolutions, strict=True)], whole(ensemble))

    return ReportChanges(
        du_reseau,
        reste[0].annee,
        {
            ventilation.nom: of_rows(deux, ensemble)
            for ventilation, deux, ensemble in zip(comparees, annees, totals(con, annees), strict=True)
        },
        two_parts(strates, apres.annee, reste[0].annee),
    )


def read_strata(con: duckdb.DuckDBPyConnection) -> list[ResultRow]:
    """The apprentices followed of each year by `STRATES`, and their net ruptures."""
    return select(
        con,
        f"select annee, {', '.join(STRATES)}, count(*) filter (where statut = 'rupture_nette') as ruptures_nettes, "
        "count(*) filter (where statut in ('actif', 'rupture_nette')) as effectif from core.inscriptions "
        f"group by annee, {', '.join(STRATES)} order by all",
    )


def two_parts(strates: Sequence[ResultRow], annee: str, precedente: str) -> tuple[float, float] | None:
    """The change of the network's rate in its two parts (definitions §7); None where a year has nobody."""
    cles = sorted({tuple(str(une[nom]) for nom in STRATES) for une in strates})
    comptes = {(une["annee"], *(str(une[nom]) for nom in STRATES)): une for une in strates}

    def of_year(quelle: str) -> tuple[list[int], list[int]]:
        lues = [comptes.get((quelle, *cle), {}) for cle in cles]
        return [une.get("ruptures_nettes", 0) for une in lues], [une.get("effectif", 0) for une in lues]

    apres, avant = of_year(annee), of_year(precedente)
    return kitagawa(apres, avant) if sum(apres[1]) and sum(avant[1]) else None


def same_rows(apres: BreakdownYear, avant: BreakdownYear) -> list[RatePair]:
    """Each row with that of the year before which has the same key."""

    def cle(ligne: ResultRow) -> tuple[Any, ...]:
        return tuple(ligne[nom] for nom in apres.entete.cle)

    connues = {cle(ligne): Rate.of(ligne) for ligne in avant.lignes}
    return [(Rate.of(ligne), connues.get(cle(ligne))) for ligne in apres.lignes]


def totals(
    con: duckdb.DuckDBPyConnection, annees: Sequence[tuple[BreakdownYear, BreakdownYear]]
) -> list[RatePair | None]:
    """All the rows of each breakdown, given as its two years, as one; None without rows."""
    toutes = [annuelle for deux in annees for annuelle in deux]
    sommes = add_up(con, [(annuelle, {Grouping.ENSEMBLE: annuelle.lignes}) for annuelle in toutes])
    mesures = [
        Rate.of({"annee": annuelle.annee, **siennes[Grouping.ENSEMBLE]}) if siennes else None
        for annuelle, siennes in zip(toutes, sommes, strict=True)
    ]
    return [apres and (apres, avant) for apres, avant in zip(mesures[::2], mesures[1::2], strict=True)]
