"""Who is who (definitions §1), on keys: which triples are one person, whom an identifier stands for, which numbers two
apprentices share, who may have come back under another spelling.

It works on the temporary tables of `persons`, and writes integers.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

# Two spellings of one person: nom and prénom exchanged, or this many letters changed, added or left out.
LETTRES_DIFFERENTES_MAX = 2


def settle_persons(con: duckdb.DuckDBPyConnection) -> None:
    """From `prive_lignes` and `prive_suivi`: the parts of shared numbers in `prive_lignes.part` (null for a rejected
    row that says nobody's) and `prive_parts_du_suivi`, the keys of one person made one in `prive_lignes.triplet`,
    `prive_alternants` (whom an identifier stands for), `prive_personnes` (their numbers), `brut.comptes_identites`."""
    tell_numbers_apart(con)
    split_numbers(con)
    unite_triples(con)
    number_persons(con)
    follow_persons(con)
    forget(con, "arcs", "bouts", "groupes", "liens", "aretes")
    prepare_possible_returns(con)
    con.execute(
        """
        create table brut.comptes_identites as
        select
            (select count(*) from prive_alternants where est_incertain) as identites_incertaines,
            (select count(*) from (select representant from prive_reunis group by representant)) as identites_reunies,
            (select count(distinct nocontrat) from prive_lignes where part > 1) as numeros_partages,
            (select count(distinct alternant) from prive_lignes where not rejetee) as identifiants,
            (select count(*) from prive_alternants where a_deux_naissances) as identifiants_a_deux_naissances
        """
    )


def forget(con: duckdb.DuckDBPyConnection, *noms: str) -> None:
    """Drop temporary tables as soon as nothing reads them: they are as long as the exports."""
    con.execute(";".join(f"drop table prive_{nom}" for nom in noms))
    turn_over(con)


def turn_over(con: duckdb.DuckDBPyConnection) -> None:
    """End a transaction and begin the next: what one has written or dropped stays in memory until it ends."""
    con.commit()
    con.begin()


def tell_numbers_apart(con: duckdb.DuckDBPyConnection) -> None:
    """`prive_numeros`: of each number that several kept rows have, the only identifier and the only triple of these,
    and what they differ by. Read once for all that follows: most numbers have one row, which agrees with itself."""
    con.execute(
        """
        create or replace temp table prive_numeros as
        with repetes as (
            select nocontrat from prive_lignes
            where not rejetee and nocontrat is not null
            group by nocontrat having count(*) > 1
        )
        select
            nocontrat,
            min(alternant) as alternant,
            min(triplet) as triplet,
            min(naissance) as naissance,
            coalesce(min(alternant) != max(alternant), false) as a_deux_alternants,
            coalesce(min(triplet) != max(triplet), false) as a_deux_triplets,
            -- A row without a triple has no birth date and no names either.
            coalesce(min(naissance) != max(naissance) and min(noms) != max(noms), false) as est_douteux,
            count(triplet) between 1 and count(*) - 1 as a_des_lignes_sans_triplet,
            min(contenu) != max(contenu) as a_plusieurs_contenus
        from prive_lignes
        where not rejetee and nocontrat in (from repetes)
        group by nocontrat
        """
    )


def split_numbers(con: duckdb.DuckDBPyConnection) -> None:
    """Rows of one number whose birth dates and names both differ and that share no identifier are of two contracts,
    unless others link them: `part` 1, 2 … of the number; null for those that say nobody of these."""
    con.execute(
        """
        create or replace temp table prive_noeuds as
        select id_ligne, nocontrat, naissance, noms, alternant
        from prive_lignes
        where
            not rejetee and triplet is not null
            and nocontrat in (select nocontrat from prive_numeros where est_douteux)
        """
    )
    # Each row and each value that it has in its number: rows that share one are linked.
    connect(
        con,
        "prive_groupes",
        "select hash(id_ligne) as un, hash(nocontrat, 'naissance', naissance) as autre from prive_noeuds "
        "union all select hash(id_ligne), hash(nocontrat, 'noms', noms) from prive_noeuds "
        "union all select hash(id_ligne), hash(nocontrat, 'alternant', alternant) from prive_noeuds "
        "where alternant is not null",
    )
    con.execute(
        """
        create or replace temp table prive_parts as
        select
            id_ligne, nocontrat, alternant,
            dense_rank() over (partition by nocontrat order by groupe)::integer as part
        from prive_noeuds inner join prive_groupes on un = hash(id_ligne)
        qualify max(groupe) over (partition by nocontrat) != min(groupe) over (partition by nocontrat);

        -- A row without a triple is of the contract that has its identifier.
        create or replace temp table prive_parts_dites as
        select nocontrat, alternant, min(part) as part from prive_parts where alternant is not null group by all;

        update prive_lignes set part = null where nocontrat in (select nocontrat from prive_parts);
        update prive_lignes set part = dites.part from prive_parts_dites as dites
        where dites.nocontrat = prive_lignes.nocontrat and dites.alternant = prive_lignes.alternant
            and prive_lignes.triplet is null;
        update prive_lignes set part = parts.part from prive_parts as parts
        where parts.id_ligne = prive_lignes.id_ligne;
        """
    )


def unite_triples(con: duckdb.DuckDBPyConnection) -> None:
    """Triples of one birth date seen with one identifier, on a row or a contract, or on one contract, are one person:
    `prive_reunis` has them, and `prive_lignes.triplet` becomes the key of one of them."""
    con.execute(
        """
        create or replace temp table prive_liens as
        select alternant, triplet, naissance from prive_lignes
        anti join prive_numeros using (nocontrat)
        where not rejetee and alternant is not null and triplet is not null
        union all
        select alternant, triplet, naissance from prive_numeros
        where alternant is not null and triplet is not null and not a_deux_alternants and not a_deux_triplets
        union all
        select alternants.alternant, triplets.triplet, triplets.naissance
        from (
            select distinct nocontrat, part, alternant from prive_lignes
            where not rejetee and alternant is not null and nocontrat in (
                select nocontrat from prive_numeros where a_deux_alternants or a_deux_triplets
            )
        ) as alternants
        inner join (
            select distinct nocontrat, part, triplet, naissance from prive_lignes
            where not rejetee and triplet is not null and nocontrat in (
                select nocontrat from prive_numeros where a_deux_alternants or a_deux_triplets
            )
        ) as triplets using (nocontrat, part);

        create or replace temp table prive_aretes as
        select triplet as un, min(triplet) over (partition by alternant, naissance) as autre
        from prive_liens
        where alternant in (select alternant from prive_liens group by alternant having min(triplet) != max(triplet))
        qualify un != autre
        union
        select triplet as un, min(triplet) over (partition by nocontrat, part, naissance) as autre
        from (
            select distinct nocontrat, part, naissance, triplet from prive_lignes
            where
                not rejetee and triplet is not null
                and nocontrat in (select nocontrat from prive_numeros where a_deux_triplets)
        )
        qualify un != autre;
        """
    )
    connect(con, "prive_groupes", "select un, autre from prive_aretes")
    con.execute(
        """
        create or replace temp table prive_reunis as
        select un as triplet, min(un) over (partition by groupe) as representant from prive_groupes;

        update prive_lignes set triplet = reunis.representant from prive_reunis as reunis
        where reunis.triplet = prive_lignes.triplet;
        update prive_liens set triplet = reunis.representant from prive_reunis as reunis
        where reunis.triplet = prive_liens.triplet;
        update prive_suivi set triplet = reunis.representant from prive_reunis as reunis
        where reunis.triplet = prive_suivi.triplet;
        """
    )


def number_persons(con: duckdb.DuckDBPyConnection) -> None:
    """A person's key is a triple or, failing one, an identifier; an identifier stands for the only person it is seen
    with. The numbers follow the order of the rows."""
    con.execute(
        """
        create or replace temp table prive_alternants as
        select
            alternant,
            min(triplet) != max(triplet) as est_incertain,
            min(naissance) != max(naissance) as a_deux_naissances,
            if(min(triplet) = max(triplet), min(triplet), null) as triplet,
            if(min(triplet) = max(triplet), min(naissance), null) as naissance
        from prive_liens group by alternant;

        create or replace temp table prive_personnes as
        select est_triplet, cle, row_number() over (order by premiere, est_triplet)::integer as personne
        from (
            select true as est_triplet, triplet as cle, min(id_ligne) as premiere
            from prive_lignes where triplet is not null group by triplet
            union all
            select false as est_triplet, alternant as cle, min(id_ligne) as premiere
            from prive_lignes
            anti join (from prive_alternants where triplet is not null) as connus using (alternant)
            where alternant is not null group by alternant
        );
        """
    )


def follow_persons(con: duckdb.DuckDBPyConnection) -> None:
    """Of a shared number, the rows that are of none of its contracts by what they say follow their person; failing one,
    a kept row is of a contract of its own, a rejected one of none. A line of a follow-up too; -1 is no contract."""
    con.execute(
        """
        create or replace temp table prive_suites as
        select
            lignes.id_ligne, lignes.nocontrat, lignes.rejetee,
            coalesce(lignes.triplet, alternants.triplet, lignes.alternant) as personne
        from prive_lignes as lignes
        left join prive_alternants as alternants on alternants.alternant = lignes.alternant
        where lignes.part is null;

        create or replace temp table prive_titulaires as
        select nocontrat, triplet as personne, min(part) as part from prive_lignes
        where part > 0 and triplet is not null group by all;
        insert into prive_titulaires
        select
            nocontrat, personne,
            dense_rank() over (partition by nocontrat order by personne) + (select count(*) from prive_parts)
        from prive_suites
        anti join prive_titulaires using (nocontrat, personne)
        where not rejetee group by nocontrat, personne;

        update prive_lignes set part = titulaires.part
        from prive_suites as suites inner join prive_titulaires as titulaires using (nocontrat, personne)
        where suites.id_ligne = prive_lignes.id_ligne;

        create or replace temp table prive_parts_du_suivi as
        select
            suivi.id_ligne,
            coalesce(
                dites.part,
                titulaires.part,
                if(suivi.triplet is null and suivi.alternant is null, null, -1)
            )::integer as part
        from prive_suivi as suivi
        semi join prive_parts on prive_parts.nocontrat = suivi.nocontrat
        left join prive_parts_dites as dites
            on dites.nocontrat = suivi.nocontrat and dites.alternant = suivi.alternant and suivi.triplet is null
        left join prive_alternants as alternants on alternants.alternant = suivi.alternant
        left join prive_titulaires as titulaires
            on
                titulaires.nocontrat = suivi.nocontrat
                and titulaires.personne = coalesce(suivi.triplet, alternants.triplet, suivi.alternant);
        """
    )


def prepare_possible_returns(con: duckdb.DuckDBPyConnection) -> None:
    """`prive_voisins`: pairs of persons (un, autre) of one birth date at one establishment, where the first has a
    rupture and the other a start that does not come before it, and who may have near names: the same letters in nom and
    prénom exchanged, or few that differ, as a letter changed puts in and takes out one at most. `prive_proches`: their
    rows."""
    con.execute(
        f"""
        create or replace temp table prive_etablissements as
        -- What a row without a triple, or with another, tells of its contract is told of the others' apprentice too.
        with temoins as (
            select id_ligne, triplet, naissance from prive_lignes where not rejetee and triplet is not null
            union all
            select lignes.id_ligne, titulaires.triplet, titulaires.naissance
            from prive_lignes as lignes
            inner join (
                select distinct nocontrat, part, triplet, naissance from prive_lignes
                where not rejetee and triplet is not null and nocontrat in (
                    select nocontrat from prive_numeros where a_deux_triplets or a_des_lignes_sans_triplet
                )
            ) as titulaires using (nocontrat, part)
            where not lignes.rejetee
            union all
            select lignes.id_ligne, alternants.triplet, alternants.naissance
            from prive_lignes as lignes
            inner join prive_alternants as alternants on alternants.alternant = lignes.alternant
            where not lignes.rejetee and lignes.triplet is null and alternants.triplet is not null
        )
        select
            temoins.triplet, temoins.naissance, coalesce(par_siret.uai, par_uai.uai, contrats.uaicfa) as uai,
            min(least(contrats.dateeffetrupture, contrats.datesignalementrupture)) as rupture,
            max(contrats.datedebutcontrat) as debut
        from temoins
        inner join brut.contrats as contrats using (id_ligne)
        left join ref.etablissements_par_code as par_siret on par_siret.code = contrats.siret
        left join ref.etablissements_par_code as par_uai on par_uai.code = contrats.uaicfa
        group by all;

        -- With the letters of each spelling of the person's names. A birth date and an establishment are one key: it is
        -- all that most of the pairs below are looked for by.
        create or replace temp table prive_presences as
        select
            etablissements.triplet, hash(etablissements.naissance, etablissements.uai) as lieu, etablissements.debut,
            orthographes.lettres
        from prive_etablissements as etablissements
        inner join (
            select distinct triplet, lettres from prive_lignes where not rejetee and triplet is not null
        ) as orthographes using (triplet);

        -- A rupture may have been told of at another establishment. Joined here, and not with the pairs: DuckDB, which
        -- knows nothing yet of tables of a transaction, would make all the pairs first.
        create or replace temp table prive_rompus as
        select
            presences.triplet, presences.lieu, presences.lettres,
            ((presences.lettres & 4294967295) << 32) + (presences.lettres >> 32) as lettres_echangees,
            ruptures.rupture
        from prive_presences as presences
        inner join (
            select triplet, min(rupture) as rupture from prive_etablissements where rupture is not null group by triplet
        ) as ruptures using (triplet);

        create or replace temp table prive_voisins as
        select distinct uns.triplet as un, autres.triplet as autre
        from prive_rompus as uns
        inner join prive_presences as autres
            on
                uns.lieu = autres.lieu
                and uns.triplet != autres.triplet
                and uns.rupture <= autres.debut
                and (
                    bit_count(xor(uns.lettres, autres.lettres)) <= {2 * LETTRES_DIFFERENTES_MAX}
                    or uns.lettres_echangees = autres.lettres
                );
        """
    )
    forget(con, "etablissements", "presences", "rompus")
    con.execute(
        """
        create or replace temp table prive_proches as
        select id_ligne, triplet from prive_lignes
        where not rejetee and triplet in (select un from prive_voisins union select autre from prive_voisins);
        """
    )


def find_possible_returns(con: duckdb.DuckDBPyConnection) -> None:
    """`brut.reprises`: pairs (personne, autre) of persons of one birth date, at one establishment, whose names are
    those of one person exchanged or misspelt, where the other has a start after a rupture of the first."""
    con.execute(
        f"""
        create table brut.reprises as
        with noms as (
            select distinct proches.triplet, personnelles.nom_compare as nom, personnelles.prenom_compare as prenom
            from prive_proches as proches
            inner join prive_personnelles as personnelles using (id_ligne)
        )
        select distinct un.personne, autre.personne as autre
        from prive_voisins as voisins
        inner join noms as uns on uns.triplet = voisins.un
        inner join noms as autres on autres.triplet = voisins.autre
        inner join prive_personnes as un on un.est_triplet and un.cle = voisins.un
        inner join prive_personnes as autre on autre.est_triplet and autre.cle = voisins.autre
        where
            (uns.nom = autres.prenom and uns.prenom = autres.nom)
            or levenshtein(uns.nom, autres.nom) + levenshtein(uns.prenom, autres.prenom) <= {LETTRES_DIFFERENTES_MAX}
        """
    )


def connect(con: duckdb.DuckDBPyConnection, table: str, aretes: str) -> None:
    """Temporary table (un, groupe): the group of each `un` of a query of edges (un, autre), those that a path links
    having the same."""
    con.execute(
        f"""
        create or replace temp table prive_arcs as {aretes};
        create or replace temp table prive_bouts as
        select cle, row_number() over () - 1 as place
        from (select un as cle from prive_arcs union select autre as cle from prive_arcs);
        """
    )
    liees = con.execute(
        "select uns.place as un, autres.place as autre from prive_arcs as arcs "
        "inner join prive_bouts as uns on uns.cle = arcs.un inner join prive_bouts as autres on autres.cle = arcs.autre"
    ).fetchnumpy()
    nombre = con.execute("select count(*) from prive_bouts").fetchall()[0][0]
    groupes = np.zeros(0, dtype=np.int64)
    if nombre:
        from scipy.sparse import coo_array  # noqa: PLC0415 (long to import, and most runs have nothing to link)
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        graphe = coo_array((np.ones(len(liees["un"])), (liees["un"], liees["autre"])), shape=(nombre, nombre))
        groupes = connected_components(graphe, directed=False)[1].astype(np.int64)
    con.register("groupes", pa.table({"place": np.arange(nombre), "groupe": groupes}))
    con.execute(
        f"create or replace temp table {table} as "
        "select cle as un, groupe from prive_bouts inner join groupes using (place)"
    )
    con.unregister("groupes")
