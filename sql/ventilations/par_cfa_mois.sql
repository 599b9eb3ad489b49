/*
---
titre: Calendrier des ruptures du CFA
description: >-
  Ruptures nettes et brutes du CFA à chaque mois de la fenêtre ; le premier et le dernier sont souvent partiels.
section: calendrier
ordre: 40
place: cfa
colonnes:
  mois: {libelle: Mois, format: mois}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  ruptures_brutes: {libelle: Ruptures brutes, format: entier}
graphique:
  type: colonnes_mois
  titre: Ruptures nettes du CFA par mois
  x: mois
  y: ruptures_nettes
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucun apprenti suivi cette année-là
controles:
  - unique: [annee, uai, mois]
  - non_nul: [annee, uai, mois]
---
*/
with

cfa as (
    select * from core.structures_par_annee
    where type_structure = 'CFA'
),

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
        uai,
        mois,
        1 as ruptures_nettes,
        0 as ruptures_brutes
    from core.inscriptions
    where statut = 'rupture_nette' and type_structure = 'CFA'
),

brutes as (
    select
        annee,
        uai,
        mois,
        0 as ruptures_nettes,
        1 as ruptures_brutes
    from core.ruptures_brutes
    where type_structure = 'CFA'
),

vides as (
    select
        cfa.annee,
        cfa.uai,
        strftime(calendrier.premier_jour, '%Y-%m') as mois,
        0 as ruptures_nettes,
        0 as ruptures_brutes
    from cfa
    inner join calendrier on cfa.annee = calendrier.annee
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
        uai,
        mois,
        sum(ruptures_nettes)::bigint as ruptures_nettes,
        sum(ruptures_brutes)::bigint as ruptures_brutes
    from toutes
    group by annee, uai, mois
),

final as (
    select
        comptes.annee,
        comptes.uai,
        cfa.structure,
        comptes.mois,
        comptes.ruptures_nettes,
        comptes.ruptures_brutes
    from comptes
    inner join cfa on comptes.annee = cfa.annee and comptes.uai = cfa.uai
)

select * from final
order by annee, structure, uai, mois
