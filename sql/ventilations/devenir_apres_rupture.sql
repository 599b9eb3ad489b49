/*
---
titre: De la rupture brute à la rupture sèche
description: >-
  Ce que chaque contrat rompu dans l'année est devenu à la date d'arrêté : un autre contrat dans le réseau, et sous quel
  délai, ou aucun ; depuis six mois et plus, c'est une rupture sèche, celle que la prévention vise d'abord.
section: suites
ordre: 10
cle: [devenir]
colonnes: [devenir, ruptures_brutes, part_ruptures_brutes]
total: reseau
graphique: {type: barres, titre: Devenir des contrats rompus dans l'année, x: ruptures_brutes, y: devenir, tri: lignes}
controles: [{entre: {colonne: part_ruptures_brutes, min: 0, max: 1}}]
---
*/
with comptes as (
    select annee, devenir, count(*) as ruptures_brutes
    from core.suites
    group by annee, devenir
)

select *, part_de_l_annee(annee, ruptures_brutes) as part_ruptures_brutes
from comptes
order by annee, list_position([
    'Déjà sous un autre contrat', 'Autre contrat en moins de 2 mois', 'Autre contrat entre 2 et 6 mois',
    'Autre contrat après 6 mois', 'Sans autre contrat, depuis moins de 6 mois',
    'Sans autre contrat, depuis 6 mois et plus'
], devenir)
