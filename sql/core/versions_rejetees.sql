/*
---
description: Une ligne par état dont une livraison plus récente que la version retenue est rejetée (définitions §1).
controles:
  - unique: [id_contrat, rang_etat]
---
*/
with

rejets as (
    select
        *,
        coalesce(typecontrat in ('31', '32', '33', '34', '35', '36', '37', '38'), false) as est_avenant,
        coalesce(nullif(personne_triplet, 0), personne_alternant) as personne
    from staging.contrats_rejetes
),

-- A rejected row without a number is recognised by the parts of a kept one.
rattaches as (
    select distinct
        rejets.date_extraction,
        rejets.est_avenant,
        rejets.dateeffetavenant,
        rejets.noavenant,
        lignes.id_contrat,
        lignes.est_numerotee
    from rejets
    inner join core.lignes as lignes on rejets.nocontrat = lignes.nocontrat
    where lignes.est_numerotee
    union all
    select distinct
        rejets.date_extraction,
        rejets.est_avenant,
        rejets.dateeffetavenant,
        rejets.noavenant,
        lignes.id_contrat,
        lignes.est_numerotee
    from rejets
    inner join core.lignes as lignes
        on
            rejets.personne = lignes.personne
            and rejets.datedebutcontrat = lignes.datedebutcontrat
            and rejets.siretemployeur is not distinct from lignes.siretemployeur
    where rejets.nocontrat is null and not lignes.est_numerotee
),

final as (
    select distinct
        etats.id_contrat,
        etats.rang_etat
    from core.etats as etats
    inner join rattaches
        on
            etats.id_contrat = rattaches.id_contrat
            and etats.est_avenant = rattaches.est_avenant
            and etats.dateeffetavenant is not distinct from rattaches.dateeffetavenant
            and etats.noavenant is not distinct from rattaches.noavenant
            and etats.est_numerotee <= rattaches.est_numerotee
    where
        rattaches.date_extraction > coalesce(etats.date_extraction, date '0001-01-01')
        or etats.est_numerotee < rattaches.est_numerotee
)

select * from final
