"""How the command speaks: help and errors in French, progress, one message and one exit code a family of errors."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from pipeline.errors import PipelineError, UsageError, closest

# The options that the library adds, in its own words, to every command or to the first.
AIDES = {
    "help": "Montrer cette aide.",
    "install_completion": "Installer la complétion pour ce terminal : la touche Tab complète commandes et options.",
    "show_completion": "Montrer le script de complétion de ce terminal, pour l'installer soi-même.",
}


class InFrench:
    """What a command says of itself that the library words in English."""

    def get_usage(self, ctx: Any) -> str:
        usage = super().get_usage(ctx)  # type: ignore[misc] (mixed into the library's commands)
        return usage.replace("Usage: ", "Emploi : ", 1).replace("COMMAND [ARGS]...", "COMMANDE …")

    def get_params(self, ctx: Any) -> Any:
        options = super().get_params(ctx)  # type: ignore[misc]
        for option in options:
            if option.name in AIDES:
                option.help, option.metavar = AIDES[option.name], ""
        return options

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from typer import rich_utils  # noqa: PLC0415 (as long to import as all the rest: for pages of help only)

        rich_utils.DEFAULT_STRING = "[par défaut : {}]"
        rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
        rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
        super().format_help(ctx, formatter)  # type: ignore[misc]


class FrenchGroup(InFrench, TyperGroup):
    pass


class Command(InFrench, TyperCommand):
    pass


# Typer keeps its usage errors private; this is their common parent.
UsageOfTyper: type[Exception] = typer.BadParameter.__mro__[1]


def spinner() -> Any:
    """What turns on a terminal while a step runs."""
    from rich.status import Status  # noqa: PLC0415 (verbs that have no step, or no terminal, do without)

    return Status("")


class Progress:
    """Steps of a run, each with its time: a spinner on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self.debut = time.monotonic()
        self.etape: str | None = None
        self.statut = spinner() if sys.stdout.isatty() else None

    def __call__(self, etape: str) -> None:
        self.close()
        self.etape, self.depart = etape, time.monotonic()
        if self.statut is not None:
            self.statut.update(f"{etape}…")
            self.statut.start()

    def advance(self, fait: int, total: int) -> None:
        """How much of the current step is done, and how long the rest takes at this pace; elsewhere than on a terminal,
        told at the start and at each tenth."""
        ecoule = time.monotonic() - self.depart
        reste = f"  reste {duration(ecoule / fait * (total - fait))}" if 0 < fait < total else ""
        texte = f"{self.etape}  {fait}/{total}{reste}"
        if self.statut is not None:
            self.statut.update(texte)
        elif fait == 0 or (fait < total and 10 * fait // total > 10 * (fait - 1) // total):
            typer.echo(texte)

    def wait(self, quoi: str | None) -> None:
        """What is under way, on a terminal, that will leave no line; None: nothing more."""
        if self.statut is None:
            return
        if quoi is None:
            self.statut.stop()
        else:
            self.statut.update(f"{quoi}…")
            self.statut.start()

    def close(self) -> None:
        """End the current step."""
        if self.statut is not None:
            self.statut.stop()
        if self.etape is not None:
            typer.echo(f"{self.etape:<24}{time.monotonic() - self.depart:6.1f} s".replace(".", ","))
        self.etape = None


def duration(secondes: float) -> str:
    """A time to wait, in the unit that says enough of it."""
    if secondes <= 59:
        return f"{math.ceil(secondes)} s"
    minutes = math.ceil(secondes / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"


@contextmanager
def explained() -> Iterator[Progress]:
    """Run a verb: progress shown, our errors as one sentence and their exit code; a bug keeps its traceback."""
    progress = Progress()
    try:
        yield progress
        progress.close()
    except PipelineError as erreur:
        progress.etape = None
        progress.close()
        typer.echo(f"Erreur : {erreur.message}", err=True)
        raise typer.Exit(erreur.code_sortie) from None


def explain_usage(erreur: Exception) -> UsageError:
    """A wrong command line as one French sentence."""
    faire = "Les commandes et leurs options : ruptures --help."
    parametre = getattr(erreur, "param", None)
    nom = ""
    if parametre is not None:
        nom = (
            f"option « {parametre.opts[0]} »" if parametre.opts[0].startswith("-") else f"argument {parametre.metavar}"
        )
    match type(erreur).__name__:
        case "NoSuchOption":
            option = getattr(erreur, "option_name", "")
            proches = getattr(erreur, "possibilities", None) or []
            return UsageError(f"option inconnue « {option} »{closest(option, proches)}", faire=faire)
        case "MissingParameter":
            return UsageError(f"il manque l'{nom or 'option'}", faire=faire)
        case "BadParameter":
            return UsageError(f"valeur refusée pour l'{nom or 'option'}", faire=faire)
        case _:
            return UsageError("commande inconnue ou incomplète", faire=faire)
