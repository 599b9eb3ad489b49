/*
---
description: Une ligne par année sur laquelle le rapport peut porter (définitions §2).
controles:
  - unique: [annee]
---
*/
with

-- Those of the exports that are complete, as far as the configuration says.
exports as (
    select annees.*
    from core.annees_des_exports as annees
    cross join ref.parametres as parametres
    where coalesce(annees.annee >= parametres.premiere, true)
),

premiere as (
    select coalesce(any_value(parametres.premiere), min(exports.annee)) as annee
    from ref.parametres as parametres
    left join exports on true
),

final as (
    select
        annees.annee,
        annees.debut,
        annees.fin_annee,
        exports.annee is not null as est_des_exports,
        evenements.derniere_date,
        coalesce(annees.fin_annee > evenements.derniere_date, true) as provisoire
    from ref.annees as annees
    cross join premiere
    cross join core.evenements as evenements
    left join exports on annees.annee = exports.annee
    where
        annees.annee >= premiere.annee
        and (exports.annee is not null or annees.debut <= evenements.derniere_date)
)

select * from final
order by annee
