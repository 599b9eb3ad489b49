/*
---
titre: Accompagnement des ruptures et visites, selon le journal du CFA
description: >-
  Ce dont le journal d'accompagnement a la trace, parmi les ruptures nettes et les contrats du CFA qu'il suit assez
  longtemps. Sans trace ne veut pas dire non fait.
section: suites
ordre: 60
place: cfa
facultative: true
cle: [uai, mesure_accompagnement]
colonnes:
  [mesure_accompagnement, cas_suivis, cas_traces, cas_sans_trace, part_tracee, part_tracee_basse, part_tracee_haute]
hors_total: "Chaque ligne a ses propres cas : ruptures nettes de jour connu, dont le délai est passé au dernier jour du
  journal ; pour les visites, contrats qui ont eu leurs deux premiers, ou leurs deux derniers mois"
sans_ligne: Le journal ne suit aucun cas de cette année-là
controles:
  - entre: {colonne: part_tracee, min: 0, max: 1}
---
*/
select
    annee, uai, structure, mesure_accompagnement, cas_suivis, cas_traces, cas_sans_trace, part_tracee,
    part_tracee_basse, part_tracee_haute, fiabilite
from core.accompagnement
where type_structure = 'CFA'
order by annee, alphabetique(structure), uai, rang_de_mesure(mesure_accompagnement)
