/*
---
description: >-
  Une ligne par année prévue, celle de contrats ouverts (elle-même ou une d'avant), structure, type de diplôme et mois :
  les ruptures que les risques de l'année prévue en font attendre, et celles qu'il y a eu (définitions §10).
controles:
  - unique: [annee_prevue, annee_ouverte, uai, type_diplome, rang_mois]
  - non_nul: [annee_prevue, annee_ouverte, uai, structure, type_diplome, rang_mois]
  - non_nul: [ruptures_prevues, ruptures_observees]
---
*/
with

ouverts as (
    select
        annee_prevue,
        annee_prevue as annee_ouverte,
        uai,
        structure,
        type_diplome,
        anciennete_mois,
        rang_mois,
        contrats_ouverts
    from core.contrats_ouverts
    union all by name
    select * rename (annee_passee as annee_ouverte) from core.contrats_passes
),

effectifs as (
    select
        annee_prevue,
        annee_ouverte,
        uai,
        structure,
        type_diplome,
        anciennete_mois,
        sum(contrats_ouverts) as contrats_ouverts
    from ouverts
    group by annee_prevue, annee_ouverte, uai, structure, type_diplome, anciennete_mois
),

prevues as (
    select
        effectifs.annee_prevue,
        effectifs.annee_ouverte,
        effectifs.uai,
        effectifs.structure,
        effectifs.type_diplome,
        risques.rang_mois,
        sum(
            effectifs.contrats_ouverts * risques.risque * coalesce(types.facteur, 1) * coalesce(structures.facteur, 1)
            order by effectifs.anciennete_mois
        ) as ruptures_prevues
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
        effectifs.annee_prevue, effectifs.annee_ouverte, effectifs.uai, effectifs.structure, effectifs.type_diplome,
        risques.rang_mois
),

observees as (
    select
        annee_prevue,
        annee_ouverte,
        uai,
        type_diplome,
        rang_mois,
        sum(contrats_ouverts) as ruptures_observees
    from ouverts
    group by annee_prevue, annee_ouverte, uai, type_diplome, rang_mois
),

final as (
    select
        prevues.*,
        coalesce(observees.ruptures_observees, 0)::bigint as ruptures_observees
    from prevues
    left join observees using (annee_prevue, annee_ouverte, uai, type_diplome, rang_mois)
)

select * from final
order by annee_prevue, annee_ouverte, uai, type_diplome, rang_mois
