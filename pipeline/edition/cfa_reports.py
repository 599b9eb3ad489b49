"""The reports of the CFA: which ones are asked for, under which names, and what is said of those that failed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from pipeline import charts, storage
from pipeline.edition import graphics, screen
from pipeline.edition.screen import CfaLink
from pipeline.edition.workers import Batch, Crew, TaskFailure
from pipeline.errors import CheckError, InputError, MachineError, PipelineError, UsageError, closest
from pipeline.formats import entier, plural
from pipeline.report import cfa, pdf
from pipeline.report.cfa import CfaMaterial
from pipeline.request import CfaSelection
from pipeline.schemas import header_key

DOSSIER = "cfa"  # in that of the edition
NOMMES = 50  # CFA named for one and the same failure
FAMILLES = {famille.code_sortie: famille for famille in (UsageError, InputError, CheckError, MachineError)}


def choose(materiel: CfaMaterial, lot: CfaSelection, la: Path) -> list[str]:
    """UAI of the CFA that have a report, in the order of their names; where some are asked for, those that have one in
    the edition that is there (`la`) keep theirs.

    Raises:
        UsageError: one that is asked for is no CFA with apprentices followed in the year.
    """
    connus = list(materiel.cfa)
    if not lot.seuls:
        return connus
    for uai in lot.seuls:
        if header_key(uai) not in map(header_key, connus):
            raise UsageError(
                f"--cfa : « {uai} » n'est pas l'UAI d'un CFA qui a des apprentis suivis en {materiel.annee}"
                f"{closest(uai.upper(), connus)}",
                faire="Corrigez-le ; sans --cfa, chaque CFA a son rapport.",
            )
    voulus = set(map(header_key, lot.seuls))
    return [uai for uai in connus if header_key(uai) in voulus or (la / report_path(materiel.annee, uai)).is_file()]


def file_name(annee: str, uai: str) -> str:
    """The name of a CFA's report. What an export says may be anything: an UAI that could leave the folder, be no file
    name somewhere, or be the name of another file in other letters, has its other characters replaced and a hash."""
    return f"rapport_{annee}_{storage.file_stem(uai)}.pdf"


def report_path(annee: str, uai: str) -> str:
    """The report of a CFA, from the folder of the edition."""
    return f"{DOSSIER}/{file_name(annee, uai)}"


def is_of(chemin: str, annee: str, uais: Collection[str]) -> bool:
    """Whether a file, from the folder of the edition, is the report of one of these CFA, or is written with it."""
    ensemble = {report_path(annee, uai) for uai in uais} | {f"{DOSSIER}/{page_name(uai)}" for uai in uais}
    return chemin in ensemble or chemin.startswith(tuple(f"{DOSSIER}/{storage.file_stem(uai)}/" for uai in uais))


def page_name(uai: str) -> str:
    """The name of a CFA's page for the screen, made like that of its report."""
    return f"{storage.file_stem(uai)}.html"


def links(materiel: CfaMaterial, uais: list[str]) -> list[CfaLink]:
    """The page and the report of each of these CFA, from the folder of the edition."""
    return [
        CfaLink(
            materiel.cfa[uai].ligne["structure"],
            f"{DOSSIER}/{page_name(uai)}",
            report_path(materiel.annee, uai),
        )
        for uai in uais
    ]


def write_both(materiel: CfaMaterial, uai: str, chemin: Path) -> None:
    """The report of a CFA at `chemin`, and beside it its page for the screen and the files of its charts, from the same
    blocks.

    Raises:
        MachineError: WeasyPrint's system libraries are missing.
        UsageError: a breakdown that cannot be printed as its header says, or a wrong template.
    """
    contexte = cfa.make_context(materiel, uai)
    cfa.write_cfa_report(materiel, contexte, chemin)
    page = chemin.with_name(page_name(uai))
    screen.write_cfa_page(materiel, uai, contexte, chemin.name, page)
    graphics.write_charts(cfa.every_chart(contexte), contexte, page.with_suffix(""), graphics.DES_CFA)


def get_ready() -> None:
    """What a process that will write reports does first: its libraries are there, the charts' engine runs."""
    pdf.check_machine()
    charts.warm_up()


def hand_out(equipe: Crew, materiel: CfaMaterial, uais: Iterable[str], dossier: Path) -> Batch:
    """Have the report and the page of each of these CFA written in `dossier`, the longest first."""
    dossier = dossier.absolute()
    dossier.mkdir(exist_ok=True)
    par_effectif = sorted(uais, key=lambda uai: -materiel.cfa[uai].ligne["effectif"])
    demandes = {uai: dossier / file_name(materiel.annee, uai) for uai in par_effectif}
    return equipe.hand_out(functools.partial(write_both, materiel), demandes)


def wait_for(equipe: Crew, lot: Batch, uais: Collection[str], avance: Callable[[int, int], None]) -> None:
    """Wait for these reports; `avance` is told how many are done, and of how many.

    Raises:
        PipelineError: reports failed, each named with why; its exit code is that of the worst. The others are there.
    """
    avance(len(lot.faits), len(uais))
    lot.avance = lambda faits: avance(faits, len(uais))
    echecs = equipe.wait_for(lot)
    refuse({uai: echecs[uai] for uai in uais if uai in echecs}, len(uais))


def refuse(echecs: Mapping[str, TaskFailure], total: int) -> None:
    """Raises PipelineError when there are failures: those with one cause together; a bug is worse than anything."""
    if not echecs:
        return
    causes: dict[str, list[str]] = {}
    for uai, echec in echecs.items():
        causes.setdefault(echec.message, []).append(uai if uai.isprintable() else ascii(uai))
    codes = {echec.code for echec in echecs.values()}
    famille = PipelineError if PipelineError.code_sortie in codes else FAMILLES[max(codes)]
    combien = f"{plural(len(echecs), 'rapport de CFA a', 'rapports de CFA ont')} échoué sur {entier(total)}"
    raise famille(
        f"{combien}, rien n'est publié",
        faire="\n".join(["Corrigez, puis relancez :", *(f"{names(u)} : {cause}" for cause, u in causes.items())]),
    )


def names(uais: list[str]) -> str:
    """The CFA of one cause."""
    reste = len(uais) - NOMMES
    return ", ".join(uais[:NOMMES]) + (f" et {entier(reste)} de plus" if reste > 0 else "")
