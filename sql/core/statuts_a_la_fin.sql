/*
---
description: Une ligne par année et apprenti suivi, avec son statut vu du dernier jour de l'année (définitions §3).
controles:
  - unique: [annee, id_apprenti]
  - valeurs: {statut: [actif, rupture_nette, sorti_a_terme]}
---
*/
with

contrats as (
    select
        id_contrat,
        id_apprenti,
        date_debut,
        date_fin_prevue,
        date_rupture,
        date_fin
    from core.contrats
    where not jamais_commence
),

population as (
    select
        annees.annee,
        contrats.id_apprenti,
        contrats.id_contrat,
        contrats.date_debut,
        rang_de_fin(annees.debut, annees.fin_annee, contrats.date_fin_prevue, contrats.date_rupture) as rang_fin
    from core.annees as annees
    inner join contrats on contrats.date_debut <= annees.fin_annee and contrats.date_fin >= annees.debut
),

-- The greatest rank decides, then the latest start, then the greatest key: one integer of 14, 17 and 32 bits, whose
-- maximum costs half of an arg_max over the columns and carries the key.
decisions as (
    select
        annee,
        id_apprenti,
        max((rang_fin << 49) + ((date_debut - date '1980-01-01') << 32) + id_contrat) as decision
    from population
    group by annee, id_apprenti
),

final as (
    select
        annee,
        id_apprenti,
        decision & 4294967295 as id_contrat,
        statut_de_rang(decision >> 49) as statut
    from decisions
)

select * from final
