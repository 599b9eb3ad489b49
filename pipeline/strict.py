"""Models that refuse what they do not know, and their faults as French sentences."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import UsageError, closest

KeyPath = tuple[int | str, ...]
Texte = Annotated[str, Field(min_length=1)]
# What a value should have been, by pydantic's name of the fault.
ATTENDUS = {
    "string": "un texte, entre guillemets s'il ressemble à un nombre, une date ou un oui/non",
    "int": "un nombre entier",
    "float": "un nombre",
    "bool": "true ou false",
    "date": "une date, par exemple 2022-08-31",
    "dict": "des clés et leurs valeurs",
    "model": "des clés et leurs valeurs",
    "tuple": "une liste",
}
BORNES = {
    "greater_than": "plus de {gt}",
    "greater_than_equal": "au moins {ge}",
    "less_than": "moins de {lt}",
    "less_than_equal": "au plus {le}",
    "string_too_short": "un texte d'au moins {min_length} lettre",
    "too_short": "une liste d'au moins {min_length}",
    "too_long": "une liste d'au plus {max_length}",
}


class Strict(BaseModel):
    """A frozen model that refuses an unknown key: settings and headers of .sql files."""

    model_config = ConfigDict(extra="forbid", frozen=True)


StrictModel = TypeVar("StrictModel", bound=Strict)


def read_toml(
    chemin: Path, modele: type[StrictModel], nom: str, absent: str,
    revoir: Callable[[dict[str, Any], Path], Iterable[UsageError]] | None = None,
) -> StrictModel:  # fmt: skip
    """A TOML file as a model; `nom` is what messages call the file, `absent` what to do where there is none; `revoir`
    says what is wrong with it before the model does.

    Raises:
        UsageError: file absent, unreadable, not TOML, or a key or value that the model refuses.
    """
    try:
        contenu = tomllib.loads(chemin.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{nom} introuvable", ou=chemin, faire=absent) from None
    except (OSError, UnicodeDecodeError):
        faire = "Donnez un fichier texte en UTF-8, lisible par vous."
        raise UsageError(f"{nom} illisible", ou=chemin, faire=faire) from None
    except RecursionError:
        raise UsageError(
            f"{nom} : trop de niveaux les uns dans les autres", ou=chemin, faire="Écrivez-la à plat."
        ) from None
    except tomllib.TOMLDecodeError as erreur:
        ligne = re.search(r"line (\d+)", str(erreur))
        raise UsageError(
            "ce n'est pas du TOML valable",
            ou=chemin,
            ligne=int(ligne[1]) if ligne else None,
            faire="Corrigez cette ligne : une clé, un signe égal, une valeur (les textes entre guillemets).",
        ) from None
    for faute in revoir(contenu, chemin) if revoir is not None else ():
        raise faute
    try:
        return modele.model_validate(contenu)
    except ValidationError as erreur:
        quoi, faire, lieu = explain_fault(erreur, modele)
        ligne = find_line(chemin, [str(morceau) for morceau in lieu])
        raise UsageError(quoi, ou=chemin, ligne=ligne, faire=faire) from None


def find_line(chemin: Path, loc: list[str]) -> int | None:
    """Physical line of a key of a TOML file, as far as a text search can tell (the last part of `loc` found)."""
    lignes = chemin.read_text(encoding="utf-8").splitlines()
    for morceau in reversed(loc):
        motif = re.compile(rf"^\s*\[{{0,2}}\s*(?:[\w.\"-]+\.)?\"?{re.escape(morceau)}\"?\s*(?:=|\]|\.)")
        for numero, ligne in enumerate(lignes, start=1):
            if motif.match(ligne):
                return numero
    return None


def explain_fault(erreur: ValidationError, modele: type[BaseModel]) -> tuple[str, str, KeyPath]:
    """The first fault of a validation: what, what to do, and where (the keys that lead to it).

    An unknown key comes first: it may be the one that seems missing.
    """
    faute = first_fault(erreur)
    genre, contexte = faute["type"], faute.get("ctx", {})
    lieu = tuple(morceau for morceau in faute["loc"] if morceau != "[key]")
    cle = ".".join(str(m) for m in lieu if "[" not in str(m))
    if genre == "extra_forbidden":
        connues = known_keys(modele, lieu[:-1])
        quoi = f"clé inconnue « {cle} »{closest(str(lieu[-1]), connues)}"
        return quoi, f"Clés possibles ici : {', '.join(connues)}.", lieu
    if genre == "missing":
        return f"la clé « {cle} » manque", "Ajoutez-la.", lieu
    if faute["loc"][-1:] == ("[key]",):
        remede = "Un nom a des lettres minuscules sans accent, des chiffres et des tirets bas."
        return f"clé « {cle} » : nom refusé", remede, lieu
    if genre == "literal_error":
        possibles = str(contexte["expected"]).replace(" or ", ", ")
        return f"clé « {cle} » : valeur refusée", f"Valeurs possibles : {possibles}.", lieu
    if genre == "value_error":
        return f"clé « {cle} » : {contexte['error']}" if cle else str(contexte["error"]), "Corrigez-la.", lieu
    return f"clé « {cle} » : valeur refusée", f"Il faut {expected(faute)}.", lieu


def first_fault(erreur: ValidationError) -> ErrorDetails:
    """The fault to tell of a validation."""
    fautes = erreur.errors()
    return next((faute for faute in fautes if faute["type"] == "extra_forbidden"), fautes[0])


def expected(faute: ErrorDetails) -> str:
    """What the value of a fault should have been."""
    genre = faute["type"]
    if genre in BORNES:
        return BORNES[genre].format(**faute.get("ctx", {}))
    return ATTENDUS.get(genre.split("_")[0], "une autre valeur")


def known_keys(modele: type[BaseModel], lieu: KeyPath) -> list[str]:
    """Keys accepted at a place of a model."""
    for morceau in lieu:
        champ = modele.model_fields.get(str(morceau))
        # Among models told apart by their `type`, the place names the one that was recognised.
        candidats = list(models_in(champ.annotation)) if champ is not None else [modele]
        suivant = lieu[lieu.index(morceau) + 1 :][:1]
        modele = next((m for m in candidats if tag(m) in suivant), candidats[0] if candidats else modele)
    return list(modele.model_fields)


def tag(modele: type[BaseModel]) -> str | None:
    """The one value of a model's `type`, where it has one."""
    champ = modele.model_fields.get("type")
    return get_args(champ.annotation)[0] if champ is not None and get_args(champ.annotation) else None


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for partie in get_args(annotation):
        yield from models_in(partie)
