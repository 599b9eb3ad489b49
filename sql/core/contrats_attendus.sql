/*
---
description: >-
  Une ligne par année prévue, structure, type de diplôme et mois : les ruptures que les risques du réseau et les
  facteurs font attendre des contrats ouverts, et celles qu'il y a eu (définitions §10).
controles:
  - unique: [annee_prevue, uai, type_diplome, rang_mois]
  - non_nul: [annee_prevue, uai, structure, type_diplome, rang_mois, ruptures_prevues, ruptures_observees]
---
*/
with

effectifs as (
    select
        annee_prevue,
        uai,
        structure,
        type_diplome,
        anciennete_mois,
        sum(contrats_ouverts) as contrats_ouverts
    from core.contrats_ouverts
    group by annee_prevue, uai, structure, type_diplome, anciennete_mois
),

prevues as (
    select
        effectifs.annee_prevue,
        effectifs.uai,
        effectifs.structure,
        effectifs.type_diplome,
        risques.rang_mois,
        sum(
            effectifs.contrats_ouverts * risques.risque * coalesce(types.facteur, 1) * coalesce(structures.facteur, 1)
            order by effectifs.anciennete_mois
        ) as ruptures_prevues,
        -- Of the past that each factor was told from, the same for all these rows.
        coalesce(any_value(types.ruptures), 0) as ruptures_du_type,
        coalesce(any_value(structures.ruptures), 0) as ruptures_de_la_structure
    from effectifs
    inner join core.risques_du_reseau as risques
        on effectifs.annee_prevue = risques.annee_prevue and effectifs.anciennete_mois = risques.anciennete_mois
    left join core.facteurs_prevus as types
        on
            effectifs.annee_prevue = types.annee_prevue
            and types.de = 'type_diplome'
            and effectifs.type_diplome = types.nom
    left join core.facteurs_prevus as structures
        on
            effectifs.annee_prevue = structures.annee_prevue
            and structures.de = 'uai'
            and effectifs.uai = structures.nom
    group by
        effectifs.annee_prevue, effectifs.uai, effectifs.structure, effectifs.type_diplome, risques.rang_mois
),

observees as (
    select
        annee_prevue,
        uai,
        type_diplome,
        rang_mois,
        sum(contrats_ouverts) as ruptures_observees
    from core.contrats_ouverts
    group by annee_prevue, uai, type_diplome, rang_mois
),

final as (
    select
        prevues.*,
        coalesce(observees.ruptures_observees, 0)::bigint as ruptures_observees
    from prevues
    left join observees using (annee_prevue, uai, type_diplome, rang_mois)
)

select * from final
order by annee_prevue, uai, type_diplome, rang_mois
