/*
---
titre: Taux de rupture nette des CFA
description: Apprentis suivis et ruptures nettes des CFA seuls, chaque taux à côté de son CFA et avec son intervalle.
section: structures
ordre: 20
colonnes:
  structure: {libelle: CFA}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
evolution: true
graphique:
  type: points
  titre: Taux de rupture nette par CFA et intervalle à 95 %
  x: taux_rupture_nette
  y: structure
  reference: region
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucun CFA n'a d'apprenti suivi cette année-là
lignes_max: 40
controles:
  - unique: [annee, uai]
  - non_nul: [annee, uai]
---
*/
with

inscriptions as (
    select * from core.inscriptions
    where type_structure = 'CFA'
),

comptes as (
    select
        annee,
        uai,
        structure,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut in ('actif', 'rupture_nette')) as effectif
    from inscriptions
    group by annee, uai, structure
),

final as (
    select
        comptes.annee,
        comptes.uai,
        comptes.structure,
        comptes.inscrits_actifs,
        comptes.ruptures_nettes,
        comptes.effectif,
        part(comptes.ruptures_nettes, comptes.effectif) as taux_rupture_nette,
        wilson_bas(comptes.ruptures_nettes, comptes.effectif) as taux_bas,
        wilson_haut(comptes.ruptures_nettes, comptes.effectif) as taux_haut,
        fiabilite(comptes.effectif) as fiabilite,
        part(comptes.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures,
        part(comptes.effectif, totaux.effectif) as part_effectif
    from comptes
    inner join core.ruptures_nettes_par_annee as totaux on comptes.annee = totaux.annee
    where comptes.effectif > 0
)

select * from final
order by annee, structure, uai
