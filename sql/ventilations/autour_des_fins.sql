/*
---
titre: Autour du jour où l'année finit
description: >-
  Les contrats qui vont à leur terme dans les 31 jours qui suivent la fin de l'année d'avant, puis celle de l'année : ce
  que déplace le choix du jour.
section: definitions
ordre: 12
place: annexe
cle: [mouvement]
colonnes: [
  mouvement, numerateur: {libelle: Dans les 31 jours, lecture: "{} dans les 31 jours"},
  denominateur: {libelle: Sur, format: entier, lecture: "sur {}"},
  valeur: {libelle: Part, format: taux}]
descriptions:
  numerateur: "Nombre de ces apprentis dont le contrat va à son terme dans les 31 jours."
  denominateur: "Nombre de ces apprentis."
  valeur: "numerateur / denominateur, en fraction de 1."
  fiabilite: "Ce que vaut la part : non_significatif (moins de 20 apprentis), fragile (de 20 à 49), solide (50 et
    plus)."
hors_total: Les ruptures n'y sont pas
sans_ligne: Aucun contrat ne va à son terme autour de la fin de l'année
controles: [{entre: {colonne: valeur, min: 0, max: 1}}]
---
*/
with comptes as (
    select
        annee, unnest([
            {
                'mouvement': 'Sortis à terme, dans les 31 premiers jours de l''année',
                'numerateur': sortis_sous_31_jours, 'denominateur': sortis_a_terme
            },
            {
                'mouvement': 'Inscrits, au terme dans les 31 jours après l''année',
                'numerateur': termes_sous_31_jours, 'denominateur': inscrits_actifs
            }
        ], recursive := true)
    from core.ruptures_nettes_par_annee
)

select *, part(numerateur, denominateur) as valeur, fiabilite_de_l_effectif(denominateur) as fiabilite
from comptes
where denominateur > 0
order by annee, mouvement desc
