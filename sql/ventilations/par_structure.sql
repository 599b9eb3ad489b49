/*
---
titre: Structures du réseau
description: Apprentis suivis, ruptures nettes et brutes de chaque structure du réseau.
section: structures
ordre: 10
colonnes:
  structure: {libelle: Structure}
  type_structure: {libelle: Type}
  inscrits_actifs: {libelle: Inscrits, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  effectif: {libelle: Apprentis suivis, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
  part_effectif: {libelle: Part des apprentis, format: pourcentage}
  sortis_a_terme: {libelle: Sortis à terme, format: entier}
  ruptures_brutes: {libelle: Ruptures brutes, format: entier}
  resignees: {libelle: Suivies d'un contrat, format: entier}
graphique:
  type: barres_empilees
  titre: Inscrits et ruptures nettes par structure
  x: [inscrits_actifs, ruptures_nettes]
  y: structure
lignes_max: 40
controles:
  - unique: [annee, uai]
  - non_nul: [annee, uai, structure, type_structure, cfa_rattachement]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: effectif, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: sortis_a_terme, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: ruptures_brutes, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

structures as (
    select * from core.structures_par_annee
),

final as (
    select
        structures.annee,
        structures.uai,
        structures.structure,
        structures.type_structure,
        structures.cfa_rattachement,
        structures.inscrits_actifs,
        structures.ruptures_nettes,
        structures.effectif,
        structures.taux_rupture_nette,
        structures.taux_bas,
        structures.taux_haut,
        structures.fiabilite,
        part(structures.ruptures_nettes, totaux.ruptures_nettes) as part_ruptures,
        part(structures.effectif, totaux.effectif) as part_effectif,
        structures.sortis_a_terme,
        structures.ruptures_brutes,
        structures.resignees
    from structures
    inner join core.ruptures_nettes_par_annee as totaux on structures.annee = totaux.annee
    where structures.effectif > 0 or structures.sortis_a_terme > 0 or structures.ruptures_brutes > 0
)

select * from final
order by annee, type_structure, structure, uai
