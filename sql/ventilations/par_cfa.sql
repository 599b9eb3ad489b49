/*
---
titre: Taux de rupture nette des CFA
description: Apprentis suivis et ruptures nettes des CFA seuls, chaque taux à côté de son CFA et avec son intervalle.
section: structures
ordre: 20
place: annexe
cle: [uai]
colonnes: [structure: CFA, effectif, ruptures_nettes, taux_rupture_nette, part_ruptures]
total: cfa
sans_ligne: Aucun CFA n'a d'apprenti suivi cette année-là
lignes_max: 30
evolution: true
graphique:
  {type: points, titre: Taux de rupture nette par CFA et intervalle à 95 %, x: taux_rupture_nette, y: structure,
  reference: reseau}
---
*/
select
    annee, uai, structure, inscrits_actifs, ruptures_nettes, effectif, unnest(taux(ruptures_nettes, effectif)),
    unnest(parts(annee, ruptures_nettes, effectif))
from core.structures_par_annee
where effectif > 0
qualify type_structure = 'CFA'
order by annee, alphabetique(structure), uai
