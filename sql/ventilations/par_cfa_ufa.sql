/*
---
titre: UFA rattachées
description: Apprentis suivis et ruptures nettes des unités de formation rattachées au CFA, comptés hors de lui.
section: structures
ordre: 40
place: cfa
cle: [uai, uai_ufa]
colonnes: [ufa, effectif, ruptures_nettes, taux_rupture_nette, ruptures_brutes]
descriptions: {uai: Code UAI du CFA de rattachement., structure: Nom du CFA de rattachement.}
hors_total: CFA non compris
sans_ligne: Aucune UFA rattachée n'a d'apprenti suivi cette année-là
controles: [{non_nul: ufa}]
---
*/
with ufas as (
    select
        annee, uai_cfa_rattachement as uai, cfa_rattachement as structure, uai as uai_ufa, structure as ufa,
        inscrits_actifs, ruptures_nettes, effectif, unnest(taux(ruptures_nettes, effectif)), ruptures_brutes
    from core.structures_par_annee
    where effectif > 0 and type_structure <> 'CFA' and uai_cfa_rattachement <> uai
)

select * from ufas
order by annee, alphabetique(structure), uai, alphabetique(ufa), uai_ufa
