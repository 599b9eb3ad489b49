/*
---
titre: UFA rattachées
description: Apprentis suivis et ruptures nettes des unités de formation rattachées au CFA, comptés hors de lui.
section: structures
ordre: 40
place: cfa
colonnes:
  ufa: {libelle: UFA}
  effectif: {libelle: Apprentis suivis, format: entier}
  ruptures_nettes: {libelle: Ruptures nettes, format: entier}
  taux_rupture_nette: {libelle: Taux de rupture nette, format: taux}
  ruptures_brutes: {libelle: Ruptures brutes, format: entier}
descriptions:
  uai: Code UAI du CFA de rattachement.
  structure: Nom du CFA de rattachement.
hors_total: CFA non compris
sans_ligne: Aucune UFA rattachée n'a d'apprenti suivi cette année-là
controles:
  - unique: [annee, uai, uai_ufa]
  - non_nul: [annee, uai, ufa]
---
*/
with

structures as (
    select * from core.structures_par_annee
    where effectif > 0
),

final as (
    select
        annee,
        uai_cfa_rattachement as uai,
        cfa_rattachement as structure,
        uai as uai_ufa,
        structure as ufa,
        inscrits_actifs,
        ruptures_nettes,
        effectif,
        taux_rupture_nette,
        taux_bas,
        taux_haut,
        fiabilite,
        ruptures_brutes
    from structures
    where type_structure <> 'CFA' and uai_cfa_rattachement <> uai
)

select * from final
order by annee, structure, uai, ufa, uai_ufa
