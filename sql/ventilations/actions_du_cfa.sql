/*
---
titre: Les actions dans le CFA
description: >-
  Chaque action décidée qui concerne des apprentis du CFA, et son indicateur comparé parmi eux d'une année à l'autre ;
  la comparaison ne montre pas que l'action est la cause de l'écart.
section: objectifs
ordre: 21
place: cfa
cle: [uai, recommandation, portee, groupe]
facultative: actions
colonnes: [
  recommandation, objectif: Mesurée sur, acteur, echelon, echeance, valeur_avant, valeur_apres, effet]
hors_total: Chaque action a son propre groupe
sans_ligne: Aucune action ne concerne les apprentis de ce CFA
controles:
  - valeurs: {effet: [mesuré, non établi, à venir, non cherché]}
---
*/
select actions.*, structures.structure
from core.actions_suivies as actions
inner join core.structures as structures on actions.uai = structures.uai
where structures.type_structure = 'CFA'
order by
    actions.annee, alphabetique(structures.structure), actions.uai, actions.echeance nulls last,
    alphabetique(actions.recommandation),
    list_position(['reseau', 'type_diplome', 'filiere', 'diplome', 'cfa'], actions.portee),
    alphabetique(actions.objectif)
