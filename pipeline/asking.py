"""`ruptures sql`: questions from the command line, from a file or from a prompt, and their answers."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass

from pipeline.errors import PipelineError
from pipeline.models import questions
from pipeline.models.enclosure import Enclosure
from pipeline.speech import answer, fault, note

INVITE, SUITE = "ruptures> ", "     ...> "


@dataclass(frozen=True)
class AnswerShape:
    """How answers are written: as `texte`, `json` or `csv`; rows at most, None for all."""

    forme: str
    lignes: int | None

    @classmethod
    def of(cls, forme: str, lignes: int | None) -> AnswerShape:
        """As many rows as are asked for, those of a screen unless it is said or a program reads them."""
        return cls(forme, questions.LIGNES_A_L_ECRAN if lignes is None and forme == "texte" else lignes)


def answer_all(enceinte: Enclosure, texte: str | None, forme: AnswerShape) -> None:
    """Answer the questions of a text, those of the standard input where there is none, or one after the other those
    that somebody types.

    Raises:
        UsageError, MachineError: see `questions.ask`; at a prompt they are told and it goes on.
    """
    if texte is None and sys.stdin is not None and sys.stdin.isatty():
        converse(enceinte, forme)
        return
    lues = texte if texte is not None else sys.stdin.read() if sys.stdin is not None else ""
    posees = questions.split(lues)
    questions.only_one(posees, forme.forme)
    for question in posees:
        reply(enceinte, question, forme)


def reply(enceinte: Enclosure, question: str, forme: AnswerShape) -> None:
    """Answer one question; what its rows do not say goes where errors are read, out of the way of a program."""
    reponse = questions.ask(enceinte, question, forme.lignes)
    answer(reponse.written(forme.forme))
    for remarque in reponse.remarks():
        fault(remarque)


def converse(enceinte: Enclosure, forme: AnswerShape) -> None:
    """Read questions, each up to its semicolon, and answer them, until the end of the input; Ctrl-C gives up one."""
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415 (lines that can be edited, where the system has it)

    note("Un SELECT et un point-virgule ; Ctrl-D (Ctrl-Z sous Windows) pour finir.")
    ecrit = ""
    while True:
        try:
            ecrit += f"{input(SUITE if ecrit.strip() else INVITE)}\n"
            if not ecrit.rstrip().endswith(";"):
                continue
            posee, ecrit = ecrit, ""
            for question in questions.split(posee):
                reply(enceinte, question, forme)
        except EOFError:
            note("")
            return
        except KeyboardInterrupt:
            ecrit = ""
            note("")
        except PipelineError as erreur:
            fault(f"Erreur : {erreur.message}")
