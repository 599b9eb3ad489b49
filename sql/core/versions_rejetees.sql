/*
---
description: Une ligne par état dont une livraison plus récente que la version retenue est rejetée (définitions §1).
controles:
  - unique: [id_contrat, rang_etat]
---
*/
with

rejets as (
    select * from core.rejets
),

final as (
    select distinct
        etats.id_contrat,
        etats.rang_etat
    from core.etats as etats
    inner join core.lignes as retenues on etats.id_ligne = retenues.id_ligne
    inner join rejets
        on
            etats.id_contrat = rejets.id_contrat
            and retenues.est_avenant = rejets.est_avenant
            and retenues.dateeffetavenant is not distinct from rejets.dateeffetavenant
            and retenues.noavenant is not distinct from rejets.noavenant
    where
        not etats.est_annule
        and etats.id_contrat not in (select id_contrat from core.contrats_ecartes)
        and rejets.anciennete > anciennete(retenues.est_numerotee, retenues.date_extraction)
)

select * from final
