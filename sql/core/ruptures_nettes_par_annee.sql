/*
---
description: Une ligne par année publiée, les totaux du réseau auxquels toutes les ventilations se raccordent.
controles:
  - unique: [annee]
  - expression: effectif = inscrits_actifs + ruptures_nettes
  - expression: sortis_sous_31_jours <= sortis_a_terme and termes_sous_31_jours <= inscrits_actifs
  - expression: ruptures_nettes between 0 and ruptures_nettes_provisoires
  - expression: ruptures_nettes_revues between 0 and ruptures_nettes_provisoires
---
*/
with nettes as (
    select
        inscriptions.annee, unnest(mesures(inscriptions.statut)),
        count(*) filter (where inscriptions.statut = 'sorti_a_terme') as sortis_a_terme,
        count(*) filter (
            where inscriptions.statut = 'sorti_a_terme' and inscriptions.date_fin_prevue < annees.debut + 31
        ) as sortis_sous_31_jours,
        count(*) filter (
            where inscriptions.statut = 'actif' and inscriptions.date_rupture is null
            and inscriptions.date_fin_prevue between annees.fin_annee + 1 and annees.fin_annee + 31
        ) as termes_sous_31_jours
    from core.inscriptions as inscriptions
    inner join core.annees as annees using (annee)
    group by inscriptions.annee
),

-- A later cut-off moves net ruptures among the apprentices followed, and nobody in or out of them.
provisoires as (
    select annee, count(*) as ruptures_nettes_provisoires
    from core.statuts
    where statut_provisoire = 'rupture_nette'
    group by annee
),

effacees as (
    select resignatures.annee, count(*) as nombre
    from core.resignatures as resignatures
    inner join core.annees as annees
        on resignatures.annee = annees.annee and resignatures.date_arrete = annees.date_revision
    where annees.date_revision > annees.fin_annee
    group by resignatures.annee
),

brutes as (
    select annee, count(*) as ruptures_brutes
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
        coalesce(nettes.sortis_sous_31_jours, 0) as sortis_sous_31_jours,
        coalesce(nettes.termes_sous_31_jours, 0) as termes_sous_31_jours,
        coalesce(brutes.ruptures_brutes, 0) as ruptures_brutes,
        coalesce(provisoires.ruptures_nettes_provisoires, 0) as ruptures_nettes_provisoires,
        coalesce(provisoires.ruptures_nettes_provisoires, 0) - coalesce(effacees.nombre, 0) as ruptures_nettes_revues
    from core.annees as annees
    left join nettes using (annee)
    left join provisoires using (annee)
    left join effacees using (annee)
    left join brutes using (annee)
)

select
    annee, inscrits_actifs, ruptures_nettes, effectif, unnest(taux(ruptures_nettes, effectif)),
    sortis_a_terme, sortis_sous_31_jours, termes_sous_31_jours, ruptures_brutes,
    ruptures_brutes - ruptures_nettes as resignees, ruptures_nettes_provisoires,
    ruptures_nettes_revues, part(ruptures_nettes_revues, effectif) as taux_revu,
    wilson_bas(ruptures_nettes_revues, effectif) as taux_revu_bas,
    wilson_haut(ruptures_nettes_revues, effectif) as taux_revu_haut,
    part(ruptures_nettes_provisoires, effectif) as taux_provisoire,
    wilson_bas(ruptures_nettes_provisoires, effectif) as taux_provisoire_bas,
    wilson_haut(ruptures_nettes_provisoires, effectif) as taux_provisoire_haut
from comptes
order by annee
