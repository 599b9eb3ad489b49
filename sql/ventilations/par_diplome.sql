/*
---
titre: Diplômes
description: Apprentis suivis et ruptures nettes par diplôme préparé.
section: diplomes
ordre: 30
place: annexe
lignes_max: 40
minimum: {colonne: effectif, valeur: 20}
colonnes:
  diplome: {libelle: Diplôme}
  filiere: {libelle: Filière}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
  part_effectif: {libelle: Part des apprentis, format: pourcentage}
controles:
  - unique: [annee, code_diplome]
  - non_nul: [annee, code_diplome]
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
        code_diplome,
        diplome,
        type_diplome,
        filiere,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut in ('actif', 'rupture_nette')) as effectif
    from inscriptions
    group by annee, code_diplome, diplome, type_diplome, filiere
),

final as (
    select
        comptes.annee,
        comptes.code_diplome,
        comptes.diplome,
        comptes.type_diplome,
        comptes.filiere,
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
order by annee, ruptures_nettes desc, code_diplome
