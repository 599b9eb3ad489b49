/*
---
titre: Les objectifs
description: >-
  Où en est chaque objectif : sa valeur de chaque année publiée, son verdict, et ce que la cible aurait évité dans
  l'année.
section: objectifs
ordre: 10
cle: [objectif]
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
sans_ligne: Aucun objectif
graphique:
  {type: ligne, titre: Les indicateurs qui ont un objectif, x: annee, y: valeur, serie: objectif}
controles:
  - valeurs: {verdict: [atteint, non atteint, non tranché]}
  - entre: {colonne: cible, min: 0, max: 1}
---
*/
select * exclude (uai)
from core.objectifs_suivis
where uai is null
order by
    annee, list_position(['reseau', 'type_diplome', 'filiere', 'diplome', 'cfa'], portee),
    alphabetique(split_part(objectif, ' : ', 1)), indicateur != 'taux_rupture_nette', indicateur = 'heures', indicateur,
    alphabetique(objectif)
