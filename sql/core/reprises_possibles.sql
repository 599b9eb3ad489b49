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

personnes as (
    select reprises.personne from reprises
    union
    select reprises.autre as personne from reprises
),

-- Few, and found first: what they are joined to is long.
contrats as materialized (
    select
        id_contrat,
        id_apprenti,
        personne,
        uai,
        date_debut,
        date_rupture,
        jamais_commence
    from core.contrats
    where personne in (select personnes.personne from personnes)
),

ruptures as materialized (
    select
        statuts.annee,
        statuts.id_contrat,
        annees.date_arrete,
        contrats.personne,
        contrats.uai,
        contrats.date_rupture
    from core.statuts as statuts
    inner join core.annees as annees on statuts.annee = annees.annee
    inner join contrats on statuts.id_contrat = contrats.id_contrat
    where statuts.statut = 'rupture_nette'
),

final as (
    select
        ruptures.annee,
        ruptures.id_contrat,
        min(suites.id_contrat) as id_contrat_suivant
    from reprises
    inner join ruptures on reprises.personne = ruptures.personne
    inner join contrats as suites
        on
            reprises.autre = suites.personne
            and ruptures.uai = suites.uai
            and suites.date_debut between ruptures.date_rupture and ruptures.date_arrete
    where not suites.jamais_commence
    group by ruptures.annee, ruptures.id_contrat
)

select * from final
