/*
---
titre: Deux cohortes au même recul
description: >-
  Les contrats commencés dans l'année et dans celle d'avant, chacun suivi jusqu'à la fin de sa propre année : deux
  cohortes ne se comparent qu'ainsi.
section: definitions
ordre: 14
place: annexe
cle: [horizon, annee_cohorte]
colonnes: [
  horizon, annee_cohorte: Débuts de,
  numerateur: {libelle: Contrats rompus, lecture: "{} contrat rompu|{} contrats rompus"},
  denominateur: {libelle: Contrats suivis, format: entier, lecture: "sur {} suivi|sur {} suivis"},
  valeur: {libelle: Part, format: taux}, valeur_basse, valeur_haute]
descriptions:
  numerateur: "Nombre de contrats de la cohorte rompus avant cet horizon."
  denominateur: "Nombre de contrats de la cohorte dont l'horizon est atteint à la fin de leur année."
  valeur: "numerateur / denominateur, en fraction de 1."
  fiabilite: "Ce que vaut la part : non_significatif (moins de 20 contrats), fragile (de 20 à 49), solide (50 et plus)."
hors_total: Les contrats dont l'horizon n'est pas atteint n'y sont pas
sans_ligne: Aucun contrat commencé dans l'année n'a trois mois
controles: [{entre: {colonne: valeur, min: 0, max: 1}}]
---
*/
with cohortes as (
    select
        annee, indicateur, horizon_mois::bigint as horizon_mois, sum(rompus)::bigint as numerateur,
        sum(echus)::bigint as denominateur
    from core.horizons
    where annee = annee_cohorte and indicateur like 'dares_brut_%'
    group by annee, indicateur, horizon_mois
)

select
    annees.annee, cohortes.horizon_mois, 'Avant ' || cohortes.horizon_mois || ' mois' as horizon,
    cohortes.annee as annee_cohorte, cohortes.numerateur, cohortes.denominateur,
    part(cohortes.numerateur, cohortes.denominateur) as valeur,
    wilson_bas(cohortes.numerateur, cohortes.denominateur) as valeur_basse,
    wilson_haut(cohortes.numerateur, cohortes.denominateur) as valeur_haute,
    fiabilite_de_l_effectif(cohortes.denominateur) as fiabilite
from core.annees as annees
inner join core.annees as suivies on annees.annee = suivies.annee or annees.debut = suivies.fin_annee + 1
inner join cohortes on suivies.annee = cohortes.annee
order by annee, horizon_mois, annee_cohorte
