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

annees as (
    select
        annee_prevue,
        annee_ouverte,
        sum(ruptures_observees)::double as observees,
        sum(ruptures_prevues order by uai, type_diplome, rang_mois) as prevues
    from core.contrats_attendus
    where annee_ouverte != annee_prevue
    group by annee_prevue, annee_ouverte
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
                + coalesce(sum(((observees - prevues) ** 2 - prevues) / prevues ** 2 order by annee_ouverte) filter (
                    where prevues > 0
                ), 0)
            ) / (poids_de_l_ecart() + count(*) - 1)
        ) as variance_des_annees
    from annees
    group by annee_prevue
)

select * from final
order by annee_prevue
