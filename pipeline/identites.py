"""Rows with persons in them (`prive.lignes`) → rows without (`brut`): the one place where identities are compared.

`prive` is a database in memory, gone with the process. What leaves it: integers for the person and for the rank of
a content, an age, departments.
"""

from __future__ import annotations

import duckdb

from pipeline.schemas import CONTRATS, IDENTITE, Colonne

PERSONNES_SQL = """
create table prive.liens as
    select distinct idalternant, triplet from prive.lignes
    where not rejetee and idalternant is not null and triplet is not null
    union
    select alternants.idalternant, triplets.triplet
    from (
        select distinct nocontrat, idalternant from prive.lignes
        where not rejetee and nocontrat is not null and idalternant is not null
    ) as alternants
    inner join (
        select distinct nocontrat, triplet from prive.lignes
        where not rejetee and nocontrat is not null and triplet is not null
    ) as triplets using (nocontrat);

create table prive.alternants as
    select idalternant, count(*) as n_triplets, if(count(*) = 1, min(triplet), null) as triplet
    from prive.liens group by idalternant;

-- A person's key is its triple or, failing one, its identifier; the number follows the order of the rows.
create table prive.personnes as
    select cle, row_number() over (order by premiere)::integer as personne
    from (
        select cle, min(id_ligne) as premiere
        from (
            select 't' || triplet as cle, id_ligne from prive.lignes where triplet is not null
            union all
            select coalesce('t' || alternants.triplet, 'a' || lignes.idalternant), lignes.id_ligne
            from prive.lignes
            left join prive.alternants using (idalternant)
            where lignes.idalternant is not null
        )
        group by cle
    );
"""


def settle_identities(con: duckdb.DuckDBPyConnection) -> None:
    """Which rows are one person (definitions §1, ADR 0001 readings 1 and 2), as tables of `prive`."""
    con.execute(PERSONNES_SQL)
    con.execute(
        "create table brut.identites_incertaines as "
        "select count(*) as nombre from prive.alternants where n_triplets > 1"
    )


def content_order(c: Colonne) -> str:
    """SQL order of a column in the comparison of contents: typed, empty smallest (ADR 0001 readings 7 and 8)."""
    if c.nom == "noavenant":
        nombre = f"try_cast({c.nom} as ubigint)"
        return f"{c.nom} is not null, {nombre} is null, {nombre} nulls first, {c.nom} nulls first"
    return f"{c.nom} nulls first"


def write_contracts(con: duckdb.DuckDBPyConnection) -> None:
    """`brut.contrats`: the kept rows without what is personal, with integers for the person and the content.

    `personne_triplet` is null where no part of the triple is there and 0 where it is incomplete;
    `rang_contenu` orders the contents of the rows of one number, and of all the rows without one.
    """
    ordre = ", ".join(content_order(c) for c in CONTRATS)
    con.execute(
        f"""
        create table prive.rangs as
        with lignes as (select * from prive.lignes where not rejetee),
        plusieurs as (select nocontrat from lignes group by nocontrat having count(*) > 1)
        select
            id_ligne,
            dense_rank() over (partition by nocontrat order by {ordre})::integer as rang_contenu
        from lignes
        where nocontrat is null or nocontrat in (from plusieurs)
        """
    )
    connus = ", ".join(c.nom for c in CONTRATS if not c.personnelle)
    partiel = " or ".join(f"prive.lignes.{c} is not null" for c in IDENTITE)
    # The select list the two tables share; addresses stop at the department, the birth date at an age.
    personnes = f"""
        case
            when prive.lignes.triplet is not null then par_triplet.personne
            when {partiel} then 0
        end as personne_triplet,
        par_alternant.personne as personne_alternant
    """
    jointures = """
        from prive.lignes
        left join prive.personnes as par_triplet on par_triplet.cle = 't' || prive.lignes.triplet
        left join prive.alternants on prive.alternants.idalternant = prive.lignes.idalternant
        left join prive.personnes as par_alternant
            on par_alternant.cle = coalesce('t' || prive.alternants.triplet, 'a' || prive.lignes.idalternant)
    """
    con.execute(
        f"""
        create table brut.contrats as
        select
            id_ligne, fichier, date_extraction, {connus},
            date_sub('year', datenaissance, datedebutcontrat)::integer as age_debut,
            {department("employeurcodepostal")} as departement_employeur,
            {department("adressecodepostal")} as departement_apprenti
        from prive.lignes
        where not rejetee
        """
    )
    con.execute("create table brut.supplements as select id_ligne from brut.contrats")
    con.execute(
        f"""
        create table brut.identites as
        select prive.lignes.id_ligne, {personnes}, coalesce(rangs.rang_contenu, 1) as rang_contenu
        {jointures}
        left join prive.rangs as rangs on rangs.id_ligne = prive.lignes.id_ligne
        where not prive.lignes.rejetee
        """
    )
    con.execute(
        f"""
        create table brut.contrats_rejetes as
        select
            prive.lignes.id_ligne, prive.lignes.fichier, prive.lignes.date_extraction, prive.lignes.nocontrat,
            prive.lignes.noavenant, prive.lignes.typecontrat, prive.lignes.dateeffetavenant,
            prive.lignes.datedebutcontrat, prive.lignes.siretemployeur, {personnes}
        {jointures}
        where prive.lignes.rejetee
        """
    )
    con.execute(
        f"""
        update brut.fichiers set doublons = comptes.doublons
        from (
            select fichier, {duplicates_sql()} as doublons from prive.lignes where not rejetee group by fichier
        ) as comptes
        where comptes.fichier = brut.fichiers.fichier
        """
    )
    con.execute(
        f"create table brut.doublons as select {duplicates_sql()} as nombre from prive.lignes where not rejetee"
    )


def duplicates_sql() -> str:
    """SQL count of the extra copies of rows equal in every recognised value (128 bits of hash a row)."""
    valeurs = ", ".join(c.nom for c in CONTRATS)
    return f"count(*) - count(distinct (hash({valeurs}), hash('sel', {valeurs})))"


def department(colonne: str) -> str:
    """SQL department of a French postal code: two characters, three overseas."""
    return (
        f"if(length({colonne}) = 5, "
        f"if({colonne} similar to '9[78].*', left({colonne}, 3), left({colonne}, 2)), null)"
    )
