/*
---
description: Une ligne par année publiée, les bornes du taux quoi que disaient les lignes rejetées.
controles:
  - unique: [annee]
  - non_nul: [annee, contrats_rejetes]
  - expression: taux_plancher is null or taux_plancher <= taux_plafond
---
*/
with

-- A rejected row may be that of an apprentice nobody else tells of, broken or not, or may change what is known of a
-- kept contract, one way or the other. One whose start is after the year says nothing of it.
rejets as (
    select
        annees.annee,
        count(distinct coalesce(rejets.nocontrat, rejets.premiere_copie::varchar)) filter (
            where rejets.id_contrat is null
        ) as inconnus,
        count(distinct rejets.id_contrat) as connus
    from core.annees as annees
    left join core.rejets as rejets on coalesce(rejets.datedebutcontrat <= annees.fin_annee, true)
    group by annees.annee
),

totaux as (
    select
        rejets.annee,
        rejets.inconnus,
        rejets.connus,
        totaux.ruptures_nettes,
        totaux.effectif + rejets.inconnus as effectif
    from rejets
    inner join core.ruptures_nettes_par_annee as totaux on rejets.annee = totaux.annee
),

final as (
    select
        annee,
        inconnus + connus as contrats_rejetes,
        part(greatest(ruptures_nettes - connus, 0), effectif) as taux_plancher,
        part(least(ruptures_nettes + connus + inconnus, effectif), effectif) as taux_plafond
    from totaux
)

select * from final
order by annee
