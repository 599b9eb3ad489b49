/*
---
description: Une ligne par rupture nette qu'un autre contrat, sous un nom d'une autre orthographe, a peut-être suivie.
controles:
  - unique: [annee, id_contrat]
---
*/
with

reprises as (
    select * from brut.reprises
),

-- The apprentices whose names are that near.
apprentis as (
    select distinct
        personne,
        id_apprenti
    from core.contrats
    where
        personne in (select reprises.personne from reprises)
        or personne in (select reprises.autre from reprises)
),

final as (
    select
        statuts.annee,
        statuts.id_contrat,
        min(suites.id_contrat) as id_contrat_suivant
    from reprises
    inner join apprentis as rompus on reprises.personne = rompus.personne
    inner join apprentis as autres on reprises.autre = autres.personne
    inner join core.statuts as statuts on rompus.id_apprenti = statuts.id_apprenti
    inner join core.annees as annees on statuts.annee = annees.annee
    inner join core.contrats as ruptures on statuts.id_contrat = ruptures.id_contrat
    inner join core.contrats as suites
        on
            autres.id_apprenti = suites.id_apprenti
            and ruptures.uai = suites.uai
            and suites.date_debut between ruptures.date_rupture and annees.date_arrete
    where statuts.statut = 'rupture_nette' and not suites.jamais_commence
    group by statuts.annee, statuts.id_contrat
)

select * from final
