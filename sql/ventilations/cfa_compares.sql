/*
---
titre: Les CFA comparés
description: Chaque CFA devant tous les autres, années publiées réunies, puis à diplômes et années de cycle égaux.
section: structures
ordre: 30
cle: [uai]
colonnes: [structure: CFA, effectif, ruptures_nettes, taux_rupture_nette, attendues, rapport_public_egal]
total: cfa
sans_ligne: Aucun CFA n'a d'apprenti suivi cette année-là
lignes_max: 30
graphique:
  {type: entonnoir, titre: Taux de rupture nette de chaque CFA selon son effectif, x: effectif, y: taux_rupture_nette,
  etiquette: structure}
comparaison:
  {observees: ruptures_nettes, attendues: attendues, unites: CFA,
  compte_tenu: des types de diplôme et des années de cycle}
controles: [{non_nul: attendues}, {relation: {colonne: uai, table: core.structures}}]
---
*/
select
    annee, uai, structure, effectif, ruptures_nettes, unnest(taux(ruptures_nettes, effectif)), attendues,
    rapport_public_egal, rapport_bas, rapport_haut
from core.ruptures_attendues
where type_structure = 'CFA'
order by annee, alphabetique(structure), uai
