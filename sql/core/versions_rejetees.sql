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
        avenant(typecontrat) as est_avenant,
        apprenti(personne_triplet, personne_alternant) as personne
    from staging.contrats_rejetes
),

numerotes as (
    select distinct
        nocontrat,
        id_contrat
    from core.lignes
    where est_numerotee
),

-- A rejected row without a number has the key that a kept one would have: the numbered contract it alone matches,
-- else the contract of its own three parts.
semblables as (
    select
        rejets.id_ligne,
        count(distinct lignes.id_contrat) filter (where lignes.est_numerotee) as n_numerotes,
        min(lignes.id_contrat) filter (where lignes.est_numerotee) as id_numerote,
        min(lignes.id_contrat) filter (where lignes.nocontrat is null) as id_de_secours
    from rejets
    inner join core.lignes as lignes
        on
            rejets.personne = lignes.personne
            and rejets.datedebutcontrat = lignes.datedebutcontrat
            and rejets.siretemployeur is not distinct from lignes.siretemployeur
    where rejets.nocontrat is null
    group by rejets.id_ligne
),

rattaches as (
    select
        rejets.date_extraction,
        rejets.est_avenant,
        rejets.dateeffetavenant,
        rejets.noavenant,
        rejets.nocontrat is not null as est_numerotee,
        coalesce(
            numerotes.id_contrat,
            if(semblables.n_numerotes = 1, semblables.id_numerote, semblables.id_de_secours)
        ) as id_contrat
    from rejets
    left join numerotes on rejets.nocontrat = numerotes.nocontrat
    left join semblables on rejets.id_ligne = semblables.id_ligne
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
    where
        (rattaches.est_numerotee, livraison(rattaches.date_extraction))
        > (etats.est_numerotee, livraison(etats.date_extraction))
)

select * from final
