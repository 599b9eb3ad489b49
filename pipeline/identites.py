"""Rows with persons in them → rows without: the one place where identities are compared.

Identities stand in temporary tables, `prive_*`: in memory, in no database file, dropped as soon as they are settled.
What leaves them: integers for the person and for the rank of a content, an age, departments.
"""

from __future__ import annotations

import duckdb
import polars as pl

from pipeline import cleaning
from pipeline.schemas import CONTRATS, IDENTITE, Colonne

PERSONNELLES = tuple(c for c in CONTRATS if c.personnelle)
# What attaches a rejected row to a contract (definitions §1, `version_recente_rejetee`).
RATTACHEMENT = ("nocontrat", "noavenant", "typecontrat", "dateeffetavenant", "datedebutcontrat", "siretemployeur")

PERSONNES_SQL = """
create or replace temp table prive_liens as
    select distinct idalternant, triplet from prive_lignes
    where not rejetee and idalternant is not null and triplet is not null
    union
    select alternants.idalternant, triplets.triplet
    from (
        select distinct nocontrat, idalternant from prive_lignes
        where not rejetee and nocontrat is not null and idalternant is not null
    ) as alternants
    inner join (
        select distinct nocontrat, triplet from prive_lignes
        where not rejetee and nocontrat is not null and triplet is not null
    ) as triplets using (nocontrat);

create or replace temp table prive_alternants as
    select idalternant, count(*) as n_triplets, if(count(*) = 1, min(triplet), null) as triplet
    from prive_liens group by idalternant;

-- A person's key is its triple or, failing one, its identifier; the number follows the order of the rows.
create or replace temp table prive_personnes as
    select cle, row_number() over (order by premiere)::integer as personne
    from (
        select cle, min(id_ligne) as premiere
        from (
            select 't' || triplet as cle, id_ligne from prive_lignes where triplet is not null
            union all
            select coalesce('t' || alternants.triplet, 'a' || lignes.idalternant), lignes.id_ligne
            from prive_lignes as lignes
            left join prive_alternants as alternants using (idalternant)
            where lignes.idalternant is not null
        )
        group by cle
    );
"""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create `prive_lignes`: for each row what identifies its person, and its content as 128 bits of hash."""
    personnelles = ", ".join(f"{c.nom} {cleaning.TYPES_DUCKDB.get(c.type, 'varchar')}" for c in PERSONNELLES)
    con.execute(
        "create or replace temp table prive_lignes "
        "(id_ligne bigint, fichier integer, rejetee boolean, nocontrat varchar, "
        f"triplet varchar, incomplet boolean, contenu ubigint, sel ubigint, {personnelles})"
    )
    con.execute(
        "create or replace temp table prive_rejetees "
        "(id_ligne bigint, fichier integer, date_extraction date, nocontrat varchar, noavenant varchar, "
        "typecontrat varchar, dateeffetavenant date, datedebutcontrat date, siretemployeur varchar)"
    )


def write_rows(
    con: duckdb.DuckDBPyConnection, retenues: pl.DataFrame, rejetees: pl.DataFrame, supplements: tuple[Colonne, ...]
) -> None:
    """Rows of a part: what is personal into `prive_lignes`, the rest into `brut`."""
    noms = ", ".join((*(c.nom for c in CONTRATS), *(c.nom for c in supplements)))
    # A row whose form is wrong may have a name where its number should be: nothing attaches it to a contract.
    rattachement = ", ".join(f"if(forme, null, {c})" for c in RATTACHEMENT)
    partiel = pl.any_horizontal(pl.col(c).is_not_null() for c in IDENTITE)
    for frame, rejetee in ((retenues.with_columns(forme=pl.lit(False)), False), (rejetees, True)):
        if not frame.height:
            continue
        con.register("lot", frame.with_columns(triplet=cleaning.triplet(), partiel=partiel).to_arrow())
        con.execute(
            f"""
            insert into prive_lignes
            select
                id_ligne, fichier, {rejetee}, nocontrat,
                if(forme, null, triplet), not forme and partiel and triplet is null,
                hash({noms}), hash('sel', {noms}),
                {", ".join(f"if(forme, null, {c.nom})" for c in PERSONNELLES)}
            from lot
            """
        )
        if rejetee:
            con.execute(
                f"insert into prive_rejetees select id_ligne, fichier, date_extraction, {rattachement} from lot"
            )
        else:
            # Addresses stop at the department, the birth date at an age.
            con.execute(
                f"""
                insert into brut.contrats
                select
                    id_ligne, fichier, ligne, date_extraction,
                    {", ".join(c.nom for c in CONTRATS if not c.personnelle)},
                    date_sub('year', datenaissance, datedebutcontrat)::integer,
                    {department("employeurcodepostal")}, {department("adressecodepostal")}
                from lot
                """
            )
            extra = "".join(f", {c.nom}" for c in supplements)
            con.execute(f"insert into brut.supplements select id_ligne{extra} from lot")
        con.unregister("lot")


def department(colonne: str) -> str:
    """SQL department of a French postal code: two characters, three overseas."""
    longueur = f"if(left({colonne}, 2) in ('97', '98'), 3, 2)"
    return f"if(length({colonne}) = 5, left({colonne}, {longueur}), null)"


def settle_identities(con: duckdb.DuckDBPyConnection, supplements: tuple[Colonne, ...]) -> None:
    """Which rows are one person (definitions §1, ADR 0001 readings 1 and 2) and which content is the greater, as
    integers: `brut.identites`, `brut.contrats_rejetes`; what is counted of them.

    `personne_triplet` is null where no part of the triple is there and 0 where it is incomplete; `rang_contenu`
    orders the contents of rows that can be versions of one another.
    """
    con.execute(PERSONNES_SQL)
    con.execute(
        "create table brut.identites_incertaines as "
        "select count(*) as nombre from prive_alternants where n_triplets > 1"
    )
    rank_contents(con, supplements)
    # The select list the two tables share.
    personnes = """
        case when lignes.triplet is not null then par_triplet.personne when lignes.incomplet then 0 end
            as personne_triplet,
        par_alternant.personne as personne_alternant
    """
    jointures = """
        from prive_lignes as lignes
        left join prive_personnes as par_triplet on par_triplet.cle = 't' || lignes.triplet
        left join prive_alternants as alternants on alternants.idalternant = lignes.idalternant
        left join prive_personnes as par_alternant
            on par_alternant.cle = coalesce('t' || alternants.triplet, 'a' || lignes.idalternant)
    """
    con.execute(
        f"""
        create table brut.identites as
        select lignes.id_ligne, {personnes}, coalesce(rangs.rang_contenu, 1) as rang_contenu
        {jointures}
        left join prive_rangs as rangs on rangs.id_ligne = lignes.id_ligne
        where not lignes.rejetee
        """
    )
    con.execute(
        f"""
        create table brut.contrats_rejetes as
        select
            rejetees.*, {personnes},
            min(lignes.id_ligne) over (partition by lignes.contenu, lignes.sel) as premiere_copie
        {jointures}
        inner join prive_rejetees as rejetees on rejetees.id_ligne = lignes.id_ligne
        """
    )
    count_duplicates(con)
    for (table,) in con.execute("select table_name from duckdb_tables() where temporary").fetchall():
        con.execute(f"drop table {table}")


def rank_contents(con: duckdb.DuckDBPyConnection, supplements: tuple[Colonne, ...]) -> None:
    """`prive_rangs`: rank of the content of the rows that share a number, or a start and an employer where they have
    none, among those whose contents differ; the others need none."""
    con.execute(
        """
        create or replace temp table prive_differents as
        select lignes.id_ligne
        from prive_lignes as lignes
        inner join (
            select nocontrat from prive_lignes
            where not rejetee and nocontrat is not null
            group by nocontrat having count(distinct (contenu, sel)) > 1
        ) using (nocontrat)
        where not lignes.rejetee
        union all
        select contrats.id_ligne
        from brut.contrats as contrats
        where contrats.nocontrat is null
        """
    )
    colonnes = (*CONTRATS, *supplements)
    valeurs = [f"lignes.{c.nom}" if c.personnelle else f"contrats.{c.nom}" for c in CONTRATS]
    valeurs += [f"supplements.{c.nom}" for c in supplements]
    con.execute(
        f"""
        create or replace temp table prive_rangs as
        with contenus as (
            select id_ligne, {", ".join(valeurs)}
            from prive_differents
            inner join brut.contrats as contrats using (id_ligne)
            inner join prive_lignes as lignes using (id_ligne)
            inner join brut.supplements as supplements using (id_ligne)
        )
        select
            id_ligne,
            dense_rank() over (
                partition by nocontrat, if(nocontrat is null, datedebutcontrat, null),
                    if(nocontrat is null, siretemployeur, null)
                order by {", ".join(map(content_order, colonnes))}
            )::integer as rang_contenu
        from contenus
        """
    )


def content_order(c: Colonne) -> str:
    """SQL order of a column in the comparison of contents: typed, empty smallest (ADR 0001 readings 7 and 8)."""
    if c.nom == "noavenant":
        nombre = f"try_cast({c.nom} as ubigint)"
        return f"{c.nom} is not null, {nombre} is null, {nombre} nulls first, {c.nom} nulls first"
    return f"{c.nom} nulls first"


def count_duplicates(con: duckdb.DuckDBPyConnection) -> None:
    """Extra copies of kept rows equal in every recognised value: by file, and for the run."""
    # Where a row holds several contracts, it is equal to another when all of them are.
    con.execute(
        """
        create or replace temp table prive_copies as
        select fichier, contenu, sel from prive_lignes
        where not rejetee and fichier in (from brut.fichiers select fichier where contrats = lignes_retenues)
        union all
        select any_value(fichier), hash(list(contenu order by id_ligne)), hash(list(sel order by id_ligne))
        from prive_lignes
        where not rejetee and fichier in (from brut.fichiers select fichier where contrats != lignes_retenues)
        group by id_ligne // 8
        """
    )
    copies = "count(*) - count(distinct (contenu, sel))"
    con.execute(
        f"""
        update brut.fichiers set doublons = comptes.doublons
        from (select fichier, {copies} as doublons from prive_copies group by fichier) as comptes
        where comptes.fichier = brut.fichiers.fichier
        """
    )
    con.execute(f"create table brut.doublons as select {copies} as nombre from prive_copies")
