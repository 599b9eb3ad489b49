"""What the journal of support of a CFA proves, and what it cannot: its counts → rows and sentences, by rule.

A case without a trace proves nothing either way: no sentence says that something was not done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline import formats
from pipeline.formats import plural
from pipeline.report import printed
from pipeline.report.breakdowns import ResultRow

# The measures of each subject, by their rank (core.accompagnement).
APRES_RUPTURE, SIX_MOIS, PREVENTION = (1, 2, 3), (4, 5), (6, 7, 8)
CLOS, CLOS_OU_REPRIS = SIX_MOIS
SANS_JOURNAL = "Rien : il n'y a pas de journal d'accompagnement à lire."
DECLARATION = (
    "Une trace est ce que le CFA a écrit, à la date qu'il a écrite, tentatives sans réponse comprises : elle ne "
    "dit pas ce que l'action valait."
)


@dataclass(frozen=True)
class Evidence:
    """What the database has of a CFA in a year.

    Attributes:
        journal: its row of `core.journaux`; None where no journal is read.
        mesures: its rows of `core.accompagnement`, in order.
        delais: its row of `core.delais_de_trace`; None without net ruptures.
        retours: its rows of `core.retours`.
    """

    journal: ResultRow | None
    mesures: Sequence[ResultRow]
    delais: ResultRow | None
    retours: Sequence[ResultRow]

    def of(self, rangs: Sequence[int]) -> list[ResultRow]:
        """The measures of a subject."""
        return [mesure for mesure in self.mesures if mesure["rang_de_mesure"] in rangs]


@dataclass(frozen=True)
class Subject:
    """What an auditor looks at.

    Attributes:
        reference: where it is asked for.
        mesures: its table: what is looked for, cases followed, with a trace, without, share, interval.
        prouve, ne_prouve: what the data prove, and what they cannot, in sentences.
    """

    titre: str
    reference: str
    mesures: list[list[str]]
    prouve: list[str]
    ne_prouve: list[str]


def subjects(preuves: Evidence, lues: int, rejetees: int) -> list[Subject]:
    """The subjects of the second page; `lues` and `rejetees` are the rows of the exports."""
    return [
        Subject(
            "Résultats rendus publics",
            "référentiel national qualité, indicateur 2",
            [],
            [
                f"Les chiffres de la page 1 se recalculent : {plural(lues, 'ligne lue', 'lignes lues')} dans les "
                f"exports du réseau, {counted_rejects(rejetees)}, les règles écrites."
            ],
            [
                "Qu'ils ont été publiés, où et quand ; les taux d'obtention, d'insertion et de satisfaction, que ces "
                "fichiers n'ont pas."
            ],
        ),
        Subject(
            "Prévention des ruptures",
            "référentiel national qualité, indicateur 12",
            table(preuves.of(PREVENTION)),
            [whole(preuves, PREVENTION)],
            [
                "Qu'une rupture a été évitée : un contrat qui a continué aurait peut-être continué sans cela. "
                "Ce qui est écrit de la démarche du CFA est ailleurs."
            ],
        ),
        Subject(
            "Accompagnement après une rupture",
            "Code du travail, L6231-2",
            table(preuves.of(APRES_RUPTURE)),
            [*after_rupture(preuves)],
            [
                "Que l'accompagnement a suffi, ou que l'apprenti l'a voulu ; qu'une orientation vers la mission locale "
                "convenait à chacun."
            ],
        ),
        Subject(
            "Les six mois qui suivent",
            "Code du travail, L6222-18-2",
            table(preuves.of(SIX_MOIS)),
            [*six_months(preuves)],
            ["Que la formation a continué ces six mois : ni présence ni assiduité ne sont dans ces fichiers."],
        ),
    ]


def counted_rejects(rejetees: int) -> str:
    """'7 rejetées et listées', 'aucune rejetée'."""
    return plural(rejetees, "rejetée et listée", "rejetées et listées") if rejetees else "aucune rejetée"


def table(mesures: Sequence[ResultRow]) -> list[list[str]]:
    """These measures, as texts."""
    return [
        [
            mesure["mesure_accompagnement"],
            *(formats.entier(mesure[nom]) for nom in ("cas_suivis", "cas_traces", "cas_sans_trace")),
            *share(mesure, "part_tracee", mesure["cas_suivis"]),
        ]
        for mesure in mesures
    ]


def returns(preuves: Evidence) -> list[list[str]]:
    """The groups of `core.retours`, as texts."""
    return [
        [
            retour["accompagnement"],
            *(formats.entier(retour[nom]) for nom in ("ruptures_au_30e_jour", "retours_avant_six_mois")),
            *share(retour, "part_retour", retour["ruptures_au_30e_jour"]),
        ]
        for retour in preuves.retours
    ]


def share(ligne: ResultRow, nom: str, effectif: int) -> tuple[str, str]:
    """A share and its interval, as tables print them."""
    bornes = (f"{nom}_basse", f"{nom}_haute")
    return (
        formats.written("taux", ligne[nom], ligne["fiabilite"], effectif),
        printed.interval_cell(ligne | {"effectif": effectif}, bornes),
    )


def whole(preuves: Evidence, rangs: Sequence[int]) -> str:
    """What the cases of a subject prove; its lines may be of the same contracts, and are not added up."""
    mesures = preuves.of(rangs)
    if preuves.journal is None:
        return SANS_JOURNAL
    if not mesures:
        return "Rien : le journal ne suit aucun cas de cette année."
    if not any(mesure["cas_traces"] for mesure in mesures):
        return "Rien : aucun cas suivi n'a de trace, et l'absence de trace ne dit rien."
    reste = " ; ceux sans trace ne prouvent rien" if any(mesure["cas_sans_trace"] for mesure in mesures) else ""
    return f"Que les cas comptés avec trace en ont chacun une, datée, dans le journal{reste}."


def after_rupture(preuves: Evidence) -> Iterator[str]:
    """What it has of the net ruptures that it follows 30 days."""
    delais = preuves.delais
    if preuves.journal is None:
        yield SANS_JOURNAL
        return
    if delais is None or not delais["ruptures_de_30_jours"]:
        yield "Rien : le journal ne suit aucune rupture nette de l'année 30 jours."
        return
    suivies, tracees, muettes = (
        delais[nom] for nom in ("ruptures_de_30_jours", "ruptures_tracees", "ruptures_sans_trace")
    )
    if tracees:
        median = formats.decimal(delais["delai_median"]).removesuffix(",0")
        jours = f"{median} {'jour' if delais['delai_median'] < 2 else 'jours'}"
        quand = f"la moitié des premières en {jours} au plus" if tracees > 1 else f"au bout de {jours}"
        yield (
            f"Que, sur {plural(suivies, 'rupture nette suivie', 'ruptures nettes suivies')} 30 jours, "
            f"{counted(tracees, 'a', 'ont')} une trace dans les six mois, {quand}."
        )
    if muettes:
        dites = plural(muettes, "rupture est", "ruptures sont")
        yield f"{dites} sans trace : ce que le CFA a fait n'y est pas établi, ni qu'il n'a rien fait."
    if muettes * 2 > suivies:
        yield (
            "Le journal est muet sur plus de la moitié des ruptures : il ne décrit pas ce que fait le CFA, seulement "
            "les cas qu'il a."
        )


def six_months(preuves: Evidence) -> Iterator[str]:
    """What is known of the cases whose six months are over."""
    clos = {mesure["rang_de_mesure"]: mesure for mesure in preuves.of(SIX_MOIS)}
    if preuves.journal is None:
        yield SANS_JOURNAL
    elif not clos:
        yield "Rien : aucun dossier de l'année n'a passé ses six mois au dernier jour du journal."
    else:
        suivis, issues = clos[CLOS]["cas_suivis"], clos[CLOS]["cas_traces"]
        repris = clos[CLOS_OU_REPRIS]["cas_traces"] - issues
        reste = suivis - issues - repris
        dits = [f"{counted(issues, 'a', 'ont')} une issue écrite au journal"]
        if repris:
            dits.append(
                f"{counted(repris, 'sans issue écrite a', 'sans issue écrite ont')} un contrat dans les exports"
            )
        if reste:
            dits.append(f"{counted(reste, 'est', 'sont')} sans issue connue")
        yield f"Sur {plural(suivis, 'dossier', 'dossiers')} de six mois passés, {', '.join(dits)}."


def counted(nombre: int, singulier: str, pluriel: str) -> str:
    """A number and its verb: '12 ont', '1 a', 'aucun n'a'."""
    return f"{formats.entier(nombre)} {pluriel if nombre > 1 else singulier}" if nombre else f"aucun n'{singulier}"
