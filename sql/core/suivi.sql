/*
---
description: Une ligne par contrat des fichiers de suivi, avec la valeur retenue de chaque colonne.
controles:
  - unique: [nocontrat, part_du_numero]
---
*/
with

suivi as (
    select
        *,
        livraison(date_extraction) as livraison
    from brut.suivi
),

-- Two different values: the latest extraction date, then the greatest.
final as (
    select
        nocontrat,
        part_du_numero,
        arg_max(diplomeentree, (livraison, diplomeentree)) as diplomeentree,
        arg_max(situation, (livraison, situation)) as situation,
        arg_max(motifexprime, (livraison, motifexprime)) as motifexprime,
        arg_max(motifvalide, (livraison, motifvalide)) as motifvalide,
        arg_max(codemotifrupture, (livraison, codemotifrupture)) as codemotifrupture,
        arg_max(npecannuel, (livraison, npecannuel)) as npecannuel,
        arg_max(dateeffetrupture, (livraison, dateeffetrupture)) as dateeffetrupture,
        arg_max(suite_rupture, (livraison, suite_rupture)) as suite_rupture,
        arg_max(obtention_diplome_formation, (livraison, obtention_diplome_formation)) as obtention_diplome_formation,
        (count(distinct diplomeentree) > 1)::integer
        + (count(distinct situation) > 1)::integer
        + (count(distinct motifexprime) > 1)::integer
        + (count(distinct motifvalide) > 1)::integer
        + (count(distinct codemotifrupture) > 1)::integer
        + (count(distinct npecannuel) > 1)::integer
        + (count(distinct dateeffetrupture) > 1)::integer
        + (count(distinct suite_rupture) > 1)::integer
        + (count(distinct obtention_diplome_formation) > 1)::integer as n_contradictions
    from suivi
    group by nocontrat, part_du_numero
)

select * from final
