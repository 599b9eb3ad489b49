/*
---
description: Une ligne par année publiée et cohorte, elle ou l'une des trois précédentes (définitions §5).
controles:
  - unique: [annee, annee_cohorte]
  - non_nul: [annee, annee_cohorte]
  - entre: {colonne: age_cohorte, min: 0, max: 3}
  - expression: rompus_dans_annee <= contrats_commences
---
*/
with

annees as (
    select
        annee,
        debut,
        fin_annee,
        row_number() over (order by annee) as rang
    from core.annees
),

debuts as (
    select
        annees.annee,
        coalesce(sum(debuts.contrats_commences), 0)::bigint as contrats_commences
    from annees
    left join core.debuts as debuts on debuts.date_debut between annees.debut and annees.fin_annee
    group by annees.annee
),

ruptures as (
    select
        brutes.annee,
        annees.annee as annee_cohorte,
        count(*) as rompus_dans_annee
    from core.ruptures_brutes as brutes
    inner join annees on brutes.date_debut between annees.debut and annees.fin_annee
    group by brutes.annee, annees.annee
),

final as (
    select
        annees.annee,
        annees.fin_annee,
        cohortes.annee as annee_cohorte,
        cohortes.debut as debut_cohorte,
        cohortes.fin_annee as fin_cohorte,
        annees.rang - cohortes.rang as age_cohorte,
        debuts.contrats_commences,
        coalesce(ruptures.rompus_dans_annee, 0) as rompus_dans_annee
    from annees
    inner join annees as cohortes on cohortes.rang between annees.rang - 3 and annees.rang
    inner join debuts on cohortes.annee = debuts.annee
    left join ruptures on annees.annee = ruptures.annee and cohortes.annee = ruptures.annee_cohorte
)

select * from final
order by annee, annee_cohorte
