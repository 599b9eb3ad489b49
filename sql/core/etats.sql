/*
---
description: Une ligne par état d'un contrat (initial ou avenant), avec la ligne qui l'emporte (définitions §1).
controles:
  - unique: [id_contrat, rang_etat]
---
*/
with

lignes as (
    select * from core.lignes
),

-- What one delivery says of a state; two contents on one date contradict each other.
livraisons as (
    select
        id_contrat,
        est_avenant,
        dateeffetavenant,
        noavenant,
        anciennete(est_numerotee, date_extraction) as anciennete,
        arg_max(id_ligne, rang_version) as id_ligne,
        arg_max(datedebutcontrat, rang_version) as datedebutcontrat,
        min(rang_version) < max(rang_version) as est_contradictoire
    from lignes
    where n_lignes > 1
    group by id_contrat, est_avenant, dateeffetavenant, noavenant, anciennete(est_numerotee, date_extraction)
),

-- The latest delivery wins whole.
versions as (
    select
        id_contrat,
        est_avenant,
        dateeffetavenant,
        noavenant,
        arg_max(id_ligne, anciennete) as id_ligne,
        arg_max(datedebutcontrat, anciennete) as datedebutcontrat,
        arg_max(est_contradictoire, anciennete) as est_contradictoire
    from livraisons
    group by id_contrat, est_avenant, dateeffetavenant, noavenant
),

etats as (
    select
        id_contrat,
        id_ligne,
        est_contradictoire,
        count(*) over (partition by id_contrat) as n_etats,
        row_number() over (
            partition by id_contrat
            order by
                est_avenant,
                coalesce(dateeffetavenant, datedebutcontrat),
                noavenant is not null,
                try_cast(noavenant as ubigint) is null,
                try_cast(noavenant as ubigint),
                noavenant nulls first,
                dateeffetavenant is not null
        ) as rang_etat
    from versions
),

-- The only row of a contract is its only state.
final as (
    select
        id_contrat,
        rang_etat,
        n_etats,
        id_ligne,
        est_contradictoire
    from etats
    union all
    select
        id_contrat,
        1 as rang_etat,
        1 as n_etats,
        id_ligne,
        false as est_contradictoire
    from lignes
    where n_lignes = 1
)

select * from final
