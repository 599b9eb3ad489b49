/*
---
description: Une seule ligne, la dernière date que disent les exports, et celles qui en sont trop loin (définitions §2).
descriptions:
  dates_hors_periode: "Nombre de dates trop lointaines pour dire jusqu'où vont des exports sans date."
---
*/
with

-- In dated deliveries, what lies after the extraction is announced, not observed.
extractions as (
    select max(date_extraction) as derniere_date
    from brut.fichiers
    where role = 'contrats'
),

-- Without a date, events tell it; those after the window that follows the last year of the exports do not.
limites as (
    select max(suivantes.fin_annee) as derniere_date
    from core.annees_des_exports as annees
    inner join ref.annees as suivantes on annees.fin_annee + 1 = suivantes.debut
),

jours as (
    select unnest([brutes.dateconclusion, brutes.dateeffetrupture, brutes.datesignalementrupture]) as jour
    from brut.contrats as brutes
    inner join core.lignes as lignes on brutes.id_ligne = lignes.id_ligne
    semi join core.contrats as contrats on lignes.id_contrat = contrats.id_contrat
    where (select derniere_date from extractions) is null
),

final as (
    select
        coalesce(
            any_value(extractions.derniere_date),
            max(jours.jour) filter (where jours.jour <= limites.derniere_date)
        ) as derniere_date,
        count(*) filter (where jours.jour > limites.derniere_date) as dates_hors_periode
    from extractions
    cross join limites
    left join jours on true
)

select * from final
