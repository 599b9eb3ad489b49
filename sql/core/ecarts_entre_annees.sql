/*
---
description: >-
  Une ligne par année prévue : la variance relative du risque du réseau d'une année à l'autre, celle qu'on suppose et
  celle que disent les années d'avant (définitions §10).
controles:
  - unique: [annee_prevue]
  - non_nul: [annee_prevue, annees_passees, variance_des_annees]
  - entre: {colonne: variance_des_annees, min: 0}
---
*/
with

-- Of a contract that was open: how many ruptures until the end of the year.
risques as (
    select
        annee_prevue,
        anciennete_mois,
        sum(risque order by rang_mois) as risque
    from core.risques_du_reseau
    group by annee_prevue, anciennete_mois
),

passes as (
    select
        annee_prevue,
        annee_passee,
        uai,
        type_diplome,
        anciennete_mois,
        sum(contrats_ouverts) as contrats_ouverts,
        coalesce(sum(contrats_ouverts) filter (where rang_mois is not null), 0) as observees
    from core.contrats_passes
    group by annee_prevue, annee_passee, uai, type_diplome, anciennete_mois
),

annees as (
    select
        passes.annee_prevue,
        passes.annee_passee,
        sum(passes.observees)::double as observees,
        sum(
            passes.contrats_ouverts * risques.risque * coalesce(types.facteur, 1) * coalesce(structures.facteur, 1)
            order by passes.uai, passes.type_diplome, passes.anciennete_mois
        ) as prevues
    from passes
    inner join risques using (annee_prevue, anciennete_mois)
    left join core.facteurs_prevus as types
        on
            passes.annee_prevue = types.annee_prevue
            and types.de = 'type_diplome'
            and passes.type_diplome = types.nom
    left join core.facteurs_prevus as structures
        on passes.annee_prevue = structures.annee_prevue and structures.de = 'uai' and passes.uai = structures.nom
    group by passes.annee_prevue, passes.annee_passee
),

-- What the numbers of ruptures say beyond chance; the years are fitted to, which costs one of them.
final as (
    select
        annee_prevue,
        count(*) as annees_passees,
        sum(observees)::bigint as ruptures,
        greatest(
            ecart_entre_annees() ** 2 / 4,
            (
                poids_de_l_ecart() * ecart_entre_annees() ** 2
                + coalesce(sum(((observees - prevues) ** 2 - prevues) / prevues ** 2 order by annee_passee) filter (
                    where prevues > 0
                ), 0)
            ) / (poids_de_l_ecart() + count(*) - 1)
        ) as variance_des_annees
    from annees
    group by annee_prevue
)

select * from final
order by annee_prevue
