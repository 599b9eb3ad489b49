"""Errors an analyst can meet: what failed, where, what to do. One family per exit code.

The message is one French sentence; it never holds the content of a row of an export.
"""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path


class PipelineError(Exception):
    """What stopped the run.

    Args:
        quoi: what failed, in French, without a final full stop.
        ou: file the failure is in, if there is one; with `ligne`, its physical line (from 1).
        faire: what to do about it, in French.
    """

    code_sortie = 1

    def __init__(self, quoi: str, *, faire: str, ou: Path | str | None = None, ligne: int | None = None):
        self.quoi, self.faire, self.ou, self.ligne = quoi, faire, ou, ligne
        super().__init__(self.message)

    @property
    def message(self) -> str:
        lieu = "" if self.ou is None else f"{self.ou}{'' if self.ligne is None else f':{self.ligne}'} : "
        return f"{lieu}{self.quoi}. {self.faire}"


class UsageError(PipelineError):
    """Wrong usage, configuration or SQL file."""

    code_sortie = 2


class InputError(PipelineError):
    """An export, a referential or a follow-up file that cannot be used as it is."""

    code_sortie = 3


class CheckError(PipelineError):
    """A declared check returned rows: nothing is published."""

    code_sortie = 4


class MachineError(PipelineError):
    """The machine, not the data: lock, disk, open file, missing system library."""

    code_sortie = 5


def together(erreurs: Sequence[UsageError | InputError]) -> UsageError | InputError:
    """One error that says them all, the input's exit code if one is the input's."""
    premiere, *autres = erreurs
    famille = InputError if any(isinstance(erreur, InputError) for erreur in erreurs) else UsageError
    faire = "\n".join([premiere.faire, *(erreur.message for erreur in autres)])
    return famille(premiere.quoi, ou=premiere.ou, ligne=premiere.ligne, faire=faire) if autres else premiere


def closest(mot: str, connus: Iterable[str]) -> str:
    """' (le plus proche : « x »)' for the known word nearest to `mot`, or ''."""
    proche = nearest(mot, connus)
    return f" (le plus proche : « {proche} »)" if proche else ""


def nearest(mot: str, connus: Iterable[str]) -> str:
    """The known word nearest to `mot`, or ''."""
    proches = difflib.get_close_matches(mot, list(connus), n=1, cutoff=0.5)
    return proches[0] if proches else ""


def explain_bug(erreur: BaseException) -> str:
    """A traceback without messages: those of the libraries quote the values they stumble on."""
    cause = erreur.__cause__ or erreur.__context__
    avant = f"{explain_bug(cause)}\n" if cause is not None else ""
    lieux = "".join(traceback.format_tb(erreur.__traceback__))
    return (
        f"{avant}{lieux}{type(erreur).__name__} : message tu, il pourrait citer des données.\n"
        "C'est un défaut du programme : transmettez ces lignes à ceux qui l'entretiennent."
    )
