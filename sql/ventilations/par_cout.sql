/*
---
titre: Coût des ruptures nettes
description: >-
  Ce que chaque structure devait recevoir, au niveau de prise en charge du contrat rompu, et ne recevra pas : jusqu'à la
  fin de l'année, et jusqu'au terme prévu.
section: cout
ordre: 10
cle: [uai]
colonnes: [structure, ruptures_nettes, sans_npec, sans_date, perte_annee, perte_totale]
total: reseau
sans_ligne: Aucune rupture nette cette année-là
lignes_max: 8
graphique:
  {type: barres, titre: "Perte de chaque structure, dans l'année et jusqu'au terme des contrats",
  x: [perte_annee, perte_totale], y: structure}
controles: [{non_nul: structure}]
---
*/
select annee, uai, structure, unnest(pertes(chiffrage, perte_annee, perte_totale))
from core.couts
group by annee, uai, structure
order by annee, alphabetique(structure), uai
