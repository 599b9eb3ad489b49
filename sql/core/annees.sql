/*
---
description: Une ligne par année de formation publiée, avec sa fenêtre et sa date d'arrêté (définitions §2 et §3).
controles:
  - unique: [annee]
  - non_nul: [annee, debut, fin_annee, date_arrete]
---
*/
with

parametres as (
    select * from ref.parametres
),

completes as (
    select * from core.annees_completes
),

-- The year asked for, else the latest whose window has ended.
rapport as (
    select
        arg_max(completes.annee, completes.annee) as annee,
        arg_max(completes.fin_annee, completes.annee) as fin_annee
    from completes
    cross join parametres
    where if(parametres.annee_demandee is null, not completes.provisoire, completes.annee = parametres.annee_demandee)
),

-- Earlier years are cut off as many days after their own end as the report's year.
final as (
    select
        completes.annee,
        completes.debut,
        completes.fin_annee,
        completes.fin_annee
        + (coalesce(parametres.arrete_au, rapport.fin_annee) - rapport.fin_annee)::integer as date_arrete,
        completes.annee = rapport.annee as est_rapport,
        completes.provisoire,
        completes.derniere_date
    from completes
    inner join rapport on completes.annee <= rapport.annee
    cross join parametres
)

select * from final
order by annee
