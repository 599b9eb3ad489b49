/*
---
titre: Types de diplôme par CFA
description: Taux de rupture nette par type de diplôme dans chacun des CFA ; le classeur donne aussi les effectifs.
section: diplomes
ordre: 20
place: annexe
colonnes:
  structure: {libelle: CFA}
  type_diplome: {libelle: Type de diplôme}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  part_ruptures: {libelle: Part des ruptures, format: pourcentage}
  part_effectif: {libelle: Part des apprentis, format: pourcentage}
pivot: {lignes: structure, colonnes: type_diplome, valeur: taux_rupture_nette}
hors_total: Structures qui ne sont pas des CFA non comprises
sans_ligne: Aucun CFA n'a d'apprenti suivi cette année-là
controles:
  - unique: [annee, uai, type_diplome]
  - non_nul: [annee, uai, type_diplome]
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
        type_diplome,
        count(*) filter (where statut = 'actif') as inscrits_actifs,
        count(*) filter (where statut = 'rupture_nette') as ruptures_nettes,
        count(*) filter (where statut in ('actif', 'rupture_nette')) as effectif
    from inscriptions
    group by annee, uai, structure, type_diplome
),

final as (
    select
        comptes.annee,
        comptes.uai,
        comptes.structure,
        comptes.type_diplome,
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
order by annee, structure, uai, ruptures_nettes desc, type_diplome
