/*
---
description: Une ligne par année publiée, les jours passés sous contrat dans sa fenêtre (définitions §5).
controles:
  - unique: [annee]
  - non_nul: [annee, jours_sous_contrat]
---
*/
with

-- Both ends included; the last day of a broken contract is the eve of the rupture.
contrats as (
    select
        date_debut,
        coalesce(date_rupture - 1, date_fin_prevue) as dernier_jour
    from core.contrats
    where not jamais_commence
),

sommes as (
    select
        annees.annee,
        sum(least(contrats.dernier_jour, annees.fin_annee) - greatest(contrats.date_debut, annees.debut) + 1)
            as jours_sous_contrat
    from core.annees as annees
    inner join contrats on contrats.date_debut <= annees.fin_annee and contrats.dernier_jour >= annees.debut
    group by annees.annee
),

final as (
    select
        annees.annee,
        coalesce(sommes.jours_sous_contrat, 0)::bigint as jours_sous_contrat
    from core.annees as annees
    left join sommes on annees.annee = sommes.annee
)

select * from final
order by annee
