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

-- The latest year of the exports whose window has ended, else the first of them.
deduite as (
    select coalesce(max(annee) filter (where not provisoire), min(annee)) as annee
    from core.annees_possibles
    where est_des_exports
),

-- The year asked for, else that one.
rapport as (
    select possibles.*
    from core.annees_possibles as possibles
    cross join parametres
    cross join deduite
    where possibles.annee = coalesce(parametres.annee_demandee, deduite.annee)
),

-- The first year published: the one said, else the second of the exports; never after the report's.
premiere as (
    select coalesce(parametres.premiere, least(min(suivantes.annee), any_value(rapport.annee))) as annee
    from parametres
    cross join rapport
    left join core.annees_des_exports as annees on true
    left join ref.annees as suivantes on annees.fin_annee + 1 = suivantes.debut
    group by parametres.premiere
),

-- Earlier years are cut off as many days after their own end as the report's year, for the report and for what the
-- exports let see of it since.
final as (
    select
        annees.annee,
        annees.debut,
        annees.fin_annee,
        annees.fin_annee
        + (coalesce(parametres.arrete_au, rapport.fin_annee) - rapport.fin_annee)::integer as date_arrete,
        annees.fin_annee + greatest(rapport.derniere_date - rapport.fin_annee, 0)::integer as date_revision,
        annees.annee = rapport.annee as est_rapport,
        coalesce(annees.fin_annee > rapport.derniere_date, true) as provisoire,
        rapport.derniere_date
    from ref.annees as annees
    cross join rapport
    cross join premiere
    cross join parametres
    where annees.annee between premiere.annee and rapport.annee
)

select * from final
order by annee
