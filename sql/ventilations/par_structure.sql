/*
---
titre: Structures du réseau
description: Apprentis suivis, ruptures nettes et brutes de chaque structure du réseau.
section: structures
ordre: 40
cle: [uai]
colonnes: [structure, type_structure, inscrits_actifs, ruptures_nettes, effectif, taux_rupture_nette, part_ruptures,
  part_effectif, sortis_a_terme, ruptures_brutes, resignees]
total: reseau
lignes_max: 30
graphique:
  {type: barres_empilees, titre: Inscrits et ruptures nettes par structure, x: [inscrits_actifs, ruptures_nettes],
  y: structure}
controles:
  - non_nul: [structure, type_structure, cfa_rattachement]
---
*/
select
    annee, uai, structure, type_structure, cfa_rattachement, inscrits_actifs, ruptures_nettes, effectif,
    unnest(taux(ruptures_nettes, effectif)), unnest(parts(annee, ruptures_nettes, effectif)),
    sortis_a_terme, ruptures_brutes, resignees
from core.structures_par_annee
where effectif > 0 or sortis_a_terme > 0 or ruptures_brutes > 0
order by annee, alphabetique(type_structure), alphabetique(structure), uai
