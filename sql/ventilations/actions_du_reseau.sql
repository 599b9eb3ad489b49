/*
---
titre: Les actions
description: >-
  Chaque action décidée, et son indicateur comparé d'une année à l'autre ; la comparaison ne montre pas que l'action est
  la cause de l'écart.
section: objectifs
ordre: 20
place: conclusion
cle: [recommandation, portee, groupe]
facultative: actions
colonnes: [
  recommandation, acteur, echelon, echeance, objectif: Mesurée sur, annee_avant, valeur_avant, annee_apres,
  valeur_apres, effet, sens_de_l_ecart, pourquoi]
hors_total: Chaque action a son propre groupe
sans_ligne: Aucune action
controles:
  - valeurs: {effet: [mesuré, non établi, à venir]}
---
*/
select * exclude (uai)
from core.actions_suivies
where uai is null
order by
    annee, echeance nulls last, alphabetique(recommandation),
    list_position(['reseau', 'type_diplome', 'filiere', 'diplome', 'cfa'], portee), alphabetique(objectif)
