/*
---
description: >-
  Une ligne par année publiée, cohorte (elle ou la précédente), indicateur de la Dares et type de diplôme (définitions
  §5).
controles:
  - unique: [annee, annee_cohorte, indicateur, type_diplome]
  - non_nul: [annee, annee_cohorte, indicateur, type_diplome]
  - expression: rompus <= echus
---
*/
-- Months after the start at which a contract can be judged; for the net one, 9 and then 6 to sign again.
with debuts as (
    select
        date_debut,
        type_diplome,
        contrats_commences,
        unnest([
            { 'indicateur': 'dares_brut_3m', 'horizon_mois': 3, 'rompus': rompus_3m },
            { 'indicateur': 'dares_brut_6m', 'horizon_mois': 6, 'rompus': rompus_6m },
            { 'indicateur': 'dares_brut_9m', 'horizon_mois': 9, 'rompus': rompus_9m },
            { 'indicateur': 'dares_net_9m_6m', 'horizon_mois': 15, 'rompus': rompus_nets_9m_6m }
        ], recursive := true)
    from core.debuts
)

select
    cohortes.annee,
    cohortes.annee_cohorte,
    debuts.indicateur,
    debuts.horizon_mois,
    debuts.type_diplome,
    sum(debuts.rompus)::bigint as rompus,
    sum(debuts.contrats_commences)::bigint as echus
from core.cohortes as cohortes
inner join debuts
    on
        debuts.date_debut between cohortes.debut_cohorte and cohortes.fin_cohorte
        and debuts.date_debut + to_months(debuts.horizon_mois) <= cohortes.fin_annee
where cohortes.age_cohorte <= 1
group by cohortes.annee, cohortes.annee_cohorte, debuts.indicateur, debuts.horizon_mois, debuts.type_diplome
order by annee, annee_cohorte, horizon_mois, type_diplome
