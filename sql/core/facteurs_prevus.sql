/*
---
description: >-
  Une ligne par année prévue et type de diplôme, puis par année prévue et structure : combien de fois le risque du
  réseau, d'après les années d'avant, rapproché de lui (définitions §10).
controles:
  - unique: [annee_prevue, de, nom]
  - non_nul: [annee_prevue, de, nom, ruptures, facteur]
  - valeurs: {de: [type_diplome, uai]}
---
*/
with

passes as (
    select
        passes.annee_prevue,
        passes.uai,
        passes.type_diplome,
        passes.anciennete_mois,
        sum(passes.contrats_ouverts) as ouverts,
        coalesce(sum(passes.contrats_ouverts) filter (where passes.rang_mois is not null), 0) as rompus
    from core.contrats_passes as passes
    group by passes.annee_prevue, passes.uai, passes.type_diplome, passes.anciennete_mois
),

risques as (
    select
        annee_prevue,
        anciennete_mois,
        sum(risque order by rang_mois) as risque
    from core.risques_du_reseau
    group by annee_prevue, anciennete_mois
),

-- Sums of floats are in order: the same rows give the same bits.
attendus as (
    select
        passes.*,
        passes.ouverts * risques.risque as attendues
    from passes
    inner join risques
        on passes.annee_prevue = risques.annee_prevue and passes.anciennete_mois = risques.anciennete_mois
),

types as (
    select
        annee_prevue,
        type_diplome,
        sum(rompus) as ruptures,
        rapproche(sum(rompus), sum(attendues order by uai, anciennete_mois)) as facteur
    from attendus
    group by annee_prevue, type_diplome
),

structures as (
    select
        attendus.annee_prevue,
        attendus.uai,
        sum(attendus.rompus) as ruptures,
        rapproche(
            sum(attendus.rompus),
            sum(attendus.attendues * types.facteur order by attendus.type_diplome, attendus.anciennete_mois)
        ) as facteur
    from attendus
    inner join types
        on attendus.annee_prevue = types.annee_prevue and attendus.type_diplome = types.type_diplome
    group by attendus.annee_prevue, attendus.uai
),

final as (
    select
        annee_prevue,
        'type_diplome' as de,
        type_diplome as nom,
        ruptures,
        facteur
    from types
    union all
    select
        annee_prevue,
        'uai' as de,
        uai as nom,
        ruptures,
        facteur
    from structures
)

select * from final
order by annee_prevue, de, nom
