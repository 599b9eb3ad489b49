"""Declared checks → SQL that returns the failing rows. A check that returns rows publishes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline import formats
from pipeline.errors import CheckError, UsageError
from pipeline.models import rows
from pipeline.models.catalog import Catalog
from pipeline.models.enclosure import Enclosure
from pipeline.models.file import SqlFile
from pipeline.models.header import TOTAUX, BreakdownHeader, DeclaredCheck
from pipeline.models.locked import explained
from pipeline.models.quoting import literal
from pipeline.models.vetting import order_keys

LIGNES_MONTREES = 5
# A share is of the network's total (definitions §3), whatever the table leaves out: what it is the share of.
PARTS = {"part_ruptures": "ruptures_nettes", "part_effectif": "effectif"}
PAR_REQUETE = 50  # checks counted by one query: of more than a hundred, DuckDB spends more on the plan than it saves
# Columns that the SQL of a check makes.
COMPTES = frozenset({"lignes", "somme", "total", "valeurs_vides", "ruptures_nettes"})


@dataclass(frozen=True)
class Check:
    """One check: what it says, where it is declared, the SQL that returns what breaks it.

    Attributes:
        montrees: columns of its rows that may be shown: none of a table that is not published, whose rows may be of a
            person.
        vraie: whether it is asked of the tables as they are: those of the project's own models are.
    """

    libelle: str
    fichier: Path
    ligne: int
    sql: str
    montrees: frozenset[str]
    vraie: bool = False


@dataclass(frozen=True)
class FailedCheck:
    """A check that returned rows: how many, and the first of them where they may be shown."""

    check: Check
    nombre: int
    colonnes: tuple[str, ...]
    lignes: list[tuple[Any, ...]]


def every_check(catalogue: Catalog) -> Iterator[Check]:
    """The checks of the headers, those that every breakdown has, then the singular ones of `sql/controles/`."""
    for modele in catalogue.modeles:
        yield from model_checks(modele, modele.table)
    for chemin in catalogue.controles:
        sql = chemin.read_text(encoding="utf-8").rstrip().rstrip(";")
        yield Check(f"contrôle {chemin.stem}", chemin, 1, sql, frozenset())


def model_checks(modele: SqlFile, table: str) -> Iterator[Check]:
    """The checks of one model, on the table that holds its rows."""
    if modele.schema == "ventilations":
        yield from breakdown_checks(modele, table)
    for lieu, controle in modele.entete.every_control():
        ligne = modele.lignes(*lieu)
        montrees = shown(modele, controle.colonnes) if modele.schema == "ventilations" else frozenset()
        for libelle, sql in to_sql(table, controle):
            yield Check(libelle, modele.chemin, ligne, sql, montrees, vraie=modele.schema == "core")


def shown(modele: SqlFile, colonnes: Iterable[str]) -> frozenset[str]:
    """What tells a row of a breakdown, and the columns that a check is about."""
    return frozenset({"annee", *modele.ventilation.dimensions, *colonnes, *COMPTES})


def breakdown_checks(modele: SqlFile, table: str) -> Iterator[Check]:
    """What every breakdown is held to, declared or not: published years, all of them, in a total order."""

    def check(libelle: str, sql: str) -> Check:
        return Check(libelle, modele.chemin, modele.lignes.premiere, sql, shown(modele, modele.ventilation.colonnes))

    yield check(
        "des années publiées seulement",
        f"select * from {table} where annee is null or annee not in (select annee from core.annees)",
    )
    if modele.ventilation.sans_ligne is None:
        yield check(
            "toutes les années publiées (sinon, dites pourquoi : sans_ligne)",
            f"select annee, ruptures_nettes from {TOTAUX} "
            f"where ruptures_nettes > 0 and annee not in (select annee from {table})",
        )
    for part, compte in PARTS.items():
        if {part, compte} <= modele.ventilation.colonnes.keys():
            yield check(
                f"{part} : une part de l'ensemble du réseau",
                f"select ici.* from {table} as ici inner join {TOTAUX} as totaux using (annee) "
                f"where abs(ici.{part} - ici.{compte} / nullif(totaux.{compte}, 0)) > 1e-9",
            )
    for libelle, conditions in inference_conditions(modele.ventilation):
        yield check(libelle, f"select * from {table} where ({conditions}) is distinct from true")
    cles = ", ".join(order_keys(modele.arbre))
    if cles:
        yield check(
            f"un ordre sans ex æquo : {cles}",
            f"select {cles}, count(*) as lignes from {table} group by {cles} having count(*) > 1",
        )


def inference_conditions(entete: BreakdownHeader) -> Iterator[tuple[str, str]]:
    """What holds of every row whose rate is compared, with the year before or with other rows: what it says, SQL."""
    bornes = "taux_bas <= taux_rupture_nette and taux_rupture_nette <= taux_haut"
    ordre = f"(effectif < {formats.EFFECTIF_MIN} or ({bornes}))"
    if entete.evolution:
        yield "evolution : des ruptures nettes parmi l'effectif", f"ruptures_nettes between 0 and effectif and {ordre}"
    if (comparaison := entete.comparaison) is not None:
        observees, attendues = comparaison.observees, comparaison.attendues
        yield (
            "comparaison : des ruptures observées parmi l'effectif, attendues là où il y en a",
            f"{observees} between 0 and effectif and {attendues} >= 0 and ({attendues} > 0 or {observees} = 0) "
            f"and {ordre}",
        )


def to_sql(table: str, controle: DeclaredCheck) -> Iterator[tuple[str, str]]:
    """One declared check: what it says of which column, and its SQL."""
    if controle.unique is not None:
        cles = ", ".join(controle.unique)
        yield (
            f"unique : {cles}",
            f"select {cles}, count(*) as lignes from {table} group by {cles} having count(*) > 1",
        )
    for colonne in controle.non_nul or ():
        yield f"non_nul : {colonne}", f"select * from {table} where {colonne} is null"
    for colonne, valeurs in (controle.valeurs or {}).items():
        liste = ", ".join(literal(valeur) for valeur in valeurs)
        yield (
            f"valeurs : {colonne}",
            f"select * from {table} where {colonne} is not null and {colonne} not in ({liste})",
        )
    if (relation := controle.relation) is not None:
        cle = relation.cle or relation.colonne
        yield (
            f"relation : {relation.colonne} dans {relation.table}",
            f"select ici.* from {table} as ici anti join {relation.table} as la on ici.{relation.colonne} = la.{cle} "
            f"where ici.{relation.colonne} is not null",
        )
    if (entre := controle.entre) is not None:
        fautes = [f"{entre.colonne} < {entre.min!r}"] if entre.min is not None else []
        # Not a number is, for DuckDB, greater than any other.
        fautes += [f"{entre.colonne} > {'1e308' if entre.max is None else repr(entre.max)}"]
        yield f"entre : {entre.colonne}", f"select * from {table} where {' or '.join(fautes)}"
    if controle.expression is not None:
        yield (
            f"expression : {controle.expression}",
            f"select * from {table} where ({controle.expression}) is distinct from true",
        )
    if (somme := controle.somme_egale) is not None:
        total = "coalesce(totaux.total, 0)" if somme.vides else "totaux.total"
        par = ", ".join(somme.par)
        yield (
            f"somme_egale : {somme.colonne} par {par}",
            f"select {par}, sommes.somme, totaux.total, sommes.valeurs_vides "
            f"from (select {par}, sum({somme.colonne}) as somme, "
            f"count(*) - count({somme.colonne}) as valeurs_vides from {table} group by {par}) as sommes "
            f"full outer join (select {par}, {somme.colonne} as total from {somme.total}) as totaux "
            f"using ({par}) where coalesce(sommes.somme, 0) is distinct from {total}"
            f"{'' if somme.vides else ' or sommes.valeurs_vides > 0'}",
        )


def failures(enceinte: Enclosure, checks: Iterable[Check]) -> tuple[int, list[FailedCheck]]:
    """Run checks: how many, and those that returned rows.

    Raises:
        UsageError: a check that DuckDB refuses, or that takes too long.
    """
    tous, ratees = list(checks), []
    for vraie in (True, False):
        siens = [check for check in tous if check.vraie is vraie]
        for debut in range(0, len(siens), PAR_REQUETE):
            ratees += filter(
                None, (run_alone(enceinte, c) for c in suspects(enceinte, siens[debut : debut + PAR_REQUETE]))
            )
    return len(tous), sorted(ratees, key=lambda ratee: tous.index(ratee.check))


def suspects(enceinte: Enclosure, checks: list[Check]) -> list[Check]:
    """Those of some checks of one kind that return rows, found by one query; all of them where it fails or is too long,
    since it cannot say which one is at fault."""
    comptes = (f"select {rang} as rang, count(*) as nombre from ({c.sql}\n)" for rang, c in enumerate(checks))
    sql = f"from ({' union all '.join(comptes)}) where nombre > 0 order by rang"
    try:
        _, fautifs = enceinte.fetch(sql, vraies=checks[0].vraie)
    except (duckdb.Error, TimeoutError, MemoryError):
        return checks
    return [checks[rang] for rang, _ in fautifs]


def run_alone(enceinte: Enclosure, check: Check) -> FailedCheck | None:
    """What a check returns, if it returns rows. Raises UsageError as `failures` does, of the line that declares it."""
    with explained(enceinte.duree, check.fichier, ligne=check.ligne):
        colonnes, lignes = enceinte.fetch(f"select * from ({check.sql}\n) limit {LIGNES_MONTREES}", vraies=check.vraie)
        if not lignes:
            return None
        _, [(total,)] = enceinte.fetch(f"select count(*) from ({check.sql}\n)", vraies=check.vraie)
    return FailedCheck(check, total, colonnes, lignes)


def check_tables(con: duckdb.DuckDBPyConnection, attendues: Mapping[str, Path], base: Path) -> None:
    """Raises UsageError when a table, given with the file of its model, is not in the database."""
    tables = con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
    presentes = {nom for (nom,) in tables}
    for table, chemin in attendues.items():
        if table not in presentes:
            raise UsageError(
                f"la base {base} n'a pas la table {table}",
                ou=chemin,
                faire="Reconstruisez-la : ruptures construire.",
            )


def describe(ratee: FailedCheck, base: Path | None) -> str:
    """A failure as the terminal shows it: where, what, the first rows and, where `base` has them, the query of all."""
    check = ratee.check
    pluriel = "s" if ratee.nombre > 1 else ""
    titre = f"{check.fichier}:{check.ligne} : {check.libelle} : {formats.entier(ratee.nombre)} ligne{pluriel}"
    suite = [f"Pour tout voir, dans {base} :", f"  {check.sql};"] if base else []
    return "\n".join([titre, *(f"  {ligne}" for ligne in aligned(ratee)), *suite])


def aligned(ratee: FailedCheck) -> list[str]:
    """The rows of a failure that may be shown, in columns under their names."""
    rangs = [rang for rang, nom in enumerate(ratee.colonnes) if nom in ratee.check.montrees]
    if not rangs:
        return []
    lignes = rows.aligned([[formats.texte(ligne[rang]) for rang in rangs] for ligne in (ratee.colonnes, *ratee.lignes)])
    return [*lignes, "…"] if ratee.nombre > len(ratee.lignes) else lignes


def as_json(nombre: int, ratees: list[FailedCheck], base: Path) -> str:
    """What `verifier` finds, for a program (docs/ajouter-une-ventilation.md): how many checks, those that hold, and the
    others with the rows that may be shown."""
    rates = [
        {
            "libelle": ratee.check.libelle,
            "fichier": str(ratee.check.fichier),
            "ligne": ratee.check.ligne,
            "lignes_fautives": ratee.nombre,
            "premieres": [
                {nom: v for nom, v in rows.named(ratee.colonnes, ligne).items() if nom in ratee.check.montrees}
                for ligne in ratee.lignes
                if ratee.check.montrees
            ],
            "requete": ratee.check.sql,
        }
        for ratee in ratees
    ]
    contenu = {"base": str(base), "controles": nombre, "tenus": nombre - len(ratees), "rates": rates}
    return rows.to_json(contenu)


def refuse(ratees: list[FailedCheck], base: Path | None, suite: str = "") -> None:
    """Raises CheckError with every failure, when there is one; `base` is where all their rows can be looked at."""
    if ratees:
        details = "\n".join(describe(ratee, base) for ratee in ratees)
        quoi = "un contrôle n'est pas tenu" if len(ratees) == 1 else f"{len(ratees)} contrôles ne sont pas tenus"
        raise CheckError(f"{quoi}{suite}", faire=f"Corrigez le fichier ou les données.\n{details}")
