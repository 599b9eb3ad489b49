"""How the command speaks: help and errors in French, progress, one message and one exit code a family of errors."""

from __future__ import annotations

import errno
import functools
import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from pipeline.errors import MachineError, PipelineError, UsageError
from pipeline.speech import Voice, Volume, fault, lacking, lost_screen, note
from pipeline.usage import UsageOfTyper, explain_usage, unknown_verb

INTERROMPU = 130  # by Ctrl-C, as shells say it
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
            if option.param_type_name == "argument":
                option.display_type_rich = lambda **_: None  # its name says what it is; its type would be Python's
        return options

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        try:
            return super().parse_args(ctx, args)  # type: ignore[misc]
        except UsageOfTyper as erreur:
            erreur.ctx = getattr(erreur, "ctx", None) or ctx  # type: ignore[attr-defined] (not always said)
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from typer import rich_utils  # noqa: PLC0415 (as long to import as all the rest: for pages of help only)

        rich_utils.DEFAULT_STRING = "[par défaut : {}]"
        rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
        rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
        super().format_help(ctx, formatter)  # type: ignore[misc]


def be_quiet(voulu: bool) -> None:
    if voulu:
        Voice.choose(Volume.BAS)


def be_verbose(voulu: bool) -> None:
    if voulu:
        Voice.choose(Volume.HAUT)


@functools.cache
def volume_options() -> list[Any]:
    """What every command and what comes before it accept; `expose_value`: no verb is told."""
    modele = typer.Typer(add_completion=False)

    @modele.command()
    def volume(
        quiet: Annotated[
            bool,
            typer.Option(
                "--quiet", "-q", metavar="", callback=be_quiet, expose_value=False,
                help="Ne dire que les erreurs, et la réponse s'il en est attendu une.",
            ),
        ] = False,
        verbose: Annotated[
            bool,
            typer.Option(
                "--verbose", "-v", metavar="", callback=be_verbose, expose_value=False,
                help="Dire aussi les fichiers lus et les étapes, avec leurs durées.",
            ),
        ] = False,
    ) -> None: ...  # fmt: skip

    return typer.main.get_command(modele).params


class FrenchGroup(InFrench, TyperGroup):
    """All the verbs: what stops any of them is said here."""

    def __init__(self, **attributs: Any) -> None:
        super().__init__(**attributs)
        self.params += volume_options()

    def make_context(self, *mots: Any, **options: Any) -> Any:
        Voice.reset()
        with told():
            return super().make_context(*mots, **options)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise unknown_verb(args[0], list(self.commands))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        with told():
            return super().invoke(ctx)


class Command(InFrench, TyperCommand):
    """A verb."""

    def __init__(self, *mots: Any, **attributs: Any) -> None:
        super().__init__(*mots, **attributs)
        self.params += volume_options()


@contextmanager
def told() -> Iterator[None]:
    """What stops a command, as one sentence and its exit code; a bug goes on."""
    try:
        yield
    except UsageOfTyper as erreur:
        # Without any word, help was shown in place of a refusal.
        if type(erreur).__name__ != "NoArgsIsHelpError":
            refuse(explain_usage(erreur))
        raise typer.Exit(UsageError.code_sortie) from None
    except PipelineError as erreur:
        raise refuse(erreur) from None
    except Exception as erreur:
        if isinstance(erreur, OSError) and erreur.errno == errno.EPIPE:
            raise lost_screen(erreur) from None
        if (manque := lacking(erreur)) is None:
            raise
        raise refuse(manque) from None
    except KeyboardInterrupt:
        fault("Arrêté. Rien n'a été publié.")
        raise typer.Exit(INTERROMPU) from None
    except SystemExit as fin:
        # So do Rich and Typer end where nobody reads any more.
        if fin.code == 1:
            raise typer.Exit(MachineError.code_sortie) from None
        raise


def refuse(erreur: PipelineError) -> typer.Exit:
    """Say an error. Returns what ends the command with its code."""
    fault(f"Erreur : {erreur.message}")
    return typer.Exit(erreur.code_sortie)


def spinner() -> Any:
    """What turns on a terminal while a step runs."""
    from rich.status import Status  # noqa: PLC0415 (verbs that have no step, or no terminal, do without)

    return Status("")


class Progress:
    """Steps of a run, each with its time: a spinner on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self.debut = time.monotonic()
        self.etape: str | None = None
        bavard = Voice.volume is Volume.NORMAL and sys.stdout is not None and sys.stdout.isatty()
        self.statut = spinner() if bavard else None

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
            note(texte)

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
            note(f"{self.etape:<24}{time.monotonic() - self.depart:6.1f} s".replace(".", ","))
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
        raise refuse(erreur) from None
