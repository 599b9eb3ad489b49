/*
---
description: Une ligne par année publiée, le coût du réseau auquel toutes les ventilations du coût se raccordent.
controles:
  - unique: [annee]
  - non_nul: [annee, ruptures_chiffrees, sans_npec, sans_date]
  - expression: (ruptures_chiffrees > 0) = (perte_annee is not null and perte_totale is not null)
---
*/
with

couts as (
    select * from core.couts
),

final as (
    select
        annees.annee,
        count(*) filter (where couts.chiffrage = 'chiffre') as ruptures_chiffrees,
        count(*) filter (where couts.chiffrage = 'sans_npec') as sans_npec,
        count(*) filter (where couts.chiffrage = 'sans_date') as sans_date,
        sum(couts.perte_annee)::decimal(18, 2) as perte_annee,
        sum(couts.perte_totale)::decimal(18, 2) as perte_totale,
        sum(couts.perte_annee_jour_compris)::decimal(18, 2) as perte_annee_jour_compris,
        sum(couts.perte_totale_jour_compris)::decimal(18, 2) as perte_totale_jour_compris,
        sum(couts.perte_annee_maintien)::decimal(18, 2) as perte_annee_maintien,
        sum(couts.perte_totale_maintien)::decimal(18, 2) as perte_totale_maintien
    from core.annees as annees
    left join couts on annees.annee = couts.annee
    group by annees.annee
)

select * from final
order by annee
