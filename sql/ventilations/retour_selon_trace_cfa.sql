/*
---
titre: Retours à un contrat, avec et sans trace d'accompagnement
description: >-
  Parmi les contrats rompus du CFA encore sans autre contrat au 30e jour, ceux qu'un contrat du réseau a suivis avant
  six mois, selon que le journal a déjà une trace ou non. Description, et non effet : qui est accompagné n'est pas tiré
  au sort.
section: suites
ordre: 64
place: cfa
facultative: true
cle: [uai, accompagnement]
colonnes:
  [accompagnement, ruptures_au_30e_jour, retours_avant_six_mois, part_retour, part_retour_basse, part_retour_haute]
hors_total: "Contrats rompus, suivis d'un autre ou non, que les exports suivent six mois ; ceux qu'un contrat suit dans
  les 30 jours n'y sont pas : ils n'ont pas laissé le temps d'un accompagnement"
sans_ligne: Aucun contrat rompu de cette année-là n'est encore sans contrat au 30e jour, et suivi six mois
controles:
  - entre: {colonne: part_retour, min: 0, max: 1}
---
*/
select
    annee, uai, structure, accompagnement, ruptures_au_30e_jour, retours_avant_six_mois, part_retour,
    part_retour_basse, part_retour_haute, fiabilite
from core.retours
where type_structure = 'CFA'
order by annee, alphabetique(structure), uai, accompagnement
