"""The picture of the house is the house: packages, floors, names."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter

from pipeline.paths import RACINE

PAGE = (RACINE / "docs/architecture.md").read_text(encoding="utf-8")
PROJET = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))
PAQUETS = {chemin.parent.name for chemin in RACINE.glob("pipeline/*/__init__.py")}
ETAGES = [set(re.split(r"\s*[:|]\s*", etage)) for etage in PROJET["tool"]["importlinter"]["contracts"][0]["layers"]]


def test_the_picture_has_every_package_and_none_that_is_not() -> None:
    (dessin,) = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    assert set(re.findall(r"^\s*(?:.*> )?(\w+)\[\"\1<br>", dessin, re.MULTILINE)) == PAQUETS


def test_the_floors_are_those_that_the_linter_holds() -> None:
    lignes = re.findall(r"^\| (.*?) \| (.*?) \|$", PAGE.split("## Floors")[1].split("## Where")[0], re.MULTILINE)[1:]
    noms = [set(re.findall(r"`(\w+)`", texte if tete == "the ground" else tete)) for tete, texte in lignes]
    sol = len(noms) - 1
    assert noms == [*ETAGES[:sol], set().union(*ETAGES[sol:])]


def test_every_module_is_on_a_floor() -> None:
    modules = {chemin.stem for chemin in RACINE.glob("pipeline/*.py")} - {"__init__", "__main__"}
    assert set().union(*ETAGES) == modules | PAQUETS


def test_no_two_public_classes_have_one_name() -> None:
    classes = Counter(
        noeud.name
        for chemin in RACINE.glob("pipeline/**/*.py")
        for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.ClassDef) and not noeud.name.startswith("_")
    )
    assert len(classes) > 80
    assert [nom for nom, combien in classes.items() if combien > 1] == []
