/*
---
description: Une ligne par année publiée, cohorte (elle ou la précédente) et indicateur de la Dares (définitions §5).
controles:
  - unique: [annee, annee_cohorte, indicateur]
  - non_nul: [annee, annee_cohorte, indicateur]
  - expression: rompus <= echus
---
*/
with

-- Months after the start at which a contract can be judged; for the net one, 9 and then 6 to sign again.
debuts as (
    select
        date_debut,
        'dares_brut_3m' as indicateur,
        3 as horizon_mois,
        rompus_3m as rompus,
        contrats_commences
    from core.debuts
    union all
    select
        date_debut,
        'dares_brut_6m' as indicateur,
        6 as horizon_mois,
        rompus_6m as rompus,
        contrats_commences
    from core.debuts
    union all
    select
        date_debut,
        'dares_brut_9m' as indicateur,
        9 as horizon_mois,
        rompus_9m as rompus,
        contrats_commences
    from core.debuts
    union all
    select
        date_debut,
        'dares_net_9m_6m' as indicateur,
        15 as horizon_mois,
        rompus_nets_9m_6m as rompus,
        contrats_commences
    from core.debuts
),

final as (
    select
        cohortes.annee,
        cohortes.annee_cohorte,
        debuts.indicateur,
        debuts.horizon_mois,
        sum(debuts.rompus)::bigint as rompus,
        sum(debuts.contrats_commences)::bigint as echus
    from core.cohortes as cohortes
    inner join debuts
        on
            debuts.date_debut between cohortes.debut_cohorte and cohortes.fin_cohorte
            and debuts.date_debut + to_months(debuts.horizon_mois) <= cohortes.fin_annee
    where cohortes.age_cohorte <= 1
    group by cohortes.annee, cohortes.annee_cohorte, debuts.indicateur, debuts.horizon_mois
)

select * from final
order by annee, annee_cohorte, horizon_mois
