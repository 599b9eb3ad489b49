/*
---
titre: Ruptures prévues par structure
description: >-
  Ruptures brutes prévues, d'ici à la fin de l'année en cours, des contrats ouverts, selon leurs diplômes, leur
  ancienneté et ce qu'a eu la structure.
section: calendrier
ordre: 62
place: annexe
facultative: true
cle: [uai]
colonnes: [
  structure, contrats_ouverts, ruptures_prevues, fourchette, prevues_avant, fourchette_avant, observees_avant,
  tenue_avant]
hors_total: Les contrats encore à signer n'y sont pas, ni un reste de moins de 20 contrats ouverts
sans_ligne: Les exports n'entrent pas dans l'année qui suit, ou aucune année d'avant n'est complète
lignes_max: 15
controles: [{non_nul: [structure, ruptures_prevues, fourchette]}, {entre: {colonne: contrats_ouverts, min: 20}}]
---
*/
select
    annee, uai, structure, annee_prevue, jour_prevision, contrats_ouverts, ruptures_prevues, prevues_bas, prevues_haut,
    fourchette(prevues_bas, prevues_haut) as fourchette, ruptures_observees, prevues_avant, fourchette_avant,
    observees_avant, tenue_avant
from core.previsions
where decoupage = 'Structure'
order by annee, uai = 'autres', alphabetique(structure), uai
