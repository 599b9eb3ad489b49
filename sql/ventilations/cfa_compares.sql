/*
---
titre: Les CFA comparés
description: Les taux des CFA au regard de leurs effectifs, puis de leurs diplômes et années de cycle, sans classement.
section: structures
ordre: 30
cle: [uai]
colonnes: [structure: CFA, effectif, ruptures_nettes, taux_rupture_nette, attendues]
total: cfa
sans_ligne: Aucun CFA n'a d'apprenti suivi cette année-là
lignes_max: 40
graphique:
  {type: entonnoir, titre: Taux de rupture nette de chaque CFA selon son effectif, x: effectif, y: taux_rupture_nette,
  etiquette: structure}
comparaison:
  {observees: ruptures_nettes, attendues: attendues, unites: CFA,
  compte_tenu: des types de diplôme et des années de cycle}
controles: [{non_nul: attendues}, {relation: {colonne: uai, table: core.structures}}]
---
*/
select annee, uai, structure, effectif, ruptures_nettes, unnest(taux(ruptures_nettes, effectif)), attendues
from core.ruptures_attendues
where type_structure = 'CFA'
order by annee, structure, uai
