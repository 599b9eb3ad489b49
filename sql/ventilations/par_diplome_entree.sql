/*
---
titre: Diplôme à l'entrée
description: Apprentis suivis et ruptures nettes selon le plus haut diplôme obtenu avant l'entrée en apprentissage.
section: parcours
ordre: 20
colonnes:
  diplome_entree: {libelle: Diplôme à l'entrée}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
evolution: true
graphique:
  type: barres
  titre: Taux de rupture nette selon le diplôme à l'entrée, et part des ruptures du réseau
  x: [taux_rupture_nette, part_ruptures]
  y: diplome_entree
  reference: region
lignes_max: 8
controles:
  - unique: [annee, diplome_entree]
  - non_nul: [annee, diplome_entree]
  - somme_egale: {colonne: ruptures_nettes, par: annee, total: core.ruptures_nettes_par_annee}
  - somme_egale: {colonne: effectif, par: annee, total: core.ruptures_nettes_par_annee}
---
*/
with

inscriptions as (
    select * from core.inscriptions
),

comptes as (
    select
        annee,
        diplome_entree,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut in ('actif', 'rupture_nette')) as effectif
    from inscriptions
    group by annee, diplome_entree
),

final as (
    select
        comptes.annee,
        comptes.diplome_entree,
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
order by annee, ruptures_nettes desc, diplome_entree
