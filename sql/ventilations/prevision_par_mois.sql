/*
---
titre: Ruptures prévues par mois
description: >-
  Ruptures brutes prévues, chaque mois à venir de l'année en cours, des contrats ouverts au jour des exports ; le
  premier et le dernier mois sont souvent partiels.
section: calendrier
ordre: 61
place: annexe
facultative: true
cle: [mois]
colonnes: [
  mois, ruptures_prevues, fourchette, prevues_avant, fourchette_avant, observees_avant, tenue_avant]
descriptions:
  mois: Mois à venir, écrit 2022-11, du lendemain des exports à la fin de l'année en cours.
hors_total: Les contrats encore à signer n'y sont pas
sans_ligne: Les exports n'entrent pas dans l'année qui suit, ou aucune année d'avant n'est complète
graphique: {type: barres, titre: Ruptures brutes prévues par mois, x: ruptures_prevues, y: mois, tri: lignes}
controles: [{non_nul: [ruptures_prevues, fourchette]}]
---
*/
select
    annee, mois, annee_prevue, jour_prevision, contrats_ouverts, ruptures_prevues, prevues_bas, prevues_haut,
    fourchette(prevues_bas, prevues_haut) as fourchette, ruptures_observees, prevues_avant, fourchette_avant,
    observees_avant, tenue_avant
from core.previsions
where decoupage = 'Mois'
order by annee, mois
