/*
---
description: Une ligne par année dont les exports couvrent le début, depuis la première complète (définitions §2).
controles:
  - unique: [annee]
---
*/
with

parametres as (
    select * from ref.parametres
),

-- In a dated delivery, what lies after the extraction is announced, not observed; without a date, events tell it.
extractions as (
    select max(date_extraction) as derniere_date
    from brut.fichiers
    where role = 'contrats'
),

evenements as (
    select
        max(
            greatest(dateconclusion, datedebutcontrat, dateeffetavenant, dateeffetrupture, datesignalementrupture)
        ) as derniere_date
    from brut.contrats
    where date_extraction is null
),

observations as (
    select greatest(extractions.derniere_date, evenements.derniere_date) as derniere_date
    from extractions
    cross join evenements
),

debuts as (
    select min(date_debut) as premier_debut from core.contrats
),

final as (
    select
        annees.annee,
        annees.debut,
        annees.fin_annee,
        observations.derniere_date,
        annees.fin_annee > observations.derniere_date as provisoire
    from ref.annees as annees
    cross join parametres
    cross join debuts
    cross join observations
    where
        if(
            parametres.premiere is not null,
            annees.annee >= parametres.premiere,
            annees.debut > debuts.premier_debut
        )
        and annees.debut <= observations.derniere_date
)

select * from final
order by annee
