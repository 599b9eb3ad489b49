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

cfa as (
    select * from core.structures_par_annee
    where type_structure = 'CFA'
),

final as (
    select
        cfa.annee,
        cfa.uai,
        cfa.structure,
        cfa.inscrits_actifs,
        cfa.ruptures_nettes,
        cfa.effectif,
        cfa.taux_rupture_nette,
        cfa.taux_bas,
        cfa.taux_haut,
        cfa.fiabilite,
        part(cfa.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures,
        part(cfa.effectif, totaux.effectif) as part_effectif
    from cfa
    inner join core.ruptures_nettes_par_annee as totaux on cfa.annee = totaux.annee
    where cfa.effectif > 0
)

select * from final
order by annee, structure, uai
