/*
---
titre: Les objectifs dans le CFA
description: >-
  Chaque objectif qui concerne des apprentis du CFA, mesuré parmi eux : sa valeur de chaque année publiée, son verdict,
  et ce que la cible aurait évité au CFA dans l'année.
section: objectifs
ordre: 11
place: cfa
cle: [uai, objectif]
facultative: objectifs
colonnes: [
  objectif, valeur: {format: taux, lecture: "{}"}, denominateur: {libelle: Effectif, format: entier, lecture: "sur {}"},
  socle, jalon, cible, annee_cible, verdict, ruptures_evitees, euros_gardes]
descriptions:
  numerateur: "Ce que l'indicateur compte : des ruptures nettes, ou le numérateur d'indicateurs.csv ; vide sans mesure."
  denominateur: "Ce à quoi il le rapporte : l'effectif, ou le dénominateur d'indicateurs.csv ; vide sans mesure."
  valeur: "numerateur / denominateur, en fraction de 1."
  fiabilite: "Ce que vaut valeur : non_significatif (moins de 20), fragile, solide ; vide sans intervalle."
hors_total: Chaque objectif a son propre groupe, et des groupes se recoupent
sans_ligne: Aucun objectif ne concerne au moins 20 apprentis de ce CFA
graphique:
  {type: ligne, titre: Les indicateurs qui ont un objectif, x: annee, y: valeur, serie: objectif}
controles:
  - valeurs: {verdict: [atteint, non atteint, non tranché]}
---
*/
select objectifs.*, structures.structure
from core.objectifs_suivis as objectifs
inner join core.structures as structures on objectifs.uai = structures.uai
where structures.type_structure = 'CFA'
order by
    objectifs.annee, alphabetique(structures.structure), objectifs.uai,
    list_position(['reseau', 'type_diplome', 'filiere', 'diplome', 'cfa'], objectifs.portee),
    alphabetique(split_part(objectifs.objectif, ' : ', 1)), objectifs.indicateur != 'taux_rupture_nette',
    objectifs.indicateur = 'heures', objectifs.indicateur, alphabetique(objectifs.objectif)
