/*
---
titre: Mois de la rupture
description: Ruptures nettes et brutes de chaque mois de la fenêtre ; le premier et le dernier sont souvent partiels.
section: calendrier
ordre: 10
colonnes:
  mois: {libelle: Mois, format: mois}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
  ruptures_brutes: {libelle: Ruptures brutes, format: entier}
graphique:
  type: colonnes_mois
  titre: Ruptures nettes par mois
  x: mois
  y: ruptures_nettes
controles:
  - unique: [annee, mois]
  - non_nul: [annee, mois]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: ruptures_brutes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

-- Every month of the window, those without a rupture too.
calendrier as (
    select
        annee,
        unnest(generate_series(date_trunc('month', debut), fin_annee, interval 1 month)) as premier_jour
    from core.annees
),

nettes as (
    select
        annee,
        mois,
        1 as ruptures_nettes,
        0 as ruptures_brutes
    from core.inscriptions
    where statut = 'rupture_nette'
),

brutes as (
    select
        annee,
        mois,
        0 as ruptures_nettes,
        1 as ruptures_brutes
    from core.ruptures_brutes
),

vides as (
    select
        annee,
        strftime(premier_jour, '%Y-%m') as mois,
        0 as ruptures_nettes,
        0 as ruptures_brutes
    from calendrier
),

toutes as (
    select * from nettes
    union all
    select * from brutes
    union all
    select * from vides
),

comptes as (
    select
        annee,
        mois,
        sum(ruptures_nettes)::bigint as ruptures_nettes,
        sum(ruptures_brutes)::bigint as ruptures_brutes
    from toutes
    group by annee, mois
),

final as (
    select
        comptes.annee,
        comptes.mois,
        comptes.ruptures_nettes,
        part(comptes.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures,
        comptes.ruptures_brutes
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
)

select * from final
order by annee, mois
