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

evenements as (
    select * from core.evenements
),

-- Those of the exports that are complete from their first day, as far as the configuration says.
exports as (
    select annees.*
    from core.annees_des_exports as annees
    cross join parametres
    where coalesce(annees.annee >= parametres.premiere, true)
),

-- The latest of them whose window has ended, else the first.
finies as (
    select
        min(exports.annee) as premiere,
        coalesce(
            max(exports.annee) filter (where exports.fin_annee <= evenements.derniere_date), min(exports.annee)
        ) as derniere
    from exports
    cross join evenements
),

-- The year asked for, if the exports reach it; else that one.
rapport as (
    select annees.*
    from ref.annees as annees
    cross join parametres
    cross join evenements
    cross join finies
    where
        annees.annee = coalesce(parametres.annee_demandee, finies.derniere)
        and annees.annee >= coalesce(parametres.premiere, finies.premiere)
        and (annees.debut <= evenements.derniere_date or annees.annee in (select exports.annee from exports))
),

-- The first year published: the one said, else the second of the exports; never after the report's.
premiere as (
    select coalesce(parametres.premiere, least(min(suivantes.annee), any_value(rapport.annee))) as annee
    from parametres
    cross join rapport
    cross join core.annees_des_exports as annees
    inner join ref.annees as suivantes on annees.fin_annee + 1 = suivantes.debut
    group by parametres.premiere
),

-- Earlier years are cut off as many days after their own end as the report's year.
final as (
    select
        annees.annee,
        annees.debut,
        annees.fin_annee,
        annees.fin_annee
        + (coalesce(parametres.arrete_au, rapport.fin_annee) - rapport.fin_annee)::integer as date_arrete,
        annees.annee = rapport.annee as est_rapport,
        coalesce(annees.fin_annee > evenements.derniere_date, true) as provisoire,
        evenements.derniere_date
    from ref.annees as annees
    cross join rapport
    cross join premiere
    cross join parametres
    cross join evenements
    where annees.annee between premiere.annee and rapport.annee
)

select * from final
order by annee
