"""A wrong command line as one French sentence: what is refused, what is accepted, the nearest word of ours."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

import typer

from pipeline.errors import UsageError, closest

# Typer keeps its usage errors private; this is their common parent.
UsageOfTyper: type[Exception] = typer.BadParameter.__mro__[1]


def unknown_verb(dite: str, verbes: list[str]) -> UsageError:
    """No verb has that name."""
    return UsageError(f"commande inconnue « {dite} »{closest(dite, verbes)}", faire=f"Commandes : {', '.join(verbes)}.")


def explain_usage(erreur: Any) -> UsageError:
    """What Typer refuses of a command line."""
    contexte, parametre = erreur.ctx, getattr(erreur, "param", None)
    option, faire = getattr(erreur, "option_name", ""), help_of(contexte)
    match type(erreur).__name__:
        case "NoSuchOption":
            quoi = f"option inconnue « {option} »{closest(option, options_of(contexte))}"
        case "MissingParameter":
            quoi, faire = f"il manque l'{named(parametre)}", f"{accepted(parametre)} {faire}".strip()
        case "BadParameter":
            quoi, faire = refused(erreur, parametre, faire)
        case "BadOptionUsage" if "not take" in str(erreur):
            quoi = f"l'option « {option} » ne prend pas de valeur"
        case "BadOptionUsage":
            connue = next(p for p in contexte.command.params if option in p.opts)
            quoi, faire = f"il manque la valeur de l'option « {option} »", accepted(connue) or faire
        case _:
            en_trop = re.search(r"extra argument\(s\) \((.*)\)", str(erreur), re.S)
            quoi = f"en trop : « {en_trop[1]} »" if en_trop else "il manque la commande"
    return UsageError(quoi, faire=faire)


def refused(erreur: Any, parametre: Any, aide: str) -> tuple[str, str]:
    """Of a value refused: what, and what to do."""
    faute = fault_of(erreur)
    valeur, notre = faute.get("input"), parametre.type_descriptor.parameter_info.parser
    proche = closest(valeur, choices(parametre)) if isinstance(valeur, str) else ""
    dite = f" « {valeur} »" if isinstance(valeur, str) else ""
    faire = str(faute["ctx"]["error"]) if notre and "ctx" in faute else accepted(parametre) or aide
    return f"valeur{dite} refusée pour l'{named(parametre)}{proche}", faire


def help_of(contexte: Any) -> str:
    """Where all that is accepted is said."""
    if contexte.parent is None:
        return "Les commandes et leurs options : ruptures --help."
    return f"Ses arguments et ses options : {contexte.command_path} --help."


def options_of(contexte: Any) -> list[str]:
    """The options of the command that was being read."""
    return [option for p in contexte.command.get_params(contexte) for option in p.opts if option.startswith("--")]


def named(parametre: Any) -> str:
    """'option « --annee »', 'argument NOM'."""
    option = parametre.opts[0]
    return f"option « {option} »" if option.startswith("-") else f"argument {parametre.metavar}"


def fault_of(erreur: Any) -> dict[str, Any]:
    """What pydantic, under Typer, says of a value; of those of a list, of the one at fault. Its `input` is the value,
    and `error` of its `ctx` what our own parser raised."""
    if erreur.__cause__ is None:
        return {}
    faute = erreur.__cause__.errors()[0]
    interieure = faute.get("ctx", {}).get("error")
    return interieure.errors()[0] if hasattr(interieure, "errors") else faute


def choices(parametre: Any) -> list[str]:
    """The closed list of the values of a parameter, [] where there is none."""
    closes = parametre.type_descriptor.choices or ()
    return [str(c.value if isinstance(c, Enum) else c) for c in closes]


def accepted(parametre: Any) -> str:
    """What a parameter accepts, in a sentence; '' where nothing says it."""
    if valeurs := choices(parametre):
        return f"Valeurs possibles : {', '.join(valeurs)}."
    attendu = parametre.type_descriptor.parameter_info
    if attendu.min is not None or attendu.max is not None or parametre.type_descriptor.annotation is int:
        bornes = [f"{attendu.min} au moins" if attendu.min is not None else ""]
        bornes += [f"{attendu.max} au plus" if attendu.max is not None else ""]
        return f"Écrivez un nombre entier{''.join(f', {borne}' for borne in bornes if borne)}."
    if parametre.metavar and parametre.opts[0].startswith("-"):
        return f"Écrivez {parametre.opts[0]} {parametre.metavar}."
    return ""
