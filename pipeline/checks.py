"""Declared checks → SQL that returns the failing rows. A check that returns rows publishes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.catalog import Catalog
from pipeline.errors import CheckError
from pipeline.sqlfile import SqlFile
from pipeline.sqlheader import Controle


@dataclass(frozen=True)
class Check:
    """One check: what it says, the file that declares it, the SQL that returns what breaks it."""

    libelle: str
    fichier: Path
    sql: str


def declared_checks(catalogue: Catalog) -> Iterator[Check]:
    """Every check of the headers, then the singular ones of `sql/controles/`."""
    for modele in catalogue.modeles:
        for controle in modele.entete.controles:
            yield from to_sql(modele, controle)
    for chemin in catalogue.controles:
        yield Check(chemin.stem, chemin, chemin.read_text(encoding="utf-8").rstrip().rstrip(";"))


def to_sql(modele: SqlFile, controle: Controle) -> Iterator[Check]:
    """The SQL of one declared check."""
    table = modele.table

    def check(libelle: str, sql: str) -> Check:
        return Check(f"{table} : {libelle}", modele.chemin, sql)

    if controle.unique is not None:
        cles = ", ".join(controle.unique)
        yield check(
            f"unique [{cles}]", f"select {cles}, count(*) as n from {table} group by {cles} having count(*) > 1"
        )
    for colonne in controle.non_nul or ():
        yield check(f"non_nul [{colonne}]", f"select * from {table} where {colonne} is null")
    for colonne, valeurs in (controle.valeurs or {}).items():
        liste = ", ".join(f"'{v.replace(chr(39), chr(39) * 2)}'" for v in valeurs)
        yield check(
            f"valeurs [{colonne}]", f"select * from {table} where {colonne} is not null and {colonne} not in ({liste})"
        )
    if controle.expression is not None:
        yield check(
            f"expression [{controle.expression}]",
            f"select * from {table} where ({controle.expression}) is distinct from true",
        )
    if controle.somme_egale is not None:
        somme = controle.somme_egale
        yield check(
            f"somme_egale [{somme.colonne}]",
            f"select {somme.par}, sommes.valeur as somme, totaux.valeur as total "
            f"from (select {somme.par}, sum({somme.colonne}) as valeur from {table} group by {somme.par}) as sommes "
            f"full outer join (select {somme.par}, {somme.colonne} as valeur from {somme.total}) as totaux "
            f"using ({somme.par}) where coalesce(sommes.valeur, 0) is distinct from totaux.valeur",
        )


def run_checks(con: duckdb.DuckDBPyConnection, catalogue: Catalog) -> int:
    """Run every check; returns how many.

    Raises:
        CheckError: the first that fails, with the number of rows and the query that shows them.
    """
    controles = list(declared_checks(catalogue))
    for check in controles:
        fautives = con.execute(f"select count(*) from ({check.sql})").fetchall()[0][0]
        if fautives:
            raise CheckError(
                f"contrôle non tenu, {check.libelle} : {fautives} ligne{'s' if fautives > 1 else ''}",
                ou=check.fichier,
                faire=f"Rien n'est publié. Pour les voir, dans la base : {check.sql};",
            )
    return len(controles)
