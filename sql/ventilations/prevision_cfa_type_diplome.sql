/*
---
titre: Ruptures prévues du CFA par type de diplôme
description: >-
  Ruptures brutes prévues, d'ici à la fin de l'année en cours, des contrats ouverts du CFA de chaque type de diplôme
  au jour des exports ; ceux encore à signer n'y sont pas.
section: calendrier
ordre: 61
place: cfa
facultative: true
cle: [uai, type_diplome]
colonnes: [
  type_diplome, contrats_ouverts, ruptures_prevues, fourchette, prevues_avant, fourchette_avant, observees_avant,
  tenue_avant]
hors_total: Les contrats encore à signer n'y sont pas, ni un reste de moins de 20 contrats ouverts
sans_ligne: Moins de 20 contrats ouverts au jour des exports, ou aucune année d'avant n'est complète
controles: [{non_nul: [ruptures_prevues, fourchette]}, {entre: {colonne: contrats_ouverts, min: 20}}]
---
*/
select
    annee, uai, structure, type_diplome, annee_prevue, jour_prevision, contrats_ouverts, ruptures_prevues, prevues_bas,
    prevues_haut, fourchette(prevues_bas, prevues_haut) as fourchette, ruptures_observees, prevues_avant,
    fourchette_avant, observees_avant, tenue_avant
from core.previsions
where decoupage = 'Structure et type'
order by annee, alphabetique(structure), uai, type_diplome = 'Autres types', alphabetique(type_diplome)
