/*
---
titre: Ruptures prévues du CFA par mois
description: >-
  Ruptures brutes prévues, chaque mois à venir de l'année en cours, des contrats ouverts du CFA au jour des exports ;
  ceux encore à signer n'y sont pas. Le premier et le dernier mois sont souvent partiels.
section: calendrier
ordre: 60
place: cfa
facultative: true
cle: [uai, mois]
colonnes: [
  mois, ruptures_prevues, fourchette, prevues_avant, fourchette_avant, observees_avant, tenue_avant]
descriptions:
  mois: Mois à venir, écrit 2022-11, du lendemain des exports à la fin de l'année en cours.
hors_total: Les contrats encore à signer n'y sont pas
sans_ligne: Moins de 20 contrats ouverts au jour des exports, ou aucune année d'avant n'est complète
controles: [{non_nul: [ruptures_prevues, fourchette]}]
---
*/
select
    annee, uai, structure, mois, annee_prevue, jour_prevision, contrats_ouverts, ruptures_prevues, prevues_bas,
    prevues_haut, fourchette(prevues_bas, prevues_haut) as fourchette, ruptures_observees, prevues_avant,
    fourchette_avant, observees_avant, tenue_avant
from core.previsions
where decoupage = 'Structure et mois'
order by annee, alphabetique(structure), uai, mois
