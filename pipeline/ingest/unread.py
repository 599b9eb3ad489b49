"""The columns of the files that nobody reads, told at the end of a run: one of them may be the one that is missed."""

from __future__ import annotations

import duckdb

from pipeline import formats

MONTREES = 8  # names told of a file


def unread_columns(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One line for each list of headers that are not read, with the files that have them; those that tell of a person
    stay hidden."""
    fichiers = con.execute(
        "select min(nom), count(*), colonnes_ignorees from brut.fichiers "
        "group by colonnes_ignorees order by min(fichier)"
    ).fetchall()
    lignes = []
    for nom, nombre, ignorees in fichiers:
        noms = [" ".join(entete.split()) for entete in dict.fromkeys(ignorees) if entete.strip()]
        if not noms:
            continue
        autres = f" et {formats.plural(nombre - 1, 'autre fichier', 'autres fichiers')}" if nombre > 1 else ""
        reste = f" … et {formats.plural(len(noms) - MONTREES, 'autre', 'autres')}" if len(noms) > MONTREES else ""
        dites = ", ".join(f"« {entete} »" for entete in noms[:MONTREES])
        lignes.append(
            f"{nom}{autres} : {'colonnes non lues' if len(noms) > 1 else 'colonne non lue'} : {dites}{reste}."
        )
    return lignes
