/*
---
description: Une ligne par état d'un contrat (initial ou avenant), avec la ligne qui l'emporte (définitions §1).
controles:
  - unique: [id_ligne]
---
*/
with

-- What an avenant says of itself: cancelled, it is no state.
avenants as (
    select
        id_ligne,
        statut_effectif(statut, datesuppression) as statut
    from brut.contrats
    where avenant(typecontrat) and id_ligne not in (select id_ligne from core.versions_reunies)
    union all
    select
        id_ligne,
        statut_effectif(statut, datesuppression) as statut
    from core.versions_reunies
    where avenant(typecontrat)
),

annules as (
    select id_ligne
    from avenants
    where annule(statut)
),

versions as (
    select
        versions.*,
        coalesce(reunies.est_contradictoire, false) as est_contradictoire,
        annules.id_ligne is not null as est_annule
    from core.versions as versions
    left join core.versions_reunies as reunies on versions.id_ligne = reunies.id_ligne
    left join annules on versions.id_ligne = annules.id_ligne
),

-- The only row of a contract is its only state.
seules as (
    select
        lignes.*,
        annules.id_ligne is not null as est_annule
    from core.lignes as lignes
    left join annules on lignes.id_ligne = annules.id_ligne
    where lignes.n_lignes = 1
),

final as (
    select
        id_contrat,
        id_ligne,
        part_du_numero,
        est_avenant,
        est_contradictoire,
        est_annule,
        count(*) filter (where not est_annule) over (partition by id_contrat) as n_etats,
        if(est_annule, null, row_number() over (
            partition by id_contrat
            order by
                est_annule,
                est_avenant,
                coalesce(dateeffetavenant, datedebutcontrat),
                noavenant is not null,
                try_cast(noavenant as ubigint) is null,
                try_cast(noavenant as ubigint),
                noavenant nulls first,
                dateeffetavenant is not null
        )) as rang_etat
    from versions
    union all
    select
        id_contrat,
        id_ligne,
        part_du_numero,
        est_avenant,
        false as est_contradictoire,
        est_annule,
        if(est_annule, 0, 1) as n_etats,
        if(est_annule, null, 1) as rang_etat
    from seules
)

select * from final
