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
  recommandation, objectif: Mesurée sur, acteur, echelon, echeance, valeur_avant, valeur_apres, effet]
hors_total: Chaque action a son propre groupe
sans_ligne: Aucune action
controles:
  - valeurs: {effet: [mesuré, non établi, à venir, non cherché]}
---
*/
select * exclude (uai)
from core.actions_suivies
where uai is null
order by
    annee, echeance nulls last, alphabetique(recommandation),
    list_position(['reseau', 'type_diplome', 'filiere', 'diplome', 'cfa'], portee), alphabetique(objectif)
