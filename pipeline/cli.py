"""Verbs of the console command; no logic: one message and one exit code per family of errors."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.console import Console
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from pipeline import build, dictionary
from pipeline.errors import PipelineError, UsageError, closest
from pipeline.settings import RACINE

# The library's help pages, in French.
rich_utils.DEFAULT_STRING = "[par défaut : {}]"
rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
rich_utils.COMMANDS_PANEL_TITLE = "Commandes"


class InFrench:
    """What a command says of itself that the library words in English."""

    def get_usage(self, ctx: Any) -> str:
        usage = super().get_usage(ctx)  # type: ignore[misc] (mixed into the library's commands)
        return usage.replace("Usage: ", "Emploi : ", 1).replace("COMMAND [ARGS]...", "COMMANDE …")

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help, option.metavar = "Montrer cette aide.", ""
        return option


class Group(InFrench, TyperGroup):
    pass


class Command(InFrench, TyperCommand):
    pass


app = typer.Typer(
    cls=Group,
    help="Le rapport annuel des ruptures de contrats d'apprentissage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    pretty_exceptions_enable=False,
)
# Typer keeps its usage errors private; this is their common parent.
UsageOfTyper: type[Exception] = typer.BadParameter.__mro__[1]
sortie_texte = Console(markup=False, highlight=False, soft_wrap=True)
sortie_erreurs = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)


class Profil(StrEnum):
    interne = "interne"
    externe = "externe"


class Progress:
    """Steps of a run, each with its time: a spinner on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self.debut = time.monotonic()
        self.etape: str | None = None
        self.statut = sortie_texte.status("") if sortie_texte.is_terminal else None

    def __call__(self, etape: str) -> None:
        self.close()
        self.etape, self.depart = etape, time.monotonic()
        if self.statut is not None:
            self.statut.update(f"{etape}…")
            self.statut.start()

    def close(self) -> None:
        """End the current step."""
        if self.statut is not None:
            self.statut.stop()
        if self.etape is not None:
            sortie_texte.print(f"{self.etape:<24}{time.monotonic() - self.depart:6.1f} s".replace(".", ","))
        self.etape = None


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
        sortie_erreurs.print(f"Erreur : {erreur.message}")
        raise typer.Exit(erreur.code_sortie) from None


def parse_day(texte: str) -> date:
    """A day of the command line: 2022-10-31 or 31/10/2022. Raises BadParameter otherwise."""
    for forme in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(texte, forme).date()
        except ValueError:
            continue
    raise typer.BadParameter("pas une date")


Annee = Annotated[str | None, typer.Option(metavar="2021-2022", help="Année du rapport ; à défaut, la dernière finie.")]
ArreteAu = Annotated[
    date | None,
    typer.Option(parser=parse_day, metavar="JOUR", help="Jour jusqu'auquel un nouveau contrat annule une rupture."),
]
DossierDonnees = Annotated[
    Path | None, typer.Option(metavar="DOSSIER", help="Dossier de contrats/, suivi/ et referentiels/.")
]
Base = Annotated[Path, typer.Option(metavar="FICHIER", help="Base DuckDB à construire.")]
Config = Annotated[Path, typer.Option(metavar="FICHIER", help="Réglages du réseau.")]
Rejets = Annotated[
    bool, typer.Option("--accepter-rejets", metavar="", help="Continuer malgré trop de lignes rejetées.")
]


@app.callback()
def ruptures() -> None:
    """Le rapport annuel des ruptures de contrats d'apprentissage."""


@app.command(cls=Command)
def rapport(
    annee: Annee = None,
    arrete_au: ArreteAu = None,
    profil: Annotated[Profil, typer.Option(help="Profil de publication.")] = Profil.interne,
    donnees: DossierDonnees = None,
    base: Base = build.Demande.base,
    sortie: Annotated[Path, typer.Option(metavar="DOSSIER", help="Dossier des éditions.")] = RACINE / "output",
    config: Config = build.Demande.config,
    accepter_rejets: Rejets = False,
) -> None:
    """Tout faire : lire les exports, construire la base, contrôler, écrire le rapport."""
    from pipeline import charts, edition, report  # noqa: PLC0415 (half a second that the other verbs need not wait)

    with explained() as progress:
        if profil is Profil.externe:
            raise UsageError("le profil externe n'existe pas encore", faire="Utilisez le profil interne.")
        demande = build.Demande(annee, arrete_au, donnees, base, config, accepter_rejets)
        # The charts' engine starts while the database is built.
        threading.Thread(target=charts.warm_up, daemon=True).start()
        report.check_machine()
        construction = build.build_database(demande, progress)
        with duckdb.connect(str(base), read_only=True) as con:
            progress("Rapport")
            dossier = edition.publish_all(con, construction, sortie)
        progress.close()
        show_result(construction, dossier)


@app.command(cls=Command)
def construire(
    annee: Annee = None,
    arrete_au: ArreteAu = None,
    donnees: DossierDonnees = None,
    base: Base = build.Demande.base,
    config: Config = build.Demande.config,
    accepter_rejets: Rejets = False,
) -> None:
    """Lire les exports et construire la base seulement."""
    with explained() as progress:
        demande = build.Demande(annee, arrete_au, donnees, base, config, accepter_rejets)
        construction = build.build_database(demande, progress)
        progress.close()
        show_result(construction, base)


@app.command(cls=Command)
def dictionnaire(
    base: Annotated[Path, typer.Option(metavar="FICHIER", help="Base DuckDB construite.")] = build.Demande.base,
    sortie: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Fichier Markdown à écrire ; à défaut, l'écran.")
    ] = None,
    config: Config = build.Demande.config,
) -> None:
    """Dire ce que sont les tables de la base et chacune de leurs colonnes."""
    with explained():
        texte = dictionary.make_document(base, config)
        if sortie is not None:
            dictionary.write_document(texte, sortie)
    sortie_texte.print(f"→ {sortie}" if sortie else texte, end="\n" if sortie else "", emoji=False)


@app.command(cls=Command)
def exemple(
    sortie: Annotated[Path, typer.Option(metavar="DOSSIER", help="Dossier où écrire l'export et ce qui va avec.")],
    contrats: Annotated[
        int | None, typer.Option(min=1, metavar="NOMBRE", help="Nombre de contrats d'un export à la taille voulue.")
    ] = None,
    cfa: Annotated[int, typer.Option(min=1, metavar="NOMBRE", help="Nombre de CFA de cet export.")] = 20,
) -> None:
    """Écrire un export fictif : celui de la démonstration, ou un export de la taille voulue."""
    from pipeline import demo  # noqa: PLC0415 (as above)

    with explained() as progress:
        progress("Export fictif")
        if contrats is None:
            demo.write_demonstration(sortie)
        else:
            demo.write_synthetic(sortie, contrats, cfa)
    sortie_texte.print(f"→ {sortie}")


@app.command(cls=Command)
def purger(
    base: Base = build.Demande.base,
    sortie: Annotated[Path, typer.Option(metavar="DOSSIER", help="Dossier des éditions.")] = RACINE / "output",
) -> None:
    """Effacer la base, les rejets, les anomalies et les restes d'un traitement interrompu ; les éditions restent."""
    with explained():
        effaces = build.purge(base, sortie)
    for chemin in effaces:
        sortie_texte.print(f"Effacé : {chemin}")
    if not effaces:
        sortie_texte.print("Rien à effacer.")


def show_result(construction: build.Construction, produit: Path) -> None:
    """What was made, from what, and what the analyst must know."""
    for avertissement in construction.avertissements:
        sortie_texte.print(f"Attention : {avertissement}")
    sortie_texte.print(construction.resume)
    sortie_texte.print(f"→ {produit}")


def main() -> None:
    """The console command: the command line's own errors in French too."""
    try:
        sys.exit(app(standalone_mode=False))
    except UsageOfTyper as erreur:
        sortie_erreurs.print(f"Erreur : {explain_usage(erreur).message}")
        sys.exit(UsageError.code_sortie)
    except (typer.Abort, KeyboardInterrupt):
        sortie_erreurs.print("Arrêté. Rien n'a été publié.")
        sys.exit(130)
    except Exception as erreur:  # noqa: BLE001 (a bug of ours: where it is, never what it was working on)
        sortie_erreurs.print(explain_bug(erreur))
        sys.exit(1)


def explain_bug(erreur: BaseException) -> str:
    """A traceback without messages: those of the libraries quote the values they stumble on."""
    cause = erreur.__cause__ or erreur.__context__
    avant = f"{explain_bug(cause)}\n" if cause is not None else ""
    lieux = "".join(traceback.format_tb(erreur.__traceback__))
    return (
        f"{avant}{lieux}{type(erreur).__name__} : message tu, il pourrait citer des données.\n"
        "C'est un défaut du programme : transmettez ces lignes à ceux qui l'entretiennent."
    )


def explain_usage(erreur: Exception) -> UsageError:
    """A wrong command line as one French sentence."""
    faire = "Les commandes et leurs options : ruptures --help."
    parametre = getattr(erreur, "param", None)
    nom = f" « {parametre.opts[0]} »" if parametre is not None else ""
    match type(erreur).__name__:
        case "NoSuchOption":
            option = getattr(erreur, "option_name", "")
            proches = getattr(erreur, "possibilities", None) or []
            return UsageError(f"option inconnue « {option} »{closest(option, proches)}", faire=faire)
        case "MissingParameter":
            return UsageError(f"il manque l'option{nom}", faire=faire)
        case "BadParameter":
            return UsageError(f"valeur refusée pour l'option{nom}", faire=faire)
        case _:
            return UsageError("commande inconnue ou incomplète", faire=faire)
