"""Names and texts as SQL writes them."""

from __future__ import annotations


def identifier(nom: str) -> str:
    """A name: annee → "annee"."""
    return '"' + nom.replace('"', '""') + '"'


def literal(texte: str) -> str:
    """A text: l'année → 'l''année'."""
    return "'" + texte.replace("'", "''") + "'"
