/*
---
description: Une ligne par année publiée, les totaux du réseau auxquels toutes les ventilations se raccordent.
controles:
  - unique: [annee]
  - expression: effectif = inscrits_actifs + ruptures_nettes
  - expression: ruptures_nettes between 0 and ruptures_nettes_provisoires
---
*/
with

inscriptions as (
    select * from core.inscriptions
),

nettes as (
    select
        annee,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut in ('actif', 'rupture_nette')) as effectif,
        count(*) filter (where statut = 'sorti_a_terme') as sortis_a_terme
    from inscriptions
    group by annee
),

-- A later cut-off moves net ruptures among the apprentices followed, and nobody in or out of them.
provisoires as (
    select
        annee,
        count(*) as ruptures_nettes_provisoires
    from core.statuts
    where statut_provisoire = 'rupture_nette'
    group by annee
),

brutes as (
    select
        annee,
        count(*) as ruptures_brutes
    from core.ruptures_brutes
    group by annee
),

comptes as (
    select
        annees.annee,
        coalesce(nettes.inscrits_actifs, 0) as inscrits_actifs,
        coalesce(nettes.ruptures_nettes, 0) as ruptures_nettes,
        coalesce(nettes.effectif, 0) as effectif,
        coalesce(nettes.sortis_a_terme, 0) as sortis_a_terme,
        coalesce(brutes.ruptures_brutes, 0) as ruptures_brutes,
        coalesce(provisoires.ruptures_nettes_provisoires, 0) as ruptures_nettes_provisoires
    from core.annees as annees
    left join nettes on annees.annee = nettes.annee
    left join provisoires on annees.annee = provisoires.annee
    left join brutes on annees.annee = brutes.annee
),

final as (
    select
        annee,
        inscrits_actifs,
        ruptures_nettes,
        effectif,
        part(ruptures_nettes, effectif) as taux_rupture_nette,
        wilson_bas(ruptures_nettes, effectif) as taux_bas,
        wilson_haut(ruptures_nettes, effectif) as taux_haut,
        fiabilite(effectif) as fiabilite,
        sortis_a_terme,
        ruptures_brutes,
        ruptures_brutes - ruptures_nettes as resignees,
        ruptures_nettes_provisoires,
        part(ruptures_nettes_provisoires, effectif) as taux_provisoire,
        wilson_bas(ruptures_nettes_provisoires, effectif) as taux_provisoire_bas,
        wilson_haut(ruptures_nettes_provisoires, effectif) as taux_provisoire_haut
    from comptes
)

select * from final
order by annee
