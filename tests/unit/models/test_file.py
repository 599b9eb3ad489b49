"""One .sql file: its header is read by the same rules whichever parser of YAML is there, its query once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.errors import UsageError
from pipeline.models import file, header_file
from pipeline.paths import RACINE
from tests.breakdowns.corpus import MODELE
from tests.support import glossary

FICHIERS = sorted((RACINE / "sql/ventilations").glob("*.sql"))


def read_all() -> list[tuple[object, object]]:
    """The header of each breakdown, and the line of each of its keys, as the file is read each time."""
    parse = getattr(file.parse, "__wrapped__", file.parse)
    return [(modele.entete, modele.lignes) for modele in (parse(f, "ventilations", glossary()) for f in FICHIERS)]


def test_the_parser_in_c_is_used_and_without_it_headers_and_lines_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert header_file.LECTEUR_YAML is yaml.CSafeLoader
    lus = read_all()
    monkeypatch.setattr(header_file, "LECTEUR_YAML", yaml.SafeLoader)
    assert read_all() == lus
    assert len(lus) == len(FICHIERS) > 30


@pytest.mark.parametrize("lecteur", [yaml.CSafeLoader, yaml.SafeLoader])
@pytest.mark.parametrize(
    ("entete", "ligne", "phrase"),
    [
        ("description: A\ndescription: B\n", 4, "la clé « description » est donnée deux fois, déjà ligne 3."),
        ("description: A\ncontroles: [a\n", 6, "l'en-tête n'est pas du YAML valable."),
        ("description: A\x00\n", 3, "l'en-tête n'est pas du YAML valable."),
        ("description: 2022-13-45\n", 3, "l'en-tête n'est pas du YAML valable."),
        ("description: !python A\n", 3, "l'en-tête n'est pas du YAML valable."),
        ("", 3, "l'en-tête n'a pas de clés."),
        ("- description\n", 3, "l'en-tête n'a pas de clés."),
    ],
)
def test_a_header_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lecteur: type, entete: str, ligne: int, phrase: str
) -> None:
    monkeypatch.setattr(header_file, "LECTEUR_YAML", lecteur)
    chemin = tmp_path / "essai.sql"
    chemin.write_text(f"/*\n---\n{entete}\n---\n*/\nselect 1 as a\n", encoding="utf-8")
    with pytest.raises(UsageError) as erreur:
        file.parse(chemin, "core")
    assert erreur.value.message.startswith(f"{chemin}:{ligne} : {phrase}")


@pytest.mark.parametrize(
    ("lignes", "phrase"),
    [
        ("a: &a [x, x]\nb: [*a, *a]\n", "l'en-tête n'est pas du YAML valable"),
        ("a: &a [*a]\n", "l'en-tête n'est pas du YAML valable"),
        ("a: *inconnu\n", "l'en-tête n'est pas du YAML valable"),
        (f"a: {'[' * 4000}{']' * 4000}\n", "l'en-tête est imbriqué trop profondément"),
    ],
    ids=["citations", "a list in itself", "a citation of nothing", "lists in lists"],
)
def test_a_header_that_is_more_than_it_seems_is_refused(tmp_path: Path, lignes: str, phrase: str) -> None:
    chemin = tmp_path / "par_essai.sql"
    chemin.write_text(MODELE.replace("---\n", f"---\n{lignes}", 1), encoding="utf-8")
    with pytest.raises(UsageError, match=phrase):
        file.parse(chemin, "ventilations", glossary())
