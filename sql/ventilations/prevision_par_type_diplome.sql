/*
---
titre: Ruptures prévues par type de diplôme
description: >-
  Ruptures brutes prévues, d'ici à la fin de l'année en cours, des contrats ouverts de chaque type de diplôme.
section: calendrier
ordre: 63
place: annexe
facultative: true
cle: [type_diplome]
colonnes: [
  type_diplome, contrats_ouverts, ruptures_prevues, fourchette, prevues_avant, fourchette_avant, observees_avant,
  tenue_avant]
hors_total: Les contrats encore à signer n'y sont pas, ni un reste de moins de 20 contrats ouverts
sans_ligne: Les exports n'entrent pas dans l'année qui suit, ou aucune année d'avant n'est complète
controles: [{non_nul: [ruptures_prevues, fourchette]}, {entre: {colonne: contrats_ouverts, min: 20}}]
---
*/
select
    annee, type_diplome, annee_prevue, jour_prevision, contrats_ouverts, ruptures_prevues, prevues_bas, prevues_haut,
    fourchette(prevues_bas, prevues_haut) as fourchette, ruptures_observees, prevues_avant, fourchette_avant,
    observees_avant, tenue_avant
from core.previsions
where decoupage = 'Type de diplôme'
order by annee, type_diplome = 'Autres types', alphabetique(type_diplome)
